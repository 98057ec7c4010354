//! Users: people as the directory has them.

use exchange::{
    directory::{Index, Listing, Register, steps},
    scim::{ENTERPRISE, Fault, Query, Resource, Type, USER, patch::patched, shape},
};
use kernel::id::PersonId;
use serde_json::{Value as Json, json};

use super::{Answer, Asked, Desk, desk::Told, not_found, not_that_way, whole};

pub(super) async fn answer(desk: &Desk<'_>, asked: &Asked, rest: &[&str]) -> Result<Answer, Fault> {
    match (asked.method.as_str(), rest) {
        ("GET", []) => desk.list(Some(&USER), &asked.query()?),
        ("POST", [".search"]) => desk.list(Some(&USER), &asked.search()?),
        ("POST", []) => create(desk, asked).await,
        ("GET", [id]) => {
            let (_, it) = find(desk, id)?;
            if asked.has_it(&it) {
                return Ok(Answer {
                    status: 304,
                    ..Answer::shown(304, &USER, &it, &Query::default())
                });
            }
            Ok(Answer::shown(200, &USER, &it, &asked.query()?))
        }
        ("PUT", [id]) => {
            let body = asked.body()?;
            change(desk, asked, id, |before| {
                let mut after = shape::resource(&USER, body)?;
                // To say nothing of it is not to bring somebody back.
                if let (None, Some(it)) = (after.get("active"), before.get("active")) {
                    after.insert("active".into(), it.clone());
                }
                Ok(after)
            })
            .await
        }
        ("PATCH", [id]) => {
            let body = asked.body()?;
            change(desk, asked, id, |before| patched(&USER, before, body)).await
        }
        ("DELETE", [id]) => delete(desk, asked, id).await,
        (_, [] | [_]) => Err(not_that_way()),
        _ => Err(Fault::new(404, "There is nothing at this address.")),
    }
}

/// Everybody who can fit a question, as the standard shows them.
pub(super) fn all(
    desk: &Desk<'_>,
    register: &Register,
    query: &Query,
) -> Vec<(&'static Type, Resource)> {
    // Directories ask for one person before each change: the rest need not be drawn.
    let wanted = |attribute: &str| query.filter.as_ref().and_then(|it| it.must_equal(attribute));
    let (name, number) = (wanted("userName").map(str::to_lowercase), wanted("externalId"));
    let id = wanted("id");
    let may_fit = |it: &Listing| {
        name.as_ref().is_none_or(|name| it.user_name().to_lowercase() == *name)
            && number.is_none_or(|number| {
                it.resource.get("externalId").and_then(Json::as_str) == Some(number)
            })
            && id.is_none_or(|id| it.id == id)
    };
    let all = register.listings.values().filter(|it| may_fit(it));
    all.map(|it| (&USER, drawn(desk, register, it))).collect()
}

fn drawn(desk: &Desk<'_>, register: &Register, it: &Listing) -> Resource {
    let mut resource = it.resource.clone();
    let groups: Vec<Json> = it
        .groups
        .iter()
        .filter_map(|id| register.groups.get(id))
        .map(|group| {
            json!({
                "value": group.id,
                "$ref": format!("{}/Groups/{}", desk.base, group.id),
                "display": group.name(),
                "type": "direct",
            })
        })
        .collect();
    if !groups.is_empty() {
        resource.insert("groups".into(), Json::Array(groups));
    }
    let manager = resource.get_mut(ENTERPRISE.id).and_then(|it| it.get_mut("manager"));
    if let Some(Json::Object(manager)) = manager
        && let Some(id) = manager.get("value").and_then(Json::as_str)
    {
        let link = json!(format!("{}/Users/{id}", desk.base));
        manager.insert("$ref".into(), link);
    }
    whole(&USER, &desk.base, (&it.id, it.created, it.modified), resource)
}

fn find(desk: &Desk<'_>, id: &str) -> Result<(PersonId, Resource), Fault> {
    let register = desk.register();
    let person = register.person(id).ok_or_else(|| not_found(&USER, id))?;
    Ok((person, drawn(desk, &register, &register.listings[&person])))
}

fn free(register: &Register, name: &str, person: Option<PersonId>) -> Result<(), Fault> {
    let name = name.to_lowercase();
    let taken = register
        .listings
        .iter()
        .any(|it| Some(*it.0) != person && it.1.user_name().to_lowercase() == name);
    match taken {
        false => Ok(()),
        true => Err(Fault::of("uniqueness", "Another user has this userName.")),
    }
}

async fn create(desk: &Desk<'_>, asked: &Asked) -> Result<Answer, Fault> {
    let query = asked.query()?;
    let resource = shape::resource(&USER, asked.body()?)?;
    let id = add(desk, resource).await?;
    Ok(Answer::shown(201, &USER, &find(desk, &id)?.1, &query))
}

/// Takes somebody in whom the directory has not named before; the id that they have from now on.
pub(crate) async fn add(desk: &Desk<'_>, mut resource: Resource) -> Result<String, Fault> {
    resource.entry("active").or_insert(json!(true));
    let register = desk.register();
    let mut listing = Listing::new(desk.fresh_id(), desk.now(), resource);
    free(&register, listing.user_name(), None)?;
    let person = desk.by_account(&register, &listing).await?;
    if let Some(person) = person {
        // They sign in by this address: there is no doubt who is meant.
        listing.distinct = true;
        if !listing.is_active() {
            desk.not_oneself(person)?;
            listing.shut = desk.has_open_account(person).await?;
        }
    }
    let (id, shut) = (listing.id.clone(), listing.shut.then_some(person).flatten());
    desk.tell(vec![Told { person, listing: Some(listing) }], Vec::new()).await?;
    if let Some(person) = shut {
        desk.shut(person, true).await?;
    }
    Ok(id)
}

async fn change(
    desk: &Desk<'_>,
    asked: &Asked,
    id: &str,
    after: impl FnOnce(&Resource) -> Result<Resource, Fault>,
) -> Result<Answer, Fault> {
    let query = asked.query()?;
    let (person, seen) = find(desk, id)?;
    asked.precondition(&seen)?;
    let register = desk.register();
    let before = &register.listings[&person];
    let resource = after(&before.resource)?;
    if resource != before.resource {
        put(desk, &register, person, resource).await?;
    } else if !before.is_active() && desk.has_open_account(person).await? {
        // What was broken off before is done now.
        desk.shut(person, true).await?;
    }
    Ok(Answer::shown(200, &USER, &find(desk, id)?.1, &query))
}

/// Takes in that the directory says something else of somebody.
pub(crate) async fn put(
    desk: &Desk<'_>,
    register: &Register,
    person: PersonId,
    resource: Resource,
) -> Result<(), Fault> {
    let before = &register.listings[&person];
    let published = desk.published();
    let (records, today) = (published.state.records(), desk.today());
    let index = Index::new(records, today, register, published.directory.people());
    let when = (desk.now(), today);
    let mut listing = steps::revised(records, &index, register, (person, before), resource, when);
    free(register, listing.user_name(), Some(person))?;
    let (goes, comes) = match (before.is_active(), listing.is_active()) {
        (_, false) => (desk.has_open_account(person).await?, false),
        (_, true) => (false, before.shut),
    };
    if !listing.is_active() {
        desk.not_oneself(person)?;
    }
    listing.shut = (before.shut || goes) && !listing.is_active();
    desk.tell(vec![Told { person: Some(person), listing: Some(listing) }], Vec::new()).await?;
    match (goes, comes) {
        (true, _) => desk.shut(person, true).await,
        (_, true) => desk.shut(person, false).await,
        _ => Ok(()),
    }
}

async fn delete(desk: &Desk<'_>, asked: &Asked, id: &str) -> Result<Answer, Fault> {
    let (person, seen) = find(desk, id)?;
    asked.precondition(&seen)?;
    desk.not_oneself(person)?;
    let goes = desk.has_open_account(person).await?;
    desk.tell(vec![Told { person: Some(person), listing: None }], Vec::new()).await?;
    if goes {
        desk.shut(person, true).await?;
    }
    Ok(Answer { status: 204, ..Answer::default() })
}
