//! The parts of a preview as they are gathered, and the sentences that several previews share.

use super::{Part, WARNING, age};
use crate::app::action::dialog::Field;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::scaling::{PolicyKind, Scaling};
use crate::fleet::service::Service;
use crate::fleet::topic::Subject;

/// Parts gathered from top to bottom.
pub(super) struct Lines<'a> {
    pub(super) model: &'a Model,
    pub(super) parts: Vec<Part>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model, parts: Vec::new() }
    }

    pub(super) fn all(&mut self, label: &'static str, lines: Vec<Line>) {
        self.parts.push(Part::Text { label, lines });
    }

    pub(super) fn say(&mut self, label: &'static str, text: impl Into<String>) {
        self.all(label, vec![Line::plain(text)]);
    }

    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.all(WARNING, vec![Line::plain(text)]);
    }

    pub(super) fn field(&mut self, label: &'static str, field: Field, hint: &str) {
        self.parts.push(Part::Field { label, field, hint: hint.to_owned() });
    }

    pub(super) fn space(&mut self) {
        self.parts.push(Part::Space);
    }

    pub(super) fn service(&self, id: &ServiceId) -> Option<&'a Service> {
        self.model.fleet.service(id).map(AsRef::as_ref)
    }

    /// `desired 10  running 10  pending 0  (checked 1s ago)`
    pub(super) fn counts(&self, id: &ServiceId) -> String {
        let Some(known) = self.model.fleet.known_service(id) else { return "not described yet".to_owned() };
        let service = &known.service;
        format!(
            "desired {}   running {}   pending {}   {}",
            service.desired,
            service.running,
            service.pending,
            age(self.model.now, known.seen)
        )
    }

    /// The range and policies of autoscaling, or why they are not known.
    pub(super) fn limits(&self, id: &ServiceId) -> String {
        if let Some(scaling) = self.model.fleet.scaling(id) {
            return limits(scaling);
        }
        let trouble = self
            .model
            .fleet
            .troubles()
            .find(|(topic, _)| matches!(&topic.subject, Subject::Scaling(_, service) if service == id));
        match trouble {
            Some((_, trouble)) => format!("autoscaling not known: {}", trouble.failure),
            None => "autoscaling: asking".to_owned(),
        }
    }

    /// One task of the service in words: `rev 77, FARGATE, 1 vCPU 2 GB`.
    pub(super) fn shape(&self, service: &Service) -> String {
        let definition = service.definition.as_ref();
        let revision = definition
            .and_then(crate::fleet::id::DefinitionId::revision)
            .map_or_else(|| "rev -".to_owned(), |number| format!("rev {number}"));
        let capacity = service.capacity.first().map(|share| &share.provider).or(service.launch_type.as_ref());
        let capacity = capacity.map_or_else(String::new, |capacity| format!(", {capacity}"));
        let known = definition.and_then(|id| self.model.fleet.definition(id));
        let size = known.map_or_else(String::new, |known| {
            format!(", {}", format::size(known.cpu.as_deref(), known.memory.as_deref()))
        });
        format!("{revision}{capacity}{size}")
    }

    /// A stack takes back what is changed beside it.
    pub(super) fn stack(&mut self, service: Option<(&ClusterId, &ServiceId)>) {
        let service = service.and_then(|(_, id)| self.service(id));
        if let Some(stack) = service.and_then(|service| service.stack.as_ref()) {
            self.warn(format!("stack {stack} manages this service: its next update undoes the change"));
        }
    }
}

/// `autoscaling min 4  max 10  ECSServiceAverageCPUUtilization 60`
pub(super) fn limits(scaling: &Scaling) -> String {
    let Some(target) = &scaling.target else { return "not scaled automatically".to_owned() };
    let mut text = format!("autoscaling min {}  max {}", target.min, target.max);
    for policy in &scaling.policies {
        text.push_str("  ");
        match &policy.kind {
            PolicyKind::TargetTracking { metric, target, .. } => {
                text.push_str(&short_metric(metric, &target.to_string()));
            }
            PolicyKind::Step => text.push_str("by steps"),
            PolicyKind::Predictive => text.push_str("predictive"),
            PolicyKind::Other(kind) => text.push_str(kind),
        }
    }
    if !target.suspension.is_none() {
        let what = crate::app::action::seen::suspended(target.suspension);
        text.push_str("  SUSPENDED: ");
        text.push_str(what);
    }
    text
}

fn short_metric(metric: &str, target: &str) -> String {
    match metric {
        "ECSServiceAverageCPUUtilization" | "ECSServiceAverageCPUUtilizationHighResolution" => {
            format!("target CPU {target}%")
        }
        "ECSServiceAverageMemoryUtilization" | "ECSServiceAverageMemoryUtilizationHighResolution" => {
            format!("target memory {target}%")
        }
        "ALBRequestCountPerTarget" => format!("target {target} requests per task"),
        other => format!("{other} {target}"),
    }
}
