//! One anatomy for every record page: what it is, who answers, the thread up, because, what rests on
//! it, what is due, its history in two times, and what this visitor may do.

use jiff::{Zoned, civil::Date};
use maud::{Markup, html};

use super::{
    Differs, Fact, Knot, Link, Sparkline, Status, Turnover, because, day, differs, moment, path,
    sparkline, status, turnover,
};

#[derive(Debug, Clone, Default)]
pub struct Record {
    pub reference: String,
    /// `Objective`, `Post`; shown before the reference.
    pub kind: String,
    pub name: String,
    pub now: Now,
    pub status: Option<Status>,
    /// Not for kinds nobody answers for, such as a unit or a person.
    pub answer: Option<Answer>,
    /// What this visitor may do, the likeliest first.
    pub actions: Vec<Action>,
    /// The record's own fields, in the order a reader asks for them.
    pub fields: Vec<(String, Markup)>,
    /// Where the whole thread is: up to intent, down to facts.
    pub why: Option<Link>,
    /// From intent down to this record.
    pub thread: Vec<Knot>,
    /// Why there is no thread, where there should be one.
    pub no_thread: Option<String>,
    /// None for kinds without a computed status.
    pub because: Option<Vec<Fact>>,
    pub rests: Vec<Group>,
    pub due: Vec<Due>,
    /// Newest first.
    pub history: Vec<Entry>,
    /// Where the whole history is, when not all of it is shown.
    pub history_all: Option<Link>,
    /// A part only this kind has, such as a chart, under its own heading.
    pub parts: Vec<(String, Markup)>,
}

/// What of the header is otherwise now, at another time.
#[derive(Debug, Clone, Default)]
pub struct Now {
    pub name: Option<Differs>,
    pub status: Option<Differs>,
    pub answer: Option<Differs>,
}

/// Who answers for it, worked out when asked.
#[derive(Debug, Clone)]
pub enum Answer {
    /// No post has been made accountable.
    NoPost,
    Held {
        /// The accountable post; none on the page of a post, which answers for itself.
        post: Option<Link>,
        holders: Vec<Holding>,
    },
    Uncovered {
        post: Option<Link>,
        since: Option<Date>,
        /// The next post up the line that has a holder, and who that is.
        falls_to: Option<(Link, Vec<Holding>)>,
    },
    /// Posts alike, whose holders are not recorded.
    Group { post: Option<Link> },
}

/// Somebody who answers, and by what authority.
#[derive(Debug, Clone, Default)]
pub struct Holding {
    pub person: Link,
    /// `acting since 3 April 2026, until 3 May 2026`; leads to the tenure.
    pub tenure: Link,
}

#[derive(Debug, Clone)]
pub enum Action {
    /// Opens a form of its own.
    Open(Link),
    /// Done at once, by a small form with these hidden fields.
    Do { action: String, text: String, hidden: Vec<(String, String)> },
}

/// What rests on the record, a group for each kind.
#[derive(Debug, Clone, Default)]
pub struct Group {
    pub title: String,
    pub rows: Vec<Rest>,
    /// What is in the group at only one of the two times.
    pub turnover: Option<Turnover>,
    pub all: Option<Link>,
}

#[derive(Debug, Clone, Default)]
pub struct Rest {
    pub link: Link,
    pub note: Option<String>,
    pub status: Option<Status>,
    /// The newest values of what is measured.
    pub trend: Option<Sparkline>,
    pub now: Option<Differs>,
}

#[derive(Debug, Clone, Default)]
pub struct Due {
    pub link: Link,
    pub on: Date,
    pub late: bool,
}

/// One change, in its two times.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// What changed, in words.
    pub what: String,
    /// `Ann Bell, as Head of Waste`; none once the person is erased.
    pub who: Option<String>,
    pub effective: Option<Date>,
    pub recorded: Zoned,
    /// The entry in the ledger.
    pub href: Option<String>,
}

pub fn record(it: &Record) -> Markup {
    html! {
        article.record {
            (header(it))
            div.columns {
                div {
                    @if let Some(facts) = &it.because { (section("Because", because(facts))) }
                    @for (title, part) in &it.parts { (section(title, part.clone())) }
                    @for group in &it.rests { (rests(group)) }
                }
                div.aside {
                    @if !it.fields.is_empty() { (section("About", fields(&it.fields))) }
                    @if !it.thread.is_empty() { (section("Thread", path(&it.thread))) }
                    @if let Some(why) = &it.no_thread { (section("Thread", html! { p { (why) } })) }
                    @if !it.due.is_empty() { (section("Due", due(&it.due))) }
                }
                // Beneath the first column where there are two, and last where there is one.
                div { (section("History", history(it))) }
            }
        }
    }
}

fn header(it: &Record) -> Markup {
    html! {
        header {
            p.kind { (it.kind) " " span.ref { (it.reference) } }
            h1 { (it.name) }
            @if let Some(it) = &it.now.name { p { (differs(it)) } }
            div.answers {
                @if let Some(it) = &it.status { (status(it)) }
                @if let Some(it) = &it.now.status { (differs(it)) }
                @if let Some(it) = &it.answer { (answer(it)) }
                @if let Some(it) = &it.now.answer { (differs(it)) }
                @if let Some(it) = &it.why { span { (it.show()) } }
            }
            @if !it.actions.is_empty() {
                ul.acts aria-label="Actions" { @for it in &it.actions { li { (action(it)) } } }
            }
        }
    }
}

fn answer(it: &Answer) -> Markup {
    html! {
        @match it {
            Answer::NoPost => { span { span.late { "No accountable post" } } }
            Answer::Held { post, holders } => {
                span {
                    @match post {
                        Some(post) => { "Accountable: " (post.plain()) ", held by " }
                        None => "Held by "
                    }
                    (several(holders))
                }
            }
            Answer::Uncovered { post, since, falls_to } => {
                span {
                    // The status of a vacant post has said already since when.
                    @if let Some(post) = post { "Accountable: " (post.plain()) ", " span.late { "uncovered" (from(*since)) } }
                    @match (post, falls_to) {
                        (Some(_), Some((post, holders))) => { "; falls to " (post.plain()) ", " (several(holders)) }
                        (None, Some((post, holders))) => { "Falls to " (post.plain()) ", " (several(holders)) }
                        (Some(_), None) => ", and nobody up the line is there",
                        (None, None) => "Nobody up the line is there to answer",
                    }
                }
            }
            Answer::Group { post } => {
                span {
                    @if let Some(post) = post { "Accountable: " (post.plain()) ", " }
                    "a group of posts whose holders are not recorded"
                }
            }
        }
    }
}

fn several(them: &[Holding]) -> Markup {
    html! {
        @for (n, it) in them.iter().enumerate() {
            @if n > 0 { " and " } (it.person.plain()) " (" (it.tenure.plain()) ")"
        }
    }
}

fn from(since: Option<Date>) -> Markup {
    html! { @if let Some(it) = since { " since " (day(it)) } }
}

/// A thing that can be done, as a link or a small form.
pub fn action(it: &Action) -> Markup {
    html! {
        @match it {
            Action::Open(link) => { a.button href=(link.href) { (link.text) } }
            Action::Do { action, text, hidden } => {
                form method="post" action=(action) {
                    @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                    button { (text) }
                }
            }
        }
    }
}

fn section(title: &str, content: Markup) -> Markup {
    html! { section { h2 { (title) } (content) } }
}

fn fields(fields: &[(String, Markup)]) -> Markup {
    html! { dl.facts { @for (label, value) in fields { dt { (label) } dd { (value) } } } }
}

fn rests(it: &Group) -> Markup {
    section(
        &it.title,
        html! {
            @if it.rows.is_empty() { p.quiet { "None." } }
            ul.rows {
                @for row in &it.rows {
                    li {
                        span { (row.link.show()) @if let Some(it) = &row.note { " " span.quiet { (it) } } @if let Some(it) = &row.now { (differs(it)) } }
                        @if let Some(it) = &row.trend { (sparkline(it)) }
                        @if let Some(it) = &row.status { (status(it)) }
                    }
                }
            }
            @if let Some(it) = &it.turnover { (turnover(it)) }
            @if let Some(all) = &it.all { p { (all.show()) } }
        },
    )
}

/// What falls due, each with its day.
pub fn due(due: &[Due]) -> Markup {
    html! {
        ul.rows {
            @for it in due {
                li {
                    span { (it.link.show()) }
                    span.late[it.late] { @if it.late { "Late: " } (day(it.on)) }
                }
            }
        }
    }
}

fn history(it: &Record) -> Markup {
    html! {
        @if it.history.is_empty() { p.quiet { "Nothing has been recorded." } }
        ol.history {
            @for it in &it.history {
                li {
                    span {
                        @match &it.href { Some(href) => { a href=(href) { (it.what) } } None => (it.what) }
                    }
                    span.times {
                        @if let Some(it) = &it.who { span { (it) } }
                        @if let Some(it) = it.effective { span { "true from " (day(it)) } }
                        span { "recorded " (moment(&it.recorded)) }
                    }
                }
            }
        }
        @if let Some(all) = &it.history_all { p { (all.show()) } }
    }
}
