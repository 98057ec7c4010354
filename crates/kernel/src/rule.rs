//! Rules: what law, a regulator or the organisation's own standing orders ask of posts and of those
//! who hold them. Data, never code: they are recorded, changed and ended like everything else.
//!
//! A rule is of one of three sorts; fields that do not concern its sort say nothing. Always true:
//! posts that exclude one another are two at least, and a limit says how many days it allows.

use std::sync::Arc;

use crate::{
    Kind, Records, Shape, Text,
    field::{choice, record},
    id::{PostId, RuleId},
    tenure::Capacity,
    timeline::{Fixed, Timeline},
};

choice! {
    /// What a rule asks for.
    Sort {
        RequiredPost = "required post",
        IncompatiblePosts = "incompatible posts",
        CapacityLimit = "limit of a capacity",
    }
}

choice! {
    /// Which posts a limit is about.
    Reach {
        Named = "the posts named",
        Statutory = "statutory posts",
        All = "all posts",
    }
}

record! {
    /// Something that is asked of posts and their holders.
    Rule(RuleId) {
        name: Timeline<Text>, "Rule", Shape::Line, "What it asks for, in a few words: the post that law requires, the posts that exclude one another, what is limited.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How its pack numbers it; a later edition finds it by this.";
        pack: Timeline<Option<Text>>, "Pack", Shape::Line, "The pack it came from; empty for a rule of your own.";
        sort: Fixed<Sort>, "Sort", Shape::Choice(Sort::WORDS), "A post that must exist and be held; posts that one person may not hold together; a limit to how long somebody holds a post in some capacity.";
        source: Timeline<Option<Text>>, "Source", Shape::Line, "Act and section, or where else it is laid down.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What is meant, and how one can tell.";
        posts: Timeline<Arc<[PostId]>>, "Posts", Shape::Links(Kind::Post), "The posts that fulfil it, one of which is enough; those that exclude one another; or those that are limited.";
        rules: Timeline<Arc<[RuleId]>>, "Posts of rules", Shape::Links(Kind::Rule), "In place of posts: whichever posts these rules name. What one rule names is one place; no person may hold two.";
        reach: Timeline<Reach>, "Reaches", Shape::Choice(Reach::WORDS), "For a limit: which posts it is about.";
        capacities: Timeline<Arc<[Text]>>, "Capacities", Shape::Lines, "For a required post: those in which it may be held, any if empty. For a limit: those that are limited, all but substantive if empty. One a line.";
        grace_days: Timeline<Option<u16>>, "Grace in days", Shape::Whole, "For a required post: the days for which it may be empty, or held in another capacity.";
        days_max: Timeline<Option<u16>>, "Days at most", Shape::Whole, "For a limit: how many days are allowed.";
        window_months: Timeline<Option<u16>>, "Within months", Shape::Whole, "For a limit: the months within which days are added up; empty for one unbroken run.";
        warn_days: Timeline<Option<u16>>, "First warning after days", Shape::Whole, "For a limit: from how many days on it warns.";
        warn_again_days: Timeline<Option<u16>>, "Second warning after days", Shape::Whole, "For a limit: from how many days on it warns again.";
    }
}

/// Months that a limit can look back over.
pub const WINDOW_MONTHS_MAX: u16 = 120;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "A rule of incompatible posts needs two places at least, under “Posts” or “Posts of rules”."
    )]
    OnePlace,
    #[error("“{0}” is no capacity. Write one of: {words}.", words = Capacity::WORDS.join(", "))]
    NoCapacity(Text),
    #[error(
        "A warning after {warn} days comes too late where {max} days are allowed: give fewer days."
    )]
    LateWarning { warn: u16, max: u16 },
    #[error(
        "Days cannot be added up within {0} months: give a number from 1 to {WINDOW_MONTHS_MAX}."
    )]
    OddWindow(u16),
}

fn check(_: &Records, _: Option<RuleId>, row: &Rule) -> Result<(), crate::Refusal> {
    for (_, words) in row.capacities.entries() {
        if let Some(odd) = words.iter().find(|it| !Capacity::WORDS.contains(&it.as_ref())) {
            return Err(Refusal::NoCapacity(Text::clone(odd)).into());
        }
    }
    match row.sort.0 {
        Sort::RequiredPost => Ok(()),
        Sort::IncompatiblePosts => {
            let dates =
                row.posts.entries().map(|it| it.0).chain(row.rules.entries().map(|it| it.0));
            for on in dates {
                if row.posts.near(on).len() + row.rules.near(on).len() < 2 {
                    return Err(Refusal::OnePlace.into());
                }
            }
            Ok(())
        }
        Sort::CapacityLimit => limit_is_sane(row),
    }
}

fn limit_is_sane(row: &Rule) -> Result<(), crate::Refusal> {
    let days = [&row.days_max, &row.warn_days, &row.warn_again_days];
    for on in days.into_iter().flat_map(|it| it.entries()).map(|it| it.0) {
        let Some(max) = *row.days_max.near(on) else {
            return Err(crate::Refusal::Missing { kind: Kind::Rule, field: "Days at most" });
        };
        for warn in [*row.warn_days.near(on), *row.warn_again_days.near(on)].into_iter().flatten() {
            if warn > max {
                return Err(Refusal::LateWarning { warn, max }.into());
            }
        }
    }
    match row
        .window_months
        .entries()
        .find_map(|it| it.1.filter(|it| !(1..=WINDOW_MONTHS_MAX).contains(it)))
    {
        Some(odd) => Err(Refusal::OddWindow(odd).into()),
        None => Ok(()),
    }
}
