//! The register: what every record has in common, whatever its room.
//!
//! A record is established from a date, changed from a date, ended, and corrected when what was
//! recorded turns out not to be so; one that was recorded by mistake is annulled (see
//! [`annulment`]). A rule is an invariant: a command is tried on a copy of the
//! record, and refused if the copy breaks a rule on any date. The same rules, asked of what is
//! already there, are the [`audit`].

use std::fmt::Debug;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    Kind, Records, Ref, Refusal, Table, annulment,
    field::{Field, LINE_MAX, LIST_MAX, PROSE_MAX, Shape, Span, TEXT_BYTES_MAX, Value},
    id::Id,
    refusal::Named,
    timeline::Timeline,
    tree,
};

/// What somebody wants to happen to a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command<I, T> {
    /// It begins on `from`; with `until`, it stops on that day (the first on which it no longer is).
    Establish {
        from: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
        terms: T,
    },
    /// It becomes so from `from` on.
    Change { id: I, from: Date, terms: T },
    /// What was recorded as from `was` was wrong: it is so as from `from`. Where `was` is the
    /// beginning and `from` another day, the beginning itself moves. `live: false` at the
    /// beginning says that it never was.
    Correct { id: I, was: Date, from: Date, terms: T },
    /// `on` is the first day on which it no longer is.
    End { id: I, on: Date },
    /// It was recorded by mistake: it never stood, and nothing more is said of it.
    Annul { id: I },
}

/// What did happen to a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event<I, T> {
    Established {
        id: I,
        from: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
        terms: T,
    },
    Changed {
        id: I,
        from: Date,
        terms: T,
    },
    Corrected {
        id: I,
        was: Date,
        from: Date,
        terms: T,
    },
    Ended {
        id: I,
        on: Date,
    },
    Annulled {
        id: I,
    },
}

impl<I: Copy, T> Event<I, T> {
    pub fn id(&self) -> I {
        match self {
            Event::Established { id, .. }
            | Event::Changed { id, .. }
            | Event::Corrected { id, .. }
            | Event::Ended { id, .. }
            | Event::Annulled { id } => *id,
        }
    }
}

/// A record of one room. Implemented by [`record!`](crate::field::record) and nowhere else.
pub trait Record: Clone + PartialEq + Debug {
    type Id: Id;
    type Terms: Clone + Debug + Default + PartialEq;
    const FIELDS: &'static [Field];
    /// The field that names the record above it, where records of this kind form a tree.
    const TREE: Option<&'static str>;

    /// The record as it begins, or the name of a field that must be given.
    fn begin(from: Date, terms: &Self::Terms) -> Result<Self, &'static str>;
    fn put(&mut self, from: Date, terms: &Self::Terms);
    fn take(&mut self, was: Date, terms: &Self::Terms);
    fn move_beginning(&mut self, from: Date);
    fn life(&self) -> &Timeline<bool>;
    fn life_mut(&mut self) -> &mut Timeline<bool>;
    /// Whether the terms say that it stands, or that it does not.
    fn life_given(terms: &Self::Terms) -> Option<bool>;
    /// Whether something that the terms give was recorded as from `was`.
    fn recorded(&self, was: Date, terms: &Self::Terms) -> bool;
    fn read(&self, field: &str, date: Date) -> Value;
    /// Whether all terms are on `on` what those of `other` are on `then`.
    fn says_same(&self, on: Date, other: &Self, then: Date) -> bool;
    fn spans(&self, field: &str) -> Vec<Span>;
    fn given(terms: &Self::Terms) -> Vec<(&'static str, Value)>;
    /// All terms as they are on `date`.
    fn terms(&self, date: Date) -> Self::Terms;
    fn table(records: &Records) -> &Table<Self::Id, Self>;
    fn table_mut(records: &mut Records) -> &mut Table<Self::Id, Self>;
    /// The room's own rules, on every date. `id` is absent while it is being established.
    fn check(records: &Records, id: Option<Self::Id>, row: &Self) -> Result<(), Refusal>;
}

/// A record of any room, for readers that treat all rooms alike.
pub trait Facet {
    fn kind(&self) -> Kind;
    fn fields(&self) -> &'static [Field];
    fn life(&self) -> &Timeline<bool>;
    /// The value on `date`, or at the beginning if `date` lies before it.
    fn read(&self, field: &str, date: Date) -> Value;
    fn spans(&self, field: &str) -> Vec<Span>;
}

impl<R: Record> Facet for R {
    fn kind(&self) -> Kind {
        R::Id::KIND
    }
    fn fields(&self) -> &'static [Field] {
        R::FIELDS
    }
    fn life(&self) -> &Timeline<bool> {
        Record::life(self)
    }
    fn read(&self, field: &str, date: Date) -> Value {
        Record::read(self, field, date)
    }
    fn spans(&self, field: &str) -> Vec<Span> {
        Record::spans(self, field)
    }
}

/// Reads a field that is there: `null` clears what can be empty, absence leaves it as it is.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

pub(crate) fn decide<R: Record>(
    records: &Records,
    command: &Command<R::Id, R::Terms>,
) -> Result<Event<R::Id, R::Terms>, Refusal> {
    match command {
        Command::Establish { from, until, terms } => {
            let row = establish::<R>(*from, *until, terms)?;
            dates_are_sane([Some(*from), *until])?;
            values_are_sane::<R>(records, terms)?;
            if R::life_given(terms) == Some(false) {
                return Err(Refusal::NotYetStanding(R::Id::KIND));
            }
            check(records, None, &row)?;
            let id = R::table(records).next_id();
            Ok(Event::Established { id, from: *from, until: *until, terms: terms.clone() })
        }
        Command::Change { id, from, terms } => {
            let mut row = find::<R>(records, *id)?.clone();
            dates_are_sane([Some(*from), None])?;
            values_are_sane::<R>(records, terms)?;
            not_before_beginning(records, *id, &row, *from)?;
            for (name, _) in R::given(terms) {
                if R::FIELDS.iter().any(|it| it.name == name && it.fixed) {
                    let of = Named::of(records, *id);
                    return Err(Refusal::Fixed { of, field: label::<R>(name) });
                }
            }
            row.put(*from, terms);
            ends_after_start(records, *id, &row, *from)?;
            check_placed(records, *id, &row, moves::<R>(terms))?;
            Ok(Event::Changed { id: *id, from: *from, terms: terms.clone() })
        }
        Command::Correct { id, was, from, terms } => {
            let mut row = find::<R>(records, *id)?.clone();
            dates_are_sane([Some(*from), None])?;
            values_are_sane::<R>(records, terms)?;
            let beginning = *was == row.life().begins();
            if !beginning {
                not_before_beginning(records, *id, &row, *from)?;
                if !row.recorded(*was, terms) {
                    let of = Named::of(records, *id);
                    return Err(Refusal::NothingRecorded { of, was: *was });
                }
            }
            let until = row.life().ends_after(row.life().begins());
            correct(&mut row, *was, *from, terms);
            if !(beginning && R::life_given(terms) == Some(false)) {
                let until = if beginning { until } else { *from };
                ends_after_start(records, *id, &row, until)?;
            }
            check_placed(records, *id, &row, beginning || moves::<R>(terms))?;
            Ok(Event::Corrected { id: *id, was: *was, from: *from, terms: terms.clone() })
        }
        Command::End { id, on } => {
            let mut row = find::<R>(records, *id)?.clone();
            dates_are_sane([Some(*on), None])?;
            if *on <= row.life().begins() {
                let of = Named::of(records, *id);
                return Err(Refusal::EndsBeforeStart {
                    of: Some(of),
                    from: row.life().begins(),
                    until: *on,
                });
            }
            if !row.life().is(*on) {
                let since = row.life().ended(*on).unwrap_or(*on);
                return Err(Refusal::Ended { of: Named::of(records, *id), since });
            }
            row.life_mut().set(*on, false);
            check(records, Some(*id), &row)?;
            Ok(Event::Ended { id: *id, on: *on })
        }
        Command::Annul { id } => {
            let mut row = find::<R>(records, *id)?.clone();
            annulment::never_stood(&mut row);
            check(records, Some(*id), &row)?;
            annulment::check(records, (*id).into())?;
            Ok(Event::Annulled { id: *id })
        }
    }
}

pub(crate) fn apply<R: Record>(records: &mut Records, event: &Event<R::Id, R::Terms>) {
    let id = match event {
        Event::Established { id, from, until, terms } => {
            // `decide` made sure of both; an entry that breaks them was not made by `decide`, and
            // `verify` says so.
            let Ok(row) = establish::<R>(*from, *until, terms) else { return };
            if *id != R::table(records).next_id() {
                return;
            }
            R::table_mut(records).push(row)
        }
        Event::Changed { id, from, terms } => {
            let Some(row) = R::table_mut(records).get_mut(*id) else { return };
            row.put(*from, terms);
            *id
        }
        Event::Corrected { id, was, from, terms } => {
            let Some(row) = R::table_mut(records).get_mut(*id) else { return };
            correct(row, *was, *from, terms);
            *id
        }
        Event::Ended { id, on } => {
            let Some(row) = R::table_mut(records).get_mut(*id) else { return };
            row.life_mut().set(*on, false);
            *id
        }
        Event::Annulled { id } => {
            let Some(row) = R::table_mut(records).get_mut(*id) else { return };
            annulment::never_stood(row);
            records.annulled.insert((*id).into());
            *id
        }
    };
    let terms = match event {
        Event::Established { terms, .. }
        | Event::Changed { terms, .. }
        | Event::Corrected { terms, .. } => R::given(terms),
        Event::Ended { .. } | Event::Annulled { .. } => Vec::new(),
    };
    for (name, value) in terms {
        for target in value.links() {
            records.inbound.insert(*target, id.into());
        }
        if let ("code", Value::Text(code)) = (name, &value) {
            records.codes.insert((R::Id::KIND, code.clone(), id.n()));
        }
    }
}

/// Every rule that a record breaks now, as sentences. Empty in a sound organisation.
pub(crate) fn audit<R: Record>(records: &Records) -> Vec<String> {
    let mut broken = Vec::new();
    for (id, row) in R::table(records).iter() {
        let reference: Ref = id.into();
        if let Err(refusal) = check(records, Some(id), row) {
            broken.push(format!("{reference}: {refusal}"));
        }
        if records.is_annulled(reference) && annulment::ever_stands(row.life()) {
            broken.push(format!("{reference} was annulled and stands"));
        }
        for (_, code) in row.spans("code") {
            if let Value::Text(code) = code
                && !records.codes.contains(&(R::Id::KIND, code, id.n()))
            {
                broken.push(format!("{reference} cannot be found by a code that it had"));
            }
        }
        for field in R::FIELDS {
            for target in row.spans(field.name).iter().flat_map(|it| it.1.links()) {
                if records.facet(*target).is_none() {
                    broken.push(format!("{reference} points at {target}, which is not there"));
                } else if !records.inbound.contains(*target, reference) {
                    broken.push(format!("{target} does not know that {reference} points at it"));
                }
            }
        }
    }
    broken
}

fn establish<R: Record>(from: Date, until: Option<Date>, terms: &R::Terms) -> Result<R, Refusal> {
    let mut row = R::begin(from, terms)
        .map_err(|field| Refusal::Missing { kind: R::Id::KIND, field: label::<R>(field) })?;
    if let Some(until) = until {
        if until <= from {
            return Err(Refusal::EndsBeforeStart { of: None, from, until });
        }
        row.life_mut().set(until, false);
    }
    Ok(row)
}

pub(crate) fn correct<R: Record>(row: &mut R, was: Date, from: Date, terms: &R::Terms) {
    if was == row.life().begins() && was != from {
        row.move_beginning(from);
    } else if was != from {
        row.take(was, terms);
    }
    row.put(from, terms);
}

fn check<R: Record>(records: &Records, id: Option<R::Id>, row: &R) -> Result<(), Refusal> {
    tree::check(records, id, row)?;
    annulment::check_links(records, row)?;
    R::check(records, id, row)
}

/// As [`check`], for a record that may get another place in its tree.
fn check_placed<R: Record>(
    records: &Records,
    id: R::Id,
    row: &R,
    moves: bool,
) -> Result<(), Refusal> {
    if moves {
        tree::check_move(records, id, row)?;
    }
    check(records, Some(id), row)
}

fn moves<R: Record>(terms: &R::Terms) -> bool {
    R::TREE.is_some_and(|tree| R::given(terms).iter().any(|it| it.0 == tree))
}

/// A record that stood must still stand from its beginning on.
fn ends_after_start<R: Record>(
    records: &Records,
    id: R::Id,
    row: &R,
    until: Date,
) -> Result<(), Refusal> {
    let from = row.life().begins();
    let stood = R::table(records).get(id).is_some_and(|it| it.life().is(it.life().begins()));
    if stood && !row.life().is(from) {
        let of = Some(Named::of(records, id));
        return Err(Refusal::EndsBeforeStart { of, from, until });
    }
    Ok(())
}

fn find<R: Record>(records: &Records, id: R::Id) -> Result<&R, Refusal> {
    let row = R::table(records).get(id).ok_or(Refusal::Unknown { it: id.into() })?;
    annulment::not_annulled(records, id.into())?;
    Ok(row)
}

fn label<R: Record>(field: &str) -> &'static str {
    R::FIELDS.iter().find(|it| it.name == field).map_or("a field", |it| it.label)
}

/// Dates outside these years are slips of the keyboard.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2300;

pub(crate) fn dates_are_sane(dates: [Option<Date>; 2]) -> Result<(), Refusal> {
    match dates.into_iter().flatten().find(|it| !YEARS.contains(&it.year())) {
        Some(date) => Err(Refusal::OddDate(date)),
        None => Ok(()),
    }
}

fn not_before_beginning<R: Record>(
    records: &Records,
    id: R::Id,
    row: &R,
    from: Date,
) -> Result<(), Refusal> {
    let begins = row.life().begins();
    if from < begins {
        return Err(Refusal::BeforeBeginning { of: Named::of(records, id), begins, from });
    }
    Ok(())
}

fn has_control(text: &str) -> bool {
    text.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\t'))
}

/// Bytes that a text takes in an entry.
fn bytes(text: &str) -> usize {
    text.len() + text.bytes().filter(|it| matches!(it, b'"' | b'\\' | b'\n' | b'\t')).count()
}

fn values_are_sane<R: Record>(records: &Records, terms: &R::Terms) -> Result<(), Refusal> {
    let given = R::given(terms);
    let texts = given.iter().map(|it| match &it.1 {
        Value::Text(text) => bytes(text),
        Value::Texts(them) => them.iter().map(|it| bytes(it) + 3).sum(),
        _ => 0,
    });
    if texts.sum::<usize>() > TEXT_BYTES_MAX {
        return Err(Refusal::TooMuchText { max: TEXT_BYTES_MAX });
    }
    for (name, value) in given {
        let Some(field) = R::FIELDS.iter().find(|it| it.name == name) else { continue };
        let too_long = |max: usize| Refusal::TooLong { field: field.label, max };
        match &value {
            Value::Text(text) => {
                if field.required && text.trim().is_empty() {
                    return Err(Refusal::Missing { kind: R::Id::KIND, field: field.label });
                }
                let max = if field.shape == Shape::Prose { PROSE_MAX } else { LINE_MAX };
                if text.chars().count() > max {
                    return Err(too_long(max));
                }
                if has_control(text) {
                    return Err(Refusal::ControlCharacter { field: field.label });
                }
            }
            // Each of its texts is held to its own field when it is said.
            Value::Texts(_) if field.shape == Shape::Wording => (),
            Value::Texts(them) => {
                if them.len() > LIST_MAX {
                    return Err(Refusal::TooMany { field: field.label, max: LIST_MAX });
                }
                if them.iter().any(|it| it.chars().count() > LINE_MAX) {
                    return Err(too_long(LINE_MAX));
                }
                if them.iter().any(|it| has_control(it)) {
                    return Err(Refusal::ControlCharacter { field: field.label });
                }
            }
            Value::Links(them) if them.len() > LIST_MAX => {
                return Err(Refusal::TooMany { field: field.label, max: LIST_MAX });
            }
            Value::Day(day) => dates_are_sane([Some(*day), None])?,
            _ => (),
        }
        for target in value.links() {
            if records.facet(*target).is_none() {
                return Err(Refusal::Unknown { it: *target });
            }
            annulment::not_annulled(records, *target)?;
            if let Shape::AnyOf(kinds) = field.shape
                && !kinds.contains(&target.kind)
            {
                return Err(Refusal::WrongKind { field: field.label, found: *target });
            }
        }
    }
    Ok(())
}
