//! The dialog: asks or shows one thing above the page, which waits behind it.
//!
//! The browser does the work: focus goes in and comes back, Escape closes, the rest of the page is out of
//! reach meanwhile. It opens and closes without script of ours. A live page that is drawn again leaves it
//! as it is.

use maud::{Markup, html};

#[derive(Debug, Clone, Default)]
pub struct Dialog {
    pub id: String,
    pub title: String,
    pub content: Markup,
}

/// The button that opens a dialog.
pub fn opens(id: &str, text: &str) -> Markup {
    html! { button type="button" commandfor=(id) command="show-modal" { (text) } }
}

pub fn dialog(it: &Dialog) -> Markup {
    let title = format!("{}-title", it.id);
    html! {
        dialog.dialog id=(it.id) aria-labelledby=(title) closedby="any" hx-morph-skip {
            div.head {
                h2 id=(title) { (it.title) }
                button.plain type="button" commandfor=(it.id) command="close" { "Close" }
            }
            div.inside { (it.content) }
        }
    }
}
