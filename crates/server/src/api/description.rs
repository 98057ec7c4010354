//! The API described: OpenAPI 3.1, drawn from the rooms' own lists of fields.
//!
//! There is no second list that could go stale: a field added to a room is in the form, in the
//! spreadsheet and here.

mod changing;
mod differences;
mod directory;
mod doing;
mod measuring;
mod programs;
mod room;

use axum::Json;
use exchange::oscal::out::Sort;
use kernel::{Field, Kind, Shape, field};
use serde_json::{Map, Value, json};

/// `GET /api/openapi.json`
pub async fn show() -> Json<Value> {
    Json(document())
}

/// The whole description.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Throughline",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "One living model of strategy, posts, work, obligations and results. Records are read on any date (`at`) and as known at any moment (`known`); every change is a command.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "session": [] }, { "bearer": [] }],
        "paths": paths(),
        "components": {
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-session" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "parameters": parameters(),
            "responses": { "Problem": {
                "description": "It did not go as asked; the detail says what to do.",
                "content": { "application/problem+json": { "schema": schema_ref("Problem") } },
            } },
            "schemas": schemas(),
        },
    })
}

fn undo() -> Value {
    let entries = json!({ "name": "entries", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[1-9][0-9]*-[1-9][0-9]*$" }, "description": "Entries that were recorded together: the first and the last." });
    let rest = json!({ "name": "rest", "in": "query", "schema": { "enum": ["yes"] }, "description": "Undo the rest where something of it has to stay." });
    let object = json!({ "content": { "application/json": { "schema": { "type": "object" } } }, "description": "What it comes to, or the entries it was recorded as." });
    json!({
        "get": { "operationId": "look_at_undo", "summary": "What undoing these entries would come to.", "parameters": [entries], "responses": { "200": object, "default": { "$ref": "#/components/responses/Problem" } } },
        "post": { "operationId": "undo", "summary": "Undo these entries together.", "parameters": [entries, rest], "responses": { "201": object, "200": object, "default": { "$ref": "#/components/responses/Problem" } } },
    })
}

/// The watch, the gaps and the packs.
fn accountability() -> Map<String, Value> {
    let free = || json!({ "type": "object" });
    let told = || json!({ "content": { "application/json": { "schema": free() } }, "description": "What it comes to, with the entries it was recorded as." });
    let date = |name: &str, tell: &str| json!({ "name": name, "in": "query", "schema": { "type": "string", "format": "date" }, "description": tell });
    let pack = json!({ "name": "pack", "in": "path", "required": true, "schema": { "enum": exchange::packs::PACKS.map(|it| it.key) } });
    let mut gaps =
        get("gaps", "The days on which duties had nobody, over a period", &["at", "known"], free());
    if let Some(them) = gaps["get"]["parameters"].as_array_mut() {
        them.push(date("from", "The first day that counts; else two years of months back."));
        them.push(date("until", "The first day that no longer counts; else the date looked at."));
        them.push(json!({ "name": "unit", "in": "query", "schema": reference(&[Kind::Unit]), "description": "Only posts that were in it, or in a unit beneath it." }));
    }
    let mut show =
        get("rule_pack", "A pack of rules beside what is recorded", &["at", "known"], free());
    if let Some(them) = show["get"]["parameters"].as_array_mut() {
        them.push(pack.clone());
    }
    show["post"] = json!({
        "operationId": "load_rule_pack",
        "summary": "Bring a pack in, or a later edition of it, as one step that can be undone",
        "parameters": [
            pack,
            { "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "format": "uuid" } },
            { "name": "Act-As", "in": "header", "required": false, "schema": { "type": "string" } },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object", "additionalProperties": false,
            "properties": {
                "posts": { "type": "object", "additionalProperties": { "type": "array", "items": reference(&[Kind::Post]) }, "description": "Which posts fulfil which rule, by its number in the pack. Without it titles decide; what they do not settle is a question." },
                "from": { "type": "string", "format": "date", "description": "The day from which the rules hold; today when absent." },
                "dry_run": { "type": "boolean", "default": false },
            },
        } } } },
        "responses": { "201": told(), "200": told(), "default": { "$ref": "#/components/responses/Problem" } },
    });
    [
        (
            "/api/v1/watch",
            get(
                "watch",
                "What rules find: required posts, posts that exclude one another, limits",
                &["at", "known"],
                free(),
            ),
        ),
        ("/api/v1/gaps", gaps),
        (
            "/api/v1/rule-packs",
            get("rule_packs", "The packs of rules that come with the program", &[], free()),
        ),
        ("/api/v1/rule-packs/{pack}", show),
    ]
    .map(|(path, it)| (path.to_owned(), it))
    .into_iter()
    .collect()
}

fn imports() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let form = json!({
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": { "type": "array", "items": { "type": "string", "format": "binary" } },
            "kind": text("What the files are; `any`, when it is absent: it is guessed."),
            "dry_run": { "enum": ["yes"], "description": "Say what they come to and record nothing." },
        },
        "additionalProperties": text("An option by its name, such as `map.Job title`; see docs/imports.md."),
    });
    let object = json!({ "content": { "application/json": { "schema": { "type": "object" } } }, "description": "What the files were taken for, what they come to, and the entries it was recorded as." });
    json!({ "post": {
        "operationId": "import",
        "summary": "Bring files in, or say what they come to",
        "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": form } } },
        "responses": { "201": object, "200": object, "default": { "$ref": "#/components/responses/Problem" } },
    } })
}

fn paths() -> Value {
    let mut paths = Map::new();
    for kind in Kind::ALL {
        let (word, plural) = (kind.word(), kind.plural());
        let record = schema_ref(&record_name(kind));
        let list = json!({
            "type": "object",
            "required": ["items", "next", "at"],
            "properties": {
                "items": { "type": "array", "items": record },
                "next": { "type": ["string", "null"], "description": "Give it as `after` for the next page." },
                "at": { "type": "string", "format": "date" },
                "entry": entry(),
            },
        });
        let params = ["at", "known", "after", "limit", "all"];
        let tell = format!("The {plural} that stand on the date");
        paths.insert(
            format!("/api/v1/{plural}"),
            get(&format!("list_{plural}"), &tell, &params, list),
        );
        let of = |rest: &str| format!("/api/v1/{plural}/{{reference}}{rest}");
        let params = ["reference", "at", "known"];
        let tell = format!("One {word}, with why it stands as it does");
        paths.insert(
            of(""),
            get(&format!("show_{word}"), &tell, &params, schema_ref(&record_name(kind))),
        );
        for (name, tell) in [
            ("who", "Who answers for it, in what capacity, and since when it is uncovered"),
            ("thread", "Its thread, up to intent and down to facts"),
            ("because", "The facts that decide its status"),
            ("history", "The ledger’s entries about it, the newest first"),
        ] {
            let answer = get(&format!("{name}_{word}"), tell, &params, json!({ "type": "object" }));
            paths.insert(of(&format!("/{name}")), answer);
        }
    }
    answers(&mut paths);
    ledger(&mut paths);
    handing(&mut paths);
    frameworks(&mut paths);
    doing::paths(&mut paths);
    differences::paths(&mut paths);
    room::paths(&mut paths);
    changing::paths(&mut paths);
    paths.extend(accountability());
    paths.insert("/api/v1/undo/{entries}".into(), undo());
    paths.insert("/api/v1/imports".into(), imports());
    files(&mut paths);
    programs::paths(&mut paths);
    paths.insert("/api/v1/session".into(), json!({ "post": {
        "operationId": "begin_session",
        "summary": "Sign a program in; the token goes into `Authorization: Bearer`",
        "security": [],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object", "required": ["sign_in", "password"],
            "properties": { "sign_in": { "type": "string" }, "password": { "type": "string" } },
        } } } },
        "responses": {
            "201": { "description": "Signed in.", "content": { "application/json": { "schema": { "type": "object", "required": ["token"], "properties": { "token": { "type": "string" } } } } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } }));
    let person = json!({ "name": "reference", "in": "path", "required": true, "schema": reference(&[Kind::Person]) });
    paths.insert("/api/v1/people/{reference}/erase".into(), json!({ "post": {
        "operationId": "erase_person",
        "summary": "Erase a person who holds no post: the name goes, what they did stays. It cannot be undone",
        "parameters": [person],
        "responses": { "200": { "description": "Erased.", "content": { "application/json": { "schema": { "type": "object" } } } } },
    } }));
    accounts(&mut paths);
    directory::paths(&mut paths);
    paths.insert("/api/v1/commands".into(), commands());
    Value::Object(paths)
}

fn files(paths: &mut Map<String, Value>) {
    let digest = json!({ "name": "digest", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^(sha256:)?[0-9a-f]{64}$" } });
    let name = json!({ "name": "name", "in": "query", "description": "What the file is called. It is not kept.", "schema": { "type": "string", "maxLength": 200 } });
    let kept = json!({ "type": "object", "required": ["files"], "properties": { "files": { "type": "array", "items": {
        "type": "object",
        "required": ["digest", "bytes", "type", "name", "again"],
        "properties": {
            "digest": { "type": "string", "description": "How entries name it: `sha256:` and 64 digits." },
            "bytes": { "type": "integer" },
            "type": { "type": "string", "description": "As its first bytes say." },
            "name": { "type": "string" },
            "again": { "type": "boolean", "description": "The same bytes were here before." },
        },
    } } } });
    let kept = json!({ "description": "Kept, and on the disk.", "content": { "application/json": { "schema": kept } } });
    let form = json!({ "type": "object", "properties": { "files": { "type": "array", "items": { "type": "string", "format": "binary" } } } });
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    paths.insert("/api/v1/files".into(), json!({ "post": {
        "operationId": "keep_files",
        "summary": "Keep files, so that entries can name them: one as the body, or several as a form",
        "parameters": [name],
        "requestBody": { "required": true, "content": {
            "multipart/form-data": { "schema": form },
            "application/octet-stream": { "schema": { "type": "string", "format": "binary" } },
        } },
        "responses": { "201": kept, "200": kept, "default": problem },
    } }));
    let text = |name: &str, required: bool, description: &str| json!({ "name": name, "in": "query", "required": required, "description": description, "schema": { "type": "string" } });
    paths.insert("/api/v1/audit-file".into(), json!({ "get": {
        "operationId": "get_audit_file",
        "summary": "An audit file, which `throughline verify` checks anywhere; see docs/audit.md",
        "parameters": [
            text("about", true, "References, with commas between them."),
            text("from", false, "Entries recorded or effective from this day on."),
            text("to", false, "Entries recorded or effective until this day."),
            text("names", false, "`no` leaves out the names of people."),
        ],
        "responses": { "200": { "description": "A tar archive.", "content": { "application/x-tar": { "schema": { "type": "string", "format": "binary" } } } }, "default": problem },
    } }));
    paths.insert("/api/v1/files/{digest}".into(), json!({ "get": {
        "operationId": "get_file",
        "summary": "A file, checked against its digest, for saving",
        "parameters": [digest, name],
        "responses": { "200": { "description": "Its bytes.", "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } }, "default": problem },
    } }));
    paths.insert("/api/v1/files/{digest}/erase".into(), json!({ "post": {
        "operationId": "erase_file",
        "summary": "Erase a file: entries that name it, and their proofs, stay. It cannot be undone",
        "parameters": [digest],
        "responses": { "200": { "description": "Erased.", "content": { "application/json": { "schema": { "type": "object" } } } }, "default": problem },
    } }));
}

/// What is asked of the organisation as a whole, or of indicators alone.
fn answers(paths: &mut Map<String, Value>) {
    let free = || json!({ "type": "object" });
    let measured = get(
        "measurements",
        "Its measurements up to the date",
        &["reference", "at", "known"],
        free(),
    );
    paths.insert("/api/v1/indicators/{reference}/measurements".into(), measured);
    let ahead = get(
        "forecast",
        "What it is expected to do after the date, as ranges, and when it crosses its target; or why it is silent",
        &["reference", "at", "known"],
        free(),
    );
    paths.insert("/api/v1/indicators/{reference}/forecast".into(), ahead);
    let charted = get(
        "variation",
        "Its XmR chart as at the date: variation and assurance, limits of each phase, every point with its class",
        &["reference", "at", "known"],
        free(),
    );
    paths.insert("/api/v1/indicators/{reference}/variation".into(), charted);
    paths.insert(
        "/api/v1/status".into(),
        get("status", "How the organisation stands", &["at", "known"], free()),
    );
    paths.insert("/api/v1/may".into(), may());
    paths.insert(
        "/api/v1/sources".into(),
        get("sources", "Sources that are asked for figures on a schedule, with what came of each last. For whoever administers the register, signed in", &[], free()),
    );
    paths.insert("/api/v1/signals/warnings".into(), measuring::warnings());
    paths.insert(
        "/api/v1/signals".into(),
        get(
            "signals",
            "Every early warning on the date, the gravest first: when it was shown and read, how it was answered, and where it has come to. It is answered by a command: `{\"signal\": {\"change\": {\"id\": \"SIG-1\", \"from\": today, \"terms\": {...}}}}` with `response`, or with `accepted_until` and `reason`",
            &["at", "known"],
            free(),
        ),
    );
}

fn ledger(paths: &mut Map<String, Value>) {
    let free = || json!({ "type": "object" });
    paths.insert(
        "/api/v1/ledger".into(),
        get("ledger", "Entries in order", &["after", "limit", "known"], free()),
    );
    let entry = json!({ "name": "seq", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } });
    let mut one = get("entry", "One entry", &[], free());
    one["get"]["parameters"] = json!([entry.clone()]);
    paths.insert("/api/v1/ledger/{seq}".into(), one);
    paths.insert("/api/v1/ledger/{seq}/proof".into(), json!({ "get": {
        "operationId": "proof",
        "summary": "The proof of one entry against the newest checkpoint, a C2SP tlog-proof with the entry in it",
        "parameters": [entry],
        "responses": { "200": { "description": "The proof.", "content": { "text/plain": { "schema": { "type": "string" } } } } },
    } }));
    paths.insert("/api/v1/ledger/checkpoint".into(), json!({ "get": {
        "operationId": "checkpoint",
        "summary": "The newest checkpoint, a C2SP signed note",
        "responses": { "200": { "description": "The note.", "content": { "text/plain": { "schema": { "type": "string" } } } } },
    } }));
}

fn may() -> Value {
    get(
        "may",
        "Who may do an act of the scheme of delegation, by what chain of authority, and who nearly may; without an act, the acts that the scheme names",
        &["act", "value", "away", "at", "known"],
        json!({ "type": "object" }),
    )
}

fn accounts(paths: &mut Map<String, Value>) {
    let free = || json!({ "type": "object" });
    let list =
        get("list_accounts", "Who can sign in; for who administers the register", &[], free());
    paths.insert("/api/v1/accounts".into(), list);
    let person = json!({ "name": "reference", "in": "path", "required": true, "schema": reference(&[Kind::Person]) });
    let body = json!({ "required": true, "content": { "application/json": { "schema": {
        "type": "object", "properties": { "sign_in": { "type": "string", "description": "What they sign in as; needed for who has no account yet." } },
    } } } });
    for (name, id, summary, status) in [
        (
            "sign-in-link",
            "invite_person",
            "A link by which a person chooses a password; it works once and is answered once",
            "201",
        ),
        (
            "shut-out",
            "shut_out_person",
            "Shut a person out: every session and link of theirs ends",
            "200",
        ),
        ("let-in", "let_in_person", "Let a person who was shut out in again", "200"),
    ] {
        let mut one = json!({ "post": {
            "operationId": id,
            "summary": summary,
            "parameters": [person],
            "responses": {
                status: { "description": "Done.", "content": { "application/json": { "schema": free() } } },
                "default": { "$ref": "#/components/responses/Problem" },
            },
        } });
        if name == "sign-in-link" {
            one["post"]["requestBody"] = body.clone();
        }
        paths.insert(format!("/api/v1/people/{{reference}}/{name}"), one);
    }
}

/// Editions, mappings and clause weather.
fn frameworks(paths: &mut Map<String, Value>) {
    let tell = "How many clauses of each framework stand how, of how many in scope, and what turns within 90 days; with `framework`, clause by clause, with controls and evidence";
    let mut weather = get("weather", tell, &["at", "known"], json!({ "type": "object" }));
    if let Some(them) = weather["get"]["parameters"].as_array_mut() {
        them.push(json!({ "name": "framework", "in": "query", "schema": reference(&[Kind::Framework]), "description": "That framework alone, clause by clause." }));
        them.push(json!({ "name": "unit", "in": "query", "schema": reference(&[Kind::Unit]), "description": "By what is done in it and beneath it." }));
    }
    paths.insert("/api/v1/weather".into(), weather);
    for (path, id, tell, with) in [
        (
            "frameworks/{reference}/changes",
            "edition_changes",
            "What a new edition changes, clause by clause, with the obligations, controls and accountable posts that each touches; unchanged clauses only with `all`",
            Some("The framework compared with; else the edition that it follows."),
        ),
        (
            "frameworks/{reference}/crosswalk",
            "crosswalk",
            "The mappings from the clauses of one framework to those of another, by key",
            Some("The other framework."),
        ),
        (
            "requirements/{reference}/mappings",
            "clause_mappings",
            "The clauses of other frameworks that it is mapped to, and the controls that these lend it",
            None,
        ),
    ] {
        let mut params = vec!["reference", "at", "known"];
        if id == "edition_changes" {
            params.push("all");
        }
        let mut answer = get(id, tell, &params, json!({ "type": "object" }));
        if let (Some(tell), Some(them)) = (with, answer["get"]["parameters"].as_array_mut()) {
            let needed = id == "crosswalk";
            them.push(json!({ "name": "with", "in": "query", "required": needed, "schema": reference(&[Kind::Framework]), "description": tell }));
        }
        paths.insert(format!("/api/v1/{path}"), answer);
    }
    let tell = "A framework as an OSCAL document: what it asks for, what of it applies, what meets it, how it stands on the date, or what was found and is done about it";
    let params = ["reference", "at", "known"];
    let mut answer = get("framework_as_oscal", tell, &params, json!({ "type": "object" }));
    if let Some(them) = answer["get"]["parameters"].as_array_mut() {
        let words = Sort::ALL.map(Sort::word);
        them.push(json!({ "name": "document", "in": "path", "required": true, "schema": { "type": "string", "enum": words }, "description": "Which document." }));
    }
    paths.insert("/api/v1/frameworks/{reference}/oscal/{document}".into(), answer);
}

/// Packs, certificates and acceptances.
fn handing(paths: &mut Map<String, Value>) {
    let params = ["reference", "at", "known"];
    for (path, id, tell) in [
        (
            "posts/{reference}/handover",
            "handover_pack",
            "What is to be handed over with the post, and the handover being worked on",
        ),
        (
            "handovers/{reference}/certificate",
            "certificate",
            "The certificate of a complete handover: what it certifies as known when it was sealed, the SHA-256 of that as compact JSON with keys in order, and today’s names",
        ),
        (
            "posts/{reference}/acceptances",
            "acceptances_of_post",
            "How each duty of the post stands with its holders",
        ),
        (
            "duties/{reference}/acceptances",
            "acceptances_of_duty",
            "How the duty stands with each holder of its post",
        ),
    ] {
        paths
            .insert(format!("/api/v1/{path}"), get(id, tell, &params, json!({ "type": "object" })));
    }
    let outcome = json!({ "application/json": { "schema": schema_ref("Outcome") } });
    paths["/api/v1/posts/{reference}/acceptances"]["post"] = json!({
        "operationId": "accept_all",
        "summary": "Accept every duty of the post that waits for its holder, who asks: all or none",
        "parameters": [
            { "$ref": "#/components/parameters/reference" },
            { "name": "Idempotency-Key", "in": "header", "required": true, "description": "A fresh UUID for each request; the same for a repetition, which has no second effect.", "schema": { "type": "string", "format": "uuid" } },
        ],
        "responses": {
            "201": { "description": "Recorded.", "content": outcome },
            "200": { "description": "Had been recorded before, under the same key.", "content": outcome },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
}

fn commands() -> Value {
    json!({ "post": {
        "operationId": "perform",
        "summary": "One command, or a list that takes effect as a whole",
        "parameters": [
            { "name": "Idempotency-Key", "in": "header", "required": true, "description": "A fresh UUID for each request; the same for a repetition, which has no second effect.", "schema": { "type": "string", "format": "uuid" } },
            { "name": "Act-As", "in": "header", "required": false, "description": "The post acted as; one that you hold today.", "schema": { "type": "string" } },
            { "name": "Seen-Entry", "in": "header", "required": false, "description": "The `entry` of the answer on which the commands rest: if a record that they change has an entry of its own later than that, nothing is done and the answer is 409.", "schema": { "type": "integer", "minimum": 0 } },
            { "name": "dry_run", "in": "query", "required": false, "description": "`yes`: say what it would come to, and record nothing. No key is needed.", "schema": { "type": "string", "enum": ["yes"] } },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "oneOf": [schema_ref("Command"), { "type": "array", "items": schema_ref("Command"), "minItems": 1 }],
        } } } },
        "responses": {
            "201": { "description": "Recorded.", "content": { "application/json": { "schema": schema_ref("Outcome") } } },
            "200": { "description": "Had been recorded before, under the same key; or, with `dry_run`, what would be: `dry_run`, `established` and `warnings`.", "content": { "application/json": { "schema": { "oneOf": [schema_ref("Outcome"), schema_ref("Trial")] } } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

fn get(id: &str, summary: &str, params: &[&str], schema: Value) -> Value {
    let params: Vec<Value> = params
        .iter()
        .map(|it| json!({ "$ref": format!("#/components/parameters/{it}") }))
        .collect();
    json!({ "get": {
        "operationId": id,
        "summary": summary,
        "parameters": params,
        "responses": {
            "200": { "description": "As asked.", "content": { "application/json": { "schema": schema } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

fn parameters() -> Value {
    let query = |name: &str, tell: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "description": tell, "schema": schema });
    json!({
        "reference": { "name": "reference", "in": "path", "required": true, "description": "Like POST-104.", "schema": { "type": "string" } },
        "at": query("at", "The date looked at; today when absent.", json!({ "type": "string", "format": "date" })),
        "known": query("known", "As it was known at this moment; now when absent.", json!({ "type": "string", "format": "date-time" })),
        "after": query("after", "Go on after this one.", json!({ "type": "string" })),
        "limit": query("limit", "Records in the answer.", json!({ "type": "integer", "minimum": 1, "maximum": super::records::PAGE_MAX })),
        "act": query("act", "The kind of act, in the scheme’s own words: approve spending.", json!({ "type": "string" })),
        "value": query("value", "What is held against limits, like 250000.", json!({ "type": "string" })),
        "away": query("away", "A post or a person that is away, by reference.", json!({ "type": "string" })),
        "all": query("all", "Those that have ended or not begun, too.", json!({ "type": "boolean", "default": false })),
    })
}

fn schemas() -> Value {
    let mut schemas = Map::new();
    let mut every = Vec::new();
    for kind in Kind::ALL {
        let terms = format!("{}Terms", title(kind));
        schemas.insert(terms.clone(), terms_of(kind));
        schemas.insert(record_name(kind), record_of(kind));
        let name = format!("{}Command", title(kind));
        every.push(schema_ref(&name));
        schemas.insert(name, command_of(kind, &terms));
    }
    every.push(schema_ref("MeasurementCommand"));
    schemas.insert("MeasurementCommand".into(), measuring::command());
    schemas.insert("Command".into(), json!({ "oneOf": every }));
    let warnings = json!({ "type": "array", "items": { "type": "object" }, "description": "What rules will find of the appointments among the commands: `rule`, `grade`, `what`, `since`, `says`, `about`, and `on`, the day on which it is looked for. Left out where there is nothing to say." });
    schemas.insert("Trial".into(), json!({
        "type": "object",
        "required": ["dry_run", "established", "warnings"],
        "properties": {
            "dry_run": { "type": "boolean" },
            "established": { "type": "array", "items": { "type": "string" }, "description": "References of the records it would establish, in order, if nothing else comes first." },
            "warnings": warnings.clone(),
        },
    }));
    schemas.insert("Outcome".into(), json!({
        "type": "object",
        "required": ["first", "last", "established", "repeated", "recorded"],
        "properties": {
            "first": { "type": "integer", "description": "The first entry it wrote." },
            "last": { "type": "integer" },
            "established": { "type": "array", "items": { "type": "string" }, "description": "References of the records it established, in order." },
            "repeated": { "type": "boolean" },
            "warnings": warnings,
            "recorded": { "type": "string", "format": "date-time" },
        },
    }));
    schemas.insert(
        "Problem".into(),
        json!({
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "reference": { "type": "string", "description": "Where something of the server's broke: the log has a line with it." },
                "who_may": { "type": "array", "items": { "type": "string" }, "description": "Where the visitor may not: the posts that may." },
            },
        }),
    );
    Value::Object(schemas)
}

fn record_of(kind: Kind) -> Value {
    json!({
        "type": "object",
        "required": ["reference", "kind", "status", "stands", "terms", "at"],
        "properties": {
            "reference": { "type": "string", "pattern": format!("^{}-[1-9][0-9]*$", kind.prefix()) },
            "kind": { "const": kind.word() },
            "name": { "type": ["string", "null"] },
            "status": { "type": "object", "required": ["word"], "properties": { "word": { "type": "string" }, "confidence": { "type": "number", "minimum": 0, "maximum": 1 } } },
            "stands": { "type": "boolean" },
            "from": { "type": ["string", "null"], "format": "date" },
            "until": { "type": ["string", "null"], "format": "date", "description": "The first day on which it no longer stands." },
            "ended": { "type": ["string", "null"], "format": "date" },
            "annulled": { "type": "boolean" },
            "terms": schema_ref(&format!("{}Terms", title(kind))),
            "names": { "type": "object", "additionalProperties": { "type": ["string", "null"] }, "description": "Names of the records that the terms point at." },
            "at": { "type": "string", "format": "date" },
            "entry": entry(),
        },
    })
}

/// What a later command gives back as `Seen-Entry`.
fn entry() -> Value {
    json!({ "type": "integer", "minimum": 0, "description": "How far the ledger had come when this was answered; a command that gives it back as Seen-Entry is refused if what it changes has changed since." })
}

fn terms_of(kind: Kind) -> Value {
    let mut properties: Map<String, Value> =
        kind.fields().iter().map(|it| (it.name.to_owned(), term(it))).collect();
    if kind == Kind::Person {
        let name = json!({ "type": "string", "writeOnly": true, "description": "Goes to the vault; the ledger gets a commitment to it." });
        properties.insert("name".into(), name);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn term(it: &Field) -> Value {
    let mut schema = match it.shape {
        Shape::Line => json!({ "type": "string", "maxLength": field::LINE_MAX }),
        Shape::Prose => json!({ "type": "string", "maxLength": field::PROSE_MAX }),
        Shape::Lines => {
            json!({ "type": "array", "items": { "type": "string" }, "maxItems": field::LIST_MAX })
        }
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::Amount => json!({ "type": "string", "pattern": r"^-?\d+(\.\d{1,6})?$" }),
        Shape::Whole => json!({ "type": "integer", "minimum": 0, "maximum": u16::MAX }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words }),
        Shape::Link(kind) => reference(&[kind]),
        Shape::AnyOf(kinds) => reference(kinds),
        Shape::Links(kind) => {
            json!({ "type": "array", "items": reference(&[kind]), "maxItems": field::LIST_MAX })
        }
        Shape::Sealed => json!({ "type": "string", "readOnly": true }),
        Shape::Wording => json!({ "type": "object", "readOnly": true }),
        Shape::Found(words) => json!({ "type": "string", "enum": words, "readOnly": true }),
    };
    let can_be_empty =
        !it.required && matches!(schema["type"].as_str(), Some("string" | "integer"));
    if can_be_empty && !matches!(it.shape, Shape::Choice(_)) {
        schema["type"] = json!([schema["type"], "null"]);
    }
    schema["description"] = json!(format!("{}. {}", it.label, it.help));
    schema
}

fn reference(kinds: &[Kind]) -> Value {
    let prefixes: Vec<&str> = kinds.iter().map(|it| it.prefix()).collect();
    json!({ "type": "string", "pattern": format!("^({})-[1-9][0-9]*$", prefixes.join("|")) })
}

fn command_of(kind: Kind, terms: &str) -> Value {
    let (date, id, terms) =
        (json!({ "type": "string", "format": "date" }), reference(&[kind]), schema_ref(terms));
    let verb = |name: &str, required: &[&str], properties: Value| {
        json!({
            "type": "object", "required": [name], "additionalProperties": false,
            "properties": { name: { "type": "object", "required": required, "additionalProperties": false, "properties": properties } },
        })
    };
    let key = kind.word();
    json!({
        "type": "object", "required": [key], "additionalProperties": false,
        "properties": { key: { "oneOf": [
            verb("establish", &["from", "terms"], json!({ "from": date, "until": date, "terms": terms })),
            verb("change", &["id", "from", "terms"], json!({ "id": id, "from": date, "terms": terms })),
            verb("correct", &["id", "was", "from", "terms"], json!({ "id": id, "was": date, "from": date, "terms": terms })),
            verb("end", &["id", "on"], json!({ "id": id, "on": date })),
            verb("annul", &["id"], json!({ "id": id })),
        ] } },
    })
}

fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn record_name(kind: Kind) -> String {
    title(kind)
}

fn title(kind: Kind) -> String {
    let word = kind.word();
    word[..1].to_uppercase() + &word[1..]
}
