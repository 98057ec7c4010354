//! Authority: what a person may do follows from the posts they hold now. One decider for every door.
//!
//! | who acts | may |
//! |---|---|
//! | the console | everything |
//! | the holder of a post that administers the register | everything |
//! | any postholder | establish actions, initiatives, decisions; take on what nobody answers for yet, as its own post; anchor actions, initiatives and decisions that nobody answers for yet |
//! | the accountable or a responsible post, or one above it in the line | change, correct, end, measure and anchor that subject |
//! | the holder of a post, and nobody for them | answer to its duties, speak and sign in its handover (see `acceptance`, `handover`) |
//!
//! Nobody may act as a post that they do not hold on that day, or that does not stand.

use jiff::civil::Date;

use crate::{
    Act, By, Command, Event, Kind, Named, Ref, State, acceptance, day,
    duty::{self, Role},
    handover,
    id::{Id, PersonId, PostId, TenureId},
    read::who,
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "You do not hold {post} on {}, so you cannot act as it. Choose a post that you hold.", day(*.on)
    )]
    NotHeld { post: Named, on: Date },
    #[error(
        "{post} cannot change {subject}: the post that is accountable for it, one above that, or one that administers the register can."
    )]
    NotYours { post: Named, subject: Named },
    #[error("{post} cannot establish {}: a post that administers the register can.", .kind.plural())]
    NotForThisPost { post: Named, kind: Kind },
    #[error(
        "Only the holder can say this, for themselves, as that post: nobody answers or signs for another."
    )]
    OnlyTheHolder,
    #[error(
        "Only a post above the one that challenges can rule on {of}, and another person than the one who challenges."
    )]
    NotAbove { of: Named },
}

/// Kinds that any postholder may establish.
const OPEN: [Kind; 3] = [Kind::Initiative, Kind::Action, Kind::Decision];
/// Kinds that speak about another record: what it takes to establish one depends on that.
const SPEAKING: [Kind; 2] = [Kind::Anchor, Kind::Duty];

pub(crate) fn check(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    if let By::Postholder { person, post, tenure } = act.by
        && !holds(state, person, post, tenure, act.today)
    {
        return Err(Refusal::NotHeld { post: Named::of(records, post), on: act.today }.into());
    }
    match command {
        Command::Acceptance(it) => return acceptance::may(state, act, it),
        Command::Handover(it) => return handover::may(state, act, it),
        _ => (),
    }
    let By::Postholder { post, .. } = act.by else { return Ok(()) };
    if administers(state, post, act.today) {
        return Ok(());
    }
    let only_if = |allowed: bool, subject: Ref| -> Result<(), crate::Refusal> {
        if allowed {
            return Ok(());
        }
        let subject = Named::of(records, subject);
        Err(Refusal::NotYours { post: Named::of(records, post), subject }.into())
    };
    if let Some(subject) = command.subject() {
        // What speaks about something else is for whoever answers for that.
        let subject = about(state, subject);
        only_if(may_change(state, post, subject, act.today), subject)?;
    } else if !OPEN.contains(&command.kind()) && !SPEAKING.contains(&command.kind()) {
        let kind = command.kind();
        return Err(Refusal::NotForThisPost { post: Named::of(records, post), kind }.into());
    }
    // A correction may make it speak about another thing: that has to be theirs as well.
    let speaks_of = match command.kind() {
        Kind::Anchor => "from",
        Kind::Duty => "subject",
        _ => return Ok(()),
    };
    for (_, subject) in command.links().into_iter().filter(|it| it.0 == speaks_of) {
        let yours = may_change(state, post, subject, act.today)
            || takes_on(state, post, command, subject, act.today);
        only_if(yours, subject)?;
    }
    Ok(())
}

/// Whether a post takes on what nobody answers for yet: a duty of its own, or, for the kinds that
/// any postholder may establish, an anchor to go with it.
fn takes_on(state: &State, post: PostId, command: &Command, subject: Ref, date: Date) -> bool {
    let own = command.links().contains(&("post", post.into()));
    let free = duty::accountable(state.records(), subject, date).is_none();
    free && (own || (command.kind() == Kind::Anchor && OPEN.contains(&subject.kind)))
}

/// By what right something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Console,
    /// The post administers the register.
    Administers,
    /// Any postholder may establish one.
    Open,
    /// The post answers for what it is about, in this role.
    Answers(Role, Ref),
    /// The post stands above this one, which answers for what it is about.
    Above(PostId, Ref),
    /// Nobody answered for it yet.
    TakenOn(Ref),
    /// It was theirs to say as the holder of this post, for themselves.
    Holds(PostId),
}

/// By what right an entry's deed was done: judged by the state just before it.
pub fn ground(before: &State, by: &By, event: &Event, date: Date) -> Ground {
    let By::Postholder { post, .. } = *by else { return Ground::Console };
    if let Event::Acceptance(_) | Event::Handover(_) = event {
        return said(before, post, event);
    }
    if administers(before, post, date) {
        return Ground::Administers;
    }
    let (kind, established) = (event.subject().kind, event.deed().0 == "established");
    if established && OPEN.contains(&kind) {
        return Ground::Open;
    }
    let speaks_of = if kind == Kind::Anchor { "from" } else { "subject" };
    let spoken_of =
        event.given().into_iter().filter(|it| SPEAKING.contains(&kind) && it.0 == speaks_of);
    let spoken_of = spoken_of.flat_map(|it| it.1.links().to_vec()).next();
    let subject = spoken_of.unwrap_or_else(|| about(before, event.subject()));
    let answering = duty::of(before.records(), subject, date);
    let answering: Vec<_> =
        answering.filter(|it| matches!(it.role, Role::Accountable | Role::Responsible)).collect();
    if let Some(it) = answering.iter().find(|it| it.post == post) {
        return Ground::Answers(it.role, subject);
    }
    let beneath = |it: PostId| who::line(before.records(), it, date).any(|above| above == post);
    match answering.iter().find(|it| beneath(it.post)) {
        Some(it) => Ground::Above(it.post, subject),
        None => Ground::TakenOn(subject),
    }
}

/// By what right something was said in an acceptance or a handover.
fn said(before: &State, post: PostId, event: &Event) -> Ground {
    let records = before.records();
    let given = event.given();
    let of = match event.subject().kind {
        Kind::Acceptance => {
            let row = records.acceptances.get(Id::new(event.subject().n));
            row.and_then(|it| records.tenures.get(it.tenure.0)).map(|it| it.post.0)
        }
        _ => records.handovers.get(Id::new(event.subject().n)).map(|it| it.post.0),
    };
    // While it is established, it says itself which post it is about.
    let of = of.or_else(|| {
        let post = given.iter().find(|it| it.0 == "post")?;
        post.1.links().first().and_then(|it| PostId::try_from(*it).ok())
    });
    match of {
        Some(it) if it != post => Ground::Above(it, event.subject()),
        _ => Ground::Holds(post),
    }
}

/// Whether `person` holds `post` by `tenure` on `date`, and both stand.
pub fn holds(state: &State, person: PersonId, post: PostId, tenure: TenureId, date: Date) -> bool {
    let records = state.records();
    let held = records
        .tenures
        .get(tenure)
        .is_some_and(|it| it.live.is(date) && it.post.0 == post && it.person.0 == person);
    held && records.stands(post.into(), date) && records.stands(person.into(), date)
}

/// Whether the holder of `post` may change any record.
pub fn administers(state: &State, post: PostId, date: Date) -> bool {
    state.records().posts.get(post).is_some_and(|it| *it.administers.near(date))
}

/// Whether `post` may change `subject`: it answers for it, or stands above a post that does.
pub fn may_change(state: &State, post: PostId, subject: Ref, date: Date) -> bool {
    let records = state.records();
    let answering = duty::of(records, subject, date)
        .filter(|it| matches!(it.role, Role::Accountable | Role::Responsible));
    answering
        .into_iter()
        .any(|it| it.post == post || who::line(records, it.post, date).any(|above| above == post))
}

/// An anchor is about what serves, a duty about its subject; everything else about itself.
fn about(state: &State, it: Ref) -> Ref {
    let records = state.records();
    match it.kind {
        Kind::Anchor => records.anchors.get(Id::new(it.n)).map_or(it, |row| row.from.0),
        Kind::Duty => records.duties.get(Id::new(it.n)).map_or(it, |row| row.subject.0),
        _ => it,
    }
}
