//! Which record a draft is about, if it is there already.
//!
//! Always true: where several could be meant, none is chosen and somebody is asked.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use kernel::{
    Kind, Ref, State, Text, Value,
    id::{Id, PersonId},
};

use super::{Planner, called};
use crate::{
    draft::{Begin, Draft, Identity, Target},
    finding::{Finding, shown},
    limits::NEAREST_TEXTS_MAX,
    wire,
};

/// Candidates that a question names.
const NAMED_MAX: usize = 5;
/// Candidates to choose from.
const CHOICES_MAX: usize = 50;
/// Records that are offered for a text that no record is called by.
const OFFERED_MAX: usize = 400;
/// Nearest names that are offered.
const NEAREST_MAX: usize = 3;
/// From nothing alike, 0, to the same, 1.
const LIKENESS_MIN: f64 = 0.82;
/// Levels that units are followed upwards.
const LEVELS_MAX: usize = 100;

/// What has no index in the kernel: names, and groups of identical posts. Made when first needed.
#[derive(Debug, Default)]
pub(super) struct Index {
    named: HashMap<Kind, HashMap<Text, Vec<Ref>>>,
    /// The same in small letters and single spaces, for what is not written exactly.
    alike: HashMap<Kind, HashMap<String, Vec<Ref>>>,
    /// Names of people that this import brings.
    new_names: HashMap<Ref, Text>,
    /// Texts that led to nothing, with the nearest names.
    nearest: HashMap<(Kind, Text), Vec<Ref>>,
    groups: Option<HashMap<Group, Vec<Ref>>>,
}

/// Unit, line, title, grade.
type Group = [String; 4];

impl Index {
    pub(super) fn knows_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// A person has this name now, which only the vault will know.
    pub(super) fn note_person(&mut self, of: Ref, name: &str) {
        self.new_names.insert(of, name.into());
        if let Some(alike) = self.alike.get_mut(&of.kind) {
            alike.entry(folded(name)).or_default().push(of);
        }
        if let Some(named) = self.named.get_mut(&of.kind) {
            named.entry(name.into()).or_default().push(of);
        }
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
            if let Some(alike) = self.alike.get_mut(&of.kind) {
                let them = alike.entry(folded(&name)).or_default();
                if !them.contains(&of) {
                    them.push(of);
                }
            }
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
            Identity::Code { .. } if self.renumbered.contains_key(&self.placed.len()) => {
                self.renumbered.get(&self.placed.len()).copied().into_iter().collect()
            }
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
                let called = match &draft.identity {
                    Identity::Code { code, .. } => Some(Text::clone(code)),
                    Identity::Name => {
                        draft.name.as_deref().map(Text::from).or_else(|| name_in(terms))
                    }
                    _ => None,
                };
                if let Some(text) = &called
                    && let Some(one) = self.meant(text, &[draft.kind])
                {
                    return Some(Some(one));
                }
                let finding = ambiguous(&self.state, &candidates);
                let finding = match called.filter(|_| draft.kind != Kind::Person) {
                    Some(text) => self.asked(finding, draft.kind, &text, &candidates),
                    None => finding,
                };
                self.say(draft.place, finding);
                None
            }
        }
    }

    /// The record that somebody says is meant by a text.
    fn meant(&self, text: &str, kinds: &[Kind]) -> Option<Ref> {
        let said = |kind: &Kind| self.drafts.meant.get(&format!("{}.{text}", kind.word()));
        let of: Ref = kinds.iter().find_map(said)?.parse().ok()?;
        self.facet(of).filter(|_| kinds.contains(&of.kind)).map(|_| of)
    }

    /// A finding that is answered by saying which record is meant.
    pub(super) fn asked(&self, finding: Finding, kind: Kind, text: &str, them: &[Ref]) -> Finding {
        let choice = |it: &Ref| (it.to_string(), called(&self.state, *it));
        let choices = them.iter().take(CHOICES_MAX).map(choice).collect();
        finding.ask(format!("is.{}.{text}", kind.word()), choices)
    }

    /// As [`ambiguous`], and what was written can be answered in place.
    pub(super) fn ask_which(&self, text: &str, kinds: &[Kind], them: &[Ref]) -> Finding {
        let finding = ambiguous(&self.state, them);
        match kinds {
            // A name of a person is kept in no option.
            [Kind::Person] | [] => finding,
            [kind, ..] => self.asked(finding, *kind, text, them),
        }
    }

    /// The records whose names are nearest to a text that leads to nothing.
    pub(super) fn nearest(&mut self, text: &Text, kinds: &[Kind]) -> Vec<Ref> {
        let mut scored: Vec<(u64, Ref)> = Vec::new();
        let wanted = folded(text);
        for kind in kinds.iter().filter(|it| **it != Kind::Person) {
            let key = (*kind, Text::clone(text));
            if !self.index.nearest.contains_key(&key) {
                if self.index.nearest.len() >= NEAREST_TEXTS_MAX {
                    continue;
                }
                self.with_name_alike(*kind, "");
                let all = self.index.alike.get(kind);
                let mut near: Vec<(u64, Ref)> = Vec::new();
                for (name, them) in all.into_iter().flatten() {
                    let likeness = strsim::jaro_winkler(name, &wanted);
                    if likeness < LIKENESS_MIN {
                        continue;
                    }
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "from 0 to 1000"
                    )]
                    near.extend(them.iter().map(|it| ((likeness * 1000.0) as u64, *it)));
                }
                near.sort_by_key(|it| (std::cmp::Reverse(it.0), it.1));
                let near = near.into_iter().take(NEAREST_MAX).map(|it| it.1).collect();
                self.index.nearest.insert(key.clone(), near);
            }
            let found = self.index.nearest.get(&key).into_iter().flatten();
            scored.extend(found.enumerate().map(|(n, it)| (n as u64, *it)));
        }
        scored.sort_unstable();
        scored.into_iter().take(NEAREST_MAX).map(|it| it.1).collect()
    }

    /// As [`Planner::asked`], for a text that leads to nothing: the nearest can be meant.
    pub(super) fn ask_nearest(
        &mut self,
        finding: Finding,
        text: &Text,
        kinds: &[Kind],
        on: Date,
    ) -> Finding {
        let Some(first) = kinds.first() else { return finding };
        let mut near = self.nearest(text, kinds);
        near.retain(|it| self.state.records().stands(*it, on));
        if near.is_empty() {
            return finding;
        }
        let names = near.iter().map(|it| called(&self.state, *it)).collect::<Vec<_>>().join("; ");
        let mut finding = finding;
        finding.todo = format!("The nearest: {names}. {}", finding.todo);
        self.asked(finding, *first, text, &near)
    }

    /// A text for which no record is called: whichever is meant can be chosen, the nearest first.
    pub(super) fn ask_for(
        &mut self,
        finding: Finding,
        text: &Text,
        kind: Kind,
        on: Date,
    ) -> Finding {
        let mut them = self.nearest(text, &[kind]);
        self.with_name_alike(kind, "");
        let mut others: Vec<(&String, &Vec<Ref>)> =
            self.index.alike.get(&kind).into_iter().flatten().collect();
        others.sort_unstable();
        them.extend(others.into_iter().flat_map(|it| it.1));
        let mut seen = HashSet::new();
        them.retain(|it| self.state.records().stands(*it, on) && seen.insert(*it));
        let choice = |it: &Ref| (it.to_string(), called(&self.state, *it));
        let choices = them.iter().take(OFFERED_MAX).map(choice).collect();
        finding.ask(format!("is.{}.{text}", kind.word()), choices)
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
        // A number that a post had finds it only where the file does not name it by the one it has.
        if let Some(unit) = within {
            found.retain(|it| match self.value(*it, "code", draft.on) {
                Value::Text(now) => now == *code || !self.in_file.contains(&(unit, now)),
                _ => true,
            });
        }
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
    pub(super) fn is_within(&self, post: Ref, unit: Ref, on: Date) -> bool {
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
            Kind::Mapping => &["source", "target"],
            Kind::Succession => &["old", "new"],
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
        if let Some(it) = self.meant(text, kinds) {
            return Ok(it);
        }
        let records = self.state.records();
        let coded = kinds.iter().flat_map(|kind| records.with_code(*kind, text)).collect();
        let mut found = self.preferred(coded, on);
        if found.is_empty() {
            let named = kinds.iter().flat_map(|kind| self.with_name(*kind, text)).collect();
            found = self.preferred(named, on);
        }
        if found.is_empty() {
            let alike = kinds.iter().flat_map(|kind| self.with_name_alike(*kind, text)).collect();
            found = self.preferred(alike, on);
        }
        if found.is_empty() && kinds.contains(&Kind::Post) {
            found = self.posts_of(text, on);
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

    /// Every record of a kind whose name differs in case and spaces only.
    fn with_name_alike(&mut self, kind: Kind, name: &str) -> Vec<Ref> {
        if !self.index.alike.contains_key(&kind) {
            self.with_name(kind, &Text::from(name));
            let mut alike: HashMap<String, Vec<Ref>> = HashMap::new();
            for (name, them) in self.index.named.get(&kind).into_iter().flatten() {
                alike.entry(folded(name)).or_default().extend(them);
            }
            self.index.alike.insert(kind, alike);
        }
        let all = self.index.alike.get(&kind);
        all.and_then(|it| it.get(&folded(name))).cloned().unwrap_or_default()
    }

    /// The posts that somebody of this name holds: spreadsheets write people where posts belong.
    fn posts_of(&mut self, name: &str, on: Date) -> Vec<Ref> {
        let people = self.with_name_alike(Kind::Person, name);
        let mut posts = Vec::new();
        for person in people {
            for tenure in self.state.records().inbound(person, Kind::Tenure) {
                let stands = self.facet(tenure).is_some_and(|it| it.life().is(on));
                if let Value::Link(post) = self.value(tenure, "post", on)
                    && stands
                {
                    posts.push(post);
                }
            }
        }
        self.preferred(posts, on)
    }

    pub(super) fn names_of(&self, of: Ref) -> Vec<Text> {
        if let Ok(person) = PersonId::try_from(of) {
            let new = self.index.new_names.get(&of).cloned();
            return new.or_else(|| (self.names)(person)).into_iter().collect();
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

fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn name_in(terms: &[(&'static str, Value)]) -> Option<Text> {
    terms.iter().find_map(|it| match it {
        ("name", Value::Text(name)) => Some(Text::clone(name)),
        _ => None,
    })
}

/// What a code is unique within.
fn scope<'a>(kind: Kind, terms: &'a [(&'static str, Value)]) -> Option<(&'static str, &'a Value)> {
    let field = match kind {
        Kind::Requirement => "framework",
        Kind::Objective => "plan",
        Kind::Step => "procedure",
        Kind::Question => "step",
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
