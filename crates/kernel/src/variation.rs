//! Variation: whether a series has changed, or only moves as it always does. An XmR chart.
//!
//! The method is the public one of NHS England's “Making Data Count”: an individuals (X) chart whose
//! *process limits* come from the mean *moving range* (mR). Sources: W. A. Shewhart, “Economic Control
//! of Quality of Manufactured Product” (1931); D. J. Wheeler, “Understanding Variation” (1993), for 2.66
//! and 3.267, which are 3/d₂ and D₄ of ranges of two (d₂ = 1.128, D₄ = 3.267).
//!
//! - centre line = mean of all values
//! - moving range = difference to the value before, without its sign
//! - process limits = centre line ± 2.66 × mean moving range; ranges of 3.267 × that mean or more are
//!   dropped once before, so that one leap does not widen what it leapt out of
//! - special cause, in this order: a point outside the limits; seven points that each rise, or each
//!   fall; two of three beyond two thirds of the way to the same limit, all three on that side of the
//!   centre line; seven on one side of the centre line
//!
//! A chart has a phase for each rebase: its limits come from the values of the phase alone, and neither a
//! range nor a run reaches over from one to the next. A value that is excluded has its place, and counts
//! for nothing.
//!
//! What is always true: a point's class is decided by comparing whole numbers, so no rounding can move
//! it. A point *on* a limit is inside it, one on the centre line belongs to neither side, two equal
//! values break a run, and a turning point that two trends share counts for the later one. Only the
//! lines that are given back are rounded, to a millionth, halves away from zero.

use jiff::civil::Date;

use crate::{
    Amount,
    indicator::{Direction, Indicator},
};

/// With fewer values there are no limits and no judgement: they would say more about chance.
pub const POINTS_MIN: usize = 12;
/// The newest values that are looked at.
pub const POINTS_MAX: usize = 5000;
/// Points of a trend or of a shift.
const RUN: usize = 7;
/// Thousandths, times the mean moving range: how far the limits lie from the centre line.
const LIMIT: i128 = 2660;
/// Thousandths, times the mean moving range: from here on a range is not counted.
const OUTLYING: i128 = 3267;

/// What a series is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub direction: Direction,
    /// For a range, its lower end.
    pub target: Option<Amount>,
    pub target_high: Option<Amount>,
    pub ranges: Ranges,
}

/// Which moving ranges make the limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ranges {
    /// Without those of 3.267 times their mean or more.
    #[default]
    Screened,
    All,
}

impl Terms {
    /// What an indicator is judged by on a day.
    pub fn of(row: &Indicator, on: Date) -> Terms {
        Terms {
            direction: *row.direction.near(on),
            target: row.target_on(on),
            target_high: row.target_high_on(on),
            ranges: Ranges::Screened,
        }
    }
}

/// A series on its chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xmr {
    /// Oldest first.
    pub points: Vec<Point>,
    /// Oldest first; more than one where the series was rebased.
    pub phases: Vec<Phase>,
    /// Those of the newest phase: none of fewer than [`POINTS_MIN`] values that count; then every point
    /// of it is common cause.
    pub limits: Option<Limits>,
    /// Whether the process can be relied on to meet its target; none without limits or target.
    pub assurance: Option<Assurance>,
}

/// Values whose limits were worked out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// The day of its first value.
    pub first: Date,
    pub last: Date,
    /// The day from which the series was rebased; none for what was before.
    pub rebased: Option<Date>,
    /// Values that count.
    pub counted: usize,
    pub limits: Option<Limits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub on: Date,
    pub value: Amount,
    /// None at the first value.
    pub moving_range: Option<Amount>,
    pub position: Position,
    pub cause: Cause,
    /// It is shown and counts for nothing.
    pub excluded: bool,
}

/// The process limits and the centre line between them, rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub lower: Amount,
    pub centre: Amount,
    pub upper: Amount,
    pub mean_range: Amount,
}

/// Where a point lies between the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    BelowLower,
    NearLower,
    Below,
    Centre,
    Above,
    NearUpper,
    AboveUpper,
}

/// Why a point is where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The process as it always moves.
    Common,
    Special {
        rule: Rule,
        side: Side,
        meaning: Meaning,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    OutsideLimits,
    Trend,
    NearLimit,
    Shift,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    High,
    Low,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Improving,
    Concerning,
    /// Good lies within a range, so neither up nor down is better.
    Neither,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    Passing,
    Failing,
    HitOrMiss,
}

impl Xmr {
    /// How the newest point that counts came about; none without limits to tell by.
    pub fn variation(&self) -> Option<Cause> {
        self.limits?;
        self.points.iter().rev().find(|it| !it.excluded).map(|it| it.cause)
    }
}

impl Cause {
    pub fn words(self) -> &'static str {
        match self {
            Cause::Common => "common cause",
            Cause::Special { meaning: Meaning::Improving, .. } => "special cause, improving",
            Cause::Special { meaning: Meaning::Concerning, .. } => "special cause, concerning",
            Cause::Special { meaning: Meaning::Neither, .. } => "special cause",
        }
    }

    /// The rule that found it, in words.
    pub fn why(self) -> Option<&'static str> {
        let Cause::Special { rule, side, .. } = self else { return None };
        Some(match (rule, side) {
            (Rule::OutsideLimits, Side::High) => "above the upper process limit",
            (Rule::OutsideLimits, Side::Low) => "below the lower process limit",
            (Rule::Trend, Side::High) => "one of seven rising in a row",
            (Rule::Trend, Side::Low) => "one of seven falling in a row",
            (Rule::NearLimit, Side::High) => "one of two in three near the upper process limit",
            (Rule::NearLimit, Side::Low) => "one of two in three near the lower process limit",
            (Rule::Shift, Side::High) => "one of seven in a row above the centre line",
            (Rule::Shift, Side::Low) => "one of seven in a row below the centre line",
        })
    }
}

impl Assurance {
    pub fn words(self) -> &'static str {
        match self {
            Assurance::Passing => "expected to meet the target",
            Assurance::Failing => "expected to miss the target",
            Assurance::HitOrMiss => "may meet or miss the target by chance",
        }
    }
}

impl Position {
    fn side(self) -> Option<Side> {
        match self {
            Position::Centre => None,
            it if it > Position::Centre => Some(Side::High),
            _ => Some(Side::Low),
        }
    }

    fn is_near(self) -> bool {
        matches!(self, Position::NearLower | Position::NearUpper)
    }
}

/// The newest [`POINTS_MAX`] of `values`, oldest first, on their chart.
pub fn xmr(values: &[(Date, Amount)], terms: &Terms) -> Xmr {
    chart(values, &[], &|_| false, terms)
}

/// What [`xmr`] says of the newest of `values`, without drawing the others: how it came about, and
/// whether the target can be relied on.
pub fn newest(values: &[(Date, Amount)], terms: &Terms) -> (Option<Cause>, Option<Assurance>) {
    let values = &values[values.len().saturating_sub(POINTS_MAX)..];
    if values.len() < POINTS_MIN {
        return (None, None);
    }
    let lines = Lines::of(values, terms.ranges);
    let run = &values[values.len() - RUN..];
    let positions: Vec<Position> = run.iter().map(|it| lines.position(it.1)).collect();
    let cause = special(run, &positions)[RUN - 1].map_or(Cause::Common, |(rule, side)| {
        Cause::Special { rule, side, meaning: meaning(side, terms.direction) }
    });
    (Some(cause), lines.assurance(terms))
}

/// As [`xmr`], with limits worked out anew from each day in `rebases`, oldest first, and without the
/// values that are `excluded`.
pub fn chart(
    values: &[(Date, Amount)],
    rebases: &[Date],
    excluded: &dyn Fn(Date) -> bool,
    terms: &Terms,
) -> Xmr {
    let mut rest = &values[values.len().saturating_sub(POINTS_MAX)..];
    let mut found = Xmr {
        points: Vec::with_capacity(rest.len()),
        phases: Vec::new(),
        limits: None,
        assurance: None,
    };
    let mut rebased = None;
    for until in rebases.iter().map(|it| Some(*it)).chain([None]) {
        let end = until.map_or(rest.len(), |until| rest.partition_point(|it| it.0 < until));
        let (these, later) = rest.split_at(end);
        rest = later;
        if !these.is_empty() {
            found.phase(these, rebased, excluded, terms);
        }
        rebased = until;
    }
    found
}

impl Xmr {
    /// Puts values that have limits of their own behind those that are there.
    fn phase(
        &mut self,
        values: &[(Date, Amount)],
        rebased: Option<Date>,
        excluded: &dyn Fn(Date) -> bool,
        terms: &Terms,
    ) {
        let counted: Vec<(Date, Amount)> =
            values.iter().filter(|it| !excluded(it.0)).copied().collect();
        let lines = (counted.len() >= POINTS_MIN).then(|| Lines::of(&counted, terms.ranges));
        let position =
            |value| lines.as_ref().map_or(Position::Centre, |lines| lines.position(value));
        let positions: Vec<Position> = counted.iter().map(|it| position(it.1)).collect();
        let found = match lines {
            Some(_) => special(&counted, &positions),
            None => vec![None; counted.len()],
        };
        let point = |n: usize| Point {
            on: counted[n].0,
            value: counted[n].1,
            moving_range: n.checked_sub(1).map(|before| rounded(range(&counted, before), 1)),
            position: positions[n],
            cause: found[n].map_or(Cause::Common, |(rule, side)| Cause::Special {
                rule,
                side,
                meaning: meaning(side, terms.direction),
            }),
            excluded: false,
        };
        let mut counting = (0..counted.len()).map(point);
        for (on, value) in values {
            let aside = |it: Date| Point {
                on: it,
                value: *value,
                moving_range: None,
                position: position(*value),
                cause: Cause::Common,
                excluded: true,
            };
            let next = if excluded(*on) { None } else { counting.next() };
            self.points.push(next.unwrap_or_else(|| aside(*on)));
        }
        self.limits = lines.as_ref().map(Lines::rounded);
        self.phases.push(Phase {
            first: values[0].0,
            last: values[values.len() - 1].0,
            rebased,
            counted: counted.len(),
            limits: self.limits,
        });
        self.assurance = lines.and_then(|it| it.assurance(terms));
    }
}

fn meaning(side: Side, good: Direction) -> Meaning {
    match (side, good) {
        (Side::High, Direction::Up) | (Side::Low, Direction::Down) => Meaning::Improving,
        (Side::High, Direction::Down) | (Side::Low, Direction::Up) => Meaning::Concerning,
        (_, Direction::Within) => Meaning::Neither,
    }
}

/// The moving range from value `before` to the next.
fn range(values: &[(Date, Amount)], before: usize) -> i128 {
    (i128::from(values[before + 1].1.0) - i128::from(values[before].1.0)).abs()
}

/// Centre line and mean moving range as fractions, so that nothing is rounded before it is compared.
/// Sums of [`POINTS_MAX`] amounts, multiplied as here, stay far below what an `i128` holds.
struct Lines {
    sum: i128,
    count: i128,
    range_sum: i128,
    /// 1 where no range is left.
    range_count: i128,
    /// Whether all values are the same.
    still: bool,
}

impl Lines {
    fn of(values: &[(Date, Amount)], which: Ranges) -> Lines {
        let ranges = || (0..values.len() - 1).map(|it| range(values, it));
        let (all, count) = (ranges().sum::<i128>(), length(values.len() - 1));
        let kept = |it: &i128| match which {
            Ranges::All => true,
            Ranges::Screened => *it * 1000 * count < OUTLYING * all,
        };
        let (mut kept_sum, mut kept_count) = (0, 0);
        for it in ranges().filter(kept) {
            kept_sum += it;
            kept_count += 1;
        }
        Lines {
            sum: values.iter().map(|it| i128::from(it.1.0)).sum(),
            count: length(values.len()),
            range_sum: kept_sum,
            range_count: kept_count.max(1),
            still: all == 0,
        }
    }

    /// How far a value lies above the centre line, and how far the upper limit does, in one unit.
    fn measured(&self, value: Amount) -> (i128, i128) {
        let above = i128::from(value.0) * self.count - self.sum;
        (above * 1000 * self.range_count, LIMIT * self.range_sum * self.count)
    }

    fn position(&self, value: Amount) -> Position {
        let (above, limit) = self.measured(value);
        match above {
            it if it > limit => Position::AboveUpper,
            it if it < -limit => Position::BelowLower,
            it if 3 * it > 2 * limit => Position::NearUpper,
            it if 3 * it < -2 * limit => Position::NearLower,
            0 => Position::Centre,
            it if it > 0 => Position::Above,
            _ => Position::Below,
        }
    }

    fn rounded(&self) -> Limits {
        let limit = LIMIT * self.range_sum * self.count;
        let (centre, parts) =
            (self.sum * 1000 * self.range_count, 1000 * self.count * self.range_count);
        Limits {
            lower: rounded(centre - limit, parts),
            centre: rounded(self.sum, self.count),
            upper: rounded(centre + limit, parts),
            mean_range: rounded(self.range_sum, self.range_count),
        }
    }

    /// A target between the limits is met or missed by chance, one that lies on a limit too. A series
    /// that never moves has no chance in it.
    fn assurance(&self, terms: &Terms) -> Option<Assurance> {
        let target = terms.target?;
        let at = |it: Amount| self.position(it);
        let met = |it: Amount| self.still && at(it) == Position::Centre;
        let always_above = |it: Amount| at(it) == Position::BelowLower || met(it);
        let always_below = |it: Amount| at(it) == Position::AboveUpper || met(it);
        let (passing, failing) = match terms.direction {
            Direction::Up => (always_above(target), always_below(target)),
            Direction::Down => (always_below(target), always_above(target)),
            Direction::Within => {
                let high = terms.target_high.unwrap_or(target);
                let out = at(target) == Position::AboveUpper || at(high) == Position::BelowLower;
                (always_above(target) && always_below(high), out)
            }
        };
        Some(match (passing, failing) {
            (true, _) => Assurance::Passing,
            (_, true) => Assurance::Failing,
            _ => Assurance::HitOrMiss,
        })
    }
}

fn length(n: usize) -> i128 {
    i128::try_from(n).unwrap_or(i128::MAX)
}

/// A fraction of millionths as an amount, halves away from zero; what is too large stays the largest.
fn rounded(part: i128, whole: i128) -> Amount {
    let size = (2 * part.abs() + whole) / (2 * whole) * part.signum();
    Amount(i64::try_from(size).unwrap_or(if size < 0 { i64::MIN } else { i64::MAX }))
}

/// The side on which all seven of a run lie.
pub(crate) fn shift(run: &[Position]) -> Option<Side> {
    let side = run[0].side()?;
    run.iter().all(|it| it.side() == Some(side)).then_some(side)
}

/// The limit that two of three lie near, if all three are on that side.
pub(crate) fn near_limit(three: &[Position]) -> Option<Side> {
    shift(three).filter(|_| three.iter().filter(|it| it.is_near()).count() >= 2)
}

/// Which way all seven of a run go.
pub(crate) fn trend(run: &[Amount]) -> Option<Side> {
    let all = |way: fn(&Amount, &Amount) -> bool| run.windows(2).all(|it| way(&it[0], &it[1]));
    match (all(|a, b| a < b), all(|a, b| a > b)) {
        (true, _) => Some(Side::High),
        (_, true) => Some(Side::Low),
        _ => None,
    }
}

/// What each point is part of; of two rules the weightier one, which is looked for later.
fn special(values: &[(Date, Amount)], positions: &[Position]) -> Vec<Option<(Rule, Side)>> {
    let mut found = vec![None; positions.len()];
    for (n, run) in positions.windows(RUN).enumerate() {
        if let Some(side) = shift(run) {
            found[n..n + RUN].fill(Some((Rule::Shift, side)));
        }
    }
    for (n, three) in positions.windows(3).enumerate() {
        if let Some(side) = near_limit(three) {
            for n in (n..n + 3).filter(|it| positions[*it].is_near()) {
                found[n] = Some((Rule::NearLimit, side));
            }
        }
    }
    let amounts: Vec<Amount> = values.iter().map(|it| it.1).collect();
    for (n, run) in amounts.windows(RUN).enumerate() {
        if let Some(side) = trend(run) {
            found[n..n + RUN].fill(Some((Rule::Trend, side)));
        }
    }
    for (at, found) in positions.iter().zip(&mut found) {
        match at {
            Position::AboveUpper => *found = Some((Rule::OutsideLimits, Side::High)),
            Position::BelowLower => *found = Some((Rule::OutsideLimits, Side::Low)),
            _ => (),
        }
    }
    found
}
