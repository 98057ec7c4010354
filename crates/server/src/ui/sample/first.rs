//! Tiles, the strategy map and the picture of a thread, in every state.

use jiff::civil::date;
use maud::{Markup, html};

use crate::ui::{
    Bar, Differs, Knot, Line, Link, Map, Moved, Part, Pillar, Sort, Spot, Status, Tile, Timeline,
    Word, map, picture, tiles, timeline,
};

pub(super) fn first() -> Markup {
    html! {
        h2 { "Tiles" }
        (tiles(&[objectives(), quiet()]))
        h2 { "A strategy map" }
        (map(&strategy()))
        h2 { "A timeline" }
        (timeline(&years()))
        h2 { "A thread as a picture" }
        (picture(&[thread()]))
    }
}

fn part(word: Word, count: usize) -> Part {
    Part { word, count, text: None, href: format!("/objectives?status={}", word.key()), now: None }
}

fn objectives() -> Tile {
    Tile {
        title: "Objectives".into(),
        figure: Link::to("/objectives", "41"),
        says: "of 60 on track".into(),
        mix: Word::ALL.into_iter().zip([41, 9, 6, 4]).map(|it| part(it.0, it.1)).collect(),
        lines: vec![
            Line {
                count: "3".into(),
                link: Link::to("/indicators", "indicators off track"),
                late: true,
                now: None,
            },
            Line {
                count: "0".into(),
                link: Link::to("/initiatives", "initiatives off track"),
                late: false,
                now: None,
            },
        ],
        now: None,
    }
}

fn quiet() -> Tile {
    Tile {
        title: "Clauses".into(),
        figure: Link::to("/obligations", "0"),
        says: "of 0 in scope have a control".into(),
        now: Some(Differs::new("43 of 48 in scope have a control")),
        ..Tile::default()
    }
}

fn spot(name: &str, status: Status) -> Spot {
    Spot { link: Link::to("/objectives", name), status, ..Spot::default() }
}

fn strategy() -> Map {
    let better = Moved { better: Some(true), was: Word::OffTrack };
    let worse = Moved { better: Some(false), was: Word::OnTrack };
    let known = Moved { better: None, was: Word::NoSignal };
    let pillar = |name: &str, word, moved, spots| Pillar {
        head: Spot { moved, ..spot(name, Status::is(word, 82)) },
        spots,
        more: None,
    };
    Map {
        on: None,
        head: spot("The Fallowmere Plan", Status::is(Word::AtRisk, 74)),
        pillars: vec![
            pillar(
                "A county that works",
                Word::AtRisk,
                Some(better),
                vec![
                    Spot {
                        moved: Some(better),
                        ..spot("Streets that stay clean", Status::is(Word::AtRisk, 95))
                    },
                    Spot {
                        moved: Some(worse),
                        ..spot("Nobody waits for care", Status::is(Word::OffTrack, 40))
                    },
                    Spot {
                        moved: Some(known),
                        ..spot("Roads without holes", Status::is(Word::OffTrack, 100))
                    },
                ],
            ),
            pillar(
                "Homes that are safe and warm",
                Word::OnTrack,
                None,
                vec![Spot {
                    beneath: vec![(Word::OffTrack, 1), (Word::OnTrack, 7)],
                    ..spot("Every home is inspected", Status::is(Word::OnTrack, 100))
                }],
            ),
            Pillar {
                more: Some(Link::to("/objectives", "And 12 more")),
                ..pillar(
                    "Nobody is left out",
                    Word::NoSignal,
                    None,
                    vec![Spot {
                        note: Some("nothing serves it".into()),
                        now: Some(Differs::new("on track, 100% sure")),
                        ..spot("Young carers are known", Status::is(Word::NoSignal, 0))
                    }],
                )
            },
        ],
    }
}

fn thread() -> Knot {
    let knot = |kind: &str, name: &str, word, below| Knot {
        kind: kind.into(),
        link: Link::to("/objectives", name),
        status: Some(Status::is(word, 80)),
        below,
        ..Knot::default()
    };
    let facts = vec![
        knot("Indicator", "Missed collections per 100,000", Word::OffTrack, vec![]),
        knot(
            "Initiative",
            "New depot",
            Word::NoSignal,
            vec![knot("Action", "Buy the land", Word::OnTrack, vec![])],
        ),
    ];
    let here =
        Knot { here: true, ..knot("Outcome", "Streets that stay clean", Word::AtRisk, facts) };
    knot("Plan", "The Fallowmere Plan", Word::AtRisk, vec![here])
}

fn years() -> Timeline {
    let bar = |from, until, text: &str, sort| Bar { from, until, text: text.into(), sort };
    let (left, filled) = (date(2025, 1, 1), date(2025, 9, 1));
    Timeline {
        from: date(2023, 3, 1),
        until: date(2026, 6, 1),
        today: date(2026, 3, 9),
        bars: vec![
            bar(filled, None, "Mary Okafor", Sort::Full),
            bar(date(2025, 4, 1), Some(filled), "Ann Bell, acting", Sort::Passing),
            bar(left, Some(date(2025, 4, 1)), "Nobody", Sort::Gap),
            bar(date(2023, 3, 1), Some(left), "Ann Bell", Sort::Full),
        ],
        says: "Ann Bell to 1 January 2025; nobody; Ann Bell acting from 1 April 2025; Mary Okafor from 1 September 2025".into(),
    }
}
