//! What people ask for as one thing and a draft says as several: a merger, a split, a post in another's place.
//!
//! Each is proposals and nothing else, so that every one of them can be looked at, taken out and added to.

use std::num::NonZeroU32;

use jiff::civil::Date;

use super::layer::worded;
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
