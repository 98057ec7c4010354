//! What rules will say of appointments that are not recorded yet: decided and applied on a copy of the
//! state, which is then thrown away. Nothing is refused for it.
//!
//! Always true: only what the commands themselves bring about is told, not what was so before.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    Act, Command, Event, Fact, Records, Ref, Refusal, State,
    id::{PostId, RuleId, TenureId},
    read::watch::{self, Finding, What},
    register::Facet,
    rule::{Rule, Sort},
};

/// Tenures of one list of commands that are looked at: a spreadsheet of thousands is watched afterwards.
pub const TENURES_MAX: usize = 100;

/// What commands would lead to.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Records that they would establish, in order.
    pub established: Vec<Ref>,
    pub warnings: Vec<Foreseen>,
}

/// What a rule will find, and the day on which it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    pub on: Date,
    pub found: Finding,
}

/// Tries commands in order.
///
/// # Errors
///
/// The refusal of the first that is refused, with its place; the first is 1.
pub fn foresee(state: &State, act: &Act, commands: &[Command]) -> Result<Trial, (usize, Refusal)> {
    let mut after = state.clone();
    let (mut trial, mut tenures) = (Trial::default(), BTreeSet::new());
    for (number, command) in (1..).zip(commands) {
        let event = after.decide(act, command).map_err(|it| (number, it))?;
        if event.deed().0 == "established" {
            trial.established.push(event.subject());
        }
        if let (Event::Tenure(_), Ok(id)) = (&event, TenureId::try_from(event.subject())) {
            tenures.insert(id);
        }
        after.apply(&Fact { at: act.at, by: act.by, event });
    }
    for id in tenures.into_iter().take(TENURES_MAX) {
        let new = warnings(state.records(), after.records(), id, act.today);
        let new = new.into_iter().filter(|it| !trial.warnings.contains(it)).collect::<Vec<_>>();
        trial.warnings.extend(new);
    }
    trial.warnings.sort_by_key(|it| (it.found.grade, it.on, it.found.rule));
    Ok(trial)
}

fn warnings(before: &Records, after: &Records, id: TenureId, today: Date) -> Vec<Foreseen> {
    let Some(row) = after.tenures.get(id) else { return Vec::new() };
    let only = BTreeSet::from([row.post.0]);
    let starts = row.life().begins().max(today);
    if !row.live.is(starts) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (rule, it) in after.rules.iter() {
        // Who will hold what is looked for from today on; the rest on the day on which it begins.
        let on = if it.sort.0 == Sort::IncompatiblePosts { today } else { starts };
        if !it.live.is(on) {
            continue;
        }
        let was = of_rule(before, (rule, it), &only, on);
        let new = of_rule(after, (rule, it), &only, on).into_iter().filter(|found| {
            found.about().contains(&id.into())
                && !was.iter().any(|was| is_like(was, found) && was.grade <= found.grade)
        });
        all.extend(new.map(|found| Foreseen { on, found }));
    }
    all
}

fn of_rule(
    records: &Records,
    (id, row): (RuleId, &Rule),
    only: &BTreeSet<PostId>,
    on: Date,
) -> Vec<Finding> {
    match row.sort.0 {
        Sort::RequiredPost => watch::required(records, id, row, on).into_iter().collect(),
        Sort::IncompatiblePosts => watch::incompatible(records, id, row, on),
        Sort::CapacityLimit => watch::limited(records, on, (id, row), Some(only)),
    }
}

/// Whether two findings of one rule are of the same sort, about the same person and post.
fn is_like(a: &Finding, b: &Finding) -> bool {
    match (&a.what, &b.what) {
        (What::Otherwise { .. }, What::Otherwise { .. }) => true,
        (What::Together { person: a, .. }, What::Together { person: b, .. }) => a == b,
        (What::Long { person: a, post: at, .. }, What::Long { person: b, post, .. }) => {
            a == b && at == post
        }
        _ => false,
    }
}
