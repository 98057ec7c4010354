//! The first run on an empty folder, and accounts at the console.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Stdio},
};

use serde_json::json;

use crate::{
    program::{Place, program},
    server::post,
};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n";
const YOU: &str = "name=Ann+Bell&post=Head+of+Performance&unit=Corporate+Services&sign_in=Ann&password=seven+grey+herons&again=seven+grey+herons";

/// A server on a folder, and the line of its first ones that begins so.
fn serving(place: &Place, line: &str) -> (Child, SocketAddr, String) {
    let mut child = program()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(place.data())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let opened = lines.next().unwrap();
    let address = opened.strip_prefix("Open http://").unwrap().trim_end_matches('/');
    let address: SocketAddr = address.parse().unwrap();
    let found = match line {
        "" => String::new(),
        _ => lines.find(|it| it.starts_with(line)).unwrap(),
    };
    let path = found.split_once(&address.to_string()).map(|it| it.1.to_owned());
    // The pipe stays open as long as the child does.
    std::mem::forget(lines);
    (child, address, path.unwrap_or_default())
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_empty_folder_becomes_an_organisation_and_its_administrator_gets_back_in() {
    let place = Place::empty();
    let (child, address, link) = serving(&place, "Set one up at ");
    let organisation = "name=Fallowmere+Council&zone=Europe%2FDublin&about=Serves+the+county";
    for (step, form) in [("organisation", organisation), ("you", YOU)] {
        let (status, body) = post(address, &format!("{link}/{step}"), FORM, form).unwrap();
        assert_eq!(status, 303, "{body}");
    }
    assert!(!place.data().exists(), "nothing is made before the last step");
    let (status, _) = post(address, "/set-up/none/begin", FORM, "begin=look").unwrap();
    assert_eq!(status, 410);
    let (status, body) = post(address, &format!("{link}/begin"), FORM, "begin=look").unwrap();
    assert_eq!(status, 303, "{body}");
    // The same process serves it now.
    let credentials = json!({ "sign_in": "ann", "password": "seven grey herons" }).to_string();
    let kind = "Content-Type: application/json\r\n";
    let session = |address| post(address, "/api/v1/session", kind, &credentials).unwrap().0;
    assert_eq!(session(address), 201);
    end(child);

    assert_eq!(place.run(&["verify"]).code, 0);
    let (_, told) = place.told(&["show", "POST-1"]);
    assert_eq!(told["terms"]["name"], json!("Head of Performance"), "{told}");
    assert_eq!(told["terms"]["administers"], json!(true));
    let (_, told) = place.told(&["show", "UNIT-2"]);
    assert_eq!(
        (&told["terms"]["name"], &told["terms"]["within"]),
        (&json!("Corporate Services"), &json!("UNIT-1"))
    );
    let (_, told) = place.told(&["show", "ORG-1"]);
    assert_eq!(told["terms"]["about"], json!("Serves the county"), "{told}");

    // A second start opens it, and prints no link for a stranger.
    let (child, address, _) = serving(&place, "");
    assert_eq!(session(address), 201);
    place.run(&["invite", "PERSON-1"]).fails(2, "is in use by a running server");
    end(child);

    let (_, told) = place.told(&["accounts"]);
    let account = &told["accounts"][0];
    assert_eq!(
        (&account["person"], &account["sign_in"], &account["state"]),
        (&json!("PERSON-1"), &json!("ann"), &json!("can sign in"))
    );
    let (_, told) = place.told(&["invite", "PERSON-1"]);
    let path = told["path"].as_str().unwrap().to_owned();
    let (child, address, _) = serving(&place, "");
    let new = "password=eight+white+swans&again=eight+white+swans";
    assert_eq!(post(address, &path, FORM, new).unwrap().0, 303);
    assert_eq!(session(address), 422, "the forgotten password is gone");
    end(child);
}

#[test]
fn a_founding_that_was_broken_off_is_begun_again() {
    let place = Place::empty();
    std::fs::create_dir(place.data()).unwrap();
    std::fs::write(place.data().join("signing.key"), "07".repeat(32)).unwrap();
    drop(ledger::Sqlite::open(&place.ledger()).unwrap());
    let (child, address, link) = serving(&place, "Set one up at ");
    let organisation = "name=Fallowmere+Council&zone=Europe%2FDublin&about=";
    for (step, form) in [("organisation", organisation), ("you", YOU), ("begin", "begin=look")] {
        let (status, body) = post(address, &format!("{link}/{step}"), FORM, form).unwrap();
        assert_eq!(status, 303, "{body}");
    }
    end(child);
    assert_eq!(place.run(&["verify"]).code, 0);
    assert_eq!(place.told(&["show", "POST-1"]).1["terms"]["administers"], json!(true));
}

#[test]
fn whoever_is_shut_out_at_the_console_is_out_until_let_in() {
    let place = Place::new();
    let establish = |kind: &str, terms| json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } });
    place.perform(&establish("person", json!({ "name": "Ada Obi" })), &[]).fine();
    place.run(&["invite", "PERSON-1"]).fails(2, "has no account yet; say --sign-in NAME");
    place.run(&["invite", "PERSON-7", "--sign-in=x.y"]).fails(2, "there is no PERSON-7");
    place.run(&["invite", "POST-1", "--sign-in=x.y"]).fails(2, "is no person");
    place.run(&["invite", "PERSON-1", "--sign-in=a b"]).fails(2, "it may not contain");
    place.run(&["shut-out", "PERSON-1"]).fails(2, "has no account");
    let said = place.run(&["invite", "PERSON-1", "--sign-in=ada"]).fine();
    let path = said.lines().next().unwrap().to_owned();
    assert!(path.starts_with("/enter/"), "{said}");

    place.run(&["shut-out", "PERSON-1"]).fine();
    assert!(place.run(&["accounts"]).fine().contains("PERSON-1\tada\tAda Obi\tshut out\t-"));
    place.run(&["invite", "PERSON-1"]).fails(2, "they are shut out; let them in again first");
    let (child, address, _) = serving(&place, "");
    let new = "password=eight+white+swans&again=eight+white+swans";
    assert_eq!(post(address, &path, FORM, new).unwrap().0, 410, "the link went with it");
    end(child);
    place.run(&["let-in", "PERSON-1"]).fine();
    place.run(&["invite", "PERSON-1"]).fine();
}
