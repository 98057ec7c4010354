//! The room of an audit: its scope on a day, what its auditors are too near to, a sample, and what was found.
//!
//! What belongs to it and what is drawn is worked out in the kernel. The room only reads; a finding is raised in
//! place, by the form of findings, and the audit file is taken away from here.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, State},
    response::Response,
};
use exchange::room::{SAMPLE, SAMPLE_MAX, by_post, drawn};
use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    audit::Audit,
    id::{AuditId, EvidenceId, FindingId, ObligationId, OccurrenceId},
    read::{
        room::{self, Scope},
        run::{self, Tally},
        weather::Clause,
    },
};
use maud::{Markup, html};

use super::{Page, Pen, audit_file, establish, find};
use crate::{
    App, Problem, Scene,
    ui::{
        self, Empty, Heat, HeatBox, HeatRow, Link, Notice, Table, TableRow, Tone, day, empty, heat,
        table, thousands,
    },
};

/// Clauses on one page of the room.
const CLAUSES_MAX: usize = 100;
/// Records named that an auditor is too near to.
const NEAR_MAX: usize = 20;

/// A room as it is asked for.
struct Room<'a> {
    id: AuditId,
    audit: &'a Audit,
    scope: Arc<Scope>,
}

fn room<'a>(app: &App, scene: &'a Scene, reference: &str) -> Result<Room<'a>, Problem> {
    let of = find(scene, &(Kind::Audit.plural().to_owned(), reference.to_owned()))?;
    let id = AuditId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let audit = scene.state.records().audits.get(id).ok_or(Problem::NoSuchPage)?;
    let scope = app.rooms.scope(&scene.state, id).ok_or(Problem::NoSuchPage)?;
    Ok(Room { id, audit, scope })
}

/// `GET /audits/{reference}/room`
pub async fn show(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let it = room(&app, &scene, &reference)?;
    let pen = Pen::new(&scene);
    let mut shown = vec![Ref::from(it.id).to_string()];
    shown.extend(
        [Kind::Finding, Kind::Evidence, Kind::Occurrence, Kind::Control, Kind::Obligation]
            .map(|it| it.plural().to_owned()),
    );
    let content = html! {
        header {
            p { (pen.link(it.id.into()).show()) }
            h1 { "Room of " (pen.title(it.id.into())) }
            (about(&pen, &it))
        }
        (near(&pen, &it))
        (ways(&pen, &it))
        (clauses(&pen, &it))
        (counted(&pen, &it))
        (found(&pen, &it))
        (take_away(&pen, &it))
    };
    let title = format!("Room of {}", pen.title(it.id.into()));
    Ok(Page::new(&scene, title).section(Kind::Audit).live(shown).show(content))
}

/// What is audited, over which days and by whom, and as of which day this is.
fn about(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let (audit, on) = (it.audit, pen.scene.on);
    let post = *audit.post.near(on);
    let ends = audit.live.ends_after(on);
    html! {
        p {
            @match audit.framework.0 { Some(it) => (pen.link(it.into()).plain()), None => "Every framework" }
            @if let Some(unit) = audit.unit.0 { " in " (pen.link(unit.into()).plain()) " and beneath it" }
            ", " (day(audit.first.0)) " to " (day(audit.last.0)) ". Audited by " (pen.link(post.into()).plain())
            @if ends != Date::MAX { "; the room closes on " (day(ends)) } "."
        }
        p.quiet { "As of " (day(on)) ". " (thousands(it.scope.obligations.len())) " clauses, "
            (thousands(it.scope.controls.len())) " controls, " (thousands(it.scope.procedures.len())) " procedures, "
            (thousands(it.scope.occurrences.len())) " occurrences expected in the period." }
    }
}

/// What the visitor may not audit, if they are one of the auditors.
fn near(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let acting = pen.scene.acting().filter(|who| who.post == *it.audit.post.near(pen.scene.today));
    let Some(who) = acting.map(|it| (it.person, it.post)) else { return html! {} };
    let records = pen.view().records();
    let own = room::too_near(records, &it.scope, who, it.audit, pen.scene.today);
    if own.is_empty() {
        return html! { p.quiet { "You are independent of all of it: none of it is yours, or was in the period." } };
    }
    html! {
        (ui::notice(&Notice::new(Tone::Warn, "Not all of this is yours to audit")
            .text("You, or the post as which you audit, answer for these or did them. Let another auditor look at them.")))
        ul.rows {
            @for of in own.iter().take(NEAR_MAX) { li { span { (pen.link(*of).show()) } } }
            @if own.len() > NEAR_MAX { li { "And " (own.len() - NEAR_MAX) " more." } }
        }
    }
}

fn ways(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let sample = pen.scene.href(&format!("{}/sample", pen.path(it.id.into())));
    html! {
        nav.chips aria-label="In this room" {
            a.chip href="#clauses" { "Clauses" }
            a.chip href="#expected" { "What was expected" }
            a.chip href=(sample) { "Draw a sample" }
            a.chip href="#found" { "Findings" }
            a.chip href="#take-away" { "Audit file" }
        }
    }
}

/// Clause by period, with the post that answers.
fn clauses(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let records = pen.view().records();
    let days = room::days(it.audit, pen.scene.on);
    if it.scope.obligations.is_empty() || days.is_empty() {
        return html! {
            section.stack #clauses {
                h2 { "Clauses" }
                (empty(&Empty {
                    title: if days.is_empty() { "The period has not begun".into() } else { "No clause is in scope".into() },
                    text: "Clauses of the framework that were brought into scope by the end of the period stand here.".into(),
                    steps: Vec::new(),
                }))
            }
        };
    }
    let lines = room::lines(records, it.audit, &it.scope, &days);
    let first: usize = pen.scene.here.get("from").and_then(|it| it.parse().ok()).unwrap_or(0);
    let first = first.min(lines.len().saturating_sub(1));
    let end = (first + CLAUSES_MAX).min(lines.len());
    let column = |on: &Date| {
        Link::to(pen.scene.here.clone().with("at", on.to_string()).href(), ui::day_text(*on))
    };
    let row = |line: &room::Line| HeatRow {
        head: pen.link(line.obligation.into()),
        note: line.post.map_or_else(|| "nobody answers".into(), |it| pen.title(it.into())),
        boxes: line
            .clauses
            .iter()
            .zip(&days)
            .map(|(clause, on)| boxed(pen, line.obligation, *clause, *on))
            .collect(),
    };
    let map = Heat {
        caption: format!("How each clause stood, {} to {} of {}", first + 1, end, lines.len()),
        corner: "Clause, and the post that answers",
        columns: days.iter().map(column).collect(),
        rows: lines[first..end].iter().map(row).collect(),
    };
    let more = |from: usize, text: &str| {
        let href = pen.scene.here.clone().with("from", from.to_string()).href();
        html! { a href={ (href) "#clauses" } { (text) } }
    };
    html! {
        section.stack #clauses {
            h2 { "Clauses" }
            (heat(&map))
            @if first > 0 { p { (more(first.saturating_sub(CLAUSES_MAX), "The clauses before")) } }
            @if end < lines.len() { p { (more(end, "The clauses after")) } }
        }
    }
}

fn boxed(pen: &Pen<'_>, of: ObligationId, clause: Clause, on: Date) -> HeatBox {
    let word = match clause {
        Clause::Met { weather, .. } => Some(super::pen::weathered(weather)),
        Clause::Gap => Some(ui::Word::OffTrack),
        Clause::NotApplicable | Clause::NotDoneHere => None,
    };
    let there = ui::Query::new(pen.path(of.into()), [("at".to_owned(), on.to_string())]);
    HeatBox { word, says: clause.words(), href: Some(there.href()), ..HeatBox::default() }
}

/// What was expected in the period, as a whole and by the post that was to do it.
fn counted(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let all = room::expected(pen.view().records(), &it.scope, pen.scene.on);
    let whole = Tally::of(all.iter().map(|it| &it.1));
    let number = |it: usize| html! { (thousands(it)) };
    let row = |(post, tally): (kernel::id::PostId, Tally)| TableRow {
        head: pen.link(post.into()).show(),
        cells: [tally.expected, tally.in_time, tally.late, tally.missed, tally.excused]
            .map(number)
            .into(),
    };
    html! {
        section.stack #expected {
            h2 { "What was expected" }
            p { (super::capital(&whole.sentence())) "." }
            @if !all.is_empty() {
                (table(&Table {
                    caption: "By the post that was to do it".into(),
                    columns: vec![("Post", false), ("Expected", true), ("In time", true), ("Late", true), ("Missed", true), ("Excused", true)],
                    rows: by_post(&all).into_iter().map(row).collect(),
                }))
            }
        }
    }
}

fn found(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let all = it.raised(pen.scene);
    let now = pen.present().unwrap_or(pen);
    html! {
        section.stack #found {
            h2 { "Findings raised in it" }
            @if all.is_empty() {
                p { "None yet. On the page of anything in the room, or from the sample, a finding is raised in place." }
            } @else {
                ul.rows { @for of in &all { li { span { (pen.link(*of).show()) } @if let Some(it) = now.status(*of) { (ui::status(&it)) } } } }
            }
            @if let Some(href) = raise(pen, it, it.whole()) { p { a.button href=(href) { "Raise a finding" } } }
        }
    }
}

impl Room<'_> {
    /// What was raised in it until today, whatever date is looked at: the room stays in its period, and what is found
    /// there comes later.
    fn raised(&self, scene: &Scene) -> Vec<Ref> {
        let records = scene.state.records();
        let all = records.pointing::<FindingId>(self.id).map(Ref::from);
        all.filter(|it| records.stands(*it, scene.today)).collect()
    }

    /// What a finding is raised on that names nothing narrower.
    fn whole(&self) -> Option<Ref> {
        self.audit.framework.0.map(Ref::from).or(self.audit.unit.0.map(Ref::from))
    }
}

/// The form that raises a finding in this audit, for one of its auditors while it is open.
fn raise(pen: &Pen<'_>, it: &Room<'_>, on: Option<Ref>) -> Option<String> {
    let today = pen.scene.today;
    let auditor = *it.audit.post.near(today);
    let acts = pen.scene.acting().is_some_and(|it| it.post == auditor);
    if !acts || !it.audit.live.is(today) {
        return None;
    }
    let mut filled = vec![("audit", Ref::from(it.id).to_string())];
    filled.extend(on.map(|it| ("regards", it.to_string())));
    Some(establish::href(Kind::Finding, &filled, &pen.scene.here.href()))
}

fn take_away(pen: &Pen<'_>, it: &Room<'_>) -> Markup {
    let file = pen.scene.href(&format!("{}/file", pen.path(it.id.into())));
    html! {
        section.stack #take-away {
            h2 { "Audit file" }
            p { "Everything that is in this room, with ledger entries, proofs, attachments and the signed checkpoint, in one file that "
                code { "throughline verify" } " checks on a machine that has never seen this organisation." }
            p { a.button download href=(file) { "Download the audit file" } }
        }
    }
}

/// `GET /audits/{reference}/file`
pub async fn file(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    let it = room(&app, &scene, &reference)?;
    let raised = it.raised(&scene);
    let id = Ref::from(it.id);
    let them = it.scope.all.iter().copied().chain(raised).chain([id]);
    let them: BTreeSet<Ref> = them.collect();
    let them = them.into_iter().filter(|it| scene.state.records().facet(*it).is_some()).collect();
    drop(it);
    audit_file::of_room(&app, scene, id, them).await
}

/// `GET /audits/{reference}/sample?number=&seed=`
pub async fn sample(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let it = room(&app, &scene, &reference)?;
    let pen = Pen::new(&scene);
    let number = number(&scene)?;
    let seed = scene.here.get("seed").map(str::trim).filter(|it| !it.is_empty());
    let own = it.audit.seed.0.as_deref().unwrap_or_default();
    let all = drawn(it.audit, &it.scope, seed, number);
    let title = format!("Sample for {}", pen.title(it.id.into()));
    let content = html! {
        header {
            p { (Link::to(scene.href(&format!("{}/room", pen.path(it.id.into()))), format!("Room of {}", pen.title(it.id.into()))).show()) }
            h1 { "Sample" }
            p { (all.len()) " of " (thousands(it.scope.occurrences.len())) " occurrences that were expected in the period, missed ones included, drawn by the seed "
                strong { (seed.unwrap_or(own)) } ", as of " (day(scene.on)) "." }
            p.quiet { "An occurrence is ranked by the SHA-256 digest of the seed, a line feed and its reference; those of the lowest ranks are drawn. "
                "The same seed draws the same a year later, and anybody can draw it again." }
        }
        (form(&pen, &it, number, seed.unwrap_or(own)))
        @if all.is_empty() {
            (empty(&Empty {
                title: "Nothing to draw from".into(),
                text: "No procedure that exercises a control of this scope was due in the period.".into(),
                steps: vec![Link::to(scene.href(&format!("{}/room", pen.path(it.id.into()))), "Back to the room")],
            }))
        } @else {
            (list(&pen, &it, &all))
        }
    };
    Ok(Page::new(&scene, title).section(Kind::Audit).show(content))
}

/// How many are to be drawn.
pub(crate) fn number(scene: &Scene) -> Result<usize, Problem> {
    match scene.here.get("number").map(str::trim).filter(|it| !it.is_empty()) {
        None => Ok(SAMPLE),
        Some(text) => {
            text.parse().ok().filter(|it| (1..=SAMPLE_MAX).contains(it)).ok_or_else(|| {
                Problem::Refused(format!(
                    "“{}” is no number from 1 to {SAMPLE_MAX}. Say how many are to be drawn.",
                    super::terms::brief(text)
                ))
            })
        }
    }
}

fn form(pen: &Pen<'_>, it: &Room<'_>, number: usize, seed: &str) -> Markup {
    let action = format!("{}/sample", pen.path(it.id.into()));
    html! {
        div.list-tools {
            form.filters method="get" action=(action) aria-label="What is drawn" {
                (pen.scene.here.hidden(&["number", "seed"]))
                label for="sample-number" { "How many"
                    input #sample-number name="number" value=(number) inputmode="numeric" size="4"; }
                label for="sample-seed" { "Seed"
                    input #sample-seed name="seed" value=(seed) autocomplete="off"; }
                button { "Draw" }
            }
        }
    }
}

fn list(pen: &Pen<'_>, it: &Room<'_>, all: &[OccurrenceId]) -> Markup {
    let records = pen.view().records();
    let raises = raise(pen, it, None).is_some();
    let row = |(n, of): (usize, &OccurrenceId)| {
        let done = run::run(records, *of, pen.scene.on);
        let evidence: Vec<EvidenceId> =
            done.iter().flat_map(|it| &it.stages).filter_map(|it| it.done).collect();
        let by = |it: &EvidenceId| {
            let row = records.evidence.get(*it)?;
            Some((row.person.0, row.post.0))
        };
        let near = pen.scene.acting().and_then(|who| {
            let who = (who.person, who.post);
            room::own(records, (*of).into(), who, it.audit, pen.scene.today)
        });
        let mut row = TableRow {
            head: html! { (n + 1) ". " (pen.link((*of).into()).show()) },
            cells: vec![
                html! { @if let Some(it) = pen.status((*of).into()) { (ui::status(&it)) } },
                html! {
                    @if evidence.is_empty() { "Nothing was done." } @else {
                        ul.plain {
                            @for it in &evidence {
                                li {
                                    (pen.link((*it).into()).show())
                                    @if let Some((person, post)) = by(it) {
                                        " by " @if let Some(it) = person { (pen.link(it.into()).plain()) }
                                        @if let Some(it) = post { " as " (pen.link(it.into()).plain()) }
                                    }
                                }
                            }
                        }
                    }
                },
            ],
        };
        if raises {
            row.cells.push(match (near, raise(pen, it, Some((*of).into()))) {
                (None, Some(href)) => html! { a href=(href) { "Raise a finding" } },
                _ => html! { span.quiet { "Yours: not for you to audit" } },
            });
        }
        row
    };
    let mut columns =
        vec![("Occurrence", false), ("How it stands", false), ("What was done", false)];
    if raises {
        columns.push(("Finding", false));
    }
    table(&Table {
        caption: "In the order in which they were drawn".into(),
        columns,
        rows: all.iter().enumerate().map(row).collect(),
    })
}
