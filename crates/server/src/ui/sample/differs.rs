//! Marks of what differs from now.

use maud::{Markup, html};

use crate::ui::{Differs, Link, Several, Turnover, differs, turnover};

pub(super) fn show() -> Markup {
    let named =
        |reference: &str, name: &str| Link::record(format!("/{reference}"), reference, name);
    html! {
        h2 { "What differs from now" }
        p { "Reports to " (named("POST-12", "Head of Waste").show())
            (differs(&Differs::new("Head of Waste and Circular Economy"))) }
        (turnover(&Turnover {
            things: "Posts".into(),
            only_now: Several {
                count: 12,
                first: vec![named("POST-90", "Climate officer"), named("POST-91", "Depot manager")],
            },
            only_then: Several { count: 1, first: vec![named("POST-7", "Landfill manager")] },
            days: None,
        }))
    }
}
