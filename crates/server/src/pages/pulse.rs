//! Pulse: is intent being carried out? The first page of those who lead.
//!
//! Every figure opens the list that it counts; nothing here is known that the lists do not say.

mod seen;

use std::collections::BTreeMap;

use axum::extract::State;
use kernel::{
    Kind,
    id::{Id, ObligationId, PostId},
    read::{
        gaps::{Gaps, months_before},
        stop_list, watch,
        weather::{Tally, Word as Weathered},
        who::{self, Cover},
    },
    status::{self, Word},
};
use maud::{Markup, html};

use self::seen::Seen;
use super::{Page, Pen, Section, capital, organisation, pen::word, signals, strategy, weather};
use crate::{
    App, Problem, Scene,
    ui::{self, Differs, Line, Link, Part, Query, Tile, map, mix, tiles},
};

/// Uncovered subjects named on the page; their list has them all.
const UNCOVERED_MAX: usize = 6;
/// Findings of the watch named on the page.
const FOUND_MAX: usize = 5;

/// `GET /pulse`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let pen = Pen::new(&scene);
    let maps = strategy::maps(&pen);
    let seen = seen::look(&app, &scene).await?;
    let content = html! {
        header {
            h1 { (organisation(&scene)) }
            p.quiet { "Is intent being carried out? Each figure opens what it counts." }
        }
        @if maps.is_empty() { (strategy::nothing(&scene)) }
        @else { (tiles(&[objectives, answering, tracing, clauses].map(|tile| compared(&pen, tile)))) }
        (law(&pen))
        @if !maps.is_empty() {
            @for it in &maps { (map(it)) }
            div.halves {
                section.stack { h2 { "Uncovered" } (uncovered(&pen)) }
                section.stack { h2 { "Changed since you last looked" } (changed(&pen, seen.as_ref())) }
            }
            div.halves {
                section.stack { h2 { "Signals" } (signals::counted(&pen, &app.signals.raised(&pen))) }
                section.stack { h2 { "Clauses by framework" } (frameworks(&pen)) }
            }
        }
        section.stack { h2 { "Everything" } (everything(&pen)) }
    };
    let kinds = [
        Kind::Plan,
        Kind::Objective,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
        Kind::Anchor,
        Kind::Post,
        Kind::Tenure,
        Kind::Duty,
        Kind::Framework,
        Kind::Control,
        Kind::Obligation,
        Kind::Evidence,
        Kind::Decision,
        Kind::Rule,
        Kind::Signal,
    ];
    Ok(Page::new(&scene, "Pulse")
        .within(Section::Pulse)
        .live(kinds.map(Kind::plural))
        .marked()
        .show(content))
}

/// A tile, with its figures as they are now where another time is looked at.
fn compared(pen: &Pen<'_>, tile: fn(&Pen<'_>) -> Tile) -> Tile {
    let then = tile(pen);
    let Some(now) = pen.present().map(tile) else { return then };
    let said = |it: &Tile| format!("{} {}", it.figure.text, it.says);
    let figure = Some(said(&now)).filter(|now| *now != said(&then));
    let lines = then.lines.into_iter().map(|line| {
        let there = now.lines.iter().find(|it| is_same(&it.link.href, &line.link.href));
        let says = match there {
            Some(it) if it.link.text == line.link.text => it.count.clone(),
            Some(it) => format!("{} {}", it.count, it.link.text),
            None => "0".into(),
        };
        let same = says == line.count;
        Line { now: (!same).then(|| Differs::new(says)), ..line }
    });
    Tile {
        now: figure.map(Differs::new),
        lines: lines.collect(),
        mix: parts_now(then.mix, &now.mix),
        ..then
    }
}

/// Parts of a whole with their counts as they are now.
fn parts_now(then: Vec<Part>, now: &[Part]) -> Vec<Part> {
    let part = |part: Part| {
        let there = now.iter().find(|it| is_same(&it.href, &part.href));
        let count = there.map_or(0, |it| it.count);
        let now = (count != part.count).then(|| Differs::new(count.to_string()));
        Part { now, ..part }
    };
    then.into_iter().map(part).collect()
}

/// Whether two addresses are the same but for the times that are looked at.
fn is_same(now: &str, then: &str) -> bool {
    let parts = |it: &str| {
        let parts = it.split(['?', '&']).map(ToOwned::to_owned);
        parts.filter(|it| !it.starts_with("at=") && !it.starts_with("known=")).collect::<Vec<_>>()
    };
    parts(now) == parts(then)
}

/// The list of a kind, narrowed, at the two times that are looked at.
pub(super) fn list(pen: &Pen<'_>, kind: Kind, narrowed: &[(&str, &str)]) -> String {
    let mut it = Query::new(format!("/{}", kind.plural()), []);
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

/// The four words in the order in which a reader wants them.
const WORDS: [Word; 4] = [Word::OffTrack, Word::AtRisk, Word::NoSignal, Word::OnTrack];

fn words(pen: &Pen<'_>, kind: Kind) -> ([usize; 4], Vec<Part>) {
    let mut words = [0_usize; 4];
    for it in pen.view().list(kind, false).filter_map(|it| pen.view().derived().standing(it)) {
        words[it.word as usize] += 1;
    }
    let part = |it: Word| Part {
        word: word(it),
        count: words[it as usize],
        text: None,
        href: list(pen, kind, &[("status", it.word())]),
        now: None,
    };
    (words, WORDS.map(part).into())
}

fn objectives(pen: &Pen<'_>) -> Tile {
    let (words, mix) = words(pen, Kind::Objective);
    let total: usize = words.iter().sum();
    let lines = [Kind::Indicator, Kind::Initiative].map(|kind| {
        let counts = self::words(pen, kind).0;
        let off = counts[Word::OffTrack as usize];
        let says = format!("of {} {} off track", counts.iter().sum::<usize>(), kind.plural());
        let href = list(pen, kind, &[("status", Word::OffTrack.word())]);
        Line { count: off.to_string(), link: Link::to(href, says), late: off > 0, now: None }
    });
    Tile {
        title: "Objectives".into(),
        figure: Link::to(
            list(pen, Kind::Objective, &[("status", Word::OnTrack.word())]),
            words[Word::OnTrack as usize].to_string(),
        ),
        says: format!("of {total} on track"),
        mix,
        lines: lines.into(),
        now: None,
    }
}

fn answering(pen: &Pen<'_>) -> Tile {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let gaps = who::uncovered(records, on);
    let days: i64 = gaps.iter().map(|it| status::days_between(it.2, on)).sum();
    let covers = pen.view().derived().covers();
    let vacant = covers.filter(|it| matches!(it.1, Cover::Vacant { .. })).count();
    let found = watch::watch(pen.view());
    let statutory = found.iter().filter(|it| it.is_of_required_post()).count();
    let year = Gaps::of(records, &months_before(on, 12)).days();
    let mut unaccountable: BTreeMap<Kind, usize> = BTreeMap::from([(Kind::Objective, 0)]);
    for it in who::unaccountable(records, on) {
        *unaccountable.entry(it.kind).or_default() += 1;
    }
    let line = |count: usize, says: &str, href| Line {
        count: count.to_string(),
        link: Link::to(href, says),
        late: count > 0,
        now: None,
    };
    Tile {
        title: "Accountability".into(),
        figure: Link::to(list(pen, Kind::Duty, &[("only", "uncovered")]), gaps.len().to_string()),
        says: match gaps.len() {
            0 => "duties uncovered".into(),
            _ => format!("duties uncovered, {} gap-days so far", ui::thousands(days)),
        },
        mix: Vec::new(),
        lines: [
            line(
                statutory,
                "statutory posts empty",
                pen.scene.query("/watch", [("only", "statutory")]).href(),
            ),
            line(vacant, "posts vacant", list(pen, Kind::Post, &[("status", "vacant")])),
        ]
        .into_iter()
        .chain(unaccountable.into_iter().map(|(kind, count)| {
            let says = format!("{} without an accountable post", kind.plural());
            line(count, &says, list(pen, kind, &[("only", "unaccountable")]))
        }))
        .chain([Line {
            count: ui::thousands(year),
            link: Link::to(
                pen.scene.query("/gaps", [("months", "12")]).href(),
                "gap-days in twelve months",
            ),
            late: false,
            now: None,
        }])
        .collect(),
        now: None,
    }
}

fn tracing(pen: &Pen<'_>) -> Tile {
    let derived = pen.view().derived();
    let (work, orphans) = (derived.live_work(), derived.orphans().len());
    let mut lines = Vec::new();
    for kind in kernel::anchor::ANCHORED.iter().copied() {
        let orphans = |pen: &Pen<'_>| {
            pen.view().derived().orphans().iter().filter(|it| it.kind == kind).count()
        };
        let count = orphans(pen);
        // What is none here and some now is worth a line as well.
        if count > 0 || pen.present().is_some_and(|it| orphans(it) > 0) {
            lines.push(Line {
                count: count.to_string(),
                link: Link::to(
                    list(pen, kind, &[("only", "orphan")]),
                    format!("{} that serve nothing", kind.plural()),
                ),
                late: count > 0,
                now: None,
            });
        }
    }
    lines.push(Line {
        count: derived.starved().len().to_string(),
        link: Link::to(
            list(pen, Kind::Objective, &[("only", "starved")]),
            format!("starved objectives of {}", derived.live_objectives()),
        ),
        late: !derived.starved().is_empty(),
        now: None,
    });
    let stops = stop_list::stop_lists(pen.view());
    let (settled, on_lists) = stop_list::progress(&stops);
    if on_lists > 0 {
        let left = on_lists - settled;
        lines.push(Line {
            count: left.to_string(),
            link: Link::to(
                pen.scene.href("/stop-lists"),
                format!("left on ended objectives of {on_lists} that served them"),
            ),
            late: left > 0,
            now: None,
        });
    }
    let share = ((work - orphans.min(work)) * 100).checked_div(work);
    Tile {
        title: "Thread".into(),
        figure: Link::to(
            pen.scene.href("/strategy"),
            share.map_or_else(|| "–".into(), |it| format!("{it}%")),
        ),
        says: format!("of {work} pieces of live work trace to intent"),
        mix: Vec::new(),
        lines,
        now: None,
    }
}

/// How clauses divide among the words of the weather; each part leads to its list.
fn stand(it: &Tally, href: impl Fn(&str) -> String) -> Vec<Part> {
    let said = Weathered::ALL.into_iter().filter(|it| *it != Weathered::NotDoneHere);
    let part = |word: Weathered| Part {
        word: weather::coloured(word).unwrap_or(ui::Word::NoSignal),
        count: it.count(word),
        text: Some(word.word().into()),
        href: href(word.word()),
        now: None,
    };
    said.map(part).collect()
}

fn clauses(pen: &Pen<'_>) -> Tile {
    let mut all = Tally::default();
    for it in pen.view().list(Kind::Obligation, false) {
        all.add(pen.view().clause(ObligationId::new(it.n)).as_word());
    }
    let proven = Weathered::ALL.into_iter().filter(|it| it.is_proven());
    let proven: usize = proven.map(|it| all.count(it)).sum();
    let href = |text: &str| list(pen, Kind::Obligation, &[("status", text)]);
    Tile {
        title: "Clauses".into(),
        figure: Link::to(href("proven"), proven.to_string()),
        says: format!("of {} in scope proven by evidence that counts", all.in_scope()),
        mix: if all.in_scope() > 0 { stand(&all, href) } else { Vec::new() },
        lines: Vec::new(),
        now: None,
    }
}

fn frameworks(pen: &Pen<'_>) -> Markup {
    let rows = kernel::read::weather::frameworks(pen.view(), &[]);
    html! {
        @if rows.is_empty() { p.quiet { "No framework has been brought in. " a href="/frameworks" { "Frameworks" } } }
        @else { p.small { (Link::to(pen.scene.href("/weather"), "Clause weather by unit and ahead").show()) } }
        ul.shares {
            @for (framework, tallies) in &rows {
                @let page = pen.scene.query(&format!("/frameworks/{framework}/weather"), []);
                @let tally = tallies.first().copied().unwrap_or_default();
                li {
                    span { (Link::to(page.href(), pen.title((*framework).into())).show()) }
                    @if tally.all() == 0 { span.quiet { "nothing in scope yet" } }
                    @else { (mix(&stand(&tally, |text| page.with("state", text).href()))) }
                }
            }
        }
    }
}

fn uncovered(pen: &Pen<'_>) -> Markup {
    let mut gaps = who::uncovered(pen.scene.state.records(), pen.scene.on);
    gaps.sort_by_key(|it| it.2);
    let more = gaps.len().saturating_sub(UNCOVERED_MAX);
    html! {
        @if gaps.is_empty() { p.quiet { "Every duty has somebody who answers for it." } }
        ul.rows {
            @for (subject, post, since) in gaps.iter().take(UNCOVERED_MAX) {
                li {
                    span { (Link::to(pen.href(*subject), pen.title(*subject)).show()) br;
                        span.quiet.small { (Link::to(pen.href((*post).into()), pen.title((*post).into())).show()) (falls_to(pen, *post)) } }
                    span.late { (status::days_between(*since, pen.scene.on)) " days" }
                }
            }
        }
        @if more > 0 { p { a href=(list(pen, Kind::Duty, &[("only", "uncovered")])) { "And " (more) " more" } } }
    }
}

/// What rules find, where they find anything that should not wait.
fn law(pen: &Pen<'_>) -> Markup {
    let mut found = watch::watch(pen.view());
    found.retain(|it| it.grade < watch::Grade::Ahead);
    let shown = &found[..found.len().min(FOUND_MAX)];
    html! {
        @if !found.is_empty() {
            section.stack {
                h2 { "What law and your rules ask" }
                (super::watch::lines(pen, shown))
                p { a href=(pen.scene.href("/watch")) {
                    @if found.len() > shown.len() { "All " (found.len()) ", on the watch" } @else { "The watch" }
                } }
            }
        }
    }
}

/// Who answers meanwhile, up the line.
fn falls_to(pen: &Pen<'_>, post: PostId) -> Markup {
    let answer = who::who(pen.scene.state.records(), post.into(), pen.scene.on).ok();
    html! {
        @match answer.and_then(|it| it.answering) {
            Some(it) => { ", falls to " (Link::to(pen.href(it.into()), pen.title(it.into())).show()) }
            None => ", and nobody up the line is there",
        }
    }
}

fn changed(pen: &Pen<'_>, seen: Option<&Seen>) -> Markup {
    let Some(seen) = seen else {
        return match pen.scene.is_now() {
            true => {
                html! { p.quiet { "This is your first look. From the next on, what has changed is listed here." } }
            }
            false => {
                html! { p.quiet { "Only the present is compared with your last visit. " a href="/pulse" { "Back to now" } } }
            }
        };
    };
    let changes = seen.changes(pen);
    let entries = pen.scene.published.state.seq().saturating_sub(seen.seq);
    html! {
        p.quiet.small { "Since " (ui::moment(&pen.scene.moment(seen.at))) ": "
            a href="/ledger" { (entries) @if entries == 1 { " entry" } @else { " entries" } } " in the ledger." }
        @if changes.is_empty() { p.quiet { "No objective has changed its status and no post its holder." } }
        ul.rows {
            @for it in changes.iter().take(seen::CHANGES_MAX) {
                li {
                    span { (Link::to(pen.href(it.of), pen.title(it.of)).show()) }
                    span.moved data-better=[it.better] {
                        @if let Some(now) = pen.status(it.of) { (ui::status(&ui::Status { confidence_percent: None, ..now })) }
                        " was " (it.was)
                    }
                }
            }
        }
        @if changes.len() > seen::CHANGES_MAX { p.quiet { "And " (changes.len() - seen::CHANGES_MAX) " more." } }
    }
}

fn everything(pen: &Pen<'_>) -> Markup {
    html! {
        ul.everything {
            @for kind in Kind::ALL {
                li { a href=(list(pen, kind, &[])) { (capital(kind.words())) } " " span.quiet { (pen.view().list(kind, false).count()) } }
            }
        }
    }
}
