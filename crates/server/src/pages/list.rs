//! The list of a kind: filter, sort, page, export; the same for every kind.

use axum::{
    extract::Path,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use exchange::wire;
use kernel::{
    Field, Kind, Ref, Shape, Value,
    duty::{self, SUBJECTS},
    id::{DutyId, Id, ObjectiveId, PersonId, PostId},
    read::{
        view::{Clause, Status},
        who::{self, Cover},
    },
    status::Word,
};
use maud::html;

use super::{Page, Pen, capital, establish, named, record};
use crate::{
    Problem, Scene,
    ui::{Cell, Column, Empty, Filter, Link, List, PAGE_ROWS, Query, Row, list, turnover},
};

/// Columns drawn from a kind's own fields.
const FIELDS_MAX: usize = 3;

/// `GET /{kind}`: the list; `GET /{kind}.csv`: all of it, as a file; `GET /POST-104`: that record.
pub async fn show(Path(kind): Path<String>, scene: Scene) -> Result<Response, Problem> {
    if let Ok(of) = kind.parse::<Ref>() {
        return Ok(record::by_reference(&scene, scene.find(&of.to_string())?));
    }
    if let Some(plural) = kind.strip_suffix(".csv") {
        return Ok(file(named(plural)?, &scene));
    }
    let kind = named(&kind)?;
    let pen = Pen::new(&scene);
    let it = Narrowed::by(&scene, kind);
    let found = it.find(&pen);
    let pages = found.len().div_ceil(PAGE_ROWS).max(1);
    let page = scene.here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, pages);
    let shown = &found[(page - 1) * PAGE_ROWS..found.len().min(page * PAGE_ROWS)];
    let columns = Columns::of(kind);
    let content = html! {
        header {
            h1 { (capital(kind.plural())) }
            @if scene.by().is_ok() && kind != Kind::Organisation {
                ul.acts { li { a.button href={ "/" (kind.plural()) "/new" } { (establish::title(kind)) } } }
            }
        }
        @if let Some(it) = pen.turnover(kind) { (turnover(&it)) }
        (list(&List {
            things: kind.plural().into(),
            columns: columns.heads(),
            rows: shown.iter().map(|it| columns.row(&pen, *it)).collect(),
            total: found.len(),
            query: scene.here.clone(),
            filters: filters(kind),
            exports: exports(&scene, kind),
            empty: empty(kind, scene.by().is_ok()),
        }))
    };
    let subjects = shown.iter().map(ToString::to_string);
    let kinds = [kind, Kind::Duty, Kind::Tenure, Kind::Person].map(|it| it.plural().to_owned());
    Ok(Page::new(&scene, capital(kind.plural()))
        .section(kind)
        .live(subjects.chain(kinds))
        .marked()
        .show(content)
        .into_response())
}

fn file(kind: Kind, scene: &Scene) -> Response {
    let (heading, rows) =
        wire::rows(&scene.view(), kind, scene.here.get("all").is_some(), &|it| scene.name(it));
    let name = format!("attachment; filename=\"{}-{}.csv\"", kind.plural(), scene.on);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    (headers, wire::csv(&heading, &rows)).into_response()
}

/// The whole list, at the two times that are looked at.
fn exports(scene: &Scene, kind: Kind) -> Vec<Link> {
    let kept = ["at", "known", "all"];
    let pairs = scene.here.pairs.iter().filter(|it| kept.contains(&it.0.as_str())).cloned();
    let pairs: Vec<_> = pairs.collect();
    let to = |path: String| Query::new(path, pairs.clone()).href();
    vec![
        Link::to(to(format!("/{}.csv", kind.plural())), "CSV"),
        Link::to(to(format!("/api/v1/{}", kind.plural())), "JSON"),
    ]
}

fn empty(kind: Kind, writes: bool) -> Empty {
    Empty {
        title: format!("No {} yet", kind.plural()),
        text: "Establish the first, or bring in a file.".into(),
        steps: match writes {
            true => vec![Link::to(format!("/{}/new", kind.plural()), establish::title(kind))],
            false => Vec::new(),
        },
    }
}

/// What the address asks for.
struct Narrowed<'a> {
    kind: Kind,
    find: String,
    status: Option<&'a str>,
    only: Option<&'a str>,
    all: bool,
    sort: Option<(&'a str, bool)>,
}

impl<'a> Narrowed<'a> {
    fn by(scene: &'a Scene, kind: Kind) -> Narrowed<'a> {
        let here = &scene.here;
        let sort = here.get("sort").map(|it| match it.strip_prefix('-') {
            Some(by) => (by, true),
            None => (it, false),
        });
        Narrowed {
            kind,
            find: here.get("find").unwrap_or_default().trim().to_lowercase(),
            status: here.get("status"),
            only: here.get("only"),
            all: here.get("all").is_some(),
            sort,
        }
    }

    fn find(&self, pen: &Pen<'_>) -> Vec<Ref> {
        let all = pen.view().list(self.kind, self.all);
        let mut found: Vec<Ref> = all.filter(|it| self.takes(pen, *it)).collect();
        match self.sort {
            Some(("name", _)) => found.sort_by_cached_key(|it| pen.title(*it).to_lowercase()),
            Some(("status", _)) => found.sort_by_cached_key(|it| rank(pen, *it)),
            _ => (),
        }
        if self.sort.is_some_and(|it| it.1) {
            found.reverse();
        }
        found
    }

    fn takes(&self, pen: &Pen<'_>, it: Ref) -> bool {
        let text = || {
            let code = match pen.view().value(it, "code") {
                Value::Text(code) => code.to_lowercase(),
                _ => String::new(),
            };
            code.contains(&self.find)
                || pen.title(it).to_lowercase().contains(&self.find)
                || it.to_string().to_lowercase() == self.find
        };
        self.status.is_none_or(|wanted| state(pen, it) == Some(wanted))
            && self.only.is_none_or(|wanted| is_only(pen, it, wanted))
            && (self.find.is_empty() || text())
    }
}

/// The status in the word that the filter has for it.
fn state(pen: &Pen<'_>, it: Ref) -> Option<&'static str> {
    Some(match pen.view().status(it) {
        Status::Standing(it) => it.word.word(),
        Status::Cover(it) => it.word(),
        Status::Clause(Clause::Gap) => "gap",
        Status::Clause(Clause::Controlled(_)) => "controlled",
        Status::Clause(Clause::NotApplicable) => "not applicable",
        Status::Life(_) => return None,
    })
}

/// The worst first.
fn rank(pen: &Pen<'_>, it: Ref) -> (u8, u16) {
    match pen.view().status(it) {
        Status::Standing(it) => (3 - it.word as u8, it.confidence),
        Status::Cover(Cover::Vacant { .. }) | Status::Clause(Clause::Gap) => (0, 0),
        Status::Cover(Cover::Acting | Cover::Covered) => (1, 0),
        _ => (2, 0),
    }
}

fn is_only(pen: &Pen<'_>, it: Ref, wanted: &str) -> bool {
    let records = pen.scene.state.records();
    match wanted {
        "orphan" => pen.view().derived().orphans().contains(&it),
        "starved" => {
            ObjectiveId::try_from(it).is_ok_and(|it| pen.view().derived().starved().contains(&it))
        }
        "unaccountable" => duty::accountable(records, it, pen.scene.on).is_none(),
        "uncovered" => is_uncovered(pen, it),
        "statutory" => pen.view().value(it, "statutory") == Value::Flag(true),
        _ => true,
    }
}

/// Whether it is an accountable duty whose post nobody holds.
fn is_uncovered(pen: &Pen<'_>, it: Ref) -> bool {
    let records = pen.scene.state.records();
    let Some(row) = DutyId::try_from(it).ok().and_then(|it| records.duties.get(it)) else {
        return false;
    };
    let vacant = who::cover(records, *row.post.near(pen.scene.on), pen.scene.on);
    row.role.0 == duty::Role::Accountable
        && matches!(vacant, Cover::Vacant { .. })
        && pen.view().stands(row.subject.0)
}

fn filters(kind: Kind) -> Vec<Filter> {
    let choices = |words: &[(&str, &str)]| {
        words.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect::<Vec<_>>()
    };
    let mut filters = Vec::new();
    let states = match kind {
        Kind::Plan | Kind::Objective | Kind::Indicator | Kind::Initiative | Kind::Action => {
            Word::ALL.iter().map(|it| (it.word().to_owned(), capital(it.word()))).collect()
        }
        Kind::Post => choices(&[
            ("held", "Held"),
            ("acting", "Acting"),
            ("covered", "Covered"),
            ("vacant", "Vacant"),
            ("group", "Group"),
        ]),
        Kind::Obligation => choices(&[
            ("gap", "Gap"),
            ("controlled", "Controlled"),
            ("not applicable", "Not applicable"),
        ]),
        _ => Vec::new(),
    };
    if !states.is_empty() {
        filters.push(Filter {
            name: "status",
            label: "Status".into(),
            choices: states,
            unchosen: None,
        });
    }
    let mut only = Vec::new();
    if kernel::anchor::ANCHORED.contains(&kind) {
        only.push(("orphan", "Serves nothing"));
    }
    if kind == Kind::Objective {
        only.push(("starved", "Nothing serves it"));
    }
    if SUBJECTS.contains(&kind) {
        only.push(("unaccountable", "No accountable post"));
    }
    if kind == Kind::Post {
        only.push(("statutory", "Statutory"));
    }
    if kind == Kind::Duty {
        only.push(("uncovered", "Accountable, and nobody holds the post"));
    }
    if !only.is_empty() {
        let unchosen = Some("No matter what");
        filters.push(Filter {
            name: "only",
            label: "Only those".into(),
            choices: choices(&only),
            unchosen,
        });
    }
    filters.push(Filter {
        name: "all",
        label: "Which".into(),
        choices: choices(&[("true", "Also ended and future ones")]),
        unchosen: Some("Those that stand"),
    });
    filters
}

/// The columns of a kind's list.
struct Columns {
    kind: Kind,
    fields: Vec<&'static Field>,
}

impl Columns {
    fn of(kind: Kind) -> Columns {
        let tells = |it: &&Field| {
            let plain = matches!(
                it.shape,
                Shape::Link(_) | Shape::Choice(_) | Shape::Day | Shape::Amount | Shape::Whole
            );
            (plain || it.name == "code") && it.name != "role" && !borrowed(kind, it.name)
        };
        Columns { kind, fields: kind.fields().iter().filter(tells).take(FIELDS_MAX).collect() }
    }

    fn heads(&self) -> Vec<Column> {
        let column = |label: &str, sort| Column { label: label.into(), sort, number: false };
        let mut heads = vec![column(&capital(self.kind.word()), Some("name"))];
        heads.push(column("Status", Some("status")));
        heads.extend(self.fields.iter().map(|it| Column {
            number: matches!(it.shape, Shape::Amount | Shape::Whole),
            ..column(it.label, None)
        }));
        match self.kind {
            Kind::Post => heads.push(column("Held by", None)),
            Kind::Person => heads.push(column("Holds", None)),
            it if SUBJECTS.contains(&it) => heads.push(column("Accountable", None)),
            _ => (),
        }
        heads
    }

    fn row(&self, pen: &Pen<'_>, of: Ref) -> Row {
        let mut cells = vec![pen.status(of).map_or(Cell::Nothing, Cell::Status)];
        cells.extend(self.fields.iter().map(|it| match pen.view().value(of, it.name) {
            Value::Nothing => Cell::Nothing,
            Value::Link(it) => Cell::Link(pen.link(it)),
            it @ (Value::Amount(_) | Value::Whole(_)) => Cell::Number(pen.words(&it)),
            other => Cell::Text(pen.words(&other)),
        }));
        let links = |them: Vec<Link>| {
            Cell::Shown(html! { @for (n, it) in them.iter().enumerate() {
                @if n > 0 { ", " } (it.show())
            } })
        };
        let named = |it: Ref| Link::to(pen.href(it), pen.title(it));
        let records = pen.scene.state.records();
        match self.kind {
            Kind::Post => {
                let holders = who::holders(records, PostId::new(of.n), pen.scene.on);
                cells.push(links(holders.iter().map(|it| named(it.person.into())).collect()));
            }
            Kind::Person => {
                let posts = who::posts_of(records, PersonId::new(of.n), pen.scene.on);
                cells.push(links(posts.iter().map(|it| pen.link(it.0.into())).collect()));
            }
            it if SUBJECTS.contains(&it) => {
                let post = record::accountable(pen, of);
                cells.push(post.map_or(Cell::Nothing, |it| Cell::Link(pen.link(it.into()))));
            }
            _ => (),
        }
        Row { head: pen.link(of), cells, now: pen.was_now(of) }
    }
}

/// What the name of such a record is made of already.
fn borrowed(kind: Kind, field: &str) -> bool {
    match kind {
        Kind::Tenure | Kind::Duty | Kind::Anchor => true,
        Kind::Obligation => field == "requirement",
        _ => false,
    }
}
