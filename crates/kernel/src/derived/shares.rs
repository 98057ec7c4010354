//! Shares: what a thing counts towards on a day, and whether it traces to intent.

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref,
    anchor::Anchor,
    id::{ActionId, AnchorId, ControlId, Id, IndicatorId, InitiativeId, ObjectiveId},
    objective,
    tree::DEPTH_MAX,
};

/// Kinds of work that should trace to intent.
pub const WORK: [Kind; 5] =
    [Kind::Initiative, Kind::Action, Kind::Decision, Kind::Indicator, Kind::Control];

/// One thing's part in the standing of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) to: Ref,
    /// 0: it serves, but does not count in the standing.
    pub(super) weight: u32,
}

/// Whether a piece of live work serves nothing on `date`.
pub fn is_orphan(records: &Records, it: Ref, date: Date) -> bool {
    records.stands(it, date) && !traces(records, it, date)
}

/// Whether something serves an objective that stands, by an anchor of its own.
pub(crate) fn is_anchored(records: &Records, it: Ref, date: Date) -> bool {
    let mut anchors = records.pointing::<AnchorId>(it).filter_map(|it| records.anchors.get(it));
    anchors.any(|row| row.from.0 == it && share_of(records, row, date).is_some())
}

fn traces(records: &Records, it: Ref, date: Date) -> bool {
    if is_anchored(records, it, date) {
        return true;
    }
    match it.kind {
        Kind::Action => records.actions.get(ActionId::new(it.n)).is_some_and(|row| {
            let through = *row.initiative.near(date);
            let serves = |it: InitiativeId| {
                records.stands(it.into(), date) && traces(records, it.into(), date)
            };
            // What is done about a clause or a finding has its reason in that.
            row.regards.0.is_some() || through.is_some_and(serves)
        }),
        // A part serves what its whole does.
        Kind::Indicator => {
            let whole = |it: IndicatorId| {
                let whole = (*records.indicators.get(it)?.part_of.near(date))?;
                records.stands(whole.into(), date).then_some(whole)
            };
            let above = std::iter::successors(whole(IndicatorId::new(it.n)), |it| whole(*it));
            above.take(DEPTH_MAX).any(|it| is_anchored(records, it.into(), date))
        }
        Kind::Control => records.controls.get(ControlId::new(it.n)).is_some_and(|row| {
            row.meets.near(date).iter().any(|it| records.stands((*it).into(), date))
        }),
        _ => false,
    }
}

/// What an anchor gives to its objective on `date`, if both stand.
pub(super) fn share_of(records: &Records, row: &Anchor, date: Date) -> Option<Share> {
    let to = row.serves.0.into();
    // A threat serves nothing.
    if !row.live.is(date) || !records.stands(to, date) || row.from.0.kind == Kind::Risk {
        return None;
    }
    let rolls = matches!(row.from.0.kind, Kind::Indicator | Kind::Initiative);
    let weight = u32::from(row.weight.near(date).unwrap_or(1));
    Some(Share { to, weight: if rolls { weight } else { 0 } })
}

/// Everything a thing contributes to on `date`.
pub(super) fn shares(records: &Records, it: Ref, date: Date) -> Vec<Share> {
    if !records.stands(it, date) {
        return Vec::new();
    }
    let above = match it.kind {
        Kind::Objective => objective::above(records, ObjectiveId::new(it.n), date),
        Kind::Action => records
            .actions
            .get(ActionId::new(it.n))
            .and_then(|row| row.initiative.near(date).map(Ref::from)),
        _ => None,
    };
    let mut shares: Vec<Share> = above.map(|to| Share { to, weight: 1 }).into_iter().collect();
    if WORK.contains(&it.kind) {
        let anchors = records.pointing::<AnchorId>(it).filter_map(|it| records.anchors.get(it));
        let ours = anchors.filter(|row| row.from.0 == it);
        shares.extend(ours.filter_map(|row| share_of(records, row, date)));
    }
    shares
}
