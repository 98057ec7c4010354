//! The first page: how the organisation stands now, and what the visitor answers for.

use std::collections::BTreeMap;

use kernel::{
    Kind, Ref, duty,
    read::{
        view::Status,
        who::{self, Cover},
    },
    status::Word,
};
use maud::{Markup, html};

use super::{Page, Pen, capital, organisation, pen::word};
use crate::{
    Scene,
    scene::Acting,
    ui::{self, Empty, Link, empty, status, word_icon},
};

/// Kinds whose statuses are counted.
const COUNTED: [Kind; 5] =
    [Kind::Plan, Kind::Objective, Kind::Indicator, Kind::Initiative, Kind::Action];
/// Duties listed under one post; its own page has them all.
const DUTIES_MAX: usize = 30;

/// `GET /`
pub async fn show(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let title = organisation(&scene);
    let content = html! {
        header { h1 { (title) } }
        (posts(&pen))
        section.stack { h2 { "How it stands" } (counts(&pen)) }
        section.stack { h2 { "What is missing" } (missing(&pen)) }
        section.stack { h2 { "Everything" } (everything(&pen)) }
    };
    Page::new(&scene, "Now").live(["*"]).show(content)
}

fn list(pen: &Pen<'_>, kind: Kind, narrowed: &[(&str, &str)]) -> String {
    let mut it = ui::Query::new(format!("/{}", kind.plural()), []);
    for (name, value) in narrowed {
        it = it.with(name, *value);
    }
    for name in ["at", "known"] {
        if let Some(value) = pen.scene.here.get(name) {
            it = it.with(name, value);
        }
    }
    it.href()
}

fn counts(pen: &Pen<'_>) -> Markup {
    let mut rows = Vec::new();
    for kind in COUNTED {
        let mut words = [0_usize; 4];
        for it in pen.view().list(kind, false).filter_map(|it| pen.view().derived().standing(it)) {
            words[it.word as usize] += 1;
        }
        if words.iter().sum::<usize>() > 0 {
            rows.push((kind, words));
        }
    }
    if rows.is_empty() {
        return begin(pen);
    }
    let columns = [Word::OffTrack, Word::AtRisk, Word::NoSignal, Word::OnTrack];
    html! {
        table.list role="table" {
            caption { "Each number opens its list" }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { "Of" }
                @for it in columns { th.number scope="col" role="columnheader" { (word(it).text()) } }
            } }
            tbody role="rowgroup" {
                @for (kind, words) in &rows {
                    tr role="row" {
                        th scope="row" role="rowheader" { a href=(list(pen, *kind, &[])) { (capital(kind.plural())) } }
                        @for it in columns {
                            td.number role="cell" data-label=(word(it).text()) data-word=(word(it).key()) {
                                a.count href=(list(pen, *kind, &[("status", it.word())])) {
                                    (word_icon(word(it))) (words[it as usize])
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What to do first.
fn begin(pen: &Pen<'_>) -> Markup {
    let steps = match pen.scene.by() {
        Ok(_) => vec![
            Link::to("/import", "Import a file"),
            Link::to("/units/new", "Establish a unit"),
            Link::to("/posts/new", "Establish a post"),
            Link::to("/plans/new", "Establish a plan"),
        ],
        Err(_) => Vec::new(),
    };
    empty(&Empty {
        title: "There is no plan here yet".into(),
        text: "Bring in the establishment, then the plan, then what is measured; or write the first of each here. What serves what shows from then on.".into(),
        steps,
    })
}

fn missing(pen: &Pen<'_>) -> Markup {
    let (view, records) = (pen.view(), pen.scene.state.records());
    let derived = view.derived();
    let vacant = view
        .list(Kind::Post, false)
        .filter(|it| matches!(view.status(*it), Status::Cover(Cover::Vacant { .. })));
    let mut orphans: BTreeMap<Kind, usize> = BTreeMap::new();
    for it in derived.orphans().iter() {
        *orphans.entry(it.kind).or_default() += 1;
    }
    let gaps = view
        .list(Kind::Obligation, false)
        .filter(|it| matches!(view.status(*it), Status::Clause(kernel::read::view::Clause::Gap)));
    let objectives = view.list(Kind::Objective, false);
    let unaccountable =
        objectives.filter(|it| duty::accountable(records, *it, pen.scene.on).is_none());
    let mut rows = vec![
        (
            vacant.count(),
            "Posts that nobody holds, acts in or covers".to_owned(),
            list(pen, Kind::Post, &[("status", "vacant")]),
        ),
        (
            who::uncovered(records, pen.scene.on).len(),
            "Duties whose post nobody holds".to_owned(),
            list(pen, Kind::Duty, &[("only", "uncovered")]),
        ),
        (
            unaccountable.count(),
            "Objectives without an accountable post".to_owned(),
            list(pen, Kind::Objective, &[("only", "unaccountable")]),
        ),
        (
            derived.starved().len(),
            format!("Starved objectives, which nothing serves, of {}", derived.live_objectives()),
            list(pen, Kind::Objective, &[("only", "starved")]),
        ),
        (
            gaps.count(),
            "Obligations without a control".to_owned(),
            list(pen, Kind::Obligation, &[("status", "gap")]),
        ),
    ];
    rows.extend(orphans.into_iter().map(|(kind, count)| {
        let says = format!("{} that serve no objective", capital(kind.plural()));
        (count, says, list(pen, kind, &[("only", "orphan")]))
    }));
    html! {
        ul.rows {
            @for (count, says, href) in &rows {
                li { a.count href=(href) { (says) } strong { (count) } }
            }
        }
        p.quiet { (derived.orphans().len()) " of " (derived.live_work()) " pieces of live work serve nothing." }
    }
}

fn everything(pen: &Pen<'_>) -> Markup {
    html! {
        ul.kinds {
            @for kind in Kind::ALL {
                li { a href=(list(pen, kind, &[])) { (capital(kind.plural())) } " " span.quiet { (pen.view().list(kind, false).count()) } }
            }
        }
    }
}

fn posts(pen: &Pen<'_>) -> Markup {
    let posts = pen.scene.posts();
    html! {
        @for it in &posts { (post(pen, it)) }
        @if posts.is_empty() {
            p.quiet { "You hold no post, so you can look at everything and change nothing. An administrator can appoint you to one." }
        }
    }
}

fn post(pen: &Pen<'_>, it: &Acting) -> Markup {
    let of = Ref::from(it.post);
    let duties = duty::of_post(pen.scene.state.records(), it.post, pen.scene.on);
    let mut duties: Vec<_> = duties.filter(|it| pen.view().stands(it.0)).collect();
    // What is accountable first, and of that the worst.
    duties.sort_by_key(|it| {
        (it.1.role, pen.view().derived().standing(it.0).map(|it| std::cmp::Reverse(it.word)))
    });
    let more = duties.len().saturating_sub(DUTIES_MAX);
    html! {
        section.stack {
            h2 { "My post: " (pen.link(of).show()) }
            @if duties.is_empty() { p.quiet { "It answers for nothing yet." } }
            ul.rows {
                @for (subject, holding) in duties.iter().take(DUTIES_MAX) {
                    li {
                        span { (pen.link(*subject).show()) " " span.quiet { (holding.role.word()) } }
                        @if let Some(it) = pen.status(*subject) { (status(&it)) }
                    }
                }
            }
            @if more > 0 { p { a href=(pen.href(of)) { "And " (more) " more" } } }
        }
    }
}
