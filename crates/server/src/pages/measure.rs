//! Measurements of an indicator: drawn, listed, entered, withdrawn.

mod ahead;
mod chart;
pub mod grid;
mod parts;
mod period;
mod recorded;
pub mod remark;
mod values;

pub(super) use self::{
    chart::verdicts,
    recorded::{Recorded, recorded},
    values::part,
};

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use jiff::civil::Date;
use kernel::{
    Amount, By, Command, Kind, Ref,
    id::{Id, IndicatorId},
    measurement::{self, Reading, Series},
};
use maud::{Markup, html};

use super::{
    Page, Pen, Sent, Wrong, find,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Link},
};

/// The answer to whether an odd value is right, and the value it is about: another is asked about anew.
const SURE: &str = "sure";
const ASKED: &str = "asked";

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
    Ok(sent::answer(&app, &scene, &sent, &path, read(&scene, of, by, &sent), again).await)
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
        shown: ["on", "value", "numerator", "denominator", "next_release"]
            .map(ToOwned::to_owned)
            .into(),
        links: Vec::new(),
    }
}

fn read(scene: &Scene, of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
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
    let mut release = |name: &str| -> Option<Date> {
        let text = sent.get(name);
        if text.is_empty() {
            return None;
        }
        terms::day(text).map_err(|it| wrong.put(name, it)).ok()
    };
    let [released, next_release] = ["released", "next_release"].map(&mut release);
    if wrong.any() {
        return Err(wrong);
    }
    let value = value.unwrap_or_default();
    let series = scene.state.records().series(IndicatorId::new(of.n));
    let confirmed = sent.get(SURE) == "true" && sent.get(ASKED) == sent.get("value");
    if let Some(question) = doubt(scene, series, on, value).filter(|_| !confirmed) {
        wrong.ask(SURE, question);
        return Err(wrong);
    }
    let readings = vec![Reading { on, value, numerator, denominator, released, next_release }];
    let indicator = IndicatorId::new(of.n);
    Ok(asked(sent, by, measurement::Command::Record { indicator, readings }))
}

/// What to ask about a value before it is recorded.
fn doubt(scene: &Scene, series: &Series, on: Date, value: Amount) -> Option<String> {
    let early = || {
        let day = ui::day_text(on);
        let says = "is not over. The value shows from that day on.";
        (on > scene.today).then(|| format!("The period to {day} {says}"))
    };
    series.odd(on, value).map(|it| format!("{it}.")).or_else(early)
}

/// The form that enters a value, the next period filled in.
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
    let release = |name: &str, label: &str, help: &str| {
        Field::new(name, label, ui::Kind::Date).value(value(name)).help(help).error(wrong.at(name))
    };
    let mut fields = vec![
        number("value", "Value", "Digits and a point.").required().key('e'),
        Field::new("on", "Period to", ui::Kind::Date)
            .required()
            .value(value("on"))
            .help("Its last day.")
            .error(wrong.at("on")),
        number("numerator", "Numerator", "Of a share: how many …"),
        number("denominator", "Denominator", "… of how many."),
        release("released", "Released", "When it was published."),
        release("next_release", "Next release", "When the next one is: due then."),
    ];
    let mut hidden = Vec::new();
    if let Some(question) = wrong.asks(SURE) {
        let yes = format!("Yes, {} is right", value("value"));
        fields.insert(1, Field::new(SURE, yes, ui::Kind::Flag).question(question));
        hidden.push((ASKED.to_owned(), value("value")));
    }
    ui::form(&Form {
        id: "measure".into(),
        action: format!("{}/measurements", pen.path(of)),
        title: Some("Enter a value".into()),
        text: Some("A value that is there already for the period is corrected.".into()),
        fields,
        hidden,
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
