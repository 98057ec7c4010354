//! Attachments at the console: kept, read back, in backups, found when they are gone, erased.

use std::{fs, path::Path};

use ledger::Digest;
use serde_json::json;

use crate::{program::Place, server::Server};

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photo of an extinguisher";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A place with one file that an entry names, and one that none does.
fn lived() -> (Place, String) {
    let place = Place::new();
    let photo = place.beside("photo.jpg");
    fs::write(&photo, PHOTO).unwrap();
    let digest = place.run(&["file", "add", text(&photo)]).fine().trim().to_owned();
    assert_eq!(digest, Digest::of(PHOTO).to_string());
    let terms = json!({ "name": "Keep it", "options": digest });
    place
        .perform(
            &json!({ "decision": { "establish": { "from": "2026-01-01", "terms": terms } } }),
            &[],
        )
        .fine();
    let letter = place.beside("letter.txt");
    fs::write(&letter, "Dear Sir or Madam").unwrap();
    let again = place.run(&["file", "add", text(&letter), "--json"]).json();
    assert_eq!((&again["bytes"], &again["again"]), (&json!(17), &json!(false)));
    (place, digest)
}

fn on_disk(data: &Path, digest: &str) -> std::path::PathBuf {
    let hex = digest.trim_start_matches("sha256:");
    data.join("files").join(&hex[..2]).join(&hex[2..])
}

#[test]
fn a_file_is_kept_and_read_back_beside_a_server_at_work() {
    let (place, digest) = lived();
    let server = Server::start(&place);
    let copy = place.beside("copy.jpg");
    place.run(&["file", "get", &digest, "-o", text(&copy)]).fine();
    assert_eq!(fs::read(&copy).unwrap(), PHOTO);
    place.run(&["file", "get", &digest, "-o", text(&copy)]).fails(2, "cannot write");
    let answer = place.run(&["file", "add", text(&copy), "--json"]).json();
    assert_eq!(answer["again"], json!(true));
    place.run(&["file", "erase", &digest, "--yes"]).fails(2, "is in use by a running server");
    server.end_gently();
    let none = Digest::of(b"nothing").to_string();
    place.run(&["file", "get", &none, "-o", "-"]).fails(1, "there is no file");
    place
        .run(&["file", "get", "../../etc/passwd", "-o", "-"])
        .fails(2, "64 small hexadecimal digits");
    let folder = text(place.data().as_path()).to_owned();
    place.run(&["file", "add", &folder]).fails(2, "is a folder");
}

#[test]
fn no_entry_names_a_file_that_is_not_here() {
    let place = Place::new();
    let terms = json!({ "name": "Keep it", "options": Digest::of(b"nowhere").to_string() });
    let command = json!({ "decision": { "establish": { "from": "2026-01-01", "terms": terms } } });
    place.perform(&command, &[]).fails(2, "upload it before it is named");
    place.run(&["show", "DEC-1"]).fails(2, "DEC-1");
}

#[test]
fn a_file_that_is_changed_or_gone_is_found() {
    let (place, digest) = lived();
    let sound = place.run(&["verify", "--json"]).json();
    let counts = (&sound["files"], &sound["files_erased"], &sound["files_no_entry_names"]);
    assert_eq!(counts, (&json!(1), &json!(0), &json!(1)));
    let path = on_disk(&place.data(), &digest);
    let mut bytes = fs::read(&path).unwrap();
    bytes[9] ^= 4;
    fs::write(&path, &bytes).unwrap();
    let answer = place.run(&["verify"]);
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains(&format!("the file {digest}, which entry")), "{answer:?}");
    place.run(&["file", "get", &digest, "-o", "-"]).fails(1, "is not what was kept");
    fs::remove_file(&path).unwrap();
    let answer = place.run(&["verify"]);
    assert!(answer.code == 1 && answer.out.contains("is missing"), "{answer:?}");
    // Found elsewhere and put back, all is well.
    place.run(&["file", "add", text(&place.beside("photo.jpg"))]).fine();
    place.run(&["verify"]).fine();
}

#[test]
fn files_are_in_a_backup_and_come_back_checked() {
    let (place, digest) = lived();
    let (file, back) = (place.beside("ashby.backup"), place.beside("back"));
    place.run(&["backup", text(&file)]).fine();
    place.run_on(&back, &["restore", text(&file)]).fine();
    assert_eq!(fs::read(on_disk(&back, &digest)).unwrap(), PHOTO);
    let sound = place.run_on(&back, &["verify", "--json"]).json();
    assert_eq!((&sound["sound"], &sound["files"]), (&json!(true), &json!(1)));
    let ledger = rusqlite::Connection::open(back.join("ledger.sqlite")).unwrap();
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'files'";
    assert_eq!(ledger.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);

    // A file that the backup holds damaged is left out and named; the rest comes back.
    let damaged = rusqlite::Connection::open(&file).unwrap();
    let sql = "UPDATE files SET content = zeroblob(length(content)) WHERE digest = ?1";
    damaged.execute(sql, [Digest::of(PHOTO).0]).unwrap();
    drop(damaged);
    let other = place.beside("other");
    let answer = place.run_on(&other, &["restore", text(&file)]);
    assert!(answer.code == 1 && answer.out.contains(&format!("{digest} damaged")), "{answer:?}");
    assert!(!on_disk(&other, &digest).exists());
    assert!(on_disk(&other, &Digest::of(b"Dear Sir or Madam").to_string()).exists());
}

#[test]
fn an_erased_file_stays_erased_through_backups_and_everything_verifies() {
    let (place, digest) = lived();
    place.run(&["file", "erase", &digest]).fails(2, "say --yes");
    place.run(&["file", "erase", &digest, "--yes"]).fine();
    place.run(&["file", "get", &digest, "-o", "-"]).fails(1, "was erased");
    place.run(&["file", "add", text(&place.beside("photo.jpg"))]).fails(2, "was erased");
    let sound = place.run(&["verify"]).fine();
    assert!(sound.contains("0 files (1 erased)"), "{sound}");
    let (file, back) = (place.beside("ashby.backup"), place.beside("back"));
    place.run(&["backup", text(&file)]).fine();
    let bytes = fs::read(&file).unwrap();
    assert!(!bytes.windows(12).any(|it| it == b"extinguisher"), "the backup holds no byte of it");
    place.run_on(&back, &["restore", text(&file)]).fine();
    place.run_on(&back, &["verify"]).fine();
    place.run_on(&back, &["file", "get", &digest, "-o", "-"]).fails(1, "was erased");
    let none = Digest::of(b"nothing").to_string();
    place.run(&["file", "erase", &none, "--yes"]).fails(2, "There is no file");
}
