//! One line as it is shown: its level, and its message in pieces.

use std::borrow::Cow;

use super::choices::Form;
use super::fields::{FieldColumn, fit};
use crate::app::format;
use crate::fleet::log::ansi;
use crate::fleet::log::level::{self, Level};
use crate::fleet::log::line::Line;

/// What a piece of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// In the colours that the container wrote.
    Painted(ansi::Style),
    /// The name of a field.
    Key,
    /// The value of a field: text, a list, an object.
    Value,
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// What is not in the line: `(+14 lines)`.
    Note,
}

/// Printable text of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: Cow<'a, str>,
    pub look: Look,
}

/// A line in the form that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'a> {
    pub level: Option<Level>,
    pub pieces: Vec<Piece<'a>>,
}

impl Shown<'_> {
    /// The message without its looks.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| &*piece.text).collect()
    }
}

/// Bytes of a line that are shown; the rest is seen when it is opened.
pub const LONGEST: usize = 64 * 1024;

/// Puts a line into the form that was chosen, without columns of its own.
pub fn shown<'a>(line: &Line<'a>, form: Form) -> Shown<'a> {
    shown_in(line, form, &[])
}

/// Puts a line into the form that was chosen, some of its fields in columns.
pub fn shown_in<'a>(line: &Line<'a>, form: Form, fields: &[FieldColumn]) -> Shown<'a> {
    let text = cut(line.text);
    let level = level::level(text);
    let pieces = match form {
        Form::Raw => None,
        Form::Columns if !fields.is_empty() => in_columns(text, fields),
        Form::Compact | Form::Columns => compact(text),
    };
    Shown { level, pieces: pieces.unwrap_or_else(|| raw(text)) }
}

/// The first part of a text, at a boundary of its letters.
fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn raw(text: &str) -> Vec<Piece<'_>> {
    let pieces = ansi::pieces(text.trim_end()).into_iter();
    pieces
        .map(|piece| {
            let is_plain = piece.style == ansi::Style::default();
            let look = if is_plain { Look::Plain } else { Look::Painted(piece.style) };
            Piece { text: clean(piece.text), look }
        })
        .collect()
}

/// What a canvas would leave out takes no cells here either.
fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    match format::plain(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => Cow::Owned(clean),
    }
}

fn printable(text: &str) -> Cow<'static, str> {
    Cow::Owned(format::plain(&ansi::plain(text)).into_owned())
}

/// The message, then the other fields as `key=value`.
fn compact(text: &str) -> Option<Vec<Piece<'_>>> {
    let parts = level::parts(text)?;
    let mut pieces = Vec::new();
    if let Some(message) = &parts.message {
        pieces.push(Piece { text: printable(&message.value()), look: Look::Plain });
    }
    for field in &parts.others {
        let gap = if pieces.is_empty() { "" } else { " " };
        let name = Cow::Owned(format!("{gap}{}=", printable(&field.name)));
        pieces.push(Piece { text: name, look: Look::Key });
        pieces.push(Piece { text: printable(&field.value()), look: value(field.raw) });
    }
    Some(pieces)
}

/// The fields that have columns, then the message, then the other fields as `key=value`.
fn in_columns<'a>(text: &'a str, fields: &[FieldColumn]) -> Option<Vec<Piece<'a>>> {
    let parts = level::parts(text)?;
    let mut pieces = Vec::new();
    for column in fields {
        let field = parts.others.iter().find(|field| *field.name == *column.name);
        let shown = field.map_or(Cow::Borrowed("-"), |field| printable(&field.value()));
        pieces.push(Piece {
            text: Cow::Owned(fit(&shown, column.width) + " "),
            look: field.map_or(Look::Plain, |field| value(field.raw)),
        });
    }
    if let Some(message) = &parts.message {
        pieces.push(Piece { text: printable(&message.value()), look: Look::Plain });
    }
    for field in &parts.others {
        if !fields.iter().any(|column| *column.name == *field.name) {
            let name = Cow::Owned(format!(" {}=", printable(&field.name)));
            pieces.push(Piece { text: name, look: Look::Key });
            pieces.push(Piece { text: printable(&field.value()), look: value(field.raw) });
        }
    }
    Some(pieces)
}

/// What kind of value it is, by how it was written.
fn value(raw: &str) -> Look {
    match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => Look::Number,
        Some(b't' | b'f' | b'n') => Look::Literal,
        _ => Look::Value,
    }
}
