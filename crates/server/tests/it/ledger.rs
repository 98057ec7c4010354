//! The ledger on the screen: entries in words, their proofs, checkpoints, verification.

use axum::{
    body::Body,
    http::{Request, header},
};
use kernel::id::{Id, PersonId};
use ledger::{Proof, Signer};
use serde_json::{Value, json};

use crate::{
    council::Council,
    visit::{Answer, Visit},
};

/// The key that the sample's ledger is signed with.
fn signer() -> Signer {
    Signer::new("example.test/council", &[7; 32]).unwrap()
}

fn change(kind: &str, id: &str, terms: &Value) -> Value {
    json!({ kind: { "change": { "id": id, "from": "2030-01-01", "terms": terms } } })
}

/// Sends a kept checkpoint as a browser does, which ends lines in its own way.
async fn hand_in(visit: &mut Visit, path: &str, name: &str, text: &str) -> Answer {
    const EDGE: &str = "a-line-that-no-file-holds";
    let file = if name == "file" { "; filename=\"kept.txt\"" } else { "" };
    let head = format!("content-disposition: form-data; name=\"{name}\"{file}");
    let text = text.replace('\n', "\r\n");
    let body = format!("--{EDGE}\r\n{head}\r\n\r\n{text}\r\n--{EDGE}--\r\n");
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
        .header("sec-fetch-site", "same-origin");
    visit.ask(request, Body::from(body)).await
}

async fn numbers(council: &mut Council, query: &str) -> Vec<String> {
    let body = council.get(&format!("/ledger?{query}")).await.body;
    let heads = body.split("role=\"rowheader\">").skip(1);
    heads.map(|it| it.split("\">").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_ledger_tells_every_act_in_words() {
    let mut council = Council::new().await;
    council.send("/units", &[("name", "Care"), ("from", "2030-04-01")]).await;
    let page = council.get("/ledger").await;
    insta::assert_snapshot!(page.words("<header><h1", "</tr><tr"), @"Ledger 25 entries. Each says who did what, as which post, from when it is true and when it was recorded; none can be changed. How that is proved Person or post Record Kind All Organisations Units Posts People Tenures Duties Plans Objectives Anchors Indicators Frameworks Requirements Obligations Controls Initiatives Actions Decisions Acceptances Handovers Rules Authorities Delegations Mappings Procedures Steps Questions Occurrences Evidence Findings Audits Risks Thresholds Signals Change sets Proposals Successions Recorded from Recorded to Show 25 entries, 1 to 25, the newest first; moments are those of UTC Entry What Who True from Recorded 25 Unit Care : established Mary Okafor, as Register administrator 1 April 2030 30 March 2030, 12:00");
    insta::assert_snapshot!(page.words("<tbody", "</tr>"), @"25 Unit Care : established Mary Okafor, as Register administrator 1 April 2030 30 March 2030, 12:00");
}

#[tokio::test]
async fn entries_are_narrowed_by_who_what_kind_and_day() {
    let mut council = Council::new().await;
    council.send("/units", &[("name", "Care"), ("from", "2030-04-01")]).await;
    assert_eq!(numbers(&mut council, "").await.len(), 25);
    assert_eq!(numbers(&mut council, "by=Mary+Okafor").await, ["25"]);
    assert_eq!(numbers(&mut council, "by=POST-1").await, ["25"]);
    assert_eq!(numbers(&mut council, "kind=people").await, ["8", "4"]);
    assert_eq!(numbers(&mut council, "about=POST-2&kind=posts").await, ["7"]);
    assert_eq!(numbers(&mut council, "about=ann+bell").await, ["9", "8"]);
    assert_eq!(numbers(&mut council, "from=2030-03-30").await, ["25", "24"]);
    assert_eq!(numbers(&mut council, "to=2029-06-01&kind=measurements").await.len(), 23);
    assert_eq!(numbers(&mut council, "to=2029-05-31").await, [""; 0]);
    assert_eq!(numbers(&mut council, "before=3").await, ["2", "1"]);
    assert_eq!(numbers(&mut council, "known=2029-12-01T00:00:00Z&kind=indicators").await.len(), 2);
    let nobody = council.get("/ledger?by=Nobody").await;
    assert!(nobody.words("<main", "</main>").contains("nothing is called “Nobody”"));
    let none = council.get("/ledger?to=2029-05-31").await;
    assert!(none.words("<main", "</main>").contains("No entry is like that"));
}

#[tokio::test]
async fn a_page_of_the_ledger_is_asked_for_again_only_when_it_has_changed() {
    let mut council = Council::new().await;
    let mut subjects = async |query: &str| {
        let page = council.get(&format!("/ledger?{query}")).await;
        page.body.split("data-subjects=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert_eq!(subjects("").await, "*", "every entry comes onto the newest page");
    assert_eq!(subjects("kind=posts").await, "posts");
    assert_eq!(subjects("about=POST-2").await, "POST-2");
    assert_eq!(subjects("before=4").await, "ORG-1 POST-1 UNIT-1", "what has been is over");
    assert_eq!(subjects("to=2030-03-30").await, "*", "today is not over");
}

#[tokio::test]
async fn a_long_ledger_is_read_page_by_page() {
    let mut council = Council::new().await;
    let unit = |n: usize| {
        json!({ "unit": { "establish": { "from": "2029-01-01", "terms":
            { "name": format!("Ward {n}"), "within": "UNIT-1" } } } })
    };
    council.record(&(0..250).map(unit).collect::<Vec<_>>());
    for query in ["", "about=UNIT-1", "kind=units"] {
        let (mut seen, mut path) = (Vec::new(), format!("/ledger?{query}"));
        loop {
            let body = council.get(&path).await.body;
            let query = path.split_once('?').unwrap().1.replace("&amp;", "&");
            seen.extend(numbers(&mut council, &query).await);
            let Some(next) = body.split("rel=\"next\" href=\"").nth(1) else { break };
            path = next.split('"').next().unwrap().replace("&amp;", "&");
        }
        let mut once = seen.clone();
        once.dedup();
        assert_eq!(once, seen, "{query}: nothing comes twice");
        let expected = match query {
            "" => 274,
            "kind=units" => 252,
            _ => 1,
        };
        assert_eq!(seen.len(), expected, "{query}");
    }
}

#[tokio::test]
async fn an_entry_says_who_by_what_right_and_what_was_before() {
    let mut council = Council::new().await;
    let entry = council.get("/ledger/9").await;
    insta::assert_snapshot!(entry.words("<main", "<h2>Proof"), @"Ledger Entry 9 Tenure Ann Bell as Head of Waste : established Done by Whoever runs the installation, at its console About Ann Bell as Head of Waste TEN-2 True from 1 January 2029 Recorded 1 June 2029, 09:00 UTC As known just then Ann Bell as Head of Waste at that moment What changed Each field that the entry changed, before and after Field As established Post Head of Waste POST-2 Person Ann Bell PERSON-2 Capacity substantive Stands from 1 January 2029 Proof");
    council.record(&[change(
        "post",
        "POST-2",
        &json!({ "name": "Director of Streets", "code": "S1" }),
    )]);
    let entry = council.get("/ledger/25").await;
    insta::assert_snapshot!(entry.words("<section", "</section>"), @"What changed Each field that the entry changed, before and after Field Before After Title Head of Waste Director of Streets External number W12 S1");
    let mut ann = council.as_person(2, "ann").await;
    let sent = format!("name=Fewer+rounds&from=2030-01-01&idempotency_key={:032x}", 8);
    assert_eq!(ann.send("/actions", &sent).await.status, 303);
    insta::assert_snapshot!(ann.get("/ledger/26").await.words("<dl", "</dl>"), @"Done by Ann Bell PERSON-2 , as Director of Streets POST-2 ( substantive ) By what right Any postholder may establish actions About Fewer rounds ACT-2 True from 1 January 2030 Recorded 30 March 2030, 12:00 UTC As known just then Fewer rounds at that moment");
    let sent = format!("name=Least+waste&from=2030-01-01&idempotency_key={:032x}", 9);
    assert_eq!(ann.send("/objectives/OBJ-2/change", &sent).await.status, 303);
    insta::assert_snapshot!(ann.get("/ledger/27").await.words("<dl", "</dl>"), @"Done by Ann Bell PERSON-2 , as Director of Streets POST-2 ( substantive ) By what right The post was accountable for Least waste OBJ-2 About Least waste OBJ-2 True from 1 January 2030 Recorded 30 March 2030, 12:00 UTC As known just then Least waste at that moment");
    insta::assert_snapshot!(ann.get("/ledger/27").await.words("<section", "</section>"), @"What changed Each field that the entry changed, before and after Field Before After Objective Less waste Least waste");
    council.record(&[
        json!({ "objective": { "end": { "id": "OBJ-2", "on": "2031-01-01" } } }),
        json!({ "measurement": { "record": { "indicator": "IND-1",
            "readings": [{ "on": "2030-02-28", "value": "51" }] } } }),
    ]);
    insta::assert_snapshot!(ann.get("/ledger/28").await.words("<section", "</section>"), @"What changed Each field that the entry changed, before and after Field Before After Stands from 1 January 2029 from 1 January 2029 until 1 January 2031");
    insta::assert_snapshot!(ann.get("/ledger/29").await.words("<section", "</section>"), @"What changed Each field that the entry changed, before and after Field Before After 28 February 2030 52.5 51");
}

#[tokio::test]
async fn nobody_who_was_erased_is_named() {
    let mut council = Council::new().await;
    let (told, erased) = std::sync::mpsc::channel();
    council.visit.host.erase(PersonId::at_row(1), kernel::By::Console, move |it| {
        told.send(it.map(|_| ())).unwrap()
    });
    erased.recv().unwrap().unwrap();
    for path in [
        "/ledger",
        "/ledger/8",
        "/ledger/9",
        "/ledger/9?known=2029-12-01T00:00:00Z",
        "/ledger?about=PERSON-2",
    ] {
        let body = council.get(path).await.body;
        assert!(!body.contains("Ann Bell"), "{path}");
        assert!(body.contains("former postholder"), "{path}");
    }
    let proof = Proof::parse(&council.get("/ledger/8/proof").await.body).unwrap();
    assert_eq!(proof.check(signer().verifier()).unwrap().size, 24);
}

#[tokio::test]
async fn the_proof_of_an_entry_holds_away_from_the_server() {
    let mut council = Council::new().await;
    let page = council.get("/ledger/9").await;
    assert!(page.words("<main", "</main>").contains("Checked just now"));
    let file = council.get("/ledger/9/proof").await;
    let named = file.raw["content-disposition"].to_str().unwrap();
    assert_eq!(named, "attachment; filename=\"entry-9.tlog-proof\"");
    let proof = Proof::parse(&file.body).unwrap();
    assert_eq!((proof.seq, proof.check(signer().verifier()).unwrap().size), (9, 24));
    assert!(page.body.contains(&ledger::checkpoint::hex(&proof.leaf())));
    assert_eq!(council.get("/ledger/99/proof").await.status, 404);
    assert_eq!(council.get("/api/v1/ledger/9/proof").await.body, file.body);
    assert_eq!(council.get("/api/v1/ledger/99/proof").await.status, 404);
}

#[tokio::test]
async fn a_kept_checkpoint_is_compared_with_the_ledger_as_it_is() {
    let mut council = Council::new().await;
    let page = council.get("/ledger/checkpoint").await;
    let said = page.words("<main", "</main>");
    assert!(said.contains("Ledger example.test/council Entries 24 Root "), "{said}");
    assert!(said.contains(&signer().verifier().to_string()), "{said}");
    let note = council.get("/ledger/checkpoint/note").await.body;
    assert!(note.starts_with("example.test/council\n24\n"), "{note}");
    council.send("/units", &[("name", "Care"), ("from", "2030-04-01")]).await;
    for name in ["pasted", "file"] {
        let answer = hand_in(&mut council.visit, "/ledger/checkpoint", name, &note).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.words("<div class=\"notice", "</div>"), @"The kept checkpoint holds The 24 entries that it covers stand unchanged at the beginning of the 25 that there are now.");
        }
    }
    let forged = signer().sign(20, [9; 32]);
    let answer = hand_in(&mut council.visit, "/ledger/checkpoint", "pasted", &forged).await;
    assert!(answer.body.contains("History was rewritten"));
    let longer = signer().sign(2_000, [9; 32]);
    let answer = hand_in(&mut council.visit, "/ledger/checkpoint", "pasted", &longer).await;
    assert!(answer.body.contains("The ledger was rolled back"));
    let strange = note.replace("24", "23");
    let answer = hand_in(&mut council.visit, "/ledger/checkpoint", "pasted", &strange).await;
    assert!(answer.body.contains("That is no checkpoint of this ledger"));
    let answer = hand_in(&mut council.visit, "/ledger/checkpoint", "pasted", " \n ").await;
    assert!(answer.body.contains("No checkpoint was given"));
    let long = "x".repeat(ledger::checkpoint::NOTE_BYTES_MAX + 1);
    let answer = hand_in(&mut council.visit, "/ledger/checkpoint", "file", &long).await;
    assert_eq!(answer.status, 413);
}

/// The page of the run once it has ended. Each look gives the run's thread its turn.
async fn ended(visit: &mut Visit) -> Answer {
    for _ in 0..100_000 {
        let page = visit.get("/ledger/verify").await;
        if !page.body.contains("entries read. You can leave") {
            return page;
        }
        std::thread::yield_now();
    }
    panic!("the verification does not come to an end");
}

#[tokio::test]
async fn the_whole_ledger_is_verified_on_the_server() {
    let mut council = Council::new().await;
    let before = council.get("/ledger/verify").await;
    assert!(before.words("<main", "</main>").ends_with("Verify 24 entries"));
    let started = hand_in(&mut council.visit, "/ledger/verify", "pasted", "").await;
    assert_eq!((started.status, started.location.as_deref()), (303, Some("/ledger/verify")));
    let page = ended(&mut council.visit).await;
    insta::assert_snapshot!(page.words("<main", "<h2>Verify again"), @"Verify the ledger Reads every entry again and checks its bytes, the tree, every checkpoint and signature, and the names in the vault against what the entries commit to. It changes nothing and others can go on working. 24 entries, all as written Nothing was changed, taken out, added or moved. Entries 24, 4,114 bytes Checkpoints 1, each as its entries give it Signed by example.test/council+f0006680+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs Root 17e5fe37ed40dfeb4035899a52353e87ee752be8e3f78c1cc714472569153cb0 Names in the vault 2 as the entries commit to them Begun 30 March 2030, 12:00 UTC by Mary Okafor, finished 30 March 2030, 12:00 UTC . Verify again");

    let note = council.get("/ledger/checkpoint/note").await.body;
    hand_in(&mut council.visit, "/ledger/verify", "pasted", &note).await;
    let page = ended(&mut council.visit).await;
    assert!(page.body.contains("the first 24 are those of the kept checkpoint"));

    let forged = signer().sign(20, [9; 32]);
    hand_in(&mut council.visit, "/ledger/verify", "pasted", &forged).await;
    let page = ended(&mut council.visit).await;
    let said = page.words("<main", "</main>");
    assert!(
        said.contains("One thing is wrong") && said.contains("history was rewritten"),
        "{said}"
    );

    let refused = hand_in(&mut council.visit, "/ledger/verify", "pasted", "what?").await;
    assert!(refused.body.contains("The kept checkpoint cannot be used"));
    // Another visitor sees the same run.
    let mut ann = council.as_person(2, "ann").await;
    assert!(ann.get("/ledger/verify").await.body.contains("One thing is wrong"));
}
