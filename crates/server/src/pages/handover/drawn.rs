//! The pack, drawn: a section a question, each line a link to its source.

use kernel::{
    Kind, Ref,
    handover::Handover,
    read::pack::{Ahead, Delegated, Pack, Why, Worse},
    status::days_between,
};
use maud::{Markup, html};

use crate::{
    pages::{Pen, acceptance, capital, may, pen::word},
    ui::{self, Link, day, day_text},
};

/// Lines of one section; the post’s own page and the API have them all.
const LINES_MAX: usize = 150;

pub(super) fn pack(pen: &Pen<'_>, it: &Pack, handover: Option<&Handover>) -> Markup {
    let line = |of: Ref, more: Markup| line(pen, of, handover, more);
    let nothing = html! {};
    html! {
        div.halves.wide-first {
            div.stack.apart {
                (section("Getting worse", it.getting_worse.len(), "Nothing has fallen in the last 30 days.", html! {
                    @for worse in it.getting_worse.iter().take(LINES_MAX) { (line(worse.of, why(worse))) }
                }))
                (section("Signals", it.signals.len(), "No signal waits for this post.", html! {
                    @for signal in it.signals.iter().take(LINES_MAX) {
                        (line(signal.subject, html! { (capital(signal.sort.word())) " since " (day(signal.since)) }))
                    }
                }))
                (section("Lapses or falls due in 90 days", it.ahead.len(), "Nothing lapses or falls due.", html! {
                    @for ahead in it.ahead.iter().take(LINES_MAX) { (ahead_line(pen, ahead, handover)) }
                }))
                (section("Open actions", it.open_actions.len(), "No work is open.", html! {
                    @for (of, due) in it.open_actions.iter().take(LINES_MAX) {
                        (line(*of, html! { @match due { Some(due) => { "due " (day(*due)) } None => "without a date" } }))
                    }
                }))
                (section("Challenges and reservations", it.answers.len(), "None of its duties is challenged or accepted with reservation.", html! {
                    @for standing in it.answers.iter().take(LINES_MAX) {
                        li {
                            span { (Link::to(pen.href(standing.duty.into()), pen.title(standing.subject)).show()) br; span.quiet.small { (acceptance::clock(pen, standing)) } (acceptance::reason(pen, standing)) }
                            (acceptance::standing(pen, standing))
                        }
                    }
                }))
            }
            div.stack.apart {
                (section("Answers for", it.answers_for.len(), "It answers for nothing.", html! {
                    @for of in it.answers_for.iter().take(LINES_MAX) { (line(*of, nothing.clone())) }
                }))
                (section("Decisions, and why", it.decisions.len(), "No decision is this post’s.", html! {
                    @for of in it.decisions.iter().take(LINES_MAX) { (line(*of, html! { (pen.words(&pen.view().value(*of, "about"))) })) }
                }))
                (section("Delegations", it.held.len() + it.given.len(), "Nothing is delegated to this post or by it.", html! {
                    @for it in it.held.iter().take(LINES_MAX) { (delegated(pen, it, true, handover)) }
                    @for it in it.given.iter().take(LINES_MAX) { (delegated(pen, it, false, handover)) }
                }))
                (section("Takes part in", it.takes_part_in.len(), "It has no part in anything else.", html! {
                    @for (of, role) in it.takes_part_in.iter().take(LINES_MAX) { (line(*of, html! { (role.word()) })) }
                }))
                (section("Relies on it", it.beneath.len() + it.relying.len(), "No post reports to it or has a part in what it answers for.", html! {
                    @for post in it.beneath.iter().take(LINES_MAX) { (line((*post).into(), html! { "reports here" })) }
                    @for (post, role, of) in it.relying.iter().take(LINES_MAX) {
                        (line((*post).into(), html! { (role.word()) " for " (pen.title(*of)) }))
                    }
                }))
            }
        }
    }
}

fn section(title: &str, n: usize, none: &str, lines: Markup) -> Markup {
    html! {
        section.stack {
            h2 { (title) " " span.quiet { (n) } }
            @if n == 0 { p.quiet { (none) } } @else { ul.rows.told { (lines) } }
            @if n > LINES_MAX { p.quiet { "The first " (LINES_MAX) " of them." } }
        }
    }
}

fn line(pen: &Pen<'_>, of: Ref, handover: Option<&Handover>, more: Markup) -> Markup {
    let notes = handover.map(|it| it.notes_on(of, pen.scene.on)).unwrap_or_default();
    html! {
        li {
            span {
                (Link::to(pen.href(of), pen.title(of)).show())
                @if !more.0.is_empty() { br; span.quiet.small { (more) } }
                @for note in notes { br; span.small { "“" (note) "”" } }
            }
            @if let Some(it) = pen.status(of) { (ui::status(&it)) }
        }
    }
}

/// A delegation, called by who is at its other end.
fn delegated(pen: &Pen<'_>, it: &Delegated, held: bool, handover: Option<&Handover>) -> Markup {
    let of = Ref::from(it.of);
    let notes = handover.map(|it| it.notes_on(of, pen.scene.on)).unwrap_or_default();
    let name = match held {
        true => format!("From {}", pen.title(it.from.into())),
        false => format!("To {}", pen.title(it.to)),
    };
    let in_person = held && it.to.kind == Kind::Person;
    html! {
        li {
            span {
                (Link::to(pen.href(of), name).show())
                br;
                span.quiet.small {
                    @for (n, (authority, limit)) in it.authorities.iter().enumerate() {
                        @if n > 0 { "; " }
                        (pen.title((*authority).into()))
                        @if let Some(it) = limit { " up to " (may::counted(pen, *authority, *it)) }
                    }
                    @if it.signs { @if !it.authorities.is_empty() { "; " } "acts as the post in the register" }
                    @if it.is_lapsed() { "gives nothing any more" }
                    @if in_person { ". To " (pen.title(it.to)) " in person: it does not pass on with the post" }
                }
                @for note in notes { br; span.small { "“" (note) "”" } }
            }
            span { @if let Some(it) = pen.status(of) { (ui::status(&it)) " " } "last day " (day_text(may::last(it.until))) }
        }
    }
}

fn why(it: &Worse) -> Markup {
    html! {
        @match it.why {
            Why::Fell { from, to } => { "was " (word(from).text().to_lowercase()) " 30 days ago, is " (word(to).text().to_lowercase()) }
            Why::SpecialCause => "its figures move for the worse, beyond chance",
        }
    }
}

fn ahead_line(pen: &Pen<'_>, it: &Ahead, handover: Option<&Handover>) -> Markup {
    let left = days_between(pen.scene.on, it.on);
    let notes = handover.map(|h| h.notes_on(it.of, pen.scene.on)).unwrap_or_default();
    let when = match left {
        ..0 => "late".to_owned(),
        0..=30 => "within 30 days".to_owned(),
        31..=60 => "within 60 days".to_owned(),
        _ => "within 90 days".to_owned(),
    };
    let title = match it.of.kind {
        Kind::Tenure => capital(&pen.title(it.of)),
        Kind::Delegation => format!("Delegation, {}", pen.title(it.of)),
        _ => pen.title(it.of),
    };
    html! {
        li {
            span {
                (Link::to(pen.href(it.of), title).show()) br; span.quiet.small { (it.what.words()) ", " (when) }
                @for note in notes { br; span.small { "“" (note) "”" } }
            }
            span.late[left < 0] { (day_text(it.on)) }
        }
    }
}
