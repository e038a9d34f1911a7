//! The body: the list or text of the screen, with its titles and what stands beside it.

mod empty;
mod list;
mod logs;
mod service;
mod services;
mod tasks;
mod text;
mod timeline;

use ratatui::layout::Rect;

use crate::app::absence;
use crate::app::condition::{Gravity, conditions};
use crate::app::describe;
use crate::app::document::Document;
use crate::app::format;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::rows::{approval_row, cluster_row, deployment_row};
use crate::app::screen::Screen;
use crate::app::table::Column;
use crate::app::table::approvals::ApprovalColumn;
use crate::app::table::deployments::DeploymentColumn;
use crate::app::views::{Content, Focus, Rows};
use crate::fleet::id::{DeploymentId, ServiceId};
use crate::view::banner;
use crate::view::canvas::Canvas;
use crate::view::side;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};

/// Draws the body. Returns how the list stands where no line of the body has room for it: the status line has.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions) -> String {
    frame::draw(canvas, regions);
    let is_list = !matches!(model.view().content, Content::Text);
    // A text is written once for its picture and its title.
    let document = if is_list { None } else { describe::document(model, model.screen()) };
    let mut title = title(canvas, model, document.as_ref());
    let is_lines = matches!(model.view().content, Content::Lines(_));
    // The bands over log lines are of the same lines, so the title stands above both.
    let above = if regions.framed && is_lines {
        Rect { height: 1, ..regions.body }
    } else {
        frame::table_line(regions)
    };
    let above = banner::draw(canvas, model, regions, above).unwrap_or(above);
    if is_list && !is_lines && is_frozen(model) {
        title.left.push_str(", frozen");
    } else if is_list && is_incomplete(model) {
        title.left.push_str(", incomplete");
    }
    title.draw(canvas, above);
    // Without a line above the list, the one below it tells where the cursor is.
    let position = if above.is_empty() { position(canvas, model, title.right) } else { String::new() };
    let left_over = side::draw(canvas, model, regions, position);
    match &model.view().content {
        Content::Services(rows) => services::draw(canvas, model, regions, rows),
        Content::Tasks(rows) => {
            if let Screen::Service(cluster, id) = model.screen() {
                service::draw(canvas, model, regions, cluster, id);
            }
            tasks::draw(canvas, model, regions, rows);
        }
        Content::Clusters(rows) => {
            list::draw(canvas, model, regions, rows, |id| cluster_row(model, id).ok_or_else(|| id.name()));
        }
        Content::Deployments(rows) => {
            list::draw(canvas, model, regions, rows, |id| deployment_row(model, id).ok_or_else(|| id.name()));
        }
        Content::Approvals(rows) => {
            list::draw(canvas, model, regions, rows, |id| approval_row(model, id).ok_or_else(|| id.name()));
        }
        Content::Entries(listing, entries) => timeline::draw(canvas, model, regions, listing, entries),
        Content::Lines(lines) => logs::draw(canvas, model, regions, lines.as_deref()),
        Content::Text => text::draw(canvas, model, regions, document.as_ref()),
    }
    left_over
}

/// Nothing new arrives for the shown screen: its rows are what was true once.
fn is_frozen(model: &Model) -> bool {
    let context = model.context_of(model.screen());
    let mut all = conditions(model).into_iter();
    all.any(|condition| condition.gravity <= Gravity::Offline && condition.context == context)
}

/// Where the cursor is, for a list whose title has no line.
fn position(canvas: &Canvas<'_>, model: &Model, place: String) -> String {
    // Lists of services say it in the line below their rows.
    let services = matches!(model.view().content, Content::Services(_));
    let missing = (!services && is_incomplete(model)).then(|| "incomplete".to_owned());
    missing.into_iter().chain(Some(place)).collect::<Vec<_>>().join(&canvas.signs.between())
}

/// Rows are missing that nobody will tell; a list without any row says so where the rows would be.
fn is_incomplete(model: &Model) -> bool {
    model.view().position().is_some_and(|(_, rows)| rows > 0) && !absence::of_screen(model).is_empty()
}

/// What is not in the list, line by line in the room that it leaves free.
fn below(canvas: &mut Canvas<'_>, area: Rect, texts: impl IntoIterator<Item = Option<String>>) {
    let style = canvas.style(Role::Value);
    for (text, y) in texts.into_iter().flatten().zip(area.top()..area.bottom()) {
        canvas.sentence(area.x + 2, y, area.width.saturating_sub(2), &text, style);
    }
}

/// What the list is, how many rows it has, and by what it is sorted.
fn title(canvas: &Canvas<'_>, model: &Model, document: Option<&Document>) -> Title {
    let view = model.view();
    let filter = view.filter.text();
    let (name, shown, total, order) = match &view.content {
        Content::Services(rows) => ("Services", rows.listing.len(), rows.total, order(rows)),
        Content::Tasks(rows) => ("Tasks", rows.listing.len(), rows.total, order(rows)),
        Content::Clusters(rows) => ("Clusters", rows.listing.len(), rows.total, order(rows)),
        Content::Approvals(rows) => ("In flight", rows.listing.len(), rows.total, inbox(rows)),
        Content::Deployments(rows) => ("Deployments", rows.listing.len(), rows.total, newest(rows)),
        Content::Entries(listing, _) => ("Entries", listing.len(), listing.len(), String::new()),
        Content::Lines(lines) => return logs::title(canvas, model, lines.as_deref()),
        Content::Text => return text::title(model, document),
    };
    let problems_only = matches!(view.content, Content::Services(_)) && view.problems_only;
    let left = if problems_only && filter.is_empty() {
        problems(model)
    } else {
        counted(name, shown, total, filter)
    };
    let place = view
        .position()
        .filter(|(_, rows)| *rows > 0)
        .map(|(cursor, rows)| format!("{} of {}", format::thousands(cursor + 1), format::thousands(rows)));
    let marks = Some(view.marked()).filter(|marked| *marked > 0).map(|marked| format!("{marked} marked"));
    let small = width(model.size) == Width::Small;
    // Where no line has room for the title, the filter must still stand next to its count.
    let filtered = (small && !filter.is_empty()).then(|| counted("", shown, total, filter));
    let order = Some(order).filter(|order| !order.is_empty() && shown > 0 && !small);
    let parts: Vec<String> = [filtered, marks, order, place].into_iter().flatten().collect();
    Title::new(left).right(parts.join(&canvas.signs.between())).focused(view.focus == Focus::Table)
}

fn problems(model: &Model) -> String {
    let cluster = model.screen().cluster().or(model.scope.as_ref());
    let counts = cluster.map_or_else(|| model.triage.counts(), |cluster| model.triage.counts_in(cluster));
    let so_far = if model.loaded { "" } else { " so far" };
    format!("Needs attention ({}{so_far})", counts.problems())
}

/// `Services (61)`; with a filter `Services /foo (12 of 61)`.
fn counted(name: &str, rows: usize, total: usize, filter: &str) -> String {
    if filter.is_empty() {
        format!("{name} ({})", format::thousands(rows))
    } else {
        let text = format!("{name} /{filter} ({} of {})", format::thousands(rows), format::thousands(total));
        text.trim_start().to_owned()
    }
}

/// The inbox is sorted by what silence does and when.
fn inbox(rows: &Rows<ServiceId, ApprovalColumn>) -> String {
    match (rows.sort.column, rows.sort.reversed) {
        (ApprovalColumn::State, false) => "most urgent first".to_owned(),
        _ => order(rows),
    }
}

/// Deployments are listed by time, not by how bad they are.
fn newest(rows: &Rows<DeploymentId, DeploymentColumn>) -> String {
    match (rows.sort.column, rows.sort.reversed) {
        (DeploymentColumn::Began, false) => "newest first".to_owned(),
        (DeploymentColumn::Began, true) => "oldest first".to_owned(),
        _ => order(rows),
    }
}

fn order<Id, C: Column>(rows: &Rows<Id, C>) -> String {
    let column = rows.sort.column;
    match (column.name() == "state", rows.sort.reversed) {
        (true, false) => "worst first".to_owned(),
        (true, true) => "worst last".to_owned(),
        (false, false) => format!("by {}", column.title()),
        (false, true) => format!("by {}, reversed", column.title()),
    }
}
