//! OTHER PEOPLE'S FILES: a file per format, each a pure function from bytes to neutral records
//! and findings; and from there, by way of drafts, to commands.
//!
//! Not here: anything that writes, asks a clock or opens a file. A reader does not know the
//! organisation's State; only `plan`, which turns what was read into commands, does.
//!
//! Always true: a reader never fails and never panics. It reads what it can and says, row by row
//! and in words, what it could not. Everything it takes has a limit with a name.

pub mod accountability;
pub mod appointments;
mod archive;
pub mod atom;
pub mod bpmn;
pub mod cloudevents;
pub mod crosswalk;
pub mod differences;
pub mod directory;
pub mod doing;
pub mod draft;
pub mod drafting;
mod drafts;
pub mod editions;
pub mod figure;
pub mod finding;
pub mod framework;
pub mod goals;
pub mod guess;
pub mod import;
mod json;
pub mod limits;
pub mod organogram;
pub mod oscal;
pub mod packs;
pub mod plan;
pub mod pull;
pub mod renumbering;
pub mod room;
pub mod scim;
pub mod scoping;
pub mod sdg;
pub mod series;
pub mod sheet;
pub mod stopping;
pub mod strategy;
pub mod stratml;
pub mod table;
pub mod text;
pub mod undo;
pub mod weather;
pub mod when;
pub mod wire;
pub mod workbook;
mod xlsx;
mod xml;

pub use finding::{Finding, Findings, Grade, Reading};
pub use table::Mapping;

/// A file as it arrived: the name people know it by, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes }
    }
}
