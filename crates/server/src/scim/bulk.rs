//! Several requests in one (RFC 7644 §3.7), each whole by itself. One may name what another makes, by
//! its `bulkId`, also before that comes; where they name each other in a circle it is refused.

use std::collections::HashMap;

use axum::http::Method;
use exchange::scim::{BULK, BULK_ANSWER, Fault};
use serde_json::{Value as Json, json};

use super::{Answer, Asked, Desk};

/// Requests of one bulk.
pub(super) const OPERATIONS_MAX: usize = 1000;
const MARK: &str = "bulkId:";

pub(super) async fn answer(desk: &Desk<'_>, asked: &Asked) -> Result<Answer, Fault> {
    let odd = |says: &str| Fault::of("invalidSyntax", says);
    let body = asked.body()?;
    let named = body["schemas"].as_array().is_some_and(|it| it.iter().any(|it| it == BULK));
    if !named {
        return Err(odd(
            "“schemas” of a bulk names urn:ietf:params:scim:api:messages:2.0:BulkRequest.",
        ));
    }
    let operations = body["Operations"].as_array().ok_or_else(|| odd("“Operations” is a list."))?;
    if operations.len() > OPERATIONS_MAX {
        let says = format!("A bulk has at most {OPERATIONS_MAX} operations. Send several.");
        return Err(Fault { status: 413, ..Fault::of("tooMany", says) });
    }
    let errors_max = body["failOnErrors"].as_u64().filter(|it| *it > 0).unwrap_or(u64::MAX);
    let mut answers: Vec<Option<Json>> = vec![None; operations.len()];
    let (mut made, mut errors) = (HashMap::new(), 0);
    // What waits for another is looked at again after it, until nothing moves any more.
    'all: loop {
        let mut moved = false;
        for (at, operation) in operations.iter().enumerate() {
            if answers[at].is_some() || waits_for(operation, &made, operations).is_some() {
                continue;
            }
            moved = true;
            let (answer, id) = one(desk, operation, &made).await;
            if let (Some(bulk), Some(id)) = (operation["bulkId"].as_str(), id) {
                made.insert(bulk.to_owned(), id);
            }
            let failed = answer["response"].is_object();
            answers[at] = Some(answer);
            if failed {
                errors += 1;
                if errors >= errors_max {
                    break 'all;
                }
            }
        }
        if !moved {
            break;
        }
    }
    if errors < errors_max {
        for (at, answer) in answers.iter_mut().enumerate().filter(|it| it.1.is_none()) {
            let operation = &operations[at];
            let of = waits_for(operation, &made, operations).unwrap_or_default();
            let says = format!("It names “{MARK}{of}”, which was not made, or names this in turn.");
            *answer = Some(told(operation, Err(&Fault::new(409, says))));
        }
    }
    let answers: Vec<Json> = answers.into_iter().flatten().collect();
    Ok(Answer::of(json!({ "schemas": [BULK_ANSWER], "Operations": answers })))
}

/// A bulk id that an operation names and that is still to be made, or never will be.
fn waits_for(operation: &Json, made: &HashMap<String, String>, all: &[Json]) -> Option<String> {
    let mut found = Vec::new();
    names(&operation["data"], &mut found);
    if let Some(path) = operation["path"].as_str() {
        found.extend(path.split('/').filter_map(|it| it.strip_prefix(MARK)).map(ToOwned::to_owned));
    }
    let known = |it: &str| all.iter().any(|other| other["bulkId"] == it);
    found.into_iter().find(|it| !made.contains_key(it) && known(it))
}

fn names(it: &Json, found: &mut Vec<String>) {
    match it {
        Json::String(text) => found.extend(text.strip_prefix(MARK).map(ToOwned::to_owned)),
        Json::Array(them) => them.iter().for_each(|it| names(it, found)),
        Json::Object(them) => them.values().for_each(|it| names(it, found)),
        _ => (),
    }
}

fn put_in(it: &mut Json, made: &HashMap<String, String>) {
    match it {
        Json::String(text) => {
            if let Some(id) = text.strip_prefix(MARK).and_then(|it| made.get(it)) {
                *text = id.clone();
            }
        }
        Json::Array(them) => them.iter_mut().for_each(|it| put_in(it, made)),
        Json::Object(them) => them.values_mut().for_each(|it| put_in(it, made)),
        _ => (),
    }
}

async fn one(
    desk: &Desk<'_>,
    operation: &Json,
    made: &HashMap<String, String>,
) -> (Json, Option<String>) {
    let answer = match asked(operation, made) {
        // A bulk in a bulk is none.
        Ok(it) => match it.path.first().map(String::as_str) {
            Some("Users") => {
                let rest: Vec<&str> = it.path[1..].iter().map(String::as_str).collect();
                super::users::answer(desk, &it, &rest).await
            }
            Some("Groups") => {
                let rest: Vec<&str> = it.path[1..].iter().map(String::as_str).collect();
                super::groups::answer(desk, &it, &rest).await
            }
            _ => Err(Fault::of("invalidPath", "A bulk writes /Users and /Groups.")),
        },
        Err(fault) => Err(fault),
    };
    let id = answer
        .as_ref()
        .ok()
        .and_then(|it| it.body.as_ref().and_then(|it| it["id"].as_str()).map(ToOwned::to_owned));
    (told(operation, answer.as_ref()), id)
}

fn asked(operation: &Json, made: &HashMap<String, String>) -> Result<Asked, Fault> {
    let method = operation["method"].as_str().unwrap_or_default().to_ascii_uppercase();
    let method = match method.as_str() {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => return Err(Fault::of("invalidSyntax", "“method” is POST, PUT, PATCH or DELETE.")),
    };
    if method == Method::POST && operation["bulkId"].as_str().is_none_or(str::is_empty) {
        return Err(Fault::of("invalidSyntax", "A POST in a bulk has a “bulkId”."));
    }
    let path = operation["path"].as_str().unwrap_or_default();
    let path = path.strip_prefix(super::BASE).unwrap_or(path);
    let part = |it: &str| {
        let of = it.strip_prefix(MARK).and_then(|it| made.get(it));
        of.cloned().unwrap_or_else(|| super::plain(it))
    };
    let mut body = operation.get("data").cloned();
    if let Some(it) = &mut body {
        put_in(it, made);
    }
    Ok(Asked {
        method,
        path: path.split('/').filter(|it| !it.is_empty()).map(part).collect(),
        pairs: Vec::new(),
        body,
        matches: operation["version"].as_str().map(ToOwned::to_owned),
        matches_none: None,
    })
}

fn told(operation: &Json, answer: Result<&Answer, &Fault>) -> Json {
    let mut it = json!({ "method": operation["method"] });
    if let Some(id) = operation["bulkId"].as_str() {
        it["bulkId"] = json!(id);
    }
    match answer {
        Ok(answer) => {
            it["status"] = json!(answer.status.to_string());
            if let Some(location) = &answer.location {
                it["location"] = json!(location);
            }
            if let Some(version) = &answer.version {
                it["version"] = json!(version);
            }
        }
        Err(fault) => {
            it["status"] = json!(fault.status.to_string());
            it["response"] = fault.json();
        }
    }
    it
}
