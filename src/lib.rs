//! placeholder
pub mod app;
pub mod cli;
pub mod config;
pub mod fleet;
pub mod view;
