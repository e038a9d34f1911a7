//! The columns of JSON lines: which fields stand in them, and how wide.

use std::collections::BTreeMap;

use super::LogView;
use super::choices::Form;
use crate::app::cells;
use crate::fleet::log::ansi;
use crate::fleet::log::level;

/// Lines that are looked at to find out which fields there are.
const LOOKED_AT: usize = 500;
/// Bytes of them.
const MOST_BYTES: usize = 128 * 1024;
/// The most fields that stand in columns.
const MOST: usize = 5;
/// The widest a column becomes; a field with longer values stays with the others.
const WIDEST: usize = 24;
/// The least cells that a column takes.
const NARROWEST: usize = 3;
/// Fields that fewer lines have than one in so many get no column.
const SHARE: usize = 4;
/// Changes of the lines after which it is seen whether they still have the fields.
const RENEWED: u64 = 64;

/// A field that has a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldColumn {
    pub name: String,
    /// Cells, as many as its name and the values that were seen.
    pub width: usize,
}

/// What is seen of one field.
#[derive(Debug, Default)]
struct Seen {
    lines: usize,
    widest: usize,
    first: String,
    varies: bool,
    /// The place where it stood first.
    place: usize,
}

/// Chooses fields where none are chosen, or where no line has the chosen ones any more.
pub fn choose(view: &mut LogView) {
    if view.choices.form != Form::Columns {
        view.fields.clear();
        view.fields_at = None;
        return;
    }
    if view.fields_at.is_some_and(|at| at.abs_diff(view.buffer.version()) < RENEWED) {
        return;
    }
    view.fields_at = Some(view.buffer.version());
    let visible = &view.sift.visible;
    let newest = std::iter::successors(visible.previous(visible.len()), |line| visible.previous(*line));
    let mut bytes = 0;
    let mut lines: Vec<&str> = newest
        .take(LOOKED_AT)
        .filter_map(|line| Some(view.buffer.line(line)?.text))
        .take_while(|text| {
            bytes += text.len();
            bytes < MOST_BYTES
        })
        .collect();
    lines.reverse();
    let found = learn(lines);
    let is_known = |column: &FieldColumn| found.iter().any(|found| found.name == column.name);
    // Columns that come and go with every line cannot be read.
    if view.fields.is_empty() || !view.fields.iter().any(is_known) {
        view.fields = found;
    }
}

/// The fields that most of these lines have, in the order in which they have them; none where no line is JSON.
pub fn learn<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<FieldColumn> {
    let mut known: BTreeMap<String, Seen> = BTreeMap::new();
    let mut objects = 0;
    for parts in lines.into_iter().filter_map(level::parts) {
        objects += 1;
        for field in parts.others.iter().filter(|field| !field.raw.starts_with(['{', '['])) {
            let (place, value) = (known.len(), ansi::plain(&field.value()).into_owned());
            let seen = known.entry(field.name.to_string()).or_insert_with(|| Seen {
                place,
                first: value.clone(),
                ..Seen::default()
            });
            seen.lines += 1;
            seen.widest = seen.widest.max(cells::width(&value));
            seen.varies |= seen.first != value;
        }
    }
    let fits = |seen: &Seen| seen.lines * SHARE >= objects && seen.widest <= WIDEST;
    let mut found: Vec<(String, Seen)> = known.into_iter().filter(|(_, seen)| fits(seen)).collect();
    // What says the same in every line tells nothing: it comes last.
    found.sort_by_key(|(_, seen)| (!seen.varies, std::cmp::Reverse(seen.lines), seen.place));
    found.truncate(MOST);
    found.sort_by_key(|(_, seen)| seen.place);
    let column = |(name, seen): (String, Seen)| {
        let name = ansi::plain(&name).into_owned();
        let width = seen.widest.max(cells::width(&name)).clamp(NARROWEST, WIDEST);
        FieldColumn { name, width }
    };
    found.into_iter().map(column).collect()
}

/// Text of exactly this width; what is cut ends in `~`.
pub fn fit(text: &str, width: usize) -> String {
    if cells::width(text) <= width {
        return cells::padded(text, width);
    }
    let head = text.get(..cells::prefix(text, width.saturating_sub(1))).unwrap_or_default();
    cells::padded(&format!("{head}~"), width)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FieldColumn, fit, learn};
    use crate::app::cells;

    const LINES: [&str; 4] = [
        r#"{"level":"info","msg":"paid","status":200,"ms":12,"app":"checkout","order":"91aa"}"#,
        "plain text",
        r#"{"level":"info","msg":"paid","status":200,"ms":7,"app":"checkout","trace":"x"}"#,
        r#"{"level":"warn","msg":"slow","status":503,"ms":1204,"app":"checkout"}"#,
    ];

    fn told(fields: &[FieldColumn]) -> Vec<(&str, usize)> {
        fields.iter().map(|column| (column.name.as_str(), column.width)).collect()
    }

    #[test]
    fn fields_that_most_lines_have_stand_in_columns() {
        let expected = [("status", 6), ("ms", 4), ("app", 8), ("order", 5), ("trace", 5)];
        assert_eq!(told(&learn(LINES)), expected);
        assert_eq!(told(&learn(["plain", "text"])), []);
    }

    #[test]
    fn rare_fields_and_long_ones_get_no_column() {
        let long = format!(r#"{{"a":2,"long":"{}"}}"#, "x".repeat(40));
        let lines = [r#"{"a":1,"rare":1}"#, &long, &long, &long, &long];
        assert_eq!(told(&learn(lines)), [("a", 3)]);
        // A value that is longer than all that were seen is cut.
        assert_eq!(fit("12345", 3), "12~");
    }

    proptest! {
        #[test]
        fn a_cell_is_as_wide_as_its_column(text in ".{0,60}", width in 3_usize..24) {
            let text = crate::fleet::log::ansi::plain(&text).into_owned();
            prop_assert_eq!(cells::width(&fit(&text, width)), width, "{:?}", text);
        }
    }
}
