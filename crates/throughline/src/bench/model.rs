//! Organisations of any size, made without a ledger.

use jiff::{Timestamp, ToSpan, civil::Date, civil::date};
use kernel::{
    Amount, By, Command, Event, Fact, Kind, Ref, State, action, anchor, duty,
    id::*,
    indicator, measurement, objective, person, plan, post,
    register::{self, Event as It},
    rule, tenure, unit,
};

/// Children of an objective or a post.
const FAN: usize = 10;

pub(crate) fn begins() -> Date {
    date(2020, 1, 1)
}

pub(crate) fn today() -> Date {
    date(2026, 6, 15)
}

pub(crate) fn fact(event: impl Into<Event>) -> Fact {
    Fact { at: Timestamp::UNIX_EPOCH, by: By::Console, event: event.into() }
}

fn established<I, T>(id: I, terms: T) -> It<I, T> {
    It::Established { id, from: begins(), until: None, terms }
}

/// A tree of `count` objectives, each leaf with an indicator that has a measurement.
pub(crate) fn objectives(count: usize) -> Vec<Fact> {
    let plan = PlanId::at_row(0);
    let named = |it: usize| Some(format!("Objective {it}").into());
    let mut facts = vec![fact(Event::Plan(established(
        plan,
        plan::Terms { name: Some("Plan".into()), ..plan::Terms::default() },
    )))];
    for row in 0..count {
        let terms = objective::Terms {
            name: named(row),
            plan: Some(plan),
            parent: Some((row > 0).then(|| ObjectiveId::at_row((row - 1) / FAN))),
            ..objective::Terms::default()
        };
        facts.push(fact(Event::Objective(established(ObjectiveId::at_row(row), terms))));
    }
    let leaves = (count.saturating_sub(2) / FAN + 1..count).enumerate();
    for (row, objective) in leaves {
        let indicator = IndicatorId::at_row(row);
        let terms = indicator::Terms {
            name: Some(format!("Indicator {row}").into()),
            target: Some(Some(Amount::whole(50))),
            ..indicator::Terms::default()
        };
        facts.push(fact(Event::Indicator(established(indicator, terms))));
        let terms = anchor::Terms {
            from: Some(indicator.into()),
            serves: Some(ObjectiveId::at_row(objective)),
            ..anchor::Terms::default()
        };
        facts.push(fact(Event::Anchor(established(AnchorId::at_row(row), terms))));
        facts.push(fact(measured(indicator, date(2026, 5, 31), 60)));
    }
    facts
}

/// How many indicators [`objectives`] makes.
pub(crate) fn leaves(count: usize) -> usize {
    count - (count.saturating_sub(2) / FAN + 1)
}

pub(crate) fn measured(indicator: IndicatorId, on: Date, value: i32) -> Event {
    let reading =
        measurement::Reading { on, value: Amount::whole(value), ..measurement::Reading::default() };
    Event::Measurement(measurement::Event::Recorded { indicator, readings: vec![reading] })
}

pub(crate) fn measure(indicator: IndicatorId, on: Date, value: i32) -> Command {
    let reading =
        measurement::Reading { on, value: Amount::whole(value), ..measurement::Reading::default() };
    Command::Measurement(measurement::Command::Record { indicator, readings: vec![reading] })
}

/// `count` posts in a line tree, each held four times in turn, the last tenure open; one in ten is
/// vacant now. If `accountable`, each answers for an objective of [`objectives`].
pub(crate) fn establishment(count: usize, accountable: bool) -> impl Iterator<Item = Fact> {
    let unit = UnitId::at_row(0);
    let terms = unit::Terms { name: Some("Council".into()), ..unit::Terms::default() };
    let units = std::iter::once(fact(Event::Unit(established(unit, terms))));
    let posts = (0..count).map(move |row| {
        let terms = post::Terms {
            name: Some(format!("Post {row}").into()),
            code: Some(Some(format!("P{row}").into())),
            unit: Some(unit),
            reports_to: Some((row > 0).then(|| PostId::at_row((row - 1) / FAN))),
            ..post::Terms::default()
        };
        fact(Event::Post(established(PostId::at_row(row), terms)))
    });
    let tenures = (0..count * 4).flat_map(|row| {
        let person = PersonId::at_row(row);
        let terms = tenure::Terms {
            post: Some(PostId::at_row(row / 4)),
            person: Some(person),
            capacity: Some(tenure::Capacity::Substantive),
            ..tenure::Terms::default()
        };
        let nth = i32::try_from(row % 4).unwrap_or(0);
        let from = begins() + (nth * 18).months();
        let ends = nth < 3 || (row / 4) % 10 == 7;
        let until = ends.then(|| from + 17.months());
        let event = It::Established { id: TenureId::at_row(row), from, until, terms };
        let someone = established(person, person::Terms::default());
        [fact(Event::Person(someone)), fact(Event::Tenure(event))]
    });
    let duties = (0..if accountable { count } else { 0 }).map(|row| {
        let terms = duty::Terms {
            post: Some(PostId::at_row(row)),
            subject: Some(Ref { kind: Kind::Objective, n: ObjectiveId::at_row(row).n() }),
            role: Some(duty::Role::Accountable),
            live: None,
        };
        fact(Event::Duty(established(DutyId::at_row(row), terms)))
    });
    units.chain(posts).chain(tenures).chain(duties)
}

/// Rules about the posts of [`establishment`]: a hundred required, ten pairs that exclude one another, and a
/// limit that reaches every post.
pub(crate) fn rules(count: usize) -> impl Iterator<Item = Fact> {
    const REQUIRED: usize = 100;
    const PAIRS: usize = 10;
    let post = move |it: usize| PostId::at_row(it * 997 % count);
    let required = (0..REQUIRED).map(move |row| rule::Terms {
        name: Some(format!("Required {row}").into()),
        sort: Some(rule::Sort::RequiredPost),
        posts: Some([post(row)].into()),
        ..rule::Terms::default()
    });
    let pairs = (0..PAIRS).map(move |row| rule::Terms {
        name: Some(format!("Not both {row}").into()),
        sort: Some(rule::Sort::IncompatiblePosts),
        posts: Some([post(row), post(row + 1)].into()),
        ..rule::Terms::default()
    });
    let limit = rule::Terms {
        name: Some("Acting".into()),
        sort: Some(rule::Sort::CapacityLimit),
        reach: Some(rule::Reach::All),
        days_max: Some(Some(100)),
        ..rule::Terms::default()
    };
    let all = required.chain(pairs).chain([limit]).enumerate();
    all.map(|(row, terms)| fact(Event::Rule(established(RuleId::at_row(row), terms))))
}

/// `count` actions with due dates.
pub(crate) fn actions(count: usize) -> impl Iterator<Item = Fact> {
    (0..count).map(|row| {
        let terms = action::Terms {
            name: Some(format!("Action {row}").into()),
            due: Some(Some(date(2027, 1, 1))),
            ..action::Terms::default()
        };
        fact(Event::Action(established(ActionId::at_row(row), terms)))
    })
}

pub(crate) fn state(facts: &[Fact]) -> State {
    let mut state = State::default();
    facts.iter().for_each(|it| state.apply(it));
    state.advance(today());
    state
}

/// The commands that lead to `facts`, for a ledger that decides them itself.
pub(crate) fn commands(facts: &[Fact]) -> Vec<Command> {
    facts.iter().filter_map(|it| command(&it.event)).collect()
}

fn command(event: &Event) -> Option<Command> {
    macro_rules! again {
        ($($Kind:ident),*) => {
            match event {
                $(Event::$Kind(It::Established { from, until, terms, .. }) => {
                    let (from, until, terms) = (*from, *until, terms.clone());
                    Some(Command::$Kind(register::Command::Establish { from, until, terms }))
                })*
                Event::Measurement(measurement::Event::Recorded { indicator, readings }) => {
                    let (indicator, readings) = (*indicator, readings.clone());
                    Some(Command::Measurement(measurement::Command::Record { indicator, readings }))
                }
                _ => None,
            }
        };
    }
    again!(Unit, Post, Person, Tenure, Duty, Plan, Objective, Indicator, Anchor, Action)
}
