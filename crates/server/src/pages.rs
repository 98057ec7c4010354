//! Pages: one of each sort, whatever the kind of record.
//!
//! A page is drawn from a [`Scene`] and nothing else: lists, records and forms come from
//! [`Kind::fields`], so a new kind of record needs no page. What a visitor may do is asked of the
//! kernel; what a page shows is declared, so that it is asked for again when that changes.

pub mod acceptance;
pub mod accounts;
pub mod audit_file;
pub mod change;
mod contrast;
pub mod correct;
pub mod differences;
pub mod directory;
pub mod doing;
pub mod edition;
pub mod end;
mod entry;
pub mod erase;
pub mod establish;
pub mod establishment;
pub mod excuse;
pub mod extend;
pub mod feed;
pub mod finding;
pub mod gaps;
pub mod handover;
pub mod history;
pub mod home;
pub mod import;
pub mod invite;
pub mod keys;
pub mod ledger;
pub mod list;
mod mapping;
pub mod may;
pub mod measure;
pub mod my_post;
pub mod oscal;
mod overtaken;
pub mod packs;
mod pen;
pub mod problem;
pub mod pulse;
pub mod queue;
pub mod record;
pub mod rehearsal;
pub mod room;
pub mod scope;
pub mod search;
mod sections;
mod sent;
pub mod settings;
pub mod signals;
pub mod sources;
pub mod stop_list;
pub mod strategy;
mod sure;
mod terms;
pub mod thread;
mod trend;
pub mod watch;
pub mod weather;
pub mod work;
mod wrong;

use jiff::civil::Date;
use kernel::{Kind, Ref, id::Id, read::changes};
use maud::{Markup, html};

pub use self::sent::Sent;
pub(crate) use self::{pen::Pen, sections::Section, wrong::Wrong};
use crate::{
    Problem, Scene,
    scene::Acting,
    ui::{self, Frame, Link, Marks, Notice, PostChoice, Query, SignedIn, Steps, Times, Tone},
};

/// Bytes of a form.
pub const FORM_BYTES_MAX: usize = 1 << 20;
/// Seconds until a page that has not come is given up.
pub const PAGE_SECONDS_MAX: u64 = 30;

/// A page in its frame, put together piece by piece.
pub(crate) struct Page<'a> {
    scene: &'a Scene,
    title: String,
    section: Option<Section>,
    subjects: Vec<String>,
    here: Query,
    steps: Steps,
    marks: bool,
    settled: bool,
    /// The record that it is the page of.
    of: Option<Ref>,
    /// It can show two days side by side, and which other one it shows.
    pairs: bool,
    beside: Option<Date>,
    /// The record whose changes can be followed, or everything's.
    feed: Option<Option<Ref>>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(scene: &'a Scene, title: impl Into<String>) -> Page<'a> {
        let here = scene.here.clone();
        Page {
            scene,
            title: title.into(),
            section: None,
            subjects: Vec::new(),
            here,
            steps: Steps::default(),
            marks: false,
            settled: true,
            of: None,
            pairs: false,
            beside: None,
            feed: None,
        }
    }

    /// It is about records of `kind`.
    pub(crate) fn section(self, kind: Kind) -> Page<'a> {
        self.within(Section::of(kind))
    }

    pub(crate) fn within(self, section: Section) -> Page<'a> {
        Page { section: Some(section), ..self }
    }

    /// What it shows: references, plurals of kinds, or `*`. Without any it is not live.
    pub(crate) fn live(self, subjects: impl IntoIterator<Item = impl ToString>) -> Page<'a> {
        let mut subjects: Vec<String> = subjects.into_iter().map(|it| it.to_string()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        Page { subjects, ..self }
    }

    /// What it shows goes on without an entry: it is asked for again as soon as the stream is open, because
    /// what was announced before that was not heard.
    pub(crate) fn unsettled(self) -> Page<'a> {
        Page { settled: false, ..self }
    }

    /// Where it can be asked for, when it answers a POST.
    pub(crate) fn at(self, path: impl Into<String>) -> Page<'a> {
        Page { here: Query::new(path, []), ..self }
    }

    /// It marks everything on it that differs from now.
    pub(crate) fn marked(self) -> Page<'a> {
        Page { marks: true, ..self }
    }

    /// It shows two days side by side when it is asked to.
    pub(crate) fn pairs(self, pair: &Option<[Scene; 2]>) -> Page<'a> {
        Page { pairs: true, beside: pair.as_ref().map(|it| it[1].on), ..self }
    }

    /// Days of change for the time bar: of the record, else of the structure.
    fn changes(&self) -> Marks {
        let (scene, on) = (self.scene, self.scene.on);
        match self.of {
            Some(of) => {
                let days = changes::days(scene.state.records(), of);
                Marks::near("this record", &days.into_iter().collect::<Vec<_>>(), on)
            }
            None => Marks::near("the structure", &scene.calendars.days(&scene.state), on),
        }
    }

    /// What it shows can be followed as a feed: what is about a record, or everything.
    pub(crate) fn feed(self, about: Option<Ref>) -> Page<'a> {
        Page { feed: Some(about), ..self }
    }

    /// It is the page of one record: the time bar steps through the record's changes.
    pub(crate) fn about(self, of: Ref) -> Page<'a> {
        let around = changes::around(self.scene.state.records(), of, self.scene.on);
        let steps = Steps { before: around.before, after: around.after };
        Page { steps, of: Some(of), ..self }
    }

    pub(crate) fn show(self, content: Markup) -> Markup {
        let scene = self.scene;
        let writes = administers_now(scene);
        let kept = scene.rooms.is_some();
        // What lies outside the period of a room is not told in it.
        let changes = if kept { Marks::default() } else { self.changes() };
        let trouble = scene.published.trouble.as_ref().map(|why| {
            Notice::new(Tone::Bad, "Nothing can be saved at present")
                .text(format!("{why}. What was saved is safe and can be read."))
        });
        let frame = Frame {
            title: self.title,
            organisation: organisation(scene),
            menu: match &scene.rooms {
                None => sections::menu(scene, self.section, &self.here.path, writes),
                Some(audits) => sections::rooms(scene, audits, &self.here.path),
            },
            signed_in: Some(signed_in(scene)),
            times: Times {
                now: scene.now,
                today: scene.today,
                at: scene.at,
                known: scene.known,
                draft: scene.draft.map(|it| draft(scene, it)),
                zone: scene.zone.clone(),
                steps: self.steps,
                changes,
                beside: self.beside,
                pairs: self.pairs && !kept,
                changed: (!kept).then(|| differences::looked_at(scene, self.of, self.beside)),
                marks: self.marks,
                present: !kept,
            },
            finds: !kept,
            feed: self
                .feed
                .filter(|_| !kept)
                .map(|about| Link::to(feed::href(about), "What changes")),
            query: self.here,
            // The stream says what changes in the whole register.
            subjects: if kept { Vec::new() } else { self.subjects },
            drawn: if self.settled { scene.published.state.seq() } else { 0 },
            notices: trouble.into_iter().collect(),
            said: scene.said.clone(),
            scheme: scene.scheme,
        };
        ui::frame(&frame, content)
    }
}

/// The way to the rehearsal of the draft that is looked at.
fn draft(scene: &Scene, set: kernel::id::ChangeSetId) -> Link {
    let name = scene.published.state.records().latest_name(set.into());
    let name = name.map_or_else(|| set.to_string(), |it| it.to_string());
    Link::to(format!("/change-sets/{set}/rehearsal"), name)
}

fn administers(scene: &Scene, acting: Acting) -> bool {
    kernel::authority::by_administrator(&scene.published.state, &acting.into(), scene.today)
}

/// Whether the visitor administers the register now.
fn administers_now(scene: &Scene) -> bool {
    scene.is_now() && scene.acting().is_some_and(|it| administers(scene, it))
}

/// What the organisation is called on the date looked at.
pub(crate) fn organisation(scene: &Scene) -> String {
    organisation_of(&scene.state, scene.on)
}

/// What it is called in a state on a day.
fn organisation_of(state: &kernel::State, on: jiff::civil::Date) -> String {
    let first = Ref { kind: Kind::Organisation, n: kernel::id::PostId::at_row(0).n() };
    state.records().name(first, on).map_or_else(|| "Throughline".into(), |it| it.to_string())
}

fn signed_in(scene: &Scene) -> SignedIn {
    let acting = scene.acting().map(|it| it.post);
    let records = scene.published.state.records();
    let post = |post: kernel::id::PostId| PostChoice {
        reference: post.to_string(),
        title: records.name(post.into(), scene.today).as_deref().unwrap_or_default().to_owned(),
        chosen: acting == Some(post),
    };
    SignedIn {
        name: scene.visitor.name.clone(),
        posts: scene.posts().into_iter().map(|it| post(it.post)).collect(),
    }
}

/// The kind that an address names.
pub(crate) fn named(plural: &str) -> Result<Kind, Problem> {
    Kind::named(plural).filter(|it| it.plural() == plural).ok_or(Problem::NoSuchPage)
}

/// The record of an address: it must be of the kind that the address says.
pub(crate) fn find(scene: &Scene, (kind, reference): &(String, String)) -> Result<Ref, Problem> {
    let (kind, found) = (named(kind)?, scene.find(reference)?);
    if found.kind == kind { Ok(found) } else { Err(Problem::NoSuchPage) }
}

pub(crate) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// Two drawings of one page, each under its day: side by side where there is room.
pub(crate) fn beside(pair: &Option<[Scene; 2]>, contents: [Markup; 2]) -> Markup {
    let days = pair.iter().flatten().map(|it| it.on);
    html! {
        div.two-days {
            @for (content, on) in contents.into_iter().zip(days) {
                div.stack { p.lead { "As at " (ui::day(on)) } (content) }
            }
        }
    }
}

/// The heading of a page that is about a record without being its own: where it belongs, then what
/// it does.
fn heading(above: &Link, title: &str) -> Markup {
    html! { header { p { (above.show()) } h1 { (title) } } }
}
