//! The parts of a zip archive, as far as spreadsheets use it.
//!
//! Not the zip crate: that one lists every part before anybody can say "enough", however many there
//! are. Not here: encryption, archives in several pieces or of more than four gigabytes.
//!
//! Always true: nothing is unpacked before it is asked for, and then only up to the limit that
//! comes with the question.

use std::io::{BufReader, Read, Take};

use flate2::read::DeflateDecoder;

use crate::limits::ARCHIVE_PARTS_MAX;

const END: &[u8] = b"PK\x05\x06";
const LISTED: &[u8] = b"PK\x01\x02";
const PART: &[u8] = b"PK\x03\x04";
/// Bytes of the record at the end, and of a comment after it.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 65_535;

#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    parts: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    name: String,
    packed: bool,
    size: u64,
    at: usize,
    len: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It is no archive, or a broken one.
    Broken,
    TooManyParts(usize),
    /// The part says that it is larger than was allowed.
    TooLarge(u64),
    Encrypted,
}

/// A part as it is unpacked; ends early at its limit.
pub(crate) type Part<'a> = BufReader<Take<Box<dyn Read + 'a>>>;

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, Trouble> {
        let from = bytes.len().saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
        let end = bytes[from..].windows(END.len()).rposition(|it| it == END);
        let end = from + end.ok_or(Trouble::Broken)?;
        let count = usize::from(u16_at(bytes, end + 10).ok_or(Trouble::Broken)?);
        if count > ARCHIVE_PARTS_MAX {
            return Err(Trouble::TooManyParts(count));
        }
        let mut at = u32_at(bytes, end + 16).ok_or(Trouble::Broken)?;
        let mut parts = Vec::with_capacity(count);
        for _ in 0..count {
            let (listed, next) = listed(bytes, at)?;
            parts.push(listed);
            at = next;
        }
        Ok(Archive { bytes, parts })
    }

    fn find(&self, name: &str) -> Option<&Listed> {
        // Some writers differ in case between a part and what points at it.
        self.parts.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A part, at most so many bytes of it and one.
    pub(crate) fn part(&self, name: &str, bytes_max: u64) -> Option<Result<Part<'a>, Trouble>> {
        let listed = self.find(name)?;
        if listed.size > bytes_max {
            return Some(Err(Trouble::TooLarge(listed.size)));
        }
        let content = || -> Option<&'a [u8]> {
            let at = listed.at;
            self.bytes.get(at..at + PART.len()).filter(|it| *it == PART)?;
            let name = usize::from(u16_at(self.bytes, at + 26)?);
            let extra = usize::from(u16_at(self.bytes, at + 28)?);
            let start = at.checked_add(30 + name + extra)?;
            self.bytes.get(start..start.checked_add(listed.len)?)
        };
        let Some(content) = content() else { return Some(Err(Trouble::Broken)) };
        let unpacked: Box<dyn Read + 'a> = match listed.packed {
            true => Box::new(DeflateDecoder::new(content)),
            false => Box::new(content),
        };
        Some(Ok(BufReader::with_capacity(64 * 1024, unpacked.take(bytes_max + 1))))
    }
}

/// The part that the list has at a place, and where the next one stands.
fn listed(bytes: &[u8], at: usize) -> Result<(Listed, usize), Trouble> {
    let read = || -> Option<(Listed, usize, u16, u16)> {
        bytes.get(at..at + LISTED.len()).filter(|it| *it == LISTED)?;
        let (flags, method) = (u16_at(bytes, at + 8)?, u16_at(bytes, at + 10)?);
        let (len, size) = (u32_at(bytes, at + 20)?, u32_at(bytes, at + 24)?);
        let name_len = usize::from(u16_at(bytes, at + 28)?);
        let beyond = usize::from(u16_at(bytes, at + 30)?) + usize::from(u16_at(bytes, at + 32)?);
        let name = bytes.get(at + 46..at + 46 + name_len)?;
        let name = String::from_utf8_lossy(name).replace('\\', "/");
        let start = u32_at(bytes, at + 42)?;
        let listed = Listed { name, packed: method == 8, size: size as u64, at: start, len };
        Some((listed, at + 46 + name_len + beyond, flags, method))
    };
    match read() {
        Some((.., flags, _)) if flags & 1 == 1 => Err(Trouble::Encrypted),
        Some((listed, next, _, 0 | 8)) => Ok((listed, next)),
        _ => Err(Trouble::Broken),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}
