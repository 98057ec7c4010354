//! Measurements of an indicator: drawn, listed, entered, withdrawn.

mod chart;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use jiff::civil::Date;
use kernel::{
    Amount, By, Command, Kind, Ref,
    id::{Id, IndicatorId},
    measurement::{self, Reading},
    status,
};
use maud::{Markup, html};

use super::{
    Page, Pen, Sent, Wrong, find,
    pen::word,
    record::may,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Link, day},
};

/// Values listed on the page; a file has them all.
const LISTED_MAX: usize = 60;

/// `POST /indicators/{reference}/measurements`
pub async fn enter(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = indicator(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let again = |wrong: &Wrong, key| {
        let pen = Pen::new(&scene);
        let form = form(&pen, of, &|name| sent.get(name).to_owned(), wrong, key);
        let content = html! { (super::heading(&pen.link(of), "Enter a value")) (form) };
        let page = Page::new(&scene, "Enter a value").section(Kind::Indicator);
        page.at(pen.path(of)).show(content)
    };
    Ok(sent::answer(&app, &scene, &sent, &path, read(of, by, &sent), again).await)
}

/// `GET /indicators/{reference}/withdraw?on=`
pub async fn withdraw_form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = indicator(&scene, &of)?;
    scene.by()?;
    let on = scene.here.get("on").unwrap_or_default().to_owned();
    Ok(withdrawal(&Pen::new(&scene), of, &on, &Wrong::default(), app.sign_in.key()))
}

/// `POST /indicators/{reference}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = indicator(&scene, &of)?;
    let by = scene.by()?;
    let read = match terms::day(sent.get("on")) {
        Ok(on) => {
            let command = measurement::Command::Withdraw {
                indicator: IndicatorId::new(of.n),
                on,
                also: Vec::new(),
            };
            Ok(asked(&sent, by, command))
        }
        Err(sentence) => {
            let mut wrong = Wrong::default();
            wrong.put("on", sentence);
            Err(wrong)
        }
    };
    let path = Pen::new(&scene).path(of);
    let again = |wrong: &Wrong, key| withdrawal(&Pen::new(&scene), of, sent.get("on"), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn indicator(scene: &Scene, of: &(String, String)) -> Result<Ref, Problem> {
    let of = find(scene, of)?;
    if of.kind == Kind::Indicator { Ok(of) } else { Err(Problem::NoSuchPage) }
}

fn asked(sent: &Sent, by: By, command: measurement::Command) -> Asked {
    Asked {
        ask: Ask::steps(sent.key, by, vec![Command::Measurement(command).into()]),
        kind: Kind::Indicator,
        shown: ["on", "value", "numerator", "denominator"].map(ToOwned::to_owned).into(),
        links: Vec::new(),
    }
}

fn read(of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let mut amount = |name: &str| -> Option<Amount> {
        let text = sent.get(name);
        if text.is_empty() {
            return None;
        }
        text.parse().map_err(|err| wrong.put(name, format!("{err}"))).ok()
    };
    let [value, numerator, denominator] = ["value", "numerator", "denominator"].map(&mut amount);
    let on = terms::day(sent.get("on")).map_err(|it| wrong.put("on", it)).unwrap_or(Date::ZERO);
    if value.is_none() {
        wrong.put("value", "this is needed");
    }
    if wrong.any() {
        return Err(wrong);
    }
    let value = value.unwrap_or_default();
    let readings = vec![Reading { on, value, numerator, denominator }];
    let indicator = IndicatorId::new(of.n);
    Ok(asked(sent, by, measurement::Command::Record { indicator, readings }))
}

/// What an indicator's page shows of its values.
pub(super) fn part(pen: &Pen<'_>, id: IndicatorId, key: &dyn Fn() -> String) -> Markup {
    let records = pen.scene.state.records();
    let (of, series) = (Ref::from(id), records.series(id));
    let known = series.until(pen.scene.on);
    let row = records.indicators.get(id);
    let writes = pen.scene.by().is_ok_and(|by| {
        let probe =
            measurement::Command::Withdraw { indicator: id, on: pen.scene.today, also: Vec::new() };
        may(pen, by, &Command::Measurement(probe))
    });
    let today = |name: &str| {
        if name == "on" { pen.scene.today.to_string() } else { String::new() }
    };
    html! {
        @if let Some(row) = row { (chart::chart(row, known)) }
        @if known.is_empty() {
            p.quiet { "Nothing has been measured yet." }
        } @else {
            table #measurements .list role="table" {
                caption {
                    "The newest first"
                    @if known.len() > LISTED_MAX { "; " (LISTED_MAX) " of " (known.len()) }
                }
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { "Period to" }
                    th.number scope="col" role="columnheader" { "Value" }
                    th.number scope="col" role="columnheader" { "Made of" }
                    th scope="col" role="columnheader" { "Against target" }
                    @if writes { th scope="col" role="columnheader" { "Mend" } }
                } }
                tbody role="rowgroup" {
                    @for (on, value) in known.iter().rev().take(LISTED_MAX) {
                        tr role="row" {
                            th scope="row" role="rowheader" { (day(*on)) }
                            td.number role="cell" data-label="Value" { (value) }
                            td.number role="cell" data-label="Made of" { (fraction(series.on(*on))) }
                            td role="cell" data-label="Against target" {
                                @if let Some(row) = row.filter(|it| it.target.near(*on).is_some()) {
                                    @let against = status::against_target(row, *on, *value);
                                    (ui::status(&ui::Status::said(Some(word(against)), word(against).text())))
                                }
                            }
                            @if writes {
                                td role="cell" data-label="Mend" {
                                    a href={ (pen.path(of)) "/withdraw?on=" (on) } {
                                        "Withdraw" span.out-of-sight { " that of " (day(*on)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if writes { (form(pen, of, &today, &Wrong::default(), key())) }
    }
}

fn fraction(reading: Option<Reading>) -> String {
    match reading.map(|it| (it.numerator, it.denominator)) {
        Some((Some(above), Some(below))) => format!("{above} of {below}"),
        Some((Some(it), None)) => it.to_string(),
        Some((None, Some(below))) => format!("of {below}"),
        _ => String::new(),
    }
}

fn form(
    pen: &Pen<'_>,
    of: Ref,
    value: &dyn Fn(&str) -> String,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let number = |name: &str, label: &str, help: &str| {
        Field::new(name, label, ui::Kind::Number)
            .value(value(name))
            .help(help)
            .error(wrong.at(name))
    };
    ui::form(&Form {
        id: "measure".into(),
        action: format!("{}/measurements", pen.path(of)),
        title: Some("Enter a value".into()),
        fields: vec![
            Field::new("on", "Period to", ui::Kind::Date)
                .required()
                .value(value("on"))
                .help("The last day of the period. A value that is there for this day already is corrected.")
                .error(wrong.at("on")),
            number("value", "Value", "Digits and a point.").required(),
            number("numerator", "Numerator", "Where the value is a share: how many of …"),
            number("denominator", "Denominator", "… how many."),
        ],
        button: "Enter".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        ..Form::default()
    })
}

fn withdrawal(pen: &Pen<'_>, of: Ref, on: &str, wrong: &Wrong, key: String) -> Markup {
    let form = ui::form(&Form {
        id: "withdraw".into(),
        action: format!("{}/withdraw", pen.path(of)),
        text: Some("The value is taken back. The ledger still tells that it was there and when it was withdrawn.".into()),
        fields: vec![
            Field::new("on", "Period to", ui::Kind::Date)
                .required()
                .value(on)
                .help("The last day of the period that the value is about.")
                .error(wrong.at("on")),
        ],
        button: "Withdraw".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    });
    let content = html! { (super::heading(&pen.link(of), "Withdraw a measurement")) (form) };
    Page::new(pen.scene, "Withdraw a measurement")
        .section(Kind::Indicator)
        .at(format!("{}/withdraw", pen.path(of)))
        .show(content)
}
