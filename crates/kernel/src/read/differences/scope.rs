//! What is about one record: a unit with everything within it, a post with what hangs on it, an objective or a
//! plan with everything beneath it.
//!
//! Of a day, or of all time: whatever was once in it has its part in the history.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Group;
use crate::{Kind, Records, Ref, Value, duty::Role};

/// The records that others are about, by what counts of them.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    on: Option<Date>,
    units: BTreeSet<Ref>,
    /// Posts with all that hangs on them.
    posts: BTreeSet<Ref>,
    /// Posts that answer for something here: with their tenures, and not what else they answer for.
    answering: BTreeSet<Ref>,
    /// Posts that report to one of these, alone.
    beneath: BTreeSet<Ref>,
    /// Everything else.
    subjects: BTreeSet<Ref>,
}

impl Scope {
    /// On a day.
    pub fn on(records: &Records, about: Ref, on: Date) -> Scope {
        Scope::of(records, about, Some(on))
    }

    /// On whatever day.
    pub fn ever(records: &Records, about: Ref) -> Scope {
        Scope::of(records, about, None)
    }

    fn of(records: &Records, about: Ref, on: Option<Date>) -> Scope {
        let mut it = Scope { on, ..Scope::default() };
        let joined = Joined { records, on };
        match about.kind {
            Kind::Unit => {
                it.units = joined.closed([about], Kind::Unit, "within");
                let posts = it.units.iter().flat_map(|it| joined.by(*it, Kind::Post, "unit"));
                it.posts = posts.collect();
            }
            Kind::Post => {
                it.posts = [about].into();
                it.beneath = joined.by(about, Kind::Post, "reports_to").collect();
            }
            Kind::Objective => it.subjects = joined.closed([about], Kind::Objective, "parent"),
            Kind::Plan => {
                it.subjects = joined.by(about, Kind::Objective, "plan").chain([about]).collect();
            }
            _ => it.subjects = [about].into(),
        }
        for post in &it.posts {
            let duties = joined.by(*post, Kind::Duty, "post").filter(|it| joined.accountable(*it));
            let theirs = duties.flat_map(|it| joined.links(it, "subject"));
            it.subjects.extend(theirs.filter(|it| Group::of(it.kind) == Some(Group::Strategy)));
        }
        if matches!(about.kind, Kind::Objective | Kind::Plan) {
            let anchors = it.subjects.iter().flat_map(|it| joined.by(*it, Kind::Anchor, "serves"));
            let serving: Vec<Ref> = anchors.flat_map(|it| joined.links(it, "from")).collect();
            it.subjects.extend(serving);
        }
        if it.posts.is_empty() {
            let duties = it.subjects.iter().flat_map(|it| joined.by(*it, Kind::Duty, "subject"));
            let accountable = duties.filter(|it| joined.accountable(*it));
            it.answering = accountable.flat_map(|it| joined.links(it, "post")).collect();
        }
        it
    }

    /// Whether a record that stands has its part in it.
    pub fn has(&self, records: &Records, of: Ref) -> bool {
        let joined = Joined { records, on: self.on };
        let to = |field: &str, these: &[&BTreeSet<Ref>]| {
            joined.links(of, field).any(|it| these.iter().any(|set| set.contains(&it)))
        };
        let Scope { units, posts, answering, beneath, subjects, .. } = self;
        if subjects.contains(&of) {
            return true;
        }
        match of.kind {
            Kind::Unit => units.contains(&of),
            Kind::Post => [posts, answering, beneath].iter().any(|it| it.contains(&of)),
            Kind::Tenure => to("post", &[posts, answering]) || to("person", &[subjects]),
            Kind::Authority => to("post", &[posts]),
            Kind::Delegation => to("post", &[posts]) || to("to", &[posts, subjects]),
            Kind::Duty => to("post", &[posts]) || to("subject", &[subjects]),
            Kind::Anchor => to("from", &[subjects]) || to("serves", &[subjects]),
            _ => false,
        }
    }

    /// The numbers of the newest entries about any of it, the newest first: at most `max` of those before
    /// `before`. What an entry is about is for its reader to look at.
    pub fn entries(&self, records: &Records, before: u64, max: usize) -> Vec<u64> {
        let own = [&self.units, &self.posts, &self.answering, &self.beneath, &self.subjects];
        let mut all: BTreeSet<Ref> = own.into_iter().flatten().copied().collect();
        let hung = [
            (&self.posts, &[Kind::Tenure, Kind::Authority, Kind::Delegation, Kind::Duty][..]),
            (&self.answering, &[Kind::Tenure]),
            (&self.subjects, &[Kind::Tenure, Kind::Delegation, Kind::Duty, Kind::Anchor]),
        ];
        for (these, kinds) in hung {
            let joined = these.iter().flat_map(|of| kinds.iter().map(move |it| (*of, *it)));
            all.extend(joined.flat_map(|(of, kind)| records.inbound(of, kind)));
        }
        let mut newest: BTreeSet<u64> = BTreeSet::new();
        for of in all {
            for seq in records.history(of).rev().filter(|it| *it < before).take(max) {
                if newest.len() == max && newest.first().is_some_and(|oldest| seq <= *oldest) {
                    break;
                }
                newest.insert(seq);
                if newest.len() > max {
                    newest.pop_first();
                }
            }
        }
        newest.into_iter().rev().collect()
    }
}

/// How records are joined, on a day or ever.
struct Joined<'a> {
    records: &'a Records,
    on: Option<Date>,
}

impl Joined<'_> {
    fn links(&self, of: Ref, field: &str) -> impl Iterator<Item = Ref> + use<> {
        let record = self.records.facet(of);
        let links: Vec<Ref> = match (record, self.on) {
            (None, _) => Vec::new(),
            (Some(it), Some(on)) => it.read(field, on).links().to_vec(),
            (Some(it), None) => {
                it.spans(field).iter().flat_map(|it| it.1.links().to_vec()).collect()
            }
        };
        links.into_iter()
    }

    fn stands(&self, of: Ref) -> bool {
        match self.on {
            Some(on) => self.records.stands(of, on),
            None => !self.records.is_annulled(of),
        }
    }

    /// Records of `kind` that stand and name `target` in `field`.
    fn by<'a>(&'a self, target: Ref, kind: Kind, field: &'a str) -> impl Iterator<Item = Ref> + 'a {
        let found = self.records.inbound(target, kind).filter(|it| self.stands(*it));
        found.filter(move |it| self.links(*it, field).any(|it| it == target))
    }

    /// `from` with all that is beneath it.
    fn closed<const N: usize>(&self, from: [Ref; N], kind: Kind, field: &str) -> BTreeSet<Ref> {
        let mut all: BTreeSet<Ref> = from.into();
        let mut open: Vec<Ref> = from.into();
        while let Some(above) = open.pop() {
            open.extend(self.by(above, kind, field).filter(|it| all.insert(*it)));
        }
        all
    }

    fn accountable(&self, duty: Ref) -> bool {
        let role = |it: &Value| *it == Value::Choice(Role::Accountable.word());
        self.records.facet(duty).is_some_and(|it| role(&it.read("role", Date::MAX)))
    }
}
