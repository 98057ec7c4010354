//! What a visitor saw when they last looked: a letter for each objective and post, kept for them in
//! the vault. Comparing with it costs no replay, however long they were away.

use jiff::{SignedDuration, Timestamp};
use kernel::{
    Kind, Ref,
    id::{Id, PostId},
    read::who::Cover,
    status::Word,
};
use serde::{Deserialize, Serialize};

use crate::{
    App, Problem, Scene,
    pages::{Pen, strategy},
};

/// The drawer it is kept in.
const DRAWER: &str = "pulse";
/// Looks this far apart are two visits.
const VISIT_MINUTES: i64 = 30;
/// Within a visit what was seen is written down no more often than this.
const WRITE_MINUTES: i64 = 5;
/// Records of a kind that are remembered; those beyond are not compared.
const ROWS_MAX: usize = 20_000;
/// Changes named on the page.
pub(super) const CHANGES_MAX: usize = 8;

/// One look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) seq: u64,
    /// A letter a row: the word of each objective.
    objectives: String,
    /// A letter a row: how each post is covered.
    posts: String,
}

/// The look before this visit, and the last one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Looks {
    before: Option<Seen>,
    last: Option<Seen>,
}

/// Something that stood otherwise then.
pub(super) struct Change {
    pub(super) of: Ref,
    pub(super) was: &'static str,
    pub(super) better: Option<bool>,
}

/// Notes that the visitor has looked, and gives what they saw on their visit before this one.
pub(super) async fn look(app: &App, scene: &Scene) -> Result<Option<Seen>, Problem> {
    if !scene.is_now() {
        return Ok(None);
    }
    let kept = app.sign_in.recall(&scene.visitor, DRAWER).map_err(Problem::door)?;
    // What an older program wrote and this one cannot read is as good as nothing.
    let mut looks: Looks = kept.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    let age = looks.last.as_ref().map(|it| scene.now.duration_since(it.at));
    let past = |minutes| age.is_none_or(|it| it >= SignedDuration::from_mins(minutes));
    if past(VISIT_MINUTES) {
        looks.before = looks.last.take();
    }
    if past(WRITE_MINUTES) {
        looks.last = Some(Seen::now(scene));
        if let Ok(text) = serde_json::to_string(&looks) {
            let kept = app.sign_in.remember(&scene.visitor, DRAWER, Some(text)).await;
            kept.map_err(Problem::door)?;
        }
    }
    Ok(looks.before)
}

impl Seen {
    fn now(scene: &Scene) -> Seen {
        let rows = |kind| {
            let rows = 0..scene.state.records().count(kind).min(ROWS_MAX);
            rows.map(move |row| Ref { kind, n: PostId::at_row(row).n() })
        };
        let letter = |it| letter(scene, it);
        Seen {
            at: scene.now,
            seq: scene.published.state.seq(),
            objectives: rows(Kind::Objective).map(letter).collect(),
            posts: rows(Kind::Post).map(letter).collect(),
        }
    }

    /// What stands otherwise now, objectives first, the worse before the better.
    pub(super) fn changes(&self, pen: &Pen<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (kind, then) in [(Kind::Objective, &self.objectives), (Kind::Post, &self.posts)] {
            for (row, was) in then.chars().enumerate() {
                let of = Ref { kind, n: PostId::at_row(row).n() };
                let now = letter(pen.scene, of);
                if now != was && was != ABSENT && now != ABSENT {
                    changes.push(Change { of, was: said(was), better: better(was, now) });
                }
            }
        }
        changes.sort_by_key(|it| (it.of.kind != Kind::Objective, it.better != Some(false)));
        changes
    }
}

const ABSENT: char = '-';

fn letter(scene: &Scene, of: Ref) -> char {
    let derived = scene.state.derived();
    if let Ok(post) = PostId::try_from(of) {
        return match derived.cover(post) {
            Some(Cover::Held) => 'h',
            Some(Cover::Acting) => 'a',
            Some(Cover::Covered) => 'c',
            Some(Cover::Vacant { .. }) => 'v',
            Some(Cover::Group) => 'g',
            Some(Cover::Gone) | None => ABSENT,
        };
    }
    match derived.standing(of).filter(|_| scene.state.records().stands(of, scene.on)) {
        Some(it) => match it.word {
            Word::OnTrack => 'o',
            Word::NoSignal => 'n',
            Word::AtRisk => 'r',
            Word::OffTrack => 'x',
        },
        None => ABSENT,
    }
}

fn said(letter: char) -> &'static str {
    match word(letter) {
        Some(it) => it.word(),
        None => match letter {
            'h' => Cover::Held.word(),
            'a' => Cover::Acting.word(),
            'c' => Cover::Covered.word(),
            'v' => "vacant",
            _ => Cover::Group.word(),
        },
    }
}

fn word(letter: char) -> Option<Word> {
    Some(match letter {
        'o' => Word::OnTrack,
        'n' => Word::NoSignal,
        'r' => Word::AtRisk,
        'x' => Word::OffTrack,
        _ => return None,
    })
}

fn better(was: char, now: char) -> Option<bool> {
    match (word(was), word(now)) {
        (Some(was), Some(now)) => strategy::better(was, now),
        _ if now == 'v' => Some(false),
        _ if was == 'v' => Some(true),
        _ => None,
    }
}
