//! The queue of what the organisation's directory says and what it could mean, and the choices in it:
//! for pages, API and command line alike.

use std::sync::Arc;

use exchange::directory::{
    By as Found, Choice, Index, Listing, Question, Register, Rules, Why, of,
    questions::in_short,
    steps::{self, Chosen},
};
use host::{Directory, LISTING, Row, Step, Whose};
use jiff::civil::Date;
use kernel::{By, Ref, State, id::PersonId};
use serde_json::{Value as Json, json};

use crate::{
    App, Problem,
    scim::{Cached, Desk, renamed, users},
};

/// Somebody about whom something is asked.
#[derive(Debug)]
pub struct Entry {
    pub person: PersonId,
    pub listing: Arc<Listing>,
    pub question: Question,
}

/// Everything that is asked, and how much is listed.
#[derive(Debug)]
pub struct Queue {
    pub entries: Vec<Entry>,
    pub people: usize,
    pub groups: usize,
    pub rules: Rules,
}

/// What a record is called.
pub type Names<'a> = &'a dyn Fn(Ref) -> String;

/// The queue of an organisation that no server has open.
pub fn queue(state: &State, directory: &Directory, on: Date) -> Queue {
    drawn(state, directory, &Cached::default(), on)
}

pub(crate) fn drawn(state: &State, directory: &Directory, cached: &Cached, on: Date) -> Queue {
    let register = cached.register(directory);
    let index = Index::new(state.records(), on, &register, directory.people());
    let entries =
        of(state.records(), &index, &register, on).into_iter().map(|(person, question)| Entry {
            person,
            listing: Arc::clone(&register.listings[&person]),
            question,
        });
    Queue {
        entries: entries.collect(),
        people: register.listings.len(),
        groups: register.groups.len(),
        rules: register.rules.clone(),
    }
}

/// What is asked, as a sentence.
pub fn says(question: &Question, name: Names<'_>) -> String {
    let listed = |posts: &[kernel::id::PostId]| {
        let them: Vec<String> = posts.iter().map(|it| name((*it).into())).collect();
        them.join(", ")
    };
    match question {
        Question::SamePerson(_) => {
            "Somebody of this name is known here already. Is it the same person?".into()
        }
        Question::Post(Why::None, _) => {
            "No post fits what the directory says. Appoint the person by hand, mend the post or the directory, or leave it.".into()
        }
        Question::Post(Why::Several, posts) => {
            format!("Several posts fit: {}. Which is meant?", listed(posts))
        }
        Question::Post(Why::Held(who, from), posts) => format!(
            "{} fits, but {} holds it from {}. Do they share it, or is another post meant?",
            listed(posts),
            name((*who).into()),
            kernel::day(*from)
        ),
        Question::Post(Why::OtherManager, posts) => format!(
            "{} fits by title and department, but it does not report to a post of the manager whom the directory names.",
            listed(posts)
        ),
        Question::Vacant(post, by) => {
            format!("{} fits by {} and is vacant now.", name((*post).into()), word(*by))
        }
        Question::Back(_, held) if held.is_empty() => {
            "The directory says that the person is back. What do they hold?".into()
        }
        Question::Back(_, held) => format!(
            "The directory says that the person is back; they held {}. What do they hold now?",
            listed(held)
        ),
        Question::Moved(post) => format!(
            "They hold {}, and the directory no longer says what fitted it. Have they left it?",
            name((*post).into())
        ),
        Question::StillHolds(posts) => format!(
            "The directory says that the person has gone, and they hold {} now or from a later day.",
            listed(posts)
        ),
    }
}

fn word(by: Found) -> &'static str {
    by.word()
}

/// What choosing it does, for a button.
pub fn offer(choice: Choice, name: Names<'_>) -> String {
    match choice {
        Choice::Same(it) => format!("Yes, {}", name(it.into())),
        Choice::Distinct => "No, somebody else".into(),
        Choice::Appoint(post) => format!("Appoint to {} from today", name(post.into())),
        Choice::End(post) => format!("Today is their last day as {}", name(post.into())),
        Choice::Leave => "Leave it".into(),
    }
}

/// Every choice of an entry.
pub fn choices(question: &Question) -> Vec<Choice> {
    let leave = !matches!(question, Question::SamePerson(_));
    question.choices().into_iter().chain(leave.then_some(Choice::Leave)).collect()
}

/// The queue for programs.
pub fn json(queue: &Queue, name: Names<'_>) -> Json {
    let entry = |it: &Entry| {
        let said: serde_json::Map<String, Json> =
            in_short(&it.listing).into_iter().map(|(label, it)| (key(label), json!(it))).collect();
        let choices: Vec<Json> = choices(&it.question)
            .into_iter()
            .map(|it| json!({ "choice": it.text(), "says": offer(it, name) }))
            .collect();
        json!({
            "person": it.person.to_string(),
            "name": name(it.person.into()),
            "active": it.listing.is_active(),
            "said": said,
            "asks": it.question.word(),
            "says": says(&it.question, name),
            "choices": choices,
        })
    };
    json!({
        "people": queue.people,
        "groups": queue.groups,
        "rules": queue.rules,
        "items": queue.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn key(label: &str) -> String {
    label.to_lowercase().replace(' ', "_")
}

/// Does what somebody has chosen.
///
/// # Errors
///
/// Refused where it is not, or no longer, asked, and where the rules refuse it.
pub async fn choose(app: &App, by: By, person: PersonId, choice: Choice) -> Result<(), Problem> {
    let _turn = app.provisioning.lock().await;
    let desk = Desk::new(app, by, String::new());
    let register = desk.register();
    let gone = "This is not asked, or not any more. Look at the queue again.";
    let worked_out = move |state: &State, directory: &Directory, register: &Register| {
        let today = state.derived().today();
        let index = Index::new(state.records(), today, register, directory.people());
        steps::chosen(state.records(), &index, register, (person, choice), today)
    };
    let published = desk.published();
    let chosen = worked_out(&published.state, &published.directory, &register);
    let Chosen { listings, double, .. } = chosen.ok_or_else(|| Problem::Refused(gone.into()))?;
    let rows = listings.iter().map(|(person, listing)| Row {
        whose: Whose::Person(*person),
        field: LISTING.into(),
        value: listing.as_ref().map(Listing::bytes),
    });
    let rows = rows.collect();
    let plan = move |state: &State, directory: &Directory| {
        let today = state.derived().today();
        let chosen = worked_out(state, directory, &register);
        let commands = chosen.map(|it| it.commands).unwrap_or_default();
        let named = listings.iter().filter_map(|(person, listing)| {
            renamed(state.records(), directory, *person, listing.as_ref()?, today)
        });
        Ok(commands.into_iter().map(Step::from).chain(named).collect())
    };
    let done = desk.run(plan, rows).await;
    done.map_err(|it| match it.status {
        403 => Problem::NotAllowed(it.says),
        _ => Problem::Refused(it.says),
    })?;
    if let Some(double) = double {
        // The number was a double: nothing personal stays under it.
        let (answer, erased) = tokio::sync::oneshot::channel();
        app.host.erase(double, by, move |it| {
            let _ = answer.send(it);
        });
        let stopped = |_| host::Failure::Unknown("the host has stopped".into());
        erased.await.map_err(stopped)??;
    }
    Ok(())
}

/// Keeps how posts are found.
///
/// # Errors
///
/// Refused where an attribute, post or unit is not known.
pub async fn keep_rules(app: &App, by: By, rules: &Rules) -> Result<(), Problem> {
    let _turn = app.provisioning.lock().await;
    let desk = Desk::new(app, by, String::new());
    let published = desk.published();
    rules.check(published.state.records()).map_err(Problem::Refused)?;
    let kept = desk.run(|_, _| Ok(Vec::new()), vec![Desk::rules_row(rules)]).await;
    kept.map(drop).map_err(|it| Problem::Refused(it.says))
}

/// Bytes of a list of people.
pub const FILE_BYTES_MAX: usize = 16 << 20;

/// What became of one row of a list.
#[derive(Debug)]
pub struct Line {
    pub row: u32,
    pub user_name: String,
    pub becomes: &'static str,
    pub refused: Option<String>,
}

/// What a list of people comes to.
#[derive(Debug)]
pub struct Brought {
    pub rows: Vec<Line>,
    pub findings: Vec<exchange::Finding>,
}

impl Brought {
    /// How many of what.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let words = ["new", "changed", "gone", "back", "as it was", "refused"];
        let count = |word: &str| self.rows.iter().filter(|it| it.becomes == word).count();
        words.into_iter().map(|it| (it, count(it))).collect()
    }

    pub fn is_fine(&self) -> bool {
        let faults = self.findings.iter().any(|it| it.grade == exchange::Grade::Fault);
        !faults && self.rows.iter().all(|it| it.refused.is_none())
    }

    pub fn json(&self, dry_run: bool) -> Json {
        let row = |it: &Line| json!({ "row": it.row, "user_name": it.user_name, "becomes": it.becomes, "says": it.refused });
        let counts: serde_json::Map<String, Json> =
            self.counts().into_iter().map(|it| (it.0.replace(' ', "_"), json!(it.1))).collect();
        json!({
            "dry_run": dry_run,
            "counts": counts,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "findings": self.findings.iter().map(exchange::import::report::finding).collect::<Vec<_>>(),
        })
    }
}

/// Takes a list of people as a directory's word: each row whole by itself. Whoever is not in it is left
/// as they are.
///
/// # Errors
///
/// A row that is refused is told with the row; the whole fails where the store does.
pub async fn bring_in(
    app: &App,
    by: By,
    name: &str,
    bytes: &[u8],
    dry_run: bool,
) -> Result<Brought, Problem> {
    use exchange::directory::file;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Problem::TooLarge { bytes_max: FILE_BYTES_MAX });
    }
    let (name, bytes) = (name.to_owned(), bytes.to_vec());
    let read = tokio::task::spawn_blocking(move || {
        file::read(exchange::Source::new(&name, &bytes), &exchange::Mapping::new())
    });
    let reading =
        read.await.map_err(|it| Problem::Refused(format!("The file could not be read: {it}.")))?;
    let _turn = app.provisioning.lock().await;
    let desk = Desk::new(app, by, String::new());
    let register = desk.register();
    let mut known: std::collections::HashMap<String, String> = register
        .listings
        .values()
        .map(|it| (it.user_name().to_lowercase(), it.id.clone()))
        .collect();
    let mut rows = Vec::with_capacity(reading.records.len());
    for it in &reading.records {
        let (becomes, refused) = match row(&desk, it, &mut known, dry_run).await {
            Ok(becomes) => (becomes, None),
            Err(fault) if fault.status == 503 => {
                return Err(Problem::Refused(format!("Row {}: {}", it.row, fault.says)));
            }
            Err(fault) => ("refused", Some(fault.says)),
        };
        rows.push(Line { row: it.row, user_name: it.user_name().to_owned(), becomes, refused });
    }
    rows.sort_by_key(|it| it.row);
    Ok(Brought { rows, findings: reading.findings })
}

async fn row(
    desk: &Desk<'_>,
    it: &exchange::directory::file::Person,
    known: &mut std::collections::HashMap<String, String>,
    dry_run: bool,
) -> Result<&'static str, exchange::scim::Fault> {
    let register = desk.register();
    let key = it.user_name().to_lowercase();
    let manager = it.manager.as_ref().and_then(|it| known.get(&it.to_lowercase()));
    let Some(person) = known.get(&key).and_then(|it| register.person(it)) else {
        let resource = it.over(&exchange::scim::Resource::new(), manager.map(String::as_str));
        let id = match dry_run {
            true => format!("new {key}"),
            false => users::add(desk, resource).await?,
        };
        known.insert(key, id);
        return Ok("new");
    };
    let before = &register.listings[&person];
    let after = it.over(&before.resource, manager.map(String::as_str));
    if after == before.resource {
        return Ok("as it was");
    }
    let goes = after.get("active") == Some(&json!(false));
    let becomes = match (before.is_active(), goes) {
        (true, true) => "gone",
        (false, false) => "back",
        _ => "changed",
    };
    if !dry_run {
        users::put(desk, &register, person, after).await?;
    }
    Ok(becomes)
}
