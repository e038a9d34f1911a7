//! All tests that need more than one module, in one binary: the SDK is linked once.

mod adapters;
mod config;
mod decisions;
mod describe;
mod documents;
mod invariants;
mod keys;
mod screens;
mod simulation;
mod stories;
mod support;
mod theme;
mod triage;
mod verdicts;
