//! The drawing itself, at one of two sizes. Every place is in tenths of a pixel.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{
    super::sparkline::pixels,
    CHART_POINTS_MAX, Chart, Class, Limits, Point,
    scale::{Scale, all, figure, rough, tick},
};

/// A size to draw at.
pub(super) struct Size {
    class: &'static str,
    width: i64,
    height: i64,
    left: i64,
    right: i64,
    /// Least distance between two labels beneath the axis.
    label_room: i64,
    /// Whether the lines are named at their right ends.
    named: bool,
}

pub(super) const WIDE: Size = Size {
    class: "wide",
    width: 7600,
    height: 3000,
    left: 560,
    right: 1160,
    label_room: 740,
    named: true,
};
pub(super) const NARROW: Size = Size {
    class: "narrow",
    width: 3000,
    height: 2500,
    left: 440,
    right: 120,
    label_room: 760,
    named: false,
};

/// Above the plot: the flags of what happened.
const TOP: i64 = 260;
/// Beneath it: the labels of the axis.
const BOTTOM: i64 = 300;
/// Least distance between two names at the right ends of lines.
const NAME_ROOM: i64 = 140;
/// Flags closer than this share one.
const FLAG_ROOM: i64 = 200;
/// From so many values on, only special causes are marked: the rest would be a thick line.
const MARKED_MAX: usize = 120;

/// Room that a letter of the newest value takes, and how far apart the places are that it is tried at.
const CHAR_WIDTH: i64 = 78;
const CHAR_HEIGHT: i64 = 110;
const LAST_STEP: i64 = 60;
const LAST_STEPS: i64 = 20;
/// Places looked at between two points of the line.
const LINE_PARTS: i64 = 16;

/// A text's place on the drawing.
struct Place {
    left: i64,
    right: i64,
    top: i64,
    foot: i64,
}

impl Place {
    /// Whether a mark at this point would touch it.
    fn holds(&self, x: i64, y: i64) -> bool {
        const MARK: i64 = 45;
        (self.left - MARK..=self.right + MARK).contains(&x)
            && (self.top - MARK..=self.foot + MARK).contains(&y)
    }
}

/// Where things are on one drawing.
struct Plot<'a> {
    it: &'a Chart,
    size: &'a Size,
    points: &'a [Point],
    scale: Scale,
    first: Date,
    last: Date,
}

pub(super) fn draw(it: &Chart, size: &Size, title: &str, says: &str) -> Markup {
    let points = &it.points[it.points.len().saturating_sub(CHART_POINTS_MAX)..];
    let (first, last) = (points[0].on, points[points.len() - 1].on);
    let events = it.events.iter().map(|it| it.on).chain(it.ahead.iter().map(|it| it.on));
    let plot = Plot {
        it,
        size,
        points,
        scale: Scale::of(all(it)),
        first,
        last: events.max().map_or(last, |it| it.max(last)),
    };
    let view = format!("0 0 {} {}", pixels(size.width), pixels(size.height));
    html! {
        svg class=(size.class) viewBox=(view) role="img" aria-labelledby=(title) aria-describedby=(says) {
            (plot.ground())
            (plot.limits())
            (plot.fan())
            (plot.targets())
            (plot.flags())
            (plot.line())
            (plot.marks())
            (plot.labels())
            @if size.named { (plot.names()) }
            @if !size.named || plot.goes_on() { (plot.last_value()) }
        }
    }
}

impl Plot<'_> {
    fn right(&self) -> i64 {
        self.size.width - self.size.right
    }

    fn foot(&self) -> i64 {
        self.size.height - BOTTOM
    }

    fn x(&self, on: Date) -> i64 {
        let room = self.right() - self.size.left;
        let days = |from: Date, to: Date| i64::from((to - from).get_days());
        match days(self.first, self.last) {
            0 => self.size.left + room / 2,
            all => self.size.left + room * days(self.first, on).clamp(0, all) / all,
        }
    }

    fn y(&self, value: i64) -> i64 {
        self.foot() - self.scale.up(value, self.foot() - TOP)
    }

    /// Lines across, each with its figure.
    fn ground(&self) -> Markup {
        let at = |value: i128| self.y(i64::try_from(value).unwrap_or(i64::MAX));
        html! {
            @for value in self.scale.ticks() {
                @let y = at(value);
                line.across x1=(pixels(self.size.left)) x2=(pixels(self.right())) y1=(pixels(y)) y2=(pixels(y)) {}
                text.tick x=(pixels(self.size.left - 80)) y=(pixels(y + 40)) text-anchor="end" {
                    (tick(value, self.scale, self.it.one))
                }
            }
        }
    }

    /// The lines of each part: the first begins at the left, the last ends at the right, and where one
    /// follows another they part half way between their values.
    fn limits(&self) -> Markup {
        let all = &self.it.limits;
        let shown = |it: &&Limits| it.to >= self.first && it.from <= self.last;
        let half = |before: Date, after: Date| i64::midpoint(self.x(before), self.x(after));
        let parts = (0..all.len()).filter(|n| shown(&&all[*n])).map(|n| {
            let before = n.checked_sub(1).map(|it| &all[it]).filter(shown);
            let from = match before {
                Some(before) => half(before.to, all[n].from),
                None if all.len() > 1 => self.x(all[n].from),
                None => self.size.left,
            };
            let to = match all.get(n + 1).filter(shown) {
                Some(after) => half(all[n].to, after.from),
                None => self.right(),
            };
            (all[n], from, to.max(from))
        });
        let level = |class: &str, value: i64, from: i64, to: i64| {
            let y = pixels(self.y(value));
            html! { line class=(class) x1=(pixels(from)) x2=(pixels(to)) y1=(y) y2=(y) {} }
        };
        html! {
            @for (limits, from, to) in parts {
                @let (top, foot) = (self.y(limits.upper), self.y(limits.lower));
                rect.band x=(pixels(from)) y=(pixels(top)) width=(pixels(to - from)) height=(pixels(foot - top)) {}
                (level("limit", limits.upper, from, to))
                (level("centre", limits.centre, from, to))
                (level("limit", limits.lower, from, to))
            }
        }
    }

    fn targets(&self) -> Markup {
        let steps = |value: &dyn Fn((i64, Option<i64>)) -> i64| {
            let shown =
                self.it.targets.iter().filter(|it| it.until > self.first && it.from <= self.last);
            let ends = shown.flat_map(|it| {
                let begins = (it.low, it.high);
                let ends = [(it.from, begins), (it.until, it.end.unwrap_or(begins))];
                ends.map(|(on, at)| format!("{},{}", pixels(self.x(on)), pixels(self.y(value(at)))))
            });
            ends.collect::<Vec<_>>().join(" ")
        };
        let ranged = self.it.targets.iter().any(|it| it.high.is_some());
        html! {
            @if !self.it.targets.is_empty() { polyline.target points=(steps(&|it| it.0)) {} }
            @if ranged { polyline.target points=(steps(&|it| it.1.unwrap_or(it.0))) {} }
        }
    }

    /// Whether something is drawn after the last value.
    fn goes_on(&self) -> bool {
        !self.it.ahead.is_empty()
    }

    /// What is expected after the last value: a range that opens from it, and a line within.
    fn fan(&self) -> Markup {
        let Some(last) = self.points.last().filter(|_| self.goes_on()) else { return html! {} };
        let place =
            |on: Date, value: i64| format!("{},{}", pixels(self.x(on)), pixels(self.y(value)));
        let from = || std::iter::once(place(last.on, last.value));
        let ahead = &self.it.ahead;
        let there = ahead.iter().map(|it| place(it.on, it.high));
        let back = ahead.iter().rev().map(|it| place(it.on, it.low));
        let outline: Vec<String> = from().chain(there).chain(back).collect();
        let likely = ahead.iter().map(|it| place(it.on, it.likely));
        let likely: Vec<String> = from().chain(likely).collect();
        html! {
            polygon.fan points=(outline.join(" ")) {}
            polyline.likely points=(likely.join(" ")) {}
        }
    }

    /// The line of values, broken where figures are missing.
    fn line(&self) -> Markup {
        let missing = |a: &Point, b: &Point| (b.on - a.on).get_days() > self.it.gap_days;
        let counted: Vec<&Point> = self.points.iter().filter(|it| !it.excluded).collect();
        let mut runs: Vec<Vec<String>> = vec![Vec::new()];
        for (n, point) in counted.iter().enumerate() {
            if n > 0 && missing(counted[n - 1], point) {
                runs.push(Vec::new());
            }
            let place = format!("{},{}", pixels(self.x(point.on)), pixels(self.y(point.value)));
            if let Some(run) = runs.last_mut() {
                run.push(place);
            }
        }
        html! { @for run in runs.iter().filter(|it| it.len() > 1) { polyline.values points=(run.join(" ")) {} } }
    }

    fn marks(&self) -> Markup {
        let all = self.points.len() <= MARKED_MAX;
        let last = self.points.len() - 1;
        let shown = |it: &(usize, &Point)| {
            all || it.0 == last || it.1.excluded || it.1.class != Class::Common
        };
        html! {
            @for (_, point) in self.points.iter().enumerate().filter(shown) {
                g.point data-class=(point.class.key()) {
                    title { (point.says) }
                    @if point.excluded { (aside(self.x(point.on), self.y(point.value))) }
                    @else { (mark(self.x(point.on), self.y(point.value), point.class)) }
                }
            }
        }
    }

    /// Every so many values their period; always that at the right end.
    fn labels(&self) -> Markup {
        let mut labelled: Vec<(Date, &str)> = Vec::new();
        let room = (self.right() - self.size.left) / self.size.label_room;
        let fit = usize::try_from(room).unwrap_or(1).max(1);
        let every =
            [1, 2, 3, 6, 12, 24, 48, 96].into_iter().find(|it| self.points.len() / it <= fit);
        // The outermost labels keep inside the drawing.
        let half = self.size.label_room / 2;
        let centre = |on: Date| self.x(on).min(self.size.width - half);
        labelled.extend(self.it.ahead.last().map(|it| (it.on, &*it.tick)));
        for point in self.points.iter().rev().step_by(every.unwrap_or(CHART_POINTS_MAX)) {
            let clear = labelled
                .last()
                .is_none_or(|last| centre(last.0) - centre(point.on) >= self.size.label_room);
            if clear {
                labelled.push((point.on, &point.tick));
            }
        }
        let foot = self.foot();
        html! {
            line.axis x1=(pixels(self.size.left)) x2=(pixels(self.right())) y1=(pixels(foot)) y2=(pixels(foot)) {}
            @for (on, tick) in labelled {
                @let x = self.x(on);
                line.axis x1=(pixels(x)) x2=(pixels(x)) y1=(pixels(foot)) y2=(pixels(foot + 50)) {}
                text.tick x=(pixels(centre(on))) y=(pixels(foot + 190)) text-anchor="middle" { (tick) }
            }
        }
    }

    /// A numbered flag for each thing that happened; close ones share theirs.
    fn flags(&self) -> Markup {
        let mut flags: Vec<(i64, usize, usize)> = Vec::new();
        for (n, event) in (1..).zip(&self.it.events) {
            let x = self.x(event.on);
            match flags.last_mut() {
                Some(flag) if x - flag.0 < FLAG_ROOM => flag.2 = n,
                _ => flags.push((x, n, n)),
            }
        }
        html! {
            @for (x, from, to) in flags {
                @let text = if from == to { from.to_string() } else { format!("{from}–{to}") };
                @let half = 40 + 40 * i64::try_from(text.chars().count()).unwrap_or(0);
                line.flag x1=(pixels(x)) x2=(pixels(x)) y1=(pixels(180)) y2=(pixels(self.foot())) {}
                rect.flag x=(pixels(x - half)) y="1" width=(pixels(2 * half)) height="17" rx="3" {}
                text.flag x=(pixels(x)) y="13.5" text-anchor="middle" { (text) }
            }
        }
    }

    /// What the lines are, at their right ends, each where there is room for it.
    fn names(&self) -> Markup {
        let number = |value| rough(self.it, value);
        let mut names: Vec<(i64, String, &str)> = Vec::new();
        if let Some(last) = self.points.last().filter(|_| !self.goes_on()) {
            names.push((self.y(last.value), figure(last.value, self.it.one), "last"));
        }
        if let Some(it) = self.it.targets.last() {
            let target = |it: i64| format!("Target {}", figure(it, self.it.one));
            let (low, high) = it.end.unwrap_or((it.low, it.high));
            names.push((self.y(low), target(low), "name"));
            names.extend(high.map(|it| (self.y(it), target(it), "name")));
        }
        if let Some(it) = self.it.limits.last() {
            names.push((self.y(it.upper), format!("Upper limit {}", number(it.upper)), "name"));
            names.push((self.y(it.centre), format!("Mean {}", number(it.centre)), "name"));
            names.push((self.y(it.lower), format!("Lower limit {}", number(it.lower)), "name"));
        }
        names.sort_by_key(|it| it.0);
        for n in 1..names.len() {
            names[n].0 = names[n].0.max(names[n - 1].0 + NAME_ROOM);
        }
        let over = names.last().map_or(0, |it| (it.0 - self.foot()).max(0));
        if let Some(last) = names.last_mut() {
            last.0 -= over;
        }
        for n in (1..names.len()).rev() {
            names[n - 1].0 = names[n - 1].0.min(names[n].0 - NAME_ROOM);
        }
        html! {
            @for (y, text, class) in &names {
                text class=(class) x=(pixels(self.right() + 100)) y=(pixels(y + 40)) { (text) }
            }
        }
    }

    /// The newest value close by its mark, where it covers neither a point nor the line.
    fn last_value(&self) -> Markup {
        let Some(last) = self.points.last() else { return html! {} };
        let text = figure(last.value, self.it.one);
        let width = CHAR_WIDTH * i64::try_from(text.chars().count()).unwrap_or(0);
        let right = (self.x(last.on) + 40).min(self.size.width);
        let y = self.y(last.value);
        let end = match right - width >= self.size.left {
            true => right,
            false => self.size.left + width,
        };
        // Nearest first, above and beneath by turns; where nothing is clear, where least is covered.
        let steps = (0..LAST_STEPS).flat_map(|n| [y - 90 - n * LAST_STEP, y + 180 + n * LAST_STEP]);
        let inside = steps.filter(|y| *y - CHAR_HEIGHT > TOP && *y < self.foot());
        let covered = |foot: i64| {
            self.covered(&Place { left: end - width, right: end, top: foot - CHAR_HEIGHT, foot })
        };
        let place = inside.min_by_key(|it| covered(*it)).unwrap_or(y - 90);
        html! { text.last x=(pixels(end)) y=(pixels(place)) text-anchor="end" { (text) } }
    }

    /// How many marks, and places along the line between them, a text would cover.
    fn covered(&self, it: &Place) -> usize {
        let place = |point: &Point| (self.x(point.on), self.y(point.value));
        let mut places: Vec<(i64, i64)> = self.points.iter().map(place).collect();
        let between: Vec<(i64, i64)> = places
            .windows(2)
            .flat_map(|pair| {
                let (from, to) = (pair[0], pair[1]);
                let part = move |n: i64| {
                    (
                        from.0 + (to.0 - from.0) * n / LINE_PARTS,
                        from.1 + (to.1 - from.1) * n / LINE_PARTS,
                    )
                };
                (1..LINE_PARTS).map(part)
            })
            .collect();
        places.extend(between);
        places.into_iter().filter(|(x, y)| it.holds(*x, *y)).count()
    }
}

/// A wide ring with a stroke through it: what is shown and does not count.
pub(super) fn aside(x: i64, y: i64) -> Markup {
    html! {
        circle cx=(pixels(x)) cy=(pixels(y)) r="4" {}
        path d={ "M" (pixels(x - 40)) "," (pixels(y + 40)) "l8-8" } {}
    }
}

/// A small ring, a disc, a diamond, a triangle.
pub(super) fn mark(x: i64, y: i64, class: Class) -> Markup {
    let (cx, cy) = (pixels(x), pixels(y));
    let from = |x: i64, y: i64| format!("M{},{}", pixels(x), pixels(y));
    html! {
        @match class {
            Class::Common => { circle cx=(cx) cy=(cy) r="2.4" {} }
            Class::Improving => { circle cx=(cx) cy=(cy) r="4" {} }
            Class::Concerning => { path d={ (from(x, y - 53)) "l5.3 5.3-5.3 5.3-5.3-5.3Z" } {} }
            Class::Neither => { path d={ (from(x, y - 48)) "l4.8 8.4h-9.6Z" } {} }
        }
    }
}
