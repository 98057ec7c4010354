"""The SCIM interface of a running server, tried by scim2-tester: no check may end in an error.

    python scim.py ADDRESS TOKEN

Says each check with its outcome; ends with 1 if any is an error.
"""

import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server


def main(address, token):
    http = Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    results = check_server(SyncSCIMClient(http))
    count = {}
    for it in results:
        count[it.status.name] = count.get(it.status.name, 0) + 1
        if it.status != Status.SUCCESS:
            print(f"{it.status.name}: {it.title} ({it.resource_type}): {it.reason}")
    wrong = count.get("ERROR", 0) + count.get("CRITICAL", 0)
    print(f"{len(results)} checks, {count.get('SUCCESS', 0)} fine, {wrong} errors")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
