//! The list of the deployments of a service.

use super::empty;
use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::app::rows::deployment_row;
use crate::app::table::deployments::DeploymentColumn;
use crate::app::views::Rows;
use crate::fleet::id::DeploymentId;
use crate::view::canvas::Canvas;
use crate::view::widget::table::{self, Face, List};

pub fn draw(
    canvas: &mut Canvas<'_>,
    model: &Model,
    regions: &Regions,
    rows: &Rows<DeploymentId, DeploymentColumn>,
) {
    if rows.listing.is_empty() {
        empty::draw(canvas, model, regions.table);
        return;
    }
    let list = List {
        rows,
        hidden: &[],
        wide: true,
        needle: model.view().filter.needle(),
        frozen: super::is_frozen(model),
    };
    table::draw(canvas, regions.table, &list, |id| {
        deployment_row(model, id).map(Face::plain).ok_or_else(|| id.name())
    });
}
