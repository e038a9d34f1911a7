//! Whether a command can be done now, and why not.

use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::views::Content;
use crate::fleet::topic::Target;

/// Whether a command can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    Ready,
    /// A sentence for the person who asked.
    Not(String),
}

/// Looks at the screen and the row under the cursor.
pub fn availability(model: &Model, command: Command) -> Availability {
    match reason_against(model, command) {
        None => Availability::Ready,
        Some(reason) => Availability::Not(reason),
    }
}

/// Whether a command has a meaning on a screen of this kind, now or later.
pub fn has_meaning(model: &Model, command: Command) -> bool {
    match model.view().content {
        Content::Text => !is_for_lists(command) && !is_for_tables(command),
        Content::Entries(..) => !is_for_tables(command),
        _ => true,
    }
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

fn reason_against(model: &Model, command: Command) -> Option<String> {
    let view = model.view();
    let is_list = !matches!(view.content, Content::Text);
    let needs = |fine: bool, reason: &str| (!fine).then(|| reason.to_owned());
    match command {
        Command::Open => needs(super::navigate::opens(model).is_some(), "nothing to open here"),
        Command::Describe if matches!(model.screen(), Screen::Task(..) | Screen::Describe(_)) => {
            Some("this is its description".to_owned())
        }
        Command::Json if matches!(model.screen(), Screen::Json(_)) => Some("this is its JSON".to_owned()),
        Command::Describe | Command::Json | Command::Console | Command::CopyName => {
            needs(super::navigate::target(model).is_some(), "no cluster, service or task under the cursor")
        }
        Command::Events => needs(super::navigate::service(model).is_some(), "no service under the cursor"),
        Command::Owner => needs(super::navigate::owner(model).is_some(), "nothing stands above this"),
        Command::WarpToCluster => {
            needs(super::navigate::cluster(model).is_some(), "no cluster under the cursor")
        }
        Command::UseAsScope => needs(view.selected_cluster().is_some(), "only in the list of clusters"),
        Command::Names => needs(
            matches!(
                model.screen(),
                Screen::Task(..) | Screen::Describe(Target::Task(..) | Target::Definition(_))
            ),
            "only on the screen of a task: open one with enter",
        ),
        Command::Fold | Command::Lanes => {
            needs(matches!(model.screen(), Screen::Events(..)), "only in the timeline of events")
        }
        Command::ProblemsOnly => needs(
            matches!(view.content, Content::Services(_) | Content::Tasks(_) | Content::Entries(..)),
            "nothing is hidden here",
        ),
        command if is_for_tables(command) => needs(has_meaning(model, command), "only in tables"),
        Command::ClearFilter => needs(!view.filter.is_empty(), "there is no filter"),
        Command::NextMatch | Command::PreviousMatch => {
            needs(is_list || !view.search.is_empty(), "search first: / and a word")
        }
        Command::Wrap | Command::ScrollLeft | Command::ScrollRight => needs(!is_list, "only in texts"),
        Command::NextPane | Command::PreviousPane => {
            needs(model.regions().side.area() > 0, "this screen has one pane only")
        }
        Command::CopyRow => {
            needs(!is_list || view.position().is_some_and(|(_, rows)| rows > 0), "there is no row")
        }
        Command::AllClusters => {
            needs(model.scope.is_some() || model.screen() != &Screen::Fleet, "all clusters are shown")
        }
        Command::HistoryBack | Command::HistoryForward | Command::LastView => None,
        _ => match command.favourite() {
            Some(place) => needs(
                model.favourite(place).is_some(),
                "no such favourite: name clusters under `favourites` in the configuration",
            ),
            None => None,
        },
    }
}
