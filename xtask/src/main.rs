//! The project's own tools, in the project's own language. For now its rules, as tests.

mod tidy;

fn main() {}
