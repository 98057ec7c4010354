//! Questions (RFC 7644 §3.4.2): filter, order, page, and what is shown; and the answer as a list.

use serde_json::{Value as Json, json};

use super::{
    Fault, Filter, LIST, Name, Resource, Type,
    filter::held,
    name::{Place, value_of},
    shape,
};

/// Resources of one answer, and how many come where nobody says.
pub const PAGE_MAX: usize = 500;

#[derive(Debug, Clone, Default)]
pub struct Query {
    pub filter: Option<Filter>,
    pub order: Option<(Name, bool)>,
    /// The first is 1.
    pub start: usize,
    pub count: usize,
    pub attributes: Vec<Name>,
    pub excluded: Vec<Name>,
}

impl Query {
    /// From the pairs of an address.
    ///
    /// # Errors
    ///
    /// A filter, number or name that cannot be read.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Query, Fault> {
        let mut it = Query { start: 1, count: PAGE_MAX, ..Query::default() };
        let mut descending = false;
        for (key, value) in pairs {
            match key.to_ascii_lowercase().as_str() {
                _ if value.trim().is_empty() => (),
                "filter" => it.filter = Some(Filter::parse(value)?),
                "sortby" => it.order = Some((Name::parse(value.trim())?, true)),
                "sortorder" => descending = value.trim().eq_ignore_ascii_case("descending"),
                "startindex" => it.start = usize::try_from(whole(key, value)?).unwrap_or(1).max(1),
                "count" => {
                    it.count = usize::try_from(whole(key, value)?).unwrap_or(0).min(PAGE_MAX)
                }
                "attributes" => it.attributes = names(value)?,
                "excludedattributes" => it.excluded = names(value)?,
                _ => (),
            }
        }
        if let Some(order) = &mut it.order {
            order.1 = !descending;
        }
        if !it.attributes.is_empty() && !it.excluded.is_empty() {
            let says = "Give “attributes” or “excludedAttributes”, not both.";
            return Err(Fault::of("invalidValue", says));
        }
        Ok(it)
    }

    /// From the body of a search.
    ///
    /// # Errors
    ///
    /// As [`from_pairs`](Query::from_pairs).
    pub fn from_body(body: &Json) -> Result<Query, Fault> {
        let Json::Object(body) = body else {
            return Err(Fault::of("invalidSyntax", "A search is a JSON object."));
        };
        let text = |it: &Json| match it {
            Json::String(it) => Some(it.clone()),
            Json::Number(it) => Some(it.to_string()),
            Json::Array(them) => {
                let them: Vec<&str> = them.iter().filter_map(Json::as_str).collect();
                Some(them.join(","))
            }
            _ => None,
        };
        let pairs: Vec<(String, String)> =
            body.iter().filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect();
        Query::from_pairs(pairs.iter().map(|it| (&*it.0, &*it.1)))
    }

    /// What is shown of one resource.
    pub fn shown(&self, of: &'static Type, whole: &Resource) -> Resource {
        shape::shown(of, whole, &self.attributes, &self.excluded)
    }

    /// The page that is asked for, of everything there is.
    ///
    /// # Errors
    ///
    /// A filter that asks for the order of what has none.
    pub fn answer(
        &self,
        all: impl IntoIterator<Item = (&'static Type, Resource)>,
    ) -> Result<Json, Fault> {
        let mut found = Vec::new();
        for (of, it) in all {
            let fits = self.filter.as_ref().map_or(Ok(true), |filter| filter.fits(of, &it))?;
            if fits {
                found.push((of, it));
            }
        }
        if let Some((name, ascending)) = &self.order {
            // What has no value comes last, or first in descending order (RFC 7644 §3.4.2.3).
            let key = |it: &(&'static Type, Resource)| {
                let key = key(name, it.0, &it.1);
                (key.is_none(), key)
            };
            found.sort_by_cached_key(key);
            if !ascending {
                found.reverse();
            }
        }
        let total = found.len();
        let page: Vec<Json> = found
            .into_iter()
            .skip(self.start - 1)
            .take(self.count)
            .map(|(of, it)| Json::Object(self.shown(of, &it)))
            .collect();
        Ok(list(total, self.start, page))
    }
}

/// A list as the standard has it.
pub fn list(total: usize, start: usize, page: Vec<Json>) -> Json {
    json!({
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": page.len(),
        "Resources": page,
    })
}

/// What a resource is ordered by: of several values the primary one, or the first.
fn key(name: &Name, of: &'static Type, it: &Resource) -> Option<String> {
    let Place::Attribute { extension, attribute, part } = name.place(of)? else { return None };
    let found = held(it, extension, attribute)?;
    let one = match found {
        Json::Array(them) => {
            let primary = them.iter().find(|it| it.get("primary") == Some(&Json::Bool(true)));
            primary.or(them.first())?
        }
        it => it,
    };
    let part = part.or_else(|| value_of(attribute));
    let (value, exact) = match part {
        Some(part) => (one.get(part.name)?, part.exact),
        None => (one, attribute.exact),
    };
    Some(match value {
        Json::String(it) if exact => it.clone(),
        Json::String(it) => it.to_lowercase(),
        it => it.to_string(),
    })
}

fn whole(key: &str, value: &str) -> Result<i64, Fault> {
    let says = || Fault::of("invalidValue", format!("“{key}” is a whole number."));
    value.trim().parse().map_err(|_| says())
}

fn names(text: &str) -> Result<Vec<Name>, Fault> {
    const NAMES_MAX: usize = 200;
    let them = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    let them: Vec<Name> =
        them.map(|it| Name::parse(it.trim_end_matches(':'))).collect::<Result<_, _>>()?;
    match them.len() <= NAMES_MAX {
        true => Ok(them),
        false => {
            Err(Fault::of("invalidValue", format!("At most {NAMES_MAX} attributes can be named.")))
        }
    }
}
