//! The list of tasks, running and stopped together.

use ratatui::layout::Rect;

use super::empty;
use crate::app::absence;
use crate::app::command::Command;
use crate::app::format;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::rows::task_row;
use crate::app::screen::Screen;
use crate::app::table::tasks::TaskColumn;
use crate::app::views::Rows;
use crate::fleet::id::TaskId;
use crate::view::canvas::Canvas;
use crate::view::footer::key;
use crate::view::widget::table::{self, Face, List};

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, rows: &Rows<TaskId, TaskColumn>) {
    let area = regions.table;
    if rows.listing.is_empty() {
        empty::draw(canvas, model, area);
        return;
    }
    let one_service = matches!(model.screen(), Screen::Service(..) | Screen::ServiceTasks(..));
    let list = List {
        rows,
        hidden: if one_service { &[TaskColumn::Service] } else { &[] },
        wide: model.wide || width(model.size) == Width::Large,
        needle: model.view().filter.needle(),
        frozen: super::is_frozen(model),
    };
    let taken = table::draw(canvas, area, &list, |id| match model.fleet.known_task(id) {
        Some(task) => Ok(Face::plain(task_row(model, task))),
        None => Err(id.short()),
    });
    let hidden = (rows.hidden > 0).then(|| {
        format!(
            "{} as asked and hidden. {} shows all.",
            format::count(rows.hidden, "task"),
            key(model, Command::ProblemsOnly)
        )
    });
    let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
    super::below(canvas, rest, [hidden, absence::line(model)]);
}
