//! What the tests share.

pub mod changes;
pub mod deploys;
pub mod desk;
pub mod fixture;
pub mod incident;
pub mod screen;
pub mod story;
