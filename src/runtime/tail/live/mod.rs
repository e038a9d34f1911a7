//! The live tail: sessions tell what comes, and polling reads what was before, between and beside them.
//!
//! A group is polled as ever until a session has begun, and again whenever there is none; what a session may have
//! missed at its beginning is read once more. Each event is told once, as the ledger counts them. The buffer of a view
//! still compares what it is given, because it has other sources as well: scrolling back reads the same events with
//! their ids. It takes equal nameless events for different ones only within one batch, which is why a batch of news is
//! always a whole page or a whole update.

mod desk;
pub mod drive;
pub(super) mod ledger;
mod outbox;
pub mod plan;
mod sentence;
