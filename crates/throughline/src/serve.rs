//! `serve` and `demo`: an organisation put behind doors, until it is told to stop.

use std::{
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use kernel::id::{Id, PersonId};
use server::{
    App, SignIn, Transport,
    signin::{Chance, Clock, Outside, Purpose, VaultAccounts},
};

use crate::{Found, answer::say, demo, folder::Folder, outside, write};

/// How long a one-time link works.
const LINK_LIFE: Duration = Duration::from_hours(24);

pub(crate) fn serve(data: &Path, listen: SocketAddr) -> Result<Found> {
    let folder = Folder::at(data);
    run(&folder, listen, None)?;
    Ok(Found::Fine)
}

pub(crate) fn demo(listen: SocketAddr) -> Result<Found> {
    let started = Instant::now();
    // Goes when the process does.
    let place = tempfile::Builder::new().prefix("throughline-demo-").tempdir()?;
    let data = place.path().join("ashby-vale");
    let administrator = demo::make(&data)?;
    say(&format!(
        "Ashby Vale Council is ready, made afresh in {:.1} s.",
        started.elapsed().as_secs_f64()
    ))?;
    run(&Folder::at(&data), listen, Some(administrator))?;
    Ok(Found::Fine)
}

/// Serves until interrupted. `enter` is the person for whom a sign-in link is printed.
fn run(folder: &Folder, listen: SocketAddr, enter: Option<PersonId>) -> Result<()> {
    logs();
    let mut open = folder.open()?;
    let kept = open.writer.kept()?;
    let (host, lock) = open.start()?;
    let accounts = Arc::new(VaultAccounts::new(host.clone(), &kept, write::administrator()));
    let sign_in = SignIn::new(accounts.clone(), outside_of(&host));
    let app = App::new(host.clone(), sign_in.clone(), Transport::Plain);
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        let socket = tokio::net::TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}; is another server running there?")
        })?;
        let address = socket.local_addr()?;
        tell(&format!("Open http://{address}/"));
        if let Some(person) = enter {
            let account = u64::from(person.n().get());
            accounts.open(account, "demo")?;
            let link = sign_in.link(Purpose::Enter(account), LINK_LIFE).await?;
            tell(&format!("Sign in at http://{address}/enter/{}", link.secret()));
        } else if !accounts.has_accounts() {
            let link = sign_in.link(Purpose::First, LINK_LIFE).await?;
            tell(&format!("Sign in at http://{address}/first/{}", link.secret()));
            tell("That link makes the first administrator. It works once, for a day.");
        }
        let service = server::router(app).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(socket, service).with_graceful_shutdown(stop()).await?;
        anyhow::Ok(())
    });
    // Streams that are still open do not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    host.stop();
    drop(lock);
    served
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

struct Os;

impl Chance for Os {
    fn fill(&self, bytes: &mut [u8]) {
        outside::fill(bytes);
    }
}
