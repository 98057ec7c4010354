//! Verifying the whole ledger: on a thread of its own, one at a time, to be left and come back to.
//!
//! What it found is kept in memory until the next one, or until the server stops; the ledger itself is only
//! read.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::{Multipart, State},
    response::Redirect,
};
use jiff::Timestamp;
use kernel::Ref;
use ledger::{Report, checkpoint::hex};
use maud::{Markup, html};

use super::{
    checkpoint::{kept, kept_form},
    number,
};
use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, Section},
    ui::{Notice, Tone, exact_moment, form, notice},
};

/// What a page that shows the run declares, so that it is drawn again as the run goes on.
const SUBJECT: &str = "verifying";
/// So often the page is told how far the run has come.
const STEPS: u64 = 20;
/// Findings written out on the page; the command line has all.
const FINDINGS_MAX: usize = 50;

/// The run that goes on, or the last one.
#[derive(Debug, Clone, Default)]
pub struct Audits {
    held: Arc<Mutex<Option<Run>>>,
}

#[derive(Debug, Clone)]
struct Run {
    /// By reference: a name may be forgotten while it stands here.
    by: Option<Ref>,
    begun: Timestamp,
    size: u64,
    seen: Arc<AtomicU64>,
    /// The entries that a kept checkpoint covers, if one was given.
    witnessed: Option<u64>,
    done: Option<(Timestamp, Result<Arc<Report>, String>)>,
}

impl Audits {
    fn shown(&self) -> Option<Run> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts `run` in its place unless one is going on.
    fn begin(&self, run: Run) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|it| it.done.is_none()) {
            return false;
        }
        *held = Some(run);
        true
    }

    fn end(&self, at: Timestamp, found: Result<Report, String>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = held.as_mut() {
            run.done = Some((at, found.map(Arc::new)));
        }
    }
}

/// `GET /ledger/verify`
pub async fn show(State(app): State<App>, scene: Scene) -> Markup {
    let run = app.audits.shown();
    let running = run.as_ref().is_some_and(|it| it.done.is_none());
    let pen = Pen::new(&scene);
    let content = html! {
        header {
            h1 { "Verify the ledger" }
            p.quiet { "Reads every entry again and checks its bytes, the tree, every checkpoint and signature, and the names in the vault "
                "against what the entries commit to. It changes nothing and others can go on working." }
        }
        @if let Some(it) = &run { (told(&app, &pen, it)) }
        @if !running {
            section.stack {
                h2 { @if run.is_some() { "Verify again" } @else { "Verify now" } }
                p.quiet { "With a checkpoint that was kept elsewhere it is also seen whether this ledger still begins with that; without one, somebody who has the key could have rewritten it all." }
                (form(&kept_form("verify", "/ledger/verify", &format!("Verify {} entries", number(scene.published.state.seq())))))
            }
        }
    };
    let page = Page::new(&scene, "Verify the ledger").within(Section::Ledger).live([SUBJECT]);
    if running { page.unsettled().show(content) } else { page.show(content) }
}

/// `POST /ledger/verify`
pub async fn start(
    State(app): State<App>,
    scene: Scene,
    sent: Multipart,
) -> Result<Redirect, Problem> {
    let witness = kept(sent).await?;
    let verifier = app.host.verifier();
    let witnessed = match witness.as_deref().map(|it| verifier.open(it)).transpose() {
        Ok(it) => it.map(|it| it.size),
        Err(why) => {
            return Err(Problem::Refused(format!("The kept checkpoint cannot be used: {why}.")));
        }
    };
    let seen = Arc::new(AtomicU64::new(0));
    let run = Run {
        by: scene.visitor.person.parse().ok(),
        begun: scene.now,
        size: scene.published.state.seq(),
        seen: Arc::clone(&seen),
        witnessed,
        done: None,
    };
    let step = (run.size / STEPS).max(1);
    if app.audits.begin(run) {
        let asked = app.clone();
        let work = move || {
            let tell = || app.live.announce(app.live.drawn(), &[SUBJECT]);
            let found =
                app.host.archive().verify(app.host.verifier(), witness.as_deref(), &mut |count| {
                    seen.store(count, Ordering::Relaxed);
                    if count.is_multiple_of(step) {
                        tell();
                    }
                });
            app.audits.end(app.host.clock().now(), found.map_err(|it| it.to_string()));
            tell();
        };
        // Not one of the threads that pages wait on: it may take minutes.
        if let Err(why) = std::thread::Builder::new().name("verify".into()).spawn(work) {
            asked
                .audits
                .end(asked.host.clock().now(), Err(format!("no thread could be had: {why}")));
        }
    }
    Ok(Redirect::to("/ledger/verify"))
}

fn told(app: &App, pen: &Pen<'_>, run: &Run) -> Markup {
    let scene = pen.scene;
    let seen = run.seen.load(Ordering::Relaxed);
    html! {
        section.stack {
            @match &run.done {
                None => {
                    (notice(&Notice::new(Tone::Plain, "Verifying").text(
                        format!("{} of {} entries read. You can leave this page and come back.", number(seen), number(run.size)))))
                    progress max=(run.size.max(1)) value=(seen) aria-label="Entries read" { (seen) " of " (run.size) }
                    p { a href="/ledger/verify" { "Look again" } }
                }
                Some((_, Err(why))) => {
                    (notice(&Notice::new(Tone::Bad, "It could not be finished").text(format!("{why}. Try again; if it stays so, run throughline verify on the server."))))
                }
                Some((_, Ok(report))) => { (verdict(app, run, report)) }
            }
            p.quiet {
                "Begun " (exact_moment(&scene.moment(run.begun)))
                @if let Some(by) = run.by { " by " (pen.title(by)) }
                @if let Some((at, _)) = run.done { ", finished " (exact_moment(&scene.moment(at))) }
                "."
            }
        }
    }
}

fn verdict(app: &App, run: &Run, it: &Report) -> Markup {
    let entries = number(it.entries);
    let findings = it.findings.len() as u64 + it.findings_more;
    let told = match (it.is_sound(), run.witnessed) {
        (true, Some(size)) => Notice::new(Tone::Good, format!("{entries} entries, all as written")).text(
            format!("Nothing was changed, taken out, added or moved, and the first {} are those of the kept checkpoint.", number(size)),
        ),
        (true, None) => Notice::new(Tone::Good, format!("{entries} entries, all as written"))
            .text("Nothing was changed, taken out, added or moved."),
        (false, _) if findings == 1 => Notice::new(Tone::Bad, "One thing is wrong")
            .text("Stop changing anything, keep a copy of the data folder, and look at a backup."),
        (false, _) => Notice::new(Tone::Bad, format!("{} things are wrong", number(findings)))
            .text("Stop changing anything, keep a copy of the data folder, and look at a backup."),
    };
    let more = findings.saturating_sub(FINDINGS_MAX as u64);
    html! {
        (notice(&told))
        @if !it.findings.is_empty() {
            ul.wrongs {
                @for it in it.findings.iter().take(FINDINGS_MAX) { li { (super::super::capital(it)) } }
                @if more > 0 { li { (number(more)) " more; throughline verify on the server has them all" } }
            }
        }
        dl.facts.hashes {
            dt { "Entries" } dd { (entries) ", " (number(it.bytes)) " bytes" }
            dt { "Checkpoints" } dd { (number(it.checkpoints)) @if it.is_sound() { ", each as its entries give it" } }
            dt { "Signed by" } dd { code { (app.host.verifier()) } }
            @if let Some(root) = &it.root { dt { "Root" } dd { code { (hex(root)) } } }
            dt { "Names in the vault" } dd {
                (number(it.secrets_matched)) " as the entries commit to them"
                @if it.secrets_gone > 0 { "; " (number(it.secrets_gone)) " earlier or erased, no longer held" }
            }
        }
    }
}
