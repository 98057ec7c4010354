//! Groups: kept beside people, and each membership with its person, so that it goes with them. A group
//! changes no structure; somebody may say which post or unit belongs to it.

use std::{collections::BTreeSet, sync::Arc};

use exchange::{
    directory::{Group, Listing, Register},
    scim::{Fault, GROUP, Query, Resource, Type, patch::patched, shape},
};
use kernel::id::PersonId;
use serde_json::{Value as Json, json};

use super::{
    Answer, Asked, Desk,
    desk::{Told, numbered},
    not_found, not_that_way, whole,
};

const MEMBERS: &str = "members";

pub(super) async fn answer(desk: &Desk<'_>, asked: &Asked, rest: &[&str]) -> Result<Answer, Fault> {
    match (asked.method.as_str(), rest) {
        ("GET", []) => desk.list(Some(&GROUP), &asked.query()?),
        ("POST", [".search"]) => desk.list(Some(&GROUP), &asked.search()?),
        ("POST", []) => {
            let query = asked.query()?;
            let resource = shape::resource(&GROUP, asked.body()?)?;
            let register = desk.register();
            let id = desk.fresh_id();
            let now = desk.now();
            let group = Group {
                id: id.clone(),
                created: now,
                modified: now,
                resource: Resource::new(),
                groups: Vec::new(),
            };
            keep(desk, &register, group, resource).await?;
            Ok(Answer::shown(201, &GROUP, &find(desk, &id)?.1, &query))
        }
        ("GET", [id]) => {
            let it = find(desk, id)?.1;
            if asked.has_it(&it) {
                return Ok(Answer {
                    status: 304,
                    ..Answer::shown(304, &GROUP, &it, &Query::default())
                });
            }
            Ok(Answer::shown(200, &GROUP, &it, &asked.query()?))
        }
        ("PUT", [id]) => {
            let body = asked.body()?;
            change(desk, asked, id, |_| shape::resource(&GROUP, body)).await
        }
        ("PATCH", [id]) => {
            let body = asked.body()?;
            change(desk, asked, id, |before| patched(&GROUP, before, body)).await
        }
        ("DELETE", [id]) => {
            let (register, it) = find(desk, id)?;
            asked.precondition(&it)?;
            let told = members(&register, id).map(|(person, listing)| Told {
                person: Some(person),
                listing: Some(without(listing, id)),
            });
            let mut rows = vec![Desk::group_row(id, None)];
            for group in register.groups.values().filter(|it| it.groups.iter().any(|it| it == id)) {
                let mut group = group.clone();
                group.groups.retain(|it| it != id);
                rows.push(Desk::group_row(&group.id, Some(&group)));
            }
            desk.tell(told.collect(), rows).await?;
            Ok(Answer { status: 204, ..Answer::default() })
        }
        (_, [] | [_]) => Err(not_that_way()),
        _ => Err(Fault::new(404, "There is nothing at this address.")),
    }
}

pub(super) fn all(desk: &Desk<'_>, register: &Register) -> Vec<(&'static Type, Resource)> {
    let mut all: Vec<&Group> = register.groups.values().collect();
    all.sort_by_key(|it| (it.created, &it.id));
    all.into_iter().map(|it| (&GROUP, drawn(desk, register, it))).collect()
}

fn members<'a>(
    register: &'a Register,
    id: &'a str,
) -> impl Iterator<Item = (PersonId, &'a Arc<Listing>)> {
    let all = register.listings.iter().map(|it| (*it.0, it.1));
    all.filter(move |it| it.1.groups.iter().any(|it| it == id))
}

fn without(listing: &Listing, id: &str) -> Listing {
    let mut it = listing.clone();
    it.groups.retain(|it| it != id);
    it
}

/// A group with its members, as the standard has it.
fn with_members(desk: &Desk<'_>, register: &Register, it: &Group) -> Resource {
    let mut resource = it.resource.clone();
    let member = |id: &str, of: &str| json!({ "value": id, "$ref": format!("{}/{of}s/{id}", desk.base), "type": of });
    let mut people: Vec<_> = members(register, &it.id).collect();
    people.sort_by_key(|it| numbered(it.0));
    let people = people.into_iter().map(|it| member(&it.1.id, "User"));
    let groups = it.groups.iter().filter(|it| register.groups.contains_key(*it));
    let all: Vec<Json> = people.chain(groups.map(|it| member(it, "Group"))).collect();
    if !all.is_empty() {
        resource.insert(MEMBERS.into(), Json::Array(all));
    }
    resource
}

fn drawn(desk: &Desk<'_>, register: &Register, it: &Group) -> Resource {
    let resource = with_members(desk, register, it);
    whole(&GROUP, &desk.base, (&it.id, it.created, it.modified), resource)
}

fn find(desk: &Desk<'_>, id: &str) -> Result<(Register, Resource), Fault> {
    let register = desk.register();
    let group = register.groups.get(id).ok_or_else(|| not_found(&GROUP, id))?;
    let it = drawn(desk, &register, group);
    Ok((register, it))
}

async fn change(
    desk: &Desk<'_>,
    asked: &Asked,
    id: &str,
    after: impl FnOnce(&Resource) -> Result<Resource, Fault>,
) -> Result<Answer, Fault> {
    let query = asked.query()?;
    let (register, seen) = find(desk, id)?;
    asked.precondition(&seen)?;
    let group = &register.groups[id];
    let before = with_members(desk, &register, group);
    let resource = after(&before)?;
    if resource != before {
        let group = Group { modified: desk.now(), ..group.clone() };
        keep(desk, &register, group, resource).await?;
    }
    Ok(Answer::shown(200, &GROUP, &find(desk, id)?.1, &query))
}

/// Keeps a group with its members as they are from now on.
async fn keep(
    desk: &Desk<'_>,
    register: &Register,
    mut group: Group,
    mut resource: Resource,
) -> Result<(), Fault> {
    let members_now = match resource.remove(MEMBERS) {
        Some(Json::Array(them)) => them,
        _ => Vec::new(),
    };
    let (mut people, mut groups) = (BTreeSet::new(), Vec::new());
    for it in &members_now {
        let id = it.get("value").and_then(Json::as_str).unwrap_or_default();
        match register.person(id) {
            Some(person) => drop(people.insert(person)),
            None if id == group.id => {
                return Err(Fault::of("invalidValue", "A group is no member of itself."));
            }
            None if register.groups.contains_key(id) => {
                if !groups.iter().any(|it| it == id) {
                    groups.push(id.to_owned());
                }
            }
            None => {
                let says = format!("There is no user and no group “{id}” to be a member.");
                return Err(Fault::of("invalidValue", says));
            }
        }
    }
    group.groups = groups;
    group.resource = resource;
    let mut told = Vec::new();
    for (person, listing) in members(register, &group.id).filter(|it| !people.contains(&it.0)) {
        told.push(Told { person: Some(person), listing: Some(without(listing, &group.id)) });
    }
    for person in people {
        let listing = &register.listings[&person];
        if !listing.groups.contains(&group.id) {
            let mut listing = (**listing).clone();
            listing.groups.push(group.id.clone());
            told.push(Told { person: Some(person), listing: Some(listing) });
        }
    }
    let rows = vec![Desk::group_row(&group.id, Some(&group))];
    desk.tell(told, rows).await.map(drop)
}
