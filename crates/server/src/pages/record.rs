//! The page of a record: one anatomy for every kind.

mod actions;
mod parts;
mod runs;
mod tenures;

pub(super) use actions::{administers, may};
pub(super) use parts::falls_due;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Field, Kind, Ref, Shape, Value, duty,
    id::{PostId, SignalId},
    read::{
        because, raised, thread,
        who::{self, Cover, Holder, Unanswered},
    },
    status::overrides,
};
use maud::Markup;

use super::{
    Page, Pen, beside, differences, entry, find, history, measure, signals, thread as threads,
    trend,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Answer, Fact, Group, Holding, Link, Rest, record},
};

/// Entries of the history on the page itself.
const HISTORY_MAX: usize = 8;
/// The field of a signal that says where it went first.
const FIRST_WENT_TO: &str = "goes_to";
/// Rows of one group of what rests on a record.
const REST_MAX: usize = 20;

/// `GET /{kind}/{reference}`
pub async fn show(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Response, Problem> {
    let of = find(&scene, &of)?;
    signals::note_one(&app, &scene, of).await;
    let pair = scene.pair(&app).await?;
    let drawn = match &pair {
        None => drawn(&app, &scene, of).await?,
        Some([one, other]) => {
            let (one, other) = (drawn(&app, one, of).await?, drawn(&app, other, of).await?);
            let content = beside(&pair, [one.content, other.content]);
            Drawn { content, shown: [one.shown, other.shown].concat(), title: one.title }
        }
    };
    let title = format!("{} {of}", drawn.title);
    let more = runs::rests_on(of).iter().map(|it| it.plural().to_owned());
    let page = Page::new(&scene, title).section(of.kind);
    let page = match differences::ABOUT.contains(&of.kind) {
        true => page.feed(Some(of)),
        false => page,
    };
    Ok(page
        .live(drawn.shown.iter().map(ToString::to_string).chain(more))
        .about(of)
        .marked()
        .pairs(&pair)
        .show(drawn.content)
        .into_response())
}

/// The page without its frame, and what it shows.
struct Drawn {
    content: Markup,
    shown: Vec<Ref>,
    title: String,
}

async fn drawn(app: &App, scene: &Scene, of: Ref) -> Result<Drawn, Problem> {
    let facts = history::facts(app, scene, of, u64::MAX, HISTORY_MAX).await?;
    let recorded = measure::recorded(app, scene, of).await?;
    let proofs = signals::proofs(app, scene, of).await?;
    let moments = tenures::moments(app, scene, of).await?;
    // When it was last held against the scheme.
    let judges = |it: &kernel::Fact| it.event.given().iter().any(|it| it.0 == "judged");
    let made = facts.iter().find(|it| judges(&it.1)).map(|it| it.1.at);
    let pen = Pen::new(scene);
    let mut shown = vec![of];
    let above = threads::up(&pen, of, &mut shown);
    let alone = above.iter().all(|it| it.here);
    let rests = rests(&pen, of, &mut shown);
    let fields: Vec<_> = pen
        .view()
        .values(of)
        .into_iter()
        .filter(|(field, value)| field.name != "name" && tells(&pen, of, field, value))
        .collect();
    shown.extend(fields.iter().flat_map(|it| it.1.links().to_vec()));
    let page = ui::Record {
        reference: of.to_string(),
        kind: pen.kind(of),
        name: pen.title(of),
        now: ui::Now {
            name: pen.name_now(of),
            status: pen.status_now(of),
            answer: pen.answer_now(of),
        },
        status: pen.status(of),
        answer: answer(&pen, of, &mut shown),
        actions: actions::of(&pen, of, &|| app.sign_in.key()),
        fields: fields
            .iter()
            .filter(|it| it.0.name != "sealed_name")
            .map(|(field, value)| (field.label.to_owned(), pen.marked(of, field, value)))
            .collect(),
        why: (wants_thread(of.kind) || judged(of.kind))
            .then(|| Link::to(scene.href(&format!("{}/thread", pen.path(of))), "Why?")),
        no_thread: (alone && wants_thread(of.kind))
            .then(|| "It serves no objective, so nobody can tell what it is for.".into()),
        thread: if alone { Vec::new() } else { above },
        because: judged(of.kind).then(|| facts_of(&pen, of, &mut shown)),
        rests,
        due: parts::due(&pen, of),
        history: facts.iter().map(|it| entry::line(&pen, it.0, &it.1, Some(of))).collect(),
        history_all: Some(Link::to(
            scene.href(&format!("{}/history", pen.path(of))),
            "The whole history",
        )),
        parts: parts::of(&pen, of, (&recorded, &moments, made, &proofs), &mut shown, &|| {
            app.sign_in.key()
        }),
    };
    Ok(Drawn { content: record(&page), shown, title: pen.title(of) })
}

/// `GET /POST-104`: a reference alone is an address too.
pub(super) fn by_reference(scene: &Scene, of: Ref) -> Response {
    Redirect::to(&Pen::new(scene).href(of)).into_response()
}

/// Whether a value says anything: what is empty or simply not so is left out, unless it differs now.
fn tells(pen: &Pen<'_>, of: Ref, field: &Field, value: &Value) -> bool {
    // What became of a signal has a part of its own.
    let told = [FIRST_WENT_TO, "sort", "subject"];
    if of.kind == Kind::Signal && !told.contains(&field.name) {
        return false;
    }
    let says = match value {
        Value::Nothing | Value::Flag(false) => false,
        Value::Texts(them) => !them.is_empty(),
        Value::Links(them) => !them.is_empty(),
        _ => true,
    };
    // What holds unless somebody says otherwise is no news.
    let usual = matches!(field.name, "override_word" | "roll_up" | "profile")
        && matches!((field.shape, value), (Shape::Choice(words), Value::Choice(it)) if words.first() == Some(it));
    (says && !usual) || pen.field_now(of, field, value).is_some()
}

fn wants_thread(kind: Kind) -> bool {
    kernel::anchor::ANCHORED.contains(&kind)
}

fn judged(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Indicator
            | Kind::Objective
            | Kind::Plan
            | Kind::Initiative
            | Kind::Action
            | Kind::Post
            | Kind::Obligation
            | Kind::Control
            | Kind::Occurrence
            | Kind::Finding
            | Kind::Risk
            | Kind::Signal
    )
}

fn facts_of(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Vec<Fact> {
    let fact = |it: because::Reason| {
        shown.push(it.about);
        let link = match it.about == of {
            // A fact about the record itself leads to where it was recorded.
            true => Link::to(source(pen, of), super::capital(&it.says)),
            false => {
                let name = format!("{}: {}", pen.title(it.about), it.says);
                Link::record(pen.href(it.about), it.about.to_string(), name)
            }
        };
        Fact { word: pen.word(it.about), link, dated: it.on, overridden: None }
    };
    let mut facts: Vec<Fact> = because::because(pen.view(), of).into_iter().map(fact).collect();
    // The first says that it is overridden; who says so stands with it.
    let over = overrides::of(pen.view().records(), of, pen.scene.on);
    if let (Some(it), Some(first)) = (over, facts.first_mut()) {
        let by = it.by.map(|by| format!("; {}", entry::who(pen, &by))).unwrap_or_default();
        first.overridden = Some(format!("{}{by}", it.reason));
        let until = ui::day_text(it.until);
        first.link.text = format!("Said to be {} until {until}", it.word.word());
    }
    facts
}

fn source(pen: &Pen<'_>, of: Ref) -> String {
    match of.kind {
        Kind::Indicator => format!("{}#measurements", pen.href(of)),
        _ => pen.scene.href(&format!("{}/history", pen.path(of))),
    }
}

fn answer(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Answer> {
    if let Ok(id) = SignalId::try_from(of) {
        // Whoever it goes to answers it.
        let goes_to = raised::one(pen.view(), id).map(|it| it.signal.goes_to)?;
        let Some(post) = goes_to else { return Some(Answer::NoPost) };
        return answered(pen, post.into(), false, shown);
    }
    let own = of.kind == Kind::Post;
    if !own && !duty::SUBJECTS.contains(&of.kind) {
        return None;
    }
    answered(pen, of, own, shown)
}

/// Who answers; where it is not a post's own page, with the post.
fn answered(pen: &Pen<'_>, of: Ref, own: bool, shown: &mut Vec<Ref>) -> Option<Answer> {
    let records = pen.scene.state.records();
    let found = match who::who(records, of, pen.scene.on) {
        Ok(it) => it,
        Err(Unanswered::NoPost(..)) => return Some(Answer::NoPost),
        Err(_) => return None,
    };
    shown.push(found.post.into());
    shown.extend(found.duty.map(Ref::from));
    shown.extend(found.answering.map(Ref::from));
    shown.extend(found.holders.iter().flat_map(|it| [Ref::from(it.person), it.tenure.into()]));
    let post = (!own).then(|| pen.link(found.post.into()));
    let holders = holders(pen, &found.holders);
    Some(match (who::cover(records, found.post, pen.scene.on), found.answering) {
        (Cover::Group, _) => Answer::Group { post },
        (Cover::Vacant { .. }, answering) => {
            let falls_to = answering.map(|it| (pen.link(it.into()), holders));
            Answer::Uncovered { post, since: found.uncovered_since, falls_to }
        }
        _ => Answer::Held { post, holders },
    })
}

fn holders(pen: &Pen<'_>, them: &[Holder]) -> Vec<Holding> {
    them.iter()
        .map(|it| Holding {
            person: Link::to(pen.href(it.person.into()), pen.title(it.person.into())),
            tenure: Link::to(pen.href(it.tenure.into()), authority(it)),
        })
        .collect()
}

/// By what authority somebody answers: in what capacity, since when and until when.
fn authority(it: &Holder) -> String {
    let share = it.share.map_or(String::new(), |share| format!(", {share} %"));
    let until = it.until.map_or(String::new(), |it| format!(", until {}", ui::day_text(it)));
    format!("{}{share} since {}{until}", it.capacity.word(), ui::day_text(it.since))
}

/// A record, and what is said beside it.
type Noted = (Ref, Option<String>);

/// What rests on it, by how it is joined.
fn joined(pen: &Pen<'_>, of: Ref) -> Vec<(String, Vec<Noted>)> {
    let mut groups: Vec<(String, Vec<Noted>)> = Vec::new();
    let mut put = |title: String, it: Ref, note: Option<String>| match groups
        .iter_mut()
        .find(|group| group.0 == title)
    {
        Some(group) => group.1.push((it, note)),
        None => groups.push((title, vec![(it, note)])),
    };
    for (by, it) in thread::beneath(pen.view(), of) {
        let title = match of.kind {
            Kind::Post if by != "reports here" => format!("{} for", super::capital(by)),
            _ => super::capital(by),
        };
        put(title, it, None);
    }
    parts::joined(pen, of, &mut put);
    groups
}

fn rests(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Vec<Group> {
    let mut groups = joined(pen, of);
    let now = pen.present().map(|it| joined(it, of));
    for (title, _) in now.iter().flatten() {
        if !groups.iter().any(|it| it.0 == *title) {
            groups.push((title.clone(), Vec::new()));
        }
    }
    let refs = |rows: &[Noted]| rows.iter().map(|it| it.0).collect::<Vec<_>>();
    let turnover = |title: &str, rows: &[Noted]| {
        let now = now.as_ref()?.iter().find(|it| it.0 == title);
        Some(pen.between("Here", &refs(rows), &refs(now.map_or(&[], |it| &it.1))))
    };
    groups
        .into_iter()
        .map(|(title, rows)| {
            let more = rows.len().saturating_sub(REST_MAX);
            let all = Link::to(
                pen.scene.href(&format!("{}/thread", pen.path(of))),
                format!("All {}, on the thread", rows.len()),
            );
            // What is not on the page does not change it.
            shown.extend(rows.iter().take(REST_MAX).map(|it| it.0));
            let row = |(it, note): Noted| Rest {
                link: pen.link(it),
                note,
                status: pen.status(it),
                trend: trend::of(pen, it),
                now: pen.was_now(it),
            };
            Group {
                turnover: turnover(&title, &rows),
                title,
                rows: rows.into_iter().take(REST_MAX).map(row).collect(),
                all: (more > 0).then_some(all),
            }
        })
        .collect()
}

/// The post that is accountable for `of` on the date looked at.
pub(super) fn accountable(pen: &Pen<'_>, of: Ref) -> Option<PostId> {
    duty::accountable(pen.scene.state.records(), of, pen.scene.on).map(|it| it.post)
}
