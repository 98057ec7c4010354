//! Signals as they were shown: how far each is, who has read it, how it was answered, and which posts it has come to.
//!
//! Nothing here was recorded because time went by. An answer that runs out, and a signal that nobody answers and that
//! goes up the line, are worked out from dates when somebody asks.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    Event, Fact, Kind, Records, Ref, State, Text, Value, day,
    id::{PersonId, PostId, SignalId},
    read::{
        signals::{self, Sort},
        view::View,
        who,
    },
    signal::Signal,
};

/// How far a signal is. In the order in which they ask for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Nobody has answered it, or what answered it has run out.
    Open,
    /// An action or a decision answers it.
    Answered,
    /// Somebody accepted it; it is quiet until this day.
    Accepted { until: Date },
    /// Its condition holds no more, since this day.
    Cleared { on: Date },
}

impl Word {
    /// Each without its date.
    pub const WORDS: [&'static str; 4] = ["open", "answered", "accepted", "cleared"];

    pub fn word(self) -> &'static str {
        match self {
            Word::Open => "open",
            Word::Answered => "answered",
            Word::Accepted { .. } => "accepted",
            Word::Cleared { .. } => "cleared",
        }
    }

    pub fn words(self) -> String {
        match self {
            Word::Accepted { until } => format!("accepted until {until}"),
            Word::Cleared { on } => format!("cleared {on}"),
            _ => self.word().into(),
        }
    }
}

/// How a signal was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub on: Date,
    /// The action or the decision, or the day until which it is accepted.
    pub with: With,
    pub reason: Option<Text>,
    pub by: Option<PostId>,
    pub person: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    Record(Ref),
    Until(Date),
}

/// Who read it first, as which post, on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub on: Date,
    pub person: PersonId,
    pub post: PostId,
}

/// A signal with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    pub signal: signals::Signal,
    /// The record that it was shown; none until it is.
    pub id: Option<SignalId>,
    pub shown: Option<Date>,
    pub word: Word,
    pub read: Option<Reading>,
    pub answer: Option<Answer>,
    /// The posts further up the line to which it has come, each with the day.
    pub escalated: Vec<(PostId, Date)>,
}

impl Raised {
    /// Whether it asks something of a post: it goes there, or has come there, and nobody has answered it.
    pub fn asks(&self, post: PostId) -> bool {
        self.word == Word::Open && self.is_for(post)
    }

    pub fn is_for(&self, post: PostId) -> bool {
        self.signal.goes_to == Some(post) || self.escalated.iter().any(|it| it.0 == post)
    }
}

/// Every signal of the view's date with what became of it, in the order in which they are given.
pub fn all(view: &View<'_>, found: &[signals::Signal]) -> Vec<Raised> {
    let (records, on) = (view.records(), view.on());
    let mut kept: BTreeMap<(Sort, Ref), SignalId> = BTreeMap::new();
    for (id, row) in records.signals.iter().filter(|it| it.1.live.is(on)) {
        kept.insert((row.sort.0, row.subject.0), id);
    }
    let one = |it: &signals::Signal| {
        let id = kept.get(&(it.sort, it.subject)).copied();
        match id.and_then(|id| Some((id, records.signals.get(id)?))) {
            Some((id, row)) => told(view, (id, row), it.clone()),
            None => Raised {
                signal: it.clone(),
                id: None,
                shown: None,
                word: Word::Open,
                read: None,
                answer: None,
                escalated: Vec::new(),
            },
        }
    };
    found.iter().map(one).collect()
}

/// One that was shown, as its rule has it on the view's date, or as it was when its condition holds no more.
pub fn one(view: &View<'_>, id: SignalId) -> Option<Raised> {
    let row = view.records().signals.get(id)?;
    let (sort, subject) = (row.sort.0, row.subject.0);
    let now = signals::signal_of(view, sort, subject).filter(|_| row.live.is(view.on()));
    let signal = now.unwrap_or_else(|| signals::Signal {
        sort,
        subject,
        since: row.live.begins(),
        goes_to: row.goes_to.0,
        because: Vec::new(),
    });
    Some(told(view, (id, row), signal))
}

fn told(view: &View<'_>, (id, row): (SignalId, &Signal), signal: signals::Signal) -> Raised {
    let (records, on) = (view.records(), view.on());
    let escalated = escalated(view, id, row, signal.goes_to);
    Raised {
        id: Some(id),
        shown: Some(row.shown.0).filter(|it| *it <= on),
        word: state(records, row, on),
        read: reading(row, on),
        answer: answers(row, on).pop(),
        escalated,
        signal,
    }
}

/// How far a signal is; none before it begins.
pub fn word(records: &Records, id: SignalId, on: Date) -> Option<Word> {
    let row = records.signals.get(id).filter(|it| it.live.begins() <= on)?;
    Some(state(records, row, on))
}

fn state(records: &Records, row: &Signal, on: Date) -> Word {
    if let Some(on) = row.live.ended(on) {
        return Word::Cleared { on };
    }
    match answers(row, on).last() {
        Some(it) if runs_out(records, it, on).is_none() => match it.with {
            With::Record(_) => Word::Answered,
            With::Until(until) => Word::Accepted { until },
        },
        _ => Word::Open,
    }
}

/// Every answer by a day, the oldest first.
pub fn answers(row: &Signal, on: Date) -> Vec<Answer> {
    let days: std::collections::BTreeSet<Date> = row
        .answered_by
        .entries()
        .filter(|it| it.1.is_some() && it.0 <= on)
        .map(|it| it.0)
        .chain(row.response.entries().filter(|it| it.1.is_some() && it.0 <= on).map(|it| it.0))
        .chain(
            row.accepted_until.entries().filter(|it| it.1.is_some() && it.0 <= on).map(|it| it.0),
        )
        .collect();
    let all = days.into_iter().filter_map(|day| {
        let with = match (*row.response.near(day), *row.accepted_until.near(day)) {
            (Some(it), _) => With::Record(it),
            (None, Some(it)) => With::Until(it),
            (None, None) => return None,
        };
        Some(Answer {
            on: day,
            with,
            reason: row.reason.near(day).clone(),
            by: *row.answered_by.near(day),
            person: *row.answerer.near(day),
        })
    });
    all.collect()
}

/// The day by `on` from which an answer is none any more: the day until which the signal was accepted, or the day on
/// which what answered it ended without being done.
fn runs_out(records: &Records, it: &Answer, on: Date) -> Option<Date> {
    let day = match it.with {
        With::Until(until) => until,
        With::Record(with) => {
            if records.is_annulled(with) {
                return Some(it.on);
            }
            let record = records.facet(with)?;
            if record.read("done", on) == Value::Flag(true) {
                return None;
            }
            record.life().ended(on)?
        }
    };
    (day <= on).then_some(day)
}

/// Who read it first.
pub fn reading(row: &Signal, on: Date) -> Option<Reading> {
    let day = row.read.entries().find(|it| it.1).map(|it| it.0).filter(|it| *it <= on)?;
    Some(Reading { on: day, person: (*row.reader.near(day))?, post: (*row.read_as.near(day))? })
}

/// The posts up the line to which a signal has come, each with the day: one further each time as many days as its
/// threshold gives have gone by without an answer. Posts that nobody holds, acts in or covers are passed over.
pub fn escalated(
    view: &View<'_>,
    id: SignalId,
    row: &Signal,
    goes_to: Option<PostId>,
) -> Vec<(PostId, Date)> {
    let (records, on) = (view.records(), view.on());
    let Some(post) = goes_to else { return Vec::new() };
    if !row.live.is(on) || state(records, row, on) != Word::Open || records.is_annulled(id.into()) {
        return Vec::new();
    }
    // The clock begins when it could be answered: shown, and not answered any more.
    let last = answers(row, on).last().and_then(|it| runs_out(records, it, on));
    let mut day = row.shown.0.max(row.live.begins()).max(last.unwrap_or(Date::MIN));
    let bar = view.threshold(row.sort.0, row.subject.0);
    let held = |it: &PostId| !who::holders(records, *it, on).is_empty();
    let mut come = Vec::new();
    for above in who::line(records, post, on).filter(held) {
        let days = bar.escalates_after(day).unwrap_or(row.sort.0.gravity().answer_days());
        day = day.saturating_add(i32::from(days).days());
        if day > on {
            break;
        }
        come.push((above, day));
    }
    come
}

/// Whether an entry about the subject of a signal, later than the one that showed it, is an act of those to whom it
/// goes: an answer, or whatever else they did about it. That they read it is none yet.
pub fn acts(records: &Records, goes_to: PostId, fact: &Fact, on: Date) -> bool {
    let read = match &fact.event {
        Event::Signal(it) => {
            !matches!(it, crate::register::Event::Changed { terms, .. } if terms.answered_by.is_some())
        }
        _ => false,
    };
    let by = fact.by.signed().map(|it| it.1);
    !read && by.is_some_and(|it| crate::signal::reaches(records, goes_to, it, on))
}

/// The entries that prove when a signal was shown and read, and what was first done about it.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    pub shown: Option<u64>,
    pub read: Option<u64>,
    pub acted: Option<(u64, Fact)>,
}

/// Entries about a signal, and about its subject, that are looked through.
const LOOKED_THROUGH_MAX: usize = 200;

/// The proofs of one signal up to a day; `goes_to` is the post whose acts count, and those above it. `day` is the day of
/// a moment where the organisation is, `fact` reads an entry of the ledger.
///
/// # Errors
///
/// Whatever reading an entry comes to.
pub fn proofs<E>(
    state: &State,
    id: SignalId,
    goes_to: Option<PostId>,
    until: Date,
    day: &dyn Fn(Timestamp) -> Date,
    fact: &mut dyn FnMut(u64) -> Result<Option<Fact>, E>,
) -> Result<Proofs, E> {
    let records = state.records();
    let mut found = Proofs::default();
    let Some(row) = records.signals.get(id) else { return Ok(found) };
    let own: Vec<u64> = records.history(id.into()).take(LOOKED_THROUGH_MAX).collect();
    let Some(first) = own.first().copied() else { return Ok(found) };
    found.shown = Some(first);
    for entry in own {
        let reads = |it: &Fact| it.event.given().iter().any(|it| it.0 == "reader");
        if fact(entry)?.is_some_and(|it| reads(&it) && day(it.at) <= until) {
            found.read = Some(entry);
            break;
        }
    }
    let Some(post) = goes_to else { return Ok(found) };
    let later = records.history(row.subject.0).filter(|it| *it > first);
    for entry in later.take(LOOKED_THROUGH_MAX) {
        let Some(it) = fact(entry)? else { continue };
        let on = day(it.at);
        if on <= until && acts(records, post, &it, on) {
            found.acted = Some((entry, it));
            break;
        }
    }
    Ok(found)
}

/// What was said of a signal, in words: each with its day.
pub fn because(view: &View<'_>, id: SignalId) -> Vec<(Ref, String, Option<Date>)> {
    let Some(it) = one(view, id) else { return Vec::new() };
    let of = Ref::from(id);
    let mut all = Vec::new();
    for (post, on) in it.escalated.iter().rev() {
        all.push(((*post).into(), "has it by now, because nobody answered it".into(), Some(*on)));
    }
    if let Some(answer) = &it.answer {
        let (about, says) = match answer.with {
            With::Record(with) => {
                let word = if with.kind == Kind::Decision { "a decision" } else { "an action" };
                (with, format!("answered with {word}"))
            }
            With::Until(until) => (of, format!("accepted until {}", day(until))),
        };
        all.push((about, says, Some(answer.on)));
    }
    for (about, on) in &it.signal.because {
        all.push((*about, "is why it warns".into(), *on));
    }
    all
}
