//! How much a reader takes before it says "enough". Each limit is named here once; the sentence
//! that tells people about it stands where it is enforced.

/// Largest file read, whatever its format.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest JSON file: a tree of values takes several times the bytes it came from.
pub const JSON_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most values in a JSON file.
pub const JSON_VALUES_MAX: usize = 2_000_000;
/// Most bytes of OSCAL documents that are held at once: a profile and all that it imports.
pub const OSCAL_BYTES_MAX: usize = 96 * 1024 * 1024;
/// Largest XML file.
pub const XML_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most elements in an XML file.
pub const XML_ELEMENTS_MAX: usize = 500_000;
/// Deepest nesting followed in XML, and in the trees of groups, parts and goals.
pub const DEPTH_MAX: usize = 64;
/// Most rows read from a table.
pub const ROWS_MAX: usize = 1_000_000;
/// Most columns read from a table.
pub const COLUMNS_MAX: usize = 1_000;
/// Most cells read from a table.
pub const CELLS_MAX: usize = 16_000_000;
/// Longest cell of a table; the rest of it is left out.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Most findings kept one by one; the rest are counted.
pub const FINDINGS_MAX: usize = 10_000;
/// Longest value shown in a finding.
pub const VALUE_SHOWN_CHARACTERS_MAX: usize = 80;
/// Most links of a loop that are spelled out.
pub const LOOP_LINKS_SHOWN_MAX: usize = 5;
/// Most parts that a workbook's archive may list.
pub const ARCHIVE_PARTS_MAX: usize = 4_000;
/// Largest part of a workbook once it is unpacked; beyond it the file is taken for a trap.
pub const PART_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Largest of the small parts of a workbook: its list of sheets, its formats.
pub const SMALL_PART_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Most bytes between two tags of a workbook's XML, and in one tag.
pub const MARKUP_BYTES_MAX: usize = 1024 * 1024;
/// Most texts that the cells of a workbook share, and the bytes of them all.
pub const SHARED_TEXTS_MAX: usize = 2_000_000;
pub const SHARED_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Most sheets of a workbook that are looked at.
pub const SHEETS_MAX: usize = 200;
/// Most bytes of text in all cells of a table.
pub const TABLE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Most cells that are filled from a merged one.
pub const MERGED_CELLS_MAX: usize = 100_000;
/// Rows above the headings that may be titles.
pub const TITLE_ROWS_MAX: usize = 20;
/// Rows from whose cells a table is guessed.
pub const GUESSED_ROWS_MAX: usize = 200;
/// Most texts that lead to nothing for which the nearest names are looked up.
pub const NEAREST_TEXTS_MAX: usize = 200;
/// Most records that a preview lists one by one; the rest are counted.
pub const PREVIEW_LINES_MAX: usize = 200_000;
