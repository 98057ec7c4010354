//! A visitor without a browser: keeps cookies, sends what a browser would send.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, Response, header, request::Builder},
};
use host::{Archive, Host, Writer};
use jiff::{SignedDuration, Timestamp};
use ledger::{Book, Signer, Store};
use server::{
    App, SignIn, Transport,
    pages::list::Orders,
    pull::Pulls,
    router,
    signin::{Accounts, Chance, Clock, Memory, Outside, Purpose},
};
use tower::ServiceExt;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// A clock whose two hands a test moves: the wall clock may lie, the other may not.
#[derive(Default)]
pub(crate) struct Hands {
    wall: Mutex<SignedDuration>,
    passed: Mutex<Duration>,
}

impl Hands {
    /// Time truly passes.
    pub(crate) fn pass(&self, secs: u64) {
        *self.passed.lock().unwrap() += Duration::from_secs(secs);
        self.step(SignedDuration::from_secs(i64::try_from(secs).unwrap()));
    }

    /// Somebody sets the wall clock.
    pub(crate) fn step(&self, by: SignedDuration) {
        *self.wall.lock().unwrap() += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        let noon: Timestamp = "2030-03-30T12:00:00Z".parse().unwrap();
        noon + *self.wall.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }
}

/// Never the same twice, and the same in every run.
#[derive(Default)]
struct Counted(AtomicU64);

impl Chance for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        let n = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        bytes.fill(0);
        bytes[..8].copy_from_slice(&n.to_be_bytes());
    }
}

/// A host on `store`, and what its vault kept.
pub(crate) type Kept = Vec<(kernel::id::PersonId, String, Vec<u8>)>;

thread_local! {
    /// Gone with the test.
    static FOLDERS: std::cell::RefCell<Vec<tempfile::TempDir>> = const { std::cell::RefCell::new(Vec::new()) };
}

pub(crate) fn opened(store: ledger::Memory, clock: &host::clock::Set) -> (Kept, Host) {
    let signer = Signer::new("example.test/council", &[7; 32]).unwrap();
    let book = Book::open(store.clone(), signer).unwrap();
    let chance = Counted(AtomicU64::new(1 << 32));
    let chance = Box::new(move |bytes: &mut [u8]| Chance::fill(&chance, bytes));
    let mut writer = Writer::open(book, Arc::new(clock.clone()), chance, None).unwrap();
    let kept = writer.kept().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = ledger::Files::in_folder(folder.path().join("files"));
    FOLDERS.with(|it| it.borrow_mut().push(folder));
    let writer = writer.with_files(files.clone());
    let again = store.clone();
    let archive = Archive::new(store, None)
        .with_files(files)
        .opened_by(move || Ok(Box::new(again.clone()) as Box<dyn Store>));
    (kept, Host::start(writer, archive, Arc::new(clock.clone()), None))
}

pub(crate) struct Visit {
    app: Router,
    pub(crate) host: Host,
    pub(crate) hands: Arc<Hands>,
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) sign_in: SignIn,
    /// The orders that the server keeps.
    pub(crate) lists: Orders,
    cookie: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
    pub(crate) raw: axum::http::HeaderMap,
}

impl Answer {
    /// The status and the page's main part, an element a line.
    pub(crate) fn main(&self) -> String {
        format!("{}\n{}", self.status, self.part("<main", "</main>"))
    }

    /// What lies between two marks, without the hash that changes with every asset.
    pub(crate) fn part(&self, from: &str, to: &str) -> String {
        let start = self.body.find(from).unwrap();
        let end = start + self.body[start..].find(to).unwrap() + to.len();
        let hash = server::assets::href("").replace("/assets/", "").replace('/', "");
        self.body[start..end].replace(&hash, "HASH").replace("><", ">\n<")
    }
}

impl Answer {
    /// The same as [`part`](Answer::part), as a reader hears it: words only.
    pub(crate) fn words(&self, from: &str, to: &str) -> String {
        let mut words = String::new();
        let mut inside = false;
        for it in self.part(from, to).chars() {
            match it {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                it if !inside => words.push(it),
                _ => (),
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Visit {
    /// One account, `mary`, with the password `seven grey herons`, made as a person would make it.
    pub(crate) async fn to() -> Visit {
        let mut it = Visit::empty(Transport::Plain, Memory::default());
        let first = it.sign_in.link(Purpose::First, DAY).await.unwrap();
        let path = format!("/first/{}", first.secret());
        let sent =
            "name=Mary+Okafor&sign_in=Mary&password=seven+grey+herons&again=seven+grey+herons";
        assert_eq!(it.send(&path, sent).await.status, 303);
        it.forget();
        it
    }

    pub(crate) fn empty(transport: Transport, memory: Memory) -> Visit {
        let store = ledger::Memory::default();
        let clock = host::clock::Set::at("2030-03-30T12:00:00Z".parse().unwrap());
        let host = opened(store, &clock).1;
        Visit::at(host, Arc::new(memory), transport)
    }

    /// Whatever organisation and whatever accounts there are.
    pub(crate) fn at(host: Host, accounts: Arc<dyn Accounts>, transport: Transport) -> Visit {
        let hands = Arc::<Hands>::default();
        let outside = Outside { clock: hands.clone(), chance: Arc::new(Counted::default()) };
        let sign_in = SignIn::new(accounts.clone(), outside);
        let app = App::new(host.clone(), sign_in.clone(), transport);
        let lists = app.lists.clone();
        Visit { app: router(app), host, hands, accounts, sign_in, lists, cookie: None }
    }

    /// The same server, with sources that it can ask.
    pub(crate) fn asks(&mut self, pulls: Pulls) -> App {
        let mut app = App::new(self.host.clone(), self.sign_in.clone(), Transport::Plain);
        app.pulls = pulls;
        self.app = router(app.clone());
        app
    }

    /// Another browser at the same server.
    pub(crate) fn beside(&self) -> Visit {
        Visit {
            app: self.app.clone(),
            host: self.host.clone(),
            hands: self.hands.clone(),
            accounts: self.accounts.clone(),
            sign_in: self.sign_in.clone(),
            lists: self.lists.clone(),
            cookie: None,
        }
    }

    /// The same server after a restart: nothing but the accounts is left.
    pub(crate) fn restart(&mut self) {
        let outside = Outside {
            clock: self.hands.clone(),
            chance: Arc::new(Counted(AtomicU64::new(1 << 40))),
        };
        self.sign_in = SignIn::new(self.accounts.clone(), outside);
        let app = App::new(self.host.clone(), self.sign_in.clone(), Transport::Plain);
        self.lists = app.lists.clone();
        self.app = router(app);
    }

    pub(crate) fn forget(&mut self) {
        self.cookie = None;
    }

    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) fn present(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
    }

    pub(crate) async fn sign_in(&mut self, password: &str) -> Answer {
        let sent = format!("sign_in=mary&password={}", password.replace(' ', "+"));
        self.send("/sign-in", &sent).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn send(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.ask(request, form.to_owned().into()).await
    }

    pub(crate) async fn ask(&mut self, request: Builder, body: Body) -> Answer {
        let mut request = request.body(body).unwrap();
        let page = header::HeaderValue::from_static("text/html");
        request.headers_mut().entry(header::ACCEPT).or_insert(page);
        if let Some(it) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, it.parse().unwrap());
        }
        let caller = SocketAddr::from(([192, 0, 2, 1], 4000));
        request.extensions_mut().insert(ConnectInfo(caller));
        let response = self.app.clone().oneshot(request).await.unwrap();
        self.keep(&response);
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(header::LOCATION).map(|it| it.to_str().unwrap().into());
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), location, body, raw: parts.headers }
    }

    fn keep(&mut self, response: &Response<Body>) {
        for set in response.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let pair = set.split(';').next().unwrap();
            self.cookie = (!set.contains("Max-Age=0")).then(|| pair.to_owned());
        }
    }
}
