//! SCIM: every body of the standard's own texts and of identity providers, read, changed and asked.

use std::path::Path;

use exchange::scim::{
    self, ERROR, Fault, Filter, GROUP, LIST, PATCH, Resource, Type, USER, patch::patched,
    schema::SCHEMAS, shape,
};
use serde_json::{Value as Json, json};

use crate::place::{bytes, corpus, files};

fn read(path: &Path) -> Json {
    serde_json::from_slice(&bytes(path)).unwrap()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn type_of(body: &Json) -> Option<&'static Type> {
    let schemas = body["schemas"].as_array()?;
    [&USER, &GROUP].into_iter().find(|of| schemas.iter().any(|it| it == of.core.id))
}

/// Every value that was sent and that a schema knows is there again.
#[track_caller]
fn holds(kept: &Resource, sent: &Json, path: &Path) {
    for (key, value) in sent.as_object().unwrap() {
        let left_out = ["schemas", "id", "meta", "groups", "password"].contains(&&**key);
        let text = |it: &Json| {
            let mut it = it.clone();
            // Who a member or a manager is called is asked for with them.
            let members = it.as_array_mut().filter(|_| key == "members");
            for member in members.into_iter().flatten() {
                member.as_object_mut().map(|it| it.remove("display"));
            }
            if let Some(manager) = it.get_mut("manager").and_then(Json::as_object_mut) {
                manager.remove("displayName");
            }
            it.to_string().replace("\"True\"", "true")
        };
        match kept.get(key) {
            Some(it) => assert_eq!(text(it), text(value), "{key} of {}", path.display()),
            None => {
                assert!(left_out || value == &json!([]), "{key} of {} was lost", path.display())
            }
        }
    }
}

#[test]
fn every_resource_is_read_and_nothing_that_a_schema_knows_is_lost() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("protocol-vectors/scim");
    let mut read_whole = Vec::new();
    for path in files(&folder, ".json") {
        let body = read(&path);
        let listed = match body["schemas"] == json!([LIST]) {
            true => body["Resources"].as_array().unwrap().clone(),
            false => vec![body],
        };
        for body in listed {
            let Some(of) = type_of(&body) else { continue };
            let kept = match shape::resource(of, &body) {
                Ok(it) => it,
                // Answers show a part of what there is.
                Err(Fault { word: Some("invalidValue"), says, .. }) if says.contains("needs") => {
                    continue;
                }
                Err(fault) => panic!("{}: {fault:?}", path.display()),
            };
            holds(&kept, &body, &path);
            read_whole.push(name(&path));
            // It can be asked for.
            if let Some(it) = kept.get("userName").and_then(Json::as_str) {
                let filter = Filter::parse(&format!(
                    "userName eq {} and not (title eq 7)",
                    json!(it.to_uppercase())
                ));
                assert!(filter.unwrap().fits(of, &kept).unwrap(), "{}", path.display());
            }
        }
    }
    read_whole.dedup();
    println!("{read_whole:?}");
    for wanted in [
        "entra_user_creation_test.json",
        "github_enterprise_user_list_test.json",
        "figure-01.json",
        "figure-02.json",
        "s3.3_user_create_response.json",
        "s3.5.1_user_put_request.json",
        "s3.5.1_user_put_response.json",
    ] {
        assert!(read_whole.iter().any(|it| it == wanted), "{wanted} was not read");
    }
}

fn person() -> Resource {
    let body = json!({
        "userName": "bjensen",
        "emails": [
            { "value": "b@example.com", "type": "work" },
            { "value": "b@example.org", "type": "home" }
        ],
        "addresses": [{ "type": "work", "locality": "Ashby", "region": "X" }, { "type": "home", "locality": "Home" }]
    });
    shape::resource(&USER, &body).unwrap()
}

fn group() -> Resource {
    let members = ["2819c223-7f76-...413861904646", "another"].map(|it| json!({ "value": it }));
    shape::resource(&GROUP, &json!({ "displayName": "Tour guides", "members": members })).unwrap()
}

#[test]
fn every_change_of_the_standard_does_what_its_text_says() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("protocol-vectors/scim/rfc7644");
    let mut done = 0;
    for path in files(&folder, ".json") {
        let body = read(&path);
        if body["schemas"] != json!([PATCH]) {
            continue;
        }
        done += 1;
        let name = name(&path);
        let (of, before) = match name.contains("member") {
            true => (&GROUP, group()),
            false => (&USER, person()),
        };
        let after = patched(of, &before, &body).unwrap_or_else(|it| panic!("{name}: {it:?}"));
        let count = |key: &str| after.get(key).and_then(Json::as_array).map_or(0, Vec::len);
        match &*name {
            "s3.5.2.1_add_member.json" => assert_eq!(count("members"), 3),
            "s3.5.2.1_add_user_attributes.json" => {
                assert_eq!(count("emails"), 3);
                assert_eq!(after["nickName"], "Babs");
            }
            "s3.5.2.2_remove_complex_attribute.json" => {
                assert_eq!(after["emails"], json!([{ "value": "b@example.org", "type": "home" }]));
            }
            "s3.5.2.2_remove_member_by_filter.json" => {
                assert_eq!(after["members"], json!([{ "value": "another" }]));
            }
            "s3.5.2.2_replace_all_members.json" | "s3.5.2.3_replace_members_single_op.json" => {
                let values: Vec<_> = after["members"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it["value"].as_str().unwrap())
                    .collect();
                assert_eq!(values.len(), 2);
                assert!(
                    values[0].starts_with("2819c223") && values[1].starts_with("08e1d05d"),
                    "{values:?}"
                );
            }
            "s3.5.2.3_replace_multiple_attributes.json" => {
                assert_eq!(count("emails"), 2);
                assert_eq!(
                    after["emails"][0],
                    json!({ "value": "bjensen@example.com", "type": "work", "primary": true })
                );
            }
            "s3.5.2.3_replace_work_address.json" => {
                assert_eq!(after["addresses"][0]["locality"], "Hollywood");
                assert_eq!(after["addresses"][1], json!({ "type": "home", "locality": "Home" }));
            }
            other => panic!("nothing is known of {other}"),
        }
    }
    assert_eq!(done, 8);
}

#[test]
fn a_fault_has_the_form_of_the_standard() {
    let Some(corpus) = corpus() else { return };
    let theirs = read(&corpus.join("protocol-vectors/scim/rfc7644/s3.6_error_response.json"));
    let ours = Fault::new(404, theirs["detail"].as_str().unwrap()).json();
    assert_eq!(ours["schemas"], json!([ERROR]));
    assert_eq!(
        (&ours["schemas"], &ours["detail"], &ours["status"]),
        (&theirs["schemas"], &theirs["detail"], &theirs["status"])
    );
}

/// The schemas that are told are those of the standard, but for what is said to be otherwise.
#[test]
fn schemas_are_those_of_the_standard() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("protocol-vectors/scim/schemas");
    let left_out = ["User.password", "EnterpriseUser.manager.displayName"];
    for file in ["user.json", "group.json", "enterprise_user.json"] {
        let theirs = read(&folder.join(file));
        let ours = SCHEMAS.iter().find(|it| it.id == theirs["id"]).expect("it is known").json();
        compare(
            &theirs,
            &ours,
            theirs["id"].as_str().unwrap().contains("enterprise"),
            "",
            &left_out,
        );
    }
    assert_eq!(scim::ENTERPRISE.attributes.len(), 6);
}

fn compare(theirs: &Json, ours: &Json, is_enterprise: bool, at: &str, left_out: &[&str]) {
    let list = if at.is_empty() { "attributes" } else { "subAttributes" };
    for their in theirs[list].as_array().into_iter().flatten() {
        let path = match at {
            "" if is_enterprise => format!("EnterpriseUser.{}", their["name"].as_str().unwrap()),
            "" => {
                format!("{}.{}", theirs["name"].as_str().unwrap(), their["name"].as_str().unwrap())
            }
            at => format!("{at}.{}", their["name"].as_str().unwrap()),
        };
        if left_out.contains(&&*path) {
            continue;
        }
        let our =
            ours[list].as_array().into_iter().flatten().find(|it| it["name"] == their["name"]);
        let our = our.unwrap_or_else(|| panic!("{path} is missing"));
        for key in ["type", "multiValued", "mutability"] {
            let otherwise = path == "User.groups.$ref" && key == "referenceTypes";
            assert!(
                otherwise || our[key] == their[key],
                "{key} of {path}: {} for {}",
                our[key],
                their[key]
            );
        }
        compare(their, our, is_enterprise, &path, left_out);
    }
}
