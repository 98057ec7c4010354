//! The index of an audit file: one page to read without any program of ours, and the same as JSON.

use exchange::wire::{self, Names};
use kernel::{By, Kind, Ref, day, read::view::View};
use ledger::Verifier;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::{Entry, Gathered, Request};

/// All there is to its looks: the page lies in a folder of somebody else's.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}\
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.1rem 1rem}dd{margin:0;overflow-wrap:anywhere}code{overflow-wrap:anywhere}\
@media(max-width:40rem){dl{display:block}dt{font-weight:600}}";

pub(super) fn json(request: &Request, it: &Gathered, view: &View<'_>, names: Names<'_>) -> Value {
    let entry = |it: &Entry| {
        let mut json = wire::entry(it.seq, &it.fact, names);
        json["proof"] = json!(proof(it.seq));
        json["files"] = it.files.iter().map(|it| json!(it.to_string())).collect();
        json
    };
    let record = |of: &Ref| {
        let mut json = wire::link(*of, names);
        json["status"] = wire::status(view.status(*of));
        json["record"] = json!(format!("records/{of}.json"));
        json
    };
    json!({
        "form": "throughline.audit-index/v1",
        "about": request.about.iter().map(|it| wire::link(*it, names)).collect::<Vec<_>>(),
        "at": request.on.to_string(),
        "from": request.from.map(|it| it.to_string()),
        "to": request.to.map(|it| it.to_string()),
        "made": request.made.to_string(),
        "records": it.records.iter().map(record).collect::<Vec<_>>(),
        "entries": it.entries.iter().map(entry).collect::<Vec<_>>(),
        "files": it.files.iter().map(|(digest, path)| json!({ "digest": digest.to_string(), "path": path, "erased": path.ends_with(".erased") })).collect::<Vec<_>>(),
    })
}

pub(super) fn page(
    request: &Request,
    it: &Gathered,
    view: &View<'_>,
    names: Names<'_>,
    verifier: &Verifier,
) -> Markup {
    let called = |of: Ref| names(of).map_or_else(|| of.to_string(), |it| it.to_string());
    let here = |of: &Ref| it.records.binary_search(of).is_ok();
    let linked = |of: Ref| {
        html! { @if here(&of) { a href={ "#" (of) } { (called(of)) } } @else { (called(of)) } }
    };
    let days = match (request.from, request.to) {
        (None, None) => "at any time".to_owned(),
        (Some(from), None) => format!("from {} on", day(from)),
        (None, Some(to)) => format!("until {}", day(to)),
        (Some(from), Some(to)) => format!("from {} to {}", day(from), day(to)),
    };
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Audit file" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Audit file" }
                p { "About " @for (n, of) in request.about.iter().enumerate() { @if n > 0 { ", " } (linked(*of)) }
                    ". Records as of " (day(request.on)) "; entries of the ledger recorded or effective " (days) ". Made " (request.made.to_string()) "." }
                p { "Everything here is listed in " code { "manifest.txt" } " with its SHA-256, and that is signed in " code { "audit.note" } " with the ledger’s key:" br;
                    code { (verifier) } }
                p { "Check it with " code { "throughline verify FILE --key KEY" } ", with the key as you have it from elsewhere. Each entry’s proof is a C2SP tlog-proof that other programs check, too." }
                nav { ul {
                    li { a href="#entries" { (it.entries.len()) " entries" } }
                    li { a href="#files" { (it.files.len()) " attachments" } }
                    @for kind in Kind::ALL {
                        @let count = it.records.iter().filter(|it| it.kind == kind).count();
                        @if count > 0 { li { a href={ "#" (kind.plural()) } { (count) " " (kind.plural()) } } }
                    }
                } }
                h2 #entries { "Entries of the ledger" }
                table {
                    thead { tr { th { "Entry" } th { "Recorded" } th { "What" } th { "Effective" } th { "By" } th { "Proof" } } }
                    tbody { @for entry in &it.entries { (row(entry, &linked)) } }
                }
                h2 #files { "Attachments" }
                @if it.files.is_empty() { p { "None." } }
                ul { @for (digest, path) in &it.files { li #(digest.hex()) { a href=(path) { code { (digest) } } @if path.ends_with(".erased") { " was erased" } } } }
                @for kind in Kind::ALL {
                    @let of_kind: Vec<Ref> = it.records.iter().copied().filter(|it| it.kind == kind).collect();
                    @if !of_kind.is_empty() { h2 id=(kind.plural()) { (crate::pages::capital(kind.words())) } }
                    @for of in of_kind { (record(of, view, &called, &linked)) }
                }
            }
        }
    }
}

fn row(it: &Entry, linked: &dyn Fn(Ref) -> Markup) -> Markup {
    let (deed, effective) = it.fact.event.deed();
    let subject = it.fact.event.subject();
    html! {
        tr id={ "entry-" (it.seq) } {
            td { (it.seq) }
            td { (it.fact.at.to_string()) }
            td { (linked(subject)) " (" (subject) ") " (deed) @for digest in &it.files { br; a href={ "#" (digest.hex()) } { code { (digest.hex()[..12]) "…" } } } }
            td { @if let Some(on) = effective { (day(on)) } }
            td { @match it.fact.by {
                By::Console => { "the console" }
                by => { @if let Some((person, post)) = by.signed() { (linked(person.into())) " as " (linked(post.into())) } }
            } }
            td { a href=(proof(it.seq)) { "proof" } }
        }
    }
}

fn record(
    of: Ref,
    view: &View<'_>,
    called: &dyn Fn(Ref) -> String,
    linked: &dyn Fn(Ref) -> Markup,
) -> Markup {
    html! {
        h3 id=(of) { (called(of)) " " small { a href={ "records/" (of) ".json" } { (of) } } }
        p { "Status: " (wire::status(view.status(of))["word"].as_str().unwrap_or_default()) @if !view.stands(of) { "; it does not stand on the date" } }
        dl {
            @for (field, value) in view.values(of) {
                @let text = wire::cell(&value);
                @if field.name != "sealed_name" && !text.is_empty() {
                    dt { (field.label) }
                    dd {
                        @if value.links().is_empty() { (text) }
                        @for (n, it) in value.links().iter().enumerate() { @if n > 0 { ", " } (linked(*it)) }
                    }
                }
            }
        }
    }
}

fn proof(seq: u64) -> String {
    format!("entries/{seq}.tlog-proof")
}
