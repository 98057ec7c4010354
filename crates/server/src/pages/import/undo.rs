//! Undoing an import: what it would come to, what rests on it since, and doing it in one step.
//!
//! The same for the page and for the API.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use exchange::{
    plan::Counted,
    undo::{self, Undo, Why},
};
use host::{Ask, Failure, Outcome};
use jiff::Timestamp;
use kernel::{Act, By, Fact, State as Recorded};
use ledger::Key;
use maud::{Markup, html};

use super::{
    super::{Page, Pen, Sent, capital, record::administers, sections::Section},
    allowed, done,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Empty, Form, Link, Notice, Tone},
};

/// Entries that are undone together.
const ENTRIES_MAX: u64 = 1_000_000;
/// Records that stay, of those that are shown.
const KEPT_SHOWN_MAX: usize = 50;

/// Whether all of it has to go, or what can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Whole,
    Rest,
}

/// What an undo led to.
#[derive(Debug)]
pub(crate) enum Undone {
    Done(Outcome),
    /// A sentence.
    Not(String),
}

/// What undoing some entries comes to, with what it was worked out from.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) undo: Undo,
    before: Arc<Recorded>,
    facts: Arc<Vec<Fact>>,
    seq: u64,
}

/// Works out what undoing the entries `first-last` comes to.
pub(crate) async fn look(
    app: &App,
    scene: &Scene,
    entries: &str,
    by: By,
) -> Result<Looked, Problem> {
    if !administers(&Pen::new(scene), by) {
        let says = "Only the holder of a post that administers the register can undo.";
        return Err(Problem::NotAllowed(says.into()));
    }
    let range = entries.split_once('-');
    let range = range.and_then(|it| Some((it.0.parse().ok()?, it.1.parse().ok()?)));
    let (first, last): (u64, u64) = range.ok_or(Problem::NoSuchPage)?;
    let now = Arc::clone(&scene.published.state);
    if first == 0 || last < first || last > now.seq() || last - first >= ENTRIES_MAX {
        return Err(Problem::NoSuchPage);
    }
    let looked = app
        .wait(move |host| {
            let before = host.archive().after_entry(&now, first - 1)?;
            let mut facts = Vec::new();
            while (first - 1 + facts.len() as u64) < last {
                let after = first - 1 + facts.len() as u64;
                let some = host.archive().facts(after, READ_MAX.min((last - after) as usize))?;
                if some.is_empty() {
                    return Err(Failure::ReadOnly(format!("entry {} is missing", after + 1)));
                }
                facts.extend(some.into_iter().map(|it| it.1));
            }
            if !undo::belong_together(&facts) {
                return Ok(None);
            }
            let undo = undo::undo(&before, &facts, &now, &act(&now, by));
            let facts = Arc::new(facts);
            Ok(Some(Looked { first, last, undo, before, facts, seq: now.seq() }))
        })
        .await?;
    looked.ok_or_else(|| {
        let says = format!(
            "Entries {first} to {last} were not recorded together, so they are not undone together."
        );
        Problem::Refused(says)
    })
}

/// Entries read at once.
const READ_MAX: usize = 4096;

fn act(state: &Recorded, by: By) -> Act {
    // When it is recorded is the writer's to say; the rules ask only for the day.
    Act { by, at: Timestamp::UNIX_EPOCH, today: state.derived().today() }
}

impl Looked {
    /// Does it, if what was looked at is what it still comes to.
    pub(crate) async fn carry_out(
        &self,
        app: &App,
        scene: &Scene,
        by: By,
        key: Key,
        consent: Consent,
    ) -> Result<Undone, Failure> {
        if consent == Consent::Whole && !self.undo.kept.is_empty() {
            let says = format!(
                "{} of it cannot be undone; nothing was. Undo the rest alone, or mend that first.",
                self.undo.kept.len()
            );
            return Ok(Undone::Not(says));
        }
        let moved = Arc::new(AtomicBool::new(false));
        let (before, facts, seq, mark) =
            (Arc::clone(&self.before), Arc::clone(&self.facts), self.seq, self.undo.mark());
        let (steps, tell) = (self.undo.steps.clone(), Arc::clone(&moved));
        let plan = move |state: &Recorded, _: &host::Directory| {
            if state.seq() == seq {
                return Ok(steps.iter().cloned().map(Into::into).collect());
            }
            let again = undo::undo(&before, &facts, state, &act(state, by));
            let same = again.mark() == mark;
            tell.store(!same, Ordering::Relaxed);
            Ok(if same { again.steps.into_iter().map(Into::into).collect() } else { Vec::new() })
        };
        let about = format!("undo {}-{} {consent:?}", self.first, self.last);
        let outcome = match app.run(Ask::plan(key, by, about.as_bytes(), Arc::new(plan))).await {
            Ok(it) => it,
            Err(it @ (Failure::Refused(_) | Failure::Step(_))) => {
                return Ok(Undone::Not(scene.directory().spell_out(&it.to_string()).into_owned()));
            }
            Err(it) => return Err(it),
        };
        if moved.load(Ordering::Relaxed) {
            let says = "Something else was recorded meanwhile, and it would come to something else now. Nothing was undone: look again.";
            return Ok(Undone::Not(says.into()));
        }
        if outcome.last >= outcome.first {
            let taken = done::Undone {
                first: self.first,
                last: self.last,
                by: scene.visitor.person.clone(),
                at: outcome.at,
                undo: (outcome.first, outcome.last),
                kept: self.undo.kept.len(),
            };
            // That it is listed is a convenience; that it is recorded is certain.
            if let Err(failure) = done::note_undone(&app.sign_in, &scene.visitor, taken).await {
                tracing::warn!("an undo is not listed: {failure}");
            }
        }
        Ok(Undone::Done(outcome))
    }
}

/// `GET /import/undo/{first}-{last}`
pub async fn show(
    State(app): State<App>,
    Path(entries): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    let by = allowed(&scene)?;
    let looked = look(&app, &scene, &entries, by).await?;
    Ok(page(&app, &scene, &looked, None).into_response())
}

/// `POST /import/undo/{first}-{last}`
pub async fn perform(
    State(app): State<App>,
    Path(entries): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let by = allowed(&scene)?;
    let looked = look(&app, &scene, &entries, by).await?;
    let consent = if sent.get("rest") == "yes" { Consent::Rest } else { Consent::Whole };
    match looked.carry_out(&app, &scene, by, sent.key, consent).await? {
        Undone::Done(_) => Ok(Redirect::to("/import").into_response()),
        Undone::Not(why) => Ok(page(&app, &scene, &looked, Some(&why)).into_response()),
    }
}

fn page(app: &App, scene: &Scene, looked: &Looked, why_not: Option<&str>) -> Markup {
    let (undo, pen) = (&looked.undo, Pen::new(scene));
    let entries = format!("{}-{}", looked.first, looked.last);
    let here = format!("/import/undo/{entries}");
    let total = undo.total();
    let all_listed = done::all(&app.sign_in);
    let import = all_listed.iter().find(|it| it.first == looked.first && it.last == looked.last);
    let kept = undo.kept.len();
    let content = html! {
        (super::super::heading(&Link::to("/import", "Import"), "Undo an import"))
        p.quiet {
            @if let Some(it) = import { (capital(&it.kind)) " from " (it.files.join(", ")) " · " }
            "entries " a href=(scene.href(&format!("/ledger/{}", looked.first))) { (looked.first) } " to " (looked.last)
        }
        @if let Some(why) = why_not { (ui::notice(&Notice::new(Tone::Bad, "Not undone").text(why))) }
        @if undo.steps.is_empty() && kept == 0 {
            (ui::empty(&Empty {
                title: "There is nothing left to undo".into(),
                text: "Everything these entries recorded has been undone, or has gone back to what it was.".into(),
                steps: vec![Link::to("/import", "All imports")],
            }))
        } @else {
            p {
                strong { (total.annulled) " will never have stood, " (total.put_back) " go back to what they were" }
                @if kept > 0 { ", " (kept) " stay as they are" }
                "."
            }
            p { "What was known before still shows them: the ledger keeps both the import and its undoing." }
            @if kept == 0 {
                (form(&here, "undo", "Undo it", &[], undo.steps.len(), app))
            } @else {
                (ui::notice(&Notice::new(Tone::Plain, "Not all of it can be undone").text("Something rests on it by now. Nothing is undone unless you say so.")))
                (kept_list(&pen, undo))
                @if !undo.steps.is_empty() {
                    (form(&here, "rest", "Undo the rest", &[("rest".into(), "yes".into())], undo.steps.len(), app))
                }
            }
            (counts(undo))
            (sample(&pen, undo))
        }
    };
    Page::new(scene, "Undo an import").within(Section::Import).at(here).show(content)
}

fn form(
    here: &str,
    id: &str,
    button: &str,
    hidden: &[(String, String)],
    steps: usize,
    app: &App,
) -> Markup {
    ui::form(&Form {
        id: id.into(),
        action: here.into(),
        text: Some(match steps {
            1 => "One new entry will be recorded.".into(),
            _ => format!("{steps} new entries will be recorded together, all of them or none."),
        }),
        button: button.into(),
        hidden: hidden.to_vec(),
        idempotency_key: Some(app.sign_in.key()),
        cancel: Some(Link::to("/import", "Leave it")),
        ..Form::default()
    })
}

fn kept_list(pen: &Pen<'_>, undo: &Undo) -> Markup {
    html! {
        section.stack {
            h2 { "What stays, and why" }
            ul.rows {
                @for it in undo.kept.iter().take(KEPT_SHOWN_MAX) {
                    li {
                        span {
                            (pen.link(it.of).show()) " "
                            @match &it.why {
                                Why::LedTo(by) => { "is what " (pen.link(*by).show()) " leads to, which stays" }
                                Why::Refused(why) => { "cannot go back: " (pen.scene.directory().spell_out(why)) }
                                other => (other.says())
                            }
                        }
                        @if let Some(entry) = it.entry {
                            a href=(pen.scene.href(&format!("/ledger/{entry}"))) { "Entry " (entry) }
                        }
                    }
                }
            }
            @if undo.kept.len() > KEPT_SHOWN_MAX {
                p.quiet { "and " (undo.kept.len() - KEPT_SHOWN_MAX) " more" }
            }
        }
    }
}

fn counts(undo: &Undo) -> Markup {
    html! {
        table.list role="table" {
            caption { "What the undo comes to" }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { "Kind" }
                th.number scope="col" role="columnheader" { "Never stood" }
                th.number scope="col" role="columnheader" { "Go back" }
                th.number scope="col" role="columnheader" { "Stay" }
            } }
            tbody role="rowgroup" {
                @for (what, it) in &undo.counts {
                    tr role="row" {
                        th scope="row" role="rowheader" {
                            @match what {
                                Counted::Records(kind) => (capital(kind.words())),
                                Counted::Measurements => "Measurements",
                            }
                        }
                        td.number role="cell" data-label="Never stood" { (it.annulled) }
                        td.number role="cell" data-label="Go back" { (it.put_back) }
                        td.number role="cell" data-label="Stay" { (it.kept) }
                    }
                }
            }
        }
    }
}

fn sample(pen: &Pen<'_>, undo: &Undo) -> Markup {
    html! {
        @if !undo.sample.is_empty() {
            section.stack {
                h2 { "The first of them" }
                ul.rows {
                    @for (of, _, says) in &undo.sample {
                        li { span { (pen.kind(*of)) " " (pen.link(*of).show()) } span.quiet { (says) } }
                    }
                }
            }
        }
    }
}
