//! The table of commands: one row each, from which keys, hints, help, palette and documents are made.
//!
//! It is longer than other files because it is one idea: splitting it would spread the keys over several places.

use strum::EnumCount;

use crate::app::command::Group::{Everywhere, MoveAndFind, ThisView};
use crate::app::command::{Command, Danger, Row, Scope};

/// A command that works on every screen.
const GLOBAL: Row = Row {
    command: Command::Palette,
    title: "",
    help: "",
    keys: &[],
    scopes: &[Scope::Everywhere],
    aliases: &[],
    danger: Danger::None,
    group: Some(Everywhere),
    hint: None,
};

/// A command on the row under the cursor of any list.
const ON_ROW: Row = Row { scopes: &[Scope::List], group: Some(ThisView), ..GLOBAL };

/// A command that moves in a list only.
const IN_LIST: Row = Row { group: Some(MoveAndFind), ..ON_ROW };

/// A command that moves in whatever is longer than the screen.
const MOVE: Row = Row { scopes: &[Scope::List, Scope::Timeline, Scope::Text, Scope::Logs], ..IN_LIST };

/// A command on log lines.
const IN_LOGS: Row = Row { scopes: &[Scope::Logs], group: Some(ThisView), ..GLOBAL };

/// A command on a field of one log line.
const IN_LINE: Row = Row { scopes: &[Scope::LogLine], ..IN_LOGS };

/// One of the ranges of time on the digits. Help joins them into one line because they share a sentence.
const fn range(command: Command, title: &'static str, keys: &'static [&'static str]) -> Row {
    Row {
        command,
        title,
        help: "Show the newest, the oldest, or the last minutes or hours of lines.",
        keys,
        ..IN_LOGS
    }
}

/// One of the nine favourite clusters. Help joins them into one line because they share a sentence.
const fn favourite(command: Command, keys: &'static [&'static str]) -> Row {
    Row { command, title: "favourite", help: "Show only a favourite cluster.", keys, ..IN_LIST }
}

/// All commands, in the order of [`Command`].
pub static COMMANDS: [Row; Command::COUNT] = [
    Row {
        command: Command::Palette,
        title: "command",
        help: "Go to a view or run a command by its name.",
        keys: &[":"],
        hint: Some(20),
        ..GLOBAL
    },
    Row {
        command: Command::Filter,
        title: "filter",
        help: "Show only the rows that match; in a text or timeline, search.",
        keys: &["/"],
        aliases: &["search"],
        group: Some(MoveAndFind),
        hint: Some(21),
        ..GLOBAL
    },
    Row {
        command: Command::Help,
        title: "help",
        help: "Show the keys that work here.",
        keys: &["?"],
        aliases: &["h"],
        hint: Some(22),
        ..GLOBAL
    },
    Row {
        command: Command::Back,
        title: "back",
        help: "Go back one level; it never quits.",
        keys: &["esc", "q", "left"],
        hint: Some(23),
        ..GLOBAL
    },
    Row {
        command: Command::Quit,
        title: "quit",
        help: "Leave fargate-top.",
        keys: &["ctrl-c"],
        aliases: &["q", "q!", "qa", "exit"],
        hint: Some(24),
        ..GLOBAL
    },
    Row {
        command: Command::Refresh,
        title: "refresh",
        help: "Ask AWS again now for what is shown.",
        keys: &["ctrl-r"],
        hint: Some(15),
        ..GLOBAL
    },
    Row {
        command: Command::HistoryBack,
        title: "earlier view",
        help: "Go to the view before this one in the history.",
        keys: &["["],
        group: Some(MoveAndFind),
        ..GLOBAL
    },
    Row {
        command: Command::HistoryForward,
        title: "later view",
        help: "Go to the view after this one in the history.",
        keys: &["]"],
        group: Some(MoveAndFind),
        ..GLOBAL
    },
    Row {
        command: Command::LastView,
        title: "last view",
        help: "Change between this view and the last one.",
        keys: &["-"],
        group: Some(MoveAndFind),
        ..GLOBAL
    },
    Row {
        command: Command::ToggleHeader,
        title: "header",
        help: "Show or hide the header.",
        keys: &["ctrl-e"],
        ..GLOBAL
    },
    Row {
        command: Command::ToggleCrumbs,
        title: "crumbs",
        help: "Show or hide the path of views that led here.",
        keys: &["ctrl-g"],
        ..GLOBAL
    },
    Row {
        command: Command::Aliases,
        title: "aliases",
        help: "List every name that the palette knows.",
        keys: &["ctrl-a"],
        aliases: &["a", "alias"],
        ..GLOBAL
    },
    Row {
        command: Command::Messages,
        title: "messages",
        help: "List the messages of this session.",
        keys: &["ctrl-t"],
        aliases: &["msg"],
        ..GLOBAL
    },
    Row {
        command: Command::Requests,
        title: "requests",
        help: "Show the requests made and left, by AWS throttle bucket.",
        aliases: &["budget"],
        ..GLOBAL
    },
    Row {
        command: Command::ToggleMouse,
        title: "mouse",
        help: "Switch the mouse on or off; off, the terminal selects text.",
        keys: &["f2"],
        aliases: &["mouse"],
        ..GLOBAL
    },
    Row {
        command: Command::ToggleUtc,
        title: "UTC",
        help: "Change between UTC and local time.",
        keys: &["T"],
        aliases: &["utc"],
        ..GLOBAL
    },
    Row {
        command: Command::Fleet,
        title: "fleet",
        help: "Show every service in scope, worst first.",
        aliases: &["home", "triage"],
        ..GLOBAL
    },
    Row {
        command: Command::Clusters,
        title: "clusters",
        help: "Show the clusters.",
        aliases: &["cl", "cluster", "ns"],
        ..GLOBAL
    },
    Row {
        command: Command::Services,
        title: "services",
        help: "Show the services.",
        aliases: &["svc", "s", "dp", "service"],
        ..GLOBAL
    },
    Row {
        command: Command::Tasks,
        title: "tasks",
        help: "Show the tasks, running and stopped.",
        aliases: &["task", "t", "po"],
        ..GLOBAL
    },
    Row {
        command: Command::Events,
        title: "events",
        help: "Show what happened, in the order of time.",
        keys: &["e"],
        scopes: &[Scope::Services, Scope::Tasks],
        aliases: &["ev", "event"],
        group: Some(ThisView),
        hint: Some(3),
        ..GLOBAL
    },
    Row {
        command: Command::Deployments,
        title: "deploys",
        help: "Show its deployments and what each changed.",
        keys: &["z"],
        scopes: &[Scope::Services, Scope::Tasks, Scope::Timeline],
        aliases: &["dep", "rev", "revisions"],
        group: Some(ThisView),
        hint: Some(4),
        ..GLOBAL
    },
    Row {
        command: Command::Approvals,
        title: "approvals",
        help: "Show every blue/green deployment in flight, those that wait for you first.",
        aliases: &["ap", "approval", "inbox"],
        ..GLOBAL
    },
    Row {
        command: Command::BlueGreen,
        title: "blue/green",
        help: "Show its blue/green deployment: traffic, evidence, and what each choice does.",
        aliases: &["bg"],
        ..GLOBAL
    },
    Row {
        command: Command::Logs,
        title: "logs",
        help: "Show the log lines of all its tasks.",
        keys: &["l"],
        scopes: &[Scope::Services, Scope::Tasks, Scope::Timeline],
        aliases: &["log"],
        group: Some(ThisView),
        hint: Some(1),
        ..GLOBAL
    },
    Row {
        command: Command::LogsStopped,
        title: "last words",
        help: "Show the log lines of tasks that stopped.",
        keys: &["p"],
        scopes: &[Scope::Services, Scope::Tasks, Scope::Timeline],
        group: Some(ThisView),
        hint: Some(11),
        ..GLOBAL
    },
    Row {
        command: Command::Contexts,
        title: "contexts",
        help: "Show the AWS profiles and Regions.",
        aliases: &["ctx", "context"],
        ..GLOBAL
    },
    Row {
        command: Command::Open,
        title: "open",
        help: "Open the row under the cursor.",
        keys: &["enter", "right"],
        hint: Some(0),
        ..ON_ROW
    },
    Row {
        command: Command::Describe,
        title: "describe",
        help: "Describe it, readable and with its meaning.",
        keys: &["d"],
        aliases: &["desc"],
        hint: Some(1),
        ..ON_ROW
    },
    Row {
        command: Command::Json,
        title: "JSON",
        help: "Show it as AWS returned it, with secrets masked.",
        keys: &["y"],
        aliases: &["yaml"],
        hint: Some(2),
        ..ON_ROW
    },
    Row {
        command: Command::Console,
        title: "console",
        help: "Copy its address in the AWS console.",
        keys: &["o"],
        hint: Some(9),
        ..ON_ROW
    },
    Row {
        command: Command::Names,
        title: "names",
        help: "List the names of its environment variables and secrets, never their values.",
        keys: &["x"],
        scopes: &[Scope::Tasks],
        aliases: &["env"],
        hint: Some(4),
        ..ON_ROW
    },
    Row {
        command: Command::Owner,
        title: "owner",
        help: "Go to what it belongs to: task, service, cluster.",
        keys: &["J"],
        scopes: &[Scope::Services, Scope::Tasks],
        hint: Some(8),
        ..ON_ROW
    },
    Row {
        command: Command::WarpToCluster,
        title: "its cluster",
        help: "Show only the cluster of this row.",
        keys: &["w"],
        scopes: &[Scope::Services, Scope::Tasks],
        aliases: &["warp"],
        hint: Some(7),
        ..ON_ROW
    },
    Row {
        command: Command::UseAsScope,
        title: "use as scope",
        help: "Make this cluster the scope of all views.",
        keys: &["u"],
        scopes: &[Scope::Clusters],
        aliases: &["use"],
        hint: Some(5),
        ..ON_ROW
    },
    Row {
        command: Command::ProblemsOnly,
        title: "problems",
        help: "Change between problems only and everything.",
        keys: &["ctrl-z"],
        aliases: &["problems"],
        hint: Some(6),
        ..ON_ROW
    },
    Row {
        command: Command::Wide,
        title: "wide",
        help: "Show or hide the wide columns.",
        keys: &["ctrl-w", "v"],
        ..ON_ROW
    },
    Row {
        command: Command::Mark,
        title: "mark",
        help: "Mark the row, or take its mark away.",
        keys: &["space"],
        hint: Some(10),
        ..ON_ROW
    },
    Row {
        command: Command::MarkRange,
        title: "mark range",
        help: "Mark all rows from the last mark to here.",
        keys: &["ctrl-space", "V"],
        ..ON_ROW
    },
    Row {
        command: Command::ClearMarks,
        title: "clear marks",
        help: "Take all marks away.",
        keys: &["ctrl-\\"],
        ..ON_ROW
    },
    Row {
        command: Command::CopyName,
        title: "copy name",
        help: "Copy its name or short id.",
        keys: &["c"],
        aliases: &["copy"],
        ..ON_ROW
    },
    Row {
        command: Command::CopyRow,
        title: "copy all",
        help: "Copy the whole row, or the whole text.",
        keys: &["Y"],
        scopes: &[Scope::List, Scope::Timeline, Scope::Text],
        ..ON_ROW
    },
    Row {
        command: Command::Save,
        title: "save",
        help: "Save what this view shows to a file.",
        keys: &["ctrl-s"],
        scopes: &[Scope::List, Scope::Timeline, Scope::Text, Scope::Logs],
        ..ON_ROW
    },
    Row {
        command: Command::Fold,
        title: "fold",
        help: "Fold what repeats into one line, or unfold it.",
        keys: &["d"],
        scopes: &[Scope::Timeline],
        hint: Some(1),
        ..ON_ROW
    },
    Row {
        command: Command::Lanes,
        title: "lanes",
        help: "Choose which kinds of events to show.",
        keys: &["tab"],
        scopes: &[Scope::Timeline],
        hint: Some(2),
        ..ON_ROW
    },
    Row {
        command: Command::Wrap,
        title: "wrap",
        help: "Wrap long lines, or let them run on.",
        keys: &["w"],
        scopes: &[Scope::Text, Scope::Logs],
        hint: Some(1),
        ..ON_ROW
    },
    Row {
        command: Command::OpenLine,
        title: "open",
        help: "Open the line: all of its fields, or its whole trace.",
        keys: &["enter"],
        hint: Some(4),
        ..IN_LOGS
    },
    Row {
        command: Command::Follow,
        title: "follow",
        help: "Follow the newest line, or stay where it is.",
        keys: &["s"],
        hint: Some(0),
        ..IN_LOGS
    },
    Row {
        command: Command::Keep,
        title: "keep",
        help: "Show only lines that match.",
        keys: &["&"],
        hint: Some(1),
        ..IN_LOGS
    },
    Row {
        command: Command::Hide,
        title: "hide",
        help: "Hide lines that match.",
        keys: &["!"],
        hint: Some(2),
        ..IN_LOGS
    },
    Row {
        command: Command::NextError,
        title: "error",
        help: "Go to the next error.",
        keys: &["e"],
        hint: Some(3),
        ..IN_LOGS
    },
    Row {
        command: Command::PreviousError,
        title: "error before",
        help: "Go to the error before.",
        keys: &["E"],
        ..IN_LOGS
    },
    Row {
        command: Command::Bookmark,
        title: "mark",
        help: "Mark the line, or take its mark away.",
        keys: &["m", "space"],
        hint: Some(9),
        ..IN_LOGS
    },
    Row {
        command: Command::NextBookmark,
        title: "next mark",
        help: "Go to the next marked line.",
        keys: &["u"],
        ..IN_LOGS
    },
    Row {
        command: Command::PreviousBookmark,
        title: "mark before",
        help: "Go to the marked line before.",
        keys: &["U"],
        ..IN_LOGS
    },
    Row {
        command: Command::JumpToTime,
        title: "time",
        help: "Jump to a time: 14:03, -10m, yesterday 22:15, deploy, stop, alarm.",
        keys: &["@"],
        hint: Some(5),
        ..IN_LOGS
    },
    Row {
        command: Command::Histogram,
        title: "histogram",
        help: "Show or hide how many lines and errors there were.",
        keys: &["i"],
        hint: Some(7),
        ..IN_LOGS
    },
    Row {
        command: Command::FoldRepeats,
        title: "fold repeats",
        help: "Fold lines that repeat the one before but for numbers, ids and times.",
        keys: &["d"],
        hint: Some(6),
        ..IN_LOGS
    },
    Row {
        command: Command::FoldTraces,
        title: "fold traces",
        help: "Fold stack traces under their first line, or show all of their lines.",
        keys: &["D"],
        ..IN_LOGS
    },
    Row {
        command: Command::LineForm,
        title: "json",
        help: "Show JSON as it was written, compact, or in columns.",
        keys: &["v"],
        hint: Some(8),
        ..IN_LOGS
    },
    Row {
        command: Command::TimeForm,
        title: "times",
        help: "Show no time, seconds, milliseconds, the time since the line before, or the age.",
        keys: &["t"],
        hint: Some(11),
        ..IN_LOGS
    },
    Row {
        command: Command::LeastLevel,
        title: "level",
        help: "Show all lines, warnings and errors, or errors only.",
        keys: &["W"],
        hint: Some(12),
        ..IN_LOGS
    },
    Row {
        command: Command::MoreContext,
        title: "more context",
        help: "Show more lines around those that are kept.",
        keys: &["+", "="],
        ..IN_LOGS
    },
    Row {
        command: Command::LessContext,
        title: "less context",
        help: "Show fewer lines around those that are kept.",
        keys: &["-"],
        ..IN_LOGS
    },
    Row {
        command: Command::CopyLine,
        title: "copy",
        help: "Copy the line.",
        keys: &["y"],
        hint: Some(13),
        ..IN_LOGS
    },
    Row {
        command: Command::CopyLines,
        title: "copy lines",
        help: "Copy the marked lines, or those on the screen.",
        keys: &["Y"],
        ..IN_LOGS
    },
    Row {
        command: Command::Solo,
        title: "solo",
        help: "Show only the stream under the cursor, or all again.",
        keys: &["o"],
        hint: Some(14),
        ..IN_LOGS
    },
    Row {
        command: Command::AllStreams,
        title: "all streams",
        help: "Show the lines of all containers and tasks.",
        keys: &["a"],
        ..IN_LOGS
    },
    Row {
        command: Command::RemoveRule,
        title: "remove rule",
        help: "Forget the rule under the cursor, in the panel below the lines.",
        keys: &["x"],
        ..IN_LOGS
    },
    Row {
        command: Command::BlueOrGreen,
        title: "blue/green",
        help: "Show only blue, only green, or both sides of a deployment.",
        keys: &["B"],
        hint: Some(4),
        ..IN_LOGS
    },
    Row {
        command: Command::FullScreen,
        title: "full",
        help: "Give the lines the whole screen.",
        keys: &["f"],
        hint: Some(16),
        ..IN_LOGS
    },
    Row {
        command: Command::LiveTail,
        title: "live tail",
        help: "Follow by live tail: billed by the minute, sampled above 500 lines a second.",
        keys: &["L"],
        ..IN_LOGS
    },
    range(Command::Newest, "newest", &["0"]),
    range(Command::Oldest, "oldest", &["1"]),
    range(Command::LastMinute, "last minute", &["2"]),
    range(Command::Last5Minutes, "last 5m", &["3"]),
    range(Command::Last15Minutes, "last 15m", &["4"]),
    range(Command::Last30Minutes, "last 30m", &["5"]),
    range(Command::LastHour, "last 1h", &["6"]),
    range(Command::Last3Hours, "last 3h", &["7"]),
    range(Command::Last12Hours, "last 12h", &["8"]),
    range(Command::OtherRange, "other range", &["9"]),
    Row {
        command: Command::NextField,
        title: "next field",
        help: "Pick the next field.",
        keys: &["tab"],
        hint: Some(0),
        ..IN_LINE
    },
    Row {
        command: Command::PreviousField,
        title: "field before",
        help: "Pick the field before.",
        keys: &["shift-tab"],
        ..IN_LINE
    },
    Row {
        command: Command::KeepValue,
        title: "keep value",
        help: "Show only lines with this value of the picked field.",
        keys: &["&"],
        hint: Some(2),
        ..IN_LINE
    },
    Row {
        command: Command::HideValue,
        title: "hide value",
        help: "Hide lines with this value of the picked field.",
        keys: &["!"],
        hint: Some(3),
        ..IN_LINE
    },
    Row {
        command: Command::CopyValue,
        title: "copy value",
        help: "Copy the value of the picked field, or the line.",
        keys: &["y", "c"],
        hint: Some(4),
        ..IN_LINE
    },
    Row {
        command: Command::Scale,
        title: "scale",
        help: "Change how many tasks a service, or each marked one, should run.",
        keys: &["s"],
        scopes: &[Scope::Services],
        danger: Danger::Changes,
        hint: Some(8),
        ..ON_ROW
    },
    Row {
        command: Command::Redeploy,
        title: "redeploy",
        help: "Replace all tasks of a service by new ones of the same revision.",
        keys: &["r"],
        scopes: &[Scope::Services, Scope::Tasks],
        aliases: &["restart"],
        danger: Danger::Changes,
        hint: Some(9),
        ..ON_ROW
    },
    Row {
        command: Command::Deploy,
        title: "deploy",
        help: "Deploy another revision of a service's task definition.",
        aliases: &["revision"],
        danger: Danger::Changes,
        ..ON_ROW
    },
    Row {
        command: Command::StopTask,
        title: "stop task",
        help: "Stop a task, or each marked one; its service starts another.",
        keys: &["ctrl-d"],
        scopes: &[Scope::Tasks, Scope::Services],
        aliases: &["stop"],
        danger: Danger::Destroys,
        ..ON_ROW
    },
    Row {
        command: Command::RollBack,
        title: "roll back",
        help: "Stop the running deployment and go back, or deploy what ran before.",
        keys: &["ctrl-l"],
        scopes: &[Scope::List, Scope::Timeline],
        aliases: &["rollback"],
        danger: Danger::Changes,
        hint: Some(10),
        ..ON_ROW
    },
    Row {
        command: Command::Approve,
        title: "approve",
        help: "Look at its blue/green deployment; there, let it go on.",
        keys: &["a"],
        scopes: &[Scope::List, Scope::Timeline, Scope::Text],
        aliases: &["continue"],
        danger: Danger::Changes,
        hint: Some(0),
        ..ON_ROW
    },
    Row {
        command: Command::RemoveBlue,
        title: "remove blue",
        help: "Remove the blue side of a CodeDeploy deployment now: it ends instant rollback.",
        danger: Danger::Destroys,
        ..ON_ROW
    },
    Row {
        command: Command::StopOnly,
        title: "stop only",
        help: "Stop a CodeDeploy deployment without rolling back: traffic stays where it is.",
        danger: Danger::Changes,
        ..ON_ROW
    },
    Row {
        command: Command::Range,
        title: "scaling range",
        help: "Change minimum and maximum of a service's autoscaling.",
        aliases: &["autoscaling", "limits"],
        danger: Danger::Changes,
        ..ON_ROW
    },
    Row {
        command: Command::Suspend,
        title: "suspend",
        help: "Suspend or resume a service's autoscaling.",
        aliases: &["resume"],
        danger: Danger::Changes,
        ..ON_ROW
    },
    Row {
        command: Command::Undo,
        title: "undo",
        help: "Take back the newest change of this session that has a way back.",
        danger: Danger::Changes,
        ..GLOBAL
    },
    Row {
        command: Command::Operations,
        title: "operations",
        help: "List the changes of this session and how they stand.",
        keys: &["ctrl-o"],
        aliases: &["ops"],
        ..GLOBAL
    },
    Row {
        command: Command::Unlock,
        title: "unlock",
        help: "Open a guarded scope for 15 minutes, or lock it again.",
        keys: &["ctrl-x"],
        aliases: &["lock"],
        ..GLOBAL
    },
    Row { command: Command::Down, title: "down", help: "Move down.", keys: &["j", "down"], ..MOVE },
    Row { command: Command::Up, title: "up", help: "Move up.", keys: &["k", "up"], ..MOVE },
    Row { command: Command::Top, title: "top", help: "Go to the top.", keys: &["g", "home"], ..MOVE },
    Row { command: Command::Bottom, title: "bottom", help: "Go to the bottom.", keys: &["G", "end"], ..MOVE },
    Row {
        command: Command::PageDown,
        title: "page down",
        help: "Move down one page.",
        keys: &["ctrl-f", "pagedown"],
        ..MOVE
    },
    Row {
        command: Command::PageUp,
        title: "page up",
        help: "Move up one page.",
        keys: &["ctrl-b", "pageup"],
        ..MOVE
    },
    Row {
        command: Command::HalfPageDown,
        title: "half page down",
        help: "Move down half a page.",
        keys: &["ctrl-d"],
        scopes: &[Scope::Timeline, Scope::Text, Scope::Logs],
        ..MOVE
    },
    Row {
        command: Command::HalfPageUp,
        title: "half page up",
        help: "Move up half a page.",
        keys: &["ctrl-u"],
        scopes: &[Scope::Timeline, Scope::Text, Scope::Logs],
        ..MOVE
    },
    Row {
        command: Command::ScrollLeft,
        title: "scroll left",
        help: "Show what is left of the screen, where lines are not wrapped.",
        keys: &["left"],
        scopes: &[Scope::Text, Scope::Logs],
        ..MOVE
    },
    Row {
        command: Command::ScrollRight,
        title: "scroll right",
        help: "Show what is right of the screen, where lines are not wrapped.",
        keys: &["right"],
        scopes: &[Scope::Text, Scope::Logs],
        ..MOVE
    },
    Row {
        command: Command::NextPane,
        title: "next pane",
        help: "Go to the next pane.",
        keys: &["tab"],
        scopes: &[Scope::List, Scope::Logs],
        ..IN_LIST
    },
    Row {
        command: Command::PreviousPane,
        title: "previous pane",
        help: "Go to the previous pane.",
        keys: &["shift-tab"],
        scopes: &[Scope::List, Scope::Logs],
        ..IN_LIST
    },
    Row { command: Command::NextMatch, title: "next", help: "Go to the next match.", keys: &["n"], ..MOVE },
    Row {
        command: Command::PreviousMatch,
        title: "previous",
        help: "Go to the previous match; in a list N does this while a search is active.",
        keys: &["N"],
        scopes: &[Scope::Timeline, Scope::Text, Scope::Logs],
        ..MOVE
    },
    Row {
        command: Command::ClearFilter,
        title: "clear filter",
        help: "Take the filter away.",
        keys: &["ctrl-u"],
        ..IN_LIST
    },
    Row {
        command: Command::AllClusters,
        title: "all clusters",
        help: "Show all clusters.",
        keys: &["0"],
        aliases: &["all"],
        hint: Some(12),
        ..IN_LIST
    },
    favourite(Command::FavouriteCluster1, &["1"]),
    favourite(Command::FavouriteCluster2, &["2"]),
    favourite(Command::FavouriteCluster3, &["3"]),
    favourite(Command::FavouriteCluster4, &["4"]),
    favourite(Command::FavouriteCluster5, &["5"]),
    favourite(Command::FavouriteCluster6, &["6"]),
    favourite(Command::FavouriteCluster7, &["7"]),
    favourite(Command::FavouriteCluster8, &["8"]),
    favourite(Command::FavouriteCluster9, &["9"]),
    Row {
        command: Command::ColumnLeft,
        title: "column left",
        help: "Pick the column to the left.",
        keys: &["shift-left"],
        ..IN_LIST
    },
    Row {
        command: Command::ColumnRight,
        title: "column right",
        help: "Pick the column to the right.",
        keys: &["shift-right"],
        ..IN_LIST
    },
    Row {
        command: Command::SortColumn,
        title: "sort",
        help: "Sort by the picked column; again, the other way round.",
        keys: &["O"],
        aliases: &["sort"],
        ..IN_LIST
    },
    Row { command: Command::SortName, title: "by name", help: "Sort by name.", keys: &["N"], ..IN_LIST },
    Row { command: Command::SortAge, title: "by age", help: "Sort by age.", keys: &["A"], ..IN_LIST },
    Row { command: Command::SortState, title: "by state", help: "Sort by state.", keys: &["S"], ..IN_LIST },
    Row {
        command: Command::SortCluster,
        title: "by cluster",
        help: "Sort by cluster.",
        keys: &["P"],
        ..IN_LIST
    },
    #[cfg(debug_assertions)]
    Row {
        command: Command::ForcePanic,
        title: "panic",
        help: "Panic on purpose, to see the way out.",
        group: None,
        ..GLOBAL
    },
];

// The array's length counts the rows; this compares their order, so that a look-up is an index.
const _: () = {
    let mut place = 0;
    while place < Command::COUNT {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which reports a bad index")]
        let row = &COMMANDS[place];
        assert!(
            row.command as usize == place,
            "a row of COMMANDS does not stand at the place of its command"
        );
        place += 1;
    }
};

impl Command {
    /// All there is to say about this command.
    #[expect(
        clippy::indexing_slicing,
        reason = "the assertion above proves one row for each command, in order"
    )]
    pub const fn row(self) -> &'static Row {
        &COMMANDS[self as usize]
    }

    /// The command of this name or alias, as it is typed in the palette.
    pub fn named(word: &str) -> Option<Self> {
        let exact = word.parse().ok();
        exact.or_else(|| COMMANDS.iter().find(|row| row.aliases.contains(&word)).map(|row| row.command))
    }
}
