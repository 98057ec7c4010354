//! Editions that follow each other, and mappings between clauses of two frameworks.

use serde_json::json;

use super::*;

fn two() -> Story {
    given([
        establish("framework", json!({ "name": "Old" })),
        establish("framework", json!({ "name": "New", "follows": "FWK-1" })),
        establish("requirement", json!({ "name": "A", "framework": "FWK-1" })),
        establish("requirement", json!({ "name": "B", "framework": "FWK-2" })),
        establish("requirement", json!({ "name": "C", "framework": "FWK-1" })),
    ])
}

fn mapping(source: &str, target: &str) -> Said {
    let terms = json!({ "source": source, "target": target, "relationship": "subset" });
    establish("mapping", terms)
}

#[test]
fn a_mapping_joins_clauses_of_two_frameworks() {
    two()
        .refuses(
            mapping("REQ-1", "REQ-3"),
            "A (REQ-1) and C (REQ-3) belong to the same framework; a mapping joins two.",
        )
        .refuses(
            mapping("REQ-1", "REQ-2").its("strength", json!(101)),
            "“Strength” of a mapping is 101; it runs from 0 to 100.",
        )
        .and(mapping("REQ-1", "REQ-2"));
}

#[test]
fn editions_follow_each_other_in_a_line() {
    two().refuses(
        correct("FWK-1", FIRST, FIRST, json!({ "follows": "FWK-2" })),
        "This would make a circle on 1 January 2024: Old (FWK-1) → New (FWK-2) → Old (FWK-1).",
    );
}
