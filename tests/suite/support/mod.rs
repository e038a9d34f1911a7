//! What the tests share.

pub mod changes;
pub mod command;
pub mod deploys;
pub mod desk;
pub mod fixture;
pub mod incident;
pub mod lines;
pub mod screen;
pub mod shifts;
pub mod story;
