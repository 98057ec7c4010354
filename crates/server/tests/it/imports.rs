//! Import on the screen: upload, look, bring in, and who may.

use axum::{
    body::Body,
    http::{Request, header},
};

use crate::{
    council::Council,
    visit::{Answer, Visit},
};

const EDGE: &str = "a-line-that-no-file-holds";

/// Sends an upload as a browser does.
pub(crate) async fn upload(
    visit: &mut Visit,
    kind: &str,
    from: &str,
    files: &[(&str, &str)],
) -> Answer {
    let mut body = String::new();
    for (name, value) in
        [("idempotency_key", "0".repeat(32).as_str()), ("kind", kind), ("from", from)]
    {
        let head = format!("content-disposition: form-data; name=\"{name}\"");
        body += &format!("--{EDGE}\r\n{head}\r\n\r\n{value}\r\n");
    }
    for (name, text) in files {
        let head = format!("content-disposition: form-data; name=\"files\"; filename=\"{name}\"");
        body += &format!("--{EDGE}\r\n{head}\r\ncontent-type: text/csv\r\n\r\n{text}\r\n");
    }
    body += &format!("--{EDGE}--\r\n");
    let request = Request::post("/import")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
        .header("sec-fetch-site", "same-origin");
    visit.ask(request, Body::from(body)).await
}

/// Mary Okafor, who administers the register of a small council.
async fn administrator() -> Visit {
    Council::new().await.visit
}

fn key(answer: &Answer) -> String {
    let at = answer.body.rfind("name=\"idempotency_key\" value=\"").unwrap();
    answer.body[at..].split('"').nth(3).unwrap().to_owned()
}

/// Brings in what is looked at, and waits until it says so.
pub(crate) async fn bring_in(visit: &mut Visit, place: &str) -> String {
    let look = visit.get(place).await;
    let sent = format!("idempotency_key={}", key(&look));
    let answer = visit.send(&format!("{place}/bring-in"), &sent).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(place)));
    for _ in 0..1000 {
        let words = visit.get(place).await.words("<main", "</main>");
        if !words.contains("Being brought in") {
            return words;
        }
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    panic!("it never ends");
}

/// The page once it says what the files come to, however busy the machine.
pub(crate) async fn looked(visit: &mut Visit, place: &str) -> Answer {
    for _ in 0..10_000 {
        let answer = visit.get(place).await;
        if !answer.body.contains("See how far it is") {
            return answer;
        }
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    panic!("it is never looked at");
}

const POSTS: &str = "name,code,unit,statutory\nHead,1,UNIT-1,yes\nClerk,2,UNIT-1,perhaps\n";

#[tokio::test]
async fn files_are_looked_at_before_anything_is_recorded() {
    let mut visit = administrator().await;
    let before = visit.host.published().state.seq();
    let answer = upload(&mut visit, "posts", "2030-01-01", &[("posts.csv", POSTS)]).await;
    assert_eq!(answer.status, 303);
    let place = answer.location.unwrap();
    let words = visit.get(&place).await.words("<main", "</main>");
    for said in [
        "2 new, 0 changed, 0 unchanged · 1 faults, 0 questions",
        "2 changes will be recorded together, all of them or none. What is at fault is left out.",
        "posts.csv, row 3, statutory “perhaps” “Statutory” is neither yes nor no.",
        "post Head new, as POST-",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
    assert_eq!(visit.host.published().state.seq(), before);
    let words = bring_in(&mut visit, &place).await;
    assert!(
        words.contains(&format!("Recorded as entries {} to {}.", before + 1, before + 2)),
        "{words}"
    );
    let again = upload(&mut visit, "posts", "2030-01-01", &[("posts.csv", POSTS)]).await;
    let words = visit.get(&again.location.unwrap()).await.words("<main", "</main>");
    assert!(words.contains("0 new, 0 changed, 2 unchanged"), "{words}");
    assert!(words.contains("There is nothing to record."), "{words}");
}

#[tokio::test]
async fn bringing_in_twice_has_one_effect() {
    let mut visit = administrator().await;
    let place = upload(&mut visit, "posts", "", &[("posts.csv", POSTS)]).await.location.unwrap();
    bring_in(&mut visit, &place).await;
    let seq = visit.host.published().state.seq();
    let sent = format!("idempotency_key={}", "1".repeat(32));
    assert_eq!(visit.send(&format!("{place}/bring-in"), &sent).await.status, 303);
    assert!(visit.get(&place).await.words("<main", "</main>").contains("Brought in"));
    assert_eq!(visit.host.published().state.seq(), seq);
}

#[tokio::test]
async fn columns_and_options_can_be_chosen_and_looked_at_again() {
    let mut visit = administrator().await;
    let text = "what,code,unit\nHead,1,UNIT-1\n";
    let place = upload(&mut visit, "posts", "", &[("p.csv", text)]).await.location.unwrap();
    let look = visit.get(&place).await;
    assert!(look.words("<main", "</main>").contains("needs a value for “Title”"));
    assert!(look.body.contains(r#"<option value="code" selected>External number</option>"#));
    let sent = format!(
        "idempotency_key={}&option.map.what=name&option.map.code=code&option.from=2029-05-01",
        key(&look)
    );
    assert_eq!(visit.send(&place, &sent).await.location.as_deref(), Some(&*place));
    let words = visit.get(&place).await.words("<main", "</main>");
    assert!(words.contains("1 new, 0 changed, 0 unchanged · 0 faults, 0 questions"), "{words}");
    bring_in(&mut visit, &place).await;
    let state = &visit.host.published().state;
    let (_, post) = state.records().posts.iter().last().unwrap();
    assert_eq!(
        (post.name.near(jiff::civil::Date::MAX).as_ref(), post.live.begins().to_string()),
        ("Head", "2029-05-01".to_owned())
    );
}

#[tokio::test]
async fn a_table_of_others_is_guessed_asked_about_and_remembered() {
    let mut visit = administrator().await;
    let text = "Job title,Service,Notes,Start date\nHead of Doors,Nowhere,7,03/04/2026\n";
    let place = upload(&mut visit, "any", "", &[("staff.csv", text)]).await.location.unwrap();
    let look = looked(&mut visit, &place).await;
    let words = look.words("<main", "</main>");
    for said in [
        "and “Service” are columns of posts. 1 row, headings in row 1.",
        "Start date “03/04/2026”: Its dates read in two ways: the day may stand first, or the month.",
        "Nothing can be brought in until what is asked above is answered.",
        "4 taken",
        "likely: another word for “Title”",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
    let before = visit.host.published().state.seq();
    let sent = format!("idempotency_key={}", key(&look));
    visit.send(&format!("{place}/bring-in"), &sent).await;
    assert_eq!(visit.host.published().state.seq(), before, "not before it is answered");

    let sent = format!("{sent}&option.dates.Start+date=month");
    visit.send(&place, &sent).await;
    looked(&mut visit, &place).await;
    let sent = format!(
        "idempotency_key={}&option.kind=posts&option.map.Job+title=name&option.map.Service=-&option.map.Notes=grade&option.all.unit=UNIT-1",
        "3".repeat(32)
    );
    visit.send(&place, &sent).await;
    let look = looked(&mut visit, &place).await;
    let words = look.words("<main", "</main>");
    assert!(words.contains("1 new, 0 changed, 0 unchanged"), "{words}");
    assert!(
        words.contains("likely: another word for “Title”"),
        "what was left alone is a guess: {words}"
    );
    let preview = visit.get(&format!("{place}/preview.csv")).await;
    assert!(preview.body.contains(",Head of Doors,staff.csv,2,"), "{}", preview.body);
    bring_in(&mut visit, &place).await;
    let state = std::sync::Arc::clone(&visit.host.published().state);
    let (_, post) = state.records().posts.iter().last().unwrap();
    assert_eq!(post.live.begins().to_string(), "2026-03-04");

    let again = text.replace("Doors,Nowhere,7,03/04", "Stairs,Nowhere,8,05/06");
    let place = upload(&mut visit, "any", "", &[("staff.csv", &again)]).await.location.unwrap();
    let words = looked(&mut visit, &place).await.words("<main", "</main>");
    assert!(words.contains("As you chose for the last file with these headings."), "{words}");
    assert!(words.contains("1 new, 0 changed, 0 unchanged"), "{words}");
}

#[tokio::test]
async fn a_program_brings_files_in_and_is_told_what_was_guessed() {
    let mut visit = administrator().await;
    let text = "Job title,Service,Start date\nHead of Doors,UNIT-1,03/04/2026\n";
    let send = |parts: &[(&str, &str)]| {
        let mut body = String::new();
        for (name, value) in parts {
            let head = format!("content-disposition: form-data; name=\"{name}\"");
            body += &format!("--{EDGE}\r\n{head}\r\n\r\n{value}\r\n");
        }
        let head = "content-disposition: form-data; name=\"files\"; filename=\"staff.csv\"";
        body += &format!("--{EDGE}\r\n{head}\r\n\r\n{text}\r\n--{EDGE}--\r\n");
        let request = Request::post("/api/v1/imports")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .header("idempotency-key", "4".repeat(32))
            .header("sec-fetch-site", "same-origin");
        (request, Body::from(body))
    };
    let (request, body) = send(&[("dry_run", "yes")]);
    let answer = visit.ask(request, body).await;
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &json["recorded"]), (200, &serde_json::Value::Null), "{json}");
    assert_eq!(json["tables"][0]["columns"][0]["becomes"], "name");
    let asked = json["findings"].as_array().unwrap();
    let asked = asked.iter().find(|it| it["code"] == "dates-doubtful").unwrap();
    assert_eq!(asked["answer"]["option"], "dates.Start date");
    let (request, body) = send(&[]);
    let answer = visit.ask(request, body).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("A question has to be answered first."), "{}", answer.body);
    let (request, body) = send(&[("dates.Start date", "day"), ("map.Job title", "name")]);
    let answer = visit.ask(request, body).await;
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &json["total"]["new"]), (201, &serde_json::json!(1)), "{json}");
    assert!(json["recorded"]["first"].is_u64());
}

#[tokio::test]
async fn what_was_recorded_meanwhile_is_looked_at_too() {
    let mut visit = administrator().await;
    let one = upload(&mut visit, "posts", "", &[("p.csv", POSTS)]).await.location.unwrap();
    let other = upload(&mut visit, "posts", "", &[("p.csv", POSTS)]).await.location.unwrap();
    visit.get(&one).await;
    bring_in(&mut visit, &other).await;
    let words = visit.get(&one).await.words("<main", "</main>");
    assert!(words.contains("0 new, 0 changed, 2 unchanged"), "{words}");
}

#[tokio::test]
async fn an_upload_that_says_too_little_says_what_is_missing() {
    let mut visit = administrator().await;
    let answer = upload(&mut visit, "", "", &[("p.csv", POSTS)]).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .words("<main", "</main>")
            .contains("What is in the files: choose what is in the files")
    );
    let answer = upload(&mut visit, "posts", "", &[("", "")]).await;
    assert!(answer.words("<main", "</main>").contains("Files: choose at least one file"));
    let large = "x".repeat(65 << 20);
    let answer = upload(&mut visit, "posts", "", &[("p.csv", &large)]).await;
    let words = answer.words("<main", "</main>");
    assert!(words.contains("more than 64 MB together"), "{words}");
}

#[tokio::test]
async fn nobody_else_sees_or_finds_an_import_and_templates_are_files() {
    let council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    let mut visit = council.visit;
    let place = upload(&mut visit, "posts", "", &[("p.csv", POSTS)]).await.location.unwrap();
    for path in ["/import", &place, "/import/templates/posts.csv"] {
        assert_eq!(ann.get(path).await.status, 403, "{path}");
    }
    let home = ann.get("/my-post").await;
    assert!(!home.body.contains(r#"href="/import""#), "nothing leads her there");
    let mut stranger = visit.beside();
    assert_eq!(stranger.get(&place).await.status, 303, "to the door");
    assert_eq!(stranger.get("/import").await.status, 303);
    let answer = visit.get("/import/00000000000000000000000000000000").await;
    assert_eq!(answer.status, 404);
    assert!(answer.words("<main", "</main>").contains("is not held any more"));
    let answer = visit.get("/import/templates/posts.csv").await;
    assert_eq!(answer.raw["content-disposition"], "attachment; filename=\"posts.csv\"");
    assert!(answer.body.starts_with("reference,from,until,name,code"));
    assert_eq!(visit.get("/import/templates/wishes.csv").await.status, 404);
    let home = visit.get("/pulse").await;
    assert!(home.body.contains(r#"href="/import""#), "the frame leads there");
}

/// The address that undoes what a page says was brought in.
fn undoing(page: &str) -> String {
    let at = page.find("/import/undo/").unwrap();
    page[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_import_is_listed_and_undone_in_one_step() {
    let mut visit = administrator().await;
    let place = upload(&mut visit, "posts", "", &[("posts.csv", POSTS)]).await.location.unwrap();
    bring_in(&mut visit, &place).await;
    let list = visit.get("/import").await;
    let words = list.words("<main", "</main>");
    assert!(words.contains("Posts posts.csv"), "{words}");
    assert!(words.contains("Mary Okafor 2 0 Undo the import of posts"), "{words}");

    let undo = undoing(&list.body);
    let look = visit.get(&undo).await;
    let words = look.words("<main", "</main>");
    assert!(words.contains("2 will never have stood, 0 go back to what they were"), "{words}");
    let seq = visit.host.published().state.seq();
    let sent = format!("idempotency_key={}", key(&look));
    for _ in 0..2 {
        let answer = visit.send(&undo, &sent).await;
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/import")));
        assert_eq!(visit.host.published().state.seq(), seq + 2, "a repetition has one effect");
    }
    let state = &visit.host.published().state;
    let posts = kernel::read::view::View::new(state, state.derived().today());
    assert!(
        !posts.list(kernel::Kind::Post, true).any(|it| posts.name(it).as_deref() == Some("Clerk"))
    );
    let words = visit.get("/import").await.words("<main", "</main>");
    assert!(words.contains("Undone"), "{words}");
    let words = visit.get(&undo).await.words("<main", "</main>");
    assert!(words.contains("There is nothing left to undo"), "{words}");
}

#[tokio::test]
async fn what_rests_on_an_import_is_named_and_only_the_rest_is_undone() {
    let mut visit = administrator().await;
    let place = upload(&mut visit, "posts", "", &[("posts.csv", POSTS)]).await.location.unwrap();
    bring_in(&mut visit, &place).await;
    let list = visit.get("/import").await;
    let undo = undoing(&list.body);
    let of = visit.host.published().state.records().posts.ids().last().unwrap();
    let text = format!("reference,grade\n{of},A\n");
    let place = upload(&mut visit, "posts", "", &[("p.csv", &text)]).await.location.unwrap();
    bring_in(&mut visit, &place).await;

    let look = visit.get(&undo).await;
    let words = look.words("<main", "</main>");
    for said in [
        "1 will never have stood",
        "1 stay as they are",
        "Clerk POST-4 was changed, corrected or ended since Entry 27",
        "Undo the rest",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let seq = visit.host.published().state.seq();
    let whole = format!("idempotency_key={}", key(&look));
    let words = visit.send(&undo, &whole).await.words("<main", "</main>");
    assert!(words.contains("1 of it cannot be undone; nothing was."), "{words}");
    assert_eq!(visit.host.published().state.seq(), seq);
    let rest = format!("rest=yes&idempotency_key={}", key(&visit.get(&undo).await));
    assert_eq!(visit.send(&undo, &rest).await.status, 303);
    assert_eq!(visit.host.published().state.seq(), seq + 1);
    let words = visit.get("/import").await.words("<main", "</main>");
    assert!(words.contains("Undone but for 1, by Mary Okafor"), "{words}");
}

#[tokio::test]
async fn only_what_was_recorded_together_is_undone_and_only_by_who_administers() {
    let council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    let mut visit = council.visit;
    let place = upload(&mut visit, "posts", "", &[("posts.csv", POSTS)]).await.location.unwrap();
    bring_in(&mut visit, &place).await;
    let last = visit.host.published().state.seq();
    for wrong in [
        "/import/undo/0-1",
        "/import/undo/3-2",
        "/import/undo/x",
        &format!("/import/undo/{last}-{}", last + 1),
    ] {
        assert_eq!(visit.get(wrong).await.status, 404, "{wrong}");
    }
    assert_eq!(ann.get(&format!("/import/undo/{}-{last}", last - 1)).await.status, 403);
    assert_eq!(ann.get(&format!("/api/v1/undo/{}-{last}", last - 1)).await.status, 403);
    let json = visit.get(&format!("/api/v1/undo/{}-{last}", last - 1)).await.body;
    assert!(json.contains(r#""annulled":2"#), "{json}");
}

#[tokio::test]
async fn everything_that_was_found_is_a_file() {
    let mut visit = administrator().await;
    let place = upload(&mut visit, "posts", "", &[("posts.csv", POSTS)]).await.location.unwrap();
    assert!(visit.get(&place).await.body.contains(&format!("{place}/findings.csv")));
    let file = visit.get(&format!("{place}/findings.csv")).await;
    assert_eq!(file.raw["content-disposition"], "attachment; filename=\"findings.csv\"");
    assert!(file.body.starts_with("grade,code,file,row,column,value,says,todo\nfault,cell-unreadable,posts.csv,3,statutory,perhaps,"), "{}", file.body);
}
