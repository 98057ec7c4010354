//! Posts that somebody should hold, now or soon.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{ENDING_DAYS, Signal, Sort, after, changes, rules, signal, since, soon};
use crate::{
    Kind, Records, Ref,
    delegation::{self, Delegation},
    duty::Role,
    id::{DelegationId, DutyId, Id, PostId, TenureId},
    read::{
        view::View,
        who::{self, Cover, Holder},
    },
};

/// Posts that nobody holds, acts in or covers: those that the law requires, and those with duties.
pub(super) fn vacant(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut duties: BTreeMap<PostId, Vec<Ref>> = BTreeMap::new();
    for (subject, post, _) in who::uncovered(records, on) {
        duties.entry(post).or_default().push(subject);
    }
    let mut found = Vec::new();
    for (post, cover) in view.derived().covers() {
        let Cover::Vacant { since: emptied } = *cover else { continue };
        let statutory = is_statutory(records, post, on);
        let subjects = duties.remove(&post).unwrap_or_default();
        if !statutory && subjects.is_empty() {
            continue;
        }
        let days = weighty(records, post).into_iter().chain([emptied]);
        let began = since(on, days.filter(|it| *it >= emptied), |day| {
            is_statutory(records, post, day) == statutory
                && (statutory || has_duties(records, post, day))
        });
        let sort = if statutory { Sort::StatutoryEmpty } else { Sort::Vacant };
        let because = subjects.into_iter().map(|it| (it, None)).collect();
        found.push(Signal { because, ..signal(view, sort, post.into(), began) });
    }
    found
}

fn is_statutory(records: &Records, post: PostId, day: Date) -> bool {
    let flagged = records.posts.get(post).is_some_and(|it| *it.statutory.near(day));
    flagged || rules::requires(records, post, day)
}

fn has_duties(records: &Records, post: PostId, day: Date) -> bool {
    let mut duties = records.pointing::<DutyId>(post).filter_map(|it| records.duties.get(it));
    duties.any(|it| {
        it.role.0 == Role::Accountable
            && it.live.is(day)
            && *it.post.near(day) == post
            && records.stands(it.subject.0, day)
    })
}

/// The days on which it may have begun to matter that a post is empty.
fn weighty(records: &Records, post: PostId) -> Vec<Date> {
    let mut days = changes(records, post.into(), &["statutory"]);
    days.extend(rules::required_days(records, post));
    for duty in records.pointing::<DutyId>(post) {
        let Some(row) = records.duties.get(duty) else { continue };
        days.extend(changes(records, duty.into(), &["post"]));
        days.extend(changes(records, row.subject.0, &[]));
    }
    days
}

/// Posts whose last holder’s tenure ends soon, with nobody there from then on.
pub(super) fn ending(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Post) {
        let post = PostId::new(it.n);
        let bar = view.threshold(Sort::Ending, it);
        let ends = |day: Date| ends_soon(records, post, day, bar.number(day));
        let Some((last, until)) = ends(on) else { continue };
        let days = soon(bar, ENDING_DAYS, turns(records, post));
        let began = since(on, days, |day| ends(day).is_some());
        let because = vec![(last.tenure.into(), Some(until))];
        found.push(Signal { because, ..signal(view, Sort::Ending, it, began) });
    }
    found
}

/// The last of those who hold a post in turn, and the first day soon on which nobody will.
fn ends_soon(
    records: &Records,
    post: PostId,
    on: Date,
    ahead: Option<u16>,
) -> Option<(Holder, Date)> {
    let horizon = after(on, ahead.unwrap_or(ENDING_DAYS));
    let mut holders = who::holders(records, post, on);
    let mut found = None;
    // Each turn ends later than the one before, so this ends too.
    while let Some(last) = holders.into_iter().max_by_key(|it| it.until.unwrap_or(Date::MAX)) {
        let until = last.until.filter(|it| *it <= horizon)?;
        holders = who::holders(records, post, until);
        found = Some((last, until));
    }
    found.filter(|it| records.stands(post.into(), it.1))
}

/// The days on which who holds a post may have changed.
pub(super) fn turns(records: &Records, post: PostId) -> Vec<Date> {
    let mut days = changes(records, post.into(), &[]);
    for tenure in records.pointing::<TenureId>(post) {
        days.extend(changes(records, tenure.into(), &[]));
        let person = records.tenures.get(tenure).map(|it| it.person.0);
        days.extend(person.into_iter().flat_map(|it| changes(records, it.into(), &[])));
    }
    days
}

/// Delegations that end soon, with nothing of the same post after them.
pub(super) fn delegations_ending(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Delegation) {
        let id = DelegationId::new(it.n);
        let Some(row) = records.delegations.get(id) else { continue };
        let bar = view.threshold(Sort::DelegationEnding, it);
        let lapses = |day: Date| lapses_soon(records, (id, row), day, bar.number(day));
        let Some(until) = lapses(on) else { continue };
        let days = soon(bar, ENDING_DAYS, delegated(records, row));
        let began = since(on, days, |day| lapses(day).is_some());
        let answer = who::who(records, row.post.0.into(), on).ok();
        found.push(Signal {
            goes_to: answer.map(|it| it.answering.unwrap_or(it.post)),
            because: vec![(row.post.0.into(), Some(until))],
            ..signal(view, Sort::DelegationEnding, it, began)
        });
    }
    found
}

/// The first day soon on which a delegation no longer holds, if nothing of it is delegated then.
fn lapses_soon(
    records: &Records,
    (id, row): (DelegationId, &Delegation),
    on: Date,
    ahead: Option<u16>,
) -> Option<Date> {
    let until = row.live.ends_after(on);
    let horizon = after(on, ahead.unwrap_or(ENDING_DAYS));
    let there = [row.post.0.into(), row.to.0].iter().all(|it| records.stands(*it, on));
    if !row.live.is(on) || !there || until > horizon {
        return None;
    }
    let follows = delegation::given(records, row.post.0, until).any(|(other, it)| {
        let gives = it.authorities.near(until);
        let shares = row.authorities.near(on).iter().any(|it| gives.contains(it));
        other != id && (shares || (*row.signs.near(on) && *it.signs.near(until)))
    });
    (!follows).then_some(until)
}

/// The days on which that may have changed.
fn delegated(records: &Records, row: &Delegation) -> Vec<Date> {
    let mut days = changes(records, row.post.0.into(), &[]);
    days.extend(changes(records, row.to.0, &[]));
    for id in records.pointing::<DelegationId>(row.post.0) {
        days.extend(changes(records, id.into(), &["authorities", "signs"]));
    }
    days
}
