//! Moving in texts: scrolling, searching, and the text of a screen for the clipboard or a file.

use crate::app::describe;
use crate::app::listing::Step;
use crate::app::model::Model;
use crate::app::reading::Place;
use crate::app::rows;
use crate::app::table::Column;
use crate::app::views::{Content, Focus};

/// Scrolls the shown text by rows.
pub fn scroll(model: &mut Model, by: isize) {
    let Some(document) = describe::document(model, model.screen()) else { return };
    let reading = model.reading(&document);
    let row = reading.above(model.view().scroll.top).saturating_add_signed(by);
    let top = reading.place(reading.above(reading.place(row)));
    let scroll = &mut model.view_mut().scroll;
    (scroll.top, scroll.found) = (top, None);
}

/// Moves in whatever the screen shows: the focused pane, its list or its text.
pub fn go(model: &mut Model, step: Step) {
    let page = model.page();
    let view = model.view_mut();
    if view.focus == Focus::Side {
        view.side_scroll = match step {
            Step::Top => 0,
            Step::Bottom => usize::from(u16::MAX),
            Step::By(by) => view.side_scroll.saturating_add_signed(by),
        };
        return;
    }
    if view.go(step) {
        view.side_scroll = 0;
        view.reveal(page);
        return;
    }
    match step {
        Step::By(by) => scroll(model, by),
        Step::Top => scroll(model, isize::MIN),
        Step::Bottom => scroll(model, isize::MAX),
    }
}

/// Scrolls a text sideways.
pub fn sideways(model: &mut Model, by: isize) {
    let right = &mut model.view_mut().scroll.right;
    *right = right.saturating_add_signed(by).min(2_000);
}

/// Goes to the first match below the top of the shown text.
pub fn to_first_match(model: &mut Model) {
    if matches!(model.view().content, Content::Text) && !model.view().search.is_empty() {
        to_match(model, |place, from| place >= from, true);
    }
}

/// Walks the matches of a search, or the rows that a filter left.
pub fn next_match(model: &mut Model, forward: bool) {
    if !matches!(model.view().content, Content::Text) {
        go(model, Step::By(if forward { 1 } else { -1 }));
    } else if forward {
        to_match(model, |place, from| place > from, true);
    } else {
        to_match(model, |place, from| place < from, false);
    }
}

/// Goes to a match that stands as it is wanted to the last one, or to the top of the screen.
fn to_match(model: &mut Model, wanted: impl Fn(Place, Place) -> bool, forward: bool) {
    let Some(document) = describe::document(model, model.screen()) else { return };
    let reading = model.reading(&document);
    let scroll = model.view().scroll;
    let from = scroll.found.unwrap_or_else(|| reading.place(reading.above(scroll.top)));
    let matches = reading.matches(&model.view().search);
    let mut ahead = matches.iter().copied().filter(|place| wanted(*place, from));
    let found = if forward { ahead.next() } else { ahead.last() };
    // Past the last match the first one comes again.
    let found = found.or(if forward { matches.first().copied() } else { matches.last().copied() });
    if let Some(found) = found {
        let top = reading.place(reading.above(found));
        let scroll = &mut model.view_mut().scroll;
        (scroll.top, scroll.found) = (top, Some(found));
    } else {
        let text = format!("no match for `{}`", model.view().search);
        model.notices.say(model.now, crate::app::notice::Level::Info, text);
    }
}

/// The row under the cursor, or the whole text, as plain text.
pub fn row_text(model: &Model) -> Option<String> {
    match &model.view().content {
        Content::Services(rows) => {
            let row = rows::service_row(model, rows.listing.selected()?);
            Some(cells(&row))
        }
        Content::Tasks(list) => {
            let row = rows::task_row(model, model.fleet.known_task(list.listing.selected()?)?);
            Some(cells(&row))
        }
        Content::Clusters(rows) => Some(cells(&rows::cluster_row(model, rows.listing.selected()?)?)),
        Content::Approvals(rows) => Some(cells(&rows::approval_row(model, rows.listing.selected()?)?)),
        Content::Deployments(rows) => Some(cells(&rows::deployment_row(model, rows.listing.selected()?)?)),
        Content::Entries(..) => {
            let entry = model.view().selected_entry()?;
            let at = crate::app::format::full(entry.at, model.utc);
            Some(format!("{at}  {}  {}", entry.lane.word(), entry.text))
        }
        Content::Lines(_) => None,
        Content::Text => describe::document(model, model.screen()).map(|document| document.text()),
    }
}

/// Everything that the screen lists or says, as plain text.
pub fn screen_text(model: &Model) -> String {
    let lines: Vec<String> = match &model.view().content {
        Content::Services(list) => {
            list.listing.rows().iter().map(|id| cells(&rows::service_row(model, id))).collect()
        }
        Content::Tasks(list) => {
            let tasks = list.listing.rows().iter().filter_map(|id| model.fleet.known_task(id));
            tasks.map(|task| cells(&rows::task_row(model, task))).collect()
        }
        Content::Clusters(list) => {
            let clusters = list.listing.rows().iter().filter_map(|id| rows::cluster_row(model, id));
            clusters.map(|row| cells(&row)).collect()
        }
        Content::Deployments(list) => {
            let deployments = list.listing.rows().iter().filter_map(|id| rows::deployment_row(model, id));
            deployments.map(|row| cells(&row)).collect()
        }
        Content::Approvals(list) => {
            let approvals = list.listing.rows().iter().filter_map(|id| rows::approval_row(model, id));
            approvals.map(|row| cells(&row)).collect()
        }
        Content::Entries(_, entries) => {
            let line = |entry: &crate::app::timeline::Entry| {
                let at = crate::app::format::full(entry.at, model.utc);
                let count = if entry.count > 1 { format!(" x{}", entry.count) } else { String::new() };
                format!(
                    "{at}  {:<6}  {:<5}{count}  {}",
                    entry.lane.word(),
                    entry.importance.word(),
                    entry.text
                )
            };
            entries.iter().map(line).collect()
        }
        Content::Lines(_) => Vec::new(),
        Content::Text => {
            return describe::document(model, model.screen())
                .map_or_else(String::new, |document| document.text());
        }
    };
    lines.join("\n") + "\n"
}

/// The cells of a row, parted by tabs, safe to paste.
fn cells<R: TableRow>(row: &R) -> String {
    row.texts().iter().map(|text| crate::app::format::plain(text)).collect::<Vec<_>>().join("\t")
}

/// A row that knows its columns.
trait TableRow {
    fn texts(&self) -> Vec<String>;
}

/// Reads all columns of a row by the table that they belong to.
macro_rules! table_row {
    ($row:ident, $column:ident, $module:ident) => {
        impl TableRow for crate::app::table::$module::$row<'_> {
            fn texts(&self) -> Vec<String> {
                use crate::app::table::$module::$column;
                $column::ALL.iter().map(|column| column.cell(self).text.into_owned()).collect()
            }
        }
    };
}

table_row!(ServiceRow, ServiceColumn, services);
table_row!(TaskRow, TaskColumn, tasks);
table_row!(ClusterRow, ClusterColumn, clusters);
table_row!(ApprovalRow, ApprovalColumn, approvals);
table_row!(DeploymentRow, DeploymentColumn, deployments);
