//! The council's plan, what is measured, what is done, and what it must comply with.

use jiff::{ToSpan, civil::Date};
use kernel::{
    Amount, Command, action, control, decision, framework,
    id::*,
    indicator::{self, Cadence, Direction},
    initiative, objective, obligation, plan,
    register::Command as It,
    requirement,
};

use super::{maker::Maker, people::Council};

/// What the months report on.
pub(crate) struct Plan {
    indicators: Vec<IndicatorId>,
    actions: Vec<(ActionId, i32)>,
    objectives: Vec<ObjectiveId>,
}

/// (priority, [(outcome, accountable post)])
type Priority = (&'static str, usize, &'static [(&'static str, usize)]);

const PRIORITIES: [Priority; 5] = [
    (
        "People live independently for longer",
        2,
        &[
            ("More people need no further care after reablement", 8),
            ("Adults at risk are kept safe", 9),
            ("Carers get a break when they need one", 2),
        ],
    ),
    (
        "Every child has a good start",
        3,
        &[
            ("Families get help before a crisis", 10),
            ("Every school is good or better", 11),
            ("Young carers are known and supported", 10),
        ],
    ),
    (
        "A clean, green and well-connected place",
        4,
        &[
            ("Roads are safe and well kept", 12),
            ("Less waste, more of it recycled", 13),
            ("Homes and businesses are protected from floods", 15),
            ("Planning decisions are quick and sound", 14),
        ],
    ),
    (
        "A safe and decent home for everybody",
        5,
        &[
            ("Nobody sleeps rough", 16),
            ("Repairs are done right the first time", 17),
            ("Every tall building is safe", 18),
        ],
    ),
    (
        "A council that works",
        6,
        &[
            ("We live within our means", 19),
            ("Residents reach us the first time", 23),
            ("Staff stay, and are well", 20),
        ],
    ),
];

/// How an indicator runs through the months.
struct Run {
    name: &'static str,
    unit: &'static str,
    /// Position among all outcomes, in order.
    serves: usize,
    post: usize,
    up: bool,
    target: i64,
    start: f64,
    drift: f64,
    noise: f64,
    season: f64,
    /// From this month on it lies higher by so much.
    shift: (i32, f64),
    /// Months at the end for which nothing came.
    silent: i32,
}

const fn run(name: &'static str, unit: &'static str, serves: usize, post: usize, up: bool) -> Run {
    Run {
        name,
        unit,
        serves,
        post,
        up,
        target: 0,
        start: 0.0,
        drift: 0.0,
        noise: 0.0,
        season: 0.0,
        shift: (0, 0.0),
        silent: 0,
    }
}

#[rustfmt::skip]
const RUNS: [Run; 18] = [
    Run { target: 80, start: 76.0, drift: 0.3, noise: 1.5, ..run("Reablement: no further care needed", "%", 0, 8, true) },
    Run { target: 28, start: 24.0, noise: 1.5, shift: (15, 7.0), ..run("Days from referral to first visit", "days", 0, 8, false) },
    Run { target: 95, start: 96.5, noise: 0.8, ..run("Safeguarding enquiries closed within 28 days", "%", 1, 9, true) },
    Run { target: 60, start: 41.0, drift: 0.9, noise: 2.0, ..run("Carers with a break in the last year", "%", 2, 2, true) },
    Run { target: 70, start: 66.0, drift: 0.2, noise: 1.6, season: 2.0, ..run("Early help plans closed with needs met", "%", 3, 10, true) },
    Run { target: 90, start: 88.5, drift: 0.05, noise: 0.4, silent: 7, ..run("Pupils in good or better schools", "%", 4, 11, true) },
    Run { target: 5, start: 4.2, noise: 0.5, season: 1.6, ..run("Main roads needing repair", "%", 6, 12, false) },
    Run { target: 50, start: 52.5, drift: -0.22, noise: 0.7, season: 1.0, ..run("Household waste recycled", "%", 7, 13, true) },
    Run { target: 420, start: 432.0, drift: -0.8, noise: 6.0, ..run("Residual waste per household", "kg", 7, 13, false) },
    Run { target: 100, start: 92.0, noise: 3.0, silent: 3, ..run("Flood defences inspected on time", "%", 8, 15, true) },
    Run { target: 85, start: 86.0, drift: 0.1, noise: 2.0, ..run("Planning applications decided in time", "%", 9, 14, true) },
    Run { target: 8, start: 10.0, drift: 0.25, noise: 1.5, season: -2.0, ..run("People sleeping rough, single night", "people", 10, 16, false) },
    Run { target: 92, start: 90.0, noise: 1.2, shift: (8, -4.0), ..run("Repairs completed on the first visit", "%", 11, 17, true) },
    Run { target: 12, start: 13.0, noise: 0.9, shift: (14, -2.5), ..run("Days to complete a repair", "days", 11, 17, false) },
    Run { target: 100, start: 97.0, drift: 0.12, noise: 0.3, ..run("Tall buildings with a current safety case", "%", 12, 18, true) },
    Run { target: 0, start: 1.2, drift: -0.06, noise: 0.35, ..run("Overspend against budget", "%", 13, 19, false) },
    Run { target: 80, start: 74.0, drift: 0.35, noise: 1.8, ..run("Calls resolved at the first contact", "%", 14, 23, true) },
    Run { target: 9, start: 9.6, noise: 0.5, season: 1.0, ..run("Days lost to sickness per employee", "days", 15, 20, false) },
];

/// (initiative, outcome it serves, accountable post, [(action, due in months from the start)])
type Change = (&'static str, Option<usize>, usize, &'static [(&'static str, i32)]);

const CHANGES: [Change; 7] = [
    (
        "Reablement at weekends",
        Some(0),
        8,
        &[
            ("Agree rotas with the hospital", 5),
            ("Recruit four therapists", 14),
            ("Review the first quarter", 27),
        ],
    ),
    (
        "Family hubs",
        Some(3),
        10,
        &[
            ("Open Northgate hub", 9),
            ("Open Millside hub", 20),
            ("One record for all partners", 30),
        ],
    ),
    (
        "Food waste collection",
        Some(7),
        13,
        &[("Order vehicles", 10), ("Trial in two wards", 21), ("Roll out everywhere", 32)],
    ),
    (
        "Repairs by appointment",
        Some(11),
        17,
        &[
            ("Choose a scheduling system", 8),
            ("Train all crews", 13),
            ("Text reminders for tenants", 26),
        ],
    ),
    (
        "Rough sleeping navigator team",
        Some(10),
        16,
        &[("Fund three navigators", 18), ("Move-on flats ready", 23)],
    ),
    (
        "One front door",
        Some(14),
        23,
        &[
            ("Map the ten commonest enquiries", 16),
            ("New telephone menu", 22),
            ("Publish waiting times", 28),
        ],
    ),
    // Serves nothing: the orphan of the story.
    (
        "Refresh of the council’s coat of arms",
        None,
        1,
        &[("Commission a designer", 21), ("Public vote", 29)],
    ),
];

const DECISIONS: [(&str, &str, Option<usize>, i32); 5] = [
    ("Adopt the Ashby Vale Plan", "It was consulted on with 2,300 residents.", Some(0), 0),
    ("Move repairs to appointments", "One visit in eight found nobody at home.", Some(11), 6),
    (
        "Do not renew the flood modelling contract",
        "The regional authority offers the same free of charge.",
        Some(8),
        12,
    ),
    ("Collect food waste weekly", "A third of residual waste is food.", Some(7), 9),
    (
        "Keep the register in Throughline",
        "Accountability was lost each time somebody left.",
        None,
        1,
    ),
];

/// A policy of the council's own; clause titles are its own words.
/// (clause, title, [(clause, title)])
type Chapter = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CLAUSES: [Chapter; 3] = [
    (
        "1",
        "Knowing what we hold",
        &[
            ("1.1", "Every service keeps a list of its records"),
            ("1.2", "Each list names who answers for it"),
        ],
    ),
    (
        "2",
        "Keeping it safe",
        &[
            ("2.1", "Access ends on the day somebody leaves"),
            ("2.2", "Devices are encrypted"),
            ("2.3", "Paper is locked away at night"),
        ],
    ),
    (
        "3",
        "Letting go",
        &[("3.1", "Records are deleted when their time is up"), ("3.2", "Deletion is witnessed")],
    ),
];

const CONTROLS: [(&str, usize, &[usize]); 3] = [
    ("Yearly check of record lists", 22, &[0, 1]),
    ("Leaver’s checklist, countersigned", 20, &[2]),
    ("Disk encryption report", 21, &[3]),
];

pub(crate) fn adopt(make: &mut Maker, council: &Council) -> Plan {
    let post = |it: usize| council.posts[it];
    let plan = make.plan(plan::Terms {
        name: Some("The Ashby Vale Plan".into()),
        about: Some(Some(
            "A place where people look out for one another, and a council that keeps its word."
                .into(),
        )),
        levels: Some(["Priority".into(), "Outcome".into()].into()),
        ..plan::Terms::default()
    });
    make.accountable(post(0), plan);
    let mut objectives = Vec::new();
    for (number, (name, head, outcomes)) in (1..).zip(PRIORITIES) {
        let above = make.objective(objective::Terms {
            name: Some(name.into()),
            code: Some(Some(format!("P{number}").into())),
            plan: Some(plan),
            ..objective::Terms::default()
        });
        make.accountable(post(head), above);
        for (part, (name, head)) in (1..).zip(outcomes) {
            let outcome = make.objective(objective::Terms {
                name: Some((*name).into()),
                code: Some(Some(format!("P{number}.{part}").into())),
                plan: Some(plan),
                parent: Some(Some(above)),
                ..objective::Terms::default()
            });
            make.accountable(post(*head), outcome);
            objectives.push(outcome);
        }
    }
    let indicators = measured(make, council, &objectives);
    let actions = changes(make, council, &objectives);
    comply(make, council);
    Plan { indicators, actions, objectives }
}

fn measured(make: &mut Maker, council: &Council, objectives: &[ObjectiveId]) -> Vec<IndicatorId> {
    let mut made = Vec::new();
    for (number, it) in (1..).zip(&RUNS) {
        let indicator = make.indicator(indicator::Terms {
            name: Some(it.name.into()),
            code: Some(Some(format!("AV-{number:02}").into())),
            measure: Some(Some(it.unit.into())),
            direction: Some(if it.up { Direction::Up } else { Direction::Down }),
            target: Some(Some(Amount(it.target * 1_000_000))),
            tolerance: Some((it.target == 0).then_some(Amount(500_000))),
            cadence: Some(Cadence::Monthly),
            ..indicator::Terms::default()
        });
        make.accountable(council.posts[it.post], indicator);
        make.serves(indicator, objectives[it.serves]);
        made.push(indicator);
    }
    made
}

fn changes(
    make: &mut Maker,
    council: &Council,
    objectives: &[ObjectiveId],
) -> Vec<(ActionId, i32)> {
    let mut actions = Vec::new();
    for (name, serves, head, parts) in CHANGES {
        let begun = make.on;
        let initiative = make.initiative(initiative::Terms {
            name: Some(name.into()),
            due: Some(parts.iter().map(|it| begun + (it.1 + 2).months()).max()),
            ..initiative::Terms::default()
        });
        make.accountable(council.posts[head], initiative);
        if let Some(outcome) = serves {
            make.serves(initiative, objectives[outcome]);
        }
        for (name, due) in parts {
            let action = make.action(action::Terms {
                name: Some((*name).into()),
                initiative: Some(Some(initiative)),
                due: Some(Some(begun + due.months())),
                ..action::Terms::default()
            });
            make.accountable(council.posts[head], action);
            actions.push((action, *due));
        }
    }
    actions
}

fn comply(make: &mut Maker, council: &Council) {
    let framework = make.framework(framework::Terms {
        name: Some("Records policy".into()),
        code: Some(Some("RP".into())),
        about: Some(Some("The council’s own policy on the records it holds.".into())),
        ..framework::Terms::default()
    });
    make.accountable(council.posts[22], framework);
    let mut obligations = Vec::new();
    for (clause, name, parts) in CLAUSES {
        let of = |clause: &str, name: &str, parent, assessable| requirement::Terms {
            name: Some(name.into()),
            code: Some(Some(clause.into())),
            clause: Some(Some(clause.into())),
            framework: Some(framework),
            parent: Some(parent),
            assessable: Some(assessable),
            ..requirement::Terms::default()
        };
        let above = make.requirement(of(clause, name, None, false));
        for (clause, name) in parts {
            let requirement = make.requirement(of(clause, name, Some(above), true));
            let obligation = make.obligation(obligation::Terms {
                requirement: Some(requirement),
                ..obligation::Terms::default()
            });
            make.accountable(council.posts[22], obligation);
            obligations.push(obligation);
        }
    }
    for (name, head, meets) in CONTROLS {
        let meets = meets.iter().map(|it| obligations[*it]).collect::<Vec<_>>();
        let control = make.control(control::Terms {
            name: Some(name.into()),
            meets: Some(meets.into()),
            ..control::Terms::default()
        });
        make.accountable(council.posts[head], control);
    }
}

/// What a month brings: figures for the month before, actions done, decisions taken.
pub(crate) fn report(make: &mut Maker, plan: &Plan, month: i32) {
    let period = make.on.first_of_month() - 1.day();
    for (indicator, it) in plan.indicators.iter().zip(&RUNS) {
        let hundredths = value(make, it, month, period);
        if month <= super::MONTHS - it.silent {
            make.measure(*indicator, period, hundredths);
        }
    }
    for (action, due) in &plan.actions {
        // Most are done a little before they are due, some a month late, one in six not yet.
        let late = i32::try_from(action.row() % 3).unwrap_or(0) - 1;
        if month == due + late && action.row() % 6 != 4 {
            let terms = action::Terms { done: Some(true), ..action::Terms::default() };
            make.say(Command::Action(It::Change { id: *action, from: make.on, terms }));
        }
    }
    for (name, why, serves, _) in DECISIONS.into_iter().filter(|it| it.3 == month) {
        let decision = make.decision(decision::Terms {
            name: Some(name.into()),
            about: Some(Some(why.into())),
            authority: Some(Some("Cabinet, scheme of delegation part 3".into())),
            review_on: Some(Some(make.on + 18.months())),
            ..decision::Terms::default()
        });
        if let Some(outcome) = serves {
            make.serves(decision, plan.objectives[outcome]);
        }
    }
}

/// A month's figure in hundredths: start, drift, season, shift and noise.
fn value(make: &mut Maker, it: &Run, month: i32, period: Date) -> i64 {
    let season = (f64::from(period.month()) / 12.0 * std::f64::consts::TAU).cos() * it.season;
    let shift = if it.shift.0 > 0 && month >= it.shift.0 { it.shift.1 } else { 0.0 };
    let noise = (make.chance() + make.chance() - 1.0) * 2.0 * it.noise;
    let value = it.start + it.drift * f64::from(month) + season + shift + noise;
    let top = if it.unit == "%" { 100.0 } else { f64::MAX };
    #[expect(clippy::cast_possible_truncation, reason = "figures are small")]
    let hundredths =
        (value.clamp(if it.target == 0 { -9.0 } else { 0.0 }, top) * 100.0).round() as i64;
    hundredths
}
