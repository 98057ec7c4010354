//! An indicator's XmR chart as JSON: the same that its page draws.

use kernel::{
    By,
    id::IndicatorId,
    read::{variation, view::View},
    signed::Said,
    variation::{Limits, POINTS_MIN, Xmr},
};
use serde_json::{Value as Json, json};

use super::{Names, link};

/// Verdicts, phases, points; null where there is no such indicator.
pub fn variation(view: &View<'_>, of: IndicatorId, names: Names<'_>) -> Json {
    let Some(xmr) = variation::variation(view, of) else { return Json::Null };
    json!({
        "of": link(of.into(), names),
        "at": view.on().to_string(),
        "variation": xmr.variation().map(|it| it.words()),
        "why": xmr.variation().and_then(|it| it.why()),
        "assurance": xmr.assurance.map(|it| it.words()),
        "values_needed": POINTS_MIN,
        "phases": phases(view, of, &xmr, names),
        "points": points(view, of, &xmr, names),
    })
}

fn phases(view: &View<'_>, of: IndicatorId, xmr: &Xmr, names: Names<'_>) -> Json {
    let series = view.records().figures(of);
    let phase = |it: &kernel::variation::Phase| {
        let rebased = it.rebased.map(|on| {
            json!({
                "on": on.to_string(),
                "reason": series.rebase(on),
                "by": view.records().signed(of, Said::Rebase, on).map(|it| by(it, names)),
            })
        });
        json!({
            "first": it.first.to_string(),
            "last": it.last.to_string(),
            "counted": it.counted,
            "limits": it.limits.map(limits),
            "rebased": rebased,
        })
    };
    xmr.phases.iter().map(phase).collect()
}

fn limits(it: Limits) -> Json {
    json!({
        "lower": it.lower.to_string(),
        "centre": it.centre.to_string(),
        "upper": it.upper.to_string(),
        "mean_moving_range": it.mean_range.to_string(),
    })
}

fn points(view: &View<'_>, of: IndicatorId, xmr: &Xmr, names: Names<'_>) -> Json {
    let series = view.records().figures(of);
    let point = |it: &kernel::variation::Point| {
        let excluded = series.excluded(it.on).map(|reason| {
            json!({
                "reason": reason,
                "by": view.records().signed(of, Said::Exclusion, it.on).map(|it| by(it, names)),
            })
        });
        json!({
            "on": it.on.to_string(),
            "value": it.value.to_string(),
            "cause": (!it.excluded).then(|| it.cause.words()),
            "why": it.cause.why(),
            "excluded": excluded,
        })
    };
    xmr.points.iter().map(point).collect()
}

/// Who did something, as which post.
pub fn by(it: By, names: Names<'_>) -> Json {
    match it.signed() {
        Some((person, post)) => {
            json!({ "person": link(person.into(), names), "post": link(post.into(), names) })
        }
        None => match it {
            By::Schedule => json!("schedule"),
            _ => json!("console"),
        },
    }
}
