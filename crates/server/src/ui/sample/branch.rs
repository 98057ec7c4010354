//! Branches in every state: held, vacant, acting, covered, a group; open, closed, and found.

use jiff::civil::date;
use maud::{Markup, html};

use crate::ui::{
    Beneath, Branch, Branches, Differs, Lay, Link, Look, Sign, Status, Word, branches, day_text,
};

pub(super) fn both() -> Markup {
    html! {
        h2 { "Branches, as a picture" }
        (branches(&sample(Look::Chart, "")))
        h2 { "Branches, as a tree" }
        (branches(&sample(Look::Tree, "tree-")))
    }
}

/// `prefix` keeps the ids of two samples on one page apart.
fn sample(look: Look, prefix: &str) -> Branches {
    let post = |reference: &str, title: &str, holder: &str| Branch {
        id: format!("{prefix}{reference}"),
        link: Link::record(format!("/{reference}"), reference, title),
        holders: match holder {
            "" => Vec::new(),
            it => vec![Link::to("/PERSON-9", it)],
        },
        ..Branch::default()
    };
    let beneath = |counts: &[&str], open| Beneath {
        counts: counts.iter().map(ToString::to_string).collect(),
        toggle: Some("/style".into()),
        open,
    };
    let vacant = format!("Vacant since {}", day_text(date(2026, 1, 31)));
    let care = vec![
        Branch {
            signs: vec![(Sign::Acting, "Acting until 30 June 2026".into())],
            ..post("POST-31", "Head of Adult Care", "Li Wen")
        },
        Branch {
            signs: vec![(Sign::Covered, "Covered".into())],
            now: Some(Differs::new("held by Ann Bell")),
            ..post("POST-32", "Head of Children’s Services", "Sam Reid")
        },
        Branch {
            signs: vec![(Sign::Group, "Group, 12.5 FTE".into())],
            ..post("POST-33", "Link worker", "")
        },
    ];
    let directors = vec![
        Branch {
            status: Some(Status::said(Some(Word::OffTrack), vacant)),
            found: true,
            beneath: Some(beneath(&["4 direct", "143 beneath", "7 vacant"], false)),
            zoom: Some("/style".into()),
            ..post("POST-20", "Director of Place", "")
        },
        Branch {
            signs: vec![(Sign::Statutory, "Statutory".into())],
            beneath: Some(beneath(&["5 direct"], true)),
            zoom: Some("/style".into()),
            below: care,
            lay: Lay::Down,
            more: Some(Link::to("/style", "2 more directly beneath")),
            ..post("POST-30", "Director of Care", "Ann Bell")
        },
        Branch {
            beneath: Some(beneath(&["1 direct"], true)),
            below: vec![post("POST-41", "Finance officer", "Jo Hart")],
            lay: Lay::Across,
            ..post("POST-40", "Chief finance officer", "Mo Farrell")
        },
        Branch {
            kind: Some("Unit".into()),
            beneath: Some(beneath(&["2 posts"], true)),
            below: vec![
                post("POST-51", "Emergency planning lead", "Eve Marsh"),
                post("POST-52", "Emergency planning officer", "Ian Cole"),
            ],
            lay: Lay::Tray(2),
            ..post("UNIT-5", "Emergencies", "")
        },
    ];
    let chief = Branch {
        beneath: Some(beneath(&["3 direct", "160 beneath", "8 vacant"], true)),
        below: directors,
        lay: Lay::Across,
        ..post("POST-1", "Chief executive", "Mary Okafor")
    };
    let label = if look == Look::Tree { "Sample of a tree" } else { "Sample of a picture" };
    Branches { label: label.into(), look, tops: vec![chief], lay: Lay::Across }
}
