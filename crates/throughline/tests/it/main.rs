//! The program as a child process: given real files, killed, tampered with, backed up, asked for odd
//! things. Nothing here reaches inside.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod acting;
mod attachments;
mod audits;
mod backups;
mod corpus;
mod demo;
mod directory;
mod doing;
mod doors;
mod durability;
mod erasing;
mod exits;
mod found;
mod handing;
mod imports;
mod peers;
mod program;
mod raised;
mod server;
mod tampering;
mod watching;
mod weather;
mod whole;
mod worked;
