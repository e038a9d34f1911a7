//! placeholder
pub mod app;
pub mod fleet;
