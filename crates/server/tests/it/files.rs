//! Files over HTTP: kept as they come, bounded, given out so that a browser can do nothing with them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    body::{Body, Bytes},
    http::Request,
};
use ledger::{Digest, files::FILE_BYTES_MAX};
use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture of an extinguisher";

fn told(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body))
}

async fn raw(council: &mut Council, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("content-type", kind);
    council.visit.ask(request, body.into()).await
}

/// A form of files, each with its name and its type.
fn form(parts: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, kind, bytes) in parts {
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    body
}

#[track_caller]
fn refused(answer: &Answer, status: u16, says: &str) {
    let problem = told(answer);
    assert_eq!(answer.status, status, "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(says), "{detail}");
}

/// Files that are on the disk, whole or not.
fn on_disk(council: &Council) -> usize {
    let mut count = 0;
    let files = council.visit.host.files().unwrap();
    files
        .each(&mut |_, _| {
            count += 1;
            Ok(())
        })
        .unwrap();
    count
}

#[tokio::test]
async fn a_file_goes_in_and_comes_out_for_saving_only() {
    let mut council = Council::new().await;
    let answer = raw(&mut council, "/api/v1/files?name=Löscher%202.png", "image/png", PNG).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let digest = Digest::of(PNG).to_string();
    let one = json!({ "digest": digest, "bytes": PNG.len(), "type": "image/png", "name": "Löscher 2.png", "again": false });
    assert_eq!(told(&answer), json!({ "files": [one] }));
    let answer = raw(&mut council, "/api/v1/files", "application/octet-stream", PNG).await;
    assert_eq!((answer.status, &told(&answer)["files"][0]["again"]), (200, &json!(true)));
    assert_eq!(on_disk(&council), 1);

    let path = format!("/files/{}?name=L%C3%B6scher+2.png", Digest::of(PNG).hex());
    let answer = council.get(&path).await;
    assert_eq!((answer.status, answer.body), (200, String::from_utf8_lossy(PNG).into_owned()));
    let head = |name: &str| answer.raw[name].to_str().unwrap();
    assert_eq!(head("content-type"), "image/png");
    assert_eq!(head("content-length"), PNG.len().to_string());
    assert_eq!(
        head("content-disposition"),
        "attachment; filename=\"L_scher 2.png\"; filename*=UTF-8''L%C3%B6scher%202.png"
    );
    assert_eq!(head("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(head("x-content-type-options"), "nosniff");
    let answer = council.get(&format!("/api/v1/files/{digest}")).await;
    let name = format!("attachment; filename=\"{}.png\"", &Digest::of(PNG).hex()[..12]);
    assert_eq!((answer.status, answer.raw["content-disposition"].to_str().unwrap()), (200, &*name));
}

#[tokio::test]
async fn a_form_takes_several_files_and_says_what_each_is() {
    let mut council = Council::new().await;
    let body =
        form(&[("a.png", "image/png", PNG), ("notes.csv", "text/csv", b"day,done\n1,yes\n")]);
    let kind = "multipart/form-data; boundary=cut";
    let answer = raw(&mut council, "/api/v1/files", kind, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let files = told(&answer)["files"].clone();
    assert_eq!(
        (&files[0]["type"], &files[1]["type"]),
        (&json!("image/png"), &json!("text/plain; charset=utf-8"))
    );
    assert_eq!(files[1]["digest"], Digest::of(b"day,done\n1,yes\n").to_string());
    let answer = raw(&mut council, "/api/v1/files", kind, form(&[])).await;
    refused(&answer, 422, "at least one file");
    let many: Vec<(&str, &str, &[u8])> =
        vec![("a.png", "image/png", PNG); server::files::FILES_MAX + 1];
    let answer = raw(&mut council, "/api/v1/files", kind, form(&many)).await;
    refused(&answer, 422, "At most 20 files");
    let cut = form(&[("b.txt", "text/plain", b"halfway")]);
    let answer = raw(&mut council, "/api/v1/files", kind, cut[..cut.len() - 12].to_vec()).await;
    refused(&answer, 422, "broke off");
    assert_eq!(on_disk(&council), 2);
}

#[tokio::test]
async fn two_gigabytes_are_refused_after_as_much_as_the_limit_was_read() {
    const PIECE: usize = 1 << 20;
    let mut council = Council::new().await;
    // Whoever says so beforehand is refused before a byte is read.
    let taken = Arc::new(AtomicU64::new(0));
    let endless = |taken: &Arc<AtomicU64>| {
        let taken = Arc::clone(taken);
        let pieces = (0..2048).map(move |_| {
            taken.fetch_add(PIECE as u64, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; PIECE]))
        });
        Body::from_stream(tokio_stream::iter(pieces))
    };
    let request = Request::post("/api/v1/files")
        .header("content-type", "text/plain")
        .header("content-length", (2_u64 << 30).to_string());
    let answer = council.visit.ask(request, endless(&taken)).await;
    refused(&answer, 413, "A file has at most 64 MB");
    assert_eq!(taken.load(Ordering::Relaxed), 0);
    // Whoever does not is broken off where it becomes too much.
    let answer = raw(&mut council, "/api/v1/files", "text/plain", endless(&taken)).await;
    refused(&answer, 413, "A file has at most 64 MB");
    let read = taken.load(Ordering::Relaxed);
    assert!(read <= FILE_BYTES_MAX + 8 * PIECE as u64, "{read} bytes were read");
    // The same in a form.
    taken.store(0, Ordering::Relaxed);
    let head = form(&[("a.txt", "text/plain", b"")]);
    let head = Bytes::from(head[..head.len() - 11].to_vec());
    let counted = Arc::clone(&taken);
    let pieces = std::iter::once(head).chain((0..2048).map(move |_| {
        counted.fetch_add(PIECE as u64, Ordering::Relaxed);
        Bytes::from(vec![b'a'; PIECE])
    }));
    let body = Body::from_stream(tokio_stream::iter(pieces.map(Ok::<_, std::io::Error>)));
    let answer =
        raw(&mut council, "/api/v1/files", "multipart/form-data; boundary=cut", body).await;
    refused(&answer, 413, "A file has at most 64 MB");
    let read = taken.load(Ordering::Relaxed);
    assert!(read <= FILE_BYTES_MAX + 8 * PIECE as u64, "{read} bytes were read");
    assert_eq!(on_disk(&council), 0);
}

#[tokio::test]
async fn what_is_not_what_it_says_and_what_is_no_sort_that_is_kept_is_refused() {
    let mut council = Council::new().await;
    for (name, kind, body, says) in [
        ("photo.png", "image/png", &b"<script>alert(1)</script>"[..], "The name ends in .png"),
        ("", "image/png", b"just text", "It was sent as image/png"),
        ("", "image/jpeg", PNG, "It was sent as image/jpeg"),
        ("page.html", "text/html", b"<p>hello", "The name ends in .html"),
        ("", "text/html", b"<p>hello", "It was sent as text/html"),
        ("", "image/svg+xml", b"<svg onload='x'/>", "It was sent as image/svg"),
        ("tool.exe", "application/octet-stream", b"MZ\x90\0\x03", "no sort of file that is kept"),
        ("tool", "", b"\x7fELF\x02\x01", "no sort of file that is kept"),
        ("a.txt", "text/plain", b"a\0b", "no sort of file that is kept"),
        ("a.txt", "text/plain", b"", "empty"),
    ] {
        let answer = raw(&mut council, &format!("/api/v1/files?name={name}"), kind, body).await;
        refused(&answer, 415, says);
    }
    assert_eq!(on_disk(&council), 0);
}

#[tokio::test]
async fn a_path_in_a_name_is_refused_and_leads_nowhere() {
    let mut council = Council::new().await;
    for name in [
        "..%2F..%2Fetc%2Fpasswd",
        "C%3A%5Cboot.txt",
        "a%00.txt",
        "..",
        "a%0Ab.txt",
        "gpj.%E2%80%AEtxt",
    ] {
        let answer =
            raw(&mut council, &format!("/api/v1/files?name={name}"), "text/plain", "text").await;
        refused(&answer, 422, "holds no path");
    }
    let kind = "multipart/form-data; boundary=cut";
    let body = form(&[("../../signing.key", "text/plain", b"text")]);
    refused(&raw(&mut council, "/api/v1/files", kind, body).await, 422, "holds no path");
    let long = "a".repeat(201);
    let answer =
        raw(&mut council, &format!("/api/v1/files?name={long}"), "text/plain", "text").await;
    refused(&answer, 422, "at most 200 characters");
    assert_eq!(on_disk(&council), 0);
    for odd in ["/files/..%2f..%2fsigning.key", "/files/ABCDEF", "/api/v1/files/sha256:00"] {
        assert_eq!(council.get(odd).await.status, 404, "{odd}");
    }
    let none = format!("/api/v1/files/{}", Digest::of(b"nothing"));
    refused(&council.get(&none).await, 404, "There is no file");
}

/// A zip archive whose one part says it has four gigabytes; and one within one within one.
#[tokio::test]
async fn an_archive_is_kept_as_it_is_and_never_unpacked() {
    let mut council = Council::new().await;
    let mut bomb = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    bomb.extend(1000_u32.to_le_bytes());
    bomb.extend(u32::MAX.to_le_bytes());
    bomb.extend(b"\x05\0\0\0a.txt");
    bomb.extend([0; 1000]);
    let answer =
        raw(&mut council, "/api/v1/files?name=bomb.zip", "application/zip", bomb.clone()).await;
    let file = told(&answer)["files"][0].clone();
    assert_eq!((answer.status, &file["bytes"]), (201, &json!(bomb.len())), "{file}");
    let answer = council.get(&format!("/files/{}", Digest::of(&bomb).hex())).await;
    assert_eq!(answer.raw["content-length"], bomb.len().to_string(), "it comes out as it went in");
    assert_eq!(answer.raw["content-type"], "application/zip");
    assert_eq!(on_disk(&council), 1);
}

#[tokio::test]
async fn nobody_unknown_puts_a_file_in_or_takes_one_out() {
    let mut council = Council::new().await;
    raw(&mut council, "/api/v1/files", "image/png", PNG).await;
    let mut stranger = council.visit.beside();
    let path = format!("/files/{}", Digest::of(PNG).hex());
    let answer = stranger.get(&path).await;
    assert_ne!(answer.status, 200);
    assert!(!answer.body.contains("extinguisher"));
    let request = Request::post("/api/v1/files").header("content-type", "image/png");
    assert_eq!(stranger.ask(request, Body::from(PNG)).await.status, 401);
    assert_eq!(on_disk(&council), 1);
}

#[tokio::test]
async fn an_entry_names_no_file_that_is_not_here_or_was_erased() {
    let mut council = Council::new().await;
    let digest = Digest::of(PNG).to_string();
    let command = |name: &str| json!({ "decision": { "establish": { "from": "2030-01-01", "terms": { "name": "Keep it", "options": name } } } });
    let send = async |council: &mut Council, key: &str, body: &Value| {
        let request = Request::post("/api/v1/commands")
            .header("content-type", "application/json")
            .header("idempotency-key", format!("0190f3c2-7d1e-7c4a-9a43-0f2f6a1c9b{key}"));
        council.visit.ask(request, Body::from(body.to_string())).await
    };
    let answer = send(&mut council, "01", &command(&digest)).await;
    refused(&answer, 422, "upload it before it is named");
    raw(&mut council, "/api/v1/files", "image/png", PNG).await;
    let answer = send(&mut council, "01", &command(&digest)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);

    let erase = format!("/api/v1/files/{digest}/erase");
    let answer = raw(&mut council, &erase, "application/json", "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    refused(&council.get(&format!("/api/v1/files/{digest}")).await, 404, "was erased");
    let answer = send(&mut council, "02", &command(&digest)).await;
    refused(&answer, 422, "was erased");
    let answer = raw(&mut council, "/api/v1/files", "image/png", PNG).await;
    refused(&answer, 422, "was erased, and is not kept again");
    // The entry stays, with the digest, and everything still verifies.
    let report = council
        .visit
        .host
        .archive()
        .verify(council.visit.host.verifier(), None, &mut |_| ())
        .unwrap();
    assert_eq!((report.findings.len(), report.files.erased), (0, 1), "{:?}", report.findings);
    let missing = format!("/api/v1/files/{}/erase", Digest::of(b"nothing"));
    refused(&raw(&mut council, &missing, "application/json", "").await, 404, "There is no file");
}

#[tokio::test]
async fn a_file_that_is_lost_is_found_by_verifying_and_given_to_nobody() {
    let mut council = Council::new().await;
    raw(&mut council, "/api/v1/files", "image/png", PNG).await;
    let digest = Digest::of(PNG).to_string();
    council.record(&[json!({ "decision": { "establish": { "from": "2030-01-01", "terms": { "name": "Keep it", "options": digest } } } })]);
    let host = council.visit.host.clone();
    let verify = || host.archive().verify(host.verifier(), None, &mut |_| ()).unwrap();
    assert_eq!(verify().findings, [""; 0]);
    let files = host.files().unwrap();
    // Behind the program's back: by hand, with the disk's own tools.
    let text = format!("{files:?}");
    let folder = text.split('"').nth(1).unwrap();
    let path = std::path::Path::new(folder)
        .join(&Digest::of(PNG).hex()[..2])
        .join(&Digest::of(PNG).hex()[2..]);
    std::fs::write(&path, b"another picture").unwrap();
    let findings = verify().findings;
    assert!(
        findings.len() == 1 && findings[0].contains("was changed after it was kept"),
        "{findings:?}"
    );
    refused(&council.get(&format!("/api/v1/files/{digest}")).await, 404, "is not what was kept");
    std::fs::remove_file(&path).unwrap();
    assert!(verify().findings[0].ends_with("is missing"));
}
