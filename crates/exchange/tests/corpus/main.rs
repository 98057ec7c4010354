//! The real files of the acceptance corpus through every reader, and their answer keys.
//!
//! Not here: small stories; they stand beside what they are about.
//!
//! Always true: where the corpus is missing, a run with `CI` set fails; any other run says so.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail, and say figures")]

mod appointments;
mod assessed;
mod docs;
mod editions;
mod establishments;
mod figures;
mod forecasts;
mod frameworks;
mod guesses;
mod hostile;
mod imports;
mod landing;
mod ministers;
mod organograms;
mod packs;
mod peer;
mod place;
mod plain;
mod processes;
mod profiles;
mod progress;
mod provisioning;
mod recurrences;
mod renumbered;
mod scoping;
mod stories;
mod strategies;
mod undoing;
mod whatever;
mod workbooks;
mod written;
