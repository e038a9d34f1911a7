//! TELLS: the same engine as text and JSON, without a screen; one file per subcommand.

pub mod approvals;
pub mod change;
pub mod deployments;
mod find;
pub mod journal;
pub mod load;
pub mod logs;
pub mod ops;
pub mod triage;
pub mod voice;
pub mod wait;
mod watch;
