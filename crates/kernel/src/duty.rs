//! Duties: a post is accountable, responsible, consulted or informed for a subject.
//!
//! Always true: no subject has two accountable posts on one day, and an accountable post stands as
//! long as its duty does. A change of holder touches no duty: who answers is worked out when asked.

use jiff::civil::Date;

use crate::{
    Kind, Named, Records, Ref, Shape, day,
    field::{choice, record},
    id::{DutyId, PostId},
    post::Post,
    timeline::{Fixed, Timeline},
};

choice! {
    /// What a post is to a subject.
    Role {
        Accountable = "accountable",
        Responsible = "responsible",
        Consulted = "consulted",
        Informed = "informed",
    }
}

/// Kinds whose every live record needs an accountable post; of the others one may have it.
pub const NEEDED: &[Kind] = &[
    Kind::Objective,
    Kind::Indicator,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Risk,
];

/// What a post can have duties for.
pub const SUBJECTS: &[Kind] = &[
    Kind::Unit,
    Kind::Plan,
    Kind::Objective,
    Kind::Indicator,
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Decision,
    Kind::Procedure,
    Kind::Finding,
    Kind::Risk,
];

record! {
    /// A post's duty for a subject.
    Duty(DutyId) {
        post: Timeline<PostId>, "Post", Shape::Link(Kind::Post), "The post that has the duty.";
        subject: Fixed<Ref>, "Subject", Shape::AnyOf(SUBJECTS), "What the duty is for.";
        role: Fixed<Role>, "Role", Shape::Choice(Role::WORDS), "Exactly one post is accountable for a subject.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "{post} is accountable for {subject} on {} already, and only one post can be. Move that duty, or end it first.", day(*.on)
    )]
    SecondAccountable { subject: Named, post: Named, on: Date },
    #[error("{post} does not stand on {}, so it cannot be accountable for {subject} then.", day(*.on))]
    PostGone { subject: Named, post: Named, on: Date },
}

fn check(records: &Records, id: Option<DutyId>, row: &Duty) -> Result<(), crate::Refusal> {
    if row.role.0 != Role::Accountable {
        return Ok(());
    }
    for other in records.pointing::<DutyId>(row.subject.0).filter(|it| Some(*it) != id) {
        let Some(it) = records.duties.get(other) else { continue };
        // The index also knows duties that once pointed here and were corrected away.
        if it.role.0 != Role::Accountable || it.subject.0 != row.subject.0 {
            continue;
        }
        if let Some(on) = row.live.meets(&it.live) {
            let subject = Named::of(records, row.subject.0);
            let post = Named::of(records, *it.post.near(on));
            return Err(Refusal::SecondAccountable { subject, post, on }.into());
        }
    }
    for (_, post) in row.post.spans() {
        let gone = records.posts.get(*post).and_then(|it| first_without(row, *post, it));
        if let Some(on) = gone {
            let subject = Named::of(records, row.subject.0);
            return Err(Refusal::PostGone { subject, post: Named::of(records, *post), on }.into());
        }
    }
    Ok(())
}

/// The subject of an accountable duty that `post`, were it like `row`, would leave, and from when.
pub(crate) fn without_post(
    records: &Records,
    duty: DutyId,
    post: PostId,
    row: &Post,
) -> Option<(Ref, Date)> {
    let it = records.duties.get(duty)?;
    if it.role.0 != Role::Accountable {
        return None;
    }
    Some((it.subject.0, first_without(it, post, row)?))
}

/// The first day on which the duty is `post`'s and the post does not stand.
fn first_without(duty: &Duty, post: PostId, row: &Post) -> Option<Date> {
    let theirs = duty.post.spans().filter(|it| *it.1 == post).map(|it| it.0);
    let live: Vec<_> = duty.live.spans().filter(|it| *it.1).map(|it| it.0).collect();
    let mut gaps = row.live.spans().filter(|it| !*it.1).map(|it| it.0).collect::<Vec<_>>();
    gaps.push(Date::MIN..row.live.begins());
    theirs
        .flat_map(|a| live.iter().map(move |b| a.start.max(b.start)..a.end.min(b.end)))
        .flat_map(|a| gaps.iter().map(move |b| a.start.max(b.start)..a.end.min(b.end)))
        .filter(|it| it.start < it.end)
        .map(|it| it.start)
        .min()
}

/// A duty as it is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub duty: DutyId,
    pub post: PostId,
    pub role: Role,
    /// The day from which the duty has stood.
    pub since: Date,
}

/// The duties for a subject that stand on `date`.
pub fn of(records: &Records, subject: Ref, date: Date) -> impl Iterator<Item = Holding> {
    records.pointing::<DutyId>(subject).filter_map(move |duty| {
        let row = records.duties.get(duty)?;
        let stands = row.subject.0 == subject && row.live.is(date);
        let (post, since) =
            (*row.post.near(date), row.live.since(date).unwrap_or(row.live.begins()));
        stands.then_some(Holding { duty, post, role: row.role.0, since })
    })
}

/// The accountable duty for a subject on `date`.
pub fn accountable(records: &Records, subject: Ref, date: Date) -> Option<Holding> {
    of(records, subject, date).find(|it| it.role == Role::Accountable)
}

/// The duties of a post that stand on `date`, with their subjects.
pub fn of_post(
    records: &Records,
    post: PostId,
    date: Date,
) -> impl Iterator<Item = (Ref, Holding)> {
    records.pointing::<DutyId>(post).filter_map(move |duty| {
        let row = records.duties.get(duty)?;
        let stands = *row.post.near(date) == post && row.live.is(date);
        let since = row.live.since(date).unwrap_or(row.live.begins());
        stands.then_some((row.subject.0, Holding { duty, post, role: row.role.0, since }))
    })
}
