//! A draft's terms as values: links followed, cells read by the shape of their field.
//!
//! Always true: what cannot be read is said with its column; a term that a record cannot do without
//! leaves the record out, any other only itself.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Amount, Field, Kind, Ref, Shape, Text, Value};

use super::{
    Planner,
    find::{Unfound, ambiguous},
    fit::fit,
};
use crate::{
    draft::{Draft, Given, Target},
    figure::{self, Cell},
    finding::Finding,
    when, wire,
};

/// What a cell says that takes a value away; a blank one leaves it as it is.
pub(super) const NONE: &str = "(none)";

impl Planner<'_> {
    /// The terms of a draft; nothing when one is missing that the record cannot do without.
    pub(super) fn terms(
        &mut self,
        draft: &Draft,
        addressed: Option<Ref>,
    ) -> Option<Vec<(&'static str, Value)>> {
        let mut terms = Vec::with_capacity(draft.terms.len());
        let mut complete = true;
        for (name, given) in &draft.terms {
            let Some(field) = draft.kind.fields().iter().find(|it| it.name == *name) else {
                continue;
            };
            let value = match given {
                Given::Is(value) => Ok(value.clone()),
                Given::Link(target) => self.linked(draft, field, target).map(Value::Link),
                Given::Links(targets) => {
                    let mut links = Vec::new();
                    for target in targets {
                        if let Ok(it) = self.linked(draft, field, target)
                            && !links.contains(&it)
                        {
                            links.push(it);
                        }
                    }
                    Ok(Value::Links(links))
                }
                Given::Asked(text) => self.asked_for(field, text, draft.on),
                Given::Written(text) => {
                    if addressed.is_some_and(|of| self.is_written_so(of, field, text, draft.on)) {
                        continue;
                    }
                    self.written(field, text, draft.on)
                }
            };
            match value {
                Ok(value) => terms.push((field.name, self.fitted(draft, field, value))),
                Err(finding) => {
                    complete &= !field.required || addressed.is_some();
                    let mut finding = finding.column(&wire::column(draft.kind, field));
                    if field.required && addressed.is_none() {
                        finding.says.push_str(" It was left out.");
                    }
                    self.say(draft.place, finding);
                }
            }
        }
        keep_whole_name(draft, &mut terms);
        complete.then_some(terms)
    }

    /// The record that a draft names by reference.
    pub(super) fn addressed(&mut self, draft: &Draft, target: &Target) -> Option<Ref> {
        match self.resolve(target, &[draft.kind], draft.on) {
            Ok(it) if it.kind == draft.kind => Some(it),
            // What it amends was left out, and that was said.
            _ if matches!(target, Target::Draft(_)) => None,
            _ => {
                let written = match target {
                    Target::Written(text) => text.to_string(),
                    Target::Record(it) => it.to_string(),
                    Target::Draft(_) => String::new(),
                };
                let says = format!("There is no {} with this reference.", draft.kind.word());
                let finding = Finding::fault("reference-unknown", says)
                    .column("reference")
                    .value(&written)
                    .todo("Leave the reference blank to establish a new one, or write that of one that exists.");
                self.say(draft.place, finding);
                None
            }
        }
    }

    fn fitted(&mut self, draft: &Draft, field: &Field, value: Value) -> Value {
        let (value, said) = fit(field, value);
        for finding in said {
            self.say(draft.place, finding);
        }
        value
    }

    /// Whether the cell says what is recorded, as an export would have written it.
    fn is_written_so(&self, of: Ref, field: &Field, text: &str, on: Date) -> bool {
        let value = self.value(of, field.name, on);
        let cell = wire::cell(&value);
        let named = || match &value {
            // A list that was taken away as shown has names where references are kept.
            Value::Link(to) => {
                self.state.records().name(*to, on).is_some_and(|it| it.trim() == text)
            }
            _ => false,
        };
        cell.trim() == text || wire::harmless(&cell).trim() == text || named()
    }

    fn linked(
        &mut self,
        draft: &Draft,
        field: &Field,
        target: &Target,
    ) -> Result<Ref, Box<Finding>> {
        let kinds = kinds_of(field.shape);
        self.resolve(target, &kinds, draft.on).map_err(|it| match it {
            Unfound::Several(them) => Box::new(ambiguous(&self.state, &them)),
            Unfound::Nothing => {
                let says = format!("“{}” leads to something that was left out.", field.label);
                Box::new(Finding::question("link-left-out", says).todo("Mend that first."))
            }
        })
    }

    /// A cell as its field's shape has it.
    fn written(&mut self, field: &Field, text: &Text, on: Date) -> Result<Value, Box<Finding>> {
        if text.as_ref() == NONE && !field.required {
            return Ok(emptied(field.shape));
        }
        let wrong = |what: &str, todo: &str| {
            let says = format!("“{}” is {what}.", field.label);
            let finding = Finding::fault("cell-unreadable", says).value(text);
            Err(Box::new(finding.todo(todo.to_owned())))
        };
        match field.shape {
            Shape::Line | Shape::Prose => Ok(Value::Text(plain(text))),
            Shape::Lines => {
                let parts = plain(text);
                let parts = parts.split(';').map(str::trim).filter(|it| !it.is_empty());
                Ok(Value::Texts(parts.map(Text::from).collect::<Vec<_>>().into()))
            }
            Shape::Flag => match text.to_lowercase().as_str() {
                "yes" | "y" | "true" | "1" | "x" => Ok(Value::Flag(true)),
                "no" | "n" | "false" | "0" => Ok(Value::Flag(false)),
                _ => wrong("neither yes nor no", "Write yes or no."),
            },
            Shape::Day => match when::date(text) {
                Some(day) => Ok(Value::Day(day)),
                None => wrong("no date", "Write it as 2026-03-31."),
            },
            Shape::Amount => match figure::read(text) {
                Cell::Exact(figure) | Cell::Rounded(figure) => Ok(Value::Amount(Amount(figure.0))),
                _ => wrong("no number", "Write the number alone, such as 12.5."),
            },
            Shape::Whole => match text.parse::<u16>() {
                Ok(n) => Ok(Value::Whole(n.into())),
                Err(_) => wrong("no whole number", "Write a whole number from 0 to 65535."),
            },
            Shape::Choice(words) => {
                match words.iter().find(|it| it.eq_ignore_ascii_case(text.trim())) {
                    Some(word) => Ok(Value::Choice(word)),
                    None => {
                        wrong("none of its words", &format!("Write one of: {}.", words.join(", ")))
                    }
                }
            }
            Shape::Link(_) | Shape::AnyOf(_) => self.written_to(field, text, on).map(Value::Link),
            Shape::Links(_) => {
                let parts: Vec<Text> = text.split(';').map(|it| it.trim().into()).collect();
                let parts = parts.into_iter().filter(|it: &Text| !it.is_empty());
                let links = parts.map(|it| self.written_to(field, &it, on));
                links.collect::<Result<Vec<_>, _>>().map(Value::Links)
            }
            Shape::Sealed | Shape::Found(_) | Shape::Wording => {
                wrong("not for files to say", "Leave the column out.")
            }
        }
    }

    /// The record that a file calls so. Where none is called so, whoever brings it in says which;
    /// a record that cannot do without it waits for the answer.
    fn asked_for(&mut self, field: &Field, text: &Text, on: Date) -> Result<Value, Box<Finding>> {
        let kinds = kinds_of(field.shape);
        let unfound = match self.resolve(&Target::Written(Text::clone(text)), &kinds, on) {
            Ok(it) => return Ok(Value::Link(it)),
            Err(unfound) => unfound,
        };
        let kind = kinds.first().copied().unwrap_or(Kind::Post);
        let (says, todo) = match (&unfound, field.required) {
            (Unfound::Several(_), _) => ("Several are", "Choose the one that is meant."),
            (Unfound::Nothing, true) => ("None is", "Choose who does it."),
            (Unfound::Nothing, false) => {
                ("None is", "Choose who does it; left open, it is who does the procedure.")
            }
        };
        let named = crate::finding::shown(text);
        let says = format!("{says} called “{named}” among the {}.", kind.plural());
        let finding = Finding::question("post-to-choose", says).value(text).todo(todo);
        let mut finding = match unfound {
            Unfound::Several(them) => self.asked(finding, kind, text, &them),
            Unfound::Nothing => self.ask_for(finding, text, kind, on),
        };
        if let Some(ask) = &mut finding.ask {
            ask.must = field.required && !ask.choices.is_empty();
        }
        Err(Box::new(finding))
    }

    fn written_to(&mut self, field: &Field, text: &Text, on: Date) -> Result<Ref, Box<Finding>> {
        let kinds = kinds_of(field.shape);
        let target = Target::Written(Text::clone(text));
        self.resolve(&target, &kinds, on).map_err(|it| match it {
            Unfound::Several(them) => Box::new(self.ask_which(text, &kinds, &them)),
            Unfound::Nothing => {
                let words = kinds.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
                let says = format!("“{}” leads to nothing: no {words} has this reference, number or name.", field.label);
                let finding = Finding::fault("link-unknown", says)
                    .todo("Write a reference such as POST-104, a number or an exact name; import what it leads to first.");
                // A person's name has no place in a finding.
                let secret = kinds.contains(&Kind::Person);
                if secret {
                    return Box::new(finding);
                }
                Box::new(self.ask_nearest(finding.value(text), text, &kinds, on))
            }
        })
    }
}

/// Text without the apostrophe that an export puts before what a spreadsheet takes for a formula.
fn plain(text: &Text) -> Text {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.into(),
        _ => Text::clone(text),
    }
}

fn emptied(shape: Shape) -> Value {
    match shape {
        Shape::Lines => Value::Texts(Arc::from([])),
        Shape::Links(_) => Value::Links(Vec::new()),
        Shape::Flag => Value::Flag(false),
        Shape::Choice(words) => Value::Choice(words.first().copied().unwrap_or_default()),
        _ => Value::Nothing,
    }
}

fn kinds_of(shape: Shape) -> Vec<Kind> {
    match shape {
        Shape::Link(kind) | Shape::Links(kind) => vec![kind],
        Shape::AnyOf(kinds) => kinds.to_vec(),
        _ => Vec::new(),
    }
}

/// A name that had to be shortened stands whole in the description.
fn keep_whole_name(draft: &Draft, terms: &mut Vec<(&'static str, Value)>) {
    let whole = draft.terms.iter().find_map(|it| match it {
        ("name", Given::Is(Value::Text(name)) | Given::Written(name)) => Some(name),
        _ => None,
    });
    let kept = terms.iter().find(|it| it.0 == "name").map(|it| &it.1);
    let (Some(whole), Some(Value::Text(kept))) = (whole, kept) else { return };
    let Some(field) = draft.kind.fields().iter().find(|it| it.name == "about") else { return };
    let told = draft.terms.iter().any(|it| it.0 == "about");
    let skipped = told && !terms.iter().any(|it| it.0 == "about");
    if !kept.ends_with('…') || whole.ends_with('…') || skipped {
        return;
    }
    let about = terms.iter().position(|it| it.0 == "about");
    let text = match about.map(|at| &terms[at].1) {
        Some(Value::Text(about)) if about.contains(whole.trim()) => return,
        Some(Value::Text(about)) => format!("{}\n\n{about}", whole.trim()),
        _ => whole.trim().to_owned(),
    };
    let value = fit(field, Value::Text(text.into())).0;
    match about {
        Some(at) => terms[at].1 = value,
        None => terms.push(("about", value)),
    }
}
