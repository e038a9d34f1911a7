//! The columns of a list of deployments of one service.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{Cell, Column, Shape, Tone};
use crate::app::failures::failures;
use crate::app::filter::Searchable;
use crate::app::{format, progress};
use crate::fleet::Fleet;
use crate::fleet::deployment::ServiceDeployment;

/// Cells of the revisions with their families; where that is not enough, only what differs is written.
const REVISIONS: usize = 36;

/// One deployment of a list, among all deployments of its service.
#[derive(Debug, Clone, Copy)]
pub struct DeploymentRow<'a> {
    pub deployment: &'a ServiceDeployment,
    /// Newest first, itself among them.
    pub all: &'a [ServiceDeployment],
    pub fleet: &'a Fleet,
    pub now: DateTime<Utc>,
    pub utc: bool,
    /// There is little room across.
    pub brief: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentColumn {
    Id,
    Status,
    Revisions,
    Began,
    Took,
    Why,
}

impl DeploymentRow<'_> {
    fn revisions(&self) -> String {
        let full = progress::revisions(self.fleet, self.deployment);
        if self.brief || full.len() > REVISIONS {
            return progress::brief_revisions(self.fleet, self.deployment);
        }
        full
    }

    fn took(&self) -> String {
        match (progress::took(self.deployment), progress::so_far(self.deployment, self.now)) {
            (Some(took), _) => format::span(took),
            (None, Some(age)) => format!("for {}", format::age(age)),
            (None, None) => String::new(),
        }
    }

    /// The time, or the age, which is shorter.
    fn began(&self) -> Option<String> {
        let at = self.deployment.began()?;
        Some(if self.brief {
            format!("{} ago", format::age(self.now - at))
        } else {
            format::moment(at, self.now, self.utc)
        })
    }

    /// Why it ended so, or how far it is.
    fn why(&self) -> Cow<'_, str> {
        match progress::reason(self.deployment) {
            Some(reason) => reason.into(),
            None => self.so_far().unwrap_or_default().into(),
        }
    }

    /// `5 failed, 0/6 new, 4 old`.
    fn so_far(&self) -> Option<String> {
        let counts = progress::counts(self.deployment)?;
        let service = self.fleet.service(&self.deployment.service);
        let groups = service.map(|service| failures(self.fleet, service, self.deployment));
        Some(match groups.into_iter().flatten().map(|group| group.count).sum::<usize>() {
            0 => counts,
            failed => format!("{failed} failed, {counts}"),
        })
    }
}

impl Searchable for DeploymentRow<'_> {
    fn write_text(&self, to: &mut String) {
        let status = progress::status(self.deployment, self.all);
        for part in [self.deployment.id.name(), &status, &self.revisions(), &self.why()] {
            to.push_str(part);
            to.push(' ');
        }
    }

    fn column_text(&self, column: &str) -> String {
        let column = DeploymentColumn::ALL.iter().find(|known| known.name() == column);
        column.map_or_else(String::new, |column| column.cell(self).text.into_owned())
    }
}

impl Column for DeploymentColumn {
    type Row<'a> = DeploymentRow<'a>;

    const ALL: &'static [Self] =
        &[Self::Id, Self::Status, Self::Revisions, Self::Began, Self::Took, Self::Why];

    fn title(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Status => "STATUS",
            Self::Revisions => "REVISIONS",
            Self::Began => "BEGAN",
            Self::Took => "TOOK",
            Self::Why => "WHY",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Status => "status",
            Self::Revisions => "revisions",
            Self::Began => "began",
            Self::Took => "took",
            Self::Why => "why",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Id => Shape::new(4, 4, 3),
            Self::Status => Shape::new(18, 18, 0),
            Self::Revisions => Shape::new(19, 36, 1),
            Self::Began => Shape::new(7, 12, 2),
            Self::Took => Shape::new(7, 7, 1),
            Self::Why => Shape::new(12, 24, 4).growing(),
        }
    }

    fn cell<'a>(self, row: &'a DeploymentRow<'_>) -> Cell<'a> {
        match self {
            Self::Id => Cell::plain(progress::short(&row.deployment.id)),
            Self::Status => {
                let severity = progress::severity(row.deployment);
                Cell::new(progress::status(row.deployment, row.all), Tone::Severity(severity))
            }
            Self::Revisions => Cell::plain(row.revisions()),
            Self::Began => row.began().map_or_else(|| Cell::new("-", Tone::Dim), Cell::plain),
            Self::Took => Cell::plain(row.took()),
            Self::Why => Cell::plain(row.why()),
        }
    }

    fn order(self, a: &DeploymentRow<'_>, b: &DeploymentRow<'_>) -> Ordering {
        let duration = |row: &DeploymentRow<'_>| {
            progress::took(row.deployment).or_else(|| progress::so_far(row.deployment, row.now))
        };
        let first = match self {
            Self::Began => Ordering::Equal,
            Self::Status => progress::severity(a.deployment).cmp(&progress::severity(b.deployment)),
            Self::Took => duration(b).cmp(&duration(a)),
            Self::Id | Self::Revisions | Self::Why => self.cell(a).text.cmp(&self.cell(b).text),
        };
        // Newest first, as people look for them.
        let newest = b.deployment.began().cmp(&a.deployment.began());
        first.then(newest).then_with(|| a.deployment.id.cmp(&b.deployment.id))
    }
}
