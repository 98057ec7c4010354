//! The strategy map: plans, what serves them, how each stands and where it has moved.

use axum::extract::State;
use jiff::{Span, civil::Date};
use kernel::{Kind, Ref, id::ObjectiveId, objective, read::view::View, status::Word};
use maud::{Markup, html};

use super::{Page, Pen, Section, beside, pen::word};
use crate::{
    App, Problem, Scene,
    ui::{self, Empty, Link, Map, Moved, Pillar, Spot, empty, map},
};

/// Plans on one page; the rest are in their list.
const PLANS_MAX: usize = 6;
/// Objectives side by side.
const PILLARS_MAX: usize = 24;
/// Objectives beneath one of those.
const SPOTS_MAX: usize = 24;
/// How far back *where it has moved* looks.
const BACK_DAYS: i64 = 91;

/// `GET /strategy`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let pair = scene.pair(&app).await?;
    let content = match &pair {
        None => drawn(&scene),
        Some(both) => beside(&pair, both.each_ref().map(drawn)),
    };
    let kinds = [Kind::Plan, Kind::Objective, Kind::Indicator, Kind::Initiative, Kind::Anchor];
    Ok(Page::new(&scene, "Strategy")
        .within(Section::Strategy)
        .feed(None)
        .live(kinds.map(Kind::plural))
        .marked()
        .pairs(&pair)
        .show(content))
}

fn drawn(scene: &Scene) -> Markup {
    let maps = maps(&Pen::new(scene));
    html! {
        header {
            h1 { "Strategy" }
            p.quiet { "Each objective with its status, how sure it is, and where it stood on " (ui::day(earlier(scene.on))) "." }
        }
        @if maps.is_empty() { (nothing(scene)) }
        @for it in &maps { (map(it)) }
    }
}

/// What to do where there is no plan yet.
pub(super) fn nothing(scene: &Scene) -> Markup {
    let steps = match scene.by() {
        Ok(_) => vec![
            Link::to("/import", "Import a file"),
            Link::to("/units/new", "Establish a unit"),
            Link::to("/posts/new", "Establish a post"),
            Link::to("/plans/new", "Establish a plan"),
        ],
        Err(_) => Vec::new(),
    };
    empty(&Empty {
        title: "There is no plan here yet".into(),
        text: "Bring in the establishment, then the plan, then what is measured; or write the first of each here. What serves what shows from then on.".into(),
        steps,
    })
}

fn earlier(on: Date) -> Date {
    on.saturating_sub(Span::new().days(BACK_DAYS))
}

/// A map of every plan that stands.
pub(super) fn maps(pen: &Pen<'_>) -> Vec<Map> {
    let scene = pen.scene;
    let then = View::new(&scene.state, earlier(scene.on));
    let it = Drawing { pen, then };
    pen.view().list(Kind::Plan, false).take(PLANS_MAX).map(|plan| it.plan(plan)).collect()
}

struct Drawing<'a, 's> {
    pen: &'a Pen<'s>,
    then: View<'s>,
}

impl Drawing<'_, '_> {
    fn plan(&self, plan: Ref) -> Map {
        let tops = self.beneath(plan);
        let pillars = tops.iter().take(PILLARS_MAX).map(|it| self.pillar(*it)).collect();
        let on = self.pen.scene.compared.then_some(self.pen.scene.on);
        Map { head: self.spot(plan), pillars, on }
    }

    fn pillar(&self, top: Ref) -> Pillar {
        let spots = self.beneath(top);
        let more = spots.len().saturating_sub(SPOTS_MAX);
        Pillar {
            head: self.spot(top),
            spots: spots.iter().take(SPOTS_MAX).map(|it| self.spot(*it)).collect(),
            more: (more > 0).then(|| Link::to(self.pen.href(top), format!("And {more} more"))),
        }
    }

    fn beneath(&self, of: Ref) -> Vec<Ref> {
        let found = objective::beneath(self.pen.scene.state.records(), of, self.pen.scene.on);
        found.into_iter().map(Ref::from).collect()
    }

    fn spot(&self, of: Ref) -> Spot {
        let derived = self.pen.view().derived();
        let words = self.beneath(of);
        let deeper = of.kind == Kind::Objective && !words.is_empty();
        let mut counts = [0_usize; 4];
        for it in words.iter().filter(|_| deeper).filter_map(|it| derived.standing(*it)) {
            counts[it.word as usize] += 1;
        }
        let counted =
            |it: &Word| (counts[*it as usize] > 0).then(|| (word(*it), counts[*it as usize]));
        let starved = ObjectiveId::try_from(of).is_ok_and(|it| derived.starved().contains(&it));
        Spot {
            link: Link::to(self.pen.href(of), self.pen.title(of)),
            status: self.pen.status(of).unwrap_or_default(),
            moved: self.moved(of),
            beneath: Word::ALL.iter().rev().filter_map(counted).collect(),
            now: self.pen.was_now(of),
            note: starved.then(|| "nothing serves it".into()),
        }
    }

    /// Where it has gone since the earlier day, if its word is another now.
    fn moved(&self, of: Ref) -> Option<Moved> {
        let now = self.pen.view().derived().standing(of)?.word;
        let was = self.then.derived().standing(of).filter(|_| self.then.stands(of))?.word;
        (now != was).then(|| Moved { better: better(was, now), was: word(was) })
    }
}

/// Whether a change of word is for the better. What has fallen silent is not; what is known at last
/// is neither, unless it is well.
pub(super) fn better(was: Word, now: Word) -> Option<bool> {
    match (was, now) {
        (_, Word::NoSignal) => Some(false),
        (_, Word::OnTrack) => Some(true),
        (Word::NoSignal, _) => None,
        (was, now) => Some(now < was),
    }
}
