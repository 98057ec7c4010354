//! Which record a draft is about, if it is there already.
//!
//! Always true: where several could be meant, none is chosen and somebody is asked.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{
    Kind, Ref, State, Text, Value,
    id::{Id, PersonId},
};

use super::{Planner, called};
use crate::{
    draft::{Begin, Draft, Identity, Target},
    finding::{Finding, shown},
    wire,
};

/// Candidates that a question names.
const NAMED_MAX: usize = 5;
/// Levels that units are followed upwards.
const LEVELS_MAX: usize = 100;

/// What has no index in the kernel: names, and groups of identical posts. Made when first needed.
#[derive(Debug, Default)]
pub(super) struct Index {
    named: HashMap<Kind, HashMap<Text, Vec<Ref>>>,
    groups: Option<HashMap<Group, Vec<Ref>>>,
}

/// Unit, line, title, grade.
type Group = [String; 4];

impl Index {
    pub(super) fn knows_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// A record has this name now.
    pub(super) fn note(&mut self, of: Ref, draft: &Draft, terms: &[(&'static str, Value)]) {
        let Some(named) = self.named.get_mut(&of.kind) else { return };
        let name = match draft.name.as_deref() {
            Some(name) => Some(Text::from(name)),
            None => terms.iter().find_map(|it| match it {
                ("name", Value::Text(name)) => Some(Text::clone(name)),
                _ => None,
            }),
        };
        if let Some(name) = name {
            let them = named.entry(name).or_default();
            if !them.contains(&of) {
                them.push(of);
            }
        }
    }
}

/// Why text leads to no record.
pub(super) enum Unfound {
    Nothing,
    Several(Vec<Ref>),
}

impl Planner<'_> {
    /// The record that a draft is about; the outer nothing says that it is left out.
    #[expect(clippy::option_option, reason = "left out, not there yet, there: three answers")]
    pub(super) fn find(
        &mut self,
        draft: &Draft,
        terms: &[(&'static str, Value)],
    ) -> Option<Option<Ref>> {
        let candidates = match &draft.identity {
            Identity::Is(_) => Vec::new(),
            Identity::Top => self.top(draft),
            Identity::Code { code, within } => {
                let within = match within {
                    Some(target) => Some(self.resolve(target, &[Kind::Unit], draft.on).ok()?),
                    None => None,
                };
                // As it would be kept: a long one is shortened.
                let kept = terms.iter().find_map(|it| match it {
                    ("code", Value::Text(code)) => Some(code),
                    _ => None,
                });
                self.coded(draft, terms, kept.unwrap_or(code), within)
            }
            Identity::Name => self.named(draft, terms),
            Identity::Links => self.joining(draft, terms),
            Identity::Alike => self.alike(draft, terms),
        };
        let candidates = self.preferred(candidates, draft.on);
        match candidates[..] {
            [] => Some(None),
            [one] => Some(Some(one)),
            _ => {
                let finding = ambiguous(&self.state, &candidates);
                self.say(draft.place, finding);
                None
            }
        }
    }

    /// Those that stand on the date, if any do; none that never stood.
    fn preferred(&self, mut candidates: Vec<Ref>, on: Date) -> Vec<Ref> {
        candidates.sort_unstable();
        candidates.dedup();
        let ever = |it: &Ref| {
            let life = self.facet(*it).map(kernel::register::Facet::life);
            life.is_some_and(|it| it.entries().any(|it| it.1))
        };
        candidates.retain(ever);
        if candidates.len() > 1 {
            let stands = |it: &Ref| self.state.records().stands(*it, on);
            if candidates.iter().any(stands) {
                candidates.retain(stands);
            }
        }
        candidates
    }

    fn top(&self, draft: &Draft) -> Vec<Ref> {
        let records = self.state.records();
        let top = |it: &Ref| {
            draft.kind != Kind::Unit
                || (self.value(*it, "within", draft.on) == Value::Nothing
                    && records.stands(*it, self.act.today.max(draft.on)))
        };
        let all = (0..records.count(draft.kind)).map(|row| reference(draft.kind, row));
        all.filter(top).take(1).collect()
    }

    fn coded(
        &self,
        draft: &Draft,
        terms: &[(&'static str, Value)],
        code: &Text,
        within: Option<Ref>,
    ) -> Vec<Ref> {
        let scope = scope(draft.kind, terms);
        let mut found: Vec<Ref> = self
            .state
            .records()
            .with_code(draft.kind, code)
            .filter(|it| match (scope, within) {
                (Some((field, value)), _) => self.value(*it, field, draft.on) == *value,
                (None, Some(unit)) => self.is_within(*it, unit, draft.on),
                (None, None) => true,
            })
            .collect();
        if found.len() > 1 {
            let now = Value::Text(Text::clone(code));
            let has_now = |it: &Ref| self.value(*it, "code", draft.on) == now;
            if found.iter().any(has_now) {
                found.retain(has_now);
            }
        }
        found
    }

    /// Whether a post belongs to a unit or one beneath it.
    fn is_within(&self, post: Ref, unit: Ref, on: Date) -> bool {
        let mut at = self.value(post, "unit", on);
        for _ in 0..LEVELS_MAX {
            match at {
                Value::Link(it) if it == unit => return true,
                Value::Link(it) => at = self.value(it, "within", on),
                _ => return false,
            }
        }
        false
    }

    fn named(&mut self, draft: &Draft, terms: &[(&'static str, Value)]) -> Vec<Ref> {
        let name = match (&draft.name, terms.iter().find(|it| it.0 == "name")) {
            (Some(name), _) => name.as_str().into(),
            (None, Some((_, Value::Text(name)))) => Text::clone(name),
            _ => return Vec::new(),
        };
        let beside = match draft.kind {
            Kind::Unit => Some("within"),
            Kind::Post => Some("unit"),
            Kind::Framework => Some("edition"),
            kind => scope(kind, terms).map(|it| it.0),
        };
        let found = self.with_name(draft.kind, &name);
        let Some(field) = beside else { return found };
        let value = terms.iter().find(|it| it.0 == field).map_or(&Value::Nothing, |it| &it.1);
        found.into_iter().filter(|it| self.value(*it, field, draft.on) == *value).collect()
    }

    fn joining(&self, draft: &Draft, terms: &[(&'static str, Value)]) -> Vec<Ref> {
        let given = |name: &str| terms.iter().find(|it| it.0 == name).map(|it| &it.1);
        let accountable = given("role").is_none_or(|it| *it == Value::Choice("accountable"));
        let fields: &[&str] = match draft.kind {
            Kind::Tenure => &["post", "person"],
            Kind::Duty if accountable => &["subject", "role"],
            Kind::Duty => &["subject", "role", "post"],
            Kind::Anchor => &["from", "serves"],
            Kind::Obligation => &["requirement"],
            _ => return Vec::new(),
        };
        let Some(Value::Link(first)) = given(fields[0]) else { return Vec::new() };
        let same = |it: &Ref| {
            fields.iter().all(|name| {
                let wanted = match (given(name), *name) {
                    (None, "role") => &Value::Choice("accountable"),
                    (Some(value), _) => value,
                    (None, _) => return false,
                };
                self.value(*it, name, draft.on) == *wanted
            })
        };
        let found = self.state.records().inbound(*first, draft.kind).filter(same);
        let Begin::On(from) = draft.begin else { return found.collect() };
        // What had ended by then, and begins again, is another one.
        let ongoing = |it: &Ref| {
            let life = self.facet(*it).map(kernel::register::Facet::life);
            life.is_some_and(|it| it.begins() >= from || it.is(from))
        };
        let mut found: Vec<Ref> = found.filter(ongoing).collect();
        let exact = |it: &Ref| self.facet(*it).is_some_and(|it| it.life().begins() == from);
        if found.iter().any(exact) {
            found.retain(exact);
        }
        found
    }

    /// The next group of its sort that no row has spoken of yet, one of the same size first.
    fn alike(&mut self, draft: &Draft, terms: &[(&'static str, Value)]) -> Vec<Ref> {
        if self.index.groups.is_none() {
            let mut groups: HashMap<Group, Vec<Ref>> = HashMap::new();
            let records = self.state.records();
            for (id, row) in records.posts.iter() {
                if row.group.0 && row.live.is(draft.on) {
                    let key = group(&|name| self.value(id.into(), name, draft.on));
                    groups.entry(key).or_default().push(id.into());
                }
            }
            self.index.groups = Some(groups);
        }
        let given = |name: &str| {
            terms.iter().find(|it| it.0 == name).map_or(Value::Nothing, |it| it.1.clone())
        };
        let fte = given("fte");
        let them = self.index.groups.as_ref().and_then(|it| it.get(&group(&given)));
        let free = |it: &&Ref| !self.taken.contains_key(*it);
        let them: Vec<Ref> = them.into_iter().flatten().filter(free).copied().collect();
        let same = them.iter().find(|it| self.value(**it, "fte", draft.on) == fte);
        same.or(them.first()).into_iter().copied().collect()
    }

    pub(super) fn resolve(
        &mut self,
        target: &Target,
        kinds: &[Kind],
        on: Date,
    ) -> Result<Ref, Unfound> {
        match target {
            Target::Draft(it) => self.placed.get(it.0).copied().flatten().ok_or(Unfound::Nothing),
            Target::Record(it) => self.facet(*it).map(|_| *it).ok_or(Unfound::Nothing),
            Target::Written(text) => self.written_link(text, kinds, on),
        }
    }

    /// The record that somebody means: by reference, by code, by exact name.
    fn written_link(&mut self, text: &Text, kinds: &[Kind], on: Date) -> Result<Ref, Unfound> {
        if let Ok(it) = text.parse::<Ref>()
            && kinds.contains(&it.kind)
        {
            return self.facet(it).map(|_| it).ok_or(Unfound::Nothing);
        }
        let records = self.state.records();
        let coded = kinds.iter().flat_map(|kind| records.with_code(*kind, text)).collect();
        let mut found = self.preferred(coded, on);
        if found.is_empty() {
            let named = kinds.iter().flat_map(|kind| self.with_name(*kind, text)).collect();
            found = self.preferred(named, on);
        }
        match found[..] {
            [] => Err(Unfound::Nothing),
            [one] => Ok(one),
            _ => Err(Unfound::Several(found)),
        }
    }

    /// Every record of a kind that has or had exactly this name.
    fn with_name(&mut self, kind: Kind, name: &Text) -> Vec<Ref> {
        if !self.index.named.contains_key(&kind) {
            let mut named: HashMap<Text, Vec<Ref>> = HashMap::new();
            for row in 0..self.state.records().count(kind) {
                let of = reference(kind, row);
                for name in self.names_of(of) {
                    let them = named.entry(name).or_default();
                    if them.last() != Some(&of) {
                        them.push(of);
                    }
                }
            }
            self.index.named.insert(kind, named);
        }
        self.index.named.get(&kind).and_then(|it| it.get(name)).cloned().unwrap_or_default()
    }

    fn names_of(&self, of: Ref) -> Vec<Text> {
        if let Ok(person) = PersonId::try_from(of) {
            return (self.names)(person).into_iter().collect();
        }
        let spans = self.facet(of).map(|it| it.spans("name")).unwrap_or_default();
        let had = spans.into_iter().filter_map(|it| match it.1 {
            Value::Text(name) => Some(name),
            _ => None,
        });
        let had: Vec<Text> = had.collect();
        if had.is_empty() {
            self.state.records().latest_name(of).into_iter().collect()
        } else {
            had
        }
    }

    pub(super) fn value(&self, of: Ref, field: &str, on: Date) -> Value {
        self.facet(of).map_or(Value::Nothing, |it| it.read(field, on))
    }
}

/// What a code is unique within.
fn scope<'a>(kind: Kind, terms: &'a [(&'static str, Value)]) -> Option<(&'static str, &'a Value)> {
    let field = match kind {
        Kind::Requirement => "framework",
        Kind::Objective => "plan",
        _ => return None,
    };
    terms.iter().find(|it| it.0 == field).map(|it| (field, &it.1))
}

fn group(read: &dyn Fn(&str) -> Value) -> Group {
    ["unit", "reports_to", "name", "grade"].map(|name| wire::cell(&read(name)))
}

pub(super) fn reference(kind: Kind, row: usize) -> Ref {
    Ref { kind, n: PersonId::at_row(row).n() }
}

pub(super) fn ambiguous(state: &State, candidates: &[Ref]) -> Finding {
    let named = candidates.iter().take(NAMED_MAX).map(|it| called(state, *it));
    let more = candidates.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let them = named.collect::<Vec<_>>().join("; ");
    Finding::question("several-match", format!("Several records could be meant: {them}{more}."))
        .value(&shown(&candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        .todo("Write the reference of the one that is meant.")
}
