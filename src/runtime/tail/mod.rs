//! The tail of log streams: what is asked is planned without time or network, and carried out here.

mod clockwork;
pub mod drive;
mod lane;
pub mod live;
pub mod news;
pub mod pace;
pub mod plan;
mod stream;
mod sweep;
