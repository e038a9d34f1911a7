//! placeholder
pub mod app;
pub mod fleet;
pub mod view;
