//! Measurements through the front door: a real server on loopback, raw keep-alive connections.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use host::{Archive, Host};
use kernel::id::{Id, IndicatorId, PersonId, PostId};
use ledger::Sqlite;
use server::{
    App, SignIn, Transport,
    signin::{Purpose, VaultAccounts},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Row, cpu_of, in_turn, median, model, rows};
use crate::{demo, folder::Folder, outside, serve, write};

/// Clients at once in the loaded runs.
const CLIENTS: usize = 512;
const COMMANDS: usize = 40_000;

/// Durable commands over HTTP against rows committed in groups straight into SQLite.
pub(crate) fn commands() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut made = Vec::new();
    for (clients, count, objectives) in
        [(CLIENTS, COMMANDS, 1_000), (64, COMMANDS, 100_000), (1, 300, 1_000)]
    {
        let opened = runtime.block_on(Opened::new(&model::objectives(objectives), objectives))?;
        let mut round = 0;
        let (ours, limit) = in_turn(
            || {
                round += 1;
                let started = Instant::now();
                let (cpu, done) =
                    cpu_of(|| runtime.block_on(opened.measure(clients, count, round)));
                done?;
                opened
                    .cpu
                    .fetch_add(usize::try_from((cpu * 1e6) as i64).unwrap_or(0), Ordering::Relaxed);
                Ok(rows::rate(count, started))
            },
            || straight(clients, count),
        )?;
        let cpu = opened.cpu.load(Ordering::Relaxed) / (super::TURNS * count);
        made.push(Row {
            what: format!("durable commands a second, {clients} clients, {objectives} objectives"),
            product: ours,
            against: Some(("group commit straight into SQLite", limit)),
            note: format!("{cpu} us CPU a command, clients included"),
        });
        let hello = median(
            (0..super::TURNS)
                .map(|_| {
                    let started = Instant::now();
                    runtime.block_on(opened.hello(clients, count))?;
                    Ok(rows::rate(count, started))
                })
                .collect::<Result<_>>()?,
        );
        made.push(Row {
            what: format!("the same, {clients} clients"),
            product: ours,
            against: Some(("requests a second that only say hello", hello)),
            note: String::new(),
        });
        opened.host.stop();
    }
    Ok(made)
}

/// `who` on a date over HTTP, against a route that says hello.
pub(crate) fn who() -> Result<Vec<Row>> {
    const POSTS: usize = 100_000;
    const ASKED: usize = 5_000;
    let runtime = tokio::runtime::Runtime::new()?;
    let facts: Vec<kernel::Fact> = model::establishment(POSTS, false).collect();
    let state = model::state(&facts);
    let dates = ["2021-03-14", "2024-11-02", "2026-06-01"];
    let (cpu, found) = cpu_of(|| {
        (0..ASKED * 20)
            .filter(|it| {
                let post = kernel::id::PostId::at_row(it * 7919 % POSTS);
                let on = jiff::civil::date(2020 + i16::try_from(it % 6).unwrap_or(0), 3, 14);
                kernel::read::who::who(state.records(), post.into(), on).is_ok()
            })
            .count()
    });
    drop(state);
    let opened = runtime.block_on(Opened::new(&facts, 0))?;
    let ask = |path: &dyn Fn(usize) -> String| {
        let paths: Vec<String> = (0..ASKED).map(path).collect();
        runtime.block_on(opened.ask(&paths))
    };
    let (ours, hello) = in_turn(
        || {
            ask(&|it| {
                let (post, on) = (it * 7919 % POSTS + 1, dates[it % dates.len()]);
                format!("/api/v1/posts/POST-{post}/who?at={on}")
            })
        },
        || ask(&|_| "/hello".into()),
    )?;
    opened.host.stop();
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let each = cpu / (ASKED * 20) as f64 * 1e6;
    Ok(vec![Row {
        what: format!("p99 microseconds of who on a date, {POSTS} posts, {} tenures", POSTS * 4),
        product: ours,
        against: Some(("a route that says hello", hello)),
        note: format!("{each:.2} us CPU in the kernel, {found} answered"),
    }])
}

/// An organisation behind doors on loopback, with a signed-in session.
pub(super) struct Opened {
    pub(super) host: Host,
    pub(super) address: SocketAddr,
    pub(super) token: String,
    leaves: usize,
    cpu: AtomicUsize,
    /// Connections kept open from turn to turn: opening hundreds would be most of what is measured.
    lines: tokio::sync::Mutex<Vec<Line>>,
    _lock: Option<std::fs::File>,
    /// Goes with the data when this does.
    _place: tempfile::TempDir,
}

impl Opened {
    pub(super) async fn new(facts: &[kernel::Fact], objectives: usize) -> Result<Opened> {
        let place = tempfile::tempdir()?;
        let path = place.path().join("ledger.sqlite");
        let mut writer = rows::writer(Sqlite::open(&path)?)?;
        rows::fill(&mut writer, facts)?;
        let (person, post) = administrator(&mut writer)?;
        let clock = outside::wall(jiff::tz::TimeZone::UTC);
        let archive = Archive::new(Sqlite::open_read_only(&path)?, None);
        let host = Host::start(writer, archive, clock, None);
        let leaves = if objectives > 0 { model::leaves(objectives) } else { 0 };
        Opened::behind_doors(host, person, post, leaves, place, None).await
    }

    /// The demonstration, with its chief executive signed in.
    pub(super) async fn demonstration() -> Result<Opened> {
        let place = tempfile::tempdir()?;
        let data = place.path().join("demo");
        demo::make(&data, outside::now())?;
        let (host, lock) = Folder::at(&data).open()?.start()?;
        let directory = Arc::clone(&host.published().directory);
        let name = demo::VISITORS[0].0;
        let person = directory.people().find(|it| &**it.1 == name).map(|it| it.0);
        let person = person.with_context(|| format!("{name} is not here"))?;
        Opened::behind_doors(host, person, write::administrator(), 0, place, Some(lock)).await
    }

    async fn behind_doors(
        host: Host,
        person: PersonId,
        post: PostId,
        leaves: usize,
        place: tempfile::TempDir,
        lock: Option<std::fs::File>,
    ) -> Result<Opened> {
        let accounts = Arc::new(VaultAccounts::new(host.clone(), &[], post));
        let account = u64::from(person.n().get());
        let door = SignIn::new(accounts.clone(), serve::outside_of(&host));
        tokio::task::spawn_blocking(move || accounts.open(account, "bench")).await??;
        let link = door.link(Purpose::Enter(account), Duration::from_secs(600)).await?;
        let app = App::new(host.clone(), door, Transport::Plain);
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = socket.local_addr()?;
        let hello = axum::routing::get(|| async { "hello" });
        let service = server::router(app)
            .route("/hello", hello)
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(socket, service).await });
        let token = enter(address, link.secret()).await?;
        Ok(Opened {
            host,
            address,
            token,
            leaves,
            cpu: AtomicUsize::new(0),
            lines: tokio::sync::Mutex::default(),
            _lock: lock,
            _place: place,
        })
    }

    /// `count` measurements by `clients` at once, each acknowledged before the next of its client.
    async fn measure(&self, clients: usize, count: usize, round: usize) -> Result<()> {
        let (token, leaves) = (self.token.clone(), self.leaves);
        let request = move |it: usize| {
            let indicator = IndicatorId::at_row(it * 7919 % leaves);
            let value = if (it + round).is_multiple_of(2) { 40 } else { 60 };
            let body = serde_json::to_string(&model::measure(indicator, model::today(), value));
            let body = body.unwrap_or_default();
            let key = (round * 1_000_000 + it) as u128 + (1_u128 << 100);
            format!(
                "POST /api/v1/commands HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\nidempotency-key: {key:032x}\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        self.load(clients, count, 201, request).await
    }

    /// `count` requests by `clients` at once to a route that does nothing.
    async fn hello(&self, clients: usize, count: usize) -> Result<()> {
        let request = |_| "GET /hello HTTP/1.1\r\nhost: bench\r\n\r\n".to_owned();
        self.load(clients, count, 200, request).await
    }

    /// Sends `count` requests over `clients` connections, each answered before the next of its own.
    async fn load(
        &self,
        clients: usize,
        count: usize,
        expected: u16,
        request: impl Fn(usize) -> String + Clone + Send + 'static,
    ) -> Result<()> {
        let mut lines = self.lines.lock().await;
        while lines.len() < clients {
            lines.push(Line::open(self.address).await?);
        }
        let next = Arc::new(AtomicUsize::new(0));
        let mut running = tokio::task::JoinSet::new();
        for mut line in lines.drain(..clients) {
            let (next, request) = (next.clone(), request.clone());
            running.spawn(async move {
                loop {
                    let it = next.fetch_add(1, Ordering::Relaxed);
                    if it >= count {
                        return anyhow::Ok(line);
                    }
                    let status = line.send(&request(it)).await?;
                    anyhow::ensure!(status == expected, "a request was answered with {status}");
                }
            });
        }
        while let Some(done) = running.join_next().await {
            lines.push(done??);
        }
        Ok(())
    }

    /// p99 in microseconds over one connection.
    async fn ask(&self, paths: &[String]) -> Result<f64> {
        let mut line = Line::open(self.address).await?;
        let mut took = Vec::with_capacity(paths.len());
        for path in paths {
            let request = format!(
                "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n",
                self.token
            );
            let started = Instant::now();
            let status = line.send(&request).await?;
            anyhow::ensure!(matches!(status, 200 | 422), "{path} was answered with {status}");
            took.push(started.elapsed().as_secs_f64() * 1e6);
        }
        took.sort_by(f64::total_cmp);
        Ok(took[took.len() * 99 / 100])
    }
}

/// Somebody who may do everything.
fn administrator(writer: &mut host::Writer<Sqlite>) -> Result<(PersonId, PostId)> {
    use kernel::{Command, person, post, register, tenure, unit};
    let published = writer.published();
    let records = published.state.records();
    let (person, post) = (records.people.next_id(), records.posts.next_id());
    let establish =
        |terms| register::Command::Establish { from: model::begins(), until: None, terms };
    let unit = unit::Terms { name: Some("Register".into()), ..unit::Terms::default() };
    let place = post::Terms {
        name: Some("Administrator".into()),
        unit: Some(records.units.next_id()),
        administers: Some(true),
        ..post::Terms::default()
    };
    let terms = tenure::Terms {
        post: Some(post),
        person: Some(person),
        capacity: Some(tenure::Capacity::Substantive),
        ..tenure::Terms::default()
    };
    let from = model::begins();
    let someone = person::Command::Establish { from, until: None, terms: person::Terms::default() };
    let steps = vec![
        Command::Unit(register::Command::Establish { from, until: None, terms: unit }).into(),
        Command::Post(establish(place)).into(),
        host::Step { command: someone.into(), name: Some("Bench".into()) },
        Command::Tenure(register::Command::Establish { from, until: None, terms }).into(),
    ];
    let ask = host::Ask::steps(outside::key(), kernel::By::Console, steps);
    writer.run(&[ask]).pop().context("the ledger gave no answer")??;
    Ok((person, post))
}

async fn enter(address: SocketAddr, secret: &str) -> Result<String> {
    let mut line = Line::open(address).await?;
    let kind = "application/x-www-form-urlencoded";
    let request = format!(
        "POST /enter/{secret} HTTP/1.1\r\nhost: bench\r\ncontent-type: {kind}\r\ncontent-length: 0\r\n\r\n"
    );
    let status = line.send(&request).await?;
    anyhow::ensure!(status == 303, "signing in was answered with {status}");
    let answer = String::from_utf8_lossy(&line.buffer).into_owned();
    let cookie = answer.split("__Host-session=").nth(1).and_then(|it| it.split(';').next());
    Ok(cookie.context("no session came")?.to_owned())
}

/// One keep-alive connection that reads whole answers and keeps the last one.
pub(super) struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub(super) async fn open(address: SocketAddr) -> Result<Line> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request; gives back the status once the whole answer is here.
    pub(super) async fn send(&mut self, request: &str) -> Result<u16> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server hung up");
            }
            let Some(head) = self.buffer.windows(4).position(|it| it == b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_lowercase();
            let length = text.split("content-length: ").nth(1).and_then(|it| it.lines().next());
            let length: usize = length.and_then(|it| it.trim().parse().ok()).unwrap_or(0);
            if self.buffer.len() >= head + 4 + length {
                let status = text.split(' ').nth(1).and_then(|it| it.parse().ok());
                return status.context("not an HTTP answer");
            }
        }
    }
}

/// As many rows as commands, of the size of an entry, in transactions as large as clients would fill.
fn straight(clients: usize, count: usize) -> Result<f64> {
    let place = tempfile::tempdir()?;
    let db = rusqlite::Connection::open(place.path().join("limit.sqlite"))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    )?;
    let body = serde_json::to_string(&model::fact(model::measured(
        IndicatorId::at_row(0),
        model::today(),
        40,
    )))?;
    let started = Instant::now();
    let mut left = count;
    while left > 0 {
        let group = left.min(clients);
        let transaction = db.unchecked_transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO entries (body) VALUES (?1)")?;
            for _ in 0..group {
                insert.execute([&body])?;
            }
        }
        transaction.commit()?;
        left -= group;
    }
    Ok(rows::rate(count, started))
}
