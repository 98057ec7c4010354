//! How what a rehearsal leaves open can be resolved: each way is proposals to add to the draft.

use super::{Line, Sort};
use crate::{
    Kind, Records, Ref, Text,
    change_set::layer::worded,
    id::{AnchorId, PostId, StepId},
    proposal::Drafted,
    wording::Said,
};

/// One way to resolve a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Hang it on another.
    Move,
    /// Have somebody do it who does not do the rest.
    Approver,
    /// Put somebody into the post, or the person into a post.
    Appoint,
    /// Make a post accountable.
    Accountable,
    End,
    /// End what served, and not only the anchor.
    Stop,
    /// The law does not require it any more.
    NotStatutory,
}

impl Way {
    pub fn word(self) -> &'static str {
        match self {
            Way::Move => "move",
            Way::Approver => "approver",
            Way::Appoint => "appoint",
            Way::Accountable => "accountable",
            Way::End => "end",
            Way::Stop => "stop",
            Way::NotStatutory => "not statutory",
        }
    }

    pub fn named(word: &str) -> Option<Way> {
        let all = [
            Way::Move,
            Way::Approver,
            Way::Appoint,
            Way::Accountable,
            Way::End,
            Way::Stop,
            Way::NotStatutory,
        ];
        all.into_iter().find(|it| it.word() == word)
    }
}

impl Line {
    /// The ways in which it can be resolved; the usual one first.
    pub fn ways(&self) -> &'static [Way] {
        match self.sort {
            Sort::OrphanedDuty
            | Sort::NoDoer
            | Sort::AuthorityFalls
            | Sort::PostLeftBehind
            | Sort::UnitLeftBehind
            | Sort::LineLost => &[Way::Move, Way::End],
            Sort::DoubledDuty | Sort::DelegationFalls => &[Way::End],
            Sort::StatutoryEmpty => &[Way::Appoint, Way::NotStatutory, Way::End],
            Sort::Segregation => &[Way::Approver, Way::End],
            Sort::RouteLost => &[Way::Accountable, Way::End],
            Sort::PersonWithoutPost => &[Way::Appoint, Way::End],
            Sort::WorkLeftBehind => match self.about.kind {
                Kind::Anchor => &[Way::Move, Way::Stop, Way::End],
                _ => &[Way::Move, Way::End],
            },
        }
    }

    /// The kind of record that a way needs, if it needs one.
    pub fn needs(&self, way: Way) -> Option<Kind> {
        match (way, self.sort) {
            (Way::End | Way::Stop | Way::NotStatutory, _) => None,
            (Way::Appoint, Sort::StatutoryEmpty) => Some(Kind::Person),
            (Way::Move, Sort::PostLeftBehind | Sort::UnitLeftBehind) => Some(Kind::Unit),
            (Way::Move, Sort::WorkLeftBehind) => Some(Kind::Objective),
            _ => Some(Kind::Post),
        }
    }

    /// What to propose so that it is resolved in a way. `to` is a reference: of a record, or of the proposal
    /// that establishes it. Nothing where the way does not fit, or lacks what it needs.
    pub fn resolve(&self, after: &Records, way: Way, to: Option<Text>) -> Option<Vec<Drafted>> {
        if !self.ways().contains(&way) || self.needs(way).is_some() != to.is_some() {
            return None;
        }
        let said = |it: Option<Text>| it.map_or(Said::Nothing, Said::Text);
        let own = |it: Ref| Said::Text(it.to_string().into());
        let change = |field: &str| Drafted::change(self.about, worded([(field, said(to.clone()))]));
        Some(match (way, self.sort) {
            (Way::End, _) => vec![Drafted::end(self.about)],
            (Way::Stop, _) => {
                let row = after.anchors.get(AnchorId::try_from(self.about).ok()?)?;
                vec![Drafted::end(row.from.0), Drafted::end(self.about)]
            }
            (Way::NotStatutory, _) => {
                vec![Drafted::change(self.about, worded([("statutory", Said::Flag(false))]))]
            }
            (Way::Approver, _) => vec![change("approver")],
            (Way::Appoint, Sort::StatutoryEmpty) => vec![Drafted::establish(
                Kind::Tenure,
                worded([("post", own(self.about)), ("person", said(to))]),
            )],
            (Way::Appoint, _) => vec![Drafted::establish(
                Kind::Tenure,
                worded([("post", said(to)), ("person", own(self.about))]),
            )],
            (Way::Accountable, _) => vec![Drafted::establish(
                Kind::Duty,
                worded([
                    ("post", said(to)),
                    ("subject", own(self.about)),
                    ("role", Said::Text("accountable".into())),
                ]),
            )],
            (Way::Move, Sort::PostLeftBehind) => vec![change("unit")],
            (Way::Move, Sort::UnitLeftBehind) => vec![change("within")],
            (Way::Move, Sort::LineLost) => vec![change("reports_to")],
            (Way::Move, Sort::WorkLeftBehind) if self.about.kind == Kind::Objective => {
                vec![change("parent")]
            }
            (Way::Move, Sort::WorkLeftBehind) => {
                let row = after.anchors.get(AnchorId::try_from(self.about).ok()?)?;
                let terms = worded([("from", own(row.from.0)), ("serves", said(to))]);
                vec![Drafted::end(self.about), Drafted::establish(Kind::Anchor, terms)]
            }
            (Way::Move, Sort::NoDoer) if self.approves(after) => vec![change("approver")],
            // A duty, a procedure, a step, an authority: the post that has it.
            (Way::Move, _) => vec![change("post")],
        })
    }

    /// Whether it is the approver of a step who is gone, and not whoever does it.
    fn approves(&self, after: &Records) -> bool {
        let step = StepId::try_from(self.about).ok().and_then(|it| after.steps.get(it));
        let post = self.beside.and_then(|it| PostId::try_from(it).ok());
        step.is_some_and(|it| {
            let day = jiff::civil::Date::MAX;
            *it.post.near(day) != post && *it.approver.near(day) == post
        })
    }
}
