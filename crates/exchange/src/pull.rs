//! Figures that are fetched: the list of sources as it is written, and the figures in what a source answers.
//!
//! Not here: asking, and who signs for what comes. Always true: where there is no figure there is none, and never 0; a
//! list that is wrong somewhere says where, and none of it is used; nothing secret stands in the list, only the names
//! of files that hold it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{
    Amount,
    measurement::{READINGS_MAX, Reading},
};
use serde::Deserialize;
use serde_json::Value;

use crate::when;

/// Sources of one organisation.
pub const SOURCES_MAX: usize = 200;
/// Minutes between two times that a source is asked: 31 days.
pub const MINUTES_MAX: u32 = 44_640;
/// Characters of a name, an address, a pointer.
const TEXT_MAX: usize = 2_000;

/// A place that is asked for figures of one indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What people call it.
    pub name: String,
    /// The indicator: a reference or a number.
    pub indicator: String,
    pub address: String,
    /// How often it is asked.
    pub every_minutes: u32,
    /// Where the figure stands, as a JSON pointer (RFC 6901).
    pub value: String,
    /// Where the last day of its period stands; without it a figure is of the day on which it was fetched.
    #[serde(default)]
    pub on: Option<String>,
    #[serde(default)]
    pub numerator: Option<String>,
    #[serde(default)]
    pub denominator: Option<String>,
    /// A list, for each entry of which the other pointers are meant.
    #[serde(default)]
    pub each: Option<String>,
    /// The file that holds the key by which figures are recorded; without it that of the whole list.
    #[serde(default)]
    pub key_file: Option<String>,
    /// The file that holds the token which the source asks for.
    #[serde(default)]
    pub token_file: Option<String>,
    /// A file of certificates, as PEM, that are trusted instead of the public ones.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// Addresses of this machine and of its own network link may be asked too.
    #[serde(default)]
    pub allow_local: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    key_file: Option<String>,
    sources: Vec<Source>,
}

/// Reads the list of sources.
///
/// # Errors
///
/// A sentence that says what is wrong with it, and where.
pub fn sources(bytes: &[u8]) -> Result<Vec<Source>, String> {
    let list: List = serde_json::from_slice(bytes)
        .map_err(|it| format!("The list of sources cannot be read: {it}."))?;
    if list.sources.len() > SOURCES_MAX {
        return Err(format!(
            "There are {} sources; {SOURCES_MAX} can be asked at most.",
            list.sources.len()
        ));
    }
    let mut all: Vec<Source> = Vec::with_capacity(list.sources.len());
    for mut it in list.sources {
        it.key_file = it.key_file.or_else(|| list.key_file.clone());
        check(&it).map_err(|says| format!("The source “{}”: {says}", it.name))?;
        if all.iter().any(|other| other.name == it.name) {
            return Err(format!(
                "Two sources are called “{}”. Give each a name of its own.",
                it.name
            ));
        }
        all.push(it);
    }
    Ok(all)
}

fn check(it: &Source) -> Result<(), String> {
    let pointers = [
        Some(&it.value),
        it.on.as_ref(),
        it.numerator.as_ref(),
        it.denominator.as_ref(),
        it.each.as_ref(),
    ];
    for pointer in pointers.into_iter().flatten() {
        if !(pointer.is_empty() || pointer.starts_with('/')) {
            return Err(format!(
                "“{pointer}” is no JSON pointer. Begin it with a slash: /data/0/value."
            ));
        }
    }
    let texts =
        [&it.name, &it.indicator, &it.address].into_iter().chain(pointers.into_iter().flatten());
    if texts.into_iter().any(|text| text.chars().count() > TEXT_MAX) {
        return Err(format!("a text of it is longer than {TEXT_MAX} characters."));
    }
    if it.name.trim().is_empty() || it.indicator.trim().is_empty() {
        return Err("it needs a name, and an indicator by reference or number.".into());
    }
    let plain = it.address.starts_with("http://");
    if !plain && !it.address.starts_with("https://") {
        return Err(
            "its address begins with https:// or, where nothing is secret, with http://.".into()
        );
    }
    if plain && it.token_file.is_some() && !it.allow_local {
        return Err(
            "a token is sent by https only. Give an address that begins with https://.".into()
        );
    }
    if it.every_minutes == 0 || it.every_minutes > MINUTES_MAX {
        return Err(format!("it can be asked every 1 to {MINUTES_MAX} minutes."));
    }
    if it.key_file.is_none() {
        return Err("nobody signs for its figures. Make a key under Settings, put it into a file, and name that as key_file.".into());
    }
    Ok(())
}

/// The figures in an answer, in the order of their days; none where the source has none at present.
///
/// # Errors
///
/// A sentence that says what cannot be read.
pub fn figures(
    it: &Source,
    body: &[u8],
    today: Date,
    zone: &TimeZone,
) -> Result<Vec<Reading>, String> {
    let json: Value =
        serde_json::from_slice(body).map_err(|it| format!("The answer is not JSON: {it}."))?;
    let mut all = match &it.each {
        None => figure(it, &json, today, zone)?.into_iter().collect(),
        Some(pointer) => {
            let list = json.pointer(pointer).and_then(Value::as_array);
            let list =
                list.ok_or_else(|| format!("There is no list at {} in the answer.", at(pointer)))?;
            if list.len() > READINGS_MAX {
                return Err(format!(
                    "The list at {} has {} entries; {READINGS_MAX} are read at most.",
                    at(pointer),
                    list.len()
                ));
            }
            let mut all = Vec::with_capacity(list.len());
            for (n, entry) in list.iter().enumerate() {
                let read = figure(it, entry, today, zone);
                all.extend(read.map_err(|says| format!("Entry {}: {says}", n + 1))?);
            }
            all
        }
    };
    all.sort_by_key(|it| it.on);
    if let Some(pair) = all.windows(2).find(|it| it[0].on == it[1].on) {
        return Err(format!(
            "There are two figures of {}. Give a pointer to the day of each.",
            pair[0].on
        ));
    }
    Ok(all)
}

fn figure(
    it: &Source,
    json: &Value,
    today: Date,
    zone: &TimeZone,
) -> Result<Option<Reading>, String> {
    let Some(value) = amount(json, &it.value)? else { return Ok(None) };
    let on = match &it.on {
        None => today,
        Some(pointer) => day(json, pointer, zone)?,
    };
    let part = |pointer: &Option<String>| match pointer {
        None => Ok(None),
        Some(it) => amount(json, it),
    };
    Ok(Some(Reading {
        on,
        value,
        numerator: part(&it.numerator)?,
        denominator: part(&it.denominator)?,
        ..Reading::default()
    }))
}

/// A number as it is written, with all its digits; none where null or nothing stands.
fn amount(json: &Value, pointer: &str) -> Result<Option<Amount>, String> {
    let text = match json.pointer(pointer) {
        None => return Err(format!("There is nothing at {} in the answer.", at(pointer))),
        Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(format!("What stands at {} is no number.", at(pointer))),
    };
    text.parse()
        .map(Some)
        .map_err(|it| format!("What stands at {} is no number that can be kept: {it}", at(pointer)))
}

/// A day, the day of a moment where the organisation is, or the last day of a period.
fn day(json: &Value, pointer: &str, zone: &TimeZone) -> Result<Date, String> {
    let odd = || format!("What stands at {} is no day. It is written as 2026-03-31.", at(pointer));
    let text = match json.pointer(pointer) {
        None => return Err(format!("There is nothing at {} in the answer.", at(pointer))),
        Some(Value::String(text)) => text.trim().to_owned(),
        // A year is often a number.
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(odd()),
    };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment.to_zoned(zone.clone()).date());
    }
    let period = || when::period(&text, when::Style::default()).map(|it| it.last);
    when::date(&text).or_else(period).ok_or_else(odd)
}

fn at(pointer: &str) -> &str {
    if pointer.is_empty() { "the root" } else { pointer }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(more: Value) -> Result<Vec<Source>, String> {
        let mut one = json!({ "name": "Wards", "indicator": "IND-1", "address": "https://a.example/x",
            "every_minutes": 60, "value": "/v" });
        for (name, value) in more.as_object().unwrap() {
            one[name] = value.clone();
        }
        sources(&serde_json::to_vec(&json!({ "key_file": "pull.key", "sources": [one] })).unwrap())
    }

    fn read(more: Value, body: &str) -> Result<Vec<(String, String)>, String> {
        let it = list(more).unwrap().remove(0);
        let zone = TimeZone::get("Europe/London").unwrap();
        let all = figures(&it, body.as_bytes(), "2026-06-30".parse().unwrap(), &zone)?;
        Ok(all.into_iter().map(|it| (it.on.to_string(), it.value.to_string())).collect())
    }

    fn one(on: &str, value: &str) -> Result<Vec<(String, String)>, String> {
        Ok(vec![(on.into(), value.into())])
    }

    #[test]
    fn a_figure_is_read_where_pointers_say_with_its_day_however_that_is_written() {
        assert_eq!(read(json!({}), r#"{"v": 12.50}"#), one("2026-06-30", "12.5"));
        assert_eq!(
            read(json!({ "value": "/a~1b/0" }), r#"{"a/b": ["0.1"]}"#),
            one("2026-06-30", "0.1")
        );
        for (on, is) in [
            (r#""2026-03-31""#, "2026-03-31"),
            // A moment is of the day that it is where the organisation is.
            (r#""2026-06-30T23:30:00Z""#, "2026-07-01"),
            (r#""2026-02""#, "2026-02-28"),
        ] {
            let body = format!(r#"{{"v": 1, "d": {on}}}"#);
            assert_eq!(read(json!({ "on": "/d" }), &body), one(is, "1"), "{on}");
        }
        let list = r#"{"rows": [{"v": 2, "d": "2026-02-28"}, {"v": null, "d": "2026-03-31"}, {"v": 1, "d": "2026-01-31"}]}"#;
        let each = read(json!({ "each": "/rows", "on": "/d" }), list).unwrap();
        assert_eq!(each, [("2026-01-31".into(), "1".into()), ("2026-02-28".into(), "2".into())]);
    }

    #[test]
    fn no_figure_is_none_and_what_cannot_be_read_is_said() {
        for nothing in [r#"{"v": null}"#, r#"{"v": " "}"#] {
            assert_eq!(read(json!({}), nothing), Ok(vec![]), "{nothing}");
        }
        for (body, says) in [
            ("<html>", "The answer is not JSON"),
            ("{}", "There is nothing at /v in the answer."),
            (r#"{"v": true}"#, "What stands at /v is no number."),
            (r#"{"v": "many"}"#, "is no number that can be kept"),
            (r#"{"v": 1e400}"#, ""),
        ] {
            let wrong = read(json!({}), body).unwrap_err();
            assert!(wrong.contains(says), "{body}: {wrong}");
        }
        let undated = read(json!({ "on": "/d" }), r#"{"v": 1, "d": "soon"}"#).unwrap_err();
        assert!(undated.contains("is no day"), "{undated}");
        let twice = read(json!({ "each": "" }), r#"[{"v": 1}, {"v": 2}]"#).unwrap_err();
        assert!(twice.contains("two figures of 2026-06-30"), "{twice}");
        let none = read(json!({ "each": "/rows" }), r#"{"rows": 7}"#).unwrap_err();
        assert!(none.contains("no list at /rows"), "{none}");
    }

    #[test]
    fn a_list_that_is_wrong_somewhere_says_where() {
        for (more, says) in [
            (json!({ "value": "v" }), "is no JSON pointer"),
            (json!({ "address": "ftp://a" }), "begins with https://"),
            (json!({ "address": "http://a", "token_file": "t" }), "by https only"),
            (json!({ "every_minutes": 0 }), "every 1 to 44640 minutes"),
            (json!({ "name": " " }), "it needs a name"),
            (json!({ "password": "x" }), "unknown field `password`"),
        ] {
            let wrong = list(more.clone()).unwrap_err();
            assert!(wrong.contains(says), "{more}: {wrong}");
        }
        let unsigned = json!({ "sources": [{ "name": "A", "indicator": "IND-1", "address": "https://a", "every_minutes": 5, "value": "" }] });
        let wrong = sources(&serde_json::to_vec(&unsigned).unwrap()).unwrap_err();
        assert!(wrong.contains("nobody signs"), "{wrong}");
        let mut two = unsigned;
        two["key_file"] = json!("k");
        let again = two["sources"][0].clone();
        two["sources"].as_array_mut().unwrap().push(again);
        let wrong = sources(&serde_json::to_vec(&two).unwrap()).unwrap_err();
        assert!(wrong.contains("Two sources are called “A”"), "{wrong}");
    }
}
