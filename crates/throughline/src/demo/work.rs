//! The council's initiatives with their actions: what is done, what was late, what is open.

use jiff::ToSpan;
use kernel::{By, Command, action, id::*, initiative, register::Command as It};

use super::{
    MONTHS,
    initiatives::{Change, INITIATIVES},
    maker::Maker,
    people::Council,
    plan::Plan,
};

/// What should have been done by now and is not. Everything else that fell due is done.
const OVERDUE: [&str; 15] = [
    "Agree how absence is followed up in every school",
    "Write to every school about part-time timetables",
    "Clear the waiting list for plans",
    "Recruit six foster families",
    "Publish the local offer anew",
    "Find every child without a current plan",
    "Agree plans with all schools outside the county",
    "Move-on flats ready",
    "Winter shelter agreed with the churches",
    "Lease twelve family flats",
    "End bed and breakfast for families",
    "Fire door check, Canal House",
    "Fire door check, Weavers Court",
    "Public vote on the design",
    "Boreholes on the leisure site",
];

/// Actions of this share, in per cent, were done after they were due.
const LATE_PERCENT: f64 = 24.0;

struct Open {
    action: ActionId,
    /// The accountable post, if anybody answers for it.
    post: Option<PostId>,
    /// The month in which it is done.
    done: Option<i32>,
}

/// What is under way.
#[derive(Default)]
pub(crate) struct Work {
    open: Vec<Open>,
    /// Initiatives with the month in which the last of their actions is done.
    initiatives: Vec<(InitiativeId, Option<PostId>, i32)>,
}

/// Begins what begins in this month.
pub(crate) fn begin(make: &mut Maker, council: &Council, plan: &Plan, work: &mut Work, month: i32) {
    for change in INITIATIVES.iter().filter(|it| it.begins == month) {
        initiative(make, council, plan, work, change);
    }
    make.by(council.administrator());
}

fn initiative(
    make: &mut Maker,
    council: &Council,
    plan: &Plan,
    work: &mut Work,
    change: &'static Change,
) {
    let parts = change.actions();
    let head = (!change.post.is_empty()).then(|| council.post(change.post));
    make.by(hand(council, head));
    let last = parts.iter().map(|it| it.1).max().unwrap_or(change.begins);
    let initiative = make.initiative(initiative::Terms {
        name: Some(change.name.into()),
        due: Some(Some(make.month(last + 2))),
        ..initiative::Terms::default()
    });
    if let Some(head) = head {
        make.accountable(head, initiative);
    }
    if !change.serves.is_empty() {
        make.serves(initiative, plan.objective(change.serves));
    }
    let beneath = head.map(|_| council.beneath(change.post)).unwrap_or_default();
    let mut finished = Some(0);
    for (number, (name, due)) in parts.into_iter().enumerate() {
        // One in three is the head's own; the others are for the posts beneath, in turn.
        let post = match beneath.get(number % beneath.len().max(1)) {
            Some(post) if number % 3 > 0 => Some(*post),
            _ => head,
        };
        let day = i32::try_from(number).unwrap_or(0) * 5 % 26;
        make.by(hand(council, post));
        let action = make.action(action::Terms {
            name: Some(name.as_str().into()),
            initiative: Some(Some(initiative)),
            due: Some(Some(make.month(due) + day.days())),
            ..action::Terms::default()
        });
        if let Some(post) = post {
            make.accountable(post, action);
        }
        let done = done_in(make, &name, due);
        finished = finished.zip(done).map(|it| it.0.max(it.1));
        work.open.push(Open { action, post, done });
    }
    if let Some(month) = finished {
        work.initiatives.push((initiative, head, month));
    }
}

/// The hand of the accountable post; of what has none, the register administrator's.
fn hand(council: &Council, post: Option<PostId>) -> By {
    post.map_or(council.administrator(), |it| council.hand(it))
}

/// The month in which an action is done: about when it is due, unless it is overdue or still to come.
fn done_in(make: &mut Maker, name: &str, due: i32) -> Option<i32> {
    let late = make.chance() * 100.0 < LATE_PERCENT;
    let by = if late { make.between(1, 4) } else { make.between(-1, 0) };
    (due <= MONTHS && !OVERDUE.contains(&name)).then(|| (due + by).min(MONTHS))
}

/// Says what is done in this month.
pub(crate) fn finish(make: &mut Maker, council: &Council, work: &Work, month: i32) {
    for it in work.open.iter().filter(|it| it.done == Some(month)) {
        make.by(hand(council, it.post));
        let terms = action::Terms { done: Some(true), ..action::Terms::default() };
        make.say(Command::Action(It::Change { id: it.action, from: make.from, terms }));
    }
    for (id, post, _) in work.initiatives.iter().filter(|it| it.2 == month) {
        make.by(hand(council, *post));
        let terms = initiative::Terms { done: Some(true), ..initiative::Terms::default() };
        make.say(Command::Initiative(It::Change { id: *id, from: make.from, terms }));
    }
    make.by(council.administrator());
}
