//! Statuses: four words, each with a confidence, computed and never typed.
//!
//! A status is of a day. Sums are whole numbers, so that a replay gives the same bits.

pub mod overrides;

use jiff::civil::Date;

use crate::{
    Amount, Records,
    action::Action,
    id::IndicatorId,
    indicator::{Direction, GRACE_DAYS, Indicator, breakdown},
    initiative::Initiative,
    measurement::Series,
    variation::{self, Assurance, Cause, Meaning},
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
    /// What would be the word, where somebody overrides it.
    pub computed: Option<Word>,
}

/// Full confidence.
pub const SURE: u16 = 1000;
/// Below this confidence nothing is green: what was on track has no signal.
pub const GREY_BELOW: u16 = 500;
/// How far off target is still at risk when an indicator names no tolerance, in thousandths.
const TOLERANCE: i64 = 50;

impl Standing {
    pub const UNKNOWN: Standing = Standing::is(Word::NoSignal, 0);

    pub const fn is(word: Word, confidence: u16) -> Standing {
        Standing { word, confidence, computed: None }
    }

    /// The word, and what it would be where it is overridden: `on track, by override (computed: off track)`.
    pub fn says(self) -> String {
        match self.computed {
            None => self.word.word().to_owned(),
            Some(it) => format!("{}, by override (computed: {})", self.word.word(), it.word()),
        }
    }

    pub fn sure(word: Word) -> Standing {
        Standing::is(word, SURE)
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
        grey(Standing::is(word, confidence))
    }
}

fn grey(it: Standing) -> Standing {
    let silent = it.word == Word::OnTrack && it.confidence < GREY_BELOW;
    Standing { word: if silent { Word::NoSignal } else { it.word }, ..it }
}

/// How a value stands against the target of its day. No target: no signal.
pub fn against_target(row: &Indicator, on: Date, value: Amount) -> Word {
    let Some(target) = row.target_on(on) else { return Word::NoSignal };
    let high = row.target_high_on(on).unwrap_or(target);
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

/// The last day on which the figure after that for `on` is not late: the day of its release, where that
/// is known.
pub fn due_after(row: &Indicator, series: &Series, on: Date) -> Date {
    series.next_release(on).unwrap_or_else(|| due_by(row, on))
}

/// Full until `due`, the last day on which the figure after that for `on` is not late, then falling in a
/// straight line to none over two cadences.
pub fn confidence(row: &Indicator, on: Date, due: Date, date: Date) -> u16 {
    let late = days_between(due, date);
    let span = 2 * i64::from(row.cadence.near(on).days());
    let left = (span - late).clamp(0, span);
    u16::try_from(i64::from(SURE) * left / span).unwrap_or(SURE)
}

/// Days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// An indicator on a day, as it is computed: its latest measurement against its target, held back by what
/// its chart says, fading when it is late or lacks parts.
pub fn of_indicator(records: &Records, id: IndicatorId, date: Date) -> Standing {
    let Some(row) = records.indicators.get(id).filter(|it| it.live.is(date)) else {
        return Standing::UNKNOWN;
    };
    let series = records.figures(id);
    let counted = series.counted(date);
    let Some((on, value)) = counted.last().copied() else {
        return Standing::UNKNOWN;
    };
    let due = due_after(row, &series, on);
    let confidence = confidence(row, on, due, date);
    let confidence = match breakdown::rolled(records, id, on) {
        Some(it) if it.have < it.of => part_of(confidence, it.have, it.of),
        _ => confidence,
    };
    if confidence < GREY_BELOW {
        return Standing::is(Word::NoSignal, confidence);
    }
    // One from which there is no value yet parts nothing.
    let newest = series.until(date).last().map_or(on, |it| it.0);
    let since = series.rebases(newest).next_back().map_or(Date::MIN, |it| it.0);
    let phase = &counted[counted.partition_point(|it| it.0 < since)..];
    let (variation, assurance) = variation::newest(phase, &variation::Terms::of(row, date));
    let word = held_back(against_target(row, on, value), variation, assurance);
    Standing::is(word, confidence)
}

fn part_of(it: u16, have: usize, of: usize) -> u16 {
    u16::try_from(usize::from(it) * have / of.max(1)).unwrap_or(it)
}

/// What is met, or has no target, is at risk when its chart says that it is getting worse; what is met
/// also when the target lies where the process can be expected to miss it.
pub fn held_back(word: Word, variation: Option<Cause>, assurance: Option<Assurance>) -> Word {
    let worse = matches!(variation, Some(Cause::Special { meaning: Meaning::Concerning, .. }));
    match word {
        Word::OnTrack | Word::NoSignal if worse => Word::AtRisk,
        Word::OnTrack if assurance == Some(Assurance::Failing) => Word::AtRisk,
        it => it,
    }
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
