//! Where a message is broken into rows; counting rows and drawing them go by the same places.

use unicode_segmentation::UnicodeSegmentation;

use crate::app::cells::width;

/// Where each row begins, in bytes, when no row takes more than `room` cells; the first one is always 0.
pub fn breaks(text: &str, room: usize) -> Vec<usize> {
    let room = room.max(1);
    if text.is_ascii() {
        let starts = (0..text.len()).step_by(room);
        return if text.is_empty() { vec![0] } else { starts.collect() };
    }
    let (mut starts, mut taken) = (vec![0], 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        let cells = width(grapheme);
        // What is wider than a row stands in one of its own.
        if taken > 0 && taken + cells > room {
            starts.push(at);
            taken = 0;
        }
        taken += cells;
    }
    starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_break_by_cells() {
        assert_eq!(breaks("", 4), [0]);
        assert_eq!(breaks("abcdefgh", 4), [0, 4]);
        assert_eq!(breaks("abcdefghi", 4), [0, 4, 8]);
        assert_eq!(breaks("日本語", 4), [0, 6]);
        assert_eq!(breaks("日本語", 1), [0, 3, 6]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_room(text in "\\PC{0,60}", room in 2..20_usize) {
            let mut ends = breaks(&text, room);
            ends.push(text.len());
            let rows: Vec<&str> = ends.windows(2).filter_map(|ends| text.get(ends[0]..ends[1])).collect();
            prop_assert_eq!(rows.concat(), &*text);
            for row in rows {
                prop_assert!(width(row) <= room || row.graphemes(true).count() == 1, "{row:?}");
            }
        }
    }
}
