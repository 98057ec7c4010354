//! What doing a step proves, said beforehand, and what it left, said afterwards.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::{
    Kind, Ref, State, Value,
    evidence::{self, Approval, FileAnswer, Outcome},
    id::{EvidenceId, ObligationId},
    question::Answer,
    read::{
        run::Stage,
        view::View,
        weather::{Clause, Weather},
    },
};
use maud::{Markup, html};

use super::{Here, acting_for, onward, path, whose};
use crate::{
    App, Problem, Scene,
    pages::{Pen, capital},
    ui::{self, Link, Notice, Query, Tone, day, day_text},
};

/// Clauses named on the page; the evidence has all.
const CLAUSES_MAX: usize = 30;

/// What the step is evidence of, and who approves it: while it is still to be done.
pub(super) fn promise(pen: &Pen<'_>, here: &Here) -> Markup {
    let records = pen.scene.state.records();
    let Some(row) = records.steps.get(here.step) else { return html! {} };
    let on = here.asked_on(pen.scene);
    let controls = row.exercises.near(on);
    let approver = *row.approver.near(on);
    let mut clauses: Vec<Ref> = Vec::new();
    for it in controls.iter().filter_map(|it| records.controls.get(*it)) {
        clauses.extend(it.meets.near(pen.scene.on).iter().map(|it| Ref::from(*it)));
    }
    clauses.retain(|it| pen.view().stands(*it));
    clauses.sort_unstable();
    clauses.dedup();
    html! {
        section.stack {
            h2 { "What this proves" }
            @if controls.is_empty() {
                p.quiet { "It exercises no control, so it proves no clause; it is kept as evidence all the same." }
            } @else {
                ul.rows { @for it in controls.iter() { li { span { "Control: " (pen.link((*it).into()).plain()) } (standing(pen, (*it).into())) } } }
                @if clauses.is_empty() { p.quiet { "That control meets no clause yet." } }
                ul.rows {
                    @for it in clauses.iter().take(CLAUSES_MAX) { li { span { (pen.link(*it).plain()) } (standing(pen, *it)) } }
                }
                @if clauses.len() > CLAUSES_MAX { p.quiet { "And " (clauses.len() - CLAUSES_MAX) " more clauses." } }
            }
            @match approver {
                Some(it) => p { "It counts once another person has approved it: " (whose(pen, it)) },
                None => p.quiet { "Nobody has to approve it." },
            }
        }
    }
}

fn standing(pen: &Pen<'_>, of: Ref) -> Markup {
    html! { @if let Some(it) = pen.status(of) { (ui::status(&it)) } }
}

/// The act that made evidence count, if anything has: the approval, or the doing itself.
fn decisive(here: &Here) -> Option<EvidenceId> {
    let stage = here.stage()?;
    match stage.approval {
        Approval::Given(by) => Some(by),
        Approval::NotNeeded => stage.done,
        Approval::Waiting | Approval::SentBack(_) => None,
    }
}

/// The state as it was known just before that act, so that it can be said what the act changed.
pub(super) async fn before(
    app: &App,
    scene: &Scene,
    here: &Here,
) -> Result<Option<Arc<State>>, Problem> {
    let Some(by) = decisive(here).filter(|_| scene.is_now()) else { return Ok(None) };
    let recorded = scene.state.records().evidence.get(by).and_then(|it| it.recorded.0.clone());
    let recorded: Option<Timestamp> = recorded.and_then(|it| it.parse().ok());
    let Some(recorded) = recorded else { return Ok(None) };
    // What has been done long ago has turned nothing lately.
    if scene.moment(recorded).date() != scene.today {
        return Ok(None);
    }
    let just_before = recorded - SignedDuration::from_nanos(1);
    Ok(Some(app.wait(move |host| host.known(just_before)).await?))
}

/// What a step that was done left as evidence, and what comes next.
pub(super) fn behind(pen: &Pen<'_>, here: &Here, stage: &Stage, before: Option<&State>) -> Markup {
    let Some(done) = stage.done else { return html! {} };
    html! {
        (said(pen, here, stage, done))
        (turned(pen, done, before, decisive(here).is_some()))
        section.stack { (onward(pen, here)) }
        section.stack {
            h2 { "What was recorded" }
            (account(pen, done))
        }
    }
}

fn said(pen: &Pen<'_>, here: &Here, stage: &Stage, done: EvidenceId) -> Markup {
    let outcome = pen.scene.state.records().evidence.get(done).map(|it| it.outcome.0);
    let met = outcome != Some(Outcome::NotMet);
    let approver = pen.scene.state.records().evidence.get(done).and_then(|it| it.approver.0);
    html! {
        @match stage.approval {
            Approval::Waiting => {
                div.notice data-tone="plain" role="status" {
                    p { strong { "Done, and waits for approval" } }
                    p {
                        "It counts once another person has approved it"
                        @if let Some(it) = approver { ": " (whose(pen, it)) } @else { "." }
                    }
                }
                @if approver.is_some_and(|it| !acting_for(pen.scene, it).is_empty()) {
                    p { a.button href=(path(here.occurrence, here.step, true)) { "Approve or send back" } }
                }
            }
            _ if met => (ui::notice(&Notice::new(Tone::Good, "Done").text("What was asked is met. The act is sealed as evidence; nobody can change it."))),
            _ => (ui::notice(&Notice::new(Tone::Bad, "Done, and not met").text("An answer is not what was asked for. It is sealed as evidence all the same, and the control fails until it is exercised again and met."))),
        }
    }
}

/// The controls and clauses that it is evidence of, as they stand now, and which of them it turned.
fn turned(pen: &Pen<'_>, done: EvidenceId, before: Option<&State>, counts: bool) -> Markup {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let Some(row) = records.evidence.get(done) else { return html! {} };
    let fresh = |it: Clause| matches!(it, Clause::Met { weather: Weather::Fresh, .. });
    let then = before.map(|state| View::new(state, on));
    let was = |it: ObligationId| then.as_ref().map(|then| then.clause(it));
    let now = |it: ObligationId| pen.view().clause(it);
    let turned = |it: ObligationId| fresh(now(it)) && was(it).is_some_and(|was| !fresh(was));
    let clauses = &row.proves.0;
    let count = clauses.iter().filter(|it| turned(**it)).count();
    html! {
        @if !row.exercised.0.is_empty() {
            section.stack {
                h2 { "What it proves" }
                @match (counts, before.is_some(), count) {
                    (false, ..) => p { "Nothing yet: it does not count before it is approved." },
                    (_, true, 1) => p { strong { "1 clause" } " turned fresh." },
                    (_, true, 2..) => p { strong { (count) " clauses" } " turned fresh." },
                    _ => "",
                }
                ul.rows {
                    @for it in row.exercised.0.iter() { li { span { "Control: " (pen.link((*it).into()).plain()) } (standing(pen, (*it).into())) } }
                    @for it in clauses.iter().take(CLAUSES_MAX) {
                        li {
                            span {
                                (pen.link((*it).into()).plain())
                                @if turned(*it) { @if let Some(was) = was(*it) { br; span.quiet.small { "was " (was.words()) } } }
                            }
                            (standing(pen, (*it).into()))
                        }
                    }
                }
                @if clauses.len() > CLAUSES_MAX { p.quiet { "And " (clauses.len() - CLAUSES_MAX) " more, on the evidence." } }
            }
        }
    }
}

/// Who did it as which post and when, and what was answered.
pub(super) fn account(pen: &Pen<'_>, done: EvidenceId) -> Markup {
    let records = pen.scene.state.records();
    let Some(row) = records.evidence.get(done) else { return html! {} };
    let version = kernel::read::run::begun(records, row.occurrence.0, row.on());
    let asked = evidence::questions(records, row.step.0, version);
    html! {
        p { (by(pen, done)) ". " (Link::to(pen.href(done.into()), "The evidence").plain()) }
        dl.facts {
            @for it in &asked {
                @if let Some(answer) = row.answer(it.id.into()) {
                    dt { (it.name) }
                    dd {
                        @if it.answer == Answer::File { (photos(pen, &answer)) }
                        @else { @for line in answer.lines() { (line) @if let Some(it) = &it.measure { " " (it) } br; } }
                    }
                }
            }
            @if let Some(it) = &row.note.0 { dt { "Note" } dd { (pen.value(&Value::Text(Arc::clone(it)))) } }
        }
    }
}

fn photos(pen: &Pen<'_>, answer: &str) -> Markup {
    html! {
        @for it in answer.lines().filter_map(FileAnswer::read) {
            @let name = [("name".to_owned(), it.name.clone())];
            a href=(Query::new(format!("/files/sha256:{}", it.digest), name).href()) { (it.name) } br;
        }
        @if !pen.scene.is_now() { "" }
    }
}

/// `Ann Bell as Head of Waste, on 3 March 2026, recorded 2 days later`.
pub(in crate::pages) fn by(pen: &Pen<'_>, done: EvidenceId) -> Markup {
    let records = pen.scene.state.records();
    let Some(row) = records.evidence.get(done) else { return html! {} };
    let link = |of: Ref| Link::to(pen.href(of), pen.title(of)).plain();
    let recorded: Option<Timestamp> = row.recorded.0.as_ref().and_then(|it| it.parse().ok());
    let recorded = recorded.map(|it| pen.scene.moment(it));
    let late = recorded.as_ref().map_or(0, |it| kernel::status::days_between(row.on(), it.date()));
    html! {
        @if let Some(it) = row.person.0 { (link(it.into())) }
        @if let Some(it) = row.post.0 { " as " (link(it.into())) }
        ", on " (day(row.on()))
        @match late {
            0 => "",
            1 => ", recorded 1 day later",
            days => { ", recorded " (days) " days later" }
        }
    }
}

/// The word for what became of a stage.
pub(in crate::pages) fn word(stage: &Stage) -> &'static str {
    match (stage.done, stage.approval) {
        (None, _) => "to be done",
        (_, Approval::Waiting) => "waits for approval",
        (_, Approval::SentBack(_)) => "sent back",
        (_, Approval::Given(_)) => "done and approved",
        (_, Approval::NotNeeded) => "done",
    }
}

/// A step's outcome, where it is worth a word: an answer that did not meet what was asked.
pub(in crate::pages) fn not_met(pen: &Pen<'_>, done: EvidenceId) -> bool {
    let row = pen.scene.state.records().evidence.get(done);
    row.is_some_and(|it| it.outcome.0 == Outcome::NotMet)
}

/// What is said above an approval: of what it is.
pub(super) fn lead(pen: &Pen<'_>, done: EvidenceId) -> Markup {
    let on = pen.scene.state.records().evidence.get(done).map(|it| day_text(it.on()));
    let what = capital(Kind::Evidence.word());
    html! { p.quiet { (what) " of " (on.unwrap_or_default()) ": approve it if it is as it should be, or send it back with a note." } }
}
