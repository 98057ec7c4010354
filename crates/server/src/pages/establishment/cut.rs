//! Which places are drawn: as much of the establishment as a page can hold.
//!
//! Always true: no more than [`BOXES_MAX`] places are drawn, whatever is asked for; everything that
//! is left out is in a closed branch or in another part, and both can be opened.

use kernel::read::establishment::Establishment;

/// Boxes on a page.
pub(super) const BOXES_MAX: usize = 200;
/// Boxes on a page for which nothing in particular was asked: so many are taken in at a glance.
const BOXES_FIRST: usize = 60;
/// Entries shown side by side beneath one; the rest is in further parts.
pub(super) const SIBLINGS_MAX: usize = 60;

/// What is asked for, as positions in the establishment.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) root: Option<usize>,
    /// Levels shown, the topmost counted; as many as fit when none is given.
    pub(super) levels: Option<usize>,
    pub(super) open: Vec<usize>,
    pub(super) shut: Vec<usize>,
    /// For each place whether it was looked for; only these and what is above them are kept.
    pub(super) found: Option<Vec<bool>>,
    /// Which part of the first entries, from 0.
    pub(super) part: usize,
}

/// A place that is drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) at: usize,
    pub(super) below: Vec<Drawn>,
    /// What is directly beneath it and would be drawn if it were open.
    pub(super) inside: usize,
    /// What is directly beneath it, open, and left out.
    pub(super) left_out: usize,
    /// Whether there is room to open it.
    pub(super) fits: bool,
}

pub(super) struct Cut<'a> {
    establishment: &'a Establishment,
    wanted: Wanted,
    /// How many of those looked for are in each branch.
    found: Option<Vec<usize>>,
    open: Vec<bool>,
    drawn: Vec<bool>,
    boxes: usize,
    /// Levels drawn whole.
    pub(super) levels: usize,
    /// Levels that could be.
    pub(super) levels_max: usize,
}

impl<'a> Cut<'a> {
    pub(super) fn of(establishment: &'a Establishment, wanted: Wanted) -> Cut<'a> {
        let places = establishment.places();
        let found = wanted.found.as_ref().map(|found| {
            let mut within: Vec<usize> = found.iter().map(|it| usize::from(*it)).collect();
            for at in (0..places.len()).rev() {
                if let Some(above) = places[at].above {
                    within[above] += within[at];
                }
            }
            within
        });
        let none = vec![false; places.len()];
        let mut it = Cut {
            establishment,
            wanted,
            found,
            open: none.clone(),
            drawn: none,
            boxes: 0,
            levels: 1,
            levels_max: 1,
        };
        let tops = it.tops();
        it.draw(&tops);
        it.open_levels(tops);
        for at in std::mem::take(&mut it.wanted.open) {
            it.open_to(at);
        }
        it
    }

    pub(super) fn drawn(&self) -> Vec<Drawn> {
        self.tops().into_iter().map(|it| self.branch(it)).collect()
    }

    pub(super) fn is_drawn(&self, at: usize) -> bool {
        self.drawn.get(at).copied().unwrap_or_default()
    }

    /// How many of those looked for are in a branch; none when nothing is looked for.
    pub(super) fn found_in(&self, at: usize) -> Option<usize> {
        self.found.as_ref().and_then(|it| it.get(at)).copied()
    }

    /// The parts that the first entries come in: those beneath the root, or those at the top.
    pub(super) fn parts(&self) -> usize {
        self.beneath(self.wanted.root).len().div_ceil(SIBLINGS_MAX).max(1)
    }

    pub(super) fn part(&self) -> usize {
        self.wanted.part.min(self.parts() - 1)
    }

    fn tops(&self) -> Vec<usize> {
        match self.wanted.root {
            Some(it) => vec![it],
            None => self.inside(None).collect(),
        }
    }

    /// What is directly beneath; at the top, what has most beneath it first.
    fn beneath(&self, at: Option<usize>) -> Vec<usize> {
        let all = self.establishment.beneath(at);
        let mut all: Vec<usize> =
            all.filter(|it| self.found_in(*it).is_none_or(|it| it > 0)).collect();
        if at.is_none() {
            let places = self.establishment.places();
            all.sort_by_key(|it| std::cmp::Reverse(places[*it].places));
        }
        all
    }

    /// What would be drawn directly beneath a place.
    fn inside(&self, at: Option<usize>) -> impl Iterator<Item = usize> {
        let skip = if at == self.wanted.root { self.part() * SIBLINGS_MAX } else { 0 };
        self.beneath(at).into_iter().skip(skip).take(SIBLINGS_MAX)
    }

    fn draw(&mut self, them: &[usize]) {
        self.boxes += them.len();
        them.iter().for_each(|it| self.drawn[*it] = true);
    }

    /// Opens level by level, each of them whole, as far as wanted and as far as there is room.
    fn open_levels(&mut self, mut level: Vec<usize>) {
        let asked = self.wanted.levels.is_some() || self.wanted.found.is_some();
        let mut boxes = self.boxes;
        loop {
            let open: Vec<usize> =
                level.into_iter().filter(|it| !self.wanted.shut.contains(it)).collect();
            level = open.iter().flat_map(|it| self.inside(Some(*it))).collect();
            boxes += level.len();
            if level.is_empty() || boxes > BOXES_MAX {
                return;
            }
            let first = asked || self.levels_max == 1 || boxes <= BOXES_FIRST;
            let wanted = self.wanted.levels.unwrap_or(usize::MAX) > self.levels_max;
            if first && wanted && self.levels == self.levels_max {
                open.iter().for_each(|it| self.open[*it] = true);
                self.draw(&level);
                self.levels += 1;
            }
            self.levels_max += 1;
        }
    }

    /// Opens a place, and what is above it, as long as there is room.
    fn open_to(&mut self, at: usize) {
        let mut way: Vec<usize> = self.establishment.line(at).collect();
        way.reverse();
        let from = self.wanted.root.unwrap_or_default();
        for it in way.into_iter().chain([at]).filter(|it| *it >= from) {
            if !self.is_drawn(it) {
                return;
            }
            if self.open[it] || self.wanted.shut.contains(&it) {
                continue;
            }
            let inside: Vec<usize> = self.inside(Some(it)).collect();
            if self.boxes + inside.len() > BOXES_MAX {
                return;
            }
            self.open[it] = true;
            self.draw(&inside);
        }
    }

    fn branch(&self, at: usize) -> Drawn {
        let inside = self.inside(Some(at)).count();
        let left_out = if self.open[at] { self.beneath(Some(at)).len() - inside } else { 0 };
        let below = match self.open[at] {
            true => self.inside(Some(at)).map(|it| self.branch(it)).collect(),
            false => Vec::new(),
        };
        Drawn { at, below, inside, left_out, fits: self.boxes + inside <= BOXES_MAX }
    }
}
