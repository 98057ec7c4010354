//! The form of a step: each question by what its answer looks like, a note, the day, and as which post.

use std::collections::BTreeMap;

use host::Ask;
use kernel::{
    Kind, Ref,
    evidence::{self, FileAnswer, Question},
    question::Answer,
};
use maud::{Markup, html};
use serde_json::json;

use super::{Here, sent::Asked};
use crate::{
    pages::{Pen, Sent, Wrong, capital, terms},
    scene::Acting,
    ui::{self, Choice, Field, Form, Link},
};

/// The post as which it is done.
pub(super) const AS: &str = "as";
/// Comes after the name of a question for files that were kept when the form was sent before.
const KEPT: &str = "-kept";
/// What a signature says in the ledger, which holds no name: who signed is who did the step.
const SIGNED: &str = "signed";

/// What stands in the fields.
#[derive(Debug, Default)]
pub(super) struct Typed(BTreeMap<String, String>);

impl Typed {
    pub(super) fn of(sent: &Sent) -> Typed {
        let mut typed: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in sent.pairs() {
            // Files that came now are asked for like those that had come before.
            let file = FileAnswer::read(value).is_some() && !name.ends_with(KEPT);
            let name = if file { format!("{name}{KEPT}") } else { name.clone() };
            let lines = typed.entry(name).or_default();
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(value);
        }
        Typed(typed)
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

pub(super) fn form(
    pen: &Pen<'_>,
    here: &Here,
    mine: &[Acting],
    (typed, wrong): (&Typed, &Wrong),
    key: String,
) -> Markup {
    let scene = pen.scene;
    let asked = evidence::questions(scene.state.records(), here.step, here.asked_on(scene));
    let mut fields: Vec<Field> = asked.iter().map(|it| field(it, typed, wrong)).collect();
    fields.push(
        Field::new("note", "Note", ui::Kind::LongText)
            .value(typed.get("note"))
            .help("What else there is to say. It stays in the ledger: name no persons here.")
            .error(wrong.at("note")),
    );
    let today = scene.today.to_string();
    let on = Some(typed.get("from")).filter(|it| !it.is_empty()).unwrap_or(&today);
    fields.push(
        Field::new("from", "Done on", ui::Kind::Date)
            .required()
            .value(on)
            .help("The day on which it was done, if that was not today.")
            .error(wrong.at("from")),
    );
    let mut hidden = Vec::new();
    match mine {
        [one] => hidden.push((AS.to_owned(), one.post.to_string())),
        several => {
            let choice = |it: &Acting| Choice::new(it.post.to_string(), pen.title(it.post.into()));
            let first = several.first().map(|it| it.post.to_string()).unwrap_or_default();
            let value = Some(typed.get(AS)).filter(|it| !it.is_empty()).unwrap_or(&first);
            let choices = several.iter().map(choice).collect();
            fields
                .push(Field::new(AS, "Done as", ui::Kind::Radios(choices)).required().value(value));
        }
    }
    for it in &asked {
        let kept = format!("{}{KEPT}", it.id);
        for line in typed.get(&kept).lines() {
            hidden.push((kept.clone(), line.to_owned()));
        }
    }
    let form = Form {
        id: "step".into(),
        action: here.path(),
        fields,
        button: "Done".into(),
        idempotency_key: Some(key),
        hidden,
        errors: wrong.whole.clone(),
        cancel: Some(Link::to("/queue", "Leave it")),
        ..Form::default()
    };
    html! {
        @if let [one] = mine { p.quiet { "You do it as " (pen.title(one.post.into())) "." } }
        // What the browser keeps meanwhile is said here; without script there is nothing to say.
        div #kept role="status" {}
        (ui::form(&form))
    }
}

fn field(it: &Question, typed: &Typed, wrong: &Wrong) -> Field {
    let name = it.id.to_string();
    let choices = || it.choices.iter().map(|it| Choice::new(&**it, capital(it))).collect();
    let kept = typed.get(&format!("{name}{KEPT}")).lines().filter_map(FileAnswer::read);
    let kept: Vec<String> = kept.map(|it| it.name).collect();
    let kind = match it.answer {
        Answer::Text => ui::Kind::LongText,
        Answer::Choice => ui::Kind::Radios(choices()),
        Answer::Number | Answer::Reading => ui::Kind::Number,
        Answer::Date => ui::Kind::Date,
        Answer::File => ui::Kind::Photos,
        Answer::Signature => ui::Kind::Radios(vec![Choice::new(SIGNED, "I sign this")]),
    };
    let mut help: Vec<String> = it.about.iter().map(|it| it.trim().to_owned()).collect();
    help.extend(limits(it));
    if it.answer == Answer::Choice && !it.passing.is_empty() && it.passing.len() < it.choices.len()
    {
        help.push(format!("Met by: {}.", it.passing.join(", ")));
    }
    if it.answer == Answer::Signature {
        help.push("Your account and your post sign; no name is typed.".into());
    }
    if !kept.is_empty() {
        help.push(format!("Kept already: {}. What is chosen now is added.", kept.join(", ")));
    }
    let label = match &it.measure {
        Some(measure) => format!("{} ({measure})", it.name),
        None => it.name.to_string(),
    };
    let field = Field::new(&*name, label, kind).value(typed.get(&name)).error(wrong.at(&name));
    // A file that is kept need not be chosen again.
    let required = !it.optional && kept.is_empty();
    let field = if required { field.required() } else { field };
    match help.is_empty() {
        true => field,
        false => field.help(help.join(" ")),
    }
}

/// `From 2 to 4 mm. Outside of it the step is recorded as not met.`
fn limits(it: &Question) -> Option<String> {
    let measure = it.measure.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
    let range = match (it.low, it.high) {
        (Some(low), Some(high)) => format!("From {low} to {high}{measure}"),
        (Some(low), None) => format!("At least {low}{measure}"),
        (None, Some(high)) => format!("At most {high}{measure}"),
        (None, None) => return None,
    };
    Some(format!(
        "{range}. Write down what it is: outside of that the step is recorded as not met."
    ))
}

/// What was typed, as the act that leaves evidence.
pub(super) fn read(
    pen: &Pen<'_>,
    here: &Here,
    acting: Acting,
    sent: &Sent,
) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let asked = evidence::questions(pen.scene.state.records(), here.step, here.asked_on(pen.scene));
    let names: Vec<String> = asked.iter().map(|it| it.id.to_string()).collect();
    let mut answers: Vec<String> = Vec::new();
    for name in &names {
        let kept = format!("{name}{KEPT}");
        let mine = sent.pairs().iter().filter(|it| it.0 == *name || it.0 == kept);
        let mut lines: Vec<&str> =
            mine.flat_map(|it| it.1.lines()).map(str::trim).filter(|it| !it.is_empty()).collect();
        let mut seen = std::collections::BTreeSet::new();
        // The same photo sent twice is one.
        lines.retain(|it| FileAnswer::read(it).is_none() || seen.insert(*it));
        answers.extend(lines.into_iter().map(|line| format!("{name}: {line}")));
    }
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).ok();
    if wrong.any() {
        return Err(wrong);
    }
    let note = Some(sent.get("note")).filter(|it| !it.is_empty());
    let mut terms = json!({
        "occurrence": here.occurrence.to_string(),
        "step": here.step.to_string(),
        "answers": answers,
    });
    if let Some(it) = note {
        terms["note"] = json!(it);
    }
    let body = json!({ "from": from, "terms": terms });
    let command = terms::command(Kind::Evidence, "establish", body)?;
    let shown = names.into_iter().chain(["from", "note"].map(ToOwned::to_owned)).collect();
    let links = vec![("occurrence".to_owned(), Ref::from(here.occurrence))];
    let ask = Ask::steps(sent.key, acting.into(), vec![command.into()]);
    Ok(Asked { ask, kind: Kind::Evidence, shown, links })
}
