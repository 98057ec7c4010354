//! Figures that are fetched on a schedule, from sources that answer with JSON.
//!
//! Which sources there are is said beside the data and not in the ledger; so is what is secret. What comes is recorded as
//! any other figure is, by the key of a program: as the person who made it, as its post, for as long as they may.
//! Always true: nothing is recorded by nobody; what fails changes nothing, and is said on the page; the same figure again
//! is no entry; another figure of a day is its correction. It reads no clock and does not wait: whoever drives it does.

mod http;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use exchange::pull::{self, Source};
use host::{Ask, Host, Step};
use jiff::{SignedDuration, Timestamp};
use kernel::{
    By, Command, Kind, Ref, State,
    id::{IndicatorId, PersonId},
    measurement::{self, Reading},
};
use ledger::Key;
use sha2::{Digest, Sha256};

pub use self::http::{ANSWER_BYTES_MAX, REDIRECTS_MAX, SECONDS_MAX};
use crate::{App, SignIn, scene::Acting, signin::Token};

/// Sources that are asked at once.
const AT_ONCE_MAX: usize = 8;
/// Bytes of a file that holds a key, a token or certificates.
const SECRET_BYTES_MAX: usize = 256 << 10;

/// Reads a file that a source names.
pub type Reads = Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// Every source with what came of it. Cheap to clone.
#[derive(Clone, Default)]
pub struct Pulls {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    sources: Vec<Source>,
    reads: Option<Reads>,
    /// Why the list of sources is not used.
    trouble: Option<String>,
    last: Mutex<Vec<Last>>,
    /// Whoever asks now.
    turn: tokio::sync::Mutex<()>,
}

/// When a source was last asked, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Last {
    pub at: Option<Timestamp>,
    pub came: Option<Came>,
    /// When it last gave a figure, the same as before or another.
    pub figure_at: Option<Timestamp>,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Figures were recorded, so many of them in place of others, as this entry.
    Recorded { figures: usize, corrected: usize, entry: u64 },
    /// Figures came, and all of them were known.
    Same { figures: usize },
    /// The source has no figure at present.
    Nothing,
    /// It failed, for this reason. Nothing was changed.
    Failed(String),
}

impl Came {
    pub fn word(&self) -> &'static str {
        match self {
            Came::Recorded { .. } => "recorded",
            Came::Same { .. } => "same",
            Came::Nothing => "nothing",
            Came::Failed(_) => "failed",
        }
    }
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures =
            |n: usize| if n == 1 { "1 figure".to_owned() } else { format!("{n} figures") };
        match self {
            Came::Recorded { figures: n, corrected: 0, .. } => {
                write!(f, "recorded {}", figures(*n))
            }
            Came::Recorded { figures: n, corrected, .. } => {
                write!(f, "recorded {}, of which {corrected} corrected what was there", figures(*n))
            }
            Came::Same { figures: n } => write!(f, "{}, known already", figures(*n)),
            Came::Nothing => f.write_str("no figure"),
            Came::Failed(says) => f.write_str(says),
        }
    }
}

impl Pulls {
    /// Of a list of sources as it is written; `reads` reads the files that it names.
    pub fn of(list: &[u8], reads: Reads) -> Pulls {
        let (sources, trouble) = match pull::sources(list) {
            Ok(it) => (it, None),
            Err(says) => (Vec::new(), Some(says)),
        };
        let last = Mutex::new(vec![Last::default(); sources.len()]);
        let turn = tokio::sync::Mutex::default();
        Pulls { inner: Arc::new(Inner { sources, reads: Some(reads), trouble, last, turn }) }
    }

    pub fn trouble(&self) -> Option<&str> {
        self.inner.trouble.as_deref()
    }

    pub fn is_empty(&self) -> bool {
        self.inner.sources.is_empty()
    }

    /// Every source in the order of the list, with what came of it last.
    pub fn all(&self) -> Vec<(&Source, Last)> {
        let last = self.inner.last.lock().unwrap_or_else(PoisonError::into_inner);
        self.inner.sources.iter().zip(last.iter().cloned()).collect()
    }

    /// When a source is asked next; none if it never was: at once.
    pub fn next(it: &Source, last: &Last) -> Option<Timestamp> {
        let every = SignedDuration::from_mins(i64::from(it.every_minutes));
        last.at.and_then(|at| at.checked_add(every).ok())
    }

    /// The same for programs. The address stays here: it may hold what is secret.
    pub fn json(&self) -> serde_json::Value {
        let one = |(it, last): (&Source, Last)| {
            let (word, says) = match &last.came {
                None => (None, None),
                Some(came) => (Some(came.word()), Some(came.to_string())),
            };
            let entry = match last.came {
                Some(Came::Recorded { entry, .. }) => Some(entry),
                _ => None,
            };
            let moment = |it: Option<Timestamp>| it.map(|it| it.to_string());
            serde_json::json!({
                "name": it.name,
                "indicator": it.indicator,
                "every_minutes": it.every_minutes,
                "asked": moment(last.at),
                "came": word,
                "says": says,
                "entry": entry,
                "figure_at": moment(last.figure_at),
                "next": moment(Pulls::next(it, &last)),
            })
        };
        let items: Vec<serde_json::Value> = self.all().into_iter().map(one).collect();
        serde_json::json!({ "items": items, "trouble": self.trouble() })
    }

    /// Asks every source whose time has come. How many that were.
    pub async fn turn(&self, app: &App) -> usize {
        let now = app.host.clock().now();
        let due = |(n, (it, last)): (usize, (&Source, Last))| {
            // A clock that was put back does not silence a source.
            let ahead = last.at.is_some_and(|at| at > now);
            (ahead || Pulls::next(it, &last).is_none_or(|next| next <= now)).then_some(n)
        };
        let due: Vec<usize> = self.all().into_iter().enumerate().filter_map(due).collect();
        self.ask(app, &due).await;
        due.len()
    }

    /// Asks every source, or the one of this name, whether its time has come or not. How many that were.
    pub async fn now(&self, app: &App, name: Option<&str>) -> usize {
        let meant = |it: &Source| name.is_none_or(|name| it.name == name);
        let some = self.inner.sources.iter().enumerate().filter(|it| meant(it.1));
        let some: Vec<usize> = some.map(|it| it.0).collect();
        self.ask(app, &some).await;
        some.len()
    }

    async fn ask(&self, app: &App, them: &[usize]) {
        let _turn = self.inner.turn.lock().await;
        for some in them.chunks(AT_ONCE_MAX) {
            let mut asked = tokio::task::JoinSet::new();
            for n in some.iter().copied() {
                let (pulls, app) = (self.clone(), app.clone());
                asked.spawn(async move { pulls.one(&app, n).await });
            }
            asked.join_all().await;
        }
    }

    async fn one(&self, app: &App, n: usize) {
        let (Some(source), Some(reads)) = (self.inner.sources.get(n), &self.inner.reads) else {
            return;
        };
        let at = app.host.clock().now();
        let came = pulled(app, source, reads, at).await.unwrap_or_else(Came::Failed);
        if let Came::Failed(says) = &came {
            tracing::warn!(source = source.name, "figures could not be fetched: {says}");
        }
        let mut all = self.inner.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = all.get_mut(n) {
            let figures = matches!(came, Came::Recorded { .. } | Came::Same { .. });
            let figure_at = if figures { Some(at) } else { last.figure_at };
            *last = Last { at: Some(at), came: Some(came), figure_at };
        }
    }
}

async fn pulled(app: &App, source: &Source, reads: &Reads, at: Timestamp) -> Result<Came, String> {
    // Before anything is asked for that nobody could sign.
    let by = signer(&app.sign_in, &app.host, source, reads).await?;
    let host = &app.host;
    let indicator = indicator(&host.published().state, &source.indicator).ok_or_else(|| {
        format!("No indicator has the reference or number “{}”, or several have.", source.indicator)
    })?;
    let (asked, reads) = (source.clone(), Arc::clone(reads));
    let answer = tokio::task::spawn_blocking(move || {
        let token = asked.token_file.as_deref().map(|it| secret(&reads, it)).transpose()?;
        let trusts = asked.ca_file.as_deref().map(|it| file(&reads, it)).transpose()?;
        let (address, allow_local) = (&*asked.address, asked.allow_local);
        http::get(&http::Asked { address, token, trusts, allow_local })
    });
    let answer = answer.await.map_err(|it| format!("Asking was broken off: {it}."))??;
    let clock = host.clock();
    let readings = pull::figures(source, &answer, clock.date_of(at), &clock.zone())?;
    if readings.is_empty() {
        return Ok(Came::Nothing);
    }
    record(app, source, (indicator, by), readings, at).await
}

/// Records what is new of the figures.
async fn record(
    app: &App,
    source: &Source,
    (indicator, by): (IndicatorId, By),
    readings: Vec<Reading>,
    at: Timestamp,
) -> Result<Came, String> {
    let figures = readings.len();
    let known = move |state: &State, it: &Reading| {
        let was = state.records().series(indicator).on(it.on);
        was.map(|was| {
            (was.value, was.numerator, was.denominator) == (it.value, it.numerator, it.denominator)
        })
    };
    let state = Arc::clone(&app.host.published().state);
    let corrected = readings.iter().filter(|it| known(&state, it) == Some(false)).count();
    let about = serde_json::to_vec(&(by, &source.name, &readings)).unwrap_or_default();
    let fresh = readings.iter().filter(|it| known(&state, it) != Some(true)).count();
    // What is new is decided where it is written: another may have recorded it meanwhile.
    let plan = move |state: &State, _: &host::Directory| {
        let new = |it: &&Reading| known(state, it) != Some(true);
        let readings: Vec<Reading> = readings.iter().filter(new).copied().collect();
        if readings.is_empty() {
            return Ok(Vec::new());
        }
        let command = measurement::Command::Record { indicator, readings };
        Ok(vec![Step { command: Command::Measurement(command), name: None }])
    };
    let ask = Ask::plan(key(&source.name, at, &about), by, &about, Arc::new(plan));
    match app.run(ask).await {
        Ok(it) if it.first > it.last => Ok(Came::Same { figures }),
        Ok(it) => Ok(Came::Recorded { figures: fresh, corrected, entry: it.last }),
        Err(it) => Err(app.host.published().directory.spell_out(&it.to_string()).into_owned()),
    }
}

/// One asking is known by its source, its moment, and what came.
fn key(name: &str, at: Timestamp, about: &[u8]) -> Key {
    let mut digest = Sha256::new();
    digest.update(format!("pull\n{name}\n{at}\n"));
    digest.update(about);
    let mut key = [0; 16];
    key.copy_from_slice(&digest.finalize()[..16]);
    Key(key)
}

/// In whose name figures of a source are recorded: of who made its key, as the post of the key, while they may act as it.
async fn signer(door: &SignIn, host: &Host, source: &Source, reads: &Reads) -> Result<By, String> {
    let name = source.key_file.as_deref().ok_or("Nobody signs for its figures.")?;
    let token = Token::presented(secret(reads, name)?);
    let visitor = door.visitor(token.hashed()).await.map_err(|it| it.to_string())?;
    let visitor = visitor.ok_or_else(|| {
        format!("The key in {name} opens nothing: it has ended, or was never made. Make one under Settings.")
    })?;
    if visitor.key.is_none() {
        return Err(format!("What is in {name} is no key of a program. Make one under Settings."));
    }
    let person: Option<PersonId> =
        visitor.person.parse::<Ref>().ok().and_then(|it| it.try_into().ok());
    let published = host.published();
    let today = published.state.derived().today();
    let posts = person.map(|it| Acting::all(&published.state, it, today)).unwrap_or_default();
    let post =
        posts.into_iter().find(|it| Some(&*it.post.to_string()) == visitor.acts_as.as_deref());
    post.map(By::from).ok_or_else(|| {
        format!("Whoever made the key in {name} may not act as its post any more. Have another one made.")
    })
}

fn file(reads: &Reads, name: &str) -> Result<Vec<u8>, String> {
    let bytes = reads(name)?;
    match bytes.len() > SECRET_BYTES_MAX {
        true => Err(format!("{name} is longer than {SECRET_BYTES_MAX} bytes.")),
        false => Ok(bytes),
    }
}

/// The first line of a file.
fn secret(reads: &Reads, name: &str) -> Result<String, String> {
    let bytes = file(reads, name)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name} is no text."))?;
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    match line.is_empty() || !line.chars().all(|it| it.is_ascii_graphic()) {
        true => Err(format!("{name} holds nothing that could be sent in its first line.")),
        false => Ok(line),
    }
}

/// The indicator of a reference, or the only one of a number.
pub(crate) fn indicator(state: &State, named: &str) -> Option<IndicatorId> {
    let records = state.records();
    let of = named.parse::<Ref>().ok().filter(|it| records.facet(*it).is_some());
    if let Some(it) = of {
        return IndicatorId::try_from(it).ok();
    }
    let today = state.derived().today();
    let coded = records.with_code(Kind::Indicator, &named.into());
    let mut coded = coded.filter(|it| records.stands(*it, today));
    let first = coded.next().filter(|_| coded.next().is_none())?;
    IndicatorId::try_from(first).ok()
}

impl fmt::Debug for Pulls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pulls({} sources)", self.inner.sources.len())
    }
}
