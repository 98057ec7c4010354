//! What readers read, as drafts: a file per family of formats.
//!
//! Not here: matching with what is recorded (`plan`), options and files (`import`).

pub(crate) mod measurements;
pub(crate) mod organogram;
pub(crate) mod plain;
pub(crate) mod requirements;
pub(crate) mod strategy;
