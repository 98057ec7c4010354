//! What other programs make of what we write: they run as they were published, in the versions of
//! `tests/peers/requirements.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use exchange::oscal::out::{self, Sort};
use kernel::{Ref, read::view::View};

use crate::{demo, program, server::Server};

/// The Python in which the other programs are installed, as `scripts/test` does; their absence is a failure
/// where `CI` is set.
#[expect(clippy::disallowed_methods, reason = "a build server says that it is one")]
fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/peers/bin/python");
    if python.exists() {
        return Some(python);
    }
    assert!(std::env::var("CI").is_err(), "other programs are missing: scripts/test installs them");
    eprintln!("skipped: other programs are not installed; scripts/test installs them");
    None
}

/// Every document of both frameworks of the demonstration, today and a year before, read by compliance-trestle and
/// written by it again: nothing is refused, nothing is lost, nothing is added.
#[test]
fn compliance_trestle_reads_every_oscal_document_and_loses_nothing_of_it() {
    let Some(python) = python() else { return };
    let council = demo::told(demo::TODAY);
    let place = program::Place::empty();
    let mut files = Vec::new();
    for (framework, at) in [1, 2].into_iter().flat_map(|it| [(it, demo::TODAY), (it, "2025-02-17")])
    {
        let of: Ref = format!("FWK-{framework}").parse().unwrap();
        let view = View::new(&council.state, at.parse().unwrap());
        for sort in Sort::ALL {
            // Nothing was found on the first framework, nor on the second a year before.
            if sort == Sort::Plan && (framework, at) != (2, demo::TODAY) {
                let says = out::document(&view, of.try_into().unwrap(), sort).unwrap_err();
                assert!(says.starts_with("Nothing was found on that date on "), "{says}");
                continue;
            }
            let document = out::document(&view, of.try_into().unwrap(), sort).unwrap();
            let file = place.data().join(format!("{of}-{}-{at}.json", sort.word()));
            fs::create_dir_all(place.data()).unwrap();
            fs::write(&file, document.to_string()).unwrap();
            files.push(file);
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/oscal.py");
    let answer = Command::new(python).arg(script).args(&files).output().unwrap();
    let says = String::from_utf8_lossy(&answer.stdout);
    let faults = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{says}{faults}");
    assert_eq!(says.matches(", 0 differences").count(), files.len(), "{says}");
    assert_eq!(files.len(), 17);
}

/// A fresh organisation's directory interface, tried by scim2-tester: every check of users, groups and what
/// is offered is fine.
#[test]
fn scim2_tester_finds_no_error() {
    let Some(python) = python() else { return };
    let place = program::Place::new();
    let server = Server::start(&place);
    let token = server.let_in();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/scim.py");
    let address = format!("http://{}/scim/v2", server.address);
    let answer = Command::new(python).arg(script).args([&address, &token]).output().unwrap();
    server.kill();
    let says = String::from_utf8_lossy(&answer.stdout);
    let faults = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{says}{faults}");
    assert!(says.contains(", 0 errors"), "{says}");
    let checks: usize = says.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(checks > 90, "{says}");
    // What was tried and taken away has left nothing behind that does not verify.
    assert_eq!(place.run(&["verify"]).code, 0);
}
