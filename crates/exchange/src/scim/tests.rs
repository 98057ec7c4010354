//! Stories of filters, changes and lists, as the standard and identity providers have them.

use serde_json::json;

use super::{filter::Target, patch::patched, shape, *};

fn user(body: Json) -> Resource {
    shape::resource(&USER, &body).unwrap()
}

fn ada() -> Resource {
    user(json!({
        "userName": "Ada@Ashby.example",
        "name": { "givenName": "Ada", "familyName": "Obi" },
        "active": true,
        "emails": [
            { "value": "ada@ashby.example", "type": "work", "primary": true },
            { "value": "ada@home.example", "type": "home" }
        ],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "0701", "department": "Housing", "manager": { "value": "m-1" }
        }
    }))
}

fn fits(filter: &str) -> bool {
    let mut it = ada();
    it.insert("id".into(), json!("Id-1"));
    it.insert("meta".into(), json!({ "lastModified": "2026-03-14T09:00:00Z" }));
    Filter::parse(filter).unwrap().fits(&USER, &it).unwrap()
}

#[test]
fn filters_say_of_a_person_what_the_standard_says() {
    for (filter, expected) in [
        (r#"userName eq "ada@ashby.example""#, true),
        (r#"USERNAME Eq "ADA@ashby.example""#, true),
        (r#"userName ne "ada@ashby.example""#, false),
        (r#"id eq "id-1""#, false),
        (r#"id eq "Id-1""#, true),
        (r#"name.familyName co "B""#, true),
        (r#"name.familyName sw "b""#, false),
        (r#"name.familyName ew "i""#, true),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq "ada""#, true),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "housing""#,
            true,
        ),
        (r#"department eq "housing""#, true),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", true),
        (r#"manager eq "m-1""#, true),
        (r#"manager.value eq "M-1""#, false),
        ("title pr", false),
        ("not (title pr)", true),
        ("title eq null", true),
        ("title ne null", false),
        (r#"title ne "x""#, true),
        ("active eq true", true),
        (r#"active eq "True""#, true),
        ("active eq false", false),
        (r#"emails eq "ada@home.example""#, true),
        (r#"emails co "@home""#, true),
        (r#"emails.type eq "other""#, false),
        (r#"emails[type eq "work" and value co "home"]"#, false),
        (r#"emails[type eq "home" and value co "home"]"#, true),
        (r#"emails[type eq "work"].value eq "ada@ashby.example""#, true),
        (r#"emails[type eq "home"].value eq "ada@ashby.example""#, false),
        (r#"emails[type eq "work"].value pr"#, true),
        (r#"emails[not (type eq "work")]"#, true),
        (r#"meta.lastModified gt "2026-03-14T08:59:59Z""#, true),
        (r#"meta.lastModified ge "2026-03-14T10:00:00+01:00""#, true),
        (r#"meta.lastModified lt "2026-03-14T09:00:00.000Z""#, false),
        (r#"userName gt "a" and userName lt "b""#, true),
        // And binds more than or; brackets more than both.
        (r#"title pr and active eq true or userName pr"#, true),
        (r#"title pr and (active eq true or userName pr)"#, false),
        (r#"nonsense eq "x""#, false),
        (r#"userName eq 7"#, false),
        (r#"userName eq "\u0041da@ashby.example""#, true),
    ] {
        assert_eq!(fits(filter), expected, "{filter}");
    }
}

#[test]
fn a_filter_that_cannot_be_read_is_told_so() {
    let deep = format!("{}userName pr{}", "(".repeat(2000), ")".repeat(2000));
    let nots = format!("{}(userName pr){}", "not (".repeat(50), ")".repeat(50));
    let long = vec!["userName pr"; FILTER_TERMS_MAX + 1].join(" or ");
    let huge = format!(r#"userName eq "{}""#, "a".repeat(FILTER_BYTES_MAX));
    for filter in [
        "",
        " ",
        "userName",
        "userName eq",
        "userName is \"x\"",
        "userName eq x",
        "(userName pr",
        "userName pr)",
        "userName pr and",
        "and",
        "\"x\" eq \"y\"",
        "userName eq \"x",
        "emails[type pr",
        "emails[emails[type pr]]",
        "1userName pr",
        "userName eq [1]",
        "not userName pr",
        "userName pr userName pr",
        &*deep,
        &*nots,
        &*long,
        &*huge,
    ] {
        let fault = Filter::parse(filter).expect_err(filter);
        assert_eq!((fault.status, fault.word), (400, Some("invalidFilter")), "{filter}");
    }
    let says = Filter::parse("userName is \"x\"").unwrap_err().says;
    assert_eq!(says, "“is” is no comparison; those are eq, ne, co, sw, ew, pr, gt, ge, lt and le.");
    let order = Filter::parse("active gt false").unwrap().fits(&USER, &ada()).unwrap_err();
    assert_eq!(order.word, Some("invalidFilter"));
}

#[track_caller]
fn change(operations: Json) -> Resource {
    patched(&USER, &ada(), &json!({ "schemas": [PATCH], "Operations": operations })).unwrap()
}

#[track_caller]
fn refused(operations: Json) -> Fault {
    patched(&USER, &ada(), &json!({ "schemas": [PATCH], "Operations": operations })).unwrap_err()
}

#[test]
fn what_identity_providers_send_otherwise_is_read_as_it_is_meant() {
    // Microsoft Entra ID: capitals, flags as text, one key for a path.
    let it = change(json!([{ "op": "Replace", "path": "active", "value": "False" }]));
    assert_eq!(it["active"], false);
    let it = change(json!([{ "op": "Add", "value": {
        "name.givenName": "Adaeze",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Planning",
        "emails[type eq \"work\"].value": "adaeze@ashby.example",
        "id": "another", "meta": {}, "groups": []
    } }]));
    assert_eq!(it["name"], json!({ "givenName": "Adaeze", "familyName": "Obi" }));
    assert_eq!(it[ENTERPRISE.id]["department"], "Planning");
    assert_eq!(it[ENTERPRISE.id]["employeeNumber"], "0701");
    assert_eq!(it["emails"][0]["value"], "adaeze@ashby.example");
    assert!(!it.contains_key("id"));
    // A part of a value that is not there yet.
    let it = change(json!([
        { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "0117 496 0000" },
        { "op": "Replace", "path": "addresses[type eq \"work\"].locality", "value": "Ashby" }
    ]));
    assert_eq!(it["phoneNumbers"], json!([{ "type": "mobile", "value": "0117 496 0000" }]));
    assert_eq!(it["addresses"], json!([{ "type": "work", "locality": "Ashby" }]));
    // A manager as a text, and an empty one for none.
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    let it = change(json!([{ "op": "Add", "path": manager, "value": "m-2" }]));
    assert_eq!(it[ENTERPRISE.id]["manager"], json!({ "value": "m-2" }));
    let it = change(json!([{ "op": "Replace", "path": manager, "value": { "value": "" } }]));
    assert!(
        it[ENTERPRISE.id].get("manager").is_some_and(|it| it["value"] == "")
            || it[ENTERPRISE.id].get("manager").is_none()
    );
    let it = change(json!([{ "op": "Remove", "path": manager }]));
    assert!(it[ENTERPRISE.id].get("manager").is_none());
    // Okta: an object without a path.
    let it = change(json!([{ "op": "replace", "value": { "active": false } }]));
    assert_eq!(it["active"], false);
    // Roles with a flag as text, as Entra's test bodies have it.
    let it = change(
        json!([{ "op": "add", "path": "roles", "value": [{ "primary": "True", "value": "clerk" }] }]),
    );
    assert_eq!(it["roles"], json!([{ "primary": true, "value": "clerk" }]));
}

#[test]
fn a_change_is_whole_or_not_at_all() {
    for (operations, status, word) in [
        (
            json!([{ "op": "replace", "path": "active", "value": false }, { "op": "replace", "path": "id", "value": "x" }]),
            400,
            "mutability",
        ),
        (json!([{ "op": "replace", "path": "groups", "value": [] }]), 400, "mutability"),
        (json!([{ "op": "remove" }]), 400, "noTarget"),
        (
            json!([{ "op": "replace", "path": "emails[type eq \"other\"]", "value": { "value": "x" } }]),
            400,
            "noTarget",
        ),
        (json!([{ "op": "move", "path": "active" }]), 400, "invalidSyntax"),
        (json!([{ "op": "add", "path": "shoeSize", "value": 7 }]), 400, "invalidPath"),
        (json!([{ "op": "add", "path": "name..x", "value": 7 }]), 400, "invalidPath"),
        (json!([{ "op": "add", "path": "name[x pr]", "value": 7 }]), 400, "invalidPath"),
        (json!([{ "op": "add", "path": "emails[", "value": 7 }]), 400, "invalidPath"),
        (json!([{ "op": "remove", "path": "userName" }]), 400, "invalidValue"),
        (json!([{ "op": "replace", "path": "userName", "value": "  " }]), 400, "invalidValue"),
        (json!([{ "op": "replace", "path": "active", "value": "perhaps" }]), 400, "invalidValue"),
        (json!([{ "op": "replace", "path": "active" }]), 400, "invalidValue"),
        (json!([{ "op": "replace", "path": "name", "value": 3 }]), 400, "invalidValue"),
        (json!({}), 400, "invalidSyntax"),
    ] {
        let fault = refused(operations.clone());
        assert_eq!(
            (fault.status, fault.word),
            (status, Some(word)),
            "{operations}: {}",
            fault.says
        );
    }
    let many =
        vec![json!({ "op": "replace", "path": "active", "value": true }); OPERATIONS_MAX + 1];
    assert_eq!(refused(Json::Array(many)).status, 413);
}

#[test]
fn at_most_one_value_is_primary() {
    let new = json!({ "value": "a@new.example", "type": "other", "primary": true });
    let it = change(json!([{ "op": "add", "path": "emails", "value": [new] }]));
    let primary: Vec<_> =
        it["emails"].as_array().unwrap().iter().map(|it| it["primary"] == true).collect();
    assert_eq!(primary, [false, false, true]);
    let it = change(
        json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": "true" }]),
    );
    assert_eq!(it["emails"][0]["primary"], false);
    assert_eq!(it["emails"][1]["primary"], true);
    // The same value again is no second one.
    let it = change(
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "ada@home.example", "type": "home" }] }]),
    );
    assert_eq!(it["emails"].as_array().unwrap().len(), 2);
    let two = json!({ "userName": "x", "emails": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] });
    assert!(shape::resource(&USER, &two).is_err());
}

#[test]
fn values_are_removed_by_path_by_filter_and_by_name() {
    let it = change(json!([{ "op": "remove", "path": "emails[type eq \"home\"]" }]));
    assert_eq!(it["emails"].as_array().unwrap().len(), 1);
    let it = change(json!([{ "op": "remove", "path": "emails[type eq \"home\"].value" }]));
    assert_eq!(it["emails"][1], json!({ "type": "home" }));
    let it = change(
        json!([{ "op": "remove", "path": "emails", "value": [{ "value": "ada@home.example" }] }]),
    );
    assert_eq!(it["emails"].as_array().unwrap().len(), 1);
    let it = change(json!([{ "op": "remove", "path": "emails", "value": [] }]));
    assert_eq!(it["emails"].as_array().unwrap().len(), 2);
    let it = change(json!([{ "op": "remove", "path": "emails" }]));
    assert!(!it.contains_key("emails"));
    let it = change(json!([{ "op": "remove", "path": ENTERPRISE.id }]));
    assert!(!it.contains_key(ENTERPRISE.id));
    let group = shape::resource(
        &GROUP,
        &json!({ "displayName": "Staff", "members": [{ "value": "a" }, { "value": "b" }] }),
    )
    .unwrap();
    let body = json!({ "Operations": [{ "op": "Remove", "path": "members", "value": [{ "value": "a" }] }] });
    assert_eq!(patched(&GROUP, &group, &body).unwrap()["members"], json!([{ "value": "b" }]));
    let body = json!({ "Operations": [{ "op": "remove", "path": "members[value eq \"b\"]" }] });
    assert_eq!(patched(&GROUP, &group, &body).unwrap()["members"], json!([{ "value": "a" }]));
}

#[test]
fn only_what_a_schema_knows_is_kept() {
    let it = user(json!({
        "USERNAME": "x", "id": "mine", "meta": { "version": "1" }, "password": "secret",
        "shoeSize": 44, "title": null, "emails": [], "name": { "givenName": 7, "odd": 1 },
        "urn:example:other": { "a": 1 }
    }));
    assert_eq!(Json::Object(it), json!({ "userName": "x", "name": { "givenName": "7" } }));
    for body in [
        json!([]),
        json!({}),
        json!({ "userName": " " }),
        json!({ "userName": "x", "schemas": [GROUP.core.id] }),
    ] {
        assert!(shape::resource(&USER, &body).is_err(), "{body}");
    }
}

#[test]
fn an_answer_shows_what_is_asked_for() {
    let mut it = ada();
    it.insert("id".into(), json!("1"));
    it.insert("schemas".into(), shape::schemas(&USER, &it));
    let shown = |pairs: &[(&str, &str)]| {
        Json::Object(Query::from_pairs(pairs.iter().copied()).unwrap().shown(&USER, &it))
    };
    assert_eq!(
        shown(&[(
            "attributes",
            "userName, emails.type,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
        )]),
        json!({
            "id": "1", "schemas": [USER.core.id, ENTERPRISE.id], "userName": "Ada@Ashby.example",
            "emails": [{ "type": "work" }, { "type": "home" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Housing" }
        })
    );
    let without = shown(&[("excludedAttributes", "id,name,emails.value,active")]);
    assert_eq!(without["id"], "1");
    assert!(without.get("name").is_none() && without.get("active").is_none());
    assert_eq!(without["emails"][1], json!({ "type": "home" }));
    assert!(Query::from_pairs([("attributes", "a"), ("excludedAttributes", "b")]).is_err());
}

#[test]
fn a_list_is_ordered_and_paged() {
    let all = || {
        [("c", Some("Z")), ("a", None), ("B", Some("a"))]
            .map(|(name, title)| (&USER, user(json!({ "userName": name, "title": title }))))
    };
    let names = |pairs: &[(&str, &str)]| {
        let answer = Query::from_pairs(pairs.iter().copied()).unwrap().answer(all()).unwrap();
        let them = answer["Resources"].as_array().unwrap().iter();
        let them: Vec<_> = them.map(|it| it["userName"].as_str().unwrap().to_owned()).collect();
        (
            answer["totalResults"].as_u64().unwrap(),
            answer["startIndex"].as_u64().unwrap(),
            them.join(" "),
        )
    };
    assert_eq!(names(&[]), (3, 1, "c a B".into()));
    assert_eq!(names(&[("sortBy", "userName")]), (3, 1, "a B c".into()));
    assert_eq!(names(&[("sortBy", "title")]), (3, 1, "B c a".into()));
    assert_eq!(names(&[("sortBy", "title"), ("sortOrder", "descending")]), (3, 1, "a c B".into()));
    assert_eq!(names(&[("startIndex", "2"), ("count", "1")]), (3, 2, "a".into()));
    assert_eq!(names(&[("startIndex", "-5"), ("count", "-1")]), (3, 1, String::new()));
    assert_eq!(names(&[("startIndex", "9")]), (3, 9, String::new()));
    assert_eq!(names(&[("filter", "title pr"), ("count", "0")]), (2, 1, String::new()));
    assert!(Query::from_pairs([("count", "many")]).is_err());
}

#[test]
fn a_path_names_what_it_changes() {
    let it = Target::parse("emails[type eq \"work\"].value").unwrap();
    assert_eq!((it.name.attribute.as_str(), it.part.as_deref()), ("emails", Some("value")));
    assert!(it.within.is_some());
    for odd in ["", "[", "emails]", "emails[type pr].", "emails value", "urn:other:x", "a b"] {
        assert_eq!(Target::parse(odd).unwrap_err().word, Some("invalidPath"), "{odd}");
    }
}
