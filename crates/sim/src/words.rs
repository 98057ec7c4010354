//! Random commands from every room, over a handful of records and days, so that they collide.
//!
//! Most are legal, many are not; none is more than the API would let in.

use host::Step;
use jiff::{ToSpan, civil::Date};
use kernel::{Command, Field, Kind, Shape};
use serde_json::{Value as Json, json};

use crate::dice::Dice;

/// Days in play.
const DAYS: usize = 14;
/// Records of a kind that commands speak of; some may not exist.
const RECORDS: usize = 6;

/// The `n`-th day in play.
pub(crate) fn day(n: usize) -> Date {
    jiff::civil::date(2026, 3, 1).saturating_add((n as i64).days())
}

/// A command about something, sometimes with a person's name.
pub(crate) fn any(dice: &mut Dice, names: &mut u32) -> Step {
    const BUSY: [Kind; 12] = [
        Kind::Post,
        Kind::Person,
        Kind::Tenure,
        Kind::Tenure,
        Kind::Duty,
        Kind::Duty,
        Kind::Objective,
        Kind::Objective,
        Kind::Anchor,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
    ];
    match dice.below(10) {
        0..=2 => measurement(dice),
        3 => {
            let kind = *dice.pick(&Kind::ALL);
            about(dice, kind, names)
        }
        _ => {
            let kind = *dice.pick(&BUSY);
            about(dice, kind, names)
        }
    }
}

/// What every life begins with: a handful of everything, joined up.
pub(crate) fn beginning() -> Vec<Step> {
    let first = |kind: &str, terms: Json| -> Step {
        command(json!({ kind: { "establish": { "from": day(0), "terms": terms } } }))
    };
    let named = |name: &str| Step { name: Some(name.into()), ..first("person", json!({})) };
    let objective = |above: Json| json!({ "name": "O", "plan": "PLAN-1", "parent": above });
    let tenure =
        |who: &str, post: &str| json!({ "person": who, "post": post, "capacity": "substantive" });
    vec![
        first("organisation", json!({ "name": "Ashby" })),
        first("unit", json!({ "name": "U1" })),
        first("post", json!({ "name": "P1", "unit": "UNIT-1", "administers": true })),
        first("post", json!({ "name": "P2", "unit": "UNIT-1", "reports_to": "POST-1" })),
        named("Qzfirst"),
        named("Qzsecond"),
        first("tenure", tenure("PERSON-1", "POST-1")),
        first("tenure", tenure("PERSON-2", "POST-2")),
        first("plan", json!({ "name": "S1" })),
        first("objective", objective(Json::Null)),
        first("objective", objective(json!("OBJ-1"))),
        first("indicator", json!({ "name": "I1", "target": "20", "cadence": "daily" })),
        first("initiative", json!({ "name": "N1" })),
        first("anchor", json!({ "from": "IND-1", "serves": "OBJ-2" })),
        first("duty", json!({ "post": "POST-2", "subject": "OBJ-2", "role": "accountable" })),
    ]
}

pub(crate) fn unit(name: &str) -> Step {
    command(json!({ "unit": { "establish": { "from": day(0), "terms": { "name": name } } } }))
}

fn measurement(dice: &mut Dice) -> Step {
    let (indicator, on) = (reference(dice, Kind::Indicator), day(dice.below(DAYS)));
    if dice.one_in(5) {
        let withdraw = json!({ "indicator": indicator, "on": on });
        return command(json!({ "measurement": { "withdraw": withdraw } }));
    }
    let value = *dice.pick(&["0", "19.5", "20", "21", "-3"]);
    let readings = json!([{ "on": on, "value": value }]);
    let record = json!({ "indicator": indicator, "readings": readings });
    command(json!({ "measurement": { "record": record } }))
}

fn about(dice: &mut Dice, kind: Kind, names: &mut u32) -> Step {
    let (id, from, was) = (reference(dice, kind), day(dice.below(DAYS)), day(dice.below(DAYS) / 2));
    let (verb, body) = match dice.below(10) {
        0..=4 => {
            let mut terms = json!({});
            for field in kind.fields().iter().filter(|it| it.shape.is_given()) {
                if field.required || dice.one_in(2) {
                    terms[field.name] = value(dice, field);
                }
            }
            ("establish", json!({ "from": from, "terms": terms }))
        }
        5 | 6 => ("change", json!({ "id": id, "from": from, "terms": some_terms(dice, kind) })),
        7 | 8 => {
            let was = if dice.one_in(2) { day(0) } else { was };
            let terms = some_terms(dice, kind);
            ("correct", json!({ "id": id, "was": was, "from": from, "terms": terms }))
        }
        _ if dice.one_in(3) => ("annul", json!({ "id": id })),
        _ => ("end", json!({ "id": id, "on": from })),
    };
    let mut step = command(json!({ kind.word(): { verb: body } }));
    if kind == Kind::Person
        && !["end", "annul"].contains(&verb)
        && (verb == "establish" || dice.one_in(2))
    {
        *names += 1;
        step.name = Some(format!("Qz{names}zQ"));
    }
    step
}

fn some_terms(dice: &mut Dice, kind: Kind) -> Json {
    let mut terms = json!({});
    for _ in 0..dice.below(3) {
        let field = *dice.pick(kind.fields());
        if field.shape.is_given() {
            terms[field.name] = value(dice, &field);
        }
    }
    if dice.one_in(6) {
        terms["live"] = json!(dice.one_in(2));
    }
    terms
}

fn value(dice: &mut Dice, field: &Field) -> Json {
    let optional = !field.required && !matches!(field.shape, Shape::Flag | Shape::Choice(_));
    if optional && dice.one_in(4) {
        return match field.shape {
            Shape::Links(_) | Shape::Lines => json!([]),
            Shape::Wording => json!({}),
            _ => Json::Null,
        };
    }
    match field.shape {
        Shape::Line | Shape::Prose | Shape::Sealed | Shape::Found(_) => {
            json!(dice.pick(&["a", "b", "c"]))
        }
        Shape::Wording => json!({ "name": "a" }),
        Shape::Lines => json!(["top", "middle"]),
        Shape::Flag => json!(dice.one_in(2)),
        Shape::Day => json!(day(dice.below(DAYS))),
        Shape::Amount => json!(dice.pick(&["0", "1", "20", "20.5", "-3"])),
        Shape::Whole => json!(dice.below(4)),
        Shape::Choice(words) => json!(dice.pick(words)),
        Shape::Link(kind) => json!(reference(dice, kind)),
        Shape::Links(kind) => (0..dice.below(3)).map(|_| json!(reference(dice, kind))).collect(),
        Shape::AnyOf(kinds) => {
            let kind = *dice.pick(kinds);
            json!(reference(dice, kind))
        }
    }
}

fn reference(dice: &mut Dice, kind: Kind) -> String {
    // Low numbers more often: they exist.
    let n = dice.below(RECORDS).min(dice.below(RECORDS));
    format!("{}-{}", kind.prefix(), 1 + n)
}

fn command(json: Json) -> Step {
    let read = serde_json::from_value::<Command>(json.clone());
    read.unwrap_or_else(|error| panic!("{json} is no command: {error}")).into()
}
