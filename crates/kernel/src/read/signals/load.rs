//! Posts, and people across their posts, that answer for more than one can.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{DUTIES, Signal, Sort, accountability::turns, changes, signal, since};
use crate::{
    Records, Ref,
    duty::Role,
    id::{DutyId, PersonId, PostId, TenureId},
    read::{view::View, who},
};

/// Posts with more accountable duties than they may have, and people who have more than that in several posts
/// together.
pub(super) fn too_much(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut load: BTreeMap<PostId, usize> = BTreeMap::new();
    for (_, row) in records.duties.iter().filter(|it| it.1.role.0 == Role::Accountable) {
        if row.live.is(on) && records.stands(row.subject.0, on) {
            *load.entry(*row.post.near(on)).or_default() += 1;
        }
    }
    let mut people: BTreeMap<PersonId, usize> = BTreeMap::new();
    for (post, count) in &load {
        for it in who::holders(records, *post, on) {
            *people.entry(it.person).or_default() += count;
        }
    }
    let limit = |of: Ref, day: Date| {
        let number = view.threshold(Sort::TooMuch, of).number(day);
        usize::from(number.unwrap_or(DUTIES))
    };
    let mut found = Vec::new();
    for (post, _) in load.iter().filter(|it| *it.1 > limit((*it.0).into(), on)) {
        let of = Ref::from(*post);
        if !records.stands(of, on) {
            continue;
        }
        let mut days = view.threshold(Sort::TooMuch, of).turns();
        days.extend(duty_days(records, *post));
        days.extend(changes(records, of, &[]));
        let too_many =
            |day| records.stands(of, day) && duties(records, *post, day) > limit(of, day);
        found.push(signal(view, Sort::TooMuch, of, since(on, days, too_many)));
    }
    for (person, _) in people.iter().filter(|it| *it.1 > limit((*it.0).into(), on)) {
        let of = Ref::from(*person);
        let too_many = |day| across(records, *person, day).is_some_and(|it| it > limit(of, day));
        if !too_many(on) {
            continue;
        }
        let mut days = view.threshold(Sort::TooMuch, of).turns();
        let tenures = records.pointing::<TenureId>(*person);
        for post in tenures.filter_map(|it| records.tenures.get(it)).map(|it| it.post.0) {
            days.extend(turns(records, post));
            days.extend(duty_days(records, post));
        }
        let posts = who::posts_of(records, *person, on);
        // It goes above: whoever carries too much cannot put that right alone.
        let first = posts.first().map(|it| it.0);
        let goes_to = first.and_then(|it| super::rules::above(records, it, on));
        let because = posts.into_iter().map(|it| (it.0.into(), None)).collect();
        let since = since(on, days, too_many);
        found.push(Signal { sort: Sort::TooMuch, subject: of, since, goes_to, because });
    }
    found
}

/// The accountable duties of a post on a day.
fn duties(records: &Records, post: PostId, day: Date) -> usize {
    let all = records.pointing::<DutyId>(post).filter_map(|it| records.duties.get(it));
    let theirs = all.filter(|it| {
        it.role.0 == Role::Accountable
            && it.live.is(day)
            && *it.post.near(day) == post
            && records.stands(it.subject.0, day)
    });
    theirs.count()
}

/// Those of all posts of a person together, if they hold several with duties: of one, the post itself tells.
fn across(records: &Records, person: PersonId, day: Date) -> Option<usize> {
    let posts: std::collections::BTreeSet<PostId> =
        who::posts_of(records, person, day).into_iter().map(|it| it.0).collect();
    let all = posts.into_iter().map(|it| duties(records, it, day)).filter(|it| *it > 0);
    let all: Vec<usize> = all.collect();
    (all.len() > 1).then(|| all.iter().sum())
}

/// The days on which what a post answers for may have changed.
fn duty_days(records: &Records, post: PostId) -> Vec<Date> {
    let mut days = Vec::new();
    for duty in records.pointing::<DutyId>(post) {
        let Some(row) = records.duties.get(duty) else { continue };
        days.extend(changes(records, duty.into(), &["post"]));
        days.extend(changes(records, row.subject.0, &[]));
    }
    days
}
