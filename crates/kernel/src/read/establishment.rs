//! The establishment on a day: every post that stands in its place, and what is beneath it.
//!
//! Places stand in depth-first order, so that a branch is one run of them and one pass from the end
//! adds up everything beneath everything. Always true: every post that stands has exactly one place,
//! and what stands above a post by its line is what `who` climbs to.

use std::ops::Range;

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref, duty,
    id::{Id, PostId, UnitId},
    read::{
        view::View,
        who::{self, Cover},
    },
    tree::DEPTH_MAX,
};

/// What puts a post beneath what is above it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// The post it reports to.
    #[default]
    Line,
    /// The post it reports to if that is in the same unit, else the unit.
    Units,
}

/// A post, or a unit, and what is beneath it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub of: Ref,
    /// Position of the place above.
    pub above: Option<usize>,
    /// Levels above it.
    pub level: usize,
    /// Places beneath it, on all levels.
    pub places: usize,
    /// Posts that report to it directly: its span of control.
    pub reports: usize,
    /// Posts beneath it, on all levels.
    pub posts: usize,
    /// Posts beneath it that are vacant.
    pub vacant: usize,
    /// Levels beneath it.
    pub levels: usize,
    /// How the post is held; [`Cover::Gone`] for a unit.
    pub cover: Cover,
    pub statutory: bool,
    pub group: bool,
    /// Duties it is accountable for while it is vacant.
    pub uncovered: usize,
}

/// What may be looked for among the posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    Vacant,
    Acting,
    Covered,
    Statutory,
    /// Vacant, and accountable for something.
    Uncovered,
}

impl Only {
    pub const ALL: [Only; 5] =
        [Only::Vacant, Only::Acting, Only::Covered, Only::Statutory, Only::Uncovered];

    pub fn word(self) -> &'static str {
        match self {
            Only::Vacant => "vacant",
            Only::Acting => "acting",
            Only::Covered => "covered",
            Only::Statutory => "statutory",
            Only::Uncovered => "uncovered",
        }
    }

    pub fn named(word: &str) -> Option<Only> {
        Only::ALL.into_iter().find(|it| it.word() == word)
    }
}

impl Place {
    pub fn is_post(&self) -> bool {
        self.of.kind == Kind::Post
    }

    pub fn is(&self, only: Only) -> bool {
        match only {
            Only::Vacant => matches!(self.cover, Cover::Vacant { .. }),
            Only::Acting => self.cover == Cover::Acting,
            Only::Covered => self.cover == Cover::Covered,
            Only::Statutory => self.statutory,
            Only::Uncovered => self.uncovered > 0,
        }
    }

    /// Since when nobody has held the post, if nobody does.
    pub fn vacant_since(&self) -> Option<Date> {
        match self.cover {
            Cover::Vacant { since } => Some(since),
            _ => None,
        }
    }
}

/// What some places come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub posts: usize,
    /// Of the posts, those that stand for several alike.
    pub groups: usize,
    pub vacant: usize,
    pub vacant_longest: Option<Date>,
    pub acting: usize,
    pub covered: usize,
    pub statutory: usize,
    pub statutory_vacant: usize,
    /// Posts that are vacant and accountable for something.
    pub uncovered: usize,
    /// Posts that others report to, and how many do.
    pub leading: usize,
    pub reports: usize,
}

impl Tally {
    pub fn of(places: &[Place]) -> Tally {
        let mut it = Tally::default();
        for place in places.iter().filter(|it| it.is_post()) {
            let vacant = place.is(Only::Vacant);
            it.posts += 1;
            it.groups += usize::from(place.group);
            it.vacant += usize::from(vacant);
            it.vacant_longest = it.vacant_longest.into_iter().chain(place.vacant_since()).min();
            it.acting += usize::from(place.is(Only::Acting));
            it.covered += usize::from(place.is(Only::Covered));
            it.statutory += usize::from(place.statutory);
            it.statutory_vacant += usize::from(place.statutory && vacant);
            it.uncovered += usize::from(place.is(Only::Uncovered));
            it.leading += usize::from(place.reports > 0);
            it.reports += place.reports;
        }
        it
    }

    /// The average span of control, in tenths.
    pub fn span_tenths(&self) -> Option<usize> {
        // Half of the divisor is added so that tenths are rounded, not cut off.
        (self.leading > 0).then(|| (self.reports * 10 + self.leading / 2) / self.leading)
    }
}

/// Every place, in depth-first order.
#[derive(Debug, Clone, Default)]
pub struct Establishment {
    places: Vec<Place>,
    /// Positions by node: posts by row, then units by row.
    positions: Vec<Option<usize>>,
    posts: usize,
}

impl Establishment {
    pub fn of(view: &View<'_>, by: By) -> Establishment {
        let records = view.records();
        let (posts, units) = (records.posts.len(), records.units.len());
        let line: Vec<Option<PostId>> = records
            .posts
            .ids()
            .map(|it| who::line(records, it, view.on()).next().filter(|_| view.stands(it.into())))
            .collect();
        let mut reports = vec![0; posts];
        line.iter().flatten().for_each(|it| reports[it.row()] += 1);
        let above = match by {
            By::Line => line.iter().map(|it| it.map(Id::row)).collect(),
            By::Units => in_units(view, &line),
        };
        let stands = |node: usize| match node.checked_sub(posts) {
            None => view.stands(PostId::at_row(node).into()),
            Some(row) => by == By::Units && view.stands(UnitId::at_row(row).into()),
        };
        let (places, positions) =
            ordered(posts + units, &above, &stands, &|node| match node.checked_sub(posts) {
                None => post(view, PostId::at_row(node), reports[node]),
                Some(row) => place(UnitId::at_row(row).into()),
            });
        let mut it = Establishment { places, positions, posts };
        it.add_up();
        it
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Where a post or a unit is; nowhere if it does not stand, or is not part of this arrangement.
    pub fn position(&self, of: Ref) -> Option<usize> {
        let row = usize::try_from(of.n.get()).ok()?.checked_sub(1)?;
        let node = match of.kind {
            Kind::Post => Some(row).filter(|it| *it < self.posts),
            Kind::Unit => Some(row + self.posts),
            _ => None,
        };
        *self.positions.get(node?)?
    }

    /// A place and everything beneath it.
    pub fn branch(&self, at: usize) -> Range<usize> {
        at..self.places.get(at).map_or(at, |it| at + it.places + 1)
    }

    /// The places directly beneath `at`; with nothing given, those at the top.
    pub fn beneath(&self, at: Option<usize>) -> impl Iterator<Item = usize> {
        let all = at.map_or(0..self.places.len(), |it| it + 1..self.branch(it).end);
        let next = move |it: usize| (it < all.end).then_some(it);
        std::iter::successors(next(all.start), move |it| next(self.branch(*it).end))
    }

    /// The places above `at`, nearest first.
    pub fn line(&self, at: usize) -> impl Iterator<Item = usize> {
        let above = |it: &usize| self.places.get(*it)?.above;
        std::iter::successors(above(&at), above)
    }

    fn add_up(&mut self) {
        for at in (0..self.places.len()).rev() {
            let it = self.places[at];
            let Some(above) = it.above.and_then(|it| self.places.get_mut(it)) else { continue };
            above.places += it.places + 1;
            above.posts += it.posts + usize::from(it.is_post());
            above.vacant += it.vacant + usize::from(it.is(Only::Vacant));
            above.levels = above.levels.max(it.levels + 1);
        }
    }
}

/// The nodes that stand, each before what is beneath it, in order of their numbers; and where they are.
fn ordered(
    nodes: usize,
    above: &[Option<usize>],
    stands: &dyn Fn(usize) -> bool,
    place: &dyn Fn(usize) -> Place,
) -> (Vec<Place>, Vec<Option<usize>>) {
    let (mut last, mut before) = (vec![None; nodes], vec![None; nodes]);
    let mut stack = Vec::new();
    for node in (0..nodes).filter(|it| stands(*it)) {
        match above.get(node).copied().flatten() {
            None => stack.push(node),
            Some(it) => before[node] = last[it].replace(node),
        }
    }
    stack.reverse();
    let (mut places, mut positions) = (Vec::with_capacity(nodes), vec![None; nodes]);
    while let Some(node) = stack.pop() {
        let over = above.get(node).copied().flatten().and_then(|it: usize| positions[it]);
        let level = over.map_or(0, |it| {
            let it: &Place = &places[it];
            it.level + 1
        });
        positions[node] = Some(places.len());
        places.push(Place { above: over, level, ..place(node) });
        // The last of them is pushed first, so that the first is next.
        stack.extend(std::iter::successors(last[node], |it| before[*it]));
    }
    (places, positions)
}

/// What is above each post, then above each unit, as nodes.
fn in_units(view: &View<'_>, line: &[Option<PostId>]) -> Vec<Option<usize>> {
    let records = view.records();
    let standing = |it: Option<UnitId>| {
        let up = std::iter::successors(it, |it| within(records, *it, view.on()));
        up.take(DEPTH_MAX).find(|it| view.stands((*it).into()))
    };
    let unit = |it: PostId| standing(records.posts.get(it).map(|it| *it.unit.near(view.on())));
    let posts = records.posts.ids().zip(line).map(|(it, above)| {
        let own = unit(it);
        match above.filter(|above| unit(*above) == own) {
            Some(above) => Some(above.row()),
            None => own.map(|it| records.posts.len() + it.row()),
        }
    });
    let units = records.units.ids().map(|it| {
        let above = standing(within(records, it, view.on()));
        above.map(|it| records.posts.len() + it.row())
    });
    posts.chain(units).collect()
}

fn within(records: &Records, unit: UnitId, on: Date) -> Option<UnitId> {
    // As with posts: before its beginning a unit is within nothing.
    *records.units.get(unit)?.within.at(on)?
}

fn post(view: &View<'_>, id: PostId, reports: usize) -> Place {
    let records = view.records();
    let cover = view.derived().cover(id).unwrap_or_default();
    let accountable = |it: &(Ref, duty::Holding)| it.1.role == duty::Role::Accountable;
    let uncovered = match cover {
        Cover::Vacant { .. } => duty::of_post(records, id, view.on())
            .filter(|it| accountable(it) && view.stands(it.0))
            .count(),
        _ => 0,
    };
    let row = records.posts.get(id);
    Place {
        reports,
        cover,
        statutory: row.is_some_and(|it| *it.statutory.near(view.on())),
        group: row.is_some_and(|it| it.group.0),
        uncovered,
        ..place(id.into())
    }
}

fn place(of: Ref) -> Place {
    Place {
        of,
        above: None,
        level: 0,
        places: 0,
        reports: 0,
        posts: 0,
        vacant: 0,
        levels: 0,
        cover: Cover::Gone,
        statutory: false,
        group: false,
        uncovered: 0,
    }
}
