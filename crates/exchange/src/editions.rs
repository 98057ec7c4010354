//! What a new edition asks of an organisation: the changes as JSON; and, as one step that is shown
//! before it is taken and can be undone, reviews for the posts that a change touches and what carries
//! over to clauses that stayed as they were.
//!
//! Not here: what became of which clause (`kernel::read::editions`).
//!
//! Always true: asked for again, nothing is done twice: a review is known by its edition, clause and post,
//! and what a clause of the new edition has already stays as it is.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Value, duty,
    id::{ControlId, FrameworkId, PostId, RequirementId},
    read::{
        editions::{self, Changes, Clause, Fate},
        view::View,
    },
};
use serde_json::{Map, Value as Json, json};

use crate::{
    draft::{Draft, DraftId, Drafts, Given, Identity, Place, Target},
    wire::{self, Names},
};

/// What is to be done about a new edition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// An action for each post and each clause that was added, removed, replaced or reworded.
    pub reviews: bool,
    /// When reviews are due.
    pub due: Option<Date>,
    /// Obligations, their accountable posts and what controls meet, for clauses that stayed as they were.
    pub carry: bool,
}

/// Adds what is asked for, as drafts.
pub(crate) fn drafts(
    view: &View<'_>,
    changes: &Changes,
    asked: FollowUp,
    place: Place,
    drafts: &mut Drafts,
) {
    if asked.carry {
        carry(view, changes, place, drafts);
    }
    if asked.reviews {
        let edition = named(view, changes.now.into());
        for clause in &changes.clauses {
            if !matches!(clause.fate, Fate::Unchanged | Fate::Moved) {
                for post in &clause.posts {
                    let how = (edition.as_str(), asked.due, place);
                    review(view, changes.now, (clause, *post), how, drafts);
                }
            }
        }
    }
}

fn carry(view: &View<'_>, changes: &Changes, place: Place, drafts: &mut Drafts) {
    let records = view.records();
    let mut meets: BTreeMap<ControlId, Vec<Target>> = BTreeMap::new();
    for clause in &changes.clauses {
        let same = matches!(clause.fate, Fate::Unchanged | Fate::Moved);
        let [now] = clause.now[..] else { continue };
        if !same {
            continue;
        }
        for obligation in &clause.obligations {
            let from = records.obligations.get(*obligation).map(|it| it.requirement.0);
            if from.is_none() || from != clause.was {
                continue;
            }
            let of = Ref::from(*obligation);
            let mut draft = Draft::new(Kind::Obligation, Identity::Links, view.on(), place)
                .link("requirement", Target::Record(now.into()))
                .is("scope", view.value(of, "scope"))
                .is("about", view.value(of, "about"));
            draft.keep = true;
            let carried = drafts.add(draft);
            if let Some(holding) = duty::accountable(records, of, view.on()) {
                answers(view, holding.post, (carried, place), drafts);
            }
            for control in &clause.controls {
                if view.value((*control).into(), "meets").links().contains(&of) {
                    meets.entry(*control).or_default().push(Target::Draft(carried));
                }
            }
        }
    }
    for (control, more) in meets {
        let had = view.value(control.into(), "meets");
        let mut all: Vec<Target> = had.links().iter().map(|it| Target::Record(*it)).collect();
        all.extend(more);
        let identity = Identity::Is(Target::Record(control.into()));
        let mut draft = Draft::new(Kind::Control, identity, view.on(), place);
        draft.terms.push(("meets", Given::Links(all)));
        drafts.add(draft);
    }
}

/// The duty of a post, where nobody answers for the subject yet.
fn answers(view: &View<'_>, post: PostId, (subject, place): (DraftId, Place), drafts: &mut Drafts) {
    let mut draft = Draft::new(Kind::Duty, Identity::Links, view.on(), place)
        .link("subject", Target::Draft(subject))
        .link("post", Target::Record(post.into()))
        .is("role", Value::Choice("accountable"));
    draft.keep = true;
    draft.beside = true;
    drafts.add(draft);
}

fn review(
    view: &View<'_>,
    framework: FrameworkId,
    (clause, post): (&Clause, PostId),
    (edition, due, place): (&str, Option<Date>, Place),
    drafts: &mut Drafts,
) {
    let Some(of) = clause.now.first().copied().or(clause.was) else { return };
    let code = format!("REVIEW {framework} {of} {post}");
    let cited = cited(view, of);
    let about = match clause.fate {
        Fate::Added => format!(
            "{cited} is new in {edition}. Decide whether it applies, and who answers for it."
        ),
        Fate::Removed => format!(
            "{cited} is no longer in {edition}. Decide whether what was done for it is still needed."
        ),
        Fate::Replaced => {
            let was = clause.was.map(|it| self::cited(view, it)).unwrap_or_default();
            let now: Vec<String> = clause.now.iter().map(|it| self::cited(view, *it)).collect();
            format!(
                "In {edition}, {was} is replaced by {}. Check whether what is done for it still meets it.",
                now.join(", ")
            )
        }
        _ => format!(
            "{cited} is worded differently in {edition}. Check whether what is done for it still meets it."
        ),
    };
    let name = format!("Review {cited}: {} in {edition}", clause.fate.word());
    let identity = Identity::Code { code: code.as_str().into(), within: None };
    let mut draft = Draft::new(Kind::Action, identity, view.on(), place)
        .text("name", &name)
        .text("code", &code)
        .text("about", &about)
        .link("regards", Target::Record(of.into()));
    if let Some(due) = due {
        draft = draft.is("due", Value::Day(due));
    }
    draft.keep = true;
    let action = drafts.add(draft);
    answers(view, post, (action, place), drafts);
}

/// A clause as people cite it.
fn cited(view: &View<'_>, of: RequirementId) -> String {
    let row = view.records().requirements.get(of);
    let on = row.map_or(view.on(), |it| editions::read_on(view, it.framework.0));
    let number = row.and_then(|it| it.clause.near(on).clone().or_else(|| it.code.near(on).clone()));
    let number = number.filter(|it| !it.trim().is_empty());
    number.map_or_else(|| named(view, of.into()), |it| it.to_string())
}

fn named(view: &View<'_>, of: Ref) -> String {
    let name = view.name(of).map_or_else(|| of.to_string(), |it| it.to_string());
    match view.value(of, "edition") {
        Value::Text(edition) if !name.contains(&*edition) => format!("{name} {edition}"),
        _ => name,
    }
}

/// The changes as JSON: counts of all, and the clauses one by one; those that did not change only if
/// `all` are asked for.
pub fn json(changes: &Changes, all: bool, names: Names<'_>) -> Json {
    let link = |it: Ref| wire::link(it, names);
    let counts: Map<String, Json> = Fate::ALL
        .into_iter()
        .map(|fate| {
            let (clauses, assessable) = changes.count(fate);
            (fate.word().to_owned(), json!({ "clauses": clauses, "assessable": assessable }))
        })
        .collect();
    let clause = |it: &Clause| {
        json!({
            "fate": it.fate.word(),
            "was": it.was.map(|it| link(it.into())),
            "now": it.now.iter().map(|it| link((*it).into())).collect::<Json>(),
            "moved": it.moved,
            "assessable": it.assessable,
            "obligations": it.obligations.iter().map(|it| link((*it).into())).collect::<Json>(),
            "controls": it.controls.iter().map(|it| link((*it).into())).collect::<Json>(),
            "procedures": it.procedures.iter().map(|it| link((*it).into())).collect::<Json>(),
            "posts": it.posts.iter().map(|it| link((*it).into())).collect::<Json>(),
        })
    };
    let shown = changes.clauses.iter().filter(|it| all || it.fate != Fate::Unchanged);
    json!({
        "was": link(changes.was.into()),
        "now": link(changes.now.into()),
        "counts": counts,
        "of": changes.clauses.len(),
        "clauses": shown.map(clause).collect::<Json>(),
    })
}
