//! How an attribute is named in a path, a filter or a list: perhaps its schema, its name, perhaps a
//! part of it (RFC 7644 §3.10).

use super::{
    Fault, Type,
    schema::{Attribute, COMMON, SCHEMAS, Schema, Sort, named},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The schema, where the name begins with one.
    pub schema: Option<&'static str>,
    /// Empty where a whole schema is named.
    pub attribute: String,
    pub part: Option<String>,
}

/// What a name means for one type.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// All that an extension says.
    Extension(&'static Schema),
    Attribute {
        /// The extension that it belongs to; none for the core.
        extension: Option<&'static Schema>,
        attribute: &'static Attribute,
        part: Option<&'static Attribute>,
    },
}

impl Name {
    /// # Errors
    ///
    /// What is no name in the standard's sense, or names a schema that is not known here.
    pub fn parse(text: &str) -> Result<Name, Fault> {
        let (schema, rest) = match of_schema(text) {
            Some((schema, rest)) => (Some(schema), rest),
            None => (None, text),
        };
        if schema.is_some() && rest.is_empty() {
            return Ok(Name { schema, attribute: String::new(), part: None });
        }
        let (attribute, part) = match rest.split_once('.') {
            Some((attribute, part)) => (attribute, Some(part)),
            None => (rest, None),
        };
        let fine = is_word(attribute) && part.is_none_or(is_word);
        if !fine {
            let says = format!("“{}” is no name of an attribute.", shortened(text));
            return Err(Fault::of("invalidPath", says));
        }
        Ok(Name { schema, attribute: attribute.into(), part: part.map(ToOwned::to_owned) })
    }

    /// What it means for a type; none if that has no such attribute.
    pub fn place(&self, of: &'static Type) -> Option<Place> {
        let extension = match (self.schema, of.extension) {
            (Some(id), _) if id == of.core.id => None,
            (Some(id), Some(more)) if id == more.id => Some(more),
            (Some(_), _) => return None,
            (None, _) => None,
        };
        if self.attribute.is_empty() {
            return extension.map(Place::Extension);
        }
        let found = match extension {
            Some(it) => named(it.attributes, &self.attribute),
            None => named(of.core.attributes, &self.attribute)
                .or_else(|| named(COMMON, &self.attribute)),
        };
        // Some write the attributes of an extension without its schema; the core has none of those names.
        let (extension, attribute) = match (found, self.schema, of.extension) {
            (Some(it), ..) => (extension, it),
            (None, None, Some(more)) => (Some(more), named(more.attributes, &self.attribute)?),
            _ => return None,
        };
        let part = match &self.part {
            None => None,
            Some(it) => Some(attribute.part(it)?),
        };
        Some(Place::Attribute { extension, attribute, part })
    }
}

/// The part of a complex attribute that is meant where none is named.
pub(super) fn value_of(attribute: &Attribute) -> Option<&'static Attribute> {
    (attribute.sort == Sort::Complex).then(|| attribute.part("value")).flatten()
}

/// A schema that a text begins with, and what comes after its colon.
fn of_schema(text: &str) -> Option<(&'static str, &str)> {
    SCHEMAS.iter().find_map(|it| {
        let head = text.get(..it.id.len())?;
        let rest = &text[it.id.len()..];
        let rest = rest.strip_prefix(':').or(rest.is_empty().then_some(""))?;
        head.eq_ignore_ascii_case(it.id).then_some((it.id, rest))
    })
}

fn is_word(text: &str) -> bool {
    let mut letters = text.strip_prefix('$').unwrap_or(text).chars();
    letters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && letters.all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_')
}

/// As much of a text as a sentence bears.
pub(super) fn shortened(text: &str) -> String {
    const MAX: usize = 80;
    match text.char_indices().nth(MAX) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
