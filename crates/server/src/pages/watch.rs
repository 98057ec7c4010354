//! The watch: which posts that law requires are missing or empty, who holds what excludes one another,
//! and whose days in a capacity come to their limit. On any date, as known at any moment.

use kernel::{
    Kind, Ref,
    id::{PostId, RuleId},
    read::{
        watch::{self, Finding, Grade, What},
        who,
    },
    rule::Sort,
    status,
};
use maud::{Markup, html};

use super::{Page, Pen, Section, capital};
use crate::{
    Scene,
    ui::{self, Empty, Link, Table, TableRow, empty, table},
};

/// Rows of one table.
const ROWS_MAX: usize = 300;

/// `GET /watch`
pub async fn show(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let found = watch::watch(pen.view());
    let rules = pen.view().list(Kind::Rule, false).count();
    let only = scene.here.get("only") == Some("statutory");
    let of = |sort: fn(&Finding) -> bool| -> Vec<&Finding> {
        found.iter().filter(|it| sort(it)).collect()
    };
    let together = of(|it| matches!(it.what, What::Together { .. }));
    let long = of(|it| matches!(it.what, What::Long { .. }));
    let content = html! {
        header {
            h1 { "Watch" }
            p.quiet { "What rules find. Nothing is refused for it: what is so, is so, and here it is said." }
        }
        @if rules == 0 && !only {
            (empty(&Empty {
                title: "No rules yet".into(),
                text: "A rule says that law requires a post, that one person may not hold two posts, or how long somebody may act. Bring in a pack for your sector, or establish one of your own.".into(),
                steps: vec![Link::to("/rule-packs", "Choose a pack"), Link::to("/rules/new", "Establish a rule")],
            }))
        }
        @if rules > 0 || !found.is_empty() {
            section.stack #required { h2 { "Posts that law requires" } (required(&pen, &found, only)) }
        }
        @if only { p { a href=(scene.here.without(&["only"]).href()) { "The whole watch" } } }
        @if rules > 0 && !only {
            section.stack #together { h2 { "Posts that exclude one another" }
                @if together.is_empty() { p.quiet { "Nobody holds two posts that exclude one another, now or by what is recorded for later." } }
                @else { (others(&pen, &together, "The gravest first")) } }
            section.stack #limits { h2 { "Limits of a capacity" }
                @if long.is_empty() { p.quiet { "Nobody’s days in a limited capacity come near the limit." } }
                @else { (others(&pen, &long, "The gravest first")) } }
            p { a href=(scene.href("/rules")) { "All " (rules) @if rules == 1 { " rule" } @else { " rules" } } " · "
                a href=(scene.href("/rule-packs")) { "Packs of rules" } " · "
                a href=(scene.href("/gaps")) { "Gap-days" } }
        }
    };
    let kinds = [Kind::Rule, Kind::Post, Kind::Tenure, Kind::Person];
    Page::new(&scene, "Watch").within(Section::Rules).live(kinds.map(Kind::plural)).show(content)
}

/// Every required post with how it stands, those that are not as they should be first.
fn required(pen: &Pen<'_>, found: &[Finding], only: bool) -> Markup {
    let view = pen.view();
    let rules = view.list(Kind::Rule, false).filter_map(|it| RuleId::try_from(it).ok());
    let rules: Vec<RuleId> = rules
        .filter(|it| {
            view.records().rules.get(*it).is_some_and(|it| it.sort.0 == Sort::RequiredPost)
        })
        .collect();
    let broken: Vec<&Finding> = found.iter().filter(|it| it.is_of_required_post()).collect();
    let fine = rules.iter().filter(|it| !broken.iter().any(|found| found.rule == Some(**it)));
    let rows: Vec<TableRow> = broken
        .iter()
        .map(|it| row(pen, it.rule, Some(it)))
        .chain(fine.filter(|_| !only).map(|it| row(pen, Some(*it), None)))
        .take(ROWS_MAX)
        .collect();
    let columns = vec![
        ("Required", false),
        ("Source", false),
        ("Post", false),
        ("Held by", false),
        ("State", false),
    ];
    let caption = match broken.len() {
        _ if only => "Not held as law requires".to_owned(),
        0 => format!("{} in all, each held", rows.len()),
        n => format!("{n} of {} not held as law requires", rows.len()),
    };
    html! {
        @if rows.is_empty() && only { p.quiet { "Every post that law requires is held." } }
        @else if rows.is_empty() { p.quiet { "No rule asks for a post, and no post says that law requires it." } }
        @else { (table(&Table { caption, columns, rows })) }
    }
}

fn row(pen: &Pen<'_>, rule: Option<RuleId>, found: Option<&Finding>) -> TableRow {
    let view = pen.view();
    let record = rule.and_then(|it| view.records().rules.get(it));
    let posts: Vec<PostId> = match (record, found.map(|it| &it.what)) {
        (_, Some(What::Empty { posts, .. })) => posts.clone(),
        (Some(it), _) => it.posts.near(view.on()).to_vec(),
        _ => Vec::new(),
    };
    let source = record.and_then(|it| it.source.near(view.on()).clone());
    let holders = posts.iter().flat_map(|it| who::holders(view.records(), *it, view.on()));
    let holders: Vec<Ref> = holders.map(|it| it.person.into()).collect();
    let head = match rule {
        Some(it) => Link::to(pen.href(it.into()), pen.title(it.into())).show(),
        None => html! { "By the post’s own flag" },
    };
    TableRow {
        head,
        cells: vec![
            html! { (source.as_deref().unwrap_or_default()) },
            links(pen, posts.iter().map(|it| Ref::from(*it))),
            links(pen, holders.into_iter()),
            match found {
                Some(it) => state(pen, it),
                None => ui::status(&ui::Status::said(Some(ui::Word::OnTrack), "Held")),
            },
        ],
    }
}

fn links(pen: &Pen<'_>, them: impl Iterator<Item = Ref>) -> Markup {
    html! {
        @for (n, it) in them.enumerate() {
            @if n > 0 { ", " }
            (Link::to(pen.href(it), pen.title(it)).show())
        }
    }
}

/// How it stands, in a word and the days.
fn state(pen: &Pen<'_>, it: &Finding) -> Markup {
    let days = |since| match status::days_between(since, pen.scene.on) {
        1 => "1 day".to_owned(),
        n => format!("{} days", ui::thousands(n)),
    };
    let text = match &it.what {
        What::Missing { named } if named.is_empty() => "No post named".to_owned(),
        What::Missing { .. } => "Its posts have ended".to_owned(),
        What::Empty { since, .. } => format!("Empty, {}", days(*since)),
        What::Otherwise { since, .. } => format!("Held otherwise, {}", days(*since)),
        _ => capital(it.grade.word()),
    };
    ui::status(&ui::Status::said(
        Some(word(it.grade)),
        match it.grade {
            Grade::Grace => format!("{text}, in grace"),
            _ => text,
        },
    ))
}

/// The word that a grade is drawn with.
pub(crate) fn word(it: Grade) -> ui::Word {
    match it {
        Grade::Broken => ui::Word::OffTrack,
        _ => ui::Word::AtRisk,
    }
}

fn others(pen: &Pen<'_>, found: &[&Finding], caption: &str) -> Markup {
    let row = |it: &&Finding| TableRow {
        head: html! { (says(pen, it)) },
        cells: vec![
            html! { @if let Some(rule) = it.rule { (Link::to(pen.href(rule.into()), pen.title(rule.into())).show()) } },
            links(pen, it.about().into_iter().filter(|it| it.kind == Kind::Tenure)),
            ui::status(&ui::Status::said(Some(word(it.grade)), capital(it.grade.word()))),
        ],
    };
    let rows = found.iter().take(ROWS_MAX).map(row).collect();
    let columns =
        vec![("What is so", false), ("Rule", false), ("Tenures", false), ("State", false)];
    table(&Table { caption: caption.into(), columns, rows })
}

/// A finding in a sentence.
pub(crate) fn says(pen: &Pen<'_>, it: &Finding) -> String {
    it.says(pen.scene.on, &|of| pen.title(of))
}

/// What rules find, as a short list that leads to each rule; for pages about something else.
pub(crate) fn lines(pen: &Pen<'_>, found: &[Finding]) -> Markup {
    html! {
        ul.rows {
            @for it in found {
                li {
                    span { (says(pen, it)) br;
                        span.quiet.small {
                            @match it.rule {
                                Some(rule) => (Link::to(pen.href(rule.into()), pen.title(rule.into())).show()),
                                None => "The post itself says that law requires it",
                            }
                        } }
                    (ui::status(&ui::Status::said(Some(word(it.grade)), capital(it.grade.word()))))
                }
            }
        }
    }
}
