//! The list of services, and the line that counts those that are not shown.

use ratatui::layout::Rect;

use super::empty;
use crate::app::absence;
use crate::app::command::Command;
use crate::app::format;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::rows::service_row;
use crate::app::table::services::ServiceColumn;
use crate::app::views::Rows;
use crate::fleet::id::ServiceId;
use crate::fleet::verdict::Severity;
use crate::view::canvas::Canvas;
use crate::view::footer::key;
use crate::view::widget::table::{self, Face, List};

pub fn draw(
    canvas: &mut Canvas<'_>,
    model: &Model,
    regions: &Regions,
    rows: &Rows<ServiceId, ServiceColumn>,
) {
    let area = regions.table;
    if rows.listing.is_empty() {
        empty::draw(canvas, model, area);
        return;
    }
    let view = model.view();
    let one_cluster = model.screen().cluster().is_some() || model.scope.is_some();
    let list = List {
        rows,
        hidden: if one_cluster { &[ServiceColumn::Cluster] } else { &[] },
        wide: model.wide || width(model.size) == Width::Large,
        needle: view.filter.needle(),
        frozen: super::is_frozen(model),
    };
    let taken = table::draw(canvas, area, &list, |id| {
        let row = service_row(model, id);
        let quiet = view.problems_only && row.severity() == Severity::Ok;
        Ok(Face { quiet, remembered: row.remembered, gone: row.gone, row })
    });
    let gap = u16::from(area.height - taken > 2);
    let rest = Rect { y: area.y + taken + gap, height: area.height - taken - gap, ..area };
    super::below(canvas, rest, [absence::line(model), hidden(model, rows.hidden)]);
}

/// What is not shown.
fn hidden(model: &Model, hidden: usize) -> Option<String> {
    if !model.loaded {
        return loading(model);
    }
    let problems_only = key(model, Command::ProblemsOnly);
    (hidden > 0).then(|| {
        let services = if hidden == 1 { "service is" } else { "services are" };
        format!("{} more {services} ok and hidden. {problems_only} shows all.", format::thousands(hidden))
    })
}

/// How far each cluster is, the ones that are not complete first.
fn loading(model: &Model) -> Option<String> {
    let refused = !absence::of_screen(model).is_empty();
    let mut waiting = 0;
    let mut parts = Vec::new();
    for cluster in model.fleet.clusters() {
        let known = model.triage.counts_in(&cluster.id).total();
        match model.fleet.roster(&cluster.id) {
            Some(listed) if known < listed => parts.push(format!("{} {known} of {listed}", cluster.name)),
            Some(_) => {}
            // A list that is refused is not on its way.
            None if refused => {}
            None => waiting += 1,
        }
    }
    if waiting > 0 {
        parts.push(format!("{} not listed yet", format::count(waiting, "cluster")));
    }
    (!parts.is_empty()).then(|| format!("loading: {}", parts.join(", ")))
}
