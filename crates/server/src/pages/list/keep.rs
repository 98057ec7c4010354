//! Views: lists that a visitor has given a name, kept for that visitor alone.
//!
//! A view is the query of a list: filters, columns, sorting. It holds no records and no times, so it
//! always shows what is so when it is opened.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::Kind;
use serde::{Deserialize, Serialize};

use crate::{
    App, Problem, Scene,
    pages::named,
    signin::Visitor,
    ui::{Link, Query, View, Views},
};

/// Views that a visitor keeps of one kind.
const VIEWS_MAX: usize = 20;
/// Characters of a name, bytes of a query.
const NAME_CHARS_MAX: usize = 60;
const QUERY_BYTES_MAX: usize = 2000;
/// Says that the list is wanted as it is, not the view that it opens with.
const PLAIN: (&str, &str) = ("view", "plain");

/// What a visitor keeps for one kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept(Vec<One>);

#[derive(Debug, Serialize, Deserialize)]
struct One {
    name: String,
    query: String,
    /// The list opens with it.
    #[serde(default)]
    first: bool,
}

#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    first: String,
}

fn drawer(kind: Kind) -> String {
    format!("views of {}", kind.plural())
}

pub(super) fn recall(app: &App, visitor: &Visitor, kind: Kind) -> Result<Kept, Problem> {
    let text = app.sign_in.recall(visitor, &drawer(kind)).map_err(Problem::door)?;
    // What cannot be read is left where it is until something else is kept.
    Ok(text.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default())
}

/// `POST /{kind}/views`: keeps one, drops one, or has the list open with one.
pub async fn perform(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let kind = named(&kind)?;
    let mut kept = recall(&app, &scene.visitor, kind)?;
    let query = kept.take(wanted).map_err(Problem::Refused)?;
    let text = (!kept.0.is_empty()).then(|| serde_json::to_string(&kept).unwrap_or_default());
    app.sign_in.remember(&scene.visitor, &drawer(kind), text).await.map_err(Problem::door)?;
    Ok(Redirect::to(&href(kind, &query)).into_response())
}

fn href(kind: Kind, query: &str) -> String {
    match query {
        "" => format!("/{}?{}={}", kind.plural(), PLAIN.0, PLAIN.1),
        it => format!("/{}?{it}", kind.plural()),
    }
}

impl Kept {
    /// Does what is wanted; gives back the query to show afterwards.
    fn take(&mut self, wanted: Wanted) -> Result<String, String> {
        let name = wanted.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let here = canonical(&wanted.query);
        let at = self.0.iter().position(|it| it.name == name);
        match (wanted.act.as_str(), at) {
            ("drop", Some(at)) => drop(self.0.remove(at)),
            ("first", Some(at)) => {
                self.0.iter_mut().enumerate().for_each(|(n, it)| it.first = n == at);
            }
            ("not-first", Some(at)) => self.0[at].first = false,
            ("drop" | "first" | "not-first", None) => {
                return Err(
                    "You keep no view of that name. It may have been removed in another window."
                        .into(),
                );
            }
            _ => self.keep(name, here.clone(), wanted.first == "true")?,
        }
        Ok(here)
    }

    fn keep(&mut self, name: String, query: String, first: bool) -> Result<(), String> {
        if name.is_empty()
            || name.chars().count() > NAME_CHARS_MAX
            || name.chars().any(char::is_control)
        {
            return Err(format!("Give the view a name of at most {NAME_CHARS_MAX} characters."));
        }
        if query.len() > QUERY_BYTES_MAX {
            return Err(format!(
                "This view asks for more than {QUERY_BYTES_MAX} characters can say. Show fewer columns or shorten what is looked for."
            ));
        }
        // The same name again means: like this from now on.
        self.0.retain(|it| it.name != name);
        if self.0.len() >= VIEWS_MAX {
            return Err(full());
        }
        if first {
            self.0.iter_mut().for_each(|it| it.first = false);
        }
        self.0.push(One { name, query, first });
        Ok(())
    }

    /// Where a list that is asked for without any wish opens, if not as it is.
    pub(super) fn opening(&self, scene: &Scene) -> Option<String> {
        let wishes = |it: &&(String, String)| it.0 != "at" && it.0 != "known";
        if scene.here.pairs.iter().any(|it| wishes(&it)) {
            return None;
        }
        let first = self.0.iter().find(|it| it.first && !it.query.is_empty())?;
        Some(with_times(scene, &first.query).href())
    }

    pub(super) fn shown(&self, scene: &Scene, kind: Kind, here: &Query) -> Views {
        let query = kept(here);
        let view = |it: &One| View {
            link: Link::to(with_times(scene, &it.query).href(), it.name.clone()),
            name: it.name.clone(),
            here: it.query == query,
            first: it.first,
        };
        let plain = scene.href(&format!("/{}", kind.plural()));
        let plain = match plain.contains('?') {
            true => format!("{plain}&{}={}", PLAIN.0, PLAIN.1),
            false => format!("{plain}?{}={}", PLAIN.0, PLAIN.1),
        };
        Views {
            action: format!("/{}/views", kind.plural()),
            plain: Link::to(plain, format!("All {}", kind.words())),
            them: self.0.iter().map(view).collect(),
            query,
            full: (self.0.len() >= VIEWS_MAX).then(full),
        }
    }
}

fn full() -> String {
    format!(
        "You keep {VIEWS_MAX} views of this list, which is as many as there can be. Remove one first."
    )
}

/// A query as we write it ourselves, so that a view is found again and nothing but a query gets in.
fn canonical(query: &str) -> String {
    kept(&Query::new("", pairs(query)))
}

/// The part of a list's address that a view keeps.
fn kept(here: &Query) -> String {
    let query = here.without(&["at", "known", "page", "view", "ticked", "changed"]);
    Query { path: String::new(), ..query }.href().trim_start_matches('?').to_owned()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let Ok(uri) = format!("/?{query}").parse() else { return Vec::new() };
    axum::extract::Query::try_from_uri(&uri).map(|it| it.0).unwrap_or_default()
}

fn with_times(scene: &Scene, query: &str) -> Query {
    let times = scene.here.pairs.iter().filter(|it| it.0 == "at" || it.0 == "known").cloned();
    Query::new(scene.here.path.clone(), pairs(query).into_iter().chain(times))
}
