//! Who answers: resolved when asked, from dates, never reassigned.
//!
//! The holder answers; else whoever acts; else whoever covers; else the next post up the line that
//! somebody holds, acts in or covers, and the clock of *uncovered since* runs.

use jiff::civil::Date;

use crate::{
    Records, Ref, duty,
    id::{DutyId, PersonId, PostId, TenureId},
    tenure::Capacity,
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
    /// Since when the accountable post has had nobody, if so.
    pub uncovered_since: Option<Date>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("There is no {0}.")]
    Unknown(Ref),
    #[error("{0} does not stand on {1}.")]
    NotThen(Ref, Date),
    #[error("No post is accountable for {0} on {1}. Give it an accountable post.")]
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
    let holding = holding.ok_or(Unanswered::NoPost(subject, date))?;
    Ok(resolve(records, subject, Some(holding), holding.post, date))
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
    let uncovered_since = match cover(records, post, date) {
        // A duty has been uncovered no longer than it has existed.
        Cover::Vacant { since } => Some(holding.map_or(since, |it| since.max(it.since))),
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

/// The posts above `post` on `date` that stand, nearest first.
pub fn line(records: &Records, post: PostId, date: Date) -> impl Iterator<Item = PostId> {
    let above = move |it: &PostId| *records.posts.get(*it)?.reports_to.near(date);
    std::iter::successors(above(&post), above)
        .take(DEPTH_MAX)
        .filter(move |it| records.stands((*it).into(), date))
}

/// Everybody in a post on `date` who answers for it: its holders, else those acting, else cover.
pub fn holders(records: &Records, post: PostId, date: Date) -> Vec<Holder> {
    if !records.stands(post.into(), date) {
        return Vec::new();
    }
    let mut found: Vec<Holder> = tenures(records, post)
        .filter(|(_, row)| row.live.is(date))
        .map(|(tenure, row)| {
            let until = row.live.ends_after(date);
            Holder {
                tenure,
                person: row.person.0,
                capacity: row.capacity.0,
                share: row.share.0,
                since: row.live.begins(),
                until: (until != Date::MAX).then_some(until),
            }
        })
        .collect();
    let rank = |it: Capacity| match it {
        Capacity::Acting => 1,
        Capacity::Cover => 2,
        _ => 0,
    };
    let best = found.iter().map(|it| rank(it.capacity)).min();
    found.retain(|it| Some(rank(it.capacity)) == best);
    found
}

/// Whether and how `post` is held on `date`.
pub fn cover(records: &Records, post: PostId, date: Date) -> Cover {
    let Some(row) = records.posts.get(post).filter(|it| it.live.is(date)) else {
        return Cover::Gone;
    };
    match holders(records, post, date).first() {
        None => {
            let ended = tenures(records, post).filter_map(|(_, it)| it.live.ended(date)).max();
            let stands_since = row.live.entries().rfind(|it| it.0 <= date && it.1);
            let begun = stands_since.map_or(row.live.begins(), |it| it.0);
            Cover::Vacant { since: ended.map_or(begun, |it| it.max(begun)) }
        }
        Some(it) if it.capacity == Capacity::Acting => Cover::Acting,
        Some(it) if it.capacity == Capacity::Cover => Cover::Covered,
        Some(_) => Cover::Held,
    }
}

fn tenures(
    records: &Records,
    post: PostId,
) -> impl Iterator<Item = (TenureId, &crate::tenure::Tenure)> {
    let all = records.pointing::<TenureId>(post);
    all.filter_map(|it| Some((it, records.tenures.get(it)?))).filter(move |it| it.1.post.0 == post)
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

/// Live accountable duties whose post nobody holds, acts in or covers, with the day since when.
pub fn uncovered(records: &Records, date: Date) -> Vec<(Ref, PostId, Date)> {
    let mut gaps = Vec::new();
    for (_, row) in records.duties.iter() {
        if row.role.0 != duty::Role::Accountable || !row.live.is(date) {
            continue;
        }
        let post = *row.post.near(date);
        if let Cover::Vacant { since } = cover(records, post, date)
            && records.stands(row.subject.0, date)
        {
            gaps.push((row.subject.0, post, since.max(row.live.begins())));
        }
    }
    gaps
}
