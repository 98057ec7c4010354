//! A workbook's XML, tag by tag, from a part that is unpacked as it is read.
//!
//! Always true: nothing is kept but the tag at hand. A comment, a DOCTYPE or a tag without an end
//! stops the reading before it can grow.

use std::io::{self, BufRead, Read};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesStart, Event},
};

use super::Trouble;
use crate::limits::MARKUP_BYTES_MAX;

/// What comes along in a part.
pub(super) enum Met<'a> {
    Start(&'a BytesStart<'a>),
    End(&'a str),
    Text(&'a str),
}

/// Tells `on` of everything in a part, until it has enough (`false`) or the part ends.
pub(super) fn each(
    part: &mut dyn BufRead,
    bytes_max: u64,
    on: &mut dyn FnMut(Met<'_>) -> Result<bool, Trouble>,
) -> Result<(), Trouble> {
    let guarded = Guarded { part, met: 0, left: bytes_max, since: 0, last: 0, why: None };
    let mut reader = Reader::from_reader(io::BufReader::with_capacity(32 * 1024, guarded));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(_) => {
                let why = reader.get_mut().get_mut().why.take();
                return Err(why.unwrap_or(Trouble::Broken));
            }
        };
        let more = match &event {
            Event::Start(it) => on(Met::Start(it))?,
            Event::Empty(it) => {
                let name = it.local_name();
                on(Met::Start(it))? && on(Met::End(name.as_ref()))?
            }
            Event::End(it) => on(Met::End(it.local_name().as_ref()))?,
            Event::Text(it) => on(Met::Text(&it.xml_content(XmlVersion::Explicit1_0)))?,
            Event::GeneralRef(it) => match it.resolve_char_ref() {
                Ok(Some(c)) if !c.is_control() || matches!(c, '\n' | '\t') => {
                    on(Met::Text(c.encode_utf8(&mut [0; 4])))?
                }
                Ok(Some(_)) => true,
                _ => match resolve_xml_entity(it) {
                    Some(known) => on(Met::Text(known))?,
                    None => true,
                },
            },
            Event::Eof => return Ok(()),
            _ => true,
        };
        if !more {
            return Ok(());
        }
    }
}

/// The value of an attribute, by its local name.
pub(super) fn attribute(it: &BytesStart<'_>, name: &str) -> Option<String> {
    // Checking for repeated attributes takes quadratic time; a workbook's tags have few.
    let mut all = it.attributes();
    let found = all
        .with_checks(false)
        .take(64)
        .flatten()
        .find(|it| it.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned())
}

/// Looks at the bytes before the reader of XML keeps any.
struct Guarded<'a> {
    part: &'a mut dyn BufRead,
    met: u64,
    left: u64,
    /// Bytes since a tag began or ended.
    since: usize,
    last: u8,
    why: Option<Trouble>,
}

impl Guarded<'_> {
    fn stop(&mut self, why: Trouble) -> io::Error {
        self.why = Some(why);
        io::Error::from(io::ErrorKind::InvalidData)
    }
}

impl Read for Guarded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(into)?;
        self.met += read as u64;
        if self.met > self.left {
            return Err(self.stop(Trouble::TooLarge(self.met)));
        }
        for byte in &into[..read] {
            if self.last == b'<' && *byte == b'!' {
                return Err(self.stop(Trouble::Markup));
            }
            self.since = if matches!(byte, b'<' | b'>') { 0 } else { self.since + 1 };
            if self.since > MARKUP_BYTES_MAX {
                return Err(self.stop(Trouble::Markup));
            }
            self.last = *byte;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(xml: &str, bytes_max: u64) -> Result<String, Trouble> {
        let mut told = String::new();
        each(&mut xml.as_bytes(), bytes_max, &mut |met| {
            match met {
                Met::Start(it) => told.push_str(&format!("<{}", it.local_name().as_ref())),
                Met::End(it) => told.push_str(&format!("{it}>")),
                Met::Text(it) => told.push_str(it),
            }
            Ok(told.len() < 20)
        })?;
        Ok(told)
    }

    #[test]
    fn tags_and_texts_come_in_order_until_there_is_enough() {
        let xml = "<?xml version='1.0'?><x:a><b/>R&amp;D &#65;&lost;</x:a>";
        assert_eq!(told(xml, 100).unwrap(), "<a<bb>R&D Aa>");
        assert_eq!(told(&"<a/>".repeat(100), 1000).unwrap(), "<aa>".repeat(5));
    }

    #[test]
    fn a_part_ends_at_its_limit_and_before_anything_can_grow() {
        assert_eq!(told("<a>bcdefgh</a>", 10), Err(Trouble::TooLarge(14)));
        assert_eq!(told("<a></b>", 100), Err(Trouble::Broken));
        assert_eq!(told("<a><!-- b --></a>", 100), Err(Trouble::Markup));
        let endless = format!("<a>{}", "x".repeat(MARKUP_BYTES_MAX + 1));
        assert_eq!(told(&endless, u64::MAX), Err(Trouble::Markup));
    }
}
