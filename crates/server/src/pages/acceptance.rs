//! Answering to duties: one by one, all that is left at once, and ruling on a challenge.
//!
//! Each is done as the post that it is about, whichever of their posts the visitor acts as.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::{Ask, Step};
use kernel::{
    By, Kind, Ref, Text, Value,
    acceptance::{self, Answer, Ruling},
    id::{AcceptanceId, DutyId, Id, PostId, TenureId},
    read::acceptances::{self, Standing, Word},
};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Page, Pen, Sent, Wrong, capital, heading, pen,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    scene::Acting,
    ui::{self, Action, Choice, Field, Form, Link, day_text},
};

/// Duties in the short account on the page of a post.
const LINES_MAX: usize = 12;
const NO_HOLDER: &str = "Only whoever holds the post of this duty today can answer to it.";
const NOT_ABOVE: &str = "Only a post above the one that challenges can rule on this, and another person than the one who challenges.";

/// The visitor’s own holding of a post, today.
pub(crate) fn holding(scene: &Scene, post: PostId) -> Option<Acting> {
    scene.posts().into_iter().find(|it| it.post == post && it.tenure().is_some())
}

/// The visitor’s holding of the post that has a duty, and how the duty stands with them.
pub(super) fn mine(pen: &Pen<'_>, duty: Ref) -> Option<(Acting, Standing)> {
    if !pen.scene.is_now() {
        return None;
    }
    let records = pen.scene.published.state.records();
    let all = acceptances::of_duty(records, DutyId::new(duty.n), pen.scene.today);
    let posts = pen.scene.posts();
    all.into_iter().find_map(|it| {
        let mine = posts.iter().find(|mine| mine.tenure() == Some(it.holder.tenure))?;
        Some((*mine, it))
    })
}

/// A duty of an address.
fn duty(scene: &Scene, reference: &str) -> Result<Ref, Problem> {
    scene.find(reference).and_then(|it| match it.kind {
        Kind::Duty => Ok(it),
        _ => Err(Problem::NoSuchPage),
    })
}

/// `GET /duties/{reference}/acceptance`
pub async fn form(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = duty(&scene, &reference)?;
    scene.by()?;
    let pen = Pen::new(&scene);
    let (_, it) = mine(&pen, of).ok_or_else(|| Problem::OnlyTheirs(NO_HOLDER.into()))?;
    let asked = scene.here.get("answer").filter(|it| Answer::WORDS.contains(it));
    let now = it.acceptance.map(|it| pen.view().value(it.into(), "reason"));
    let reason = now.map(|it| terms::shown(&pen, &it)).unwrap_or_default();
    let answer = asked.unwrap_or(Answer::Accepted.word());
    Ok(page(&pen, of, (answer, &reason), &Wrong::default(), app.sign_in.key()))
}

/// `POST /duties/{reference}/acceptance`
pub async fn perform(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = duty(&scene, &reference)?;
    scene.by()?;
    let pen = Pen::new(&scene);
    let (mine, standing) = mine(&pen, of).ok_or_else(|| Problem::OnlyTheirs(NO_HOLDER.into()))?;
    let read = read(of, (mine, standing.holder.tenure), &sent, &scene);
    let again = |wrong: &Wrong, key| {
        page(&Pen::new(&scene), of, (sent.get("answer"), sent.get("reason")), wrong, key)
    };
    Ok(sent::answer(&app, &scene, &sent, &pen.path(of), read, again).await)
}

fn read(
    of: Ref,
    (mine, tenure): (Acting, TenureId),
    sent: &Sent,
    scene: &Scene,
) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let answers = [Answer::Accepted, Answer::Reserved, Answer::Challenged];
    let Some(answer) = answers.into_iter().find(|it| it.word() == sent.get("answer")) else {
        wrong.put("answer", "choose one of the three");
        return Err(wrong);
    };
    let reason = sent.get("reason");
    if answer != Answer::Accepted && reason.is_empty() {
        wrong.put("reason", "a reservation or a challenge needs a reason");
        return Err(wrong);
    }
    // What is accepted has no reservation left.
    let reason: Option<Text> = (answer != Answer::Accepted).then(|| reason.into());
    let (duty, today) = (DutyId::new(of.n), scene.today);
    let about = serde_json::to_vec(&(By::from(mine), of, answer, &reason)).unwrap_or_default();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        let said = acceptance::say(state.records(), duty, tenure, answer, reason.clone(), today);
        Ok(vec![Step::from(said)])
    };
    let ask = Ask::plan(sent.key, mine.into(), &about, Arc::new(plan));
    let shown = ["answer", "reason"].map(ToOwned::to_owned).into();
    Ok(Asked { ask, kind: Kind::Acceptance, shown, links: Vec::new() })
}

fn page(
    pen: &Pen<'_>,
    of: Ref,
    (answer, reason): (&str, &str),
    wrong: &Wrong,
    key: String,
) -> Markup {
    let choices = Answer::WORDS.iter().map(|it| Choice::new(*it, capital(it))).collect();
    let form = Form {
        id: "answer".into(),
        action: format!("{}/acceptance", pen.path(of)),
        fields: vec![
            Field::new("answer", "Your answer", ui::Kind::Choice(choices))
                .required()
                .value(answer)
                .help("It can be given anew at any time; what was answered before stays to be seen.")
                .error(wrong.at("answer")),
            Field::new("reason", "Reason", ui::Kind::LongText)
                .value(reason)
                .help("A reservation or a challenge needs one. It stays in the ledger: name no persons here.")
                .error(wrong.at("reason")),
        ],
        button: "Answer".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        hidden: back(pen),
        cancel: Some(Link::to("/my-post", "Cancel")),
        ..Form::default()
    };
    let subject = subject(pen, of);
    let content = html! {
        (heading(&pen.link(of), "Answer to a duty"))
        @if let Some(it) = subject { p.lead { (pen.link(it).show()) } }
        ul {
            li { "Accepted: you answer for it from today." }
            li { "Accepted with reservation: you answer for it, and say what stands in the way." }
            li { "Challenged: you say why it is not yours. The next post above yours that somebody holds rules on it; until then it stays with your post." }
        }
        (ui::form(&form))
    };
    Page::new(pen.scene, "Answer to a duty")
        .section(Kind::Duty)
        .at(format!("{}/acceptance", pen.path(of)))
        .show(content)
}

/// Back to where the form was opened from.
fn back(pen: &Pen<'_>) -> Vec<(String, String)> {
    let back = pen.scene.here.get(sent::BACK).map(crate::signin::local);
    back.map(|it| (sent::BACK.to_owned(), it.to_owned())).into_iter().collect()
}

fn subject(pen: &Pen<'_>, duty: Ref) -> Option<Ref> {
    pen.view().value(duty, "subject").links().first().copied()
}

/// Accepting every duty of a post that waits for its holder: all of them or none.
pub fn ask_for_all(key: ledger::Key, mine: Acting, today: jiff::civil::Date) -> Ask {
    let about = serde_json::to_vec(&(By::from(mine), "accept all", today)).unwrap_or_default();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        // Who was let act for the post answers for nothing of its holder’s.
        let all = mine
            .tenure()
            .map(|it| acceptance::accept_all(state.records(), mine.post, it, today))
            .unwrap_or_default();
        Ok(all.into_iter().map(Step::from).collect())
    };
    Ask::plan(key, mine.into(), &about, Arc::new(plan))
}

/// `POST /posts/{reference}/acceptances`
pub async fn accept_all(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = scene.find(&reference)?;
    let post = PostId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    scene.by()?;
    let mine = holding(&scene, post).ok_or_else(|| Problem::OnlyTheirs(NO_HOLDER.into()))?;
    let ask = ask_for_all(sent.key, mine, scene.today);
    let asked = Asked { ask, kind: Kind::Acceptance, shown: Vec::new(), links: Vec::new() };
    match sent::perform(&app, &scene, asked).await {
        Ok(_) => Ok(sent::onward(&sent, "/my-post")),
        Err(wrong) => Err(Problem::Refused(wrong.whole.join(" "))),
    }
}

/// The visitor’s holding as which they may rule on a challenge.
pub(super) fn above(scene: &Scene, of: AcceptanceId) -> Option<Acting> {
    let state = &scene.published.state;
    let row = state.records().acceptances.get(of)?;
    let open = row.live.is(scene.today) && row.word(scene.today) == Word::Challenged;
    // Who was let act for the post above rules on nothing for its holder.
    let may = |it: &Acting| {
        it.tenure().is_some() && acceptance::may_rule(state, row, it.person, it.post, scene.today)
    };
    scene.posts().into_iter().find(|it| open && scene.is_now() && may(it))
}

/// `GET /acceptances/{reference}/ruling`
pub async fn ruling_form(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = scene.find(&reference)?;
    let id = AcceptanceId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    scene.by()?;
    above(&scene, id).ok_or_else(|| Problem::OnlyTheirs(NOT_ABOVE.into()))?;
    let asked = (Ruling::Upheld.word(), "");
    Ok(ruling_page(&Pen::new(&scene), of, asked, &Wrong::default(), app.sign_in.key()))
}

/// `POST /acceptances/{reference}/ruling`
pub async fn rule(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = scene.find(&reference)?;
    let id = AcceptanceId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    scene.by()?;
    let mine = above(&scene, id).ok_or_else(|| Problem::OnlyTheirs(NOT_ABOVE.into()))?;
    let (ruling, reason) = (sent.get("ruling"), sent.get("ruling_reason"));
    let body = json!({
        "id": of.to_string(),
        "from": scene.today,
        "terms": { "ruling": ruling, "ruling_reason": (!reason.is_empty()).then_some(reason) },
    });
    let read = if ruling == Ruling::Dismissed.word() && reason.is_empty() {
        let mut wrong = Wrong::default();
        wrong.put("ruling_reason", "to dismiss a challenge takes a reason");
        Err(wrong)
    } else {
        terms::command(Kind::Acceptance, "change", body).map(|command| Asked {
            ask: Ask::steps(sent.key, mine.into(), vec![command.into()]),
            kind: Kind::Acceptance,
            shown: ["ruling", "ruling_reason"].map(ToOwned::to_owned).into(),
            links: Vec::new(),
        })
    };
    let path = Pen::new(&scene).path(of);
    let again =
        |wrong: &Wrong, key| ruling_page(&Pen::new(&scene), of, (ruling, reason), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn ruling_page(
    pen: &Pen<'_>,
    of: Ref,
    (ruling, reason): (&str, &str),
    wrong: &Wrong,
    key: String,
) -> Markup {
    let choices = [
        Choice::new(Ruling::Upheld.word(), "Uphold it: the duty is to be moved or changed"),
        Choice::new(Ruling::Dismissed.word(), "Dismiss it: the duty stays as it is"),
    ];
    let form = Form {
        id: "ruling".into(),
        action: format!("{}/ruling", pen.path(of)),
        fields: vec![
            Field::new("ruling", "Your ruling", ui::Kind::Choice(choices.into()))
                .required()
                .value(ruling)
                .error(wrong.at("ruling")),
            Field::new("ruling_reason", "Reason", ui::Kind::LongText)
                .value(reason)
                .help("A dismissal needs one. It stays in the ledger: name no persons here.")
                .error(wrong.at("ruling_reason")),
        ],
        button: "Rule on it".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        hidden: back(pen),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let duty = pen.view().value(of, "duty").links().first().copied();
    let content = html! {
        (heading(&pen.link(of), "Rule on a challenge"))
        dl.facts {
            @if let Some(duty) = duty {
                dt { "The duty" } dd { (pen.link(duty).show()) }
                @if let Some(it) = subject(pen, duty) { dt { "For" } dd { (pen.link(it).show()) } }
            }
            dt { "Challenged because" } dd { (pen.value(&pen.view().value(of, "reason"))) }
        }
        (ui::form(&form))
    };
    Page::new(pen.scene, "Rule on a challenge")
        .section(Kind::Acceptance)
        .at(format!("{}/ruling", pen.path(of)))
        .show(content)
}

/// What can be done with an answer: given anew by the holder, ruled on from above.
pub(super) fn actions(pen: &Pen<'_>, of: Ref) -> Vec<Action> {
    let mut actions = Vec::new();
    let id = AcceptanceId::new(of.n);
    if above(pen.scene, id).is_some() {
        let href = format!("{}/ruling", pen.path(of));
        actions.push(Action::Open(Link::to(href, "Rule on it")));
    }
    let row = pen.scene.published.state.records().acceptances.get(id);
    let duty = row.map(|it| Ref::from(it.duty.0));
    let own = duty.and_then(|it| mine(pen, it)).is_some_and(|it| it.1.acceptance == Some(id));
    if let Some(duty) = duty.filter(|_| own) {
        let href = format!("{}/acceptance", pen.path(duty));
        actions.push(Action::Open(Link::to(href, "Answer anew")));
    }
    actions
}

/// How a duty stands with each of its holders.
pub(super) fn part(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Markup> {
    let records = pen.scene.state.records();
    let all = acceptances::of_duty(records, DutyId::new(of.n), pen.scene.on);
    shown.extend(all.iter().filter_map(|it| it.acceptance).map(Ref::from));
    (!all.is_empty()).then(|| {
        html! {
            ul.rows.told {
                @for it in &all {
                    li {
                        span {
                            (Link::to(pen.href(it.holder.person.into()), pen.title(it.holder.person.into())).show())
                            br; span.quiet.small { (clock(pen, it)) }
                            (reason(pen, it))
                        }
                        (standing(pen, it))
                    }
                }
            }
        }
    })
}

/// How it stands, leading to the answer where there is one.
pub(super) fn standing(pen: &Pen<'_>, it: &Standing) -> Markup {
    let status = ui::Status::said(pen::answered(it.word), capital(it.word.word()));
    html! {
        @match it.acceptance {
            Some(of) => a.plain href=(pen.href(of.into())) { (ui::status(&status)) },
            None => (ui::status(&status)),
        }
    }
}

/// Since when, and by when what.
pub(super) fn clock(pen: &Pen<'_>, it: &Standing) -> String {
    let since = format!("since {}", day_text(it.since));
    let late = if it.is_late(pen.scene.on) { "late, was due" } else { "due" };
    match (it.due_by, it.asked) {
        (_, Some(asked)) => match asked.post {
            Some(post) => format!(
                "{since}; waits for {} until {}",
                pen.title(post.into()),
                day_text(asked.until)
            ),
            None => format!("{since}; waits for whoever administers the register"),
        },
        (Some(by), None) => format!("{since}; {late} by {}", day_text(by)),
        (None, None) => since,
    }
}

pub(super) fn reason(pen: &Pen<'_>, it: &Standing) -> Markup {
    let reason = it.acceptance.map(|it| pen.view().value(it.into(), "reason"));
    html! {
        @if let Some(Value::Text(text)) = reason { br; span.small { "“" (text) "”" } }
    }
}

/// How many of a post’s duties stand how, and those that ask for something.
pub(super) fn summary(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Markup> {
    let post = PostId::try_from(of).ok()?;
    let mut all = acceptances::of_post(pen.scene.state.records(), post, pen.scene.on);
    if all.is_empty() {
        return None;
    }
    shown.push(of);
    all.sort_by_key(|it| (it.word, it.since, it.duty));
    let count = |word: Word| all.iter().filter(|it| it.word == word).count();
    let counts = Word::ALL.map(|it| (it, count(it)));
    let asking: Vec<&Standing> = all.iter().filter(|it| it.word != Word::Accepted).collect();
    shown.extend(asking.iter().take(LINES_MAX).map(|it| Ref::from(it.duty)));
    Some(html! {
        ul.everything {
            @for (word, n) in counts.iter().filter(|it| it.1 > 0) {
                li { (ui::status(&ui::Status::said(pen::answered(*word), capital(word.word())))) " " span.quiet { (n) } }
            }
        }
        ul.rows.told {
            @for it in asking.iter().take(LINES_MAX) {
                li {
                    span { (Link::to(pen.href(it.duty.into()), pen.title(it.subject)).show()) br; span.quiet.small { (it.role.word()) ", " (clock(pen, it)) } (reason(pen, it)) }
                    (standing(pen, it))
                }
            }
        }
        @if asking.len() > LINES_MAX { p.quiet { "And " (asking.len() - LINES_MAX) " more." } }
    })
}
