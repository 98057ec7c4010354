//! The clauses of a framework with the places that they have in a catalog.
//!
//! Always true: an id is a token as OSCAL wants it, and unique; beneath a part are parts alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{
    Value as Read,
    id::{FrameworkId, RequirementId},
    read::view::View,
};

use super::Head;
use crate::{
    drafts::beginning,
    framework::{Framework, Kind, Requirement},
    oscal::assessed::At,
};

/// A framework, ready to be written.
pub(crate) struct Clauses<'a> {
    pub(crate) view: Option<&'a View<'a>>,
    pub(crate) framework: Framework,
    /// The records, where it is of records; in the order of the requirements.
    pub(crate) records: Vec<RequirementId>,
    pub(crate) places: Places,
}

/// Where each requirement stands.
pub(crate) struct Places {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) ids: Vec<String>,
    pub(crate) above: Vec<Option<usize>>,
    pub(crate) beneath: Vec<Vec<usize>>,
}

impl<'a> Clauses<'a> {
    /// The clauses that stand on the date of a view, in the order in which they were recorded.
    pub(crate) fn of(view: &'a View<'a>, of: FrameworkId, head: &Head) -> Clauses<'a> {
        let records: Vec<RequirementId> = view
            .records()
            .pointing::<RequirementId>(of)
            .filter(|it| view.stands((*it).into()))
            .filter(|it| {
                view.records().requirements.get(*it).is_some_and(|row| row.framework.0 == of)
            })
            .collect();
        let text = |it: RequirementId, field: &str| match view.value(it.into(), field) {
            Read::Text(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        // Two of one key are told apart by their own references.
        let mut times: HashMap<String, usize> = HashMap::new();
        for it in &records {
            *times.entry(text(*it, "code")).or_default() += 1;
        }
        let key = |it: RequirementId| match text(it, "code") {
            code if code.is_empty() || times[&code] > 1 => it.to_string(),
            code => code,
        };
        let mut requirements = Vec::new();
        for it in &records {
            let parent = match view.value((*it).into(), "parent") {
                Read::Link(above) => RequirementId::try_from(above).ok(),
                _ => None,
            };
            let parent = parent.filter(|it| records.binary_search(it).is_ok());
            requirements.push(Requirement {
                key: key(*it),
                parent: parent.map(key),
                code: text(*it, "clause"),
                title: text(*it, "name"),
                text: text(*it, "about"),
                assessable: view.value((*it).into(), "assessable") == Read::Flag(true),
                kind: Kind::Clause,
                depth: 1,
                row: None,
            });
        }
        let title = head.title.clone();
        let framework = Framework { title, version: head.version.clone(), requirements };
        let places = Places::of(&framework);
        Clauses { view: Some(view), framework, records, places }
    }

    pub(crate) fn plain(framework: &Framework) -> Clauses<'a> {
        let places = Places::of(framework);
        Clauses { view: None, framework: framework.clone(), records: Vec::new(), places }
    }

    /// The control that a clause is or is part of; none for what only holds others together.
    pub(crate) fn control(&self, at: usize) -> Option<usize> {
        let mut here = Some(at);
        while let Some(it) = here {
            match self.places.kinds[it] {
                Kind::Control => return Some(it),
                Kind::Group => return None,
                _ => here = self.places.above[it],
            }
        }
        None
    }

    /// The id of what is asked for by a clause: of a control, its statement.
    pub(crate) fn statement(&self, at: usize) -> String {
        match self.places.kinds[at] {
            Kind::Part => self.places.ids[at].clone(),
            _ => format!("{}_smt", self.places.ids[at]),
        }
    }

    /// Where a clause is, as what is said of it points at it.
    pub(crate) fn place(&self, at: usize) -> At {
        let key = self.framework.requirements[at].key.clone();
        At { id: self.statement(at), key }
    }

    /// The obligations in the order of their clauses, each by the place of its clause.
    pub(crate) fn obligations(&self) -> BTreeMap<usize, kernel::id::ObligationId> {
        let Some(view) = self.view else { return BTreeMap::new() };
        let all = self.records.iter().enumerate();
        all.filter_map(|(at, it)| Some((at, view.obligation_for(*it)?))).collect()
    }

    /// The controls of the organisation that meet any of its clauses, with the places of those clauses.
    pub(crate) fn controls(&self) -> BTreeMap<kernel::id::ControlId, Vec<usize>> {
        let mut found: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let Some(view) = self.view else { return found };
        for (at, obligation) in self.obligations() {
            for it in kernel::read::weather::controls(view.records(), obligation, view.on()) {
                found.entry(it).or_default().push(at);
            }
        }
        found
    }
}

impl Places {
    fn of(framework: &Framework) -> Places {
        let all = &framework.requirements;
        let by_key: HashMap<&str, usize> =
            all.iter().enumerate().map(|(at, it)| (it.key.as_str(), at)).collect();
        let above: Vec<Option<usize>> = all
            .iter()
            .map(|it| it.parent.as_deref().and_then(|it| by_key.get(it)).copied())
            .collect();
        let mut beneath = vec![Vec::new(); all.len()];
        for (at, above) in above.iter().enumerate() {
            if let Some(above) = above {
                beneath[*above].push(at);
            }
        }
        let mut kinds: Vec<Kind> = all.iter().map(|it| it.kind).collect();
        for at in crate::drafts::from_the_top(&above) {
            if kinds[at] == Kind::Clause {
                let leaf = beneath[at].is_empty();
                kinds[at] = kind(&all[at], above[at].map(|it| kinds[it]), leaf);
            }
        }
        Places { kinds, ids: ids(all), above, beneath }
    }
}

/// What a clause is in a catalog.
fn kind(it: &Requirement, above: Option<Kind>, leaf: bool) -> Kind {
    match above {
        Some(Kind::Part) => Kind::Part,
        Some(Kind::Control) if it.assessable && !has_title(it) => Kind::Part,
        Some(Kind::Control) => Kind::Control,
        _ if it.assessable || leaf && is_withdrawn(it) => Kind::Control,
        _ => Kind::Group,
    }
}

pub(crate) fn is_withdrawn(it: &Requirement) -> bool {
    it.text.starts_with("Withdrawn")
}

/// Whether it has a title of its own, and not one that was made of its text or of its number.
pub(crate) fn has_title(it: &Requirement) -> bool {
    let title = it.title.trim();
    let line = it.text.lines().map(str::trim).find(|it| !it.is_empty());
    let made = line.map(|it| beginning(it, crate::drafts::requirements::TITLE_CHARACTERS));
    !title.is_empty() && made.is_none_or(|it| it != title) && title != it.code && title != it.key
}

/// An id for each: its key where that can be one, else what is nearest to it.
fn ids(all: &[Requirement]) -> Vec<String> {
    let mut taken: HashSet<String> =
        all.iter().map(|it| it.key.clone()).filter(|it| *it == token(it)).collect();
    let mut ids = Vec::with_capacity(all.len());
    for it in all {
        let mut id = token(&it.key);
        if id != it.key {
            while !taken.insert(id.clone()) {
                id.push('_');
            }
        }
        ids.push(id);
    }
    ids
}

/// A letter or `_`, then letters, digits, `.`, `-` and `_`.
fn token(key: &str) -> String {
    let fits = |it: char| it.is_alphabetic() || it.is_numeric() || matches!(it, '.' | '-' | '_');
    let mut id: String = key.trim().chars().map(|it| if fits(it) { it } else { '-' }).collect();
    if !id.starts_with(|it: char| it.is_alphabetic() || it == '_') {
        id.insert(0, '_');
    }
    id
}
