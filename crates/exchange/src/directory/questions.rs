//! The queue: what the directory says where somebody has to choose. Worked out from what is kept and
//! recorded, whenever it is asked for.

use jiff::civil::Date;
use kernel::{
    Records, Ref,
    id::{PersonId, PostId, TenureId},
    read::who,
};

use super::{By, Index, Listing, Register, Verdict, verdict};

/// Why no post follows by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No post fits.
    None,
    Several,
    /// Somebody else holds it, or will from a day.
    Held(PersonId, Date),
    /// The one that fits does not report to a post of the manager's.
    OtherManager,
}

/// What somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// People of the same name are known here.
    SamePerson(Vec<PersonId>),
    /// What is said fits no post, or not one that is free.
    Post(Why, Vec<PostId>),
    /// One post fits and has become vacant since.
    Vacant(PostId, By),
    /// The person had gone and is back; what they held then.
    Back(Option<PostId>, Vec<PostId>),
    /// The directory no longer says what fitted this post, which the person still holds.
    Moved(PostId),
    /// The person has gone and still holds something, now or later.
    StillHolds(Vec<PostId>),
}

impl Question {
    pub fn word(&self) -> &'static str {
        match self {
            Question::SamePerson(_) => "same person",
            Question::Post(Why::None, _) => "no post",
            Question::Post(Why::Several, _) => "several posts",
            Question::Post(Why::Held(..), _) => "held by somebody else",
            Question::Post(Why::OtherManager, _) => "another manager",
            Question::Vacant(..) => "vacant now",
            Question::Back(..) => "back",
            Question::Moved(_) => "moved",
            Question::StillHolds(_) => "still holds a post",
        }
    }

    /// What can be chosen, beside leaving it.
    pub fn choices(&self) -> Vec<Choice> {
        match self {
            Question::SamePerson(them) => {
                them.iter().copied().map(Choice::Same).chain([Choice::Distinct]).collect()
            }
            // Whoever holds it stays: the new holder comes beside them.
            Question::Post(_, posts) => posts.iter().copied().map(Choice::Appoint).collect(),
            Question::Vacant(post, _) => vec![Choice::Appoint(*post)],
            Question::Back(fits, held) => {
                let mut posts: Vec<PostId> = fits.iter().chain(held).copied().collect();
                posts.sort_unstable();
                posts.dedup();
                posts.into_iter().map(Choice::Appoint).collect()
            }
            Question::Moved(post) => vec![Choice::End(*post)],
            Question::StillHolds(posts) => posts.iter().copied().map(Choice::End).collect(),
        }
    }
}

/// What somebody chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is this person, who was known before.
    Same(PersonId),
    /// It is none of those.
    Distinct,
    /// They hold this post from today.
    Appoint(PostId),
    /// Today is their last day in this post.
    End(PostId),
    /// It stays as it is until the directory says something else.
    Leave,
}

impl Choice {
    /// As addresses and the API have it: `appoint:POST-3`.
    pub fn text(self) -> String {
        match self {
            Choice::Same(it) => format!("same:{it}"),
            Choice::Distinct => "distinct".into(),
            Choice::Appoint(it) => format!("appoint:{it}"),
            Choice::End(it) => format!("end:{it}"),
            Choice::Leave => "leave".into(),
        }
    }

    pub fn parse(text: &str) -> Option<Choice> {
        let of = |it: &str| it.parse::<Ref>().ok();
        match text.split_once(':') {
            None if text == "distinct" => Some(Choice::Distinct),
            None if text == "leave" => Some(Choice::Leave),
            Some(("same", it)) => Some(Choice::Same(of(it)?.try_into().ok()?)),
            Some(("appoint", it)) => Some(Choice::Appoint(of(it)?.try_into().ok()?)),
            Some(("end", it)) => Some(Choice::End(of(it)?.try_into().ok()?)),
            _ => None,
        }
    }
}

/// Every question, by person.
pub fn of(
    records: &Records,
    index: &Index,
    register: &Register,
    on: Date,
) -> Vec<(PersonId, Question)> {
    let all = register.listings.iter().flat_map(|(person, listing)| {
        let them = of_person(records, index, register, (*person, &**listing), on);
        them.into_iter().map(|it| (*person, it))
    });
    all.collect()
}

/// The questions about one person. Who they are comes first: nothing else is asked before.
pub fn of_person(
    records: &Records,
    index: &Index,
    register: &Register,
    (person, listing): (PersonId, &Listing),
    on: Date,
) -> Vec<Question> {
    let left = listing.left.as_ref() == Some(&register.claim(listing));
    if !listing.is_active() {
        if left {
            return Vec::new();
        }
        let posts = held_from(records, person, on);
        return if posts.is_empty() { Vec::new() } else { vec![Question::StillHolds(posts)] };
    }
    if !listing.distinct {
        let namesakes = index.namesakes(&listing.name(), Some(person));
        if !namesakes.is_empty() {
            return vec![Question::SamePerson(namesakes)];
        }
    }
    let mut found = Vec::new();
    let said = register.said(listing);
    if let Some(post) = listing.moved_from.and_then(|it| PostId::try_from(it).ok())
        && who::posts_of(records, person, on).iter().any(|it| it.0 == post)
    {
        found.push(Question::Moved(post));
    }
    if left {
        return found;
    }
    let verdict = verdict(records, index, &said, Some(person), on);
    if listing.back.is_some() {
        let fits = match verdict {
            Verdict::Settled(_) => return found,
            Verdict::Vacant(post, _) => Some(post),
            _ => None,
        };
        let held = held_before(records, person, on);
        if fits.is_some() || !held.is_empty() {
            found.push(Question::Back(fits, held));
            return found;
        }
    }
    match verdict {
        Verdict::Silent | Verdict::Settled(_) | Verdict::Group(_) => (),
        Verdict::Vacant(post, by) => found.push(Question::Vacant(post, by)),
        Verdict::Unsure(why, posts) => found.push(Question::Post(why, posts)),
    }
    found
}

/// Posts that a person holds after a day: on a last day nothing is left to ask.
fn held_from(records: &Records, person: PersonId, on: Date) -> Vec<PostId> {
    let tomorrow = on.tomorrow().unwrap_or(on);
    spans(records, person).filter(|it| it.1.end > tomorrow).map(|it| it.0).collect()
}

/// Posts that a person held until a day, without those they hold on it.
fn held_before(records: &Records, person: PersonId, on: Date) -> Vec<PostId> {
    let mut latest: Vec<(Date, PostId)> = spans(records, person)
        .filter(|it| it.1.end <= on.tomorrow().unwrap_or(on) && records.stands(it.0.into(), on))
        .map(|it| (it.1.end, it.0))
        .collect();
    latest.sort_unstable();
    // Those that ended together last: what was held years before is history.
    let last = latest.last().map(|it| it.0);
    latest.into_iter().filter(|it| Some(it.0) == last).map(|it| it.1).collect()
}

fn spans(
    records: &Records,
    person: PersonId,
) -> impl Iterator<Item = (PostId, std::ops::Range<Date>)> {
    let all = records.pointing::<TenureId>(person).filter_map(|it| records.tenures.get(it));
    let theirs = all.filter(move |it| it.person.0 == person);
    theirs.flat_map(|row| {
        let held = row.live.spans().filter(|it| *it.1);
        held.map(|it| (row.post.0, it.0)).collect::<Vec<_>>()
    })
}

/// What the directory says, in short, for whoever has to choose.
pub fn in_short(listing: &Listing) -> Vec<(&'static str, String)> {
    let text = |key: &str| listing.resource.get(key).and_then(serde_json::Value::as_str);
    let more = |key: &str| {
        let more = listing.resource.get(crate::scim::ENTERPRISE.id)?;
        more.get(key).and_then(serde_json::Value::as_str)
    };
    let all = [
        ("User name", text("userName")),
        ("Title", text("title")),
        ("Department", more("department")),
        ("Employee number", more("employeeNumber")),
    ];
    all.into_iter().filter_map(|(label, it)| Some((label, it?.to_owned()))).collect()
}

/// Whether it is still so that this can be chosen.
pub fn offers(questions: &[Question], choice: Choice) -> bool {
    match choice {
        Choice::Leave => questions.iter().any(|it| !matches!(it, Question::SamePerson(_))),
        it => questions.iter().any(|question| question.choices().contains(&it)),
    }
}
