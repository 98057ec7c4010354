//! Entries of the ledger in words: what was done to what, by whom, effective when, recorded when.

use kernel::{By, Event, Fact, Ref, field::Value, measurement};

use maud::{Markup, html};

use super::{Pen, capital};
use crate::ui::{Entry, day_text};

/// Terms that one line names; the entry's own page has them all.
const NAMED_MAX: usize = 3;
/// Characters of one value in a line.
const VALUE_CHARS_MAX: usize = 80;

/// What happened, said on the page of `of` or, without it, anywhere.
pub(super) fn what(pen: &Pen<'_>, event: &Event, of: Option<Ref>) -> String {
    let deed = deed(pen, event);
    let subject = event.subject();
    if of == Some(subject) {
        return capital(&deed);
    }
    format!("{} {}: {deed}", pen.kind(subject), pen.title(subject))
}

/// The same, with a link to what it is about.
pub(super) fn sentence(pen: &Pen<'_>, event: &Event) -> Markup {
    let subject = event.subject();
    html! {
        (pen.kind(subject)) " " a href=(pen.href(subject)) { (pen.title(subject)) } ": " (deed(pen, event))
    }
}

fn deed(pen: &Pen<'_>, event: &Event) -> String {
    let (deed, effective) = event.deed();
    match event {
        Event::Measurement(measurement::Event::Recorded { readings, .. }) => {
            let last = readings.last().map(|it| format!("{} for {}", it.value, day_text(it.on)));
            match readings.len() {
                1 => format!("measured {}", last.unwrap_or_default()),
                n => format!("{n} measurements, the last {}", last.unwrap_or_default()),
            }
        }
        Event::Measurement(measurement::Event::Withdrawn { on, also, .. }) => match also.len() {
            0 => format!("measurement for {} withdrawn", day_text(*on)),
            n => format!("{} measurements withdrawn, that for {} among them", n + 1, day_text(*on)),
        },
        Event::Measurement(measurement::Event::Rebased { on, reason, .. }) => match reason {
            Some(why) => format!("rebased from {}: {why}", day_text(*on)),
            None => format!("rebase from {} taken back", day_text(*on)),
        },
        Event::Measurement(measurement::Event::Excluded { on, reason, .. }) => match reason {
            Some(why) => format!("value for {} excluded: {why}", day_text(*on)),
            None => format!("value for {} counts again", day_text(*on)),
        },
        _ => {
            let changes = matches!(deed, "changed" | "corrected");
            let terms = if changes { terms(pen, event) } else { String::new() };
            match (terms.is_empty(), deed, effective) {
                (false, ..) => format!("{deed}: {terms}"),
                (true, "ended", Some(on)) => format!("ended on {}", day_text(on)),
                _ => deed.into(),
            }
        }
    }
}

fn terms(pen: &Pen<'_>, event: &Event) -> String {
    let given = given(event);
    let mut parts: Vec<String> = given
        .iter()
        .take(NAMED_MAX)
        .map(|(label, value)| format!("{label} “{}”", short(&pen.words(value))))
        .collect();
    match given.len().saturating_sub(NAMED_MAX) {
        0 => (),
        n => parts.push(format!("{n} more")),
    }
    parts.join(", ")
}

/// The terms an event gives, by their labels; a commitment is no term for readers.
pub(super) fn given(event: &Event) -> Vec<(&'static str, Value)> {
    let fields = event.subject().kind.fields();
    let label = |name: &str| fields.iter().find(|it| it.name == name).map(|it| it.label);
    let given = event.given().into_iter();
    given
        .map(|(name, value)| match name {
            "sealed_name" => ("Name", Value::Text("kept in the vault".into())),
            _ => (label(name).unwrap_or(name), value),
        })
        .collect()
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(VALUE_CHARS_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Who did it: `Ann Bell, as Head of Waste`.
pub(super) fn who(pen: &Pen<'_>, by: &By) -> String {
    match by {
        By::Console => "at the console".into(),
        By::Schedule => "by the schedule".into(),
        By::Postholder { person, post, .. } => {
            format!("{}, as {}", pen.title((*person).into()), pen.title((*post).into()))
        }
        By::Delegate { person, post, .. } => format!(
            "{}, for {} by delegation",
            pen.title((*person).into()),
            pen.title((*post).into())
        ),
    }
}

/// As a line of a history.
pub(super) fn line(pen: &Pen<'_>, seq: u64, fact: &Fact, of: Option<Ref>) -> Entry {
    Entry {
        what: what(pen, &fact.event, of),
        who: Some(who(pen, &fact.by)),
        effective: fact.event.deed().1,
        recorded: pen.scene.moment(fact.at),
        href: Some(pen.scene.href(&format!("/ledger/{seq}"))),
    }
}
