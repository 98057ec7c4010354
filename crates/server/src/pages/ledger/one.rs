//! One entry: who did it and by what right, what was before and after, and the proof that it is in the
//! ledger.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{
        HeaderName,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use kernel::{
    By, Event, Fact, Kind, Shape, Value,
    authority::{Ground, ground},
    duty::Role,
    id::DelegationId,
    measurement::{self, Reading},
    register::Facet,
};
use ledger::{Checkpoint, Proof, checkpoint::hex};
use maud::{Markup, html};

use super::number;
use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, Section, entry, heading},
    ui::{Link, day, day_text, exact_moment},
};

/// Everything that is known of one entry.
struct Known {
    fact: Fact,
    /// The state just before it, and just after.
    before: Arc<kernel::State>,
    after: kernel::State,
    proof: Option<Proof>,
}

/// `GET /ledger/{seq}`
pub async fn show(
    State(app): State<App>,
    Path(seq): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let seq = numbered(&seq, &scene)?;
    let now = Arc::clone(&scene.published.state);
    let known = app.wait(move |host| {
        let archive = host.archive();
        let Some(fact) = archive.fact(seq)? else { return Ok(None) };
        let before = archive.after_entry(&now, seq - 1)?;
        let mut after = kernel::State::clone(&before);
        after.apply(&fact);
        let proof = archive.proof(host.verifier(), seq)?;
        Ok(Some(Known { fact, before, after, proof }))
    });
    let it = known.await?.ok_or(Problem::NoSuchPage)?;
    let pen = Pen::new(&scene);
    let checked = it.proof.as_ref().map(|proof| proof.check(app.host.verifier()));
    let content = html! {
        (heading(&Link::to(scene.href("/ledger"), "Ledger"), &format!("Entry {}", number(seq))))
        p.lead { (entry::sentence(&pen, &it.fact.event)) }
        (about(&pen, &it))
        (changes(&pen, &it))
        @if let (Some(proof), Some(Ok(checkpoint))) = (&it.proof, &checked) {
            (proved(&pen, proof, checkpoint))
        } @else if let Some(Err(why)) = &checked {
            section.stack { h2 { "Proof" } p.wrong { "This entry cannot be proved: " (why) ". Verify the ledger." } }
        }
        nav.pages aria-label="Entries beside it" {
            @if seq > 1 { a rel="prev" href=(scene.href(&format!("/ledger/{}", seq - 1))) { "Entry " (number(seq - 1)) } }
            @if seq < scene.state.seq() { a rel="next" href=(scene.href(&format!("/ledger/{}", seq + 1))) { "Entry " (number(seq + 1)) } }
        }
    };
    Ok(Page::new(&scene, format!("Entry {}", number(seq))).within(Section::Ledger).show(content))
}

/// The number in an address, if the ledger has such an entry at the moment looked at.
fn numbered(seq: &str, scene: &Scene) -> Result<u64, Problem> {
    let seq: u64 = seq.parse().map_err(|_| Problem::NoSuchPage)?;
    let there = (1..=scene.state.seq()).contains(&seq);
    there.then_some(seq).ok_or(Problem::NoSuchPage)
}

/// `GET /ledger/{seq}/proof`: a C2SP tlog-proof, to be kept and checked anywhere.
pub async fn proof(
    State(app): State<App>,
    Path(seq): Path<String>,
    scene: Scene,
) -> Result<([(HeaderName, String); 2], String), Problem> {
    let seq = numbered(&seq, &scene)?;
    let proof = app.wait(move |host| host.archive().proof(host.verifier(), seq)).await?;
    let text = proof.ok_or(Problem::NoSuchPage)?.text();
    let name = format!("attachment; filename=\"entry-{seq}.tlog-proof\"");
    let kind = "text/plain; charset=utf-8".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], text))
}

fn about(pen: &Pen<'_>, it: &Known) -> Markup {
    let subject = it.fact.event.subject();
    let then = format!("{}?known={}", pen.path(subject), it.fact.at);
    let date = pen.scene.moment(it.fact.at).date();
    let right = ground(&it.before, &it.fact.by, &it.fact.event, date);
    html! {
        dl.facts {
            dt { "Done by" }
            @match it.fact.by {
                By::Console => { dd { "Whoever runs the installation, at its console" } }
                By::Schedule => { dd { "Nobody: the day came on which it was due" } }
                By::Postholder { person, post, tenure } => {
                    dd {
                        (pen.link(person.into()).show()) ", as " (pen.link(post.into()).show())
                        " (" a href=(pen.href(tenure.into())) { (capacity(&it.before, tenure)) } ")"
                    }
                    dt { "By what right" } dd { (right_words(pen, right, subject.kind)) }
                }
                By::Delegate { person, post, delegation, .. } => {
                    dd { (pen.link(person.into()).show()) ", for " (pen.link(post.into()).show()) }
                    dt { "Under" } dd { (under(pen, &it.before, delegation, date)) }
                    dt { "By what right" } dd { (right_words(pen, right, subject.kind)) }
                }
            }
            dt { "About" } dd { (pen.link(subject).show()) }
            @if let Some(it) = it.fact.event.deed().1 { dt { "True from" } dd { (day(it)) } }
            dt { "Recorded" } dd { (exact_moment(&pen.scene.moment(it.fact.at))) }
            dt { "As known just then" } dd { a href=(then) { (pen.title(subject)) " at that moment" } }
        }
    }
}

/// `delegation DEL-3 from Director of Finance until 31 March 2026`, as known just before.
fn under(pen: &Pen<'_>, before: &kernel::State, id: DelegationId, on: jiff::civil::Date) -> Markup {
    let row = before.records().delegations.get(id);
    html! {
        a href=(pen.href(id.into())) { "delegation " (id) }
        @if let Some(row) = row {
            " from " (pen.link(row.post.0.into()).show())
            @let until = row.live.ends_after(on);
            @if until != jiff::civil::Date::MAX { ", last day " (day(until.saturating_sub(jiff::Span::new().days(1)))) }
        }
    }
}

fn capacity(state: &kernel::State, tenure: kernel::id::TenureId) -> &'static str {
    state.records().tenures.get(tenure).map_or("its tenure", |it| it.capacity.0.word())
}

fn right_words(pen: &Pen<'_>, right: Ground, kind: Kind) -> Markup {
    html! {
        @match right {
            Ground::Console => "The console may do everything",
            Ground::Due => "It was due",
            Ground::Does(post) => { (pen.link(post.into()).show()) " does what it is about" }
            Ground::Administers => "The post administered the register",
            Ground::Open => { "Any postholder may establish " (kind.words()) }
            Ground::Answers(Role::Accountable, of) => { "The post was accountable for " (pen.link(of).show()) }
            Ground::Answers(_, of) => { "The post was responsible for " (pen.link(of).show()) }
            Ground::Above(post, of) => {
                "The post stood above " (pen.link(post.into()).show()) ", which answers for " (pen.link(of).show())
            }
            Ground::Warned(post) => { "The signal goes to " (pen.link(post.into()).show()) ", and so to the posts above it" }
            Ground::Holds(post) => { "Theirs to say as whoever holds " (pen.link(post.into()).show()) ", for themselves" }
            Ground::Gives => "The post delegates what is its own",
            Ground::AboveGiver(post) => { "The post stood above " (pen.link(post.into()).show()) ", which delegates" }
            Ground::TakenOn(of) => { "Nobody answered yet for " (pen.link(of).show()) ", so it could be taken on" }
        }
    }
}

/// Label, before, after.
type Change = (String, Markup, Markup);

fn changes(pen: &Pen<'_>, it: &Known) -> Markup {
    let rows = match &it.fact.event {
        Event::Measurement(event) => readings(it, event),
        event => terms(pen, it, event),
    };
    let new = it.before.records().facet(it.fact.event.subject()).is_none();
    html! {
        section.stack {
            h2 { "What changed" }
            @if rows.is_empty() { p { "Nothing: it was so before." } }
            @else {
                table.list.changes role="table" {
                    caption.out-of-sight { "Each field that the entry changed, before and after" }
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { "Field" }
                        @if !new { th scope="col" role="columnheader" { "Before" } }
                        th scope="col" role="columnheader" { @if new { "As established" } @else { "After" } }
                    } }
                    tbody role="rowgroup" {
                        @for (label, before, after) in &rows {
                            tr role="row" {
                                th scope="row" role="rowheader" { (label) }
                                @if !new { td role="cell" data-label="Before" { div { (before) } } }
                                td role="cell" data-label=[(!new).then_some("After")] { div { (after) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn terms(pen: &Pen<'_>, it: &Known, event: &Event) -> Vec<Change> {
    let subject = event.subject();
    let before = it.before.records().facet(subject);
    let Some(after) = it.after.records().facet(subject) else { return Vec::new() };
    let on = event.deed().1.unwrap_or(pen.scene.today);
    let mut rows = Vec::new();
    for field in subject.kind.fields() {
        let (was, is) = (before.map(|it| it.read(field.name, on)), after.read(field.name, on));
        let empty = matches!(is, Value::Nothing | Value::Flag(false)) && was.is_none();
        if was.as_ref() == Some(&is) || empty {
            continue;
        }
        if field.shape == Shape::Sealed {
            let kept =
                || html! { span.quiet { "kept in the vault; the entry holds a commitment to it" } };
            let was = html! { @if was.is_some() { span.quiet { "another name" } } };
            rows.push(("Name".into(), was, kept()));
            continue;
        }
        let was = was.map(|it| pen.value(&it)).unwrap_or_default();
        rows.push((field.label.into(), was, pen.value(&is)));
    }
    let (was, is) = (before.map(stands), stands(after));
    if was.as_ref() != Some(&is) {
        rows.push(("Stands".into(), html! { (was.unwrap_or_default()) }, html! { (is) }));
    }
    rows
}

/// `from 1 January 2029 until 1 June 2030`
fn stands(it: &dyn Facet) -> String {
    let spans = it.life().spans().filter(|it| *it.1).map(|(days, _)| {
        match days.end == jiff::civil::Date::MAX {
            true => format!("from {}", day_text(days.start)),
            false => format!("from {} until {}", day_text(days.start), day_text(days.end)),
        }
    });
    let spans: Vec<String> = spans.collect();
    if spans.is_empty() { "never".into() } else { spans.join(", ") }
}

fn readings(it: &Known, event: &measurement::Event) -> Vec<Change> {
    let indicator = event.indicator();
    let days: Vec<jiff::civil::Date> = match event {
        measurement::Event::Recorded { readings, .. } => readings.iter().map(|it| it.on).collect(),
        measurement::Event::Withdrawn { on, .. } => vec![*on],
        measurement::Event::Rebased { on, .. } => {
            let why = |state: &kernel::State| match state.records().series(indicator).rebase(*on) {
                Some(why) => html! { "Rebased: " (why) },
                None => html! { span.quiet { "not rebased" } },
            };
            return vec![(day_text(*on), why(&it.before), why(&it.after))];
        }
        measurement::Event::Excluded { on, .. } => {
            let why = |state: &kernel::State| match state.records().series(indicator).excluded(*on)
            {
                Some(why) => html! { "Excluded: " (why) },
                None => html! { span.quiet { "counts" } },
            };
            return vec![(day_text(*on), why(&it.before), why(&it.after))];
        }
    };
    let value = |state: &kernel::State, on| match state.records().series(indicator).on(on) {
        None => html! { span.quiet { "no value" } },
        Some(Reading { value, numerator, denominator, .. }) => html! {
            (value)
            @if let (Some(n), Some(d)) = (numerator, denominator) { span.quiet { " (" (n) " of " (d) ")" } }
        },
    };
    let row = |on| (day_text(on), value(&it.before, on), value(&it.after, on));
    days.into_iter().map(row).collect()
}

fn proved(pen: &Pen<'_>, proof: &Proof, checkpoint: &Checkpoint) -> Markup {
    let (seq, size) = (proof.seq, checkpoint.size);
    html! {
        section.stack {
            h2 { "Proof" }
            p {
                "The bytes of this entry give the hash below. Joined one after the other with the "
                (proof.path.len()) " hashes of its path they give the root that the "
                a href=(pen.scene.href("/ledger/checkpoint")) { "checkpoint over " (number(size)) " entries" }
                " signs: so this entry, and no other, is number " (number(seq)) ". Checked just now."
            }
            p {
                a.button download href={ "/ledger/" (seq) "/proof" } { "Download the proof" }
            }
            p.quiet {
                "The file (C2SP tlog-proof) needs no access to this server: "
                code { "throughline verify --proof entry-" (seq) ".tlog-proof --key …" } " checks it anywhere."
            }
            dl.facts.hashes {
                dt { "Leaf hash" } dd { code { (hex(&proof.leaf())) } }
                dt { "Root" } dd { code { (hex(&checkpoint.root)) } }
            }
            details {
                summary { "The path, from the leaf to the root" }
                @if proof.path.is_empty() { p { "The tree has this entry alone: its hash is the root." } }
                ol.hashes { @for it in &proof.path { li { code { (hex(it)) } } } }
            }
            details {
                summary { "The bytes, " (number(proof.body.len() as u64)) " of them" }
                pre.bytes tabindex="0" role="region" aria-label="The bytes of the entry" { (proof.body) }
            }
        }
    }
}
