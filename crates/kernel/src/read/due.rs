//! Figures that are due: which period an indicator has to be measured for next, and until when.

use jiff::civil::Date;

use crate::{Amount, id::IndicatorId, read::view::View, status};

/// The next figure of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub indicator: IndicatorId,
    /// The last day of the period it is about.
    pub period: Date,
    /// The last day on which it is not late.
    pub due_by: Date,
    /// The value before it, with its own period.
    pub last: Option<(Date, Amount)>,
}

impl Figure {
    /// Whether its period is over on `date`, so that it can be known.
    pub fn is_due(&self, date: Date) -> bool {
        self.period < date
    }

    pub fn is_late(&self, date: Date) -> bool {
        self.due_by < date
    }
}

/// The next figure of an indicator: after the last one or, without any, for the newest period that
/// is over. None if there is no such indicator or it does not stand.
pub fn next(view: &View<'_>, id: IndicatorId) -> Option<Figure> {
    let row = view.records().indicators.get(id).filter(|it| it.live.is(view.on()))?;
    let series = view.records().figures(id);
    let last = series.until(view.on()).last().copied();
    let (period, due_by) = match last {
        Some((on, _)) => (row.cadence.near(on).next(on), status::due_after(row, &series, on)),
        None => {
            let period = row.cadence.near(view.on()).ended_before(view.on());
            (period, status::due_for(row, period))
        }
    };
    Some(Figure { indicator: id, period, due_by, last })
}

/// Every figure whose period is over, the one due first first.
pub fn figures(view: &View<'_>) -> Vec<Figure> {
    let all = view.records().indicators.ids().filter_map(|it| next(view, it));
    // What is worked out is entered nowhere.
    let entered = |it: &Figure| {
        let row = view.records().indicators.get(it.indicator);
        row.is_some_and(|row| !row.is_rolled_up(it.period))
    };
    let mut due: Vec<Figure> = all.filter(|it| it.is_due(view.on()) && entered(it)).collect();
    due.sort_by_key(|it| (it.due_by, it.indicator));
    due
}
