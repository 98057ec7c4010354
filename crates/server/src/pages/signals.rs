//! Signals: every early warning on the date looked at, what it is about, since when, and whose it is.
//!
//! The kernel finds them; here they are kept until something is recorded, and drawn.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    id::PostId,
    read::signals::{self, Gravity, Signal, Sort},
    status,
};
use maud::{Markup, html};

use super::{Page, Pen, Section, capital};
use crate::{
    App, Problem, Scene,
    ui::{self, Differs, Empty, Link, PAGE_ROWS, day_text, empty, thousands},
};

/// Signals of one sort among the others; alone, a sort shows all it has, a page at a time.
const OF_SORT_MAX: usize = 12;
/// States whose signals are kept: now, and what is compared with it.
const KEPT_MAX: usize = 4;

/// Signals found lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// The one used last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    seq: u64,
    on: Date,
    found: Arc<[Signal]>,
}

impl Signals {
    /// Those of the pen's state on its date.
    pub(crate) fn find(&self, pen: &Pen<'_>) -> Arc<[Signal]> {
        let (seq, on) = (pen.scene.state.seq(), pen.scene.on);
        let recall = || {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let at = kept.iter().position(|it| (it.seq, it.on) == (seq, on))?;
            let it = kept.remove(at);
            let found = Arc::clone(&it.found);
            kept.push(it);
            Some(found)
        };
        recall().unwrap_or_else(|| {
            let found: Arc<[Signal]> = signals::signals(pen.view()).into();
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push(Kept { seq, on, found: Arc::clone(&found) });
            let more = kept.len().saturating_sub(KEPT_MAX);
            kept.drain(..more);
            found
        })
    }
}

/// What a signal's condition rests on, so that a page of them stays true.
pub(super) const RESTS_ON: [Kind; 24] = [
    Kind::Finding,
    Kind::Risk,
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Duty,
    Kind::Plan,
    Kind::Objective,
    Kind::Anchor,
    Kind::Indicator,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Decision,
    Kind::Acceptance,
    Kind::Handover,
    Kind::Rule,
    Kind::Procedure,
    Kind::Occurrence,
    Kind::Evidence,
    Kind::Step,
    Kind::Question,
];

/// `GET /signals`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let pen = Pen::new(&scene);
    let all = app.signals.find(&pen);
    let now = pen.present().map(|it| app.signals.find(it));
    let mine = Mine::asked(&scene);
    let sort = match scene.here.get("sort") {
        None | Some("") => None,
        Some(word) => Some(Sort::named(word).ok_or(Problem::NoSuchPage)?),
    };
    let taken = |it: &&Signal| mine.as_ref().is_none_or(|mine| mine.has(it));
    let found: Vec<&Signal> = all.iter().filter(taken).collect();
    let content = html! {
        header {
            h1 { "Signals" }
            p.quiet { "Early warnings, raised and cleared by rule. Each goes to whoever answers for what it is about." }
        }
        (choices(&scene, &found, sort))
        @if found.is_empty() { (nothing(&scene, mine.is_some())) }
        @match sort {
            Some(sort) => (alone(&pen, sort, &found, now.as_deref())),
            None => @for it in Sort::ALL { (among(&pen, it, &found, now.as_deref())) },
        }
    };
    Ok(Page::new(&scene, "Signals")
        .within(Section::Pulse)
        .live(RESTS_ON.map(Kind::plural))
        .marked()
        .show(content))
}

/// Only what goes to the visitor's posts.
struct Mine(Vec<PostId>);

impl Mine {
    fn asked(scene: &Scene) -> Option<Mine> {
        scene.here.get("mine")?;
        Some(Mine(scene.posts().into_iter().map(|it| it.post).collect()))
    }

    fn has(&self, it: &Signal) -> bool {
        it.goes_to.is_some_and(|it| self.0.contains(&it))
    }
}

/// All or one sort, everybody's or the visitor's own: each a link with what it would show.
fn choices(scene: &Scene, found: &[&Signal], chosen: Option<Sort>) -> Markup {
    let here = &scene.here;
    let all = here.without(&["sort", "page"]);
    let count = |sort| found.iter().filter(|it| it.sort == sort).count();
    html! {
        nav.chips aria-label="Which signals" {
            @if here.get("mine").is_some() {
                a.chip aria-current="true" href=(here.without(&["mine", "page"]).href()) { "Yours only" span aria-hidden="true" { " ✕" } span.out-of-sight { ": show everybody’s" } }
            } @else if !scene.posts().is_empty() {
                a.chip href=(here.without(&["page"]).with("mine", "yes").href()) { "Yours only" }
            }
            a.chip aria-current=[chosen.is_none().then_some("true")] href=(all.href()) { "All " (thousands(found.len())) }
            @for sort in Sort::ALL.into_iter().filter(|it| count(*it) > 0 || chosen == Some(*it)) {
                a.chip aria-current=[(chosen == Some(sort)).then_some("true")] href=(all.with("sort", sort.word()).href()) {
                    (capital(sort.word())) " " (thousands(count(sort))) }
            }
        }
    }
}

fn nothing(scene: &Scene, mine: bool) -> Markup {
    let (title, text) = match mine {
        true => (
            "No signal goes to you",
            "Nothing that your posts answer for warns of anything on this day.",
        ),
        false => (
            "No signals",
            "Nothing warns of anything on this day: no duty is uncovered, nothing is late, every thread holds.",
        ),
    };
    let steps = match mine {
        true => vec![Link::to(scene.href("/signals"), "See everybody’s signals")],
        false => vec![Link::to(scene.href("/pulse"), "See how the organisation stands")],
    };
    empty(&Empty { title: title.into(), text: text.into(), steps })
}

/// The first few of one sort.
fn among(pen: &Pen<'_>, sort: Sort, found: &[&Signal], now: Option<&[Signal]>) -> Markup {
    let of: Vec<&&Signal> = found.iter().filter(|it| it.sort == sort).collect();
    let more = of.len().saturating_sub(OF_SORT_MAX);
    html! {
        @if !of.is_empty() {
            section.stack {
                (heading(sort, of.len()))
                ul.rows { @for it in of.iter().take(OF_SORT_MAX) { (line(pen, it, now)) } }
                @if more > 0 {
                    p { a href=(pen.scene.here.with("sort", sort.word()).href()) { "And " (thousands(more)) " more" } }
                }
            }
        }
    }
}

/// One sort alone, a page at a time.
fn alone(pen: &Pen<'_>, sort: Sort, found: &[&Signal], now: Option<&[Signal]>) -> Markup {
    let of: Vec<&&Signal> = found.iter().filter(|it| it.sort == sort).collect();
    let here = &pen.scene.here;
    let pages = of.len().div_ceil(PAGE_ROWS).max(1);
    let page = here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, pages);
    let to = |page: usize| here.with("page", page.to_string()).href();
    html! {
        section.stack {
            (heading(sort, of.len()))
            @if of.is_empty() { p.quiet { "There is none on this day." } }
            ul.rows { @for it in of.iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS) { (line(pen, it, now)) } }
            @if pages > 1 {
                nav.pages aria-label="Pages of signals" {
                    @if page > 1 { a rel="prev" href=(to(page - 1)) { "Previous" } }
                    span { "Page " (page) " of " (pages) }
                    @if page < pages { a rel="next" href=(to(page + 1)) { "Next" } }
                }
            }
        }
    }
}

fn heading(sort: Sort, count: usize) -> Markup {
    html! {
        h2 { (capital(sort.word())) " " span.quiet { (thousands(count)) } }
        p.quiet { (capital(sort.gravity().word())) ". " (sort.remedy()) }
    }
}

/// One signal: what it is about, what decides it, whose it is, and since when.
pub(super) fn line(pen: &Pen<'_>, it: &Signal, now: Option<&[Signal]>) -> Markup {
    let cleared = now.is_some_and(|now| {
        !now.iter().any(|other| (other.sort, other.subject) == (it.sort, it.subject))
    });
    html! {
        li.signal {
            span {
                (Link::to(pen.href(it.subject), pen.title(it.subject)).show())
                @if cleared { " " (ui::differs(&Differs::new("cleared"))) }
                br;
                span.quiet.small { (why(pen, it)) " " (goes_to(pen, it)) }
            }
            span.late[it.sort.gravity() != Gravity::Watch] title={ "Since " (day_text(it.since)) } {
                (days(pen, it.since))
            }
        }
    }
}

fn days(pen: &Pen<'_>, since: Date) -> String {
    match status::days_between(since, pen.scene.on) {
        0 => "today".into(),
        1 => "1 day".into(),
        n => format!("{} days", thousands(n)),
    }
}

/// Subjects named in one line.
const NAMED_MAX: usize = 2;

fn why(pen: &Pen<'_>, it: &Signal) -> Markup {
    let first = it.because.first();
    let on = first.and_then(|it| it.1);
    let named = |of: Ref| Link::to(pen.href(of), pen.title(of)).show();
    html! {
        @match (it.sort, on) {
            (Sort::StatutoryEmpty | Sort::Vacant, _) if it.because.is_empty() => "Nobody holds it.",
            (Sort::StatutoryEmpty | Sort::Vacant, _) => {
                "Answers for "
                @for (n, it) in it.because.iter().take(NAMED_MAX).enumerate() {
                    @if n > 0 { ", " } (named(it.0))
                }
                @if it.because.len() > NAMED_MAX { " and " (it.because.len() - NAMED_MAX) " more" }
                "."
            }
            (Sort::Ending, Some(until)) => {
                @if let Some(it) = first { (named(it.0)) " ends " } "on " (day_text(until)) ", and nobody follows."
            }
            (Sort::Unmet, None) => "No post that stands is named for it.",
            (Sort::Unmet, Some(on)) => {
                @if let Some(it) = first { (named(it.0)) } " does not count, since " (day_text(on)) "."
            }
            (Sort::Together, _) => {
                @for (n, it) in it.because.iter().take(NAMED_MAX).enumerate() {
                    @if n > 0 { ", " } (named(it.0))
                }
                " exclude one another."
            }
            (Sort::Limit, Some(passes)) => { "Its days are over on " (day_text(passes)) "." }
            (Sort::Limit, None) => "Its days come near what is allowed.",
            (Sort::DelegationEnding, Some(until)) => {
                @if let Some(it) = first { "Given by " (named(it.0)) ", it ends " } "on " (day_text(until)) ", and nothing follows it."
            }
            (Sort::OutsideAuthority, _) => "Whoever recorded it had no authority for it, as known then.",
            (Sort::SpecialCause, Some(on)) => { "Its figures have changed for the worse, the newest of " (day_text(on)) "." }
            (Sort::ForecastMiss, Some(period)) => { "If it goes on like this, it misses its target in the period to " (day_text(period)) "." }
            (Sort::WorkOverdue, Some(due)) => { "Was due on " (day_text(due)) "." }
            (Sort::Silent, Some(period)) => { "No figure for the period to " (day_text(period)) "." }
            (Sort::ReviewDue, Some(due)) => { "Was to be looked at again on " (day_text(due)) "." }
            (Sort::Missed, Some(due)) => { "Was due on " (day_text(due)) ", and is not done." }
            (Sort::Failing, Some(on)) => { "What was found on " (day_text(on)) " did not meet what is asked." }
            (Sort::Lapsed | Sort::Lapsing, Some(on)) => { "Was last done on " (day_text(on)) "." }
            (Sort::NoControl, _) => "No control meets it.",
            (Sort::Starved, _) => "Nothing serves it.",
            (Sort::Orphan, _) => "It serves nothing.",
            _ => "",
        }
    }
}

fn goes_to(pen: &Pen<'_>, it: &Signal) -> Markup {
    html! {
        @match it.goes_to {
            None => "Goes to nobody: no post answers for it.",
            Some(post) if pen.scene.posts().iter().any(|it| it.post == post) => "Goes to you.",
            Some(post) if Ref::from(post) == it.subject => "",
            Some(post) => { "Goes to " (Link::to(pen.href(post.into()), pen.title(post.into())).show()) "." }
        }
    }
}

/// For Pulse: how many of each sort, and how many are the visitor's.
pub(super) fn counted(pen: &Pen<'_>, all: &[Signal]) -> Markup {
    let mine = Mine(pen.scene.posts().into_iter().map(|it| it.post).collect());
    let yours = all.iter().filter(|it| mine.has(it)).count();
    let href = |sort: Sort| pen.scene.query("/signals", [("sort", sort.word())]).href();
    let count = |sort| all.iter().filter(|it| it.sort == sort).count();
    html! {
        @if all.is_empty() { p.quiet { "Nothing warns of anything." } }
        ul.lines {
            @for sort in Sort::ALL.into_iter().filter(|it| count(*it) > 0) {
                li { strong.late[sort.gravity() != Gravity::Watch] { (thousands(count(sort))) } " "
                    a href=(href(sort)) { (many(sort, count(sort))) } }
            }
        }
        @if yours > 0 {
            p { a href=(pen.scene.query("/signals", [("mine", "yes")]).href()) { (thousands(yours)) @if yours == 1 { " goes to you" } @else { " go to you" } } }
        }
    }
}

/// For My post: those that go to it, without what the page says already.
pub(super) fn of_post(all: &[Signal], post: PostId, said: &[Ref]) -> Vec<Signal> {
    let dated = |it: &Signal| {
        matches!(it.sort, Sort::WorkOverdue | Sort::Silent | Sort::ReviewDue)
            && said.contains(&it.subject)
    };
    let shown = |it: &&Signal| it.goes_to == Some(post) && !dated(it);
    all.iter().filter(shown).cloned().collect()
}

/// What so many signals of one sort are.
fn many(sort: Sort, count: usize) -> &'static str {
    if count == 1 {
        return sort.word();
    }
    match sort {
        Sort::StatutoryEmpty => "statutory posts empty",
        Sort::Unmet => "required posts missing or held otherwise",
        Sort::Together => "people who hold incompatible posts",
        Sort::Limit => "tenures near their limit or over",
        Sort::Vacant => "posts vacant with duties",
        Sort::Ending => "tenures about to end",
        Sort::DelegationEnding => "delegations about to end",
        Sort::OutsideAuthority => "decisions outside authority",
        Sort::SpecialCause => "special causes for the worse",
        Sort::ForecastMiss => "forecasts to miss the target",
        Sort::WorkOverdue => "pieces of work overdue",
        Sort::Silent => "measurements overdue",
        Sort::OverAppetite => "risks over appetite",
        Sort::NoControl => "clauses without a control",
        Sort::Missed => "procedures with an occurrence missed or overdue",
        Sort::Failing => "controls failing",
        Sort::Lapsed => "controls whose evidence has lapsed",
        Sort::Lapsing => "controls whose evidence is lapsing",
        Sort::CorrectiveOverdue => "corrective actions overdue",
        Sort::Unanswered => "findings without a corrective action",
        Sort::CheckDue => "findings to be checked",
        Sort::ReviewDue => "decisions due for review",
        Sort::Starved => "starved objectives",
        Sort::Orphan => "pieces of orphan work",
        Sort::NotAccepted => "posts with duties not accepted",
        Sort::Challenge => "challenges unanswered",
        Sort::NoHandover => "handovers not completed",
    }
}
