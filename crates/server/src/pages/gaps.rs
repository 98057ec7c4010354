//! Gap-days: the days on which a duty had nobody, month by month, unit by unit, post by post. Each number
//! opens what it counts.

use std::ops::Range;

use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    id::{PostId, UnitId},
    read::{
        gaps::{Gap, Gaps, months_before},
        who,
    },
    status::days_between,
};
use maud::{Markup, html};

use super::{Page, Pen, Section};
use crate::{
    Problem, Scene,
    ui::{
        self, Chart, Class, Empty, Link, Point, Query, Table, TableRow, chart, day_text, empty,
        table, thousands,
    },
};

/// Months that are looked back, if nothing is said.
pub const MONTHS: i32 = 24;
/// Periods that are offered, in months.
const OFFERED: [i32; 4] = [12, 24, 36, 60];
/// Rows of one table.
const ROWS_MAX: usize = 100;
/// The chart is broken where a month is missing, which none is.
const MONTH_DAYS: i32 = 40;

/// What was asked for.
struct Asked {
    period: Range<Date>,
    unit: Option<UnitId>,
    post: Option<PostId>,
}

/// `GET /gaps`
pub async fn show(scene: Scene) -> Result<Markup, Problem> {
    let asked = read(&scene)?;
    let pen = Pen::new(&scene);
    let records = scene.state.records();
    let all = Gaps::of(records, &asked.period);
    let all = asked.unit.map_or_else(|| all.clone(), |it| all.in_unit(records, it));
    let all = asked.post.map_or_else(|| all.clone(), |it| all.of_post(it));
    let open = who::uncovered(records, scene.on);
    let running: i64 = open.iter().map(|it| days_between(it.2, scene.on)).sum();
    let content = html! {
        header {
            h1 { "Gap-days" @if let Some(of) = asked.of() { " of " (pen.title(of)) } }
            p.quiet { "Each day on which a duty had a post and the post had nobody counts once. Counted from "
                (day_text(asked.period.start)) " until " (day_text(asked.period.end)) "." }
        }
        p { strong { (thousands(all.days())) } " gap-days in this time. On " (day_text(scene.on)) ", "
            a href=(duties(&scene)) { (open.len()) @if open.len() == 1 { " duty is" } @else { " duties are" } " uncovered" }
            ", for " (thousands(running)) " days so far." }
        (periods(&scene))
        @if all.all.is_empty() {
            (empty(&Empty {
                title: "No duty had nobody".into(),
                text: "In this time somebody held, acted in or covered every post that answers for something.".into(),
                steps: vec![Link::to(scene.href("/establishment"), "See the establishment")],
            }))
        } @else {
            section.stack { h2 { "Over time" } (over_time(&scene, &asked, &all)) }
            @if asked.post.is_none() { section.stack { h2 { "By unit" } (by_unit(&pen, &asked, &all)) } }
            @if asked.post.is_none() { section.stack { h2 { "By post" } (by_post(&pen, &asked, &all)) } }
            section.stack { h2 { "Each gap" } (each(&pen, &all)) }
        }
    };
    let kinds = [Kind::Duty, Kind::Post, Kind::Tenure, Kind::Person, Kind::Unit];
    Ok(Page::new(&scene, "Gap-days")
        .within(Section::Establishment)
        .live(kinds.map(Kind::plural))
        .show(content))
}

fn read(scene: &Scene) -> Result<Asked, Problem> {
    let date = |name: &str| match scene.here.get(name) {
        None => Ok(None),
        Some(it) => it.parse().map(Some).map_err(|_| Problem::OddTime(it.to_owned())),
    };
    let of = |name: &str, kind: Kind| match scene.here.get(name).map(|it| scene.find(it)) {
        Some(Ok(it)) if it.kind != kind => {
            let says = format!("{it} is no {}. Give the reference of a {0}.", kind.word());
            Err(Problem::Refused(says))
        }
        found => found.transpose(),
    };
    let until = date("until")?.unwrap_or(scene.on);
    let months = scene.here.get("months").and_then(|it| it.parse().ok());
    let months = months.filter(|it| (1..=240).contains(it)).unwrap_or(MONTHS);
    let from = date("from")?.unwrap_or_else(|| months_before(until, months).start);
    if from >= until {
        let says =
            format!("From {from} until {until} there is no day. Choose an earlier beginning.");
        return Err(Problem::Refused(says));
    }
    Ok(Asked {
        period: from..until,
        unit: of("unit", Kind::Unit)?.and_then(|it| UnitId::try_from(it).ok()),
        post: of("post", Kind::Post)?.and_then(|it| PostId::try_from(it).ok()),
    })
}

impl Asked {
    fn of(&self) -> Option<Ref> {
        self.post.map(Ref::from).or(self.unit.map(Ref::from))
    }
}

/// The same page, narrowed.
fn narrowed(scene: &Scene, name: &str, value: &str) -> String {
    scene.here.with(name, value).href()
}

fn duties(scene: &Scene) -> String {
    scene.query("/duties", [("only", "uncovered")]).href()
}

fn periods(scene: &Scene) -> Markup {
    let plain = scene.here.without(&["from", "until", "months"]);
    let chosen = scene.here.get("months").and_then(|it| it.parse().ok());
    let offered = |n: i32| {
        let text =
            if n % 12 == 0 && n > 12 { format!("{} years", n / 12) } else { "A year".into() };
        let here = chosen.unwrap_or(MONTHS) == n && scene.here.get("from").is_none();
        (Link::to(plain.with("months", n.to_string()).href(), text), here)
    };
    let narrow = ["unit", "post"].into_iter().filter(|it| scene.here.get(it).is_some());
    html! {
        p { @for (n, (link, here)) in OFFERED.map(offered).into_iter().enumerate() {
                @if n > 0 { " · " }
                @if here { strong { (link.text) } } @else { (link.show()) }
            }
            @for it in narrow { " · " a href=(scene.here.without(&[it]).href()) { "Of the whole organisation" } }
        }
    }
}

fn over_time(scene: &Scene, asked: &Asked, all: &Gaps) -> Markup {
    let months = all.by_month(&asked.period);
    let name = |it: &Range<Date>| it.start.strftime("%b %Y").to_string();
    let point = |(month, days): &(Range<Date>, i64)| Point {
        on: month.start,
        tick: name(month),
        value: *days,
        class: Class::Common,
        says: format!("{}: {} gap-days", name(month), thousands(*days)),
    };
    let most = months.iter().max_by_key(|it| it.1);
    let says = most.map(|it| format!("Most in {}: {} gap-days.", name(&it.0), thousands(it.1)));
    let drawn = Chart {
        id: "gap-days".into(),
        title: "Gap-days in each month".into(),
        says: says.unwrap_or_default(),
        one: 1,
        points: months.iter().map(point).collect(),
        gap_days: MONTH_DAYS,
        ..Chart::default()
    };
    let row = |(month, days): &(Range<Date>, i64)| {
        let query = scene.here.without(&["months"]);
        let query =
            query.with("from", month.start.to_string()).with("until", month.end.to_string());
        TableRow {
            head: html! { (month.start.strftime("%B %Y").to_string()) },
            cells: vec![number(*days, query)],
        }
    };
    let table_ = Table {
        caption: "The newest first".into(),
        columns: vec![("Month", false), ("Gap-days", true)],
        rows: months.iter().rev().take(ROWS_MAX).map(row).collect(),
    };
    html! {
        @if months.len() > 1 { (chart(&drawn)) details { summary { "The figures" } (table(&table_)) } }
        @else { (table(&table_)) }
    }
}

fn number(days: i64, query: Query) -> Markup {
    html! { @if days == 0 { "0" } @else { a href=(query.href()) { (thousands(days)) } } }
}

fn by_unit(pen: &Pen<'_>, asked: &Asked, all: &Gaps) -> Markup {
    let scene = pen.scene;
    let mut units: Vec<_> = all.by_unit(scene.state.records()).into_iter().collect();
    units.retain(|it| Some(it.0) != asked.unit);
    units.sort_by_key(|it| std::cmp::Reverse(it.1.all));
    let row = |(unit, it): &(UnitId, kernel::read::gaps::OfUnit)| TableRow {
        head: pen.link((*unit).into()).show(),
        cells: vec![
            html! { a href=(narrowed(scene, "unit", &unit.to_string())) { (thousands(it.all)) } },
            html! { (thousands(it.own)) },
        ],
    };
    let rows: Vec<TableRow> = units.iter().take(ROWS_MAX).map(row).collect();
    let columns =
        vec![("Unit", false), ("Gap-days, with units beneath", true), ("Of its own posts", true)];
    let caption = shown_of("The most first", rows.len(), units.len());
    html! { @if rows.is_empty() { p.quiet { "All of it is of its own posts." } } @else { (table(&Table { caption, columns, rows })) } }
}

fn by_post(pen: &Pen<'_>, asked: &Asked, all: &Gaps) -> Markup {
    let scene = pen.scene;
    let mut posts: Vec<_> = all.by_post().into_iter().collect();
    posts.sort_by_key(|it| std::cmp::Reverse(it.1));
    let row = |(post, days): &(PostId, i64)| TableRow {
        head: pen.link((*post).into()).show(),
        cells: vec![
            html! { a href=(narrowed(scene, "post", &post.to_string())) { (thousands(*days)) } },
            html! { @if let Some(it) = pen.status((*post).into()) { (ui::status(&it)) } },
        ],
    };
    let rows: Vec<TableRow> = posts.iter().take(ROWS_MAX).map(row).collect();
    let now = if asked.period.end == scene.on { "Now" } else { "On the day looked at" };
    let columns = vec![("Post", false), ("Gap-days of its duties", true), (now, false)];
    let caption = shown_of("The most first", rows.len(), posts.len());
    table(&Table { caption, columns, rows })
}

fn each(pen: &Pen<'_>, all: &Gaps) -> Markup {
    let mut gaps: Vec<&Gap> = all.all.iter().collect();
    gaps.sort_by_key(|it| std::cmp::Reverse((it.length(), it.duty)));
    let row = |it: &&Gap| TableRow {
        head: pen.link(it.subject).show(),
        cells: vec![
            pen.link(it.post.into()).show(),
            ui::day(it.days.start),
            ui::day(it.days.end),
            html! { (thousands(it.length())) },
        ],
    };
    let rows: Vec<TableRow> = gaps.iter().take(ROWS_MAX).map(row).collect();
    let columns = vec![
        ("Answered for", false),
        ("By", false),
        ("From", false),
        ("Until", false),
        ("Gap-days", true),
    ];
    let caption =
        shown_of("The longest first, as far as they lie in this time", rows.len(), gaps.len());
    table(&Table { caption, columns, rows })
}

fn shown_of(order: &str, shown: usize, all: usize) -> String {
    match all > shown {
        true => format!("{order}: {shown} of {all}"),
        false => format!("{order}: {all} in all"),
    }
}
