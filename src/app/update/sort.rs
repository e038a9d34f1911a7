//! Sorting a list: by a preset, by a picked column, and back by the same key.

use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::rows::{self, Reason};
use crate::app::table::Column;
use crate::app::table::approvals::ApprovalColumn;
use crate::app::table::clusters::ClusterColumn;
use crate::app::table::deployments::DeploymentColumn;
use crate::app::table::services::ServiceColumn;
use crate::app::table::tasks::TaskColumn;
use crate::app::views::{Content, Rows};

/// Sorts by the column of a preset; the same preset again turns the order round.
pub fn by_preset(model: &mut Model, command: Command) {
    let done = match &mut model.view_mut().content {
        Content::Services(rows) => preset(
            rows,
            match command {
                Command::SortName => Some(ServiceColumn::Name),
                Command::SortAge => Some(ServiceColumn::For),
                Command::SortState => Some(ServiceColumn::State),
                Command::SortCluster => Some(ServiceColumn::Cluster),
                _ => None,
            },
        ),
        Content::Tasks(rows) => preset(
            rows,
            match command {
                Command::SortName => Some(TaskColumn::Id),
                Command::SortAge => Some(TaskColumn::Age),
                Command::SortState => Some(TaskColumn::State),
                _ => None,
            },
        ),
        Content::Approvals(rows) => preset(
            rows,
            match command {
                Command::SortName => Some(ApprovalColumn::Service),
                Command::SortAge => Some(ApprovalColumn::Since),
                Command::SortState => Some(ApprovalColumn::State),
                Command::SortCluster => Some(ApprovalColumn::Cluster),
                _ => None,
            },
        ),
        Content::Deployments(rows) => preset(
            rows,
            match command {
                Command::SortName => Some(DeploymentColumn::Revisions),
                Command::SortAge => Some(DeploymentColumn::Began),
                Command::SortState => Some(DeploymentColumn::Status),
                _ => None,
            },
        ),
        Content::Clusters(rows) => preset(
            rows,
            match command {
                Command::SortName | Command::SortCluster => Some(ClusterColumn::Name),
                Command::SortState => Some(ClusterColumn::State),
                _ => None,
            },
        ),
        Content::Entries(..) | Content::Lines(_) | Content::Text => None,
    };
    say(model, done);
}

/// Picks the next column to the left or right for `by_picked`.
pub fn pick(model: &mut Model, by: isize) {
    match &mut model.view_mut().content {
        Content::Services(rows) => walk(rows, by),
        Content::Tasks(rows) => walk(rows, by),
        Content::Clusters(rows) => walk(rows, by),
        Content::Deployments(rows) => walk(rows, by),
        Content::Approvals(rows) => walk(rows, by),
        Content::Entries(..) | Content::Lines(_) | Content::Text => {}
    }
}

/// Sorts by the picked column.
pub fn by_picked(model: &mut Model) {
    let done = match &mut model.view_mut().content {
        Content::Services(rows) => picked(rows),
        Content::Tasks(rows) => picked(rows),
        Content::Clusters(rows) => picked(rows),
        Content::Deployments(rows) => picked(rows),
        Content::Approvals(rows) => picked(rows),
        Content::Entries(..) | Content::Lines(_) | Content::Text => None,
    };
    say(model, done);
}

fn preset<Id, C: Column>(rows: &mut Rows<Id, C>, column: Option<C>) -> Option<(&'static str, bool)> {
    let column = column?;
    rows.sort.reversed = rows.sort.column == column && !rows.sort.reversed;
    rows.sort.column = column;
    Some((column.title(), rows.sort.reversed))
}

fn picked<Id, C: Column>(rows: &mut Rows<Id, C>) -> Option<(&'static str, bool)> {
    let place = rows.picked.or_else(|| C::ALL.iter().position(|column| *column == rows.sort.column))?;
    preset(rows, C::ALL.get(place).copied())
}

fn walk<Id, C: Column>(rows: &mut Rows<Id, C>, by: isize) {
    let from =
        rows.picked.or_else(|| C::ALL.iter().position(|column| *column == rows.sort.column)).unwrap_or(0);
    rows.picked = Some(from.saturating_add_signed(by).min(C::ALL.len().saturating_sub(1)));
}

fn say(model: &mut Model, done: Option<(&'static str, bool)>) {
    match done {
        Some((title, reversed)) => {
            let order = if reversed { ", reversed" } else { "" };
            model.notices.say(model.now, Level::Info, format!("sorted by {title}{order}"));
            rows::renew(model, Reason::Facts);
        }
        None => model.notices.say(model.now, Level::Info, "this list has no such column to sort by"),
    }
}
