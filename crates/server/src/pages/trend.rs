//! The trend of an indicator: its newest values as a line within a line of text.

use kernel::{
    Kind, Ref,
    id::{Id, IndicatorId},
};

use super::Pen;
use crate::ui::{SPARK_VALUES, Sparkline};

/// None for what is no indicator, and for one without a value on the day looked at.
pub(super) fn of(pen: &Pen<'_>, of: Ref) -> Option<Sparkline> {
    let id = IndicatorId::try_from(of).ok()?;
    let all = pen.view().records().figures(id);
    let all = all.counted(pen.scene.on);
    let values = &all[all.len().saturating_sub(SPARK_VALUES)..];
    let (first, last) = (values.first()?.1, values.last()?.1);
    let moved = match last.cmp(&first) {
        _ if values.len() == 1 => String::new(),
        std::cmp::Ordering::Greater => format!(", up from {first}"),
        std::cmp::Ordering::Less => format!(", down from {first}"),
        std::cmp::Ordering::Equal => ", as at the first".into(),
    };
    let count = match values.len() {
        1 => "1 value".to_owned(),
        n => format!("{n} values"),
    };
    let row = pen.view().records().indicators.get(id);
    let target = row.and_then(|row| row.target_on(pen.scene.on)).map(|it| it.0);
    Some(Sparkline {
        values: values.iter().map(|it| it.1.0).collect(),
        target,
        word: pen.word(of),
        says: format!("{count}, the last {last}{moved}"),
    })
}

/// The same values as a file has them, oldest first.
pub(super) fn words(pen: &Pen<'_>, of: Ref) -> String {
    debug_assert_eq!(of.kind, Kind::Indicator, "only an indicator is measured");
    let all = pen.view().records().figures(IndicatorId::new(of.n));
    let all = all.counted(pen.scene.on);
    let values = &all[all.len().saturating_sub(SPARK_VALUES)..];
    values.iter().map(|it| it.1.to_string()).collect::<Vec<_>>().join(" ")
}
