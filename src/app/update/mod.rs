//! The only writer: one message into the model, and what is wanted of the outside.

pub mod availability;
