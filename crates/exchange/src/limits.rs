//! How much a reader takes before it says "enough". Each limit is named here once; the sentence
//! that tells people about it stands where it is enforced.

/// Largest file read, whatever its format.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest JSON file: a tree of values takes several times the bytes it came from.
pub const JSON_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most values in a JSON file.
pub const JSON_VALUES_MAX: usize = 2_000_000;
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
