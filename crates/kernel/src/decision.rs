//! Decisions: what was chosen, why, by what authority, and when to look at it again.
//!
//! A decision that names an act of the scheme is judged once, when it is recorded: by who records it, as
//! which post, for the day on which it was taken, from what is known then. The judgement is kept with the
//! record, so that nothing recorded later changes it; nobody gives it. The console, and whoever administers
//! the register, also record what others decided: under what they say that it relies on.

use jiff::civil::Date;

use crate::{
    Act, Amount, By, Command as Asked, Kind, Named, Records, Ref, Shape, State, Text, authority,
    day,
    field::{choice, record},
    id::{DecisionId, Id, OrganisationId},
    organisation::Outside,
    read::may::{self, Way},
    register::{self, Command as Deed, Record},
    timeline::Timeline,
};

choice! {
    /// Whether whoever recorded a decision had the authority to take it.
    Judged {
        Not = "not judged",
        Within = "within authority",
        Outside = "outside authority",
    }
}

/// What a decision can be taken under.
pub const GROUNDS: &[Kind] = &[Kind::Authority, Kind::Delegation];

record! {
    /// A recorded choice.
    Decision(DecisionId) {
        name: Timeline<Text>, "Decision", Shape::Line, "What was decided, in one line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How the minutes number it.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "The reasons.";
        options: Timeline<Option<Text>>, "Options", Shape::Prose, "What else was considered.";
        authority: Timeline<Option<Text>>, "Authority", Shape::Line, "The authority it was taken under.";
        review_on: Timeline<Option<Date>>, "Review on", Shape::Day, "When to look at it again.";
        act: Timeline<Option<Text>>, "Act", Shape::Line, "The kind of act in your scheme’s own words, such as approve spending. With it, the decision is held against the scheme.";
        value: Timeline<Option<Amount>>, "Value", Shape::Amount, "What is held against the limit.";
        relies_on: Timeline<Option<Ref>>, "Relies on", Shape::AnyOf(GROUNDS), "The authority or the delegation; found by itself where it can be.";
        judged: Timeline<Judged>, "Within authority", Shape::Found(Judged::WORDS), "Whether whoever recorded it had the authority, as known then.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“Within authority” is worked out and cannot be given. Leave it out.")]
    Given,
    #[error(
        "{post} may not {act}{} on {}: {why}. Whoever may has to record it, or has to delegate it first; the page “Who may” names them.", of(.value.as_ref()), day(*.on)
    )]
    OutsideAuthority { post: Named, act: Text, value: Option<Amount>, on: Date, why: String },
}

fn of(value: Option<&Amount>) -> String {
    value.map(|it| format!(" of {it}")).unwrap_or_default()
}

fn check(_: &Records, _: Option<DecisionId>, row: &Decision) -> Result<(), crate::Refusal> {
    authority::not_below_nothing("Value", &row.value)
}

/// The command with the judgement that it has to be kept with, if it is about what is judged.
pub(crate) fn judge(
    state: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Decision(command) = command else { return Ok(None) };
    let records = state.records();
    let Some((row, terms, from)) = after(records, command) else { return Ok(None) };
    if terms.judged.is_some() {
        return Err(Refusal::Given.into());
    }
    let moved = matches!(command, Deed::Correct { was, from, .. } if was != from);
    if terms.act.is_none() && terms.value.is_none() && terms.relies_on.is_none() && !moved {
        return Ok(None);
    }
    let found = match row.act.near(from) {
        Some(doing) => find(state, act, terms, &row, (doing, from)),
        None => Found::Not,
    };
    let (judged, relies_on) = match found {
        Found::Not => (Judged::Not, None),
        Found::Within(it) => (Judged::Within, Some(it)),
        Found::Outside(why) => {
            refuse_if_asked(records, act, &row, from, why)?;
            (Judged::Outside, None)
        }
    };
    let mut command = command.clone();
    if let Deed::Establish { terms, .. }
    | Deed::Change { terms, .. }
    | Deed::Correct { terms, .. } = &mut command
    {
        let new = *row.judged.near(from) != judged;
        terms.judged = (new || judged != Judged::Not).then_some(judged);
        if relies_on.is_some() && *row.relies_on.near(from) != relies_on {
            terms.relies_on = Some(relies_on);
        }
    }
    Ok(Some(command.into()))
}

/// Outside authority, a decision is kept or refused, as the organisation chose.
fn refuse_if_asked(
    records: &Records,
    act: &Act,
    row: &Decision,
    on: Date,
    why: String,
) -> Result<(), Refusal> {
    let chosen = records.organisations.get(OrganisationId::at_row(0));
    let refused =
        chosen.is_some_and(|it| *it.outside_authority.near(act.today) == Outside::Refused);
    let (Some((_, post)), true) = (act.by.signed(), refused) else { return Ok(()) };
    let (post, doing) = (Named::of(records, post), row.act.near(on).clone().unwrap_or_default());
    Err(Refusal::OutsideAuthority { post, act: doing, value: *row.value.near(on), on, why })
}

enum Found {
    /// Nobody signed it as a post, or it names no act.
    Not,
    Within(Ref),
    /// With why, for a sentence.
    Outside(String),
}

fn find(
    state: &State,
    act: &Act,
    terms: &Terms,
    row: &Decision,
    (doing, on): (&Text, Date),
) -> Found {
    let ways = may::ways(state.records(), doing, *row.value.near(on), on);
    let relied = *row.relies_on.near(on);
    let under = |it: &Way| relied.is_none_or(|relied| it.under() == relied);
    // What it was recorded under goes on to cover it, whoever puts its figure right.
    let kept = terms.relies_on.is_none() && relied.is_some();
    if kept && let Some(it) = ways.iter().find(|it| under(it) && it.stops.is_none()) {
        return Found::Within(it.under());
    }
    let given = |it: &Way| kept || under(it);
    let for_others = relied.is_some() && authority::by_administrator(state, &act.by, act.today);
    let mine = |it: &Way| match act.by {
        _ if for_others && under(it) => true,
        By::Console | By::Schedule => false,
        By::Postholder { person, post, .. } => it.to == post.into() || it.to == person.into(),
        By::Delegate { post, delegation, .. } => {
            it.post == post && it.delegation == Some(delegation)
        }
    };
    let theirs: Vec<&Way> = ways.iter().filter(|it| mine(it) && given(it)).collect();
    match (theirs.iter().find(|it| it.stops.is_none()), theirs.first()) {
        (Some(it), _) => Found::Within(it.under()),
        // The console signs as nobody; what was outside authority stays so.
        (None, _) if act.by == By::Console && relied.is_none() => match row.judged.near(on) {
            Judged::Outside => Found::Outside(String::new()),
            _ => Found::Not,
        },
        (None, Some(it)) => {
            Found::Outside(it.stops.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        (None, None) => Found::Outside("it has no authority for that".into()),
    }
}

/// The record as a command would leave it, with what it says and from when.
fn after<'a>(records: &Records, command: &'a Command) -> Option<(Decision, &'a Terms, Date)> {
    let known = |id: DecisionId| records.decisions.get(id).cloned();
    match command {
        Deed::Establish { from, terms, .. } => {
            Some((Decision::begin(*from, terms).ok()?, terms, *from))
        }
        Deed::Change { id, from, terms } => {
            let mut row = known(*id)?;
            row.put(*from, terms);
            Some((row, terms, *from))
        }
        Deed::Correct { id, was, from, terms } => {
            let mut row = known(*id)?;
            register::correct(&mut row, *was, *from, terms);
            Some((row, terms, *from))
        }
        Deed::End { .. } | Deed::Annul { .. } => None,
    }
}
