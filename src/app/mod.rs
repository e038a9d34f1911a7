//! DECIDES: keys and facts in, model, effects and subscriptions out; no IO, no await, no clock.

pub mod budget;
pub mod command;
pub mod condition;
pub mod describe;
pub mod document;
pub mod effect;
pub mod filter;
pub mod format;
pub mod history;
pub mod key;
pub mod layout;
pub mod listing;
pub mod message;
pub mod mistake;
pub mod model;
pub mod notice;
pub mod palette;
pub mod screen;
pub mod settings;
pub mod subscription;
pub mod table;
pub mod text_input;
pub mod timeline;
pub mod triage;
pub mod update;
pub mod views;
