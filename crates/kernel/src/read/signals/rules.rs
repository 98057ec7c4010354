//! What rules ask and is not so: required posts, posts that exclude one another, limits of a capacity.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::{Signal, Sort, accountability::turns, changes, since};
use crate::{
    Records, Ref,
    id::{PersonId, PostId, RuleId, TenureId},
    read::{
        view::View,
        watch::{self, Finding, Grade, What},
        who,
    },
    register::Facet,
    rule::{Rule, Sort as Rules},
};

/// Whether a rule that a post is to fulfil is broken on a day because nobody is in any of its posts.
pub(super) fn requires(records: &Records, post: PostId, day: Date) -> bool {
    naming(records, post).any(|(id, row)| {
        let broken = unfulfilled(records, id, row, day);
        broken
            .is_some_and(|it| matches!(it.what, What::Empty { posts, .. } if posts.contains(&post)))
    })
}

/// The days on which that may have begun or ended.
pub(super) fn required_days(records: &Records, post: PostId) -> Vec<Date> {
    naming(records, post).flat_map(|it| days(records, it.0)).collect()
}

fn naming(records: &Records, post: PostId) -> impl Iterator<Item = (RuleId, &Rule)> {
    let rules = records.pointing::<RuleId>(post);
    let rules = rules.filter_map(|it| Some((it, records.rules.get(it)?)));
    rules.filter(|it| it.1.sort.0 == Rules::RequiredPost)
}

fn unfulfilled(records: &Records, id: RuleId, row: &Rule, day: Date) -> Option<Finding> {
    let stands = row.live.is(day) && row.sort.0 == Rules::RequiredPost;
    let found = watch::required(records, id, row, day).filter(|_| stands);
    found.filter(|it| it.grade == Grade::Broken)
}

/// Required posts that are not there, or held in a capacity that does not count. Those that are empty
/// are told with all empty posts.
pub(super) fn unmet(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let otherwise = |id, row, day| {
        let found = unfulfilled(records, id, row, day)?;
        (!matches!(found.what, What::Empty { .. })).then_some(found)
    };
    let mut found = Vec::new();
    let mut top: Option<Option<PostId>> = None;
    for (id, row) in records.rules.iter() {
        let Some(it) = otherwise(id, row, on) else { continue };
        let began = since(on, days(records, id), |day| otherwise(id, row, day).is_some());
        let (because, goes_to) = match it.what {
            What::Otherwise { tenures, posts, since } => {
                let held = tenures.into_iter().map(|it| (it.into(), Some(since)));
                let goes_to = posts.first().and_then(|it| above(records, *it, on));
                (held.collect(), goes_to)
            }
            What::Missing { named } => {
                // No post is there: it goes above those that were, else to the top.
                let held = |it: &PostId| !who::holders(records, *it, on).is_empty();
                let left = named.iter().find_map(|it| who::line(records, *it, on).find(held));
                (Vec::new(), left.or_else(|| *top.get_or_insert_with(|| who::top(records, on))))
            }
            _ => continue,
        };
        let (sort, subject) = (Sort::Unmet, id.into());
        found.push(Signal { sort, subject, since: began, goes_to, because });
    }
    found
}

/// People who hold posts that exclude one another.
pub(super) fn together(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let rules: Vec<(RuleId, &Rule)> =
        records.rules.iter().filter(|it| it.1.sort.0 == Rules::IncompatiblePosts).collect();
    let both = |day: Date| -> Vec<(PersonId, Vec<TenureId>)> {
        let live = rules.iter().filter(|it| it.1.live.is(day));
        let found = live.flat_map(|it| watch::incompatible(records, it.0, it.1, day));
        let now = found.filter(|it| it.grade == Grade::Broken);
        now.filter_map(|it| match it.what {
            What::Together { person, tenures, .. } => Some((person, tenures)),
            _ => None,
        })
        .collect()
    };
    let mut turning: Option<Vec<Date>> = None;
    let mut found: Vec<Signal> = Vec::new();
    for (person, tenures) in both(on) {
        if found.iter().any(|it| it.subject == person.into()) {
            continue;
        }
        let turning = turning
            .get_or_insert_with(|| rules.iter().flat_map(|it| days(records, it.0)).collect());
        let began =
            since(on, turning.iter().copied(), |day| both(day).iter().any(|it| it.0 == person));
        let because = |it: &TenureId| {
            let row = records.tenures.get(*it);
            ((*it).into(), row.map(|it| it.live.since(on).unwrap_or(it.live.begins())))
        };
        let first = tenures.first().and_then(|it| records.tenures.get(*it));
        let goes_to = first.and_then(|it| above(records, it.post.0, on));
        let because = tenures.iter().map(because).collect();
        let (sort, subject) = (Sort::Together, person.into());
        found.push(Signal { sort, subject, since: began, goes_to, because });
    }
    found
}

/// Tenures whose days in a limited capacity come near their limit, or are beyond it.
pub(super) fn limits(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let rules: Vec<(RuleId, &Rule)> =
        records.rules.iter().filter(|it| it.1.sort.0 == Rules::CapacityLimit).collect();
    let near = |day: Date,
                only: Option<&BTreeSet<PostId>>|
     -> Vec<(PostId, Vec<TenureId>, Option<Date>)> {
        let live = rules.iter().filter(|it| it.1.live.is(day));
        let found = live.flat_map(|it| watch::limited(records, day, *it, only));
        let now = found.filter(|it| it.grade < Grade::Ahead);
        now.filter_map(|it| match it.what {
            What::Long { post, tenures, passes, .. } => Some((post, tenures, passes)),
            _ => None,
        })
        .collect()
    };
    let mut found: Vec<Signal> = Vec::new();
    for (post, tenures, passes) in near(on, None) {
        let only = BTreeSet::from([post]);
        let turning = nearing(records, &rules, post, on);
        for tenure in tenures {
            let subject = Ref::from(tenure);
            if found.iter().any(|it| it.subject == subject) {
                continue;
            }
            let holds = |day| near(day, Some(&only)).iter().any(|it| it.1.contains(&tenure));
            let began = since(on, turning.iter().copied(), holds);
            let because = vec![(post.into(), passes)];
            let goes_to = above(records, post, on);
            found.push(Signal { sort: Sort::Limit, subject, since: began, goes_to, because });
        }
    }
    found
}

/// The days up to `on` on which somebody in a post may have come near a limit, or have begun to be held to one.
fn nearing(records: &Records, rules: &[(RuleId, &Rule)], post: PostId, on: Date) -> Vec<Date> {
    let mut all = turns(records, post);
    all.extend(changes(records, post.into(), &["statutory"]));
    all.extend(required_days(records, post));
    all.extend(rules.iter().flat_map(|it| days(records, it.0)));
    let (mut after, mut windowed) = (BTreeSet::new(), false);
    for (_, row) in rules {
        // More days than these are too many; as many as those are a warning.
        after.extend(row.days_max.entries().filter_map(|it| it.1));
        let warnings = row.warn_days.entries().chain(row.warn_again_days.entries());
        after.extend(warnings.filter_map(|it| it.1).map(|it| it.saturating_sub(1)));
        windowed |= row.window_months.entries().any(|it| it.1.is_some());
    }
    let held = who::held_days(records, post);
    for run in held.iter().flat_map(|it| it.1.runs()).filter(|it| it.start <= on) {
        // A run of days begins with one of these, and adds up day by day.
        all.extend(after.iter().map(|it| run.start.saturating_add(i64::from(*it).days())));
        // Days within the last months do not: months are of different lengths.
        let last = run.end.min(on.saturating_add(1.day()));
        let each = std::iter::successors(Some(run.start), |it| it.tomorrow().ok());
        all.extend(each.take_while(|it| windowed && *it < last));
    }
    all
}

/// The next post up the line that somebody is in; at the top, the post itself.
pub(super) fn above(records: &Records, post: PostId, on: Date) -> Option<PostId> {
    let mut up = who::line(records, post, on);
    Some(up.find(|it| !who::holders(records, *it, on).is_empty()).unwrap_or(post))
}

/// The days on which what a rule finds may have changed.
fn days(records: &Records, id: RuleId) -> Vec<Date> {
    let Some(row) = records.rules.get(id) else { return Vec::new() };
    let mut days = own(records, id);
    for other in row.rules.entries().flat_map(|it| it.1.iter()) {
        days.extend(own(records, *other));
    }
    let graces = row.grace_days.entries().filter_map(|it| it.1);
    let late: Vec<Date> = graces
        .flat_map(|grace| days.iter().map(move |it| it.saturating_add(i64::from(grace).days())))
        .collect();
    days.extend(late);
    days
}

/// Those of a rule itself and of the posts that it names.
fn own(records: &Records, id: RuleId) -> Vec<Date> {
    let Some(row) = records.rules.get(id) else { return Vec::new() };
    let fields: Vec<&str> = row.fields().iter().map(|it| it.name).collect();
    let mut days = changes(records, id.into(), &fields);
    for post in row.posts.entries().flat_map(|it| it.1.iter()) {
        days.extend(turns(records, *post));
    }
    days
}
