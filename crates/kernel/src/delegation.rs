//! Delegations: a post lets another post or a person act for it, for some of its authorities, until a
//! day.
//!
//! Always true: a delegation has an end and gives something. What a post could not do it cannot give,
//! on the day on which it is given; after that a delegation lapses by itself, because whether it holds is
//! worked out when asked: when its end comes, when the post that gave it ends or loses the authority,
//! when the authority or the post becomes non-delegable, and when whoever received it ends or leaves.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    Amount, Command as Asked, Kind, Named, Records, Ref, Shape, Text,
    authority::{self, within},
    day,
    field::record,
    id::{AuthorityId, DelegationId, PostId},
    register::{self, Command as Deed, Record},
    timeline::{Fixed, Timeline},
};

/// Who can act for a post.
pub const RECEIVERS: &[Kind] = &[Kind::Post, Kind::Person];

record! {
    /// A post letting another post or a person act for it.
    Delegation(DelegationId) {
        post: Fixed<PostId>, "Given by", Shape::Link(Kind::Post), "The post that delegates.";
        to: Fixed<Ref>, "To", Shape::AnyOf(RECEIVERS), "The post or the person that may act for it.";
        authorities: Timeline<Arc<[AuthorityId]>>, "Authorities", Shape::Links(Kind::Authority), "Which of the authorities of the post it gives.";
        limit: Timeline<Option<Amount>>, "Limit", Shape::Amount, "Up to and including this value; empty for as much as each authority allows.";
        signs: Timeline<bool>, "Acts as the post in the register", Shape::Flag, "Also to change records as the post, except who delegates what and whatever only an administrator may.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "Why, and what goes with it.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "A delegation from {post} needs an end date, because it lapses by itself. Give the first day on which it no longer holds."
    )]
    NeedsEnd { post: Named },
    #[error(
        "A delegation from {post} has to give something: name authorities of the post, or let the other act as it in the register."
    )]
    Empty { post: Named },
    #[error("{post} cannot delegate to itself. Choose another post, or a person.")]
    ToItself { post: Named },
    #[error("{post} is non-delegable, so its acts cannot be delegated.")]
    PostNonDelegable { post: Named },
    #[error("{authority} is non-delegable, so {post} cannot give it to another.")]
    NonDelegable { authority: Named, post: Named },
    #[error(
        "{authority} is not an authority of {post} on {}, and a post can delegate only its own. Choose one that it has then; what it was delegated itself cannot be passed on.", day(*.on)
    )]
    NotItsOwn { authority: Named, post: Named, on: Date },
    #[error(
        "{post} may do this up to {own} ({authority}), so it cannot delegate more. Give a limit of at most {own}."
    )]
    AboveItsOwn { authority: Named, post: Named, own: Amount },
    #[error("{it} does not stand on {}, so nothing can be delegated {} it then.", day(*.on), if *.gives { "by" } else { "to" })]
    Gone { it: Named, gives: bool, on: Date },
}

fn check(
    records: &Records,
    _: Option<DelegationId>,
    row: &Delegation,
) -> Result<(), crate::Refusal> {
    let post = || Named::of(records, row.post.0);
    authority::not_below_nothing("Limit", &row.limit)?;
    if row.live.is(Date::MAX) {
        return Err(Refusal::NeedsEnd { post: post() }.into());
    }
    if row.to.0 == row.post.0.into() {
        return Err(Refusal::ToItself { post: post() }.into());
    }
    let dates = row.authorities.entries().map(|it| it.0).chain(row.signs.entries().map(|it| it.0));
    let empty = |it: Date| row.authorities.near(it).is_empty() && !row.signs.near(it);
    if dates.into_iter().any(empty) {
        return Err(Refusal::Empty { post: post() }.into());
    }
    Ok(())
}

/// Whether a post can give what a command gives, on the day from which it does, be it a correction: what
/// was recorded wrongly was not given beyond the giver's own limit either. What becomes of it later is
/// no rule about the past, so that the audit does not ask for it. Neither lets anybody do more: what a
/// delegation gives is worked out at each use.
pub(crate) fn check_given(records: &Records, command: &Asked) -> Result<(), crate::Refusal> {
    let Asked::Delegation(command) = command else { return Ok(()) };
    let (row, from) = match command {
        Deed::Establish { from, terms, .. } => match Delegation::begin(*from, terms) {
            Ok(row) => (row, *from),
            // The register says which field is missing.
            Err(_) => return Ok(()),
        },
        Deed::Change { id, from, terms } => {
            let Some(row) = records.delegations.get(*id).filter(|_| gives(terms)) else {
                return Ok(());
            };
            let mut row = row.clone();
            row.put(*from, terms);
            (row, *from)
        }
        Deed::Correct { id, was, from, terms } => {
            let Some(row) = records.delegations.get(*id).filter(|_| gives(terms)) else {
                return Ok(());
            };
            let mut row = row.clone();
            register::correct(&mut row, *was, *from, terms);
            (row, *from)
        }
        Deed::End { .. } | Deed::Annul { .. } => return Ok(()),
    };
    Ok(can_give(records, &row, from)?)
}

/// Whether terms say what is given, or that it is; an end that moves gives nothing anew.
fn gives(terms: &Terms) -> bool {
    terms.authorities.is_some()
        || terms.limit.is_some()
        || terms.signs.is_some()
        || terms.live == Some(true)
}

fn can_give(records: &Records, row: &Delegation, on: Date) -> Result<(), Refusal> {
    let post = || Named::of(records, row.post.0);
    let gone = |it: Ref, gives| Refusal::Gone { it: Named::of(records, it), gives, on };
    if !records.stands(row.post.0.into(), on) {
        return Err(gone(row.post.0.into(), true));
    }
    if !records.stands(row.to.0, on) {
        return Err(gone(row.to.0, false));
    }
    if records.posts.get(row.post.0).is_some_and(|it| *it.non_delegable.near(on)) {
        return Err(Refusal::PostNonDelegable { post: post() });
    }
    for id in row.authorities.near(on).iter() {
        let Some(it) = records.authorities.get(*id) else { continue };
        let authority = || Named::of(records, *id);
        if !it.live.is(on) || *it.post.near(on) != row.post.0 {
            return Err(Refusal::NotItsOwn { authority: authority(), post: post(), on });
        }
        if *it.non_delegable.near(on) {
            return Err(Refusal::NonDelegable { authority: authority(), post: post() });
        }
        if let Some(own) = *it.limit.near(on)
            && !within(Some(own), *row.limit.near(on))
        {
            return Err(Refusal::AboveItsOwn { authority: authority(), post: post(), own });
        }
    }
    Ok(())
}

/// The delegations that a post gave and that stand on `date`.
pub fn given(
    records: &Records,
    post: PostId,
    date: Date,
) -> impl Iterator<Item = (DelegationId, &Delegation)> {
    standing(records, post.into(), date).filter(move |it| it.1.post.0 == post)
}

/// The delegations that a post or a person received and that stand on `date`.
pub fn received(
    records: &Records,
    by: Ref,
    date: Date,
) -> impl Iterator<Item = (DelegationId, &Delegation)> {
    standing(records, by, date).filter(move |it| it.1.to.0 == by)
}

fn standing(
    records: &Records,
    about: Ref,
    date: Date,
) -> impl Iterator<Item = (DelegationId, &Delegation)> {
    let all = records.pointing::<DelegationId>(about);
    let rows = all.filter_map(|id| Some((id, records.delegations.get(id)?)));
    rows.filter(move |it| it.1.live.is(date))
}
