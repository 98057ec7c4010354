//! Then and now: how what is looked at differs from the present, said where it stands.
//!
//! Nothing here costs anything while now is looked at. At another time only what is shown is compared:
//! a list of a hundred thousand compares its page of rows, and counts who stands.

use jiff::Timestamp;
use kernel::{
    Field, Kind, Ref, Value, duty,
    read::who::{self, Cover, Unanswered},
};
use maud::{Markup, html};

use super::{Pen, capital};
use crate::ui::{self, Differs, Several, Turnover, day_text, differs};

/// Characters of a value as it is now, in a mark.
const NOW_CHARS_MAX: usize = 120;
/// Fields named in the mark of a row; the record's own page marks them all.
const ROW_FIELDS_MAX: usize = 2;
/// Records named of those that stand at only one of the two times.
const NAMED_MAX: usize = 10;

impl<'a> Pen<'a> {
    /// What differs now in a record shown in a row: its name, how it stands, who answers for it, its
    /// terms. None while now is looked at, or when nothing does.
    pub(crate) fn was_now(&self, of: Ref) -> Option<Differs> {
        let now = self.present()?;
        let mut says: Vec<String> = Vec::new();
        says.extend(self.name_now(of).map(|it| it.now));
        says.extend(self.status_now(of).map(|it| it.now));
        says.extend(self.answer_now(of).map(|it| it.now));
        if now.view().stands(of) {
            let fields: Vec<String> = self
                .view()
                .values(of)
                .iter()
                .filter_map(|(field, value)| {
                    let it = self.field_now(of, field, value).filter(|_| !is_name(field))?;
                    Some(format!("{}: {}", field.label, it.now))
                })
                .collect();
            let more = fields.len().saturating_sub(ROW_FIELDS_MAX);
            says.extend(fields.into_iter().take(ROW_FIELDS_MAX));
            says.extend((more > 0).then(|| format!("{more} more")));
        }
        (!says.is_empty()).then(|| self.differing(says.join("; ")))
    }

    /// A mark that says how it is at the other time.
    fn differing(&self, says: impl Into<String>) -> Differs {
        let other = self.scene.present.as_deref().filter(|_| self.scene.compared);
        Differs { when: other.map(|it| it.on), ..Differs::new(says) }
    }

    /// What it is called now.
    pub(crate) fn name_now(&self, of: Ref) -> Option<Differs> {
        let title = self.present()?.title(of);
        (title != self.title(of)).then(|| self.differing(format!("“{title}”")))
    }

    /// How it stands now; that it begins or has ended is said too.
    pub(crate) fn status_now(&self, of: Ref) -> Option<Differs> {
        let now = self.present()?.stands_as(of);
        (now != self.stands_as(of)).then(|| self.differing(now))
    }

    /// Who answers for it now.
    pub(crate) fn answer_now(&self, of: Ref) -> Option<Differs> {
        let now = self.present()?.answered_by(of)?;
        (Some(&now) != self.answered_by(of).as_ref()).then(|| self.differing(now))
    }

    /// What a field says now.
    pub(crate) fn field_now(&self, of: Ref, field: &Field, value: &Value) -> Option<Differs> {
        let present = self.present()?;
        let now = present.view().value(of, field.name);
        let differs = field.name != "sealed_name" && self.words(value) != present.words(&now);
        differs.then(|| self.differing(self.value_now(value, &now)))
    }

    /// A field's value, marked if it differs now.
    pub(crate) fn marked(&self, of: Ref, field: &Field, value: &Value) -> Markup {
        html! {
            @match recorded(of, field, value) {
                Some(it) => (ui::exact_moment(&self.scene.moment(it))),
                None => (self.value(value)),
            }
            @if let Some(it) = self.field_now(of, field, value) { (differs(&it)) }
        }
    }

    /// The status that is not there while a record merely stands, in words.
    fn stands_as(&self, of: Ref) -> String {
        match self.status(of) {
            Some(ui::Status { text: Some(text), .. }) => text,
            Some(ui::Status { word: Some(word), .. }) => word.text().into(),
            _ => "Stands".into(),
        }
    }

    fn answered_by(&self, of: Ref) -> Option<String> {
        let own = of.kind == Kind::Post;
        if !own && !duty::SUBJECTS.contains(&of.kind) {
            return None;
        }
        let (records, on) = (self.scene.state.records(), self.scene.on);
        let found = match who::who(records, of, on) {
            Ok(it) => it,
            Err(Unanswered::NoPost(..)) => return Some("no accountable post".into()),
            Err(_) => return None,
        };
        let held = match who::cover(records, found.post, on) {
            // A post's own status says so already.
            Cover::Vacant { .. } if own => return None,
            Cover::Vacant { since } => format!("held by nobody since {}", day_text(since)),
            Cover::Group => "a group of posts".into(),
            _ => {
                let names = found.holders.iter().map(|it| self.title(it.person.into()));
                let capacity = found.holders.first().map_or("", |it| it.capacity.word());
                let held = format!("held by {}", names.collect::<Vec<_>>().join(" and "));
                match capacity {
                    "" | "substantive" => held,
                    it => format!("{held} ({it})"),
                }
            }
        };
        Some(match own {
            true => held,
            false => format!("{}, {held}", self.title(found.post.into())),
        })
    }

    /// `now` in words; of a long list only what has come and gone.
    fn value_now(&self, then: &Value, now: &Value) -> String {
        let present = self.present().unwrap_or(self);
        let (Value::Links(was), Value::Links(is)) = (then, now) else {
            return short(&present.words(now));
        };
        let come: Vec<Ref> = is.iter().filter(|it| !was.contains(it)).copied().collect();
        let gone: Vec<Ref> = was.iter().filter(|it| !is.contains(it)).copied().collect();
        let mut says = Vec::new();
        if !come.is_empty() {
            says.push(format!("also {}", present.words(&Value::Links(come))));
        }
        if !gone.is_empty() {
            says.push(format!("no longer {}", self.words(&Value::Links(gone))));
        }
        match says.is_empty() {
            true => short(&present.words(now)),
            false => short(&says.join("; ")),
        }
    }

    /// How many records of a kind stand at only one of the two times, and the first of them.
    pub(crate) fn turnover(&self, kind: Kind) -> Option<Turnover> {
        let present = self.present()?;
        let all = present.view().list(kind, true).collect::<Vec<_>>();
        let then: Vec<Ref> = all.iter().filter(|it| self.view().stands(**it)).copied().collect();
        let now: Vec<Ref> = all.into_iter().filter(|it| present.view().stands(*it)).collect();
        Some(self.between(&capital(kind.words()), &then, &now))
    }

    /// What is in only one of two sets of records, each in order.
    pub(crate) fn between(&self, things: &str, then: &[Ref], now: &[Ref]) -> Turnover {
        let present = self.present().unwrap_or(self);
        let only = |pen: &Pen<'_>, these: &[Ref], those: &[Ref]| {
            let those: std::collections::HashSet<Ref> = those.iter().copied().collect();
            let only: Vec<Ref> = these.iter().filter(|it| !those.contains(it)).copied().collect();
            Several {
                count: only.len(),
                first: only.into_iter().take(NAMED_MAX).map(|it| pen.link(it)).collect(),
            }
        };
        Turnover {
            things: things.into(),
            only_now: only(present, now, then),
            only_then: only(self, then, now),
            days: self.scene.compared.then_some((present.scene.on, self.scene.on)),
        }
    }
}

/// A name has a mark of its own.
fn is_name(field: &Field) -> bool {
    matches!(field.name, "name" | "sealed_name")
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(NOW_CHARS_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// The moment at which evidence was recorded, which it keeps as it was written then.
fn recorded(of: Ref, field: &Field, value: &Value) -> Option<Timestamp> {
    match value {
        Value::Text(it) if of.kind == Kind::Evidence && field.name == "recorded" => it.parse().ok(),
        _ => None,
    }
}
