//! ACTS
mod backend;
pub mod clock;
mod keyboard;
pub mod logging;
pub mod terminal;
