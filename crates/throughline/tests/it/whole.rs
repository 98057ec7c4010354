//! The whole of it, on real files: duties on posts, a change of holder, and answers in two times.

use serde_json::{Value as Json, json};

use crate::{corpus::corpus, program::Place};

/// A post of the Home Office's establishment that one person holds, and somebody above it too.
const POST: &str = "POST-20";

#[test]
fn a_change_of_holder_moves_nothing_and_loses_nothing() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    let file = |path: &str| corpus.join(path).to_str().unwrap().to_owned();
    let bring_in = |kind: &str, files: &[&str], options: &[&str]| {
        let files: Vec<String> = files.iter().map(|it| file(it)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let (_, told) = place.told(&[&["import", kind], &files[..], options].concat());
        assert_ne!(told["recorded"], json!(null), "{kind}: {told}");
    };
    let pair = ["senior", "junior"]
        .map(|it| format!("organograms/by-organisation/home_office/2012-09-30-{it}.csv"));
    bring_in("organogram", &[&pair[0], &pair[1]], &[]);
    let goals =
        ["goals", "targets", "codes"].map(|it| format!("strategy/us-agency-goals/{it}.json"));
    bring_in("goals", &[&goals[0], &goals[1], &goals[2]], &["--set", "agency=USDA"]);
    let catalog =
        "oscal/nist/rev5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json";
    bring_in("oscal", &[catalog], &[]);

    // A dozen accountable duties on one post, and an indicator of ours that serves an objective.
    let carry_out = |commands: Json| {
        let path = place.file("commands.json", &commands.to_string());
        let (code, told) = place.told(&["do", &path]);
        assert_eq!(code, 0, "{told}");
        told
    };
    let duty = |subject: String| {
        let terms = json!({ "post": POST, "subject": subject, "role": "accountable" });
        json!({ "duty": { "establish": { "from": "2022-01-01", "terms": terms } } })
    };
    let subjects = ["OBJ", "IND", "REQ"]
        .into_iter()
        .flat_map(|kind| (1..=4).map(move |it| format!("{kind}-{it}")));
    let given = carry_out(subjects.map(duty).collect());
    let knew = given["recorded"].as_str().unwrap().to_owned();
    let terms = json!({
        "name": "Inspections done", "direction": "higher is better", "target": "90",
    });
    let made = carry_out(
        json!({ "indicator": { "establish": { "from": "2026-01-01", "terms": terms } } }),
    );
    let indicator = made["established"][0].as_str().unwrap().to_owned();
    let leaf = leaf_objective(&place);
    let terms = json!({ "from": indicator, "serves": leaf });
    carry_out(json!({ "anchor": { "establish": { "from": "2026-01-01", "terms": terms } } }));
    let duties = place.run(&["export", "duties", "--all"]).out;

    // One leaves, a month later another comes, recorded only now.
    let who =
        |at: &str, known: &[&str]| place.told(&[&["who", "OBJ-1", "--at", at], known].concat());
    let first = who("2026-02-28", &[]).1["holders"][0].clone();
    carry_out(json!({ "tenure": { "end": { "id": first["tenure"], "on": "2026-03-01" } } }));
    let newcomer = json!({ "from": "2026-04-01", "terms": { "name": "Ada Newcomer" } });
    let person =
        carry_out(json!({ "person": { "establish": newcomer } }))["established"][0].clone();
    let terms = json!({ "post": POST, "person": person, "capacity": "substantive" });
    carry_out(json!({ "tenure": { "establish": { "from": "2026-04-01", "terms": terms } } }));

    let (code, before) = who("2026-02-28", &[]);
    assert_eq!((code, &before["holders"][0]["person"]), (0, &first["person"]));
    let (code, between) = who("2026-03-31", &[]);
    assert_eq!((code, &between["uncovered_since"]), (1, &json!("2026-03-01")));
    assert_ne!(between["answering"]["reference"], json!(POST), "it falls to the post above");
    let (code, after) = who("2026-04-01", &[]);
    assert_eq!((code, &after["holders"][0]["person"]["name"]), (0, &json!("Ada Newcomer")));
    let (code, then) = who("2026-04-01", &["--known", &knew]);
    assert_eq!((code, &then["holders"][0]["person"]), (0, &first["person"]));
    assert_eq!(place.run(&["export", "duties", "--all"]).out, duties, "no duty record changed");

    // A measurement moves what it serves, and only from its date on.
    let status =
        |of: &str, at: &str| place.told(&["show", of, "--at", at]).1["status"]["word"].clone();
    let reading = json!([{ "on": "2026-05-31", "value": "50" }]);
    let record = json!({ "indicator": indicator, "readings": reading });
    carry_out(json!({ "measurement": { "record": record } }));
    assert_eq!(status(&leaf, "2026-05-30"), json!("no signal"));
    assert_eq!(status(&leaf, "2026-06-01"), json!("off track"));
    let (_, thread) = place.told(&["thread", &indicator]);
    assert_eq!(thread["up"][0]["of"]["reference"], json!(leaf));

    let verified = place.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
}

/// An objective beneath which nothing stands yet but what the file brought without figures.
fn leaf_objective(place: &Place) -> String {
    let said = place.run(&["export", "objectives", "--format", "json"]);
    let all: Json = serde_json::from_str(&said.out).unwrap();
    let all = all.as_array().unwrap();
    let parents: Vec<&Json> = all.iter().map(|it| &it["terms"]["parent"]).collect();
    let said = place.run(&["export", "anchors", "--format", "json"]);
    let anchors: Json = serde_json::from_str(&said.out).unwrap();
    let served: Vec<&Json> =
        anchors.as_array().unwrap().iter().map(|it| &it["terms"]["serves"]).collect();
    let leaf = all
        .iter()
        .map(|it| &it["reference"])
        .find(|it| !parents.contains(it) && !served.contains(it));
    leaf.expect("the plan has an objective that nothing serves").as_str().unwrap().to_owned()
}
