//! All tests that need more than one module, in one binary: the SDK is linked once.

mod config;
mod decisions;
mod documents;
mod invariants;
mod keys;
mod support;
mod theme;
mod verdicts;
