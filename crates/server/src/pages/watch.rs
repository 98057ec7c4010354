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
    ui::{self, Differs, Empty, Link, Several, Table, TableRow, Turnover, differs, empty, table},
};

/// Rows of one table.
const ROWS_MAX: usize = 300;
/// Findings named of those that are made now only.
const NAMED_MAX: usize = 10;

/// `GET /watch`
pub async fn show(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let found = watch::watch(pen.view());
    let now = pen.present().map(|it| Now { pen: it, found: watch::watch(it.view()) });
    let now = now.as_ref();
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
        @if let Some(it) = now { (turned(&pen, &found, it, only)) }
        @if rules == 0 && !only {
            (empty(&Empty {
                title: "No rules yet".into(),
                text: "A rule says that law requires a post, that one person may not hold two posts, or how long somebody may act. Bring in a pack for your sector, or establish one of your own.".into(),
                steps: vec![Link::to("/rule-packs", "Choose a pack"), Link::to("/rules/new", "Establish a rule")],
            }))
        }
        @if rules > 0 || !found.is_empty() {
            section.stack #required { h2 { "Posts that law requires" } (required(&pen, &found, only, now)) }
        }
        @if only { p { a href=(scene.here.without(&["only"]).href()) { "The whole watch" } } }
        @if rules > 0 && !only {
            section.stack #together { h2 { "Posts that exclude one another" }
                @if together.is_empty() { p.quiet { "Nobody holds two posts that exclude one another, now or by what is recorded for later." } }
                @else { (others(&pen, &together, "The gravest first", now)) } }
            section.stack #limits { h2 { "Limits of a capacity" }
                @if long.is_empty() { p.quiet { "Nobody’s days in a limited capacity come near the limit." } }
                @else { (others(&pen, &long, "The gravest first", now)) } }
            p { a href=(scene.href("/rules")) { "All " (rules) @if rules == 1 { " rule" } @else { " rules" } } " · "
                a href=(scene.href("/rule-packs")) { "Packs of rules" } " · "
                a href=(scene.href("/gaps")) { "Gap-days" } }
        }
    };
    let kinds = [Kind::Rule, Kind::Post, Kind::Tenure, Kind::Person];
    Page::new(&scene, "Watch")
        .within(Section::Rules)
        .live(kinds.map(Kind::plural))
        .marked()
        .show(content)
}

/// What the rules find now, while another time is looked at.
struct Now<'a> {
    pen: &'a Pen<'a>,
    found: Vec<Finding>,
}

/// What makes two findings the same at two times: a required post by its rule, or itself; the rest by
/// whom and which post they are about as well.
fn same(a: &Finding, b: &Finding) -> bool {
    let who = |it: &Finding| match &it.what {
        What::Missing { .. } | What::Otherwise { .. } => (None, None),
        What::Empty { posts, .. } => (None, posts.first().copied().filter(|_| it.rule.is_none())),
        What::Together { person, .. } => (Some(*person), None),
        What::Long { person, post, .. } => (Some(*person), Some(*post)),
    };
    a.rule == b.rule && who(a) == who(b)
}

impl Now<'_> {
    fn like(&self, it: &Finding) -> Option<&Finding> {
        self.found.iter().find(|now| same(now, it))
    }
}

/// Rules that stand at only one of the two times, and what is found now and was not then.
fn turned(pen: &Pen<'_>, found: &[Finding], now: &Now<'_>, only: bool) -> Markup {
    let new = now.found.iter().filter(|it| !only || it.is_of_required_post());
    let new: Vec<&Finding> = new.filter(|it| !found.iter().any(|then| same(then, it))).collect();
    let link = |it: &&Finding| {
        let of = it.rule.map(Ref::from).or_else(|| it.about().first().copied());
        let href = of.map_or_else(|| pen.scene.href("/watch"), |it| pen.href(it));
        Link::to(href, says(now.pen, it))
    };
    let first = new.iter().take(NAMED_MAX).map(link).collect();
    let findings = Turnover {
        things: "Found".into(),
        only_now: Several { count: new.len(), first },
        ..Turnover::default()
    };
    html! {
        @if let Some(it) = pen.turnover(Kind::Rule) { (ui::turnover(&it)) }
        (ui::turnover(&findings))
    }
}

/// Every required post with how it stands, those that are not as they should be first.
fn required(pen: &Pen<'_>, found: &[Finding], only: bool, now: Option<&Now<'_>>) -> Markup {
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
        .map(|it| row(pen, it.rule, Some(it), now))
        .chain(fine.filter(|_| !only).map(|it| row(pen, Some(*it), None, now)))
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

fn row(
    pen: &Pen<'_>,
    rule: Option<RuleId>,
    found: Option<&Finding>,
    now: Option<&Now<'_>>,
) -> TableRow {
    let view = pen.view();
    let record = rule.and_then(|it| view.records().rules.get(it));
    let posts = posts_of(pen, rule, found);
    let source = record.and_then(|it| it.source.near(view.on()).clone());
    let holders = holders_of(pen, &posts);
    let head = match rule {
        Some(it) => html! {
            (Link::to(pen.href(it.into()), pen.title(it.into())).show())
            @if let Some(it) = pen.name_now(it.into()) { (differs(&it)) }
        },
        None => html! { "By the post’s own flag" },
    };
    let changed = now.and_then(|now| row_now(pen, rule, (&posts, &holders, found), now));
    TableRow {
        head,
        cells: vec![
            html! { (source.as_deref().unwrap_or_default()) },
            links(pen, posts.iter().map(|it| Ref::from(*it))),
            links(pen, holders.into_iter()),
            html! {
                @match found {
                    Some(it) => (state(pen, it)),
                    None => (ui::status(&ui::Status::said(Some(ui::Word::OnTrack), "Held"))),
                }
                @if let Some(it) = changed { (differs(&it)) }
            },
        ],
    }
}

fn posts_of(pen: &Pen<'_>, rule: Option<RuleId>, found: Option<&Finding>) -> Vec<PostId> {
    let view = pen.view();
    let record = rule.and_then(|it| view.records().rules.get(it));
    match (record, found.map(|it| &it.what)) {
        (_, Some(What::Empty { posts, .. })) => posts.clone(),
        (Some(it), _) => it.posts.near(view.on()).to_vec(),
        _ => Vec::new(),
    }
}

fn holders_of(pen: &Pen<'_>, posts: &[PostId]) -> Vec<Ref> {
    let (records, on) = (pen.view().records(), pen.view().on());
    let holders = posts.iter().flat_map(|it| who::holders(records, *it, on));
    holders.map(|it| it.person.into()).collect()
}

/// How a required post stands now: its posts, who is in them, or what is found of it.
fn row_now(
    pen: &Pen<'_>,
    rule: Option<RuleId>,
    (posts, holders, found): (&[PostId], &[Ref], Option<&Finding>),
    now: &Now<'_>,
) -> Option<Differs> {
    // That a rule stands at only one of the times is said above.
    if rule.is_some_and(|it| !now.pen.view().stands(it.into())) {
        return Some(Differs::new("no longer a rule"));
    }
    let found_now = match (rule, found) {
        (Some(rule), _) => {
            let of = |it: &&Finding| it.rule == Some(rule) && it.is_of_required_post();
            now.found.iter().find(of)
        }
        (None, Some(it)) => now.like(it),
        (None, None) => None,
    };
    let posts_now = match rule {
        Some(_) => posts_of(now.pen, rule, found_now),
        None => posts.to_vec(),
    };
    let holders_now = holders_of(now.pen, &posts_now);
    let titles = |pen: &Pen<'_>, them: &[Ref]| {
        them.iter().map(|it| pen.title(*it)).collect::<Vec<_>>().join(", ")
    };
    let refs = |them: &[PostId]| them.iter().map(|it| Ref::from(*it)).collect::<Vec<_>>();
    let names = [titles(pen, &refs(posts)), titles(now.pen, &refs(&posts_now))];
    let mut says = Vec::new();
    if names[0] != names[1] {
        says.push(if names[1].is_empty() { "no post".into() } else { names[1].clone() });
    }
    let stood = |pen: &Pen<'_>, it: Option<&Finding>| it.map_or("held".into(), |it| told(pen, it));
    let (then, is) = (stood(pen, found), stood(now.pen, found_now));
    if then != is {
        says.push(is.clone());
    }
    if holders != holders_now.as_slice() && (then == is || found_now.is_none()) {
        says.push(match titles(now.pen, &holders_now) {
            it if it.is_empty() => "by nobody".into(),
            it => format!("by {it}"),
        });
    }
    (!says.is_empty()).then(|| Differs::new(says.join(", ")))
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
    ui::status(&ui::Status::said(Some(word(it.grade)), told(pen, it)))
}

fn told(pen: &Pen<'_>, it: &Finding) -> String {
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
    match it.grade {
        Grade::Grace => format!("{text}, in grace"),
        _ => text,
    }
}

/// The word that a grade is drawn with.
pub(crate) fn word(it: Grade) -> ui::Word {
    match it {
        Grade::Broken => ui::Word::OffTrack,
        _ => ui::Word::AtRisk,
    }
}

fn others(pen: &Pen<'_>, found: &[&Finding], caption: &str, now: Option<&Now<'_>>) -> Markup {
    let changed = |it: &Finding| {
        let now = now?;
        let Some(like) = now.like(it) else { return Some(Differs::new("no longer so")) };
        let is = says(now.pen, like);
        (is != says(pen, it) || like.grade != it.grade)
            .then(|| Differs::new(format!("{}: {is}", like.grade.word())))
    };
    let row = |it: &&Finding| TableRow {
        head: html! { (says(pen, it)) },
        cells: vec![
            html! { @if let Some(rule) = it.rule { (Link::to(pen.href(rule.into()), pen.title(rule.into())).show()) } },
            links(pen, it.about().into_iter().filter(|it| it.kind == Kind::Tenure)),
            html! {
                (ui::status(&ui::Status::said(Some(word(it.grade)), capital(it.grade.word()))))
                @if let Some(it) = changed(it) { (differs(&it)) }
            },
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
