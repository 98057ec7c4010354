//! The scene of a request: who asks, as which post, about which state, on which date.
//!
//! Pages and API share it, so that `at` and `known` mean the same everywhere. It decides nothing:
//! what a visitor may do is the kernel's to say, each time.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Query as Asked},
    http::{Method, header::ACCEPT, request::Parts},
};
use host::{Directory, Published};
use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::{
    By, Ref, State, Text, authority,
    change_set::layer::{Layer, layer},
    id::{AuditId, ChangeSetId, DelegationId, Id, PersonId, PostId, TenureId},
    read::{room, view::View, who},
};
use serde::Deserialize;

use crate::{
    App, Problem,
    calendar::Calendars,
    signin::Visitor,
    ui::{Query, Scheme, THEN, Toast},
};

/// Everything one answer is drawn from. It does not change while it is drawn.
#[derive(Debug, Clone)]
pub struct Scene {
    pub visitor: Visitor,
    pub published: Arc<Published>,
    /// The state as known at [`known`](Scene::known).
    pub state: Arc<State>,
    /// The date that is looked at.
    pub on: Date,
    pub at: Option<Date>,
    pub known: Option<Timestamp>,
    /// The change set whose draft is laid over the state.
    pub draft: Option<ChangeSetId>,
    pub now: Timestamp,
    pub today: Date,
    /// Where the organisation is.
    pub zone: TimeZone,
    /// The address asked for.
    pub here: Query,
    /// The same request at now; none if this is now. Of two times side by side, the other one.
    pub present: Option<Box<Scene>>,
    /// Days on which the structure changes.
    pub calendars: Calendars,
    /// It is one of two times that are looked at together.
    pub compared: bool,
    /// What this page says of what was just done.
    pub said: Option<Toast>,
    /// Somebody opens this page, and no program fetches it, draws it again or ahead of time.
    pub opened: bool,
    /// The colours that the visitor chose.
    pub scheme: Scheme,
    /// The audits to whose rooms the visitor is confined; none for everybody else.
    pub rooms: Option<Vec<AuditId>>,
}

/// A post that the visitor may act as, and by which right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    pub person: PersonId,
    pub post: PostId,
    pub right: Right,
}

/// By which right somebody acts as a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Holds(who::Holder),
    /// The post lets them, or the post that they hold.
    Delegated {
        delegation: DelegationId,
        holder: Option<who::Holder>,
    },
}

impl Acting {
    /// Every post that a person may act as on a day: those they hold, then those that let them act for them.
    pub fn all(state: &State, person: PersonId, today: Date) -> Vec<Acting> {
        let held = who::posts_of(state.records(), person, today).into_iter();
        let mut posts: Vec<Acting> = held
            .map(|(post, holder)| Acting { person, post, right: Right::Holds(holder) })
            .collect();
        for (post, delegation, holder) in authority::signs_for(state, person, today) {
            if !posts.iter().any(|it| it.post == post) {
                let right = Right::Delegated { delegation, holder };
                posts.push(Acting { person, post, right });
            }
        }
        posts
    }

    /// The tenure by which the post is held; none where it is delegated.
    pub fn tenure(&self) -> Option<TenureId> {
        match self.right {
            Right::Holds(it) => Some(it.tenure),
            Right::Delegated { .. } => None,
        }
    }

    /// The delegation under which it is, if the post is not held.
    pub fn delegation(&self) -> Option<DelegationId> {
        By::from(*self).delegation()
    }
}

impl From<Acting> for By {
    fn from(it: Acting) -> By {
        let (person, post) = (it.person, it.post);
        match it.right {
            Right::Holds(holder) => By::Postholder { person, post, tenure: holder.tenure },
            Right::Delegated { delegation, holder } => {
                By::Delegate { person, post, delegation, tenure: holder.map(|it| it.tenure) }
            }
        }
    }
}

/// What a visitor's colours are kept under.
pub(crate) const SCHEME: &str = "scheme";
/// A live page sends it when it asks for itself again.
const REDRAW: &str = "redraw";

#[derive(Debug, Default, Deserialize)]
struct Times {
    #[serde(default)]
    at: String,
    #[serde(default)]
    known: String,
    #[serde(default)]
    draft: String,
}

impl Scene {
    /// The same request at now; none if this is now.
    fn at_now(&self) -> Option<Scene> {
        (!self.is_now()).then(|| Scene {
            state: Arc::clone(&self.published.state),
            on: self.today,
            at: None,
            known: None,
            draft: None,
            here: self.here.without(&["at", "known", "draft"]),
            ..self.clone()
        })
    }

    pub fn view(&self) -> View<'_> {
        View::new(&self.state, self.on)
    }

    pub fn directory(&self) -> &Directory {
        &self.published.directory
    }

    /// Whether this is the present: nothing can be changed from another time.
    pub fn is_now(&self) -> bool {
        self.at.is_none_or(|it| it == self.today)
            && self.known.is_none()
            && self.draft.is_none()
            && !self.compared
    }

    /// The address of `path` at the two times that are looked at.
    pub fn href(&self, path: &str) -> String {
        // A page at now has hundreds of these.
        match (self.at, self.known, self.draft) {
            (None, None, None) => path.to_owned(),
            _ => self.query(path, []).href(),
        }
    }

    /// The address of `path` with `pairs`, at the two times that are looked at.
    pub fn query<const N: usize>(&self, path: &str, pairs: [(&str, &str); N]) -> Query {
        let at = self.at.map(|it| ("at".to_owned(), it.to_string()));
        let known = self.known.map(|it| ("known".to_owned(), it.to_string()));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let draft = self.draft.map(|it| ("draft".to_owned(), it.to_string()));
        Query::new(path, pairs.into_iter().chain(at).chain(known).chain(draft))
    }

    /// A moment as it is read where the organisation is.
    pub fn moment(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// What the zone of all moments is called: `Europe/London`.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// In whose name the visitor may change something now.
    pub fn by(&self) -> Result<By, Problem> {
        if !self.is_now() {
            return Err(Problem::NotNow);
        }
        self.acting().map(By::from).ok_or(Problem::NoPost)
    }

    /// What a record is called on the date looked at, people included.
    pub fn name(&self, of: Ref) -> Option<Text> {
        match PersonId::try_from(of) {
            Ok(person) => Some(self.directory().called(self.state.records(), person)),
            Err(_) => self.state.records().name(of, self.on),
        }
    }

    /// The posts that the visitor may act as today, whatever date is looked at: those they hold, then those
    /// that let them act for them.
    pub fn posts(&self) -> Vec<Acting> {
        let Ok(Ok(person)) = self.visitor.person.parse::<Ref>().map(PersonId::try_from) else {
            return Vec::new();
        };
        let mut posts = Acting::all(&self.published.state, person, self.today);
        if self.visitor.key.is_some() {
            // A program acts as the post of its key, and as no other that its maker holds.
            let only = self.visitor.acts_as.as_deref();
            posts.retain(|it| only == Some(&*it.post.to_string()));
        }
        posts
    }

    /// The post that the visitor acts as: the one chosen, while it is held, else the first held.
    pub fn acting(&self) -> Option<Acting> {
        let posts = self.posts();
        let chosen = self.visitor.acts_as.as_deref();
        let found = posts.iter().find(|it| Some(&*it.post.to_string()) == chosen);
        found.or(posts.first()).copied()
    }

    /// The record that a reference in an address means.
    pub fn find(&self, reference: &str) -> Result<Ref, Problem> {
        let of: Ref = reference.parse().map_err(|_| Problem::NoSuchPage)?;
        match self.state.records().facet(of) {
            Some(_) => Ok(of),
            None if self.published.state.records().facet(of).is_some() => {
                Err(Problem::NotKnownThen(of))
            }
            None => Err(Problem::NoSuchRecord(of)),
        }
    }
}

impl FromRequestParts<App> for Scene {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Scene, Problem> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let Asked(times) = Asked::<Times>::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::OddTime(String::new()))?;
        let at = read(&times.at)?;
        let known: Option<Timestamp> = match times.known.is_empty() {
            true => None,
            false => Some(moment(&times.known, at, app)?),
        };
        let published = app.host.published();
        let today = published.state.derived().today();
        let state = known_at(app, &published, known).await?;
        let laid = drafted(app, &times.draft, &state).await?;
        // What is drafted is looked at on the day on which it would be so.
        let at = at.or(laid.as_ref().map(|it| it.on));
        let draft = laid.as_ref().map(|it| it.set);
        let state = laid.map_or(state, |it| Arc::new(it.state));
        let Asked(pairs) = Asked::<Vec<(String, String)>>::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::NoSuchPage)?;
        let here = Query::new(parts.uri.path(), pairs);
        let (now, zone) = (app.host.clock().now(), app.host.clock().zone());
        let rooms = confined(&visitor, &published.state, today);
        if rooms.is_some() && draft.is_some() {
            // Drafts are no part of what an audit looks at.
            return Err(Problem::NoSuchPage);
        }
        let at = match &rooms {
            None => at,
            Some(audits) => {
                let asked = (&parts.method, parts.uri.path());
                app.rooms.lets(&published.state, audits, asked, at, today)?
            }
        };
        let on = at.unwrap_or(today);
        let opened = is_opened(parts);
        let said = opened.then(|| app.sign_in.hear(&visitor)).flatten();
        // What cannot be recalled is not worth a fault.
        let scheme = app.sign_in.recall(&visitor, SCHEME).ok().flatten();
        let scheme = scheme.map(|it| Scheme::named(&it)).unwrap_or_default();
        let mut scene = Scene {
            visitor,
            published,
            state,
            on,
            at,
            known,
            draft,
            now,
            today,
            zone,
            here,
            present: None,
            calendars: app.calendars.clone(),
            compared: false,
            said,
            opened,
            scheme,
            rooms,
        };
        scene.present = scene.at_now().map(Box::new);
        Ok(scene)
    }
}

/// The state as known at a moment, looked at as of now.
async fn known_at(
    app: &App,
    published: &Published,
    known: Option<Timestamp>,
) -> Result<Arc<State>, Problem> {
    let Some(moment) = known else { return Ok(Arc::clone(&published.state)) };
    let mut state = app.wait(move |host| host.known(moment)).await?;
    if state.here().now() < published.state.here().now() {
        Arc::make_mut(&mut state).keep_up_with(&published.state);
    }
    Ok(state)
}

fn confined(visitor: &Visitor, state: &State, today: Date) -> Option<Vec<AuditId>> {
    let person = visitor.person.parse::<Ref>().ok().and_then(|it| PersonId::try_from(it).ok())?;
    let posts: Vec<PostId> =
        Acting::all(state, person, today).into_iter().map(|it| it.post).collect();
    room::confined(state.records(), person, &posts, today)
}

/// Whether somebody opens a page. A live page that asks for itself again says so, and is told nothing:
/// what was just done is for the page that comes after the form.
fn is_opened(parts: &Parts) -> bool {
    let accepts = parts.headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    parts.method == Method::GET
        && accepts.is_some_and(|it| it.contains("text/html"))
        && !parts.headers.contains_key(REDRAW)
        && !["purpose", "sec-purpose"].into_iter().any(|it| parts.headers.contains_key(it))
}

/// The draft that is asked for, laid over a state.
async fn drafted(app: &App, reference: &str, state: &Arc<State>) -> Result<Option<Layer>, Problem> {
    if reference.is_empty() {
        return Ok(None);
    }
    let set = reference.parse::<Ref>().ok().and_then(|it| ChangeSetId::try_from(it).ok());
    let set = set.filter(|it| state.records().change_sets.get(*it).is_some());
    let set = set.ok_or_else(|| {
        Problem::Refused(format!("`draft` takes a change set, and {reference} is none."))
    })?;
    let state = Arc::clone(state);
    Ok(Some(app.wait(move |_| Ok(layer(&state, set))).await?))
}

/// A date as an address has it; none where it is empty.
pub(crate) fn read(date: &str) -> Result<Option<Date>, Problem> {
    match date {
        "" => Ok(None),
        it => it.parse().map(Some).map_err(|_| Problem::OddTime(it.to_owned())),
    }
}

/// The end of a day.
const LAST_SECOND: Time = Time::constant(23, 59, 59, 0);

/// An instant, or what a browser's field for date and time gives, which is meant in the
/// organisation's own zone; or `then`, for as much as was known by the end of the day looked at.
fn moment(text: &str, at: Option<Date>, app: &App) -> Result<Timestamp, Problem> {
    let odd = || Problem::OddTime(text.to_owned());
    if let Ok(it) = text.parse::<Timestamp>() {
        return Ok(it);
    }
    let local: jiff::civil::DateTime = match (text, at) {
        // The end of the day looked at; without one, now.
        (THEN, Some(at)) => at.to_datetime(LAST_SECOND),
        (THEN, None) => return Ok(app.host.clock().now()),
        _ => text.parse().map_err(|_| odd())?,
    };
    let zoned = local.to_zoned(app.host.clock().zone()).map_err(|_| odd())?;
    Ok(zoned.timestamp())
}

impl Scene {
    /// The same request at two other times. It is no present, whatever they are: nothing is changed from it.
    pub(crate) async fn seen_at(
        &self,
        app: &App,
        at: Option<Date>,
        known: &str,
    ) -> Result<Scene, Problem> {
        let known = match known {
            "" => None,
            it => Some(moment(it, at, app)?),
        };
        let state = match known == self.known {
            true => Arc::clone(&self.state),
            false => known_at(app, &self.published, known).await?,
        };
        let (on, present) = (at.unwrap_or(self.today), None);
        Ok(Scene { state, on, at, known, present, compared: true, ..self.clone() })
    }

    /// The two days that are asked for side by side, each with the other one to compare with; none if only one
    /// is. Whoever is kept in the room of an audit sees one.
    pub(crate) async fn pair(&self, app: &App) -> Result<Option<[Scene; 2]>, Problem> {
        let beside = self.here.get("beside").filter(|_| self.rooms.is_none());
        let Some(beside) = beside.map(read).transpose()?.flatten() else { return Ok(None) };
        let known = self.known.map(|it| it.to_string()).unwrap_or_default();
        let one = self.seen_at(app, Some(self.on), &known).await?;
        let other = self.seen_at(app, Some(beside), &known).await?;
        let with = |it: &Scene, other: &Scene| Scene {
            present: Some(Box::new(other.clone())),
            ..it.clone()
        };
        Ok(Some([with(&one, &other), with(&other, &one)]))
    }

    /// A record of the state by its typed id, for handlers that know the kind.
    pub fn stands<I: Id>(&self, id: I) -> bool {
        self.state.records().stands(id.into(), self.on)
    }
}
