//! Tenures: a person holds a post, from a day until a day.
//!
//! Overlaps, gaps, backdated and future tenures are all legal. Always true: a tenure ends after it
//! starts, and every kind but *substantive* has an end.

use jiff::civil::Date;

use crate::{
    Kind, Named, Records, Shape,
    field::{choice, record},
    id::{PersonId, PostId, TenureId},
    timeline::Fixed,
};

choice! {
    /// In what capacity a person holds a post. In the order in which they answer.
    Capacity {
        Substantive = "substantive",
        JobShare = "job share",
        Acting = "acting",
        Interim = "interim",
        Secondment = "secondment",
        Cover = "cover",
    }
}

record! {
    /// A person holding a post.
    Tenure(TenureId) {
        post: Fixed<PostId>, "Post", Shape::Link(Kind::Post), "The post that is held.";
        person: Fixed<PersonId>, "Person", Shape::Link(Kind::Person), "Who holds it.";
        capacity: Fixed<Capacity>, "Capacity", Shape::Choice(Capacity::WORDS), "All but substantive need an end date.";
        share: Fixed<Option<u16>>, "Share in per cent", Shape::Whole, "How much of the post, where it is shared.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("A tenure of {post} in the capacity “{}” needs an end date, because only a substantive one goes on until it is ended.", .capacity.word())]
    NeedsEnd { post: Named, capacity: Capacity },
    #[error("A share of {0} per cent is not possible: give a number from 1 to 100.")]
    OddShare(u16),
}

fn check(records: &Records, _: Option<TenureId>, row: &Tenure) -> Result<(), crate::Refusal> {
    if row.capacity.0 != Capacity::Substantive && row.live.is(Date::MAX) {
        let post = Named::of(records, row.post.0);
        return Err(Refusal::NeedsEnd { post, capacity: row.capacity.0 }.into());
    }
    match row.share.0 {
        Some(share) if !(1..=100).contains(&share) => Err(Refusal::OddShare(share).into()),
        _ => Ok(()),
    }
}
