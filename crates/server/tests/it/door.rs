//! The door as visitors meet it.

use axum::{body::Body, http::Request};
use jiff::SignedDuration;
use server::{
    Transport,
    signin::{Memory, Purpose},
};

use crate::visit::{DAY, Visit};

const HOUR: u64 = 3600;
const INSIDE: &str = "/new-password";

#[tokio::test]
async fn a_stranger_is_led_to_the_door_and_back() {
    let mut visit = Visit::to().await;
    let answer = visit.get("/new-password?a=b%20c").await;
    assert_eq!(answer.location.as_deref(), Some("/sign-in?next=%2Fnew-password%3Fa%3Db%2520c"));
    assert!(
        visit
            .get(&answer.location.unwrap())
            .await
            .body
            .contains(r#"value="/new-password?a=b%20c""#)
    );

    let sent = "sign_in=MARY&password=seven+grey+herons&next=/new-password";
    let answer = visit.send("/sign-in", sent).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/new-password")));
    assert_eq!(visit.get(INSIDE).await.status, 200);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    for next in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example"]
    {
        let mut visit = Visit::to().await;
        let sent = format!("sign_in=mary&password=seven+grey+herons&next={next}");
        assert_eq!(visit.send("/sign-in", &sent).await.location.as_deref(), Some("/"), "{next}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let mut visit = Visit::to().await;
    let wrong = visit.sign_in("seven grey geese").await.main();
    let unknown = visit.send("/sign-in", "sign_in=nobody&password=seven+grey+geese").await.main();
    assert_eq!(wrong.replace("mary", "nobody"), unknown);
    insta::assert_snapshot!(wrong, @r#"
    422
    <main id="main">
    <h1>Sign in</h1>
    <form class="form" id="sign-in" method="post" action="/sign-in">
    <div class="notice" data-tone="bad" role="alert">
    <p>
    <strong>One thing to put right</strong>
    </p>
    <ul>
    <li>This sign-in name and this password do not belong together. Type both again; in the password, capitals count.</li>
    </ul>
    </div>
    <input type="hidden" name="next" value="/">
    <div class="field">
    <label for="sign-in-sign_in">Sign-in name</label>
    <input id="sign-in-sign_in" name="sign_in" type="text" value="mary" required autocapitalize="none" spellcheck="false" autocomplete="username">
    </div>
    <div class="field">
    <label for="sign-in-password">Password</label>
    <input id="sign-in-password" name="password" type="password" required autocapitalize="none" spellcheck="false" autocomplete="current-password">
    </div>
    <div class="acts">
    <button class="main">Sign in</button>
    </div>
    </form>
    <p class="quiet">No password yet, or a forgotten one? Whoever administers the register makes you a link that works once.</p>
    </main>
    "#);
}

#[tokio::test]
async fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    visit.hands.pass(2 * HOUR - 1);
    assert_eq!(visit.get(INSIDE).await.status, 200, "used within two hours");
    visit.hands.pass(2 * HOUR);
    assert_eq!(visit.get(INSIDE).await.status, 303, "idle for two hours");

    visit.sign_in("seven grey herons").await;
    for _ in 0..11 {
        visit.hands.pass(HOUR);
        assert_eq!(visit.get(INSIDE).await.status, 200);
    }
    visit.hands.pass(HOUR);
    assert_eq!(visit.get(INSIDE).await.status, 303, "twelve hours old");

    visit.sign_in("seven grey herons").await;
    let kept = visit.cookie().map(str::to_owned);
    let answer = visit.send("/sign-out", "").await;
    assert_eq!(answer.location.as_deref(), Some("/signed-out"));
    assert_eq!(answer.raw["clear-site-data"], "\"cache\"", "Back shows none of it");
    assert!(visit.get("/signed-out").await.body.contains("You are signed out"));
    assert_eq!(visit.cookie(), None);
    visit.present(kept);
    assert_eq!(visit.get(INSIDE).await.status, 303, "the old cookie is worth nothing");
}

#[tokio::test]
async fn no_clock_step_makes_a_session_live_longer() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    visit.hands.pass(2 * HOUR - 60);
    visit.hands.step(SignedDuration::from_hours(-1));
    visit.hands.pass(60);
    assert_eq!(
        visit.get(INSIDE).await.status,
        303,
        "two hours have passed, whatever the wall says"
    );

    visit.sign_in("seven grey herons").await;
    visit.hands.step(SignedDuration::from_hours(-3));
    visit.restart();
    assert_eq!(visit.get(INSIDE).await.status, 303, "a session from the future");
}

#[tokio::test]
async fn guessing_is_slowed_down_for_names_that_exist_and_for_names_that_do_not() {
    for name in ["mary", "nobody"] {
        let mut visit = Visit::to().await;
        let sent = format!("sign_in={name}&password=guess");
        for _ in 0..5 {
            assert_eq!(visit.send("/sign-in", &sent).await.status, 422);
        }
        let answer = visit.send("/sign-in", &sent).await;
        assert_eq!((answer.status, &answer.raw["retry-after"]), (429, &"31".parse().unwrap()));
        visit.hands.step(SignedDuration::from_hours(5));
        assert_eq!(visit.send("/sign-in", &sent).await.status, 429, "setting the clock is no help");
        visit.hands.pass(31);
        assert_eq!(visit.send("/sign-in", &sent).await.status, 422);
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_names() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    for n in 0..30 {
        let sent = format!("sign_in=name-{n}&password={}", "x".repeat(300));
        assert_eq!(
            visit.send("/sign-in", &sent).await.status,
            422,
            "too long to be worth the work"
        );
        assert_eq!(visit.get("/first/none").await.status, 410);
    }
    assert_eq!(visit.get("/first/none").await.status, 429);
}

#[tokio::test]
async fn the_first_link_makes_one_administrator_and_is_dead() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    let link = visit.sign_in.link(Purpose::First, DAY).await.unwrap();
    let path = format!("/first/{}", link.secret());
    let weak = "name=&sign_in=a%3Cb&password=password1234&again=password123";
    let answer = visit.send(&path, weak).await;
    assert_eq!(answer.status, 422);
    insta::assert_snapshot!(answer.part("<ul>", "</ul>"), @r##"
    <ul>
    <li>
    <a href="#first-name">Your name: write it in 1 to 100 characters</a>
    </li>
    <li>
    <a href="#first-sign_in">Sign-in name: it may not contain “&lt;”</a>
    </li>
    <li>
    <a href="#first-password">New password: it is one of the first that anybody would try; choose another</a>
    </li>
    <li>
    <a href="#first-again">The same again: it is not the same</a>
    </li>
    </ul>
    "##);

    let good = "name=Ann&sign_in=Ann&password=seven+grey+herons&again=seven+grey+herons";
    assert_eq!(visit.send(&path, good).await.status, 303);
    assert_eq!(visit.get(INSIDE).await.status, 200);
    assert_eq!(visit.send(&path, good).await.status, 410);
    assert_eq!(visit.get(&path).await.status, 410);
}

#[tokio::test]
async fn a_link_dies_of_age_and_fits_only_its_own_door() {
    let memory = Memory::default();
    let mary = memory.add("PERSON-1", "Mary Okafor", "mary");
    let mut visit = Visit::empty(Transport::Plain, memory);
    let link = visit.sign_in.link(Purpose::Enter(mary), DAY).await.unwrap();
    assert_eq!(visit.get(&format!("/first/{}", link.secret())).await.status, 410);
    let path = format!("/enter/{}", link.secret());
    assert_eq!(visit.get(&path).await.status, 200);
    visit.hands.pass(24 * HOUR);
    assert_eq!(visit.send(&path, "").await.status, 410);
}

#[tokio::test]
async fn a_link_may_let_its_bearer_choose_a_password() {
    let memory = Memory::default();
    let mary = memory.add("PERSON-1", "Mary Okafor", "mary");
    let mut visit = Visit::empty(Transport::Plain, memory);
    let link = visit.sign_in.link(Purpose::Password(mary), DAY).await.unwrap();
    let path = format!("/enter/{}", link.secret());
    assert_eq!(visit.send(&path, "password=short&again=short").await.status, 422);
    let sent = "password=seven+grey+herons&again=seven+grey+herons";
    assert_eq!(visit.send(&path, sent).await.status, 303);
    visit.forget();
    assert_eq!(visit.sign_in("seven grey herons").await.status, 303);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    let elsewhere = visit.cookie().map(str::to_owned);
    visit.forget();
    visit.sign_in("seven grey herons").await;
    let sent = "current=wrong&password=eight+white+swans&again=eight+white+swans";
    assert_eq!(visit.send(INSIDE, sent).await.status, 422);
    let sent = "current=seven+grey+herons&password=eight+white+swans&again=eight+white+swans";
    assert_eq!(visit.send(INSIDE, sent).await.status, 303);
    assert_eq!(visit.get(INSIDE).await.status, 200, "this one goes on");
    visit.present(elsewhere);
    assert_eq!(visit.get(INSIDE).await.status, 303, "that one is over");
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = Request::post("/sign-out").header("host", "here.example").header(name, value);
        assert_eq!(visit.ask(request, Body::empty()).await.status, 403, "{name}");
    }
    assert_eq!(visit.get(INSIDE).await.status, 200);
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_told_so() {
    let mut visit = Visit::to().await;
    let answer = visit.send("/act-as", "post=POST-1&back=/").await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("Nothing was saved"));
    assert_eq!(answer.raw["cache-control"], "no-store");
    let upload = Request::post("/import").header("content-type", "multipart/form-data; boundary=x");
    let answer = visit.ask(upload, Body::from("--x--")).await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("a file has to be chosen again"), "{}", answer.main());
    let request = Request::get("/live").header("accept", "text/event-stream");
    assert_eq!(visit.ask(request, Body::empty()).await.status, 401, "a program is not led about");
}

#[tokio::test]
async fn a_session_that_was_planted_is_worth_nothing_after_sign_in() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    let planted = visit.cookie().map(str::to_owned);
    let mut victim = visit.beside();
    victim.present(planted.clone());
    victim.sign_in("seven grey herons").await;
    assert_ne!(victim.cookie().map(str::to_owned), planted, "the token is a new one");
    assert_eq!(visit.get(INSIDE).await.status, 303, "the planted one is over");
    // One that nobody gave out is not taken up either.
    victim.present(Some(format!("__Host-session={}", "0".repeat(64))));
    victim.sign_in("seven grey herons").await;
    assert!(!victim.cookie().unwrap().contains(&"0".repeat(64)));
}

#[tokio::test]
async fn the_cookie_is_for_this_host_over_tls_and_out_of_reach_of_script() {
    let mut visit = Visit::to().await;
    let answer = visit.sign_in("seven grey herons").await;
    let set = answer.raw["set-cookie"].to_str().unwrap();
    let (_, flags) = set.split_once("; ").unwrap();
    let mut flags: Vec<&str> = flags.split("; ").collect();
    flags.sort_unstable();
    assert_eq!(flags, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], "no Domain, no Max-Age");
}

#[tokio::test]
async fn pages_behind_the_door_are_kept_by_nobody_in_between() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    for (path, kept) in
        [("/pulse", "private, no-cache"), (INSIDE, "no-store"), ("/none", "private, no-cache")]
    {
        assert_eq!(visit.get(path).await.raw["cache-control"], kept, "{path}");
    }
}

#[tokio::test]
async fn password_keepers_find_their_way_and_the_rule_is_told_before() {
    let memory = Memory::default();
    let mary = memory.add("PERSON-1", "Mary Okafor", "mary");
    let mut visit = Visit::empty(Transport::Plain, memory);
    let link = visit.sign_in.link(Purpose::Password(mary), DAY).await.unwrap();
    let page = visit.get(&format!("/enter/{}", link.secret())).await;
    let fields = page.part("<form", "</form>");
    for part in [
        "value=\"mary\" required readonly autocapitalize=\"none\" spellcheck=\"false\" autocomplete=\"username\"",
        "autocomplete=\"new-password\"",
        "At least 12 characters",
        "pasting works",
    ] {
        assert!(fields.contains(part), "{part}: {fields}");
    }
    assert!(!fields.contains("onpaste") && !fields.contains("maxlength"));
}

#[tokio::test]
async fn nothing_secret_is_kept_as_it_is() {
    let mut visit = Visit::to().await;
    visit.sign_in("seven grey herons").await;
    let kept = visit.accounts.find("mary").unwrap().unwrap().password_hash.unwrap();
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    let (name, value) = visit.cookie().unwrap().split_once('=').unwrap();
    assert_eq!((name, value.len()), ("__Host-session", 64));
}
