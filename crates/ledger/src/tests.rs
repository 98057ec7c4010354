//! One test binary; each file of it is named after what it speaks about.

mod stores;
