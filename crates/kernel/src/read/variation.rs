//! An indicator on its XmR chart, as at the view's date.

use jiff::civil::Date;

use crate::{id::IndicatorId, read::view::View, variation};

/// Every value up to the view's date, judged by the target and the direction of good of that date.
/// None if there is no such indicator.
pub fn variation(view: &View<'_>, id: IndicatorId) -> Option<variation::Xmr> {
    let row = view.records().indicators.get(id)?;
    let terms = variation::Terms::of(row, view.on());
    let series = view.records().figures(id);
    let rebases: Vec<Date> = series.rebases(view.on()).map(|it| it.0).collect();
    let excluded = |on| series.excluded(on).is_some();
    Some(variation::chart(series.until(view.on()), &rebases, &excluded, &terms))
}
