//! Tampering shows: any one byte of an entry, changed in the file, and `verify` names the entry.

use rusqlite::{Connection, params};
use serde_json::json;

use crate::program::{Place, run};

/// Of all the bytes of all entries, every so many-th is flipped, one at a time.
const STRIDE: usize = 97;

fn lived() -> Place {
    let place = Place::new();
    let establish = |kind: &str, terms| json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } });
    let commands = json!([
        establish("person", json!({ "name": "Ada Obi" })),
        establish("unit", json!({ "name": "Łódź \u{1f9f5} and more" })),
        establish("plan", json!({ "name": "Corporate plan" })),
        establish("objective", json!({ "name": "Safe homes", "plan": "PLAN-1" })),
        establish("indicator", json!({ "name": "Waits", "target": "20" })),
        establish("anchor", json!({ "from": "IND-1", "serves": "OBJ-1" })),
    ]);
    place.perform(&commands, &[]).fine();
    let readings = json!([{ "on": "2026-01-31", "value": "19.5" }]);
    let record = json!({ "indicator": "IND-1", "readings": readings });
    place.perform(&json!({ "measurement": { "record": record } }), &[]).fine();
    place
}

fn bodies(ledger: &Connection) -> Vec<(i64, Vec<u8>)> {
    let mut find =
        ledger.prepare("SELECT seq, CAST(body AS BLOB) FROM entries ORDER BY seq").unwrap();
    let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn put(ledger: &Connection, seq: i64, body: &[u8]) {
    let sql = "UPDATE entries SET body = CAST(?2 AS TEXT) WHERE seq = ?1";
    assert_eq!(ledger.execute(sql, params![seq, body]).unwrap(), 1);
}

#[test]
fn a_byte_changed_in_an_entry_is_found_and_the_entry_is_named() {
    let place = lived();
    let sound = place.run(&["verify"]).fine();
    assert!(sound.starts_with("sound: 10 entries"), "{sound}");
    let ledger = Connection::open(place.ledger()).unwrap();
    let all = bodies(&ledger);
    let (mut place_in_log, mut flips) = (0, 0);
    for (seq, body) in &all {
        for at in 0..body.len() {
            place_in_log += 1;
            if place_in_log % STRIDE != 0 && at != 0 {
                continue;
            }
            // Now a bit that leaves it text, now one that may not.
            let bit = if flips % 2 == 0 { 0x01 } else { 0x80 };
            let mut changed = body.clone();
            changed[at] ^= bit;
            put(&ledger, *seq, &changed);
            let answer = place.run(&["verify", "--json"]);
            assert_eq!(answer.code, 1, "entry {seq}, byte {at}: {answer:?}");
            let findings = answer.json()["findings"].to_string();
            assert!(
                findings.contains(&format!("entry {seq} ")),
                "entry {seq}, byte {at}: {findings}"
            );
            put(&ledger, *seq, body);
            flips += 1;
        }
    }
    assert!(flips > 20, "{flips} flips");
    place.run(&["verify"]).fine();
}

#[test]
fn an_entry_that_is_gone_swapped_or_added_is_found() {
    let place = lived();
    let ledger = Connection::open(place.ledger()).unwrap();
    let all = bodies(&ledger);
    let found = |what: &str| {
        let answer = place.run(&["verify"]);
        assert_eq!(answer.code, 1, "{what}: {answer:?}");
        assert!(answer.out.contains("NOT SOUND"), "{what}: {answer:?}");
    };
    put(&ledger, 5, &all[5].1);
    put(&ledger, 6, &all[4].1);
    found("two entries changed places");
    put(&ledger, 5, &all[4].1);
    put(&ledger, 6, &all[5].1);
    place.run(&["verify"]).fine();
    let sql =
        "INSERT INTO entries (seq, body, leaf) SELECT 11, body, leaf FROM entries WHERE seq = 10";
    ledger.execute(sql, []).unwrap();
    found("an entry was added");
    ledger.execute("DELETE FROM entries WHERE seq = 11", []).unwrap();
    place.run(&["verify"]).fine();
    ledger.execute("DELETE FROM entries WHERE seq = 10", []).unwrap();
    found("the last entry is gone");
}

#[test]
fn a_ledger_rolled_back_is_found_by_a_checkpoint_that_somebody_kept() {
    let place = lived();
    let backup = place.beside("early.backup");
    let early = backup.to_str().unwrap().to_owned();
    place.run(&["backup", &early]).fine();
    place
        .perform(&json!({ "plan": { "end": { "id": "PLAN-1", "on": "2026-06-01" } } }), &[])
        .fine();
    let ledger = Connection::open(place.ledger()).unwrap();
    let sql = "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1";
    let note: String = ledger.query_row(sql, [], |row| row.get(0)).unwrap();
    let kept = place.beside("kept.txt");
    std::fs::write(&kept, note).unwrap();
    let kept = kept.to_str().unwrap().to_owned();
    place.run(&["verify", "--checkpoint", &kept]).fine();
    let restored = place.beside("restored");
    place.run_on(&restored, &["restore", &early]).fine();
    place.run_on(&restored, &["verify"]).fine();
    let answer = place.run_on(&restored, &["verify", "--checkpoint", &kept]);
    assert_eq!(answer.code, 1, "{answer:?}");
}

#[test]
fn a_proof_of_an_entry_holds_without_the_ledger_and_not_with_a_byte_changed() {
    let place = lived();
    let sound = place.run(&["verify", "--json"]);
    let key = sound.json()["signed_by"].as_str().unwrap().to_owned();
    let verifier = ledger::Verifier::parse(&key).unwrap();
    let mut store = ledger::Sqlite::open_read_only(&place.ledger()).unwrap();
    let proof = ledger::proof::prove(&mut store, &verifier, 5).unwrap().unwrap().text();
    let file = place.beside("entry-5.tlog-proof");
    let path = file.to_str().unwrap().to_owned();
    std::fs::write(&file, &proof).unwrap();
    let args = ["verify", "--proof", &path, "--key", &key];
    let answer = run(args).fine();
    assert!(answer.starts_with("sound: entry 5 is one of the 10 that "), "{answer}");
    let with_folder = place.run(&["verify", "--proof", &path]).fine();
    assert_eq!(with_folder, answer);
    for at in (0..proof.len()).step_by(STRIDE / 8) {
        let mut changed = proof.clone().into_bytes();
        changed[at] ^= 0x01;
        std::fs::write(&file, &changed).unwrap();
        let answer = run([&args[..], &["--json"]].concat());
        assert_eq!(
            answer.code,
            if String::from_utf8(changed).is_ok() { 1 } else { 2 },
            "byte {at}: {answer:?}"
        );
    }
    std::fs::write(&file, &proof).unwrap();
    let stranger = ledger::Signer::new("throughline/other", &[1; 32]).unwrap();
    let other = stranger.verifier().to_string();
    let answer = run(["verify", "--proof", &path, "--key", &other]);
    assert_eq!(answer.code, 1, "{answer:?}");
    // Neither a ledger nor a key is misuse.
    assert_eq!(run(["verify", "--proof", &path]).code, 2);
}
