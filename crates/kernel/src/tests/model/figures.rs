//! Figures and targets a second time: day by day, each part looked at again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Model;
use crate::{
    Amount, Id, Kind, Ref, Value,
    field::Span,
    id::IndicatorId,
    indicator::Direction,
    measurement::Series,
    variation::{Ranges, Terms, Xmr, chart},
};

/// A figure in millionths.
pub(super) struct Figure {
    pub(super) value: i128,
    pub(super) denominator: Option<i128>,
    pub(super) counts: bool,
    pub(super) due: Option<Date>,
    pub(super) have: usize,
    pub(super) of: usize,
}

impl Model<'_> {
    /// Every figure of an indicator, entered or worked out from those of its parts.
    pub(super) fn figures(&self, of: Ref) -> BTreeMap<Date, Figure> {
        let all = self.all(Kind::Indicator).into_iter();
        let days: BTreeSet<Date> = all
            .flat_map(|it| self.records.series(IndicatorId::new(it.n)).readings().map(|it| it.on))
            .collect();
        days.into_iter().filter_map(|on| Some((on, self.figure(of, on)?))).collect()
    }

    fn figure(&self, of: Ref, on: Date) -> Option<Figure> {
        let series = self.records.series(IndicatorId::new(of.n));
        let then = Model { records: self.records, on };
        let rolls = |it: Ref| then.value(it, "roll_up") != Value::Choice("entered");
        let millionths = |it: Option<Amount>| it.map(|it| i128::from(it.0));
        let said = series.excluded(on).is_none();
        if !rolls(of) {
            let it = series.on(on)?;
            let (value, denominator) = (i128::from(it.value.0), millionths(it.denominator));
            let due = it.next_release;
            return Some(Figure { value, denominator, counts: said, due, have: 1, of: 1 });
        }
        let mean = then.value(of, "roll_up") != Value::Choice("sum of its parts");
        let by = then.value(of, "roll_up_by");
        let (mut value, mut weight, mut have, mut expected) = (0, Some(0), 0, 0);
        for part in self.all(Kind::Indicator) {
            let dimension = match then.value(part, "dimension") {
                Value::Text(it) => it.to_string(),
                _ => "unit".into(),
            };
            let ours = match &by {
                Value::Text(by) => **by == dimension,
                _ => true,
            };
            let early = !then.begun(part) && !rolls(part);
            if !ours || then.links(part, "part_of") != [of] || !(then.stands(part) || early) {
                continue;
            }
            let figure = self.figure(part, on);
            if early && figure.is_none() {
                continue;
            }
            expected += 1;
            let Some(it) = figure.filter(|it| it.counts) else { continue };
            if mean && it.denominator.is_none_or(|it| it <= 0) {
                continue;
            }
            have += 1;
            value += if mean { it.value * it.denominator.unwrap() } else { it.value };
            weight = weight.and_then(|sum| Some(sum + it.denominator?));
        }
        if have == 0 {
            return None;
        }
        if mean {
            let weight = weight.unwrap();
            value = (2 * value.abs() + weight) / (2 * weight) * value.signum();
        }
        let counts = said && (mean || have == expected);
        Some(Figure { value, denominator: weight, counts, due: None, have, of: expected })
    }

    /// What is aimed at on a day, in steps or on a line between two dates.
    pub(super) fn aimed(&self, of: Ref, field: &str, on: Date) -> Option<i128> {
        let millionths = |it: &Value| match it {
            Value::Amount(it) => Some(i128::from(it.0)),
            _ => None,
        };
        let then = Model { records: self.records, on };
        let now = millionths(&then.value(of, field))?;
        let spans: Vec<Span> = self.records.facet(of).unwrap().spans(field);
        let at = spans.iter().position(|it| it.0.contains(&on));
        let (Some(at), Value::Choice("straight line")) = (at, then.value(of, "profile")) else {
            return Some(now);
        };
        let Some(next) = spans.get(at + 1).and_then(|it| millionths(&it.1)) else {
            return Some(now);
        };
        let days = &spans[at].0;
        let whole = i128::from((days.end - days.start).get_days());
        let gone = i128::from((on - days.start).get_days());
        let way = (next - now) * gone;
        Some(now + (2 * way.abs() + whole) / (2 * whole) * way.signum())
    }

    /// The whole chart: statuses are decided without drawing it.
    pub(super) fn charted(
        &self,
        of: Ref,
        figures: &BTreeMap<Date, Figure>,
        series: &Series,
    ) -> Xmr {
        let value = |it: i128| Amount(i64::try_from(it).unwrap());
        let values: Vec<(Date, Amount)> =
            figures.range(..=self.on).map(|it| (*it.0, value(it.1.value))).collect();
        let rebases: Vec<Date> = series.rebases(self.on).map(|it| it.0).collect();
        let aimed = |field| self.aimed(of, field, self.on).map(value);
        let terms = Terms {
            direction: match self.value(of, "direction") {
                Value::Choice("higher is better") => Direction::Up,
                Value::Choice("lower is better") => Direction::Down,
                _ => Direction::Within,
            },
            target: aimed("target"),
            target_high: aimed("target_high"),
            ranges: Ranges::Screened,
        };
        let newest = rebases.iter().filter(|it| values.iter().any(|value| value.0 >= **it));
        let rebases: Vec<Date> = newest.copied().collect();
        chart(&values, &rebases, &|on| !figures[&on].counts, &terms)
    }
}
