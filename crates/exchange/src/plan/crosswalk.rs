//! Crosswalks: pairs of keys as mappings between the clauses of two frameworks.
//!
//! Always true: which two frameworks is said by somebody, or is plain from the keys; a pair of which
//! either clause is not recorded is left out and said.

use std::collections::{HashMap, HashSet};

use kernel::{
    Kind, Text, Value,
    id::{FrameworkId, RequirementId},
    mapping::Relationship,
    read::{editions, view::View},
};

use super::Planner;
use crate::{
    crosswalk::key,
    draft::{Crosswalk, Draft, Identity, Place, Target},
    finding::{Finding, shown},
    framework::Pair,
};

pub(super) type Keys = HashMap<String, RequirementId>;

impl Planner<'_> {
    pub(super) fn crosswalk(&mut self, it: &Crosswalk) {
        let sides = [
            (
                "source",
                it.source.as_ref(),
                it.pairs.iter().map(|it| it.source.as_str()).collect::<HashSet<_>>(),
            ),
            ("target", it.target.as_ref(), it.pairs.iter().map(|it| it.target.as_str()).collect()),
        ];
        let all = self.all_keys();
        let mut chosen: Vec<&Keys> = Vec::new();
        for (side, said, keys) in sides {
            let found = match said {
                Some(text) => self.named_framework(side, text, it.place),
                None => self.fitting(side, &keys, &all, it.place),
            };
            let Some(found) = found else { return };
            let Some(keys) = all.get(&found) else { return };
            chosen.push(keys);
        }
        let [sources, targets] = chosen[..] else { return };
        let mut unknown = 0;
        for pair in &it.pairs {
            let place = Place { row: Some(pair.row), ..it.place };
            let ends = [(sources, &pair.source), (targets, &pair.target)];
            let found = ends.map(|(keys, key)| keys.get(&folded(key)).copied());
            let [Some(source), Some(target)] = found else {
                unknown += 1;
                let missing = ends.into_iter().zip(found).filter(|it| it.1.is_none());
                let missing: Vec<String> = missing.map(|it| shown(it.0.1)).collect();
                let says = format!(
                    "No clause has the key {}; the pair was left out.",
                    missing.join(" or ")
                );
                let todo = "Check which framework it is of, or import that framework first.";
                self.say(place, Finding::fault("clause-unknown", says).todo(todo));
                continue;
            };
            self.map(pair, (source, target), it, place);
        }
        if unknown == it.pairs.len() && unknown > 0 {
            let says = "No pair of the crosswalk joins clauses that are recorded.";
            let todo =
                "Import both frameworks first, and name them with the options source and target.";
            self.say(it.place, Finding::fault("no-rows", says).todo(todo));
        }
    }

    fn map(
        &mut self,
        pair: &Pair,
        (source, target): (RequirementId, RequirementId),
        it: &Crosswalk,
        place: Place,
    ) {
        let Some(relationship) = relationship(&pair.relationship) else {
            let says =
                format!("{} is no relationship; the pair was left out.", shown(&pair.relationship));
            let finding = Finding::fault("relationship-unknown", says).column("relationship");
            let todo = format!("Write one of: {}.", Relationship::WORDS.join(", "));
            return self.say(place, finding.value(&pair.relationship).todo(todo));
        };
        let mut draft = Draft::new(Kind::Mapping, Identity::Links, it.on, place)
            .link("source", Target::Record(source.into()))
            .link("target", Target::Record(target.into()))
            .is("relationship", Value::Choice(relationship.word()));
        if !pair.strength.trim().is_empty() {
            match pair.strength.trim().parse::<u16>() {
                Ok(strength) => draft = draft.is("strength", Value::Whole(strength.into())),
                Err(_) => {
                    let says = "The strength is no whole number from 0 to 100; it was left out.";
                    let finding = Finding::question("strength-unclear", says).column("strength");
                    self.say(
                        place,
                        finding.value(&pair.strength).todo("Correct it, or leave it blank."),
                    );
                }
            }
        }
        self.record(&draft);
    }

    /// The clauses of every framework by key.
    pub(super) fn all_keys(&self) -> HashMap<FrameworkId, Keys> {
        let view = View::new(&self.state, self.act.today);
        let frameworks =
            view.list(Kind::Framework, true).filter_map(|it| FrameworkId::try_from(it).ok());
        let keys = |it: FrameworkId| {
            let clauses = editions::clauses(&view, it).into_iter();
            let mut keys = Keys::new();
            for clause in clauses {
                if let Some(key) = key(&view, clause) {
                    keys.entry(folded(&key)).or_insert(clause);
                }
            }
            (it, keys)
        };
        frameworks.map(keys).collect()
    }

    pub(super) fn named_framework(
        &mut self,
        side: &str,
        text: &Text,
        place: Place,
    ) -> Option<FrameworkId> {
        let target = Target::Written(Text::clone(text));
        let found = self.resolve(&target, &[Kind::Framework], self.act.today).ok();
        let found = found.and_then(|it| FrameworkId::try_from(it).ok());
        if found.is_none() {
            let says = format!("The option {side} names no framework.");
            let todo = "Give its reference, short name or exact name.";
            self.say(place, Finding::fault("option-wrong", says).value(text).todo(todo));
        }
        found
    }

    /// The only framework that holds the most of the keys, if that is most of them.
    pub(super) fn fitting(
        &mut self,
        side: &str,
        keys: &HashSet<&str>,
        all: &HashMap<FrameworkId, Keys>,
        place: Place,
    ) -> Option<FrameworkId> {
        let keys: HashSet<String> = keys.iter().map(|it| folded(it)).collect();
        let holds = |it: &Keys| keys.iter().filter(|key| it.contains_key(*key)).count();
        let mut counts: Vec<(usize, FrameworkId)> = all
            .iter()
            .map(|(id, it)| (holds(it), *id))
            .filter(|it| it.0 * 2 > keys.len())
            .collect();
        counts.sort_unstable_by_key(|it| (std::cmp::Reverse(it.0), it.1));
        match counts[..] {
            [(_, only)] => Some(only),
            [(most, one), (next, _), ..] if most > next => Some(one),
            _ => {
                let whose = match side {
                    "framework" => "that the file names".to_owned(),
                    column => format!("of the column {column}"),
                };
                let says = match counts.len() {
                    0 => format!("No recorded framework holds the clauses {whose}."),
                    _ => format!("Several frameworks hold the clauses {whose}."),
                };
                let todo =
                    format!("Import the framework first, or name it with the option {side}.");
                self.say(
                    place,
                    Finding::fault("framework-to-choose", says).column(side).todo(todo),
                );
                None
            }
        }
    }
}

pub(super) fn folded(key: &str) -> String {
    key.trim().to_lowercase()
}

/// The relationship as publishers write it; without one, two clauses overlap.
fn relationship(text: &str) -> Option<Relationship> {
    let text = text.trim().to_lowercase().replace(['_', '-'], " ");
    Some(match text.trim_end_matches(" of").trim_end_matches(" with").trim_end_matches(" to") {
        "" | "intersect" | "intersects" | "intersection" | "partial" => Relationship::Intersects,
        "equal" | "equals" | "equivalent" | "same" => Relationship::Equal,
        "subset" => Relationship::Subset,
        "superset" => Relationship::Superset,
        _ => return None,
    })
}
