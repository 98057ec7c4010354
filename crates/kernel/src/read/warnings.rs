//! The warning ledger: what went wrong over a time, which early warnings had spoken of it, and how long before.
//!
//! It keeps score of the rules of [`signals`]: of each that warns early, how often what it foretold came, how many
//! days ahead it had said so, and how often nothing came of it. It looks at one day after another, at the state as it
//! was known on each, or at one state with hindsight; either way the same looks give the same score.
//!
//! Always true: a warning counts for a failure only if it was raised on a day before; what stood already when looking
//! began is in no figure. What people averted counts as a false alarm here, for nothing tells it
//! from one: the share of those is an upper bound. What was in fact shown, read and acted on is told by the records of
//! signals ([`kept`]), which give the same score of what people could see.

pub mod kept;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use crate::{
    Act, By, Command, Fact, Kind, Ref, Refusal, State,
    field::choice,
    id::ThresholdId,
    read::{
        signals::{self, Sort},
        thread,
        view::{Status, View},
    },
    register,
    status::Word,
    threshold,
};

choice! {
    /// What goes wrong.
    Failure {
        TargetMissed = "target missed",
        OffTrack = "objective or work off track",
        Lapsed = "evidence lapsed",
        Vacant = "post vacant",
    }
}

impl Failure {
    pub const ALL: [Failure; 4] =
        [Failure::TargetMissed, Failure::OffTrack, Failure::Lapsed, Failure::Vacant];
}

/// Days after a warning was cleared in which a failure still counts as foretold by it.
pub const AFTER_DAYS: i32 = 31;

/// What a rule foretells; nothing of a rule that says what has gone wrong already.
pub fn foretells(rule: Sort) -> &'static [Failure] {
    match rule {
        Sort::SpecialCause | Sort::ForecastMiss | Sort::Silent => {
            &[Failure::TargetMissed, Failure::OffTrack]
        }
        Sort::WorkOverdue | Sort::Starved | Sort::ObjectiveSilent | Sort::CorrectiveOverdue => {
            &[Failure::OffTrack]
        }
        Sort::Lapsing | Sort::Missed => &[Failure::Lapsed],
        Sort::Ending | Sort::Limit => &[Failure::Vacant],
        _ => &[],
    }
}

/// Every rule that warns early.
pub fn early() -> impl Iterator<Item = Sort> {
    Sort::ALL.into_iter().filter(|it| !foretells(*it).is_empty())
}

/// One warning, from the day on which it was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub rule: Sort,
    pub subject: Ref,
    pub raised: Date,
    /// None: it stands on the last day.
    pub cleared: Option<Date>,
    /// Whatever it speaks of: its subject, what that serves, and what it belongs to.
    about: Vec<Ref>,
}

/// Something that went wrong, and the warnings that had spoken of it, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub failure: Failure,
    pub subject: Ref,
    /// The first day on which it was so.
    pub on: Date,
    pub warned: Vec<(Sort, Ref, Date)>,
}

impl Wrong {
    /// Days by which the first warning came before; none if there was no warning.
    pub fn lead_days(&self) -> Option<i32> {
        self.warned.first().map(|it| days(it.2, self.on))
    }
}

/// How a rule did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    pub raised: usize,
    /// What it foretold came: the days that lay between, in order.
    pub lead_days: Vec<i32>,
    /// What it foretells stood already, or came on the same day.
    pub late: usize,
    /// It was cleared, and nothing came.
    pub false_alarms: usize,
    /// It stands, or was cleared too short a time ago to tell.
    pub open: usize,
}

impl Score {
    pub fn came(&self) -> usize {
        self.lead_days.len()
    }

    /// The one in the middle.
    pub fn lead_median(&self) -> Option<i32> {
        self.lead_days.get(self.lead_days.len() / 2).copied()
    }

    /// Of those that can be told, how many were false, in per mille; none if none can be told.
    pub fn false_per_mille(&self) -> Option<usize> {
        let told = self.came() + self.false_alarms;
        (self.false_alarms * 1000).checked_div(told)
    }
}

/// The score of all rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub from: Date,
    pub until: Date,
    pub looks: usize,
    /// In the order of [`Sort::ALL`].
    pub rules: Vec<(Sort, Score)>,
    pub wrongs: Vec<Wrong>,
}

/// What a rule is tried with: another number for the whole organisation, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    Number(u16),
    Off,
}

/// The state as it would be had these rules been so all along. What thresholds say of one subject stays.
///
/// # Errors
///
/// What is no threshold: a number that is too great, or nothing where one is needed.
pub fn tried(state: &State, rules: &[(Sort, Trial)]) -> Result<State, Refusal> {
    let mut state = state.clone();
    let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: state.derived().today() };
    for (sort, trial) in rules {
        let ours = |it: &&ThresholdId| {
            let row = state.records().thresholds.get(**it);
            row.is_some_and(|it| it.sort.0 == *sort && it.subject.0.is_none())
        };
        let all: Vec<ThresholdId> = state.records().thresholds.ids().collect();
        let gone: Vec<ThresholdId> = all.iter().filter(ours).copied().collect();
        let (number, off) = match trial {
            Trial::Number(it) => (Some(*it), false),
            Trial::Off => (None, true),
        };
        let terms = threshold::Terms {
            sort: Some(*sort),
            number: Some(number),
            off: Some(off),
            ..threshold::Terms::default()
        };
        let establish = register::Command::Establish { from: LONG_AGO, until: None, terms };
        let annuls = gone.into_iter().map(|id| register::Command::Annul { id });
        for command in annuls.chain([establish]) {
            let event = state.decide(&act, &Command::Threshold(command))?;
            state.apply(&Fact { at: act.at, by: act.by, event });
        }
    }
    Ok(state)
}

/// Before anything that is looked at.
const LONG_AGO: Date = jiff::civil::date(1900, 1, 1);

/// A condition by what it is and what it is about, with the day since which it has been seen and whether it
/// stood when looking began.
type Standing<K> = BTreeMap<(K, Ref), (Date, bool)>;

/// From the first day on, until a day on which it had ended.
type Span = (Date, Option<Date>);

/// What was seen to go wrong, day after day.
#[derive(Debug, Default)]
struct Seen {
    failing: Standing<Failure>,
    /// Failures that began, each with the day on which it did.
    began: Vec<(Failure, Ref, Date)>,
    /// From when each failure stood, and until the day on which it was no longer seen.
    spans: BTreeMap<(Failure, Ref), Vec<Span>>,
}

impl Seen {
    fn look(&mut self, on: Date, begins: bool, failing: Vec<(Failure, Ref)>) {
        self.failing.retain(|it, _| {
            let stands = failing.binary_search(it).is_ok();
            if !stands && let Some(span) = self.spans.get_mut(it).and_then(|it| it.last_mut()) {
                span.1 = Some(on);
            }
            stands
        });
        for it in failing {
            if self.failing.contains_key(&it) {
                continue;
            }
            self.failing.insert(it, (on, begins));
            self.spans.entry(it).or_default().push((on, None));
            if !begins {
                self.began.push((it.0, it.1, on));
            }
        }
    }

    /// The first day looked at, if it stood then already.
    fn failing_from_the_first(&self, failure: Failure, of: Ref) -> Option<Date> {
        let first = self.spans.get(&(failure, of))?.first()?.0;
        let began = self.began.iter().any(|it| (it.0, it.1, it.2) == (failure, of, first));
        (!began).then_some(first)
    }

    /// What became of warnings: of each rule that warns early, and of each thing that went wrong those that had
    /// spoken of it. In the order in which they were raised.
    fn score(&self, warnings: &[Warning], until: Date) -> (Vec<(Sort, Score)>, Vec<Wrong>) {
        let mut by_subject: BTreeMap<Ref, Vec<usize>> = BTreeMap::new();
        for (n, it) in warnings.iter().enumerate() {
            it.about.iter().for_each(|of| by_subject.entry(*of).or_default().push(n));
        }
        let mut came: Vec<Option<Date>> = vec![None; warnings.len()];
        let mut wrongs = Vec::with_capacity(self.began.len());
        for wrong in &self.began {
            let near = by_subject.get(&wrong.1).into_iter().flatten().copied();
            let spoke: Vec<usize> = near.filter(|n| speaks_of(&warnings[*n], wrong)).collect();
            for n in &spoke {
                came[*n] = Some(came[*n].map_or(wrong.2, |it| it.min(wrong.2)));
            }
            let warned = spoke.iter().map(|n| &warnings[*n]);
            let warned = warned.map(|it| (it.rule, it.subject, it.raised)).collect();
            wrongs.push(Wrong { failure: wrong.0, subject: wrong.1, on: wrong.2, warned });
        }
        let mut scores: BTreeMap<Sort, Score> = early().map(|it| (it, Score::default())).collect();
        for (it, came) in warnings.iter().zip(came) {
            let score = scores.entry(it.rule).or_default();
            score.raised += 1;
            // Of its own subject alone: that an objective above is off track makes no warning late.
            let stood = foretells(it.rule).iter().any(|failure| {
                let spans = self.spans.get(&(*failure, it.subject)).into_iter().flatten();
                let mut then = spans.filter(|(began, ended)| {
                    *began <= it.raised && ended.is_none_or(|on| it.raised <= on)
                });
                then.next().is_some()
            });
            match (came, it.cleared) {
                (Some(on), _) => score.lead_days.push(days(it.raised, on)),
                _ if stood => score.late += 1,
                (None, Some(cleared)) if days(cleared, until) > AFTER_DAYS => {
                    score.false_alarms += 1;
                }
                _ => score.open += 1,
            }
        }
        for score in scores.values_mut() {
            score.lead_days.sort_unstable();
        }
        let rules = Sort::ALL.into_iter().filter_map(|it| Some((it, scores.remove(&it)?)));
        (rules.collect(), wrongs)
    }
}

/// Looks at one day after another.
#[derive(Debug, Default)]
pub struct Looking {
    first: Option<Date>,
    last: Option<Date>,
    looks: usize,
    seen: Seen,
    raised: BTreeMap<(Sort, Ref), Warning>,
    done: Vec<Warning>,
    before: Vec<(Sort, Ref)>,
}

impl Looking {
    /// Looks at a day; each must lie after the one before.
    pub fn look(&mut self, view: &View<'_>) {
        let on = view.on();
        let begins = self.first.is_none();
        self.first.get_or_insert(on);
        (self.last, self.looks) = (Some(on), self.looks + 1);
        let all = signals::signals(view);
        let early = all.iter().filter(|it| !foretells(it.sort).is_empty());
        let standing: Vec<(Sort, Ref)> = early.map(|it| (it.sort, it.subject)).collect();
        self.seen.look(on, begins, failures(view, &all));

        let gone: Vec<(Sort, Ref)> =
            self.raised.keys().filter(|it| !standing.contains(it)).copied().collect();
        for it in gone {
            if let Some(warning) = self.raised.remove(&it) {
                self.done.push(Warning { cleared: Some(on), ..warning });
            }
        }
        self.before.retain(|it| standing.contains(it));
        for (rule, subject) in standing {
            let key = (rule, subject);
            if begins {
                self.before.push(key);
            } else if !self.raised.contains_key(&key) && !self.before.contains(&key) {
                let about = about(view, subject);
                let warning = Warning { rule, subject, raised: on, cleared: None, about };
                self.raised.insert(key, warning);
            }
        }
    }

    /// The score; none if no day was looked at.
    pub fn end(self) -> Option<Report> {
        let (from, until) = (self.first?, self.last?);
        let mut warnings = self.done;
        warnings.extend(self.raised.into_values());
        warnings.sort_by_key(|it| (it.raised, it.rule, it.subject));
        let (rules, wrongs) = self.seen.score(&warnings, until);
        Some(Report { from, until, looks: self.looks, rules, wrongs })
    }
}

/// Whether a warning was raised before something went wrong, about it, and not cleared long before.
fn speaks_of(it: &Warning, (failure, subject, on): &(Failure, Ref, Date)) -> bool {
    foretells(it.rule).contains(failure)
        && it.raised < *on
        && it.cleared.is_none_or(|cleared| days(cleared, *on) <= AFTER_DAYS)
        && it.about.contains(subject)
}

/// What is wrong on the view’s date, in order.
fn failures(view: &View<'_>, all: &[signals::Signal]) -> Vec<(Failure, Ref)> {
    let mut found = Vec::new();
    for (kind, failure, words) in [
        (Kind::Indicator, Failure::TargetMissed, &[Word::AtRisk, Word::OffTrack][..]),
        (Kind::Objective, Failure::OffTrack, &[Word::OffTrack]),
        (Kind::Initiative, Failure::OffTrack, &[Word::OffTrack]),
    ] {
        for it in view.list(kind, false) {
            if let Status::Standing(standing) = view.status(it)
                && words.contains(&standing.word)
            {
                found.push((failure, it));
            }
        }
    }
    found.extend(all.iter().filter_map(|it| {
        let failure = match it.sort {
            Sort::Lapsed => Failure::Lapsed,
            Sort::Vacant | Sort::StatutoryEmpty => Failure::Vacant,
            _ => return None,
        };
        Some((failure, it.subject))
    }));
    found.sort_unstable();
    found.dedup();
    found
}

/// What a warning about `subject` speaks of: that, what it rests in or belongs to, and whatever they serve.
fn about(view: &View<'_>, subject: Ref) -> Vec<Ref> {
    let mut found = vec![subject];
    let mut steps = thread::up(view, subject);
    while let Some(step) = steps.pop() {
        found.push(step.of);
        steps.extend(step.beyond);
    }
    let records = view.records();
    if let Ok(procedure) = subject.try_into() {
        // A procedure that was not done lets the controls lapse that its steps exercise.
        let steps = records.pointing::<crate::id::StepId>(subject);
        let steps = steps.filter_map(|it| records.steps.get(it));
        let mine = steps.filter(|it| it.procedure.0 == procedure);
        found.extend(mine.flat_map(|it| it.exercises.near(view.on()).to_vec()).map(Ref::from));
    }
    for field in ["post", "posts"] {
        found.extend(view.value(subject, field).links().iter().copied());
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |it| it.get_days())
}
