//! placeholder
pub mod app;
pub mod aws;
pub mod cli;
pub mod config;
pub mod fleet;
pub mod headless;
pub mod journal;
pub mod runtime;
pub mod simulation;
pub mod view;
