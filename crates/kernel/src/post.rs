//! Posts: places in the structure that exist whoever fills them.
//!
//! A post keeps its identity through renaming, moving, regrading and new external numbers. Always
//! true: a post stands on every day on which a duty makes it accountable.

use jiff::civil::Date;

use crate::{
    Amount, Kind, Named, Records, Shape, Text, day, duty,
    field::record,
    id::{DutyId, PostId, UnitId},
    timeline::{Fixed, Timeline},
};

record! {
    /// A place in the structure.
    Post(PostId, tree reports_to) {
        name: Timeline<Text>, "Title", Shape::Line, "What the post is called, without its holder’s name.";
        code: Timeline<Option<Text>>, "External number", Shape::Line, "How HR and other systems name it; all it ever had still find it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What the post is for.";
        unit: Timeline<UnitId>, "Unit", Shape::Link(Kind::Unit), "The unit it belongs to.";
        reports_to: Timeline<Option<PostId>>, "Reports to", Shape::Link(Kind::Post), "The post above it; empty at the top.";
        grade: Timeline<Option<Text>>, "Grade", Shape::Line, "The grade as your organisation writes it.";
        fte: Timeline<Option<Amount>>, "Full-time equivalents", Shape::Amount, "How much of full-time work the post is; for a group, of all its posts.";
        group: Fixed<bool>, "A group of identical posts", Shape::Flag, "It stands for several posts alike, whose holders are not recorded.";
        statutory: Timeline<bool>, "Statutory", Shape::Flag, "Law requires this post to be filled.";
        non_delegable: Timeline<bool>, "Non-delegable", Shape::Flag, "Its acts cannot be delegated.";
        administers: Timeline<bool>, "Administers the register", Shape::Flag, "Its holder may change any record.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{post} is accountable for {} on {}, so it cannot be gone by then. Give that to another post first.", list(.subjects), day(*.on))]
    StillAccountable { post: Named, on: Date, subjects: Vec<Named> },
}

/// Subjects that a refusal names.
const NAMED_MAX: usize = 3;

fn list(subjects: &[Named]) -> String {
    let names: Vec<String> = subjects.iter().take(NAMED_MAX).map(Named::to_string).collect();
    match subjects.len().saturating_sub(NAMED_MAX) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn check(records: &Records, id: Option<PostId>, row: &Post) -> Result<(), crate::Refusal> {
    let Some(id) = id else { return Ok(()) };
    let mut subjects = Vec::new();
    let mut first = Date::MAX;
    for duty in records.pointing::<DutyId>(id) {
        if let Some((subject, on)) = duty::without_post(records, duty, id, row) {
            first = first.min(on);
            subjects.push(Named::of(records, subject));
        }
    }
    if subjects.is_empty() {
        return Ok(());
    }
    let post = Named { reference: id.into(), name: Some(row.name.near(Date::MAX).clone()) };
    Err(Refusal::StillAccountable { post, on: first, subjects }.into())
}
