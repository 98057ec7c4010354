//! The directory: the names that go with person numbers, and what the organisation's own directory says
//! of people and groups. Read from the vault, never from the log.

use std::{borrow::Cow, num::NonZeroU32, sync::Arc};

use imbl::{OrdMap, ordmap::DiffItem};
use jiff::civil::Date;
use kernel::{
    Fact, Kind, Records, Ref, Text, Value,
    id::{Id, PersonId},
    person::{FORMER, UNNAMED},
};
use ledger::{Commitment, Secret, Store, vault};
use serde_json::Value as Json;

use crate::Failure;

/// The vault's field that holds a person's name.
pub const NAME: &str = "name";

/// The vault's field that holds what the organisation's directory says of a person.
pub const LISTING: &str = "listing";

/// The folder of what belongs to nobody in particular: people are numbered from 1.
pub const SHARED: u32 = 0;

/// Fields of [`SHARED`] that are held here begin with this; each is JSON.
pub const SHELF: &str = "directory/";

/// Names of people, and what the organisation's directory says. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    names: OrdMap<PersonId, Text>,
    listings: OrdMap<PersonId, Arc<Json>>,
    shelf: OrdMap<Text, Arc<Json>>,
}

/// Reads the names out of a store's vault.
pub fn read(store: &mut dyn Store) -> Result<Directory, Failure> {
    let unreadable = |it: &dyn std::fmt::Display| Failure::ReadOnly(it.to_string());
    let mut directory = Directory::default();
    let mut first = Some(0);
    while let Some(from) = first {
        let folders = store.vault(from, FOLDERS_MAX).map_err(|it| unreadable(&it))?;
        first = folders.last().and_then(|it| it.person.checked_add(1));
        for folder in folders {
            for row in folder.rows.iter().filter(|it| is_held(&it.field)) {
                let secret = vault::open(&folder.key, row).map_err(|it| unreadable(&it))?;
                directory.take(&secret);
            }
        }
    }
    Ok(directory)
}

/// What an entry commits to in the vault, for whoever verifies the log.
pub fn commitments(body: &str, found: &mut Vec<Commitment>) {
    let Ok(fact) = serde_json::from_str::<Fact>(body) else { return };
    let subject = fact.event.subject();
    let given = fact.event.given().into_iter().find(|it| it.0 == "sealed_name");
    if let (Some((_, Value::Text(hex))), Kind::Person) = (given, subject.kind) {
        let hex = Some(hex.to_string());
        found.push(Commitment { person: subject.n.get(), field: NAME.to_owned(), hex });
    }
}

/// Whether a field of the vault is held in memory by the directory.
fn is_held(field: &str) -> bool {
    field == NAME || field == LISTING || field.starts_with(SHELF)
}

/// People whose folders are held in memory at once.
const FOLDERS_MAX: usize = 256;

impl Directory {
    pub fn name(&self, person: PersonId) -> Option<&Text> {
        self.names.get(&person)
    }

    /// A name for sentences and pages, whatever has become of the person.
    pub fn name_or_former(&self, person: PersonId) -> Text {
        self.names.get(&person).cloned().unwrap_or_else(|| FORMER.into())
    }

    /// As [`name_or_former`](Directory::name_or_former), telling those whose name was never given from
    /// those who have been erased.
    pub fn called(&self, records: &Records, person: PersonId) -> Text {
        let never_given = || {
            records.people.get(person).is_some_and(|it| it.sealed_name.near(Date::MAX).is_none())
        };
        match self.names.get(&person) {
            Some(name) => Text::clone(name),
            None if never_given() => UNNAMED.into(),
            None => FORMER.into(),
        }
    }

    pub fn people(&self) -> impl Iterator<Item = (PersonId, &Text)> {
        self.names.iter().map(|(id, name)| (*id, name))
    }

    /// People who are called otherwise here than in `other`, or in one of the two only.
    pub fn differing<'a>(&'a self, other: &'a Directory) -> impl Iterator<Item = PersonId> + 'a {
        self.names.diff(&other.names).map(|it| match it {
            DiffItem::Add(id, _) | DiffItem::Remove(id, _) => *id,
            DiffItem::Update { new: (id, _), .. } => *id,
        })
    }

    /// What the organisation's directory says of a person, as it was kept.
    pub fn listing(&self, person: PersonId) -> Option<&Arc<Json>> {
        self.listings.get(&person)
    }

    /// Everybody whom the organisation's directory lists.
    pub fn listings(&self) -> impl Iterator<Item = (PersonId, &Arc<Json>)> {
        self.listings.iter().map(|(id, it)| (*id, it))
    }

    /// What is kept beside people under a name that begins with [`SHELF`].
    pub fn shelved(&self, field: &str) -> Option<&Arc<Json>> {
        self.shelf.get(field)
    }

    /// Everything of that sort whose name begins with `prefix`.
    pub fn shelf<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a Text, &'a Arc<Json>)> {
        let from = self.shelf.range(Text::from(prefix)..);
        from.take_while(move |it| it.0.starts_with(prefix))
    }

    /// Takes one row of the vault in, or drops what was there. What cannot be read is as good as gone.
    pub(crate) fn take(&mut self, row: &Secret) {
        let json = || row.value.as_deref().and_then(|it| serde_json::from_slice::<Json>(it).ok());
        match (NonZeroU32::new(row.person).map(PersonId::new), &*row.field) {
            (Some(person), NAME) => match &row.value {
                Some(name) => self.put(person, String::from_utf8_lossy(name).into()),
                None => drop(self.names.remove(&person)),
            },
            (Some(person), LISTING) => match json() {
                Some(it) => drop(self.listings.insert(person, Arc::new(it))),
                None => drop(self.listings.remove(&person)),
            },
            (None, field) if field.starts_with(SHELF) => match json() {
                Some(it) => drop(self.shelf.insert(field.into(), Arc::new(it))),
                None => drop(self.shelf.remove(field)),
            },
            _ => (),
        }
    }

    pub(crate) fn put(&mut self, person: PersonId, name: Text) {
        self.names.insert(person, name);
    }

    pub(crate) fn forget(&mut self, person: PersonId) {
        self.names.remove(&person);
        self.listings.remove(&person);
    }

    /// Puts names where a sentence of the kernel has person numbers, because it knows no names.
    pub fn spell_out<'a>(&self, sentence: &'a str) -> Cow<'a, str> {
        const MARK: &str = "PERSON-";
        if !sentence.contains(MARK) {
            return Cow::Borrowed(sentence);
        }
        let mut parts = sentence.split(MARK);
        let mut spelt = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|it: char| it.is_ascii_digit()).len();
            let person = format!("{MARK}{}", &part[..digits]).parse::<Ref>().ok();
            match person {
                Some(it) => spelt.push_str(&self.name_or_former(PersonId::new(it.n))),
                None => spelt.push_str(&format!("{MARK}{}", &part[..digits])),
            }
            spelt.push_str(&part[digits..]);
        }
        Cow::Owned(spelt)
    }
}
