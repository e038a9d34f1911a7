//! A list that is nothing but its rows: clusters, deployments, approvals.

use ratatui::layout::Rect;

use super::empty;
use crate::app::absence;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::table::Column;
use crate::app::views::Rows;
use crate::view::canvas::Canvas;
use crate::view::widget::table::{self, Face, List};

/// Draws the rows, or why there are none; `row` gives that of an id, or the name of a thing that is no longer known.
pub fn draw<'m, Id: Clone + Ord, C: Column>(
    canvas: &mut Canvas<'_>,
    model: &'m Model,
    regions: &Regions,
    rows: &'m Rows<Id, C>,
    row: impl Fn(&'m Id) -> Result<C::Row<'m>, &'m str>,
) {
    if rows.listing.is_empty() {
        empty::draw(canvas, model, regions.table);
        return;
    }
    let list = List {
        rows,
        hidden: &[],
        wide: model.wide || width(model.size) == Width::Large,
        needle: model.view().filter.needle(),
        frozen: super::is_frozen(model),
    };
    let area = regions.table;
    let taken = table::draw(canvas, area, &list, |id| row(id).map(Face::plain));
    let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
    super::below(canvas, rest, [absence::line(model)]);
}
