//! What the program wants from the outside, as data.

use super::action::Action;
use super::action::gate::{Approval, Standing};
use super::action::operation::{Ended, OperationId};
use super::settings::Notify;
use crate::fleet::topic::Topic;

/// One wish; the runtime carries it out and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a change through the gate.
    Perform { operation: OperationId, action: Box<Action>, standing: Standing, approval: Approval },
    /// Record how an operation ended.
    Record { operation: OperationId, ended: Box<Ended> },
    /// Ask these topics now, before their cadence.
    Refresh(Vec<Topic>),
    /// Put text on the clipboard of the person's terminal; `what` names it in the report.
    Copy { text: String, what: String },
    /// Write text to a new file in the state folder; the report says where.
    Save { stem: String, extension: &'static str, text: String },
    /// Call a person who looks elsewhere, by the terminal's bell or a notice of the desktop.
    Alert { text: String, by: Notify },
    /// Take or give back the mouse.
    CaptureMouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Panic, to see that the terminal survives it.
    #[cfg(debug_assertions)]
    Panic,
    /// Leave.
    Quit,
}
