//! Terms by name to a command.
//!
//! Straight into the room's own terms, without text or JSON between: a long file makes a million of
//! these. What does not fit is an error in words, never a panic.

use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{Error, MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use crate::{Ref, Value, id::Id, register};

/// What is to happen to a record, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Establish { from: Date, until: Option<Date> },
    Change { of: Ref, from: Date },
    Correct { of: Ref, was: Date, from: Date },
    End { of: Ref, on: Date },
    Annul { of: Ref },
}

/// What is said, by the names of fields.
pub type Terms = [(&'static str, Value)];

pub(crate) fn spoken<I: Id, T: for<'de> Deserialize<'de>>(
    verb: Verb,
    terms: &Terms,
) -> Result<register::Command<I, T>, String> {
    use register::Command as It;
    let pairs = terms.iter().map(|(name, value)| (*name, Cell::Value(value)));
    let read =
        || T::deserialize(MapDeserializer::<_, Error>::new(pairs)).map_err(|it| it.to_string());
    Ok(match verb {
        Verb::Establish { from, until } => It::Establish { from, until, terms: read()? },
        Verb::Change { of, from } => It::Change { id: I::new(of.n), from, terms: read()? },
        Verb::Correct { of, was, from } => {
            It::Correct { id: I::new(of.n), was, from, terms: read()? }
        }
        Verb::End { of, on } => It::End { id: I::new(of.n), on },
        Verb::Annul { of } => It::Annul { id: I::new(of.n) },
    })
}

/// A value as serde reads it, in the compact form that ids and amounts have beside the readable one.
enum Cell<'a> {
    Value(&'a Value),
    Text(&'a str),
    Ref(Ref),
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::Text(it) => visitor.visit_borrowed_str(it),
            Cell::Ref(it) => visitor.visit_u32(it.n.get()),
            Cell::Value(value) => {
                match value {
                    Value::Nothing => visitor.visit_unit(),
                    Value::Text(it) => visitor.visit_borrowed_str(it),
                    Value::Texts(them) => visitor
                        .visit_seq(SeqDeserializer::new(them.iter().map(|it| Cell::Text(it)))),
                    Value::Flag(it) => visitor.visit_bool(*it),
                    Value::Day(it) => visitor.visit_string(it.to_string()),
                    Value::Amount(it) => visitor.visit_i64(it.0),
                    Value::Whole(it) => visitor.visit_i64(*it),
                    Value::Choice(it) => visitor.visit_borrowed_str(it),
                    Value::Link(it) => visitor.visit_u32(it.n.get()),
                    Value::Links(them) => visitor
                        .visit_seq(SeqDeserializer::new(them.iter().map(|it| Cell::Ref(*it)))),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::Value(Value::Nothing) => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    /// Only a link to a record of any kind is read as a pair: its kind and its number.
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::Value(Value::Link(it)) => {
                let pair = [u32::from(u8::from(it.kind)), it.n.get()];
                debug_assert_eq!(len, pair.len());
                visitor.visit_seq(SeqDeserializer::new(pair.into_iter()))
            }
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word = match self {
            Cell::Value(Value::Choice(it)) => *it,
            _ => "",
        };
        visitor.visit_enum(StrDeserializer::<Error>::new(word))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Cell<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}
