//! What each command does.

use strum::IntoEnumIterator;

use super::{logs, navigate, operate, sort, text};
use crate::app::command::Command;
use crate::app::console;
use crate::app::effect::Effect;
use crate::app::freshness;
use crate::app::listing::Step;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;
use crate::app::rows::{self, Reason};
use crate::app::screen::Screen;
use crate::app::suggest;
use crate::app::text_input::TextInput;
use crate::app::timeline::Lane;
use crate::app::views::{Content, Focus};
use crate::fleet::topic::Target;

/// Does a command that is available.
pub fn perform(model: &mut Model, command: Command) -> Vec<Effect> {
    if matches!(model.view().content, Content::Lines(_))
        && let Some(effects) = logs::perform(model, command)
    {
        return effects;
    }
    if matches!(model.screen(), Screen::LogLine(_))
        && let Some(effects) = logs::line::perform(model, command)
    {
        return effects;
    }
    match command {
        // The evidence stands beside the button: there is no button without it.
        Command::Approve if !matches!(model.screen(), Screen::Shift(..)) => views(model, Command::BlueGreen),
        Command::Palette
        | Command::Filter
        | Command::Help
        | Command::Back
        | Command::Quit
        | Command::Refresh
        | Command::ToggleHeader
        | Command::ToggleCrumbs
        | Command::ToggleMouse
        | Command::ToggleUtc => return everywhere(model, command),
        command if is_view(command) => views(model, command),
        Command::Down
        | Command::Up
        | Command::Top
        | Command::Bottom
        | Command::PageDown
        | Command::PageUp
        | Command::HalfPageDown
        | Command::HalfPageUp
        | Command::ScrollLeft
        | Command::ScrollRight
        | Command::NextMatch
        | Command::PreviousMatch
        | Command::NextPane
        | Command::PreviousPane => moves(model, command),
        Command::SortName | Command::SortAge | Command::SortState | Command::SortCluster => {
            sort::by_preset(model, command);
        }
        Command::SortColumn => sort::by_picked(model),
        Command::ColumnLeft => sort::pick(model, -1),
        Command::ColumnRight => sort::pick(model, 1),
        Command::CopyName | Command::CopyRow | Command::Console | Command::Save => {
            return out(model, command);
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
        | Command::Undo
        | Command::Unlock => return operate::open(model, command),
        #[cfg(debug_assertions)]
        Command::ForcePanic => return vec![Effect::Panic],
        _ => choices(model, command),
    }
    Vec::new()
}

/// It leads to another screen.
fn is_view(command: Command) -> bool {
    matches!(
        command,
        Command::Fleet
            | Command::Clusters
            | Command::Services
            | Command::Tasks
            | Command::Events
            | Command::Deployments
            | Command::Approvals
            | Command::BlueGreen
            | Command::Logs
            | Command::LogsStopped
            | Command::Contexts
            | Command::Aliases
            | Command::Messages
            | Command::Requests
            | Command::Operations
            | Command::Open
            | Command::Describe
            | Command::Json
            | Command::Owner
            | Command::WarpToCluster
            | Command::HistoryBack
            | Command::HistoryForward
            | Command::LastView
    )
}

fn everywhere(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Palette => model.overlay = Some(Overlay::Palette(suggest::open(model))),
        Command::Help => model.overlay = Some(Overlay::Help { input: TextInput::default(), offset: 0 }),
        Command::Filter => {
            let before = match &model.view().content {
                Content::Text => model.view().search.clone(),
                _ => model.view().filter.text().to_owned(),
            };
            model.overlay = Some(Overlay::Filter { input: TextInput::new(&before), before });
        }
        Command::Back => back(model),
        Command::Refresh => {
            let topics = freshness::shown_topics(model);
            model.notices.say(model.now, Level::Info, "asking AWS now");
            return vec![Effect::Refresh(topics)];
        }
        Command::ToggleHeader => {
            model.header = !model.header;
            rows::renew(model, Reason::Facts);
        }
        Command::ToggleCrumbs => model.crumbs = !model.crumbs,
        Command::ToggleUtc => model.utc = !model.utc,
        Command::ToggleMouse => {
            model.mouse = !model.mouse;
            let text = if model.mouse {
                "mouse on: click selects, click again opens; shift-drag still selects text"
            } else {
                "mouse off"
            };
            model.notices.say(model.now, Level::Info, text);
            return vec![Effect::CaptureMouse(model.mouse)];
        }
        _ => {
            model.quitting = true;
            return vec![Effect::Quit];
        }
    }
    Vec::new()
}

/// One thing at a time: clear the search, the filter, the marks, the scope, then go up one level.
fn back(model: &mut Model) {
    let view = model.view_mut();
    if !view.search.is_empty() {
        view.search.clear();
    } else if !view.filter.is_empty() {
        view.filter = crate::app::filter::Filter::default();
        rows::renew(model, Reason::Choice);
    } else if view.clear_marks() {
    } else if view.focus != Focus::Table {
        view.focus = Focus::Table;
    } else if !navigate::up(model) && model.scope.is_some() {
        navigate::set_scope(model, None);
    }
}

fn views(model: &mut Model, command: Command) {
    let context_cluster = navigate::cluster(model);
    match command {
        Command::Fleet => navigate::jump(model, &Screen::Fleet),
        Command::Clusters => navigate::jump(model, &Screen::Clusters),
        Command::Services => match model.scope.clone().or(context_cluster) {
            Some(cluster) if *model.screen() != Screen::Fleet => {
                navigate::jump(model, &Screen::Services(cluster));
            }
            _ => {
                navigate::jump(model, &Screen::Fleet);
                model.view_mut().problems_only = false;
                rows::renew(model, Reason::Choice);
            }
        },
        Command::Tasks => {
            let screen = match model.screen().clone() {
                Screen::Service(cluster, service) => Screen::ServiceTasks(cluster, service),
                Screen::Services(cluster) => Screen::ClusterTasks(cluster),
                Screen::Clusters => context_cluster.map_or(Screen::AllTasks, Screen::ClusterTasks),
                _ => Screen::AllTasks,
            };
            navigate::open(model, screen);
        }
        Command::Approvals => navigate::open(model, Screen::Approvals),
        Command::Events | Command::Deployments | Command::BlueGreen => {
            if let Some((cluster, service)) = navigate::service(model) {
                let screen = match command {
                    Command::Events => Screen::Events,
                    Command::Deployments => Screen::Deployments,
                    _ => Screen::Shift,
                };
                navigate::open(model, screen(cluster, service));
            }
        }
        Command::Logs | Command::LogsStopped => {
            if let Some(of) = navigate::origin(model, command == Command::LogsStopped) {
                navigate::open(model, Screen::Logs(of));
            }
        }
        Command::Contexts => navigate::open(model, Screen::Contexts),
        Command::Aliases => navigate::open(model, Screen::Aliases),
        Command::Messages => navigate::open(model, Screen::Messages),
        Command::Requests => navigate::open(model, Screen::Requests),
        Command::Operations => navigate::open(model, Screen::Operations),
        Command::Open => match navigate::opens(model) {
            Some(screen) => navigate::open(model, screen),
            // What there is to see of a deployment stands beside it.
            None => model.view_mut().focus = Focus::Side,
        },
        Command::Describe => describe(model),
        Command::Json => {
            if let Some(target) = navigate::target(model) {
                navigate::open(model, Screen::Json(target));
            }
        }
        Command::Owner => {
            if let Some(screen) = navigate::owner(model) {
                navigate::jump(model, &screen);
            }
        }
        Command::WarpToCluster => {
            if let Some(cluster) = context_cluster {
                navigate::jump(model, &Screen::Services(cluster));
            }
        }
        _ => walk(model, command),
    }
}

fn describe(model: &mut Model) {
    let Some(target) = navigate::target(model) else { return };
    // The screen of a task is its description.
    let screen = match target {
        Target::Task(cluster, id) => Screen::Task(cluster, id),
        other => Screen::Describe(other),
    };
    navigate::open(model, screen);
}

fn walk(model: &mut Model, command: Command) {
    let moved = match command {
        Command::HistoryBack => model.history.walk(-1),
        Command::HistoryForward => model.history.walk(1),
        _ => model.history.swap(),
    };
    if moved {
        navigate::arrive(model);
    } else {
        model.notices.say(model.now, Level::Info, "there is no other view in this direction");
    }
}

fn moves(model: &mut Model, command: Command) {
    let page = isize::try_from(model.page()).unwrap_or(1).max(1);
    match command {
        Command::Down => text::go(model, Step::By(1)),
        Command::Up => text::go(model, Step::By(-1)),
        Command::Top => text::go(model, Step::Top),
        Command::Bottom => text::go(model, Step::Bottom),
        Command::PageDown => text::go(model, Step::By(page)),
        Command::PageUp => text::go(model, Step::By(-page)),
        Command::HalfPageDown => text::go(model, Step::By((page / 2).max(1))),
        Command::HalfPageUp => text::go(model, Step::By(-(page / 2).max(1))),
        Command::ScrollLeft => text::sideways(model, -8),
        Command::ScrollRight => text::sideways(model, 8),
        Command::NextMatch => text::next_match(model, true),
        Command::PreviousMatch => text::next_match(model, false),
        _ => {
            let view = model.view_mut();
            view.focus = if view.focus == Focus::Table { Focus::Side } else { Focus::Table };
        }
    }
}

/// What leaves the program: the clipboard and files.
fn out(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::CopyName => {
            let Some(target) = navigate::target(model) else { return Vec::new() };
            let name = crate::fleet::id::tail(target.arn()).to_owned();
            copy(model, name, format!("the name of the {}", target.kind()))
        }
        Command::CopyRow => {
            let Some(row) = text::row_text(model) else { return Vec::new() };
            copy(model, row, "the row".to_owned())
        }
        Command::Console => {
            let Some(address) = navigate::target(model).and_then(|target| console::address(&target)) else {
                model.notices.say(
                    model.now,
                    Level::Info,
                    "the ARN does not tell the Region: no console address",
                );
                return Vec::new();
            };
            copy(model, address.clone(), address)
        }
        _ => {
            let stem = model.screen().title().replace(|c: char| !c.is_alphanumeric(), "-");
            vec![Effect::Save { stem, extension: "txt", text: text::screen_text(model) }]
        }
    }
}

/// Puts text on the clipboard, or says it where the configuration forbids that.
pub(super) fn copy(model: &mut Model, text: String, what: String) -> Vec<Effect> {
    if model.settings.clipboard {
        return vec![Effect::Copy { text, what }];
    }
    model.notices.say(model.now, Level::Info, format!("the clipboard is off in the configuration: {text}"));
    Vec::new()
}

/// What a list shows and how.
fn choices(model: &mut Model, command: Command) {
    match command {
        Command::UseAsScope => {
            let scope = model.view().selected_cluster().cloned();
            navigate::jump(model, &Screen::Fleet);
            navigate::set_scope(model, scope);
        }
        Command::ProblemsOnly => {
            let view = model.view_mut();
            view.problems_only = !view.problems_only;
            rows::renew(model, Reason::Choice);
        }
        Command::Wide => model.wide = !model.wide,
        Command::Mark => {
            let page = model.page();
            let view = model.view_mut();
            view.toggle_mark();
            view.go(Step::By(1));
            view.reveal(page);
        }
        Command::MarkRange => model.view_mut().mark_range(),
        Command::ClearMarks => {
            model.view_mut().clear_marks();
        }
        Command::ClearFilter => super::narrow::apply(model, ""),
        Command::Fold => {
            let view = model.view_mut();
            view.fold = !view.fold;
            rows::renew(model, Reason::Choice);
        }
        Command::Lanes => {
            let view = model.view_mut();
            let next = |lane| Lane::iter().skip_while(|known| *known != lane).nth(1);
            view.lane = match view.lane {
                None => Lane::iter().next(),
                Some(lane) => next(lane),
            };
            rows::renew(model, Reason::Choice);
        }
        Command::Wrap => {
            let wraps = model.wraps();
            let view = model.view_mut();
            view.wrap = Some(!wraps);
            view.scroll.found = None;
        }
        Command::Names => {
            let view = model.view_mut();
            view.names = !view.names;
        }
        _ => {
            let favourite = command.favourite().and_then(|place| model.favourite(place));
            if *model.screen() != Screen::Fleet {
                navigate::jump(model, &Screen::Fleet);
            }
            navigate::set_scope(model, favourite);
        }
    }
}
