//! What new holders have not answered to, and posts that were left without a handover.

use jiff::{Span, civil::Date};

use super::{Signal, Sort, accountability::turns, changes, next, signal, since};
use crate::{
    Kind, Records, Ref,
    id::{AcceptanceId, DutyId, HandoverId, Id, PostId},
    read::{
        acceptances::{self, Standing, Word},
        handovers,
        view::View,
    },
};

/// Posts whose holders have not answered to their duties in time.
pub(super) fn not_accepted(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let late = |post: PostId, day: Date| -> Vec<Standing> {
        let mut all = acceptances::of_post(records, post, day);
        all.retain(|it| it.word.waits_for_holder() && it.is_late(day));
        all
    };
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Post) {
        let post = PostId::new(it.n);
        let duties = late(post, on);
        if duties.is_empty() {
            continue;
        }
        let began = since(on, answered(records, post), |day| !late(post, day).is_empty());
        let because = duties.iter().map(|it| (it.duty.into(), it.due_by)).collect();
        found.push(Signal { because, ..signal(view, Sort::NotAccepted, it, began) });
    }
    found
}

/// Challenges that nobody has ruled on in time.
pub(super) fn challenges(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let late = |duty: DutyId, day: Date| -> Option<Standing> {
        let mut all = acceptances::of_duty(records, duty, day).into_iter();
        all.find(|it| it.word == Word::Challenged && it.is_late(day))
    };
    let mut found = Vec::new();
    let mut duties: Vec<DutyId> =
        acceptances::challenges(records, on).into_iter().map(|it| it.duty).collect();
    duties.sort_unstable();
    duties.dedup();
    for duty in duties {
        let Some(it) = late(duty, on) else { continue };
        let days = of_duty(records, duty);
        let began = since(on, days, |day| late(duty, day).is_some());
        let goes_to = it.asked.and_then(|it| it.post);
        let because = it.acceptance.into_iter().map(|id| (id.into(), Some(it.since))).collect();
        let subject = Ref::from(duty);
        found.push(Signal { sort: Sort::Challenge, subject, since: began, goes_to, because });
    }
    found
}

/// Posts that somebody left without a handover that both have signed.
pub(super) fn no_handover(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in handovers::owed(records, on) {
        let mut days = turns(records, it.post);
        let handovers = records.pointing::<HandoverId>(it.post);
        days.extend(
            handovers.flat_map(|it| changes(records, it.into(), &["given_by", "taken_by"])),
        );
        let passed: Vec<Date> = days.iter().map(|it| later(*it, handovers::OWED_DAYS)).collect();
        let days = days.into_iter().chain(passed);
        let began = since(on, days, |day| handovers::owed_of(records, it.post, day).is_some());
        let because = vec![(it.tenure.into(), Some(it.since))];
        found.push(Signal { because, ..signal(view, Sort::NoHandover, it.post.into(), began) });
    }
    found
}

/// The days on which a duty of the post may have become late, or may no longer have been.
fn answered(records: &Records, post: PostId) -> Vec<Date> {
    let mut days = turns(records, post);
    for duty in records.pointing::<DutyId>(post) {
        days.extend(of_duty(records, duty));
    }
    lapsing(records, days)
}

fn of_duty(records: &Records, duty: DutyId) -> Vec<Date> {
    let Some(row) = records.duties.get(duty) else { return Vec::new() };
    let mut days = changes(records, duty.into(), &["post"]);
    days.extend(changes(records, row.subject.0, &[]));
    days.extend(row.post.entries().flat_map(|it| turns(records, it.1)));
    for it in records.pointing::<AcceptanceId>(duty) {
        days.extend(changes(records, it.into(), &["answer", "ruling"]));
    }
    lapsing(records, days)
}

/// These days, and those on which what began on them is late.
fn lapsing(records: &Records, days: Vec<Date>) -> Vec<Date> {
    let spans = [Records::acceptance_days, Records::challenge_days];
    let mut given: Vec<Date> = records
        .organisations
        .iter()
        .flat_map(|(id, _)| changes(records, id.into(), &["acceptance_days", "challenge_days"]))
        .collect();
    let mut lengths: Vec<u16> = Vec::new();
    for on in given.iter().copied().chain([Date::MAX]) {
        lengths.extend(spans.iter().map(|it| it(records, on)));
    }
    lengths.sort_unstable();
    lengths.dedup();
    for length in lengths {
        given.extend(days.iter().map(|it| next(later(*it, length.into()))));
    }
    given.extend(days);
    given.sort_unstable();
    given.dedup();
    given
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}
