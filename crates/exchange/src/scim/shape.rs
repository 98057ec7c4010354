//! The shape of a resource: what a request says, brought to what the schema has, and what an answer
//! shows of it.

use serde_json::{Map, Value as Json, json};

use super::{
    Fault, MEMBERS_MAX, Name, Resource, TEXT_MAX, Type, VALUES_MAX,
    filter::flag,
    name::{Place, shortened},
    schema::{Access, Attribute, COMMON, Sort, named},
};

/// A whole resource as it was sent. What the server says itself is left out, and so is what no schema
/// knows.
///
/// # Errors
///
/// What is no object, lacks what is required, or has values that an attribute cannot have.
pub fn resource(of: &'static Type, body: &Json) -> Result<Resource, Fault> {
    let Json::Object(body) = body else {
        let says = format!("A {} is a JSON object.", of.name);
        return Err(Fault::of("invalidSyntax", says));
    };
    let schemas = body.iter().find(|it| it.0.eq_ignore_ascii_case("schemas"));
    if let Some((_, Json::Array(them))) = schemas
        && !them.is_empty()
        && !them.iter().any(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(of.core.id)))
    {
        let says = format!("“schemas” of a {} names {}.", of.name, of.core.id);
        return Err(Fault::of("invalidValue", says));
    }
    let mut it = Resource::new();
    for (key, value) in body {
        let Ok(name) = Name::parse(key) else { continue };
        match name.place(of) {
            Some(Place::Extension(more)) => {
                if let Json::Object(parts) = value {
                    let holder = parts_of(more.attributes, parts)?;
                    if !holder.is_empty() {
                        it.insert(more.id.into(), Json::Object(holder));
                    }
                }
            }
            Some(Place::Attribute { extension, attribute, part: None })
                if attribute.access != Access::ReadOnly =>
            {
                if let Some(value) = coerced(attribute, value)? {
                    put(&mut it, extension.map(|it| it.id), attribute.name, Some(value));
                }
            }
            _ => (),
        }
    }
    complete(of, &it)?;
    Ok(it)
}

/// Err where something is missing that every resource of the type has.
pub(super) fn complete(of: &'static Type, it: &Resource) -> Result<(), Fault> {
    let missing = of.core.attributes.iter().find(|at| {
        let text = it.get(at.name).and_then(Json::as_str);
        at.required && text.is_none_or(|it| it.trim().is_empty())
    });
    match missing {
        None => Ok(()),
        Some(at) => Err(Fault::of("invalidValue", format!("A {} needs “{}”.", of.name, at.name))),
    }
}

/// Puts a value where it belongs, or takes away what is there. An extension that is empty goes.
pub(super) fn put(it: &mut Resource, schema: Option<&str>, name: &str, value: Option<Json>) {
    let Some(schema) = schema else {
        match value {
            Some(value) => drop(it.insert(name.into(), value)),
            None => drop(it.remove(name)),
        }
        return;
    };
    let holder = it.entry(schema).or_insert_with(|| json!({}));
    if let Json::Object(holder) = holder {
        match value {
            Some(value) => drop(holder.insert(name.into(), value)),
            None => drop(holder.remove(name)),
        }
        if holder.is_empty() {
            it.remove(schema);
        }
    }
}

/// A value as an attribute has it; none if it says that there is none.
pub(super) fn coerced(of: &'static Attribute, value: &Json) -> Result<Option<Json>, Fault> {
    if !of.many {
        return match value {
            // One where only one can be: some write a list of one.
            Json::Array(them) if them.len() == 1 => single(of, &them[0]),
            it => single(of, it),
        };
    }
    let them = match value {
        Json::Array(them) => them.as_slice(),
        it => std::slice::from_ref(it),
    };
    let values_max = if of.name == "members" { MEMBERS_MAX } else { VALUES_MAX };
    if them.len() > values_max {
        let says = format!("“{}” takes at most {values_max} values at once.", of.name);
        return Err(Fault { status: 413, ..Fault::of("tooMany", says) });
    }
    let mut kept = Vec::with_capacity(them.len());
    for it in them {
        kept.extend(single(of, it)?);
    }
    let primary = |it: &&Json| it.get("primary") == Some(&Json::Bool(true));
    if kept.iter().filter(primary).count() > 1 {
        let says = format!("Only one value of “{}” can be primary.", of.name);
        return Err(Fault::of("invalidValue", says));
    }
    Ok((!kept.is_empty()).then_some(Json::Array(kept)))
}

fn single(of: &'static Attribute, value: &Json) -> Result<Option<Json>, Fault> {
    let odd = |wanted: &str| {
        let says = format!("“{}” is {wanted}, not {}.", of.name, shortened(&value.to_string()));
        Err(Fault::of("invalidValue", says))
    };
    match (of.sort, value) {
        (_, Json::Null) => Ok(None),
        (Sort::Complex, Json::Object(parts)) => {
            let parts = parts_of(of.parts, parts)?;
            Ok((!parts.is_empty()).then_some(Json::Object(parts)))
        }
        // Some give the value alone where it could have parts: a manager, a role.
        (Sort::Complex, Json::String(text)) => match of.part("value") {
            Some(_) if text.is_empty() => Ok(None),
            Some(part) => Ok(single(part, value)?.map(|it| json!({ "value": it }))),
            None => odd("an object"),
        },
        (Sort::Complex, _) => odd("an object"),
        (Sort::Flag, Json::Bool(it)) => Ok(Some(Json::Bool(*it))),
        (Sort::Flag, Json::String(text)) => match flag(text.trim()) {
            Some(it) => Ok(Some(Json::Bool(it))),
            None => odd("true or false"),
        },
        (Sort::Flag, _) => odd("true or false"),
        (_, Json::String(text)) if text.chars().count() > TEXT_MAX => {
            let says = format!("“{}” is longer than {TEXT_MAX} characters.", of.name);
            Err(Fault::of("invalidValue", says))
        }
        (_, Json::String(text)) => Ok(Some(Json::String(text.clone()))),
        // A number where a text belongs can mean only its digits.
        (_, Json::Number(it)) => Ok(Some(Json::String(it.to_string()))),
        _ => odd("a text"),
    }
}

fn parts_of(
    them: &'static [Attribute],
    parts: &Map<String, Json>,
) -> Result<Map<String, Json>, Fault> {
    let mut kept = Map::new();
    for (key, value) in parts {
        let Some(part) = named(them, key) else { continue };
        if part.access == Access::ReadOnly {
            continue;
        }
        if let Some(value) = coerced(part, value)? {
            kept.insert(part.name.into(), value);
        }
    }
    Ok(kept)
}

/// What an answer shows: with `attributes` only those, with `excluded` all but those (RFC 7644 §3.9).
/// `id` and `schemas` are always shown.
pub fn shown(
    of: &'static Type,
    whole: &Resource,
    attributes: &[Name],
    excluded: &[Name],
) -> Resource {
    let always = |it: &str| it == "id" || it == "schemas";
    if !attributes.is_empty() {
        let mut it = Resource::new();
        for (key, value) in whole.iter().filter(|it| always(it.0)) {
            it.insert(key.clone(), value.clone());
        }
        for name in attributes {
            show(of, whole, name, &mut it);
        }
        return it;
    }
    let mut it = whole.clone();
    for name in excluded {
        match name.place(of) {
            Some(Place::Extension(more)) => drop(it.remove(more.id)),
            Some(Place::Attribute { attribute, .. }) if always(attribute.name) => (),
            Some(Place::Attribute { extension, attribute, part: None }) => {
                put(&mut it, extension.map(|it| it.id), attribute.name, None);
            }
            Some(Place::Attribute { extension, attribute, part: Some(part) }) => {
                let holder = match extension {
                    None => it.get_mut(attribute.name),
                    Some(more) => it.get_mut(more.id).and_then(|it| it.get_mut(attribute.name)),
                };
                holder.into_iter().for_each(|it| without(it, part.name));
            }
            None => (),
        }
    }
    it
}

fn without(value: &mut Json, part: &str) {
    match value {
        Json::Array(them) => them.iter_mut().for_each(|it| without(it, part)),
        Json::Object(it) => drop(it.remove(part)),
        _ => (),
    }
}

fn show(of: &'static Type, whole: &Resource, name: &Name, into: &mut Resource) {
    match name.place(of) {
        Some(Place::Extension(more)) => {
            if let Some(it) = whole.get(more.id) {
                into.insert(more.id.into(), it.clone());
            }
        }
        Some(Place::Attribute { extension, attribute, part }) => {
            let Some(found) = super::filter::held(whole, extension, attribute) else { return };
            let schema = extension.map(|it| it.id);
            let Some(part) = part else {
                put(into, schema, attribute.name, Some(found.clone()));
                return;
            };
            let before = super::filter::held(into, extension, attribute).cloned();
            let value = merged(before, found, part.name);
            put(into, schema, attribute.name, Some(value));
        }
        None => (),
    }
}

/// What is shown already of an attribute, with one part more of each value.
fn merged(before: Option<Json>, found: &Json, part: &str) -> Json {
    match found {
        Json::Array(them) => {
            let mut shown = match before {
                Some(Json::Array(it)) => it,
                _ => vec![json!({}); them.len()],
            };
            for (shown, found) in shown.iter_mut().zip(them) {
                *shown = merged(Some(shown.take()), found, part);
            }
            Json::Array(shown)
        }
        found => {
            let mut shown = before.unwrap_or_else(|| json!({}));
            if let (Some(value), Json::Object(shown)) = (found.get(part), &mut shown) {
                shown.insert(part.into(), value.clone());
            }
            shown
        }
    }
}

/// The schemas that a resource follows.
pub fn schemas(of: &'static Type, it: &Resource) -> Json {
    let more = of.extension.filter(|more| it.contains_key(more.id));
    std::iter::once(of.core.id).chain(more.map(|it| it.id)).collect()
}

/// Whether a name is one that every resource has and the server alone says.
pub(super) fn is_the_servers(attribute: &Attribute) -> bool {
    COMMON.iter().any(|it| it.name == attribute.name && it.access == Access::ReadOnly)
}
