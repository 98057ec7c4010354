//! Statuses: four words, each with a confidence, computed and never typed.
//!
//! A status is of a day. Sums are whole numbers, so that a replay gives the same bits.

use jiff::civil::Date;

use crate::{
    Amount, Records,
    action::Action,
    id::IndicatorId,
    indicator::{Direction, GRACE_DAYS, Indicator},
    initiative::Initiative,
};

/// How something stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    OnTrack,
    /// Nobody knows. Outweighs *on track*, because silence is not green.
    #[default]
    NoSignal,
    AtRisk,
    OffTrack,
}

impl Word {
    pub const ALL: [Word; 4] = [Word::OnTrack, Word::NoSignal, Word::AtRisk, Word::OffTrack];

    pub fn word(self) -> &'static str {
        match self {
            Word::OnTrack => "on track",
            Word::NoSignal => "no signal",
            Word::AtRisk => "at risk",
            Word::OffTrack => "off track",
        }
    }
}

/// A status with its confidence in thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub word: Word,
    pub confidence: u16,
}

/// Full confidence.
pub const SURE: u16 = 1000;
/// Below this confidence nothing is green: what was on track has no signal.
pub const GREY_BELOW: u16 = 500;
/// How far off target is still at risk when an indicator names no tolerance, in thousandths.
const TOLERANCE: i64 = 50;

impl Standing {
    pub const UNKNOWN: Standing = Standing { word: Word::NoSignal, confidence: 0 };

    pub fn sure(word: Word) -> Standing {
        Standing { word, confidence: SURE }
    }
}

/// What stands beneath something: how many of each status, and their confidence by weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    words: [u32; 4],
    weight: u64,
    confidence: u64,
}

impl Tally {
    pub fn add(&mut self, it: Standing, weight: u32) {
        if weight > 0 {
            self.words[it.word as usize] += 1;
            self.weight += u64::from(weight);
            self.confidence += u64::from(weight) * u64::from(it.confidence);
        }
    }

    pub fn remove(&mut self, it: Standing, weight: u32) {
        if weight > 0 {
            self.words[it.word as usize] -= 1;
            self.weight -= u64::from(weight);
            self.confidence -= u64::from(weight) * u64::from(it.confidence);
        }
    }

    pub fn count(&self, word: Word) -> u32 {
        self.words[word as usize]
    }

    /// The worst of what is beneath; confidence is the weighted mean. Nothing beneath: no signal.
    pub fn standing(&self) -> Standing {
        let worst = Word::ALL.into_iter().rev().find(|it| self.words[*it as usize] > 0);
        let Some(word) = worst else { return Standing::UNKNOWN };
        let mean = self.confidence / self.weight.max(1);
        let confidence = u16::try_from(mean).unwrap_or(SURE);
        grey(Standing { word, confidence })
    }
}

fn grey(it: Standing) -> Standing {
    let silent = it.word == Word::OnTrack && it.confidence < GREY_BELOW;
    Standing { word: if silent { Word::NoSignal } else { it.word }, ..it }
}

/// How a value stands against the target of its day. No target: no signal.
pub fn against_target(row: &Indicator, on: Date, value: Amount) -> Word {
    let Some(target) = *row.target.near(on) else { return Word::NoSignal };
    let high = row.target_high.near(on).unwrap_or(target);
    let miss = match row.direction.near(on) {
        Direction::Up => target.0.saturating_sub(value.0),
        Direction::Down => value.0.saturating_sub(target.0),
        Direction::Within => target.0.saturating_sub(value.0).max(value.0.saturating_sub(high.0)),
    };
    let tolerance = row.tolerance.near(on).unwrap_or_else(|| tolerance_of(target));
    match miss {
        ..=0 => Word::OnTrack,
        it if it <= tolerance.0 => Word::AtRisk,
        _ => Word::OffTrack,
    }
}

/// The tolerance of an indicator that names none: 5 per cent of its target.
pub fn tolerance_of(target: Amount) -> Amount {
    Amount(target.0.saturating_abs()).per_mille(TOLERANCE)
}

/// The last day on which a figure for the period after `on` is not late.
pub fn due_by(row: &Indicator, on: Date) -> Date {
    let days = row.cadence.near(on).days() + i32::from(row.grace.near(on).unwrap_or(GRACE_DAYS));
    on.saturating_add(jiff::Span::new().days(days))
}

/// The last day on which the figure for the period that ends on `on` is not late.
pub fn due_for(row: &Indicator, on: Date) -> Date {
    let grace = i32::from(row.grace.near(on).unwrap_or(GRACE_DAYS));
    on.saturating_add(jiff::Span::new().days(grace))
}

/// Full until the next figure is due, then falling in a straight line to none over two cadences.
pub fn confidence(row: &Indicator, on: Date, date: Date) -> u16 {
    let late = days_between(due_by(row, on), date);
    let span = 2 * i64::from(row.cadence.near(on).days());
    let left = (span - late).clamp(0, span);
    u16::try_from(i64::from(SURE) * left / span).unwrap_or(SURE)
}

/// Days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// An indicator on a day: its latest measurement against its target, fading when it is late.
pub fn of_indicator(records: &Records, id: IndicatorId, date: Date) -> Standing {
    let Some(row) = records.indicators.get(id).filter(|it| it.live.is(date)) else {
        return Standing::UNKNOWN;
    };
    let Some((on, value)) = records.series(id).counted(date).last().copied() else {
        return Standing::UNKNOWN;
    };
    let confidence = confidence(row, on, date);
    if confidence < GREY_BELOW {
        return Standing { word: Word::NoSignal, confidence };
    }
    Standing { word: against_target(row, on, value), confidence }
}

/// An action on a day: done, in time, or overdue. Without a due date nobody can tell.
pub fn of_action(row: &Action, date: Date) -> Standing {
    work(row.live.is(date), *row.done.near(date), *row.due.near(date), date)
        .unwrap_or(Standing::UNKNOWN)
}

/// An initiative on a day: done or overdue by its own date, else the worst of its actions.
pub fn of_initiative(row: &Initiative, actions: &Tally, date: Date) -> Standing {
    match work(row.live.is(date), *row.done.near(date), *row.due.near(date), date) {
        Some(it) if it.word == Word::OffTrack || *row.done.near(date) => it,
        Some(in_time) if actions.weight == 0 => in_time,
        _ => actions.standing(),
    }
}

fn work(live: bool, done: bool, due: Option<Date>, date: Date) -> Option<Standing> {
    match (live, done, due) {
        (false, ..) => None,
        (_, true, _) => Some(Standing::sure(Word::OnTrack)),
        (_, _, Some(due)) if due < date => Some(Standing::sure(Word::OffTrack)),
        (_, _, Some(_)) => Some(Standing::sure(Word::OnTrack)),
        (_, _, None) => None,
    }
}
