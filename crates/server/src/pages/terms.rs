//! Between a form's strings and the kernel's terms: how a field is asked for, and what was typed.

use kernel::{
    Amount, Field, Kind, Ref, Shape, Text, Value, acceptance, amount::NotAnAmount, handover,
};
use serde_json::{Map, Value as Json, json};

use super::{Pen, Sent, Wrong, search};
use crate::ui::{self, Choice};

/// Records that a field carries with it; of more, the server suggests those that fit what is typed.
pub(crate) const OPTIONS_MAX: usize = 500;
/// Records that a sentence names when it cannot tell which was meant.
const CANDIDATES_MAX: usize = 5;
/// Comes after the name of a field for the record chosen among those that could have been meant.
const MEANT: &str = "-meant";

/// The fields of a kind that a form asks for. What only the vault holds is not among them, nor what
/// somebody signs or rules, which is an act of its own.
pub(crate) fn fields(kind: Kind) -> impl Iterator<Item = &'static Field> {
    let signed = move |it: &&Field| match kind {
        Kind::Handover => handover::SIGNED.contains(&it.name),
        Kind::Acceptance => acceptance::RULED.contains(&it.name),
        _ => false,
    };
    kind.given().filter(move |it| !signed(it))
}

/// One field as a control, with what stands in it and what is wrong with it.
pub(crate) fn control(pen: &Pen<'_>, it: &Field, value: &str, wrong: &Wrong) -> ui::Field {
    let kind = match it.shape {
        Shape::Line | Shape::Sealed | Shape::Found(_) | Shape::Wording => ui::Kind::Text,
        Shape::Prose | Shape::Lines => ui::Kind::LongText,
        Shape::Links(kind) => ui::Kind::Links(options(pen, &[kind])),
        Shape::Flag => ui::Kind::Flag,
        Shape::Day => ui::Kind::Date,
        Shape::Amount | Shape::Whole => ui::Kind::Number,
        Shape::Choice(words) => {
            ui::Kind::Choice(words.iter().map(|it| Choice::new(*it, super::capital(it))).collect())
        }
        Shape::Link(kind) => ui::Kind::Link(options(pen, &[kind])),
        Shape::AnyOf(kinds) => ui::Kind::Link(options(pen, kinds)),
    };
    let suggest = match (it.shape, &kind) {
        (Shape::Link(kind), ui::Kind::Link(them)) | (Shape::Links(kind), ui::Kind::Links(them))
            if them.is_empty() =>
        {
            suggestions(pen, &[kind])
        }
        (Shape::AnyOf(kinds), ui::Kind::Link(them)) if them.is_empty() => suggestions(pen, kinds),
        _ => None,
    };
    let more = match it.shape {
        Shape::Lines => " One a line.",
        Shape::Links(_) => " One a line, by reference, number or exact name.",
        Shape::Link(_) | Shape::AnyOf(_) => " By name, number or reference.",
        _ => "",
    };
    let required = it.required || matches!(it.shape, Shape::Choice(_));
    let meant = choices(pen, wrong, it.name);
    ui::Field { required, suggest, meant, ..ui::Field::new(it.name, it.label, kind) }
        .value(value)
        .help(format!("{}{more}", it.help))
        .error(wrong.at(it.name))
}

/// A field for a record of some kinds that is no term of another record.
pub(crate) fn link_field(
    pen: &Pen<'_>,
    name: &str,
    label: &str,
    kinds: &[Kind],
    wrong: &Wrong,
) -> ui::Field {
    let options = options(pen, kinds);
    let suggest = if options.is_empty() { suggestions(pen, kinds) } else { None };
    let meant = choices(pen, wrong, name);
    ui::Field { suggest, meant, ..ui::Field::new(name, label, ui::Kind::Link(options)) }
        .error(wrong.at(name))
}

/// Records that could have been meant, to choose from.
fn choices(pen: &Pen<'_>, wrong: &Wrong, name: &str) -> Vec<Choice> {
    let choice = |it: &Ref| Choice::new(it.to_string(), pen.shown(*it));
    wrong.meant(name).iter().map(choice).collect()
}

fn suggestions(pen: &Pen<'_>, kinds: &[Kind]) -> Option<String> {
    let any =
        pen.scene.rooms.is_none() && kinds.iter().any(|it| pen.view().records().count(*it) > 0);
    any.then(|| search::suggestions(pen.scene, kinds))
}

/// What was typed into a field for a record, or chosen among those it could have meant.
pub(crate) fn meant<'a>(sent: &'a Sent, name: &str) -> &'a str {
    match sent.get(&format!("{name}{MEANT}")) {
        "" => sent.get(name),
        it => it,
    }
}

/// The record that was typed into a field; what is wrong goes beside it, with what could be meant.
pub(crate) fn linked(
    pen: &Pen<'_>,
    name: &str,
    kinds: &[Kind],
    text: &str,
    wrong: &mut Wrong,
) -> Option<Ref> {
    match find(pen, kinds, text) {
        Ok(it) => Some(it),
        Err(it) => {
            wrong.put(name, it.sentence);
            wrong.offer(name, it.candidates);
            None
        }
    }
}

/// Suggestions for a link, if they are few enough to help.
pub(crate) fn options(pen: &Pen<'_>, kinds: &[Kind]) -> Vec<Choice> {
    // Whoever is confined to a room is not told what there is beside it.
    if pen.scene.rooms.is_some() {
        return Vec::new();
    }
    let all = kinds.iter().flat_map(|kind| pen.view().list(*kind, false));
    let found: Vec<Ref> = all.take(OPTIONS_MAX + 1).collect();
    if found.len() > OPTIONS_MAX {
        return Vec::new();
    }
    found.into_iter().map(|it| Choice::new(pen.shown(it), it.kind.word())).collect()
}

/// A value as its field shows it.
pub(crate) fn shown(pen: &Pen<'_>, value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Texts(them) => them.join("\n"),
        Value::Flag(it) => it.to_string(),
        Value::Day(it) => it.to_string(),
        Value::Link(it) => pen.shown(*it),
        Value::Links(them) => them.iter().map(|it| pen.shown(*it)).collect::<Vec<_>>().join("\n"),
        other => pen.words(other),
    }
}

/// Terms as they come out of a form.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) json: Map<String, Json>,
    /// Which field was given which record.
    pub(crate) links: Vec<(String, Ref)>,
}

impl Terms {
    /// Reads one field; what is wrong with it goes beside it. Nothing typed clears what can be empty.
    pub(crate) fn read(&mut self, pen: &Pen<'_>, it: &Field, sent: &Sent, wrong: &mut Wrong) {
        let text = match it.shape {
            Shape::Link(_) | Shape::AnyOf(_) => meant(sent, it.name),
            _ => sent.get(it.name),
        };
        match self.term(pen, it, text) {
            Ok(value) => drop(self.json.insert(it.name.into(), value)),
            Err(found) => {
                wrong.put(it.name, found.sentence);
                wrong.offer(it.name, found.candidates);
            }
        }
    }

    fn term(&mut self, pen: &Pen<'_>, it: &Field, text: &str) -> Result<Json, Unclear> {
        let lines = || text.lines().map(str::trim).filter(|it| !it.is_empty());
        match it.shape {
            Shape::Flag => return Ok(json!(text == "true")),
            Shape::Lines => return Ok(lines().collect()),
            Shape::Links(kind) => {
                return lines().map(|line| self.link(pen, it, &[kind], line)).collect();
            }
            Shape::Choice(words) if !words.contains(&text) => {
                return Err(format!("choose one of: {}", words.join(", ")).into());
            }
            _ if text.is_empty() && it.required => return Err("this is needed".into()),
            _ if text.is_empty() => return Ok(Json::Null),
            _ => (),
        }
        match it.shape {
            Shape::Link(kind) => self.link(pen, it, &[kind], text),
            Shape::AnyOf(kinds) => self.link(pen, it, kinds, text),
            Shape::Amount => {
                let amount: Amount = text.parse().map_err(|err: NotAnAmount| err.to_string())?;
                Ok(json!(amount.to_string()))
            }
            Shape::Whole => {
                let whole: Result<u16, _> = text.parse();
                let says =
                    || format!("“{}” is no whole number from 0 to {}", brief(text), u16::MAX);
                Ok(whole.map(Json::from).map_err(|_| says())?)
            }
            Shape::Day => Ok(json!(day(text)?.to_string())),
            _ => Ok(json!(text)),
        }
    }

    fn link(
        &mut self,
        pen: &Pen<'_>,
        it: &Field,
        kinds: &[Kind],
        text: &str,
    ) -> Result<Json, Unclear> {
        let found = find(pen, kinds, text)?;
        self.links.push((it.name.into(), found));
        Ok(json!(found.to_string()))
    }
}

/// A date as a date field sends it.
pub(crate) fn day(text: &str) -> Result<jiff::civil::Date, String> {
    match text {
        "" => Err("a date is needed".into()),
        it => it
            .parse()
            .map_err(|_| format!("“{}” is no date; write dates like 2026-03-14", brief(it))),
    }
}

/// As much of what was typed as a sentence can bear.
pub(crate) fn brief(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Why no record was found, and which could have been meant.
#[derive(Debug)]
pub(crate) struct Unclear {
    pub(crate) sentence: String,
    pub(crate) candidates: Vec<Ref>,
}

impl From<String> for Unclear {
    fn from(sentence: String) -> Unclear {
        Unclear { sentence, candidates: Vec::new() }
    }
}

impl From<&str> for Unclear {
    fn from(sentence: &str) -> Unclear {
        sentence.to_owned().into()
    }
}

/// As [`find`], with nothing but a sentence when it is not clear.
pub(crate) fn record(pen: &Pen<'_>, kinds: &[Kind], text: &str) -> Result<Ref, String> {
    find(pen, kinds, text).map_err(|it| it.sentence)
}

/// The record that was meant: by its reference, alone or in brackets at the end; else by its number in
/// the outside world; else by its exact name.
pub(crate) fn find(pen: &Pen<'_>, kinds: &[Kind], text: &str) -> Result<Ref, Unclear> {
    let bracketed = text.strip_suffix(')').and_then(|it| it.rsplit_once('(')).map(|it| it.1);
    if let Some(found) = bracketed.and_then(|it| it.parse().ok()).or(text.parse::<Ref>().ok()) {
        return Ok(existing(pen, kinds, found)?);
    }
    if pen.scene.rooms.is_some() {
        let sentence = format!("“{}” is no reference; write it like OCC-12", brief(text));
        return Err(Unclear { sentence, candidates: Vec::new() });
    }
    let records = pen.scene.state.records();
    let code: Text = text.into();
    let coded: Vec<Ref> = kinds.iter().flat_map(|kind| records.with_code(*kind, &code)).collect();
    let wanted = text.to_lowercase();
    let (mut exact, mut close) = (Vec::new(), Vec::new());
    if coded.is_empty() {
        for it in kinds.iter().flat_map(|kind| pen.view().list(*kind, false)) {
            let title = pen.title(it).to_lowercase();
            if title == wanted {
                exact.push(it);
            } else if close.len() < CANDIDATES_MAX && title.contains(&wanted) {
                close.push(it);
            }
        }
    }
    let names = |them: &[Ref]| {
        let them = them.iter().take(CANDIDATES_MAX).map(|it| pen.shown(*it));
        them.collect::<Vec<_>>().join("; ")
    };
    let typed = brief(text);
    let unclear = |sentence: String, them: &[Ref]| Unclear {
        sentence,
        candidates: them.iter().take(CANDIDATES_MAX).copied().collect(),
    };
    match (coded.as_slice(), exact.as_slice(), close.as_slice()) {
        ([only], ..) | (_, [only], _) => Ok(*only),
        (them @ [_, ..], ..) => Err(unclear(
            format!("“{typed}” is the number of several: {}. Give the reference", names(them)),
            them,
        )),
        (_, them @ [_, ..], _) => Err(unclear(
            format!("several are called “{typed}”: {}. Give the reference", names(them)),
            them,
        )),
        (_, _, [_, ..]) => Err(unclear(
            format!("nothing is called exactly “{typed}”; did you mean {}?", names(&close)),
            &close,
        )),
        _ => Err(format!(
            "nothing is called “{typed}”; look it up in the list of {}",
            kinds.iter().map(|it| it.plural()).collect::<Vec<_>>().join(", ")
        )
        .into()),
    }
}

fn existing(pen: &Pen<'_>, kinds: &[Kind], found: Ref) -> Result<Ref, String> {
    if !pen.view().exists(found) {
        return Err(format!("there is no {found}"));
    }
    if !kinds.contains(&found.kind) {
        let wanted = kinds.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
        return Err(format!(
            "{} is a {}; wanted here: {wanted}",
            pen.shown(found),
            found.kind.word()
        ));
    }
    Ok(found)
}

/// A command as the ledger writes it, read by the kernel's own reader.
pub(crate) fn command(kind: Kind, verb: &str, body: Json) -> Result<kernel::Command, Wrong> {
    let json = json!({ kind.word(): { verb: body } });
    serde_json::from_value(json).map_err(|err| {
        tracing::error!("a form gave what is no command: {err}");
        Wrong::with("Something here cannot be read. Nothing was saved.")
    })
}
