//! Drafts: what a file says the organisation should hold, before anybody has looked at what it does
//! hold. Every format becomes a list of these, and one planner (`plan`) turns them into commands.
//!
//! Not here: readers of formats (they know no drafts), and State (drafts know no records).
//!
//! Always true: a draft that another one points at stands before it in the list, so that whatever
//! is established in order finds its links; every draft says where in which file it comes from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Kind, Ref, Text, Value, measurement::Reading, tenure::Capacity};

use crate::finding::Finding;

/// Where in a file something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Position in [`Drafts::files`].
    pub file: usize,
    pub row: Option<u32>,
}

/// A draft's place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DraftId(pub usize);

/// Something that a draft points at.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Another draft of the same import, further up.
    Draft(DraftId),
    Record(Ref),
    /// As somebody wrote it: a reference, a code or an exact name.
    Written(Text),
}

/// A term of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Is(Value),
    Link(Target),
    /// Several, each once.
    Links(Vec<Target>),
    /// A cell of a spreadsheet, read by the shape of its field. Blank cells are no terms.
    Written(Text),
    /// A record as a file calls it; somebody is asked which one is meant if none is called so.
    Asked(Text),
}

/// How the record is found that a draft is about, if there is one already.
#[derive(Debug, Clone, PartialEq)]
pub enum Identity {
    /// By the code it has or had: a requirement's within its framework, an objective's within its
    /// plan, a post's within the unit that is given.
    Code { code: Text, within: Option<Target> },
    /// By the name it has or had: a unit's among those beside it, anything else's everywhere.
    Name,
    /// By what it joins: tenures, duties, anchors, obligations.
    Links,
    /// A group of identical posts, which has neither number nor name of its own: the same title,
    /// grade and line in the same unit.
    Alike,
    /// It is that one.
    Is(Target),
    /// The organisation itself, or the unit at the top.
    Top,
}

/// Until when it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The file does not say; what is recorded stays.
    Unsaid,
    /// It stands on the draft's date, even if it had ended.
    Stands,
    /// Its last day is the one before.
    On(Date),
    /// It is gone on the draft's date, and is not established if it was never there.
    Gone,
}

/// The day on which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// The draft's date, if it is new.
    Unsaid,
    /// This one, if it is new; what is recorded stays.
    IfNew(Date),
    /// This one; another one that is recorded is corrected.
    On(Date),
    /// This one, if it is new; a later one that is recorded is corrected.
    ByLatest(Date),
}

/// One record, or what a file knows of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub kind: Kind,
    pub identity: Identity,
    pub terms: Vec<(&'static str, Given)>,
    /// The day for which the file speaks: what differs, changes from it.
    pub on: Date,
    pub begin: Begin,
    pub end: End,
    /// What is recorded stays as it is: the terms are for a new one only.
    pub keep: bool,
    /// It goes with another one: where that is left out, so is this, and nothing is said.
    pub beside: bool,
    /// A person's name, for the vault.
    pub name: Option<String>,
    pub place: Place,
}

impl Draft {
    pub fn new(kind: Kind, identity: Identity, on: Date, place: Place) -> Draft {
        Draft {
            kind,
            identity,
            terms: Vec::new(),
            on,
            begin: Begin::Unsaid,
            end: End::Unsaid,
            keep: false,
            beside: false,
            name: None,
            place,
        }
    }

    #[must_use]
    pub fn is(mut self, field: &'static str, value: Value) -> Draft {
        self.terms.push((field, Given::Is(value)));
        self
    }

    /// A text, if there is any: what a file leaves blank is left as it is.
    #[must_use]
    pub fn text(self, field: &'static str, text: &str) -> Draft {
        match text.trim() {
            "" => self,
            text => self.is(field, Value::Text(text.into())),
        }
    }

    #[must_use]
    pub fn link(mut self, field: &'static str, to: Target) -> Draft {
        self.terms.push((field, Given::Link(to)));
        self
    }
}

/// Who holds a post on a day, as a file says it: everybody who does.
#[derive(Debug, Clone, PartialEq)]
pub struct Holders {
    pub post: DraftId,
    pub on: Date,
    /// Nobody: the post is vacant.
    pub holders: Vec<Holder>,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// None when the file does not disclose it.
    pub name: Option<String>,
    /// In per cent, where the post is shared.
    pub share: Option<u16>,
    pub place: Place,
}

/// A register of who held which post from when until when: all of it, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Appointments {
    pub people: Vec<Appointee>,
    /// The posts and units that the register lists in full.
    pub posts: Vec<DraftId>,
    pub units: Vec<DraftId>,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Appointee {
    /// What they are called on the day of the file, and since when if it says so.
    pub name: String,
    pub named_from: Option<Date>,
    /// Every name that the file gives them, that one too.
    pub names: Vec<String>,
    pub stints: Vec<Stint>,
    pub place: Place,
}

/// One tenure, as a register gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stint {
    pub post: DraftId,
    pub from: Date,
    pub until: Option<Date>,
    /// The register gives no end, and one is needed.
    pub assumed: bool,
    pub capacity: Capacity,
    pub place: Place,
}

/// Measurements of one indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    pub indicator: Target,
    pub readings: Vec<(Reading, Place)>,
    pub place: Place,
}

/// When the newest figure of an indicator was published, and when the next one is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Released {
    pub indicator: Target,
    pub released: Option<Date>,
    pub next_release: Option<Date>,
    pub place: Place,
}

/// What is to be done about a new edition of a framework.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// As somebody named it.
    pub framework: Text,
    pub asked: crate::editions::FollowUp,
    pub place: Place,
}

/// Pairs of clauses of two frameworks.
#[derive(Debug, Clone, PartialEq)]
pub struct Crosswalk {
    /// The frameworks, as somebody named them; else they are told from the keys.
    pub source: Option<Text>,
    pub target: Option<Text>,
    pub pairs: Vec<crate::framework::Pair>,
    pub on: Date,
    pub place: Place,
}

/// What an OSCAL document says was found on a framework.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The framework, as somebody named it; else as the document calls it.
    pub said: Option<Text>,
    pub framework: Text,
    /// The grade of what has none.
    pub grade: &'static str,
    pub posts: Vec<(String, String)>,
    pub items: Vec<crate::oscal::assessed::Item>,
    pub on: Date,
    pub place: Place,
}

/// What somebody says of posts whose numbers are new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renumbered {
    /// Whether those that are surely recorded are the same posts; nothing if it was not said.
    pub same: Option<bool>,
    /// Pairs that are not, as `old=new`.
    pub struck: Vec<String>,
    /// The pairs that are, if a file says which.
    pub pairs: Option<Vec<Successor>>,
}

/// A number that a post had, and the one it has from the day of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Blank: whichever organisation has both.
    pub organisation: Text,
    pub old: Text,
    pub new: Text,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Record(Draft),
    /// Here units are known and posts are not: those whose numbers are new are looked at.
    Renumbered,
    Holders(Holders),
    Readings(Readings),
    Released(Released),
    Appointments(Appointments),
    Crosswalk(Crosswalk),
    Edition(Edition),
    Scoping(crate::scoping::Scoping),
    Found(Found),
}

/// All that an import wants, in an order in which it can be done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drafts {
    pub files: Vec<String>,
    pub items: Vec<Item>,
    /// What the file claims to list in full: whatever else of the kind stands within is asked about.
    pub whole: Vec<Whole>,
    /// The record that a text stands for, as somebody said: kind, a point, the text.
    pub meant: BTreeMap<String, String>,
    pub renumbered: Renumbered,
}

/// All records of `kind` within `within` are in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    pub kind: Kind,
    pub within: DraftId,
    pub on: Date,
    pub file: usize,
}

impl Drafts {
    pub fn add(&mut self, draft: Draft) -> DraftId {
        self.items.push(Item::Record(draft));
        DraftId(self.items.len() - 1)
    }

    /// Gives a finding its file and row.
    pub fn placed(&self, finding: Finding, place: Place) -> Finding {
        let mut finding = finding;
        self.files.get(place.file).map_or("", String::as_str).clone_into(&mut finding.file);
        finding.row = finding.row.or(place.row);
        finding
    }
}
