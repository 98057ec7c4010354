//! The thread of a record: from intent down to it, and on down to facts.

use std::collections::BTreeSet;

use axum::extract::Path;
use kernel::{
    Ref,
    read::thread::{self, Step},
};
use maud::{Markup, html};

use super::{Page, Pen, find, heading};
use crate::{
    Problem, Scene,
    ui::{self, Knot, Link, picture},
};

/// Levels shown beneath the record.
const LEVELS: usize = 6;

/// `GET /{kind}/{reference}/thread`
pub async fn show(Path(of): Path<(String, String)>, scene: Scene) -> Result<Markup, Problem> {
    let of = find(&scene, &of)?;
    let pen = Pen::new(&scene);
    let down = thread::down(pen.view(), of, LEVELS);
    let mut shown = vec![of];
    let mut roots = up(&pen, of, &mut shown);
    let below = knots(&pen, &down, &mut shown);
    let nothing = below.is_empty() && roots.iter().all(|it| it.here);
    hang(&mut roots, Knot { below, more: left_out(&pen, of, down.len()), ..knot(&pen, of) });
    let content = html! {
        (heading(&pen.link(of), "Thread"))
        p.quiet { "From intent down to what is done and measured. Each leads to its record." }
        @if let Some(it) = turnover(&pen, of, &shown) { (ui::turnover(&it)) }
        (picture(&roots))
        @if nothing { p { "Nothing is joined to it yet, above or beneath." } }
    };
    let title = format!("Thread of {}", pen.title(of));
    Ok(Page::new(&scene, title).section(of.kind).live(shown).about(of).marked().show(content))
}

/// What is on the thread at only one of the two times.
fn turnover(pen: &Pen<'_>, of: Ref, then: &[Ref]) -> Option<ui::Turnover> {
    let present = pen.present()?;
    let mut now = vec![of];
    up(present, of, &mut now);
    knots(present, &thread::down(present.view(), of, LEVELS), &mut now);
    let set = |them: &[Ref]| {
        them.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    Some(pen.between("On this thread", &set(then), &set(&now)))
}

/// From intent down to `of`, one branch for each way. `shown` collects what is on it.
pub(super) fn up(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Vec<Knot> {
    let mut ways = Vec::new();
    collect(&thread::up(pen.view(), of), &mut vec![(of, None)], &mut ways);
    let mut roots: Vec<Branch> = Vec::new();
    for way in ways {
        let mut level = &mut roots;
        // The top of a way serves nothing, so what joined it is said of what is beneath it.
        for (it, by) in way.into_iter().rev() {
            let found = level.iter().position(|branch| branch.of == it);
            let at = found.unwrap_or_else(|| {
                level.push(Branch { of: it, by, below: Vec::new() });
                level.len() - 1
            });
            level = &mut level[at].below;
        }
    }
    roots.iter().map(|it| it.knot(pen, of, shown)).collect()
}

struct Branch {
    of: Ref,
    by: Option<&'static str>,
    below: Vec<Branch>,
}

impl Branch {
    fn knot(&self, pen: &Pen<'_>, here: Ref, shown: &mut Vec<Ref>) -> Knot {
        shown.push(self.of);
        let mut it = Knot {
            by: self.by,
            here: self.of == here,
            below: self.below.iter().map(|it| it.knot(pen, here, shown)).collect(),
            ..knot(pen, self.of)
        };
        // Its own page marks what differs of it where it stands.
        if it.here {
            it.now = None;
        }
        it
    }
}

/// A way up: each record with how it is joined to the next one above it.
type Way = Vec<(Ref, Option<&'static str>)>;

fn collect(steps: &[Step], way: &mut Way, ways: &mut Vec<Way>) {
    if steps.is_empty() {
        ways.push(way.clone());
        return;
    }
    for step in steps {
        let last = way.len() - 1;
        way[last].1 = Some(step.by);
        way.push((step.of, None));
        collect(&step.beyond, way, ways);
        way.pop();
        way[last].1 = None;
    }
}

fn knots(pen: &Pen<'_>, steps: &[Step], shown: &mut Vec<Ref>) -> Vec<Knot> {
    steps
        .iter()
        .map(|it| {
            shown.push(it.of);
            let more = (it.left_out > 0).then(|| {
                let href = pen.scene.href(&format!("{}/thread", pen.path(it.of)));
                Link::to(href, format!("{} more beneath {}", it.left_out, pen.title(it.of)))
            });
            Knot { by: Some(it.by), below: knots(pen, &it.beyond, shown), more, ..knot(pen, it.of) }
        })
        .collect()
}

fn knot(pen: &Pen<'_>, of: Ref) -> Knot {
    Knot {
        kind: pen.kind(of),
        link: pen.link(of),
        status: pen.status(of),
        now: pen.was_now(of),
        ..Knot::default()
    }
}

/// Where the rest is, if not all that is directly beneath is shown.
fn left_out(pen: &Pen<'_>, of: Ref, shown: usize) -> Option<Link> {
    let all = thread::beneath(pen.view(), of);
    let (_, next) = all.get(shown)?;
    let href = pen.scene.href(&format!("/{}", next.kind.plural()));
    let text = format!("{} more; the list of {} has them", all.len() - shown, next.kind.plural());
    Some(Link::to(href, text))
}

/// The record, with what is beneath it, hangs where it first stands.
fn hang(roots: &mut [Knot], it: Knot) {
    fn first(knots: &mut [Knot]) -> Option<&mut Knot> {
        knots.iter_mut().find_map(|it| if it.here { Some(it) } else { first(&mut it.below) })
    }
    if let Some(here) = first(roots) {
        let Knot { now, below, more, .. } = it;
        (here.now, here.below, here.more) = (now, below, more);
    }
}
