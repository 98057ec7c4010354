//! `/style`: the dialog, and what the palette offers.

use maud::{Markup, html};

use crate::ui::{Dialog, Offer, Offers, Status, Word, dialog, offers, opens};

pub(super) fn sample() -> Markup {
    html! {
        h2 { "A dialog" }
        p { (opens("sample-dialog", "Why this is asked")) }
        (dialog(&Dialog {
            id: "sample-dialog".into(),
            title: "Why this is asked".into(),
            content: html! { p { "A reason makes an override readable in ten years." }
                label for="sample-reason" { "Reason " input #sample-reason; } },
        }))
        h2 { "What the palette offers" }
        div.palette-sample { div role="listbox" aria-label="What fits" { (offers(&some())) } }
    }
}

fn some() -> Offers {
    let pieces = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
    let record = Offer {
        href: "/OBJ-12".into(),
        title: pieces(&["Streets that stay ", "clean"]),
        reference: Some("OBJ-12".into()),
        note: Some("formerly “Clean streets”".into()),
        status: Some(Status::is(Word::AtRisk, 82)),
    };
    let plain = Offer {
        href: "/posts/new".into(),
        title: pieces(&["Establish a post"]),
        ..Offer::default()
    };
    Offers {
        groups: vec![("Records".into(), vec![record]), ("Do".into(), vec![plain])],
        said: "2 fit".into(),
    }
}
