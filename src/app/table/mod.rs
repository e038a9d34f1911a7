//! What the columns of a list are and say; how they are drawn is the view's affair.

pub mod approvals;
pub mod clusters;
pub mod deployments;
pub mod services;
pub mod tasks;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::fleet::verdict::Severity;

/// What a piece of text means, from which the theme makes a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    #[default]
    Plain,
    /// Repeated or less important; never what must be read.
    Dim,
    /// A heading or a name.
    Strong,
    /// The name in front of a value.
    Label,
    /// A key to press.
    Key,
    Severity(Severity),
    Good,
    Warning,
    Bad,
}

/// The text of one cell and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub tone: Tone,
}

impl<'a> Cell<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// How a column takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Cells that it needs to say anything.
    pub least: u16,
    /// Cells that it would like; more only where `grows`.
    pub ideal: u16,
    /// It takes what is left.
    pub grows: bool,
    /// Numbers stand at the right.
    pub right: bool,
    /// Dropped first when there is no room: the highest number; 0 is never dropped.
    pub rank: u8,
    /// Only shown in wide lists.
    pub wide: bool,
}

impl Shape {
    /// A column that is `ideal` cells wide and may shrink to `least`.
    pub const fn new(least: u16, ideal: u16, rank: u8) -> Self {
        Self { least, ideal, grows: false, right: false, rank, wide: false }
    }

    /// The same, with its text at the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// The same, taking all room that is left.
    #[must_use]
    pub const fn growing(mut self) -> Self {
        self.grows = true;
        self
    }

    /// The same, only in wide lists.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

/// The columns of one kind of row.
pub trait Column: Copy + Eq + 'static {
    type Row<'a>;

    /// All columns, from left to right.
    const ALL: &'static [Self];

    /// The heading.
    fn title(self) -> &'static str;

    /// The name in a filter, `cluster:payments`.
    fn name(self) -> &'static str;

    fn shape(self) -> Shape;

    fn cell<'a>(self, row: &'a Self::Row<'_>) -> Cell<'a>;

    /// The natural order of this column: what people look for comes first.
    fn order(self, a: &Self::Row<'_>, b: &Self::Row<'_>) -> Ordering;
}

/// By which column a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<C> {
    pub column: C,
    pub reversed: bool,
}
