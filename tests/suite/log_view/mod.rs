//! The log view: from keys to lines on the screen, on the simulated AWS.

mod commands;
mod pause;
mod places;
mod screens;
mod stories;
