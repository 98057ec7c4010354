//! BAD LUCK. Years of it in a second: random commands, several nodes on one ledger, a store that
//! fails, clocks that step, crashes, clients that lose their answers and ask again.
//!
//! Everything follows from one seed. A failing run names its seed and step; run it again and the
//! same things go wrong in the same order. Never shipped.

mod client;
mod dice;
mod store;
mod words;
mod world;

#[cfg(test)]
mod tests;

pub use world::live;
