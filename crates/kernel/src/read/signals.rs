//! Signals: early warnings, raised and cleared by rule.
//!
//! A signal is never kept: it is a function of the records and a date, so a replay gives the same
//! ones, and looking at another date shows those of that date. One condition gives one signal. Each
//! rule says since when its condition has held without a break, worked out from the days on which
//! anything that it rests on changed.

mod accountability;
mod doing;
mod figures;
mod found;
mod handing;
mod intent;
mod rules;
mod work;

use jiff::{Span, civil::Date};

use crate::{
    Kind, Records, Ref,
    field::choice,
    id::PostId,
    read::{view::View, who},
};

choice! {
    /// What a signal warns of. In the order in which equals are read.
    Sort {
        StatutoryEmpty = "statutory post empty",
        Unmet = "required post missing or held otherwise",
        Together = "incompatible posts held",
        Limit = "capacity near its limit or over",
        Vacant = "post vacant with duties",
        Ending = "tenure about to end",
        DelegationEnding = "delegation about to end",
        OutsideAuthority = "decision outside authority",
        SpecialCause = "special cause for the worse",
        ForecastMiss = "forecast to miss the target",
        WorkOverdue = "work overdue",
        CorrectiveOverdue = "corrective action overdue",
        Silent = "measurement overdue",
        OverAppetite = "risk over appetite",
        NoControl = "clause without a control",
        Missed = "occurrence missed or overdue",
        Failing = "control failing",
        Lapsed = "evidence lapsed",
        Lapsing = "evidence lapsing",
        Unanswered = "finding without a corrective action",
        CheckDue = "finding to be checked",
        ReviewDue = "decision due for review",
        Starved = "starved objective",
        Orphan = "orphan work",
        NotAccepted = "duty not accepted",
        Challenge = "challenge unanswered",
        NoHandover = "handover not completed",
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// The law, or somebody’s safety, waits.
    Urgent,
    /// Something is going wrong.
    Serious,
    /// Something will, if nobody looks.
    Watch,
}

/// An early warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub sort: Sort,
    /// What it is about.
    pub subject: Ref,
    /// The first day from which its condition has held without a break.
    pub since: Date,
    /// The post it goes to: the one whose holders answer for the subject. None: nobody was given it.
    pub goes_to: Option<PostId>,
    /// What decides it, each with its day where it has one.
    pub because: Vec<(Ref, Option<Date>)>,
}

/// How many days ahead the end of a tenure or of a delegation is a warning.
pub const ENDING_DAYS: i64 = 30;

impl Sort {
    pub const ALL: [Sort; 27] = [
        Sort::StatutoryEmpty,
        Sort::Unmet,
        Sort::Together,
        Sort::Limit,
        Sort::Vacant,
        Sort::Ending,
        Sort::DelegationEnding,
        Sort::OutsideAuthority,
        Sort::SpecialCause,
        Sort::ForecastMiss,
        Sort::WorkOverdue,
        Sort::CorrectiveOverdue,
        Sort::Silent,
        Sort::OverAppetite,
        Sort::NoControl,
        Sort::Missed,
        Sort::Failing,
        Sort::Lapsed,
        Sort::Lapsing,
        Sort::Unanswered,
        Sort::CheckDue,
        Sort::ReviewDue,
        Sort::Starved,
        Sort::Orphan,
        Sort::NotAccepted,
        Sort::Challenge,
        Sort::NoHandover,
    ];

    /// The sort that this word names.
    pub fn named(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|it| it.word() == word)
    }

    pub fn gravity(self) -> Gravity {
        match self {
            Sort::StatutoryEmpty | Sort::Unmet | Sort::Together => Gravity::Urgent,
            Sort::Vacant
            | Sort::Limit
            | Sort::Ending
            | Sort::OutsideAuthority
            | Sort::SpecialCause
            | Sort::WorkOverdue
            | Sort::CorrectiveOverdue
            | Sort::OverAppetite
            | Sort::NoControl
            | Sort::Missed
            | Sort::Failing
            | Sort::Lapsed
            | Sort::Challenge => Gravity::Serious,
            Sort::DelegationEnding
            | Sort::ForecastMiss
            | Sort::Lapsing
            | Sort::Silent
            | Sort::Unanswered
            | Sort::CheckDue
            | Sort::ReviewDue
            | Sort::Starved
            | Sort::Orphan
            | Sort::NotAccepted
            | Sort::NoHandover => Gravity::Watch,
        }
    }

    /// What to do about it, as a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Sort::StatutoryEmpty => {
                "Law requires this post to be filled: appoint somebody, or somebody to act."
            }
            Sort::Unmet => "Name the post that fulfils the rule, or appoint somebody as it asks.",
            Sort::Together => "One person may not hold these posts: appoint somebody else to one.",
            Sort::Limit => {
                "Appoint somebody for good, or let somebody else act, before the days are over."
            }
            Sort::Vacant => {
                "Appoint somebody, let somebody act, or give its duties to another post."
            }
            Sort::Ending => "Extend the tenure, or appoint whoever comes after it.",
            Sort::DelegationEnding => {
                "Delegate anew from that day, if somebody is still to act for the post."
            }
            Sort::OutsideAuthority => {
                "Have it taken again by whoever may, or put right what was recorded wrongly."
            }
            Sort::SpecialCause => {
                "Find what changed: this is more than the figures move by themselves."
            }
            Sort::ForecastMiss => {
                "Look at it while it still meets its target: act, or say why it will not come to that."
            }
            Sort::WorkOverdue => "Finish it, set another date and say why, or end it.",
            Sort::CorrectiveOverdue => {
                "Finish it, or set another date and say why: until it is done, what was found may happen again."
            }
            Sort::Unanswered => "Say why it came to that, and begin a corrective action.",
            Sort::CheckDue => {
                "Have somebody independent look whether the corrective actions worked."
            }
            Sort::Silent => "Enter the figure, or find out who has it.",
            Sort::OverAppetite => {
                "Exercise the controls that hold it down, find others, or accept more and say why."
            }
            Sort::NoControl => "Say which control meets it, or why it does not apply.",
            Sort::Missed => "Do it, or have it excused by whoever answers for it, with the reason.",
            Sort::Failing => "Put right what was not met, and do the step again.",
            Sort::Lapsed => {
                "Exercise the control: the last evidence of it does not count any more."
            }
            Sort::Lapsing => "Exercise the control before the last evidence of it stops counting.",
            Sort::ReviewDue => "Look at it again: keep it with a new date, change it or end it.",
            Sort::Starved => "Anchor the work that serves it, or give it up.",
            Sort::Orphan => "Anchor it to what it serves, or end it.",
            Sort::NotAccepted => {
                "Accept the duties of the post one by one or all at once, or challenge them."
            }
            Sort::Challenge => "Uphold the challenge, or dismiss it and say why.",
            Sort::NoHandover => {
                "Open a handover of the post: whoever takes it signs, and whoever gave it or stands above it."
            }
        }
    }
}

impl Gravity {
    pub fn word(self) -> &'static str {
        match self {
            Gravity::Urgent => "urgent",
            Gravity::Serious => "serious",
            Gravity::Watch => "to watch",
        }
    }
}

/// Every signal on the view's date: the gravest first, and among equals the oldest.
pub fn signals(view: &View<'_>) -> Vec<Signal> {
    let mut all = accountability::vacant(view);
    all.extend(rules::unmet(view));
    all.extend(rules::together(view));
    all.extend(rules::limits(view));
    all.extend(accountability::ending(view));
    all.extend(handing::not_accepted(view));
    all.extend(handing::challenges(view));
    all.extend(handing::no_handover(view));
    all.extend(accountability::delegations_ending(view));
    all.extend(work::outside_authority(view));
    all.extend(figures::special_cause(view));
    all.extend(figures::forecast_miss(view));
    all.extend(figures::silent(view));
    all.extend(work::overdue(view));
    all.extend(found::unanswered(view));
    all.extend(found::check_due(view));
    all.extend(work::review_due(view));
    all.extend(intent::over_appetite(view));
    all.extend(intent::no_control(view));
    all.extend(doing::missed(view));
    all.extend(doing::weather(view));
    all.extend(intent::starved(view));
    all.extend(intent::orphans(view));
    all.sort_by_key(|it| (it.sort.gravity(), it.since, it.sort, it.subject));
    all
}

/// A signal that goes to whoever answers for its subject.
fn signal(view: &View<'_>, sort: Sort, subject: Ref, since: Date) -> Signal {
    let answer = who::who(view.records(), subject, view.on()).ok();
    let goes_to = answer.map(|it| it.answering.unwrap_or(it.post));
    Signal { sort, subject, since, goes_to, because: Vec::new() }
}

/// The first of the days up to `date` from which `holds` is true without a break. It is true on
/// `date`, and can only have become so on one of the days on which something `changed`.
fn since(
    date: Date,
    changed: impl IntoIterator<Item = Date>,
    holds: impl Fn(Date) -> bool,
) -> Date {
    let mut days: Vec<Date> = changed.into_iter().filter(|it| *it <= date).collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days.into_iter().take_while(|it| holds(*it)).last().unwrap_or(date)
}

/// The days on which a record began, ended, or changed one of these fields.
fn changes(records: &Records, of: Ref, fields: &[&str]) -> Vec<Date> {
    let Some(record) = records.facet(of) else { return Vec::new() };
    let life = record.life().entries().map(|it| it.0);
    let spans = fields.iter().flat_map(|it| record.spans(it)).map(|it| it.0.start);
    life.chain(spans).collect()
}

/// The day after.
fn next(day: Date) -> Date {
    day.saturating_add(Span::new().days(1))
}

/// The records of `kind` that stand.
fn standing(view: &View<'_>, kind: Kind) -> impl Iterator<Item = Ref> {
    view.list(kind, false)
}
