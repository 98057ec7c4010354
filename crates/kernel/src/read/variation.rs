//! An indicator on its XmR chart, as at the view's date.

use jiff::civil::Date;

use crate::{id::IndicatorId, read::view::View, variation};

/// Every value up to the view's date, judged by the target and the direction of good of that date.
/// None if there is no such indicator.
pub fn variation(view: &View<'_>, id: IndicatorId) -> Option<variation::Xmr> {
    let row = view.records().indicators.get(id)?;
    let terms = variation::Terms {
        direction: *row.direction.near(view.on()),
        target: *row.target.near(view.on()),
        target_high: *row.target_high.near(view.on()),
        ranges: variation::Ranges::Screened,
    };
    let series = view.records().series(id);
    let rebases: Vec<Date> = series.rebases(view.on()).map(|it| it.0).collect();
    let excluded = |on| series.excluded(on).is_some();
    Some(variation::chart(series.until(view.on()), &rebases, &excluded, &terms))
}
