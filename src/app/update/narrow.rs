//! Narrows the shown list by a filter, or searches the shown text.

use crate::app::filter::Filter;
use crate::app::model::Model;
use crate::app::rows::{self, Reason};
use crate::app::views::Content;

/// Puts a filter on the shown list, or a search on the shown text.
pub fn apply(model: &mut Model, typed: &str) {
    let view = model.view_mut();
    if matches!(view.content, Content::Text) {
        typed.clone_into(&mut view.search);
        view.scroll.found = None;
        return;
    }
    let names = view.column_names();
    view.filter = Filter::parse(typed, &names);
    rows::renew(model, Reason::Choice);
}
