"""OSCAL documents, read and written again by compliance-trestle: nothing may be refused and nothing lost.

    python oscal.py FILE...

Says what differs, file by file; ends with 1 if anything does.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.profile import Profile

MODELS = {
    "catalog": Catalog,
    "profile": Profile,
    "component-definition": ComponentDefinition,
    "assessment-results": AssessmentResults,
    "plan-of-action-and-milestones": PlanOfActionAndMilestones,
}


def same(one, other, path, found):
    """Adds to `found` where two documents differ. A moment may be written in two ways."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if key in one and key in other:
                same(one[key], other[key], f"{path}/{key}", found)
            else:
                found.append(f"{path}/{key} is in one only")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            found.append(f"{path} has {len(one)} and {len(other)} entries")
        for at, (a, b) in enumerate(zip(one, other)):
            same(a, b, f"{path}/{at}", found)
    elif one != other and moment(one) != moment(other):
        found.append(f"{path}: {one!r} became {other!r}")


def moment(it):
    try:
        return datetime.fromisoformat(it.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return it


def main(files):
    wrong = 0
    for file in files:
        text = Path(file).read_text(encoding="utf-8")
        document = json.loads(text)
        (key,) = document
        found = []
        try:
            read = MODELS[key].oscal_read(Path(file))
            same(document, json.loads(read.oscal_serialize_json()), "", found)
        except Exception as problem:  # whatever it is, it is of this file
            found.append(f"refused: {problem}")
        for it in found[:20]:
            print(f"{file}: {it}")
        print(f"{file}: {key}, {len(found)} differences")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
