//! The thread: from anything up to intent, and from intent down to facts.

use crate::{
    Kind, Ref,
    id::{AnchorId, Id, ObjectiveId, PostId, RequirementId},
    objective,
    read::view::View,
    tree::DEPTH_MAX,
};

/// One step of the thread, and what lies beyond it in the same direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub of: Ref,
    /// How it is joined to the step before: “serves”, “part of”, “measured by” …
    pub by: &'static str,
    pub beyond: Vec<Step>,
    /// Steps that were left out here because there are too many.
    pub left_out: usize,
}

/// How a whole is joined to its parts.
const PART: &str = "part";

/// Steps in one answer. A page that needs more opens one of them.
pub const STEPS_MAX: usize = 400;

/// Everything above `of`, as it stands on the view's date.
pub fn up(view: &View<'_>, of: Ref) -> Vec<Step> {
    Walk { view, left: STEPS_MAX, next: above, levels: DEPTH_MAX, path: Vec::new() }.from(of).0
}

/// Everything beneath `of`, at most `levels` deep.
pub fn down(view: &View<'_>, of: Ref, levels: usize) -> Vec<Step> {
    let levels = levels.min(DEPTH_MAX);
    Walk { view, left: STEPS_MAX, next: beneath, levels, path: Vec::new() }.from(of).0
}

struct Walk<'a> {
    view: &'a View<'a>,
    left: usize,
    next: fn(&View<'_>, Ref) -> Vec<(&'static str, Ref)>,
    levels: usize,
    /// The way to where the walk stands; it goes nowhere twice on one way.
    path: Vec<Ref>,
}

impl Walk<'_> {
    fn from(&mut self, of: Ref) -> (Vec<Step>, usize) {
        if self.path.len() >= self.levels {
            return (Vec::new(), 0);
        }
        self.path.push(of);
        let mut next = (self.next)(self.view, of);
        next.retain(|it| !self.path.contains(&it.1));
        let shown = next.len().min(self.left);
        self.left -= shown;
        let mut steps = Vec::with_capacity(shown);
        for (by, it) in &next[..shown] {
            let (beyond, left_out) = self.from(*it);
            steps.push(Step { of: *it, by, beyond, left_out });
        }
        self.path.pop();
        (steps, next.len() - shown)
    }
}

/// What `of` directly serves or belongs to, and stands. An objective’s plan is always named.
pub fn above(view: &View<'_>, of: Ref) -> Vec<(&'static str, Ref)> {
    let mut found = anchors(view, of);
    if of.kind == Kind::Objective {
        let above = objective::above(view.records(), ObjectiveId::new(of.n), view.on());
        found
            .extend(above.map(|it| (if it.kind == Kind::Plan { "in plan" } else { "serves" }, it)));
    }
    let links: &[(&str, &'static str)] = match of.kind {
        Kind::Action => &[("initiative", "part of")],
        Kind::Indicator => &[("part_of", "part of")],
        Kind::Requirement => &[("parent", "within")],
        Kind::Obligation => &[("requirement", "asked by")],
        Kind::Control => &[("meets", "meets"), ("holds_down", "holds down")],
        Kind::Unit => &[("within", "within")],
        Kind::Post => &[("reports_to", "reports to")],
        Kind::Tenure => &[("post", "in")],
        Kind::Duty => &[("subject", "for")],
        Kind::Signal => &[("subject", "warns of")],
        _ => &[],
    };
    for (field, by) in links {
        let value = view.value(of, field);
        let standing = value.links().iter().filter(|it| view.stands(**it));
        found.extend(standing.map(|it| (*by, *it)));
    }
    if found.is_empty() {
        let root = match of.kind {
            Kind::Requirement => Some(("in framework", "framework")),
            Kind::Post => Some(("in", "unit")),
            _ => None,
        };
        if let Some((by, field)) = root {
            found.extend(view.value(of, field).links().iter().map(|it| (by, *it)));
        }
    }
    found
}

fn anchors(view: &View<'_>, of: Ref) -> Vec<(&'static str, Ref)> {
    let rows =
        view.records().pointing::<AnchorId>(of).filter_map(|it| view.records().anchors.get(it));
    rows.filter(|it| it.from.0 == of && it.live.is(view.on()))
        .filter(|it| view.stands(it.serves.0.into()))
        .map(|it| (if of.kind == Kind::Risk { "threatens" } else { "serves" }, it.serves.0.into()))
        .collect()
}

/// What directly serves `of` or belongs to it, and stands.
pub fn beneath(view: &View<'_>, of: Ref) -> Vec<(&'static str, Ref)> {
    let records = view.records();
    let mut found = Vec::new();
    let mut add = |by: &'static str, kind: Kind, field: &str| {
        let standing = records.inbound(of, kind).filter(|it| view.stands(*it));
        let linked = standing.filter(|it| view.value(*it, field).links().contains(&of));
        found.extend(linked.map(|it| (by, it)));
    };
    match of.kind {
        Kind::Plan => {
            let tops = objective::beneath(records, of, view.on());
            found.extend(tops.into_iter().map(|it| (PART, it.into())));
        }
        Kind::Objective => {
            let children = objective::beneath(records, of, view.on());
            found.extend(children.into_iter().map(|it| ("served by", it.into())));
            let rows = records.pointing::<AnchorId>(of).filter_map(|it| records.anchors.get(it));
            let live = rows.filter(|it| Ref::from(it.serves.0) == of && it.live.is(view.on()));
            found.extend(
                live.map(|it| (by_kind(it.from.0.kind), it.from.0)).filter(|it| view.stands(it.1)),
            );
        }
        Kind::Initiative => add(PART, Kind::Action, "initiative"),
        Kind::Indicator => add(PART, Kind::Indicator, "part_of"),
        Kind::Framework => {
            let tops = records.pointing::<RequirementId>(of).filter(|it| {
                records.requirements.get(*it).is_some_and(|it| {
                    it.framework.0.n() == of.n && it.parent.near(view.on()).is_none()
                })
            });
            found.extend(tops.map(Ref::from).filter(|it| view.stands(*it)).map(|it| (PART, it)));
        }
        Kind::Requirement => {
            add(PART, Kind::Requirement, "parent");
            add("in scope as", Kind::Obligation, "requirement");
        }
        Kind::Obligation => add("met by", Kind::Control, "meets"),
        Kind::Risk => add("held down by", Kind::Control, "holds_down"),
        Kind::Unit => {
            add(PART, Kind::Unit, "within");
            add(PART, Kind::Post, "unit");
        }
        Kind::Post => {
            add("reports here", Kind::Post, "reports_to");
            let duties = crate::duty::of_post(records, PostId::new(of.n), view.on());
            found.extend(
                duties
                    .map(|(it, holding)| (holding.role.word(), it))
                    .filter(|it| view.stands(it.1)),
            );
        }
        _ => (),
    }
    found
}

fn by_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Indicator => "measured by",
        Kind::Decision => "decided in",
        Kind::Control => "controlled by",
        Kind::Risk => "threatened by",
        _ => "served by",
    }
}
