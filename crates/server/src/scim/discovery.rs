//! What is offered here (RFC 7644 §4).

use exchange::scim::{
    Fault,
    query::{PAGE_MAX, list},
    schema::{SCHEMAS, TYPES},
};
use serde_json::{Value as Json, json};

use super::{Answer, Asked, BODY_BYTES_MAX, bulk, not_that_way};

pub(super) fn answer(base: &str, asked: &Asked) -> Result<Answer, Fault> {
    if asked.method != axum::http::Method::GET {
        return Err(not_that_way());
    }
    if asked.pairs.iter().any(|it| it.0.eq_ignore_ascii_case("filter")) {
        return Err(Fault::new(403, "What is offered is shown whole and not by filter."));
    }
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let resource = |mut it: Json, of: &str, path: &str| {
        let location = format!("{base}/{path}");
        it["meta"] = json!({ "resourceType": of, "location": location });
        it
    };
    let types = || {
        TYPES.iter().map(|it| {
            (it.name, resource(it.json(), "ResourceType", &format!("ResourceTypes/{}", it.name)))
        })
    };
    let schemas = || {
        SCHEMAS
            .iter()
            .map(|it| (it.id, resource(it.json(), "Schema", &format!("Schemas/{}", it.id))))
    };
    let missing = |what: &str, id: &str| Fault::new(404, format!("There is no {what} {id}."));
    match path[..] {
        ["ServiceProviderConfig"] => {
            Ok(Answer::of(resource(config(), "ServiceProviderConfig", "ServiceProviderConfig")))
        }
        ["ResourceTypes"] => Ok(Answer::of(listed(types().map(|it| it.1).collect()))),
        ["Schemas"] => Ok(Answer::of(listed(schemas().map(|it| it.1).collect()))),
        ["ResourceTypes", id] => types()
            .find(|it| it.0 == id)
            .map(|it| Answer::of(it.1))
            .ok_or_else(|| missing("type", id)),
        ["Schemas", id] => {
            let mut all = schemas();
            all.find(|it| it.0.eq_ignore_ascii_case(id))
                .map(|it| Answer::of(it.1))
                .ok_or_else(|| missing("schema", id))
        }
        _ => Err(Fault::new(404, "There is nothing at this address.")),
    }
}

fn listed(all: Vec<Json>) -> Json {
    list(all.len(), 1, all)
}

fn config() -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": {
            "supported": true,
            "maxOperations": bulk::OPERATIONS_MAX,
            "maxPayloadSize": BODY_BYTES_MAX,
        },
        "filter": { "supported": true, "maxResults": PAGE_MAX },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of a program, in the header Authorization.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
    })
}
