//! What an organisation's directory says of people, and what it could mean for posts.
//!
//! Compared are: a post's external number with one attribute of a person; groups that somebody said
//! belong to a post; and title and department with the names of posts and their units, where the
//! manager's posts say which of several is meant. Always true: a tenure follows only where exactly one
//! post fits and nobody else holds it. Everything else is a [`Question`], worked out when asked and
//! kept nowhere; nothing here guesses.

pub mod file;
pub mod questions;
pub mod steps;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use kernel::{
    Records, Ref, Text, authority,
    id::{PersonId, PostId, TenureId, UnitId},
    read::who,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::scim::{ENTERPRISE, Name, Resource, USER, filter::held, name::Place};

pub use questions::{Choice, Question, Why, of, of_person};
pub use steps::Chosen;

/// What the vault keeps of somebody whom the directory lists. It goes with the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// For ever, and no name.
    pub id: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub resource: Resource,
    /// The groups that the person is in, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The way in was shut because the directory says that the person has gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shut: bool,
    /// Somebody has said that none of the people of the same name is meant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// Gone and back since this day, and nobody has said yet what follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Date>,
    /// A post that fitted until the directory said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Ref>,
    /// What the directory said when somebody chose to leave it at that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

impl Listing {
    pub fn new(id: String, now: Timestamp, resource: Resource) -> Listing {
        Listing {
            id,
            created: now,
            modified: now,
            resource,
            groups: Vec::new(),
            shut: false,
            distinct: false,
            back: None,
            moved_from: None,
            left: None,
        }
    }

    /// As the vault had it; none if it cannot be read.
    pub fn read(json: &Json) -> Option<Listing> {
        Listing::deserialize(json).ok()
    }

    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a listing is plain data")
    }

    pub fn user_name(&self) -> &str {
        self.resource.get("userName").and_then(Json::as_str).unwrap_or_default()
    }

    /// Whether the directory says that the person is there.
    pub fn is_active(&self) -> bool {
        self.resource.get("active") != Some(&Json::Bool(false))
    }

    /// What the person is called.
    pub fn name(&self) -> String {
        let text =
            |it: Option<&Json>| it.and_then(Json::as_str).map(one_line).filter(|it| !it.is_empty());
        let name = self.resource.get("name");
        let part = |part: &str| text(name.and_then(|it| it.get(part)));
        let parts = || {
            let both: Vec<String> =
                [part("givenName"), part("familyName")].into_iter().flatten().collect();
            (!both.is_empty()).then(|| both.join(" "))
        };
        text(self.resource.get("displayName"))
            .or_else(|| part("formatted"))
            .or_else(parts)
            .unwrap_or_else(|| one_line(self.user_name()))
    }

    /// Everything by which the person might sign in here, in lower case.
    pub fn addresses(&self) -> Vec<String> {
        let emails = self.resource.get("emails").and_then(Json::as_array);
        let emails = emails.into_iter().flatten().filter_map(|it| it.get("value")?.as_str());
        std::iter::once(self.user_name()).chain(emails).map(str::to_lowercase).collect()
    }
}

/// Longest name that a person is given.
const NAME_MAX: usize = 300;

/// A text without line breaks and control characters.
fn one_line(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
    words.join(" ").chars().take(NAME_MAX).collect()
}

/// What a group of the directory is, beside people: its members are kept with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Without its members.
    pub resource: Resource,
    /// Groups that are members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl Group {
    pub fn read(json: &Json) -> Option<Group> {
        Group::deserialize(json).ok()
    }

    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a group is plain data")
    }

    pub fn name(&self) -> &str {
        self.resource.get("displayName").and_then(Json::as_str).unwrap_or_default()
    }
}

/// How what the directory says is compared with posts. An administrator sets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The attribute that holds the external number of a post.
    #[serde(default = "employee_number")]
    pub number: String,
    /// Groups by their name, and the post or unit that belongs to each.
    #[serde(default)]
    pub groups: BTreeMap<String, String>,
}

fn employee_number() -> String {
    "employeeNumber".into()
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { number: employee_number(), groups: BTreeMap::new() }
    }
}

/// Groups that can be matched to posts and units.
const MATCHED_MAX: usize = 500;

impl Rules {
    /// # Errors
    ///
    /// What names no attribute of a person, or neither a post nor a unit; as a sentence.
    pub fn check(&self, records: &Records) -> Result<(), String> {
        self.place()?;
        if self.groups.len() > MATCHED_MAX {
            return Err(format!("At most {MATCHED_MAX} groups can be matched."));
        }
        for (group, to) in &self.groups {
            let of: Option<Ref> = to.parse().ok();
            let known = of.is_some_and(|it| {
                matches!(it.kind, kernel::Kind::Post | kernel::Kind::Unit)
                    && records.facet(it).is_some()
            });
            if !known {
                return Err(format!(
                    "The group “{group}” is matched to “{to}”, which is neither a post nor a unit. Give a reference like POST-3."
                ));
            }
        }
        Ok(())
    }

    fn place(&self) -> Result<Place, String> {
        let name = Name::parse(self.number.trim()).map_err(|it| it.says)?;
        match name.place(&USER) {
            Some(it @ Place::Attribute { attribute, part, .. })
                if !attribute.many && (attribute.parts.is_empty() || part.is_some()) =>
            {
                Ok(it)
            }
            _ => Err(format!(
                "“{}” is no attribute of a person with one value. Name one like employeeNumber or title.",
                self.number
            )),
        }
    }

    fn number(&self, it: &Resource) -> Option<String> {
        let Ok(Place::Attribute { extension, attribute, part }) = self.place() else { return None };
        let found = held(it, extension, attribute)?;
        let found = match part {
            Some(part) => found.get(part.name)?,
            None => found,
        };
        found.as_str().map(folded).filter(|it| !it.is_empty())
    }
}

/// As names are compared: whatever their capitals and spaces.
pub fn folded(text: &str) -> String {
    authority::folded(text)
}

/// What the directory says of one person that can bear on posts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub number: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    pub manager: Option<PersonId>,
    /// Posts and units that the person's groups belong to.
    pub groups: Vec<Ref>,
}

impl Said {
    fn claim(&self) -> String {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let manager = self.manager.map(|it| it.to_string()).unwrap_or_default();
        let groups: Vec<String> = self.groups.iter().map(ToString::to_string).collect();
        let parts = [text(&self.number), text(&self.title), text(&self.department), manager];
        format!("{}\n{}", parts.join("\n"), groups.join(" "))
    }

    pub fn is_silent(&self) -> bool {
        *self == Said { manager: self.manager, ..Said::default() }
    }
}

/// Everything that the directory says, read once.
#[derive(Debug, Clone, Default)]
pub struct Register {
    pub rules: Rules,
    pub listings: BTreeMap<PersonId, Arc<Listing>>,
    pub groups: BTreeMap<String, Group>,
    by_id: HashMap<String, PersonId>,
}

impl Register {
    pub fn new(
        rules: Rules,
        listings: impl IntoIterator<Item = (PersonId, impl Into<Arc<Listing>>)>,
        groups: impl IntoIterator<Item = Group>,
    ) -> Register {
        let mut it = Register { rules, ..Register::default() };
        it.groups = groups.into_iter().map(|it| (it.id.clone(), it)).collect();
        for (person, listing) in listings {
            it.put(person, listing);
        }
        it
    }

    pub fn put(&mut self, person: PersonId, listing: impl Into<Arc<Listing>>) {
        let listing = listing.into();
        self.by_id.insert(listing.id.clone(), person);
        self.listings.insert(person, listing);
    }

    pub fn take(&mut self, person: PersonId) {
        if let Some(it) = self.listings.remove(&person) {
            self.by_id.remove(&it.id);
        }
    }

    pub fn person(&self, id: &str) -> Option<PersonId> {
        self.by_id.get(id).copied()
    }

    /// The words of what is said, to tell whether it has changed since somebody looked.
    pub fn claim(&self, it: &Listing) -> String {
        let gone = if it.is_active() { "" } else { "\ngone" };
        format!("{}{gone}", self.said(it).claim())
    }

    pub fn said(&self, it: &Listing) -> Said {
        let more = it.resource.get(ENTERPRISE.id);
        let text =
            |it: Option<&Json>| it.and_then(Json::as_str).map(folded).filter(|it| !it.is_empty());
        let manager = more.and_then(|it| it.get("manager")?.get("value")?.as_str());
        let matched: HashMap<String, Ref> = self
            .rules
            .groups
            .iter()
            .filter_map(|(name, to)| Some((folded(name), to.parse().ok()?)))
            .collect();
        let mut groups: Vec<Ref> = it
            .groups
            .iter()
            .filter_map(|id| matched.get(&folded(self.groups.get(id)?.name())).copied())
            .collect();
        groups.sort_unstable();
        groups.dedup();
        Said {
            number: self.rules.number(&it.resource),
            title: text(it.resource.get("title")),
            department: text(more.and_then(|it| it.get("department"))),
            manager: manager.and_then(|it| self.person(it)),
            groups,
        }
    }
}

/// Posts by what they are compared by, on a day.
#[derive(Debug, Default)]
pub struct Index {
    by_number: HashMap<String, Vec<PostId>>,
    by_title: HashMap<String, Vec<(PostId, UnitId)>>,
    units: HashMap<UnitId, String>,
    /// People whom the directory does not list, by name.
    unlisted: HashMap<String, Vec<PersonId>>,
}

impl Index {
    pub fn new<'a>(
        records: &Records,
        on: Date,
        register: &Register,
        names: impl Iterator<Item = (PersonId, &'a Text)>,
    ) -> Index {
        let mut it = Index::default();
        for (id, row) in records.units.iter().filter(|it| it.1.live.is(on)) {
            it.units.insert(id, folded(row.name.near(on)));
        }
        for (id, row) in records.posts.iter().filter(|it| it.1.live.is(on)) {
            if let Some(code) = row.code.near(on) {
                it.by_number.entry(folded(code)).or_default().push(id);
            }
            let title = folded(row.name.near(on));
            it.by_title.entry(title).or_default().push((id, *row.unit.near(on)));
        }
        for (id, name) in names.filter(|it| !register.listings.contains_key(&it.0)) {
            if records.stands(id.into(), on) {
                it.unlisted.entry(folded(name)).or_default().push(id);
            }
        }
        it
    }

    /// People of that name whom the directory does not list.
    pub fn namesakes(&self, name: &str, person: Option<PersonId>) -> Vec<PersonId> {
        let all = self.unlisted.get(&folded(name)).into_iter().flatten().copied();
        all.filter(|it| Some(*it) != person).collect()
    }
}

/// By what a post was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Number,
    Group,
    TitleAndUnit,
}

impl By {
    pub fn word(self) -> &'static str {
        match self {
            By::Number => "its number",
            By::Group => "a group",
            By::TitleAndUnit => "title and department",
        }
    }
}

/// What follows from what the directory says of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It says nothing that bears on a post.
    Silent,
    /// The person holds the post that fits.
    Settled(PostId),
    /// A group of posts alike, whose holders are not recorded.
    Group(PostId),
    /// One post fits, and nobody holds it.
    Vacant(PostId, By),
    /// Somebody has to choose.
    Unsure(Why, Vec<PostId>),
}

/// What follows for a person: known here, or about to be.
pub fn verdict(
    records: &Records,
    index: &Index,
    said: &Said,
    person: Option<PersonId>,
    on: Date,
) -> Verdict {
    if said.is_silent() {
        return Verdict::Silent;
    }
    let held: Vec<PostId> = person
        .map(|it| who::posts_of(records, it, on).into_iter().map(|it| it.0).collect())
        .unwrap_or_default();
    let (found, by) = fitting(records, index, said, on);
    if let Some(post) = found.iter().find(|it| held.contains(it)) {
        return Verdict::Settled(*post);
    }
    let [post] = found[..] else {
        return match found.is_empty() {
            // Whoever holds a post by another name is no question every day.
            true if !held.is_empty() => Verdict::Silent,
            true => Verdict::Unsure(Why::None, found),
            false => Verdict::Unsure(Why::Several, found),
        };
    };
    if records.posts.get(post).is_some_and(|it| it.group.0) {
        return Verdict::Group(post);
    }
    if by == By::TitleAndUnit && !below_manager(records, post, said.manager, on) {
        return Verdict::Unsure(Why::OtherManager, found);
    }
    match taken(records, post, person, on) {
        Some((who, from)) => Verdict::Unsure(Why::Held(who, from), found),
        None => Verdict::Vacant(post, by),
    }
}

/// The posts that fit, by the first comparison that finds any.
fn fitting(records: &Records, index: &Index, said: &Said, on: Date) -> (Vec<PostId>, By) {
    if let Some(found) = said.number.as_ref().and_then(|it| index.by_number.get(it)) {
        return (found.clone(), By::Number);
    }
    let posts: Vec<PostId> = said
        .groups
        .iter()
        .filter_map(|it| PostId::try_from(*it).ok())
        .filter(|it| records.stands((*it).into(), on))
        .collect();
    if !posts.is_empty() {
        return (posts, By::Group);
    }
    let Some(title) = &said.title else { return (Vec::new(), By::TitleAndUnit) };
    let units: Vec<UnitId> =
        said.groups.iter().filter_map(|it| UnitId::try_from(*it).ok()).collect();
    let here = |unit: &UnitId| match (&units[..], &said.department) {
        ([], Some(department)) => index.units.get(unit) == Some(department),
        ([], None) => false,
        (units, _) => units.contains(unit),
    };
    let all = index.by_title.get(title).into_iter().flatten();
    let mut found: Vec<PostId> = all.filter(|it| here(&it.1)).map(|it| it.0).collect();
    if found.len() > 1 {
        let below: Vec<PostId> = found
            .iter()
            .copied()
            .filter(|it| below_manager(records, *it, said.manager, on))
            .collect();
        if said.manager.is_some() && !below.is_empty() {
            found = below;
        }
    }
    (found, By::TitleAndUnit)
}

/// Whether the post above is one of the manager's; so it is taken to be where nothing is known of those.
fn below_manager(records: &Records, post: PostId, manager: Option<PersonId>, on: Date) -> bool {
    let Some(manager) = manager else { return true };
    let theirs = who::posts_of(records, manager, on);
    let above = who::line(records, post, on).next();
    theirs.is_empty() || above.is_some_and(|it| theirs.iter().any(|held| held.0 == it))
}

/// Who else holds a post on a day or is to hold it later, and from when.
fn taken(
    records: &Records,
    post: PostId,
    person: Option<PersonId>,
    on: Date,
) -> Option<(PersonId, Date)> {
    let all = records.pointing::<TenureId>(post).filter_map(|it| records.tenures.get(it));
    let others = all.filter(|it| it.post.0 == post && Some(it.person.0) != person);
    let held = others.filter_map(|row| {
        let mut spans = row.live.spans().filter(|(days, holds)| **holds && days.end > on);
        spans.next().map(|(days, _)| (row.person.0, days.start))
    });
    held.min_by_key(|it| it.1)
}
