//! The frame every page stands in: who and where you are, and which two times you are looking at.
//!
//! The time bar (`times.rs`) is on every page.

use maud::{DOCTYPE, Markup, html};

use super::{Link, Notice, Query, Times, exact_moment, notice, times::time_bar};
use crate::assets;

#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's name, first in the browser's title.
    pub title: String,
    pub organisation: String,
    pub navigation: Vec<Link>,
    /// The navigation entry the page belongs to, by its address.
    pub section: Option<String>,
    pub signed_in: Option<SignedIn>,
    pub times: Times,
    /// Where the page is, so that the time bar can lead back to it.
    pub query: Query,
    /// What the page shows, by reference; `*` for everything. A page that answers a POST declares none:
    /// it cannot be asked for again.
    pub subjects: Vec<String>,
    /// How far the record had come when the page was drawn.
    pub drawn: u64,
    pub notices: Vec<Notice>,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub name: String,
    /// The posts this person may act as now; the chosen one is marked.
    pub posts: Vec<PostChoice>,
}

#[derive(Debug, Clone)]
pub struct PostChoice {
    pub reference: String,
    pub title: String,
    pub chosen: bool,
}

impl Frame {
    fn is_live(&self) -> bool {
        // What was known at a past moment no longer changes.
        !self.subjects.is_empty() && self.times.known.is_none()
    }
}

pub fn frame(it: &Frame, content: Markup) -> Markup {
    let subjects = it.is_live().then(|| it.subjects.join(" "));
    let drawn = subjects.as_ref().map(|_| it.drawn);
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (head(&format!("{} · {}", it.title, it.organisation)))
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    a.home href="/" { img src=(assets::href("icon.svg")) alt=""; span { (it.organisation) } }
                    (navigation(it))
                    @if it.signed_in.is_some() { (search(&it.query)) }
                    @if let Some(person) = &it.signed_in { (me(person, &it.query)) }
                }
                (time_bar(&it.times, &it.query))
                p #line .line role="status" hidden hx-morph-skip {}
                main #main tabindex="-1" data-subjects=[subjects] data-drawn=[drawn] {
                    @for it in &it.notices { (notice(it)) }
                    (content)
                }
                footer.foot {
                    span { "Shown as of " (exact_moment(&it.times.moment(it.times.now))) }
                    span { "Throughline" }
                }
            }
        }
    }
}

/// The frame of pages that stand before the door: sign-in and its like.
pub fn bare(title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (head(&format!("{title} · Throughline")))
            body.bare {
                main #main {
                    p.brand { img src=(assets::href("icon.svg")) alt=""; "Throughline" }
                    (content)
                }
            }
        }
    }
}

/// htmx is used for its morphing only; what it can do beside that and a strict policy forbids is off.
const HTMX: &str = r#"{"includeIndicatorCSS":false,"history":false,"defaultSwap":"innerMorph","morphIgnore":["data-htmx-powered","open"]}"#;

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (title) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="htmx-config" content=(HTMX);
            link rel="icon" type="image/svg+xml" href=(assets::href("icon.svg"));
            link rel="stylesheet" href=(assets::href("style.css"));
            script src=(assets::href("htmx.js")) defer {}
            script src=(assets::href("own.js")) defer {}
        }
    }
}

fn navigation(it: &Frame) -> Markup {
    html! {
        @if !it.navigation.is_empty() {
            nav aria-label="Main" {
                ul.menu {
                    @for link in &it.navigation {
                        @let current = it.section.as_deref() == Some(&link.href);
                        li { a href=(link.href) aria-current=[current.then_some("page")] { (link.text) } }
                    }
                }
            }
        }
    }
}

fn search(query: &Query) -> Markup {
    html! {
        form.search method="get" action="/search" role="search" aria-label="Everything" {
            // The two times go along: a past organisation is searched as it was.
            @for name in ["at", "known"] {
                @if let Some(it) = query.get(name) { input type="hidden" name=(name) value=(it); }
            }
            label.out-of-sight for="search" { "Search" }
            input #search type="search" name="find" placeholder="Reference, name or number";
            button { "Search" }
        }
    }
}

fn me(it: &SignedIn, query: &Query) -> Markup {
    html! {
        div.me {
            span { (it.name) }
            @match it.posts.as_slice() {
                [] => { span.quiet { "holds no post" } }
                [only] => { span { "as " strong { (only.title) } } }
                posts => {
                    form method="post" action="/act-as" {
                        input type="hidden" name="back" value=(query.href());
                        label for="act-as" { "as" }
                        select #act-as name="post" {
                            @for it in posts {
                                option value=(it.reference) selected[it.chosen] { (it.title) }
                            }
                        }
                        button { "Switch post" }
                    }
                }
            }
            form method="post" action="/sign-out" { button.plain { "Sign out" } }
        }
    }
}
