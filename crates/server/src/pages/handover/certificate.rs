//! The certificate of a handover: what was handed over as known when the second signature was given,
//! drawn from the ledger each time. Nothing recorded later changes a byte of what it certifies.

use std::sync::Arc;

use axum::extract::{Path, State};
use exchange::wire::pack as wire;
use host::Host;
use kernel::{
    Kind, Ref,
    handover::sealed_by,
    id::{HandoverId, Id},
};
use ledger::{checkpoint::hex, merkle::digest};
use maud::{Markup, html};
use serde_json::Value as Json;

use super::{drawn, signatures, words};
use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, find, heading, ledger::number},
    ui::{self, exact_moment},
};

/// What a certificate is drawn from.
pub(crate) struct Sealed {
    pub(crate) seq: u64,
    pub(crate) recorded: jiff::Timestamp,
    /// The state just after the entry.
    pub(crate) after: Arc<kernel::State>,
    pub(crate) certified: Json,
    pub(crate) sha256: String,
}

/// The sealed handover as it was known when it was sealed; none while it is not.
pub(crate) fn sealed(
    host: &Host,
    now: &Arc<kernel::State>,
    of: HandoverId,
) -> Result<Option<Sealed>, host::Failure> {
    let archive = host.archive();
    let numbers: Vec<u64> = now.records().history(of.into()).collect();
    let mut facts = Vec::new();
    for seq in numbers {
        facts.extend(archive.fact(seq)?.map(|it| (seq, it)));
    }
    let Some(seq) = sealed_by(facts.iter().map(|it| (it.0, &it.1))) else { return Ok(None) };
    let Some(recorded) = facts.iter().find(|it| it.0 == seq).map(|it| it.1.at) else {
        return Ok(None);
    };
    let after = archive.after_entry(now, seq)?;
    let Some(certified) = wire::certified(&after, of, seq, recorded) else { return Ok(None) };
    let sha256 = hex(&digest(wire::canonical(&certified).as_bytes()));
    Ok(Some(Sealed { seq, recorded, after, certified, sha256 }))
}

/// `GET /handovers/{reference}/certificate`
pub async fn show(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = find(&scene, &("handovers".into(), reference))?;
    let now = Arc::clone(&scene.state);
    let id = HandoverId::new(of.n);
    let it = app.wait(move |host| sealed(host, &now, id)).await?;
    let not_yet = "This handover is not complete: a certificate is issued once both have signed.";
    let it = it.ok_or_else(|| Problem::Refused(not_yet.into()))?;
    let on = scene.state.records().handovers.get(id).map(|it| it.stage(jiff::civil::Date::MAX));
    let Some(kernel::handover::Stage::Complete(on)) = on else { return Err(Problem::NoSuchPage) };
    // Everything on it is drawn from the moment it was sealed, but for the names, which can be erased.
    let then = Scene {
        state: Arc::clone(&it.after),
        on,
        at: Some(on),
        known: Some(it.recorded),
        present: None,
        ..scene.clone()
    };
    let pen = Pen::new(&then);
    let Some(row) = it.after.records().handovers.get(id) else { return Err(Problem::NoSuchPage) };
    let pack = wire::drawn(pen.view(), row.post.0);
    let outside = Pen::new(&scene);
    let content = html! {
        (heading(&outside.link(of), "Certificate of handover"))
        p.lead { (super::super::organisation(&then)) ": " strong { (pen.title(row.post.0.into())) } " was handed over on " (ui::day(on)) "." }
        section.stack {
            h2 { "Signed by" }
            (signatures(&pen, row))
            (effective(&pen, row))
        }
        section.stack {
            h2 { "What was handed over" }
            (counts(&it.certified))
            (words(&pen, of))
        }
        section.stack {
            h2 { "How to check it" }
            dl.facts.hashes {
                dt { "Sealed by" } dd { a href=(scene.href(&format!("/ledger/{}", it.seq))) { "Entry " (number(it.seq)) } " of the ledger" }
                dt { "Recorded" } dd { (exact_moment(&scene.moment(it.recorded))) }
                dt { "SHA-256" } dd { code { (it.sha256) } }
            }
            p {
                "The second signature is that entry. Its proof can be checked anywhere, without this server: "
                code { "throughline verify --proof entry-" (it.seq) ".tlog-proof --key …" } "."
            }
            p {
                "What was handed over is not kept but drawn from the ledger up to that entry, each time: "
                code { "throughline certificate " (of) } " gives the same again, with the same SHA-256, from any copy of the ledger that verifies."
            }
            ul.acts.no-print {
                li { a.button download href={ "/ledger/" (it.seq) "/proof" } { "Download the proof" } }
                li { a.button href={ "/api/v1/handovers/" (of) "/certificate" } { "As JSON" } }
            }
        }
        h2 { "As known then" }
        p.quiet { "Each line leads to its source at that moment." }
        (drawn::pack(&pen, &pack, Some(row)))
    };
    Ok(Page::new(&scene, format!("Certificate of {}", outside.title(of)))
        .section(Kind::Handover)
        .show(content))
}

/// The tenures' dates and capacities.
fn effective(pen: &Pen<'_>, row: &kernel::handover::Handover) -> Markup {
    let signed =
        [("Giving", row.given_by.near(pen.scene.on)), ("Taking", row.taken_by.near(pen.scene.on))];
    html! {
        dl.facts {
            @for (label, by) in signed {
                @if let Some(tenure) = by.and_then(|it| pen.view().records().tenures.get(it)) {
                    dt { (label) }
                    dd {
                        (pen.title(tenure.post.0.into())) ", " (tenure.capacity.0.word()) " from " (ui::day(tenure.live.begins()))
                        @let until = tenure.live.ends_after(pen.scene.on);
                        @if until != jiff::civil::Date::MAX { " until " (ui::day(until)) }
                    }
                }
            }
        }
    }
}

fn counts(certified: &Json) -> Markup {
    let counts = certified["pack"]["counts"].as_object();
    html! {
        ul.everything {
            @for (name, n) in counts.into_iter().flatten() {
                li { (crate::pages::capital(&name.replace('_', " "))) " " span.quiet { (n) } }
            }
        }
    }
}

/// A handover of an address, for other doors.
pub(crate) fn named(scene: &Scene, reference: String) -> Result<Ref, Problem> {
    find(scene, &("handovers".into(), reference))
}
