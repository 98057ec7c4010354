//! What a new edition of a framework changes: clauses added, removed, reworded, moved; and the
//! obligations, controls, procedures and posts that each of them touches.
//!
//! Not here: what is to be done about it. That is for the posts.
//!
//! Always true: every assessable or other clause of either edition is in exactly one line, but for
//! clauses that several others were mapped to. Each edition is read as it stands on the date of
//! the view, or as it last stood, so that one that has ended can still be compared.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use crate::{
    Kind, Ref, Text, duty,
    field::Value,
    id::{
        ControlId, FrameworkId, MappingId, ObligationId, PostId, ProcedureId, RequirementId, StepId,
    },
    read::view::View,
    tree::DEPTH_MAX,
};

/// What became of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    Added,
    Removed,
    /// Its key is gone; mappings lead from it to clauses of the new edition.
    Replaced,
    Reworded,
    /// The same words in another place.
    Moved,
    Unchanged,
}

impl Fate {
    pub const ALL: [Fate; 6] =
        [Fate::Added, Fate::Removed, Fate::Replaced, Fate::Reworded, Fate::Moved, Fate::Unchanged];

    pub fn word(self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Replaced => "replaced",
            Fate::Reworded => "reworded",
            Fate::Moved => "moved",
            Fate::Unchanged => "unchanged",
        }
    }
}

/// What became of one clause, and what that touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub fate: Fate,
    pub was: Option<RequirementId>,
    /// The clause of the new edition; several where mappings lead to several.
    pub now: Vec<RequirementId>,
    /// Whether it can be met or not, in either edition.
    pub assessable: bool,
    /// Reworded or replaced, it also stands under another clause.
    pub moved: bool,
    pub obligations: Vec<ObligationId>,
    pub controls: Vec<ControlId>,
    /// Those with a step that exercises one of these controls.
    pub procedures: Vec<ProcedureId>,
    /// Accountable for the clause, its obligations or their controls, or doing one of the procedures; for what is
    /// new, accountable for the framework.
    pub posts: Vec<PostId>,
}

/// Two editions, clause by clause: the old one's in its order, then what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pub was: FrameworkId,
    pub now: FrameworkId,
    pub clauses: Vec<Clause>,
}

impl Changes {
    /// How many clauses had each fate, and how many of them are assessable.
    pub fn count(&self, fate: Fate) -> (usize, usize) {
        let them = || self.clauses.iter().filter(|it| it.fate == fate);
        (them().count(), them().filter(|it| it.assessable).count())
    }
}

/// A clause as one edition has it.
struct Row {
    id: RequirementId,
    key: Text,
    /// What it says, spaces apart.
    words: String,
    above: Option<Text>,
    assessable: bool,
}

/// The edition before `framework`, and all that changed since.
pub fn changes(view: &View<'_>, framework: FrameworkId) -> Option<Changes> {
    let before = view.records().frameworks.get(framework)?.follows.0?;
    Some(between(view, before, framework))
}

/// All that differs from one framework to another, whether or not they are editions of one.
pub fn between(view: &View<'_>, was: FrameworkId, now: FrameworkId) -> Changes {
    let (old, new) = (rows(view, was), rows(view, now));
    let places: HashMap<&Text, &Row> = new.iter().map(|it| (&it.key, it)).collect();
    let of_new: HashSet<RequirementId> = new.iter().map(|it| it.id).collect();
    let mut met: HashSet<RequirementId> = HashSet::new();
    let mut clauses = Vec::with_capacity(old.len());
    for row in &old {
        let mut clause = Clause {
            fate: Fate::Removed,
            was: Some(row.id),
            now: Vec::new(),
            assessable: row.assessable,
            moved: false,
            obligations: Vec::new(),
            controls: Vec::new(),
            procedures: Vec::new(),
            posts: Vec::new(),
        };
        if let Some(same) = places.get(&row.key) {
            clause.now.push(same.id);
            clause.moved = row.above != same.above;
            clause.assessable |= same.assessable;
            clause.fate = match (row.words == same.words, clause.moved) {
                (false, _) => Fate::Reworded,
                (true, true) => Fate::Moved,
                (true, false) => Fate::Unchanged,
            };
        } else {
            clause.now = mapped_to(view, row.id, &of_new);
            if !clause.now.is_empty() {
                clause.fate = Fate::Replaced;
            }
        }
        met.extend(&clause.now);
        touch(view, &mut clause);
        clauses.push(clause);
    }
    let framework = [now, was].into_iter().find_map(|it| accountable(view, it.into()));
    for row in new.iter().filter(|it| !met.contains(&it.id)) {
        let mut clause = Clause {
            fate: Fate::Added,
            was: None,
            now: vec![row.id],
            assessable: row.assessable,
            moved: false,
            obligations: Vec::new(),
            controls: Vec::new(),
            procedures: Vec::new(),
            posts: Vec::new(),
        };
        touch(view, &mut clause);
        if clause.posts.is_empty() {
            clause.posts.extend(framework);
        }
        clauses.push(clause);
    }
    Changes { was, now, clauses }
}

/// The day on which an edition is read: that of the view, or the last on which it stood.
pub fn read_on(view: &View<'_>, framework: FrameworkId) -> Date {
    let Some(row) = view.records().frameworks.get(framework) else { return view.on() };
    let begins = row.live.begins();
    if view.on() < begins {
        return begins;
    }
    match row.live.ended(view.on()) {
        Some(ended) => ended.yesterday().unwrap_or(ended).max(begins),
        None => view.on(),
    }
}

/// The clauses of a framework as they stand when it is read, from the top down and in order.
pub fn clauses(view: &View<'_>, framework: FrameworkId) -> Vec<RequirementId> {
    let records = view.records();
    let on = read_on(view, framework);
    let mut standing: Vec<RequirementId> = records
        .pointing::<RequirementId>(framework)
        .filter(|it| {
            records
                .requirements
                .get(*it)
                .is_some_and(|row| row.framework.0 == framework && row.live.is(on))
        })
        .collect();
    standing.sort_unstable();
    let known: HashSet<RequirementId> = standing.iter().copied().collect();
    let above = |it: RequirementId| {
        let parent = records.requirements.get(it).and_then(|row| *row.parent.near(on));
        parent.filter(|it| known.contains(it))
    };
    let mut below: BTreeMap<Option<RequirementId>, Vec<RequirementId>> = BTreeMap::new();
    standing.iter().for_each(|it| below.entry(above(*it)).or_default().push(*it));
    let mut order = Vec::with_capacity(standing.len());
    let mut left: Vec<RequirementId> = below.remove(&None).unwrap_or_default();
    left.reverse();
    while let Some(it) = left.pop() {
        order.push(it);
        left.extend(below.remove(&Some(it)).unwrap_or_default().into_iter().rev());
    }
    order
}

/// How far down a clause stands in its framework: 0 at the top.
pub fn depth(view: &View<'_>, clause: RequirementId) -> usize {
    let records = view.records();
    let on = records.requirements.get(clause).map_or(view.on(), |it| read_on(view, it.framework.0));
    let parent =
        |it: RequirementId| records.requirements.get(it).and_then(|row| *row.parent.near(on));
    std::iter::successors(parent(clause), |it| parent(*it)).take(DEPTH_MAX).count()
}

fn rows(view: &View<'_>, framework: FrameworkId) -> Vec<Row> {
    let on = read_on(view, framework);
    let records = view.records();
    let key = |it: RequirementId| {
        let row = records.requirements.get(it)?;
        let codes = [row.code.near(on), row.clause.near(on)];
        let key = codes.into_iter().flatten().find(|it| !it.trim().is_empty());
        Some(key.unwrap_or(row.name.near(on)).clone())
    };
    let row = |id: RequirementId| {
        let row = records.requirements.get(id)?;
        let text = row.about.near(on).as_deref().unwrap_or_default();
        let words = [&**row.name.near(on), text].map(|it| it.split_whitespace());
        Some(Row {
            id,
            key: key(id)?,
            words: words.into_iter().flatten().collect::<Vec<_>>().join(" "),
            above: row.parent.near(on).and_then(key),
            assessable: *row.assessable.near(on),
        })
    };
    let mut seen = HashSet::new();
    let rows = clauses(view, framework).into_iter().filter_map(row);
    // A key that is used twice stands for the first; the other cannot be told apart from it.
    rows.filter(|it| seen.insert(it.key.clone())).collect()
}

/// Clauses of the new edition that mappings lead to, whichever way round they were written.
fn mapped_to(
    view: &View<'_>,
    of: RequirementId,
    new: &HashSet<RequirementId>,
) -> Vec<RequirementId> {
    let records = view.records();
    let other = records.pointing::<MappingId>(of).filter_map(|it| {
        let row = records.mappings.get(it).filter(|row| row.live.is(view.on()))?;
        [row.source.0, row.target.0].into_iter().find(|it| *it != of)
    });
    other.filter(|it| new.contains(it)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn accountable(view: &View<'_>, of: Ref) -> Option<PostId> {
    duty::accountable(view.records(), of, view.on()).map(|it| it.post)
}

/// Finds what hangs on a clause: on the old one, and on what there is of the new.
fn touch(view: &View<'_>, clause: &mut Clause) {
    let records = view.records();
    let of = clause.was.into_iter().chain(clause.now.iter().copied());
    let mut posts: BTreeSet<PostId> = BTreeSet::new();
    let mut controls: BTreeSet<ControlId> = BTreeSet::new();
    for requirement in of {
        posts.extend(accountable(view, requirement.into()));
        for it in records.pointing::<ObligationId>(requirement) {
            if !view.stands(it.into()) {
                continue;
            }
            clause.obligations.push(it);
            posts.extend(accountable(view, it.into()));
            controls.extend(records.inbound(it, Kind::Control).filter_map(|control| {
                let meets = || view.value(control, "meets");
                (view.stands(control) && has(&meets(), it.into()))
                    .then(|| ControlId::try_from(control).ok())
                    .flatten()
            }));
        }
    }
    posts.extend(controls.iter().filter_map(|it| accountable(view, (*it).into())));
    let step = |it: StepId| {
        let row = records.steps.get(it).filter(|row| {
            view.stands(it.into())
                && row.exercises.near(view.on()).iter().any(|it| controls.contains(it))
        })?;
        view.stands(row.procedure.0.into()).then_some(row.procedure.0)
    };
    let steps = controls.iter().flat_map(|it| records.pointing::<StepId>(*it));
    let procedures: BTreeSet<ProcedureId> = steps.filter_map(step).collect();
    let rows = procedures.iter().filter_map(|it| records.procedures.get(*it));
    posts.extend(rows.map(|it| it.doer(view.on())));
    posts.extend(procedures.iter().filter_map(|it| accountable(view, (*it).into())));
    clause.procedures = procedures.into_iter().collect();
    clause.controls = controls.into_iter().collect();
    clause.posts = posts.into_iter().collect();
}

fn has(value: &Value, wanted: Ref) -> bool {
    value.links().contains(&wanted)
}
