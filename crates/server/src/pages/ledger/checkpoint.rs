//! The newest checkpoint, what it is good for, and the comparison with one that somebody kept.

use axum::{
    extract::{Multipart, State},
    http::{
        HeaderName,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use ledger::{
    Checkpoint, Compared, Finding,
    checkpoint::{NOTE_BYTES_MAX, hex},
};
use maud::{Markup, html};

use super::number;
use crate::{
    App, Problem, Scene,
    pages::{Page, Section},
    ui::{Empty, Field, Form, Kind, Link, Notice, Tone, empty, form, notice},
};

/// `GET /ledger/checkpoint`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let note = app.wait(|host| host.archive().checkpoint()).await?;
    let content = page(&app, note.as_deref(), html! {});
    Ok(Page::new(&scene, "Checkpoint").within(Section::Ledger).live(["*"]).show(content))
}

/// `GET /ledger/checkpoint/note`: the signed note, as text that other programs verify.
pub async fn note(
    State(app): State<App>,
    _: Scene,
) -> Result<([(HeaderName, String); 2], String), Problem> {
    let note = app.wait(|host| host.archive().checkpoint()).await?.unwrap_or_default();
    let size = app.host.verifier().open(&note).map_or(0, |it| it.size);
    let name = format!("attachment; filename=\"checkpoint-{size}.txt\"");
    let kind = "text/plain; charset=utf-8".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], note))
}

/// `POST /ledger/checkpoint`: a checkpoint that somebody kept, against the ledger as it is.
pub async fn compare(
    State(app): State<App>,
    scene: Scene,
    sent: Multipart,
) -> Result<Markup, Problem> {
    let newest = app.wait(|host| host.archive().checkpoint()).await?;
    let answer = match kept(sent).await? {
        None => notice(
            &Notice::new(Tone::Warn, "No checkpoint was given")
                .text("Paste one, or choose its file."),
        ),
        Some(kept) => {
            let compared =
                app.wait(move |host| host.archive().compare(host.verifier(), &kept)).await?;
            match compared {
                Ok(it) => told(&it),
                Err(why) => notice(
                    &Notice::new(Tone::Bad, "That is no checkpoint of this ledger")
                        .text(format!("{}.", super::super::capital(&why.to_string()))),
                ),
            }
        }
    };
    let content = page(&app, newest.as_deref(), answer);
    Ok(Page::new(&scene, "Checkpoint")
        .within(Section::Ledger)
        .at("/ledger/checkpoint")
        .show(content))
}

/// A checkpoint out of a form: pasted, or as a file, which counts first.
pub(super) async fn kept(mut sent: Multipart) -> Result<Option<String>, Problem> {
    let (mut pasted, mut file) = (String::new(), String::new());
    let odd = |_| Problem::Refused("The form was cut off on its way. Send it again.".into());
    while let Some(field) = sent.next_field().await.map_err(odd)? {
        let place = match field.name() {
            Some("pasted") => &mut pasted,
            Some("file") => &mut file,
            _ => continue,
        };
        let bytes = field.bytes().await.map_err(odd)?;
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(Problem::TooLarge { bytes_max: NOTE_BYTES_MAX });
        }
        // A browser sends the ends of lines in its own way.
        *place = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    }
    let given = if file.trim().is_empty() { pasted } else { file };
    Ok((!given.trim().is_empty()).then(|| format!("{}\n", given.trim())))
}

fn page(app: &App, note: Option<&str>, answer: Markup) -> Markup {
    let verifier = app.host.verifier();
    let opened = note.map(|it| verifier.open(it));
    html! {
        header {
            h1 { "Checkpoint" }
            p.quiet { "A signed statement of how many entries this ledger has and what they are. Whoever keeps one elsewhere can tell "
                "later, without trusting this server, whether anything was changed, taken out or rolled back." }
        }
        (answer)
        @match (note, &opened) {
            (Some(note), Some(Ok(it))) => { (newest(it, &verifier.to_string(), note)) }
            (_, Some(Err(why))) => { (notice(&Notice::new(Tone::Bad, "The newest checkpoint is damaged").text(format!("{why}. Verify the ledger.")))) }
            _ => { (empty(&Empty {
                title: "There is no checkpoint yet".into(),
                text: "The first entry brings the first one.".into(),
                steps: vec![Link::to("/organisations/new", "Establish the organisation")],
            })) }
        }
        section.stack {
            h2 { "Compare with one that was kept" }
            p.quiet { "Says whether the entries it covers still stand, unchanged, at the beginning of this ledger. It takes a moment only." }
            (form(&kept_form("compare", "/ledger/checkpoint", "Compare")))
        }
        section.stack {
            h2 { "Verify everything" }
            p { "Reads every entry again and checks every byte: " a href="/ledger/verify" { "verify the ledger" } "." }
        }
    }
}

fn newest(it: &Checkpoint, key: &str, note: &str) -> Markup {
    html! {
        dl.facts.hashes {
            dt { "Ledger" } dd { code { (it.origin) } }
            dt { "Entries" } dd { (number(it.size)) }
            dt { "Root" } dd { code { (hex(&it.root)) } }
            dt { "Signed by" } dd { code { (key) } " " span.quiet { "(the public key that checks it; keep it with your copy)" } }
        }
        p { a.button.main download href="/ledger/checkpoint/note" { "Download the checkpoint" } }
        details {
            summary { "As it is written" }
            pre.bytes tabindex="0" role="region" aria-label="The checkpoint" { (note) }
            p.quiet { "A C2SP signed note: the ledger’s name, the number of entries, the root of the RFC 6962 tree over them (base64), then the Ed25519 signature." }
        }
    }
}

/// A form that takes a checkpoint.
pub(super) fn kept_form(id: &str, action: &str, button: &str) -> Form {
    Form {
        id: id.into(),
        action: action.into(),
        fields: vec![
            Field::new("pasted", "Checkpoint", Kind::LongText)
                .help("The whole of it, from the ledger’s name to the signature."),
            Field::new("file", "Or its file", Kind::File),
        ],
        button: button.into(),
        ..Form::default()
    }
}

fn told(it: &Compared) -> Markup {
    let (kept, now) = (number(it.kept.size), number(it.now.size));
    let (tone, title, text) = match &it.finding {
        Finding::Holds { .. } => (
            Tone::Good,
            "The kept checkpoint holds",
            format!(
                "The {kept} entries that it covers stand unchanged at the beginning of the {now} that there are now."
            ),
        ),
        Finding::RolledBack => (
            Tone::Bad,
            "The ledger was rolled back",
            format!(
                "The kept checkpoint covers {kept} entries, but there are only {now}. Entries were taken away, or an old backup was restored. Keep both checkpoints and ask who did it."
            ),
        ),
        Finding::Rewritten => (
            Tone::Bad,
            "History was rewritten",
            format!(
                "The first {kept} entries are not those that the kept checkpoint was signed over. Keep both checkpoints and ask who did it."
            ),
        ),
    };
    html! {
        (notice(&Notice::new(tone, title).text(text)))
        dl.facts.hashes {
            dt { "Kept" } dd { (kept) " entries, root " code { (hex(&it.kept.root)) } }
            dt { "Now" } dd { (now) " entries, root " code { (hex(&it.now.root)) } }
        }
        @if let Finding::Holds { path } = &it.finding {
            details {
                summary { "The consistency proof, " (path.len()) " hashes" }
                @if path.is_empty() { p { "The two are the same tree, or the kept one is empty." } }
                ol.hashes { @for it in path { li { code { (hex(it)) } } } }
            }
        }
    }
}
