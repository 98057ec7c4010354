//! Filters against a second reader of the same filter, which is simple and slow; and texts of any sort.

use proptest::prelude::*;
use serde_json::json;

use super::{filter::Op, *};

/// A filter as it is drawn, before it is a text.
#[derive(Debug, Clone)]
enum Drawn {
    Is(&'static str, usize, &'static str),
    Present(&'static str),
    Not(Box<Drawn>),
    All(Vec<Drawn>),
    Any(Vec<Drawn>),
    Within(Box<Drawn>),
}

const PLAIN: [&str; 4] = ["userName", "title", "name.givenName", "department"];
const PARTS: [&str; 2] = ["type", "value"];
const WORDS: [&str; 5] = ["a", "A", "ab", "b", ""];

fn comparison(names: &'static [&'static str]) -> impl Strategy<Value = Drawn> {
    let name = prop::sample::select(names);
    prop_oneof![
        5 => (name.clone(), 0..Op::ALL.len(), prop::sample::select(&WORDS[..]))
            .prop_map(|(name, op, word)| Drawn::Is(name, op, word)),
        1 => name.prop_map(Drawn::Present),
    ]
}

fn deeper(leaf: BoxedStrategy<Drawn>) -> BoxedStrategy<Drawn> {
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| Drawn::Not(Box::new(it))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Drawn::All),
            prop::collection::vec(inner, 2..4).prop_map(Drawn::Any),
        ]
    })
    .boxed()
}

fn drawn() -> BoxedStrategy<Drawn> {
    let within = deeper(comparison(&PARTS).boxed()).prop_map(|it| Drawn::Within(Box::new(it)));
    deeper(prop_oneof![3 => comparison(&PLAIN), 1 => within].boxed())
}

fn text(it: &Drawn) -> String {
    let join = |them: &[Drawn], word: &str| {
        let them: Vec<String> = them.iter().map(|it| format!("({})", text(it))).collect();
        them.join(word)
    };
    match it {
        Drawn::Is(name, op, word) => format!("{name} {} {}", Op::ALL[*op].0, json!(word)),
        Drawn::Present(name) => format!("{name} pr"),
        Drawn::Not(it) => format!("not ({})", text(it)),
        Drawn::All(them) => join(them, " and "),
        Drawn::Any(them) => join(them, " OR "),
        Drawn::Within(it) => format!("emails[{}]", text(it)),
    }
}

/// What a name is of a flat resource.
type Flat<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

fn simply(it: &Drawn, of: &Flat<'_>, emails: &[(&'static str, &'static str)]) -> bool {
    match it {
        Drawn::Present(name) => of(name).is_some_and(|it| !it.is_empty()),
        Drawn::Is(name, op, word) => {
            let word = word.to_lowercase();
            let op = Op::ALL[*op].1;
            let Some(found) = of(name).map(str::to_lowercase) else { return op == Op::Ne };
            match op {
                Op::Eq => found == word,
                Op::Ne => found != word,
                Op::Co => found.contains(&word),
                Op::Sw => found.starts_with(&word),
                Op::Ew => found.ends_with(&word),
                Op::Gt => found > word,
                Op::Ge => found >= word,
                Op::Lt => found < word,
                Op::Le => found <= word,
            }
        }
        Drawn::Not(it) => !simply(it, of, emails),
        Drawn::All(them) => them.iter().all(|it| simply(it, of, emails)),
        Drawn::Any(them) => them.iter().any(|it| simply(it, of, emails)),
        Drawn::Within(it) => emails.iter().any(|(sort, value)| {
            let of = |name: &str| Some(if name == "type" { *sort } else { *value });
            simply(it, &of, emails)
        }),
    }
}

proptest! {
    #[test]
    fn a_filter_means_what_a_simple_reader_makes_of_it(
        it in drawn(),
        given in prop::collection::vec(prop::option::of(prop::sample::select(&WORDS[..4])), 4),
        emails in prop::collection::vec((prop::sample::select(&WORDS[..4]), prop::sample::select(&WORDS[..4])), 0..3),
    ) {
        let mut body = json!({ "userName": given[0].unwrap_or("b") });
        if let Some(it) = given[1] { body["title"] = json!(it); }
        if let Some(it) = given[2] { body["name"] = json!({ "givenName": it }); }
        if let Some(it) = given[3] { body[ENTERPRISE.id] = json!({ "department": it }); }
        body["emails"] = emails.iter().map(|(a, b)| json!({ "type": a, "value": b })).collect();
        let whole = shape::resource(&USER, &body).unwrap();
        let of = |name: &str| match name {
            "userName" => Some(given[0].unwrap_or("b")),
            "title" => given[1],
            "name.givenName" => given[2],
            _ => given[3],
        };
        let text = text(&it);
        match Filter::parse(&text) {
            Ok(filter) => {
                prop_assert_eq!(filter.fits(&USER, &whole).unwrap(), simply(&it, &of, &emails), "{}", text);
            }
            Err(fault) => prop_assert!(fault.says.contains("at most"), "{} {}", fault.says, text),
        }
    }

    #[test]
    fn no_text_is_too_odd_to_be_answered(text in r#"[a-z \[\]().\\"0-9:$]{0,60}"#, any in "\\PC{0,60}") {
        for text in [&text, &any] {
            let _ = Filter::parse(text);
            let _ = filter::Target::parse(text);
            let body = json!({ "Operations": [{ "op": "add", "path": text, "value": { "value": text } }] });
            let before = shape::resource(&USER, &json!({ "userName": "x", "emails": [{ "value": "a" }] })).unwrap();
            if let Ok(after) = patch::patched(&USER, &before, &body) {
                // What comes out is a resource again, and none of it is lost by being read.
                prop_assert_eq!(shape::resource(&USER, &Json::Object(after.clone())).unwrap(), after);
            }
        }
    }
}
