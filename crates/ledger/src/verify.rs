//! Placeholder while the store lands: see the next commit.
#[derive(Debug)]
pub struct Report;
pub fn verify() {}
