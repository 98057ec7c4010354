//! Figures that are due, a row each: typed or pasted down a column, and saved all at once or not at all.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use host::{Ask, Failure};
use jiff::civil::Date;
use kernel::{
    Amount, Command, Kind, Ref, duty,
    duty::Role,
    id::IndicatorId,
    measurement::{self, Reading},
    read::due::{self, Figure},
};
use maud::{Markup, html};

use super::{chart::number, doubt, period, values::writes};
use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, Section, Sent, Wrong, sent, terms},
    ui::{self, Empty, Grid, GridRow, Link, Notice, Tone, day_text, empty},
};

/// Where the grid is.
const PATH: &str = "/measurements";
/// Rows of one grid; what is entered makes room for the next.
const ROWS_MAX: usize = 200;

/// `GET /measurements`
pub async fn show(State(app): State<App>, scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    drawn(&pen, &|_| "", &Wrong::default(), app.sign_in.key())
}

/// `POST /measurements`
pub async fn perform(
    State(app): State<App>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let by = scene.by()?;
    let done = match read(&scene, &sent) {
        Ok(readings) => {
            let rows: Vec<IndicatorId> = readings.iter().map(|it| it.0).collect();
            let steps = readings.into_iter().map(|(indicator, reading)| {
                let readings = vec![reading];
                Command::Measurement(measurement::Command::Record { indicator, readings }).into()
            });
            let done = app.run(Ask::steps(sent.key, by, steps.collect())).await;
            done.map(|_| rows.len()).map_err(|it| failed(&scene, &rows, it))
        }
        Err(wrong) => Err(wrong),
    };
    Ok(match done {
        Ok(saved) => Redirect::to(&format!("{PATH}?saved={saved}")).into_response(),
        Err(wrong) => {
            let key = if wrong.spent { app.sign_in.key() } else { sent::key_text(&sent.key) };
            let page = drawn(&Pen::new(&scene), &|name| sent.get(name), &wrong, key);
            sent::wrong_page(&wrong, page)
        }
    })
}

/// A refusal, beside the row it is about.
fn failed(scene: &Scene, rows: &[IndicatorId], failure: Failure) -> Wrong {
    let (row, refusal) = match failure {
        Failure::Refused(it) => (0, it),
        Failure::Step(it) => (it.number.saturating_sub(1), it.refusal),
        other => return sent::trouble(&other),
    };
    let sentence = scene.directory().spell_out(&refusal.to_string()).into_owned();
    let mut wrong = Wrong::default();
    match rows.get(row) {
        Some(it) => wrong.put(&format!("value-{it}"), sentence),
        None => wrong.whole.push(sentence),
    }
    wrong
}

/// Every row that something was typed into.
fn read(scene: &Scene, sent: &Sent) -> Result<Vec<(IndicatorId, Reading)>, Wrong> {
    let mut wrong = Wrong::default();
    let mut readings = Vec::new();
    let typed = sent.pairs().iter().filter(|it| !it.1.trim().is_empty());
    for name in typed.filter_map(|it| it.0.strip_prefix("value-")).take(ROWS_MAX) {
        let found = name.parse::<Ref>().ok().and_then(|it| IndicatorId::try_from(it).ok());
        let Some(id) = found.filter(|it| scene.state.records().indicators.get(*it).is_some())
        else {
            wrong.whole.push(format!("There is no {}.", terms::brief(name)));
            continue;
        };
        let field = |what: &str| format!("{what}-{name}");
        let value = sent.get(&field("value")).parse::<Amount>();
        let value = value.map_err(|it| wrong.put(&field("value"), it.to_string())).ok();
        let on = terms::day(sent.get(&field("on")));
        let on = on.map_err(|it| wrong.put(&field("on"), format!("Period to: {it}"))).ok();
        let (Some(value), Some(on)) = (value, on) else { continue };
        let text = sent.get(&field("value"));
        let sure = sent.get(&field("sure")) == "true" && sent.get(&field("asked")) == text;
        let series = scene.state.records().series(id);
        if let Some(question) = doubt(scene, series, on, value).filter(|_| !sure) {
            wrong.ask(&field("sure"), question);
        }
        readings.push((id, Reading { on, value, ..Reading::default() }));
    }
    if readings.is_empty() && !wrong.any() {
        wrong.whole.push("No value was typed. Type at least one.".into());
    }
    if wrong.any() || wrong.asks_anything() { Err(wrong) } else { Ok(readings) }
}

/// Whether the post acted as is accountable or responsible for an indicator.
fn mine(pen: &Pen<'_>, id: IndicatorId) -> bool {
    let posts = pen.scene.posts();
    let acting = pen.scene.acting().map(|it| it.post);
    let now = pen.scene.is_now();
    let held =
        |post| if now { acting == Some(post) } else { posts.iter().any(|it| it.post == post) };
    duty::of(pen.scene.state.records(), id.into(), pen.scene.on)
        .any(|it| matches!(it.role, Role::Accountable | Role::Responsible) && held(it.post))
}

fn drawn<'s>(pen: &Pen<'_>, typed: &dyn Fn(&str) -> &'s str, wrong: &Wrong, key: String) -> Markup {
    let now = pen.scene.is_now();
    let all: Vec<Figure> = due::figures(pen.view())
        .into_iter()
        .filter(|it| if now { writes(pen, it.indicator) } else { true })
        .collect();
    let own: Vec<Figure> = all.iter().filter(|it| mine(pen, it.indicator)).copied().collect();
    let (ours, others) = (own.len(), all.len());
    let everything = own.is_empty() || pen.scene.here.get("of") == Some("all");
    // What was typed stays on the page, whichever part of the rows that one showed.
    let kept = |it: &Figure| !typed(&format!("value-{}", it.indicator)).is_empty();
    let figures: Vec<Figure> = match everything {
        true => all,
        false => all.into_iter().filter(|it| kept(it) || own.contains(it)).collect(),
    };
    let shown = &figures[..figures.len().min(ROWS_MAX)];
    let saved = pen.scene.here.get("saved").and_then(|it| it.parse::<usize>().ok());
    let content = html! {
        header { h1 { "Enter figures" } }
        @if let Some(n) = saved.filter(|_| !wrong.any()) {
            (ui::notice(&Notice::new(Tone::Good, if n == 1 { "One figure is saved".to_owned() } else { format!("{n} figures are saved") })))
        }
        (choices(pen, everything, ours, others))
        @if figures.is_empty() {
            (nothing(pen))
        } @else if pen.scene.by().is_ok() {
            (ui::grid(&Grid {
                action: PATH.into(),
                idempotency_key: key,
                rows: shown.iter().map(|it| row(pen, it, typed, wrong)).collect(),
                errors: wrong.whole.clone(),
            }))
            @if figures.len() > shown.len() { p.quiet { (figures.len() - shown.len()) " more when these are entered." } }
        } @else {
            ul.rows { @for it in shown { (told(pen, it)) } }
        }
    };
    let kinds = [Kind::Indicator, Kind::Duty, Kind::Tenure].map(|it| it.plural().to_owned());
    let page = Page::new(pen.scene, "Enter figures").within(Section::MyPost).at(PATH);
    match wrong.any() || wrong.asks_anything() {
        // What answers a POST cannot be asked for again.
        true => page.show(content),
        false => {
            Page::new(pen.scene, "Enter figures").within(Section::MyPost).live(kinds).show(content)
        }
    }
}

/// Mine, or all that I may enter: where the two differ.
fn choices(pen: &Pen<'_>, everything: bool, ours: usize, all: usize) -> Markup {
    let here = pen.scene.here.without(&["of", "saved"]);
    let here = ui::Query { path: PATH.into(), ..here };
    html! {
        @if ours > 0 && ours < all {
            nav.ranges aria-label="Whose figures" {
                a href=(here.href()) aria-current=[(!everything).then_some("true")] { "Mine (" (ours) ")" }
                a href=(here.with("of", "all").href()) aria-current=[everything.then_some("true")] { "All I may enter (" (all) ")" }
            }
        }
    }
}

fn nothing(pen: &Pen<'_>) -> Markup {
    let records = pen.scene.state.records();
    let may = |it: &IndicatorId| !pen.scene.is_now() || writes(pen, *it);
    let next = records.indicators.ids().filter(may).filter_map(|it| due::next(pen.view(), it));
    let next = next.min_by_key(|it| (it.period, it.indicator));
    let text = next.map_or_else(
        || "You answer for no indicator that stands. Whoever administers the register can give your post a duty.".into(),
        |it| {
            let name = pen.title(it.indicator.into());
            format!("The next is {name}, once its period is over on {}.", day_text(it.period))
        },
    );
    empty(&Empty {
        title: "No figure is due".into(),
        text,
        steps: vec![Link::to(pen.scene.href("/indicators"), "Look at the indicators")],
    })
}

fn last(pen: &Pen<'_>, it: &Figure) -> Option<String> {
    let row = pen.scene.state.records().indicators.get(it.indicator)?;
    it.last.map(|(on, value)| format!("{} for {}", number(value), period::of(row, on)))
}

fn told(pen: &Pen<'_>, it: &Figure) -> Markup {
    let late = it.is_late(pen.scene.on);
    html! {
        li {
            span { (pen.link(it.indicator.into()).show()) " " span.quiet { (last(pen, it).unwrap_or_default()) } }
            span.late[late] { @if late { "Late: " } (ui::day(it.due_by)) }
        }
    }
}

fn row<'s>(pen: &Pen<'_>, it: &Figure, typed: &dyn Fn(&str) -> &'s str, wrong: &Wrong) -> GridRow {
    let name = it.indicator.to_string();
    let field = |what: &str| format!("{what}-{name}");
    let on = typed(&field("on"));
    let filled = |on: Date| on.to_string();
    let unit = pen.scene.state.records().indicators.get(it.indicator);
    let errors = [field("on"), field("value")];
    GridRow {
        link: Link::to(pen.href(it.indicator.into()), pen.title(it.indicator.into())),
        unit: unit.and_then(|row| row.measure.near(pen.scene.on).as_deref().map(str::to_owned)),
        last: last(pen, it),
        due: it.due_by,
        late: it.is_late(pen.scene.on),
        on: if on.is_empty() { filled(it.period) } else { on.to_owned() },
        value: typed(&field("value")).to_owned(),
        errors: errors.iter().filter_map(|it| wrong.at(it).cloned()).collect(),
        question: wrong.asks(&field("sure")).cloned(),
        name,
    }
}
