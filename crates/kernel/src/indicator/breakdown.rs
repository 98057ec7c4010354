//! Breakdowns: an indicator as a part of another, by a dimension (ward, site, sex …) or by unit; and
//! figures that are worked out from those of the parts.
//!
//! What is always true: a rolled-up figure is never typed; a part without a figure is said, never counted
//! as nothing. A sum that lacks a part is less than it should be, so it is shown and counts for nothing
//! (as an excluded value does); a mean by denominators that lacks some is an estimate, and less sure.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::civil::Date;

use super::{Indicator, Refusal, RollUp};
use crate::{
    Amount, Kind, Named, Records, Ref, Text,
    id::IndicatorId,
    measurement::{Reading, Series},
    tree::DEPTH_MAX,
};

/// Parts of one indicator, at the most.
pub const PARTS_MAX: usize = 500;

/// One part in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub part: IndicatorId,
    /// Its figure, or why it has none that counts.
    pub figure: Result<Reading, Missing>,
}

/// Why a part is not in a figure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("no figure")]
    NoFigure,
    #[error("excluded: {0}")]
    Excluded(Text),
    #[error("no denominator to weigh it by")]
    NoDenominator,
}

/// A figure that was worked out: from how many of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rolled {
    /// None where no part has a figure.
    pub reading: Option<Reading>,
    pub have: usize,
    pub of: usize,
}

impl Indicator {
    /// Whether its figure for a period is worked out from its parts.
    pub fn is_rolled_up(&self, on: Date) -> bool {
        *self.roll_up.near(on) != RollUp::Entered
    }

    fn ever_rolls_up(&self) -> bool {
        self.roll_up.entries().any(|it| it.1 != RollUp::Entered)
    }

    fn is_part(&self, whole: &Indicator, id: IndicatorId, on: Date) -> bool {
        let same = |by: &Text| same_word(self.dimension.near(on).as_deref().unwrap_or("unit"), by);
        *self.part_of.near(on) == Some(id) && whole.roll_up_by.near(on).as_ref().is_none_or(same)
    }
}

fn same_word(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// What the parts are called, several of them: `wards`, `units`.
pub fn called(records: &Records, whole: IndicatorId, on: Date) -> String {
    let by = records.indicators.get(whole).and_then(|it| it.roll_up_by.near(on).clone());
    let of = |it: IndicatorId| records.indicators.get(it)?.dimension.near(on).clone();
    let by = by.or_else(|| parts(records, whole, on).into_iter().find_map(of));
    let Some(one) = by.map(|it| it.trim().to_lowercase()) else { return "units".into() };
    let consonant = |it: &str| it.chars().nth_back(1).is_some_and(|it| !"aeiou".contains(it));
    match &*one {
        it if it.ends_with('y') && consonant(it) => format!("{}ies", &it[..it.len() - 1]),
        it if ["s", "x", "ch", "sh"].iter().any(|end| it.ends_with(end)) => format!("{it}es"),
        it => format!("{it}s"),
    }
}

/// The indicators that break `whole` down on a day, whatever by.
pub fn parts(records: &Records, whole: IndicatorId, on: Date) -> Vec<IndicatorId> {
    let all = records.pointing::<IndicatorId>(whole);
    all.filter(|it| {
        let row = records.indicators.get(*it);
        row.is_some_and(|it| *it.part_of.near(on) == Some(whole) && it.live.is(on))
    })
    .collect()
}

/// Every indicator that one is or was a part of, the nearest first.
pub(crate) fn above(records: &Records, id: IndicatorId) -> Vec<Ref> {
    let (mut found, mut open) = (Vec::new(), vec![id]);
    while let Some(it) = open.pop() {
        let Some(row) = records.indicators.get(it) else { continue };
        for whole in row.part_of.entries().filter_map(|it| it.1) {
            if !found.contains(&Ref::from(whole)) {
                found.push(whole.into());
                open.push(whole);
            }
        }
    }
    found
}

/// Every indicator that is or was a part of one, or of a part of it.
pub(crate) fn beneath(records: &Records, of: Ref) -> Vec<Ref> {
    let (mut found, mut open) = (Vec::new(), vec![of]);
    while let Some(it) = open.pop() {
        for part in records.inbound(it, Kind::Indicator).filter(|it| *it != of) {
            if !found.contains(&part) {
                found.push(part);
                open.push(part);
            }
        }
    }
    found
}

/// What each part that counts in a rolled-up figure gives to it for a period.
pub fn shares(records: &Records, whole: IndicatorId, on: Date) -> Vec<Share> {
    let row = records.indicators.get(whole);
    row.map_or_else(Vec::new, |row| shares_of(records, (whole, row), on, DEPTH_MAX))
}

/// From how many parts a figure was worked out; none where it was entered.
pub fn rolled(records: &Records, whole: IndicatorId, on: Date) -> Option<Rolled> {
    let row = records.indicators.get(whole).filter(|it| it.is_rolled_up(on))?;
    Some(worked_out(*row.roll_up.near(on), on, &shares(records, whole, on)))
}

/// By how much each part moved a rolled-up figure from one period to another: of a sum its own change,
/// of a mean that of its share in it. Parts that have a figure in both.
pub fn driven(
    records: &Records,
    whole: IndicatorId,
    before: Date,
    now: Date,
) -> Vec<(IndicatorId, Amount)> {
    let Some(row) = records.indicators.get(whole) else { return Vec::new() };
    let how = *row.roll_up.near(now);
    if how == RollUp::Entered || how != *row.roll_up.near(before) {
        return Vec::new();
    }
    let given = |on: Date| -> Vec<(IndicatorId, i128)> {
        let shares = shares(records, whole, on);
        let have = || shares.iter().filter_map(|it| Some((it.part, it.figure.as_ref().ok()?)));
        let weight = |it: &Reading| it.denominator.map_or(0, |it| i128::from(it.0));
        let all: i128 = have().map(|it| weight(it.1)).sum();
        have()
            .map(|(part, it)| {
                let value = i128::from(it.value.0);
                let value =
                    if how == RollUp::Mean { value * weight(it) / all.max(1) } else { value };
                (part, value)
            })
            .collect()
    };
    let then = given(before);
    let moved = given(now).into_iter().filter_map(|(part, value)| {
        let was = then.iter().find(|it| it.0 == part)?.1;
        Some((part, Amount(i64::try_from(value - was).ok()?)))
    });
    moved.collect()
}

impl Records {
    /// The figures of an indicator: as they were recorded, or worked out from those of its parts.
    pub fn figures(&self, id: IndicatorId) -> Cow<'_, Series> {
        let recorded = self.series(id);
        let Some(row) = self.indicators.get(id).filter(|it| it.ever_rolls_up()) else {
            return Cow::Borrowed(recorded);
        };
        let beneath = beneath(self, id.into()).into_iter();
        let beneath = beneath.filter_map(|it| IndicatorId::try_from(it).ok());
        let days: BTreeSet<Date> =
            beneath.flat_map(|it| self.series(it).until(Date::MAX)).map(|it| it.0).collect();
        let mut series = recorded.clone();
        for on in days.into_iter().filter(|it| row.is_rolled_up(*it)) {
            let Some((reading, aside)) = figure(self, id, on, DEPTH_MAX) else { continue };
            series.put(reading);
            if series.excluded(on).is_none() {
                series.set_excluded(on, aside);
            }
        }
        Cow::Owned(series)
    }
}

/// A figure for a period, and why it counts for nothing if it does. On any one day parts form a tree, so
/// each is looked at once; `depth` holds even where a ledger says otherwise.
fn figure(
    records: &Records,
    id: IndicatorId,
    on: Date,
    depth: usize,
) -> Option<(Reading, Option<Text>)> {
    let (row, recorded) = (records.indicators.get(id)?, records.series(id));
    let aside = recorded.excluded(on).cloned();
    if !row.is_rolled_up(on) {
        return Some((recorded.on(on)?, aside));
    }
    let how = *row.roll_up.near(on);
    let shares = shares_of(records, (id, row), on, depth.checked_sub(1)?);
    let found = worked_out(how, on, &shares);
    let lacks = how == RollUp::Sum && found.have < found.of;
    let why = || format!("{} of {} {}", found.have, found.of, called(records, id, on)).into();
    Some((found.reading?, aside.or_else(|| lacks.then(why))))
}

fn shares_of(
    records: &Records,
    (whole, row): (IndicatorId, &Indicator),
    on: Date,
    depth: usize,
) -> Vec<Share> {
    let weighs = *row.roll_up.near(on) == RollUp::Mean;
    let share = |part: IndicatorId| {
        let its = records.indicators.get(part).filter(|it| it.is_part(row, whole, on))?;
        // History from before its beginning counts where it was recorded; what has ended is not waited for.
        let early = on < its.live.begins() && !its.is_rolled_up(on);
        if !its.live.is(on) && !early {
            return None;
        }
        let figure = match figure(records, part, on, depth) {
            None if early => return None,
            None => Err(Missing::NoFigure),
            Some((_, Some(why))) => Err(Missing::Excluded(why)),
            Some((it, None)) if weighs && it.denominator.is_none_or(|it| it.0 <= 0) => {
                Err(Missing::NoDenominator)
            }
            Some((it, None)) => Ok(it),
        };
        Some(Share { part, figure })
    };
    records.pointing::<IndicatorId>(whole).take(PARTS_MAX).filter_map(share).collect()
}

fn worked_out(how: RollUp, on: Date, shares: &[Share]) -> Rolled {
    let have: Vec<&Reading> = shares.iter().filter_map(|it| it.figure.as_ref().ok()).collect();
    let total = |of: &dyn Fn(&Reading) -> Option<Amount>| -> Option<i128> {
        have.iter().map(|it| of(it).map(|it| i128::from(it.0))).sum()
    };
    let (numerator, denominator) = (total(&|it| it.numerator), total(&|it| it.denominator));
    let value = match how {
        _ if have.is_empty() => None,
        RollUp::Entered => None,
        RollUp::Sum => total(&|it| Some(it.value)),
        RollUp::Mean => denominator.filter(|it| *it > 0).map(|whole| {
            let product = |it: &&Reading| {
                i128::from(it.value.0) * it.denominator.map_or(0, |it| i128::from(it.0))
            };
            let part: i128 = have.iter().map(product).sum();
            (2 * part.abs() + whole) / (2 * whole) * part.signum()
        }),
    };
    let amount =
        |it: i128| Amount(i64::try_from(it).unwrap_or(if it < 0 { i64::MIN } else { i64::MAX }));
    let reading = value.map(|value| Reading {
        on,
        value: amount(value),
        numerator: numerator.map(amount),
        denominator: denominator.map(amount),
        ..Reading::default()
    });
    Rolled { reading, have: have.len(), of: shares.len() }
}

/// Whether a part says which, whether a rolled-up indicator is entered nowhere, and whether its parts
/// are of one dimension where it names none.
pub(super) fn check(
    records: &Records,
    id: Option<IndicatorId>,
    row: &Indicator,
) -> Result<(), Refusal> {
    let reference = || id.unwrap_or(records.indicators.next_id()).into();
    let named = || Named { reference: reference(), name: Some(row.name.near(Date::MAX).clone()) };
    let days = row.part_of.entries().map(|it| it.0);
    let days = days.chain(row.dimension.entries().map(|it| it.0));
    let days = days.chain(row.part.entries().map(|it| it.0));
    for on in days.chain(row.of_unit.entries().map(|it| it.0)) {
        let Some(whole) = *row.part_of.near(on) else { continue };
        let which = row.dimension.near(on).is_some() && row.part.near(on).is_some();
        if !which && row.of_unit.near(on).is_none() {
            return Err(Refusal::WhichPart { of: named(), whole: Named::of(records, whole), on });
        }
    }
    if let Some(id) = id.filter(|_| row.ever_rolls_up()) {
        let typed = records.series(id).until(Date::MAX).iter().find(|it| row.is_rolled_up(it.0));
        if let Some((on, _)) = typed {
            return Err(Refusal::EnteredAlready { of: named(), on: *on });
        }
        mixed(records, id, row, None)?;
    }
    for whole in row.part_of.entries().filter_map(|it| it.1) {
        let Some(above) = records.indicators.get(whole) else { continue };
        if above.ever_rolls_up() {
            mixed(records, whole, above, Some((id, row)))?;
        }
        let parts = records.pointing::<IndicatorId>(whole).filter(|it| Some(*it) != id).count();
        if parts >= PARTS_MAX {
            return Err(Refusal::TooManyParts { whole: Named::of(records, whole) });
        }
    }
    Ok(())
}

/// Whether the parts of a whole that rolls up without naming a dimension have several; `new` is a part
/// as it is to be.
fn mixed(
    records: &Records,
    whole: IndicatorId,
    row: &Indicator,
    new: Option<(Option<IndicatorId>, &Indicator)>,
) -> Result<(), Refusal> {
    let days = row.roll_up.entries().map(|it| it.0).chain(row.roll_up_by.entries().map(|it| it.0));
    let mut days = days.filter(|on| row.is_rolled_up(*on));
    let vague = days.any(|on| row.roll_up_by.near(on).is_none());
    if !vague {
        return Ok(());
    }
    let mut dimensions: BTreeSet<Option<String>> = BTreeSet::new();
    let mut take = |it: &Indicator| {
        if it.part_of.entries().any(|it| it.1 == Some(whole)) {
            let by = it.dimension.entries().map(|it| it.1.as_ref());
            dimensions.extend(by.map(|it| it.map(|it| it.trim().to_lowercase())));
        }
    };
    let known = records.pointing::<IndicatorId>(whole);
    let replaced = new.and_then(|it| it.0);
    known
        .filter(|it| Some(*it) != replaced)
        .filter_map(|it| records.indicators.get(it))
        .for_each(&mut take);
    if let Some((_, row)) = new {
        take(row);
    }
    if dimensions.len() < 2 {
        return Ok(());
    }
    let by = dimensions.into_iter().map(|it| it.unwrap_or_else(|| "unit".into()));
    Err(Refusal::SeveralDimensions {
        whole: Named::of(records, whole),
        by: by.collect::<Vec<_>>().join(", "),
    })
}
