//! The reverse of a change set: what puts back what it changed, as proposals of a change set of its own.
//!
//! Worked out from what the organisation said just before its entries and just after them. Always true: laid
//! over a state in which nothing else has happened since, it says of every day from its own on what was said
//! before; of what was changed again since, nothing is proposed, and it is named.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    Event, Fact, Records, Ref, State, Text, Value,
    proposal::{Drafted, PROPOSED},
    register::Facet,
    wording::{Said, Wording},
};

/// What takes a change set back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reverse {
    pub proposals: Vec<Drafted>,
    /// Records of which somebody said something else since, by the names of the fields; none where it no
    /// longer stands as it was left.
    pub since: Vec<(Ref, Option<&'static str>)>,
}

/// What puts back, from `on`, what `facts` did, which followed on `before`. `now` is what is so by now.
pub fn reverse(before: &State, facts: &[Fact], now: &State, on: Date) -> Reverse {
    let mut after = before.clone();
    let mut touched: BTreeMap<Ref, usize> = BTreeMap::new();
    for (n, fact) in facts.iter().enumerate() {
        after.apply(fact);
        if !matches!(fact.event, Event::ChangeSet(_) | Event::Proposal(_)) {
            touched.entry(fact.event.subject()).or_insert(n);
        }
    }
    let mut back = Reverse::default();
    // What was established last goes first, for others may lead to what was established before it.
    let mut order: Vec<(usize, Ref)> = touched.into_iter().map(|(of, n)| (n, of)).collect();
    order.sort_unstable_by(|a, b| b.cmp(a));
    for (_, of) in order.into_iter().filter(|it| PROPOSED.contains(&it.1.kind)) {
        back.record([before, &after, now].map(State::records), of, on);
    }
    back
}

impl Reverse {
    fn record(&mut self, states: [&Records; 3], of: Ref, on: Date) {
        let [was, Some(then), Some(now)] = states.map(|it| it.facet(of)) else { return };
        let stood = was.is_some_and(|it| it.life().is(on));
        match (then.life().is(on), now.life().is(on)) {
            (a, b) if a != b => self.since.push((of, None)),
            (true, true) if !stood => return self.proposals.push(Drafted::end(of)),
            _ => (),
        }
        let Some(was) = was else { return };
        let mut terms: Vec<(Text, Said)> = Vec::new();
        if stood && !now.life().is(on) && !then.life().is(on) {
            terms.push(("live".into(), Said::Flag(true)));
        }
        for field in of.kind.fields().iter().filter(|it| !it.fixed && it.shape.is_given()) {
            let [was, then, now] = [was, then, now].map(|it: &dyn Facet| it.read(field.name, on));
            if was == then {
                continue;
            }
            if now != then {
                self.since.push((of, Some(field.label)));
            } else {
                terms.extend(said(field.name, &was));
            }
        }
        if !terms.is_empty() {
            self.proposals.push(Drafted::change(of, Wording::new(terms)));
        }
    }
}

fn said(name: &'static str, it: &Value) -> Option<(Text, Said)> {
    let one = Wording::of(&[(name, it.clone())], &|_| None);
    one.get(name).map(|it| (Text::from(name), it.clone()))
}
