//! Whether a command can be done now, and why not.

mod logs;

use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::protection::LockState;
use crate::app::screen::Screen;
use crate::app::views::{Content, Focus};

/// Whether a command can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    Ready,
    /// A sentence for the person who asked.
    Not(String),
}

/// Looks at the screen and the row under the cursor.
pub fn availability(model: &Model, command: Command) -> Availability {
    let here = against_on_deployments(model, command).map(ToOwned::to_owned);
    let here = here.or_else(|| reason_against_change(model, command));
    match here.or_else(|| reason_against(model, command)) {
        None => Availability::Ready,
        Some(reason) => Availability::Not(reason),
    }
}

/// Whether a command has a meaning on a screen of this kind, now or later.
pub fn has_meaning(model: &Model, command: Command) -> bool {
    let view = model.view();
    (view.is_table() || !is_for_tables(command))
        && (!matches!(view.content, Content::Text) || !is_for_lists(command))
}

fn is_for_tables(command: Command) -> bool {
    matches!(
        command,
        Command::Mark
            | Command::MarkRange
            | Command::ClearMarks
            | Command::SortName
            | Command::SortAge
            | Command::SortState
            | Command::SortCluster
            | Command::SortColumn
            | Command::ColumnLeft
            | Command::ColumnRight
            | Command::Wide
    )
}

fn is_for_lists(command: Command) -> bool {
    matches!(
        command,
        Command::Open
            | Command::ProblemsOnly
            | Command::ClearFilter
            | Command::NextPane
            | Command::PreviousPane
    )
}

/// Whether `back` leads anywhere: at the root it does nothing, and says nothing either.
pub fn leads_back(model: &Model) -> bool {
    let view = model.view();
    !view.search.is_empty()
        || !view.filter.is_empty()
        || view.marked() > 0
        || view.focus != Focus::Table
        || model.scope.is_some()
        || model.history.stack().len() > 1
}

/// Read-only disables no change: its dialog opens, and only the last step is locked.
fn reason_against_change(model: &Model, command: Command) -> Option<String> {
    match command {
        Command::Approve if !matches!(model.screen(), Screen::Shift(..)) => {
            let Some((_, service)) = super::navigate::service(model) else {
                return Some("no service under the cursor".to_owned());
            };
            let is_known = model.shifts.get(&service).is_some();
            (!is_known).then(|| format!("no blue/green deployment of {} is under way", service.name()))
        }
        Command::Scale
        | Command::Redeploy
        | Command::Deploy
        | Command::StopTask
        | Command::RollBack
        | Command::Approve
        | Command::RemoveBlue
        | Command::StopOnly
        | Command::Range
        | Command::Suspend
        | Command::Undo => super::subject::ask(model, command).err(),
        Command::Unlock => match super::operate::lock_here(model).1 {
            LockState::Free => Some("nothing is guarded here".to_owned()),
            LockState::Guarded { .. } | LockState::Opened { .. } => None,
            state => state.refusal(),
        },
        _ => None,
    }
}

fn reason_against(model: &Model, command: Command) -> Option<String> {
    match logs::word(model, command) {
        logs::Word::Others => {}
        logs::Word::Ready => return None,
        logs::Word::Not(reason) => return Some(reason),
    }
    let view = model.view();
    let is_list = !matches!(view.content, Content::Text);
    let has_rows = view.position().is_some_and(|(_, rows)| rows > 0);
    let needs = |fine: bool, reason: &str| (!fine).then(|| reason.to_owned());
    match command {
        Command::Open => needs(opens(model), "nothing to open here"),
        Command::Describe if matches!(model.screen(), Screen::Task(..) | Screen::Describe(_)) => {
            Some("this is its description".to_owned())
        }
        Command::Json if matches!(model.screen(), Screen::Json(_)) => Some("this is its JSON".to_owned()),
        Command::Describe | Command::Json | Command::Console | Command::CopyName => {
            needs(super::navigate::target(model).is_some(), "no cluster, service or task under the cursor")
        }
        Command::Approvals if *model.screen() == Screen::Approvals => {
            Some("these are the approvals".to_owned())
        }
        Command::BlueGreen if matches!(model.screen(), Screen::Shift(..)) => {
            Some("this is its blue/green deployment".to_owned())
        }
        Command::Events | Command::Deployments | Command::BlueGreen => {
            needs(super::navigate::service(model).is_some(), "no service under the cursor")
        }
        Command::Logs | Command::LogsStopped => logs::against_opening(model, command == Command::LogsStopped),
        Command::Owner => needs(super::navigate::owner(model).is_some(), "nothing stands above this"),
        Command::WarpToCluster if matches!(model.screen(), Screen::Services(_)) => {
            Some("its cluster is shown".to_owned())
        }
        Command::WarpToCluster => {
            needs(super::navigate::cluster(model).is_some(), "no cluster under the cursor")
        }
        Command::UseAsScope => needs(view.selected_cluster().is_some(), "only in the list of clusters"),
        Command::Names => {
            needs(model.screen().has_names(), "only on the screen of a task: open one with enter")
        }
        Command::Fold | Command::Lanes if !matches!(model.screen(), Screen::Events(..)) => {
            Some("only in the timeline of events".to_owned())
        }
        Command::Fold => needs(!view.fold || view.repeats(), "nothing repeats"),
        Command::Lanes => needs(view.holds(), "nothing happened"),
        Command::ProblemsOnly => needs(
            !matches!(view.content, Content::Clusters(_) | Content::Text) && view.holds(),
            "nothing is hidden here",
        ),
        command if is_for_tables(command) && !view.is_table() => Some("only in tables".to_owned()),
        Command::Mark | Command::MarkRange => needs(has_rows, "there is no row"),
        Command::ClearMarks => needs(view.marked() > 0, "nothing is marked"),
        Command::ClearFilter => needs(!view.filter.is_empty(), "there is no filter"),
        command if is_of_lines(model, command) => None,
        Command::NextMatch | Command::PreviousMatch => {
            needs(has_rows || !view.search.is_empty(), "search first: / and a word")
        }
        Command::Wrap => needs(!is_list, "only in texts"),
        Command::ScrollLeft | Command::ScrollRight => {
            needs(!is_list && !model.wraps(), "only in texts whose lines are not wrapped")
        }
        Command::NextPane | Command::PreviousPane => {
            needs(model.regions().side.area() > 0, "this screen has one pane only")
        }
        Command::CopyRow => needs(!is_list || has_rows, "there is no row"),
        Command::AllClusters => {
            needs(model.scope.is_some() || model.screen().cluster().is_some(), "all clusters are shown")
        }
        Command::HistoryBack | Command::HistoryForward | Command::LastView => None,
        _ => against_favourite(model, command),
    }
}

/// Panes, wrapping and moving sideways are of another kind where lines are read.
fn is_of_lines(model: &Model, command: Command) -> bool {
    let shared = matches!(
        command,
        Command::NextPane
            | Command::PreviousPane
            | Command::Wrap
            | Command::ScrollLeft
            | Command::ScrollRight
    );
    shared && matches!(model.view().content, Content::Lines(_))
}

fn against_favourite(model: &Model, command: Command) -> Option<String> {
    let missing = model.favourite(command.favourite()?).is_none();
    missing.then(|| "no such favourite: name clusters under `favourites` in the configuration".to_owned())
}

/// A row leads to a screen of its own; a deployment leads to what stands beside the list.
fn opens(model: &Model) -> bool {
    let view = model.view();
    match model.screen() {
        Screen::Deployments(..) => view.focus == Focus::Table && view.selected_deployment().is_some(),
        _ => super::navigate::opens(model).is_some(),
    }
}

fn against_on_deployments(model: &Model, command: Command) -> Option<&'static str> {
    match command {
        _ if !matches!(model.screen(), Screen::Deployments(..)) => None,
        Command::Deployments => Some("these are the deployments"),
        Command::ProblemsOnly => Some("nothing is hidden here"),
        Command::Mark | Command::MarkRange => Some("nothing is done with several deployments"),
        _ => None,
    }
}
