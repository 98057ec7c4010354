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
        self, Chart, Class, Differs, Empty, Link, Point, Query, Table, TableRow, chart, day_text,
        differs, empty, table, thousands,
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
    let all = asked.counted(&pen);
    let (open, running) = running(&pen);
    let now = pen.present().map(|it| Now { pen: it, all: asked.counted(it) });
    let now = now.as_ref();
    let open_now = now.map(|it| self::running(it.pen)).filter(|it| *it != (open, running));
    let content = html! {
        header {
            h1 { "Gap-days" @if let Some(of) = asked.of() { " of " (pen.title(of)) } }
            p.quiet { "Each day on which a duty had a post and the post had nobody counts once. Counted from "
                (day_text(asked.period.start)) " until " (day_text(asked.period.end)) "." }
        }
        p { strong { (thousands(all.days())) } " gap-days in this time" (number_now(all.days(), now.map(|it| it.all.days()))) ". On " (day_text(scene.on)) ", "
            a href=(duties(&scene)) { (uncovered(open)) }
            ", for " (thousands(running)) " days so far."
            @if let Some((open, running)) = open_now {
                (differs(&Differs::new(format!("{}, for {} days so far", uncovered(open), thousands(running)))))
            } }
        (periods(&scene))
        @if all.all.is_empty() {
            (empty(&Empty {
                title: "No duty had nobody".into(),
                text: "In this time somebody held, acted in or covered every post that answers for something.".into(),
                steps: vec![Link::to(scene.href("/establishment"), "See the establishment")],
            }))
        } @else {
            section.stack { h2 { "Over time" } (over_time(&scene, &asked, &all, now)) }
            @if asked.post.is_none() { section.stack { h2 { "By unit" } (by_unit(&pen, &asked, &all, now)) } }
            @if asked.post.is_none() { section.stack { h2 { "By post" } (by_post(&pen, &asked, &all, now)) } }
            section.stack { h2 { "Each gap" } (each(&pen, &all, now)) }
        }
    };
    let kinds = [Kind::Duty, Kind::Post, Kind::Tenure, Kind::Person, Kind::Unit];
    Ok(Page::new(&scene, "Gap-days")
        .within(Section::Establishment)
        .live(kinds.map(Kind::plural))
        .marked()
        .show(content))
}

/// The gaps of the same time, as they are known now.
struct Now<'a> {
    pen: &'a Pen<'a>,
    all: Gaps,
}

/// Duties that have nobody on the day looked at, and the days that makes so far.
fn running(pen: &Pen<'_>) -> (usize, i64) {
    let (records, on) = (pen.view().records(), pen.view().on());
    let open = who::uncovered(records, on);
    (open.len(), open.iter().map(|it| days_between(it.2, on)).sum())
}

fn uncovered(n: usize) -> String {
    format!("{n} {} uncovered", if n == 1 { "duty is" } else { "duties are" })
}

/// A number of gap-days, if it is another now.
fn number_now(then: i64, now: Option<i64>) -> Markup {
    html! {
        @if let Some(it) = now.filter(|it| *it != then) { (differs(&Differs::new(thousands(it)))) }
    }
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
    /// What was asked for, as the pen's state knows it.
    fn counted(&self, pen: &Pen<'_>) -> Gaps {
        let records = pen.view().records();
        let mut all = Gaps::of(records, &self.period);
        if let Some(it) = self.unit {
            all = all.in_unit(records, it);
        }
        if let Some(it) = self.post {
            all = all.of_post(it);
        }
        all
    }

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

fn over_time(scene: &Scene, asked: &Asked, all: &Gaps, now: Option<&Now<'_>>) -> Markup {
    let months = all.by_month(&asked.period);
    // Of the same period, so that the months are the same.
    let months_now = now.map(|it| it.all.by_month(&asked.period));
    let name = |it: &Range<Date>| it.start.strftime("%b %Y").to_string();
    let point = |(month, days): &(Range<Date>, i64)| Point {
        on: month.start,
        tick: name(month),
        value: *days,
        class: Class::Common,
        excluded: false,
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
    let row = |(n, (month, days)): (usize, &(Range<Date>, i64))| {
        let is = months_now.as_ref().and_then(|it| it.get(n)).map(|it| it.1);
        let query = scene.here.without(&["months"]);
        let query =
            query.with("from", month.start.to_string()).with("until", month.end.to_string());
        TableRow {
            head: html! { (month.start.strftime("%B %Y").to_string()) },
            cells: vec![html! { (number(*days, query)) (number_now(*days, is)) }],
        }
    };
    let table_ = Table {
        caption: "The newest first".into(),
        columns: vec![("Month", false), ("Gap-days", true)],
        rows: months.iter().enumerate().rev().take(ROWS_MAX).map(row).collect(),
    };
    html! {
        @if months.len() > 1 { (chart(&drawn)) details { summary { "The figures" } (table(&table_)) } }
        @else { (table(&table_)) }
    }
}

fn number(days: i64, query: Query) -> Markup {
    html! { @if days == 0 { "0" } @else { a href=(query.href()) { (thousands(days)) } } }
}

fn by_unit(pen: &Pen<'_>, asked: &Asked, all: &Gaps, now: Option<&Now<'_>>) -> Markup {
    let scene = pen.scene;
    let units_now = now.map(|it| it.all.by_unit(it.pen.view().records()));
    let is = |unit: &UnitId| units_now.as_ref().map(|it| it.get(unit).copied().unwrap_or_default());
    let mut units: Vec<_> = all.by_unit(scene.state.records()).into_iter().collect();
    units.retain(|it| Some(it.0) != asked.unit);
    units.sort_by_key(|it| std::cmp::Reverse(it.1.all));
    let row = |(unit, it): &(UnitId, kernel::read::gaps::OfUnit)| TableRow {
        head: named(pen, (*unit).into()),
        cells: vec![
            html! { a href=(narrowed(scene, "unit", &unit.to_string())) { (thousands(it.all)) } (number_now(it.all, is(unit).map(|it| it.all))) },
            html! { (thousands(it.own)) (number_now(it.own, is(unit).map(|it| it.own))) },
        ],
    };
    let rows: Vec<TableRow> = units.iter().take(ROWS_MAX).map(row).collect();
    let columns =
        vec![("Unit", false), ("Gap-days, with units beneath", true), ("Of its own posts", true)];
    let caption = shown_of("The most first", rows.len(), units.len());
    html! { @if rows.is_empty() { p.quiet { "All of it is of its own posts." } } @else { (table(&Table { caption, columns, rows })) } }
}

fn by_post(pen: &Pen<'_>, asked: &Asked, all: &Gaps, now: Option<&Now<'_>>) -> Markup {
    let scene = pen.scene;
    let posts_now = now.map(|it| it.all.by_post());
    let is = |post: &PostId| posts_now.as_ref().map(|it| it.get(post).copied().unwrap_or_default());
    let mut posts: Vec<_> = all.by_post().into_iter().collect();
    posts.sort_by_key(|it| std::cmp::Reverse(it.1));
    let row = |(post, days): &(PostId, i64)| TableRow {
        head: named(pen, (*post).into()),
        cells: vec![
            html! { a href=(narrowed(scene, "post", &post.to_string())) { (thousands(*days)) } (number_now(*days, is(post))) },
            html! {
                @if let Some(it) = pen.status((*post).into()) { (ui::status(&it)) }
                @if let Some(it) = pen.status_now((*post).into()) { (differs(&it)) }
            },
        ],
    };
    let rows: Vec<TableRow> = posts.iter().take(ROWS_MAX).map(row).collect();
    let now = if asked.period.end == scene.on { "Now" } else { "On the day looked at" };
    let columns = vec![("Post", false), ("Gap-days of its duties", true), (now, false)];
    let caption = shown_of("The most first", rows.len(), posts.len());
    table(&Table { caption, columns, rows })
}

/// Its name as a link, with how it is called now.
fn named(pen: &Pen<'_>, of: Ref) -> Markup {
    html! { (pen.link(of).show()) @if let Some(it) = pen.name_now(of) { (differs(&it)) } }
}

fn each(pen: &Pen<'_>, all: &Gaps, now: Option<&Now<'_>>) -> Markup {
    let changed = |it: &Gap| {
        let all = &now?.all.all;
        // Duty by duty, in the order of their numbers.
        let first = all.partition_point(|now| now.duty < it.duty);
        let of = all[first..].iter().take_while(|now| now.duty == it.duty);
        let meets = |now: &&Gap| now.days.start < it.days.end && it.days.start < now.days.end;
        let theirs: Vec<&Gap> = of.filter(meets).collect();
        match theirs.as_slice() {
            [] => Some("no gap".to_owned()),
            [now] if now.days == it.days && now.post == it.post => None,
            them => {
                let span = |it: &&Gap| {
                    format!("{} until {}", day_text(it.days.start), day_text(it.days.end))
                };
                Some(them.iter().map(span).collect::<Vec<_>>().join("; "))
            }
        }
    };
    let mut gaps: Vec<&Gap> = all.all.iter().collect();
    gaps.sort_by_key(|it| std::cmp::Reverse((it.length(), it.duty)));
    let row = |it: &&Gap| TableRow {
        head: named(pen, it.subject),
        cells: vec![
            named(pen, it.post.into()),
            ui::day(it.days.start),
            ui::day(it.days.end),
            html! {
                (thousands(it.length()))
                @if let Some(it) = changed(it) { (differs(&Differs::new(it))) }
            },
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
