//! The first run: three steps, a link, and nothing half done.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use exchange::wire;
use host::{Ask, Step, clock::Set};
use kernel::{
    By,
    id::{Id, PostId},
};
use ledger::Key;
use serde_json::json;
use server::{
    App, SignIn, Transport,
    signin::{
        Chance, Clock, Outside, VaultAccounts,
        set_up::{Founder, Founding, SetUp, router},
    },
};
use tower::ServiceExt;

use crate::visit::{Hands, opened};

struct Once(u8);

impl Chance for Once {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// Founds in memory; can be out of order.
struct Here {
    hands: Arc<Hands>,
    away: Mutex<bool>,
    founded: Mutex<Vec<Founding>>,
}

impl Founder for Here {
    fn zones(&self) -> Vec<String> {
        ["Europe/London", "America/Argentina/Ushuaia", "EST"].map(Into::into).into()
    }

    fn zone(&self) -> String {
        "Europe/London".into()
    }

    fn found(&self, it: &Founding) -> Result<App, String> {
        if *self.away.lock().unwrap() {
            return Err("The disk is full.".into());
        }
        self.founded.lock().unwrap().push(it.clone());
        let clock = Set::at("2030-03-30T12:00:00Z".parse().unwrap());
        let (kept, host) = opened(ledger::Memory::default(), &clock);
        let establish = |kind: &str, terms| json!({ kind: { "establish": { "from": "2030-03-30", "terms": terms } } });
        let commands = [
            establish("organisation", json!({ "name": it.name })),
            establish("unit", json!({ "name": it.name })),
            establish("post", json!({ "name": it.post, "unit": "UNIT-1", "administers": true })),
        ];
        let told = wire::commands(commands.into_iter().collect()).unwrap();
        let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
        host.run(Ask::steps(Key([1; 16]), By::Console, steps)).unwrap();
        let accounts = VaultAccounts::new(host.clone(), &kept, PostId::at_row(0));
        let clock: Arc<dyn Clock> = self.hands.clone();
        let outside = Outside { clock, chance: Arc::new(Once(9)) };
        Ok(App::new(host, SignIn::new(Arc::new(accounts), outside), Transport::Plain))
    }
}

struct Newcomer {
    doors: Router,
    here: Arc<Here>,
    link: String,
    cookie: Option<String>,
}

struct Seen {
    status: u16,
    location: String,
    body: String,
}

impl Newcomer {
    fn arrives() -> Newcomer {
        let hands = Arc::<Hands>::default();
        let here = Here { hands: hands.clone(), away: Mutex::default(), founded: Mutex::default() };
        let here = Arc::new(here);
        let outside = Outside { clock: hands, chance: Arc::new(Once(5)) };
        let (set_up, token) = SetUp::new(outside, here.clone());
        let doors = router(set_up, Transport::Plain);
        Newcomer { doors, here, link: format!("/set-up/{}", token.secret()), cookie: None }
    }

    async fn ask(&mut self, request: Request<Body>) -> Seen {
        let mut request = request;
        request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
        if let Some(it) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, it.parse().unwrap());
        }
        let response = self.doors.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        if let Some(set) = parts.headers.get(header::SET_COOKIE) {
            self.cookie = set.to_str().unwrap().split(';').next().map(ToOwned::to_owned);
        }
        let location =
            parts.headers.get(header::LOCATION).map(|it| it.to_str().unwrap().to_owned());
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Seen {
            status: parts.status.as_u16(),
            location: location.unwrap_or_default(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&mut self, path: &str) -> Seen {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn step(&mut self, step: &str, form: &str) -> Seen {
        let request = Request::post(format!("{}/{step}", self.link))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.ask(request.body(form.to_owned().into()).unwrap()).await
    }
}

const ORGANISATION: &str = "name=Fallowmere+Council&zone=Europe%2FLondon&about=Serves+the+county";
const YOU: &str = "name=Ann+Bell&post=Head+of+Performance&unit=Corporate&sign_in=Ann&password=seven+grey+herons&again=seven+grey+herons";

#[tokio::test]
async fn three_steps_lead_from_nothing_to_an_organisation_with_an_administrator() {
    let mut ann = Newcomer::arrives();
    let link = ann.link.clone();
    assert_eq!(ann.get(&link).await.location, format!("{link}/organisation"));
    let page = ann.get(&format!("{link}/organisation")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("1 of 3") && page.body.contains("aria-current=\"step\""));
    assert!(
        page.body.contains("<option value=\"Europe/London\" selected>London (Europe)</option>")
    );
    assert!(page.body.contains(">Ushuaia (America Argentina)<") && !page.body.contains("\"EST\""));
    assert_eq!(ann.step("organisation", ORGANISATION).await.location, format!("{link}/you"));
    let page = ann.get(&format!("{link}/you")).await;
    assert!(page.body.contains("2 of 3") && page.body.contains("At least 12 characters"));
    assert_eq!(ann.step("you", YOU).await.location, format!("{link}/begin"));
    let page = ann.get(&format!("{link}/begin")).await;
    assert!(page.body.contains("3 of 3") && page.body.contains("throughline demo"));
    assert!(page.body.contains("Head of Performance, in Corporate"));

    let done = ann.step("begin", "begin=import").await;
    assert_eq!((done.status, &*done.location), (303, "/import"));
    let founded = ann.here.founded.lock().unwrap().clone();
    let expected = Founding {
        name: "Fallowmere Council".into(),
        zone: "Europe/London".into(),
        about: "Serves the county".into(),
        post: "Head of Performance".into(),
        unit: "Corporate".into(),
    };
    assert_eq!(founded, [expected]);
    let page = ann.get("/pulse").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Ann Bell") && page.body.contains("Fallowmere Council"));
    assert!(page.body.contains("href=\"/import\">Import a file"), "it says what to do next");
    // The set-up is over for everybody.
    assert_eq!(ann.get(&format!("{link}/you")).await.status, 404);
}

#[tokio::test]
async fn a_stranger_without_the_link_takes_nothing() {
    let mut stranger = Newcomer::arrives();
    for path in ["/", "/pulse", "/sign-in", "/first/none", "/api/v1/posts"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.body.contains("Nothing is set up here yet"), "{path}");
    }
    for step in ["", "/organisation", "/you", "/begin"] {
        let page = stranger.get(&format!("/set-up/{}{step}", "0".repeat(64))).await;
        assert_eq!(page.status, 410, "{step}");
    }
    stranger.link = format!("/set-up/{}", "0".repeat(64));
    for (step, form) in [("organisation", ORGANISATION), ("you", YOU), ("begin", "begin=look")] {
        assert_eq!(stranger.step(step, form).await.status, 410, "{step}");
    }
    assert!(stranger.here.founded.lock().unwrap().is_empty());

    let mut late = Newcomer::arrives();
    late.here.hands.pass(24 * 3600);
    let link = late.link.clone();
    assert_eq!(late.get(&format!("{link}/organisation")).await.status, 410, "a day old");
}

#[tokio::test]
async fn what_was_typed_can_be_gone_back_to_and_nothing_is_founded_before_the_end() {
    let mut ann = Newcomer::arrives();
    let link = ann.link.clone();
    assert_eq!(ann.get(&format!("{link}/begin")).await.location, format!("{link}/you"));
    assert_eq!(ann.get(&format!("{link}/you")).await.location, format!("{link}/organisation"));
    let wrong = ann.step("organisation", "name=&zone=Mars%2FBase").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("2 things to put right"));
    ann.step("organisation", ORGANISATION).await;
    let wrong = ann.step("you", "name=Ann&post=&sign_in=a%3Cb&password=short&again=shirt").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("4 things to put right"), "{}", wrong.body);
    ann.step("you", YOU).await;
    let page = ann.get(&format!("{link}/organisation")).await;
    assert!(
        page.body.contains("value=\"Fallowmere Council\"")
            && page.body.contains("Serves the county")
    );
    let page = ann.get(&format!("{link}/you")).await;
    assert!(
        page.body.contains("value=\"Ann Bell\"")
            && page.body.contains("The password that you chose is kept")
    );
    assert!(!page.body.contains("herons"), "and never shown");
    // Without a new password the first stays.
    let sent = "name=Ann+Bell&post=Clerk&unit=&sign_in=ann&password=&again=";
    assert_eq!(ann.step("you", sent).await.status, 303);
    assert!(ann.here.founded.lock().unwrap().is_empty());

    *ann.here.away.lock().unwrap() = true;
    let failed = ann.step("begin", "begin=hand").await;
    assert_eq!(failed.status, 503);
    assert!(
        failed.body.contains("The disk is full.") && failed.body.contains("Fallowmere Council")
    );
    *ann.here.away.lock().unwrap() = false;
    let done = ann.step("begin", "begin=hand").await;
    assert_eq!(done.location, "/units/new?within=UNIT-1&back=/pulse");
    assert_eq!(ann.get(&done.location.clone()).await.status, 200);
    ann.cookie = None;
    let request =
        Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from("sign_in=ann&password=seven+grey+herons");
    assert_eq!(ann.ask(request.body(body).unwrap()).await.status, 303);
}

#[tokio::test]
async fn no_other_site_founds_anything() {
    let mut ann = Newcomer::arrives();
    let request = Request::post(format!("{}/begin", ann.link))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let answer = ann.ask(request.body(Body::from("begin=look")).unwrap()).await;
    assert_eq!(answer.status, 403);
}
