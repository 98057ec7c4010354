//! Signals: every early warning on the date looked at, what it is about, since when, and whose it is.
//!
//! The kernel finds them; here they are kept until something is recorded, and drawn.

pub mod answer;
mod read;
pub mod warnings;

pub(super) use self::read::{actions, note_one, part, proofs};

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Kind, Ref,
    id::PostId,
    read::{
        raised::{self, Raised, With, Word},
        signals::{self, Counts, Gravity, Signal, Sort},
    },
    status,
};
use maud::{Markup, html};

use super::{Page, Pen, Section, Sent, capital};
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
    now: Timestamp,
    found: Arc<[Signal]>,
    raised: Arc<[Raised]>,
}

impl Signals {
    /// Those of the pen's state on its date.
    pub(crate) fn find(&self, pen: &Pen<'_>) -> Arc<[Signal]> {
        self.kept(pen).0
    }

    /// The same, with what became of each.
    pub(crate) fn raised(&self, pen: &Pen<'_>) -> Arc<[Raised]> {
        self.kept(pen).1
    }

    fn kept(&self, pen: &Pen<'_>) -> (Arc<[Signal]>, Arc<[Raised]>) {
        let (state, on) = (&pen.scene.state, pen.scene.on);
        let (seq, now) = (state.seq(), state.here().now());
        let recall = || {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let at = kept.iter().position(|it| (it.seq, it.on, it.now) == (seq, on, now))?;
            let it = kept.remove(at);
            let found = (Arc::clone(&it.found), Arc::clone(&it.raised));
            kept.push(it);
            Some(found)
        };
        recall().unwrap_or_else(|| {
            let found: Arc<[Signal]> = signals::signals(pen.view()).into();
            let raised: Arc<[Raised]> = raised::all(pen.view(), &found).into();
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let both = (Arc::clone(&found), Arc::clone(&raised));
            kept.push(Kept { seq, on, now, found, raised });
            let more = kept.len().saturating_sub(KEPT_MAX);
            kept.drain(..more);
            both
        })
    }
}

/// What a signal's condition rests on, so that a page of them stays true.
pub(super) const RESTS_ON: [Kind; 26] = [
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
    Kind::Threshold,
    Kind::Signal,
];

/// `GET /signals`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let asked = Narrowed::asked(&scene)?;
    let content = {
        let pen = Pen::new(&scene);
        let all = app.signals.raised(&pen);
        let now = pen.present().map(|it| app.signals.find(it));
        let found: Vec<&Raised> = all.iter().filter(|it| asked.takes(it)).collect();
        let (quiet, loud): (Vec<&Raised>, Vec<&Raised>) =
            found.iter().partition(|it| matches!(it.word, Word::Accepted { .. }));
        html! {
            header {
                h1 { "Signals" }
                p.quiet { "Early warnings, raised and cleared by rule. Each goes to whoever answers for what it is about, and further up the line if nobody answers it." }
                p { (Link::to(scene.href("/signals/warnings"), "When did we know? What went wrong, and which warnings had come before").show()) }
            }
            (choices(&scene, &all, &asked))
            @if found.is_empty() { (nothing(&scene, asked.mine.is_some())) }
            @match asked.sort {
                Some(sort) => (alone(&pen, sort, &found, now.as_deref())),
                None => {
                    @for it in Sort::ALL { (among(&pen, it, &loud, now.as_deref())) }
                    (accepted(&pen, &quiet, now.as_deref()))
                }
            }
        }
    };
    let pen = Pen::new(&scene);
    let all = app.signals.raised(&pen);
    let seen: Vec<&Raised> = all.iter().filter(|it| asked.takes(it)).collect();
    read::note(&app, &scene, &seen).await;
    Ok(Page::new(&scene, "Signals")
        .within(Section::Pulse)
        .live(RESTS_ON.map(Kind::plural))
        .marked()
        .show(content))
}

/// `POST /signals`: nobody raises one, and the kernel says so.
pub async fn perform(
    State(app): State<App>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let kind = Kind::Signal.plural().to_owned();
    super::establish::perform(State(app), Path(kind), scene, sent).await
}

/// Instead of a form that would always be refused: what raises one, and where that is settled.
pub(super) fn by_rule(scene: &Scene) -> Markup {
    let content = html! {
        header { h1 { "Nobody raises a signal by hand" } }
        (empty(&Empty {
            title: "Signals are raised and cleared by rule".into(),
            text: "Each begins when its condition does and ends with it. A threshold says when the rule of a sort warns: sooner, later, or not at all, for the whole organisation or for one record.".into(),
            steps: vec![
                Link::to("/thresholds/new", "Set a threshold"),
                Link::to("/thresholds", "See the thresholds that are set"),
                Link::to("/signals", "See what warns now"),
            ],
        }))
    };
    Page::new(scene, "Nobody raises a signal by hand").within(Section::Pulse).show(content)
}

/// What the address asks for.
struct Narrowed {
    /// Only what is for the visitor's posts.
    mine: Option<Mine>,
    sort: Option<Sort>,
    gravity: Option<Gravity>,
    /// Only what nobody has answered.
    open: bool,
}

impl Narrowed {
    fn asked(scene: &Scene) -> Result<Narrowed, Problem> {
        let asked = |name: &str| scene.here.get(name).filter(|it| !it.is_empty());
        let sort = asked("sort").map(|it| Sort::named(it).ok_or(Problem::NoSuchPage));
        let gravity = asked("gravity").map(|word| {
            GRAVITIES.into_iter().find(|it| it.word() == word).ok_or(Problem::NoSuchPage)
        });
        Ok(Narrowed {
            mine: Mine::asked(scene),
            sort: sort.transpose()?,
            gravity: gravity.transpose()?,
            open: asked("state") == Some(Word::Open.word()),
        })
    }

    /// Whatever its sort, which the page itself keeps apart.
    fn takes(&self, it: &Raised) -> bool {
        self.mine.as_ref().is_none_or(|mine| mine.has(it))
            && self.gravity.is_none_or(|gravity| it.signal.sort.gravity() == gravity)
            && (!self.open || it.word == Word::Open)
    }
}

const GRAVITIES: [Gravity; 3] = [Gravity::Urgent, Gravity::Serious, Gravity::Watch];

/// What goes to the visitor's posts, or has come to them.
struct Mine(Vec<PostId>);

impl Mine {
    fn asked(scene: &Scene) -> Option<Mine> {
        scene.here.get("mine")?;
        Some(Mine(scene.posts().into_iter().map(|it| it.post).collect()))
    }

    fn has(&self, it: &Raised) -> bool {
        self.0.iter().any(|post| it.is_for(*post))
    }
}

/// All or one sort, gravity or state, everybody's or the visitor's own: each a link with what it would show.
fn choices(scene: &Scene, all: &[Raised], asked: &Narrowed) -> Markup {
    let here = scene.here.without(&["page"]);
    let found: Vec<&Raised> = all.iter().filter(|it| asked.takes(it)).collect();
    let count = |sort| found.iter().filter(|it| it.signal.sort == sort).count();
    let switch = |on: bool, name: &'static str, value: &str, text: &str, off: &str| {
        html! {
            @if on {
                a.chip aria-current="true" href=(here.without(&[name]).href()) { (text) span aria-hidden="true" { " ✕" } span.out-of-sight { ": " (off) } }
            } @else {
                a.chip href=(here.with(name, value.to_owned()).href()) { (text) }
            }
        }
    };
    html! {
        nav.chips aria-label="Whose signals, how bad, and whether anybody answered" {
            @if asked.mine.is_some() || !scene.posts().is_empty() {
                (switch(asked.mine.is_some(), "mine", "yes", "Yours only", "show everybody’s"))
            }
            (switch(asked.open, "state", Word::Open.word(), "Not answered", "show answered ones too"))
            @for it in GRAVITIES {
                (switch(asked.gravity == Some(it), "gravity", it.word(), &capital(it.word()), "show all"))
            }
        }
        nav.chips aria-label="Which signals" {
            a.chip aria-current=[asked.sort.is_none().then_some("true")] href=(here.without(&["sort"]).href()) { "All " (thousands(found.len())) }
            @for sort in Sort::ALL.into_iter().filter(|it| count(*it) > 0 || asked.sort == Some(*it)) {
                a.chip aria-current=[(asked.sort == Some(sort)).then_some("true")] href=(here.with("sort", sort.word()).href()) {
                    (capital(sort.word())) " " (thousands(count(sort))) }
            }
        }
    }
}

fn nothing(scene: &Scene, mine: bool) -> Markup {
    let narrowed = ["gravity", "state"].iter().any(|it| scene.here.get(it).is_some());
    let (title, text) = match (narrowed, mine) {
        (true, _) => ("No such signal", "None of the signals on this day is what you asked for."),
        (_, true) => (
            "No signal goes to you",
            "Nothing that your posts answer for warns of anything on this day.",
        ),
        _ => (
            "No signals",
            "Nothing warns of anything on this day: no duty is uncovered, nothing is late, every thread holds.",
        ),
    };
    let steps = match mine || narrowed {
        true => vec![Link::to(scene.href("/signals"), "See all signals")],
        false => vec![Link::to(scene.href("/pulse"), "See how the organisation stands")],
    };
    empty(&Empty { title: title.into(), text: text.into(), steps })
}

/// The first few of one sort.
fn among(pen: &Pen<'_>, sort: Sort, found: &[&Raised], now: Option<&[Signal]>) -> Markup {
    let of: Vec<&&Raised> = found.iter().filter(|it| it.signal.sort == sort).collect();
    let more = of.len().saturating_sub(OF_SORT_MAX);
    html! {
        @if !of.is_empty() {
            section.stack {
                (heading(pen, sort, of.len()))
                ul.rows { @for it in of.iter().take(OF_SORT_MAX) { (line(pen, it, now)) } }
                @if more > 0 {
                    p { a href=(pen.scene.here.with("sort", sort.word()).href()) { "And " (thousands(more)) " more" } }
                }
            }
        }
    }
}

/// Those that somebody accepted for a while: quiet, and still counted.
fn accepted(pen: &Pen<'_>, found: &[&Raised], now: Option<&[Signal]>) -> Markup {
    let more = found.len().saturating_sub(OF_SORT_MAX);
    html! {
        @if !found.is_empty() {
            section.stack {
                h2 { "Accepted for a while " span.quiet { (thousands(found.len())) } }
                p.quiet { "They are the case, and somebody said why that is all right until a day. On that day they come back by themselves." }
                ul.rows { @for it in found.iter().take(OF_SORT_MAX) { (line(pen, it, now)) } }
                @if more > 0 { p.quiet { "And " (thousands(more)) " more, among those of their sort." } }
            }
        }
    }
}

/// One sort alone, a page at a time.
fn alone(pen: &Pen<'_>, sort: Sort, found: &[&Raised], now: Option<&[Signal]>) -> Markup {
    let of: Vec<&&Raised> = found.iter().filter(|it| it.signal.sort == sort).collect();
    let here = &pen.scene.here;
    let pages = of.len().div_ceil(PAGE_ROWS).max(1);
    let page = here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, pages);
    let to = |page: usize| here.with("page", page.to_string()).href();
    html! {
        section.stack {
            (heading(pen, sort, of.len()))
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

/// What the sort is, when its rule warns here, and what to do about it.
fn heading(pen: &Pen<'_>, sort: Sort, count: usize) -> Markup {
    html! {
        h2 { (capital(sort.word())) " " span.quiet { (thousands(count)) } }
        p.quiet { (capital(sort.gravity().word())) ". " (sort.remedy()) " " (bar(pen, sort)) }
    }
}

/// The number by which the rule goes in this organisation, as a way to its threshold.
fn bar(pen: &Pen<'_>, sort: Sort) -> Markup {
    let records = pen.view().records();
    let stands = |it: &&kernel::threshold::Threshold| {
        it.sort.0 == sort && it.subject.0.is_none() && it.live.is(pen.scene.on)
    };
    let own = records.thresholds.iter().find(|it| stands(&it.1));
    let number = own.and_then(|it| *it.1.number.near(pen.scene.on)).or(sort.counts().number());
    let text = match (sort.counts(), number) {
        (Counts::Ahead(_), Some(1)) => "It warns 1 day ahead.".to_owned(),
        (Counts::Ahead(_), Some(it)) => format!("It warns {it} days ahead."),
        (Counts::Of(_), Some(it)) => format!("It warns of more than {it}."),
        (Counts::After(_), Some(1)) => "It warns after 1 day.".to_owned(),
        (Counts::After(_), Some(it)) if it > 0 => format!("It warns after {it} days."),
        _ => String::new(),
    };
    html! {
        @match own {
            Some((id, _)) => (Link::to(pen.href(id.into()), if text.is_empty() { "Its threshold".into() } else { text }).show()),
            None => (text),
        }
    }
}

/// One signal: what it is about, what decides it, whose it is, what became of it, and since when.
pub(super) fn line(pen: &Pen<'_>, it: &Raised, now: Option<&[Signal]>) -> Markup {
    let signal = &it.signal;
    let cleared = now.is_some_and(|now| {
        !now.iter().any(|other| (other.sort, other.subject) == (signal.sort, signal.subject))
    });
    html! {
        li.signal {
            span {
                (Link::to(pen.href(signal.subject), pen.title(signal.subject)).show())
                @if cleared { " " (ui::differs(&Differs::new("cleared"))) }
                br;
                span.quiet.small { (why(pen, signal)) " " (goes_to(pen, signal)) (came_to(pen, it)) }
                @if let Some(id) = it.id {
                    br;
                    span.small { (Link::to(pen.href(id.into()), became(pen, it)).show()) }
                }
            }
            span.late[signal.sort.gravity() != Gravity::Watch && it.word == Word::Open] title={ "Since " (day_text(signal.since)) } {
                (days(pen, signal.since))
            }
        }
    }
}

/// Whether anybody answered it, and when it was shown.
fn became(pen: &Pen<'_>, it: &Raised) -> String {
    let shown = it.shown.map(|on| format!("shown {}", day_text(on))).unwrap_or_default();
    let answer = it.answer.as_ref().filter(|_| it.word != Word::Open);
    match (it.word, answer.map(|it| it.with)) {
        (Word::Answered, Some(With::Record(with))) => {
            let word = if with.kind == Kind::Decision { "decision" } else { "action" };
            format!("Answered with the {word} {}", pen.title(with))
        }
        (Word::Open, _) => match it.read {
            Some(read) => format!("Not answered, {shown}, read {}", day_text(read.on)),
            None => format!("Not answered, {shown}, not read yet"),
        },
        (word, _) => super::pen::raised(word),
    }
}

/// The last post up the line to which it has come.
fn came_to(pen: &Pen<'_>, it: &Raised) -> Markup {
    html! {
        @if let Some((post, on)) = it.escalated.last() {
            " Not answered, it has come to "
            @if pen.scene.posts().iter().any(|it| it.post == *post) { "you" }
            @else { (Link::to(pen.href((*post).into()), pen.title((*post).into())).show()) }
            " on " (day_text(*on)) "."
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
            (Sort::ObjectiveSilent, Some(on)) => {
                "Nothing beneath it has moved since " (day_text(on)) "."
            }
            (Sort::NoControl, _) => "No control meets it.",
            (Sort::Starved, _) => "Nothing serves it.",
            (Sort::Orphan, Some(ended)) => {
                "It serves only what has ended: "
                @if let Some(it) = first { (named(it.0)) } ", on " (day_text(ended))
                @if it.because.len() > 1 { " and " (it.because.len() - 1) " more" } "."
            }
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

/// For Pulse: how many of each sort, and how many ask something of the visitor.
pub(super) fn counted(pen: &Pen<'_>, all: &[Raised]) -> Markup {
    let mine = Mine(pen.scene.posts().into_iter().map(|it| it.post).collect());
    let yours = all.iter().filter(|it| it.word == Word::Open && mine.has(it)).count();
    let quiet = all.iter().filter(|it| matches!(it.word, Word::Accepted { .. })).count();
    let href = |sort: Sort| pen.scene.query("/signals", [("sort", sort.word())]).href();
    let count = |sort| all.iter().filter(|it| it.signal.sort == sort).count();
    html! {
        @if all.is_empty() { p.quiet { "Nothing warns of anything." } }
        ul.lines {
            @for sort in Sort::ALL.into_iter().filter(|it| count(*it) > 0) {
                li { strong.late[sort.gravity() != Gravity::Watch] { (thousands(count(sort))) } " "
                    a href=(href(sort)) { (many(sort, count(sort))) } }
            }
        }
        @if quiet > 0 { p.quiet.small { (thousands(quiet)) " of them accepted for a while." } }
        @if yours > 0 {
            p { a href=(pen.scene.query("/signals", [("mine", "yes"), ("state", Word::Open.word())]).href()) { (thousands(yours)) @if yours == 1 { " waits for your answer" } @else { " wait for your answer" } } }
        }
    }
}

/// For My post: those that ask something of it, without what the page says already.
pub(super) fn of_post(all: &[Raised], post: PostId, said: &[Ref]) -> Vec<Raised> {
    let dated = |it: &Signal| {
        matches!(it.sort, Sort::WorkOverdue | Sort::Silent | Sort::ReviewDue)
            && said.contains(&it.subject)
    };
    // What came from beneath is not said yet.
    let came = |it: &Raised| it.signal.goes_to != Some(post);
    let shown = |it: &&Raised| it.asks(post) && (came(it) || !dated(&it.signal));
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
        Sort::ObjectiveSilent => "objectives silent",
        Sort::TooMuch => "posts and people carrying too much",
    }
}
