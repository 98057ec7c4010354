//! Fields: what can be said of a record, described once.
//!
//! A room lists its fields in one [`record!`](crate::record) call. Forms, spreadsheets, the API
//! and the log's history are all drawn from that list, so a term has one name everywhere.

use std::{ops::Range, sync::Arc};

use jiff::civil::Date;

use crate::{Amount, Kind, Ref, Text, id::Id};

/// One thing that can be said of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// As in JSON and in a spreadsheet's heading.
    pub name: &'static str,
    /// As on a screen.
    pub label: &'static str,
    pub shape: Shape,
    pub help: &'static str,
    /// A record cannot be established without it.
    pub required: bool,
    /// It has no dates of its own: it can be corrected, not changed.
    pub fixed: bool,
}

/// What a field's value looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// One line, at most [`LINE_MAX`] characters.
    Line,
    /// Paragraphs, at most [`PROSE_MAX`] characters.
    Prose,
    /// Several lines' worth of short texts.
    Lines,
    Flag,
    Day,
    Amount,
    Whole,
    Choice(&'static [&'static str]),
    Link(Kind),
    Links(Kind),
    /// A link to a record of any of these kinds.
    AnyOf(&'static [Kind]),
    /// A commitment to something that only the vault holds.
    Sealed,
    /// One of these words, worked out when the record is made and kept with it: nobody gives it.
    Found(&'static [&'static str]),
    /// What is to be said of another record, by the names of its fields: no form and no file gives it.
    Wording,
}

impl Shape {
    /// Whether somebody can say it, in a form or a file.
    pub fn is_given(self) -> bool {
        !matches!(self, Shape::Sealed | Shape::Found(_) | Shape::Wording)
    }
}

/// Characters in a name, a code or any other single line.
pub const LINE_MAX: usize = 500;
/// Characters in a description.
pub const PROSE_MAX: usize = 12_000;
/// Bytes of all texts in one command. An entry may hold 65,535, of which the links of the longest
/// list take up to 9,500.
pub const TEXT_BYTES_MAX: usize = 54_000;
/// Links or lines in one field.
pub const LIST_MAX: usize = 500;

/// A value as a reader sees it: plain, with links as references.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Nothing,
    Text(Text),
    Texts(Arc<[Text]>),
    Flag(bool),
    Day(Date),
    Amount(Amount),
    Whole(i64),
    Choice(&'static str),
    Link(Ref),
    Links(Vec<Ref>),
}

/// A type that a field can have.
pub trait Term: Clone + PartialEq {
    /// Whether a record cannot be established without it: a constant twin of [`absent`](Term::absent).
    const REQUIRED: bool;
    /// What holds when a record is established without it; `None` when it must be given.
    fn absent() -> Option<Self>;
    fn value(&self) -> Value;
}

impl Term for Text {
    const REQUIRED: bool = true;
    fn absent() -> Option<Text> {
        None
    }
    fn value(&self) -> Value {
        Value::Text(Arc::clone(self))
    }
}

impl Term for bool {
    const REQUIRED: bool = false;
    fn absent() -> Option<bool> {
        Some(false)
    }
    fn value(&self) -> Value {
        Value::Flag(*self)
    }
}

impl Term for Date {
    const REQUIRED: bool = true;
    fn absent() -> Option<Date> {
        None
    }
    fn value(&self) -> Value {
        Value::Day(*self)
    }
}

impl Term for Amount {
    const REQUIRED: bool = true;
    fn absent() -> Option<Amount> {
        None
    }
    fn value(&self) -> Value {
        Value::Amount(*self)
    }
}

impl Term for u16 {
    const REQUIRED: bool = true;
    fn absent() -> Option<u16> {
        None
    }
    fn value(&self) -> Value {
        Value::Whole(i64::from(*self))
    }
}

impl Term for Ref {
    const REQUIRED: bool = true;
    fn absent() -> Option<Ref> {
        None
    }
    fn value(&self) -> Value {
        Value::Link(*self)
    }
}

impl<I: Id> Term for I {
    const REQUIRED: bool = true;
    fn absent() -> Option<I> {
        None
    }
    fn value(&self) -> Value {
        Value::Link((*self).into())
    }
}

impl<T: Term> Term for Option<T> {
    const REQUIRED: bool = false;
    fn absent() -> Option<Option<T>> {
        Some(None)
    }
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Nothing, T::value)
    }
}

impl Term for Arc<[Text]> {
    const REQUIRED: bool = false;
    fn absent() -> Option<Self> {
        Some(Arc::from([]))
    }
    fn value(&self) -> Value {
        Value::Texts(Arc::clone(self))
    }
}

impl<I: Id> Term for Arc<[I]> {
    const REQUIRED: bool = false;
    fn absent() -> Option<Self> {
        Some(Arc::from([]))
    }
    fn value(&self) -> Value {
        Value::Links(self.iter().map(|it| (*it).into()).collect())
    }
}

impl Value {
    /// Every record it points at.
    pub fn links(&self) -> &[Ref] {
        match self {
            Value::Link(it) => std::slice::from_ref(it),
            Value::Links(them) => them,
            _ => &[],
        }
    }
}

/// A field's value with the days it holds.
pub type Span = (Range<Date>, Value);

/// A closed set of words as a field type: the words in JSON, on screens and in spreadsheets.
macro_rules! choice {
    // One that has to be given: nothing is meant by leaving it out.
    (given $(#[$doc:meta])* $Name:ident { $($words:tt)* }) => {
        $crate::field::choice! { words $(#[$doc])* $Name { $($words)* } }

        impl $crate::field::Term for $Name {
            const REQUIRED: bool = true;
            fn absent() -> Option<Self> {
                None
            }
            fn value(&self) -> $crate::field::Value {
                $crate::field::Value::Choice(self.word())
            }
        }
    };
    (words $(#[$doc:meta])* $Name:ident { $first:ident = $first_word:literal $(, $rest:ident = $word:literal)* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            #[default]
            #[serde(rename = $first_word)]
            $first,
            $(#[serde(rename = $word)] $rest,)*
        }

        impl $Name {
            pub const WORDS: &'static [&'static str] = &[$first_word $(, $word)*];

            pub fn word(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }
    };
    ($(#[$doc:meta])* $Name:ident { $($words:tt)* }) => {
        $crate::field::choice! { words $(#[$doc])* $Name { $($words)* } }

        impl $crate::field::Term for $Name {
            const REQUIRED: bool = false;
            fn absent() -> Option<Self> {
                Some(Self::default())
            }
            fn value(&self) -> $crate::field::Value {
                $crate::field::Value::Choice(self.word())
            }
        }
    };
}
pub(crate) use choice;

/// A room's record, from one line a field: the row as State keeps it, its terms as commands and
/// events carry them, and the list of fields that forms, files and the API are drawn from.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $Row:ident ($Id:ident $(, tree $tree:ident)?) {
            $($(#[$field_doc:meta])* $field:ident: $Held:ident<$T:ty>, $label:literal, $shape:expr, $help:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $Row {
            /// Whether it stands, from date to date.
            pub live: $crate::timeline::Timeline<bool>,
            $($(#[$field_doc])* pub $field: $Held<$T>,)*
        }

        /// What a command or an event says of a record; what is absent stays as it is.
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Terms {
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::register::given")]
            pub live: Option<bool>,
            $(
                #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::register::given")]
                pub $field: Option<$T>,
            )*
        }

        pub type Command = $crate::register::Command<$Id, Terms>;
        pub type Event = $crate::register::Event<$Id, Terms>;

        impl $crate::register::Record for $Row {
            type Id = $Id;
            type Terms = Terms;

            const FIELDS: &'static [$crate::field::Field] = &[$($crate::field::Field {
                name: stringify!($field),
                label: $label,
                shape: $shape,
                help: $help,
                required: <$T as $crate::field::Term>::REQUIRED,
                fixed: <$Held<$T> as $crate::timeline::Held<$T>>::FIXED,
            }),*];

            const TREE: Option<&'static str> = [$(Some(stringify!($tree)),)? None][0];

            fn begin(from: jiff::civil::Date, terms: &Terms) -> Result<Self, &'static str> {
                use $crate::{field::Term, timeline::Held};
                Ok($Row {
                    live: $crate::timeline::Timeline::new(from, true),
                    $($field: $Held::begin(
                        from,
                        terms.$field.clone().or_else(<$T>::absent).ok_or(stringify!($field))?,
                    ),)*
                })
            }

            fn put(&mut self, from: jiff::civil::Date, terms: &Terms) {
                use $crate::timeline::Held;
                if let Some(value) = terms.live { self.live.set(from, value); }
                $(if let Some(value) = &terms.$field { self.$field.put(from, value.clone()); })*
            }

            fn take(&mut self, was: jiff::civil::Date, terms: &Terms) {
                use $crate::timeline::Held;
                if terms.live.is_some() { self.live.unset(was); }
                $(if terms.$field.is_some() { self.$field.take(was); })*
            }

            fn move_beginning(&mut self, from: jiff::civil::Date) {
                use $crate::timeline::Held;
                self.live.shift(from);
                $(self.$field.move_beginning(from);)*
            }

            fn life(&self) -> &$crate::timeline::Timeline<bool> {
                &self.live
            }

            fn life_mut(&mut self) -> &mut $crate::timeline::Timeline<bool> {
                &mut self.live
            }

            fn life_given(terms: &Terms) -> Option<bool> {
                terms.live
            }

            fn recorded(&self, was: jiff::civil::Date, terms: &Terms) -> bool {
                use $crate::timeline::Held;
                (terms.live.is_some() && self.live.recorded(was))
                    $(|| terms.$field.is_some() && self.$field.recorded(was))*
            }

            fn read(&self, field: &str, date: jiff::civil::Date) -> $crate::field::Value {
                use $crate::{field::{Term, Value}, timeline::Held};
                match field {
                    $(stringify!($field) => self.$field.read(date).value(),)*
                    _ => Value::Nothing,
                }
            }

            fn says_same(&self, on: jiff::civil::Date, other: &Self, then: jiff::civil::Date) -> bool {
                use $crate::timeline::Held;
                true $(&& self.$field.read(on) == other.$field.read(then))*
            }

            fn spans(&self, field: &str) -> Vec<$crate::field::Span> {
                use $crate::{field::Term, timeline::Held};
                match field {
                    $(stringify!($field) => {
                        self.$field.all().into_iter().map(|(days, it)| (days, it.value())).collect()
                    })*
                    _ => Vec::new(),
                }
            }

            fn given(terms: &Terms) -> Vec<(&'static str, $crate::field::Value)> {
                use $crate::field::Term;
                let mut given = Vec::new();
                $(if let Some(it) = &terms.$field { given.push((stringify!($field), it.value())); })*
                given
            }

            fn terms(&self, date: jiff::civil::Date) -> Terms {
                use $crate::timeline::Held;
                Terms { live: None, $($field: Some(self.$field.read(date).clone()),)* }
            }

            fn table(records: &$crate::Records) -> &$crate::Table<$Id, Self> {
                <$Id as $crate::TableOf>::table(records)
            }

            fn table_mut(records: &mut $crate::Records) -> &mut $crate::Table<$Id, Self> {
                <$Id as $crate::TableOf>::table_mut(records)
            }

            fn check(records: &$crate::Records, id: Option<$Id>, row: &Self) -> Result<(), $crate::Refusal> {
                check(records, id, row)
            }
        }
    };
}
pub(crate) use record;
