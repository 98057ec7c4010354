//! The sorts of signals: their words, how bad each is, what it is about, what its rule counts, what to do about it.

use crate::{Kind, field::choice};

choice! {
    given
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
        ObjectiveSilent = "objective silent",
        TooMuch = "carrying too much",
    }
}

/// What the number of a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Days ahead from which it warns; none: from the day that the records themselves give.
    Ahead(Option<u16>),
    /// Days for which its condition has held before it warns.
    After(u16),
    /// Things of which there may be so many.
    Of(u16),
}

impl Counts {
    pub fn number(self) -> Option<u16> {
        match self {
            Counts::Ahead(it) => it,
            Counts::After(it) | Counts::Of(it) => Some(it),
        }
    }
}

/// How many days ahead the end of a tenure or of a delegation is a warning.
pub const ENDING_DAYS: u16 = 30;
/// Days after a nonconformity was raised, or a check failed, within which a corrective action is to begin.
pub const ANSWER_DAYS: u16 = 14;
/// Days without anything beneath an objective after which it is silent: a quarter.
pub const SILENT_DAYS: u16 = 92;
/// Accountable duties that one post, or one person, may have.
pub const DUTIES: u16 = 60;

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

impl Sort {
    pub const ALL: [Sort; 29] = [
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
        Sort::ObjectiveSilent,
        Sort::TooMuch,
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
            | Sort::NoHandover
            | Sort::ObjectiveSilent
            | Sort::TooMuch => Gravity::Watch,
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
            Sort::ObjectiveSilent => {
                "Find out whether anybody still works towards it: nothing beneath it has moved."
            }
            Sort::TooMuch => "Give some of the duties to other posts.",
        }
    }

    /// What it can be about.
    pub fn subjects(self) -> &'static [Kind] {
        match self {
            Sort::StatutoryEmpty
            | Sort::Vacant
            | Sort::Ending
            | Sort::NotAccepted
            | Sort::NoHandover => &[Kind::Post],
            Sort::Unmet => &[Kind::Rule],
            Sort::Together => &[Kind::Person],
            Sort::Limit => &[Kind::Tenure],
            Sort::DelegationEnding => &[Kind::Delegation],
            Sort::OutsideAuthority | Sort::ReviewDue => &[Kind::Decision],
            Sort::SpecialCause | Sort::ForecastMiss | Sort::Silent => &[Kind::Indicator],
            Sort::WorkOverdue | Sort::CorrectiveOverdue => &[Kind::Action, Kind::Initiative],
            Sort::OverAppetite => &[Kind::Risk],
            Sort::NoControl => &[Kind::Obligation],
            Sort::Missed => &[Kind::Procedure],
            Sort::Failing | Sort::Lapsed | Sort::Lapsing => &[Kind::Control],
            Sort::Unanswered | Sort::CheckDue => &[Kind::Finding],
            Sort::Starved | Sort::ObjectiveSilent => &[Kind::Objective],
            Sort::Orphan => {
                &[Kind::Indicator, Kind::Initiative, Kind::Action, Kind::Decision, Kind::Control]
            }
            Sort::Challenge => &[Kind::Duty],
            Sort::TooMuch => &[Kind::Post, Kind::Person],
        }
    }

    /// Whether it goes to whoever answers for its subject; else its rule says where.
    pub fn goes_to_its_subject(self) -> bool {
        !matches!(
            self,
            Sort::Unmet
                | Sort::Together
                | Sort::Limit
                | Sort::DelegationEnding
                | Sort::CheckDue
                | Sort::Missed
                | Sort::Challenge
                | Sort::TooMuch
        )
    }

    /// What its rule counts, and the number that it goes by where nobody gave another.
    pub fn counts(self) -> Counts {
        match self {
            Sort::Ending | Sort::DelegationEnding => Counts::Ahead(Some(ENDING_DAYS)),
            Sort::Lapsing | Sort::ForecastMiss => Counts::Ahead(None),
            Sort::Unanswered => Counts::After(ANSWER_DAYS),
            Sort::ObjectiveSilent => Counts::After(SILENT_DAYS),
            Sort::TooMuch => Counts::Of(DUTIES),
            _ => Counts::After(0),
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

    /// Days without an answer after which a signal goes one post further up the line, where nobody gave others.
    pub fn answer_days(self) -> u16 {
        match self {
            Gravity::Urgent => 3,
            Gravity::Serious => 7,
            Gravity::Watch => 14,
        }
    }
}
