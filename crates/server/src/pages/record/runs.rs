//! What only procedures and occurrences have: when one is due in words, what was expected in a period with
//! its figure, and a run step by step.

use exchange::doing::Period;
use jiff::{Span, civil::Date};
use kernel::{
    Kind, Ref,
    evidence::Approval,
    id::{OccurrenceId, ProcedureId},
    procedure::{Procedure, Start},
    read::run::{self, Expected, Stage, Tally, Word},
};
use maud::{Markup, html};

use crate::{
    pages::{
        Pen, capital,
        doing::{self, left},
        excuse, pen,
    },
    ui::{self, Link, Status, Table, TableRow, day, day_text},
};

/// Days that the period goes back, if nothing is said.
const DAYS: i64 = 365;
/// Lines of one sort on the page; the API has all.
const LINES_MAX: usize = 60;
/// The missed ones whose excuse is offered in place.
const EXCUSES_MAX: usize = 20;

/// A run, step by step: who did what when, what is approved, and what is next.
pub(super) fn steps(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Markup> {
    let id = OccurrenceId::try_from(of).ok()?;
    let records = pen.scene.state.records();
    let run = run::run(records, id, pen.scene.on)?;
    shown.extend(
        run.stages.iter().flat_map(|it| [Some(it.step.into()), it.done.map(Ref::from)]).flatten(),
    );
    let left = run.open().map(|open| {
        let procedure = records.occurrences.get(id).map(|it| it.procedure.0);
        let all = procedure.map(|it| run::steps(records, it, run.version)).unwrap_or_default();
        let at = all.iter().position(|it| *it == open.step);
        at.map_or(0, |at| all.len() - at - 1)
    });
    Some(html! {
        @if run.stages.is_empty() {
            p.quiet { "Its procedure has no step, so there is nothing that could be done of it. Add one to the procedure." }
        }
        ol.rows.told { @for it in &run.stages { (stage(pen, id, it)) } }
        @match (left, run.done_on) {
            (Some(left @ 1..), _) => p.quiet { "After that, as far as the answers do not lead elsewhere: " (left) @if left == 1 { " more step." } @else { " more steps." } },
            (_, Some(on)) => p { "Done on " (day(on)) "." },
            _ => "",
        }
        @if run.begun { p.quiet { "It follows the procedure as it stood on " (day(run.version)) "." } }
    })
}

fn stage(pen: &Pen<'_>, occurrence: OccurrenceId, it: &Stage) -> Markup {
    let is_next = !it.is_over();
    let href = pen.scene.href(&doing::path(occurrence, it.step, is_next && !it.is_open()));
    let approved = match it.approval {
        Approval::Given(by) | Approval::SentBack(by) => Some(by),
        Approval::NotNeeded | Approval::Waiting => None,
    };
    let not_met = it.done.is_some_and(|it| left::not_met(pen, it));
    let word = match (is_next, not_met) {
        (true, _) => None,
        (_, true) => Some(ui::Word::OffTrack),
        _ => Some(ui::Word::OnTrack),
    };
    let says = if not_met { format!("{}, not met", left::word(it)) } else { left::word(it).into() };
    let post = match it.done.filter(|_| !it.is_open()) {
        Some(done) => pen.scene.state.records().evidence.get(done).and_then(|it| it.approver.0),
        None => it.post,
    };
    html! {
        li {
            span {
                a href=(href) { (pen.title(it.step.into())) }
                @if let Some(done) = it.done {
                    br; span.small { (left::by(pen, done)) ". " (Link::to(pen.href(done.into()), "Evidence").plain()) }
                }
                @if let Some(by) = approved {
                    @let verb = if matches!(it.approval, Approval::SentBack(_)) { "Sent back by " } else { "Approved by " };
                    br; span.small { (verb) (left::by(pen, by)) ". " (Link::to(pen.href(by.into()), "Evidence").plain()) }
                }
                @if let Some(post) = post.filter(|_| is_next) {
                    br; span.quiet.small { @if it.is_open() { "To be done by " } @else { "To be approved by " } (doing::whose(pen, post)) }
                }
            }
            (ui::status(&Status::said(word, capital(&says))))
        }
    }
}

/// When it is due, in words; and what was expected in a period.
pub(super) fn expected(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Vec<(String, Markup)> {
    let records = pen.scene.state.records();
    let Some((id, row)) =
        ProcedureId::try_from(of).ok().and_then(|it| Some((it, records.procedures.get(it)?)))
    else {
        return Vec::new();
    };
    let asked = |name: &str| pen.scene.here.get(name).and_then(|it| it.parse::<Date>().ok());
    let day_after = |it: Date| it.saturating_add(Span::new().days(1));
    let until = asked("until").unwrap_or(day_after(pen.scene.on));
    let from = asked("from").unwrap_or(until.saturating_sub(Span::new().days(DAYS)));
    // Without an end it is what is due by now, also where it is tomorrow already.
    let period = Period { procedure: Some(id), from: Some(from), until: asked("until") };
    let found: Vec<Expected> = period.expected(pen.view()).into_iter().map(|it| it.1).collect();
    let until = found.last().map_or(until, |it| until.max(day_after(it.due)));
    shown.extend(found.iter().rev().take(LINES_MAX).filter_map(|it| it.occurrence.map(Ref::from)));
    vec![
        ("When it is due".into(), when(pen, row)),
        ("Occurrences".into(), occurrences(pen, of, (from, until), &found)),
    ]
}

fn when(pen: &Pen<'_>, row: &Procedure) -> Markup {
    let on = pen.scene.on;
    let (window, here) = (row.window.near(on).unwrap_or(0), pen.scene.state.here());
    let scheduled = *row.starts_on.near(on) == Start::Schedule;
    let elsewhere = row.local(on).elsewhere(here).filter(|_| scheduled);
    html! {
        p {
            @match *row.starts_on.near(on) {
                Start::ByHand => "Nothing makes it due by itself: it is begun by hand.",
                Start::Schedule => { (capital(&row.schedule_words(on).unwrap_or_default())) (row.local(on).words(here)) "." },
                Start::Appointed => { "When somebody is appointed to " (watched(pen, row)) "." },
                Start::Raised => { "When a finding is raised on " (watched(pen, row)) " or a part of it." },
                Start::OutOfLimits => { "When a figure of " (watched(pen, row)) " is out of limits." },
            }
            @match window {
                0 => " In time on that day.",
                1 => " In time until the day after.",
                days => { " In time until " (days) " days after." }
            }
            @if let Some(zone) = elsewhere { " Its days begin and end as clocks are set in " (zone.name()) "." }
        }
        @if scheduled {
            p.quiet { "If that is a day off, it is to " (row.day_off.near(on).word()) "." }
        }
    }
}

fn watched(pen: &Pen<'_>, row: &Procedure) -> Markup {
    html! { @if let Some(it) = *row.watches.near(pen.scene.on) { (Link::to(pen.href(it), pen.title(it)).plain()) } }
}

fn occurrences(pen: &Pen<'_>, of: Ref, (from, until): (Date, Date), found: &[Expected]) -> Markup {
    let tally = Tally::of(found);
    let last = until.yesterday().unwrap_or(until);
    let missed: Vec<&Expected> = found.iter().filter(|it| it.word == Word::Missed).collect();
    let open = found.iter().filter(|it| matches!(it.word, Word::Due | Word::Ahead)).count();
    html! {
        p #tally { strong { (tally.sentence()) "." } }
        p.quiet {
            "Due from " (day(from)) " to " (day(last)) ", as it stands on " (day(pen.scene.on)) "."
            @match open { 0 => "", 1 => " 1 more is due and still in time.", n => { " " (n) " more are due and still in time." } }
        }
        (choose(pen, of, (from, until)))
        @if found.is_empty() {
            p.quiet { "Nothing was due in this time. Choose another, or begin one by hand." }
        }
        @if !missed.is_empty() {
            h3 { "Missed " span.quiet { (missed.len()) } }
            ul.rows {
                @for (n, it) in missed.iter().rev().take(LINES_MAX).enumerate() {
                    li { span { (due(pen, it)) br; span.quiet.small { "in time until " (day_text(it.in_time_until)) } } (excuse_it(pen, of, it, n)) }
                }
            }
            @if missed.len() > LINES_MAX { p.quiet { "And " (missed.len() - LINES_MAX) " more, further back." } }
        }
        @if !found.is_empty() { (table(pen, found)) }
    }
}

fn choose(pen: &Pen<'_>, of: Ref, (from, until): (Date, Date)) -> Markup {
    html! {
        form.filters method="get" action=(pen.path(of)) aria-label="The time looked at" {
            @for name in ["at", "known"] {
                @if let Some(it) = pen.scene.here.get(name) { input type="hidden" name=(name) value=(it); }
            }
            label { "Due from" input type="date" name="from" value=(from); }
            label { "and before" input type="date" name="until" value=(until); }
            button { "Show" }
        }
    }
}

/// The day on which one was due, leading to it.
fn due(pen: &Pen<'_>, it: &Expected) -> Markup {
    html! {
        span {
            @match it.occurrence {
                Some(of) => (Link::to(pen.href(of.into()), day_text(it.due)).show()),
                None => (day(it.due)),
            }
            (it.local.words(pen.scene.state.here()))
        }
    }
}

fn excuse_it(pen: &Pen<'_>, of: Ref, it: &Expected, n: usize) -> Markup {
    let mine = it.occurrence.map(Ref::from).filter(|_| n < EXCUSES_MAX);
    html! {
        @if let Some(it) = mine.filter(|it| excuse::may(pen, *it)) {
            a.button href={ (pen.path(it)) "/excuse?back=" (pen.path(of)) } { "Excuse" span.out-of-sight { " " (pen.title(it)) } }
        }
    }
}

fn table(pen: &Pen<'_>, found: &[Expected]) -> Markup {
    let row = |it: &Expected| TableRow {
        head: due(pen, it),
        cells: vec![
            day(it.in_time_until),
            ui::status(&Status::said(pen::ran(it.word), capital(it.word.word()))),
        ],
    };
    let more = found.len().saturating_sub(LINES_MAX);
    html! {
        (ui::table(&Table {
            caption: "Everything that was due, the latest first".into(),
            columns: vec![("Due", false), ("In time until", false), ("How it stands", false)],
            rows: found.iter().rev().take(LINES_MAX).map(row).collect(),
        }))
        @if more > 0 { p.quiet { "And " (more) " earlier. Choose a shorter time to see them, or ask the API." } }
    }
}

/// The kinds whose change changes these parts.
pub(super) fn rests_on(of: Ref) -> &'static [Kind] {
    match of.kind {
        Kind::Procedure | Kind::Occurrence => &[Kind::Occurrence, Kind::Evidence],
        _ => &[],
    }
}
