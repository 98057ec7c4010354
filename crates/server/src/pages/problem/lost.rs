//! Where somebody may have wanted to go who came to an address that is none.

use kernel::{Kind, Ref};
use maud::{Markup, html};

use super::super::{Pen, search};
use crate::{App, Scene, search::Asked, ui::Link};

/// Records offered by the words of an address.
const OFFERED_MAX: usize = 5;
/// Pages whose names differ from what was typed by as many letters are offered.
const SLIPS_MAX: usize = 2;

const PAGES: [(&str, &str); 10] = [
    ("pulse", "Pulse"),
    ("my-post", "My post"),
    ("strategy", "Strategy"),
    ("establishment", "Establishment"),
    ("measurements", "Enter figures"),
    ("ledger", "Ledger"),
    ("import", "Import"),
    ("search", "Search"),
    ("settings", "Settings"),
    ("new-password", "Choose a new password"),
];

/// What an address that is none may have meant.
pub(super) struct Lost {
    text: String,
    records: Vec<Ref>,
    page: Option<Link>,
}

/// Looks for it: a reference in any spelling, a page nearly so called, or records by the words.
pub(super) async fn look(app: &App, scene: &Scene, path: &str) -> Lost {
    let words = words(path);
    let stands = |it: &Ref| scene.state.records().facet(*it).is_some();
    let mut records: Vec<Ref> = referred(&words).into_iter().filter(stands).collect();
    let page = page(&words).filter(|_| records.is_empty());
    let text: Vec<&str> = words.iter().map(String::as_str).filter(|it| !is_kind(it)).collect();
    let text = text.join(" ");
    // The end of an address says most: it is tried alone where the whole finds nothing.
    let last = self::words(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
    for asked in [text.clone(), last.join(" ")] {
        if !records.is_empty() || page.is_some() || !asked.chars().any(char::is_alphabetic) {
            break;
        }
        let asked = Asked::new(&asked, scene.on).standing();
        if let Ok((_, found)) = search::look(app, scene, asked, OFFERED_MAX).await {
            records.extend(found.best(OFFERED_MAX).into_iter().map(|it| it.of));
        }
    }
    Lost { text, records, page }
}

impl Lost {
    pub(super) fn show(&self, pen: &Pen<'_>) -> Markup {
        html! {
            @if !self.records.is_empty() || self.page.is_some() {
                section.stack {
                    h2 { "Did you mean" }
                    ul.rows {
                        @for it in &self.records { li { (pen.link(*it).show()) span.quiet { (pen.kind(*it)) } } }
                        @if let Some(it) = &self.page { li { (it.show()) } }
                    }
                }
            }
            form.form method="get" action="/search" role="search" aria-label="Look for it" {
                div.field {
                    label for="look-for" { "Look for it by name, number or reference" }
                    input #look-for type="search" name="find" value=(self.text);
                }
                div { button.main { "Search" } }
            }
        }
    }
}

/// The words of an address, in small letters.
fn words(path: &str) -> Vec<String> {
    let plain = decoded(path);
    let parts = plain.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    parts.take(8).map(|it| it.chars().take(40).collect::<String>().to_lowercase()).collect()
}

/// Percent-decoded; what is no text is left out.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        let hex = more.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_kind(word: &str) -> bool {
    kind(word).is_some()
}

/// The kind that a word of an address may mean: its prefix, its word or its plural.
fn kind(word: &str) -> Option<Kind> {
    let prefixed = Kind::ALL.into_iter().find(|it| it.prefix().eq_ignore_ascii_case(word));
    prefixed.or_else(|| Kind::named(word))
}

/// The records that the words may refer to: `post-12`, `post 012`, `POST12`, `/posts/12`.
fn referred(words: &[String]) -> Vec<Ref> {
    let mut them = Vec::new();
    let mut last = None;
    for word in words {
        let letters = word.trim_end_matches(|it: char| it.is_ascii_digit());
        let digits = &word[letters.len()..];
        last = kind(letters).or(if letters.is_empty() { last } else { None });
        let n = digits.trim_start_matches('0');
        if let Some(kind) = last.filter(|_| !n.is_empty())
            && let Ok(it) = format!("{}-{n}", kind.prefix()).parse::<Ref>()
            && !them.contains(&it)
        {
            them.push(it);
        }
    }
    them
}

/// The page whose name the first words of an address nearly are.
fn page(words: &[String]) -> Option<Link> {
    let asked = words.first()?;
    let two = words.iter().take(2).cloned().collect::<Vec<_>>().join("-");
    let kinds = Kind::ALL.into_iter().map(|it| (it.plural(), it.plural()));
    let near = |name: &str| slips(asked, name).min(slips(&two, name));
    let best = PAGES.into_iter().chain(kinds).min_by_key(|it| near(it.0))?;
    let most = if asked.chars().count() > 4 { SLIPS_MAX } else { 1 };
    (near(best.0) <= most).then(|| Link::to(format!("/{}", best.0), super::super::capital(best.1)))
}

/// Letters to put in, take out or exchange to make one of the other.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, a) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = n + 1;
        for (m, b) in other.iter().enumerate() {
            let least = (before + usize::from(a != *b)).min(row[m] + 1).min(row[m + 1] + 1);
            before = std::mem::replace(&mut row[m + 1], least);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_seen_in_any_spelling() {
        for path in ["/post-12", "/posts/12", "/POST12", "/Post%20012", "/x/post_12/thread"] {
            let found: Vec<String> =
                referred(&words(path)).iter().map(ToString::to_string).collect();
            assert_eq!(found, ["POST-12"], "{path}");
        }
        for path in ["/", "/12", "/nowhere/12", "/post-0", "/post", "/%ff%/12"] {
            assert_eq!(referred(&words(path)), [], "{path}");
        }
    }

    #[test]
    fn a_page_is_seen_through_two_slips() {
        let href = |path: &str| page(&words(path)).map(|it| it.href);
        assert_eq!(href("/setings").as_deref(), Some("/settings"));
        assert_eq!(href("/my_post").as_deref(), Some("/my-post"));
        assert_eq!(href("/object-ives").as_deref(), Some("/objectives"));
        assert_eq!(href("/objctives/x").as_deref(), Some("/objectives"));
        assert_eq!(href("/nowhere"), None);
    }
}
