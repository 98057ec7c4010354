//! Forecasts: where a series goes if it goes on as it did, as a range; and when it crosses its target.
//!
//! The forecast is the mean of two simple ones: that nothing changes (*naive*), and whichever of a few
//! published methods has been least wrong on this series so far. Sources: V. Assimakopoulos, K.
//! Nikolopoulos, “The theta model” (2000), as R. J. Hyndman and B. Billah, “Unmasking the Theta method”
//! (2003) simplify it: exponential smoothing with half the slope; P. R. Winters (1960) for additive
//! seasons; R. T. Clemen, “Combining forecasts” (1989) for the mean. The range holds as many of the
//! past errors at that distance as it is to hold (split conformal prediction: V. Vovk, A. Gammerman,
//! G. Shafer, “Algorithmic Learning in a Random World”, 2005).
//!
//! What is always true: every error counted was made with the values before it alone. A series is
//! first measured from its first value in parts of its own spread, then everything is whole numbers:
//! the same values give the same bits, and another unit, another zero or the mirrored scale give the
//! same forecast in that unit. Where the past of the series itself does not show that this beats
//! *naive*, there is silence.

pub mod backtest;

use jiff::civil::Date;

use crate::{
    Amount,
    indicator::{Cadence, Direction},
};

/// With fewer values without a gap there is no forecast.
pub const POINTS_MIN: usize = 12;
/// The newest values that are looked at: four years of weeks.
pub const POINTS_MAX: usize = 208;
/// Of a hundred futures, how many the range is to hold.
pub const HELD_PER_CENT: usize = 80;

/// Error on the past of the series, in thousandths of that of *naive*, up to which there is a forecast:
/// a twentieth less, because a smaller gain on one series is as often chance.
pub const ERROR_MAX: u32 = 950;

/// The spread of a series in its own parts.
const SPREAD: i64 = 1 << 40;
/// Smoothing, in eighths: how much of a new error the level takes on.
const SMOOTHINGS: [i64; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const SEASONAL_SMOOTHINGS: [i64; 3] = [1, 2, 4];
/// How much of what the level leaves the season takes on: a quarter.
const SEASON_PART: i64 = 4;
/// Values before the first forecast whose error counts.
const WARMING_UP: usize = 3;
/// Values after the first season before a seasonal method can be chosen.
const SEASONS_TRIED: usize = 6;
/// A forecast reaches as far ahead as a third of its past.
const PAST_PER_PERIOD: usize = 3;

/// What a series is expected to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The next periods, the nearest first; never empty.
    pub ahead: Vec<Ahead>,
    pub method: Method,
    /// The values that it was made from.
    pub used: usize,
    /// Its error on the past of the series, in thousandths of that of *naive*; at most [`ERROR_MAX`].
    pub error: u32,
}

/// One period ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// The last day of the period.
    pub on: Date,
    pub low: Amount,
    pub likely: Amount,
    pub high: Amount,
}

/// What is averaged with *naive*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Smoothing,
    Theta,
    SeasonalNaive,
    Seasonal,
    SeasonalTheta,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    #[error("{}; {POINTS_MIN} without a gap are needed to look ahead", values(*.0))]
    TooFew(usize),
    #[error(
        "{} since the last gap, before {}; {POINTS_MIN} without a gap are needed to look ahead",
        values(*.have),
        crate::day(*.first)
    )]
    Irregular { have: usize, first: Date },
    #[error("the values never moved")]
    Still,
    #[error("on these figures so far, looking ahead was no better than expecting no change")]
    NoSkill,
    #[error("the newest value is that of {}, and the next one is late", crate::day(*.0))]
    Late(Date),
}

fn values(n: usize) -> String {
    if n == 1 { "1 value".into() } else { format!("{n} values") }
}

/// What is good: from, to; open where there is no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Good {
    pub from: Option<Amount>,
    pub to: Option<Amount>,
}

/// When a series changes from meeting its target to missing it, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// Whether the newest value meets the target of its day.
    pub meets: bool,
    /// The first period in which it is within the range that it has changed.
    pub earliest: Option<Date>,
    /// The first in which it is expected to have.
    pub likely: Option<Date>,
    /// The first in which the whole range has.
    pub latest: Option<Date>,
}

impl Crossing {
    /// Whether a target that is met is expected to be missed.
    pub fn warns(self) -> bool {
        self.meets && self.likely.is_some()
    }
}

impl Method {
    const ALL: [Method; 5] = [
        Method::Smoothing,
        Method::Theta,
        Method::SeasonalNaive,
        Method::Seasonal,
        Method::SeasonalTheta,
    ];
    /// Those that need no season.
    const PLAIN: usize = 2;

    pub fn words(self) -> &'static str {
        match self {
            Method::Smoothing => "exponential smoothing",
            Method::Theta => "exponential smoothing with half the slope (Theta)",
            Method::SeasonalNaive => "the same period a season before",
            Method::Seasonal => "seasonal smoothing",
            Method::SeasonalTheta => "seasonal smoothing with half the slope",
        }
    }
}

impl Good {
    pub fn of(direction: Direction, target: Amount, high: Option<Amount>) -> Good {
        match direction {
            Direction::Up => Good { from: Some(target), to: None },
            Direction::Down => Good { from: None, to: Some(target) },
            Direction::Within => Good { from: Some(target), to: Some(high.unwrap_or(target)) },
        }
    }

    pub fn holds(self, it: Amount) -> bool {
        self.holds_all(it, it)
    }

    fn holds_all(self, low: Amount, high: Amount) -> bool {
        self.from.is_none_or(|it| low >= it) && self.to.is_none_or(|it| high <= it)
    }

    fn holds_some(self, low: Amount, high: Amount) -> bool {
        self.from.is_none_or(|it| high >= it) && self.to.is_none_or(|it| low <= it)
    }
}

/// Periods ahead, at the most, and periods in a season; 1: none.
fn reach(cadence: Cadence) -> (usize, usize) {
    match cadence {
        Cadence::Daily => (14, 7),
        Cadence::Weekly => (13, 52),
        Cadence::Monthly => (12, 12),
        Cadence::Quarterly => (4, 4),
        Cadence::Yearly => (3, 1),
    }
}

/// What `values`, oldest first, are expected to do.
pub fn forecast(values: &[(Date, Amount)], cadence: Cadence) -> Result<Forecast, Silence> {
    let run = unbroken(values, cadence);
    if run.len() < POINTS_MIN {
        return Err(match run.first() {
            Some((first, _)) if run.len() < values.len() => {
                Silence::Irregular { have: run.len(), first: *first }
            }
            _ => Silence::TooFew(run.len()),
        });
    }
    let run = &run[run.len().saturating_sub(POINTS_MAX)..];
    let measured = Measured::of(run).ok_or(Silence::Still)?;
    let (most, season) = reach(cadence);
    let past = Past::of(&measured.parts, most.min(run.len() / PAST_PER_PERIOD), season);
    if 1000 * i128::from(past.error) > i128::from(ERROR_MAX) * i128::from(past.naive_error) {
        return Err(Silence::NoSkill);
    }
    let mut on = run[run.len() - 1].0;
    let ahead = past.ahead.iter().map(|(likely, width)| {
        on = cadence.next(on);
        let [low, likely, high] =
            [likely - width, *likely, likely + width].map(|it| measured.amount(it));
        Ahead { on, low, likely, high }
    });
    let ahead: Vec<Ahead> = ahead.collect();
    let error = i128::from(past.error) * 1000 / i128::from(past.naive_error).max(1);
    let error = u32::try_from(error).unwrap_or(u32::MAX);
    Ok(Forecast { ahead, method: past.method, used: run.len(), error })
}

/// When a series whose newest value is `last` crosses what is good in each period, if it can be told.
pub fn crossing(
    last: (Date, Amount),
    ahead: &[Ahead],
    good: impl Fn(Date) -> Option<Good>,
) -> Option<Crossing> {
    let meets = good(last.0)?.holds(last.1);
    let first = |changed: &dyn Fn(Good, &Ahead) -> bool| {
        ahead.iter().find(|it| good(it.on).is_some_and(|good| changed(good, it))).map(|it| it.on)
    };
    let some_outside = |good: Good, it: &Ahead| !good.holds_all(it.low, it.high);
    let all_outside = |good: Good, it: &Ahead| !good.holds_some(it.low, it.high);
    let (earliest, latest) = match meets {
        true => (first(&some_outside), first(&all_outside)),
        false => {
            (first(&|good, it| !all_outside(good, it)), first(&|good, it| !some_outside(good, it)))
        }
    };
    let likely = first(&|good, it| good.holds(it.likely) != meets);
    Some(Crossing { meets, earliest, likely, latest })
}

/// The newest values that follow each other at about their cadence.
fn unbroken(values: &[(Date, Amount)], cadence: Cadence) -> &[(Date, Amount)] {
    let broken = (1..values.len()).rev().find(|it| !regular(&values[it - 1..=*it], cadence));
    &values[broken.unwrap_or(0)..]
}

/// Whether the second of two values is about the period after the first.
fn regular(pair: &[(Date, Amount)], cadence: Cadence) -> bool {
    let (days, period) = ((pair[1].0 - pair[0].0).get_days(), cadence.days());
    2 * days > period && 2 * days < 3 * period
}

/// A series in parts of its own spread, from its first value.
struct Measured {
    parts: Vec<i64>,
    first: i128,
    spread: i128,
}

impl Measured {
    /// None if it never moves.
    fn of(values: &[(Date, Amount)]) -> Option<Measured> {
        let all = || values.iter().map(|it| i128::from(it.1.0));
        let (first, spread) = (all().next()?, all().max()? - all().min()?);
        let part = |it: i128| narrow(divided((it - first) * i128::from(SPREAD), spread));
        (spread > 0).then(|| Measured { parts: all().map(part).collect(), first, spread })
    }

    fn amount(&self, parts: i64) -> Amount {
        let off = divided(i128::from(parts) * self.spread, i128::from(SPREAD));
        let there = self.first + off;
        Amount(there.clamp(i64::MIN.into(), i64::MAX.into()).try_into().unwrap_or(i64::MAX))
    }
}

/// A quotient, halves away from zero: so that up and down are alike.
fn divided(part: i128, whole: i128) -> i128 {
    (2 * part.abs() + whole) / (2 * whole) * part.signum()
}

fn narrow(it: i128) -> i64 {
    i64::try_from(it).unwrap_or(if it < 0 { i64::MIN } else { i64::MAX })
}

/// `of` times `part` over `whole`, halves away from zero.
fn share(of: i64, part: i64, whole: i64) -> i64 {
    (2 * of.abs() * part + whole) / (2 * whole) * of.signum()
}

/// What walking through a series once has found: each forecast was made before the value it is held
/// against was looked at.
struct Past {
    method: Method,
    /// For each period ahead the likely value and how far from it the range reaches.
    ahead: Vec<(i64, i64)>,
    error: i64,
    naive_error: i64,
}

/// The levels that are kept up as values come.
struct Walk {
    season: usize,
    levels: [(i64, i64); 8],
    seasonal: [(i64, i64); 3],
    seasons: [Vec<i64>; 3],
    /// Sums for the slope: of values, and of values times their number.
    sums: (i128, i128),
}

/// Forecasts of each method, for each period ahead.
type Told = [Vec<i64>; 5];

impl Past {
    fn of(parts: &[i64], most: usize, season: usize) -> Past {
        let mut walk = Walk::new(parts[0], season);
        let (mut errors, mut seasonal_errors) = ([0_i64; 5], [0_i64; 5]);
        let (mut error, mut naive_error) = (0, 0);
        let mut told: Vec<Told> = Vec::with_capacity(parts.len());
        let mut chosen: Vec<Vec<i64>> = Vec::with_capacity(parts.len());
        let mut missed: Vec<Vec<i64>> = vec![Vec::with_capacity(parts.len()); most];
        let mut method = Method::Smoothing;
        for (n, value) in parts.iter().enumerate() {
            for distance in 1..=most.min(n) {
                let made = n - distance;
                let off = |it: i64| (value - it).abs();
                for (at, of) in told[made].iter().enumerate() {
                    let Some(it) = of.get(distance - 1) else { continue };
                    errors[at] += off(*it);
                    if season > 1 && made + 1 >= season {
                        seasonal_errors[at] += off(*it);
                    }
                }
                if made >= WARMING_UP {
                    let it = off(chosen[made][distance - 1]);
                    missed[distance - 1].push(it);
                    error += it;
                    naive_error += off(parts[made]);
                }
            }
            walk.take(n, *value, &parts[..=n]);
            told.push(walk.tell(&parts[..=n], most));
            let seasonal = season > 1 && n >= season + SEASONS_TRIED;
            let by = if seasonal { &seasonal_errors } else { &errors };
            let of = if seasonal { Method::ALL.len() } else { Method::PLAIN };
            let best = (0..of).min_by_key(|it| by[*it]).unwrap_or(0);
            method = Method::ALL[best];
            chosen.push(told[n][best].iter().map(|it| share(it + value, 1, 2)).collect());
        }
        let mut ahead = Vec::with_capacity(most);
        let mut width = 0;
        for (likely, missed) in chosen.pop().unwrap_or_default().into_iter().zip(&mut missed) {
            missed.sort_unstable();
            // So many of the errors, and the one to come among them, are to be held.
            let nth = (HELD_PER_CENT * (missed.len() + 1)).div_ceil(100);
            let Some(it) = missed.get(nth - 1) else { break };
            width = it.max(&width).to_owned();
            ahead.push((likely, width));
        }
        Past { method, ahead, error, naive_error }
    }
}

impl Walk {
    fn new(first: i64, season: usize) -> Walk {
        let seasons = [Vec::new(), Vec::new(), Vec::new()];
        let (levels, seasonal) = ([(first, 0); 8], [(0, 0); 3]);
        Walk { season, levels, seasonal, seasons, sums: (0, 0) }
    }

    /// The next value, the `n`th from 0; `so_far` ends with it.
    fn take(&mut self, n: usize, value: i64, so_far: &[i64]) {
        for ((level, wrong), part) in self.levels.iter_mut().zip(SMOOTHINGS) {
            let off = value - *level;
            *wrong += off.abs();
            *level += share(off, part, 8);
        }
        self.sums.0 += i128::from(value);
        self.sums.1 += i128::from(value) * n as i128;
        if self.season == 1 || n + 1 < self.season {
            return;
        }
        let at = n % self.season;
        if n + 1 == self.season {
            let mean =
                narrow(divided(so_far.iter().map(|it| i128::from(*it)).sum(), n as i128 + 1));
            self.seasonal = [(mean, 0); 3];
            self.seasons.fill(so_far.iter().map(|it| it - mean).collect());
            return;
        }
        let each = self.seasonal.iter_mut().zip(&mut self.seasons).zip(SEASONAL_SMOOTHINGS);
        for (((level, wrong), season), part) in each {
            let off = value - *level - season[at];
            *wrong += off.abs();
            *level += share(off, part, 8);
            season[at] += share(off, 8 - part, 8 * SEASON_PART);
        }
    }

    /// What each method expects after `so_far`.
    fn tell(&self, so_far: &[i64], most: usize) -> Told {
        let n = so_far.len();
        let least = |them: &[(i64, i64)]| (0..them.len()).min_by_key(|it| them[*it].1).unwrap_or(0);
        let level = self.levels[least(&self.levels)].0;
        let slope = self.slope(n as i128);
        let drift = |distance: i64| share(slope * distance, 1, 2);
        let each = |of: &dyn Fn(usize) -> i64| (1..=most).map(of).collect::<Vec<i64>>();
        let [smoothing, theta] =
            [each(&|_| level), each(&|it| level + drift(i64::try_from(it).unwrap_or(0)))];
        if self.season == 1 || n < self.season {
            return [smoothing, theta, Vec::new(), Vec::new(), Vec::new()];
        }
        let best = least(&self.seasonal);
        let (level, season) = (self.seasonal[best].0, &self.seasons[best]);
        let there = |it: usize| level + season[(n - 1 + it) % self.season];
        let before = |it: usize| so_far[n - 1 + it - self.season * it.div_ceil(self.season)];
        let drifting = |it: usize| there(it) + drift(i64::try_from(it).unwrap_or(0));
        [smoothing, theta, each(&before), each(&there), each(&drifting)]
    }

    /// Of the straight line through all values so far, by least squares.
    fn slope(&self, n: i128) -> i64 {
        let (numbers, squares) = (n * (n - 1) / 2, (n - 1) * n * (2 * n - 1) / 6);
        let whole = n * squares - numbers * numbers;
        if whole == 0 { 0 } else { narrow(divided(n * self.sums.1 - numbers * self.sums.0, whole)) }
    }
}
