//! What several tests build on.

pub mod fleet;
pub mod screen;
