//! Places as boxes: what is said of each, and how those beside one another stand.

use std::collections::BTreeMap;

use kernel::{
    Kind, Ref,
    id::PostId,
    read::{
        establishment::{By, Only, Place},
        who,
    },
};

use super::{Chart, cut::Drawn, number};
use crate::{
    pages::Pen,
    ui::{Beneath, Branch, Branches, Lay, Link, Sign, Status, Word, day_text},
};

/// Columns that fit on a page without moving it sideways.
const COLUMNS: usize = 6;
/// Entries that are worth a frame.
const TRAY_MIN: usize = 3;
/// Columns that are worth a frame beside a box.
const BESIDE_MIN: usize = 2;

pub(super) fn branches(chart: &Chart<'_>, drawn: &[Drawn], shown: &mut Vec<Ref>) -> Branches {
    let mut lays = Lays { by_place: BTreeMap::new(), columns: 1 };
    let tops = lays.lay(drawn);
    lays.settle(drawn, tops);
    Branches {
        label: chart.label(match chart.asked.by {
            By::Line => "Posts by reporting line",
            By::Units => "Units and the posts in them",
        }),
        look: chart.asked.look,
        tops: drawn.iter().map(|it| branch(chart, it, &lays, shown)).collect(),
        lay: tops,
    }
}

/// How what is beneath each place is laid out, settled from the top down: the upper levels get the
/// width, what no longer fits side by side goes into a frame, and the rest one beneath the other.
struct Lays {
    by_place: BTreeMap<usize, Lay>,
    columns: usize,
}

impl Lays {
    /// `beside` is how the entries themselves are laid out.
    fn settle(&mut self, entries: &[Drawn], beside: Lay) {
        let mut level: Vec<&Drawn> = entries.iter().collect();
        if let Lay::Tray(columns) = beside {
            self.settle_tray(entries, columns);
            return;
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for it in level.into_iter().filter(|it| !it.below.is_empty()) {
                let lay = self.lay(&it.below);
                self.by_place.insert(it.at, lay);
                match lay {
                    // Only beneath what is spread out there is width to spread.
                    Lay::Across => next.extend(&it.below),
                    Lay::Tray(columns) => self.settle_tray(&it.below, columns),
                    Lay::Down => (),
                }
            }
            level = next;
        }
    }

    /// What is open within a frame gets a row of it: its box, and a frame beside that.
    fn settle_tray(&mut self, entries: &[Drawn], columns: usize) {
        let beside = columns - 1;
        for it in entries.iter().filter(|it| !it.below.is_empty() && beside >= BESIDE_MIN) {
            self.by_place.insert(it.at, Lay::Tray(beside));
            self.settle_tray(&it.below, beside);
        }
    }

    fn lay(&mut self, below: &[Drawn]) -> Lay {
        let more = below.len().saturating_sub(1);
        let left = COLUMNS.saturating_sub(self.columns);
        if more <= left {
            self.columns += more;
            return Lay::Across;
        }
        if below.len() < TRAY_MIN || left == 0 {
            return Lay::Down;
        }
        let open = below.iter().any(|it| !it.below.is_empty());
        // What would fill one row and a bit is spread evenly over two.
        let rows = below.len().div_ceil(left + 1);
        let columns = if open { left + 1 } else { below.len().div_ceil(rows) };
        self.columns += columns - 1;
        Lay::Tray(columns)
    }
}

fn branch(chart: &Chart<'_>, drawn: &Drawn, lays: &Lays, shown: &mut Vec<Ref>) -> Branch {
    let place = &chart.establishment.places()[drawn.at];
    let (pen, of) = (chart.pen, place.of);
    shown.push(of);
    let holders = PostId::try_from(of).map(|it| holders(pen, it, shown)).unwrap_or_default();
    let is_root = chart.root == Some(drawn.at);
    Branch {
        id: of.to_string(),
        link: Link::record(pen.href(of), of.to_string(), pen.title(of)),
        kind: (of.kind == Kind::Unit).then(|| "Unit".into()),
        holders,
        status: status(place),
        signs: signs(pen, place),
        now: pen.was_now(of),
        found: chart.is_found(drawn.at),
        beneath: beneath(chart, drawn),
        zoom: (place.places > 0 && !is_root).then(|| chart.asked.zoom(Some(of))),
        lay: lays.by_place.get(&drawn.at).copied().unwrap_or_default(),
        more: (drawn.left_out > 0 && !is_root).then(|| {
            Link::to(chart.asked.rest(of), format!("{} more directly beneath", drawn.left_out))
        }),
        below: drawn.below.iter().map(|it| branch(chart, it, lays, shown)).collect(),
    }
}

/// Whoever is in the post, with the capacity where it is not substantive.
pub(super) fn holders(pen: &Pen<'_>, post: PostId, shown: &mut Vec<Ref>) -> Vec<Link> {
    let them = who::holders(pen.scene.state.records(), post, pen.scene.on);
    shown.extend(them.iter().map(|it| Ref::from(it.person)));
    them.iter()
        .map(|it| Link::to(pen.href(it.person.into()), pen.title(it.person.into())))
        .collect()
}

/// A post that is held needs no word: its holder's name says so.
pub(super) fn status(it: &Place) -> Option<Status> {
    let since = it.vacant_since()?;
    Some(Status::said(Some(Word::OffTrack), format!("Vacant since {}", day_text(since))))
}

fn signs(pen: &Pen<'_>, it: &Place) -> Vec<(Sign, String)> {
    let mut signs = Vec::new();
    if it.is(Only::Acting) {
        signs.push((Sign::Acting, until(pen, it.of, "Acting")));
    }
    if it.is(Only::Covered) {
        signs.push((Sign::Covered, until(pen, it.of, "Covered")));
    }
    if it.group {
        let row = PostId::try_from(it.of).ok();
        let row = row.and_then(|it| pen.scene.state.records().posts.get(it));
        let fte = row.and_then(|it| *it.fte.near(pen.scene.on));
        signs.push((
            Sign::Group,
            fte.map_or_else(|| "Group".into(), |it| format!("Group, {it} FTE")),
        ));
    }
    if it.statutory {
        signs.push((Sign::Statutory, "Statutory".into()));
    }
    signs
}

/// When that comes to an end, if whoever does it is alone.
fn until(pen: &Pen<'_>, of: Ref, word: &str) -> String {
    let them =
        PostId::try_from(of).map(|it| who::holders(pen.scene.state.records(), it, pen.scene.on));
    match them.as_deref() {
        Ok([only]) => {
            only.until.map_or_else(|| word.into(), |it| format!("{word} until {}", day_text(it)))
        }
        _ => word.into(),
    }
}

fn beneath(chart: &Chart<'_>, drawn: &Drawn) -> Option<Beneath> {
    let it = &chart.establishment.places()[drawn.at];
    let mut parts = Vec::new();
    let own = usize::from(chart.is_found(drawn.at));
    // Whoever looks for what is vacant is told how much is vacant anyway.
    let told = chart.asked.find.is_empty() && chart.asked.only == Some(Only::Vacant);
    let found = chart.cut.found_in(drawn.at).map(|it| it - own);
    if let Some(found) = found.filter(|it| *it > 0 && !told) {
        parts.push(format!("{} found beneath", number(found)));
    }
    parts.extend(counts(it));
    if parts.is_empty() {
        return None;
    }
    let open = !drawn.below.is_empty();
    let may = drawn.inside > 0 && (open || drawn.fits);
    let toggle = may.then(|| chart.asked.fold(it.of, !open));
    Some(Beneath { counts: parts, toggle, open })
}

/// What is beneath a place, in words: its span first, then everything.
fn counts(it: &Place) -> Vec<String> {
    let mut parts = Vec::new();
    if it.is_post() && it.reports > 0 {
        parts.push(format!("{} direct", number(it.reports)));
    }
    if !it.is_post() || it.posts > it.reports {
        parts.push(match (it.is_post(), it.posts) {
            (false, 0) => "No posts".into(),
            (true, n) => format!("{} beneath", number(n)),
            (false, 1) => "1 post".into(),
            (false, n) => format!("{} posts", number(n)),
        });
    }
    if it.vacant > 0 {
        parts.push(format!("{} vacant", number(it.vacant)));
    }
    parts
}
