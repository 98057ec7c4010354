//! XML of bounded size and depth to a tree of elements.
//!
//! Not here: namespaces (elements are known by their local names, whatever the prefix), schemas,
//! and any format written in XML.
//!
//! Always true: a DOCTYPE is refused, so that no entity is ever declared, expanded or fetched;
//! what was read before a fault in the file is kept.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
};

use crate::{
    Source,
    finding::{Finding, Findings},
    limits::{DEPTH_MAX, XML_BYTES_MAX, XML_ELEMENTS_MAX},
    text::{self, too_large},
};

#[derive(Debug, Default, Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// What stands before the colon, if anything.
    pub(crate) prefix: String,
    /// The line on which it begins.
    pub(crate) line: u32,
    /// Those without a prefix first.
    pub(crate) attributes: Vec<(String, String)>,
    unprefixed: usize,
    pub(crate) children: Vec<Element>,
    text: String,
}

impl Element {
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An attribute of its own language: one without a prefix.
    pub(crate) fn plain(&self, name: &str) -> Option<&str> {
        let own = self.attributes.get(..self.unprefixed)?;
        own.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Its own text; blank when it has none.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of a child; blank when there is no such child.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", Element::text)
    }
}

/// The root element, or `None` with a finding that says why there is none.
pub(crate) fn read(source: Source<'_>, findings: &mut Findings) -> Option<Element> {
    if source.bytes.len() > XML_BYTES_MAX {
        findings.push(too_large(source.bytes.len(), XML_BYTES_MAX));
        return None;
    }
    let (text, _) = text::decode(source, findings)?;
    let mut reader = Reader::from_str(&text);
    let mut tree = Tree { line: 1, ..Tree::default() };
    let mut counted = 0;
    loop {
        // Lines are counted as they go by, so that every element knows its own.
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        let passed = &text.as_bytes()[counted..at.max(counted)];
        let lines = passed.iter().filter(|it| **it == b'\n').count();
        tree.line = tree.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        counted = at.max(counted);
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => {
                if let Err(trouble) = tree.take(event) {
                    let fatal = trouble.refused();
                    findings.push(trouble.said(line(&text, reader.buffer_position())));
                    if fatal {
                        return None;
                    }
                    break;
                }
            }
            Err(problem) => {
                findings.push(
                    Trouble::Malformed(problem.to_string())
                        .said(line(&text, reader.error_position())),
                );
                break;
            }
        }
    }
    let root = tree.finish(findings);
    if root.is_none() {
        findings.push(
            Finding::fault("not-xml", "No XML element is in the file.")
                .todo("Check that the right file was chosen."),
        );
    }
    root
}

fn line(text: &str, position: u64) -> u32 {
    let end = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..end];
    let newlines = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(newlines + 1).unwrap_or(u32::MAX)
}

/// Most attributes of an element that are looked at.
const ATTRIBUTES_MAX: usize = 256;

enum Trouble {
    Doctype,
    TooDeep,
    TooMany,
    Malformed(String),
}

impl Trouble {
    /// Whether nothing of the file may be used.
    fn refused(&self) -> bool {
        matches!(self, Trouble::Doctype)
    }

    fn said(self, line: u32) -> Finding {
        match self {
            Trouble::Doctype => Finding::fault(
                "doctype",
                "The file begins with a DOCTYPE, which can make it grow or fetch others; it was not read.",
            )
            .todo("Delete the <!DOCTYPE ...> line and import it again."),
            Trouble::TooDeep => Finding::fault(
                "too-deep",
                format!("Line {line}: elements stand more than {DEPTH_MAX} deep in each other; the rest was not read."),
            )
            .todo("Check the file: no plan needs that."),
            Trouble::TooMany => Finding::fault(
                "too-many-elements",
                format!("Line {line}: the file has more than {XML_ELEMENTS_MAX} elements; the rest was not read."),
            )
            .todo("Split it and import the pieces one by one."),
            Trouble::Malformed(problem) => Finding::fault(
                "not-well-formed",
                format!("Line {line}: the XML is broken here ({problem}); what stands before was read."),
            )
            .todo("Export the file again from the program that wrote it."),
        }
        .row(line)
    }
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |it| it.0)
}

#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    unknown_entities: usize,
    line: u32,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), Trouble> {
        match event {
            Event::DocType(_) => return Err(Trouble::Doctype),
            Event::Start(start) => self.start(&start)?,
            Event::Empty(start) => {
                self.start(&start)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text),
            Event::GeneralRef(reference) => self.add_reference(&reference),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Trouble> {
        self.elements += 1;
        if self.elements > XML_ELEMENTS_MAX {
            return Err(Trouble::TooMany);
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(Trouble::TooDeep);
        }
        let mut element = Element {
            name: AsRef::<str>::as_ref(&start.local_name()).to_owned(),
            prefix: prefix_of(start.name().as_ref()).to_owned(),
            line: self.line,
            ..Element::default()
        };
        let mut prefixed = Vec::new();
        // Checking for repeated attributes takes quadratic time; none of ours are repeated.
        for attribute in start.attributes().with_checks(false).take(ATTRIBUTES_MAX) {
            let attribute = attribute.map_err(|problem| Trouble::Malformed(problem.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|problem| Trouble::Malformed(problem.to_string()))?;
            let key = attribute.key.local_name();
            let said = (AsRef::<str>::as_ref(&key).to_owned(), value.into_owned());
            if prefix_of(attribute.key.as_ref()).is_empty() {
                element.attributes.push(said);
            } else {
                prefixed.push(said);
            }
        }
        element.unprefixed = element.attributes.len();
        element.attributes.append(&mut prefixed);
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => {
                self.root.get_or_insert(element);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn add_reference(&mut self, reference: &BytesRef<'_>) {
        if let Ok(Some(character)) = reference.resolve_char_ref() {
            // NUL and other controls have no business in a text.
            if !character.is_control() || matches!(character, '\n' | '\t') {
                self.add(character.encode_utf8(&mut [0; 4]));
            }
        } else if let Some(known) = resolve_xml_entity(reference) {
            self.add(known);
        } else {
            self.unknown_entities += 1;
        }
    }

    /// The root, with what was still open closed.
    fn finish(mut self, findings: &mut Findings) -> Option<Element> {
        while !self.open.is_empty() {
            self.end();
        }
        if self.unknown_entities > 0 {
            let says =
                format!("{} entities are not known and were left out.", self.unknown_entities);
            findings.push(
                Finding::question("unknown-entity", says)
                    .todo("Write the characters themselves instead."),
            );
        }
        self.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Option<Element>, Vec<Finding>) {
        let mut findings = Findings::about("f.xml");
        let root = read(Source::new("f.xml", text.as_bytes()), &mut findings);
        (root, findings.done())
    }

    #[test]
    fn elements_are_known_by_local_name_and_references_are_resolved() {
        let (root, findings) = read_text(
            "\u{FEFF}<a:b xmlns:a='x' t='1&amp;2'>R&amp;D &#233;<!-- --><![CDATA[<]]></a:b>",
        );
        let root = root.unwrap();
        assert_eq!(
            (root.name.as_str(), root.text(), root.attribute("t")),
            ("b", "R&D é<", Some("1&2"))
        );
        assert!(findings.is_empty());
    }

    #[test]
    fn a_doctype_is_refused_however_innocent() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>";
        let (root, findings) = read_text(bomb);
        assert!(root.is_none());
        assert_eq!(findings[0].code, "doctype");
    }

    #[test]
    fn a_million_open_elements_are_cut_off_at_the_limit() {
        let (root, findings) = read_text(&"<a>".repeat(1_000_000));
        assert!(root.is_some());
        assert_eq!(findings[0].code, "too-deep");
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        let (root, findings) = read_text("<a>\n<b>x</b>\n<c></d></a>");
        assert_eq!(root.unwrap().text_of("b"), "x");
        assert_eq!((findings[0].code, findings[0].row), ("not-well-formed", Some(3)));
    }
}
