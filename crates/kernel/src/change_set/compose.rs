//! What people ask for as one thing and a draft says as several: a merger, a split, a post in another's place.
//!
//! Each is proposals and nothing else, so that every one of them can be looked at, taken out and added to.

use std::num::NonZeroU32;

use jiff::civil::Date;

use super::layer::{Fate, Layer, worded};
use crate::{
    Kind, Records, Ref, Text, Value,
    id::ProposalId,
    proposal::{Drafted, PROPOSED},
    succession,
    wording::{Said, Wording},
};

/// What comes after something: a record that stands, or what a proposal establishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successor {
    Standing(Ref),
    Proposed(ProposalId),
}

impl Successor {
    fn said(self) -> Text {
        match self {
            Successor::Standing(it) => it.to_string().into(),
            Successor::Proposed(it) => it.to_string().into(),
        }
    }
}

/// `old` gives way to `new`: what points at it on `on` points at the other from then on, it ends, and whoever
/// asks for it later is led on. People who hold a post that ends are for people to place.
pub fn give_way(records: &Records, old: Ref, new: Successor, on: Date) -> Vec<Drafted> {
    let mut all = follow(records, old, new, on);
    all.push(Drafted::end(old));
    if succession::SUCCEEDED.contains(&old.kind) {
        all.push(succeed(old, new));
    }
    all
}

/// That `new` came after `old`.
pub fn succeed(old: Ref, new: Successor) -> Drafted {
    let terms =
        worded([("old", Said::Text(old.to_string().into())), ("new", Said::Text(new.said()))]);
    Drafted::establish(Kind::Succession, terms)
}

/// Whatever can be proposed, stands on `on` and points at `old` then, pointed at `new` instead. A link that
/// cannot change is ended, and the same established anew. What an ended thing answers for ends with it.
pub fn follow(records: &Records, old: Ref, new: Successor, on: Date) -> Vec<Drafted> {
    let kinds =
        PROPOSED.iter().copied().filter(|it| !matches!(it, Kind::Tenure | Kind::Succession));
    let mut all = Vec::new();
    for of in kinds.flat_map(|kind| records.inbound(old, kind)) {
        if new == Successor::Standing(of) && of.kind != Kind::Post && of.kind != Kind::Unit {
            continue;
        }
        all.extend(moved(records, of, old, new, on));
    }
    all
}

fn moved(records: &Records, of: Ref, old: Ref, new: Successor, on: Date) -> Vec<Drafted> {
    let Some(row) = records.facet(of).filter(|it| it.life().is(on)) else { return Vec::new() };
    let about = |name: &str| of.kind == Kind::Duty && name == "subject";
    let pointing: Vec<_> = row
        .fields()
        .iter()
        .filter(|it| !about(it.name) && row.read(it.name, on).links().contains(&old))
        .collect();
    if pointing.is_empty() {
        return Vec::new();
    }
    let itself = new == Successor::Standing(of);
    let instead = |name: &str| match row.read(name, on) {
        // Where the new one stood beneath the old, it goes where the old one was.
        Value::Link(_) if itself => match records.facet(old).map(|it| it.read(name, on)) {
            Some(Value::Link(it)) => Said::Text(it.to_string().into()),
            _ => Said::Nothing,
        },
        Value::Links(them) => {
            let mut said: Vec<Text> = Vec::new();
            for it in &them {
                let it = if *it == old { new.said() } else { it.to_string().into() };
                if !said.contains(&it) {
                    said.push(it);
                }
            }
            Said::Texts(said.into())
        }
        _ => Said::Text(new.said()),
    };
    if pointing.iter().all(|it| !it.fixed) {
        let terms = pointing.iter().map(|it| (Text::from(it.name), instead(it.name)));
        return vec![Drafted::change(of, Wording::new(terms))];
    }
    let mut all = vec![Drafted::end(of)];
    let given = of.kind.given().map(|it| (it.name, row.read(it.name, on)));
    let given: Vec<_> = given.filter(|it| it.1 != Value::Nothing).collect();
    let said = Wording::of(&given, &|_| None);
    let terms = said.iter().map(|(name, it)| {
        let points = pointing.iter().any(|field| field.name == name);
        (Text::from(name), if points { instead(name) } else { it.clone() })
    });
    let terms = Wording::new(terms);
    // One that would lead from a thing to itself says nothing.
    let links: Vec<&Said> =
        of.kind.fields().iter().filter(|it| it.fixed).filter_map(|it| terms.get(it.name)).collect();
    let to_itself = links.iter().filter(|it| ***it == Said::Text(new.said())).count() > 1;
    if !to_itself {
        let ends = row.life().ends_after(on);
        let until = (ends != Date::MAX).then_some(ends);
        all.push(Drafted { until, ..Drafted::establish(of.kind, terms) });
    }
    all
}

/// The proposals of a list, as they will be numbered when they are recorded next, so that one of them can name
/// another: the first is the next of `records`.
pub fn numbered(records: &Records, place: usize) -> ProposalId {
    let next = records.proposals.len() + place + 1;
    let n = u32::try_from(next).ok().and_then(NonZeroU32::new);
    ProposalId(n.unwrap_or(NonZeroU32::MAX))
}

/// What somebody wants drafted, in one sentence. Links are references: of records, or of the proposals that
/// establish them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A unit within another, a post that reports to another in the same unit, or an objective beneath another.
    Create {
        kind: Kind,
        name: Text,
        beneath: Text,
    },
    Rename {
        of: Ref,
        name: Text,
    },
    /// A unit within another, a post to a unit or beneath a post, a duty to a post, an objective beneath another.
    Move {
        of: Ref,
        to: Text,
    },
    End {
        of: Ref,
    },
    /// Everything that leads to one leads to the other, and one ends.
    Merge {
        of: Ref,
        into: Text,
    },
    /// New ones beside it, under the names, that come after it; whoever splits says what goes where.
    Split {
        of: Ref,
        names: Vec<Text>,
    },
    Appoint {
        person: Text,
        post: Text,
    },
}

/// Why a wish comes to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwishable {
    #[error("{} are not moved beneath {}.", capital(.0.words()), .1.words())]
    NoPlace(Kind, Kind),
    #[error("{} have no name of their own to change.", capital(.0.words()))]
    NoName(Kind),
    #[error("A {} is not split or merged.", .0.word())]
    NotSplit(Kind),
    #[error("{0} is not part of the draft.")]
    NotThere(Text),
    #[error("Give at least two names, one a line.")]
    FewNames,
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

/// The proposals of a wish about what `laid` shows on `on`; they will be numbered from the next of `records`.
///
/// # Errors
///
/// What the wish lacks, in a sentence.
pub fn wish(records: &Records, laid: &Layer, wish: &Wish) -> Result<Vec<Drafted>, Unwishable> {
    let (after, on) = (laid.state.records(), laid.on);
    let text = |it: &Text| Said::Text(Text::clone(it));
    // The record that a reference means, a proposal's own included.
    let meant = |it: &Text| {
        let of: Option<Ref> = it.parse().ok();
        let of = match of.map(ProposalId::try_from) {
            Some(Ok(by)) => laid.fates.get(&by).and_then(Fate::of),
            _ => of,
        };
        of.filter(|it| after.facet(*it).is_some()).ok_or_else(|| Unwishable::NotThere(it.clone()))
    };
    // What a record of the draft is called in a wording.
    let written = |it: Ref| match laid.drafted(it) {
        Some(by) => Text::from(by.to_string()),
        None => Text::from(it.to_string()),
    };
    let value =
        |of: Ref, field: &str| after.facet(of).map_or(Value::Nothing, |it| it.read(field, on));
    let link = |it: Value| it.links().first().map_or(Said::Nothing, |it| Said::Text(written(*it)));
    Ok(match wish {
        Wish::Create { kind, name, beneath } => {
            let above = meant(beneath)?;
            let name = ("name", text(name));
            let terms = match (kind, above.kind) {
                (Kind::Unit, Kind::Unit) => worded([name, ("within", text(beneath))]),
                (Kind::Post, Kind::Unit) => worded([name, ("unit", text(beneath))]),
                (Kind::Post, Kind::Post) => {
                    let unit = link(value(above, "unit"));
                    worded([name, ("unit", unit), ("reports_to", text(beneath))])
                }
                (Kind::Objective, Kind::Plan) => worded([name, ("plan", text(beneath))]),
                (Kind::Objective, Kind::Objective) => {
                    let plan = link(value(above, "plan"));
                    worded([name, ("plan", plan), ("parent", text(beneath))])
                }
                (kind, above) => return Err(Unwishable::NoPlace(*kind, above)),
            };
            vec![Drafted::establish(*kind, terms)]
        }
        Wish::Rename { of, name } => {
            if of.kind == Kind::Person
                || !of.kind.fields().iter().any(|it| it.name == "name" && !it.fixed)
            {
                return Err(Unwishable::NoName(of.kind));
            }
            vec![Drafted::change(*of, worded([("name", text(name))]))]
        }
        Wish::Move { of, to } => {
            let field = match (of.kind, meant(to)?.kind) {
                (Kind::Unit, Kind::Unit) => "within",
                (Kind::Post, Kind::Unit) | (Kind::Procedure, Kind::Unit) => "unit",
                (Kind::Post, Kind::Post) => "reports_to",
                (Kind::Duty | Kind::Authority | Kind::Procedure | Kind::Step, Kind::Post) => "post",
                (Kind::Objective, Kind::Objective) => "parent",
                (kind, to) => return Err(Unwishable::NoPlace(kind, to)),
            };
            vec![Drafted::change(*of, worded([(field, text(to))]))]
        }
        Wish::End { of } => vec![Drafted::end(*of)],
        Wish::Merge { of, into } => {
            if !succession::SUCCEEDED.contains(&of.kind) || meant(into)?.kind != of.kind {
                return Err(Unwishable::NotSplit(of.kind));
            }
            let of_proposal = into.parse().ok().and_then(|it: Ref| ProposalId::try_from(it).ok());
            let new = match of_proposal {
                Some(by) => Successor::Proposed(by),
                None => Successor::Standing(meant(into)?),
            };
            give_way(records, *of, new, on)
        }
        Wish::Split { of, names } => {
            if names.len() < 2 {
                return Err(Unwishable::FewNames);
            }
            if !succession::SUCCEEDED.contains(&of.kind) {
                return Err(Unwishable::NotSplit(of.kind));
            }
            split(records, laid, *of, names)
        }
        Wish::Appoint { person, post } => {
            vec![Drafted::establish(
                Kind::Tenure,
                worded([("post", text(post)), ("person", text(person))]),
            )]
        }
    })
}

/// New ones beside `of`, under the names, that come after it; it ends.
fn split(records: &Records, laid: &Layer, of: Ref, names: &[Text]) -> Vec<Drafted> {
    let own = |name: &str| {
        laid.state.records().facet(of).map_or(Value::Nothing, |it| it.read(name, laid.on))
    };
    // Its place in the tree, its unit, its plan, and whatever it cannot be without.
    let kept = of
        .kind
        .fields()
        .iter()
        .filter(|it| it.name != "name" && (Some(it.name) == of.kind.tree() || it.required));
    let given: Vec<_> = kept.map(|it| (it.name, own(it.name))).collect();
    let rest = Wording::of(&given, &|it| laid.drafted(it));
    let mut all = Vec::new();
    for name in names {
        let terms = rest.iter().filter(|it| *it.1 != Said::Nothing);
        let terms = terms.map(|(name, it)| (Text::from(name), it.clone()));
        let named = [(Text::from("name"), Said::Text(Text::clone(name)))].into_iter().chain(terms);
        all.push(Drafted::establish(of.kind, Wording::new(named)));
    }
    let new: Vec<_> = (0..names.len()).map(|n| numbered(records, n)).collect();
    all.extend(new.into_iter().map(|it| succeed(of, Successor::Proposed(it))));
    all.push(Drafted::end(of));
    all
}
