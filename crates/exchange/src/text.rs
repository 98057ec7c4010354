//! Bytes to text, whatever wrote them: UTF-8 with or without a mark, UTF-16 with a mark, else
//! Windows-1252, which is what old spreadsheets save.
//!
//! Not here: what the text means.
//!
//! Always true: a file that is no text at all (a workbook, a PDF, a picture) is named for what it
//! is and not read; text that is read has no byte-order mark and no NUL.

use std::borrow::Cow;

use crate::{
    Source,
    finding::{Finding, Findings},
    limits::FILE_BYTES_MAX,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Windows1252,
}

/// The text of a file, or `None` with a finding that says why there is none.
pub fn decode<'a>(source: Source<'a>, findings: &mut Findings) -> Option<(Cow<'a, str>, Encoding)> {
    let bytes = source.bytes;
    if bytes.len() > FILE_BYTES_MAX {
        findings.push(too_large(bytes.len(), FILE_BYTES_MAX));
        return None;
    }
    if let Some(kind) = known_binary(bytes) {
        findings.push(
            Finding::fault("not-text", format!("The file is {kind}, not text."))
                .todo("Save or export it in the format asked for (for a spreadsheet: CSV)."),
        );
        return None;
    }
    let (text, encoding) = if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        (encoding_rs::UTF_8.decode_without_bom_handling(rest).0, Encoding::Utf8)
    } else if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        (encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0, Encoding::Utf16)
    } else if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        (encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0, Encoding::Utf16)
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        (Cow::Borrowed(text), Encoding::Utf8)
    } else {
        (encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252)
    };
    if text.contains('\0') {
        findings.push(
            Finding::fault("not-text", "The file holds NUL bytes, which no text does.")
                .todo("It is damaged or of another kind: export it again as text."),
        );
        return None;
    }
    match encoding {
        Encoding::Windows1252 => findings.push(
            Finding::note("encoding", "The file is not UTF-8; it was read as Windows-1252.")
                .todo("If £ signs or accents look wrong, save it as CSV UTF-8."),
        ),
        Encoding::Utf16 => {
            findings.push(Finding::note("encoding", "The file was read as UTF-16."));
        }
        Encoding::Utf8 => {}
    }
    Some((text, encoding))
}

pub(crate) fn too_large(bytes: usize, bytes_max: usize) -> Finding {
    let megabytes = |bytes: usize| bytes.div_ceil(1024 * 1024);
    let says = format!(
        "The file has {} MB; at most {} MB are read at a time.",
        megabytes(bytes),
        megabytes(bytes_max)
    );
    Finding::fault("file-too-large", says).todo("Split it and import the pieces one by one.")
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "an Excel workbook or a zip archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel or Word document"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"\x1F\x8B", "a compressed file"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}

/// How often the replacement character, left where a letter was lost, stands in a text.
pub fn lost_characters(text: &str) -> usize {
    text.matches(char::REPLACEMENT_CHARACTER).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Option<(String, Encoding)>, Vec<Finding>) {
        let mut findings = Findings::about("f");
        let text = decode(Source::new("f", bytes), &mut findings);
        (text.map(|(text, encoding)| (text.into_owned(), encoding)), findings.done())
    }

    #[test]
    fn the_same_words_are_read_from_every_encoding() {
        let utf16: Vec<u8> = "\u{FEFF}café £".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            ("café £".as_bytes(), Encoding::Utf8),
            ("\u{FEFF}café £".as_bytes(), Encoding::Utf8),
            (b"caf\xE9 \xA3", Encoding::Windows1252),
            (&utf16, Encoding::Utf16),
        ] {
            assert_eq!(read(bytes).0, Some(("café £".to_owned(), encoding)));
        }
    }

    #[test]
    fn a_workbook_or_a_file_with_nul_bytes_is_named_for_what_it_is() {
        assert!(read(b"PK\x03\x04zzz").1[0].says.contains("Excel workbook"));
        assert!(read(b"a,b\0,c").1[0].says.contains("NUL"));
    }
}
