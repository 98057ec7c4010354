//! Answers, as plain rows in the user's words. Nothing here changes anything.

pub mod acceptances;
pub mod because;
pub mod changes;
pub mod due;
pub mod editions;
pub mod establishment;
pub mod findings;
pub mod forecast;
pub mod foresee;
pub mod gaps;
pub mod handovers;
pub mod happened;
pub mod mappings;
pub mod may;
pub mod pack;
pub mod risks;
pub mod room;
pub mod run;
pub mod scoping;
pub mod signals;
pub mod thread;
pub mod variation;
pub mod view;
pub mod watch;
pub mod weather;
pub mod who;
