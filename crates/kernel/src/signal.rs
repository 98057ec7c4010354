//! Signals that were raised: the record that an early warning was shown, read and answered.
//!
//! What is the case on a day is worked out ([`signals`](crate::read::signals)) and stays the truth of it. A record
//! of it begins with the first day from which it could be known, is established on the day on which it is first
//! shown, and ends when its condition holds no more. That is done by nobody ([`By::Schedule`]), from the
//! state alone ([`turns`]). What people add is that they read it, and how they answer it.
//!
//! Always true: one condition, one signal: on no day two of one sort about one subject stand. It is answered with
//! an action, a decision, or acceptance until a day with a reason; by the post that it goes to, or one above.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};

use crate::{
    Act, By, Command as Asked, Kind, Named, Records, Ref, Shape, State, Text, Value,
    authority::acting,
    field::record,
    id::{PersonId, PostId, SignalId},
    read::{
        raised,
        signals::{self, Sort},
        view::View,
        who,
    },
    register::{Command as It, Record},
    timeline::{Fixed, Timeline},
};

/// What a signal can be about.
pub const SUBJECTS: &[Kind] = &[
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Duty,
    Kind::Objective,
    Kind::Indicator,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Decision,
    Kind::Rule,
    Kind::Delegation,
    Kind::Procedure,
    Kind::Finding,
    Kind::Risk,
];
/// What one can be answered with.
pub const RESPONSES: &[Kind] = &[Kind::Action, Kind::Decision];

record! {
    /// An early warning that was shown.
    Signal(SignalId) {
        sort: Fixed<Sort>, "Warns of", Shape::Choice(Sort::WORDS), "What it warns of.";
        subject: Fixed<Ref>, "About", Shape::AnyOf(SUBJECTS), "What it is about.";
        shown: Fixed<Date>, "First shown", Shape::Day, "The day on which it was first shown; it could be known from the day on which it begins.";
        goes_to: Fixed<Option<PostId>>, "First went to", Shape::Link(Kind::Post), "The post that it went to when it was first shown.";
        read: Timeline<bool>, "Read", Shape::Flag, "Somebody whom it goes to has read it.";
        reader: Timeline<Option<PersonId>>, "First read by", Shape::Link(Kind::Person), "The person who read it first; worked out.";
        read_as: Timeline<Option<PostId>>, "First read as", Shape::Link(Kind::Post), "The post as which it was read first; worked out.";
        response: Timeline<Option<Ref>>, "Answered with", Shape::AnyOf(RESPONSES), "The action or the decision that answers it.";
        accepted_until: Timeline<Option<Date>>, "Accepted until", Shape::Day, "The first day on which it warns again, if it still holds.";
        reason: Timeline<Option<Text>>, "Reason", Shape::Prose, "Why this answers it. It stays in the ledger: name no persons here.";
        answered_by: Timeline<Option<PostId>>, "Answered by", Shape::Link(Kind::Post), "The post that answered it; worked out from who does.";
        answerer: Timeline<Option<PersonId>>, "Answerer", Shape::Link(Kind::Person), "The person who answered it; worked out.";
    }
}

/// Terms that no form and no file gives.
pub const WORKED_OUT: [&str; 12] = [
    "sort",
    "subject",
    "shown",
    "goes_to",
    "read",
    "reader",
    "read_as",
    "response",
    "accepted_until",
    "reason",
    "answered_by",
    "answerer",
];
/// What an answer says.
const OF_AN_ANSWER: [&str; 3] = ["response", "accepted_until", "reason"];
/// Days for which a signal can be accepted.
pub const ACCEPTED_DAYS_MAX: i32 = 366;
/// Days without anybody looking, after which it is still told on which of them a condition ended.
pub const AWAY_DAYS_MAX: i64 = 31;
/// Signals that are raised and cleared in one go.
pub const IN_ONE_GO: usize = 2000;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "Signals are raised and cleared by rule, and by nobody’s hand. To have one warn sooner, later or not at all, give its sort a threshold."
    )]
    ByRule,
    #[error("{of} stays as it was shown, read and answered. It can be answered anew, from today.")]
    Stays { of: Named },
    #[error("{0} warns of this already.")]
    Second(Named),
    #[error("“{0}” is worked out and cannot be given. Leave it out.")]
    Given(&'static str),
    #[error(
        "A signal is read and answered by somebody as a post. Choose the post as which you do."
    )]
    Unsigned,
    #[error("This holds from the day on which it is said: it cannot be dated otherwise.")]
    NotToday,
    #[error("{of} has cleared, so there is nothing to answer.")]
    Cleared { of: Named },
    #[error("{of} was read before. Who read it first stays.")]
    ReadBefore { of: Named },
    #[error(
        "{post} is not the one to read {of}: it goes to {}, and to whichever post above it has come to.", to(.goes_to.as_ref())
    )]
    NotTheReader { post: Named, of: Named, goes_to: Option<Named> },
    #[error(
        "{post} cannot answer {of}: it goes to {}. That post can, or one above it.", to(.goes_to.as_ref())
    )]
    NotYours { post: Named, of: Named, goes_to: Option<Named> },
    #[error("Answer it with one of: an action, a decision, or acceptance until a day.")]
    OneAnswer,
    #[error("Say why it is accepted until then.")]
    NoReason,
    #[error(
        "{with} does not say that it is about {of}, nor about what that warns of. Say in the reason how it answers it."
    )]
    Unconnected { with: Named, of: Named },
    #[error(
        "It can be accepted until a day after today, and for {ACCEPTED_DAYS_MAX} days at most."
    )]
    OddUntil,
    #[error("{with} does not stand, so it answers nothing. Choose another, or begin one.")]
    Gone { with: Named },
}

fn to(it: Option<&Named>) -> String {
    it.map_or("nobody, as no post answers for its subject".into(), ToString::to_string)
}

fn check(records: &Records, id: Option<SignalId>, row: &Signal) -> Result<(), crate::Refusal> {
    let others = records.pointing::<SignalId>(row.subject.0).filter(|it| Some(*it) != id);
    for other in others {
        let Some(it) = records.signals.get(other) else { continue };
        let same = (it.sort.0, it.subject.0) == (row.sort.0, row.subject.0);
        if same && it.live.meets(&row.live).is_some() {
            return Err(Refusal::Second(Named::of(records, other)).into());
        }
    }
    Ok(())
}

/// What has to be recorded so that exactly the signals that are the case on the state's own day stand: those that
/// are new, those that hold no more, and those that came back on the day on which they were cleared. A function
/// of the state: once it is recorded, there is nothing more.
pub fn turns(state: &State) -> Vec<Asked> {
    turns_after(state, state.derived().today())
}

/// The same after days on which nobody looked: `seen` is the last one on which somebody did. Nothing was recorded after
/// it, so that each of those days tells as it would have told then, and a signal ends on the day on which its condition
/// did. That is looked for on [`AWAY_DAYS_MAX`] days; after more, a signal ends on the day on which that is noticed.
pub fn turns_after(state: &State, seen: Date) -> Vec<Asked> {
    let (records, today) = (state.records(), state.derived().today());
    let view = View::new(state, today);
    let mut newest: BTreeMap<(Sort, Ref), (SignalId, &Signal)> = BTreeMap::new();
    for (id, row) in records.signals.iter().filter(|it| !records.is_annulled(it.0.into())) {
        newest.insert((row.sort.0, row.subject.0), (id, row));
    }
    let mut holds = BTreeSet::new();
    let mut all: Vec<Asked> = Vec::new();
    for it in signals::signals(&view) {
        holds.insert((it.sort, it.subject));
        let last = newest.get(&(it.sort, it.subject));
        let ends = last.map(|(_, row)| end(row, today));
        if let (Some((id, _)), Some(Some(ends))) = (last, ends)
            && ends > today
        {
            let terms = Terms { live: Some(true), ..Terms::default() };
            all.push(It::Change { id: *id, from: ends, terms }.into());
        } else if ends != Some(None) {
            let from = ends.flatten().map_or(it.since, |it_ended| it.since.max(it_ended));
            all.push(It::Establish { from, until: None, terms: shown(&it, today) }.into());
        }
    }
    let over = newest.iter().filter(|it| end(it.1.1, today).is_none() && !holds.contains(it.0));
    let over: Vec<_> = over.collect();
    let sorts: Vec<Sort> = over.iter().map(|it| it.0.0).collect();
    let ended = ended_after(state, seen, &sorts);
    for (key, (id, row)) in over {
        // On the day on which it was shown it stood, as far as that is over.
        let soonest = row.shown.0.saturating_add(1.day()).min(today);
        let on = ended(key).max(soonest).max(row.live.begins().saturating_add(1.day()));
        all.push(It::End { id: *id, on }.into());
    }
    all
}

/// Since when a condition of these sorts that does not hold today has not held: the day after the last one on which it
/// did, of those on which nobody looked.
fn ended_after(state: &State, seen: Date, sorts: &[Sort]) -> impl Fn(&(Sort, Ref)) -> Date {
    let today = state.derived().today();
    let away = crate::status::days_between(seen, today);
    let told = !sorts.is_empty() && (2..=AWAY_DAYS_MAX).contains(&away);
    let mut held: BTreeMap<(Sort, Ref), Date> = BTreeMap::new();
    let mut day = seen;
    while told && day < today {
        let next = day.saturating_add(1.day());
        let all = signals::of_sorts(&View::new(state, day), sorts);
        held.extend(all.into_iter().map(|it| ((it.sort, it.subject), next)));
        day = next;
    }
    move |key| if told { held.get(key).copied().unwrap_or(seen) } else { today }
}

/// The first day on which a signal no longer stands, if it has ended or will.
fn end(row: &Signal, today: Date) -> Option<Date> {
    let until = row.live.ends_after(today);
    row.live.ended(today).or((until != Date::MAX).then_some(until))
}

fn shown(it: &signals::Signal, today: Date) -> Terms {
    Terms {
        sort: Some(it.sort),
        subject: Some(it.subject),
        shown: Some(today),
        goes_to: Some(it.goes_to),
        ..Terms::default()
    }
}

/// By nobody: that it is shown, that it holds no more, and that it came back the same day.
pub(crate) fn may_raise(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    let only =
        |terms: &Terms, names: &[&str]| Signal::given(terms).iter().all(|it| names.contains(&it.0));
    let sound = match command {
        It::Establish { from, until: None, terms } => {
            *from <= act.today
                && terms.shown == Some(act.today)
                && terms.live.is_none()
                && only(terms, &["sort", "subject", "shown", "goes_to"])
                && terms.sort.zip(terms.subject).is_some_and(|(sort, subject)| {
                    sort.subjects().contains(&subject.kind) && records.facet(subject).is_some()
                })
        }
        It::Change { from, terms, .. } => {
            *from > act.today && terms.live == Some(true) && only(terms, &[])
        }
        // On a day on which nobody looked, but never before the day after it was shown.
        It::End { id, on } => {
            let shown = records.signals.get(*id).map(|it| it.shown.0);
            *on >= act.today || shown.is_some_and(|shown| shown < *on)
        }
        _ => false,
    };
    if sound { Ok(()) } else { Err(Refusal::ByRule.into()) }
}

/// The post that a signal goes to on a day: as its rule says while its condition holds, else as it first went.
pub fn goes_to(state: &State, id: SignalId, on: Date) -> Option<PostId> {
    let row = state.records().signals.get(id)?;
    if row.sort.0.goes_to_its_subject() && row.live.is(on) {
        // No rule has to be asked for that.
        return signals::answering(state.records(), row.subject.0, on);
    }
    let view = View::new(state, on);
    match signals::signal_of(&view, row.sort.0, row.subject.0) {
        Some(it) => it.goes_to,
        None => row.goes_to.0,
    }
}

/// Whether a post is the one that a signal goes to, or stands above it.
pub fn reaches(records: &Records, goes_to: PostId, post: PostId, on: Date) -> bool {
    goes_to == post || who::line(records, goes_to, on).any(|it| it == post)
}

/// Who may say this, asked of everybody; with what is worked out filled in.
pub(crate) fn complete(
    state: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Signal(command) = command else { return Ok(None) };
    if act.by == By::Schedule {
        return Ok(None);
    }
    let records = state.records();
    let (id, from, terms) = match command {
        It::Establish { .. } => return Err(Refusal::ByRule.into()),
        It::Change { id, from, terms } => (*id, *from, terms),
        It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            return Err(Refusal::Stays { of: Named::of(records, *id) }.into());
        }
    };
    let Some(row) = records.signals.get(id) else { return Ok(None) };
    let of = || Named::of(records, id);
    let (person, post) = act.by.signed().ok_or(Refusal::Unsigned)?;
    if from != act.today {
        return Err(Refusal::NotToday.into());
    }
    if !row.live.is(from) {
        return Err(Refusal::Cleared { of: of() }.into());
    }
    let given = Signal::given(terms);
    // An empty form field says nothing of it.
    let said: Vec<&str> = given.iter().filter(|it| it.1 != Value::Nothing).map(|it| it.0).collect();
    let answers = said.iter().any(|it| OF_AN_ANSWER.contains(it));
    let allowed: &[&str] = if answers { &OF_AN_ANSWER } else { &["read"] };
    if let Some(name) = said.iter().find(|it| !allowed.contains(it)) {
        let name = WORKED_OUT.into_iter().find(|it| it == name).unwrap_or("live");
        return Err(Refusal::Given(name).into());
    }
    if terms.live.is_some() {
        return Err(Refusal::Stays { of: of() }.into());
    }
    let goes_to = goes_to(state, id, from);
    let named = || goes_to.map(|it| Named::of(records, it));
    let terms = if answers {
        let theirs = goes_to.is_some_and(|it| reaches(records, it, post, from))
            || acting::by_administrator(state, &act.by, from);
        if !theirs {
            let post = Named::of(records, post);
            return Err(Refusal::NotYours { post, of: of(), goes_to: named() }.into());
        }
        answer(records, (id, row), from, (person, post), terms)?
    } else {
        if terms.read != Some(true) {
            return Err(Refusal::OneAnswer.into());
        }
        if *row.read.near(from) {
            return Err(Refusal::ReadBefore { of: of() }.into());
        }
        let came = raised::escalated(&View::new(state, from), id, row, goes_to);
        let theirs = goes_to == Some(post) || came.iter().any(|it| it.0 == post);
        if !theirs {
            let post = Named::of(records, post);
            return Err(Refusal::NotTheReader { post, of: of(), goes_to: named() }.into());
        }
        Terms {
            read: Some(true),
            reader: Some(Some(person)),
            read_as: Some(Some(post)),
            ..Terms::default()
        }
    };
    Ok(Some(It::Change { id, from, terms }.into()))
}

/// Whether a record says of itself that it is about one of these.
fn is_about(records: &Records, it: Ref, them: &[Ref], on: Date) -> bool {
    let Some(record) = records.facet(it) else { return true };
    let fields = it.kind.fields().iter();
    let mut links = fields.flat_map(|field| record.read(field.name, on).links().to_vec());
    links.any(|it| them.contains(&it))
}

fn answer(
    records: &Records,
    (id, row): (SignalId, &Signal),
    on: Date,
    (person, post): (PersonId, PostId),
    terms: &Terms,
) -> Result<Terms, Refusal> {
    let reason = terms.reason.clone().flatten().filter(|it| !it.trim().is_empty());
    let (response, until) = (terms.response.flatten(), terms.accepted_until.flatten());
    match (response, until) {
        (Some(with), None) => {
            if !records.stands(with, on) && records.facet(with).is_some() {
                return Err(Refusal::Gone { with: Named::of(records, with) });
            }
            if reason.is_none() && !is_about(records, with, &[id.into(), row.subject.0], on) {
                let (with, of) = (Named::of(records, with), Named::of(records, id));
                return Err(Refusal::Unconnected { with, of });
            }
        }
        (None, Some(until)) => {
            if reason.is_none() {
                return Err(Refusal::NoReason);
            }
            if until <= on || until > on.saturating_add(ACCEPTED_DAYS_MAX.days()) {
                return Err(Refusal::OddUntil);
            }
        }
        _ => return Err(Refusal::OneAnswer),
    }
    Ok(Terms {
        response: Some(response),
        accepted_until: Some(until),
        reason: Some(reason),
        answered_by: Some(Some(post)),
        answerer: Some(Some(person)),
        ..Terms::default()
    })
}
