//! CloudEvents 1.0: figures that other systems send as they arise, one event or a batch, in the structured,
//! the batched and the binary form of its HTTP binding.
//!
//! Not here: who may send them, and their keeping. Always true: an event is known by its source and its id
//! together, so that one that is delivered again has no second effect; what cannot be read says which
//! attribute is wrong.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Amount, measurement::Reading};
use serde_json::{Map, Value};

/// The type of event that carries figures of an indicator.
pub const MEASUREMENT: &str = "throughline.measurement";
/// Events of one batch.
pub const BATCH_MAX: usize = 1_000;
/// Characters of an attribute.
const ATTRIBUTE_MAX: usize = 2_000;

/// One event that carries figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub source: String,
    pub id: String,
    /// The indicator as it was named: a reference or a number.
    pub indicator: String,
    pub readings: Vec<Reading>,
}

/// How a body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/cloudevents+json`: one event, attributes and data.
    Structured,
    /// `application/cloudevents-batch+json`: a list of them.
    Batch,
    /// Attributes as headers that begin with `ce-`, the body its data.
    Binary,
}

impl Form {
    /// The form that headers say; none if they say no event.
    pub fn of(content_type: &str, has_version: bool) -> Option<Form> {
        let media = content_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        match media.as_str() {
            "application/cloudevents+json" => Some(Form::Structured),
            "application/cloudevents-batch+json" => Some(Form::Batch),
            _ if has_version => Some(Form::Binary),
            _ => None,
        }
    }
}

/// Reads a body. Each event by itself: one that is wrong is a sentence, and hinders no other.
///
/// `attributes` are the headers that begin with `ce-`, without that, in small letters; they say something in the
/// binary form alone. `zone` is where a moment is which day.
///
/// # Errors
///
/// A sentence for a body that is no JSON, or no list where a list is said.
pub fn read(
    form: Form,
    attributes: &[(String, String)],
    body: &[u8],
    zone: &TimeZone,
) -> Result<Vec<Result<Event, String>>, String> {
    let json: Value = serde_json::from_slice(body)
        .map_err(|it| format!("The body is not valid JSON: {it}. Send the event again as JSON."))?;
    match form {
        Form::Structured => Ok(vec![event(&json, zone)]),
        Form::Binary => {
            let mut whole = Map::new();
            for (name, value) in attributes {
                whole.insert(name.clone(), value.as_str().into());
            }
            whole.insert("data".into(), json);
            Ok(vec![event(&Value::Object(whole), zone)])
        }
        Form::Batch => match json {
            Value::Array(all) if all.len() <= BATCH_MAX => {
                Ok(all.iter().map(|it| event(it, zone)).collect())
            }
            Value::Array(all) => Err(format!(
                "The batch has {} events; send {BATCH_MAX} at most at a time.",
                all.len()
            )),
            _ => Err("A batch is a list of events: begin it with [.".into()),
        },
    }
}

fn event(it: &Value, zone: &TimeZone) -> Result<Event, String> {
    let version = attribute(it, "specversion")?;
    if version != "1.0" {
        return Err(format!("“specversion” is “{version}”; events of version 1.0 are read."));
    }
    let (source, id) = (attribute(it, "source")?, attribute(it, "id")?);
    let sort = attribute(it, "type")?;
    if sort != MEASUREMENT {
        return Err(format!(
            "“type” is “{sort}”, and nothing is done about those. Send figures as {MEASUREMENT}."
        ));
    }
    let data = it.get("data").ok_or("The event has no “data”.")?;
    let named = data.get("indicator").and_then(Value::as_str);
    let indicator = named.or_else(|| it.get("subject").and_then(Value::as_str));
    let indicator = indicator.map(str::trim).filter(|it| !it.is_empty());
    let indicator = indicator.ok_or(
        "The event does not say which indicator it is of. Give its reference or number as “subject”.",
    )?;
    let moment = match it.get("time") {
        None | Some(Value::Null) => None,
        Some(time) => Some(moment(time, zone)?),
    };
    let readings = match data.get("readings") {
        None => vec![reading(data, moment)?],
        Some(Value::Array(all)) => {
            all.iter().map(|it| reading(it, moment)).collect::<Result<Vec<_>, _>>()?
        }
        Some(_) => {
            return Err("“readings” is a list of figures, each with “on” and “value”.".into());
        }
    };
    Ok(Event { source, id, indicator: indicator.into(), readings })
}

fn attribute(it: &Value, name: &str) -> Result<String, String> {
    match it.get(name).and_then(Value::as_str).map(str::trim) {
        Some(text) if text.chars().count() > ATTRIBUTE_MAX => {
            Err(format!("“{name}” is longer than {ATTRIBUTE_MAX} characters."))
        }
        Some(text) if !text.is_empty() => Ok(text.into()),
        _ => Err(format!("The event has no “{name}”, which CloudEvents 1.0 asks for.")),
    }
}

/// The day that a moment is, where the organisation is.
fn moment(time: &Value, zone: &TimeZone) -> Result<Date, String> {
    let at: Option<Timestamp> = time.as_str().and_then(|it| it.parse().ok());
    at.map(|it| it.to_zoned(zone.clone()).date())
        .ok_or_else(|| "“time” is no moment. Write it as 2026-03-31T09:00:00Z.".into())
}

fn reading(it: &Value, moment: Option<Date>) -> Result<Reading, String> {
    let on = day(it, "on")?
        .or(moment)
        .ok_or("The figure has no day. Give the last day of its period as “on”: 2026-03-31.")?;
    let value = amount(it, "value")?
        .ok_or("The figure has no “value”. Send nothing where there is no figure: it is never taken for 0.")?;
    Ok(Reading {
        on,
        value,
        numerator: amount(it, "numerator")?,
        denominator: amount(it, "denominator")?,
        released: day(it, "released")?,
        next_release: day(it, "next_release")?,
    })
}

fn day(it: &Value, name: &str) -> Result<Option<Date>, String> {
    match it.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(on) => {
            let day = on.as_str().and_then(|it| it.trim().parse().ok());
            day.map(Some)
                .ok_or_else(|| format!("“{name}” is no day: {on}. Write it as 2026-03-31."))
        }
    }
}

/// A number as it is written, with all its digits; none where there is none.
fn amount(it: &Value, name: &str) -> Result<Option<Amount>, String> {
    let text = match it.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => return Err(format!("“{name}” is no number: {other}.")),
    };
    text.parse().map(Some).map_err(|it| format!("“{name}” is no number that can be kept: {it}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(it: &Value) -> Result<Event, String> {
        let body = serde_json::to_vec(it).unwrap();
        read(Form::Structured, &[], &body, &TimeZone::get("Europe/London").unwrap())
            .unwrap()
            .remove(0)
    }

    fn measured() -> Value {
        json!({
            "specversion": "1.0", "id": "a-1", "source": "/wards/7", "type": MEASUREMENT,
            "subject": "IND-3", "time": "2026-06-30T23:30:00Z", "data": { "value": 12.50 },
        })
    }

    #[test]
    fn an_event_says_the_day_where_the_organisation_is_unless_it_names_one() {
        let event = one(&measured()).unwrap();
        let reading = event.readings[0];
        assert_eq!((event.indicator.as_str(), event.id.as_str()), ("IND-3", "a-1"));
        // Half past midnight in London.
        assert_eq!(
            (reading.on.to_string(), reading.value.to_string()),
            ("2026-07-01".into(), "12.5".into())
        );
        let mut named = measured();
        named["data"] = json!({ "indicator": "W7", "readings": [
            { "on": "2026-05-31", "value": "0.10", "numerator": 1, "denominator": 10 }, { "on": "2026-06-30", "value": 0 },
        ] });
        let event = one(&named).unwrap();
        assert_eq!(event.indicator, "W7");
        let days: Vec<String> = event.readings.iter().map(|it| it.on.to_string()).collect();
        assert_eq!(days, ["2026-05-31", "2026-06-30"]);
        assert_eq!(event.readings[0].denominator, Some("10".parse().unwrap()));
    }

    #[test]
    fn the_three_forms_say_the_same() {
        let zone = TimeZone::UTC;
        let whole = measured();
        let structured = serde_json::to_vec(&whole).unwrap();
        let batch = serde_json::to_vec(&json!([whole, whole])).unwrap();
        let attributes: Vec<(String, String)> =
            ["specversion", "id", "source", "type", "subject", "time"]
                .map(|it| (it.to_owned(), whole[it].as_str().unwrap().to_owned()))
                .into();
        let data = serde_json::to_vec(&whole["data"]).unwrap();
        let first = read(Form::Structured, &[], &structured, &zone).unwrap();
        assert_eq!(read(Form::Binary, &attributes, &data, &zone).unwrap(), first);
        assert_eq!(read(Form::Batch, &[], &batch, &zone).unwrap(), [first.clone(), first].concat());
        assert_eq!(
            Form::of("application/cloudevents+json; charset=utf-8", false),
            Some(Form::Structured)
        );
        assert_eq!(Form::of("application/cloudevents-batch+json", false), Some(Form::Batch));
        assert_eq!(Form::of("application/json", true), Some(Form::Binary));
        assert_eq!(Form::of("application/json", false), None);
    }

    #[test]
    fn what_is_wrong_is_said_by_its_attribute() {
        let wrong = |change: &dyn Fn(&mut Value)| {
            let mut it = measured();
            change(&mut it);
            one(&it).unwrap_err()
        };
        for (says, change) in [
            (
                "“specversion” is “0.3”",
                (&|it: &mut Value| it["specversion"] = "0.3".into()) as &dyn Fn(&mut Value),
            ),
            ("no “id”", &|it| it["id"] = " ".into()),
            ("no “source”", &|it| drop(it.as_object_mut().unwrap().remove("source"))),
            ("nothing is done about those", &|it| it["type"] = "door.opened".into()),
            ("no “data”", &|it| drop(it.as_object_mut().unwrap().remove("data"))),
            ("which indicator", &|it| it["subject"] = Value::Null),
            ("“time” is no moment", &|it| it["time"] = "yesterday".into()),
            ("has no day", &|it| it["time"] = Value::Null),
            ("“on” is no day", &|it| it["data"]["on"] = 5.into()),
            ("never taken for 0", &|it| it["data"]["value"] = Value::Null),
            ("“value” is no number", &|it| it["data"]["value"] = json!([1])),
            ("“value” is no number", &|it| it["data"]["value"] = "12 beds".into()),
            ("“readings” is a list", &|it| it["data"]["readings"] = 1.into()),
            ("longer than", &|it| it["id"] = "x".repeat(ATTRIBUTE_MAX + 1).into()),
        ] {
            let said = wrong(change);
            assert!(said.contains(says), "{says}: {said}");
        }
        let zone = TimeZone::UTC;
        assert!(read(Form::Structured, &[], b"{", &zone).unwrap_err().contains("not valid JSON"));
        assert!(read(Form::Batch, &[], b"{}", &zone).unwrap_err().contains("begin it with ["));
        let many = format!("[{}]", vec!["1"; BATCH_MAX + 1].join(","));
        assert!(
            read(Form::Batch, &[], many.as_bytes(), &zone).unwrap_err().contains("1000 at most")
        );
    }
}
