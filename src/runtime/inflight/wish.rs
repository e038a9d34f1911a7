//! What one kind of request has to look at, and which of several kinds goes first.

use super::errand::Kind;
use super::look::Look;
use crate::runtime::sweep::lane::Moment;

/// Something that one kind of request would tell.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub kind: Kind,
    /// It was never looked at.
    pub new: bool,
    pub due: Moment,
}

/// A wish, and when it may go.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    pub at: Moment,
    pub wish: Wish,
}

/// What is new or due soonest of all that one kind of request tells.
pub fn wish<'l>(kind: Kind, looks: impl Iterator<Item = &'l Look>, every: Option<Moment>) -> Option<Wish> {
    let wishes = looks.filter_map(|look| Some(Wish { kind, new: look.is_new(), due: look.due(every)? }));
    wishes.min_by_key(|wish| (!wish.new, wish.due))
}

/// Which of several wishes goes first: the states, of which one request tells many; then what is new, from targets to
/// what explains them; then whatever is oldest.
pub fn rank(wish: &Wish) -> u8 {
    match wish.kind {
        Kind::Ecs | Kind::Deployments => 0,
        Kind::Target if wish.new => 1,
        Kind::Routing if wish.new => 2,
        Kind::Groups if wish.new => 3,
        Kind::Begun => 4,
        Kind::Target | Kind::Routing | Kind::Groups => 5,
    }
}
