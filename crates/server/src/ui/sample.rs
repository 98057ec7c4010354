//! `/style`: every piece in every state, for those who build pages. Development builds only.

mod branch;
mod charts;
mod dialogs;
mod differs;
mod first;
mod lists;
mod sparklines;
mod toasts;

use axum::{extract::State, response::Redirect};
use jiff::{Timestamp, civil::date};
use maud::{Markup, html};

use super::{
    Action, Answer, Choice, Differs, Due, Empty, Entry, Fact, Field, Form, Frame, Group, Holding,
    Kind, Knot, Link, Marks, Menu, MenuEntry, Notice, PostChoice, Query, Record, Rest, Scheme,
    SignedIn, Status, Steps, Times, Tone, Word, empty, form, frame, list, notice, record, stages,
    status,
};
use crate::Live;

type Asked = axum::extract::Query<Vec<(String, String)>>;

/// `GET /style`
pub async fn page(State(live): State<Live>, axum::extract::Query(pairs): Asked) -> Markup {
    let query = Query::new("/style", pairs);
    let noon: Timestamp = "2026-03-09T12:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let it = Frame {
        title: "Style".into(),
        organisation: "Fallowmere Council".into(),
        menu: Menu {
            sections: entries(
                &["Pulse", "My post", "Strategy", "Establishment", "Work"],
                "Strategy",
            ),
            within: entries(&["Map", "Plans", "Objectives", "Indicators"], "Objectives"),
        },
        signed_in: Some(SignedIn {
            name: "Mary Okafor".into(),
            posts: vec![
                post("POST-104", "Head of Waste and Streets", true),
                post("POST-12", "Emergency planning lead", false),
            ],
        }),
        feed: None,
        times: Times {
            draft: None,
            changes: Marks::default(),
            beside: None,
            pairs: false,
            changed: Some(Link::to("/style", "What changed lately")),
            now: noon,
            today: date(2026, 3, 9),
            at: query.get("at").and_then(|it| it.parse().ok()),
            known: query.get("known").and_then(|it| format!("{it}Z").parse().ok()),
            zone: jiff::tz::TimeZone::UTC,
            steps: Steps { before: Some(date(2026, 1, 1)), after: Some(date(2026, 6, 1)) },
            marks: true,
            present: true,
        },
        finds: true,
        query: query.clone(),
        subjects: vec!["STYLE-1".into()],
        drawn: live.drawn(),
        said: Some(toasts::one()),
        scheme: Scheme::System,
        notices: vec![
            Notice::new(Tone::Good, "Saved")
                .text("The duty moved with the post; nothing else changed."),
            Notice::new(Tone::Warn, "Rehearsal").text("You are looking at a draft of 14 changes."),
        ],
    };
    let content = html! {
        p #drawn { "Drawn at entry " (live.drawn()) }
        form method="post" action="/style/touch" { button { "Touch" } }
        ul.acts { @for word in Word::ALL { li { (status(&Status::is(word, 82))) } } }
        p {
            (status(&Status {
                overridden: Some("override until 3 May 2026; computed: off track".into()),
                ..Status::is(Word::OnTrack, 82)
            }))
        }
        (notice(&Notice::new(Tone::Plain, "A plain notice")))
        (differs::show())
        (sample_record())
        h2 { "Charts" }
        (charts::sample())
        h2 { "Sparklines" }
        (sparklines::sample())
        (dialogs::sample())
        (first::first())
        h2 { "A list" }
        (list(&lists::narrowed(query.clone())))
        h2 { "A list that nothing matches" }
        (list(&lists::none(query)))
        h2 { "A form" }
        (form(&sample_form(live.drawn())))
        h2 { "A way of three pages" }
        (stages(&[("The organisation", "/style".into()), ("You", "/style".into()), ("How to begin", "/style".into())], 1))
        h2 { "An empty state" }
        (empty(&nothing()))
        (branch::both())
    };
    frame(&it, content)
}

/// `GET /style/fault`: a page that breaks, to see what is made of it.
pub async fn fault() -> Markup {
    panic!("a fault was asked for")
}

/// `POST /style/touch`: as if a record on the page had changed.
pub async fn touch(State(live): State<Live>) -> Redirect {
    live.announce(live.drawn() + 1, &["STYLE-1"]);
    Redirect::to("/style")
}

fn entries(names: &[&str], here: &str) -> Vec<MenuEntry> {
    let to = |it: &str| format!("/{}", it.to_lowercase().replace(' ', "-"));
    let entry = |it: &&str| MenuEntry { link: Link::to(to(it), *it), here: *it == here };
    names.iter().map(entry).collect()
}

fn post(reference: &str, title: &str, chosen: bool) -> PostChoice {
    PostChoice { reference: reference.into(), title: title.into(), chosen }
}

fn is(word: Word, percent: u8) -> Status {
    Status::is(word, percent)
}

fn link(reference: &str, name: &str) -> Link {
    Link::record(format!("/{reference}"), reference, name)
}

fn nothing() -> Empty {
    Empty {
        title: "No decisions yet".into(),
        text: "A decision says what was chosen, why, and by whose authority. Record the first, or bring in a register."
            .into(),
        steps: vec![Link::to("/decisions/new", "Record a decision"), Link::to("/import", "Import a file")],
    }
}

fn uncovered() -> Answer {
    let meanwhile = Holding {
        person: Link::to("/PERSON-9", "Ann Bell"),
        tenure: Link::to("/TEN-9", "substantive since 3 June 2024"),
    };
    Answer::Uncovered {
        post: Some(link("POST-104", "Head of Waste and Streets")),
        since: Some(date(2026, 1, 31)),
        falls_to: Some((link("POST-3", "Director of Place"), vec![meanwhile])),
    }
}

fn sample_record() -> Markup {
    let fact = |word, reference, text: &str, overridden: Option<&str>| Fact {
        word: Some(word),
        link: link(reference, text),
        dated: Some(date(2026, 2, 28)),
        overridden: overridden.map(Into::into),
    };
    let knot = |kind: &str, link, word, here, below| Knot {
        kind: kind.into(),
        by: None,
        link,
        status: Some(is(word, 74)),
        now: None,
        here,
        below,
        more: None,
    };
    let indicator = knot(
        "Indicator",
        link("IND-40", "Missed collections per 100,000"),
        Word::OffTrack,
        false,
        vec![],
    );
    let objective = knot(
        "Objective",
        link("OBJ-12", "Streets that stay clean"),
        Word::AtRisk,
        true,
        vec![indicator],
    );
    let plan =
        knot("Plan", link("PLAN-1", "Fallowmere 2030"), Word::OnTrack, false, vec![objective]);
    record(&Record {
        reference: "OBJ-12".into(),
        kind: "Objective".into(),
        name: "Streets that stay clean".into(),
        status: Some(is(Word::AtRisk, 74)),
        answer: Some(uncovered()),
        actions: vec![
            Action::Open(Link::to("/OBJ-12/edit", "Change")),
            Action::Do {
                action: "/style/touch".into(),
                text: "Accept duty".into(),
                hidden: vec![],
            },
        ],
        fields: vec![
            ("Period".into(), html! { "April 2024 to March 2030" }),
            ("Unit".into(), link("UNIT-7", "Place").show()),
        ],
        thread: vec![plan],
        because: Some(vec![
            fact(Word::OffTrack, "IND-40", "Missed collections: 61 against a target of 45", None),
            fact(
                Word::OnTrack,
                "IND-41",
                "Litter score: 92 of 100",
                Some("until 30 April, by Ann Bell: survey late"),
            ),
            fact(Word::NoSignal, "INI-3", "New depot: no word for 96 days", None),
        ]),
        rests: vec![Group {
            title: "Serves this".into(),
            rows: vec![Rest {
                link: link("INI-3", "New depot"),
                note: Some("initiative".into()),
                status: Some(is(Word::NoSignal, 20)),
                trend: None,
                now: Some(Differs::new("On track; held by Ann Bell")),
            }],
            turnover: None,
            all: Some(Link::to("/actions?serves=OBJ-12", "All 41 actions")),
        }],
        due: vec![Due { link: link("IND-40", "Enter February"), on: date(2026, 3, 5), late: true }],
        history: vec![Entry {
            what: "Moved under \u{201c}A county that works\u{201d}".into(),
            who: Some("Ann Bell, as Director of Place".into()),
            effective: Some(date(2026, 1, 1)),
            recorded: date(2026, 2, 3).at(9, 30, 0, 0).in_tz("UTC").unwrap_or_default(),
            href: Some("/ledger/1042".into()),
        }],
        ..Record::default()
    })
}

fn sample_form(drawn: u64) -> Form {
    Form {
        id: "sample".into(),
        action: "/style/touch".into(),
        text: Some("Every kind of field, one of them wrong.".into()),
        fields: vec![
            Field::new("title", "Title", Kind::Text)
                .value(format!("Title {drawn}"))
                .required()
                .help("As it stands on the door."),
            Field::new("short", "Short title", Kind::Text).value(format!("T{drawn}")),
            Field::new("why", "Why", Kind::LongText),
            Field::new("from", "True from", Kind::Date).required().value("2026-03-09"),
            Field::new("target", "Target", Kind::Number)
                .value("forty")
                .error(Some("\u{201c}forty\u{201d} is not a number")),
            Field::new(
                "direction",
                "Direction of good",
                Kind::Choice(vec![
                    Choice::new("up", "Higher is better"),
                    Choice::new("down", "Lower is better"),
                ]),
            ),
            Field::new(
                "serves",
                "Serves",
                Kind::Link(vec![Choice::new("OBJ-12", "Streets that stay clean")]),
            ),
            Field::new("statutory", "Statutory post", Kind::Flag)
                .help("The law says that it must be filled."),
        ],
        button: "Save".into(),
        idempotency_key: Some("0190-sample".into()),
        cancel: Some(Link::to("/style", "Cancel")),
        ..Form::default()
    }
}
