//! The clause weather of one framework: a map of its clauses grouped by the tree, the same in numbers, by
//! unit, and as a list.
//!
//! Always true: however large the framework, a page has a bounded number of boxes; what is beneath is
//! folded into one, which opens it.

use axum::extract::Path;
use kernel::{
    Ref,
    id::{FrameworkId, ObligationId, RequirementId},
    read::weather::{Group, Survey, Tally, Word},
};
use maud::{Markup, html};

use super::{Columns, KINDS, ahead, cells, clauses, coloured, in_words, labels, of_tally, unit};
use crate::{
    Problem, Scene,
    pages::{Page, Pen, find},
    ui::{
        Empty, Heat, HeatBox, HeatRow, Link, Query, Table, TableRow, empty, heat, table, thousands,
    },
};

/// Boxes of one map: with more, each group is a single box.
pub const BOXES_MAX: usize = 400;
/// Groups of one page; the list has the others.
pub const GROUPS_MAX: usize = 100;
/// What is not scoped yet, as `state` asks for it.
const UNSCOPED: &str = "not scoped";

/// What is asked for.
struct Asked {
    framework: FrameworkId,
    within: Option<RequirementId>,
    word: Option<Word>,
    list: bool,
    unscoped: bool,
}

/// `GET /frameworks/{reference}/weather`
pub async fn show(Path(reference): Path<String>, scene: Scene) -> Result<Markup, Problem> {
    let of = find(&scene, &("frameworks".to_owned(), reference))?;
    let framework = FrameworkId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let unit = unit(&scene)?;
    let pen = Pen::new(&scene);
    let columns = Columns::of(&pen, unit);
    let survey = Survey::of(pen.view(), framework, &columns.units());
    let asked = read(&scene, framework, &survey)?;
    let now = pen.present().map(|it| Survey::of(it.view(), framework, &columns.units()));
    let content = drawn(&pen, &columns, (&survey, now.as_ref()), &asked);
    let title = format!("Clause weather of {}", pen.title(framework.into()));
    let subjects = KINDS.map(|it| it.plural().to_owned());
    Ok(Page::new(&scene, title).section(of.kind).live(subjects).marked().show(content))
}

fn read(scene: &Scene, framework: FrameworkId, survey: &Survey) -> Result<Asked, Problem> {
    let within = match scene.here.get("within") {
        None => None,
        Some(text) => {
            let of: Ref = scene.find(text)?;
            let id = RequirementId::try_from(of).ok().filter(|it| survey.knows(*it));
            let says = || {
                Problem::Refused(format!(
                    "{of} is no clause of {framework}. Give the reference of one that is."
                ))
            };
            Some(id.ok_or_else(says)?)
        }
    };
    let state = scene.here.get("state");
    let unscoped = state == Some(UNSCOPED);
    let word = match state.filter(|_| !unscoped) {
        None => None,
        Some(text) => Some(Word::named(text).ok_or_else(|| {
            let words = Word::ALL.map(Word::word).join(", ");
            Problem::Refused(format!(
                "“{}” is none of {words}, {UNSCOPED}.",
                crate::pages::terms::brief(text)
            ))
        })?),
    };
    let list = word.is_some() || scene.here.get("as") == Some("list");
    Ok(Asked { framework, within, word, list, unscoped })
}

fn drawn(
    pen: &Pen<'_>,
    columns: &Columns,
    (survey, now): (&Survey, Option<&Survey>),
    asked: &Asked,
) -> Markup {
    let base = columns.base();
    let tallies = survey.tallies(asked.within);
    let whole = tallies[base];
    let unscoped = survey.unscoped.iter().filter(|it| survey.is_within(**it, asked.within)).count();
    let obligations: Vec<ObligationId> = survey
        .rows
        .iter()
        .filter(|it| survey.is_within(it.requirement, asked.within))
        .map(|it| it.obligation)
        .collect();
    let plain = asked.word.is_none() && !asked.unscoped;
    html! {
        header {
            (trail(pen, asked, survey))
            h1 {
                @match asked.within {
                    Some(it) => { (pen.title(it.into())) }
                    None => { "Clause weather of " (pen.title(asked.framework.into())) }
                }
                (columns.named(pen))
            }
            p { (in_words(&whole, columns.unit.is_some()))
                @if unscoped > 0 {
                    @let more = if whole.all() == 0 { counted(unscoped, "clause") } else { format!("{} more", thousands(unscoped)) };
                    " Nobody has said yet whether " (Link::to(here(pen).with("state", UNSCOPED).href(), more).show()) @if unscoped == 1 { " applies." } @else { " apply." }
                } }
        }
        (columns.chosen(pen))
        (ways(pen, asked))
        @if survey.children(None).is_empty() {
            (empty(&Empty {
                title: "No clauses yet".into(),
                text: "Bring the clauses of this framework in as CSV or OSCAL.".into(),
                steps: vec![Link::to("/import", "Bring them in")],
            }))
        } @else if asked.unscoped {
            section.stack #list { h2 { "Not scoped yet" } (clauses::unscoped(pen, survey, asked.within)) }
        } @else if asked.list {
            section.stack #list { h2 { @match asked.word { Some(it) => (super::label(it)), None => "Every clause" } }
                (clauses::list(pen, survey, columns, (asked.within, asked.word))) }
        } @else {
            @if let Some(it) = asked.within { (clauses::own(pen, survey, base, it)) }
            @let groups = survey.groups(asked.within);
            @if !groups.is_empty() {
                section.stack #map { h2 { "Map" } (map(pen, survey, base, &groups)) }
                section.stack #numbers { h2 { "In numbers" } (numbers(pen, columns, &groups, now.map(|it| it.groups(asked.within)))) }
                @if !columns.beside.is_empty() { section.stack #units { h2 { "By unit" } (by_unit(pen, columns, &groups)) } }
            }
        }
        @if plain && whole.in_scope() > 0 { (ahead::show(pen, &obligations, columns.unit, whole.in_scope())) }
    }
}

/// The same page, the first of its list.
fn here(pen: &Pen<'_>) -> Query {
    pen.scene.here.without(&["page", "state", "as"])
}

fn beneath(pen: &Pen<'_>, of: RequirementId) -> Query {
    here(pen).with("within", of.to_string())
}

/// The way up to the framework and to all of them.
fn trail(pen: &Pen<'_>, asked: &Asked, survey: &Survey) -> Markup {
    let mut line: Vec<RequirementId> =
        asked.within.into_iter().flat_map(|it| survey.line(it)).collect();
    line.reverse();
    let unit = pen.scene.here.get("unit");
    let all = pen.scene.query("/weather", []);
    let all = unit.map_or(all.clone(), |it| all.with("unit", it));
    html! {
        p { (Link::to(all.href(), "Clause weather").show())
            @if asked.within.is_some() { " / " (Link::to(here(pen).without(&["within"]).href(), pen.title(asked.framework.into())).show()) }
            @for it in line { " / " (Link::to(beneath(pen, it).href(), pen.title(it.into())).show()) } }
    }
}

/// The map, the list, and what else leads on from here.
fn ways(pen: &Pen<'_>, asked: &Asked) -> Markup {
    let map = !asked.list && !asked.unscoped;
    let way = |text: &str, href: String, chosen: bool| {
        html! { a.chip href=(href) aria-current=[chosen.then_some("true")] { (text) } }
    };
    let scope = Query::new(format!("/frameworks/{}/scope", asked.framework), []);
    let scope = asked.within.map_or(scope.clone(), |it| scope.with("within", it.to_string()));
    html! {
        nav.chips aria-label="Ways to see it" {
            (way("Map", here(pen).href(), map))
            (way("List", here(pen).with("as", "list").href(), asked.list && asked.word.is_none()))
            @if let Some(it) = asked.within { a.chip href=(pen.href(it.into())) { "The clause" } }
            @else { a.chip href=(pen.href(asked.framework.into())) { "The framework" } }
            @if pen.scene.is_now() { a.chip href=(scope.href()) { "Say what applies" } }
        }
    }
}

/// A row for each group, a box for each clause beneath it; groups without any share one row.
fn map(pen: &Pen<'_>, survey: &Survey, base: usize, groups: &[Group]) -> Markup {
    let shown = &groups[..groups.len().min(GROUPS_MAX)];
    let children: usize = shown.iter().map(|it| survey.children(Some(it.head)).len().max(1)).sum();
    let unfolded = children <= BOXES_MAX;
    let (folds, leaves): (Vec<&Group>, Vec<&Group>) = shown.iter().partition(|it| it.beneath > 0);
    let mut rows: Vec<HeatRow> = Vec::new();
    if !leaves.is_empty() {
        rows.push(HeatRow {
            head: Link::to(here(pen).with("as", "list").href(), "Clauses with none beneath"),
            note: counted(leaves.len(), "clause"),
            boxes: leaves.iter().map(|it| one(pen, survey, base, it)).collect(),
        });
    }
    rows.extend(folds.into_iter().map(|group| {
        let boxes = match unfolded {
            true => survey
                .groups(Some(group.head))
                .iter()
                .map(|it| one(pen, survey, base, it))
                .collect(),
            false => vec![folded(pen, base, group)],
        };
        HeatRow {
            head: Link::to(beneath(pen, group.head).href(), pen.title(group.head.into())),
            note: note(&group.tallies[base], group),
            boxes,
        }
    }));
    let left = groups.len() - shown.len();
    let caption = match (unfolded, left) {
        (true, 0) => "Each box is a clause with all beneath it, by the worst of them; it opens what is beneath, or why it stands so.".to_owned(),
        (false, 0) => "Each box is all that is beneath, by the worst; open a row to see more.".to_owned(),
        (_, n) => format!("The first {} of {} groups; the list has the {n} others.", shown.len(), groups.len()),
    };
    heat(&Heat { caption, corner: "Clauses", columns: Vec::new(), rows })
}

fn counted(n: usize, thing: &str) -> String {
    format!("{} {thing}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// `12 in scope, 4 not scoped yet`
fn note(tally: &Tally, group: &Group) -> String {
    let mut said = vec![format!("{} in scope", thousands(tally.in_scope()))];
    if tally.count(Word::NotApplicable) > 0 {
        said.push(format!("{} not applicable", thousands(tally.count(Word::NotApplicable))));
    }
    if group.unscoped > 0 {
        said.push(format!("{} not scoped yet", thousands(group.unscoped)));
    }
    said.join(", ")
}

/// All of a group in one box.
fn folded(pen: &Pen<'_>, base: usize, group: &Group) -> HeatBox {
    let list = |word: Word| beneath(pen, group.head).with("state", word.word()).href();
    of_tally(&group.tallies[base], group.unscoped, list)
}

/// One clause: with what is beneath it, or alone.
fn one(pen: &Pen<'_>, survey: &Survey, base: usize, group: &Group) -> HeatBox {
    let name = number(pen, group.head);
    let aloud = pen.title(group.head.into());
    let tally = &group.tallies[base];
    if group.beneath > 0 {
        let it = of_tally(tally, group.unscoped, |_| beneath(pen, group.head).href());
        let href = it.href.or_else(|| Some(beneath(pen, group.head).href()));
        return HeatBox { name, aloud, href, ..it };
    }
    let own = survey.rows.iter().find(|it| it.requirement == group.head);
    match own {
        Some(row) => HeatBox {
            word: coloured(row.stands[base].as_word()),
            name,
            says: row.stands[base].words(),
            aloud,
            href: Some(pen.href(row.obligation.into())),
        },
        None => HeatBox {
            name,
            says: if group.unscoped > 0 { "not scoped yet".into() } else { "heading".into() },
            aloud,
            href: Some(pen.href(group.head.into())),
            ..HeatBox::default()
        },
    }
}

/// A clause by its number, else its key, else the beginning of its title.
fn number(pen: &Pen<'_>, of: RequirementId) -> String {
    const SHORT: usize = 24;
    let field = |name: &str| match pen.view().value(of.into(), name) {
        kernel::Value::Text(it) if !it.trim().is_empty() && it.chars().count() <= SHORT => {
            Some(it.to_string())
        }
        _ => None,
    };
    field("clause").or_else(|| field("code")).unwrap_or_else(|| {
        let title = pen.title(of.into());
        match title.char_indices().nth(SHORT) {
            Some((at, _)) => format!("{}…", title[..at].trim_end()),
            None => title,
        }
    })
}

fn numbers(pen: &Pen<'_>, columns: &Columns, groups: &[Group], now: Option<Vec<Group>>) -> Markup {
    let (base, there) = (columns.base(), columns.unit.is_some());
    let row = |group: &Group| {
        let is = now.as_ref().map(|it| it.iter().find(|it| it.head == group.head));
        let is_unscoped = is.map(|it| it.map_or(0, |it| it.unscoped));
        let is = is.map(|it| it.map(|it| it.tallies[base]).unwrap_or_default());
        let page = beneath(pen, group.head);
        let mut cells = cells(&group.tallies[base], is.as_ref(), there, &|word| match word {
            Some(word) => page.with("state", word.word()).href(),
            None => page.with("as", "list").href(),
        });
        cells.push(html! {
            (super::number(group.unscoped, || page.with("state", UNSCOPED).href(), "not scoped yet"))
            @if let Some(it) = is_unscoped.filter(|it| *it != group.unscoped) { (crate::ui::differs(&crate::ui::Differs::new(thousands(it)))) }
        });
        TableRow { head: Link::to(page.href(), pen.title(group.head.into())).show(), cells }
    };
    let mut heads = vec![("Clauses", false)];
    heads.extend(labels(there));
    heads.push(("Not scoped yet", true));
    let caption = match groups.len() > GROUPS_MAX {
        true => format!("The first {GROUPS_MAX} of {}", groups.len()),
        false => "Each with all beneath it".into(),
    };
    table(&Table {
        caption,
        columns: heads,
        rows: groups.iter().take(GROUPS_MAX).map(row).collect(),
    })
}

fn by_unit(pen: &Pen<'_>, columns: &Columns, groups: &[Group]) -> Markup {
    let base = columns.base();
    let row = |group: &Group| {
        let page = beneath(pen, group.head);
        let one = |(n, tally): (usize, &Tally)| {
            let unscoped = if n == 0 { group.unscoped } else { 0 };
            of_tally(tally, unscoped, |word| {
                let unit = n.checked_sub(1).and_then(|n| columns.beside.get(n));
                let page = unit.map_or(page.clone(), |it| page.with("unit", it.unit.to_string()));
                page.with("state", word.word()).href()
            })
        };
        HeatRow {
            head: Link::to(page.href(), pen.title(group.head.into())),
            boxes: group.tallies[base..].iter().enumerate().map(one).collect(),
            ..HeatRow::default()
        }
    };
    heat(&Heat {
        caption: columns.caption(),
        corner: "Clauses",
        columns: columns.heads(pen),
        rows: groups.iter().take(GROUPS_MAX).map(row).collect(),
    })
}
