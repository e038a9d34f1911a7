//! The approvals inbox: every blue/green deployment in flight.

use ratatui::layout::Rect;

use super::empty;
use crate::app::absence;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::rows::approval_row;
use crate::app::table::approvals::ApprovalColumn;
use crate::app::views::Rows;
use crate::fleet::id::ServiceId;
use crate::view::canvas::Canvas;
use crate::view::widget::table::{self, Face, List};

pub fn draw(
    canvas: &mut Canvas<'_>,
    model: &Model,
    regions: &Regions,
    rows: &Rows<ServiceId, ApprovalColumn>,
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
    let taken = table::draw(canvas, area, &list, |id| {
        approval_row(model, id).map(Face::plain).ok_or_else(|| id.name())
    });
    let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
    super::below(canvas, rest, [absence::line(model)]);
}
