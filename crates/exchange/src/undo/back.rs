//! One entry taken back: the commands by which a record says on every day what it said before.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{
    Command, Event, Ref, State, Value,
    id::IndicatorId,
    measurement::{self, READINGS_MAX, Reading},
    register::{self, Facet},
    spoken::Verb,
};

/// What an entry did, whatever the kind of record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Established,
    Changed { from: Date, live: Option<bool> },
    Corrected { was: Date, from: Date, live: Option<bool> },
    Ended { on: Date },
    Annulled,
    Measured,
}

/// How it is taken back.
#[derive(Debug)]
pub(super) enum Back {
    Verbs(Vec<(Verb, Vec<(&'static str, Value)>)>),
    /// Figures as they were, and days that had none.
    Figures {
        indicator: IndicatorId,
        before: Vec<Reading>,
        none: Vec<Date>,
    },
    Impossible,
}

macro_rules! deeds {
    ($event:expr; $($Kind:ident,)*) => {
        match $event {
            $(Event::$Kind(it) => said(it, |terms| terms.live),)*
            Event::Measurement(_) => Deed::Measured,
        }
    };
}

pub(super) fn deed(event: &Event) -> Deed {
    deeds! { event;
        Organisation, Unit, Post, Person, Tenure, Duty, Plan, Objective, Anchor, Indicator,
        Framework, Requirement, Obligation, Control, Initiative, Action, Decision, Acceptance,
        Handover, Rule, Authority, Delegation, Mapping, Procedure, Step, Question, Occurrence,
        Evidence, Finding, Audit, Risk, Threshold, Signal, ChangeSet, Proposal, Succession,
    }
}

fn said<I, T>(event: &register::Event<I, T>, live: impl Fn(&T) -> Option<bool>) -> Deed {
    use register::Event as It;
    match event {
        It::Established { .. } => Deed::Established,
        It::Changed { from, terms, .. } => Deed::Changed { from: *from, live: live(terms) },
        It::Corrected { was, from, terms, .. } => {
            Deed::Corrected { was: *was, from: *from, live: live(terms) }
        }
        It::Ended { on, .. } => Deed::Ended { on: *on },
        It::Annulled { .. } => Deed::Annulled,
    }
}

/// The days whose figures an entry is about.
pub(super) fn days(event: &Event) -> Vec<Date> {
    match event {
        Event::Measurement(measurement::Event::Recorded { readings, .. }) => {
            readings.iter().map(|it| it.on).collect()
        }
        Event::Measurement(measurement::Event::Withdrawn { on, also, .. }) => {
            also.iter().copied().chain([*on]).collect()
        }
        _ => Vec::new(),
    }
}

/// How `event` is taken back, which follows on `state`.
pub(super) fn of(state: &State, event: &Event) -> Back {
    let of = event.subject();
    if let Event::Measurement(it) = event {
        return figures(state, it.indicator(), &days(event));
    }
    let Some(row) = state.records().facet(of) else {
        return Back::Verbs(vec![(Verb::Annul { of }, Vec::new())]);
    };
    let given = event.given().into_iter().map(|it| it.0).filter(|it| !is_found(row, it));
    let given: Vec<&'static str> = given.collect();
    Back::Verbs(match deed(event) {
        Deed::Established | Deed::Annulled | Deed::Measured => return Back::Impossible,
        Deed::Changed { from, live } => again(of, from, values(row, &given, live, from)),
        Deed::Ended { on } => vec![(
            Verb::Correct { of, was: on, from: on },
            vec![("live", Value::Flag(row.life().is(on)))],
        )],
        Deed::Corrected { was, from, live } if was == from => {
            again(of, from, values(row, &given, live, from))
        }
        Deed::Corrected { was, from, live } if was == row.life().begins() => {
            moved(row, of, was, from, (&given, live))
        }
        Deed::Corrected { was, from, live } => {
            let mut verbs =
                vec![(Verb::Correct { of, was: from, from }, values(row, &given, live, from))];
            let there = |name: &&&str| entries(row, name).contains(&was);
            let given: Vec<_> = given.iter().filter(there).copied().collect();
            let live = live.filter(|_| row.life().entries().any(|it| it.0 == was));
            let terms = values(row, &given, live, was);
            if !terms.is_empty() {
                verbs.push((Verb::Change { of, from: was }, terms));
            }
            verbs
        }
    })
}

/// What was said from a day on, said as it was before. An entry that said nothing leaves nothing to put right.
fn again(
    of: Ref,
    on: Date,
    terms: Vec<(&'static str, Value)>,
) -> Vec<(Verb, Vec<(&'static str, Value)>)> {
    match terms.is_empty() {
        true => Vec::new(),
        false => vec![(Verb::Correct { of, was: on, from: on }, terms)],
    }
}

/// A beginning that moved from `was` to `from`, back again, with what it swallowed.
fn moved(
    row: &dyn Facet,
    of: Ref,
    was: Date,
    from: Date,
    (given, live): (&[&'static str], Option<bool>),
) -> Vec<(Verb, Vec<(&'static str, Value)>)> {
    let swallowed = |on: &Date| was < *on && *on <= from;
    let dated = row.fields().iter().filter(|it| !it.fixed).map(|it| it.name);
    let dated = dated.filter(|it| !is_found(row, it));
    let lost: Vec<&'static str> =
        dated.filter(|name| entries(row, name).iter().any(swallowed)).collect();
    let lives: Vec<Date> = row.life().entries().map(|it| it.0).filter(swallowed).collect();
    let mut names: Vec<&'static str> = given.to_vec();
    names.extend(lost.iter().filter(|it| !given.contains(it)));
    let live = live.or((!lives.is_empty()).then_some(true));
    let mut verbs =
        vec![(Verb::Correct { of, was: from, from: was }, values(row, &names, live, was))];
    let mut days: BTreeSet<Date> = lives.iter().copied().collect();
    days.extend(lost.iter().flat_map(|name| entries(row, name)).filter(swallowed));
    for day in days {
        let there = |name: &&&str| entries(row, name).contains(&day);
        let names: Vec<_> = lost.iter().filter(there).copied().collect();
        let live = lives.contains(&day).then_some(true);
        verbs.push((Verb::Change { of, from: day }, values(row, &names, live, day)));
    }
    verbs
}

/// Whether it is worked out when the record is made, and cannot be given back.
fn is_found(row: &dyn Facet, name: &str) -> bool {
    row.fields().iter().any(|it| it.name == name && matches!(it.shape, kernel::Shape::Found(_)))
}

/// What a record said of these on a day.
fn values(
    row: &dyn Facet,
    names: &[&'static str],
    live: Option<bool>,
    on: Date,
) -> Vec<(&'static str, Value)> {
    let mut terms: Vec<_> = names.iter().map(|it| (*it, row.read(it, on))).collect();
    terms.extend(live.map(|_| ("live", Value::Flag(row.life().is(on)))));
    terms
}

/// The days from which something was recorded of a field that has dates.
fn entries(row: &dyn Facet, name: &str) -> Vec<Date> {
    let fixed = row.fields().iter().any(|it| it.name == name && it.fixed);
    if fixed { Vec::new() } else { row.spans(name).into_iter().map(|it| it.0.start).collect() }
}

fn figures(state: &State, indicator: IndicatorId, days: &[Date]) -> Back {
    let series = state.records().series(indicator);
    let (mut before, mut none) = (Vec::new(), Vec::new());
    for on in days {
        match series.on(*on) {
            Some(it) => before.push(it),
            None => none.push(*on),
        }
    }
    Back::Figures { indicator, before, none }
}

impl Back {
    pub(super) fn commands(&self, of: Ref) -> Result<Vec<Command>, String> {
        match self {
            Back::Verbs(verbs) => {
                verbs.iter().map(|(verb, terms)| Command::spoken(of.kind, *verb, terms)).collect()
            }
            Back::Figures { indicator, before, none } => {
                let mut commands = Vec::new();
                let indicator = *indicator;
                for some in before.chunks(READINGS_MAX) {
                    let readings = some.to_vec();
                    commands.push(measurement::Command::Record { indicator, readings });
                }
                for some in none.chunks(READINGS_MAX) {
                    let (Some(on), also) = (some.first(), some[1..].to_vec()) else { continue };
                    commands.push(measurement::Command::Withdraw { indicator, on: *on, also });
                }
                Ok(commands.into_iter().map(Command::Measurement).collect())
            }
            Back::Impossible => Err("What was annulled stays annulled.".into()),
        }
    }
}
