//! The blue/green deployments of a service, those of ECS and those of CodeDeploy alike, one line each.

use super::document::Line;
use super::model::Model;
use super::table::Tone;
use super::{format, hold};
use crate::fleet::codedeploy::Revision;
use crate::fleet::id::DefinitionId;
use crate::fleet::service::Service;
use crate::fleet::shift::{self, Outcome, Shift, ShiftId};

/// So many are told at most; AWS keeps 90 days of them.
const TOLD: usize = 20;

/// The newest first.
pub fn lines(model: &Model, service: &Service) -> Vec<Line> {
    let past = shift::past(&model.fleet, service);
    past.iter().take(TOLD).map(|shift| line(model, shift)).collect()
}

fn line(model: &Model, shift: &Shift) -> Line {
    let (blue, green) = revisions(model, shift);
    let began = shift.began.map_or_else(|| "-".to_owned(), |at| format::moment(at, model.now, model.utc));
    let took = shift.began.zip(shift.ended).map(|(from, to)| format!(" took {}", format::span(to - from)));
    let why = shift.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    let tone = match &shift.outcome {
        Some(Outcome::Succeeded) => Tone::Good,
        Some(Outcome::RolledBack | Outcome::Failed) => Tone::Bad,
        Some(_) => Tone::Warning,
        None => Tone::Strong,
    };
    Line::default()
        .with(format!("{began:<13} {:<12} ", short(shift)), Tone::Plain)
        .with(format!("{blue:>4} > {green:<4}  "), Tone::Plain)
        .with(hold::stands(shift), tone)
        .with(format!("{}{why}", took.unwrap_or_default()), Tone::Plain)
}

/// What it went from and to. The task sets of today belong to newer deployments of CodeDeploy: of one that is over its
/// own revisions tell.
fn revisions(model: &Model, shift: &Shift) -> (String, String) {
    let ShiftId::CodeDeploy(id) = &shift.id else { return hold::sides(shift) };
    let known = model.fleet.codedeployment(id).filter(|_| shift.is_over());
    let Some(known) = known else { return hold::sides(shift) };
    let number = |revision: &Option<Revision>| {
        let definition = revision.as_ref().and_then(|revision| revision.definition.as_ref());
        definition
            .and_then(DefinitionId::revision)
            .map_or_else(|| "?".to_owned(), |number| number.to_string())
    };
    (number(&known.previous), number(&known.revision))
}

/// The id, of which ECS's are long.
fn short(shift: &Shift) -> String {
    shift.id.name().chars().take(12).collect()
}
