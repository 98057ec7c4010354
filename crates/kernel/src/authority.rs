//! Authority: what a person may do follows from the posts they hold now. One decider for every door.
//!
//! | who acts | may |
//! |---|---|
//! | the console | everything |
//! | the holder of a post that administers the register | everything |
//! | any postholder | establish actions, initiatives, decisions; take on what nobody answers for yet |
//! | the accountable or a responsible post, or one above it in the line | change, correct, end, measure and anchor that subject |
//!
//! Nobody may act as a post that they do not hold on that day, or that does not stand.

use jiff::civil::Date;

use crate::{
    Act, By, Command, Kind, Named, Ref, State,
    duty::{self, Role},
    id::{Id, PersonId, PostId, TenureId},
    read::who,
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "You do not hold {post} on {on}, so you cannot act as it. Choose a post that you hold."
    )]
    NotHeld { post: Named, on: Date },
    #[error(
        "{post} cannot change {subject}: the post that is accountable for it, one above that, or one that administers the register can."
    )]
    NotYours { post: Named, subject: Named },
    #[error("{post} cannot establish {}: a post that administers the register can.", .kind.plural())]
    NotForThisPost { post: Named, kind: Kind },
}

/// Kinds that any postholder may establish.
const OPEN: [Kind; 3] = [Kind::Initiative, Kind::Action, Kind::Decision];

pub(crate) fn check(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let By::Postholder { person, post, tenure } = act.by else { return Ok(()) };
    let records = state.records();
    if !holds(state, person, post, tenure, act.today) {
        return Err(Refusal::NotHeld { post: Named::of(records, post), on: act.today }.into());
    }
    if administers(state, post, act.today) {
        return Ok(());
    }
    let refused = |subject: Ref| {
        let subject = Named::of(records, subject);
        Err(Refusal::NotYours { post: Named::of(records, post), subject }.into())
    };
    if let Some(subject) = command.subject() {
        // What speaks about something else is for whoever answers for that.
        let subject = about(state, subject, act.today);
        let yours = may_change(state, post, subject, act.today);
        return if yours { Ok(()) } else { refused(subject) };
    }
    match command.kind() {
        kind if OPEN.contains(&kind) => Ok(()),
        Kind::Anchor | Kind::Duty => {
            let link = |name| command.links().into_iter().find(|it| it.0 == name).map(|it| it.1);
            let subject = link("from").or(link("subject"));
            let takes_on = link("post") == Some(post.into());
            match subject {
                Some(it) if may_change(state, post, it, act.today) => Ok(()),
                Some(it) if takes_on && !has_accountable(state, it, act.today) => Ok(()),
                Some(it) if OPEN.contains(&it.kind) && !has_accountable(state, it, act.today) => {
                    Ok(())
                }
                Some(it) => refused(it),
                None => Ok(()),
            }
        }
        kind => Err(Refusal::NotForThisPost { post: Named::of(records, post), kind }.into()),
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

fn has_accountable(state: &State, subject: Ref, date: Date) -> bool {
    duty::accountable(state.records(), subject, date).is_some()
}

/// An anchor is about what serves, a duty about its subject; everything else about itself.
fn about(state: &State, it: Ref, _: Date) -> Ref {
    let records = state.records();
    match it.kind {
        Kind::Anchor => records.anchors.get(Id::new(it.n)).map_or(it, |row| row.from.0),
        Kind::Duty => records.duties.get(Id::new(it.n)).map_or(it, |row| row.subject.0),
        _ => it,
    }
}
