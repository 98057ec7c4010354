//! Who answers: resolved when asked, from dates, never reassigned.
//!
//! The holder answers; else whoever acts; else whoever covers; else the next post up the line that
//! somebody holds, acts in or covers, and the clock of *uncovered since* runs.
//!
//! Always true: a live record that a post is accountable for has exactly one answer. If nobody up
//! the line is there, the post stays the answer, with nobody in it and its clock running; if no
//! post was ever made accountable, that is said and counted ([`unaccountable`]), and nothing guessed.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{ToSpan, civil::Date};

use crate::{
    Kind, Records, Ref, Spans, day,
    duty::{self, Duty},
    finding,
    id::{DutyId, FindingId, Id, PersonId, PostId, TenureId},
    tenure::{Capacity, Tenure},
    timeline::Timeline,
    tree::DEPTH_MAX,
};

/// Whether and how a post is held on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cover {
    Held,
    Acting,
    Covered,
    Vacant {
        since: Date,
    },
    /// Several posts alike, whose holders are not recorded: never vacant.
    Group,
    /// The post does not stand on that day.
    #[default]
    Gone,
}

impl Cover {
    pub fn word(self) -> &'static str {
        match self {
            Cover::Held => "held",
            Cover::Acting => "acting",
            Cover::Covered => "covered",
            Cover::Vacant { .. } => "vacant",
            Cover::Group => "group",
            Cover::Gone => "ended",
        }
    }
}

/// A person in a post on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub tenure: TenureId,
    pub person: PersonId,
    pub capacity: Capacity,
    pub share: Option<u16>,
    pub since: Date,
    /// The first day on which it no longer holds, if it has one.
    pub until: Option<Date>,
}

/// Who answers for a subject on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub subject: Ref,
    /// The accountable duty; none when the subject is a post, or nobody was given it.
    pub duty: Option<DutyId>,
    /// The accountable post.
    pub post: PostId,
    /// The post whose holders answer: `post` itself, or the next one up the line.
    pub answering: Option<PostId>,
    /// Whoever answers; several for a job share; none when nobody up the line is there.
    pub holders: Vec<Holder>,
    /// Since when the duty (or the post, asked for itself) has had nobody, if so.
    pub uncovered_since: Option<Date>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("There is no {0}.")]
    Unknown(Ref),
    #[error("{} does not stand on {}.", .0, day(*.1))]
    NotThen(Ref, Date),
    #[error("No post is accountable for {} on {}. Give it an accountable post.", .0, day(*.1))]
    NoPost(Ref, Date),
}

/// Who answers for `subject` on `date`. A post answers for itself.
pub fn who(records: &Records, subject: Ref, date: Date) -> Result<Answer, Unanswered> {
    if records.facet(subject).is_none() {
        return Err(Unanswered::Unknown(subject));
    }
    if !records.stands(subject, date) {
        return Err(Unanswered::NotThen(subject, date));
    }
    if let Ok(post) = PostId::try_from(subject) {
        return Ok(resolve(records, subject, None, post, date));
    }
    let holding = duty::accountable(records, subject, date);
    if let (Kind::Finding, None) = (subject.kind, holding) {
        return through(records, subject, date);
    }
    let holding = holding.ok_or(Unanswered::NoPost(subject, date))?;
    Ok(resolve(records, subject, Some(holding), holding.post, date))
}

/// Whether a post answers for something on `date`: as the accountable post, as the one to which that has fallen, or
/// as one above it in the line.
pub fn answers(records: &Records, of: Ref, post: PostId, date: Date) -> bool {
    who(records, of, date).is_ok_and(|it| {
        it.post == post
            || it.answering == Some(post)
            || line(records, it.post, date).any(|above| above == post)
    })
}

/// Who answers for a finding that has no accountable post of its own: whoever does for what it was raised on.
fn through(records: &Records, subject: Ref, date: Date) -> Result<Answer, Unanswered> {
    let none = Unanswered::NoPost(subject, date);
    let Ok(id) = FindingId::try_from(subject) else { return Err(none) };
    let Some(it) = finding::answered_through(records, id, date) else { return Err(none) };
    who(records, it, date).map(|it| Answer { subject, ..it }).map_err(|_| none)
}

fn resolve(
    records: &Records,
    subject: Ref,
    holding: Option<duty::Holding>,
    post: PostId,
    date: Date,
) -> Answer {
    let up = std::iter::once(post).chain(line(records, post, date));
    let answering = up.map(|it| (it, holders(records, it, date))).find(|it| !it.1.is_empty());
    let uncovered_since = match (cover(records, post, date), holding) {
        (Cover::Vacant { since }, None) => Some(since),
        (Cover::Vacant { .. }, Some(it)) => {
            records.duties.get(it.duty).map(|row| uncovered_since(records, row, date))
        }
        _ => None,
    };
    Answer {
        subject,
        duty: holding.map(|it| it.duty),
        post,
        answering: answering.as_ref().map(|it| it.0),
        holders: answering.map(|it| it.1).unwrap_or_default(),
        uncovered_since,
    }
}

/// Since when a duty whose post has nobody on `date` has had nobody: as long as it has existed,
/// with one vacant post after another if it was moved from one to the next.
fn uncovered_since(records: &Records, row: &Duty, date: Date) -> Date {
    let begun = row.live.since(date).unwrap_or(row.live.begins());
    let mut since = date;
    let theirs: Vec<_> = row.post.spans().filter(|it| it.0.start <= date).collect();
    for (days, post) in theirs.into_iter().rev() {
        let last = if days.contains(&date) { date } else { days.end.saturating_sub(1.day()) };
        match cover(records, *post, last) {
            Cover::Vacant { since: vacant } if vacant <= days.start => since = days.start,
            Cover::Vacant { since: vacant } => return vacant.max(begun),
            _ => break,
        }
    }
    // With the first of its posts, the duty itself began.
    since.max(begun)
}

/// The posts above `post` on `date` that stand, nearest first.
pub fn line(records: &Records, post: PostId, date: Date) -> impl Iterator<Item = PostId> {
    // Before its beginning a post has no line; otherwise two future arrangements could make a ring.
    let above = move |it: &PostId| *records.posts.get(*it)?.reports_to.at(date)?;
    std::iter::successors(above(&post), above)
        .take(DEPTH_MAX)
        .filter(move |it| records.stands((*it).into(), date))
}

/// The post at the top of the organisation on `date`: of those that report to nobody, the one with the
/// most posts beneath it. A post that keeps the register beside the structure is thus not the top.
pub fn top(records: &Records, date: Date) -> Option<PostId> {
    let mut beneath: BTreeMap<PostId, usize> = BTreeMap::new();
    let standing = records.posts.iter().filter(|it| it.1.live.is(date) && !it.1.group.0);
    for (post, _) in standing {
        *beneath.entry(line(records, post, date).last().unwrap_or(post)).or_default() += 1;
    }
    // Of equals the one that was recorded first.
    beneath.into_iter().max_by_key(|it| (it.1, std::cmp::Reverse(it.0))).map(|it| it.0)
}

/// The posts above `post` on `date` that somebody other than `person` holds, acts in or covers, nearest
/// first.
pub fn held_above(records: &Records, post: PostId, person: PersonId, date: Date) -> Vec<PostId> {
    let others = |it: &PostId| holders(records, *it, date).iter().any(|it| it.person != person);
    line(records, post, date).filter(others).collect()
}

/// Whether a tenure holds on `date`: it does, and its person and post stand.
pub fn holds(records: &Records, tenure: TenureId, date: Date) -> bool {
    records
        .tenures
        .get(tenure)
        .is_some_and(|row| held(records, row).is(date) && records.stands(row.post.0.into(), date))
}

/// Everybody in a post on `date` who answers for it: its holders, else those acting, else cover.
pub fn holders(records: &Records, post: PostId, date: Date) -> Vec<Holder> {
    let mut found = everybody(records, post, date);
    let best = found.iter().map(|it| rank(it.capacity)).min();
    found.retain(|it| Some(rank(it.capacity)) == best);
    found
}

/// Who comes first among those in one post.
fn rank(it: Capacity) -> u8 {
    match it {
        Capacity::Acting => 1,
        Capacity::Cover => 2,
        _ => 0,
    }
}

/// Everybody in a post on `date`, in whatever capacity, in the order in which they answer: also whoever
/// acts or covers beside a holder.
pub fn everybody(records: &Records, post: PostId, date: Date) -> Vec<Holder> {
    if !records.stands(post.into(), date) {
        return Vec::new();
    }
    let mut found: Vec<Holder> = tenures(records, post)
        .filter_map(|(tenure, row, held)| {
            let until = held.ends_after(date);
            Some(Holder {
                tenure,
                person: row.person.0,
                capacity: row.capacity.0,
                share: row.share.0,
                since: held.since(date)?,
                until: (until != Date::MAX).then_some(until),
            })
        })
        .collect();
    found.sort_by_key(|it| rank(it.capacity));
    found
}

/// Whether and how `post` is held on `date`.
pub fn cover(records: &Records, post: PostId, date: Date) -> Cover {
    let Some(row) = records.posts.get(post).filter(|it| it.live.is(date)) else {
        return Cover::Gone;
    };
    match holders(records, post, date).first() {
        None if row.group.0 => Cover::Group,
        None => {
            let stopped = tenures(records, post).filter_map(|(_, _, it)| it.stopped(date)).max();
            let begun = row.live.since(date).unwrap_or(row.live.begins());
            Cover::Vacant { since: stopped.map_or(begun, |it| it.max(begun)) }
        }
        Some(it) if it.capacity == Capacity::Acting => Cover::Acting,
        Some(it) if it.capacity == Capacity::Cover => Cover::Covered,
        Some(_) => Cover::Held,
    }
}

/// Every tenure of a post, with the days on which it holds: while it stands, and its person does.
pub(crate) fn tenures(
    records: &Records,
    post: PostId,
) -> impl Iterator<Item = (TenureId, &Tenure, Cow<'_, Timeline<bool>>)> {
    let all = records.pointing::<TenureId>(post).filter_map(|it| {
        let row = records.tenures.get(it)?;
        Some((it, row, held(records, row)))
    });
    all.filter(move |it| it.1.post.0 == post)
}

/// The days on which each tenure of a post holds it, in whatever capacity.
pub fn held_days(records: &Records, post: PostId) -> Vec<(TenureId, Spans)> {
    let Some(stands) = records.posts.get(post).map(|it| Spans::on(&it.live)) else {
        return Vec::new();
    };
    let all = tenures(records, post).map(|it| (it.0, Spans::on(&it.2).and(&stands)));
    all.collect()
}

/// The days on which a post stands and nobody is in it. A group is never empty.
pub fn vacant_days(records: &Records, post: PostId) -> Spans {
    let Some(row) = records.posts.get(post).filter(|it| !it.group.0) else {
        return Spans::default();
    };
    let held = tenures(records, post).flat_map(|it| Spans::on(&it.2).runs().collect::<Vec<_>>());
    Spans::on(&row.live).without(&Spans::of(held))
}

/// Whoever has left holds nothing, whatever the tenure says.
fn held<'a>(records: &'a Records, row: &'a Tenure) -> Cow<'a, Timeline<bool>> {
    match records.people.get(row.person.0) {
        Some(person) if person.live.entries().any(|it| !it.1) => {
            Cow::Owned(row.live.within(&person.live))
        }
        _ => Cow::Borrowed(&row.live),
    }
}

/// The posts that a person holds on `date`, each with the tenure.
pub fn posts_of(records: &Records, person: PersonId, date: Date) -> Vec<(PostId, Holder)> {
    let tenures = records.pointing::<TenureId>(person).filter_map(|it| records.tenures.get(it));
    let posts: std::collections::BTreeSet<PostId> =
        tenures.filter(|it| it.live.is(date)).map(|it| it.post.0).collect();
    let held = posts
        .into_iter()
        .flat_map(|post| holders(records, post, date).into_iter().map(move |it| (post, it)));
    held.filter(|it| it.1.person == person).collect()
}

/// A post that a person holds on `date` or is to hold later, if there is one.
pub fn holds_from(records: &Records, person: PersonId, date: Date) -> Option<PostId> {
    let tenures = records.pointing::<TenureId>(person).filter_map(|it| records.tenures.get(it));
    let mut later = tenures.filter(|row| {
        row.person.0 == person
            && held(records, row).spans().any(|(days, holds)| *holds && days.end > date)
    });
    later.next().map(|it| it.post.0)
}

/// Live accountable duties whose post nobody holds, acts in or covers, with the day since when.
pub fn uncovered(records: &Records, date: Date) -> Vec<(Ref, PostId, Date)> {
    let gaps = records.duties.iter().filter_map(|(id, row)| {
        let (post, since) = gap(records, id, date)?;
        Some((row.subject.0, post, since))
    });
    gaps.collect()
}

/// The post and the day since when, if a duty is a live accountable one whose post nobody holds,
/// acts in or covers. Whether somebody up the line answers meanwhile makes no difference.
pub fn gap(records: &Records, duty: DutyId, date: Date) -> Option<(PostId, Date)> {
    let row = records.duties.get(duty)?;
    if row.role.0 != duty::Role::Accountable || !row.live.is(date) {
        return None;
    }
    let post = *row.post.near(date);
    let vacant = matches!(cover(records, post, date), Cover::Vacant { .. });
    let counts = vacant && records.stands(row.subject.0, date);
    counts.then(|| (post, uncovered_since(records, row, date)))
}

/// Records that need an accountable post and have none: nobody answers, and no clock can run.
pub fn unaccountable(records: &Records, date: Date) -> impl Iterator<Item = Ref> {
    let all = duty::NEEDED.iter().flat_map(|kind| {
        (0..records.count(*kind)).map(|row| Ref { kind: *kind, n: PostId::at_row(row).n() })
    });
    all.filter(move |it| {
        records.stands(*it, date) && duty::accountable(records, *it, date).is_none()
    })
}

/// The days on which a tenure holds: those of its own on which its person has not left.
pub fn days_held(records: &Records, tenure: TenureId) -> Vec<std::ops::Range<Date>> {
    let Some(row) = records.tenures.get(tenure) else { return Vec::new() };
    let held = held(records, row);
    let mut days: Vec<std::ops::Range<Date>> = Vec::new();
    for (span, _) in held.spans().filter(|it| *it.1) {
        match days.last_mut() {
            Some(before) if before.end == span.start => before.end = span.end,
            _ => days.push(span),
        }
    }
    days
}
