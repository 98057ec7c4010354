//! Indicators: what is measured, in what unit, which way is good, against what target, how often.

use jiff::{ToSpan, civil::Date};

use crate::{
    Amount, Named, Records, Shape, Text, day,
    field::{choice, record},
    id::IndicatorId,
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

record! {
    /// Something that is measured.
    Indicator(IndicatorId) {
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
        if let (Some(low), Some(high)) = (*row.target.near(on), *row.target_high.near(on))
            && high < low
        {
            let reference = id.unwrap_or(records.indicators.next_id()).into();
            let of = Named { reference, name: Some(row.name.near(on).clone()) };
            return Err(Refusal::RangeReversed { of, low, high, on }.into());
        }
    }
    Ok(())
}
