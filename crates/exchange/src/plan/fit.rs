//! Texts as the kernel takes them: long ones shortened, control characters taken out.
//!
//! Always true: the same text always becomes the same text, so that a second import finds nothing
//! to change.

use kernel::{
    Field, Shape, Text, Value,
    field::{LINE_MAX, LIST_MAX, PROSE_MAX},
};

use crate::finding::{Finding, shown};

/// A fitted text, and what had to be done to it.
pub(super) fn fit(field: &Field, value: Value) -> (Value, Vec<Finding>) {
    match value {
        Value::Text(text) => {
            let (text, said) = text_of(field, &text);
            (Value::Text(text), said)
        }
        Value::Texts(them) => {
            let mut all = Vec::new();
            let fitted: Vec<Text> = them
                .iter()
                .take(LIST_MAX)
                .map(|it| {
                    let (text, said) = text_of(field, it);
                    all.extend(said);
                    text
                })
                .collect();
            (Value::Texts(fitted.into()), all)
        }
        other => (other, Vec::new()),
    }
}

fn text_of(field: &Field, text: &Text) -> (Text, Vec<Finding>) {
    let prose = field.shape == Shape::Prose;
    let max = if prose { PROSE_MAX } else { LINE_MAX };
    let odd = |it: char| it.is_control() && !(prose && matches!(it, '\n' | '\t'));
    if text.len() <= max && !text.contains(odd) {
        return (Text::clone(text), Vec::new());
    }
    let mut said = Vec::new();
    let strange = |it: char| it.is_control() && !matches!(it, '\n' | '\r' | '\t');
    if text.contains(strange) {
        let says = format!("“{}” holds a control character; a space took its place.", field.label);
        said.push(
            Finding::question("control-character", says)
                .column(field.name)
                .value(text)
                .todo("Look whether a letter was lost there."),
        );
    }
    let plain: String = if prose {
        text.replace("\r\n", "\n").chars().map(|it| if odd(it) { ' ' } else { it }).collect()
    } else {
        text.split(|it: char| it.is_control() || it == ' ').filter(|it| !it.is_empty()).fold(
            String::with_capacity(text.len()),
            |mut line, word| {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                line
            },
        )
    };
    let length = plain.chars().count();
    if length <= max {
        return (plain.into(), said);
    }
    let says =
        format!("“{}” has {length} characters, and {max} are kept: it was shortened.", field.label);
    said.push(
        Finding::note("shortened", says)
            .column(field.name)
            .value(&shown(&plain))
            .todo("Write a shorter one if this one reads badly."),
    );
    let mut short: String = plain.chars().take(max - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    (short.into(), said)
}
