//! One act on several records: ticked in a list, told beforehand what would follow for each, done whole
//! or not at all.
//!
//! What would follow is found by deciding, one after another, on a state of its own; what is refused is
//! shown with its reason and left out of what is sent.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use host::Ask;
use jiff::civil::Date;
use kernel::{
    Act as Done, By, Command, Fact, Kind, Records, Ref, action, anchor, authority, duty,
    id::{ActionId, AnchorId, Id, InitiativeId, ObjectiveId, PostId},
    initiative,
    register::Command as It,
};
use maud::{Markup, html};
use serde_json::json;

use super::narrow::WORK;
use crate::{
    App, Problem, Scene,
    pages::{
        Page, Pen, Sent, Wrong, capital, named,
        sent::{self, Asked, BACK},
        terms,
    },
    signin,
    ui::{self, Field, Form, Link, PAGE_ROWS, Query, TICKED},
};

/// Records of one act: as many as one page can tick.
const SEVERAL_MAX: usize = PAGE_ROWS;
/// Says on the list how many were changed.
const CHANGED: &str = "changed";
const ACT: &str = "act";
/// Sent once the reader has seen what would follow.
const SURE: &str = "sure";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Accountable,
    Anchor,
    Done,
    End,
}

impl Act {
    const ALL: [Act; 4] = [Act::Done, Act::Accountable, Act::Anchor, Act::End];

    fn word(self) -> &'static str {
        match self {
            Act::Accountable => "accountable",
            Act::Anchor => "anchor",
            Act::Done => "done",
            Act::End => "end",
        }
    }

    /// As one chooses it.
    fn text(self) -> &'static str {
        match self {
            Act::Accountable => "give them an accountable post",
            Act::Anchor => "anchor them to an objective",
            Act::Done => "mark them as done",
            Act::End => "end them on a date",
        }
    }

    fn button(self) -> &'static str {
        match self {
            Act::Accountable => "Give the duty for",
            Act::Anchor => "Anchor",
            Act::Done => "Mark as done",
            Act::End => "End",
        }
    }

    fn suits(self, kind: Kind) -> bool {
        match self {
            Act::Accountable => duty::SUBJECTS.contains(&kind),
            Act::Anchor => anchor::ANCHORED.contains(&kind),
            Act::Done => WORK.contains(&kind),
            Act::End => kind != Kind::Organisation,
        }
    }

    /// The field that has to be filled in before anything can be told.
    fn asks(self) -> Option<(&'static str, &'static str, Kind)> {
        match self {
            Act::Accountable => Some(("post", "Accountable post", Kind::Post)),
            Act::Anchor => Some(("serves", "Objective", Kind::Objective)),
            Act::Done | Act::End => None,
        }
    }
}

/// What can be done with the rows of a page, if the visitor may do anything with any of them.
pub(super) fn offered(pen: &Pen<'_>, kind: Kind, shown: &[Ref], here: &Query) -> Option<ui::Ticks> {
    let by = pen.scene.by().ok()?;
    let (_, post) = by.signed()?;
    let (state, on) = (&pen.scene.published.state, pen.scene.today);
    let everything = authority::by_administrator(state, &by, on);
    let theirs = everything || shown.iter().any(|it| authority::may_change(state, post, *it, on));
    // What nobody answers for can be taken on by any post.
    let free = || shown.iter().any(|it| duty::accountable(state.records(), *it, on).is_none());
    let may = |act: Act| match act {
        Act::Accountable | Act::Anchor => theirs || free(),
        Act::Done | Act::End => theirs,
    };
    let acts = Act::ALL.into_iter().filter(|it| it.suits(kind) && may(*it));
    let acts: Vec<_> = acts.map(|it| (it.word().to_owned(), it.text().to_owned())).collect();
    (!acts.is_empty()).then(|| ui::Ticks {
        action: format!("/{}/several", kind.plural()),
        acts,
        hidden: vec![(BACK.into(), here.without(&["ticked"]).href())],
        all: here.get("ticked") == Some("page"),
    })
}

/// What the list says after something was done to several of its records.
pub(super) fn changed(scene: &Scene) -> Option<String> {
    match scene.here.get(CHANGED)?.parse::<usize>().ok()? {
        0 => None,
        1 => Some("One record was changed.".into()),
        n => Some(format!("{} records were changed.", ui::thousands(n))),
    }
}

/// What is wanted: an act, with what it needs, on some records.
#[derive(Debug, Clone)]
struct Wanted {
    act: Act,
    of: Vec<Ref>,
    /// The post, or the objective.
    target: Option<Ref>,
    from: Date,
}

impl Wanted {
    /// The command for one record; none where it is so already.
    fn command(&self, records: &Records, of: Ref) -> Result<Option<Command>, Wrong> {
        let from = self.from;
        Ok(match (self.act, self.target) {
            (Act::Accountable, Some(post)) => {
                let post = PostId::new(post.n);
                match duty::accountable(records, of, from) {
                    Some(it) if it.post == post => None,
                    Some(it) => {
                        let terms = duty::Terms { post: Some(post), ..duty::Terms::default() };
                        Some(Command::Duty(It::Change { id: it.duty, from, terms }))
                    }
                    None => {
                        let terms = duty::Terms {
                            post: Some(post),
                            subject: Some(of),
                            role: Some(duty::Role::Accountable),
                            live: None,
                        };
                        Some(Command::Duty(It::Establish { from, until: None, terms }))
                    }
                }
            }
            (Act::Anchor, Some(objective)) => {
                let serves = ObjectiveId::new(objective.n);
                let anchored = records.pointing::<AnchorId>(of).any(|it| {
                    records.anchors.get(it).is_some_and(|it| {
                        it.from.0 == of && it.serves.0 == serves && it.live.is(from)
                    })
                });
                let terms = anchor::Terms {
                    from: Some(of),
                    serves: Some(serves),
                    ..anchor::Terms::default()
                };
                let anchor = Command::Anchor(It::Establish { from, until: None, terms });
                (!anchored).then_some(anchor)
            }
            (Act::Done, _) => self.done(records, of),
            (Act::End, _) => {
                let body = json!({ "id": of.to_string(), "on": from });
                Some(terms::command(of.kind, "end", body)?)
            }
            (Act::Accountable | Act::Anchor, None) => None,
        })
    }

    fn done(&self, records: &Records, of: Ref) -> Option<Command> {
        let from = self.from;
        if of.kind == Kind::Initiative {
            let id = InitiativeId::new(of.n);
            let done = records.initiatives.get(id).is_some_and(|it| *it.done.near(from));
            let terms = initiative::Terms { done: Some(true), ..initiative::Terms::default() };
            return (!done).then_some(Command::Initiative(It::Change { id, from, terms }));
        }
        let id = ActionId::new(of.n);
        let done = records.actions.get(id).is_some_and(|it| *it.done.near(from));
        let terms = action::Terms { done: Some(true), ..action::Terms::default() };
        (!done).then_some(Command::Action(It::Change { id, from, terms }))
    }
}

/// What would follow for one record.
enum Follows {
    Change,
    Nothing,
    Refused(String),
}

/// What would follow for each, decided one after another, as the writer will.
fn rehearse(scene: &Scene, by: By, it: &Wanted) -> Result<Vec<(Ref, Follows)>, Wrong> {
    let mut state = (*scene.published.state).clone();
    let act = Done { by, at: scene.now, today: scene.today };
    let mut follows = Vec::with_capacity(it.of.len());
    for of in &it.of {
        let follow = match it.command(state.records(), *of)? {
            None => Follows::Nothing,
            Some(command) => match state.decide(&act, &command) {
                Ok(event) => {
                    state.apply(&Fact { at: scene.now, by, event });
                    Follows::Change
                }
                Err(refusal) => {
                    let sentence = refusal.to_string();
                    Follows::Refused(scene.directory().spell_out(&sentence).into_owned())
                }
            },
        };
        follows.push((*of, follow));
    }
    Ok(follows)
}

/// `GET /{kind}/several`: asks what the act needs, or tells what would follow.
pub async fn form(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    let kind = named(&kind)?;
    let by = scene.by()?;
    let pen = Pen::new(&scene);
    let (act, of) = chosen(&scene, kind, &scene.here.pairs)?;
    let page = Paper { pen: &pen, kind, act, of: &of, back: scene.here.get(BACK).unwrap_or("") };
    if of.is_empty() {
        return Ok(page.untouched().into_response());
    }
    let today = scene.today.to_string();
    if act == Act::Done {
        let it = Wanted { act, of: of.clone(), target: None, from: scene.today };
        return Ok(match rehearse(&scene, by, &it) {
            Ok(them) => page.told(&it, &them, &Wrong::default(), app.sign_in.key()).into_response(),
            Err(wrong) => Problem::Refused(wrong.whole.join(" ")).into_response(),
        });
    }
    let value = |name: &str| if name == "from" { today.clone() } else { String::new() };
    Ok(page.asking(&value, &Wrong::default(), app.sign_in.key()).into_response())
}

/// `POST /{kind}/several`: tells what would follow, then, once the reader is sure, does it.
pub async fn perform(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let kind = named(&kind)?;
    let by = scene.by()?;
    let (act, of) = chosen(&scene, kind, sent.pairs())?;
    let back = sent.get(BACK);
    let read = read(&Pen::new(&scene), act, &of, &sent);
    let it = match read {
        Ok(it) => it,
        Err(wrong) => {
            let pen = Pen::new(&scene);
            let page = Paper { pen: &pen, kind, act, of: &of, back };
            let value = |name: &str| sent.get(name).to_owned();
            let asking = page.asking(&value, &wrong, sent::key_text(&sent.key));
            return Ok(sent::wrong_page(&wrong, asking));
        }
    };
    let wrong = match sent.get(SURE) {
        "true" => match sent::perform(&app, &scene, ask(&scene, by, &it, &sent)?).await {
            Ok(_) => return Ok(Redirect::to(&afterwards(kind, back, of.len())).into_response()),
            Err(wrong) => wrong,
        },
        _ => Wrong::default(),
    };
    let key = if wrong.spent { app.sign_in.key() } else { sent::key_text(&sent.key) };
    let refused = |it: Wrong| Problem::Refused(it.whole.join(" "));
    let follows = rehearse(&scene, by, &it).map_err(refused)?;
    let pen = Pen::new(&scene);
    let page = Paper { pen: &pen, kind, act, of: &of, back };
    let told = page.told(&it, &follows, &wrong, key);
    Ok(if wrong.any() { sent::wrong_page(&wrong, told) } else { told.into_response() })
}

/// The act and the records that were ticked.
fn chosen(
    scene: &Scene,
    kind: Kind,
    pairs: &[(String, String)],
) -> Result<(Act, Vec<Ref>), Problem> {
    let word = pairs.iter().find(|it| it.0 == ACT).map_or("", |it| it.1.as_str());
    let act = Act::ALL.into_iter().find(|it| it.word() == word && it.suits(kind));
    let act = act.ok_or_else(|| {
        Problem::Refused("Choose what to do with the records that are ticked.".into())
    })?;
    let mut of: Vec<Ref> = Vec::new();
    for (_, reference) in pairs.iter().filter(|it| it.0 == TICKED) {
        let found = scene.find(reference)?;
        if found.kind != kind {
            return Err(Problem::NoSuchPage);
        }
        of.push(found);
    }
    of.sort_unstable();
    of.dedup();
    if of.len() > SEVERAL_MAX {
        return Err(Problem::Refused(format!(
            "{} records are ticked; {SEVERAL_MAX} at once is the most.",
            of.len()
        )));
    }
    Ok((act, of))
}

fn read(pen: &Pen<'_>, act: Act, of: &[Ref], sent: &Sent) -> Result<Wanted, Wrong> {
    let mut wrong = Wrong::default();
    let mut target = None;
    if let Some((name, _, kind)) = act.asks() {
        target = match terms::meant(sent, name) {
            "" => {
                wrong.put(name, "this is needed");
                None
            }
            text => terms::linked(pen, name, &[kind], text, &mut wrong),
        };
    }
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).ok();
    match from {
        Some(from) if !wrong.any() => Ok(Wanted { act, of: of.to_vec(), target, from }),
        _ => Err(wrong),
    }
}

fn ask(scene: &Scene, by: By, it: &Wanted, sent: &Sent) -> Result<Asked, Problem> {
    // What cannot be put as a command is found out here, not in the writer.
    for of in &it.of {
        it.command(scene.published.state.records(), *of)
            .map_err(|it| Problem::Refused(it.whole.join(" ")))?;
    }
    let about = serde_json::to_vec(&(by, sent.pairs())).unwrap_or_default();
    let wanted = it.clone();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        let command = |of: &Ref| wanted.command(state.records(), *of).ok().flatten();
        Ok(wanted.of.iter().filter_map(command).map(Into::into).collect())
    };
    Ok(Asked {
        ask: Ask::plan(sent.key, by, &about, Arc::new(plan)),
        kind: it.of.first().map_or(Kind::Organisation, |it| it.kind),
        shown: Vec::new(),
        links: Vec::new(),
    })
}

/// The list, saying how many were changed.
fn afterwards(kind: Kind, back: &str, count: usize) -> String {
    let list =
        if back.is_empty() { format!("/{}", kind.plural()) } else { signin::local(back).into() };
    format!("{list}{}{CHANGED}={count}", if list.contains('?') { '&' } else { '?' })
}

/// The pages of an act on several records.
struct Paper<'a, 's> {
    pen: &'a Pen<'s>,
    kind: Kind,
    act: Act,
    of: &'a [Ref],
    back: &'a str,
}

impl Paper<'_, '_> {
    fn list(&self) -> String {
        match self.back {
            "" => format!("/{}", self.kind.plural()),
            it => signin::local(it).into(),
        }
    }

    fn counted(&self, n: usize) -> String {
        let word = if n == 1 { self.kind.word() } else { self.kind.words() };
        format!("{n} {word}")
    }

    fn page(&self, content: Markup) -> Markup {
        let title = format!("{}: {}", capital(self.kind.words()), self.act.text());
        let above = Link::to(self.list(), capital(self.kind.words()));
        let content =
            html! { (crate::pages::heading(&above, &capital(self.act.text()))) (content) };
        Page::new(self.pen.scene, title).section(self.kind).at(self.list()).show(content)
    }

    fn untouched(&self) -> Markup {
        self.page(html! {
            p { "Nothing is ticked. Go back to the list and tick the " (self.kind.words()) " that are meant." }
            p { a.button href=(self.list()) { "Back to the list" } }
        })
    }

    fn hidden(&self, of: impl Iterator<Item = Ref>) -> Vec<(String, String)> {
        let mut hidden = vec![(ACT.to_owned(), self.act.word().to_owned())];
        if !self.back.is_empty() {
            hidden.push((BACK.into(), signin::local(self.back).into()));
        }
        hidden.extend(of.map(|it| (TICKED.to_owned(), it.to_string())));
        hidden
    }

    fn action(&self) -> String {
        format!("/{}/several", self.kind.plural())
    }

    /// What the act needs to be told.
    fn asking(&self, value: &dyn Fn(&str) -> String, wrong: &Wrong, key: String) -> Markup {
        let mut fields = Vec::new();
        if let Some((name, label, kind)) = self.act.asks() {
            let field = terms::link_field(self.pen, name, label, &[kind], wrong);
            fields.push(field.required().value(value(name)).help("By name, number or reference."));
        }
        let (label, help) = match self.act {
            Act::End => ("Ends on", "The first day on which it is no longer so."),
            _ => ("From", "The day from which it is so."),
        };
        fields.push(
            Field::new("from", label, ui::Kind::Date)
                .required()
                .value(value("from"))
                .help(help)
                .error(wrong.at("from")),
        );
        let form = Form {
            id: "several".into(),
            action: self.action(),
            text: Some(format!(
                "{} are ticked. Nothing is changed yet: the next page says what would follow for each.",
                capital(&self.counted(self.of.len()))
            )),
            fields,
            button: "Show what would follow".into(),
            idempotency_key: Some(key),
            hidden: self.hidden(self.of.iter().copied()),
            errors: wrong.whole.clone(),
            cancel: Some(Link::to(self.list(), "Cancel")),
            ..Form::default()
        };
        self.page(ui::form(&form))
    }

    /// What would follow for each, and the button that does it.
    fn told(&self, it: &Wanted, follows: &[(Ref, Follows)], wrong: &Wrong, key: String) -> Markup {
        let change: Vec<Ref> =
            follows.iter().filter(|it| matches!(it.1, Follows::Change)).map(|it| it.0).collect();
        let refused = follows.iter().filter(|it| matches!(it.1, Follows::Refused(_))).count();
        let same = follows.len() - change.len() - refused;
        let mut hidden = self.hidden(change.iter().copied());
        hidden.push((SURE.into(), "true".into()));
        hidden.push(("from".into(), it.from.to_string()));
        if let (Some((name, ..)), Some(target)) = (self.act.asks(), it.target) {
            hidden.push((name.into(), target.to_string()));
        }
        let form = Form {
            id: "several".into(),
            action: self.action(),
            button: format!("{} {}", self.act.button(), self.counted(change.len())),
            idempotency_key: Some(key),
            hidden,
            errors: wrong.whole.clone(),
            cancel: Some(Link::to(self.list(), "Cancel")),
            ..Form::default()
        };
        self.page(html! {
            p {
                (self.sentence(it, change.len()))
                @if same > 0 { " For " (self.counted(same)) " it is so already." }
                @if refused > 0 { " " (capital(&self.counted(refused))) " cannot be changed so and will be left out." }
                " All of it is done, or nothing."
            }
            table.list role="table" {
                caption.out-of-sight { "What would follow for each" }
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { (capital(self.kind.word())) }
                    th scope="col" role="columnheader" { "What would follow" }
                } }
                tbody role="rowgroup" {
                    @for (of, follow) in follows {
                        tr role="row" {
                            th scope="row" role="rowheader" { (self.pen.link(*of)) }
                            td role="cell" data-label="Follows" { @match follow {
                                Follows::Change => (self.change(it, *of)),
                                Follows::Nothing => span.quiet { "Nothing: it is so already" },
                                Follows::Refused(why) => strong.refused { "Refused: " (why) },
                            } }
                        }
                    }
                }
            }
            @if change.is_empty() {
                p { a.button href=(self.list()) { "Back to the list" } }
            } @else {
                (ui::form(&form))
            }
        })
    }

    fn sentence(&self, it: &Wanted, count: usize) -> String {
        let (them, day) = (self.counted(count), ui::day_text(it.from));
        let target = it.target.map(|it| self.pen.shown(it)).unwrap_or_default();
        match self.act {
            Act::Accountable => format!("From {day}, {target} would be accountable for {them}."),
            Act::Anchor => format!("From {day}, {them} would serve {target}."),
            Act::Done => format!("{} would be done from {day}.", capital(&them)),
            Act::End => format!("{} would end on {day}. Nothing is deleted.", capital(&them)),
        }
    }

    fn change(&self, it: &Wanted, of: Ref) -> Markup {
        let records = self.pen.scene.published.state.records();
        let target = it.target.map(|it| self.pen.link(it));
        match (self.act, target) {
            (Act::Accountable, Some(post)) => {
                let was =
                    duty::accountable(records, of, it.from).map(|it| self.pen.link(it.post.into()));
                html! {
                    @match &was { Some(was) => { "Moves from " (was) " to " (post) }, None => { "Accountable: " (post) } }
                }
            }
            (Act::Anchor, Some(objective)) => html! { "Serves " (objective) },
            (Act::Done, _) => html! { "Done from " (ui::day(it.from)) },
            (Act::End, _) => html! { "Ends on " (ui::day(it.from)) },
            _ => html! {},
        }
    }
}
