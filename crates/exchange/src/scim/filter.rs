//! Filters (RFC 7644 §3.4.2.2): read from text, and asked of resources.
//!
//! An attribute with several values fits if one of them does; `ne` is the contrary of `eq`. What a
//! resource does not have fits nothing but `ne` and `not`. Always true: reading ends, however odd the
//! text, and a filter is no deeper and no longer than its limits.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{
    FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_TERMS_MAX, Fault, Name, Resource, Type,
    name::{Place, shortened, value_of},
    schema::{Attribute, Schema, Sort},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Op {
    pub const ALL: [(&'static str, Op); 9] = [
        ("eq", Op::Eq),
        ("ne", Op::Ne),
        ("co", Op::Co),
        ("sw", Op::Sw),
        ("ew", Op::Ew),
        ("gt", Op::Gt),
        ("ge", Op::Ge),
        ("lt", Op::Lt),
        ("le", Op::Le),
    ];
}

#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Is(Name, Op, Json),
    Present(Name),
    /// One value of the attribute fits the filter, and, where identity providers go on behind the
    /// bracket, a part of that value is so.
    Within(Name, Box<Filter>, Option<(String, Op, Json)>),
}

/// A path of a change: an attribute, perhaps narrowed to some of its values, perhaps a part of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: Name,
    pub within: Option<Filter>,
    /// The part behind a bracket.
    pub part: Option<String>,
}

impl Filter {
    /// # Errors
    ///
    /// What does not follow the grammar, or is longer or deeper than is taken.
    pub fn parse(text: &str) -> Result<Filter, Fault> {
        let mut reader = Reader::new(text)?;
        let it = reader.any(0, false)?;
        match reader.next() {
            None => Ok(it),
            Some(token) => Err(reader.odd(&token)),
        }
    }

    /// Whether a resource fits.
    ///
    /// # Errors
    ///
    /// Flags and certificates have no order: to ask for one is a fault of the filter.
    pub fn fits(&self, of: &'static Type, resource: &Resource) -> Result<bool, Fault> {
        self.ask(&At::Resource(of, resource))
    }

    /// As [`fits`](Filter::fits), of one value of an attribute with parts.
    pub fn fits_value(&self, of: &'static Attribute, value: &Json) -> Result<bool, Fault> {
        self.ask(&At::Value(of, value))
    }

    /// The text that an attribute must equal for the filter to fit, where there is one.
    pub fn must_equal(&self, attribute: &str) -> Option<&str> {
        match self {
            Filter::Is(name, Op::Eq, Json::String(text))
                if name.part.is_none() && name.attribute.eq_ignore_ascii_case(attribute) =>
            {
                Some(text)
            }
            Filter::All(them) => them.iter().find_map(|it| it.must_equal(attribute)),
            _ => None,
        }
    }

    /// What parts a value must have to fit, as far as the filter says so by `eq`.
    pub(super) fn equals(&self) -> Vec<(&str, &Json)> {
        match self {
            Filter::Is(name, Op::Eq, value) if name.part.is_none() => {
                vec![(&name.attribute, value)]
            }
            Filter::All(them) => them.iter().flat_map(Filter::equals).collect(),
            _ => Vec::new(),
        }
    }

    fn ask(&self, at: &At<'_>) -> Result<bool, Fault> {
        match self {
            // All are asked, so that a fault in one does not hide behind the answer of another.
            Filter::All(them) => them.iter().try_fold(true, |so, it| Ok(it.ask(at)? && so)),
            Filter::Any(them) => them.iter().try_fold(false, |so, it| Ok(it.ask(at)? || so)),
            Filter::Not(it) => Ok(!it.ask(at)?),
            Filter::Present(name) => {
                Ok(at.values(name).is_some_and(|it| it.1.iter().any(|it| is_there(it))))
            }
            Filter::Is(name, op, wanted) => at.is(name, *op, wanted),
            Filter::Within(name, filter, rest) => {
                let Some((attribute, values)) = at.whole(name) else { return Ok(false) };
                for value in values {
                    let fits = filter.ask(&At::Value(attribute, value))?;
                    let rest = match rest {
                        Some((part, op, wanted)) if fits => {
                            let name = Name { schema: None, attribute: part.clone(), part: None };
                            At::Value(attribute, value).is(&name, *op, wanted)?
                        }
                        _ => fits,
                    };
                    if rest {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

/// What a filter is asked of.
enum At<'a> {
    Resource(&'static Type, &'a Resource),
    /// A value of a complex attribute.
    Value(&'static Attribute, &'a Json),
}

impl<'a> At<'a> {
    /// The values of an attribute as they are, without looking into them.
    fn whole(&self, name: &Name) -> Option<(&'static Attribute, Vec<&'a Json>)> {
        let At::Resource(of, whole) = self else { return None };
        let Place::Attribute { extension, attribute, part: None } = name.place(of)? else {
            return None;
        };
        Some((attribute, held(whole, extension, attribute).map(each).unwrap_or_default()))
    }

    /// The values that a name means, and what they are. A complex attribute stands for its `value`.
    fn values(&self, name: &Name) -> Option<(&'static Attribute, Vec<&'a Json>)> {
        let (attribute, part, holders) = match self {
            At::Value(of, value) => {
                let attribute = of.part(&name.attribute)?;
                return Some((attribute, value.get(attribute.name).into_iter().collect()));
            }
            At::Resource(of, whole) => match name.place(of)? {
                Place::Extension(it) => {
                    // Only whether it is there can be asked of a whole extension.
                    let there = whole.get(it.id).into_iter().collect();
                    return Some((it.attributes.first()?, there));
                }
                Place::Attribute { extension, attribute, part } => {
                    (attribute, part, held(whole, extension, attribute))
                }
            },
        };
        let them = holders.map(each).unwrap_or_default();
        match part.or_else(|| value_of(attribute)) {
            Some(part) => {
                Some((part, them.into_iter().filter_map(|it| it.get(part.name)).collect()))
            }
            None => Some((attribute, them)),
        }
    }

    fn is(&self, name: &Name, op: Op, wanted: &Json) -> Result<bool, Fault> {
        let found = self.values(name);
        if wanted.is_null() {
            let there = found.is_some_and(|it| it.1.iter().any(|it| is_there(it)));
            return match op {
                Op::Eq => Ok(!there),
                Op::Ne => Ok(there),
                _ => Err(Fault::of(
                    "invalidFilter",
                    "Nothing can be compared with null but by eq and ne.",
                )),
            };
        }
        let Some((attribute, values)) = found else { return Ok(op == Op::Ne) };
        if matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le)
            && matches!(attribute.sort, Sort::Flag | Sort::Binary)
        {
            let says = format!(
                "“{}” has no order, so it is not compared by more or less.",
                attribute.name
            );
            return Err(Fault::of("invalidFilter", says));
        }
        match op {
            Op::Ne => Ok(!values.iter().any(|it| compare(attribute, it, Op::Eq, wanted))),
            _ => Ok(values.iter().any(|it| compare(attribute, it, op, wanted))),
        }
    }
}

/// What a resource holds of an attribute.
pub fn held<'a>(
    whole: &'a Resource,
    extension: Option<&Schema>,
    attribute: &Attribute,
) -> Option<&'a Json> {
    match extension {
        None => whole.get(attribute.name),
        Some(it) => whole.get(it.id)?.get(attribute.name),
    }
}

fn each(it: &Json) -> Vec<&Json> {
    match it {
        Json::Array(them) => them.iter().collect(),
        Json::Null => Vec::new(),
        it => vec![it],
    }
}

fn is_there(it: &Json) -> bool {
    match it {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(them) => !them.is_empty(),
        Json::Object(them) => !them.is_empty(),
        _ => true,
    }
}

fn compare(attribute: &Attribute, found: &Json, op: Op, wanted: &Json) -> bool {
    match (attribute.sort, found, wanted) {
        (Sort::Flag, Json::Bool(found), wanted) => {
            // Some send a flag as text.
            let wanted = match wanted {
                Json::Bool(it) => Some(*it),
                Json::String(it) => flag(it),
                _ => None,
            };
            op == Op::Eq && wanted == Some(*found)
        }
        (Sort::Moment, Json::String(found), Json::String(wanted)) => {
            let moments = (found.parse::<Timestamp>(), wanted.parse::<Timestamp>());
            match moments {
                (Ok(found), Ok(wanted)) if is_of_order(op) => ordered(op, found.cmp(&wanted)),
                _ => texts(op, found, wanted),
            }
        }
        (_, Json::String(found), Json::String(wanted)) => match attribute.exact {
            true => texts(op, found, wanted),
            false => texts(op, &found.to_lowercase(), &wanted.to_lowercase()),
        },
        _ => false,
    }
}

pub(super) fn flag(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

fn is_of_order(op: Op) -> bool {
    !matches!(op, Op::Co | Op::Sw | Op::Ew)
}

fn texts(op: Op, found: &str, wanted: &str) -> bool {
    match op {
        Op::Co => found.contains(wanted),
        Op::Sw => found.starts_with(wanted),
        Op::Ew => found.ends_with(wanted),
        _ => ordered(op, found.cmp(wanted)),
    }
}

fn ordered(op: Op, order: Ordering) -> bool {
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Co | Op::Sw | Op::Ew => false,
    }
}

impl Target {
    /// # Errors
    ///
    /// What is no path.
    pub fn parse(text: &str) -> Result<Target, Fault> {
        let path = |it: Fault| Fault { word: Some("invalidPath"), ..it };
        let mut reader = Reader::new(text.trim()).map_err(path)?;
        let Some(Token::Word(word)) = reader.next() else {
            let says = format!("“{}” is no path to an attribute.", shortened(text));
            return Err(Fault::of("invalidPath", says));
        };
        let name = Name::parse(&word)?;
        let (mut within, mut part) = (None, None);
        if reader.takes(&Token::Open('[')) {
            within = Some(reader.any(1, true).map_err(path)?);
            reader.expect(&Token::Shut(']')).map_err(path)?;
            part = reader.behind();
        }
        match reader.next() {
            None => Ok(Target { name, within, part }),
            Some(token) => Err(path(reader.odd(&token))),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Value(Json),
    Open(char),
    Shut(char),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Reader<'a>, Fault> {
        if text.len() > FILTER_BYTES_MAX {
            let says =
                format!("A filter has at most {FILTER_BYTES_MAX} bytes. Ask for less at once.");
            return Err(Fault::of("invalidFilter", says));
        }
        Ok(Reader { text, at: 0, terms: 0 })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<Token> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        match first {
            '(' | '[' => {
                self.at += 1;
                Some(Token::Open(first))
            }
            ')' | ']' => {
                self.at += 1;
                Some(Token::Shut(first))
            }
            '"' => {
                let mut them = serde_json::Deserializer::from_str(trimmed).into_iter::<String>();
                match them.next() {
                    Some(Ok(it)) => {
                        self.at += them.byte_offset();
                        Some(Token::Value(Json::String(it)))
                    }
                    _ => {
                        self.at = self.text.len();
                        Some(Token::Word(trimmed.to_owned()))
                    }
                }
            }
            _ => {
                let ends = |it: char| it.is_whitespace() || "()[]\"".contains(it);
                let end = trimmed.find(ends).unwrap_or(trimmed.len());
                self.at += end;
                Some(Token::Word(trimmed[..end].to_owned()))
            }
        }
    }

    fn peek(&mut self) -> Option<Token> {
        let at = self.at;
        let token = self.next();
        self.at = at;
        token
    }

    fn takes(&mut self, token: &Token) -> bool {
        let at = self.at;
        if self.next().as_ref() == Some(token) {
            return true;
        }
        self.at = at;
        false
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let at = self.at;
        if matches!(self.next(), Some(Token::Word(it)) if it.eq_ignore_ascii_case(word)) {
            return true;
        }
        self.at = at;
        false
    }

    fn expect(&mut self, token: &Token) -> Result<(), Fault> {
        match self.next() {
            Some(it) if it == *token => Ok(()),
            Some(it) => Err(self.odd(&it)),
            None => {
                Err(Fault::of("invalidFilter", "The filter breaks off; a bracket is not shut."))
            }
        }
    }

    /// The name behind a shut bracket: `.value`.
    fn behind(&mut self) -> Option<String> {
        let rest = self.rest().strip_prefix('.')?;
        let ends = |it: char| !(it.is_ascii_alphanumeric() || it == '$' || it == '-' || it == '_');
        let end = rest.find(ends).unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        self.at += 1 + end;
        Some(rest[..end].to_owned())
    }

    fn odd(&self, token: &Token) -> Fault {
        let what = match token {
            Token::Word(it) => shortened(it),
            Token::Value(it) => shortened(&it.to_string()),
            Token::Open(it) | Token::Shut(it) => it.to_string(),
        };
        let says =
            format!("The filter cannot be read at “{what}”, before character {}.", self.at + 1);
        Fault::of("invalidFilter", says)
    }

    fn deeper(depth: usize) -> Result<usize, Fault> {
        match depth < FILTER_DEPTH_MAX {
            true => Ok(depth + 1),
            false => {
                let says = format!("A filter is at most {FILTER_DEPTH_MAX} brackets deep.");
                Err(Fault::of("invalidFilter", says))
            }
        }
    }

    fn any(&mut self, depth: usize, within: bool) -> Result<Filter, Fault> {
        let mut them = vec![self.all(depth, within)?];
        while self.takes_word("or") {
            them.push(self.all(depth, within)?);
        }
        Ok(if them.len() == 1 { them.remove(0) } else { Filter::Any(them) })
    }

    fn all(&mut self, depth: usize, within: bool) -> Result<Filter, Fault> {
        let mut them = vec![self.one(depth, within)?];
        while self.takes_word("and") {
            them.push(self.one(depth, within)?);
        }
        Ok(if them.len() == 1 { them.remove(0) } else { Filter::All(them) })
    }

    fn one(&mut self, depth: usize, within: bool) -> Result<Filter, Fault> {
        let at = self.at;
        if self.takes_word("not") {
            if self.peek() == Some(Token::Open('(')) {
                return Ok(Filter::Not(Box::new(self.one(Self::deeper(depth)?, within)?)));
            }
            self.at = at;
        }
        if self.takes(&Token::Open('(')) {
            let it = self.any(Self::deeper(depth)?, within)?;
            self.expect(&Token::Shut(')'))?;
            return Ok(it);
        }
        self.terms += 1;
        if self.terms > FILTER_TERMS_MAX {
            let says = format!(
                "A filter has at most {FILTER_TERMS_MAX} comparisons. Ask for less at once."
            );
            return Err(Fault::of("invalidFilter", says));
        }
        let name = match self.next() {
            Some(Token::Word(word)) => {
                Name::parse(&word).map_err(|it| Fault { word: Some("invalidFilter"), ..it })?
            }
            Some(it) => return Err(self.odd(&it)),
            None => {
                return Err(Fault::of(
                    "invalidFilter",
                    "The filter breaks off; a name is missing.",
                ));
            }
        };
        if !within && self.takes(&Token::Open('[')) {
            let filter = self.any(Self::deeper(depth)?, true)?;
            self.expect(&Token::Shut(']'))?;
            let Some(part) = self.behind() else {
                return Ok(Filter::Within(name, Box::new(filter), None));
            };
            let (op, value) = match self.comparison()? {
                Some(it) => it,
                None => (Op::Ne, Json::Null),
            };
            return Ok(Filter::Within(name, Box::new(filter), Some((part, op, value))));
        }
        Ok(match self.comparison()? {
            None => Filter::Present(name),
            Some((op, value)) => Filter::Is(name, op, value),
        })
    }

    /// An operator with its value; none for `pr`.
    fn comparison(&mut self) -> Result<Option<(Op, Json)>, Fault> {
        let op = match self.next() {
            Some(Token::Word(it)) if it.eq_ignore_ascii_case("pr") => return Ok(None),
            Some(Token::Word(it)) => Op::ALL.iter().find(|op| op.0.eq_ignore_ascii_case(&it)).map(|op| op.1).ok_or_else(|| {
                let says = format!(
                    "“{}” is no comparison; those are eq, ne, co, sw, ew, pr, gt, ge, lt and le.",
                    shortened(&it)
                );
                Fault::of("invalidFilter", says)
            })?,
            Some(it) => return Err(self.odd(&it)),
            None => return Err(Fault::of("invalidFilter", "The filter breaks off; a comparison is missing.")),
        };
        let value = match self.next() {
            Some(Token::Value(it)) => it,
            Some(Token::Word(it)) => match it.to_ascii_lowercase().as_str() {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                number => match serde_json::from_str::<serde_json::Number>(number) {
                    Ok(number) => Json::Number(number),
                    Err(_) => return Err(self.odd(&Token::Word(it))),
                },
            },
            Some(it) => return Err(self.odd(&it)),
            None => {
                return Err(Fault::of(
                    "invalidFilter",
                    "The filter breaks off; a value is missing.",
                ));
            }
        };
        Ok(Some((op, value)))
    }
}
