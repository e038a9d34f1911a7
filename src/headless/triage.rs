//! `triage --once`: the fleet home as text, with an exit status that says how bad it is.

mod json;

use chrono::{DateTime, Utc};
use strum::IntoEnumIterator;

use crate::app::command::keymap::Keymap;
use crate::app::format;
use crate::app::settings::Glyphs;
use crate::app::table::services::ServiceRow;
use crate::app::triage::Triage;
use crate::fleet::Fleet;
use crate::fleet::id::{ContextId, ServiceId};
use crate::fleet::verdict::Severity;

/// Something that could not be looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// `services of cluster media`
    pub what: String,
    pub why: String,
}

/// What is known of a fleet at one moment.
#[derive(Debug)]
pub struct Report<'a> {
    fleet: &'a Fleet,
    triage: &'a Triage,
    missing: Vec<Missing>,
    at: DateTime<Utc>,
    /// Every service, as the dashboard lists them: worst first, by name where they are equally bad.
    order: Vec<ServiceId>,
}

impl<'a> Report<'a> {
    pub fn new(fleet: &'a Fleet, triage: &'a Triage, mut missing: Vec<Missing>, at: DateTime<Utc>) -> Self {
        let undescribed: Vec<(&ServiceId, ContextId)> =
            fleet.undescribed().map(|(id, context, _)| (id, context)).collect();
        // Whatever the reason: a name without a description was not looked at.
        if missing.is_empty() && !undescribed.is_empty() {
            let what = format::count(undescribed.len(), "service");
            missing.push(Missing { what, why: "listed, but not described by AWS".to_owned() });
        }
        let keymap = Keymap::default();
        let row = |id| ServiceRow {
            id,
            service: fleet.known_service(id).map(|known| &*known.service),
            verdict: triage.verdict(id),
            remembered: false,
            gone: false,
            now: at,
            keymap: &keymap,
        };
        let described = fleet.services().map(|known| row(&known.service.id));
        let mut rows: Vec<_> = described.chain(undescribed.into_iter().map(|(id, _)| row(id))).collect();
        rows.sort_by(ServiceRow::by_severity);
        let order = rows.into_iter().map(|row| row.id.clone()).collect();
        Self { fleet, triage, missing, at, order }
    }

    /// Everything was looked at.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// 1 when anything fails, else 2 when not everything could be looked at, else 0.
    ///
    /// A `strict` one counts what is degraded or waits for a person as failing.
    pub fn exit_code(&self, strict: bool) -> u8 {
        let bad = |severity| {
            severity == Severity::Fail || strict && matches!(severity, Severity::Degraded | Severity::Waiting)
        };
        if Severity::iter().any(|severity| bad(severity) && self.count(severity) > 0) {
            1
        } else if self.is_complete() {
            0
        } else {
            2
        }
    }

    fn severity(&self, id: &ServiceId) -> Severity {
        self.triage.verdict(id).map_or(Severity::Unknown, |verdict| verdict.severity)
    }

    fn count(&self, severity: Severity) -> usize {
        self.order.iter().filter(|id| self.severity(id) == severity).count()
    }

    /// One line per service that is not well, worst first; the rest as counts.
    pub fn text(&self, glyphs: Glyphs) -> String {
        let mut lines = Vec::new();
        self.list(glyphs, &mut lines);
        lines.push(self.summary());
        lines.push(self.totals());
        for Missing { what, why } in &self.missing {
            lines.push(format!("Not looked at: {what}: {why}"));
        }
        let mut text = String::new();
        for line in lines {
            // What AWS says may contain anything; a terminal must not obey it.
            text.push_str(&format::plain(line.trim_end()));
            text.push('\n');
        }
        text
    }

    fn list(&self, glyphs: Glyphs, lines: &mut Vec<String>) {
        let bad = self.order.iter().filter(|id| self.severity(id) != Severity::Ok);
        let rows: Vec<[String; 7]> = bad.map(|id| self.row(id, glyphs)).collect();
        if rows.is_empty() {
            return;
        }
        let heads = ["", "STATE", "SERVICE", "CLUSTER", "TASKS", "FOR", "WHY"].map(str::to_owned);
        let mut widths = [0; 7];
        for row in rows.iter().chain(std::iter::once(&heads)) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let [sign, state, service, cluster, tasks, age, _] = widths;
        for [a, b, c, d, e, f, g] in std::iter::once(heads).chain(rows) {
            lines.push(format!(
                "{a:<sign$} {b:<state$}  {c:<service$}  {d:<cluster$}  {e:>tasks$}  {f:>age$}  {g}"
            ));
        }
    }

    fn row(&self, id: &ServiceId, glyphs: Glyphs) -> [String; 7] {
        let service = self.fleet.known_service(id).map(|known| &known.service);
        let verdict = self.triage.verdict(id);
        let severity = self.severity(id);
        let name = service.map_or_else(|| id.name(), |service| &*service.name);
        let cluster = service.map(|service| service.cluster.name()).or_else(|| id.cluster_name());
        let tasks = service.map(|service| format!("{}/{}", service.running, service.desired));
        let since = verdict.and_then(|verdict| verdict.since);
        let why = verdict.map_or("not looked at", |verdict| &*verdict.why);
        [
            sign(severity, glyphs).to_owned(),
            severity.word().to_owned(),
            format::plain(name).into_owned(),
            format::plain(cluster.unwrap_or("?")).into_owned(),
            tasks.unwrap_or_default(),
            since.map_or_else(String::new, |since| format::age(self.at - since)),
            why.to_owned(),
        ]
    }

    /// `1 failing, 2 degraded, 51 ok (not listed)`.
    fn summary(&self) -> String {
        let counts = Severity::iter().map(|severity| (severity, self.count(severity)));
        let parts: Vec<String> = counts
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| match severity {
                Severity::Ok => format!("{count} ok (not listed)"),
                severity => format!("{count} {}", severity.name().to_lowercase()),
            })
            .collect();
        if parts.is_empty() { "No services.".to_owned() } else { parts.join(", ") }
    }

    fn totals(&self) -> String {
        let running = self.fleet.tasks().filter(|known| known.task.state.as_str() == "RUNNING").count();
        let parts = [
            format::count(self.fleet.clusters().count(), "cluster"),
            format::count(self.order.len(), "service"),
            format!("{} running", format::count(running, "task")),
        ];
        parts.join(", ")
    }
}

fn sign(severity: Severity, glyphs: Glyphs) -> &'static str {
    let (unicode, ascii) = match severity {
        Severity::Fail => ("✗", "x"),
        Severity::Degraded => ("!", "!"),
        Severity::Waiting => ("?", "?"),
        Severity::Deploying => ("»", ">"),
        Severity::Unknown => ("·", "-"),
        Severity::Ok => ("✓", "ok"),
    };
    if glyphs == Glyphs::Ascii { ascii } else { unicode }
}
