//! The tail of log streams: what is asked is planned without time or network, and carried out here.

pub mod drive;
mod lane;
pub mod pace;
pub mod plan;
mod stream;
mod sweep;
