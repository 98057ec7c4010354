//! The server through its front door: no socket, no wall clock, no disk.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up should stop there")]

mod accounts;
mod acts;
mod ahead;
mod api;
mod audit_file;
mod charts;
mod council;
mod doing;
mod door;
mod elsewhere;
mod erase;
mod establish;
mod establishment;
mod figures;
mod files;
mod forms;
mod found;
mod frameworks;
mod handing;
mod imports;
mod ledger;
mod lists;
mod matrix;
mod may;
mod measuring;
mod page;
mod problems;
mod programs;
mod pull;
mod pulse;
mod raised;
mod room;
mod said;
mod scim;
mod scope;
mod search;
mod set_up;
mod settings;
mod signals;
mod times;
mod visit;
mod watch;
mod weather;
