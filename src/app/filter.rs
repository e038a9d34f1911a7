//! The filter of a list: plain text, `!` without it, `-f` fuzzy, `column:value`.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What a filter asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    All,
    Has(String),
    HasNot(String),
    Fuzzy(String),
    /// Text within one column, by the column's name.
    Column(String, String),
}

/// A filter as it was typed, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    text: String,
    kind: Kind,
}

impl Default for Filter {
    fn default() -> Self {
        Self { text: String::new(), kind: Kind::All }
    }
}

impl Filter {
    /// Reads what was typed; `columns` are the names that may stand before a colon.
    pub fn parse(text: &str, columns: &[&str]) -> Self {
        let typed = text.trim();
        let lower = typed.to_lowercase();
        let kind = if lower.is_empty() {
            Kind::All
        } else if let Some(rest) = lower.strip_prefix('!') {
            if rest.is_empty() { Kind::All } else { Kind::HasNot(rest.trim_start().to_owned()) }
        } else if let Some(rest) = lower.strip_prefix("-f") {
            Kind::Fuzzy(rest.trim().to_owned())
        } else {
            match lower.split_once(':') {
                Some((column, value)) if columns.contains(&column) => {
                    Kind::Column(column.to_owned(), value.trim().to_owned())
                }
                _ => Kind::Has(lower),
            }
        };
        Self { text: typed.to_owned(), kind }
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// It lets every row through.
    pub fn is_empty(&self) -> bool {
        self.kind == Kind::All
    }

    /// The text to highlight in the rows that are left.
    pub fn needle(&self) -> Option<&str> {
        match &self.kind {
            Kind::Has(text) | Kind::Column(_, text) => Some(text),
            Kind::All | Kind::HasNot(_) | Kind::Fuzzy(_) => None,
        }
    }

    /// Prepares to test many rows.
    pub fn tester(&self) -> Tester<'_> {
        let fuzzy = match &self.kind {
            Kind::Fuzzy(text) => Some((
                Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart),
                Matcher::new(Config::DEFAULT),
            )),
            _ => None,
        };
        Tester { filter: self, fuzzy, text: String::new(), wide: Vec::new() }
    }
}

/// What a filter needs to know of a row.
pub trait Searchable {
    /// Writes all text of the row that a person would look for.
    fn write_text(&self, to: &mut String);
    /// The text of one column, by the column's name.
    fn column_text(&self, column: &str) -> String;
}

/// A filter with its buffers, for testing many rows in turn.
#[derive(Debug)]
pub struct Tester<'a> {
    filter: &'a Filter,
    fuzzy: Option<(Pattern, Matcher)>,
    text: String,
    wide: Vec<char>,
}

impl Tester<'_> {
    pub fn lets_through(&mut self, row: &impl Searchable) -> bool {
        let needle = match &self.filter.kind {
            Kind::All => return true,
            Kind::Column(column, value) => return row.column_text(column).to_lowercase().contains(value),
            Kind::Has(needle) | Kind::HasNot(needle) | Kind::Fuzzy(needle) => needle,
        };
        self.text.clear();
        row.write_text(&mut self.text);
        if let Some((pattern, matcher)) = &mut self.fuzzy {
            let text = Utf32Str::new(&self.text, &mut self.wide);
            return pattern.score(text, matcher).is_some();
        }
        // The buffer is ours: ASCII text, the rule here, is compared without making a copy.
        let has = if self.text.is_ascii() {
            self.text.make_ascii_lowercase();
            self.text.contains(needle)
        } else {
            self.text.to_lowercase().contains(needle)
        };
        has != matches!(self.filter.kind, Kind::HasNot(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str, &'static str);

    impl Searchable for Row {
        fn write_text(&self, to: &mut String) {
            to.push_str(self.0);
            to.push(' ');
            to.push_str(self.1);
        }

        fn column_text(&self, column: &str) -> String {
            if column == "name" { self.0.to_owned() } else { self.1.to_owned() }
        }
    }

    #[test]
    fn each_form_of_filter_lets_through_what_it_says() {
        let rows =
            [Row("checkout-api", "payments"), Row("Mail-worker", "core"), Row("payments-sync", "cöre")];
        for (typed, expected) in [
            ("", vec![true, true, true]),
            ("PAY", vec![true, false, true]),
            ("!pay", vec![false, true, false]),
            ("-f ckapi", vec![true, false, false]),
            ("name:pay", vec![false, false, true]),
            ("nothing:pay", vec![false, false, false]),
            ("CÖRE", vec![false, false, true]),
            ("!", vec![true, true, true]),
        ] {
            let filter = Filter::parse(typed, &["name", "cluster"]);
            let mut tester = filter.tester();
            let passed: Vec<bool> = rows.iter().map(|row| tester.lets_through(row)).collect();
            assert_eq!(passed, expected, "{typed}");
        }
    }
}
