//! The real files of the acceptance corpus through every reader, and their answer keys.
//!
//! Not here: small stories; they stand beside what they are about.
//!
//! Always true: where the corpus is missing, a run with `CI` set fails; any other run says so.

mod figures;
mod frameworks;
mod organograms;
mod place;
mod strategies;
