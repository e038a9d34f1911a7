//! The list of clusters.

use ratatui::layout::Rect;

use super::empty;
use crate::app::absence;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::rows::cluster_row;
use crate::app::table::clusters::ClusterColumn;
use crate::app::views::Rows;
use crate::fleet::id::ClusterId;
use crate::view::canvas::Canvas;
use crate::view::widget::table::{self, Face, List};

pub fn draw(
    canvas: &mut Canvas<'_>,
    model: &Model,
    regions: &Regions,
    rows: &Rows<ClusterId, ClusterColumn>,
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
        cluster_row(model, id).map(Face::plain).ok_or_else(|| id.name())
    });
    let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
    super::below(canvas, rest, [absence::line(model)]);
}
