//! Answers, as plain rows in the user's words. Nothing here changes anything.

pub mod because;
pub mod thread;
pub mod view;
pub mod who;
