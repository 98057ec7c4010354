//! What a file is, as its first bytes say. What is claimed of it must agree, and is never believed.
//!
//! It opens nothing: an archive is an archive, whatever is in it.

/// Bytes that decide.
pub(crate) const HEAD_BYTES: usize = 512;

/// A sort of file that is kept: its type, how its name ends, other endings that say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Media {
    name: &'static str,
    endings: &'static [&'static str],
}

const TEXT: Media = Media {
    name: "text/plain; charset=utf-8",
    endings: &["txt", "csv", "tsv", "md", "log", "json", "xml", "eml", "ics"],
};

/// Marks at a place in the file.
const MARKED: [(usize, &[u8], Media); 12] = [
    (0, b"\x89PNG\r\n\x1a\n", Media { name: "image/png", endings: &["png"] }),
    (0, b"\xff\xd8\xff", Media { name: "image/jpeg", endings: &["jpg", "jpeg"] }),
    (0, b"GIF87a", Media { name: "image/gif", endings: &["gif"] }),
    (0, b"GIF89a", Media { name: "image/gif", endings: &["gif"] }),
    (8, b"WEBP", Media { name: "image/webp", endings: &["webp"] }),
    (4, b"ftypheic", Media { name: "image/heic", endings: &["heic", "heif"] }),
    (4, b"ftypmif1", Media { name: "image/heic", endings: &["heic", "heif"] }),
    (4, b"ftyp", Media { name: "video/mp4", endings: &["mp4", "m4v", "mov", "m4a"] }),
    (0, b"%PDF-", Media { name: "application/pdf", endings: &["pdf"] }),
    (
        0,
        b"PK\x03\x04",
        Media {
            name: "application/zip",
            endings: &["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"],
        },
    ),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Media { name: "application/x-ole-storage", endings: &["doc", "xls", "ppt", "msg"] },
    ),
    (0, b"II*\0", Media { name: "image/tiff", endings: &["tif", "tiff"] }),
];

/// Types that say nothing of the content: what programs send when they do not know.
const UNSAID: [&str; 4] =
    ["", "application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream"];

const KEPT: &str = "Kept are pictures (PNG, JPEG, GIF, WebP, HEIC, TIFF), PDF, office documents, ZIP archives, MP4 and plain text.";

impl Media {
    /// What a file that begins so is. A sentence, if it is nothing that is kept.
    pub fn of(head: &[u8]) -> Result<Media, String> {
        if head.is_empty() {
            return Err("This file is empty. Choose the file again.".into());
        }
        let marked = |(at, mark, _): &&(usize, &[u8], Media)| {
            head.get(*at..).is_some_and(|it| it.starts_with(mark))
        };
        if let Some(it) = MARKED.iter().find(marked) {
            return Ok(it.2);
        }
        let control = |it: &u8| matches!(it, 0..=8 | 11 | 14..=31 | 127);
        if head.iter().any(control) {
            return Err(format!("This is no sort of file that is kept here. {KEPT}"));
        }
        Ok(TEXT)
    }

    /// Itself, if its name and what is claimed of it do not say that it is something else.
    pub(crate) fn fits(self, name: &str, claimed: &str) -> Result<Media, String> {
        let is = self.name.split(';').next().unwrap_or_default();
        if let Some((_, ending)) = name.rsplit_once('.')
            && !self.endings.contains(&&*ending.to_ascii_lowercase())
        {
            return Err(format!(
                "The name ends in .{ending}, but by its first bytes this is {is}. Nothing of it was kept. {KEPT}"
            ));
        }
        let claimed = claimed.split(';').next().unwrap_or_default().trim();
        // Office documents and text have a hundred types of their own; what a picture or a PDF is called is plain.
        let plain = |it: &str| {
            it.starts_with("image/") || it.starts_with("video/") || it == "application/pdf"
        };
        let active =
            claimed == "text/html" || claimed.contains("script") || claimed == "image/svg+xml";
        let same = UNSAID.contains(&claimed) || claimed == is || !(plain(claimed) || plain(is));
        match same && !active {
            true => Ok(self),
            false => Err(format!(
                "It was sent as {claimed}, but by its first bytes this is {is}. Nothing of it was kept. {KEPT}"
            )),
        }
    }

    /// The type it is given out under.
    pub fn name(self) -> &'static str {
        self.name
    }

    pub(crate) fn ending(self) -> &'static str {
        self.endings.first().copied().unwrap_or("bin")
    }
}
