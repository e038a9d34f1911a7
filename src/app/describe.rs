//! The screens that are text, by kind.

use super::document::Document;
use super::model::Model;
use super::screen::Screen;

/// The text of a screen; `None` for screens that are lists.
pub fn document(_model: &Model, _screen: &Screen) -> Option<Document> {
    None
}
