//! References: how a record is named, inside and out.
//!
//! Inside, a record is a dense number in the table of its kind. Outside, and in the log, it is
//! that number behind a prefix: `POST-104`. Numbers are given out in order and never used twice.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::Kind;

/// A typed reference to a record of one kind.
pub trait Id: Copy + Ord + fmt::Debug + Into<Ref> + TryFrom<Ref> + 'static {
    const KIND: Kind;
    fn new(n: NonZeroU32) -> Self;
    /// The public number; the first record of a kind is 1.
    fn n(self) -> NonZeroU32;

    /// Position in the table of its kind; the first is 0.
    fn row(self) -> usize {
        self.n().get() as usize - 1
    }

    /// The id of the record at position `row`.
    fn at_row(row: usize) -> Self {
        let n =
            u32::try_from(row + 1).ok().filter(|it| *it <= NUMBER_MAX).and_then(NonZeroU32::new);
        Self::new(n.expect("a table holds fewer records than a reference can number"))
    }
}

/// A reference to a record of any kind. Sorts by kind, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    pub kind: Kind,
    pub n: NonZeroU32,
}

/// Bits of a packed reference that hold the number; the kind takes the rest.
const NUMBER_BITS: u32 = 26;
/// Records of one kind that an organisation can hold.
pub const NUMBER_MAX: u32 = (1 << NUMBER_BITS) - 1;

impl Ref {
    /// In 32 bits, in the order of references.
    pub(crate) fn packed(self) -> u32 {
        (self.kind as u32) << NUMBER_BITS | self.n.get()
    }

    pub(crate) fn unpacked(it: u32) -> Option<Ref> {
        let kind = Kind::ALL.get((it >> NUMBER_BITS) as usize).copied()?;
        Some(Ref { kind, n: NonZeroU32::new(it & NUMBER_MAX)? })
    }

    /// The least and the greatest packed reference of a kind.
    pub(crate) fn packed_range(kind: Kind) -> (u32, u32) {
        let low = (kind as u32) << NUMBER_BITS;
        (low, low | NUMBER_MAX)
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Pages are full of these: written piece by piece, without the machinery of a format string.
        f.write_str(self.kind.prefix())?;
        f.write_str("-")?;
        fmt::Display::fmt(&self.n, f)
    }
}

/// Text that is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a reference: write it like POST-104")]
pub struct NotAReference(pub String);

impl FromStr for Ref {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Ref, NotAReference> {
        let read = || {
            let (prefix, n) = text.trim().split_once('-')?;
            let kind = Kind::ALL.into_iter().find(|it| it.prefix().eq_ignore_ascii_case(prefix))?;
            // `parse` alone would take "+4" and "004" for other spellings of one record.
            let plain = n.bytes().all(|it| it.is_ascii_digit()) && !n.starts_with('0');
            let n: NonZeroU32 = plain.then(|| n.parse().ok())??;
            (n.get() <= NUMBER_MAX).then_some(Ref { kind, n })
        };
        read().ok_or_else(|| NotAReference(text.chars().take(80).collect()))
    }
}

impl Serialize for Ref {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            (self.kind, self.n).serialize(to)
        }
    }
}

impl<'de> Deserialize<'de> for Ref {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Ref, D::Error> {
        if from.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
            text.parse().map_err(D::Error::custom)
        } else {
            let (kind, n) = <(Kind, NonZeroU32)>::deserialize(from)?;
            Ok(Ref { kind, n })
        }
    }
}

macro_rules! ids {
    ($($Id:ident => $Kind:ident;)*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Id(pub NonZeroU32);

        impl Id for $Id {
            const KIND: Kind = Kind::$Kind;
            fn new(n: NonZeroU32) -> $Id {
                $Id(n)
            }
            fn n(self) -> NonZeroU32 {
                self.0
            }
        }

        impl From<$Id> for Ref {
            fn from(id: $Id) -> Ref {
                Ref { kind: Kind::$Kind, n: id.0 }
            }
        }

        impl TryFrom<Ref> for $Id {
            type Error = NotAReference;
            fn try_from(it: Ref) -> Result<$Id, NotAReference> {
                match it.kind {
                    Kind::$Kind => Ok($Id(it.n)),
                    _ => Err(NotAReference(it.to_string())),
                }
            }
        }

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Ref::from(*self).fmt(f)
            }
        }

        impl Serialize for $Id {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
            }
        }

        impl<'de> Deserialize<'de> for $Id {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$Id, D::Error> {
                if !from.is_human_readable() {
                    return NonZeroU32::deserialize(from).map($Id);
                }
                let found = Ref::deserialize(from)?;
                $Id::try_from(found).map_err(|_| {
                    let wanted = Kind::$Kind;
                    D::Error::custom(format_args!("{found} is not a {}", wanted.word()))
                })
            }
        }
    )*};
}

ids! {
    OrganisationId => Organisation;
    UnitId => Unit;
    PostId => Post;
    PersonId => Person;
    TenureId => Tenure;
    DutyId => Duty;
    PlanId => Plan;
    ObjectiveId => Objective;
    AnchorId => Anchor;
    IndicatorId => Indicator;
    FrameworkId => Framework;
    RequirementId => Requirement;
    ObligationId => Obligation;
    ControlId => Control;
    InitiativeId => Initiative;
    ActionId => Action;
    DecisionId => Decision;
    AcceptanceId => Acceptance;
    HandoverId => Handover;
    RuleId => Rule;
    AuthorityId => Authority;
    DelegationId => Delegation;
    MappingId => Mapping;
    ProcedureId => Procedure;
    StepId => Step;
    QuestionId => Question;
    OccurrenceId => Occurrence;
    EvidenceId => Evidence;
    FindingId => Finding;
    AuditId => Audit;
    RiskId => Risk;
    ThresholdId => Threshold;
    SignalId => Signal;
    ChangeSetId => ChangeSet;
    ProposalId => Proposal;
    SuccessionId => Succession;
}
