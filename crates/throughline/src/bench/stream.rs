//! From a measurement sent to everybody who listens: how long it takes, what a delivery costs, what a connection holds.
//!
//! The streams are those of pages, over loopback. What they are held against is in the same run: a commit straight into
//! SQLite, and a bare socket that sends the same bytes to as many listeners, read by the same reader.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use kernel::id::{Id, IndicatorId};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::broadcast,
};

use super::{
    Row, cpu_of,
    http::{Line, Opened},
    model, resident,
};
use crate::outside;

const OBJECTIVES: usize = 1_000;
const WRITERS: usize = 64;
/// Commits whose time is taken straight in SQLite.
const COMMITS: usize = 400;
/// How long the last events may take to arrive.
const QUIET: Duration = Duration::from_secs(30);

/// Listeners and changes: a development build shows that it runs, and no figure of it counts.
const fn sizes() -> (usize, usize) {
    if cfg!(debug_assertions) { (40, 400) } else { (1_000, 10_000) }
}

pub(crate) fn stream() -> Result<Vec<Row>> {
    let (listeners, changes) = sizes();
    let runtime = tokio::runtime::Runtime::new()?;
    let opened = runtime.block_on(Opened::new(&model::objectives(OBJECTIVES), OBJECTIVES))?;
    // First, and open to the end: so that neither takes memory that the other has freed.
    let before = resident();
    let bare = runtime.block_on(Bare::open(listeners))?;
    let bare_each = per(resident().saturating_sub(before), listeners);
    // Once without listeners, which is what the commands themselves cost.
    let (alone, done) =
        cpu_of(|| runtime.block_on(measure(&opened, changes, 0, &Heard::default())));
    done?;
    let before = resident();
    let heard = Arc::new(Heard::default());
    let request = format!(
        "GET /live HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n",
        opened.token
    );
    runtime.block_on(listen(opened.address, Some(&request), listeners, &heard))?;
    let each = per(resident().saturating_sub(before), listeners);
    let (with, took) = cpu_of(|| runtime.block_on(measure(&opened, changes, 1, &heard)));
    let acknowledged = took?;
    runtime.block_on(heard.all(changes))?;
    let events = heard.events.load(Ordering::Relaxed);
    let deliveries = heard.deliveries.load(Ordering::Relaxed);
    let told = std::mem::take(&mut *heard.took.lock().unwrap_or_else(PoisonError::into_inner));
    let length = heard.bytes.load(Ordering::Relaxed) / events.max(1);
    opened.host.stop();
    let bare_cpu = runtime.block_on(bare.send(events, length))?;
    let commit = commits()?;
    let delivery = (with - alone).max(0.0) * 1e6 / count(deliveries);
    Ok(vec![
        Row {
            what: format!(
                "p99 microseconds from a measurement sent to a stream that says what it changed up to the top, {WRITERS} writers, {listeners} listeners"
            ),
            product: p99(told)?,
            against: Some(("p99 of a commit of as many rows straight into SQLite", commit)),
            note: format!(
                "acknowledged to its writer after {:.0} us, p99; {events} events",
                p99(acknowledged)?
            ),
        },
        Row {
            what: format!("CPU microseconds a stream delivery, {listeners} listeners"),
            product: delivery,
            against: Some(("a bare socket that sends the same", bare_cpu)),
            note: format!(
                "{deliveries} deliveries of {length} bytes, the listener’s side included"
            ),
        },
        Row {
            what: format!("bytes of memory a stream connection, {listeners} of them"),
            product: each,
            against: Some(("a bare connection", bare_each)),
            note: "the listener’s side included, the operating system’s buffers not".into(),
        },
    ])
}

/// What was sent and not heard yet, and what came.
#[derive(Default)]
struct Heard {
    sent: Mutex<HashMap<String, VecDeque<Instant>>>,
    /// Microseconds from sent to heard, as the listener has it that listened last.
    took: Mutex<Vec<f64>>,
    /// Events that it has heard, with their bytes.
    events: AtomicUsize,
    bytes: AtomicUsize,
    /// What all have heard.
    deliveries: AtomicUsize,
}

impl Heard {
    fn sent(&self, what: &str) {
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(what.into()).or_default().push_back(Instant::now());
    }

    fn hear(&self, subjects: &str) {
        let now = Instant::now();
        self.events.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(subjects.len(), Ordering::Relaxed);
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        for it in subjects.split(' ') {
            if let Some(at) = all.get_mut(it).and_then(VecDeque::pop_front) {
                took.push((now - at).as_secs_f64() * 1e6);
            }
        }
    }

    /// Waits until every change has been heard.
    async fn all(&self, changes: usize) -> Result<()> {
        let heard = || self.took.lock().unwrap_or_else(PoisonError::into_inner).len();
        let ends = Instant::now() + QUIET;
        while heard() < changes {
            ensure!(Instant::now() < ends, "{} of {changes} changes were heard of", heard());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

/// `listeners` connections that count what comes; the last of them takes the time.
async fn listen(
    address: SocketAddr,
    request: Option<&str>,
    listeners: usize,
    heard: &Arc<Heard>,
) -> Result<()> {
    for n in 0..listeners {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        if let Some(request) = request {
            stream.write_all(request.as_bytes()).await?;
        }
        let mut lines = BufReader::with_capacity(4096, stream);
        // The first event says how far the record has come: from then on this one listens.
        let mut line = String::new();
        while !line.starts_with("event: at") {
            line.clear();
            ensure!(lines.read_line(&mut line).await? > 0, "the stream was not opened");
        }
        let (heard, last) = (Arc::clone(heard), n + 1 == listeners);
        tokio::spawn(async move {
            let mut line = String::new();
            let mut changed = false;
            while matches!(lines.read_line(&mut line).await, Ok(read) if read > 0) {
                if let (true, Some(subjects)) = (changed, line.strip_prefix("data: ")) {
                    heard.deliveries.fetch_add(1, Ordering::Relaxed);
                    if last {
                        heard.hear(subjects.trim_end());
                    }
                }
                changed = line.starts_with("event: changed");
                line.clear();
            }
        });
    }
    Ok(())
}

/// `changes` measurements by as many writers as there are indicators of their own; microseconds until each was
/// acknowledged.
async fn measure(opened: &Opened, changes: usize, round: usize, heard: &Heard) -> Result<Vec<f64>> {
    let next = AtomicUsize::new(0);
    let next = &next;
    let writer = |n: usize| async move {
        let mut line = Line::open(opened.address).await?;
        let indicator = IndicatorId::at_row(n);
        let (name, mut took) = (indicator.to_string(), Vec::new());
        for turn in 0.. {
            if next.fetch_add(1, Ordering::Relaxed) >= changes {
                break;
            }
            let value = if turn % 2 == round % 2 { 40 } else { 60 };
            let body = serde_json::to_string(&model::measure(indicator, model::today(), value))?;
            let key: String = outside::key().0.iter().map(|it| format!("{it:02x}")).collect();
            let request = format!(
                "POST /api/v1/commands HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\
                 content-type: application/json\r\nidempotency-key: {key}\r\n\
                 content-length: {}\r\n\r\n{body}",
                opened.token,
                body.len()
            );
            let at = Instant::now();
            heard.sent(&name);
            let status = line.send(&request).await?;
            ensure!(status == 201, "a measurement was answered with {status}");
            took.push(at.elapsed().as_secs_f64() * 1e6);
        }
        anyhow::Ok(took)
    };
    let mut all = Vec::with_capacity(changes);
    let writers: Vec<_> = (0..WRITERS).map(writer).collect();
    for took in together(writers).await {
        all.extend(took?);
    }
    Ok(all)
}

/// All of them at once, on the task that asks: they borrow what it has.
async fn together<F: Future>(them: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = them.into_iter().map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(|context| {
        let mut ready = true;
        for (future, done) in &mut running {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(it) => *done = Some(it),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|it| it.1).collect()
}

/// A bare socket that sends what it is given to as many listeners.
struct Bare {
    sender: broadcast::Sender<Arc<str>>,
    heard: Arc<Heard>,
    listeners: usize,
}

impl Bare {
    async fn open(listeners: usize) -> Result<Bare> {
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let address = socket.local_addr()?;
        let (sender, _) = broadcast::channel::<Arc<str>>(16);
        let source = sender.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let mut events = source.subscribe();
                tokio::spawn(async move {
                    let mut going = stream.write_all(b"event: at\ndata: 0\n\n").await.is_ok();
                    while let (true, Ok(it)) = (going, events.recv().await) {
                        going = stream.write_all(it.as_bytes()).await.is_ok();
                    }
                });
            }
        });
        let heard = Arc::new(Heard::default());
        listen(address, None, listeners, &heard).await?;
        Ok(Bare { sender, heard, listeners })
    }

    /// CPU microseconds a delivery of as many events of as many bytes.
    async fn send(&self, events: usize, length: usize) -> Result<f64> {
        let message: Arc<str> = format!("event: changed\ndata: {}\n\n", "x".repeat(length)).into();
        let before = super::cpu();
        for n in 1..=events {
            let _ = self.sender.send(Arc::clone(&message));
            // As commits come: the next when this one has been heard.
            let ends = Instant::now() + QUIET;
            while self.heard.deliveries.load(Ordering::Relaxed) < n * self.listeners {
                ensure!(Instant::now() < ends, "a bare socket was not heard");
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        }
        let cpu = (super::cpu() - before).as_secs_f64() * 1e6;
        Ok(cpu / count(events * self.listeners))
    }
}

/// p99 in microseconds of commits of as many rows as writers would fill.
fn commits() -> Result<f64> {
    let place = tempfile::tempdir()?;
    let db = rusqlite::Connection::open(place.path().join("limit.sqlite"))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    )?;
    let fact = model::fact(model::measured(IndicatorId::at_row(0), model::today(), 40));
    let body = serde_json::to_string(&fact)?;
    let mut took = Vec::with_capacity(COMMITS);
    for _ in 0..COMMITS {
        let at = Instant::now();
        let transaction = db.unchecked_transaction()?;
        for _ in 0..WRITERS {
            let mut insert =
                transaction.prepare_cached("INSERT INTO entries (body) VALUES (?1)")?;
            insert.execute([&body])?;
        }
        transaction.commit()?;
        took.push(at.elapsed().as_secs_f64() * 1e6);
    }
    p99(took)
}

fn p99(mut took: Vec<f64>) -> Result<f64> {
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 99 / 100).copied().context("nothing was measured")
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn count(it: usize) -> f64 {
    it.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn per(bytes: u64, of: usize) -> f64 {
    bytes as f64 / count(of)
}
