//! The program as a child process: killed, tampered with, backed up, asked for odd things.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod backups;
mod durability;
mod exits;
mod program;
mod server;
mod tampering;
