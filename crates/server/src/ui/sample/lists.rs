//! Lists for `/style`: one with everything on it, one that nothing matches.

use super::{is, link, nothing};
use crate::ui::{
    Asks, Cell, Column, Filter, Ignored, Link, List, Query, Row, Ticks, View, Views, Word,
};

pub(super) fn narrowed(query: Query) -> List {
    let column = |label: &str, sort: Option<&str>, number| Column {
        label: label.into(),
        sort: sort.map(Into::into),
        number,
    };
    let row = |reference, name, word, count: &str| Row {
        head: link(reference, name),
        cells: vec![
            Cell::Text("Place".into()),
            Cell::Status(is(word, 60)),
            Cell::Link(link("POST-104", "Head of Waste and Streets")),
            Cell::Number(count.into()),
        ],
        now: None,
    };
    let filter = |name: &str, label: &str, asks, first| Filter {
        name: name.into(),
        label: label.into(),
        asks,
        first,
        ..Filter::default()
    };
    let choices = |them: &[(&str, &str)]| {
        Asks::Choice(them.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect())
    };
    let view = |name: &str, here, first| View {
        link: Link::to("/style?find=streets", name),
        name: name.into(),
        here,
        first,
    };
    List {
        things: "objectives".into(),
        thing: "objective".into(),
        columns: vec![
            column("Objective", Some("name"), false),
            column("Unit", None, false),
            column("Status", Some("status"), false),
            column("Accountable", None, false),
            column("Actions", Some("actions"), true),
        ],
        rows: vec![
            row("OBJ-12", "Streets that stay clean", Word::AtRisk, "41"),
            row("OBJ-13", "Homes that are safe and warm", Word::OnTrack, "7"),
            row("OBJ-14", "Nobody waits for care", Word::OffTrack, "112"),
        ],
        total: 12_403,
        query,
        filters: vec![
            filter("status", "Status", choices(&[("at risk", "At risk")]), true),
            filter("unit", "In unit", Asks::Record("/suggest?kind=units".into()), false),
        ],
        chips: vec![Link::to("/style", "at risk"), Link::to("/style", "in Place and beneath")],
        ignored: vec![Ignored {
            name: "unit".into(),
            label: "In unit".into(),
            why: "nothing is called “Wste”; look it up in the list of units".into(),
        }],
        offered: [("unit", "Unit", true), ("status", "Status", true), ("code", "Number", false)]
            .map(|it| (it.0.to_owned(), it.1.to_owned(), it.2))
            .into(),
        views: Some(Views {
            action: "/style".into(),
            plain: Link::to("/style", "All objectives"),
            them: vec![view("At risk in Place", true, true), view("Without anybody", false, false)],
            query: "status=at+risk".into(),
            full: None,
        }),
        exports: vec![Link::to("/objectives.csv", "CSV, as shown")],
        several: Some(Ticks {
            action: "/style".into(),
            acts: vec![("end".into(), "end them on a date".into())],
            hidden: Vec::new(),
            all: false,
        }),
        empty: nothing(),
    }
}

pub(super) fn none(query: Query) -> List {
    List {
        things: "plans".into(),
        rows: Vec::new(),
        total: 0,
        views: None,
        several: None,
        ..narrowed(query)
    }
}
