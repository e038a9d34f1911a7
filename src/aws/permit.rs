//! The proof that a change passed the gate: whoever holds one may send one change.

/// The right to one change. Adapters take it by value, so the next change needs the next one.
///
/// Only the gate makes permits; the architecture test sees to it that nobody else in this crate does.
#[derive(Debug)]
pub struct Permit(());

impl Permit {
    /// For the gate alone.
    pub fn from_the_gate() -> Self {
        Self(())
    }

    /// The change is being sent.
    pub(super) fn spend(self) {
        let Self(()) = self;
    }
}
