//! An import as the draft of a change set: the next establishment is rehearsed before anything of it is so.

use exchange::plan::Plan;
use kernel::{Kind, Ref, id::Id};
use maud::{Markup, html};

use super::super::Sent;
use crate::{
    Scene,
    ui::{self, Field, Form, Link},
};

/// What the form that drafts a change set sends.
pub(super) const NAME: &str = "change_set";
const ON: &str = "effective";

/// The name and the day of the change set that is drafted instead, if one is.
pub(super) fn asked(sent: &Sent) -> Option<(kernel::Text, jiff::civil::Date)> {
    let name = Some(sent.get(NAME)).filter(|it| !it.is_empty())?;
    Some((name.into(), sent.get(ON).parse().ok()?))
}

/// The same as proposals of a change set.
pub(super) fn proposed(
    state: &kernel::State,
    steps: Vec<host::Step>,
    name: &kernel::Text,
    on: jiff::civil::Date,
) -> Vec<host::Step> {
    let told: Vec<_> = steps.into_iter().map(|it| (it.command, it.name)).collect();
    let drafting = exchange::drafting::draft(state, &told, on);
    let recorded = exchange::drafting::recorded(state, name.clone(), on, drafting);
    recorded.into_iter().map(|(command, name)| host::Step { command, name }).collect()
}

/// The other way in: as a draft, to be rehearsed before anything of it is so.
pub(super) fn as_draft(scene: &Scene, here: &str, plan: &Plan, key: String) -> Markup {
    let on = scene.today;
    let told = exchange::drafting::draft(&scene.published.state, &plan.steps, on);
    if told.proposals.is_empty() {
        return html! {};
    }
    let mut says = format!(
        "{} changes will be proposed in a change set, to be rehearsed and approved. Nothing of it is so before that.",
        told.proposals.len()
    );
    if !told.people.is_empty() {
        says.push_str(&format!(" {} people who are new come in at once.", told.people.len()));
    }
    if !told.left_out.is_empty() {
        says.push_str(&format!(
            " {} cannot be proposed and are left out: bring the same file in once more afterwards.",
            told.left_out.len()
        ));
    }
    let form = Form {
        id: "draft".into(),
        action: format!("{here}/bring-in"),
        text: Some(says),
        fields: vec![
            Field::new(NAME, "Change set", ui::Kind::Text)
                .required()
                .help("What it brings about, such as the establishment of next April."),
            Field::new(ON, "Takes effect on", ui::Kind::Date)
                .required()
                .value(on.to_string())
                .help("The day from which all of it is so."),
        ],
        button: "Draft it".into(),
        idempotency_key: Some(key),
        ..Form::default()
    };
    html! { details { summary { "Draft it as a change set instead" } (ui::form(&form)) } }
}

/// The way to the change set that entries drafted, if they did.
pub(super) fn change_set(scene: &Scene, first: u64, last: u64) -> Option<Link> {
    let records = scene.published.state.records();
    let sets = (0..records.count(Kind::ChangeSet)).rev().map(kernel::id::ChangeSetId::at_row);
    let mut sets = sets.map(Ref::from);
    let of =
        sets.find(|it| records.history(*it).next().is_some_and(|it| (first..=last).contains(&it)))?;
    Some(Link::to(format!("/change-sets/{of}/rehearsal"), "Rehearse it"))
}
