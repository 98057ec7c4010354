//! What a column can become in a kind of record: its fields, its dates, and what goes with it.

use kernel::{Field, Kind, Shape, anchor, duty};

use crate::wire;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    Reference,
    From,
    Until,
    /// A person's name, which goes to the vault.
    Name,
    /// Put before the name.
    FirstName,
    Field(&'static Field),
    /// The post that is accountable for the record: a duty beside it.
    Accountable,
    /// The objective that the record serves: an anchor beside it.
    Serves,
    /// Who holds the post: a person and a tenure beside it.
    Holder,
    HolderFrom,
    /// Written by export for people to read.
    Status,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// As in an option.
    pub name: String,
    pub label: &'static str,
    pub what: What,
}

/// Everything that a column of a table of `kind` can become, in the order in which it is offered.
pub fn targets(kind: Kind) -> Vec<Target> {
    let one = |name: &str, label: &'static str, what| Target { name: name.into(), label, what };
    let mut all = Vec::new();
    if kind == Kind::Person {
        all.push(one("name", "Name", What::Name));
        all.push(one("first_name", "First name, put before the name", What::FirstName));
    }
    all.extend(kind.given().map(|it| one(&wire::column(kind, it), it.label, What::Field(it))));
    if duty::SUBJECTS.contains(&kind) {
        all.push(one("accountable", "Accountable post", What::Accountable));
    }
    if anchor::ANCHORED.contains(&kind) {
        all.push(one("serves", "Objective it serves", What::Serves));
    }
    if kind == Kind::Post {
        all.push(one("holder", "Name of who holds it", What::Holder));
        all.push(one("first_name", "First name, put before the name", What::FirstName));
        all.push(one("holder_from", "Held since", What::HolderFrom));
    }
    all.push(one("from", "Begins on", What::From));
    all.push(one("until", "Ends on", What::Until));
    all.push(one("reference", "Reference", What::Reference));
    all
}

impl Target {
    pub fn required(&self) -> bool {
        matches!(self.what, What::Name) || matches!(self.what, What::Field(it) if it.required)
    }

    pub(super) fn shape(&self) -> Shape {
        match self.what {
            What::Field(it) => it.shape,
            What::From | What::Until | What::HolderFrom => Shape::Day,
            What::Accountable => Shape::Link(Kind::Post),
            What::Serves => Shape::Link(Kind::Objective),
            _ => Shape::Line,
        }
    }
}
