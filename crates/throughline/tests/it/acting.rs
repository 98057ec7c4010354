//! A person who acts at the command line as themselves: what the console, which holds no post, cannot say.

use serde_json::{Value as Json, json};

use crate::{
    program::Place,
    server::{PASSWORD, Server},
};

fn establish(kind: &str, from: &str, terms: Json) -> Json {
    json!({ kind: { "establish": { "from": from, "terms": terms } } })
}

#[test]
fn a_holder_answers_and_signs_at_the_command_line_and_the_console_does_not() {
    let place = Place::new();
    Server::start(&place).make_administrator();
    // The post begins with the organisation, which is today.
    let today = place.told(&["status"]).1["at"].as_str().unwrap().to_owned();
    let first = &*today;
    let council = json!([
        establish("plan", first, json!({ "name": "Plan" })),
        establish("objective", first, json!({ "name": "Warm homes", "plan": "PLAN-1" })),
        establish("objective", first, json!({ "name": "Dry homes", "plan": "PLAN-1" })),
        establish(
            "duty",
            first,
            json!({ "post": "POST-1", "subject": "OBJ-1", "role": "accountable" })
        ),
        establish(
            "duty",
            first,
            json!({ "post": "POST-1", "subject": "OBJ-2", "role": "accountable" })
        ),
    ]);
    place.perform(&council, &[]).fine();
    let challenge = establish(
        "acceptance",
        &today,
        json!({ "duty": "DUTY-1", "tenure": "TEN-1", "answer": "challenged", "reason": "It is Estates’." }),
    );
    let console = place.perform(&challenge, &[]);
    console.fails(1, "Only the holder can say this");
    console.fails(1, "Say who you are, with `--as NAME --password-file FILE`");

    let password = place.file("password", &format!("{PASSWORD}\n"));
    let wrong = place.file("wrong", "seven grey herons\n");
    let me = ["--as=ada", "--password-file", &password];
    place.perform(&challenge, &["--as=ada"]).fails(2, "--password-file");
    place
        .perform(&challenge, &["--as=ada", "--password-file", &wrong])
        .fails(2, "do not belong together");
    place
        .perform(&challenge, &["--as=bea", "--password-file", &password])
        .fails(2, "do not belong together");
    place
        .perform(&challenge, &[&me[..], &["--as-post=POST-7"]].concat())
        .fails(2, "does not hold POST-7 today");
    place.perform(&challenge, &me).fine();

    let accept = [&["accept", "POST-1"][..], &me[..]].concat();
    place.run(&accept).fine();
    let answers = place.told(&["acceptances", "POST-1"]).1;
    let told: Vec<_> =
        answers["items"].as_array().unwrap().iter().map(|it| &it["answer"]).collect();
    assert_eq!(told, ["challenged", "accepted"]);
    // It is in the ledger as theirs, by that post.
    let entries = place.told(&["show", "ACC-1"]).1;
    assert_eq!(entries["terms"]["tenure"], "TEN-1", "{entries}");

    let open = establish(
        "handover",
        &today,
        json!({ "post": "POST-1", "outgoing": "TEN-1", "judgement": "Calm." }),
    );
    let sign = json!({ "handover": { "change": { "id": "HAND-1", "from": today, "terms": { "given_by": "TEN-1" } } } });
    place.perform(&open, &me).fine();
    place.perform(&sign, &[]).fails(1, "The console holds no post.");
    place.perform(&sign, &me).fine();
    let pack = place.told(&["handover", "POST-1"]).1;
    assert_eq!(pack["handover"]["given"]["person"], "PERSON-1");

    // Somebody shut out is out here too.
    place.run(&["shut-out", "PERSON-1"]).fine();
    place.perform(&sign, &me).fails(2, "was shut out");
    assert_eq!(place.run(&["verify"]).code, 0);
}
