//! What is said of a series: that its limits are worked out anew from a day on (rebased), that a value
//! counts for nothing (excluded). Each with its reason and whoever said so, and each can be taken back.

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    id::{Id, IndicatorId},
    measurement::{self, Series},
    signed,
    variation::POINTS_MIN,
};
use maud::{Markup, html};

use super::{SURE, asked, indicator};
use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, Sent, Wrong, entry::who, heading, sent, terms},
    ui::{self, Field, Form, Link, day, day_text},
};

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remark {
    Rebase,
    Exclusion,
}

/// The reason, as a form calls it; and the day that a question was about.
const REASON: &str = "reason";
const ASKED: &str = "asked";
/// Sent by the button that takes back.
const BACK: &str = "take_back";

/// `GET /indicators/{reference}/rebase`
pub async fn rebase_form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    form(&app, &scene, &of, Remark::Rebase)
}

/// `GET /indicators/{reference}/exclude?on=`
pub async fn exclude_form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    form(&app, &scene, &of, Remark::Exclusion)
}

/// `POST /indicators/{reference}/rebase`
pub async fn rebase(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    perform(&app, &scene, &of, &sent, Remark::Rebase).await
}

/// `POST /indicators/{reference}/exclude`
pub async fn exclude(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    perform(&app, &scene, &of, &sent, Remark::Exclusion).await
}

fn form(app: &App, scene: &Scene, of: &(String, String), what: Remark) -> Result<Markup, Problem> {
    let of = indicator(scene, of)?;
    scene.by()?;
    let on = scene.here.get("on").unwrap_or_default();
    let known = terms::day(on).ok().and_then(|on| said(scene, of, what, on)).unwrap_or_default();
    let typed = Typed { on, reason: &known };
    Ok(page(&Pen::new(scene), of, what, typed, &Wrong::default(), &|| app.sign_in.key()))
}

async fn perform(
    app: &App,
    scene: &Scene,
    of: &(String, String),
    sent: &Sent,
    what: Remark,
) -> Result<Response, Problem> {
    let of = indicator(scene, of)?;
    let by = scene.by()?;
    let read = read(scene, of, sent, what).map(|command| asked(sent, by, command));
    let path = Pen::new(scene).path(of);
    let again = |wrong: &Wrong, key: String| {
        let typed = Typed { on: sent.get("on"), reason: sent.get(REASON) };
        page(&Pen::new(scene), of, what, typed, wrong, &|| key.clone())
    };
    Ok(sent::answer(app, scene, sent, &path, read, again).await)
}

fn read(scene: &Scene, of: Ref, sent: &Sent, what: Remark) -> Result<measurement::Command, Wrong> {
    let mut wrong = Wrong::default();
    let on = terms::day(sent.get("on")).map_err(|it| wrong.put("on", it)).unwrap_or(Date::ZERO);
    let back = sent.get(BACK) == "true";
    if !back && sent.get(REASON).is_empty() {
        wrong.put(REASON, "this is needed: it is shown with the chart");
    }
    if wrong.any() {
        return Err(wrong);
    }
    let indicator = IndicatorId::new(of.n);
    let reason = (!back).then(|| sent.get(REASON).into());
    let series = scene.state.records().figures(indicator);
    let confirmed = sent.get(SURE) == "true" && sent.get(ASKED) == sent.get("on");
    if what == Remark::Rebase
        && !back
        && !confirmed
        && series.rebase(on).is_none()
        && let Some(question) = short(&series, on)
    {
        wrong.ask(SURE, question);
        return Err(wrong);
    }
    Ok(match what {
        Remark::Rebase => measurement::Command::Rebase { indicator, on, reason },
        Remark::Exclusion => measurement::Command::Exclude { indicator, on, reason },
    })
}

/// What would be shown instead of limits on a side of a rebase that has too few values.
fn short(series: &Series, on: Date) -> Option<String> {
    let counted = series.counted(Date::MAX);
    let before = series.rebases(Date::MAX).map(|it| it.0).rfind(|it| *it < on);
    let after = series.rebases(Date::MAX).map(|it| it.0).find(|it| *it > on);
    let side = |from: Option<Date>, until: Option<Date>| {
        let inside =
            |it: Date| from.is_none_or(|from| it >= from) && until.is_none_or(|end| it < end);
        counted.iter().filter(|it| inside(it.0)).count()
    };
    let (left, right) = (side(before, Some(on)), side(Some(on), after));
    // With nothing before, it is refused.
    if left == 0 || (left >= POINTS_MIN && right >= POINTS_MIN) {
        return None;
    }
    let values = |n: usize| if n == 1 { "1 value".to_owned() } else { format!("{n} values") };
    let on = day_text(on);
    let mut says = Vec::new();
    if left < POINTS_MIN {
        says.push(format!("Before {on} there would be {}.", values(left)));
    }
    if right < POINTS_MIN {
        says.push(format!("From {on} on there would be {}.", values(right)));
    }
    says.push(format!("{POINTS_MIN} are needed: what has fewer is drawn without limits, and none of it is judged until there are as many."));
    Some(says.join(" "))
}

/// The reason that is given already.
fn said(scene: &Scene, of: Ref, what: Remark, on: Date) -> Option<String> {
    // Of one that is worked out, what lacks parts is not excluded by anybody.
    let series = scene.state.records().series(IndicatorId::new(of.n));
    let found = match what {
        Remark::Rebase => series.rebase(on),
        Remark::Exclusion => series.excluded(on),
    };
    found.map(ToString::to_string)
}

#[derive(Clone, Copy)]
struct Typed<'a> {
    on: &'a str,
    reason: &'a str,
}

fn page(
    pen: &Pen<'_>,
    of: Ref,
    what: Remark,
    typed: Typed<'_>,
    wrong: &Wrong,
    key: &dyn Fn() -> String,
) -> Markup {
    let (title, act, text, label, help) = match what {
        Remark::Rebase => (
            "Rebase",
            "rebase",
            "From this day on, mean and process limits are worked out anew: for a lasting change of the process whose cause is known. What was before keeps its own.",
            "From",
            "The first day of the new process.",
        ),
        Remark::Exclusion => (
            "Exclude a value",
            "exclude",
            "The value stays on the chart and in the table, and counts for nothing: neither in the limits nor in the status. For what is no sign of the process, such as a meter that was broken.",
            "Period to",
            "The last day of the period that the value is about.",
        ),
    };
    let given = terms::day(typed.on).ok().filter(|on| said(pen.scene, of, what, *on).is_some());
    let on = Field::new("on", label, ui::Kind::Date)
        .required()
        .value(typed.on)
        .help(help)
        .error(wrong.at("on"));
    let mut fields = vec![
        on,
        Field::new(REASON, "Why", ui::Kind::Text)
            .required()
            .value(typed.reason)
            .help("Shown with the chart, with your name.")
            .error(wrong.at(REASON)),
    ];
    let mut hidden = Vec::new();
    if let Some(question) = wrong.asks(SURE) {
        fields.push(Field::new(SURE, "Yes, rebase it", ui::Kind::Flag).question(question));
        hidden.push((ASKED.to_owned(), typed.on.to_owned()));
    }
    let action = format!("{}/{act}", pen.path(of));
    let button = match (what, given) {
        (_, Some(_)) => "Change the reason",
        (Remark::Rebase, None) => "Rebase",
        (Remark::Exclusion, None) => "Exclude",
    };
    let form = ui::form(&Form {
        id: act.into(),
        action: action.clone(),
        text: Some(text.into()),
        fields,
        hidden,
        button: button.into(),
        idempotency_key: Some(key()),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    });
    let back = given.map(|on| {
        let (says, button) = match what {
            Remark::Rebase => {
                ("Without it, limits are worked out across that day again.", "Take the rebase back")
            }
            Remark::Exclusion => ("The value counts like any other again.", "Count it again"),
        };
        ui::form(&Form {
            id: "back".into(),
            action,
            title: Some("Take it back".into()),
            text: Some(format!("{says} The ledger still tells that it was so.")),
            hidden: vec![("on".into(), on.to_string()), (BACK.into(), "true".into())],
            button: button.into(),
            idempotency_key: Some(key()),
            ..Form::default()
        })
    });
    let content =
        html! { (heading(&pen.link(of), title)) (form) @if let Some(back) = back { (back) } };
    Page::new(pen.scene, title)
        .section(Kind::Indicator)
        .at(format!("{}/{act}", pen.path(of)))
        .show(content)
}

/// The days from which a series is rebased, each with why and by whom; and the way to another.
pub(super) fn rebases(pen: &Pen<'_>, id: IndicatorId, writes: bool) -> Markup {
    let records = pen.view().records();
    let of = Ref::from(id);
    let all: Vec<_> = records.series(id).rebases(pen.scene.on).collect();
    html! {
        @if !all.is_empty() {
            h3 { "Rebased" }
            ul.happened {
                @for (on, why) in all {
                    li {
                        (day(on)) " " (why)
                        @if let Some(by) = records.signed(of, signed::Said::Rebase, on) { "; " span.quiet { (who(pen, &by)) } }
                        @if writes {
                            " " a.no-print href={ (pen.path(of)) "/rebase?on=" (on) } { "Mend" span.out-of-sight { " the rebase on " (day_text(on)) } }
                        }
                    }
                }
            }
        }
        @if writes {
            p.leads.no-print { a href={ (pen.path(of)) "/rebase" } { "Work limits out anew from a day on" } }
        }
    }
}
