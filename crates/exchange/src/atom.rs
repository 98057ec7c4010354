//! Atom feeds (RFC 4287), with the links of a paged feed (RFC 5005).
//!
//! Not here: what is in a feed.
//!
//! Always true: whatever text comes in, what goes out is well-formed; a character that XML cannot hold is left
//! out.

use jiff::Timestamp;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

/// What a feed is called by the media types.
pub const MEDIA: &str = "application/atom+xml; charset=utf-8";
const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

#[derive(Debug, Clone)]
pub struct Feed {
    /// An IRI that stays the same for ever.
    pub id: String,
    pub title: String,
    pub subtitle: String,
    /// Who speaks where an entry says nothing else.
    pub author: String,
    /// Once nothing is in it: when it began.
    pub updated: Timestamp,
    /// Where it is itself, what it is a feed of, and where it goes on.
    pub this: String,
    pub alternate: String,
    pub next: Option<String>,
    /// The newest first.
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub id: String,
    pub title: String,
    pub summary: String,
    pub author: Option<String>,
    /// A word of its own vocabulary.
    pub category: String,
    pub updated: Timestamp,
    pub link: String,
}

impl Feed {
    pub fn write(&self) -> String {
        let mut out = Writer::new_with_indent(Vec::new(), b' ', 1);
        let written = self.write_to(&mut out);
        written.expect("writing into memory does not fail");
        let mut text = String::from_utf8(out.into_inner()).expect("made of text");
        text.push('\n');
        text
    }

    fn write_to(&self, out: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let feed = out.create_element("feed").with_attribute(("xmlns", NAMESPACE));
        let feed = feed.with_attribute(("xml:lang", "en-GB"));
        feed.write_inner_content(|out| {
            text(out, "id", &self.id)?;
            text(out, "title", &self.title)?;
            text(out, "subtitle", &self.subtitle)?;
            text(out, "updated", &moment(self.updated))?;
            author(out, &self.author)?;
            text(out, "generator", "Throughline")?;
            link(out, "self", "application/atom+xml", &self.this)?;
            link(out, "alternate", "text/html", &self.alternate)?;
            if let Some(next) = &self.next {
                link(out, "next", "application/atom+xml", next)?;
            }
            self.entries.iter().try_for_each(|it| it.write_to(out))
        })?;
        Ok(())
    }
}

impl Entry {
    fn write_to(&self, out: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        out.create_element("entry").write_inner_content(|out| {
            text(out, "id", &self.id)?;
            text(out, "title", &self.title)?;
            text(out, "updated", &moment(self.updated))?;
            if let Some(it) = &self.author {
                author(out, it)?;
            }
            let term = clean(&self.category);
            out.create_element("category").with_attribute(("term", &*term)).write_empty()?;
            link(out, "alternate", "text/html", &self.link)?;
            text(out, "summary", &self.summary)
        })?;
        Ok(())
    }
}

fn author(out: &mut Writer<Vec<u8>>, name: &str) -> std::io::Result<()> {
    out.create_element("author").write_inner_content(|out| text(out, "name", name))?;
    Ok(())
}

fn text(out: &mut Writer<Vec<u8>>, element: &str, it: &str) -> std::io::Result<()> {
    out.create_element(element).write_text_content(BytesText::new(&clean(it)))?;
    Ok(())
}

fn link(out: &mut Writer<Vec<u8>>, rel: &str, media: &str, href: &str) -> std::io::Result<()> {
    let link = out.create_element("link").with_attribute(("rel", rel));
    link.with_attribute(("type", media)).with_attribute(("href", &*clean(href))).write_empty()?;
    Ok(())
}

/// To the second, as RFC 3339 has it.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Without what XML 1.0 has no way to say.
fn clean(text: &str) -> String {
    let says = |it: &char| match *it {
        '\t' | '\n' | '\r' => true,
        it => !it.is_control() && !matches!(it, '\u{FFFE}' | '\u{FFFF}'),
    };
    text.chars().filter(says).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Source, finding::Findings, xml};

    const HOSTILE: &str = "<script>&amp; ]]> \"'\u{0}\u{b}\u{FFFF} \u{202e}🏠</script><!-- <?x";

    fn feed() -> Feed {
        let at: Timestamp = "2030-03-30T12:00:00.5Z".parse().expect("a moment");
        let entry = Entry {
            id: "urn:uuid:1".into(),
            title: HOSTILE.into(),
            summary: HOSTILE.into(),
            author: Some(HOSTILE.into()),
            category: HOSTILE.into(),
            updated: at,
            link: "https://example.test/ledger/1?a=1&b=\"<".into(),
        };
        Feed {
            id: "urn:uuid:0".into(),
            title: HOSTILE.into(),
            subtitle: String::new(),
            author: "Council".into(),
            updated: at,
            this: "https://example.test/feed.atom?a=1&b=2".into(),
            alternate: "https://example.test/differences".into(),
            next: Some("https://example.test/feed.atom?before=7".into()),
            entries: vec![entry.clone(), Entry { id: "urn:uuid:2".into(), author: None, ..entry }],
        }
    }

    #[test]
    fn it_is_well_formed_whatever_text_comes_in_and_says_it_again() {
        let text = feed().write();
        let mut findings = Findings::about("feed.atom");
        let source = Source { name: "feed.atom", bytes: text.as_bytes() };
        let root = xml::read(source, &mut findings).expect("it is XML");
        assert!(findings.done().is_empty());
        let said = "<script>&amp; ]]> \"' \u{202e}🏠</script><!-- <?x";
        let one = root.child("entry").expect("it has entries");
        for it in [&root, one] {
            assert_eq!(it.child("title").expect("required").text(), said);
        }
        assert_eq!(one.child("summary").expect("given").text(), said);
        assert_eq!(one.child("category").and_then(|it| it.attribute("term")), Some(said));
    }

    #[test]
    fn everything_that_must_be_there_is_there_once() {
        let text = feed().write();
        let source = Source { name: "feed.atom", bytes: text.as_bytes() };
        let root = xml::read(source, &mut Findings::about("feed.atom")).expect("it is XML");
        assert_eq!((root.name.as_str(), root.attribute("xmlns")), ("feed", Some(NAMESPACE)));
        let entries: Vec<_> = root.all("entry").collect();
        assert_eq!(entries.len(), 2);
        for it in entries.iter().copied().chain([&root]) {
            for must in ["id", "title", "updated"] {
                assert_eq!(it.all(must).count(), 1, "{must}");
            }
            let updated = it.child("updated").map(|it| it.text().to_owned()).unwrap_or_default();
            assert_eq!(updated, "2030-03-30T12:00:00Z", "RFC 3339");
        }
        let author = root.child("author").and_then(|it| it.child("name"));
        assert_eq!(author.map(|it| it.text()), Some("Council"));
        let links: Vec<_> = root
            .all("link")
            .map(|it| (it.attribute("rel").unwrap_or(""), it.attribute("href").unwrap_or("")))
            .collect();
        assert_eq!(
            links,
            [
                ("self", "https://example.test/feed.atom?a=1&b=2"),
                ("alternate", "https://example.test/differences"),
                ("next", "https://example.test/feed.atom?before=7"),
            ]
        );
    }
}
