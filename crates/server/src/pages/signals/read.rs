//! That a signal was read, told by who opens it; and what its own page says of it.
//!
//! Always true: only who opens a page at now, as somebody to whom the signal goes or has come, is noted, once, by the
//! posts that the session itself gives. Nothing in the address or in a form says who reads.

use std::{collections::BTreeMap, sync::Arc};

use host::{Ask, Step};
use kernel::{
    By, Command, Event, Ref,
    id::{Id, SignalId},
    read::raised::{self, Proofs, Raised, With, Word},
    register::Command as It,
    signal,
};
use maud::{Markup, html};

use crate::{
    App, Problem, Scene,
    pages::{Pen, entry, sent},
    ui::{self, Action, Link, day_text},
};

/// Signals that one page notes as read.
const NOTED_MAX: usize = 200;

/// Notes that the visitor is the first to read those of `seen` that are for them.
pub(super) async fn note(app: &App, scene: &Scene, seen: &[&Raised]) {
    if !scene.opened || !scene.is_now() || scene.rooms.is_some() {
        return;
    }
    let posts = scene.posts();
    let mut by_whom: BTreeMap<usize, Vec<SignalId>> = BTreeMap::new();
    let unread = seen.iter().filter(|it| it.read.is_none() && it.shown.is_some());
    for it in unread.take(NOTED_MAX) {
        let as_which = posts.iter().position(|acting| it.is_for(acting.post));
        if let Some((n, id)) = as_which.zip(it.id) {
            by_whom.entry(n).or_default().push(id);
        }
    }
    for (n, ids) in by_whom {
        let by = By::from(posts[n]);
        let Some(key) = sent::parse(&app.sign_in.key()) else { continue };
        let about = serde_json::to_vec(&(by, &ids)).unwrap_or_default();
        let today = scene.today;
        let plan = move |state: &kernel::State, _: &host::Directory| {
            // Somebody else may have been quicker, and it may have cleared.
            let still = |it: &&SignalId| {
                let row = state.records().signals.get(**it);
                row.is_some_and(|it| it.live.is(today) && !*it.read.near(today))
            };
            let read = |it: &SignalId| {
                let terms = signal::Terms { read: Some(true), ..signal::Terms::default() };
                Step::from(Command::from(It::Change { id: *it, from: today, terms }))
            };
            Ok(ids.iter().filter(still).map(read).collect())
        };
        // A page that cannot be noted is read all the same.
        if let Err(failure) = app.run(Ask::plan(key, by, &about, Arc::new(plan))).await {
            tracing::debug!("that signals were read was not noted: {failure}");
        }
    }
}

/// As [`note`], of the page of one.
pub(in crate::pages) async fn note_one(app: &App, scene: &Scene, of: Ref) {
    let one = {
        let pen = Pen::new(scene);
        SignalId::try_from(of).ok().and_then(|it| raised::one(pen.view(), it))
    };
    if let Some(it) = one.filter(|it| !matches!(it.word, Word::Cleared { .. })) {
        note(app, scene, &[&it]).await;
    }
}

/// The way to the form that answers it, for whoever may.
pub(in crate::pages) fn actions(pen: &Pen<'_>, of: Ref) -> Vec<Action> {
    let may = super::answer::may(pen, of);
    let text = match raised::one(pen.view(), SignalId::new(of.n)).and_then(|it| it.answer) {
        Some(_) => "Answer it anew",
        None => "Answer it",
    };
    let open = || Action::Open(Link::to(format!("{}/answer", pen.path(of)), text));
    may.then(open).into_iter().collect()
}

pub(in crate::pages) async fn proofs(app: &App, scene: &Scene, of: Ref) -> Result<Proofs, Problem> {
    let Ok(id) = SignalId::try_from(of) else { return Ok(Proofs::default()) };
    let goes_to = raised::one(Pen::new(scene).view(), id).and_then(|it| it.signal.goes_to);
    let (state, on, zone) = (Arc::clone(&scene.state), scene.on, scene.zone.clone());
    let found = app.wait(move |host| {
        let day = |it: jiff::Timestamp| it.to_zoned(zone.clone()).date();
        raised::proofs(&state, id, goes_to, on, &day, &mut |seq| host.archive().fact(seq))
    });
    Ok(found.await?)
}

/// The way to the entry that proves something.
fn proof(seq: Option<u64>) -> Markup {
    html! { @if let Some(seq) = seq { (Link::to(format!("/ledger/{seq}"), format!("Entry {seq}")).show()) } }
}

/// What became of it: shown, read, answered, gone further; each with the entry that proves it.
pub(in crate::pages) fn part(
    pen: &Pen<'_>,
    of: Ref,
    proofs: &Proofs,
    shown: &mut Vec<Ref>,
) -> Option<Markup> {
    let id = SignalId::new(of.n);
    let row = pen.view().records().signals.get(id)?;
    let it = raised::one(pen.view(), id)?;
    let answers = raised::answers(row, pen.scene.on);
    shown.extend(it.escalated.iter().map(|it| Ref::from(it.0)));
    shown.extend(answers.iter().filter_map(|it| it.person).map(Ref::from));
    let wait = kernel::status::days_between(row.live.begins(), row.shown.0);
    Some(html! {
        ul.rows {
            li { span { "Could be known " (ui::day(row.live.begins())) } }
            li {
                span {
                    "First shown " (ui::day(row.shown.0))
                    @if wait > 0 { span.quiet { ", " (wait) @if wait == 1 { " day later" } @else { " days later" } } }
                }
                (proof(proofs.shown))
            }
            li {
                @match it.read {
                    Some(read) => {
                        span { "First read " (ui::day(read.on)) " by " (pen.link(read.person.into()).show()) " as " (pen.link(read.post.into()).show()) }
                        (proof(proofs.read))
                    },
                    None => span.quiet { "Nobody to whom it goes has read it yet." },
                }
            }
            @if let Some((seq, fact)) = &proofs.acted {
                li {
                    span {
                        "First acted on " (ui::day(pen.scene.moment(fact.at).date())) ": "
                        @match fact.event {
                            Event::Signal(_) => "it was answered",
                            _ => (entry::what(pen, &fact.event, None)),
                        }
                    }
                    (proof(Some(*seq)))
                }
            }
            @for answer in answers.iter().rev() {
                li {
                    span {
                        @match answer.with {
                            With::Record(with) => { "Answered " (ui::day(answer.on)) " with " (pen.link(with).show()) },
                            With::Until(until) => { "Accepted " (ui::day(answer.on)) " until " (day_text(until)) },
                        }
                        @if let Some(person) = answer.person { " by " (pen.link(person.into()).show()) }
                        @if let Some(post) = answer.by { " as " (pen.link(post.into()).show()) }
                    }
                    @if let Some(reason) = &answer.reason { span.quiet { (reason) } }
                }
            }
            @if answers.is_empty() { li { span.late[!matches!(it.word, Word::Cleared { .. })] { "Nobody has answered it." } } }
            @for (post, on) in &it.escalated {
                li { span { "Came to " (pen.link((*post).into()).show()) " on " (day_text(*on)) ", because nobody answered it" } }
            }
        }
        @if !matches!(it.word, Word::Cleared { .. }) { p.quiet { (it.signal.sort.remedy()) } }
    })
}
