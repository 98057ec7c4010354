//! Refusals: why nothing happened, each a sentence that somebody can act on.

use std::fmt;

use jiff::civil::Date;

use crate::{Kind, Records, Ref, Text, day};

/// A record as a sentence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub reference: Ref,
    pub name: Option<Text>,
}

impl Named {
    pub fn of(records: &Records, it: impl Into<Ref>) -> Named {
        let reference = it.into();
        Named { reference, name: records.latest_name(reference) }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.reference),
            None => self.reference.fmt(f),
        }
    }
}

/// The rules said no. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no {it}. Look the reference up in the list of {}.", .it.kind.words())]
    Unknown { it: Ref },
    #[error("{} needs a value for “{field}”.", capital(&a(*.kind)))]
    Missing { kind: Kind, field: &'static str },
    #[error("“{field}” cannot point at {found}, {}.", a(.found.kind))]
    WrongKind { field: &'static str, found: Ref },
    #[error(
        "“{field}” of {of} has no dates, so it cannot change from one; correct it if it was recorded wrongly, or end this and establish another."
    )]
    Fixed { of: Named, field: &'static str },
    #[error("“{field}” is longer than {max} characters. Shorten it.")]
    TooLong { field: &'static str, max: usize },
    #[error("“{field}” holds more than {max} entries. Split the record.")]
    TooMany { field: &'static str, max: usize },
    #[error(
        "“{field}” holds a control character. Remove it; it often comes from copying out of another program."
    )]
    ControlCharacter { field: &'static str },
    #[error("The date {} is probably a slip: years run from 1800 to 2300.", day(*.0))]
    OddDate(Date),
    #[error(
        "{of} begins on {}, so nothing about it can take effect on {}. Correct its beginning first if it existed earlier.", day(*.begins), day(*.from)
    )]
    BeforeBeginning { of: Named, begins: Date, from: Date },
    #[error("{} would end on {}, which is not after it starts on {}.", .of.as_ref().map_or("It".to_owned(), |it| it.to_string()), day(*.until), day(*.from))]
    EndsBeforeStart { of: Option<Named>, from: Date, until: Date },
    #[error("{} stands from the day it is established. To let it stop later, give the day in “until”.", capital(&a(*.0)))]
    NotYetStanding(Kind),
    #[error(
        "Nothing of this was recorded of {of} as from {}, so there is nothing to correct. Its history shows the dates.", day(*.was)
    )]
    NothingRecorded { of: Named, was: Date },
    #[error(
        "The texts of one change can take {max} bytes together, and these take more. Shorten them, or make two changes."
    )]
    TooMuchText { max: usize },
    #[error("{of} ended on {} already.", day(*.since))]
    Ended { of: Named, since: Date },
    #[error(
        "{of} was annulled: it was recorded by mistake and never stood. Choose another, or establish it anew."
    )]
    Annulled { of: Named },
    #[error(
        "{of} cannot have been recorded by mistake, because {} to it. Correct or annul that first.", leading(.by, *.left_out)
    )]
    StillLedTo { of: Named, by: Vec<Named>, left_out: usize },
    #[error(
        "{of} cannot have been recorded by mistake, because it has {number} measurements. Withdraw them first."
    )]
    StillMeasured { of: Named, number: usize },
    #[error("The organisation itself cannot be annulled: a ledger holds one.")]
    TheOrganisation,
    #[error("This would make a circle on {}: {}{}.", day(*.on), chain(.links), and_more(*.left_out))]
    Cycle { links: Vec<Named>, left_out: usize, on: Date },
    #[error(
        "Beneath {at} this would reach more than {max} levels deep; a tree has at most that many."
    )]
    TooDeep { at: Named, max: usize },
    #[error("{below} belongs to another {} than {above}; both must belong to the same one.", .within.word())]
    OtherTree { below: Named, above: Named, within: Kind },
    #[error("This installation's organisation is {0} already; a ledger holds one.")]
    SecondOrganisation(Named),
    #[error(transparent)]
    Post(#[from] crate::post::Refusal),
    #[error(transparent)]
    Tenure(#[from] crate::tenure::Refusal),
    #[error(transparent)]
    Duty(#[from] crate::duty::Refusal),
    #[error(transparent)]
    Measurement(#[from] crate::measurement::Refusal),
    #[error(transparent)]
    Indicator(#[from] crate::indicator::Refusal),
    #[error(transparent)]
    Override(#[from] crate::status::overrides::Refusal),
    #[error("“{field}” cannot be below nothing. Give a value of 0 or more, or leave it empty.")]
    BelowNothing { field: &'static str },
    #[error("“{field}” counts days: give 1 or more, or leave it empty.")]
    NoDays { field: &'static str },
    #[error(transparent)]
    Evidence(#[from] crate::evidence::Refusal),
    #[error(transparent)]
    Risk(#[from] crate::risk::Refusal),
    #[error(transparent)]
    Threshold(#[from] crate::threshold::Refusal),
    #[error(transparent)]
    Signal(#[from] crate::signal::Refusal),
    #[error(transparent)]
    ChangeSet(#[from] crate::change_set::Refusal),
    #[error(transparent)]
    Proposal(#[from] crate::proposal::Refusal),
    #[error(transparent)]
    Succession(#[from] crate::succession::Refusal),
    #[error(transparent)]
    Audit(#[from] crate::audit::Refusal),
    #[error(transparent)]
    Finding(#[from] crate::finding::Refusal),
    #[error(transparent)]
    Acceptance(#[from] crate::acceptance::Refusal),
    #[error(transparent)]
    Handover(#[from] crate::handover::Refusal),
    #[error(transparent)]
    Rule(#[from] crate::rule::Refusal),
    #[error(transparent)]
    Authority(#[from] crate::authority::acting::Refusal),
    #[error(transparent)]
    Delegation(#[from] crate::delegation::Refusal),
    #[error(transparent)]
    Decision(#[from] crate::decision::Refusal),
    #[error(transparent)]
    Schedule(#[from] crate::schedule::Refusal),
    #[error(transparent)]
    Mapping(#[from] crate::mapping::Refusal),
    #[error(transparent)]
    Local(#[from] crate::local::Refusal),
    #[error(transparent)]
    Organisation(#[from] crate::organisation::Wrong),
    #[error(transparent)]
    Procedure(#[from] crate::procedure::Refusal),
    #[error(transparent)]
    Step(#[from] crate::step::Refusal),
    #[error(transparent)]
    Question(#[from] crate::question::Refusal),
    #[error(transparent)]
    Occurrence(#[from] crate::occurrence::Refusal),
}

fn a(kind: Kind) -> String {
    let word = kind.word();
    // No unit and no other word of ours that begins with a u takes “an”.
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

fn chain(links: &[Named]) -> String {
    links.iter().map(Named::to_string).collect::<Vec<_>>().join(" → ")
}

fn leading(by: &[Named], left_out: usize) -> String {
    let names: Vec<String> = by.iter().map(Named::to_string).collect();
    let more = if left_out > 0 { format!(" and {left_out} more") } else { String::new() };
    let lead = if by.len() + left_out == 1 { "leads" } else { "lead" };
    format!("{}{more} {lead}", names.join(", "))
}

fn and_more(n: usize) -> String {
    if n == 0 { String::new() } else { format!(" → … and {n} more") }
}
