//! Profiles made for one point each; the published ones are in `tests/corpus/profiles.rs`.

use serde_json::{Value, json};

use super::{Document, resolve, roots};
use crate::json::{list_at, text_at};

/// Two groups; `a-1` holds `a-1.1`, which holds `a-1.1.1`; a loose parameter, and one in `a-1`.
fn catalog() -> Value {
    json!({"catalog": {
        "metadata": {"title": "All"},
        "params": [{"id": "often", "label": "how often"}, {"id": "never"}],
        "groups": [
            {"id": "a", "title": "A", "controls": [
                {"id": "a-1", "title": "One", "class": "x",
                 "params": [{"id": "p", "label": "who", "values": ["all"]}],
                 "props": [{"name": "label", "value": "A-1"}],
                 "parts": [{"id": "a-1_smt", "name": "statement", "prose": "Do {{ insert: param, p }}",
                            "parts": [{"id": "a-1_smt.a", "name": "item", "prose": "a"},
                                      {"id": "a-1_smt.b", "name": "item", "prose": "b"}]}],
                 "controls": [{"id": "a-1.1", "title": "One one", "controls": [
                     {"id": "a-1.1.1", "title": "Deep", "parts": [
                         {"name": "statement", "prose": "{{ insert: param, often }} {{insert: param, p}}"}]}]}]},
                {"id": "a-2", "title": "Two"}]},
            {"id": "b", "title": "B", "controls": [{"id": "b-1", "title": "Bee"}]}]}})
}

fn profile(imports: Value, more: Value) -> Value {
    let mut profile = json!({"metadata": {"title": "P", "version": "1"}, "imports": imports});
    let fields = profile.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    json!({ "profile": profile })
}

fn resolved(given: &[(&str, &Value)]) -> (Value, Vec<(&'static str, String)>) {
    let documents: Vec<Document<'_>> =
        given.iter().map(|(name, it)| Document::new(name, it)).collect();
    let root = roots(&documents)[0];
    let resolved = resolve(&documents, root);
    let said = resolved.findings.into_iter().map(|it| (it.code, it.says)).collect();
    (resolved.document.map_or(Value::Null, |it| it["catalog"].clone()), said)
}

/// Ids as a tree in brackets.
fn drawn(within: &Value) -> String {
    let mut out = Vec::new();
    for key in ["controls", "groups"] {
        for one in list_at(within, key) {
            let inner = drawn(one);
            let id = text_at(one, "id");
            out.push(if inner.is_empty() { id.to_owned() } else { format!("{id}[{inner}]") });
        }
    }
    out.join(" ")
}

fn as_is(import: Value) -> String {
    let mut import = import;
    import["href"] = json!("all.json");
    let profile = profile(json!([import]), json!({"merge": {"as-is": true}}));
    let (catalog, said) = resolved(&[("p.json", &profile), ("all.json", &catalog())]);
    assert_eq!(said, []);
    drawn(&catalog)
}

#[test]
fn controls_are_chosen_by_id_by_pattern_with_their_children_and_without_what_is_excluded() {
    assert_eq!(as_is(json!({})), "a[a-1[a-1.1[a-1.1.1]] a-2] b[b-1]");
    assert_eq!(as_is(json!({"include-all": {}})), "a[a-1[a-1.1[a-1.1.1]] a-2] b[b-1]");
    let by = |it: Value| as_is(json!({"include-controls": [it]}));
    assert_eq!(by(json!({"with-ids": ["b-1", "a-1"]})), "a[a-1] b[b-1]");
    assert_eq!(
        by(json!({"with-ids": ["a-1"], "with-child-controls": "yes"})),
        "a[a-1[a-1.1[a-1.1.1]]]"
    );
    assert_eq!(by(json!({"matching": [{"pattern": "?-1"}]})), "a[a-1] b[b-1]");
    // Its parents are not chosen: it moves up to where they stood.
    assert_eq!(by(json!({"with-ids": ["a-1.1.1"]})), "a[a-1.1.1]");
    assert_eq!(
        as_is(json!({"exclude-controls": [{"matching": [{"pattern": "a-1*"}]}]})),
        "a[a-2] b[b-1]"
    );
}

#[test]
fn a_profile_that_says_nothing_of_structure_stands_flat_with_the_parameters_it_speaks_of() {
    let import =
        json!([{"href": "all.json", "include-controls": [{"with-ids": ["a-1.1.1", "a-2"]}]}]);
    let (catalog, _) =
        resolved(&[("p.json", &profile(import, json!({}))), ("all.json", &catalog())]);
    assert_eq!(drawn(&catalog), "a-1.1.1 a-2");
    let params: Vec<&str> =
        list_at(&catalog, "params").iter().map(|it| text_at(it, "id")).collect();
    assert_eq!(params, ["often", "p"], "one is loose, the other's control was left out");
    assert_eq!(catalog["metadata"]["title"], "P");
}

#[test]
fn a_custom_structure_stands_as_it_is_written() {
    let custom = json!({"insert-controls": [{"include-controls": [{"with-ids": ["b-1", "zz"]}]}],
        "groups": [{"id": "g", "title": "Mine", "groups": [{"id": "h", "insert-controls": [
            {"order": "descending", "include-controls": [{"matching": [{"pattern": "a-*"}]}]}]}]}]});
    let profile = profile(json!([{"href": "all.json"}]), json!({"merge": {"custom": custom}}));
    let (catalog, said) = resolved(&[("p.json", &profile), ("all.json", &catalog())]);
    assert_eq!(drawn(&catalog), "b-1 g[h[a-2 a-1.1.1 a-1.1 a-1]]");
    assert_eq!(catalog["groups"][0]["title"], "Mine");
    let says = "The custom structure names 1 control that what it imports does not hold: zz.";
    assert_eq!(said, [("control-unknown", says.to_owned())]);
}

#[test]
fn clashing_controls_are_kept_first_or_merged() {
    let other = json!({"catalog": {"groups": [{"id": "a", "controls": [
        {"id": "a-1", "title": "Another one", "props": [{"name": "label", "value": "A-1"}, {"name": "new", "value": "1"}],
         "controls": [{"id": "a-9"}]}]}]}});
    let combined = |method: Option<&str>| {
        let merge = match method {
            Some(method) => json!({"merge": {"as-is": true, "combine": {"method": method}}}),
            None => json!({"merge": {"as-is": true}}),
        };
        let imports = json!([
            {"href": "all.json", "include-controls": [{"with-ids": ["a-1"]}]}, {"href": "other.json"}]);
        let profile = profile(imports, merge);
        resolved(&[("p.json", &profile), ("all.json", &catalog()), ("other.json", &other)])
    };
    let (kept, said) = combined(None);
    assert_eq!(drawn(&kept), "a[a-1 a-1[a-9]]");
    assert_eq!(said[0].0, "control-clash");
    let (first, said) = combined(Some("use-first"));
    assert_eq!((drawn(&first), said.len()), ("a[a-1 a-9]".to_owned(), 0));
    assert_eq!(list_at(&first["groups"][0]["controls"][0], "props").len(), 1);
    let (merged, _) = combined(Some("merge"));
    assert_eq!(drawn(&merged), "a[a-1 a-9]");
    let control = &merged["groups"][0]["controls"][0];
    assert_eq!((text_at(control, "title"), list_at(control, "props").len()), ("One", 2));
}

#[test]
fn parameters_are_set_and_contents_removed_and_added_where_they_are_said() {
    let modify = json!({"modify": {
        "set-parameters": [
            {"param-id": "p", "label": "whoever", "select": {"choice": ["x"]}, "props": [{"name": "n", "value": "v"}]},
            {"param-id": "gone"}],
        "alters": [
            {"control-id": "a-1", "removes": [{"by-id": "a-1_smt.a"}, {"by-name": "label", "by-class": "other"}],
             "adds": [
                {"position": "starting", "props": [{"name": "priority", "value": "P1"}]},
                {"position": "after", "by-id": "a-1_smt.b", "parts": [{"id": "c", "name": "item"}]},
                {"position": "before", "by-id": "a-1_smt.b", "parts": [{"id": "0", "name": "item"}]},
                {"by-id": "a-1_smt.b", "parts": [{"id": "i", "name": "item"}]},
                {"by-id": "nowhere", "parts": [{"id": "n"}]},
                {"title": "Renamed", "parts": [{"id": "end", "name": "guidance"}]}]},
            {"control-id": "b-1", "removes": [{"by-item-name": "part"}]}]}});
    let imports = json!([{"href": "all.json", "include-controls": [{"with-ids": ["a-1"]}]}]);
    let (catalog, said) =
        resolved(&[("p.json", &profile(imports, modify)), ("all.json", &catalog())]);
    let control = &catalog["controls"][0];
    let ids = |it: &Value, list: &str, key: &str| -> Vec<String> {
        list_at(it, list).iter().map(|it| text_at(it, key).to_owned()).collect()
    };
    assert_eq!(text_at(control, "title"), "Renamed");
    assert_eq!(ids(control, "props", "name"), ["priority", "label"]);
    assert_eq!(ids(control, "parts", "id"), ["a-1_smt", "end"]);
    assert_eq!(ids(&control["parts"][0], "parts", "id"), ["0", "a-1_smt.b", "c"]);
    assert_eq!(ids(&control["parts"][0]["parts"][1], "parts", "id"), ["i"]);
    let param = &control["params"][0];
    assert_eq!(text_at(param, "label"), "whoever");
    assert!(param.get("values").is_none() && param["select"]["choice"][0] == "x");
    let codes: Vec<&str> = said.iter().map(|it| it.0).collect();
    assert_eq!(codes, ["parameter-unknown", "control-unknown", "part-unknown"]);
}

#[test]
fn a_profile_of_a_profile_takes_it_as_it_was_resolved() {
    let inner = profile(
        json!([{"href": "#R"}]),
        json!({"merge": {"as-is": true},
            "modify": {"alters": [{"control-id": "b-1", "adds": [{"props": [{"name": "in"}]}]}]},
            "back-matter": {"resources": [{"uuid": "r", "rlinks": [
                {"href": "https://x/all.xml"}, {"href": "https://x/All.json?raw=1"}]}]}}),
    );
    let outer = profile(
        json!([{"href": "./deep/inner.xml", "include-controls": [{"with-ids": ["b-1"]}]}]),
        json!({"merge": {"as-is": true}}),
    );
    let given = [("inner.json", &inner), ("all-min.json", &catalog()), ("outer.json", &outer)];
    let (catalog, said) = resolved(&given);
    assert_eq!((drawn(&catalog), said.len()), ("b[b-1]".to_owned(), 0));
    assert_eq!(catalog["groups"][0]["controls"][0]["props"][0]["name"], "in");
}

#[test]
fn rings_and_imports_that_are_not_there_are_said_with_what_to_do() {
    let to = |name: &str| profile(json!([{"href": name}]), json!({}));
    let (none, said) = resolved(&[("a.json", &to("b.json")), ("b.json", &to("a.json"))]);
    assert!(none["controls"].as_array().is_some_and(Vec::is_empty), "{none}");
    let says = "The profiles import each other in a ring: a.json → b.json → a.json.";
    assert_eq!(said, [("import-ring", says.to_owned())]);
    let (_, said) = resolved(&[("a.json", &to("a.json"))]);
    assert_eq!(said[0].1, "The profiles import each other in a ring: a.json → a.json.");
    let (_, said) = resolved(&[("a.json", &to("#nowhere"))]);
    assert_eq!(said[0].1, "The profile imports #nowhere, which none of its resources is.");
    let (renamed, said) = resolved(&[("a.json", &to("other.json")), ("all.json", &catalog())]);
    assert_eq!((said.len(), said[0].0), (1, "import-taken-for"));
    assert_eq!(list_at(&renamed, "controls").len(), 5);
}

#[test]
fn a_line_of_profiles_longer_than_the_limit_is_cut_and_said() {
    let many: Vec<(String, Value)> = (0..40)
        .map(|n| {
            (
                format!("p{n}.json"),
                profile(json!([{"href": format!("p{}.json", n + 1)}]), json!({})),
            )
        })
        .collect();
    let given: Vec<(&str, &Value)> = many.iter().map(|it| (it.0.as_str(), &it.1)).collect();
    let (_, said) = resolved(&given);
    assert_eq!(said[0].0, "too-deep");
}

#[test]
fn profiles_that_double_at_every_step_come_to_an_end() {
    let long = "x".repeat(100_000);
    let all = json!({"catalog": {"controls": [{"id": "c", "title": long}]}});
    let mut many: Vec<(String, Value)> = (0..14)
        .map(|n| {
            let import = json!({"href": format!("p{}.json", n + 1)});
            (
                format!("p{n}.json"),
                profile(json!([import, import]), json!({"merge": {"as-is": true}})),
            )
        })
        .collect();
    many.push(("p14.json".into(), all));
    let given: Vec<(&str, &Value)> = many.iter().map(|it| (it.0.as_str(), &it.1)).collect();
    let (_, said) = resolved(&given);
    assert!(said.iter().any(|it| it.0 == "too-large-resolved"), "{said:?}");
}

#[test]
fn additions_into_additions_nest_no_deeper_than_a_catalog_may() {
    let adds: Vec<Value> = (0..500)
        .map(|n| {
            let to = if n == 0 { "a-1_smt".to_owned() } else { format!("d{}", n - 1) };
            json!({"by-id": to, "parts": [{"id": format!("d{n}"), "name": "item"}]})
        })
        .collect();
    let more = json!({"modify": {"alters": [{"control-id": "a-1", "adds": adds}]}});
    let profile = profile(json!([{"href": "all.json"}]), more);
    let (_, said) = resolved(&[("p.json", &profile), ("all.json", &catalog())]);
    assert!(said.iter().any(|it| it.0 == "part-unknown"));
}
