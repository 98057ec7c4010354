//! The frame every page stands in: who and where you are, and which two times you are looking at.
//!
//! The time bar (`times.rs`) is on every page.

use maud::{DOCTYPE, Markup, html};

use super::{
    Link, Notice, Query, Times, Toast, differs, exact_moment, icon, notice, times::time_bar, toast,
};
use crate::assets;

#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's name, first in the browser's title.
    pub title: String,
    pub organisation: String,
    pub menu: Menu,
    pub signed_in: Option<SignedIn>,
    /// Whether there is something to look for; not for whoever is kept in the room of an audit.
    pub finds: bool,
    pub times: Times,
    /// Where the page is, so that the time bar can lead back to it.
    pub query: Query,
    /// What programs can follow it by.
    pub feed: Option<Link>,
    /// What the page shows, by reference; `*` for everything. A page that answers a POST declares none:
    /// it cannot be asked for again.
    pub subjects: Vec<String>,
    /// How far the record had come when the page was drawn.
    pub drawn: u64,
    pub notices: Vec<Notice>,
    /// What was just done.
    pub said: Option<Toast>,
    pub scheme: Scheme,
}

/// Which colours a visitor asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// Those of the browser.
    #[default]
    System,
    Light,
    Dark,
}

impl Scheme {
    pub const ALL: [Scheme; 3] = [Scheme::System, Scheme::Light, Scheme::Dark];

    /// As it is kept and sent.
    pub fn word(self) -> &'static str {
        match self {
            Scheme::System => "system",
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        }
    }

    /// What an odd word means is the browser's own.
    pub fn named(word: &str) -> Scheme {
        Scheme::ALL.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }

    /// In CSS's words. It stands in the page itself, so that nothing flashes and no script is needed.
    fn css(self) -> &'static str {
        if self == Scheme::System { "light dark" } else { self.word() }
    }

    fn chosen(self) -> Option<&'static str> {
        (self != Scheme::System).then(|| self.word())
    }
}

/// What the page can be left for: the sections, and the places within the one it belongs to.
#[derive(Debug, Clone, Default)]
pub struct Menu {
    pub sections: Vec<MenuEntry>,
    pub within: Vec<MenuEntry>,
}

#[derive(Debug, Clone)]
pub struct MenuEntry {
    pub link: Link,
    /// The page belongs here.
    pub here: bool,
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
    let (content, differing) = differs::number(content);
    let subjects = it.is_live().then(|| it.subjects.join(" "));
    let drawn = subjects.as_ref().map(|_| it.drawn);
    html! {
        (DOCTYPE)
        html lang="en-GB" data-scheme=[it.scheme.chosen()] {
            (head(&format!("{} · {}", it.title, it.organisation), it.scheme, it.feed.as_ref(), it.times.slides()))
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    a.home href="/" { img src=(assets::href("icon.svg")) alt=""; span { (it.organisation) } }
                    (menu("Main", "menu", &it.menu.sections))
                    @if it.signed_in.is_some() && it.finds { (search(&it.query)) (super::palette()) }
                    @if let Some(person) = &it.signed_in { (me(person, &it.query)) }
                }
                div.second {
                    // A section of one place has nothing to choose between.
                    @if it.menu.within.len() > 1 { (menu("In this section", "places", &it.menu.within)) }
                    (time_bar(&it.times, &it.query, differing))
                }
                p #line .line role="status" hidden hx-morph-skip {}
                (toast(it.said.as_ref()))
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

/// The frame of pages that stand before the door, and of those that have no visitor: one centred column
/// under the organisation's name.
pub fn bare(title: &str, organisation: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            (head(&format!("{title} · {organisation}"), Scheme::System, None, false))
            body.bare {
                header.brand { img src=(assets::href("icon.svg")) alt=""; span { (organisation) } }
                main #main { (content) }
                footer.foot { span { "Throughline" } }
            }
        }
    }
}

/// htmx is used for its morphing only; what it can do beside that and a strict policy forbids is off.
const HTMX: &str = r#"{"includeIndicatorCSS":false,"history":false,"defaultSwap":"innerMorph","morphIgnore":["data-htmx-powered","open"]}"#;

fn head(title: &str, scheme: Scheme, feed: Option<&Link>, slides: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (title) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content=(scheme.css());
            meta name="htmx-config" content=(HTMX);
            link rel="icon" type="image/svg+xml" href=(assets::href("icon.svg"));
            link rel="preload" as="font" type="font/woff2" crossorigin href=(assets::href("inter.woff2"));
            @if let Some(it) = feed { link rel="alternate" type="application/atom+xml" title=(it.text) href=(it.href); }
            link rel="stylesheet" href=(assets::href("style.css"));
            script src=(assets::href("htmx.js")) defer {}
            script src=(assets::href("own.js")) defer {}
            @if slides { script src=(assets::href("slider.js")) defer {} }
        }
    }
}

fn menu(label: &str, class: &str, entries: &[MenuEntry]) -> Markup {
    html! {
        @if !entries.is_empty() {
            nav.(class) aria-label=(label) {
                ul.menu {
                    @for it in entries {
                        li { a href=(it.link.href) aria-current=[it.here.then_some("page")] { (it.link.text) } }
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
            input #search type="search" name="find" placeholder="Find anything";
            button aria-label="Search" { (icon::search()) }
        }
    }
}

fn me(it: &SignedIn, query: &Query) -> Markup {
    let chosen = it.posts.iter().find(|it| it.chosen).or(it.posts.first());
    html! {
        details.me {
            summary {
                span.who { (it.name) }
                span.as { @match chosen { Some(post) => (post.title), None => "holds no post" } }
            }
            div.sheet {
                @if let [_, _, ..] = it.posts.as_slice() {
                    form method="post" action="/act-as" {
                        input type="hidden" name="back" value=(query.href());
                        label for="act-as" { "Act as" }
                        select #act-as name="post" {
                            @for it in &it.posts {
                                option value=(it.reference) selected[it.chosen] { (it.title) }
                            }
                        }
                        button { "Switch post" }
                    }
                }
                a href="/settings" { "Settings" }
                form method="post" action="/sign-out" { button { "Sign out" } }
            }
        }
    }
}
