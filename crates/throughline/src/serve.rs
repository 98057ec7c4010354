//! `serve` and `demo`: an organisation put behind doors, until it is told to stop.

use std::{
    fs::File,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use jiff::{civil::Date, tz::TimeZone};
use kernel::id::Id;
use server::{
    App, SignIn, Transport,
    pull::{Came, Last},
    signin::{
        Chance, Clock, Outside, Purpose, VaultAccounts,
        set_up::{self, Founder, Founding, SetUp},
    },
};
use tokio::net::TcpListener;

use crate::{
    Found,
    answer::{print, say},
    demo::{self, Visitor},
    folder::{Folder, Open},
    outside, write,
};

/// How long a one-time link works.
const LINK_LIFE: Duration = Duration::from_hours(24);
/// How often is looked whether a source is to be asked.
const FETCH_EVERY: Duration = Duration::from_secs(15);

pub(crate) fn serve(data: &Path, listen: SocketAddr) -> Result<Found> {
    let folder = Folder::at(data);
    match folder.is_vacant() {
        true => serve_set_up(data, listen)?,
        false => put_behind_doors(folder.open()?, listen, &[])?,
    }
    Ok(Found::Fine)
}

pub(crate) fn demo(listen: SocketAddr) -> Result<Found> {
    let started = Instant::now();
    // Goes when the process does.
    let place = tempfile::Builder::new().prefix("throughline-demo-").tempdir()?;
    let data = place.path().join("ashby-vale");
    demo::make(&data, outside::now())?;
    let folder = Folder::at(&data);
    let open = folder.open()?;
    say(&format!(
        "{} is ready, made afresh in {:.1} s.",
        demo::NAME,
        started.elapsed().as_secs_f64()
    ))?;
    put_behind_doors(open, listen, &demo::VISITORS)?;
    Ok(Found::Fine)
}

/// Makes the demonstration in a folder that stays, with a history up to `today`.
pub(crate) fn make_demo(data: &Path, today: Option<Date>) -> Result<Found> {
    let now = outside::now();
    let now = match today {
        None => now,
        Some(day) => {
            let evening = day.at(18, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp();
            if day > now.to_zoned(TimeZone::UTC).date() {
                bail!("{day} lies ahead; the demonstration has a past and no future");
            }
            evening.min(now)
        }
    };
    demo::make(data, now)?;
    say(&format!("{} is in {}.", demo::NAME, data.display()))?;
    say(&format!("Start it with: throughline serve --data {}", data.display()))?;
    Ok(Found::Fine)
}

/// An organisation at work, and what has to be let go of in the end.
struct Behind {
    app: App,
    accounts: Arc<VaultAccounts>,
    /// Held as long as this is.
    _lock: File,
}

impl Behind {
    fn doors(mut open: Open) -> Result<Behind> {
        let kept = open.writer.kept()?;
        let pulls = open.sources()?;
        let (host, lock) = open.start()?;
        let accounts = Arc::new(VaultAccounts::new(host.clone(), &kept, write::administrator()));
        let sign_in = SignIn::new(accounts.clone(), outside_of(&host));
        let mut app = App::new(host, sign_in, Transport::Plain);
        if let Some(pulls) = pulls {
            app.pulls = pulls;
        }
        Ok(Behind { app, accounts, _lock: lock })
    }
}

/// Serves until interrupted. `visitors` are those for whom sign-in links are printed.
fn put_behind_doors(open: Open, listen: SocketAddr, visitors: &[Visitor]) -> Result<()> {
    logs();
    let behind = Behind::doors(open.with_signals())?;
    let (app, accounts) = (&behind.app, &behind.accounts);
    let host = app.host.clone();
    let served = run(async {
        let (socket, address) = bind(listen).await?;
        for (name, post) in visitors {
            let link = let_in(&host, accounts, &app.sign_in, name).await?;
            tell(&format!("Sign in at http://{address}/enter/{link} as {name}, {post}"));
        }
        if visitors.is_empty() && !accounts.has_accounts() {
            let link = app.sign_in.link(Purpose::First, LINK_LIFE).await?;
            tell(&format!("Sign in at http://{address}/first/{}", link.secret()));
            tell("That link makes the first administrator. It works once, for a day.");
        }
        let fetching = tokio::spawn(fetch(app.clone()));
        let served = serve_on(socket, server::router(app.clone())).await;
        fetching.abort();
        served
    });
    host.stop();
    served
}

/// Asks sources of figures, each when its time has come.
async fn fetch(app: App) {
    if app.pulls.is_empty() {
        return;
    }
    loop {
        app.pulls.turn(&app).await;
        tokio::time::sleep(FETCH_EVERY).await;
    }
}

/// Asks every source of figures once, now, or the one of this name: for whoever keeps time with another clock.
pub(crate) fn pull(data: &Path, name: Option<&str>, as_json: bool) -> Result<Found> {
    let folder = Folder::at(data);
    let open = folder.open()?;
    if open.sources()?.is_none() {
        bail!(
            "{} lists no sources; docs/figures.md says how to write sources.json",
            data.display()
        );
    }
    let behind = Behind::doors(open)?;
    let (pulls, app) = (behind.app.pulls.clone(), behind.app.clone());
    if let Some(says) = pulls.trouble() {
        bail!("{says}");
    }
    let asked = run(async { Ok(pulls.now(&app, name).await) });
    app.host.stop();
    if let (0, Some(name)) = (asked?, name) {
        bail!("there is no source “{name}”");
    }
    let meant = |it: &&(&exchange::pull::Source, Last)| name.is_none_or(|name| it.0.name == name);
    let all = pulls.all();
    let failed = all.iter().filter(meant).any(|it| matches!(it.1.came, Some(Came::Failed(_))));
    if as_json {
        print(&pulls.json())?;
    } else {
        for (it, last) in all.iter().filter(meant) {
            let came = last.came.as_ref().map(ToString::to_string).unwrap_or_default();
            let failed = if matches!(last.came, Some(Came::Failed(_))) { "failed: " } else { "" };
            say(&format!("{}: {failed}{came}", it.name))?;
        }
    }
    Ok(if failed { Found::SomethingWrong } else { Found::Fine })
}

/// Serves the set-up of an organisation in an empty folder and, once it is founded, the organisation.
fn serve_set_up(data: &Path, listen: SocketAddr) -> Result<()> {
    logs();
    let begun = Instant::now();
    let here = Arc::new(Here { data: data.to_owned(), behind: Mutex::default() });
    let clock = Arc::new(Unplaced { begun });
    let outside = Outside { clock, chance: Arc::new(Os) };
    let (doors, link) = SetUp::new(outside, here.clone());
    let served = run(async {
        let (socket, address) = bind(listen).await?;
        tell(&format!("{} holds no organisation yet.", data.display()));
        tell(&format!("Set one up at http://{address}/set-up/{}", link.secret()));
        tell("Whoever has that link becomes its first administrator. It works for a day.");
        serve_on(socket, set_up::router(doors, Transport::Plain)).await
    });
    let behind = here.behind.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(it) = &behind {
        it.app.host.stop();
    }
    served
}

/// The folder in which an organisation is founded.
struct Here {
    data: PathBuf,
    behind: Mutex<Option<Behind>>,
}

impl Founder for Here {
    fn zones(&self) -> Vec<String> {
        jiff::tz::db().available().map(|it| it.to_string()).collect()
    }

    fn zone(&self) -> String {
        let system = TimeZone::system();
        let named = system.iana_name().filter(|it| it.contains('/') && !it.starts_with("Etc/"));
        named.unwrap_or("Europe/London").to_owned()
    }

    fn found(&self, it: &Founding) -> Result<App, String> {
        let mut behind = self.behind.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let folder = match Folder::at(&self.data) {
                // A try before this one came further than it could say.
                there if !there.is_vacant() => there,
                _ => write::create(&self.data, it)?,
            };
            Behind::doors(folder.open()?.with_signals())
        };
        if behind.is_none() {
            *behind = Some(made().map_err(|it| format!("{it:#}."))?);
        }
        behind.as_ref().map(|it| it.app.clone()).ok_or_else(|| "it is not there".into())
    }
}

fn run<T>(served: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(served);
    // Streams that are still open do not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let socket = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; is another server running there?"))?;
    let address = socket.local_addr()?;
    tell(&format!("Open http://{address}/"));
    Ok((socket, address))
}

async fn serve_on(socket: TcpListener, router: axum::Router) -> Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(socket, service).with_graceful_shutdown(stop()).await?)
}

/// Opens an account for somebody by name; the secret of a link that works once.
async fn let_in(
    host: &host::Host,
    accounts: &VaultAccounts,
    sign_in: &SignIn,
    name: &str,
) -> Result<String> {
    let directory = Arc::clone(&host.published().directory);
    let person = directory.people().find(|it| &**it.1 == name).map(|it| it.0);
    let account = u64::from(person.with_context(|| format!("{name} is not here"))?.n().get());
    accounts.open(account, &name.to_lowercase().replace(' ', "."))?;
    Ok(sign_in.link(Purpose::Enter(account), LINK_LIFE).await?.secret().to_owned())
}

/// What the door needs of the outside world.
pub(crate) fn outside_of(host: &host::Host) -> Outside {
    let clock = Arc::new(Wall { host: host.clone(), begun: Instant::now() });
    Outside { clock, chance: Arc::new(Os) }
}

/// Says where to look. Whoever read the first lines and went does not end the server.
fn tell(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let ended = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut it) => drop(it.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let ended = std::future::pending::<()>();
    tokio::select! {
        _ = interrupted => (),
        () = ended => (),
    }
}

fn logs() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter =
        EnvFilter::try_from_env("THROUGHLINE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second call, in a test, finds the first one's in place.
    let _ = fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// The organisation's wall clock, with time that never steps beside it.
struct Wall {
    host: host::Host,
    begun: Instant,
}

impl Clock for Wall {
    fn now(&self) -> jiff::Timestamp {
        self.host.clock().now()
    }
    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

/// The clock before an organisation has a place.
struct Unplaced {
    begun: Instant,
}

impl Clock for Unplaced {
    fn now(&self) -> jiff::Timestamp {
        outside::now()
    }
    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

struct Os;

impl Chance for Os {
    fn fill(&self, bytes: &mut [u8]) {
        outside::fill(bytes);
    }
}
