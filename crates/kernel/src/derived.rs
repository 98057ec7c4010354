//! Derived state: what can be computed from the records and a day, kept up to date as facts arrive.
//!
//! A thing *contributes* its standing to what is above it: an indicator to the objectives it is
//! anchored to, an action to its initiative, an objective to the next one above it that stands, at
//! the top to its plan. Each of those keeps a tally, so a change costs one step a level, however
//! many others stand beside it, and stops where nothing changes. Around each fact, what it touches
//! is withdrawn before and contributed after.
//!
//! Always true: equal to [`Derived::evaluate`] of the same records and day.

mod evaluate;
mod shares;

use imbl::OrdSet;
use jiff::civil::Date;

pub(crate) use shares::is_anchored;
pub use shares::{WORK, is_orphan};

use crate::{
    Event, Kind, Records, Ref, Table,
    derived::shares::shares,
    id::{
        ActionId, AnchorId, Id, IndicatorId, InitiativeId, ObjectiveId, PlanId, PostId, TenureId,
    },
    indicator::breakdown,
    objective,
    read::who::{Cover, cover},
    register,
    status::{self, Standing, Tally, overrides},
};

#[derive(Debug, Clone)]
pub struct Derived {
    today: Date,
    indicators: Table<IndicatorId, Standing>,
    actions: Table<ActionId, Standing>,
    initiatives: Table<InitiativeId, Node>,
    objectives: Table<ObjectiveId, Node>,
    plans: Table<PlanId, Node>,
    cover: Table<PostId, Cover>,
    orphans: OrdSet<Ref>,
    starved: OrdSet<ObjectiveId>,
    live_work: usize,
    live_objectives: usize,
    /// Nodes looked at since the beginning: a cost that can be counted.
    visits: u64,
}

/// Something that others stand beneath.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Node {
    pub standing: Standing,
    pub tally: Tally,
    /// Things that serve it directly, and objectives beneath it that are served.
    pub support: u32,
    /// Whether what is above it counts it as served.
    served: bool,
}

impl Default for Derived {
    fn default() -> Derived {
        Derived {
            today: Date::MIN,
            indicators: Table::default(),
            actions: Table::default(),
            initiatives: Table::default(),
            objectives: Table::default(),
            plans: Table::default(),
            cover: Table::default(),
            orphans: OrdSet::new(),
            starved: OrdSet::new(),
            live_work: 0,
            live_objectives: 0,
            visits: 0,
        }
    }
}

/// Equal in what it says; how much work it took does not count.
impl PartialEq for Derived {
    fn eq(&self, other: &Derived) -> bool {
        self.today == other.today
            && self.indicators == other.indicators
            && self.actions == other.actions
            && self.initiatives == other.initiatives
            && self.objectives == other.objectives
            && self.plans == other.plans
            && self.cover == other.cover
            && self.orphans == other.orphans
            && self.starved == other.starved
            && self.live_work == other.live_work
            && self.live_objectives == other.live_objectives
    }
}

impl Derived {
    pub fn today(&self) -> Date {
        self.today
    }

    /// Whether and how much a thing counts in the standing of another on [`today`](Self::today).
    pub fn weight(&self, records: &Records, it: Ref, of: Ref) -> u32 {
        let theirs = shares(records, it, self.today).into_iter().filter(|it| it.to == of);
        theirs.map(|it| it.weight).sum()
    }

    /// How a record stands; `None` for kinds that have no standing.
    pub fn standing(&self, of: Ref) -> Option<Standing> {
        match of.kind {
            Kind::Indicator => self.indicators.get(IndicatorId::new(of.n)).copied(),
            Kind::Action => self.actions.get(ActionId::new(of.n)).copied(),
            _ => self.node(of).map(|it| it.standing),
        }
    }

    /// The node of an objective, plan or initiative.
    pub fn node(&self, of: Ref) -> Option<&Node> {
        match of.kind {
            Kind::Initiative => self.initiatives.get(InitiativeId::new(of.n)),
            Kind::Objective => self.objectives.get(ObjectiveId::new(of.n)),
            Kind::Plan => self.plans.get(PlanId::new(of.n)),
            _ => None,
        }
    }

    /// Whether and how a post is held.
    pub fn cover(&self, post: PostId) -> Option<Cover> {
        self.cover.get(post).copied()
    }

    pub fn covers(&self) -> impl Iterator<Item = (PostId, &Cover)> {
        self.cover.iter()
    }

    /// Live work that serves nothing.
    pub fn orphans(&self) -> &OrdSet<Ref> {
        &self.orphans
    }

    /// Live objectives that nothing serves, directly or from beneath.
    pub fn starved(&self) -> &OrdSet<ObjectiveId> {
        &self.starved
    }

    /// Live initiatives, actions, decisions, indicators and controls.
    pub fn live_work(&self) -> usize {
        self.live_work
    }

    pub fn live_objectives(&self) -> usize {
        self.live_objectives
    }

    /// Nodes looked at since this state was put together.
    pub fn visits(&self) -> u64 {
        self.visits
    }
}

/// What an event may move: the things whose contributions have to be made anew.
pub(crate) fn touched(records: &Records, event: &Event, today: Date) -> Vec<Ref> {
    let subject = event.subject();
    let mut touched = Vec::new();
    match event {
        Event::Anchor(_) => {
            let was = records.anchors.get(AnchorId::new(subject.n)).map(|it| it.from.0);
            touched.extend(was);
            touched.extend(links(event, "from"));
        }
        Event::Tenure(it) => {
            let was = records.tenures.get(it.id()).map(|it| Ref::from(it.post.0));
            touched.extend(was);
            touched.extend(links(event, "post"));
        }
        Event::Objective(it) => {
            touched.push(subject);
            // Only when it may start or stop standing does what is beneath it count elsewhere.
            let stands = records.stands(subject, today);
            let keeps =
                matches!(it, register::Event::Changed { terms, .. } if terms.live.is_none());
            if !(stands && keeps) {
                let beneath = objective::through(records, it.id(), today);
                touched.extend(beneath.into_iter().map(Ref::from));
            }
            let anchors = records.pointing::<AnchorId>(it.id());
            touched.extend(anchors.filter_map(|it| records.anchors.get(it)).map(|it| it.from.0));
        }
        Event::Person(it) => {
            let tenures = records.pointing::<TenureId>(it.id());
            let posts = tenures.filter_map(|it| records.tenures.get(it)).map(|it| it.post.0);
            touched.extend(posts.map(Ref::from));
        }
        // What a part is or measures is in the figures of every whole above it.
        Event::Indicator(_) | Event::Measurement(_) => {
            touched.push(subject);
            let wholes = links(event, "part_of").into_iter().chain([subject]);
            for it in wholes.filter_map(|it| IndicatorId::try_from(it).ok()) {
                touched.push(it.into());
                touched.extend(breakdown::above(records, it));
            }
        }
        Event::Obligation(_) => touched.extend(records.inbound(subject, Kind::Control)),
        _ => touched.push(subject),
    }
    touched.sort_unstable();
    touched.dedup();
    touched
}

fn links(event: &Event, field: &str) -> Vec<Ref> {
    let given = event.given().into_iter().filter(|it| it.0 == field);
    given.flat_map(|it| it.1.links().to_vec()).collect()
}

impl Node {
    fn keep(&mut self, standing: Standing) {
        self.standing = standing;
        self.served = self.support > 0;
    }
}

impl Derived {
    /// Takes what `touched` contributes out of the tallies, by the records as they still are.
    /// Gives back the nodes it took from.
    pub(crate) fn withdraw(&mut self, records: &Records, touched: &[Ref]) -> Vec<Ref> {
        let mut dirty = Vec::new();
        for &it in touched {
            if records.facet(it).is_none() {
                continue;
            }
            let standing = self.standing(it).unwrap_or_default();
            let serves = self.serves(it);
            for share in shares(records, it, self.today) {
                if let Some(node) = self.node_mut(share.to) {
                    node.tally.remove(standing, share.weight);
                    node.support -= u32::from(serves);
                    dirty.push(share.to);
                }
            }
            self.count(records, it, usize::wrapping_sub);
        }
        dirty
    }

    /// Puts it back by the records as they are now, and lets the difference rise. `dirty` are the
    /// nodes that [`withdraw`](Derived::withdraw) took from.
    pub(crate) fn contribute(&mut self, records: &Records, touched: &[Ref], mut dirty: Vec<Ref>) {
        for &it in touched {
            if records.facet(it).is_none() {
                continue;
            }
            self.make_room(it);
            if it.kind == Kind::Post {
                self.keep_cover(records, PostId::new(it.n));
                continue;
            }
            let standing = self.judge(records, it);
            self.keep(it, standing);
            let serves = self.serves(it);
            for share in shares(records, it, self.today) {
                if let Some(node) = self.node_mut(share.to) {
                    node.tally.add(standing, share.weight);
                    node.support += u32::from(serves);
                    dirty.push(share.to);
                }
            }
            self.count(records, it, usize::wrapping_add);
            self.trace(records, it);
            if self.node(it).is_some() {
                dirty.push(it);
            }
        }
        dirty.sort_unstable();
        dirty.dedup();
        while let Some(node) = dirty.pop() {
            self.settle(records, node, &mut dirty);
        }
    }

    /// Judges a node anew; if it differs from what those above were told, tells them.
    fn settle(&mut self, records: &Records, it: Ref, dirty: &mut Vec<Ref>) {
        self.visits += 1;
        let standing = self.judge(records, it);
        let Some(node) = self.node_mut(it) else { return };
        let (was, served) = (*node, node.support > 0);
        node.standing = standing;
        node.served = served;
        if it.kind == Kind::Objective {
            self.mark_starved(records, ObjectiveId::new(it.n));
        }
        let carries_service = it.kind == Kind::Objective;
        if was.standing == standing && (was.served == served || !carries_service) {
            return;
        }
        for share in shares(records, it, self.today) {
            if let Some(above) = self.node_mut(share.to) {
                above.tally.remove(was.standing, share.weight);
                above.tally.add(standing, share.weight);
                if carries_service {
                    above.support -= u32::from(was.served);
                    above.support += u32::from(served);
                }
                dirty.push(share.to);
            }
        }
    }

    fn judge(&self, records: &Records, it: Ref) -> Standing {
        let tally = self.node(it).map(|it| it.tally).unwrap_or_default();
        let computed = match it.kind {
            Kind::Indicator => status::of_indicator(records, IndicatorId::new(it.n), self.today),
            Kind::Action => records
                .actions
                .get(ActionId::new(it.n))
                .map_or(Standing::UNKNOWN, |row| status::of_action(row, self.today)),
            Kind::Initiative => records
                .initiatives
                .get(InitiativeId::new(it.n))
                .map_or(Standing::UNKNOWN, |row| status::of_initiative(row, &tally, self.today)),
            _ => tally.standing(),
        };
        overrides::apply(records, it, self.today, computed)
    }

    fn keep(&mut self, it: Ref, standing: Standing) {
        match it.kind {
            Kind::Indicator => {
                if let Some(kept) = self.indicators.get_mut(IndicatorId::new(it.n)) {
                    *kept = standing;
                }
            }
            Kind::Action => {
                if let Some(kept) = self.actions.get_mut(ActionId::new(it.n)) {
                    *kept = standing;
                }
            }
            _ => {
                if let Some(node) = self.node_mut(it) {
                    node.keep(standing);
                }
            }
        }
    }

    fn node_mut(&mut self, it: Ref) -> Option<&mut Node> {
        match it.kind {
            Kind::Initiative => self.initiatives.get_mut(InitiativeId::new(it.n)),
            Kind::Objective => self.objectives.get_mut(ObjectiveId::new(it.n)),
            Kind::Plan => self.plans.get_mut(PlanId::new(it.n)),
            _ => None,
        }
    }

    /// Gives a record that has just been established its row.
    fn make_room(&mut self, it: Ref) {
        fn grow<I: Id, T: Clone + Default>(table: &mut Table<I, T>, it: Ref) {
            while table.len() < it.n.get() as usize {
                table.push(T::default());
            }
        }
        match it.kind {
            Kind::Indicator => grow(&mut self.indicators, it),
            Kind::Action => grow(&mut self.actions, it),
            Kind::Initiative => grow(&mut self.initiatives, it),
            Kind::Objective => grow(&mut self.objectives, it),
            Kind::Plan => grow(&mut self.plans, it),
            Kind::Post => grow(&mut self.cover, it),
            _ => (),
        }
    }

    fn keep_cover(&mut self, records: &Records, id: PostId) {
        let now = cover(records, id, self.today);
        if let Some(kept) = self.cover.get_mut(id) {
            *kept = now;
        }
    }

    /// Whether a thing's shares count as service: an objective's only while it is served itself.
    fn serves(&self, it: Ref) -> bool {
        it.kind != Kind::Objective || self.node(it).is_some_and(|it| it.served)
    }

    fn count(&mut self, records: &Records, it: Ref, step: fn(usize, usize) -> usize) {
        let live = usize::from(records.stands(it, self.today));
        if WORK.contains(&it.kind) {
            self.live_work = step(self.live_work, live);
        } else if it.kind == Kind::Objective {
            self.live_objectives = step(self.live_objectives, live);
        }
    }

    fn mark_starved(&mut self, records: &Records, id: ObjectiveId) {
        let live = records.stands(id.into(), self.today);
        if live && self.objectives.get(id).is_some_and(|it| it.support == 0) {
            self.starved.insert(id);
        } else {
            self.starved.remove(&id);
        }
    }

    /// Keeps the list of orphans right for a thing and for what traces through it.
    fn trace(&mut self, records: &Records, it: Ref) {
        if !WORK.contains(&it.kind) {
            return;
        }
        let mut through: Vec<Ref> = match it.kind {
            Kind::Initiative => records.inbound(it, Kind::Action).collect(),
            Kind::Indicator => breakdown::beneath(records, it),
            _ => Vec::new(),
        };
        through.push(it);
        for it in through {
            if is_orphan(records, it, self.today) {
                self.orphans.insert(it);
            } else {
                self.orphans.remove(&it);
            }
        }
    }
}
