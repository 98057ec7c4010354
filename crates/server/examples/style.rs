//! The pieces and the door in a real browser, before there is a product around them:
//! `cargo run -p server --example style`. Prints what `throughline demo` prints.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use server::{
    App, SignIn, Transport, router,
    signin::{Chance, Clock, Memory, Outside, Purpose},
};

struct Wall(Instant);

impl Clock for Wall {
    #[expect(clippy::disallowed_methods, reason = "a program of its own, not the product")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

struct System;

impl Chance for System {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let memory = Memory::default();
    let mary = memory.add("PERSON-1", "Mary Okafor", "mary");
    let outside = Outside { clock: Arc::new(Wall(Instant::now())), chance: Arc::new(System) };
    let sign_in = SignIn::new(Arc::new(memory), outside);
    let hour = Duration::from_secs(3600);
    let enter = sign_in.link(Purpose::Enter(mary), hour).await?;
    let first = sign_in.link(Purpose::First, hour).await?;

    let store = ledger::Memory::default();
    let book =
        ledger::Book::open(store.clone(), ledger::Signer::new("example.test/style", &[1; 32])?)?;
    let clock: Arc<dyn host::clock::Clock> = Arc::new(host::clock::Wall(jiff::tz::TimeZone::UTC));
    let chance = Box::new(|bytes: &mut [u8]| System.fill(bytes));
    let writer = host::Writer::open(book, Arc::clone(&clock), chance, None)?;
    let host = host::Host::start(writer, host::Archive::new(store, None), clock, None);
    let app = App::new(host, sign_in, Transport::Plain);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let mut out = io::stdout();
    writeln!(out, "Open http://{address}/style")?;
    writeln!(out, "Sign in at http://{address}/enter/{}", enter.secret())?;
    writeln!(out, "First administrator at http://{address}/first/{}", first.secret())?;
    out.flush()?;
    axum::serve(listener, router(app).into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
