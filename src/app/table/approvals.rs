//! The columns of the approvals inbox: every blue/green deployment in flight, those that wait for a person first.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{Cell, Column, Shape, Tone};
use crate::app::filter::Searchable;
use crate::app::shifts::urgency;
use crate::app::{format, hold};
use crate::fleet::id::ServiceId;
use crate::fleet::shift::{Shift, Silence};
use crate::fleet::verdict::Severity;

/// One deployment of the inbox.
#[derive(Debug, Clone)]
pub struct ApprovalRow<'a> {
    pub service: &'a ServiceId,
    pub shift: &'a Shift,
    /// `1 look, 9/14 ok`.
    pub evidence: String,
    /// Something of the evidence should be looked at.
    pub looks: bool,
    pub now: DateTime<Utc>,
    pub utc: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalColumn {
    State,
    Service,
    Cluster,
    Waits,
    Since,
    Deadline,
    Silence,
    Evidence,
    Way,
}

impl ApprovalRow<'_> {
    fn severity(&self) -> Severity {
        if self.shift.holds() { Severity::Waiting } else { Severity::Deploying }
    }

    fn waits(&self) -> String {
        let words = self.shift.hold.as_ref().map(|it| hold::waits_for(self.shift, it));
        words.unwrap_or_else(|| hold::stands(self.shift))
    }

    fn deadline(&self) -> Option<String> {
        let of_hold = self.shift.hold.as_ref().and_then(|it| it.deadline);
        Some(hold::deadline(of_hold.or(self.shift.blue_until)?, self.now, self.utc))
    }

    fn since(&self) -> Option<DateTime<Utc>> {
        self.shift.hold.as_ref().map_or(self.shift.began, |it| it.since)
    }
}

impl Searchable for ApprovalRow<'_> {
    fn write_text(&self, to: &mut String) {
        for part in [self.service.name(), self.shift.cluster.name(), self.shift.id.name(), &self.waits()] {
            to.push_str(part);
            to.push(' ');
        }
    }

    fn column_text(&self, column: &str) -> String {
        let column = ApprovalColumn::ALL.iter().find(|known| known.name() == column);
        column.map_or_else(String::new, |column| column.cell(self).text.into_owned())
    }
}

impl Column for ApprovalColumn {
    type Row<'a> = ApprovalRow<'a>;

    const ALL: &'static [Self] = &[
        Self::State,
        Self::Service,
        Self::Cluster,
        Self::Waits,
        Self::Since,
        Self::Deadline,
        Self::Silence,
        Self::Evidence,
        Self::Way,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::State => "STATE",
            Self::Service => "SERVICE",
            Self::Cluster => "CLUSTER",
            Self::Waits => "WAITS FOR",
            Self::Since => "SINCE",
            Self::Deadline => "DEADLINE",
            Self::Silence => "SILENCE",
            Self::Evidence => "EVIDENCE",
            Self::Way => "BY",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Service => "service",
            Self::Cluster => "cluster",
            Self::Waits => "waits",
            Self::Since => "since",
            Self::Deadline => "deadline",
            Self::Silence => "silence",
            Self::Evidence => "evidence",
            Self::Way => "by",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::State => Shape::new(6, 6, 0),
            Self::Service => Shape::new(10, 22, 0),
            Self::Cluster => Shape::new(8, 14, 4),
            Self::Waits => Shape::new(14, 24, 0).growing(),
            Self::Since => Shape::new(5, 5, 3).right(),
            Self::Deadline => Shape::new(14, 15, 1),
            Self::Silence => Shape::new(10, 12, 0),
            Self::Evidence => Shape::new(8, 15, 2),
            Self::Way => Shape::new(10, 24, 5),
        }
    }

    fn cell<'a>(self, row: &'a ApprovalRow<'_>) -> Cell<'a> {
        let none = || Cell::new("-", Tone::Dim);
        match self {
            Self::State => {
                let severity = row.severity();
                Cell::new(severity.word(), Tone::Severity(severity))
            }
            Self::Service => Cell::plain(row.service.name()),
            Self::Cluster => Cell::plain(row.shift.cluster.name()),
            Self::Waits => Cell::plain(row.waits()),
            Self::Since => row.since().map_or_else(none, |at| Cell::plain(format::age(row.now - at))),
            Self::Deadline => row.deadline().map_or_else(none, Cell::plain),
            Self::Silence => row.shift.hold.as_ref().map_or_else(none, |it| {
                let tone = if it.silence == Silence::Continues { Tone::Bad } else { Tone::Plain };
                Cell::new(hold::silence(&it.silence), tone)
            }),
            Self::Evidence => {
                Cell::new(row.evidence.as_str(), if row.looks { Tone::Warning } else { Tone::Plain })
            }
            Self::Way => Cell::plain(hold::carried_out(row.shift)),
        }
    }

    fn order(self, a: &ApprovalRow<'_>, b: &ApprovalRow<'_>) -> Ordering {
        let deadline = |row: &ApprovalRow<'_>| {
            let of_hold = row.shift.hold.as_ref().and_then(|it| it.deadline);
            // What ends by itself comes before what does not.
            of_hold.or(row.shift.blue_until).map_or(i64::MAX, |deadline| deadline.at.timestamp_millis())
        };
        let first = match self {
            Self::State => Ordering::Equal,
            Self::Since => a.since().cmp(&b.since()),
            Self::Deadline => deadline(a).cmp(&deadline(b)),
            _ => self.cell(a).text.cmp(&self.cell(b).text),
        };
        first.then(urgency(a.shift).cmp(&urgency(b.shift))).then_with(|| a.service.cmp(b.service))
    }
}
