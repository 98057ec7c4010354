//! Clause weather as JSON: one shape for API and command line.

use jiff::{ToSpan, civil::Date};
use kernel::{
    Kind,
    id::{FrameworkId, Id, ObligationId, UnitId},
    read::{
        view::View,
        weather::{self, Row, Survey, Tally, Turn, Word},
    },
};
use serde_json::{Map, Value as Json, json};

use crate::wire::{self, Names};

/// Days ahead in which it is said what turns.
pub const AHEAD_DAYS: i32 = 90;
/// Units that are told beside the whole.
const UNITS_MAX: usize = 500;

/// The last day on which it is said what turns, seen from a day.
pub fn ahead(on: Date) -> Date {
    on.saturating_add(AHEAD_DAYS.days())
}

/// Every framework, as a whole or in a unit.
pub fn overview(view: &View<'_>, unit: Option<UnitId>, names: Names<'_>) -> Json {
    let units: Vec<UnitId> = unit.into_iter().collect();
    let all = weather::frameworks(view, &units);
    let mut whole = Tally::default();
    let frameworks: Vec<Json> = all
        .iter()
        .map(|(of, tallies)| {
            let tally = tallies[units.len()];
            whole += tally;
            let mut told = counts(&tally);
            told["framework"] = wire::link((*of).into(), names);
            told
        })
        .collect();
    let asked: Vec<ObligationId> =
        view.list(Kind::Obligation, false).map(|it| ObligationId::new(it.n)).collect();
    let mut told = counts(&whole);
    told["on"] = json!(view.on().to_string());
    told["unit"] = json!(unit.map(|it| wire::link(it.into(), names)));
    told["frameworks"] = json!(frameworks);
    told["ahead"] = turning(view, &asked, unit, names);
    told
}

/// One framework, clause by clause, as a whole or in a unit; and counted in each unit that has procedures.
pub fn framework(view: &View<'_>, of: FrameworkId, unit: Option<UnitId>, names: Names<'_>) -> Json {
    let (columns, _) = weather::columns(view, unit, UNITS_MAX);
    let units: Vec<UnitId> = unit
        .into_iter()
        .chain(columns.iter().map(|it| it.unit).filter(|it| Some(*it) != unit))
        .collect();
    let survey = Survey::of(view, of, &units);
    let base = usize::from(unit.is_some());
    let tallies = survey.tallies(None);
    let clauses: Vec<Json> =
        survey.rows.iter().map(|it| clause(view, &survey, base, it, names)).collect();
    let beside = units.iter().zip(&tallies[1..]).skip(base).map(|(unit, tally)| {
        let mut told = counts(tally);
        told["unit"] = wire::link((*unit).into(), names);
        told
    });
    let beside: Vec<Json> = beside.collect();
    let asked: Vec<ObligationId> = survey.rows.iter().map(|it| it.obligation).collect();
    let mut told = counts(&tallies[base]);
    told["on"] = json!(view.on().to_string());
    told["framework"] = wire::link(of.into(), names);
    told["unit"] = json!(unit.map(|it| wire::link(it.into(), names)));
    told["clauses"] = json!(clauses);
    told["not_scoped"] = survey.unscoped.iter().map(|it| wire::link((*it).into(), names)).collect();
    told["units"] = json!(beside);
    told["ahead"] = turning(view, &asked, unit, names);
    told
}

/// How many in each word, and of how many.
fn counts(it: &Tally) -> Json {
    let counts: Map<String, Json> =
        Word::ALL.into_iter().map(|word| (word.word().to_owned(), json!(it.count(word)))).collect();
    json!({ "in_scope": it.in_scope(), "counts": counts })
}

fn clause(view: &View<'_>, survey: &Survey, base: usize, it: &Row, names: Names<'_>) -> Json {
    let controls = weather::controls(view.records(), it.obligation, view.on()).into_iter();
    let controls = controls.filter_map(|id| Some((id, survey.control(id, base)?)));
    let control = |(id, found): (_, weather::Condition)| {
        json!({
            "control": wire::link(kernel::Ref::from(id), names),
            "status": found.weather.words(),
            "since": found.since.to_string(),
            "evidence": found.by.map(|it| it.to_string()),
            "exercised": found.exercised.map(|it| it.to_string()),
            "counts_until": found.until.map(|it| it.to_string()),
        })
    };
    json!({
        "requirement": wire::link(it.requirement.into(), names),
        "obligation": it.obligation.to_string(),
        "word": it.stands[base].word(),
        "status": it.stands[base].words(),
        "controls": controls.map(control).collect::<Json>(),
    })
}

fn turning(
    view: &View<'_>,
    asked: &[ObligationId],
    unit: Option<UnitId>,
    names: Names<'_>,
) -> Json {
    let until = ahead(view.on());
    let turns = weather::turns(view.records(), asked, unit, (view.on(), until));
    let turn = |it: &Turn| {
        json!({
            "day": it.day.to_string(),
            "obligation": wire::link(it.of.into(), names),
            "was": it.was.word(),
            "becomes": it.becomes.word(),
        })
    };
    json!({ "until": until.to_string(), "turns": turns.iter().map(turn).collect::<Json>() })
}
