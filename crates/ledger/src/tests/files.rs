//! Files beside the log: kept whole, once, bounded, checked on the way out, erased without a hole.

use std::fs;
use std::io::Read;

use tempfile::{TempDir, tempdir};

use super::signer;
use crate::files::{FILE_BYTES_MAX, Named, State, erased_by, erased_text, named};
use crate::{Digest, FileError, Files};

struct Shelf {
    folder: TempDir,
    files: Files,
}

impl Shelf {
    fn new() -> Shelf {
        let folder = tempdir().unwrap();
        let files = Files::in_folder(folder.path().join("files"));
        Shelf { folder, files }
    }

    /// Every file under the folder, by its path within.
    fn paths(&self) -> Vec<String> {
        let mut open = vec![self.folder.path().join("files")];
        let mut found = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { open.push(path) } else { found.push(path) }
            }
        }
        let within = |it: &std::path::PathBuf| {
            it.strip_prefix(self.folder.path()).unwrap().display().to_string()
        };
        let mut found: Vec<String> = found.iter().map(within).collect();
        found.sort();
        found
    }

    fn keep(&self, bytes: &[u8]) -> Digest {
        self.files.put(&mut &*bytes).unwrap().digest
    }

    fn check(&self, bodies: &[String]) -> crate::files::Found {
        let mut named = Named::default();
        bodies.iter().for_each(|it| named.entry(it));
        named.check(&self.files, signer().verifier()).unwrap()
    }
}

fn naming(digest: &Digest) -> String {
    format!(r#"{{"answer":"{digest}"}}"#)
}

fn note(digest: &Digest) -> String {
    signer().sign_text(&erased_text(digest, "2026-11-24T12:00:00Z", "PERSON-1 as POST-2"))
}

/// Counts what is taken of it, and never ends.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0 += buffer.len() as u64;
        buffer.fill(7);
        Ok(buffer.len())
    }
}

#[test]
fn a_file_is_kept_under_its_digest_once_and_read_back() {
    let shelf = Shelf::new();
    let kept = shelf.files.put(&mut &b"a photo"[..]).unwrap();
    assert_eq!((kept.digest, kept.bytes, kept.again), (Digest::of(b"a photo"), 7, false));
    let again = shelf.files.put(&mut &b"a photo"[..]).unwrap();
    assert_eq!((again.digest, again.again), (kept.digest, true));
    let (digits, all) = (kept.digest.hex(), shelf.paths());
    assert_eq!(all, [format!("files/{}/{}", &digits[..2], &digits[2..])]);
    let (mut file, bytes) = shelf.files.open(&kept.digest).unwrap();
    let mut read = Vec::new();
    file.read_to_end(&mut read).unwrap();
    assert_eq!((&*read, bytes), (&b"a photo"[..], 7));
    assert_eq!(shelf.keep(b""), Digest::of(b""), "an empty one is a file, too");
}

#[test]
fn a_digest_is_written_in_one_way_only() {
    let digest = Digest::of(b"x");
    assert_eq!(digest.to_string().parse(), Ok(digest));
    assert_eq!(digest.hex().parse(), Ok(digest));
    for odd in [
        digest.hex().to_uppercase(),
        digest.hex()[1..].to_owned(),
        format!("{}0", digest.hex()),
        format!("sha1:{}", digest.hex()),
        format!("../{}", &digest.hex()[3..]),
        String::new(),
    ] {
        assert!(odd.parse::<Digest>().is_err(), "{odd}");
    }
}

#[test]
fn an_entry_names_a_file_by_a_string_that_is_a_digest_and_by_nothing_else() {
    let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
    let body = format!(
        r#"{{"files":["{one}","{two}"],"text":"see {one}","hex":"{}","cut":"sha256:ab"}}"#,
        one.hex()
    );
    assert_eq!(named(&body).collect::<Vec<_>>(), [one, two]);
    for cut in 0..body.len() {
        // However an entry is cut off, nothing panics.
        let _ = named(&body[..cut]).count();
    }
}

#[test]
fn what_has_no_end_is_given_up_at_the_limit() {
    let shelf = Shelf::new();
    let mut endless = Endless(0);
    let refused = shelf.files.put(&mut endless).unwrap_err();
    assert!(matches!(refused, FileError::TooLong { .. }), "{refused}");
    assert!(endless.0 <= FILE_BYTES_MAX + (1 << 20), "{} bytes were read", endless.0);
    assert_eq!(shelf.paths(), [""; 0], "nothing is left of it");
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let shelf = Shelf::new();
    let mut upload = shelf.files.begin().unwrap();
    upload.write(b"half").unwrap();
    assert_eq!(shelf.paths().len(), 1);
    drop(upload);
    assert_eq!(shelf.paths(), [""; 0]);
    // A crash leaves a part, and the next start clears it away.
    std::mem::forget(shelf.files.begin().unwrap());
    assert_eq!(shelf.paths().len(), 1);
    shelf.files.clear_parts().unwrap();
    assert_eq!(shelf.paths(), [""; 0]);
}

#[test]
fn no_byte_of_a_changed_file_is_given_out_and_a_good_copy_mends_it() {
    let shelf = Shelf::new();
    let digest = shelf.keep(b"a photo");
    let path = shelf.folder.path().join(shelf.paths().remove(0));
    for changed in [&b"a phota"[..], b"a phot", b"a photo ", b""] {
        fs::write(&path, changed).unwrap();
        let refused = shelf.files.open(&digest).unwrap_err();
        assert!(matches!(refused, FileError::Changed(_)), "{refused}");
        let findings = shelf.check(&[naming(&digest)]).findings;
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0]
                .starts_with(&format!("the file {digest}, which entry 1 names, was changed")),
            "{findings:?}"
        );
    }
    assert_eq!(shelf.keep(b"a photo"), digest);
    assert!(shelf.files.open(&digest).is_ok());
}

#[test]
fn a_flip_of_any_bit_of_any_file_is_found() {
    let shelf = Shelf::new();
    let digests = [shelf.keep(b"short"), shelf.keep(&[9; 300]), shelf.keep(b"unnamed")];
    let bodies: Vec<String> = digests[..2].iter().map(naming).collect();
    let sound = shelf.check(&bodies);
    assert_eq!((sound.files, sound.bytes, sound.apart, sound.findings.len()), (2, 305, 1, 0));
    for path in shelf.paths() {
        let path = shelf.folder.path().join(path);
        let good = fs::read(&path).unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, bad).unwrap();
            assert_eq!(shelf.check(&bodies).findings.len(), 1, "bit {bit} of {}", path.display());
        }
        fs::write(&path, good).unwrap();
    }
    assert_eq!(shelf.check(&bodies), sound);
}

#[test]
fn a_missing_file_and_a_strange_one_are_found() {
    let shelf = Shelf::new();
    let digest = shelf.keep(b"a photo");
    let path = shelf.folder.path().join(shelf.paths().remove(0));
    fs::rename(&path, path.with_file_name("strange")).unwrap();
    let findings = shelf.check(&["{}".into(), naming(&digest)]).findings;
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings[0].contains("lies among the files and is none of them"), "{findings:?}");
    assert_eq!(findings[1], format!("the file {digest}, which entry 2 names, is missing"));
    assert!(matches!(shelf.files.open(&digest), Err(FileError::Missing(_))));
}

#[test]
fn an_erased_file_is_gone_for_good_and_says_by_whom() {
    let shelf = Shelf::new();
    let digest = shelf.keep(b"a photo of somebody");
    shelf.files.erase(&digest, &note(&digest)).unwrap();
    let left: Vec<Vec<u8>> =
        shelf.paths().iter().map(|it| fs::read(shelf.folder.path().join(it)).unwrap()).collect();
    assert!(left.iter().all(|it| !it.windows(5).any(|it| it == b"photo")));
    assert!(matches!(shelf.files.open(&digest), Err(FileError::Erased(_))));
    assert!(matches!(shelf.files.may_be_named(&digest), Err(FileError::Erased(_))));
    let again = shelf.files.put(&mut &b"a photo of somebody"[..]);
    assert!(matches!(again, Err(FileError::Erased(_))), "it is not kept again");
    let kept = shelf.files.erased(&digest).unwrap().unwrap();
    let told = erased_by(signer().verifier(), &digest, &kept).unwrap();
    assert_eq!(told, ("2026-11-24T12:00:00Z".into(), "PERSON-1 as POST-2".into()));
    let found = shelf.check(&[naming(&digest)]);
    assert_eq!((found.erased, found.files, found.findings.len()), (1, 0, 0));
    // Once more changes nothing.
    shelf.files.erase(&digest, &note(&Digest::of(b"other"))).unwrap();
    assert_eq!(shelf.files.erased(&digest).unwrap().unwrap(), kept);
    let mut states = Vec::new();
    shelf
        .files
        .each(&mut |digest, state| {
            states.push((digest, state));
            Ok(())
        })
        .unwrap();
    assert_eq!(states, [(digest, State::Erased)]);
}

#[test]
fn nobody_without_the_key_passes_a_missing_file_off_as_erased() {
    let shelf = Shelf::new();
    let digest = shelf.keep(b"evidence");
    let path = shelf.folder.path().join(shelf.paths().remove(0));
    fs::remove_file(&path).unwrap();
    let other = Digest::of(b"other");
    let stranger = crate::Signer::new(super::ORIGIN, &[8; 32]).unwrap();
    let stolen = stranger.sign_text(&erased_text(&digest, "2026-11-24T12:00:00Z", "PERSON-1"));
    for forged in [String::new(), stolen, note(&other), signer().sign(3, [0; 32])] {
        fs::write(path.with_extension("erased"), forged).unwrap();
        let findings = shelf.check(&[naming(&digest)]).findings;
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains("this ledger's key did not sign that"), "{findings:?}");
    }
    let good = note(&digest);
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone().into_bytes();
        bad[bit / 8] ^= 1 << (bit % 8);
        fs::write(path.with_extension("erased"), bad).unwrap();
        assert_eq!(shelf.check(&[naming(&digest)]).findings.len(), 1, "bit {bit}");
    }
    // An erasure that a crash broke off halfway is told, and finished by doing it again.
    fs::write(path.with_extension("erased"), &good).unwrap();
    fs::write(&path, "evidence").unwrap();
    assert!(shelf.check(&[naming(&digest)]).findings[0].contains("erase it again"));
    shelf.files.erase(&digest, &good).unwrap();
    assert!(shelf.check(&[naming(&digest)]).findings.is_empty());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_files() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = Shelf::new();
    shelf.keep(b"a photo");
    for path in shelf.paths() {
        let path = shelf.folder.path().join(path);
        for it in [path.as_path(), path.parent().unwrap()] {
            assert_eq!(fs::metadata(it).unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
