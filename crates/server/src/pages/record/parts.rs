//! What only some kinds have: tenures, duties beside the accountable one, measurements, what is due.

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Value, action,
    anchor::ANCHORED,
    duty,
    id::{
        AnchorId, AuthorityId, DelegationId, DutyId, FrameworkId, Id, IndicatorId, ObligationId,
        PersonId, ProcedureId, RuleId, TenureId,
    },
    read::{
        editions::{Changes, changes},
        findings,
        may::Way,
        thread, watch,
    },
    signal, status, succession,
};
use maud::{Markup, html};

use super::{runs, tenures};
use crate::{
    pages::{
        Pen, acceptance, differences, edition, finding, mapping, may, measure, oscal, signals,
        watch::lines, weather,
    },
    ui::{Due, Link, Query, day_text},
};

/// Dates in one list of what is due.
const DUE_MAX: usize = 10;

/// Records that are joined to `of` without being on its thread.
pub(super) fn joined(pen: &Pen<'_>, of: Ref, put: &mut dyn FnMut(String, Ref, Option<String>)) {
    let records = pen.scene.state.records();
    if matches!(of.kind, Kind::Post | Kind::Person) {
        let mut tenures: Vec<TenureId> = records.pointing::<TenureId>(of).collect();
        tenures.sort_by_key(|it| {
            std::cmp::Reverse(records.tenures.get(*it).map(|it| it.live.begins()))
        });
        for it in tenures {
            put("Tenures".into(), it.into(), Some(days(pen, it.into())));
        }
    }
    if of.kind == Kind::Post {
        for it in records.pointing::<RuleId>(of).map(Ref::from) {
            if pen.view().stands(it) && pen.view().value(it, "posts").links().contains(&of) {
                put("Rules".into(), it, Some(pen.words(&pen.view().value(it, "sort"))));
            }
        }
    }
    if matches!(of.kind, Kind::Post | Kind::Person | Kind::Authority) {
        let all = records.pointing::<AuthorityId>(of).map(Ref::from);
        for it in all
            .filter(|it| pen.view().stands(*it) && pen.view().value(*it, "post") == Value::Link(of))
        {
            put("Authorities".into(), it, limit(pen, it));
        }
        for id in records.pointing::<DelegationId>(of) {
            let Some(row) = records.delegations.get(id) else { continue };
            let title = if row.to.0 == of { "Delegated to it" } else { "Delegated to others" };
            if pen.view().stands(id.into()) {
                put(title.into(), id.into(), Some(days(pen, id.into())));
            }
        }
    }
    if of.kind == Kind::Framework {
        let later = records.inbound(of, Kind::Framework);
        for it in later.filter(|it| pen.view().value(*it, "follows") == Value::Link(of)) {
            put("Followed by".into(), it, None);
        }
    }
    if succession::SUCCEEDED.contains(&of.kind) {
        for (it, since) in succession::successors(records, of, pen.scene.on) {
            put("What came after it".into(), it, Some(format!("since {}", day_text(since))));
        }
        for (it, since) in succession::predecessors(records, of, pen.scene.on) {
            put("What it came after".into(), it, Some(format!("since {}", day_text(since))));
        }
    }
    for it in records.drafted_in(of) {
        put("Change sets that would change it".into(), it.into(), None);
    }
    if action::REGARDED.contains(&of.kind) {
        for it in records.inbound(of, Kind::Action) {
            if pen.view().stands(it) && pen.view().value(it, "regards") == Value::Link(of) {
                let title = match of.kind {
                    Kind::Finding => "Corrective actions",
                    _ => "Actions about it",
                };
                put(title.into(), it, None);
            }
        }
    }
    for it in findings::raised_on(records, of, pen.scene.on) {
        let grade = records.findings.get(it).map(|row| row.grade.near(pen.scene.on).word());
        put("Findings".into(), it.into(), grade.map(str::to_owned));
    }
    if of.kind == Kind::Audit {
        for it in records.inbound(of, Kind::Finding).filter(|it| pen.view().stands(*it)) {
            put("Findings raised in it".into(), it, None);
        }
    }
    if signal::SUBJECTS.contains(&of.kind) {
        for it in records.inbound(of, Kind::Signal).filter(|it| pen.view().stands(*it)) {
            put("Signals".into(), it, None);
        }
        for it in records.inbound(of, Kind::Threshold).filter(|it| pen.view().stands(*it)) {
            put("Thresholds of its own".into(), it, None);
        }
    }
    let duties: Vec<DutyId> = records.pointing::<DutyId>(of).collect();
    if duty::SUBJECTS.contains(&of.kind) {
        for it in duties.into_iter().filter(|it| pen.view().stands((*it).into())) {
            put("Duties".into(), it.into(), None);
        }
    }
    if ANCHORED.contains(&of.kind) {
        for it in records.pointing::<AnchorId>(of).filter(|it| pen.view().stands((*it).into())) {
            put("Anchors".into(), it.into(), None);
        }
    }
}

/// `up to 100,000 pounds`
fn limit(pen: &Pen<'_>, of: Ref) -> Option<String> {
    let Value::Amount(it) = pen.view().value(of, "limit") else { return None };
    let measure = match pen.view().value(of, "measure") {
        Value::Text(it) => format!(" {it}"),
        _ => String::new(),
    };
    Some(format!("up to {}{measure}", may::amount(it)))
}

/// What a delegation gives on the day looked at, chain by chain.
fn gives(pen: &Pen<'_>, id: DelegationId) -> Option<Markup> {
    let ways = kernel::read::may::through(pen.view().records(), id, pen.scene.on);
    let row = |it: &Way| {
        html! {
            li {
                span { (pen.link(it.authority.into()).show()) }
                @match &it.stops {
                    None => span.quiet { @if it.limit.is_some() { "up to " } (may::limit(pen, it)) },
                    Some(stop) => span.late { (may::stops(pen, it, stop)) },
                }
            }
        }
    };
    (!ways.is_empty()).then(|| html! { ul.rows { @for it in &ways { (row(it)) } } })
}

/// What a decision was held against, and where to ask who could have taken it, as known then.
fn held_against(pen: &Pen<'_>, of: Ref, recorded: Option<jiff::Timestamp>) -> Option<Markup> {
    let Value::Text(act) = pen.view().value(of, "act") else { return None };
    let value = match pen.view().value(of, "value") {
        Value::Amount(it) => Some(it),
        _ => None,
    };
    let taken = pen.view().records().facet(of)?.life().begins();
    let mut query = Query::new("/may", [("act".to_owned(), act.to_string())]);
    query = value.map_or(query.clone(), |it| query.with("value", it.to_string()));
    query = query.with("at", taken.to_string());
    query = recorded.map_or(query.clone(), |it| query.with("known", it.to_string()));
    let outside = pen.view().status(of) == kernel::read::view::Status::Outside;
    Some(html! {
        @if outside {
            p { "Whoever recorded it had no authority for that on " (day_text(taken)) ", as known when it was recorded." }
        }
        p { (Link::to(query.href(), "Who could take it, as known then").show()) }
    })
}

fn days(pen: &Pen<'_>, of: Ref) -> String {
    let life = pen.scene.state.records().facet(of).map(kernel::register::Facet::life);
    let Some(life) = life else { return String::new() };
    match life.ends_after(life.begins()) {
        Date::MAX => format!("from {}", day_text(life.begins())),
        until => format!("{} to {}", day_text(life.begins()), day_text(until)),
    }
}

pub(super) fn of(
    pen: &Pen<'_>,
    of: Ref,
    (recorded, moments, made, proofs): (
        &measure::Recorded,
        &tenures::Moments,
        Option<jiff::Timestamp>,
        &kernel::read::raised::Proofs,
    ),
    shown: &mut Vec<Ref>,
    key: &dyn Fn() -> String,
) -> Vec<(String, Markup)> {
    let mut all = match of.kind {
        Kind::Indicator => {
            let part = measure::part(pen, IndicatorId::new(of.n), recorded, shown, key);
            vec![("Measurements".into(), part)]
        }
        Kind::Duty => {
            let part = acceptance::part(pen, of, shown);
            part.map(|it| ("Acceptance".into(), it)).into_iter().collect()
        }
        Kind::Finding => {
            let part = finding::part(pen, of, shown);
            part.map(|it| ("Checks".into(), it)).into_iter().collect()
        }
        Kind::Signal => {
            let part = signals::part(pen, of, proofs, shown);
            part.map(|it| ("What became of it".into(), it)).into_iter().collect()
        }
        Kind::Delegation => {
            let part = gives(pen, DelegationId::new(of.n));
            part.map(|it| ("Gives".into(), it)).into_iter().collect()
        }
        Kind::Decision => {
            let part = held_against(pen, of, made);
            part.map(|it| ("Held against the scheme".into(), it)).into_iter().collect()
        }
        Kind::Unit => {
            let mut procedures = pen.view().records().pointing::<ProcedureId>(of);
            let here = pen.scene.query("/weather", [("unit", &of.to_string())]).href();
            let link = Link::to(here, "Clause weather by what is done here and beneath");
            let some = procedures.any(|it| pen.view().stands(it.into()));
            some.then(|| ("Clauses".into(), html! { p { (link.show()) } })).into_iter().collect()
        }
        Kind::Obligation => {
            let part = weather::of_obligation(pen, ObligationId::new(of.n));
            part.map(|it| ("By unit".into(), it)).into_iter().collect()
        }
        Kind::Framework => {
            let clauses = ("Clauses".into(), clauses(pen, of));
            let changed = FrameworkId::try_from(of).ok().and_then(|it| changes(pen.view(), it));
            let part = changed.map(|it| edition(pen, of, &it));
            let part = part.map(|it| ("What changed".into(), it));
            let oscal = ("As OSCAL".into(), oscal::part(pen, of));
            std::iter::once(clauses).chain(part).chain([oscal]).collect()
        }
        Kind::Plan => {
            let part = differences::versions(pen, of).filter(|_| pen.scene.rooms.is_none());
            part.map(|it| ("Versions".into(), it)).into_iter().collect()
        }
        Kind::Requirement => {
            let part = mapping::part(pen, of, shown);
            part.map(|it| ("Mapped clauses".into(), it)).into_iter().collect()
        }
        Kind::Post | Kind::Person => {
            let drawing = tenures::drawing(pen, of, moments);
            let drawing = drawing.map(|it| ("Over the years".into(), it));
            let accepted = acceptance::summary(pen, of, shown);
            let accepted = accepted.map(|it| ("Acceptance".into(), it));
            rules(pen, of, shown).into_iter().chain(drawing).chain(accepted).collect()
        }
        Kind::Procedure => runs::expected(pen, of, shown),
        Kind::Occurrence => {
            let part = runs::steps(pen, of, shown);
            part.map(|it| ("Step by step".into(), it)).into_iter().collect()
        }
        Kind::Tenure | Kind::Rule => rules(pen, of, shown).into_iter().collect(),
        _ => Vec::new(),
    };
    all.extend(signals::warnings::part(pen, of));
    all
}

/// The ways from a framework to how its clauses stand, and to what of it applies.
fn clauses(pen: &Pen<'_>, of: Ref) -> Markup {
    html! {
        p { (Link::to(pen.scene.href(&format!("{}/weather", pen.path(of))), "Clause weather: a map, by unit and ahead").show()) }
        @if pen.scene.is_now() { p { (Link::to(format!("{}/scope", pen.path(of)), "Say what applies").show()) } }
    }
}

/// The edition before it in a sentence, and the way to the whole comparison.
fn edition(pen: &Pen<'_>, of: Ref, changes: &Changes) -> Markup {
    let whole = pen.scene.href(&format!("{}/changes", pen.path(of)));
    html! {
        p { "Compared with " (pen.link(changes.was.into()).show()) ", " (edition::summary(changes)) }
        p { (Link::to(whole, "What changed, clause by clause, and what it touches").show()) }
    }
}

/// What rules find about it.
fn rules(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<(String, Markup)> {
    let found = watch::about(pen.view(), of);
    shown.extend(found.iter().flat_map(watch::Finding::about));
    (!found.is_empty()).then(|| ("What rules find".into(), lines(pen, &found)))
}

/// What is due of it and of what is directly beneath it, the next first.
pub(super) fn due(pen: &Pen<'_>, of: Ref) -> Vec<Due> {
    let beneath = match of.kind {
        Kind::Objective | Kind::Initiative | Kind::Plan => thread::beneath(pen.view(), of),
        Kind::Post => thread::beneath(pen.view(), of),
        _ => Vec::new(),
    };
    let tenures = match PersonId::try_from(of) {
        Ok(_) => pen.scene.state.records().pointing::<TenureId>(of).map(Ref::from).collect(),
        Err(_) => Vec::new(),
    };
    let all = std::iter::once(of).chain(beneath.into_iter().map(|it| it.1)).chain(tenures);
    let mut due: Vec<(Date, Ref)> = all.filter_map(|it| Some((falls_due(pen, it)?, it))).collect();
    due.sort_unstable();
    due.dedup();
    due.truncate(DUE_MAX);
    due.into_iter()
        .map(|(on, it)| Due { link: pen.link(it), on, late: on < pen.scene.on })
        .collect()
}

/// The day on which something of it falls due, if anything does.
pub(in crate::pages) fn falls_due(pen: &Pen<'_>, of: Ref) -> Option<Date> {
    let view = pen.view();
    if !view.stands(of) {
        return None;
    }
    let day = |field: &str| match view.value(of, field) {
        Value::Day(it) => Some(it),
        _ => None,
    };
    match of.kind {
        Kind::Action | Kind::Initiative => {
            day("due").filter(|_| view.value(of, "done") != Value::Flag(true))
        }
        Kind::Decision => day("review_on"),
        Kind::Indicator => {
            let id = IndicatorId::new(of.n);
            let row = view.records().indicators.get(id)?;
            let series = view.records().figures(id);
            let (last, _) = series.until(view.on()).last()?;
            Some(status::due_after(row, &series, *last))
        }
        Kind::Tenure | Kind::Delegation => {
            let end = view.records().facet(of)?.life().ends_after(view.on());
            (end != Date::MAX).then_some(end)
        }
        _ => None,
    }
}
