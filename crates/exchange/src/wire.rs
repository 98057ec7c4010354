//! Answers as JSON: one shape for the API, the command line and exports.
//!
//! Links are references (`POST-104`), so that what is read can be sent back; the names that go with
//! them stand beside in `names`. Names of people come in from outside, because the kernel has none.

pub mod pack;
pub mod rehearsal;
pub mod variation;
pub mod warnings;

use jiff::civil::Date;
use kernel::{
    Event, Fact, Kind, Ref, Text, Value,
    forecast::backtest::Score,
    indicator::breakdown,
    read::{
        because::{self, Reason},
        forecast,
        may::Way,
        raised::{Raised, With},
        signals::Signal,
        thread::Step,
        view::{Life, Status, View},
        who::{self, Answer, Cover, Holder},
    },
    status::Word,
};
use serde_json::{Map, Value as Json, json};

/// What a record is called, people included.
pub type Names<'a> = &'a dyn Fn(Ref) -> Option<Text>;

/// A field's value.
pub fn value(it: &Value) -> Json {
    match it {
        Value::Nothing => Json::Null,
        Value::Text(it) => json!(&**it),
        Value::Texts(them) => them.iter().map(|it| json!(&**it)).collect(),
        Value::Flag(it) => json!(it),
        Value::Day(it) => json!(it.to_string()),
        Value::Amount(it) => json!(it.to_string()),
        Value::Whole(it) => json!(it),
        Value::Choice(it) => json!(it),
        Value::Link(it) => json!(it.to_string()),
        Value::Links(them) => them.iter().map(|it| json!(it.to_string())).collect(),
    }
}

/// A field's value as a cell of a spreadsheet: lists are joined by semicolons.
pub fn cell(it: &Value) -> String {
    let joined = |them: Vec<String>| them.join("; ");
    match it {
        Value::Nothing => String::new(),
        Value::Text(it) => it.to_string(),
        Value::Texts(them) => joined(them.iter().map(ToString::to_string).collect()),
        Value::Flag(it) => if *it { "yes" } else { "no" }.into(),
        Value::Day(it) => it.to_string(),
        Value::Amount(it) => it.to_string(),
        Value::Whole(it) => it.to_string(),
        Value::Choice(it) => (*it).into(),
        Value::Link(it) => it.to_string(),
        Value::Links(them) => joined(them.iter().map(ToString::to_string).collect()),
    }
}

/// Reference, name, kind: how one record stands in a list of links.
pub fn link(it: Ref, names: Names<'_>) -> Json {
    json!({ "reference": it.to_string(), "kind": it.kind.word(), "name": names(it).as_deref() })
}

pub fn status(it: Status) -> Json {
    match it {
        Status::Standing(it) => {
            json!({
                "word": it.word.word(),
                "confidence": f64::from(it.confidence) / 1000.0,
                // Only where somebody overrides it: what it would be.
                "computed": it.computed.map(|it| it.word()),
            })
        }
        other => json!({ "word": other.word() }),
    }
}

/// A record as it is on the view's date.
pub fn record(view: &View<'_>, of: Ref, names: Names<'_>) -> Json {
    let values = view.values(of);
    let mut linked = Map::new();
    for target in values.iter().flat_map(|it| it.1.links()) {
        linked.insert(target.to_string(), json!(names(*target).as_deref()));
    }
    let terms: Map<String, Json> =
        values.iter().map(|(field, it)| (field.name.to_owned(), value(it))).collect();
    let life = view.records().facet(of).map(kernel::register::Facet::life);
    let until = life.map_or(Date::MAX, |it| it.ends_after(view.on()));
    json!({
        "reference": of.to_string(),
        "kind": of.kind.word(),
        "name": names(of).as_deref(),
        "status": status(view.status(of)),
        "stands": view.stands(of),
        "from": life.map(|it| it.begins().to_string()),
        "until": (until != Date::MAX).then(|| until.to_string()),
        "ended": match view.life(of) { Life::Ended(on) => Some(on.to_string()), _ => None },
        "annulled": view.records().is_annulled(of),
        "override": overridden(view, of, names),
        "terms": terms,
        "names": linked,
        "at": view.on().to_string(),
    })
}

fn overridden(view: &View<'_>, of: Ref, names: Names<'_>) -> Json {
    let Some(it) = kernel::status::overrides::of(view.records(), of, view.on()) else {
        return Json::Null;
    };
    json!({
        "word": it.word.word(),
        "reason": &*it.reason,
        "from": it.from.to_string(),
        "until": it.until.to_string(),
        "by": it.by.map(|it| variation::by(it, names)),
    })
}

/// Why a record stands as it does.
pub fn because(view: &View<'_>, of: Ref, names: Names<'_>) -> Json {
    because::because(view, of).iter().map(|it| reason(it, names)).collect()
}

fn reason(it: &Reason, names: Names<'_>) -> Json {
    json!({
        "about": link(it.about, names),
        "says": it.says,
        "on": it.on.map(|it| it.to_string()),
    })
}

/// Who answers.
pub fn answer(it: &Answer, names: Names<'_>) -> Json {
    json!({
        "subject": link(it.subject, names),
        "duty": it.duty.map(|it| it.to_string()),
        "post": link(it.post.into(), names),
        "answering": it.answering.map(|it| link(it.into(), names)),
        "holders": it.holders.iter().map(|it| holder(it, names)).collect::<Json>(),
        "uncovered_since": it.uncovered_since.map(|it| it.to_string()),
    })
}

/// Who may do an act, and who nearly may: each chain of authority with who is at its end.
pub fn may(ways: &[Way], names: Names<'_>) -> Json {
    let told = |holds: bool| -> Json {
        ways.iter().filter(|it| it.holds() == holds).map(|it| way(it, names)).collect()
    };
    json!({ "may": told(true), "nearly": told(false) })
}

/// One chain of authority.
pub fn way(it: &Way, names: Names<'_>) -> Json {
    let people = it.people.iter().map(|it| match &it.holder {
        Some(of) => holder(of, names),
        None => json!({ "person": link(it.person.into(), names) }),
    });
    json!({
        "authority": link(it.authority.into(), names),
        "of": link(it.post.into(), names),
        "delegation": it.delegation.map(|it| it.to_string()),
        "as": link(it.to, names),
        "limit": it.limit.map(|it| it.to_string()),
        "until": it.until.map(|it| it.to_string()),
        "people": people.collect::<Json>(),
        "stops": it.stops.map(|it| it.to_string()),
    })
}

pub fn holder(it: &Holder, names: Names<'_>) -> Json {
    json!({
        "person": link(it.person.into(), names),
        "tenure": it.tenure.to_string(),
        "capacity": it.capacity.word(),
        "share": it.share,
        "since": it.since.to_string(),
        "until": it.until.map(|it| it.to_string()),
    })
}

/// Steps of a thread, each with what lies beyond it.
pub fn steps(them: &[Step], view: &View<'_>, names: Names<'_>) -> Json {
    let step = |it: &Step| {
        json!({
            "by": it.by,
            "of": link(it.of, names),
            "status": status(view.status(it.of)),
            "beyond": steps(&it.beyond, view, names),
            "left_out": it.left_out,
        })
    };
    them.iter().map(step).collect()
}

/// An entry of the ledger, in words and in terms.
pub fn entry(seq: u64, fact: &Fact, names: Names<'_>) -> Json {
    let (deed, effective) = fact.event.deed();
    let by = match fact.by {
        kernel::By::Console => json!("console"),
        kernel::By::Schedule => json!("schedule"),
        kernel::By::Postholder { person, post, tenure } => json!({
            "person": link(person.into(), names),
            "post": link(post.into(), names),
            "tenure": tenure.to_string(),
        }),
        kernel::By::Delegate { person, post, delegation, tenure } => json!({
            "person": link(person.into(), names),
            "post": link(post.into(), names),
            "delegation": delegation.to_string(),
            "tenure": tenure.map(|it| it.to_string()),
        }),
    };
    let given: Map<String, Json> = fact
        .event
        .given()
        .iter()
        .filter(|it| it.0 != "sealed_name")
        .map(|(name, it)| ((*name).to_owned(), value(it)))
        .collect();
    json!({
        "seq": seq,
        "recorded": fact.at.to_string(),
        "by": by,
        "deed": deed,
        "subject": link(fact.event.subject(), names),
        "effective": effective.map(|it| it.to_string()),
        "terms": given,
        "readings": readings(&fact.event),
        "reason": match &fact.event {
            Event::Measurement(
                kernel::measurement::Event::Rebased { reason, .. }
                | kernel::measurement::Event::Excluded { reason, .. },
            ) => reason.as_deref(),
            _ => None,
        },
    })
}

fn readings(event: &Event) -> Json {
    match event {
        Event::Measurement(kernel::measurement::Event::Recorded { readings, .. }) => readings
            .iter()
            .map(|it| {
                json!({
                    "on": it.on.to_string(),
                    "value": it.value.to_string(),
                    "numerator": it.numerator.map(|it| it.to_string()),
                    "denominator": it.denominator.map(|it| it.to_string()),
                    "released": it.released.map(|it| it.to_string()),
                    "next_release": it.next_release.map(|it| it.to_string()),
                })
            })
            .collect(),
        _ => Json::Null,
    }
}

/// The measurements of an indicator up to the view's date.
pub fn series(view: &View<'_>, of: kernel::id::IndicatorId) -> Json {
    let series = view.records().figures(of);
    let row = view.records().indicators.get(of);
    let rows = series.readings().filter(|it| it.on <= view.on());
    rows.map(|it| {
        let parts = breakdown::rolled(view.records(), of, it.on);
        json!({
            "released": it.released.map(|it| it.to_string()),
            "next_release": it.next_release.map(|it| it.to_string()),
            "excluded": series.excluded(it.on),
            "target": row.and_then(|row| row.target_on(it.on)).map(|it| it.to_string()),
            "progress": row.and_then(|row| row.progress(it.on, it.value)).map(|it| it.to_string()),
            "parts": parts.map(|it| json!({ "have": it.have, "of": it.of })),
            "on": it.on.to_string(),
            "value": it.value.to_string(),
            "numerator": it.numerator.map(|it| it.to_string()),
            "denominator": it.denominator.map(|it| it.to_string()),
        })
    })
    .collect()
}

/// What an indicator is expected to do, or why that is not told.
pub fn forecast(view: &View<'_>, of: kernel::id::IndicatorId, names: Names<'_>) -> Json {
    let day = |it: Option<Date>| it.map(|it| it.to_string());
    let mut told = json!({ "of": link(of.into(), names), "at": view.on().to_string() });
    let it = match forecast::forecast(view, of) {
        Some(Ok(it)) => it,
        Some(Err(silence)) => {
            told["silent"] = json!(silence.to_string());
            return told;
        }
        None => return told,
    };
    let ahead = it.forecast.ahead.iter().map(|it| {
        let [low, likely, high] = [it.low, it.likely, it.high].map(|it| it.to_string());
        json!({ "on": it.on.to_string(), "low": low, "likely": likely, "high": high })
    });
    told["ahead"] = ahead.collect();
    told["range_holds_per_cent"] = json!(kernel::forecast::HELD_PER_CENT);
    told["method"] = json!(it.forecast.method.words());
    told["used"] = json!(it.forecast.used);
    told["error_per_mille_of_no_change"] = json!(it.forecast.error);
    told["crossing"] = it.crossing.map_or(Json::Null, |it| {
        json!({
            "meets": it.meets,
            "earliest": day(it.earliest),
            "likely": day(it.likely),
            "latest": day(it.latest),
        })
    });
    told
}

/// How forecasts and their warnings would have done.
pub fn score(it: &Score) -> Json {
    json!({
        "spoke": it.spoke,
        "silent": it.silent,
        "held_against": it.held_against,
        "held_per_cent": it.held_per_cent(),
        "error": it.error,
        "error_of_no_change": it.naive,
        "error_of_season_before": it.seasonal_naive,
        "misses": it.warnings.misses,
        "misses_in_silence": it.warnings.misses_in_silence,
        "warned_of": it.warnings.lead_days.len(),
        "lead_days_median": it.warnings.lead_median(),
        "warnings_right": it.warnings.right,
        "false_alarms": it.warnings.false_alarms,
        "warnings_open": it.warnings.open,
    })
}

/// What a summary counts as missing: posts, duties, work and objectives.
pub const GAPS: [&str; 4] =
    ["vacant_posts", "uncovered_duties", "orphan_work", "starved_objectives"];

/// How the organisation stands: statuses by kind, and what is missing.
pub fn summary(view: &View<'_>, names: Names<'_>) -> Json {
    let derived = view.derived();
    let mut counts = Map::new();
    for kind in [Kind::Plan, Kind::Objective, Kind::Initiative, Kind::Action, Kind::Indicator] {
        let mut words = [0_usize; 4];
        for it in view.list(kind, false).filter_map(|it| derived.standing(it)) {
            words[it.word as usize] += 1;
        }
        let of_kind = Word::ALL.map(|it| (it.word().to_owned(), json!(words[it as usize])));
        counts.insert(kind.plural().into(), Json::Object(of_kind.into_iter().collect()));
    }
    let vacant = view
        .list(Kind::Post, false)
        .filter(|it| matches!(view.status(*it), Status::Cover(Cover::Vacant { .. })));
    let organisation = Ref { kind: Kind::Organisation, n: std::num::NonZeroU32::MIN };
    json!({
        "organisation": names(organisation).as_deref(),
        "at": view.on().to_string(),
        "entries": view.state().seq(),
        "counts": counts,
        "vacant_posts": vacant.count(),
        "uncovered_duties": who::uncovered(view.records(), view.on()).len(),
        "live_work": derived.live_work(),
        "orphan_work": derived.orphans().len(),
        "live_objectives": derived.live_objectives(),
        "starved_objectives": derived.starved().len(),
    })
}

/// An early warning.
pub fn signal(it: &Signal, names: Names<'_>) -> Json {
    let because = |it: &(Ref, Option<Date>)| json!({ "about": link(it.0, names), "on": it.1.map(|it| it.to_string()) });
    json!({
        "signal": it.sort.word(),
        "gravity": it.sort.gravity().word(),
        "subject": link(it.subject, names),
        "since": it.since.to_string(),
        "goes_to": it.goes_to.map(|it| link(it.into(), names)),
        "because": it.because.iter().map(because).collect::<Json>(),
        "remedy": it.sort.remedy(),
    })
}

/// An early warning with what became of it.
pub fn raised(it: &Raised, names: Names<'_>) -> Json {
    let mut told = signal(&it.signal, names);
    let answer = it.answer.as_ref().map(|it| {
        let (with, until) = match it.with {
            With::Record(of) => (Some(link(of, names)), None),
            With::Until(day) => (None, Some(day.to_string())),
        };
        json!({
            "on": it.on.to_string(),
            "response": with,
            "accepted_until": until,
            "reason": it.reason.as_deref(),
            "answered_by": it.by.map(|it| link(it.into(), names)),
            "answerer": it.person.map(|it| link(it.into(), names)),
        })
    });
    let read = it.read.map(|it| {
        json!({
            "on": it.on.to_string(),
            "reader": link(it.person.into(), names),
            "read_as": link(it.post.into(), names),
        })
    });
    let come = |it: &(kernel::id::PostId, Date)| json!({ "post": link(it.0.into(), names), "on": it.1.to_string() });
    told["reference"] = json!(it.id.map(|it| it.to_string()));
    told["state"] = json!(it.word.words());
    told["shown"] = json!(it.shown.map(|it| it.to_string()));
    told["read"] = json!(read);
    told["answer"] = json!(answer);
    told["escalated_to"] = it.escalated.iter().map(come).collect();
    told
}

/// The heading of a field: its name, unless that is the heading of a date already.
pub fn column(kind: Kind, field: &kernel::Field) -> String {
    match (kind, field.name) {
        (Kind::Anchor, "from") => "what_serves".into(),
        (_, name) => name.into(),
    }
}

/// All records of a kind as rows: the heading, then a row each.
pub fn rows(
    view: &View<'_>,
    kind: Kind,
    all: bool,
    names: Names<'_>,
) -> (Vec<String>, Vec<Vec<String>>) {
    rows_of(view, kind, view.list(kind, all), names)
}

/// As [`rows`], for some records of the kind. Ends are part of it, so that the file can be given back
/// to `import`.
pub fn rows_of(
    view: &View<'_>,
    kind: Kind,
    records: impl Iterator<Item = Ref>,
    names: Names<'_>,
) -> (Vec<String>, Vec<Vec<String>>) {
    let fields = kind.fields();
    let mut heading: Vec<String> = vec!["reference".into(), "from".into(), "until".into()];
    if kind == Kind::Person {
        heading.push("name".into());
    } else {
        heading.extend(fields.iter().map(|it| column(kind, it)));
    }
    heading.push("status".into());
    let row = |of: Ref| {
        let life = view.records().facet(of).map(kernel::register::Facet::life);
        let until = life.and_then(|it| {
            it.ended(view.on()).or_else(|| {
                let next = it.ends_after(view.on());
                (next != Date::MAX).then_some(next)
            })
        });
        let mut cells = vec![
            of.to_string(),
            life.map(|it| it.begins().to_string()).unwrap_or_default(),
            until.map(|it| it.to_string()).unwrap_or_default(),
        ];
        if kind == Kind::Person {
            cells.push(names(of).as_deref().unwrap_or_default().to_owned());
        } else {
            cells.extend(view.values(of).iter().map(|it| cell(&it.1)));
        }
        cells.push(view.status(of).word());
        cells
    };
    (heading, records.map(row).collect())
}

/// A command with the name that it brings for the vault, if it is about a person.
pub type Told = (kernel::Command, Option<String>);

/// Commands at most in one request.
pub const COMMANDS_MAX: usize = 10_000;

/// Reads one command, or a list of commands that are to take effect together. They are written as in
/// the ledger: `{"post": {"establish": {"from": "2026-04-01", "terms": {"name": "Clerk", ...}}}}`.
/// A person's `name` among the terms is taken out, because only the vault may hold it.
pub fn commands(json: Json) -> Result<Vec<Told>, String> {
    let them = match json {
        Json::Array(them) => them,
        one => vec![one],
    };
    if them.is_empty() || them.len() > COMMANDS_MAX {
        return Err(format!("Give from 1 to {COMMANDS_MAX} commands; {} came.", them.len()));
    }
    let several = them.len() > 1;
    let read = |(number, it): (usize, Json)| {
        command(it).map_err(|err| match several {
            true => format!("Command {}: {err}", number + 1),
            false => err,
        })
    };
    them.into_iter().enumerate().map(read).collect()
}

fn command(mut json: Json) -> Result<Told, String> {
    let name = take_name(&mut json)?;
    let command = serde_json::from_value(json).map_err(|err| {
        format!("This is not a command: {err}. Commands are listed in the API’s description.")
    })?;
    Ok((command, name))
}

fn take_name(json: &mut Json) -> Result<Option<String>, String> {
    let verbs = json.get_mut("person").and_then(Json::as_object_mut);
    let terms = verbs.and_then(|it| it.values_mut().next()?.get_mut("terms")?.as_object_mut());
    match terms.and_then(|it| it.remove("name")) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(name)) => person_name(&name).map(Some),
        Some(_) => Err("A person’s name is text.".into()),
    }
}

/// A person's name as the vault keeps it: trimmed, single spaces, at most 200 characters.
pub fn person_name(name: &str) -> Result<String, String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("A person needs a name.".into()),
        1..=200 if !name.chars().any(char::is_control) => Ok(name),
        _ => Err("A name has at most 200 characters and no control characters.".into()),
    }
}

/// Rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe in front, as
/// OWASP advises; numbers stay as they are.
pub fn csv(heading: &[String], rows: &[Vec<String>]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let written = std::iter::once(heading)
        .chain(rows.iter().map(Vec::as_slice))
        .try_for_each(|row| out.write_record(row.iter().map(|it| harmless(it).into_owned())));
    written.expect("writing into memory does not fail");
    let bytes = out.into_inner().expect("writing into memory does not fail");
    String::from_utf8(bytes).expect("made of text")
}

pub(crate) fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && cell.parse::<kernel::Amount>().is_err() {
        return format!("'{cell}").into();
    }
    cell.into()
}
