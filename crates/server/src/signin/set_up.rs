//! The first run: an organisation is founded in three steps, each a page that can be gone back to.
//!
//! What is typed stays in memory, a password as its hash only, until the last step founds everything at
//! once; a stranger without the link that the console printed comes no further than a page that says
//! where to look for it. When the organisation stands, its own doors take the place of these.

mod pages;

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer};

use super::{
    Chance, Failure, Newcomer, Outside, Purpose, Token, clock::Steady, password::Passwords,
    throttle::Throttle,
};
use crate::{App, Transport, assets, headers, pages as inside};

/// How long the link works.
const LIFE: Duration = Duration::from_secs(24 * 3600);
/// Bytes of one of the three forms.
const FORM_BYTES_MAX: usize = 256 << 10;

/// What somebody founds: the organisation, and the post that administers its register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Founding {
    pub name: String,
    pub zone: String,
    /// What it is for; may be empty.
    pub about: String,
    pub post: String,
    /// The unit the post stands in; the organisation itself when empty.
    pub unit: String,
}

/// Makes an organisation where there is none, and puts it behind doors. The binary's part: it knows
/// folders and zones.
pub trait Founder: Send + Sync + 'static {
    /// Names of time zones, like `Europe/London`.
    fn zones(&self) -> Vec<String>;
    /// The zone offered first.
    fn zone(&self) -> String;
    /// May wait for a disk. Said again after a failure, it goes on where it stopped.
    fn found(&self, it: &Founding) -> Result<App, String>;
}

/// The doors of an organisation that is not there yet.
#[derive(Clone)]
pub struct SetUp {
    inner: Arc<Inner>,
}

struct Inner {
    link: Token,
    until: Timestamp,
    steady: Steady,
    chance: Arc<dyn Chance>,
    passwords: Passwords,
    throttle: Throttle,
    founder: Arc<dyn Founder>,
    draft: Mutex<Draft>,
    /// Founded, while its first administrator is still on the way in. One at a time.
    made: tokio::sync::Mutex<Option<App>>,
    opened: OnceLock<Router>,
}

/// As far as it has been typed.
#[derive(Debug, Clone, Default)]
struct Draft {
    founding: Founding,
    you: Option<You>,
}

#[derive(Debug, Clone)]
struct You {
    name: String,
    sign_in: String,
    password_hash: String,
}

impl SetUp {
    /// `SetUp` and the secret part of its address, `/set-up/<token>`.
    pub fn new(outside: Outside, founder: Arc<dyn Founder>) -> (SetUp, Token) {
        let Outside { clock, chance } = outside;
        let throttle = Throttle::new(Arc::clone(&clock));
        let steady = Steady::new(clock);
        let link = Token::from_chance(&*chance);
        let founding = Founding {
            zone: founder.zone(),
            post: "Register administrator".into(),
            ..Founding::default()
        };
        let inner = Inner {
            link: link.clone(),
            until: super::clock::after(steady.now(), LIFE),
            steady,
            chance,
            passwords: Passwords::default(),
            throttle,
            founder,
            draft: Mutex::new(Draft { founding, you: None }),
            made: tokio::sync::Mutex::default(),
            opened: OnceLock::new(),
        };
        (SetUp { inner: Arc::new(inner) }, link)
    }

    fn draft(&self) -> Draft {
        self.inner.draft.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, change: impl FnOnce(&mut Draft)) {
        change(&mut self.inner.draft.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Founds everything. The doors that open, and the account to begin with.
    async fn found(&self) -> Result<(App, u64), String> {
        let Draft { founding, you: Some(you) } = self.draft() else {
            return Err("The second step is not filled in yet.".into());
        };
        let mut made = self.inner.made.lock().await;
        if made.is_none() {
            let founder = Arc::clone(&self.inner.founder);
            let founded = tokio::task::spawn_blocking(move || founder.found(&founding)).await;
            let app = founded.unwrap_or_else(|it| Err(format!("the work was broken off: {it}")))?;
            *made = Some(app);
        }
        let Some(app) = made.as_ref() else { return Err("it is not there".into()) };
        let account = first(app, &you).await.map_err(|it| it.to_string())?;
        // Whoever was quicker has opened the same doors.
        let _ = self.inner.opened.set(crate::router(app.clone()));
        Ok((app.clone(), account))
    }
}

/// The account of the first administrator.
async fn first(app: &App, you: &You) -> Result<u64, Failure> {
    let door = &app.sign_in;
    let link = door.link(Purpose::First, LIFE).await?.hashed();
    let newcomer = Newcomer {
        name: you.name.clone(),
        sign_in: you.sign_in.clone(),
        password_hash: you.password_hash.clone(),
    };
    let account = door.store(move |it| it.first(&link, &newcomer)).await?;
    account.map(|it| it.id).ok_or_else(|| Failure::new("somebody else was first"))
}

impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUp").finish_non_exhaustive()
    }
}

/// Everything that can be asked for before and after the founding.
pub fn router(set_up: SetUp, transport: Transport) -> Router {
    let before = Router::new()
        .route("/set-up/{token}", get(pages::enter))
        .route(
            "/set-up/{token}/organisation",
            get(pages::organisation).post(pages::keep_organisation),
        )
        .route("/set-up/{token}/you", get(pages::you).post(pages::keep_you))
        .route("/set-up/{token}/begin", get(pages::begin).post(pages::found))
        .route("/assets/{set}/{name}", get(assets::show))
        .fallback(pages::not_yet)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(set_up.clone())
        .layer(CatchPanicLayer::custom(inside::problem::broken))
        .layer(CsrfLayer::new().with_rejection_response(|_| super::cross_site()))
        .layer(map_response(inside::problem::nameless))
        .layer(map_response(move |it| async move { headers::secure(transport, it) }))
        .layer(CompressionLayer::new());
    Router::new().fallback(either).with_state((set_up, before))
}

async fn either(State((set_up, before)): State<(SetUp, Router)>, request: Request) -> Response {
    let doors = set_up.inner.opened.get().cloned().unwrap_or(before);
    // A router never fails; it answers.
    doors.oneshot(request).await.into_response()
}
