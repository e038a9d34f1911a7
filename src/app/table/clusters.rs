//! The columns of a list of clusters.

use std::cmp::Ordering;

use super::{Cell, Column, Shape, Tone};
use crate::app::filter::Searchable;
use crate::app::triage::Counts;
use crate::fleet::cluster::Cluster;
use crate::fleet::verdict::Severity;

/// One cluster of a list, with how its services are.
#[derive(Debug, Clone, Copy)]
pub struct ClusterRow<'a> {
    pub cluster: &'a Cluster,
    pub counts: Counts,
    /// Services that its list names; `None` until the list arrived.
    pub listed: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterColumn {
    State,
    Name,
    Services,
    Running,
    Pending,
    Instances,
    Insights,
    Providers,
}

impl ClusterRow<'_> {
    /// The worst among its services; nothing is as asked as long as some of them were not looked at.
    fn severity(&self) -> Severity {
        match self.counts.worst() {
            Severity::Ok if self.unchecked() > 0 => Severity::Unknown,
            worst => worst,
        }
    }

    /// Services that it has and that were not looked at yet.
    fn unchecked(&self) -> usize {
        let all = self.listed.unwrap_or(self.cluster.services as usize);
        all.saturating_sub(self.counts.total())
    }

    /// `2 failing, 1 degraded, 5 not checked`.
    fn problems(&self) -> String {
        let parts = [
            (Severity::Fail, "failing"),
            (Severity::Degraded, "degraded"),
            (Severity::Deploying, "deploying"),
        ];
        let parts = parts.iter().filter(|(severity, _)| self.counts.of(*severity) > 0);
        let parts = parts.map(|(severity, word)| (self.counts.of(*severity), *word));
        let parts = parts.chain(Some((self.unchecked(), "not checked")).filter(|(count, _)| *count > 0));
        parts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}

impl Searchable for ClusterRow<'_> {
    fn write_text(&self, to: &mut String) {
        let insights = self.cluster.insights.as_deref().unwrap_or_default();
        for part in [&*self.cluster.name, &*self.cluster.status, insights, &self.problems()] {
            to.push_str(part);
            to.push(' ');
        }
    }

    fn column_text(&self, column: &str) -> String {
        let column = ClusterColumn::ALL.iter().find(|known| known.name() == column);
        column.map_or_else(String::new, |column| column.cell(self).text.into_owned())
    }
}

impl Column for ClusterColumn {
    type Row<'a> = ClusterRow<'a>;

    const ALL: &'static [Self] = &[
        Self::State,
        Self::Name,
        Self::Services,
        Self::Running,
        Self::Pending,
        Self::Instances,
        Self::Insights,
        Self::Providers,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::State => "STATE",
            Self::Name => "CLUSTER",
            Self::Services => "SERVICES",
            Self::Running => "RUNNING",
            Self::Pending => "PENDING",
            Self::Instances => "EC2",
            Self::Insights => "INSIGHTS",
            Self::Providers => "PROBLEMS",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Name => "cluster",
            Self::Services => "services",
            Self::Running => "running",
            Self::Pending => "pending",
            Self::Instances => "ec2",
            Self::Insights => "insights",
            Self::Providers => "problems",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::State => Shape::new(6, 6, 0),
            Self::Name => Shape::new(14, 24, 0),
            Self::Services => Shape::new(8, 8, 1).right(),
            Self::Running => Shape::new(7, 7, 2).right(),
            Self::Pending => Shape::new(7, 7, 3).right(),
            Self::Instances => Shape::new(4, 4, 5).right(),
            Self::Insights => Shape::new(8, 9, 4),
            Self::Providers => Shape::new(16, 30, 0).growing(),
        }
    }

    fn cell<'a>(self, row: &'a ClusterRow<'_>) -> Cell<'a> {
        let cluster = row.cluster;
        match self {
            Self::State if &*cluster.status != "ACTIVE" => Cell::new(&*cluster.status, Tone::Warning),
            Self::State => Cell::new(row.severity().word(), Tone::Severity(row.severity())),
            Self::Name => Cell::plain(&*cluster.name),
            Self::Services => {
                let all = row.listed.unwrap_or(cluster.services as usize);
                Cell::plain(match row.unchecked() {
                    0 => all.to_string(),
                    unchecked => format!("{} of {all}", all - unchecked),
                })
            }
            Self::Running => Cell::plain(cluster.running.to_string()),
            Self::Pending => Cell::plain(cluster.pending.to_string()),
            Self::Instances => Cell::plain(cluster.instances.to_string()),
            Self::Insights => cluster.insights.as_deref().map_or_else(
                || Cell::new("-", Tone::Dim),
                |word| Cell::plain(if word == "disabled" { "off" } else { word }),
            ),
            Self::Providers => Cell::plain(row.problems()),
        }
    }

    fn order(self, a: &ClusterRow<'_>, b: &ClusterRow<'_>) -> Ordering {
        let first = match self {
            Self::State | Self::Providers => a.severity().cmp(&b.severity()),
            Self::Name => Ordering::Equal,
            Self::Services => b.cluster.services.cmp(&a.cluster.services),
            Self::Running => b.cluster.running.cmp(&a.cluster.running),
            Self::Pending => b.cluster.pending.cmp(&a.cluster.pending),
            Self::Instances => b.cluster.instances.cmp(&a.cluster.instances),
            Self::Insights => a.cluster.insights.cmp(&b.cluster.insights),
        };
        first.then_with(|| a.cluster.name.cmp(&b.cluster.name)).then_with(|| a.cluster.id.cmp(&b.cluster.id))
    }
}
