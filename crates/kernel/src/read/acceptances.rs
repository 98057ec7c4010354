//! What the present holders have answered to their duties, and what waits for whom: worked out from
//! dates, so that no job has to run for it to be right.

use jiff::{Span, civil::Date};

use crate::{
    Records, Ref,
    acceptance::{Acceptance, Answer, Ruling},
    duty::{Duty, Role},
    id::{AcceptanceId, DutyId, PostId, TenureId},
    read::who::{self, Holder},
};

/// How a duty stands with its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Nothing was answered yet.
    NotYet,
    Challenged,
    /// The challenge was upheld: the duty is to be moved or changed.
    Upheld,
    /// The challenge was dismissed: the holder is to answer anew.
    Dismissed,
    Reserved,
    Accepted,
}

impl Word {
    pub const ALL: [Word; 6] = [
        Word::NotYet,
        Word::Challenged,
        Word::Upheld,
        Word::Dismissed,
        Word::Reserved,
        Word::Accepted,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Word::NotYet => "not answered yet",
            Word::Challenged => "challenged",
            Word::Upheld => "challenge upheld",
            Word::Dismissed => "challenge dismissed",
            Word::Reserved => "accepted with reservation",
            Word::Accepted => "accepted",
        }
    }

    /// Whether the holder has something to say.
    pub fn waits_for_holder(self) -> bool {
        matches!(self, Word::NotYet | Word::Dismissed)
    }
}

/// A duty and one of its present holders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub duty: DutyId,
    pub subject: Ref,
    pub role: Role,
    pub post: PostId,
    pub holder: Holder,
    pub acceptance: Option<AcceptanceId>,
    pub word: Word,
    /// Since when it stands so: for one that is not answered, the later of tenure and duty.
    pub since: Date,
    /// The last day in time for whatever it waits for.
    pub due_by: Option<Date>,
    /// Whom a challenge waits for.
    pub asked: Option<Asked>,
}

impl Standing {
    /// Whether it waits and should not any more.
    pub fn is_late(&self, on: Date) -> bool {
        self.due_by.is_some_and(|it| it < on)
    }
}

/// The post that has to rule on a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// None where nobody else up the line holds a post: then whoever administers the register rules.
    pub post: Option<PostId>,
    /// How often it has gone one further up.
    pub ups: u16,
    /// The last day on which it waits for this post before it goes further up, or waits for nobody else.
    pub until: Date,
}

/// How a duty stands with each of its present holders; nobody while its post is vacant or a group.
pub fn of_duty(records: &Records, duty: DutyId, date: Date) -> Vec<Standing> {
    let Some(row) = records.duties.get(duty).filter(|it| it.live.is(date)) else {
        return Vec::new();
    };
    if !records.stands(row.subject.0, date) {
        return Vec::new();
    }
    let holders = who::holders(records, *row.post.near(date), date);
    holders.into_iter().map(|it| standing(records, duty, row, it, date)).collect()
}

/// Every duty of a post with each of its present holders.
pub fn of_post(records: &Records, post: PostId, date: Date) -> Vec<Standing> {
    let holders = who::holders(records, post, date);
    if holders.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for duty in records.pointing::<DutyId>(post) {
        let Some(row) = records.duties.get(duty) else { continue };
        let theirs = row.live.is(date) && *row.post.near(date) == post;
        if theirs && records.stands(row.subject.0, date) {
            all.extend(holders.iter().map(|it| standing(records, duty, row, *it, date)));
        }
    }
    all
}

/// What one tenure answered to a duty, as it stands on `date`.
pub fn answer(
    records: &Records,
    duty: DutyId,
    tenure: TenureId,
    date: Date,
) -> Option<AcceptanceId> {
    let mut all = records.pointing::<AcceptanceId>(duty);
    all.find(|it| {
        let row = records.acceptances.get(*it);
        row.is_some_and(|it| it.duty.0 == duty && it.tenure.0 == tenure && it.live.is(date))
    })
}

fn standing(records: &Records, duty: DutyId, row: &Duty, holder: Holder, date: Date) -> Standing {
    let post = *row.post.near(date);
    let begun = row.live.since(date).unwrap_or(row.live.begins());
    let until = row.post.entries().rev().skip_while(|it| it.0 > date);
    let moved = until.take_while(|it| it.1 == post).last().map_or(begun, |it| it.0);
    let since = holder.since.max(begun).max(moved);
    let answered = answer(records, duty, holder.tenure, date)
        .and_then(|it| Some((it, records.acceptances.get(it)?)));
    let mut it = Standing {
        duty,
        subject: row.subject.0,
        role: row.role.0,
        post,
        holder,
        acceptance: answered.map(|it| it.0),
        word: Word::NotYet,
        since,
        due_by: Some(after(since, records.acceptance_days(date))),
        asked: None,
    };
    let Some((_, said)) = answered else { return it };
    it.word = said.word(date);
    let ruled = said.ruled(date).map(|it| it.0);
    it.since = ruled.or(said.answered(date)).unwrap_or(since);
    it.due_by = match it.word {
        Word::Challenged => Some(after(it.since, records.challenge_days(date))),
        Word::Dismissed => Some(after(it.since, records.acceptance_days(date))),
        _ => None,
    };
    it.asked = (it.word == Word::Challenged).then(|| asked(records, said, post, it.since, date));
    it
}

impl Acceptance {
    /// How the duty stands by this answer.
    pub fn word(&self, date: Date) -> Word {
        match (self.answer.near(date), self.ruled(date)) {
            (Answer::Accepted, _) => Word::Accepted,
            (Answer::Reserved, _) => Word::Reserved,
            (Answer::Challenged, None) => Word::Challenged,
            (Answer::Challenged, Some((_, Ruling::Dismissed))) => Word::Dismissed,
            (Answer::Challenged, Some(_)) => Word::Upheld,
        }
    }
}

fn after(date: Date, days: u16) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// Whom a challenge of `since` waits for on `date`: the next post up the line that another person
/// holds; after each span of days without a ruling, one further up, as far as there is one.
fn asked(records: &Records, said: &Acceptance, post: PostId, since: Date, date: Date) -> Asked {
    let person = records.tenures.get(said.tenure.0).map(|it| it.person.0);
    let above = person.map(|it| who::held_above(records, post, it, date)).unwrap_or_default();
    let days = records.challenge_days(date).max(1);
    let waited = crate::status::days_between(since, date).max(0);
    // It waits the whole of its last day.
    let ups = u16::try_from((waited - 1).max(0) / i64::from(days)).unwrap_or(u16::MAX);
    let ups = ups.min(u16::try_from(above.len().saturating_sub(1)).unwrap_or(u16::MAX));
    let until = after(since, days.saturating_mul(ups.saturating_add(1)));
    Asked { post: above.get(usize::from(ups)).copied(), ups, until }
}

/// Challenges that wait for `post` on `date`, the oldest first.
pub fn waiting_for(records: &Records, post: PostId, date: Date) -> Vec<Standing> {
    let mut all = challenges(records, date);
    all.retain(|it| it.asked.is_some_and(|it| it.post == Some(post)));
    all
}

/// Challenges of present holders that nobody has ruled on, the oldest first.
pub fn challenges(records: &Records, date: Date) -> Vec<Standing> {
    let mut all = Vec::new();
    for (id, row) in records.acceptances.iter() {
        if !row.live.is(date) || row.answer.at(date) != Some(&Answer::Challenged) {
            continue;
        }
        let theirs = of_duty(records, row.duty.0, date).into_iter();
        all.extend(theirs.filter(|it| it.acceptance == Some(id) && it.word == Word::Challenged));
    }
    all.sort_by_key(|it| (it.since, it.duty));
    all
}

/// Duties that their holders should have answered to by now, by post and holder.
pub fn late(records: &Records, date: Date) -> Vec<Standing> {
    let mut all = Vec::new();
    for (post, _) in records.posts.iter() {
        let theirs = of_post(records, post, date).into_iter();
        all.extend(theirs.filter(|it| it.word.waits_for_holder() && it.is_late(date)));
    }
    all
}
