//! The columns of a list of tasks.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{Cell, Column, Shape, Tone};
use crate::app::filter::Searchable;
use crate::app::format;
use crate::fleet::ending::{Ending, Weight};
use crate::fleet::task::{Health, Task, TaskState};

/// One task of a list, with why it stopped.
#[derive(Debug, Clone)]
pub struct TaskRow<'a> {
    pub task: &'a Task,
    pub ending: Option<&'a Ending>,
    /// What keeps it from being stopped: `protected from scale-in until 14:20`.
    protected: Option<String>,
    /// What is wrong with it as a target of its load balancer.
    target: Option<String>,
    /// Faults first, then what moves, then what runs, then what ended as planned.
    pub rank: u8,
    /// Since when, for the AGE column: of its life while it lives, of its end after it.
    since: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskColumn {
    Id,
    Service,
    State,
    Health,
    Revision,
    Capacity,
    Size,
    Zone,
    Address,
    Age,
    Note,
}

impl<'a> TaskRow<'a> {
    pub fn new(
        task: &'a Task,
        ending: Option<&'a Ending>,
        protected: Option<String>,
        target: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let faulty = ending.is_some_and(|ending| ending.weight == Weight::Fault);
        let rank = match &task.state {
            state if state.is_stopped() && faulty => 1,
            TaskState::Running if sick(task) || target.is_some() => 0,
            state if state.is_starting() || state.is_stopping() => 2,
            TaskState::Running => 3,
            _ => 4,
        };
        let since =
            if task.state.is_stopped() { task.since() } else { task.times.started.or(task.times.created) };
        Self { task, ending, protected, target, rank, since, now }
    }

    fn age(&self) -> String {
        let Some(since) = self.since else { return String::new() };
        let age = format::age(self.now - since);
        if self.task.state.is_stopped() { format!("{age} ago") } else { age }
    }

    /// What is to be said of it: why it ended, what is wrong with it, what it waits for, what protects it.
    pub fn note(&self) -> (Cow<'a, str>, Tone) {
        let (note, tone) = self.trouble();
        match &self.protected {
            Some(protected) if self.ending.is_none() && note.is_empty() => (protected.clone().into(), tone),
            // Until when is told where there is more room.
            Some(_) if self.ending.is_none() => (format!("protected; {note}").into(), tone),
            _ => (note, tone),
        }
    }

    fn trouble(&self) -> (Cow<'a, str>, Tone) {
        if let Some(ending) = self.ending {
            let tone = if ending.weight == Weight::Fault { Tone::Bad } else { Tone::Plain };
            return (Cow::Borrowed(&*ending.sentence), tone);
        }
        let stopped = self.task.containers.iter().find(|container| container.state.is_stopped());
        if let (TaskState::Running, Some(container)) = (&self.task.state, stopped) {
            let exit = container.exit_code.map_or_else(String::new, |code| format!(" exit {code}"));
            let note = format!("{}{exit}: stopped, not restarted", container.name);
            return (note.into(), Tone::Warning);
        }
        let sick = self.task.containers.iter().find(|container| container.health == Health::Unhealthy);
        if let Some(container) = sick {
            let note = format!("{}: container health check fails", container.name);
            return (note.into(), Tone::Warning);
        }
        if let (TaskState::Running, Some(target)) = (&self.task.state, &self.target) {
            return (format!("target {target}").into(), Tone::Warning);
        }
        let note = match &self.task.state {
            TaskState::Provisioning => "waiting for a network interface",
            TaskState::Pending => "pulling images, starting containers",
            TaskState::Activating => "registering with the load balancer",
            _ => "",
        };
        (note.into(), Tone::Plain)
    }
}

/// It runs, and not as it should.
fn sick(task: &Task) -> bool {
    task.health == Health::Unhealthy || task.containers.iter().any(|container| container.state.is_stopped())
}

impl Searchable for TaskRow<'_> {
    fn write_text(&self, to: &mut String) {
        let task = self.task;
        let definition = task.definition.as_ref().map_or("", |definition| definition.name());
        let zone = task.zone.as_deref().unwrap_or_default();
        let address = task.interface.as_ref().and_then(|i| i.private_ip.as_deref()).unwrap_or_default();
        let group = task.group.as_deref().unwrap_or_default();
        let parts =
            [task.id.name(), group, task.state.as_str(), task.health.as_str(), definition, zone, address];
        for part in parts {
            to.push_str(part);
            to.push(' ');
        }
        to.push_str(&self.note().0);
    }

    fn column_text(&self, column: &str) -> String {
        let column = TaskColumn::ALL.iter().find(|known| known.name() == column);
        column.map_or_else(String::new, |column| column.cell(self).text.into_owned())
    }
}

impl Column for TaskColumn {
    type Row<'a> = TaskRow<'a>;

    const ALL: &'static [Self] = &[
        Self::Id,
        Self::Service,
        Self::State,
        Self::Health,
        Self::Revision,
        Self::Capacity,
        Self::Size,
        Self::Zone,
        Self::Address,
        Self::Age,
        Self::Note,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Id => "TASK",
            Self::Service => "SERVICE",
            Self::State => "STATE",
            Self::Health => "HEALTH",
            Self::Revision => "REV",
            Self::Capacity => "CAPACITY",
            Self::Size => "SIZE",
            Self::Zone => "ZONE",
            Self::Address => "IP",
            Self::Age => "AGE",
            Self::Note => "WHY",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Id => "task",
            Self::Service => "service",
            Self::State => "state",
            Self::Health => "health",
            Self::Revision => "rev",
            Self::Capacity => "capacity",
            Self::Size => "size",
            Self::Zone => "zone",
            Self::Address => "ip",
            Self::Age => "age",
            Self::Note => "why",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Id => Shape::new(4, 6, 0),
            Self::Service => Shape::new(12, 20, 2),
            Self::State => Shape::new(8, 13, 0),
            Self::Health => Shape::new(9, 9, 4),
            Self::Revision => Shape::new(4, 5, 5).right(),
            Self::Capacity => Shape::new(12, 12, 9).wide(),
            Self::Size => Shape::new(10, 16, 8).wide(),
            Self::Zone => Shape::new(10, 10, 6),
            Self::Address => Shape::new(12, 15, 7),
            Self::Age => Shape::new(7, 7, 1),
            Self::Note => Shape::new(20, 38, 0).growing(),
        }
    }

    fn cell<'a>(self, row: &'a TaskRow<'_>) -> Cell<'a> {
        let task = row.task;
        let or_dash = |text: Option<&'a str>| match text {
            Some(text) => Cell::plain(text),
            None => Cell::new("-", Tone::Dim),
        };
        match self {
            Self::Id => Cell::plain(task.id.short()),
            Self::Service => or_dash(task.service()),
            Self::State => {
                let tone = if task.state.is_stopped() { Tone::Dim } else { Tone::Plain };
                Cell::new(task.state.as_str(), tone)
            }
            Self::Health => {
                let tone = if task.health == Health::Unhealthy { Tone::Bad } else { Tone::Plain };
                Cell::new(task.health.as_str(), tone)
            }
            Self::Revision => task
                .revision()
                .map_or_else(|| Cell::new("-", Tone::Dim), |revision| Cell::plain(revision.to_string())),
            Self::Capacity => or_dash(task.capacity_provider.as_deref().or(task.launch_type.as_deref())),
            Self::Size => Cell::plain(format::size(task.cpu.as_deref(), task.memory.as_deref())),
            Self::Zone => or_dash(task.zone.as_deref()),
            Self::Address => {
                or_dash(task.interface.as_ref().and_then(|interface| interface.private_ip.as_deref()))
            }
            Self::Age => Cell::plain(row.age()),
            Self::Note => {
                let (text, tone) = row.note();
                Cell::new(text, tone)
            }
        }
    }

    fn order(self, a: &TaskRow<'_>, b: &TaskRow<'_>) -> Ordering {
        let first = match self {
            Self::State => a.rank.cmp(&b.rank),
            Self::Id => a.task.id.name().cmp(b.task.id.name()),
            Self::Service => a.task.service().cmp(&b.task.service()),
            Self::Health => b.task.health.cmp(&a.task.health),
            Self::Revision => b.task.revision().cmp(&a.task.revision()),
            Self::Capacity => a.task.capacity_provider.cmp(&b.task.capacity_provider),
            Self::Size => {
                let size =
                    |row: &TaskRow<'_>| row.task.memory.as_deref().and_then(|text| text.parse::<u64>().ok());
                size(b).cmp(&size(a))
            }
            Self::Zone => a.task.zone.cmp(&b.task.zone),
            Self::Address | Self::Note => self.cell(a).text.cmp(&self.cell(b).text),
            Self::Age => b.since.cmp(&a.since),
        };
        first.then_with(|| b.since.cmp(&a.since)).then_with(|| a.task.id.cmp(&b.task.id))
    }
}
