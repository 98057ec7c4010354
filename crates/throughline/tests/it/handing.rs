//! Packs, acceptances and certificates at the command line, on the demonstration.

use crate::program::{Place, run};

#[test]
fn a_certificate_comes_out_of_the_ledger_alone_and_is_the_same_again() {
    let place = Place::empty();
    let data = place.data();
    let data = data.to_str().unwrap();
    run(["demo", "--make", data, "--today", "2026-02-17"]).fine();

    let issued = place.run(&["certificate", "HAND-1", "--json"]);
    let certificate = issued.json();
    assert_eq!(issued.code, 0);
    assert_eq!(certificate["certified"]["handover"]["stage"], "complete");
    let post = &certificate["certified"]["pack"]["post"];
    assert_eq!(post["name"], "Chief Executive");
    assert_eq!(place.run(&["certificate", "HAND-1", "--json"]).json(), certificate);
    let said = place.run(&["certificate", "HAND-1"]).fine();
    assert!(said.contains(certificate["sha256"].as_str().unwrap()), "{said}");
    let open = place.run(&["certificate", "HAND-2"]);
    assert_eq!(open.code, 1, "{open:?}");
    assert!(open.out.contains("HAND-2 is not complete"), "{open:?}");
    place.run(&["certificate", "POST-1"]).fails(2, "POST-1 is not a handover");

    let post = post["reference"].as_str().unwrap();
    let pack = place.run(&["handover", post, "--json"]).json();
    assert!(pack["counts"]["answers_for"].as_u64().unwrap() > 3, "{pack}");
    // As it was known when it was sealed, on that day.
    let on = certificate["certified"]["completed"].as_str().unwrap();
    let known = certificate["certified"]["recorded"].as_str().unwrap();
    let then = place.run(&["handover", post, "--at", on, "--known", known, "--json"]).json();
    assert_eq!(then["answers_for"], certificate["certified"]["pack"]["answers_for"]);
    assert_ne!(then["answers_for"], pack["answers_for"]);
    assert!(place.run(&["handover", post]).fine().contains("What is to be handed over with"));

    let answers = place.run(&["acceptances", post, "--json"]);
    assert_eq!(answers.code, 0, "{answers:?}");
    let items = answers.json()["items"].as_array().unwrap().clone();
    assert!(
        items
            .iter()
            .all(|it| it["answer"] == "accepted" || it["answer"] == "accepted with reservation")
    );
}
