//! SHOWS: draws the model, pure.
pub mod theme;
