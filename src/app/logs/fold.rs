//! What stands folded under a line: the rest of its trace, and how often it was said again.

use super::LogView;
use crate::fleet::log::line::Line;

/// Lines that are looked at to count what is folded under one row.
const BUDGET: usize = 600;
/// What is folded under a line stands no further behind the line before it in its stream.
const NEAR: usize = 256;

/// What is folded under a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fold {
    /// Lines that go on with it.
    pub lines: usize,
    /// How often it was said again, and for how long, in milliseconds.
    pub repeats: usize,
    pub lasting: i64,
    /// There may be more of both.
    pub is_cut: bool,
}

/// What stands folded under a line.
pub fn fold(view: &LogView, head: &Line<'_>) -> Fold {
    let (mut fold, mut budget) = (Fold::default(), BUDGET);
    let near = head.index + 1..head.index + 1 + NEAR;
    if view.sift.folded.count_in(near.clone()) > 0 {
        for line in own(view, head, &mut budget) {
            if !view.sift.folded.contains(line.index) {
                break;
            }
            fold.lines += 1;
        }
    }
    if view.sift.repeated.count_in(near) > 0 {
        for line in own(view, head, &mut budget) {
            if view.sift.folded.contains(line.index) {
                continue;
            }
            if !view.sift.repeated.contains(line.index) {
                break;
            }
            fold.repeats += 1;
            fold.lasting = line.at - head.at;
        }
    }
    fold.is_cut = budget == 0;
    fold
}

/// The lines of the same stream behind a line, as long as they stand near to each other.
fn own<'a>(view: &'a LogView, head: &Line<'_>, budget: &'a mut usize) -> impl Iterator<Item = Line<'a>> {
    let stream = head.stream;
    let mut at = head.index + 1;
    std::iter::from_fn(move || {
        for _ in 0..NEAR {
            *budget = budget.checked_sub(1)?;
            let line = view.buffer.line(at)?;
            at += 1;
            if line.stream == stream {
                return Some(line);
            }
        }
        None
    })
}
