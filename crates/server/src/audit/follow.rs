//! From the records that are asked about to all that belongs in an audit of them.
//!
//! What points at a record that is asked about comes in, and what points at that, down to the last: from
//! a framework to its clauses, obligations, controls and what proves them. What those point at comes in
//! as well, so that nothing is named that is not there, but is not followed further, else everything
//! would be in; of a post also who held it.
//!
//! Always true: the same state gives the same records in the same order.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Kind, Ref, State};

/// None if there are more than `most`.
pub(super) fn links(state: &State, about: &[Ref], on: Date, most: usize) -> Option<Vec<Ref>> {
    let records = state.records();
    let mut down: BTreeSet<Ref> = about.iter().copied().collect();
    let mut open: Vec<Ref> = down.iter().copied().collect();
    while let Some(of) = open.pop() {
        for kind in Kind::ALL {
            for it in records.inbound(of, kind) {
                // Who comes with a record is not audited with it.
                if kind == Kind::Person || records.is_annulled(it) {
                    continue;
                }
                if down.insert(it) {
                    open.push(it);
                }
            }
        }
        if down.len() > most {
            return None;
        }
    }
    let mut all = down.clone();
    for of in &down {
        let Some(record) = records.facet(*of) else { continue };
        for field in record.fields() {
            all.extend(record.read(field.name, on).links().iter().copied());
        }
    }
    let posts: Vec<Ref> = all.iter().copied().filter(|it| it.kind == Kind::Post).collect();
    for post in posts {
        for tenure in records.inbound(post, Kind::Tenure) {
            all.insert(tenure);
            if let Some(record) = records.facet(tenure) {
                all.extend(record.read("person", on).links().iter().copied());
            }
        }
    }
    all.retain(|it| !records.is_annulled(*it) && records.facet(*it).is_some());
    (all.len() <= most).then(|| all.into_iter().collect())
}
