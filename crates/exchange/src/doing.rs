//! What waits, and what was expected, as JSON: one shape for API and command line.

use jiff::{ToSpan, civil::Date};
use kernel::{
    id::ProcedureId,
    local::{Zone, hours},
    read::{
        run::{self, Expected, Tally, Waiting},
        view::View,
    },
};
use serde_json::{Value as Json, json};

use crate::wire::{self, Names};

/// A queue, the most pressing first.
pub fn queue<'a>(
    view: &View<'_>,
    them: impl Iterator<Item = &'a Waiting>,
    names: Names<'_>,
) -> Json {
    let them: Vec<&Waiting> = them.collect();
    let items: Vec<Json> = them.iter().map(|it| waiting(view.on(), it, names)).collect();
    let overdue = them.iter().filter(|it| it.is_overdue()).count();
    json!({ "on": view.on().to_string(), "overdue": overdue, "items": items })
}

fn waiting(on: Date, it: &Waiting, names: Names<'_>) -> Json {
    json!({
        "occurrence": it.occurrence.map(|it| it.to_string()),
        "procedure": wire::link(it.procedure.into(), names),
        "step": wire::link(it.step.into(), names),
        "to": if it.approve.is_some() { "approve" } else { "do" },
        "evidence": it.approve.map(|it| it.to_string()),
        "post": wire::link(it.post.into(), names),
        "answering": it.answering.map(|it| wire::link(it.into(), names)),
        "due": it.due.to_string(),
        "in_time_until": it.in_time_until.to_string(),
        "time": it.local.time.map(hours),
        "zone": it.local.zone.map(Zone::name),
        "days_left": it.days_left(on),
        "status": it.word.word(),
    })
}

/// Days by which a day can end later somewhere else than it does here.
const ELSEWHERE: i64 = 2;

/// What was expected in a period: of one procedure, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub procedure: Option<ProcedureId>,
    /// The first day that counts; without it all days do.
    pub from: Option<Date>,
    /// The first day that no longer counts.
    pub until: Option<Date>,
}

impl Period {
    /// What was due in it, as it stands on the day of the view; without an end, what was due by then. A day is
    /// that of the procedure’s own zone: one that is due in it is there wherever that is.
    pub fn expected(&self, view: &View<'_>) -> Vec<(ProcedureId, Expected)> {
        let last = match self.until {
            None => view.on(),
            Some(until) if until == Date::MIN => return Vec::new(),
            Some(until) => until.saturating_add(ELSEWHERE.days()),
        };
        let records = view.records();
        let all: Vec<ProcedureId> = match self.procedure {
            Some(it) => vec![it],
            None => records.procedures.ids().collect(),
        };
        let of = |id: ProcedureId| {
            let them = run::expected(records, id, last, view.on()).into_iter();
            them.filter(|it| self.from.is_none_or(|from| from <= it.due))
                .filter(|it| self.until.is_none_or(|until| it.due < until))
                .map(move |it| (id, it))
        };
        let mut found: Vec<_> = all.into_iter().flat_map(of).collect();
        found.sort_by_key(|it| (it.1.due, it.0, it.1.occurrence));
        found
    }
}

/// What was expected, with the figure that has its denominator.
pub fn occurrences(view: &View<'_>, period: &Period, names: Names<'_>) -> Json {
    let found = period.expected(view);
    let tally = Tally::of(found.iter().map(|it| &it.1));
    let items = found.iter().map(|(procedure, it)| {
        json!({
            "occurrence": it.occurrence.map(|it| it.to_string()),
            "procedure": wire::link((*procedure).into(), names),
            "due": it.due.to_string(),
            "in_time_until": it.in_time_until.to_string(),
            "time": it.local.time.map(hours),
            "zone": it.local.zone.map(Zone::name),
            "status": it.word.word(),
        })
    });
    json!({
        "on": view.on().to_string(),
        "from": period.from.map(|it| it.to_string()),
        "until": period.until.map(|it| it.to_string()),
        "tally": self::tally(&tally),
        "items": items.collect::<Vec<_>>(),
    })
}

pub(crate) fn tally(it: &Tally) -> Json {
    json!({
        "expected": it.expected,
        "in_time": it.in_time,
        "late": it.late,
        "missed": it.missed,
        "excused": it.excused,
        "says": it.sentence(),
    })
}
