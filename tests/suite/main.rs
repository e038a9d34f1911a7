//! All tests that need more than one module, in one binary: the SDK is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

mod adapters;
mod answers;
mod architecture;
mod blue_green;
mod changes;
mod cockpit;
mod command_line;
mod commands;
mod config;
mod decisions;
mod deployments;
mod describe;
mod dialogs;
mod documents;
mod evidence;
mod gate;
mod invariants;
mod journal;
mod keys;
mod live_tailing;
mod log_lines;
mod log_view;
mod operating;
mod piping;
mod places;
mod screens;
mod shifts;
mod simulation;
mod stories;
mod support;
mod tailing;
mod terminal;
mod theme;
mod triage;
mod verdicts;
mod waiting;
