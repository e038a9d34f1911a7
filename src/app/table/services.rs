//! The columns of a list of services.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{Cell, Column, Shape, Tone};
use crate::app::command::Command;
use crate::app::command::keymap::Keymap;
use crate::app::filter::Searchable;
use crate::app::format;
use crate::fleet::id::ServiceId;
use crate::fleet::service::Service;
use crate::fleet::verdict::{Look, Severity, Verdict};

/// One service of a list: described and judged, or a name only.
#[derive(Debug, Clone, Copy)]
pub struct ServiceRow<'a> {
    pub id: &'a ServiceId,
    /// `None` before its first description.
    pub service: Option<&'a Service>,
    pub verdict: Option<&'a Verdict>,
    /// It was known in the last session and is not checked yet.
    pub remembered: bool,
    /// It was deleted while somebody looked at it.
    pub gone: bool,
    pub now: DateTime<Utc>,
    pub keymap: &'a Keymap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceColumn {
    State,
    Name,
    Cluster,
    Tasks,
    Revision,
    Strategy,
    Capacity,
    For,
    Why,
    Next,
}

impl<'a> ServiceRow<'a> {
    pub fn severity(&self) -> Severity {
        self.verdict.map_or(Severity::Unknown, |verdict| verdict.severity)
    }

    pub fn name(&self) -> &'a str {
        self.service.map_or_else(|| self.id.name(), |service| &*service.name)
    }

    pub fn cluster(&self) -> &'a str {
        self.service.map_or_else(|| self.id.cluster_name().unwrap_or("?"), |service| service.cluster.name())
    }

    fn why(&self) -> Cell<'a> {
        match (self.gone, self.verdict, self.remembered) {
            (true, _, _) => Cell::new("gone: deleted or no longer listed", Tone::Warning),
            (false, Some(verdict), _) => Cell::plain(&*verdict.why),
            (false, None, true) => Cell::new("from the last session, not checked yet", Tone::Dim),
            (false, None, false) => Cell::new("loading", Tone::Dim),
        }
    }

    /// The order of the fleet: worst first; nothing running before something; the newest trouble first.
    pub fn by_severity(&self, other: &Self) -> Ordering {
        let rank = |row: &Self| {
            let dead = row.service.is_some_and(|service| service.running == 0 && service.desired > 0);
            (row.severity(), !dead)
        };
        let since = |row: &Self| row.verdict.and_then(|verdict| verdict.since);
        rank(self)
            .cmp(&rank(other))
            .then_with(|| since(other).cmp(&since(self)))
            .then_with(|| self.name().cmp(other.name()))
            .then_with(|| self.id.cmp(other.id))
    }
}

impl Searchable for ServiceRow<'_> {
    fn write_text(&self, to: &mut String) {
        for part in [self.name(), self.cluster(), self.severity().word(), &self.why().text] {
            to.push_str(part);
            to.push(' ');
        }
        if let Some(definition) = self.service.and_then(|service| service.definition.as_ref()) {
            to.push_str(definition.name());
        }
    }

    fn column_text(&self, column: &str) -> String {
        let column = ServiceColumn::ALL.iter().find(|known| known.name() == column);
        column.map_or_else(String::new, |column| column.cell(self).text.into_owned())
    }
}

impl Column for ServiceColumn {
    type Row<'a> = ServiceRow<'a>;

    const ALL: &'static [Self] = &[
        Self::State,
        Self::Name,
        Self::Cluster,
        Self::Tasks,
        Self::Revision,
        Self::Strategy,
        Self::Capacity,
        Self::For,
        Self::Why,
        Self::Next,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::State => "STATE",
            Self::Name => "SERVICE",
            Self::Cluster => "CLUSTER",
            Self::Tasks => "TASKS",
            Self::Revision => "REV",
            Self::Strategy => "DEPLOYS",
            Self::Capacity => "CAPACITY",
            Self::For => "FOR",
            Self::Why => "WHY",
            Self::Next => "NEXT",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Name => "service",
            Self::Cluster => "cluster",
            Self::Tasks => "tasks",
            Self::Revision => "rev",
            Self::Strategy => "deploys",
            Self::Capacity => "capacity",
            Self::For => "for",
            Self::Why => "why",
            Self::Next => "next",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::State => Shape::new(6, 6, 0),
            Self::Name => Shape::new(14, 20, 0),
            Self::Cluster => Shape::new(8, 11, 4),
            Self::Tasks => Shape::new(7, 7, 1).right(),
            Self::Revision => Shape::new(4, 5, 5).right(),
            Self::Strategy => Shape::new(8, 12, 8).wide(),
            Self::Capacity => Shape::new(8, 14, 7).wide(),
            Self::For => Shape::new(4, 4, 2).right(),
            Self::Why => Shape::new(20, 44, 0).growing(),
            Self::Next => Shape::new(5, 5, 6),
        }
    }

    fn cell<'a>(self, row: &'a ServiceRow<'_>) -> Cell<'a> {
        let service = row.service;
        match self {
            Self::State => Cell::new(row.severity().word(), Tone::Severity(row.severity())),
            Self::Name => Cell::plain(row.name()),
            Self::Cluster => Cell::plain(row.cluster()),
            Self::Tasks => service.map_or_else(
                || Cell::new("..", Tone::Dim),
                |service| Cell::plain(format!("{}/{}", service.running, service.desired)),
            ),
            Self::Revision => {
                let revision = service.and_then(Service::revision);
                revision
                    .map_or_else(|| Cell::new("-", Tone::Dim), |revision| Cell::plain(revision.to_string()))
            }
            Self::Strategy => Cell::plain(service.map_or_else(String::new, strategy)),
            Self::Capacity => Cell::plain(service.map_or_else(String::new, capacity)),
            Self::For => {
                let since = row.verdict.and_then(|verdict| verdict.since);
                Cell::plain(since.map_or_else(String::new, |since| format::age(row.now - since)))
            }
            Self::Why => row.why(),
            Self::Next => {
                let bad = row.verdict.filter(|verdict| verdict.severity.needs_attention() && !row.gone);
                let chords = bad.map_or(&[][..], |verdict| row.keymap.chords(look_command(verdict.look)));
                Cell::new(chords.first().map_or_else(String::new, ToString::to_string), Tone::Key)
            }
        }
    }

    fn order(self, a: &ServiceRow<'_>, b: &ServiceRow<'_>) -> Ordering {
        let by_text = |column: Self| column.cell(a).text.cmp(&column.cell(b).text);
        let missing = |row: &ServiceRow<'_>| {
            row.service.map_or(0, |service| i64::from(service.running) - i64::from(service.desired))
        };
        let first = match self {
            Self::State | Self::Next => Ordering::Equal,
            Self::Name => a.name().cmp(b.name()),
            Self::Cluster => a.cluster().cmp(b.cluster()),
            Self::Tasks => missing(a).cmp(&missing(b)),
            Self::Revision => {
                b.service.and_then(Service::revision).cmp(&a.service.and_then(Service::revision))
            }
            Self::For => {
                let since = |row: &ServiceRow<'_>| row.verdict.and_then(|verdict| verdict.since);
                since(b).cmp(&since(a))
            }
            Self::Strategy | Self::Capacity | Self::Why => by_text(self),
        };
        first.then_with(|| a.by_severity(b))
    }
}

/// The command that takes the next look.
fn look_command(look: Look) -> Command {
    match look {
        Look::Open => Command::Open,
        Look::Events => Command::Events,
        Look::Describe => Command::Describe,
        Look::Shift => Command::Approve,
    }
}

/// `rolling`, `blue/green`, `CodeDeploy`, `external`.
pub fn strategy(service: &Service) -> String {
    use crate::fleet::service::Controller;
    match (&service.controller, service.rules.strategy.as_deref()) {
        (Controller::CodeDeploy, _) => "CodeDeploy".to_owned(),
        (Controller::External, _) => "external".to_owned(),
        (_, Some("BLUE_GREEN")) => "blue/green".to_owned(),
        (Controller::Ecs, Some(strategy)) => strategy.to_lowercase(),
        (Controller::Ecs, None) => "rolling".to_owned(),
        (Controller::Other(word), _) => word.to_string(),
    }
}

/// `FARGATE`, `SPOT 3:1` …: where the tasks run.
pub fn capacity(service: &Service) -> String {
    match service.capacity.as_slice() {
        [] => service.launch_type.as_deref().unwrap_or("-").to_owned(),
        [one] => one.provider.to_string(),
        several => {
            let parts =
                several.iter().map(|share| format!("{} {}", short_provider(&share.provider), share.weight));
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}

fn short_provider(name: &str) -> &str {
    match name {
        "FARGATE_SPOT" => "SPOT",
        other => other,
    }
}
