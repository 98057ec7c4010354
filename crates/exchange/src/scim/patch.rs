//! Changes of a resource (RFC 7644 §3.5.2): add, replace, remove, in order, all or none.
//!
//! Read more widely than the standard where identity providers are known to write so: operations in
//! capitals, a list under a key without a path whose keys are paths themselves, values to remove beside
//! the path, a filter that fits no value yet for a part that is to be set (the value is then made).

use serde_json::{Map, Value as Json, json};

use super::{
    Fault, OPERATIONS_MAX, PATCH, Resource, Type,
    filter::{Filter, Target, held},
    name::{Place, shortened},
    schema::{Access, Attribute, Schema, Sort},
    shape::{coerced, complete, is_the_servers, put},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Add,
    Replace,
    Remove,
}

/// The resource as it is after a change.
///
/// # Errors
///
/// The first operation that cannot be done, with its number; nothing is changed then.
pub fn patched(of: &'static Type, before: &Resource, body: &Json) -> Result<Resource, Fault> {
    let field = |it: &Map<String, Json>, name: &str| {
        it.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.clone())
    };
    let odd = || Fault::of("invalidSyntax", "A change is an object with a list “Operations”.");
    let Json::Object(body) = body else { return Err(odd()) };
    if let Some(Json::Array(schemas)) = field(body, "schemas")
        && !schemas.is_empty()
        && !schemas.iter().any(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(PATCH)))
    {
        return Err(Fault::of("invalidSyntax", format!("“schemas” of a change names {PATCH}.")));
    }
    let Some(Json::Array(operations)) = field(body, "Operations") else { return Err(odd()) };
    if operations.len() > OPERATIONS_MAX {
        let says = format!("A change has at most {OPERATIONS_MAX} operations. Send several.");
        return Err(Fault { status: 413, ..Fault::of("tooMany", says) });
    }
    let mut after = before.clone();
    for (number, operation) in (1..).zip(&operations) {
        let told = |it: Fault| Fault { says: format!("Operation {number}: {}", it.says), ..it };
        let Json::Object(operation) = operation else { return Err(told(odd())) };
        let deed = match field(operation, "op").as_ref().and_then(Json::as_str) {
            Some(it) if it.eq_ignore_ascii_case("add") => Deed::Add,
            Some(it) if it.eq_ignore_ascii_case("replace") => Deed::Replace,
            Some(it) if it.eq_ignore_ascii_case("remove") => Deed::Remove,
            _ => return Err(told(Fault::of("invalidSyntax", "“op” is add, replace or remove."))),
        };
        let value = field(operation, "value");
        let path = match field(operation, "path") {
            None | Some(Json::Null) => None,
            Some(Json::String(it)) => Some(it),
            Some(_) => return Err(told(Fault::of("invalidPath", "“path” is a text."))),
        };
        match path.filter(|it| !it.trim().is_empty()) {
            Some(path) => Target::parse(&path)
                .and_then(|it| operate(of, &mut after, deed, &it, value.as_ref()))
                .map_err(told)?,
            None => whole(of, &mut after, deed, value.as_ref()).map_err(told)?,
        }
    }
    complete(of, &after)?;
    Ok(after)
}

/// A change without a path: every key of its value is one.
fn whole(
    of: &'static Type,
    it: &mut Resource,
    deed: Deed,
    value: Option<&Json>,
) -> Result<(), Fault> {
    if deed == Deed::Remove {
        return Err(Fault::of("noTarget", "What is to be removed is named by “path”."));
    }
    let Some(Json::Object(values)) = value else {
        return Err(Fault::of("invalidValue", "Without “path” the value is an object."));
    };
    for (key, value) in values {
        let Ok(target) = Target::parse(key) else { continue };
        match target.name.place(of) {
            // Some send the resource back as they got it; what is the server's to say is passed over.
            None => (),
            Some(Place::Attribute { attribute, .. }) if attribute.access == Access::ReadOnly => (),
            Some(_) => operate(of, it, deed, &target, Some(value))?,
        }
    }
    Ok(())
}

fn operate(
    of: &'static Type,
    it: &mut Resource,
    deed: Deed,
    target: &Target,
    value: Option<&Json>,
) -> Result<(), Fault> {
    let place = target.name.place(of).ok_or_else(|| {
        let says =
            format!("A {} has no attribute “{}”.", of.name, shortened(&target.name.attribute));
        Fault::of("invalidPath", says)
    })?;
    if deed != Deed::Remove && value.is_none() {
        return Err(Fault::of("invalidValue", "“value” is missing."));
    }
    let (extension, attribute, part) = match place {
        Place::Extension(more) => return of_extension(it, deed, more, value),
        Place::Attribute { extension, attribute, part } => (extension, attribute, part),
    };
    if attribute.access == Access::ReadOnly || is_the_servers(attribute) {
        let says =
            format!("“{}” is said by the server and changed by nobody else.", attribute.name);
        return Err(Fault::of("mutability", says));
    }
    let part = match (&target.part, part) {
        (Some(name), _) => Some(attribute.part(name).ok_or_else(|| {
            let says = format!("“{}” has no part “{}”.", attribute.name, shortened(name));
            Fault::of("invalidPath", says)
        })?),
        (None, part) => part,
    };
    let found = held(it, extension, attribute).cloned();
    let value = value.unwrap_or(&Json::Null);
    let after = match (attribute.many, attribute.sort) {
        (true, _) => {
            let found = match found {
                Some(Json::Array(them)) => them,
                _ => Vec::new(),
            };
            let them = of_many(found, deed, attribute, target.within.as_ref(), part, value)?;
            (!them.is_empty()).then_some(Json::Array(them))
        }
        _ if target.within.is_some() => {
            let says =
                format!("“{}” has one value, so none of them can be chosen.", attribute.name);
            return Err(Fault::of("invalidPath", says));
        }
        (false, Sort::Complex) => of_parts(found, deed, attribute, part, value)?,
        (false, _) if deed == Deed::Remove => None,
        (false, _) => coerced(attribute, value)?,
    };
    put(it, extension.map(|it| it.id), attribute.name, after);
    Ok(())
}

fn of_extension(
    it: &mut Resource,
    deed: Deed,
    more: &'static Schema,
    value: Option<&Json>,
) -> Result<(), Fault> {
    let Some(Json::Object(values)) = value.filter(|_| deed != Deed::Remove) else {
        it.remove(more.id);
        return Ok(());
    };
    for (key, value) in values {
        let Some(attribute) = super::schema::named(more.attributes, key) else { continue };
        let found = held(it, Some(more), attribute).cloned();
        let after = match attribute.sort {
            Sort::Complex => of_parts(found, deed, attribute, None, value)?,
            _ => coerced(attribute, value)?,
        };
        put(it, Some(more.id), attribute.name, after);
    }
    Ok(())
}

/// A complex attribute with one value.
fn of_parts(
    found: Option<Json>,
    deed: Deed,
    attribute: &'static Attribute,
    part: Option<&'static Attribute>,
    value: &Json,
) -> Result<Option<Json>, Fault> {
    let mut parts = match found {
        Some(Json::Object(it)) => it,
        _ => Map::new(),
    };
    match (deed, part) {
        (Deed::Remove, None) => return Ok(None),
        (Deed::Remove, Some(part)) => drop(parts.remove(part.name)),
        (_, Some(part)) => set(&mut parts, part, value)?,
        (_, None) => match coerced(attribute, value)? {
            None if deed == Deed::Replace => return Ok(None),
            None => (),
            Some(Json::Object(new)) => {
                // Another manager has another address; the old one would contradict it.
                if attribute.name == "manager" && new.contains_key("value") {
                    parts.clear();
                }
                parts.extend(new);
            }
            Some(_) => (),
        },
    }
    Ok((!parts.is_empty()).then_some(Json::Object(parts)))
}

fn set(parts: &mut Map<String, Json>, part: &'static Attribute, value: &Json) -> Result<(), Fault> {
    match coerced(part, value)? {
        Some(value) => drop(parts.insert(part.name.into(), value)),
        None => drop(parts.remove(part.name)),
    }
    Ok(())
}

fn of_many(
    found: Vec<Json>,
    deed: Deed,
    attribute: &'static Attribute,
    within: Option<&Filter>,
    part: Option<&'static Attribute>,
    value: &Json,
) -> Result<Vec<Json>, Fault> {
    let mut all = Vec::with_capacity(found.len());
    for it in found {
        let chosen = match within {
            None => true,
            Some(filter) => filter.fits_value(attribute, &it)?,
        };
        all.push((it, chosen));
    }
    let after = match (deed, part) {
        (Deed::Remove, _) => return removed(all, attribute, within.is_some(), part, value),
        (_, Some(part)) => parts_set(all, attribute, within, part, value)?,
        (_, None) => values_put(all, deed, attribute, within, value)?,
    };
    // The whole is held to the same limits as one that is sent at once.
    Ok(list_of(attribute, &Json::Array(after))?.unwrap_or_default())
}

/// The values of an attribute, as it has them; none if it says that there is none.
fn list_of(attribute: &'static Attribute, value: &Json) -> Result<Option<Vec<Json>>, Fault> {
    Ok(match coerced(attribute, value)? {
        Some(Json::Array(them)) => Some(them),
        _ => None,
    })
}

/// Values, each with whether it is meant.
type Meant = Vec<(Json, bool)>;

fn removed(
    mut all: Meant,
    attribute: &'static Attribute,
    is_filtered: bool,
    part: Option<&'static Attribute>,
    value: &Json,
) -> Result<Vec<Json>, Fault> {
    if let Some(part) = part {
        for (it, _) in all.iter_mut().filter(|it| it.1) {
            if let Json::Object(parts) = it {
                parts.remove(part.name);
            }
        }
        return Ok(not_empty(all));
    }
    if is_filtered || value.is_null() {
        return Ok(all.into_iter().filter(|it| !it.1).map(|it| it.0).collect());
    }
    // Beside the path: which of them. An empty list names none.
    let named = list_of(attribute, value)?.unwrap_or_default();
    let kept = all.into_iter().map(|it| it.0);
    Ok(kept.filter(|it| !named.iter().any(|named| same(it, named))).collect())
}

fn not_empty(all: Meant) -> Vec<Json> {
    let all = all.into_iter().map(|it| it.0);
    all.filter(|it| it.as_object().is_some_and(|it| !it.is_empty())).collect()
}

/// Of several values one is primary at most: the new one, so that the others are not any more.
fn give_way(all: &mut Meant, is_filtered: bool) {
    for (it, _) in all.iter_mut().filter(|it| !is_filtered || !it.1) {
        if is_primary(it) {
            it["primary"] = json!(false);
        }
    }
}

/// One part of the values that are meant; where none is yet, it is made.
fn parts_set(
    mut all: Meant,
    attribute: &'static Attribute,
    within: Option<&Filter>,
    part: &'static Attribute,
    value: &Json,
) -> Result<Vec<Json>, Fault> {
    if part.name == "primary" && coerced(part, value)? == Some(Json::Bool(true)) {
        give_way(&mut all, within.is_some());
    }
    if all.iter().any(|it| it.1) {
        for (it, _) in all.iter_mut().filter(|it| it.1) {
            if let Json::Object(parts) = it {
                set(parts, part, value)?;
            }
        }
        return Ok(not_empty(all));
    }
    let mut parts = match within {
        Some(filter) => asked_for(filter, attribute)?,
        None => Map::new(),
    };
    set(&mut parts, part, value)?;
    if parts.contains_key(part.name) {
        all.push((Json::Object(parts), true));
    }
    Ok(not_empty(all))
}

/// Whole values, in place of those that are meant or beside them.
fn values_put(
    mut all: Meant,
    deed: Deed,
    attribute: &'static Attribute,
    within: Option<&Filter>,
    value: &Json,
) -> Result<Vec<Json>, Fault> {
    let news = list_of(attribute, value)?.unwrap_or_default();
    if news.iter().any(is_primary) {
        give_way(&mut all, within.is_some());
    }
    let any = all.iter().any(|it| it.1);
    match within {
        None if deed == Deed::Replace => return Ok(news),
        None => {
            for new in news {
                match (all.iter_mut().find(|it| same(&it.0, &new)), new) {
                    // The same again, perhaps with more said of it.
                    (Some((Json::Object(it), _)), Json::Object(new)) => it.extend(new),
                    (_, new) => all.push((new, true)),
                }
            }
        }
        Some(_) if any => {
            let Some(Json::Object(new)) = news.into_iter().next() else {
                return Ok(all.into_iter().filter(|it| !it.1).map(|it| it.0).collect());
            };
            for (it, _) in all.iter_mut().filter(|it| it.1) {
                match it {
                    Json::Object(parts) if deed == Deed::Add => parts.extend(new.clone()),
                    it => *it = Json::Object(new.clone()),
                }
            }
        }
        Some(filter) if deed == Deed::Add => {
            for new in news {
                let mut parts = asked_for(filter, attribute)?;
                parts.extend(new.as_object().cloned().unwrap_or_default());
                all.push((Json::Object(parts), true));
            }
        }
        Some(_) => {
            let says = format!("No value of “{}” fits the filter of the path.", attribute.name);
            return Err(Fault::of("noTarget", says));
        }
    }
    Ok(all.into_iter().map(|it| it.0).collect())
}

/// The parts that a value has by the filter that chose it.
fn asked_for(filter: &Filter, attribute: &'static Attribute) -> Result<Map<String, Json>, Fault> {
    let mut parts = Map::new();
    for (name, value) in filter.equals() {
        if let Some(part) = attribute.part(name) {
            set(&mut parts, part, value)?;
        }
    }
    if parts.is_empty() {
        let says = format!("No value of “{}” fits the filter of the path.", attribute.name);
        return Err(Fault::of("noTarget", says));
    }
    Ok(parts)
}

fn is_primary(it: &Json) -> bool {
    it.get("primary") == Some(&Json::Bool(true))
}

/// Whether two values are the same one: by their `value` where they have it, and what they are for.
fn same(one: &Json, other: &Json) -> bool {
    match (one.get("value"), other.get("value")) {
        (Some(a), Some(b)) if a == b => {
            let (a, b) = (one.get("type"), other.get("type"));
            a == b || a.is_none() || b.is_none()
        }
        (Some(_), _) | (_, Some(_)) => false,
        _ => one == other,
    }
}
