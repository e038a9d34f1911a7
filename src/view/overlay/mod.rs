//! What lies over the screen while text is typed.

pub mod dialog;
pub mod filter;
pub mod help;
pub mod lines;
pub mod palette;
