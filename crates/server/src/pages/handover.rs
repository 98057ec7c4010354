//! The handover of a post: the pack, drawn from the state for any post at any moment, and with it what
//! the outgoing holder says and who has signed.

pub mod certificate;
mod drawn;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use kernel::{
    Act, By, Command, Kind, Ref,
    handover::{Handover, Stage},
    id::{HandoverId, Id, PostId, TenureId},
    read::{handovers, pack, who},
};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Page, Pen, Sent, establish, heading,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    scene::Acting,
    ui::{self, Action, Link, Status, day_text},
};

/// `GET /posts/{reference}/handover`
pub async fn show(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = scene.find(&reference)?;
    let post = PostId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let pen = Pen::new(&scene);
    let records = scene.state.records();
    let found = handovers::open(records, post, scene.on);
    let past = handovers::of_post(records, post, scene.on);
    let past: Vec<HandoverId> =
        past.into_iter().filter(|it| it.1.stage(scene.on).is_complete()).map(|it| it.0).collect();
    let pack = pack::pack(pen.view(), post, &app.signals.find(&pen));
    let holders: Vec<String> = pack.holders.iter().map(|it| pen.title(it.person.into())).collect();
    let content = html! {
        (heading(&pen.link(of), "Handover"))
        p.lead {
            "What whoever takes over " strong { (pen.title(of)) } " has to know on " (ui::day(scene.on))
            @match holders.as_slice() { [] => ". Nobody holds it.", them => { ". Held by " (them.join(" and ")) "." } }
        }
        p.quiet { "Drawn from what is recorded, at this moment, and kept nowhere; each line leads to its source." }
        @match found {
            Some((id, row)) => (open_one(&pen, id, row, &|| app.sign_in.key())),
            None => (none_open(&pen, of)),
        }
        @for it in &past {
            p { a href={ (pen.href((*it).into())) } { (pen.title((*it).into())) } ", complete; " a href=(scene.href(&format!("{}/certificate", pen.path((*it).into())))) { "its certificate" } }
        }
        (drawn::pack(&pen, &pack, found.map(|it| it.1)))
    };
    let kinds = [
        Kind::Duty,
        Kind::Tenure,
        Kind::Post,
        Kind::Objective,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
        Kind::Decision,
        Kind::Acceptance,
        Kind::Handover,
    ];
    Ok(Page::new(&scene, format!("Handover of {}", pen.title(of)))
        .section(Kind::Post)
        .live(kinds.map(Kind::plural))
        .show(content))
}

/// A handover that is being worked on: its words, who has signed, and what the visitor can do.
fn open_one(pen: &Pen<'_>, id: HandoverId, row: &Handover, key: &dyn Fn() -> String) -> Markup {
    let of = Ref::from(id);
    let mut acts = actions(pen, of, key);
    if may_write(pen, of) {
        let href = format!("{}/change", pen.path(of));
        acts.insert(0, Action::Open(Link::to(href, "Write judgement and priorities")));
    }
    html! {
        section.stack {
            h2 { (Link::to(pen.href(of), "The handover").show()) }
            p { (ui::status(&stage(row.stage(pen.scene.on)))) }
            (signatures(pen, row))
            (words(pen, of))
            @if !acts.is_empty() { ul.acts { @for it in &acts { li { (ui::action(it)) } } } }
        }
    }
}

fn none_open(pen: &Pen<'_>, of: Ref) -> Markup {
    let filled = filled(pen, of);
    let body = json!({
        "from": pen.scene.today,
        "terms": filled.iter().map(|it| (it.0, json!(it.1))).collect::<std::collections::BTreeMap<_, _>>(),
    });
    let command = terms::command(Kind::Handover, "establish", body).ok();
    let may = command.zip(pen.scene.by().ok());
    let may = may.is_some_and(|(command, by)| super::record::may(pen, by, &command));
    html! {
        section.stack {
            h2 { "The handover" }
            p { "Nobody has opened one. A handover adds to this pack what its outgoing holder thinks of it, and two signatures." }
            @if may {
                ul.acts { li { a.button href=(establish::href(Kind::Handover, &filled, &format!("{}/handover", pen.path(of)))) { "Open a handover" } } }
            }
        }
    }
}

fn stage(it: Stage) -> Status {
    let word = it.is_complete().then_some(ui::Word::OnTrack);
    Status::said(word, super::capital(it.word()))
}

/// Who gives and who takes, and when each signed.
fn signatures(pen: &Pen<'_>, row: &Handover) -> Markup {
    let on = pen.scene.on;
    let signed = |it: &kernel::timeline::Timeline<Option<TenureId>>| {
        let last = it.entries().rfind(|it| it.0 <= on)?;
        last.1.map(|by| (last.0, by))
    };
    let outgoing = row.outgoing.0;
    let line = |who: Option<TenureId>, signed: Option<(jiff::civil::Date, TenureId)>| {
        html! {
            @match (signed, who) {
                (Some((on, by)), who) => {
                    (Link::to(pen.href(by.into()), pen.title(by.into())).show())
                    @if let Some(who) = who.filter(|it| *it != by) { ", for " (pen.title(who.into())) ", who had gone" }
                    ": signed on " (ui::day(on))
                }
                (None, Some(who)) => { (Link::to(pen.href(who.into()), pen.title(who.into())).show()) ": has not signed" }
                (None, None) => span.quiet { "Nobody yet" },
            }
        }
    };
    html! {
        dl.facts {
            dt { "Gives" } dd { (line(outgoing, signed(&row.given_by))) }
            dt { "Takes" } dd { (line(*row.incoming.near(on), signed(&row.taken_by))) }
        }
    }
}

/// What the outgoing holder says. Notes that speak of a record stand beside it in the pack.
fn words(pen: &Pen<'_>, of: Ref) -> Markup {
    let said = |field: &str| pen.view().value(of, field);
    let notes = pen.view().records().handovers.get(HandoverId::new(of.n));
    let notes: Vec<String> = notes
        .map(|it| it.notes.near(pen.scene.on).to_vec())
        .unwrap_or_default()
        .iter()
        .filter(|it| kernel::handover::about(it).is_none())
        .map(ToString::to_string)
        .collect();
    html! {
        @for (field, label) in [("judgement", "Judgement"), ("priorities", "Priorities")] {
            @if exchange::wire::pack::says(&said(field)) { h3 { (label) } (prose(&pen.words(&said(field)))) }
        }
        @if !notes.is_empty() { h3 { "Notes" } ul { @for it in notes { li { (it) } } } }
    }
}

fn prose(text: &str) -> Markup {
    html! { @for it in text.split("\n\n").filter(|it| !it.trim().is_empty()) { p { (it) } } }
}

/// The tenures of a handover that could be opened: whoever goes or has gone, and whoever comes.
pub(super) fn filled(pen: &Pen<'_>, of: Ref) -> Vec<(&'static str, String)> {
    let mut filled = vec![("post", of.to_string())];
    let Ok(post) = PostId::try_from(of) else { return filled };
    let (records, on) = (pen.scene.published.state.records(), pen.scene.today);
    let mut here = who::holders(records, post, on);
    here.sort_by_key(|it| it.since);
    let gone = handovers::owed_of(records, post, on).map(|it| it.tenure);
    // Of those who are there, whoever is to leave goes; without one, whoever has been there longest.
    let leaving = here.iter().filter(|it| it.until.is_some()).min_by_key(|it| it.until);
    let outgoing = gone.or_else(|| leaving.or(here.first()).map(|it| it.tenure));
    if let Some(it) = outgoing {
        filled.push(("outgoing", it.to_string()));
    }
    let all = records.pointing::<TenureId>(post);
    let rows = all.filter_map(|it| Some((it, records.tenures.get(it)?)));
    let ahead = rows.filter(|(id, row)| {
        Some(*id) != outgoing
            && row.post.0 == post
            && row.live.ends_after(on) > on
            && (row.live.is(on) || row.live.begins() > on)
    });
    if let Some((it, _)) = ahead.max_by_key(|it| it.1.live.begins()) {
        filled.push(("incoming", it.to_string()));
    }
    filled
}

/// The handover of a post that is being worked on.
pub(super) fn open(pen: &Pen<'_>, post: Ref) -> Option<HandoverId> {
    let post = PostId::try_from(post).ok()?;
    handovers::open(pen.scene.state.records(), post, pen.scene.on).map(|it| it.0)
}

pub(super) fn is_sealed(pen: &Pen<'_>, of: Ref) -> bool {
    let row = pen.scene.published.state.records().handovers.get(HandoverId::new(of.n));
    row.is_some_and(|it| it.stage(pen.scene.today).is_complete())
}

/// Where anybody may look, on the pages of posts and handovers.
pub(super) fn look(pen: &Pen<'_>, of: Ref) -> Vec<Action> {
    let open = |path: String, text: &str| Action::Open(Link::to(pen.scene.href(&path), text));
    match of.kind {
        Kind::Post if pen.view().stands(of) => {
            vec![open(format!("{}/handover", pen.path(of)), "What is to be handed over")]
        }
        Kind::Handover => {
            let row = pen.scene.state.records().handovers.get(HandoverId::new(of.n));
            let Some(row) = row else { return Vec::new() };
            let sealed = row.stage(pen.scene.on).is_complete();
            let mut all = Vec::new();
            if sealed {
                all.push(open(format!("{}/certificate", pen.path(of)), "Certificate"));
            } else {
                let post = Ref::from(row.post.0);
                all.push(open(format!("{}/handover", pen.path(post)), "What is handed over"));
            }
            all
        }
        _ => Vec::new(),
    }
}

/// A signature: which, given or taken back, and by which of the visitor’s posts.
struct Signing {
    mine: Acting,
    command: Command,
}

const SIGN: [(&str, &str, &str); 2] = [
    ("given_by", "Sign: I hand this over", "Take back: I hand this over"),
    ("taken_by", "Sign: I take this over", "Take back: I take this over"),
];

fn signing(pen: &Pen<'_>, of: Ref, field: &str, back: bool) -> Option<Signing> {
    if !pen.scene.is_now() {
        return None;
    }
    let state = &pen.scene.published.state;
    pen.scene.posts().into_iter().find_map(|mine| {
        let tenure = mine.tenure()?;
        let by = (!back).then(|| tenure.to_string());
        let terms = json!({ field: by });
        let body = json!({ "id": of.to_string(), "from": pen.scene.today, "terms": terms });
        let command = terms::command(Kind::Handover, "change", body).ok()?;
        let act = Act { by: By::from(mine), at: pen.scene.now, today: pen.scene.today };
        state.decide(&act, &command).ok()?;
        Some(Signing { mine, command })
    })
}

/// Whether the visitor, as the post they act as, may write the handover’s words.
fn may_write(pen: &Pen<'_>, of: Ref) -> bool {
    let Ok(by) = pen.scene.by() else { return false };
    let now = pen.view().value(of, "judgement");
    let terms = json!({ "judgement": exchange::wire::value(&now) });
    let body = json!({ "id": of.to_string(), "from": pen.scene.today, "terms": terms });
    let act = Act { by, at: pen.scene.now, today: pen.scene.today };
    terms::command(Kind::Handover, "change", body)
        .is_ok_and(|it| pen.scene.published.state.decide(&act, &it).is_ok())
}

/// What can be signed, or taken back, by this visitor.
pub(super) fn actions(pen: &Pen<'_>, of: Ref, key: &dyn Fn() -> String) -> Vec<Action> {
    let row = pen.scene.published.state.records().handovers.get(HandoverId::new(of.n));
    let Some(row) = row.filter(|_| pen.scene.is_now()) else { return Vec::new() };
    let today = pen.scene.today;
    let mut all = Vec::new();
    for (field, sign, take_back) in SIGN {
        let now = if field == "given_by" { &row.given_by } else { &row.taken_by };
        let back = now.near(today).is_some();
        if signing(pen, of, field, back).is_none() {
            continue;
        }
        let mut hidden = vec![establish::hidden_key(key()), ("signature".into(), field.into())];
        if back {
            hidden.push(("take_back".into(), "yes".into()));
        }
        let text = if back { take_back } else { sign };
        let action = format!("{}/sign", pen.path(of));
        all.push(Action::Do { action, text: text.into(), hidden });
    }
    all
}

/// `POST /handovers/{reference}/sign`
pub async fn sign(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = scene.find(&reference)?;
    if of.kind != Kind::Handover {
        return Err(Problem::NoSuchPage);
    }
    scene.by()?;
    let field = SIGN.iter().map(|it| it.0).find(|it| *it == sent.get("signature"));
    let field = field.ok_or(Problem::NoSuchPage)?;
    let back = sent.get("take_back") == "yes";
    let pen = Pen::new(&scene);
    let signing = signing(&pen, of, field, back).ok_or_else(|| {
        let says = "You cannot sign this today: only whoever gives the post and whoever takes it can, each for themselves and once.";
        Problem::OnlyTheirs(says.into())
    })?;
    let ask = Ask::steps(sent.key, signing.mine.into(), vec![signing.command.into()]);
    let asked = Asked { ask, kind: Kind::Handover, shown: Vec::new(), links: Vec::new() };
    match sent::perform(&app, &scene, asked).await {
        Ok(_) => {
            let after = app.host.published();
            let row = after.state.records().handovers.get(HandoverId::new(of.n));
            let sealed = row.is_some_and(|it| it.stage(scene.today).is_complete());
            let path = pen.path(of);
            let onward = if sealed { format!("{path}/certificate") } else { path };
            Ok(sent::onward(&sent, &onward))
        }
        Err(wrong) => Err(Problem::Refused(wrong.whole.join(" "))),
    }
}

/// One line about the handover of a post, for whoever holds it.
pub(super) fn line(pen: &Pen<'_>, post: PostId) -> Option<Markup> {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let href = pen.scene.href(&format!("/posts/{post}/handover"));
    if let Some((_, row)) = handovers::open(records, post, on) {
        return Some(html! {
            p { (Link::to(href, "Read the handover").show()) " " (ui::status(&stage(row.stage(on)))) }
            (signatures(pen, row))
        });
    }
    let owed = handovers::owed_of(records, post, on)?;
    Some(html! {
        p {
            (pen.title(owed.tenure.into())) " left on " (day_text(owed.since)) " without a handover. "
            (Link::to(href, "What is to be handed over").show())
        }
    })
}
