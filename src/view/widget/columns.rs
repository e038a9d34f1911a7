//! Which columns of a list are shown, where, and how wide.

use crate::app::table::{Column, Shape};

/// A column with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<C> {
    pub column: C,
    pub shape: Shape,
    /// Cells from the left end of the list.
    pub x: u16,
    pub width: u16,
}

/// How the columns of a list are chosen.
#[derive(Debug, Clone, Copy)]
pub struct Room<C: 'static> {
    pub width: u16,
    /// Cells before the first column.
    pub start: u16,
    /// Cells between two columns.
    pub gap: u16,
    /// Columns that only wide lists have are shown.
    pub wide: bool,
    /// Columns that say the same in every row of this list.
    pub hidden: &'static [C],
    /// The column that the list is sorted by, whose heading has a sign behind it.
    pub sorted: Option<C>,
    /// The column that is picked for sorting is always there, so that it can be seen.
    pub picked: Option<C>,
}

/// Columns that follow what they hold do so in steps, so that scrolling does not move everything at each row.
const STEP: u16 = 4;

/// Columns of this rank and above go before the others get cramped; the rest only where there is no room at all.
const COMFORT: u8 = 3;

/// Places as many columns as there is room for, the telling ones in any case. `longest` are the cells of the longest
/// text in each of all columns: what a column does not need is left to those that grow.
pub fn place<C: Column>(room: &Room<C>, longest: &[usize]) -> Vec<Placed<C>> {
    let picked = |column: C| room.picked == Some(column);
    let needs = longest.iter().copied().map(Some).chain(std::iter::repeat(None));
    let needs = needs.map(|cells| cells.and_then(|cells| u16::try_from(cells).ok()));
    let mut chosen: Vec<Candidate<C>> =
        C::ALL.iter().zip(needs).map(|(column, longest)| candidate(*column, longest, room)).collect();
    chosen.retain(|Candidate { column, shape, .. }| {
        (room.wide || !shape.wide || picked(*column)) && !room.hidden.contains(column)
    });
    for chosen in &mut chosen {
        if picked(chosen.column) {
            chosen.shape.rank = 0;
        }
    }
    while room.needed(&chosen, comfortable) > room.width && drop_last(&mut chosen, COMFORT) {}
    while room.needed(&chosen, |shape| shape.least) > room.width && drop_last(&mut chosen, 1) {}
    // Which columns there are does not depend on what they hold at present; how wide they are does.
    for chosen in &mut chosen {
        chosen.shape.least = chosen.tight;
    }
    let spare = room.width.saturating_sub(room.needed(&chosen, |shape| shape.least));
    room.stretched(&chosen, spare)
}

/// A column that may be shown.
struct Candidate<C> {
    column: C,
    shape: Shape,
    /// Cells for its heading and the longest text that it holds at present, where those are fewer than its shape says.
    tight: u16,
}

fn candidate<C: Column>(column: C, longest: Option<u16>, room: &Room<C>) -> Candidate<C> {
    let mut shape = column.shape();
    let Some(longest) = longest.filter(|_| !shape.grows) else {
        return Candidate { column, shape, tight: shape.least };
    };
    let sign = u16::from(room.sorted == Some(column));
    let heading = u16::try_from(column.title().len()).unwrap_or(0) + sign;
    shape.ideal = longest.next_multiple_of(STEP).min(shape.ideal).max(shape.least);
    Candidate { column, shape, tight: shape.least.min(longest.max(heading)) }
}

/// What a column needs so that its list is good to read: sentences all that they would like, names half of it.
fn comfortable(shape: Shape) -> u16 {
    match shape.rank {
        0 if shape.grows => shape.ideal,
        0 => u16::midpoint(shape.least, shape.ideal),
        _ => shape.least,
    }
}

/// Takes the column of the highest rank away, if that is `from` or above.
fn drop_last<C>(columns: &mut Vec<Candidate<C>>, from: u8) -> bool {
    let last = columns.iter().enumerate().max_by_key(|(_, last)| last.shape.rank);
    match last {
        Some((at, last)) if last.shape.rank >= from => {
            columns.remove(at);
            true
        }
        _ => false,
    }
}

impl<C: Column> Room<C> {
    fn needed(&self, columns: &[Candidate<C>], width: impl Fn(Shape) -> u16) -> u16 {
        let gaps = self.gap * u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.start + gaps + columns.iter().map(|known| width(known.shape)).sum::<u16>()
    }

    /// Gives what is spare to names and numbers first, as far as sentences keep half of what they would like, and the
    /// rest to the sentences.
    fn stretched(&self, columns: &[Candidate<C>], spare: u16) -> Vec<Placed<C>> {
        let extra = |shape: Shape| shape.ideal.saturating_sub(shape.least);
        let wanted = |grows: bool| -> u16 {
            columns.iter().map(|known| known.shape).filter(|shape| shape.grows == grows).map(extra).sum()
        };
        let by_names = wanted(false);
        let granted = spare.saturating_sub(wanted(true) / 2).min(by_names);
        let growing = columns.iter().filter(|known| known.shape.grows).count();
        let rest = (spare - granted).checked_div(u16::try_from(growing).unwrap_or(1)).unwrap_or(0);
        let mut x = self.start;
        let mut placed = Vec::with_capacity(columns.len());
        for Candidate { column, shape, .. } in columns {
            let share = u32::from(extra(*shape)) * u32::from(granted) / u32::from(by_names.max(1));
            let more = if shape.grows { rest } else { u16::try_from(share).unwrap_or(0) };
            let width = (shape.least + more).min(self.width.saturating_sub(x));
            placed.push(Placed { column: *column, shape: *shape, x, width });
            x += width + self.gap;
        }
        // What rounding left over goes to the last column that grows; it is the last one of all in most lists.
        let used = x.saturating_sub(self.gap);
        let left = self.width.saturating_sub(used);
        if let Some(at) = placed.iter().rposition(|placed| placed.shape.grows) {
            for (place, column) in placed.iter_mut().enumerate().skip(at) {
                if place == at {
                    column.width += left;
                } else {
                    column.x += left;
                }
            }
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::table::services::ServiceColumn;
    use crate::app::table::tasks::TaskColumn;

    fn room<C>(width: u16) -> Room<C> {
        let gap = if width < 100 { 1 } else { 2 };
        Room { width, start: 2, gap, wide: false, hidden: &[], sorted: None, picked: None }
    }

    fn names<C: Column>(room: &Room<C>) -> Vec<&'static str> {
        place(room, &[]).iter().map(|placed| placed.column.name()).collect()
    }

    #[test]
    fn what_tells_most_stays_longest() {
        assert_eq!(names::<ServiceColumn>(&room(60)), ["state", "service", "tasks", "for", "why"]);
        assert_eq!(names::<ServiceColumn>(&room(80)), ["state", "service", "tasks", "for", "why"]);
        assert_eq!(
            names::<ServiceColumn>(&room(118)),
            ["state", "service", "cluster", "tasks", "rev", "for", "why", "next"]
        );
        let of_service = Room { hidden: &[TaskColumn::Service], ..room(80) };
        assert_eq!(names(&of_service), ["task", "state", "health", "rev", "age", "why"]);
        let picked = Room { picked: Some(TaskColumn::Address), ..of_service };
        assert!(names(&picked).contains(&"ip"));
    }

    #[test]
    fn what_short_texts_do_not_need_is_for_the_sentences() {
        let sentence = |longest: &[usize]| {
            let placed = place::<ServiceColumn>(&room(60), longest);
            placed.iter().find(|placed| placed.column == ServiceColumn::Why).map(|placed| placed.width)
        };
        let short = [6, 12, 8, 5, 3, 7, 7, 3, 60, 5];
        let long = [6, 40, 20, 7, 5, 7, 7, 4, 60, 5];
        assert_eq!((sentence(&short), sentence(&long)), (Some(28), Some(23)));
    }

    #[test]
    fn columns_fill_the_line_and_never_overlap() {
        for width in 0..300 {
            for wide in [false, true] {
                let room = Room { wide, ..room::<ServiceColumn>(width) };
                let placed = place(&room, &[]);
                let mut end = 0;
                for column in &placed {
                    assert!(column.x >= end, "{width}: {placed:?}");
                    end = column.x + column.width;
                }
                if width >= 60 {
                    assert_eq!(end, width, "{placed:?}");
                    assert!(placed.iter().all(|column| column.width >= column.shape.least), "{placed:?}");
                }
            }
        }
    }
}
