//! Handovers of a post, and those that should have been.

use jiff::{Span, civil::Date};

use crate::{
    Records,
    handover::{Handover, Stage},
    id::{HandoverId, PostId, TenureId},
    read::who,
};

/// Days for which a post that was vacated without a handover is pointed out; then it is history.
pub const OWED_DAYS: i64 = 90;

/// The handovers of a post that stand on `date`, the newest first.
pub fn of_post(records: &Records, post: PostId, date: Date) -> Vec<(HandoverId, &Handover)> {
    let all = records.pointing::<HandoverId>(post);
    let all = all.filter_map(|it| Some((it, records.handovers.get(it)?)));
    let mut all: Vec<_> = all.filter(|it| it.1.post.0 == post && it.1.live.is(date)).collect();
    all.sort_by_key(|it| std::cmp::Reverse((it.1.live.begins(), it.0)));
    all
}

/// The handover of a post that is being worked on.
pub fn open(records: &Records, post: PostId, date: Date) -> Option<(HandoverId, &Handover)> {
    of_post(records, post, date).into_iter().find(|it| !it.1.stage(date).is_complete())
}

/// The handover of a tenure, if one stands.
pub fn of_tenure(records: &Records, tenure: TenureId, date: Date) -> Option<&Handover> {
    let all = records.pointing::<HandoverId>(tenure);
    let mut all = all.filter_map(|it| records.handovers.get(it));
    all.find(|it| it.outgoing.0 == Some(tenure) && it.live.is(date))
}

/// A post that its holder left without a handover that both have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    pub post: PostId,
    pub tenure: TenureId,
    /// The first day on which it was no longer held.
    pub since: Date,
    /// How far the handover is, if there is one.
    pub stage: Option<Stage>,
}

/// The last tenure of each post that ended within [`OWED_DAYS`] without a complete handover, unless its
/// person still holds the post.
pub fn owed(records: &Records, date: Date) -> Vec<Owed> {
    records.posts.iter().filter_map(|(post, _)| owed_of(records, post, date)).collect()
}

/// As [`owed`], of one post.
pub fn owed_of(records: &Records, post: PostId, date: Date) -> Option<Owed> {
    let row = records.posts.get(post)?;
    if row.group.0 || !row.live.is(date) {
        return None;
    }
    let holders = who::holders(records, post, date);
    let first = date.saturating_sub(Span::new().days(OWED_DAYS));
    let ended = who::tenures(records, post).filter_map(|(tenure, row, held)| {
        let left = held.stopped(date).filter(|it| *it > first)?;
        let stays = holders.iter().any(|it| it.person == row.person.0);
        (!stays && !held.is(date)).then_some((left, tenure))
    });
    let (since, tenure) = ended.max()?;
    let stage = of_tenure(records, tenure, date).map(|it| it.stage(date));
    let complete = stage.is_some_and(Stage::is_complete);
    (!complete).then_some(Owed { post, tenure, since, stage })
}
