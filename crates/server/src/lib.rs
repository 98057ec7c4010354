//! The only crate that speaks HTTP: router, pages, sign-in, live stream, assets.

pub mod assets;
pub mod ui;
