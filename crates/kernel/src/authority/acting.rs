//! What a person may do in the register: it follows from the posts they hold now, and from the posts that
//! let them act for them. One decider for every door.
//!
//! | who acts | may |
//! |---|---|
//! | the console | everything |
//! | the holder of a post that administers the register | everything, except renew what was delegated to them |
//! | any postholder | establish actions, initiatives, decisions; take on what nobody answers for yet, as its own post; anchor actions, initiatives and decisions that nobody answers for yet |
//! | the accountable or a responsible post, or one above it in the line | change, correct, end, measure and anchor that subject |
//! | any postholder | draft a change set, alone or with others; approve one of which each change is theirs to make |
//! | the post that delegates, or one above it in the line | delegate its authorities, and change or end that |
//! | who was let act for a post | as that post, except to administer the register and to delegate |
//! | the post that does a procedure, answers for it or stands above it | begin an occurrence of it; not the first, excuse one |
//! | the post that does a step, or approves it as another person | do it, which is the evidence; approve it |
//! | any postholder | raise a finding; check one whose matter they are independent of |
//! | the post that answers for a finding, or one above it in the line | say its cause, and when it is to be checked; give its corrective actions to posts |
//! | the post that a signal goes to, or one above it in the line | answer it; the first to read it is noted |
//! | nobody, when a day comes | record what is due on it; raise and clear signals |
//! | the holder of a post, and nobody for them | answer to its duties, speak and sign in its handover (see `acceptance`, `handover`) |
//!
//! Nobody may act as a post that they do not hold on that day, or that did not let them, or that does not
//! stand. Nobody delegates to themselves.

use jiff::civil::Date;

use crate::{
    Act, By, Command, Event, Kind, Named, Ref, State, acceptance, day, delegation,
    duty::{self, Role},
    handover,
    id::{ActionId, DelegationId, Id, PersonId, PostId, TenureId},
    occurrence, procedure, question,
    read::who,
    register::{Command as Deed, Event as Made},
    signal, step,
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
    #[error("{post} cannot establish {}: a post that administers the register can.", .kind.words())]
    NotForThisPost { post: Named, kind: Kind },
    #[error(
        "{delegation} does not let you act as {post} on {}: it has lapsed, has not begun, or is not to you. Choose a post that you hold.", day(*.on)
    )]
    NotDelegated { post: Named, delegation: DelegationId, on: Date },
    #[error(
        "You act as {post} under {delegation}, and what was delegated cannot be passed on. The holder of {post} can delegate, or a post above it."
    )]
    PassedOn { post: Named, delegation: DelegationId },
    #[error(
        "{post} cannot delegate for {giver}: {giver} itself can, a post above it, or one that administers the register."
    )]
    NotYoursToGive { post: Named, giver: Named },
    #[error(
        "This delegation is to you, and who received one can neither give, extend nor change it. The post that delegates can, while somebody else acts as it."
    )]
    ToYourself,
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
const OPEN: [Kind; 4] = [Kind::Initiative, Kind::Action, Kind::Decision, Kind::Finding];
/// Kinds in which any postholder drafts, alone or with others: nothing of it is so before it is approved, and
/// whoever approves has to be allowed all of it.
const DRAFTED: [Kind; 2] = [Kind::ChangeSet, Kind::Proposal];
/// Kinds that speak about another record: what it takes to establish one depends on that.
const SPEAKING: [Kind; 4] = [Kind::Anchor, Kind::Duty, Kind::Step, Kind::Question];

pub(crate) fn check(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    may_act(state, &act.by, act.today)?;
    if act.by == By::Schedule {
        return match command {
            Command::Signal(it) => signal::may_raise(state, act, it),
            _ => occurrence::may_record(state, act, command),
        };
    }
    match command {
        Command::Acceptance(it) => return acceptance::may(state, act, it),
        Command::Handover(it) => return handover::may(state, act, it),
        // Who may begin and excuse one, who does a step, who says what of a finding and who reads or answers a
        // signal is told when it is completed.
        Command::Occurrence(_)
        | Command::Evidence(_)
        | Command::Finding(_)
        | Command::Signal(_) => return Ok(()),
        Command::Procedure(it) => procedure::may(state, act, it)?,
        Command::Step(it) => step::may(records, it)?,
        Command::Question(it) => question::may(records, it)?,
        _ => (),
    }
    let Some((person, post)) = act.by.signed() else { return Ok(()) };
    if let Command::Delegation(command) = command {
        if let Some(delegation) = act.by.delegation() {
            return Err(Refusal::PassedOn { post: Named::of(records, post), delegation }.into());
        }
        not_to_oneself(state, person, post, command, act.today)?;
    }
    if by_administrator(state, &act.by, act.today) || DRAFTED.contains(&command.kind()) {
        return Ok(());
    }
    if let Command::Delegation(_) = command {
        return Ok(may_delegate(state, post, command, act.today)?);
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
    let Some(speaks_of) = speaks_of(command.kind()) else { return Ok(()) };
    for (_, subject) in command.links().into_iter().filter(|it| it.0 == speaks_of) {
        let subject = about(state, subject);
        let yours = may_change(state, post, subject, act.today)
            || takes_on(state, post, command, subject, act.today);
        only_if(yours, subject)?;
    }
    Ok(())
}

/// The field that names what a record of a speaking kind is about.
fn speaks_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Anchor => Some("from"),
        Kind::Duty => Some("subject"),
        Kind::Step => Some("procedure"),
        Kind::Question => Some("step"),
        _ => None,
    }
}

/// Whether a post takes on what nobody answers for yet: a duty of its own, or, for the kinds that
/// any postholder may establish, an anchor to go with it.
fn takes_on(state: &State, post: PostId, command: &Command, subject: Ref, date: Date) -> bool {
    let own = command.kind() == Kind::Duty && command.links().contains(&("post", post.into()));
    let free = duty::accountable(state.records(), subject, date).is_none();
    free && (own || (command.kind() == Kind::Anchor && OPEN.contains(&subject.kind)))
}

/// By what right something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Console,
    /// Nobody did it: the day came on which it was due.
    Due,
    /// The post does the work that it is about.
    Does(PostId),
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
    /// The post delegates what is its own.
    Gives,
    /// The post stands above this one, which delegates.
    AboveGiver(PostId),
    /// The signal goes to this post, and the post is that or stands above it.
    Warned(PostId),
    /// It was theirs to say as the holder of this post, for themselves.
    Holds(PostId),
}

/// By what right an entry's deed was done: judged by the state just before it.
pub fn ground(before: &State, by: &By, event: &Event, date: Date) -> Ground {
    let Some((_, post)) = by.signed() else {
        return if *by == By::Schedule { Ground::Due } else { Ground::Console };
    };
    if let Event::Acceptance(_) | Event::Handover(_) = event {
        return said(before, post, event);
    }
    if let Event::Signal(it) = event {
        let goes_to = signal::goes_to(before, it.id(), date);
        return match goes_to.filter(|it| signal::reaches(before.records(), *it, post, date)) {
            Some(it) => Ground::Warned(it),
            None => Ground::Administers,
        };
    }
    if by_administrator(before, by, date) {
        return Ground::Administers;
    }
    if let Event::Delegation(_) = event {
        return match givers(before, &given_links(event), event.subject()).first() {
            Some(giver) if *giver != post => Ground::AboveGiver(*giver),
            _ => Ground::Gives,
        };
    }
    let (kind, established) = (event.subject().kind, event.deed().0 == "established");
    if (established && OPEN.contains(&kind)) || DRAFTED.contains(&kind) {
        return Ground::Open;
    }
    let spoken_of = event.given().into_iter().filter(|it| speaks_of(kind) == Some(it.0));
    let spoken_of = spoken_of.flat_map(|it| it.1.links().to_vec()).next();
    let subject = about(before, spoken_of.unwrap_or(event.subject()));
    if let Event::Evidence(_) = event {
        return Ground::Does(post);
    }
    if let Event::Occurrence(it) = event {
        return occurring(before, post, it, date);
    }
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

/// By what right an occurrence was begun or excused.
fn occurring(before: &State, post: PostId, event: &occurrence::Event, date: Date) -> Ground {
    let records = before.records();
    let given = match event {
        Made::Established { terms, .. } => terms.procedure,
        _ => None,
    };
    let kept = records.occurrences.get(event.id()).map(|it| it.procedure.0);
    let Some(procedure) = given.or(kept) else { return Ground::Does(post) };
    let doer = records.procedures.get(procedure).map(|it| it.doer(date));
    let answers = duty::of(records, procedure.into(), date).find(|it| it.post == post);
    match (answers, doer) {
        (Some(it), _) => Ground::Answers(it.role, procedure.into()),
        (None, Some(doer)) if doer != post => Ground::Above(doer, procedure.into()),
        _ => Ground::Does(post),
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

/// Whether a person may act in the register for `post` under a delegation on `date`, which is to them or to
/// the post that they hold by `tenure`.
pub fn signs(
    state: &State,
    person: PersonId,
    post: PostId,
    delegation: DelegationId,
    tenure: Option<TenureId>,
    date: Date,
) -> bool {
    let records = state.records();
    let Some(row) = records.delegations.get(delegation) else { return false };
    let given = row.live.is(date) && row.post.0 == post && *row.signs.near(date);
    let gives = records.stands(post.into(), date)
        && records.posts.get(post).is_some_and(|it| !*it.non_delegable.near(date));
    let received = match (PostId::try_from(row.to.0), tenure) {
        (Ok(to), Some(tenure)) => holds(state, person, to, tenure, date),
        (Err(_), None) => row.to.0 == person.into() && records.stands(row.to.0, date),
        _ => false,
    };
    given && gives && received
}

/// The posts that let a person act for them in the register on `date`: each with the delegation, and the
/// holding by which it reaches them, if it is to a post.
pub fn signs_for(
    state: &State,
    person: PersonId,
    date: Date,
) -> Vec<(PostId, DelegationId, Option<who::Holder>)> {
    let records = state.records();
    let theirs = who::posts_of(records, person, date);
    let to_posts = theirs.iter().flat_map(|(post, holder)| {
        let all = delegation::received(records, (*post).into(), date);
        all.map(|(id, row)| (row.post.0, id, Some(*holder)))
    });
    let to_person = delegation::received(records, person.into(), date);
    let all = to_person.map(|(id, row)| (row.post.0, id, None)).chain(to_posts);
    let tenure = |it: Option<who::Holder>| it.map(|it| it.tenure);
    all.filter(|(post, id, holder)| signs(state, person, *post, *id, tenure(*holder), date))
        .collect()
}

/// Whether whoever acts holds the post, or was let act for it.
fn may_act(state: &State, by: &By, on: Date) -> Result<(), Refusal> {
    let named = |post: PostId| Named::of(state.records(), post);
    match *by {
        By::Console | By::Schedule => Ok(()),
        By::Postholder { person, post, tenure } => match holds(state, person, post, tenure, on) {
            true => Ok(()),
            false => Err(Refusal::NotHeld { post: named(post), on }),
        },
        By::Delegate { person, post, delegation, tenure } => {
            match signs(state, person, post, delegation, tenure, on) {
                true => Ok(()),
                false => Err(Refusal::NotDelegated { post: named(post), delegation, on }),
            }
        }
    }
}

/// To administer the register is never delegated: whoever could would make the delegation last.
pub fn by_administrator(state: &State, by: &By, date: Date) -> bool {
    match *by {
        By::Console => true,
        By::Postholder { post, .. } => administers(state, post, date),
        By::Schedule | By::Delegate { .. } => false,
    }
}

/// Whoever receives a delegation neither gives nor renews it, whatever else they may do. To end it takes
/// nothing from anybody else.
fn not_to_oneself(
    state: &State,
    person: PersonId,
    post: PostId,
    command: &delegation::Command,
    today: Date,
) -> Result<(), Refusal> {
    let records = state.records();
    let (id, terms) = match command {
        Deed::Establish { terms, .. } => (None, terms),
        Deed::Change { id, terms, .. } | Deed::Correct { id, terms, .. } => (Some(*id), terms),
        Deed::End { .. } | Deed::Annul { .. } => return Ok(()),
    };
    let kept = id.and_then(|it| records.delegations.get(it)).map(|it| it.to.0);
    let mine = |to: Ref| match PostId::try_from(to) {
        Ok(to) => {
            to == post || who::everybody(records, to, today).iter().any(|it| it.person == person)
        }
        Err(_) => to == person.into(),
    };
    if kept.into_iter().chain(terms.to).any(mine) { Err(Refusal::ToYourself) } else { Ok(()) }
}

/// A post delegates what is its own, or what is that of a post beneath it.
fn may_delegate(state: &State, post: PostId, command: &Command, date: Date) -> Result<(), Refusal> {
    let records = state.records();
    let subject = command.subject().unwrap_or(Ref::from(post));
    for giver in givers(state, &command.links(), subject) {
        let above = || who::line(records, giver, date).any(|above| above == post);
        if giver != post && !above() {
            let (post, giver) = (Named::of(records, post), Named::of(records, giver));
            return Err(Refusal::NotYoursToGive { post, giver });
        }
    }
    Ok(())
}

/// The posts that delegate: the one of the record, and the one that is given.
fn givers(state: &State, links: &[(&'static str, Ref)], subject: Ref) -> Vec<PostId> {
    let row = DelegationId::try_from(subject).ok();
    let kept = row.and_then(|it| state.records().delegations.get(it)).map(|it| it.post.0);
    let given = links.iter().filter(|it| it.0 == "post").map(|it| it.1);
    kept.into_iter().chain(given.filter_map(|it| PostId::try_from(it).ok())).collect()
}

fn given_links(event: &Event) -> Vec<(&'static str, Ref)> {
    let links = |(name, it): (&'static str, crate::Value)| {
        it.links().iter().map(|it| (name, *it)).collect::<Vec<_>>()
    };
    event.given().into_iter().flat_map(links).collect()
}

/// Whether the holder of `post` may change any record.
pub fn administers(state: &State, post: PostId, date: Date) -> bool {
    state.records().posts.get(post).is_some_and(|it| *it.administers.near(date))
}

/// Whether `post` may change `subject`: it answers for it, or stands above a post that does. A corrective action is
/// also for whoever answers for the finding.
pub fn may_change(state: &State, post: PostId, subject: Ref, date: Date) -> bool {
    let records = state.records();
    let action = ActionId::try_from(subject).ok().and_then(|it| records.actions.get(it));
    let finding = action.and_then(|it| it.regards.0).filter(|it| it.kind == Kind::Finding);
    if finding.is_some_and(|it| who::answers(records, it, post, date)) {
        return true;
    }
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
        Kind::Step | Kind::Question => procedure::of_part(records, it).unwrap_or(it),
        _ => it,
    }
}
