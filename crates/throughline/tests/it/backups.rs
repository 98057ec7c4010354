//! Backups: the whole organisation in one file, and back, beside a server at work.

use std::{fs, path::Path};

use ledger::{Entry, Sqlite, Store};
use serde_json::{Value as Json, json};

use crate::{program::Place, server::Server};

fn unit(name: &str) -> Json {
    json!({ "unit": { "establish": { "from": "2026-01-01", "terms": { "name": name } } } })
}

fn person(name: &str) -> Json {
    json!({ "person": { "establish": { "from": "2026-01-01", "terms": { "name": name } } } })
}

fn entries(ledger: &Path) -> Vec<Entry> {
    Sqlite::open_read_only(ledger).unwrap().read(0, usize::MAX).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_comes_back_as_it_was() {
    let place = Place::new();
    place.perform(&json!([unit("Housing"), person("Ada Obi")]), &[]).fine();
    let (file, back) = (place.beside("ashby.backup"), place.beside("back"));
    place.run(&["backup", text(&file)]).fine();
    // What comes after the backup is not in it.
    let kept = entries(&place.ledger());
    place.perform(&unit("Later"), &[]).fine();
    place.run_on(&back, &["restore", text(&file)]).fine();
    assert_eq!(entries(&back.join("ledger.sqlite")), kept);
    place.run_on(&back, &["verify"]).fine();
    let shown = place.run_on(&back, &["show", "PERSON-1"]).fine();
    assert!(shown.contains("Ada Obi"), "names come back: {shown}");
    // It goes on from there, under the same key.
    let verify =
        |data: &Path| place.run_on(data, &["verify", "--json"]).json()["signed_by"].clone();
    assert_eq!(verify(&back), verify(&place.data()));
}

#[test]
fn a_backup_can_be_made_while_a_server_is_at_work() {
    let place = Place::new();
    place.perform(&unit("Housing"), &[]).fine();
    let server = Server::start(&place);
    let file = place.beside("ashby.backup");
    place.run(&["backup", text(&file)]).fine();
    let back = place.beside("back");
    place.run_on(&back, &["restore", text(&file)]).fine();
    place.run_on(&back, &["verify"]).fine();
    assert_eq!(entries(&back.join("ledger.sqlite")), entries(&place.ledger()));
    server.end_gently();
}

#[test]
fn a_folder_in_use_says_so_and_can_still_be_read() {
    let place = Place::new();
    let server = Server::start(&place);
    let address = server.address.to_string();
    place.perform(&unit("Housing"), &[]).fails(2, "is in use by a running server; stop it first");
    place.run(&["serve", "--listen", "127.0.0.1:0"]).fails(2, "is in use by a running server");
    place.run(&["show", "UNIT-1"]).fine();
    place.run(&["export", "units"]).fine();
    place.run(&["verify"]).fine();
    let other = Place::new();
    other.run(&["serve", "--listen", &address]).fails(2, "is another server running there?");
    server.kill();
    // The lock goes with the process.
    place.perform(&unit("Housing"), &[]).fine();
}

#[test]
fn a_backup_overwrites_nothing_and_is_restored_over_nothing() {
    let place = Place::new();
    let file = place.beside("ashby.backup");
    place.run(&["backup", text(&file)]).fine();
    let first = fs::read(&file).unwrap();
    place.run(&["backup", text(&file)]).fails(2, "a backup overwrites nothing");
    assert_eq!(fs::read(&file).unwrap(), first);
    let before = entries(&place.ledger());
    place.run(&["restore", text(&file)]).fails(2, "holds an organisation already");
    assert_eq!(entries(&place.ledger()), before);
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let place = Place::new();
    let back = place.beside("back");
    let letter = place.beside("letter.txt");
    fs::write(&letter, "Dear Sir or Madam, ".repeat(100)).unwrap();
    place.run_on(&back, &["restore", text(&letter)]).fails(2, "is not a backup");
    let nothing = place.beside("nothing");
    place.run_on(&back, &["restore", text(&nothing)]).fails(2, "is not a backup");
    let ledger = place.ledger();
    place.run_on(&back, &["restore", text(&ledger)]).fails(2, "is not a backup");
    place.run_on(&back, &["show", "ORG-1"]).fails(2, "holds no organisation");
    let file = place.beside("cut.backup");
    place.run(&["backup", text(&file)]).fine();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let cut = place.run_on(&back, &["restore", text(&file)]);
    let sound = cut.code == 0 && place.run_on(&back, &["verify"]).code == 0;
    assert!(!sound, "half a backup passes for a whole one");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_keys_and_names() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.beside("ashby.backup");
    place.run(&["backup", text(&file)]).fine();
    let back = place.beside("back");
    place.run_on(&back, &["restore", text(&file)]).fine();
    let kept = [&place.data(), &back].map(|it| [it.join("signing.key"), it.join("ledger.sqlite")]);
    for path in kept.iter().flatten().chain([&file]) {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} can be read by others", path.display());
    }
}
