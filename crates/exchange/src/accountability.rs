//! The watch, the clock of uncovered duties and the packs of rules as JSON: one shape for API and
//! command line.

use std::ops::Range;

use jiff::civil::Date;
use kernel::{
    Ref,
    id::UnitId,
    read::{
        foresee::Foreseen,
        gaps::Gaps,
        view::View,
        watch::{Finding, What},
        who,
    },
    status::days_between,
};
use serde_json::{Value as Json, json};

use crate::{
    packs::{Entry, Fitted, Pack},
    wire::{self, Names},
};

/// What a finding is about, in a word.
pub fn sort(what: &What) -> &'static str {
    match what {
        What::Missing { .. } => "missing",
        What::Empty { .. } => "empty",
        What::Otherwise { .. } => "held otherwise",
        What::Together { .. } => "held together",
        What::Long { .. } => "limit of a capacity",
    }
}

/// What rules find on the day of the view.
pub fn watch(view: &View<'_>, found: &[Finding], names: Names<'_>) -> Json {
    let all: Vec<Json> = found.iter().map(|it| finding(view.on(), it, names)).collect();
    json!({ "on": view.on().to_string(), "findings": all })
}

fn finding(on: Date, it: &Finding, names: Names<'_>) -> Json {
    let called = |of: Ref| called(of, names);
    let mut told = json!({
        "rule": it.rule.map(|it| wire::link(it.into(), names)),
        "grade": it.grade.word(),
        "what": sort(&it.what),
        "since": it.since().map(|it| it.to_string()),
        "says": it.says(on, &called),
        "about": it.about().into_iter().map(|it| wire::link(it, names)).collect::<Vec<_>>(),
    });
    if let What::Long { days, max, passes, .. } = &it.what {
        told["days"] = json!(days);
        told["days_max"] = json!(max);
        told["passes"] = json!(passes.map(|it| it.to_string()));
    }
    told
}

/// What rules will find once something is recorded, each looked for on its day.
pub fn foreseen(them: &[Foreseen], names: Names<'_>) -> Json {
    let told = |it: &Foreseen| {
        let mut told = finding(it.on, &it.found, names);
        told["on"] = json!(it.on.to_string());
        told
    };
    them.iter().map(told).collect()
}

/// The same as one sentence: which rule, and what it will find.
pub fn warning(it: &Foreseen, today: Date, called: &dyn Fn(Ref) -> String) -> String {
    let rule = it.found.rule.map(|it| format!("{}: ", called(it.into()))).unwrap_or_default();
    let on = if it.on > today { format!(" (on {})", kernel::day(it.on)) } else { String::new() };
    format!("{rule}{}{on}", it.found.says(it.on, called))
}

/// A record by name and reference.
pub fn called(of: Ref, names: Names<'_>) -> String {
    match names(of) {
        Some(name) => format!("{name} ({of})"),
        None => of.to_string(),
    }
}

/// The gap-days of a period: month by month, unit by unit, post by post, and each gap.
pub fn gaps(view: &View<'_>, period: &Range<Date>, unit: Option<UnitId>, names: Names<'_>) -> Json {
    let records = view.records();
    let all = Gaps::of(records, period);
    let all = match unit {
        Some(unit) => all.in_unit(records, unit),
        None => all,
    };
    let months = all.by_month(period).into_iter().map(|(month, days)| {
        json!({ "from": month.start.to_string(), "until": month.end.to_string(), "gap_days": days })
    });
    let units = all.by_unit(records).into_iter().map(|(unit, it)| {
        json!({ "unit": wire::link(unit.into(), names), "gap_days": it.all, "own": it.own })
    });
    let posts = all
        .by_post()
        .into_iter()
        .map(|(post, days)| json!({ "post": wire::link(post.into(), names), "gap_days": days }));
    let gaps = all.all.iter().map(|it| {
        json!({
            "duty": it.duty.to_string(),
            "subject": wire::link(it.subject, names),
            "post": wire::link(it.post.into(), names),
            "from": it.days.start.to_string(),
            "until": it.days.end.to_string(),
            "gap_days": it.length(),
        })
    });
    json!({
        "from": period.start.to_string(),
        "until": period.end.to_string(),
        "known_on": view.on().to_string(),
        "gap_days": all.days(),
        "running": running(view),
        "months": months.collect::<Vec<_>>(),
        "units": units.collect::<Vec<_>>(),
        "posts": posts.collect::<Vec<_>>(),
        "gaps": gaps.collect::<Vec<_>>(),
    })
}

/// The duties that nobody answers for on the day of the view, and the days so far.
fn running(view: &View<'_>) -> Json {
    let open = who::uncovered(view.records(), view.on());
    let days: i64 = open.iter().map(|it| days_between(it.2, view.on())).sum();
    json!({ "duties": open.len(), "gap_days": days })
}

/// A pack by name.
pub fn pack(it: &Pack) -> Json {
    json!({ "pack": it.key, "name": it.name, "edition": it.edition, "about": it.about })
}

/// A pack beside what is recorded.
pub fn fitted(it: &Fitted, names: Names<'_>) -> Json {
    let link = |of: Ref| wire::link(of, names);
    let entry = |it: &Entry| {
        json!({
            "number": it.code,
            "name": it.name,
            "sort": it.sort,
            "source": it.source,
            "about": it.about,
            "recorded": it.recorded.map(|it| link(it.into())),
            "posts": it.named.iter().map(|it| link((*it).into())).collect::<Vec<_>>(),
            "suggested": it.suggested.iter().map(|it| link((*it).into())).collect::<Vec<_>>(),
            "sure": it.sure,
        })
    };
    let mut told = pack(it.pack);
    told["rules"] = it.entries.iter().map(entry).collect();
    told["gone"] = it.gone.iter().map(|it| link((*it).into())).collect();
    told
}
