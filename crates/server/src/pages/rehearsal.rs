//! Rehearsing a change set: what it would leave open, each line resolved in place; what it proposes; and its
//! approval, or its reverse.

mod draw;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use kernel::{
    By, Kind, Ref, Text,
    change_set::{compose, compose::Wish, layer::Layer},
    id::{ChangeSetId, ProposalId},
    proposal::PROPOSED,
    read::rehearsal::{Line, Sort, Way},
};
use maud::Markup;

use super::{
    Pen, Sent, Wrong,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene, drafting,
    ui::{self, Action, Link},
};

/// Which form was sent.
const DO: &str = "do";
const WHAT: &str = "what";
const TO: &str = "to";
const NAMES: &str = "names";
const LINE: &str = "line";
const WAY: &str = "way";
const PROPOSAL: &str = "proposal";
const REASON: &str = "in_spite_of";
const ON: &str = "on";

/// What can be drafted on the page: the word that is sent, and what it says.
const WISHES: [(&str, &str); 9] = [
    ("unit", "Create a unit"),
    ("post", "Create a post"),
    ("objective", "Create an objective"),
    ("rename", "Rename"),
    ("move", "Move"),
    ("merge", "Merge into, or let give way to"),
    ("split", "Split"),
    ("appoint", "Appoint to a post"),
    ("end", "Close or end"),
];

/// A change set with its draft laid over the living model, as one looks at it.
pub(super) struct Rehearsing<'a> {
    pub(super) scene: &'a Scene,
    pub(super) set: ChangeSetId,
    pub(super) laid: Layer,
    /// The scene with the draft in it, on the day on which it takes effect.
    pub(super) drafted: Scene,
}

impl<'a> Rehearsing<'a> {
    fn new(scene: &'a Scene, set: ChangeSetId) -> Rehearsing<'a> {
        let laid = kernel::change_set::layer::layer(&scene.state, set);
        let drafted = Scene {
            state: std::sync::Arc::new(laid.state.clone()),
            on: laid.on,
            present: None,
            ..scene.clone()
        };
        Rehearsing { scene, set, laid, drafted }
    }

    fn lines(&self) -> Vec<Line> {
        drafting::open(&self.scene.state, &self.laid)
    }
}

/// The way here from a change set's own page.
pub(super) fn actions(pen: &Pen<'_>, of: Ref) -> Vec<Action> {
    let Ok(set) = ChangeSetId::try_from(of) else { return Vec::new() };
    let text = if drafting::is_draft(&pen.scene.published.state, set) {
        "Rehearse it"
    } else {
        "What it changed"
    };
    vec![Action::Open(Link::to(format!("{}/rehearsal", pen.path(of)), text))]
}

/// `GET /change-sets/{reference}/rehearsal`
pub async fn show(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let set = drafting::set(&scene, &of)?;
    let it = Rehearsing::new(&scene, set);
    Ok(draw::page(&it, &Values::default(), &Wrong::default(), &|| app.sign_in.key()))
}

/// A proposal has no form of its own: it is drafted where one sees what it leaves open.
pub(crate) fn where_drafted(scene: &Scene) -> Markup {
    let content = maud::html! {
        h1 { "Propose a change" }
        p { "What a change set would do is drafted on its rehearsal, where one sees at once what it would leave open." }
        ul.acts {
            li { a.button.main href="/change-sets" { "Change sets" } }
            li { a.button href="/change-sets/new" { "Draft a change set" } }
        }
    };
    super::Page::new(scene, "Propose a change").section(Kind::Proposal).show(content)
}

/// What was typed into a form that comes back.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<(String, String)>);

impl Values {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|it| it.0 == name).map_or("", |it| &it.1)
    }
}

/// `POST /change-sets/{reference}/rehearsal`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let set = drafting::set(&scene, &of)?;
    let by = scene.by()?;
    let it = Rehearsing::new(&scene, set);
    let path = format!("{}/rehearsal", Pen::new(&scene).path(set.into()));
    if sent.get(DO) == "undo" {
        return undo(&app, &it, by, &sent).await;
    }
    let read = read(&it, by, &sent);
    let again = |wrong: &Wrong, key: String| {
        let values = Values(sent.pairs().to_vec());
        let first = std::cell::Cell::new(Some(key));
        let keys = || first.take().unwrap_or_else(|| app.sign_in.key());
        draw::page(&it, &values, wrong, &keys)
    };
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn asked(ask: Ask, kind: Kind) -> Asked {
    let shown = [WHAT, TO, NAMES, REASON, ON].map(ToOwned::to_owned).into();
    Asked { ask, kind, shown, links: Vec::new() }
}

fn read(it: &Rehearsing<'_>, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let (key, set) = (sent.key, it.set);
    match sent.get(DO) {
        "resolve" => {
            let (line, way, to) = resolution(it, sent)?;
            Ok(asked(drafting::resolve(key, by, set, line, way, to), Kind::Proposal))
        }
        "take-out" | "again" => {
            let id = sent.get(PROPOSAL).parse::<Ref>().ok();
            let id = id.and_then(|it| ProposalId::try_from(it).ok());
            let id = id.filter(|id| it.laid.fates.contains_key(id));
            let gone = || Wrong::with("This proposal is not in the draft any more.");
            let id = id.ok_or_else(gone)?;
            let ask = match sent.get(DO) {
                "again" => drafting::draft_again(key, by, id, &it.scene.state).ok_or_else(gone)?,
                _ => drafting::take_out(key, by, &[id]),
            };
            Ok(asked(ask, Kind::Proposal))
        }
        "approve" => {
            let reason = sent.get(REASON);
            let reason = (!reason.is_empty()).then(|| Text::from(reason));
            Ok(asked(drafting::approve(key, by, set, reason), Kind::ChangeSet))
        }
        word => {
            let wish = wish(it, word, sent)?;
            Ok(asked(drafting::draft(key, by, set, wish), Kind::Proposal))
        }
    }
}

/// A line as its form carries it.
pub(super) fn line_key(it: &Line) -> String {
    let beside = it.beside.map(|it| it.to_string()).unwrap_or_default();
    format!("{}|{}|{beside}", it.sort.word(), it.about)
}

fn resolution(it: &Rehearsing<'_>, sent: &Sent) -> Result<(Line, Way, Option<Text>), Wrong> {
    let line = it.lines().into_iter().find(|it| line_key(it) == sent.get(LINE));
    let line = line.ok_or_else(|| Wrong::with("This is not open any more."))?;
    let way = Way::named(sent.get(WAY)).filter(|it| line.ways().contains(it));
    let way = way.ok_or_else(|| Wrong::with("Choose what is to become of it."))?;
    let Some(kind) = line.needs(way) else { return Ok((line, way, None)) };
    let mut wrong = Wrong::default();
    let pen = Pen::new(&it.drafted);
    let found = terms::linked(&pen, TO, &[kind], terms::meant(sent, TO), &mut wrong);
    match found {
        Some(to) => Ok((line, way, Some(drafting::written(&it.laid, to)))),
        None => Err(wrong),
    }
}

fn wish(it: &Rehearsing<'_>, word: &str, sent: &Sent) -> Result<Wish, Wrong> {
    let pen = Pen::new(&it.drafted);
    let mut wrong = Wrong::default();
    let find = |name: &str, kinds: &[Kind], wrong: &mut Wrong| {
        terms::linked(&pen, name, kinds, terms::meant(sent, name), wrong)
    };
    let names: Vec<Text> = sent
        .get(NAMES)
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(Text::from)
        .collect();
    let name = names.first().cloned();
    let written = |of: Ref| drafting::written(&it.laid, of);
    let needs_name = |wrong: &mut Wrong| {
        if name.is_none() {
            wrong.put(NAMES, "this is needed");
        }
        name.clone().unwrap_or_default()
    };
    let created = |kind: Kind| {
        (
            kind,
            match kind {
                Kind::Unit => vec![Kind::Unit],
                Kind::Post => vec![Kind::Post, Kind::Unit],
                _ => vec![Kind::Objective, Kind::Plan],
            },
        )
    };
    let creates = match word {
        "unit" => Some(created(Kind::Unit)),
        "post" => Some(created(Kind::Post)),
        "objective" => Some(created(Kind::Objective)),
        _ => None,
    };
    let made = if let Some((kind, above)) = creates {
        let beneath = find(TO, &above, &mut wrong).map(written);
        let name = needs_name(&mut wrong);
        beneath.map(|beneath| Wish::Create { kind, name, beneath })
    } else {
        let of = find(WHAT, PROPOSED, &mut wrong);
        let to =
            matches!(word, "move" | "merge" | "appoint").then(|| find(TO, PROPOSED, &mut wrong));
        let to = to.map(|it| it.map(written));
        // What the draft itself establishes is taken out and drafted again, not changed.
        if let Some(of) = of.filter(|of| word != "appoint" && it.laid.drafted(*of).is_some()) {
            let says = format!(
                "{} is only drafted; take its proposal out and draft it as it should be",
                pen.title(of)
            );
            wrong.put(WHAT, says);
        }
        match (word, of, to) {
            ("rename", Some(of), _) => Some(Wish::Rename { of, name: needs_name(&mut wrong) }),
            ("move", Some(of), Some(Some(to))) => Some(Wish::Move { of, to }),
            ("merge", Some(of), Some(Some(into))) => Some(Wish::Merge { of, into }),
            ("split", Some(of), _) => Some(Wish::Split { of, names }),
            ("appoint", Some(of), Some(Some(post))) => {
                Some(Wish::Appoint { person: written(of), post })
            }
            ("end", Some(of), _) => Some(Wish::End { of }),
            _ => None,
        }
    };
    if wrong.any() {
        return Err(wrong);
    }
    let made = made.ok_or_else(|| Wrong::with("Choose what is to happen."))?;
    match compose::wish(it.scene.state.records(), &it.laid, &made) {
        Ok(_) => Ok(made),
        Err(why) => Err(Wrong::with(why.to_string())),
    }
}

async fn undo(app: &App, it: &Rehearsing<'_>, by: By, sent: &Sent) -> Result<Response, Problem> {
    let again = |wrong: &Wrong, key: String| {
        let values = Values(sent.pairs().to_vec());
        let first = std::cell::Cell::new(Some(key));
        let keys = || first.take().unwrap_or_else(|| app.sign_in.key());
        draw::page(it, &values, wrong, &keys)
    };
    let on = match terms::day(sent.get(ON)) {
        Ok(on) => on,
        Err(says) => {
            let mut wrong = Wrong::default();
            wrong.put(ON, says);
            return Ok(sent::wrong_page(&wrong, again(&wrong, app.sign_in.key())));
        }
    };
    let back = drafting::reversal(app, it.scene, it.set, on).await?;
    if back.proposals.is_empty() {
        let wrong = Wrong::with(
            "On that day there is nothing left to put back: all of it was changed again since.",
        );
        return Ok(sent::wrong_page(&wrong, again(&wrong, app.sign_in.key())));
    }
    let name = format!("Undo: {}", Pen::new(it.scene).title(it.set.into()));
    let ask = drafting::undo(sent.key, by, it.set, (on, name.into()), back);
    match sent::perform(app, it.scene, asked(ask, Kind::ChangeSet)).await {
        Ok(done) => {
            let new = done.established.into_iter().find(|it| it.kind == Kind::ChangeSet);
            let pen = Pen::new(it.scene);
            let path = new.map_or_else(
                || "/change-sets".to_owned(),
                |it| format!("{}/rehearsal", pen.path(it)),
            );
            Ok(sent::onward(sent, &path))
        }
        Err(wrong) => Ok(sent::wrong_page(&wrong, again(&wrong, app.sign_in.key()))),
    }
}

/// What a line says, with the names of what it is about.
pub(super) fn says(pen: &Pen<'_>, it: &Line) -> Markup {
    let link = |of: Ref| pen.link(of).show();
    let about = || link(it.about);
    let beside = || it.beside.map(link);
    let of = || it.of.map(link);
    maud::html! {
        @match it.sort {
            Sort::OrphanedDuty => { "The duty for " (of().unwrap_or_else(about)) " hangs on " (beside().unwrap_or_else(about)) ", which ends." }
            Sort::DoubledDuty => { (of().unwrap_or_else(about)) " would have two accountable posts: " (about()) " is one too many." }
            Sort::StatutoryEmpty => { "Law requires " (about()) " to be filled, and nobody would hold it." }
            Sort::Segregation => { "One person would do and approve " (about()) " of " (of().unwrap_or_else(about)) "." }
            Sort::RouteLost => { "No post would be accountable for " (about()) "." }
            Sort::NoDoer => {
                (about()) @if let Some(of) = of() { " of " (of) } " is for " (beside().unwrap_or_else(about)) ", which ends."
                @if it.running == 1 { " One occurrence is running." } @else if it.running > 1 { " " (it.running) " occurrences are running." }
            }
            Sort::DelegationFalls => { (about()) " would give nothing any more." }
            Sort::AuthorityFalls => { "The authority " (about()) " is that of " (beside().unwrap_or_else(about)) ", which ends." }
            Sort::PersonWithoutPost => { (about()) " would hold no post." }
            Sort::PostLeftBehind => { (about()) " is in " (beside().unwrap_or_else(about)) ", which ends." }
            Sort::UnitLeftBehind => { (about()) " is within " (beside().unwrap_or_else(about)) ", which ends." }
            Sort::LineLost => { (about()) " reports to " (beside().unwrap_or_else(about)) ", which ends." }
            Sort::WorkLeftBehind => { (of().unwrap_or_else(about)) " serves " (beside().unwrap_or_else(about)) ", which ends." }
        }
    }
}

/// What a way to resolve a line says.
pub(super) fn way_says(line: &Line, way: Way) -> &'static str {
    match (way, line.sort) {
        (Way::Move, Sort::OrphanedDuty) => "Give it to another post",
        (Way::Move, Sort::PostLeftBehind | Sort::UnitLeftBehind) => "Move it to another unit",
        (Way::Move, Sort::LineLost) => "Let it report to another post",
        (Way::Move, Sort::WorkLeftBehind) => "Let it serve another objective",
        (Way::Move, _) => "Give it to another post",
        (Way::Approver, _) => "Let another post approve it",
        (Way::Appoint, Sort::StatutoryEmpty) => "Appoint a person",
        (Way::Appoint, _) => "Appoint them to a post",
        (Way::Accountable, _) => "Make a post accountable",
        (Way::Stop, _) => "Stop the work",
        (Way::NotStatutory, _) => "Law does not require it any more",
        (Way::End, Sort::PersonWithoutPost) => "They leave",
        (Way::End, Sort::WorkLeftBehind) => "Take away the anchor alone",
        (Way::End, _) => "End it",
    }
}

pub(super) use ui::day;
