//! Everything a person can ask for, as one list of commands with their names, keys and places.

pub mod keymap;
pub mod reference;
pub mod table;

use strum::{Display, EnumCount, EnumIter, EnumString, IntoStaticStr};

/// One thing that a person can ask for with a key, in the palette or by a click.
///
/// The kebab-case name is the command's name in the configuration file and in the palette. What a command means
/// is decided where it is performed; everything else about it stands in its row of [`table::COMMANDS`].
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumCount,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Command {
    Palette,
    Filter,
    Help,
    Back,
    Quit,
    Refresh,
    HistoryBack,
    HistoryForward,
    LastView,
    ToggleHeader,
    ToggleCrumbs,
    Aliases,
    Messages,
    Requests,
    ToggleMouse,
    ToggleUtc,

    Fleet,
    Clusters,
    Services,
    Tasks,
    Events,
    Deployments,
    Approvals,
    BlueGreen,
    Logs,
    LogsStopped,
    Contexts,

    Open,
    Describe,
    Json,
    Console,
    Names,
    Owner,
    WarpToCluster,
    UseAsScope,
    ProblemsOnly,
    Wide,
    Mark,
    MarkRange,
    ClearMarks,
    CopyName,
    CopyRow,
    Save,
    Fold,
    Lanes,
    Wrap,

    OpenLine,
    Follow,
    Keep,
    Hide,
    NextError,
    PreviousError,
    Bookmark,
    NextBookmark,
    PreviousBookmark,
    JumpToTime,
    Histogram,
    FoldRepeats,
    FoldTraces,
    LineForm,
    TimeForm,
    LeastLevel,
    MoreContext,
    LessContext,
    CopyLine,
    CopyLines,
    Solo,
    AllStreams,
    RemoveRule,
    BlueOrGreen,
    FullScreen,
    LiveTail,
    Newest,
    Oldest,
    LastMinute,
    #[strum(serialize = "last-5-minutes")]
    Last5Minutes,
    #[strum(serialize = "last-15-minutes")]
    Last15Minutes,
    #[strum(serialize = "last-30-minutes")]
    Last30Minutes,
    LastHour,
    #[strum(serialize = "last-3-hours")]
    Last3Hours,
    #[strum(serialize = "last-12-hours")]
    Last12Hours,
    OtherRange,
    NextField,
    PreviousField,
    KeepValue,
    HideValue,
    CopyValue,

    Scale,
    Redeploy,
    Deploy,
    StopTask,
    RollBack,
    Approve,
    RemoveBlue,
    StopOnly,
    Range,
    Suspend,
    Undo,
    Operations,
    Unlock,

    Down,
    Up,
    Top,
    Bottom,
    PageDown,
    PageUp,
    HalfPageDown,
    HalfPageUp,
    ScrollLeft,
    ScrollRight,
    NextPane,
    PreviousPane,
    NextMatch,
    /// In a list this is also what `N` means while a search is active; without one, `N` sorts by name.
    PreviousMatch,
    ClearFilter,
    AllClusters,
    #[strum(serialize = "favourite-cluster-1")]
    FavouriteCluster1,
    #[strum(serialize = "favourite-cluster-2")]
    FavouriteCluster2,
    #[strum(serialize = "favourite-cluster-3")]
    FavouriteCluster3,
    #[strum(serialize = "favourite-cluster-4")]
    FavouriteCluster4,
    #[strum(serialize = "favourite-cluster-5")]
    FavouriteCluster5,
    #[strum(serialize = "favourite-cluster-6")]
    FavouriteCluster6,
    #[strum(serialize = "favourite-cluster-7")]
    FavouriteCluster7,
    #[strum(serialize = "favourite-cluster-8")]
    FavouriteCluster8,
    #[strum(serialize = "favourite-cluster-9")]
    FavouriteCluster9,
    ColumnLeft,
    ColumnRight,
    SortColumn,
    SortName,
    SortAge,
    SortState,
    SortCluster,

    /// Panics on purpose, so that the way out of a panic can be seen; not part of release builds.
    #[cfg(debug_assertions)]
    ForcePanic,
}

impl Command {
    /// The name in the configuration file and in the palette, such as `page-down`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Which favourite cluster is meant, counted from 0, if this command means one.
    pub fn favourite(self) -> Option<usize> {
        let first = Self::FavouriteCluster1 as usize;
        (self as usize).checked_sub(first).filter(|place| *place < FAVOURITES)
    }
}

/// How many favourite clusters have a key.
pub const FAVOURITES: usize = 9;

/// A kind of screen or part of one, in which a key has its own meaning.
///
/// A screen looks a key up in its scopes from the most specific one to [`Scope::Everywhere`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Scope {
    /// Every screen, except while text is typed and in dialogs.
    Everywhere,
    /// Every table, whatever its rows are.
    List,
    /// Tables whose rows are services: the fleet and the services of a cluster; and the deployments of one service,
    /// where its keys mean that service.
    Services,
    /// Tables whose rows are tasks.
    Tasks,
    /// The table of clusters.
    Clusters,
    /// Lists of what happened in the order of time.
    Timeline,
    /// Text to read: descriptions, JSON, help.
    Text,
    /// Log lines.
    Logs,
    /// One log line with its fields.
    LogLine,
}

impl Scope {
    /// How help and error sentences call it: "in task lists".
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::List => "lists",
            Self::Services => "service lists",
            Self::Tasks => "task lists",
            Self::Clusters => "cluster lists",
            Self::Timeline => "timelines",
            Self::Text => "texts",
            Self::Logs => "logs",
            Self::LogLine => "a log line",
        }
    }
}

/// What a command can do to the account; the mark in help comes from it.
///
/// Nothing is changed by the key itself: a command that is not [`Danger::None`] opens a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Danger {
    /// Only reads.
    None,
    /// Changes something that can be changed back.
    Changes,
    /// Ends something that does not come back.
    Destroys,
}

/// A part of the help screen, and of every list of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Group {
    ThisView,
    MoveAndFind,
    Everywhere,
}

impl Group {
    pub const fn title(self) -> &'static str {
        match self {
            Self::ThisView => "This view",
            Self::MoveAndFind => "Move and find",
            Self::Everywhere => "Everywhere",
        }
    }
}

/// All there is to say about one command.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub command: Command,
    /// One or two words for a hint, as in `<enter> open`.
    pub title: &'static str,
    /// One sentence. Commands of one family share theirs, and lists of keys then show them as one line.
    pub help: &'static str,
    /// The default keys, in the notation of [`crate::app::key::Chord`]. Without keys it is typed in the palette.
    pub keys: &'static [&'static str],
    /// Where the keys count. The palette offers a command everywhere.
    pub scopes: &'static [Scope],
    /// Names that may be typed in the palette instead of the command's own.
    pub aliases: &'static [&'static str],
    pub danger: Danger,
    /// Where help shows it; `None` keeps it out of help and of the palette's suggestions.
    pub group: Option<Group>,
    /// The place among the footer's hints, smallest first; `None` keeps it out of the footer.
    pub hint: Option<u8>,
}
