//! What somebody else changed while a form was open: said beside what was typed, and never written over
//! unseen.
//!
//! A form carries along, unseen, what stood in each field when it was drawn. A field that the visitor
//! left alone is not sent on, so that two people change different things without meeting.

use std::collections::BTreeMap;

use kernel::{Fact, Ref};

use super::{Pen, Sent, Wrong, entry, establish, history};
use crate::{App, Problem, Scene, ui};

/// Goes before the name of a field for what stood in it when the form was drawn.
const WAS: &str = "was-";

/// Entries of a record that are looked through for who changed it.
const LOOKED_THROUGH_MAX: usize = 50;

pub(super) type Values = BTreeMap<String, String>;

/// Carried along by a form: what stood in this field.
pub(super) fn hidden(field: &str, was: &Values) -> (String, String) {
    (format!("{WAS}{field}"), was.get(field).cloned().unwrap_or_default())
}

/// Fields that the visitor changed and somebody else too, while the form was open, with what stands
/// in them `now`. What was sent before and done is no such thing.
pub(super) fn fields(now: Values, sent: &Sent) -> Values {
    moved_on(now, sent, |it| differs(sent, it))
}

/// Fields that somebody else changed while the form was open, whether the visitor did or not: where all
/// of them are sent on.
pub(super) fn any(now: Values, sent: &Sent) -> Values {
    moved_on(now, sent, |_| true)
}

fn moved_on(mut now: Values, sent: &Sent, meant: impl Fn(&str) -> bool) -> Values {
    let plain = |it: &str| if it == "false" { String::new() } else { it.trim().to_owned() };
    now.retain(|name, stands| {
        let was = sent.pairs().iter().any(|it| it.0.strip_prefix(WAS) == Some(name));
        let stands = plain(stands);
        was && meant(name)
            && stands != plain(sent.get(&format!("{WAS}{name}")))
            && stands != plain(sent.get(name))
    });
    now
}

/// What the form carries when it is drawn again: what was overtaken has been shown by now, and sent
/// again it is meant.
pub(super) fn shown(sent: &Sent, overtaken: &Values) -> Values {
    let was = |it: &(String, String)| Some((it.0.strip_prefix(WAS)?.into(), it.1.clone()));
    sent.pairs().iter().filter_map(was).chain(overtaken.clone()).collect()
}

/// What stands there now, and by whom since when, beside what was typed.
pub(super) async fn told(
    app: &App,
    scene: &Scene,
    of: Ref,
    overtaken: &Values,
) -> Result<Wrong, Problem> {
    let facts = history::facts(app, scene, of, u64::MAX, LOOKED_THROUGH_MAX).await?;
    Ok(said(&Pen::new(scene), overtaken, &facts))
}

fn said(pen: &Pen<'_>, overtaken: &Values, facts: &[(u64, Fact)]) -> Wrong {
    let mut wrong = Wrong::default();
    wrong.overtaken = true;
    for (name, stands) in overtaken {
        let given = if name == establish::NAME { "sealed_name" } else { name };
        let by = facts.iter().map(|it| &it.1);
        let by = by.filter(|it| it.event.given().iter().any(|it| it.0 == given || it.0 == name));
        let by = by.map(|it| {
            let when = ui::moment_text(&pen.scene.moment(it.at));
            let by = if it.by.signed().is_none() { "" } else { "by " };
            format!(" {by}{} on {when}", entry::who(pen, &it.by))
        });
        let by = by.take(1).collect::<String>();
        let now = if stands.is_empty() { "nothing".into() } else { format!("“{stands}”") };
        wrong.put(name, format!("while this form was open it was changed{by} and is now {now}. What you typed is below and not saved; send it again to put it in its place"));
    }
    wrong
}

/// Whether a field holds something else than when the form was drawn.
pub(super) fn differs(sent: &Sent, field: &str) -> bool {
    let typed = sent.get(field);
    let was = sent.get(&format!("{WAS}{field}"));
    // A tick that was not set is not sent at all.
    typed != was && !(typed.is_empty() && was == "false")
}
