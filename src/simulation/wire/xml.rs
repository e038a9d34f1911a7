//! A writer of XML as query services answer: elements without attributes, lists of `member`.

use std::fmt::{Display, Write};

use super::super::{Millis, calendar};
use super::query::escape;

/// One element whose children are being written.
#[derive(Debug)]
pub struct Element<'a> {
    out: &'a mut String,
}

/// The whole answer of an operation: `fill` writes what is in its result.
pub fn answer(
    operation: &str,
    namespace: &str,
    request_id: &str,
    fill: impl FnOnce(&mut Element<'_>),
) -> String {
    let mut out = String::with_capacity(4 * 1024);
    let _ = write!(out, "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>");
    fill(&mut Element { out: &mut out });
    let _ = write!(
        out,
        "</{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
         </{operation}Response>"
    );
    out
}

impl Element<'_> {
    pub fn text(&mut self, name: &str, value: impl Display) -> &mut Self {
        let value = escape(&value.to_string());
        let _ = write!(self.out, "<{name}>{value}</{name}>");
        self
    }

    pub fn text_if(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    /// A moment in the words of ISO 8601, with milliseconds.
    pub fn time(&mut self, name: &str, at: Millis) -> &mut Self {
        self.text(name, calendar::iso(at))
    }

    pub fn element(&mut self, name: &str, fill: impl FnOnce(&mut Element<'_>)) -> &mut Self {
        let _ = write!(self.out, "<{name}>");
        fill(&mut Element { out: self.out });
        let _ = write!(self.out, "</{name}>");
        self
    }

    /// A list of structures.
    pub fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Element<'_>, T),
    ) -> &mut Self {
        self.element(name, |list| {
            for item in items {
                list.element("member", |member| fill(member, item));
            }
        })
    }

    /// A list of plain values.
    pub fn texts<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.element(name, |list| {
            for value in values {
                list.text("member", value);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_times_are_written_out() {
        let written = answer("Do", "n", "id", |e| {
            e.text("A", "a & b <c>").texts("L", [1, 2]).time("T", 1_790_000_000_007);
        });
        assert_eq!(
            written,
            "<DoResponse xmlns=\"n\"><DoResult><A>a &amp; b &lt;c&gt;</A><L><member>1</member><member>2</member></L>\
             <T>2026-09-21T14:13:20.007Z</T></DoResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>\
             </DoResponse>"
        );
    }
}
