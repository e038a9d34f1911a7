//! A bar of cells: how much of something is there.

use crate::view::glyphs::Signs;

/// `██████░░░░` of so many cells; what is there always shows, and only what is whole is full.
pub fn text(signs: &Signs, part: u32, whole: u32, cells: usize) -> String {
    let (part, whole) = (part as usize, whole as usize);
    let exact = (part * cells).checked_div(whole).unwrap_or(0).min(cells);
    let full = if part > 0 { exact.max(1) } else { 0 };
    format!("{}{}", signs.full.repeat(full), signs.empty.repeat(cells - full))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::glyphs::{ASCII, UNICODE};

    #[test]
    fn a_bar_is_full_only_for_the_whole() {
        for (part, whole, shown) in [
            (0, 6, "░░░░░"),
            (1, 600, "█░░░░"),
            (3, 6, "██░░░"),
            (599, 600, "████░"),
            (6, 6, "█████"),
            (7, 6, "█████"),
            (2, 0, "█░░░░"),
            (0, 0, "░░░░░"),
        ] {
            assert_eq!(text(&UNICODE, part, whole, 5), shown, "{part} of {whole}");
        }
        assert_eq!(text(&ASCII, 3, 6, 4), "##..");
    }
}
