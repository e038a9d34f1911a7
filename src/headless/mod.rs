//! TELLS: the same engine as text and JSON, without a screen; one file per subcommand.

pub mod journal;
pub mod load;
pub mod triage;
