//! Parts that several panes are made of.

pub mod bar;
pub mod columns;
pub mod frame;
pub mod lines;
pub mod table;
