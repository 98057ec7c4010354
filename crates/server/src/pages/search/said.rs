//! What is said of a record that was found: its name with what was asked for marked, by which former
//! name or number it was found, how it stands, who answers.

use std::cmp::Ordering;

use kernel::{
    Kind, Ref, Value, duty,
    id::{PersonId, PostId},
    read::who,
};
use serde_json::{Value as Json, json};

use super::{first, tense};
use crate::{
    pages::Pen,
    search::{Asked, Found, Hit, What},
    ui::{self, Offer, Status},
};

/// People or posts named beside one row.
const NAMED_MAX: usize = 2;

/// One row.
pub(super) struct Said {
    pub(super) of: Ref,
    pub(super) href: String,
    pub(super) reference: String,
    /// By turns unmarked and marked.
    pub(super) title: Vec<String>,
    pub(super) note: Option<Note>,
    pub(super) status: Option<Status>,
    /// Who answers for it; for a person, the posts they hold.
    pub(super) answers: Option<String>,
}

/// `formerly “Head of Refuse”`, with the middle marked.
pub(super) struct Note {
    pub(super) before: String,
    pub(super) text: Vec<String>,
    pub(super) after: &'static str,
}

/// The likeliest of what was found; without a question, the first of the kinds asked for.
pub(super) fn best(
    pen: &Pen<'_>,
    asked: &Asked,
    found: &Found,
    only: &[Kind],
    most: usize,
) -> Vec<Said> {
    if asked.is_empty() && found.exact.is_none() {
        return first(pen, only, most).into_iter().map(|it| Said::plain(pen, it)).collect();
    }
    let exact = found.exact.map(|it| Said::plain(pen, it));
    let others = found.best(most).into_iter().filter(|it| Some(it.of) != found.exact);
    exact.into_iter().chain(others.map(|it| Said::of(pen, asked, it))).take(most).collect()
}

impl Said {
    fn plain(pen: &Pen<'_>, of: Ref) -> Said {
        Said {
            of,
            href: pen.href(of),
            reference: of.to_string(),
            title: vec![pen.title(of)],
            note: None,
            status: pen.status(of),
            answers: answers(pen, of),
        }
    }

    pub(super) fn of(pen: &Pen<'_>, asked: &Asked, hit: &Hit) -> Said {
        let plain = Said::plain(pen, hit.of);
        let title = asked.marked(&plain.title.concat());
        // What the title shows already needs no note.
        let said = title.len() > 1 && tense(pen.scene.on, hit.from, hit.until).is_eq();
        let note = if said { None } else { note(pen, asked, hit) };
        Said { title, note, ..plain }
    }

    /// As the palette shows it.
    pub(super) fn offer(&self, pen: &Pen<'_>) -> Offer {
        let by = self.note.as_ref();
        let by = by.map(|it| format!("{}{}{}", it.before, it.text.concat(), it.after));
        let note = [Some(pen.kind(self.of)), by, self.answers.clone()];
        Offer {
            href: self.href.clone(),
            title: self.title.clone(),
            reference: Some(self.reference.clone()),
            note: Some(note.into_iter().flatten().collect::<Vec<_>>().join(" · ")),
            status: self.status.clone(),
        }
    }

    pub(super) fn json(&self, pen: &Pen<'_>) -> Json {
        let note = self.note.as_ref();
        json!({
            "reference": self.reference,
            "kind": self.of.kind.plural(),
            "kind_word": pen.kind(self.of),
            "name": self.title.concat(),
            "shown": pen.shown(self.of),
            "parts": self.title,
            "note": note.map(|it| format!("{}{}{}", it.before, it.text.concat(), it.after)),
            "status": self.status.as_ref().map(|it| json!({
                "word": it.word.map(ui::Word::key),
                "text": it.text.as_deref().or(it.word.map(ui::Word::text)),
                "confidence_percent": it.confidence_percent,
            })),
            "answers": self.answers,
            "href": self.href,
        })
    }
}

/// By what it was found, where its title does not say it.
fn note(pen: &Pen<'_>, asked: &Asked, hit: &Hit) -> Option<Note> {
    let tense = tense(pen.scene.on, hit.from, hit.until);
    let records = pen.scene.state.records();
    let from = || ui::day_text(hit.from);
    if hit.what == What::Name {
        let before = match tense {
            Ordering::Less => "formerly “".to_owned(),
            Ordering::Greater => format!("from {} “", from()),
            Ordering::Equal => return None,
        };
        let name = records.name(hit.of, hit.from)?;
        return Some(Note { before, text: asked.marked(&name), after: "”" });
    }
    let record = records.facet(hit.of)?;
    let text = |field: &str| match record.read(field, hit.from) {
        Value::Text(it) => Some(it),
        _ => None,
    };
    let before = match tense {
        Ordering::Less => "formerly number ".to_owned(),
        Ordering::Greater => format!("from {} number ", from()),
        Ordering::Equal => "number ".to_owned(),
    };
    let code = text("code").or_else(|| text("clause"))?;
    Some(Note { before, text: asked.marked(&code), after: "" })
}

fn answers(pen: &Pen<'_>, of: Ref) -> Option<String> {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    if let Ok(person) = PersonId::try_from(of) {
        let held = who::posts_of(records, person, on);
        return listed(held.iter().map(|it| pen.title(it.0.into())));
    }
    let own = PostId::try_from(of).is_ok();
    if !own && !duty::SUBJECTS.contains(&of.kind) {
        return None;
    }
    let found = who::who(records, of, on).ok()?;
    let holders = listed(found.holders.iter().map(|it| pen.title(it.person.into())));
    match (holders, found.uncovered_since) {
        // A vacant post's status says so.
        (_, Some(_)) if own => None,
        (_, Some(_)) => Some(format!("{}, vacant", pen.title(found.post.into()))),
        (holders, None) if own => holders,
        (Some(holders), None) => Some(format!("{holders}, {}", pen.title(found.post.into()))),
        (None, None) => Some(pen.title(found.post.into())),
    }
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let more = names.len().saturating_sub(NAMED_MAX);
    let named: Vec<String> = names.take(NAMED_MAX).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}
