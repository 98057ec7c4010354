//! Stories of the host.
