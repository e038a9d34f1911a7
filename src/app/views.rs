//! How one screen stands: its rows with cursor and sort, its filter, how far it is scrolled.

use super::filter::Filter;
use super::listing::{Listing, Step};
use super::logs::LogView;
use super::reading::Place;
use super::screen::Screen;
use super::table::approvals::ApprovalColumn;
use super::table::clusters::ClusterColumn;
use super::table::deployments::DeploymentColumn;
use super::table::services::ServiceColumn;
use super::table::tasks::TaskColumn;
use super::table::{Column, Sort};
use super::timeline::{Entry, Lane};
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, TaskId, Text};

/// A list with its columns: by which it is sorted, and which one is picked for sorting.
#[derive(Debug, Clone)]
pub struct Rows<Id, C> {
    pub listing: Listing<Id>,
    pub sort: Sort<C>,
    /// The column that `shift-left` and `shift-right` walk; `None` until they are used.
    pub picked: Option<usize>,
    /// Rows before the filter.
    pub total: usize,
    /// Rows that are as asked and left out.
    pub hidden: usize,
}

impl<Id, C: Column> Rows<Id, C> {
    fn sorted_by(column: C) -> Self {
        let sort = Sort { column, reversed: false };
        Self { listing: Listing::default(), sort, picked: None, total: 0, hidden: 0 }
    }
}

/// The rows of a screen, by kind.
#[derive(Debug, Clone, Default)]
pub enum Content {
    Services(Rows<ServiceId, ServiceColumn>),
    Tasks(Rows<TaskId, TaskColumn>),
    Clusters(Rows<ClusterId, ClusterColumn>),
    Deployments(Rows<DeploymentId, DeploymentColumn>),
    Approvals(Rows<ServiceId, ApprovalColumn>),
    /// A timeline with its entries.
    Entries(Listing<Text>, Vec<Entry>),
    /// Log lines; none before the view is opened.
    Lines(Option<Box<LogView>>),
    /// Text, which is made when it is drawn.
    #[default]
    Text,
}

/// Which part of a screen the moving keys move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    #[default]
    Table,
    /// The bands above log lines.
    Top,
    Side,
}

/// Where a text is scrolled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The row at the top.
    pub top: Place,
    pub right: usize,
    /// The match that a search went to last, until the text is scrolled otherwise.
    pub found: Option<Place>,
}

/// How a screen stands.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub content: Content,
    pub filter: Filter,
    /// The search in a text.
    pub search: String,
    pub focus: Focus,
    pub scroll: Scroll,
    /// The same for the part beside or below the list.
    pub side_scroll: usize,
    pub problems_only: bool,
    pub fold: bool,
    pub lane: Option<Lane>,
    /// Long lines are wrapped, if a person has chosen.
    pub wrap: Option<bool>,
    /// Names of variables and secrets are shown.
    pub names: bool,
}

impl View {
    /// How a screen stands when it is opened.
    pub fn of(screen: &Screen) -> Self {
        let content = match screen {
            Screen::Fleet | Screen::Services(_) => Content::Services(Rows::sorted_by(ServiceColumn::State)),
            Screen::Service(..) | Screen::AllTasks | Screen::ClusterTasks(_) | Screen::ServiceTasks(..) => {
                Content::Tasks(Rows::sorted_by(TaskColumn::State))
            }
            Screen::Clusters => Content::Clusters(Rows::sorted_by(ClusterColumn::State)),
            Screen::Deployments(..) => Content::Deployments(Rows::sorted_by(DeploymentColumn::Began)),
            Screen::Approvals => Content::Approvals(Rows::sorted_by(ApprovalColumn::State)),
            Screen::Events(..) => Content::Entries(Listing::default(), Vec::new()),
            Screen::Logs(_) => Content::Lines(None),
            _ => Content::Text,
        };
        let problems_only = matches!(screen, Screen::Fleet);
        Self { content, problems_only, fold: true, ..Self::default() }
    }

    /// The row number of the cursor and how many rows there are.
    pub fn position(&self) -> Option<(usize, usize)> {
        match &self.content {
            Content::Services(rows) => Some((rows.listing.cursor(), rows.listing.len())),
            Content::Tasks(rows) => Some((rows.listing.cursor(), rows.listing.len())),
            Content::Clusters(rows) => Some((rows.listing.cursor(), rows.listing.len())),
            Content::Deployments(rows) => Some((rows.listing.cursor(), rows.listing.len())),
            Content::Approvals(rows) => Some((rows.listing.cursor(), rows.listing.len())),
            Content::Entries(listing, _) => Some((listing.cursor(), listing.len())),
            Content::Lines(_) | Content::Text => None,
        }
    }

    /// Moves the cursor of whatever list this is; tells whether it is one.
    pub fn go(&mut self, step: Step) -> bool {
        match &mut self.content {
            Content::Services(rows) => rows.listing.go(step),
            Content::Tasks(rows) => rows.listing.go(step),
            Content::Clusters(rows) => rows.listing.go(step),
            Content::Deployments(rows) => rows.listing.go(step),
            Content::Approvals(rows) => rows.listing.go(step),
            Content::Entries(listing, _) => listing.go(step),
            Content::Lines(_) | Content::Text => return false,
        }
        true
    }

    /// Scrolls the list so that its cursor can be seen.
    pub fn reveal(&mut self, page: usize) {
        match &mut self.content {
            Content::Services(rows) => rows.listing.reveal(page),
            Content::Tasks(rows) => rows.listing.reveal(page),
            Content::Clusters(rows) => rows.listing.reveal(page),
            Content::Deployments(rows) => rows.listing.reveal(page),
            Content::Approvals(rows) => rows.listing.reveal(page),
            Content::Entries(listing, _) => listing.reveal(page),
            Content::Lines(_) | Content::Text => {}
        }
    }

    /// Binds the cursor to the row it is on.
    pub fn hold(&mut self) {
        match &mut self.content {
            Content::Services(rows) => rows.listing.hold(),
            Content::Tasks(rows) => rows.listing.hold(),
            Content::Clusters(rows) => rows.listing.hold(),
            Content::Deployments(rows) => rows.listing.hold(),
            Content::Approvals(rows) => rows.listing.hold(),
            Content::Entries(listing, _) => listing.hold(),
            Content::Lines(_) | Content::Text => {}
        }
    }

    /// Scrolls a list with the wheel; tells whether it is one.
    pub fn wheel(&mut self, by: isize, page: usize) -> bool {
        match &mut self.content {
            Content::Services(rows) => rows.listing.scroll(by, page),
            Content::Tasks(rows) => rows.listing.scroll(by, page),
            Content::Clusters(rows) => rows.listing.scroll(by, page),
            Content::Deployments(rows) => rows.listing.scroll(by, page),
            Content::Approvals(rows) => rows.listing.scroll(by, page),
            Content::Entries(listing, _) => listing.scroll(by, page),
            Content::Lines(_) | Content::Text => return false,
        }
        true
    }

    pub fn toggle_mark(&mut self) {
        match &mut self.content {
            Content::Services(rows) => rows.listing.toggle_mark(),
            Content::Tasks(rows) => rows.listing.toggle_mark(),
            Content::Clusters(rows) => rows.listing.toggle_mark(),
            Content::Deployments(_)
            | Content::Approvals(_)
            | Content::Entries(..)
            | Content::Lines(_)
            | Content::Text => {}
        }
    }

    pub fn mark_range(&mut self) {
        match &mut self.content {
            Content::Services(rows) => rows.listing.mark_range(),
            Content::Tasks(rows) => rows.listing.mark_range(),
            Content::Clusters(rows) => rows.listing.mark_range(),
            Content::Deployments(_)
            | Content::Approvals(_)
            | Content::Entries(..)
            | Content::Lines(_)
            | Content::Text => {}
        }
    }

    /// Takes all marks away; tells whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        match &mut self.content {
            Content::Services(rows) => rows.listing.clear_marks(),
            Content::Tasks(rows) => rows.listing.clear_marks(),
            Content::Clusters(rows) => rows.listing.clear_marks(),
            Content::Deployments(_)
            | Content::Approvals(_)
            | Content::Entries(..)
            | Content::Lines(_)
            | Content::Text => false,
        }
    }

    /// How many rows are marked.
    pub fn marked(&self) -> usize {
        match &self.content {
            Content::Services(rows) => rows.listing.marks().len(),
            Content::Tasks(rows) => rows.listing.marks().len(),
            Content::Clusters(rows) => rows.listing.marks().len(),
            Content::Deployments(_)
            | Content::Approvals(_)
            | Content::Entries(..)
            | Content::Lines(_)
            | Content::Text => 0,
        }
    }

    /// It has rows with columns.
    pub fn is_table(&self) -> bool {
        !matches!(self.content, Content::Entries(..) | Content::Lines(_) | Content::Text)
    }

    /// There is something to list, even if a filter or another choice leaves nothing of it.
    pub fn holds(&self) -> bool {
        match &self.content {
            Content::Services(rows) => rows.total > 0,
            Content::Tasks(rows) => rows.total > 0,
            Content::Clusters(rows) => rows.total > 0,
            Content::Deployments(rows) => rows.total > 0,
            Content::Approvals(rows) => rows.total > 0,
            Content::Entries(_, entries) => {
                !entries.is_empty() || self.lane.is_some() || self.problems_only || !self.filter.is_empty()
            }
            Content::Lines(_) | Content::Text => false,
        }
    }

    /// Some row of the timeline stands for several things.
    pub fn repeats(&self) -> bool {
        matches!(&self.content, Content::Entries(_, entries) if entries.iter().any(|entry| entry.count > 1))
    }

    pub fn selected_service(&self) -> Option<&ServiceId> {
        match &self.content {
            Content::Services(rows) => rows.listing.selected(),
            Content::Approvals(rows) => rows.listing.selected(),
            _ => None,
        }
    }

    pub fn selected_task(&self) -> Option<&TaskId> {
        match &self.content {
            Content::Tasks(rows) => rows.listing.selected(),
            _ => None,
        }
    }

    pub fn selected_cluster(&self) -> Option<&ClusterId> {
        match &self.content {
            Content::Clusters(rows) => rows.listing.selected(),
            _ => None,
        }
    }

    pub fn selected_deployment(&self) -> Option<&DeploymentId> {
        match &self.content {
            Content::Deployments(rows) => rows.listing.selected(),
            _ => None,
        }
    }

    /// The log lines, where the view has them.
    pub fn lines(&self) -> Option<&LogView> {
        match &self.content {
            Content::Lines(lines) => lines.as_deref(),
            _ => None,
        }
    }

    pub fn lines_mut(&mut self) -> Option<&mut LogView> {
        match &mut self.content {
            Content::Lines(lines) => lines.as_deref_mut(),
            _ => None,
        }
    }

    pub fn selected_entry(&self) -> Option<&Entry> {
        match &self.content {
            Content::Entries(listing, entries) => {
                let id = listing.selected()?;
                entries.iter().find(|entry| entry.id == *id)
            }
            _ => None,
        }
    }

    /// The names of the columns, for filters.
    pub fn column_names(&self) -> Vec<&'static str> {
        match &self.content {
            Content::Services(_) => ServiceColumn::ALL.iter().map(|column| column.name()).collect(),
            Content::Tasks(_) => TaskColumn::ALL.iter().map(|column| column.name()).collect(),
            Content::Clusters(_) => ClusterColumn::ALL.iter().map(|column| column.name()).collect(),
            Content::Deployments(_) => DeploymentColumn::ALL.iter().map(|column| column.name()).collect(),
            Content::Approvals(_) => ApprovalColumn::ALL.iter().map(|column| column.name()).collect(),
            Content::Entries(..) | Content::Lines(_) | Content::Text => Vec::new(),
        }
    }
}
