//! Why a command of the log views cannot be done now.

use crate::app::command::Command;
use crate::app::logs::LogView;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::update::logs::line::opened;
use crate::app::update::navigate;
use crate::app::views::Focus;
use crate::fleet::id::TaskId;
use crate::fleet::log::bits::Bits;
use crate::fleet::log::rules::Kind;
use crate::fleet::topic::Target;

/// Why there are no logs to go to from here.
pub fn against_opening(model: &Model, stopped: bool) -> Option<String> {
    let of = navigate::origin(model, stopped);
    if matches!(model.screen(), Screen::Logs(shown) if Some(shown) == of.as_ref()) {
        return Some("these are its logs".to_owned());
    }
    if of.is_some() {
        return None;
    }
    let standalone =
        |id: &TaskId| format!("task {} belongs to no service; l shows its own lines", id.short());
    Some(match navigate::target(model) {
        Some(Target::Task(_, id)) if stopped => standalone(&id),
        Some(Target::Cluster(_)) => {
            "logs are those of a service or a task: open the cluster first".to_owned()
        }
        _ => "no service or task under the cursor".to_owned(),
    })
}

/// What the log screens say about a command.
pub enum Word {
    /// It is not one of theirs.
    Others,
    Ready,
    Not(String),
}

/// Whether a command is for this screen of log lines, and for this moment.
pub fn word(model: &Model, command: Command) -> Word {
    match against(model, command) {
        Err(NotTheirs) => Word::Others,
        Ok(None) => Word::Ready,
        Ok(Some(reason)) => Word::Not(reason),
    }
}

/// It is no command of the log screens.
struct NotTheirs;

fn against(model: &Model, command: Command) -> Result<Option<String>, NotTheirs> {
    match model.screen() {
        Screen::Logs(_) => match model.view().lines() {
            Some(view) => in_view(model, view, command),
            None if is_of_logs(command) => Ok(Some("the logs are not open yet".to_owned())),
            None => Err(NotTheirs),
        },
        Screen::LogLine(_) => match command {
            Command::NextField | Command::PreviousField | Command::KeepValue | Command::HideValue => {
                let has_fields = opened(model).is_some_and(|opened| !opened.fields().is_empty());
                Ok(needs(has_fields, "this line is no JSON: it has no fields"))
            }
            Command::CopyValue => Ok(needs(opened(model).is_some(), "the line is not open any more")),
            command if is_of_logs(command) => Ok(Some("only in log views: esc leads back".to_owned())),
            _ => Err(NotTheirs),
        },
        _ if is_of_logs(command) => Ok(Some("only in log views: l opens one".to_owned())),
        _ if is_of_line(command) => Ok(Some("only on the screen of a log line".to_owned())),
        _ => Err(NotTheirs),
    }
}

fn in_view(model: &Model, view: &LogView, command: Command) -> Result<Option<String>, NotTheirs> {
    let sift = &view.sift;
    let has_lines = sift.visible.next(0).is_some();
    let among = |lines: &Bits| {
        let mut lines = lines.clone();
        lines.intersect(&sift.visible);
        lines.next(0).is_some()
    };
    let reason = match command {
        Command::OpenLine | Command::Bookmark | Command::Solo if model.view().focus == Focus::Side => None,
        Command::RemoveRule => {
            needs(model.view().focus == Focus::Side, "tab goes to the rules below the lines")
        }
        Command::OpenLine | Command::Open | Command::Bookmark | Command::CopyLine | Command::CopyLines => {
            needs(has_lines, "there is no line")
        }
        Command::NextMatch | Command::PreviousMatch => match view.search.pattern() {
            None => Some("search first: / and a text".to_owned()),
            Some(pattern) if sift.hits.complete && !among(&sift.hits.lines) => {
                Some(format!("no line that is shown matches `{}`", pattern.written()))
            }
            Some(_) => None,
        },
        Command::NextError | Command::PreviousError => {
            needs(sift.has_work() || among(&sift.errors), "there is no error among the lines that are shown")
        }
        Command::NextBookmark | Command::PreviousBookmark => match view.marked().as_slice() {
            [] => Some("nothing is marked: m marks a line".to_owned()),
            marked if !marked.iter().any(|line| sift.visible.contains(*line)) => {
                Some("the marked lines are hidden".to_owned())
            }
            _ => None,
        },
        Command::MoreContext | Command::LessContext => {
            let keeps = view.rules.iter().any(|rule| rule.is_on && rule.kind == Kind::Keep);
            let is_end = match command {
                Command::MoreContext => view.rules.context() >= crate::fleet::log::rules::MOST_CONTEXT,
                _ => view.rules.context() == 0,
            };
            match (keeps, is_end) {
                (false, _) => Some("context stands around lines that are kept: & keeps some".to_owned()),
                (true, true) if command == Command::MoreContext => Some("20 lines are the most".to_owned()),
                (true, true) => Some("no context is shown".to_owned()),
                (true, false) => None,
            }
        }
        Command::BlueOrGreen => needs(
            view.legend.has_sides() || view.choices.side.is_some(),
            "no blue/green deployment is under way with lines of both sides",
        ),
        Command::Solo => against_solo(view),
        Command::AllStreams => {
            let all_on = view.legend.writers().iter().all(|writer| writer.is_on);
            needs(!all_on || view.choices.side.is_some(), "all streams are shown")
        }
        Command::Save => needs(!view.buffer.is_empty(), "there is no line to save"),
        Command::ScrollLeft | Command::ScrollRight => {
            needs(!view.choices.wrap, "long lines are wrapped: w lets them run on")
        }
        Command::Wrap => None,
        command if is_of_logs(command) => None,
        command if is_of_line(command) => {
            Some("only on the screen of a log line: enter opens one".to_owned())
        }
        _ => return Err(NotTheirs),
    };
    Ok(reason)
}

fn against_solo(view: &LogView) -> Option<String> {
    match view.at().and_then(|line| view.legend.writer(line.stream)) {
        None => Some("nobody knows who wrote this line".to_owned()),
        Some(_) => needs(view.legend.writers().len() > 1, "there is one stream only"),
    }
}

fn needs(fine: bool, reason: &str) -> Option<String> {
    (!fine).then(|| reason.to_owned())
}

/// Commands that only log views have.
fn is_of_logs(command: Command) -> bool {
    (Command::OpenLine as usize..=Command::OtherRange as usize).contains(&(command as usize))
}

/// Commands that only the screen of a line has.
fn is_of_line(command: Command) -> bool {
    (Command::NextField as usize..=Command::CopyValue as usize).contains(&(command as usize))
}
