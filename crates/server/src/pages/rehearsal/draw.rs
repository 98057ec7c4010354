//! The page of a rehearsal.

use kernel::{
    Amount, Ref,
    change_set::layer::Fate,
    id::ProposalId,
    proposal::Proposal,
    read::rehearsal::{self, Line, Sort},
    wording::Said,
};
use maud::{Markup, html};

use super::{
    DO, LINE, NAMES, ON, PROPOSAL, REASON, Rehearsing, TO, Values, WAY, WHAT, WISHES, day,
    line_key, says, way_says,
};
use crate::{
    drafting,
    pages::{Page, Pen, Section, Wrong, heading, may, terms},
    ui::{self, Choice, Empty, Field, Form, Kind, Notice, Table, TableRow, Tone},
};

/// Lines of one sort that are shown; the rest is counted.
const LINES_MAX: usize = 40;
/// Proposals that are shown.
const PROPOSALS_MAX: usize = 200;
/// Spans of control that are shown.
const SPANS_MAX: usize = 10;

/// Kinds that are suggested while one types.
const MOVED: [kernel::Kind; 3] = [kernel::Kind::Unit, kernel::Kind::Post, kernel::Kind::Objective];

/// Hands out a fresh key for each form.
type Keys<'a> = &'a dyn Fn() -> String;

/// Where its forms go.
fn path(it: &Rehearsing<'_>) -> String {
    format!("{}/rehearsal", Pen::new(it.scene).path(it.set.into()))
}

pub(super) fn page(it: &Rehearsing<'_>, values: &Values, wrong: &Wrong, keys: Keys<'_>) -> Markup {
    let pen = Pen::new(it.scene);
    let draft = drafting::is_draft(&it.scene.state, it.set);
    let writes = draft && it.scene.by().is_ok();
    let title = pen.title(it.set.into());
    let content = html! {
        (heading(&pen.link(it.set.into()), &if draft { format!("Rehearsal of {title}") } else { format!("{title}: what it changed") }))
        p {
            "Takes effect on " (day(it.laid.on)) "."
            @if draft && !it.laid.fates.is_empty() {
                " As drafted: " a href={ "/establishment?draft=" (it.set) } { "the establishment" }
                ", " a href={ "/strategy?draft=" (it.set) } { "the strategy" } "."
            }
        }
        @if draft {
            (rehearsed(it, values, wrong, writes, keys))
        } @else {
            (proposals(it, false, keys))
            (undoing(it, values, wrong, keys))
        }
    };
    Page::new(it.scene, format!("Rehearsal of {title}"))
        .within(Section::Establishment)
        .at(format!("{}/rehearsal", pen.path(it.set.into())))
        .show(content)
}

fn rehearsed(
    it: &Rehearsing<'_>,
    values: &Values,
    wrong: &Wrong,
    writes: bool,
    keys: Keys<'_>,
) -> Markup {
    let lines = it.lines();
    let conflicts = it.laid.conflicts(it.scene.state.records());
    let nothing = it.laid.fates.is_empty();
    let at = values.get(DO).to_owned();
    html! {
        @if nothing {
            (ui::empty(&Empty {
                title: "Nothing is proposed yet".into(),
                text: "Draft the first change below: create, rename, move, merge, split or close. Nothing of it is so before it is approved.".into(),
                steps: Vec::new(),
            }))
        } @else {
            section.stack #open {
                h2 { @if lines.is_empty() { "Nothing is left open" } @else { (lines.len()) " left open" } }
                (open(it, &lines, (values, wrong), writes, keys))
            }
        }
        @if !conflicts.is_empty() {
            section.stack #conflicts {
                h2 { (conflicts.len()) @if conflicts.len() == 1 { " conflict" } @else { " conflicts" } " with how things are" }
                (in_the_way(it, &conflicts, writes, keys))
            }
        }
        @if writes {
            section.stack #draft { (drafting_form(it, values, if at == "resolve" { None } else { Some(wrong) }, keys)) }
        }
        @if !nothing {
            (proposals(it, writes, keys))
            (figures(it))
            @if writes { (approving(lines.len(), conflicts.len(), values, keys, it)) }
        }
    }
}

fn open(
    it: &Rehearsing<'_>,
    lines: &[Line],
    (values, wrong): (&Values, &Wrong),
    writes: bool,
    keys: Keys<'_>,
) -> Markup {
    let pen = Pen::new(&it.drafted);
    html! {
        @for sort in Sort::ALL {
            @let of: Vec<&Line> = lines.iter().filter(|it| it.sort == sort).collect();
            @if !of.is_empty() {
                h3 { (crate::pages::capital(sort.word())) ": " (of.len()) }
                ul.rows {
                    @for line in of.iter().take(LINES_MAX) {
                        li {
                            span { (says(&pen, line)) }
                            @if writes { (resolving(it, &pen, line, (values, wrong), keys)) }
                        }
                    }
                }
                @if of.len() > LINES_MAX { p.quiet { "And " (of.len() - LINES_MAX) " more." } }
            }
        }
    }
}

/// The form under a line: what is to become of it.
fn resolving(
    it: &Rehearsing<'_>,
    pen: &Pen<'_>,
    line: &Line,
    (values, wrong): (&Values, &Wrong),
    keys: Keys<'_>,
) -> Markup {
    let key = line_key(line);
    let here = values.get(DO) == "resolve" && values.get(LINE) == key;
    let ways = line.ways();
    let choices = ways.iter().map(|way| Choice::new(way.word(), way_says(line, *way))).collect();
    let needed: Vec<kernel::Kind> = ways.iter().filter_map(|way| line.needs(*way)).collect();
    let none = Wrong::default();
    let wrong = if here { wrong } else { &none };
    let usual = ways.first().map_or("", |it| it.word());
    let value = |name: &str| match here {
        true => values.get(name),
        false if name == WAY => usual,
        false => "",
    };
    let mut fields = vec![
        Field::new(WAY, "What becomes of it", Kind::Choice(choices)).required().value(value(WAY)),
    ];
    if let Some(kind) = needed.first() {
        let help = format!(
            "The {}, by name, number or reference; for some answers none is needed.",
            kind.word()
        );
        let to = terms::link_field(pen, TO, "Which", &needed, wrong);
        fields.push(to.value(value(TO)).help(help));
    }
    let form = Form {
        id: format!("resolve-{}-{}", line.sort as u8, line.about),
        action: path(it),
        fields,
        button: "Resolve".into(),
        idempotency_key: Some(keys()),
        hidden: vec![(DO.into(), "resolve".into()), (LINE.into(), key)],
        errors: wrong.whole.clone(),
        ..Form::default()
    };
    html! { details open[here] { summary { "Resolve" } (ui::form(&form)) } }
}

fn in_the_way(
    it: &Rehearsing<'_>,
    conflicts: &[(ProposalId, String)],
    writes: bool,
    keys: Keys<'_>,
) -> Markup {
    let pen = Pen::new(it.scene);
    html! {
        ul.rows {
            @for (id, why) in conflicts.iter().take(LINES_MAX) {
                li {
                    span { strong { (pen.title((*id).into())) } ": " (it.scene.directory().spell_out(why)) }
                    @if writes && !matches!(it.laid.fates.get(id), Some(Fate::Against(..))) {
                        div.acts {
                            (press(&path(it), "again", *id, "Draft it again", keys))
                            (press(&path(it), "take-out", *id, "Take it out", keys))
                        }
                    }
                }
            }
        }
        @if conflicts.len() > LINES_MAX { p.quiet { "And " (conflicts.len() - LINES_MAX) " more." } }
    }
}

fn press(action: &str, what: &str, id: ProposalId, text: &str, keys: Keys<'_>) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="idempotency_key" value=(keys()) hx-morph-skip;
            input type="hidden" name=(DO) value=(what);
            input type="hidden" name=(PROPOSAL) value=(id);
            button { (text) }
        }
    }
}

fn drafting_form(
    it: &Rehearsing<'_>,
    values: &Values,
    wrong: Option<&Wrong>,
    keys: Keys<'_>,
) -> Markup {
    let pen = Pen::new(&it.drafted);
    let none = Wrong::default();
    let wrong = wrong.unwrap_or(&none);
    let choices = WISHES.iter().map(|(word, text)| Choice::new(*word, *text)).collect();
    let value = |name: &str| match wrong.any() {
        true => values.get(name),
        false => "",
    };
    let what = terms::link_field(&pen, WHAT, "Which record", &MOVED, wrong).value(value(WHAT)).help(
        "The unit, post, duty, objective or person that it is about, by name, number or reference. Leave it empty to create.",
    );
    let to = terms::link_field(&pen, TO, "Where to", &MOVED, wrong).value(value(TO)).help(
        "To create: what it is beneath. To move: the unit, the post or the objective. To merge: what it gives way to. To appoint: the post.",
    );
    let form = Form {
        id: "draft".into(),
        action: path(it),
        title: Some("Draft a change".into()),
        text: Some(
            "Whatever the draft leaves open is listed above as soon as it is drafted.".into(),
        ),
        fields: vec![
            Field::new(DO, "What happens", Kind::Choice(choices)).required().value(value(DO)),
            what,
            to,
            Field::new(NAMES, "Name", Kind::LongText)
                .value(value(NAMES))
                .help("The new name; to split, the names of the new ones, one a line.")
                .error(wrong.at(NAMES)),
        ],
        button: "Draft it".into(),
        idempotency_key: Some(keys()),
        errors: wrong.whole.clone(),
        ..Form::default()
    };
    ui::form(&form)
}

fn proposals(it: &Rehearsing<'_>, writes: bool, keys: Keys<'_>) -> Markup {
    let records = it.scene.state.records();
    let all: Vec<(ProposalId, &Proposal)> = kernel::proposal::of(records, it.set).collect();
    let rows = all.iter().take(PROPOSALS_MAX).map(|(id, row)| TableRow {
        head: head(it, *id, row),
        cells: {
            let mut cells = vec![html! { (terms_of(it, row)) }];
            if writes {
                cells.push(press(&path(it), "take-out", *id, "Take out", keys));
            }
            cells
        },
    });
    let mut columns = vec![("What happens", false), ("What it says", false)];
    if writes {
        columns.push(("Leave it out", false));
    }
    let caption = match all.len() {
        1 => "One change".to_owned(),
        n => format!("{n} changes"),
    };
    html! {
        section.stack #proposals {
            h2 { "What it " @if drafting::is_draft(&it.scene.state, it.set) { "would change" } @else { "changed" } }
            (ui::table(&Table { caption, columns, rows: rows.collect() }))
            @if all.len() > PROPOSALS_MAX {
                p.quiet { "The first " (PROPOSALS_MAX) " are shown. " a href=(it.scene.href("/proposals")) { "All proposals" } }
            }
        }
    }
}

fn head(it: &Rehearsing<'_>, id: ProposalId, row: &Proposal) -> Markup {
    let pen = Pen::new(it.scene);
    match row.subject.0 {
        Some(of) => html! {
            (crate::pages::capital(row.deed.0.word())) " " (row.about_kind().map_or("", kernel::Kind::word)) " " (pen.link(of).show())
        },
        None => html! { (pen.title(id.into())) },
    }
}

/// What a proposal says, field by field: what was and what becomes.
fn terms_of(it: &Rehearsing<'_>, row: &Proposal) -> Markup {
    let fields = row.about_kind().map(kernel::Kind::fields).unwrap_or_default();
    let label = |name: &str| match fields.iter().find(|it| it.name == name) {
        Some(field) => field.label.to_owned(),
        None => "It stands again".to_owned(),
    };
    html! {
        @for (name, said) in row.terms.0.iter() {
            div {
                (label(name)) ": "
                @if let Some(was) = row.was.0.get(name) { (worded(it, was)) " → " }
                strong { (worded(it, said)) }
            }
        }
        @if let Some(until) = row.until.0 { div { "Until " (day(until)) } }
    }
}

/// A value as it was written down, with names where it means records.
fn worded(it: &Rehearsing<'_>, said: &Said) -> String {
    let pen = Pen::new(&it.drafted);
    let text = |text: &str| match text.parse::<Ref>() {
        Ok(of) => match ProposalId::try_from(of) {
            Ok(by) => it
                .laid
                .fates
                .get(&by)
                .and_then(Fate::of)
                .map_or_else(|| Pen::new(it.scene).title(by.into()), |of| pen.title(of)),
            Err(_) if pen.view().exists(of) => pen.title(of),
            Err(_) => text.to_owned(),
        },
        Err(_) => text.to_owned(),
    };
    match said {
        Said::Nothing => "nothing".into(),
        Said::Flag(true) => "yes".into(),
        Said::Flag(false) => "no".into(),
        Said::Whole(it) => it.to_string(),
        Said::Text(it) => text(it),
        Said::Texts(them) => them.iter().map(|it| text(it)).collect::<Vec<_>>().join("; "),
    }
}

fn figures(it: &Rehearsing<'_>) -> Markup {
    let (before, after) = (it.scene.state.records(), it.laid.state.records());
    let them = rehearsal::figures(before, after, it.laid.on);
    let spans = rehearsal::spans(before, after, it.laid.on);
    let pen = Pen::new(&it.drafted);
    let counted =
        |text: &'static str, [was, is]: [usize; 2]| row(text, was.to_string(), is.to_string());
    let fte = |it: Amount| may::amount(it);
    let mut rows = vec![
        counted("Units", them.units),
        counted("Posts", them.posts),
        counted("Vacant posts", them.vacant),
    ];
    if them.fte != [Amount::default(); 2] {
        rows.push(row("Full-time equivalents", fte(them.fte[0]), fte(them.fte[1])));
        if them.fte_unsaid != [0, 0] {
            rows.push(counted("Posts that do not say theirs", them.fte_unsaid));
        }
    }
    let columns = vec![("What is counted", false), ("As things are", true), ("As drafted", true)];
    let table = Table { caption: "On that day".into(), columns, rows };
    html! {
        section.stack #figures {
            h2 { "What it comes to" }
            (ui::table(&table))
            @if !spans.is_empty() {
                p { "Spans of control that change:" }
                ul.rows {
                    @for it in spans.iter().take(SPANS_MAX) {
                        li { span { (pen.link(it.post.into()).show()) } span.quiet { (it.reports[0]) " → " (it.reports[1]) " direct reports" } }
                    }
                }
                @if spans.len() > SPANS_MAX { p.quiet { "And " (spans.len() - SPANS_MAX) " more." } }
            }
        }
    }
}

fn row(text: &'static str, was: String, is: String) -> TableRow {
    TableRow { head: html! { (text) }, cells: vec![html! { (was) }, html! { (is) }] }
}

fn approving(
    open: usize,
    conflicts: usize,
    values: &Values,
    keys: Keys<'_>,
    it: &Rehearsing<'_>,
) -> Markup {
    if conflicts > 0 {
        let says = "As long as something is in conflict with how things are, it cannot be approved: nothing of it could be recorded.";
        return ui::notice(&Notice::new(Tone::Warn, "It cannot be approved yet").text(says));
    }
    let mut fields = Vec::new();
    if open > 0 {
        fields.push(
            Field::new(REASON, "Why in spite of what is open", Kind::LongText)
                .required()
                .value(values.get(REASON))
                .help("Kept with the approval, for whoever asks later. Name no persons here."),
        );
    }
    let form = Form {
        id: "approve".into(),
        action: path(it),
        title: Some("Approve it".into()),
        text: Some(format!(
            "All of it is recorded at once, or nothing is. It takes effect on {} by itself.",
            ui::day_text(it.laid.on)
        )),
        fields,
        button: "Approve".into(),
        idempotency_key: Some(keys()),
        hidden: vec![(DO.into(), "approve".into())],
        ..Form::default()
    };
    html! { section.stack #approval { (ui::form(&form)) } }
}

fn undoing(it: &Rehearsing<'_>, values: &Values, wrong: &Wrong, keys: Keys<'_>) -> Markup {
    let records = it.scene.published.state.records();
    let pen = Pen::new(it.scene);
    let back = kernel::change_set::reversed_by(records, it.set);
    let day = it.laid.on.max(it.scene.today).to_string();
    let form = Form {
        id: "undo".into(),
        action: path(it),
        title: Some("Undo it".into()),
        text: Some("What puts back all of it is drafted as a change set of its own, to be rehearsed and approved. What was changed again since stays as it is.".into()),
        fields: vec![
            Field::new(ON, "From", Kind::Date)
                .required()
                .value(if values.get(ON).is_empty() { &day } else { values.get(ON) })
                .help("The day from which things are again as they were.")
                .error(wrong.at(ON)),
        ],
        button: "Draft the reverse".into(),
        idempotency_key: Some(keys()),
        hidden: vec![(DO.into(), "undo".into())],
        errors: wrong.whole.clone(),
        ..Form::default()
    };
    html! {
        @for it in &back { p { "Taken back by " (pen.link((*it).into()).show()) "." } }
        @if it.scene.by().is_ok() { section.stack #undo { (ui::form(&form)) } }
    }
}
