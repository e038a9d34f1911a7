//! What can happen to the program: the kinds of message.

use crossterm::event::{KeyEvent, MouseEvent};

use super::action::gate::Passage;
use super::action::operation::OperationId;
use super::budget::Budget;
use super::logs::told::Told;
use crate::fleet::log::origin::Origin;
use crate::fleet::observation::Observation;

/// Something that happened; the runtime stamps it with the time of its arrival.
#[derive(Debug, Clone)]
pub enum Message {
    Input(Input),
    Observed(Observation),
    /// What the tail of a log view tells.
    Lines {
        of: Origin,
        told: Told,
    },
    /// What the requests of a context cost lately.
    Budget(Budget),
    /// A word from the runtime about an effect: text was copied, a file was written, something failed.
    Reported(Report),
    /// What the gate said of a change.
    Passed {
        operation: OperationId,
        passage: Passage,
    },
    /// Nothing else is to be done: there is time to look through more lines.
    Idle,
    /// A picture is on the terminal.
    Painted,
    /// Time passed; what ages is drawn again.
    Tick,
}

/// What a person did.
#[derive(Debug, Clone)]
pub enum Input {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    /// Columns and rows of the terminal.
    Resize(u16, u16),
}

/// How an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Done(String),
    Failed(String),
}
