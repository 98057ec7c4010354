//! What the organisation's directory tells by SCIM, what follows, and what is asked.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value as Json, json};

use crate::{
    council::Council,
    visit::{Answer, Visit},
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn send(
    visit: &mut Visit,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Json,
) -> (u16, Json, Answer) {
    let mut request = Request::builder()
        .method(method.parse::<Method>().unwrap())
        .uri(format!("/scim/v2{path}"))
        .header("host", "register.example")
        .header("content-type", "application/scim+json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
    let answer = visit.ask(request, body).await;
    let json = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer.status, json, answer)
}

impl Council {
    async fn scim(&mut self, method: &str, path: &str, body: Json) -> (u16, Json) {
        let (status, json, _) = send(&mut self.visit, method, path, &[], body).await;
        (status, json)
    }

    /// A vacant post with a number, and a clerk of Place whom nobody has named yet.
    async fn with_vacancy() -> Council {
        let mut it = Council::new().await;
        let clerk = json!({ "post": { "establish": { "from": "2029-01-01",
            "terms": { "name": "Clerk", "code": "C1", "unit": "UNIT-2", "reports_to": "POST-2" } } } });
        it.record(&[clerk]);
        it
    }

    async fn queue(&mut self) -> Vec<Json> {
        let answer = self.get("/api/v1/directory").await;
        let body: Json = serde_json::from_str(&answer.body).unwrap();
        body["items"].as_array().unwrap().clone()
    }

    async fn choose(&mut self, person: &str, choice: &str) -> Answer {
        self.send("/directory/choose", &[("person", person), ("choice", choice)]).await
    }

    fn log(&self) -> String {
        use ledger::Store;
        let entries = self.store.clone().read(0, usize::MAX).unwrap();
        entries.into_iter().map(|it| it.body + "\n").collect()
    }
}

fn user(name: &str, shown: &str, more: Json) -> Json {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": name, "externalId": format!("x-{name}"), "displayName": shown,
        "emails": [{ "value": format!("{name}@mail.example"), "type": "work", "primary": true }],
        ENTERPRISE: more,
    })
}

fn patch(operations: Json) -> Json {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

#[tokio::test]
async fn a_joiner_takes_up_the_post_and_a_leaver_s_last_day_is_today() {
    let mut council = Council::with_vacancy().await;
    let (status, joined) = council
        .scim("POST", "/Users", user("joan.ray", "Joan Ray", json!({ "employeeNumber": "C1" })))
        .await;
    assert_eq!(status, 201, "{joined}");
    let id = joined["id"].as_str().unwrap().to_owned();
    assert_eq!(joined["active"], true);
    assert_eq!(joined["meta"]["location"], format!("http://register.example/scim/v2/Users/{id}"));
    let page = council.get("/posts/POST-3").await;
    assert!(page.body.contains("Joan Ray"), "{}", page.main());
    assert_eq!(council.queue().await, Vec::<Json>::new());
    // Recorded as done by the post that the program acts as, and without a name.
    let log = council.log();
    let tenure = log.lines().find(|it| it.contains("PERSON-3") && it.contains("tenure")).unwrap();
    assert!(tenure.contains(r#""postholder""#) && tenure.contains("POST-1"), "{tenure}");
    for word in ["Joan", "joan", "x-joan", "mail.example", &id] {
        assert!(!log.contains(word), "{word} is in the ledger");
    }
    // She can sign in; then the directory says that she has gone, as Entra does.
    let mut joan = council.as_person(3, "joan").await;
    assert_eq!(joan.get("/my-post").await.status, 200);
    let gone = patch(json!([{ "op": "Replace", "path": "active", "value": "False" }]));
    let (status, answer) = council.scim("PATCH", &format!("/Users/{id}"), gone).await;
    assert_eq!((status, &answer["active"]), (200, &json!(false)));
    assert_eq!(joan.get("/my-post").await.location.as_deref(), Some("/sign-in?next=%2Fmy-post"));
    let log = council.log();
    assert!(log.contains(r#""ended":{"id":"TEN-3","on":"2030-03-31"}"#), "{log}");
    assert!(log.lines().last().unwrap().contains("handover"), "{log}");
    assert_eq!(council.queue().await, Vec::<Json>::new());
    // Back again: her way in is open, and nothing is given by itself.
    let entries = log.lines().count();
    let back = patch(json!([{ "op": "replace", "value": { "active": true } }]));
    assert_eq!(council.scim("PATCH", &format!("/Users/{id}"), back).await.0, 200);
    assert_eq!(council.log().lines().count(), entries);
    // The last day is today, so she still holds the post; tomorrow it is asked.
    council.clock.put("2030-04-02T09:00:00Z".parse().unwrap());
    council.record(&[
        json!({ "unit": { "establish": { "from": "2030-04-02", "terms": { "name": "Later" } } } }),
    ]);
    let queue = council.queue().await;
    assert_eq!(queue.len(), 1, "{queue:?}");
    assert_eq!(
        (&queue[0]["asks"], &queue[0]["choices"][0]["choice"]),
        (&json!("back"), &json!("appoint:POST-3"))
    );
    assert_eq!(council.choose("PERSON-3", "appoint:POST-3").await.status, 303);
    assert_eq!(council.queue().await, Vec::<Json>::new());
    // Taken out of the directory: gone from it, and the tenure ends.
    assert_eq!(council.scim("DELETE", &format!("/Users/{id}"), Json::Null).await.0, 204);
    assert_eq!(council.scim("GET", &format!("/Users/{id}"), Json::Null).await.0, 404);
    assert!(council.log().contains(r#""ended":{"id":"TEN-4","on":"2030-04-03"}"#));
}

#[tokio::test]
async fn what_is_not_certain_is_asked_and_never_guessed() {
    let mut council = Council::with_vacancy().await;
    let before = council.log().matches(r#""tenure":{"established""#).count();
    for body in [
        user("new.head", "Nia Head", json!({ "employeeNumber": "W12" })),
        user("ann", "ann  BELL", json!({ "employeeNumber": "C1" })),
        json!({ "userName": "poet", "displayName": "Pia Poet", "title": "Poet" }),
        json!({ "userName": "guest", "displayName": "Gus Guest" }),
    ] {
        let (status, answer) = council.scim("POST", "/Users", body).await;
        assert_eq!(status, 201, "{answer}");
    }
    assert_eq!(
        council.log().matches(r#""tenure":{"established""#).count(),
        before,
        "nothing was guessed"
    );
    let asks = |queue: &[Json]| {
        let them: Vec<String> = queue
            .iter()
            .map(|it| {
                format!("{} {}", it["person"].as_str().unwrap(), it["asks"].as_str().unwrap())
            })
            .collect();
        them.join(", ")
    };
    let queue = council.queue().await;
    assert_eq!(
        asks(&queue),
        "PERSON-3 held by somebody else, PERSON-4 same person, PERSON-5 no post"
    );
    let page = council.get("/directory").await;
    insta::assert_snapshot!(page.words("<section class=\"stack\"><h2>To choose", "</section>"), @"To choose (3) Nia Head PERSON-3 · held by somebody else User name: new.head · Employee number: W12 Head of Waste fits, but Ann Bell holds it from 1 January 2029. Do they share it, or is another post meant? Appoint to Head of Waste from today Leave it ann BELL PERSON-4 · same person User name: ann · Employee number: C1 Somebody of this name is known here already. Is it the same person? Ann Bell PERSON-2 Yes, Ann Bell No, somebody else Pia Poet PERSON-5 · no post User name: poet · Title: Poet No post fits what the directory says. Appoint the person by hand, mend the post or the directory, or leave it. Leave it Appoint by hand");
    // What is not offered is refused, and what was done once is not asked twice.
    assert_eq!(council.choose("PERSON-3", "appoint:POST-1").await.status, 422);
    assert_eq!(council.choose("PERSON-4", "leave").await.status, 422);
    assert_eq!(council.choose("PERSON-3", "leave").await.status, 303);
    assert_eq!(council.choose("PERSON-3", "leave").await.status, 422);
    assert_eq!(council.choose("PERSON-5", "leave").await.status, 303);
    // The same person after all: what is said goes to her, and the number is a double without a name.
    assert_eq!(council.choose("PERSON-4", "same:PERSON-2").await.status, 303);
    assert_eq!(asks(&council.queue().await), "");
    let log = council.log();
    assert!(log.contains(r#""annulled":{"id":"PERSON-4"}"#), "{log}");
    let directory = council.visit.host.published().directory.clone();
    assert!(directory.listings().all(|it| it.0.to_string() != "PERSON-4"));
    let ann = directory.listings().find(|it| it.0.to_string() == "PERSON-2").unwrap();
    assert_eq!(ann.1["resource"]["userName"], "ann");
    assert!(council.get("/posts/POST-3").await.body.contains("ann BELL"), "her post is known now");
    let (_, list) =
        council.scim("GET", "/Users?filter=userName%20eq%20%22ANN%22", Json::Null).await;
    assert_eq!(list["totalResults"], 1);
    // Once the directory says something else of the poet, it is asked again.
    let (_, list) =
        council.scim("GET", "/Users?filter=userName%20eq%20%22poet%22", Json::Null).await;
    let id = list["Resources"][0]["id"].as_str().unwrap();
    let changed = patch(json!([{ "op": "replace", "path": "title", "value": "Novelist" }]));
    assert_eq!(council.scim("PATCH", &format!("/Users/{id}"), changed).await.0, 200);
    assert_eq!(asks(&council.queue().await), "PERSON-5 no post");
}

#[tokio::test]
async fn whoever_signs_in_by_the_address_is_the_person() {
    let mut council = Council::new().await;
    drop(council.as_person(2, "ann.bell@mail.example").await);
    let body = user("ann.bell", "Ann Bell-Ross", json!({ "employeeNumber": "W12" }));
    let (status, it) = council.scim("POST", "/Users", body).await;
    assert_eq!(status, 201, "{it}");
    assert_eq!(council.queue().await, Vec::<Json>::new());
    assert!(council.get("/people/PERSON-2").await.body.contains("Ann Bell-Ross"));
    assert_eq!(council.get("/people/PERSON-3").await.status, 404);
}

#[tokio::test]
async fn erasing_a_person_takes_along_what_the_directory_said() {
    let mut council = Council::new().await;
    let (_, it) = council.scim("POST", "/Users", user("joan", "Joan Ray", json!({}))).await;
    let path = format!("/Users/{}", it["id"].as_str().unwrap());
    assert_eq!(council.scim("GET", &path, Json::Null).await.0, 200);
    assert_eq!(council.send("/people/PERSON-3/erase", &[("name", "Joan Ray")]).await.status, 303);
    assert_eq!(council.scim("GET", &path, Json::Null).await.0, 404);
    assert_eq!(council.scim("GET", "/Users", Json::Null).await.1["totalResults"], 0);
}

#[tokio::test]
async fn only_a_post_that_administers_the_register_is_the_directory_s() {
    let mut council = Council::new().await;
    let (status, body, answer) =
        send(&mut council.visit.beside(), "GET", "/Users", &[], Json::Null).await;
    assert_eq!((status, &body["status"]), (401, &json!("401")));
    assert_eq!(answer.raw["www-authenticate"], "Bearer");
    assert_eq!(answer.raw["content-type"], "application/scim+json");
    let mut ann = council.as_person(2, "ann").await;
    assert_eq!(send(&mut ann, "GET", "/Users", &[], Json::Null).await.0, 403);
    assert_eq!(ann.get("/directory").await.status, 403);
    assert_eq!(ann.get("/api/v1/directory").await.status, 403);
    // A program asks by the key that it was given, for the post that the key names.
    let form = [("name", "Entra"), ("post", "POST-1"), ("until", "2030-06-30")];
    let page = council.send("/settings/keys", &form).await.body;
    let at = page.find("<code class=\"whole\">").expect("a key") + 20;
    let bearer = format!("Bearer {}", page[at..].split('<').next().unwrap());
    let mut program = council.visit.beside();
    let asked =
        send(&mut program, "GET", "/Users", &[("authorization", &bearer)], Json::Null).await;
    assert_eq!(asked.0, 200);
    // Nor does it end what it asks by.
    let mine = json!({ "userName": "mary", "displayName": "Mary Okafor", "active": false });
    assert_eq!(council.scim("POST", "/Users", mine).await.0, 403);
    let (status, mine) = council
        .scim("POST", "/Users", json!({ "userName": "mary", "displayName": "Mary Okafor" }))
        .await;
    assert_eq!(status, 201);
    let path = format!("/Users/{}", mine["id"].as_str().unwrap());
    assert_eq!(council.scim("DELETE", &path, Json::Null).await.0, 403);
    let gone = patch(json!([{ "op": "replace", "path": "active", "value": false }]));
    assert_eq!(council.scim("PATCH", &path, gone).await.0, 403);
}

#[tokio::test]
async fn versions_names_and_addresses_are_minded() {
    let mut council = Council::new().await;
    let (_, it, answer) =
        send(&mut council.visit, "POST", "/Users", &[], user("joan", "Joan", json!({}))).await;
    let version = answer.raw["etag"].to_str().unwrap().to_owned();
    assert_eq!(it["meta"]["version"], version);
    let path = format!("/Users/{}", it["id"].as_str().unwrap());
    let same =
        send(&mut council.visit, "GET", &path, &[("if-none-match", &version)], Json::Null).await;
    assert_eq!((same.0, &*same.2.body), (304, ""));
    let change = || patch(json!([{ "op": "replace", "path": "title", "value": "Clerk" }]));
    let stale =
        send(&mut council.visit, "PATCH", &path, &[("if-match", "W/\"0\"")], change()).await;
    assert_eq!(stale.0, 412);
    let fine = send(&mut council.visit, "PATCH", &path, &[("if-match", &version)], change()).await;
    assert_eq!(fine.0, 200);
    assert_ne!(fine.2.raw["etag"].to_str().unwrap(), version);
    let taken = council.scim("POST", "/Users", user("JOAN", "Another", json!({}))).await;
    assert_eq!((taken.0, &taken.1["scimType"]), (409, &json!("uniqueness")));
    for (method, path, body, status) in [
        ("GET", "/Nothing", Json::Null, 404),
        ("GET", "/Users/none", Json::Null, 404),
        ("DELETE", "/Users", Json::Null, 405),
        ("POST", "/Schemas", json!({}), 405),
        ("GET", "/Schemas?filter=id%20pr", Json::Null, 403),
        ("GET", "/Me", Json::Null, 501),
        ("GET", "/Users?filter=(", Json::Null, 400),
        ("POST", "/Users", json!({ "displayName": "x" }), 400),
        ("POST", "/Groups", json!({ "displayName": "x", "members": [{ "value": "nobody" }] }), 400),
        ("POST", "/Users", json!({ "userName": "x", "title": "t".repeat(20_000) }), 400),
    ] {
        let (found, answer) = council.scim(method, path, body).await;
        assert_eq!(
            (found, &answer["status"]),
            (status, &json!(status.to_string())),
            "{method} {path}: {answer}"
        );
    }
    // More than the vault holds of one person is told, and nothing of it is kept.
    let emails: Vec<Json> =
        (0..900).map(|n| json!({ "value": format!("{n}{}", "a".repeat(100)) })).collect();
    let (status, answer) =
        council.scim("POST", "/Users", json!({ "userName": "big", "emails": emails })).await;
    assert_eq!(status, 413, "{answer}");
    assert_eq!(council.scim("GET", "/Users", Json::Null).await.1["totalResults"], 1);
}

#[tokio::test]
async fn a_group_is_kept_with_its_members_and_matched_where_somebody_says_so() {
    let mut council = Council::with_vacancy().await;
    let (_, joan) = council.scim("POST", "/Users", user("joan", "Joan", json!({}))).await;
    let joan = joan["id"].as_str().unwrap();
    let sent = [("number", "costCenter"), ("groups", "Clerks of Place = post-3\nPlace = UNIT-2")];
    assert_eq!(council.send("/directory/rules", &sent).await.status, 303);
    let wrong = council.send("/directory/rules", &[("number", "emails"), ("groups", "")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("is no attribute of a person with one value"));
    let (status, group) = council
        .scim("POST", "/Groups", json!({ "displayName": "clerks of place", "externalId": "g1" }))
        .await;
    assert_eq!(status, 201, "{group}");
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    let joins = patch(json!([{ "op": "Add", "path": "members", "value": [{ "value": joan }] }]));
    let (status, group) = council.scim("PATCH", &path, joins).await;
    assert_eq!(status, 200, "{group}");
    assert_eq!(group["members"][0]["value"], joan);
    assert!(council.get("/posts/POST-3").await.body.contains("Joan"));
    let (_, user) = council.scim("GET", &format!("/Users/{joan}"), Json::Null).await;
    assert_eq!(user["groups"][0]["display"], "clerks of place");
    let (_, list) = council.scim("GET", "/Groups?excludedAttributes=members&filter=displayName%20eq%20%22Clerks%20of%20Place%22", Json::Null).await;
    assert_eq!((&list["totalResults"], list["Resources"][0].get("members")), (&json!(1), None));
    // To leave the group ends nothing: a group is no tenure.
    let leaves =
        patch(json!([{ "op": "Remove", "path": "members", "value": [{ "value": joan }] }]));
    assert!(council.scim("PATCH", &path, leaves).await.1.get("members").is_none());
    assert!(council.get("/posts/POST-3").await.body.contains("Joan"));
    assert_eq!(council.scim("DELETE", &path, Json::Null).await.0, 204);
    assert_eq!(council.scim("GET", &path, Json::Null).await.0, 404);
    assert!(!council.log().contains("lerks of"), "a group is not in the ledger");
}

#[tokio::test]
async fn a_bulk_may_name_what_comes_later_but_no_circle() {
    let mut council = Council::new().await;
    let group = |name: &str, member: &str| json!({ "displayName": name, "members": [{ "value": format!("bulkId:{member}") }] });
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": group("Staff", "u") },
            { "method": "POST", "path": "/Users", "bulkId": "u", "data": user("joan", "Joan", json!({})) },
            { "method": "PATCH", "path": "/Users/bulkId:u", "data": patch(json!([{ "op": "replace", "path": "title", "value": "Clerk" }])) },
            { "method": "POST", "path": "/Groups", "bulkId": "a", "data": group("A", "b") },
            { "method": "POST", "path": "/Groups", "bulkId": "b", "data": group("B", "a") },
            { "method": "DELETE", "path": "/Users/none" },
            { "method": "POST", "path": "/Bulk", "bulkId": "z", "data": {} },
        ],
    });
    let (status, answer) = council.scim("POST", "/Bulk", bulk).await;
    assert_eq!(status, 200, "{answer}");
    let statuses: Vec<_> = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["201", "201", "200", "409", "409", "404", "400"], "{answer}");
    let (_, all) = council
        .scim(
            "POST",
            "/.search",
            json!({ "filter": "meta.resourceType eq \"Group\" or title eq \"clerk\"" }),
        )
        .await;
    assert_eq!(all["totalResults"], 2);
    assert_eq!(all["Resources"][1]["members"].as_array().unwrap().len(), 1);
    let stop = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 1,
        "Operations": [{ "method": "DELETE", "path": "/Users/none" }, { "method": "DELETE", "path": "/Users/none" }],
    });
    assert_eq!(
        council.scim("POST", "/Bulk", stop).await.1["Operations"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_list_of_people_is_looked_at_first_and_then_taken_as_a_directory_s_word() {
    let mut council = Council::with_vacancy().await;
    let list = "Username,Name,Employee ID,Job title,Department,Manager,Active\n\
        joan,Joan Ray,,Clerk,Place,ann,yes\n\
        ann,Anna Bell,W12,,,,\n\
        ,Nobody,,,,,\n";
    let bring = async |council: &mut Council, list: &str, query: &str| {
        let request = Request::post(format!("/api/v1/directory/file?name=staff.csv{query}"));
        let answer = council.visit.ask(request, list.to_owned().into()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str::<Json>(&answer.body).unwrap()
    };
    let looked = bring(&mut council, list, "&dry_run=yes").await;
    assert_eq!(looked["counts"]["new"], 2, "{looked}");
    assert_eq!(looked["findings"][0]["code"], "no-user-name");
    assert_eq!(council.visit.host.published().directory.listings().count(), 0);
    let brought = bring(&mut council, list, "").await;
    assert_eq!(brought["counts"], looked["counts"]);
    // Ann’s post is held by a person of another name, so who Anna is, is asked; Joan’s manager holds nothing yet.
    assert!(council.get("/posts/POST-3").await.body.contains("Joan Ray"));
    let queue = council.queue().await;
    assert_eq!((queue.len(), &queue[0]["asks"]), (1, &json!("held by somebody else")), "{queue:?}");
    let again = bring(&mut council, list, "").await;
    assert_eq!(
        (&again["counts"]["as_it_was"], &again["counts"]["changed"]),
        (&json!(2), &json!(0))
    );
    let gone = bring(&mut council, "Username,Active\njoan,no\n", "").await;
    assert_eq!(gone["counts"]["gone"], 1);
    assert!(council.log().contains(r#""ended":{"id":"TEN-3","on":"2030-03-31"}"#));
    // The page: looked at unless the box is ticked, and no file is told so.
    assert_eq!(council.get("/directory/file").await.status, 200);
    let part = |name: &str, more: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let file = part("file", "; filename=\"staff.csv\"", "Username,Name\npia,Pia Poet\n");
    let ticked = part("sure", "", "true");
    for (parts, status, says, listed) in [
        (part("sure", "", "true"), 422, "Choose a file first.", 2),
        (file.clone(), 200, "This would come in: 1 new.", 2),
        (format!("{file}{ticked}"), 200, "Brought in: 1 new.", 3),
    ] {
        let request = Request::post("/directory/file")
            .header("content-type", "multipart/form-data; boundary=cut")
            .header("sec-fetch-site", "same-origin");
        let answer = council.visit.ask(request, format!("{parts}--cut--\r\n").into()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(says), "{}", answer.main());
        assert_eq!(council.visit.host.published().directory.listings().count(), listed);
    }
}
