//! Indicators: what is measured, in what unit, which way is good, against what target, how often.

pub mod breakdown;

use jiff::{ToSpan, civil::Date};

use crate::{
    Amount, Kind, Named, Records, Shape, Text, day,
    field::{choice, record},
    id::{IndicatorId, UnitId},
    status::overrides::Overridden,
    timeline::Timeline,
};

choice! {
    /// What sort of indicator it is.
    Sort { Kpi = "KPI", Pi = "PI", Kri = "KRI", Kci = "KCI" }
}

choice! {
    /// Whether it moves before or after what it is about.
    Timing { Lagging = "lagging", Leading = "leading" }
}

choice! {
    /// Which way is good.
    Direction { Up = "higher is better", Down = "lower is better", Within = "within a range" }
}

choice! {
    /// How often a measurement is due.
    Cadence {
        Monthly = "monthly",
        Daily = "daily",
        Weekly = "weekly",
        Quarterly = "quarterly",
        Yearly = "yearly",
    }
}

choice! {
    /// How the target goes from one of its dates to the next.
    Profile { Steps = "steps", Line = "straight line", Maintain = "maintain" }
}

choice! {
    /// Where its figures come from.
    RollUp {
        Entered = "entered",
        Sum = "sum of its parts",
        Mean = "mean of its parts by denominator",
    }
}

record! {
    /// Something that is measured.
    Indicator(IndicatorId, tree part_of) {
        name: Timeline<Text>, "Name", Shape::Line, "What is measured.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How reports number it.";
        about: Timeline<Option<Text>>, "Definition", Shape::Prose, "Exactly what is counted, and from which source.";
        measure: Timeline<Option<Text>>, "Unit of measure", Shape::Line, "Per cent, days, pounds …";
        sort: Timeline<Sort>, "Sort", Shape::Choice(Sort::WORDS), "Performance (KPI, PI), risk (KRI) or control (KCI).";
        timing: Timeline<Timing>, "Timing", Shape::Choice(Timing::WORDS), "Leading indicators move first.";
        direction: Timeline<Direction>, "Direction of good", Shape::Choice(Direction::WORDS), "Which way is good.";
        /// The target as from a date: its entries are the target profile.
        target: Timeline<Option<Amount>>, "Target", Shape::Amount, "From this date on; for a range, its lower end.";
        target_high: Timeline<Option<Amount>>, "Upper end of range", Shape::Amount, "Only where good is within a range.";
        tolerance: Timeline<Option<Amount>>, "Tolerance", Shape::Amount, "How far off target is still “at risk”; 5 per cent of the target when empty.";
        cadence: Timeline<Cadence>, "Cadence", Shape::Choice(Cadence::WORDS), "How often a measurement is due.";
        grace: Timeline<Option<u16>>, "Days of grace", Shape::Whole, "Days after the end of a period until its figure is due; 31 when empty.";
        profile: Timeline<Profile>, "Target profile", Shape::Choice(Profile::WORDS), "From one dated target to the next in steps or along a straight line; or a level to maintain, which is met or not.";
        baseline: Timeline<Option<Amount>>, "Baseline", Shape::Amount, "Where it stood at the beginning: progress towards the target is counted from there.";
        source: Timeline<Option<Text>>, "Source", Shape::Line, "Who publishes or keeps the figures, and under what name.";
        part_of: Timeline<Option<IndicatorId>>, "Part of", Shape::Link(Kind::Indicator), "The indicator that it breaks down.";
        dimension: Timeline<Option<Text>>, "Broken down by", Shape::Line, "By what it is a part, in one word: ward, site, sex …";
        part: Timeline<Option<Text>>, "Which part", Shape::Line, "Which ward, which site …";
        of_unit: Timeline<Option<UnitId>>, "Part in unit", Shape::Link(Kind::Unit), "The unit whose part it is, where it is broken down by unit.";
        roll_up: Timeline<RollUp>, "Figures", Shape::Choice(RollUp::WORDS), "Entered, or worked out from its parts: their sum for counts, their mean by denominator for rates.";
        roll_up_by: Timeline<Option<Text>>, "Rolled up by", Shape::Line, "The dimension whose parts make its figures; needed where its parts are of several.";
        override_word: Timeline<Overridden>, "Overridden as", Shape::Choice(Overridden::WORDS), "How it stands, whatever is computed; only with a reason and a last day.";
        override_reason: Timeline<Option<Text>>, "Why overridden", Shape::Line, "Shown wherever the override is.";
        override_until: Timeline<Option<Date>>, "Overridden until", Shape::Day, "The last day; half a year ahead at the most.";
    }
}

/// Days of grace when an indicator names none.
pub const GRACE_DAYS: u16 = 31;

impl Cadence {
    /// Days between two measurements, at the most.
    pub fn days(self) -> i32 {
        match self {
            Cadence::Daily => 1,
            Cadence::Weekly => 7,
            Cadence::Monthly => 31,
            Cadence::Quarterly => 92,
            Cadence::Yearly => 366,
        }
    }
}

/// Periods. A figure is dated by the last day of the period it is about; months, quarters and years
/// that end with a month do so however long the month is.
impl Cadence {
    /// The last day of the period after the one that ends on `end`.
    pub fn next(self, end: Date) -> Date {
        self.moved(end, 1)
    }

    /// The first day of the period that ends on `end`.
    pub fn first_day(self, end: Date) -> Date {
        self.moved(end, -1).saturating_add(1.day())
    }

    /// The last day of the newest period of the calendar that ended before `date`.
    pub fn ended_before(self, date: Date) -> Date {
        let back = |days: i8| date.saturating_sub(i64::from(days).days());
        let month = match self {
            Cadence::Daily => return back(1),
            Cadence::Weekly => return back(date.weekday().to_monday_one_offset()),
            Cadence::Monthly => date.month(),
            Cadence::Quarterly => (date.month() - 1) / 3 * 3 + 1,
            Cadence::Yearly => 1,
        };
        Date::new(date.year(), month, 1).unwrap_or(date).saturating_sub(1.day())
    }

    fn moved(self, end: Date, periods: i64) -> Date {
        let months = match self {
            Cadence::Daily => return end.saturating_add(periods.days()),
            Cadence::Weekly => return end.saturating_add((7 * periods).days()),
            Cadence::Monthly => 1,
            Cadence::Quarterly => 3,
            Cadence::Yearly => 12,
        };
        let there = end.saturating_add((months * periods).months());
        if end == end.last_of_month() { there.last_of_month() } else { there }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The range of {of} ends at {high} on {}, which lies below its beginning, {low}.", day(*.on))]
    RangeReversed { of: Named, low: Amount, high: Amount, on: Date },
    #[error("A tolerance cannot be negative: {0}.")]
    NegativeTolerance(Amount),
    #[error(
        "Say which part of {whole} {of} is from {} on: by what it is broken down and which part, or in which unit.", day(*.on)
    )]
    WhichPart { of: Named, whole: Named, on: Date },
    #[error(
        "{of} has a value for {} that was entered, so its figures cannot be worked out from there. Withdraw the values, or let it roll up from a later day on.", day(*.on)
    )]
    EnteredAlready { of: Named, on: Date },
    #[error(
        "The parts of {whole} are of several dimensions ({by}), and adding them all would count things twice. Name one in “Rolled up by”."
    )]
    SeveralDimensions { whole: Named, by: String },
    #[error(
        "{whole} has {} parts already; an indicator has at most that many.",
        breakdown::PARTS_MAX
    )]
    TooManyParts { whole: Named },
    #[error(transparent)]
    Override(#[from] crate::status::overrides::Refusal),
}

/// Targets, and what has been reached of them.
impl Indicator {
    /// What is aimed at on a day; for a range, its lower end.
    pub fn target_on(&self, on: Date) -> Option<Amount> {
        self.along(&self.target, on)
    }

    pub fn target_high_on(&self, on: Date) -> Option<Amount> {
        self.along(&self.target_high, on)
    }

    fn along(&self, of: &Timeline<Option<Amount>>, on: Date) -> Option<Amount> {
        let now = (*of.near(on))?;
        let next = of.entries().find(|it| it.0 > on);
        let before = of.entries().rfind(|it| it.0 <= on);
        match (before, next) {
            (Some((from, _)), Some((to, Some(then))))
                if *self.profile.near(on) == Profile::Line =>
            {
                let days = |a: Date, b: Date| i128::from((b - a).get_days());
                let whole = days(*from, *to);
                let way = (i128::from(then.0) - i128::from(now.0)) * days(*from, on);
                let way = (2 * way.abs() + whole) / (2 * whole) * way.signum();
                Some(Amount(i64::try_from(i128::from(now.0) + way).unwrap_or(now.0)))
            }
            _ => Some(now),
        }
    }

    /// A target as it is shown beside `values`: between two dated ones it has one decimal more than those, and than its
    /// dated targets.
    pub fn shown_target(&self, target: Amount, values: impl IntoIterator<Item = Amount>) -> Amount {
        let dated = self.target.entries().chain(self.target_high.entries()).filter_map(|it| it.1);
        let most = values.into_iter().chain(dated).map(Amount::decimals).max().unwrap_or(0);
        target.rounded(most + 1)
    }

    /// Whether a value meets the target of a day; none without a target.
    pub fn meets(&self, on: Date, value: Amount) -> Option<bool> {
        let target = self.target_on(on)?;
        let high = self.target_high_on(on).unwrap_or(target);
        Some(match self.direction.near(on) {
            Direction::Up => value >= target,
            Direction::Down => value <= target,
            Direction::Within => (target..=high).contains(&value),
        })
    }

    /// How much of the way from the baseline to the target of a day a value has come: 1 is all of it. A
    /// level to maintain, and a range, are met or not. None without a target, or a baseline to come from.
    pub fn progress(&self, on: Date, value: Amount) -> Option<Amount> {
        let met = Amount::whole(i32::from(self.meets(on, value)?));
        let within = *self.direction.near(on) == Direction::Within;
        if within || *self.profile.near(on) == Profile::Maintain {
            return Some(met);
        }
        let (target, from) = (self.target_on(on)?, (*self.baseline.near(on))?);
        let (way, whole) = (
            (i128::from(value.0) - i128::from(from.0)) * i128::from(Amount::whole(1).0),
            i128::from(target.0) - i128::from(from.0),
        );
        if whole == 0 {
            return Some(met);
        }
        let size = (2 * way.abs() + whole.abs()) / (2 * whole.abs());
        let part = size * way.signum() * whole.signum();
        Some(Amount(i64::try_from(part).unwrap_or(if part < 0 { i64::MIN } else { i64::MAX })))
    }
}

fn check(
    records: &Records,
    id: Option<IndicatorId>,
    row: &Indicator,
) -> Result<(), crate::Refusal> {
    if let Some(it) = row.tolerance.entries().filter_map(|it| it.1).find(|it| it.0 < 0) {
        return Err(Refusal::NegativeTolerance(it).into());
    }
    let dates = row.target.entries().chain(row.target_high.entries()).map(|it| it.0);
    for on in dates {
        if let (Some(low), Some(high)) = (row.target_on(on), row.target_high_on(on))
            && high < low
        {
            let reference = id.unwrap_or(records.indicators.next_id()).into();
            let of = Named { reference, name: Some(row.name.near(on).clone()) };
            return Err(Refusal::RangeReversed { of, low, high, on }.into());
        }
    }
    let named = || {
        let reference = id.unwrap_or(records.indicators.next_id()).into();
        Named { reference, name: Some(row.name.near(Date::MAX).clone()) }
    };
    row.overriding().check(&named).map_err(Refusal::from)?;
    breakdown::check(records, id, row)?;
    Ok(())
}
