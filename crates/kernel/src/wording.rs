//! Wordings: what is to be said of a record, written down before it is said.
//!
//! A draft speaks of records that are not there yet, so a wording names them by the proposal that
//! establishes them, and nothing in it is looked up before it is laid over a state.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{Field, Kind, Ref, Shape, Text, Value, field::Term, id::ProposalId};

/// What is to be said of a record, by the names of its fields, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording(Arc<[(Text, Said)]>);

/// A value as it is written down: amounts, days, choices and links are texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    Nothing,
    Flag(bool),
    Whole(i64),
    Text(Text),
    Texts(Arc<[Text]>),
}

/// Why a wording cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    #[error("There is no field `{field}` in {}.", .kind.words())]
    NoField { kind: Kind, field: Text },
    #[error("“{field}” cannot be “{given}”.")]
    Odd { field: &'static str, given: String },
    #[error("“{field}” is worked out and cannot be given.")]
    WorkedOut { field: &'static str },
    #[error("“{field}” speaks of what {proposal} would establish, and that is not there.")]
    NotEstablished { field: &'static str, proposal: ProposalId },
}

/// The record that a proposal of the same draft establishes, if it does.
pub type Established<'a> = &'a dyn Fn(ProposalId) -> Option<Ref>;

impl Wording {
    pub fn new(terms: impl IntoIterator<Item = (Text, Said)>) -> Wording {
        Wording(terms.into_iter().collect())
    }

    /// What a command gives. A record in `drafted` is named by the proposal that establishes it.
    pub fn of(
        given: &[(&'static str, Value)],
        drafted: &dyn Fn(Ref) -> Option<ProposalId>,
    ) -> Wording {
        let link = |it: &Ref| match drafted(*it) {
            Some(by) => Text::from(by.to_string()),
            None => Text::from(it.to_string()),
        };
        let said = |it: &Value| match it {
            Value::Nothing => Said::Nothing,
            Value::Flag(it) => Said::Flag(*it),
            Value::Whole(it) => Said::Whole(*it),
            Value::Text(it) => Said::Text(Text::clone(it)),
            Value::Texts(them) => Said::Texts(Arc::clone(them)),
            Value::Choice(it) => Said::Text((*it).into()),
            Value::Day(it) => Said::Text(it.to_string().into()),
            Value::Amount(it) => Said::Text(it.to_string().into()),
            Value::Link(it) => Said::Text(link(it)),
            Value::Links(them) => Said::Texts(them.iter().map(link).collect()),
        };
        Wording::new(given.iter().map(|(name, it)| (Text::from(*name), said(it))))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Said)> {
        self.0.iter().map(|(name, it)| (&**name, it))
    }

    pub fn get(&self, field: &str) -> Option<&Said> {
        self.iter().find(|it| it.0 == field).map(|it| it.1)
    }

    /// Every record and every proposal that it names.
    pub fn links(&self, kind: Kind) -> Vec<Ref> {
        let is_link = |name: &str| {
            let shape = kind.fields().iter().find(|it| it.name == name).map(|it| it.shape);
            matches!(shape, Some(Shape::Link(_) | Shape::Links(_) | Shape::AnyOf(_)))
        };
        let texts = self.iter().filter(|it| is_link(it.0)).flat_map(|it| match it.1 {
            Said::Text(it) => vec![Text::clone(it)],
            Said::Texts(them) => them.to_vec(),
            _ => Vec::new(),
        });
        texts.filter_map(|it| it.parse().ok()).collect()
    }

    /// As values of the fields of `kind`.
    ///
    /// # Errors
    ///
    /// The first term that does not fit its field.
    pub fn values(
        &self,
        kind: Kind,
        established: Established<'_>,
    ) -> Result<Vec<(&'static str, Value)>, Unsayable> {
        let fields = kind.fields();
        let value = |(name, said): (&str, &Said)| {
            if let ("live", Said::Flag(it)) = (name, said) {
                return Ok(("live", Value::Flag(*it)));
            }
            let field = fields.iter().find(|it| it.name == name);
            let field = field.ok_or_else(|| Unsayable::NoField { kind, field: name.into() })?;
            Ok((field.name, typed(field, said, established)?))
        };
        self.iter().map(value).collect()
    }
}

fn typed(field: &Field, said: &Said, established: Established<'_>) -> Result<Value, Unsayable> {
    let odd = || Unsayable::Odd { field: field.label, given: shown(said) };
    let link = |text: &str, allows: &dyn Fn(Kind) -> bool| {
        let it: Ref = text.parse().map_err(|_| odd())?;
        let it = match ProposalId::try_from(it) {
            Ok(by) if !allows(Kind::Proposal) => established(by)
                .ok_or(Unsayable::NotEstablished { field: field.label, proposal: by })?,
            _ => it,
        };
        if allows(it.kind) { Ok(it) } else { Err(odd()) }
    };
    let links = |texts: &[Text], of: Kind| {
        let them = texts.iter().map(|it| link(it, &|kind| kind == of));
        Ok(Value::Links(them.collect::<Result<_, _>>()?))
    };
    match (field.shape, said) {
        (Shape::Sealed | Shape::Found(_) | Shape::Wording, _) => {
            Err(Unsayable::WorkedOut { field: field.label })
        }
        (Shape::Links(kind), Said::Nothing) => links(&[], kind),
        (Shape::Lines, Said::Nothing) => Ok(Value::Texts(Arc::from([]))),
        (_, Said::Nothing) if field.required => Err(odd()),
        (_, Said::Nothing) => Ok(Value::Nothing),
        (Shape::Line | Shape::Prose, Said::Text(it)) => Ok(Value::Text(Text::clone(it))),
        (Shape::Lines, Said::Texts(them)) => Ok(Value::Texts(Arc::clone(them))),
        (Shape::Flag, Said::Flag(it)) => Ok(Value::Flag(*it)),
        (Shape::Whole, Said::Whole(it)) => Ok(Value::Whole(*it)),
        (Shape::Day, Said::Text(it)) => it.parse().map(Value::Day).map_err(|_| odd()),
        (Shape::Amount, Said::Text(it)) => it.parse().map(Value::Amount).map_err(|_| odd()),
        (Shape::Choice(words), Said::Text(it)) => {
            words.iter().find(|word| ***word == **it).map(|it| Value::Choice(it)).ok_or_else(odd)
        }
        (Shape::Link(kind), Said::Text(it)) => link(it, &|it| it == kind).map(Value::Link),
        (Shape::AnyOf(kinds), Said::Text(it)) => {
            link(it, &|it| kinds.contains(&it)).map(Value::Link)
        }
        (Shape::Links(kind), Said::Texts(them)) => links(them, kind),
        _ => Err(odd()),
    }
}

fn shown(said: &Said) -> String {
    let whole = match said {
        Said::Nothing => "nothing".to_owned(),
        Said::Flag(it) => it.to_string(),
        Said::Whole(it) => it.to_string(),
        Said::Text(it) => it.to_string(),
        Said::Texts(them) => them.join("; "),
    };
    whole.chars().take(80).collect()
}

impl Term for Wording {
    const REQUIRED: bool = false;
    fn absent() -> Option<Wording> {
        Some(Wording::default())
    }
    fn value(&self) -> Value {
        let line = |(name, said): (&str, &Said)| Text::from(format!("{name}: {}", shown(said)));
        Value::Texts(self.iter().map(line).collect())
    }
}

/// As in JSON, where nothing is tagged.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Plain {
    Nothing,
    Flag(bool),
    Whole(i64),
    Text(Text),
    Texts(Arc<[Text]>),
}

impl From<Said> for Plain {
    fn from(it: Said) -> Plain {
        match it {
            Said::Nothing => Plain::Nothing,
            Said::Flag(it) => Plain::Flag(it),
            Said::Whole(it) => Plain::Whole(it),
            Said::Text(it) => Plain::Text(it),
            Said::Texts(them) => Plain::Texts(them),
        }
    }
}

impl From<Plain> for Said {
    fn from(it: Plain) -> Said {
        match it {
            Plain::Nothing => Said::Nothing,
            Plain::Flag(it) => Said::Flag(it),
            Plain::Whole(it) => Said::Whole(it),
            Plain::Text(it) => Said::Text(it),
            Plain::Texts(them) => Said::Texts(them),
        }
    }
}

impl Serialize for Wording {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !to.is_human_readable() {
            return self.0.serialize(to);
        }
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, said) in self.0.iter() {
            map.serialize_entry(name, &Plain::from(said.clone()))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Wording {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Wording, D::Error> {
        if !from.is_human_readable() {
            return Arc::deserialize(from).map(Wording);
        }
        struct Map;
        impl<'de> serde::de::Visitor<'de> for Map {
            type Value = Wording;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("terms by the names of fields")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Wording, A::Error> {
                let mut terms: Vec<(Text, Said)> = Vec::new();
                while let Some((name, it)) = map.next_entry::<Text, Plain>()? {
                    if terms.iter().any(|it| it.0 == name) {
                        let twice = format_args!("“{name}” is said twice");
                        return Err(serde::de::Error::custom(twice));
                    }
                    terms.push((name, it.into()));
                }
                Ok(Wording::new(terms))
            }
        }
        from.deserialize_map(Map)
    }
}
