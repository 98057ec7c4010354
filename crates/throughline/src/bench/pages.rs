//! Pages through the front door: the server's CPU for each, beside a route of the same server that only
//! says hello.
//!
//! The client is a thread of its own and its CPU is taken away, so that a figure is the server's alone:
//! network stack, middleware, session, drawing. It asks one page after another over one connection.

use std::{
    cell::RefCell,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use jiff::ToSpan;
use kernel::{
    Command, Event, Fact, action, duty,
    id::{ActionId, DutyId, Id, PostId},
    register::{self, Event as It},
};
use rustix::time::{ClockId, clock_gettime};

use super::{Row, cpu, http::Opened, in_turn, median, model, search};
use crate::outside;

const RECORDS: usize = 100_000;
const POSTS: usize = 1_000;
/// Seconds until an answer that has not come is given up.
const ANSWER_SECONDS_MAX: u64 = 60;
/// Requests in a turn: pages are quick and CPU is counted in steps of the scheduler.
const TIMES: usize = 40;
/// Where each request is dear.
const TIMES_COLD: usize = 4;

/// A Django REST page of 200 rows takes 31 ms of CPU; ours may take a thirtieth of it.
const LIST: (&str, f64) = ("a thirtieth of the 31 ms of a Django REST page", 31.0 / 30.0);
const FIND: (&str, f64) = ("the 50 ms that finding may take", 50.0);
const HELLO: &str = "a route that says hello";

pub(crate) fn pages() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut rows = demonstration(&runtime)?;
    rows.extend(large(&runtime)?);
    Ok(rows)
}

/// The demonstration's first pages, one of each sort, as its chief executive meets them.
fn demonstration(runtime: &tokio::runtime::Runtime) -> Result<Vec<Row>> {
    let opened = runtime.block_on(Opened::demonstration())?;
    let asking = Asking::new(&opened)?;
    let pages = [
        "/pulse",
        "/my-post",
        "/posts/POST-17",
        "/objectives/OBJ-12",
        "/indicators/IND-1",
        "/establishment",
    ];
    let mut rows = Vec::new();
    for path in pages {
        rows.push(asking.page(path, None)?);
    }
    for path in ["/posts", "/actions", "/indicators", "/actions?sort=due", "/actions?due=open"] {
        rows.push(asking.page(path, Some(LIST))?);
    }
    opened.host.stop();
    Ok(rows)
}

/// Lists and finding among 100,000 actions, each with a due date and a post that answers for it.
fn large(runtime: &tokio::runtime::Runtime) -> Result<Vec<Row>> {
    let opened = runtime.block_on(Opened::new(&work(), 0))?;
    let asking = Asking::new(&opened)?;
    let mut rows = Vec::new();
    let lists = [
        "/actions",
        "/actions?page=400",
        "/actions?sort=name",
        "/actions?sort=-due",
        "/actions?sort=held_by&page=250",
        "/actions?due=late",
        "/actions?find=housing&sort=name",
    ];
    for path in lists {
        rows.push(asking.page(path, Some(LIST))?);
    }
    for path in lists {
        rows.push(asking.first_look(&opened, path)?);
    }
    let asked = [
        ("/search/palette", "housing nor"),
        ("/search/palette", "p"),
        ("/search/palette", "recylcing"),
        ("/search/suggest", "housing nor"),
        ("/search/suggest", "p"),
        ("/search", "housing nor"),
    ];
    for (at, text) in asked {
        rows.push(asking.page(&format!("{at}?find={}", text.replace(' ', "+")), Some(FIND))?);
    }
    opened.host.stop();
    Ok(rows)
}

fn work() -> Vec<Fact> {
    let mut facts: Vec<Fact> = model::establishment(POSTS, false).collect();
    // Due within a year on either side of now, as an organisation's work is.
    let today = outside::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let begins = model::begins();
    for row in 0..RECORDS {
        let days = i32::try_from(row * 7919 % 730).unwrap_or(0) - 365;
        let id = ActionId::at_row(row);
        let terms = action::Terms {
            name: Some(search::name(row).into()),
            due: Some(Some(today.saturating_add(days.days()))),
            done: Some(row % 3 == 0),
            ..action::Terms::default()
        };
        let event = It::Established { id, from: begins, until: None, terms };
        facts.push(model::fact(Event::Action(event)));
        let terms = duty::Terms {
            post: Some(PostId::at_row(row % POSTS)),
            subject: Some(id.into()),
            role: Some(duty::Role::Accountable),
            live: None,
        };
        let event = It::Established { id: DutyId::at_row(row), from: begins, until: None, terms };
        facts.push(model::fact(Event::Duty(event)));
    }
    facts
}

struct Asking {
    caller: RefCell<Caller>,
}

impl Asking {
    fn new(opened: &Opened) -> Result<Asking> {
        let caller = Caller::new(opened.address, &opened.token)?;
        Ok(Asking { caller: RefCell::new(caller) })
    }

    /// CPU of a page that has been looked at before, in milliseconds, beside hello in turn.
    fn page(&self, path: &str, limit: Option<(&'static str, f64)>) -> Result<Row> {
        let (bytes, rows) = self.look(path)?;
        let plain = || self.cpu(path, Coding::None, TIMES);
        let (ours, hello) = in_turn(plain, || self.cpu("/hello", Coding::None, TIMES))?;
        let mut packed_bytes = 0;
        let packed = (0..super::TURNS).map(|_| {
            let it = self.cpu(path, Coding::Gzip, TIMES)?;
            packed_bytes = self.caller.borrow().buffer.len();
            Ok(it)
        });
        let packed = median(packed.collect::<Result<_>>()?);
        let against = limit.unwrap_or((HELLO, hello));
        let rows = if rows > 0 { format!("{rows} rows, ") } else { String::new() };
        Ok(Row {
            what: format!("CPU ms of {path}"),
            product: ours,
            against: Some(against),
            note: format!(
                "{rows}{} kB; {packed:.2} ms and {} kB compressed; hello {hello:.3} ms, so {:.0}x",
                bytes / 1000,
                packed_bytes / 1000,
                ours / hello
            ),
        })
    }

    /// The same just after something was recorded, when nothing that was worked out before counts.
    fn first_look(&self, opened: &Opened, path: &str) -> Result<Row> {
        let turn = || {
            let mut sum = 0.0;
            for _ in 0..TIMES_COLD {
                rename(opened)?;
                sum += self.cpu(path, Coding::None, 1)?;
            }
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            Ok(sum / TIMES_COLD as f64)
        };
        let (ours, again) = in_turn(turn, || self.cpu(path, Coding::None, TIMES))?;
        Ok(Row {
            what: format!("CPU ms of {path}, {RECORDS} actions, the first look after a change"),
            product: ours,
            against: Some(("the second look", again)),
            note: String::new(),
        })
    }

    /// How large a page is, and how many rows its list has.
    fn look(&self, path: &str) -> Result<(usize, usize)> {
        let mut caller = self.caller.borrow_mut();
        caller.ask(path, Coding::None)?;
        let text = String::from_utf8_lossy(&caller.buffer);
        Ok((text.len(), text.matches("<tr role=\"row\" id=").count()))
    }

    /// The server's CPU for one of `times` requests, in milliseconds.
    fn cpu(&self, path: &str, coding: Coding, times: usize) -> Result<f64> {
        let mut caller = self.caller.borrow_mut();
        let (all, mine) = (cpu(), own());
        for _ in 0..times {
            caller.ask(path, coding)?;
        }
        let spent = (cpu() - all).saturating_sub(own() - mine);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        Ok(spent.as_secs_f64() * 1e3 / times as f64)
    }
}

/// CPU time of this thread: the client's part.
fn own() -> Duration {
    let it = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(it.tv_sec.unsigned_abs(), u32::try_from(it.tv_nsec).unwrap_or(0))
}

/// Something that touches every list of actions.
fn rename(opened: &Opened) -> Result<()> {
    let mut name = [0; 8];
    outside::fill(&mut name);
    let terms = action::Terms {
        name: Some(format!("Renamed {}", u64::from_le_bytes(name)).into()),
        ..action::Terms::default()
    };
    let command =
        register::Command::Change { id: ActionId::at_row(4711), from: model::today(), terms };
    let step = Command::Action(command).into();
    opened.host.run(host::Ask::steps(outside::key(), kernel::By::Console, vec![step]))?;
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Coding {
    None,
    Gzip,
}

/// One keep-alive connection that reads whole answers, by length or in chunks.
struct Caller {
    stream: TcpStream,
    cookie: String,
    buffer: Vec<u8>,
}

impl Caller {
    fn new(address: SocketAddr, token: &str) -> Result<Caller> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))?;
        let cookie = format!("__Host-session={token}");
        Ok(Caller { stream, cookie, buffer: Vec::with_capacity(1 << 20) })
    }

    fn ask(&mut self, path: &str, coding: Coding) -> Result<()> {
        let accept = match coding {
            Coding::None => "",
            Coding::Gzip => "accept-encoding: gzip, deflate, br\r\n",
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: bench\r\ncookie: {}\r\naccept: text/html\r\n{accept}\r\n",
            self.cookie
        );
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let mut part = [0; 1 << 16];
        loop {
            let read = self.stream.read(&mut part)?;
            ensure!(read > 0, "the server hung up over {path}");
            self.buffer.extend_from_slice(&part[..read]);
            let Some(head) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_lowercase();
            let whole = match text.split("content-length: ").nth(1) {
                Some(it) => {
                    let length: usize = it.lines().next().unwrap_or_default().trim().parse()?;
                    self.buffer.len() >= head + 4 + length
                }
                None => self.buffer.ends_with(b"\r\n0\r\n\r\n"),
            };
            if whole {
                let status = text.split(' ').nth(1).context("not an HTTP answer")?;
                if status != "200" {
                    bail!("{path} was answered with {status}");
                }
                return Ok(());
            }
        }
    }
}
