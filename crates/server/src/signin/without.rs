//! What people keep for themselves, without somebody's name: the name of a saved view or of a file, a
//! search that a view goes back to.
//!
//! Always true: what does not hold the name stays byte for byte; the name counts only as whole words.

use kernel::person::FORMER;
use serde_json::Value as Json;

use super::vault::DRAWER;

/// The value of a vault row without the name; none if the row keeps it as it is.
pub fn without(field: &str, value: &[u8], name: &str) -> Option<Vec<u8>> {
    field.strip_prefix(DRAWER)?;
    let text: String = serde_json::from_slice(value).ok()?;
    serde_json::to_vec(&text_without(&text, name)?).ok()
}

/// A kept text without the name; none if it does not hold it.
pub(super) fn text_without(text: &str, name: &str) -> Option<String> {
    match serde_json::from_str::<Json>(text) {
        Ok(mut json) => forget(&mut json, name).then(|| json.to_string()),
        Err(_) => plain_without(text, name),
    }
}

/// Takes the name out of every text of a value. Whether any held it.
fn forget(json: &mut Json, name: &str) -> bool {
    match json {
        Json::String(text) => match plain_without(text, name) {
            Some(without) => {
                *text = without;
                true
            }
            None => false,
        },
        Json::Array(them) => them.iter_mut().fold(false, |any, it| forget(it, name) | any),
        Json::Object(them) => them.values_mut().fold(false, |any, it| forget(it, name) | any),
        _ => false,
    }
}

/// As it is written, and as an address writes it.
fn plain_without(text: &str, name: &str) -> Option<String> {
    let mut found = replaced(text, name, FORMER);
    for space in ["+", "%20"] {
        let written = address(name, space);
        if written != name {
            let here = found.as_deref().unwrap_or(text);
            let without = replaced(here, &written, &address(FORMER, space));
            found = without.or(found);
        }
    }
    found
}

fn address(name: &str, space: &str) -> String {
    let byte = |it: u8| match it {
        b' ' => space.to_owned(),
        b'-' | b'.' | b'_' | b'~' | b'*' => char::from(it).to_string(),
        it if it.is_ascii_alphanumeric() => char::from(it).to_string(),
        it => format!("%{it:02X}"),
    };
    name.bytes().map(byte).collect()
}

/// `text` with `by` wherever `name` stands as whole words, whatever the case.
fn replaced(text: &str, name: &str, by: &str) -> Option<String> {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    if name.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut before, mut any) = (text, None::<char>, false);
    while let Some(first) = rest.chars().next() {
        let free = before.is_none_or(|it| !it.is_alphanumeric());
        match ends(rest, &name).filter(|_| free) {
            Some(end) => {
                out.push_str(by);
                before = rest[..end].chars().next_back();
                rest = &rest[end..];
                any = true;
            }
            None => {
                out.push(first);
                before = Some(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    any.then_some(out)
}

/// Where the name ends that `text` begins with, if it does, and no word goes on there.
fn ends(text: &str, name: &[char]) -> Option<usize> {
    let mut wanted = name.iter().copied();
    let mut at = 0;
    for it in text.chars() {
        if wanted.len() == 0 {
            return (!it.is_alphanumeric()).then_some(at);
        }
        for lower in it.to_lowercase() {
            if wanted.next() != Some(lower) {
                return None;
            }
        }
        at += it.len_utf8();
    }
    (wanted.len() == 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_wherever_it_is_a_whole_word_and_nothing_else_does() {
        for (text, without) in [
            ("Ann Bell", Some("former postholder")),
            ("for ANN BELL’s posts", Some("for former postholder’s posts")),
            ("find=Ann+Bell&sort=name", Some("find=former+postholder&sort=name")),
            ("find=ann%20bell", Some("find=former%20postholder")),
            ("Joann Bell, Ann Bells", None),
            (
                r#"[{"name":"Ann Bell","query":"x=1"}]"#,
                Some(r#"[{"name":"former postholder","query":"x=1"}]"#),
            ),
            (
                r#"{"files":["a.csv","ann bell.csv"],"at":1}"#,
                Some(r#"{"at":1,"files":["a.csv","former postholder.csv"]}"#),
            ),
            (r#"{"Ann Bell":1}"#, None),
            ("", None),
        ] {
            assert_eq!(text_without(text, "Ann Bell").as_deref(), without, "{text}");
        }
        assert_eq!(text_without("né(e) Zoë", "ZOË").as_deref(), Some("né(e) former postholder"));
        assert_eq!(text_without("find=Zo%C3%AB", "Zoë").as_deref(), Some("find=former+postholder"));
    }

    #[test]
    fn only_what_somebody_keeps_is_looked_through() {
        let kept = serde_json::to_vec("Ann Bell").unwrap();
        assert!(without("drawer/views of posts", &kept, "Ann Bell").is_some());
        assert_eq!(without("account", &kept, "Ann Bell"), None);
        assert_eq!(without("name", &kept, "Ann Bell"), None);
    }
}
