//! A list of rows: their order, the cursor, marks and scrolling, all bound to ids and never to row numbers.

use std::collections::BTreeSet;

/// Rows in order, with a cursor that stays on its id through refreshes, filters and sorts.
#[derive(Debug, Clone)]
pub struct Listing<Id> {
    order: Vec<Id>,
    selected: Option<Id>,
    /// Where the selected id stands in `order`.
    cursor: usize,
    /// The first row on the screen.
    offset: usize,
    marks: BTreeSet<Id>,
    /// The other end of a range of marks.
    anchor: Option<Id>,
    /// The cursor was moved by a person: from then on it stays on its id whatever arrives.
    held: bool,
    /// The selected row is no longer among the rows and stays only until the cursor moves.
    left: bool,
}

impl<Id> Default for Listing<Id> {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            selected: None,
            cursor: 0,
            offset: 0,
            marks: BTreeSet::new(),
            anchor: None,
            held: false,
            left: false,
        }
    }
}

/// Where a cursor is moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    By(isize),
    Top,
    Bottom,
}

impl<Id: Clone + Ord> Listing<Id> {
    /// The rows in order.
    pub fn rows(&self) -> &[Id] {
        &self.order
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub fn selected(&self) -> Option<&Id> {
        self.selected.as_ref()
    }

    /// The row number of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The selected row left the list and stays only until the cursor moves.
    pub fn has_left(&self) -> bool {
        self.left
    }

    pub fn marks(&self) -> &BTreeSet<Id> {
        &self.marks
    }

    /// The rows of one screen.
    pub fn window(&self, height: usize) -> &[Id] {
        let end = (self.offset + height).min(self.order.len());
        self.order.get(self.offset.min(end)..end).unwrap_or_default()
    }

    /// Takes a new order. The cursor stays on its id; an id that is gone keeps its row until the cursor moves, if
    /// `keep_gone`, else the nearest row is selected. While nobody has moved it, the cursor stays on the top row.
    pub fn renew(&mut self, order: Vec<Id>, keep_gone: bool) {
        self.order = order;
        self.left = false;
        self.offset = self.offset.min(self.order.len());
        if !self.held {
            self.cursor = 0;
            self.selected = self.order.first().cloned();
            return;
        }
        let Some(selected) = self.selected.clone() else {
            self.put(self.cursor);
            return;
        };
        // Most refreshes move nothing: look where the row stood before searching for it.
        let place = match self.order.get(self.cursor) {
            Some(id) if *id == selected => Some(self.cursor),
            _ => self.order.iter().position(|id| *id == selected),
        };
        match place {
            Some(place) => self.cursor = place,
            None if keep_gone => {
                self.cursor = self.cursor.min(self.order.len());
                self.order.insert(self.cursor, selected);
                self.left = true;
            }
            None => self.put(self.cursor),
        }
    }

    /// Keeps the cursor on its id from now on, as if a person had moved it there.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Selects an id, also one that is not among the rows yet.
    pub fn select(&mut self, id: Id) {
        self.held = true;
        self.drop_left();
        if let Some(place) = self.order.iter().position(|row| *row == id) {
            self.cursor = place;
        }
        self.selected = Some(id);
    }

    /// Moves the cursor.
    pub fn go(&mut self, step: Step) {
        self.held = true;
        let from = if self.drop_left() && matches!(step, Step::By(by) if by > 0) {
            // The row under the cursor went away with the move: the next one already stands in its place.
            self.cursor.checked_sub(1)
        } else {
            Some(self.cursor)
        };
        let last = self.order.len().saturating_sub(1);
        let place = match (step, from) {
            (Step::Top, _) => 0,
            (Step::Bottom, _) => last,
            (Step::By(by), Some(from)) => from.saturating_add_signed(by).min(last),
            (Step::By(by), None) => usize::try_from(by - 1).unwrap_or(0).min(last),
        };
        self.put(place);
    }

    /// Scrolls as little as needed so that the cursor is among `height` rows.
    pub fn reveal(&mut self, height: usize) {
        let height = height.max(1);
        if self.cursor < self.offset {
            self.offset = self.cursor;
        } else if self.cursor >= self.offset + height {
            self.offset = self.cursor + 1 - height;
        }
        self.offset = self.offset.min(self.order.len().saturating_sub(height));
    }

    /// Scrolls by rows and takes the cursor along where it would leave the screen.
    pub fn scroll(&mut self, by: isize, height: usize) {
        let end = self.order.len().saturating_sub(height);
        self.offset = self.offset.saturating_add_signed(by).min(end);
        let last = (self.offset + height.max(1)).saturating_sub(1).min(self.order.len().saturating_sub(1));
        let place = self.cursor.clamp(self.offset.min(last), last);
        if place != self.cursor {
            self.held = true;
            self.drop_left();
            self.put(place);
        }
    }

    /// Marks the row under the cursor, or takes its mark away.
    pub fn toggle_mark(&mut self) {
        if let Some(id) = self.selected.clone() {
            if !self.marks.remove(&id) {
                self.marks.insert(id.clone());
            }
            self.anchor = Some(id);
        }
    }

    /// Marks all rows from the last mark to the cursor.
    pub fn mark_range(&mut self) {
        let from = self.anchor.as_ref().and_then(|anchor| self.order.iter().position(|id| id == anchor));
        let from = from.unwrap_or(self.cursor);
        let (low, high) = (from.min(self.cursor), from.max(self.cursor));
        let range = self.order.iter().skip(low).take(high + 1 - low).cloned();
        self.marks.extend(range);
    }

    /// Takes all marks away; tells whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        let had = !self.marks.is_empty();
        self.marks.clear();
        self.anchor = None;
        had
    }

    fn put(&mut self, place: usize) {
        self.cursor = place.min(self.order.len().saturating_sub(1));
        self.selected = self.order.get(self.cursor).cloned();
    }

    /// Removes the row that only stayed for the cursor.
    fn drop_left(&mut self) -> bool {
        if !self.left {
            return false;
        }
        self.left = false;
        if self.cursor < self.order.len() {
            self.order.remove(self.cursor);
        }
        self.offset = self.offset.min(self.order.len());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(order: &[u8]) -> Listing<u8> {
        let mut listing = Listing::default();
        listing.renew(order.to_vec(), true);
        listing
    }

    #[test]
    fn the_cursor_stays_on_top_until_a_person_moves_it() {
        let mut rows = listing(&[2, 3]);
        rows.renew(vec![1, 2, 3], true);
        assert_eq!(rows.selected(), Some(&1));
        rows.go(Step::By(1));
        rows.renew(vec![9, 3, 2, 1], true);
        assert_eq!((rows.selected(), rows.cursor()), (Some(&2), 2));
    }

    #[test]
    fn a_row_that_is_gone_stays_until_the_cursor_moves() {
        let mut rows = listing(&[1, 2, 3]);
        rows.go(Step::By(1));
        rows.renew(vec![1, 3], true);
        assert_eq!((rows.rows(), rows.selected(), rows.has_left()), (&[1, 2, 3][..], Some(&2), true));
        rows.go(Step::By(1));
        assert_eq!((rows.rows(), rows.selected(), rows.has_left()), (&[1, 3][..], Some(&3), false));
        let mut rows = listing(&[1, 2, 3]);
        rows.go(Step::By(1));
        rows.renew(vec![1, 3], true);
        rows.go(Step::By(-1));
        assert_eq!(rows.selected(), Some(&1));
    }

    #[test]
    fn the_window_follows_the_cursor() {
        let mut rows = listing(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        rows.go(Step::By(4));
        rows.reveal(3);
        assert_eq!(rows.window(3), &[2, 3, 4]);
        rows.go(Step::Top);
        rows.reveal(3);
        assert_eq!(rows.window(3), &[0, 1, 2]);
        rows.go(Step::Bottom);
        rows.reveal(3);
        assert_eq!(rows.window(3), &[7, 8, 9]);
        rows.scroll(-5, 3);
        assert_eq!((rows.window(3), rows.selected()), (&[2, 3, 4][..], Some(&4)));
    }

    #[test]
    fn marks_are_ids_and_ranges_follow_the_rows() {
        let mut rows = listing(&[5, 1, 3, 2]);
        rows.toggle_mark();
        rows.go(Step::By(2));
        rows.mark_range();
        assert_eq!(rows.marks().iter().copied().collect::<Vec<_>>(), [1, 3, 5]);
        rows.renew(vec![2, 3], true);
        assert_eq!(rows.marks().len(), 3);
        assert!(rows.clear_marks() && !rows.clear_marks());
    }
}
