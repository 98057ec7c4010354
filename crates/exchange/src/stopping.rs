//! Stop lists as JSON: one shape for API and command line.

use kernel::read::{
    stop_list::{self, Entry, Fate, StopList},
    view::View,
};
use serde_json::{Value as Json, json};

use crate::wire::{self, Names};

/// Every list of the organisation, with the progress of all of them together.
pub fn all(view: &View<'_>, lists: &[StopList], names: Names<'_>) -> Json {
    let (settled, of) = stop_list::progress(lists);
    let lists: Vec<Json> = lists.iter().map(|it| one(view, it, names)).collect();
    json!({ "on": view.on().to_string(), "settled": settled, "of": of, "lists": lists })
}

/// The list of one objective.
pub fn one(view: &View<'_>, it: &StopList, names: Names<'_>) -> Json {
    json!({
        "objective": wire::link(it.of.into(), names),
        "ends": it.ends.to_string(),
        "at": it.at.to_string(),
        "ahead": it.is_ahead(view.on()),
        "settled": it.settled(),
        "of": it.entries.len(),
        "entries": it.entries.iter().map(|it| entry(view, it, names)).collect::<Json>(),
    })
}

fn entry(view: &View<'_>, it: &Entry, names: Names<'_>) -> Json {
    let mut told = json!({
        "about": wire::link(it.of, names),
        "hung_on": wire::link(it.on, names),
        "fate": it.fate.word(),
        "goes_to": it.goes_to.map(|it| wire::link(it.into(), names)),
    });
    match &it.fate {
        Fate::Left { since } => {
            told["since"] = json!(since.to_string());
            told["days"] = json!(stop_list::days_left(*since, view.on()));
        }
        Fate::Elsewhere { to } => {
            let place = |(of, since): &(kernel::Ref, jiff::civil::Date)| json!({ "serves": wire::link(*of, names), "since": since.to_string() });
            told["serves"] = to.iter().map(place).collect();
        }
        Fate::Stopped { on, .. } => told["on"] = json!(on.to_string()),
    }
    told
}
