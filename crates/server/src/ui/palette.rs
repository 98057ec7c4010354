//! The palette: one field from which everything is reached, opened by Ctrl+K on any page.
//!
//! The frame has its door and, closed, the palette itself; `palette.js` opens it and fills it with what
//! the server offers. Without script there is no door, and the frame's own search form stands in its place.

use maud::{Markup, html};

use super::{Status, icon, marked, status};

/// The door and the closed palette.
pub fn palette() -> Markup {
    html! {
        button #palette-open .palette-open type="button" aria-haspopup="dialog" {
            (icon::search()) span { "Find or do" } kbd aria-hidden="true" { "Ctrl K" }
        }
        dialog #palette .palette aria-label="Find or do" closedby="any" hx-morph-skip {
            div.ask {
                (icon::search())
                input #palette-find type="text" role="combobox" aria-label="Find a record, open a page or do something"
                    aria-controls="palette-list" aria-expanded="true" aria-autocomplete="list"
                    autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go"
                    placeholder="A name, a number, a page, or what you want to do";
                button.plain type="button" commandfor="palette" command="close" { "Close" }
            }
            div #palette-list role="listbox" aria-label="What fits" {}
            p.keys aria-hidden="true" {
                span { kbd { "↑" } kbd { "↓" } " choose" } span { kbd { "Enter" } " open" }
                span { kbd { "Ctrl" } kbd { "Enter" } " in a new tab" } span { kbd { "Esc" } " close" } span { kbd { "?" } " on a page: why" }
            }
            p #palette-said .out-of-sight role="status" {}
        }
    }
}

/// What the palette offers, in groups.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    pub groups: Vec<(String, Vec<Offer>)>,
    /// Said aloud, and shown where there is nothing.
    pub said: String,
}

#[derive(Debug, Clone, Default)]
pub struct Offer {
    pub href: String,
    /// By turns unmarked and marked; the first is unmarked.
    pub title: Vec<String>,
    pub reference: Option<String>,
    /// `Post`, or by which former name it was found.
    pub note: Option<String>,
    pub status: Option<Status>,
}

/// The inside of the list, as the palette asks for it.
pub fn offers(it: &Offers) -> Markup {
    html! {
        @for (title, offers) in it.groups.iter().filter(|it| !it.1.is_empty()) {
            div role="group" aria-label=(title) {
                p aria-hidden="true" { (title) }
                @for it in offers { (offer(it)) }
            }
        }
        // Said outside the list, where everything has to be a choice.
        p.said hidden { (it.said) }
    }
}

fn offer(it: &Offer) -> Markup {
    html! {
        div role="option" data-href=(it.href) {
            span.title { (marked(&it.title)) @if let Some(it) = &it.note { " " span.note { (it) } } }
            span { @if let Some(it) = &it.status { (status(it)) } }
            @if let Some(it) = &it.reference { span.ref { (it) } }
        }
    }
}
