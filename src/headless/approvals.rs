//! `approvals`: every blue/green deployment in flight over all clusters, those that wait for a person first.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::voice::{Exit, Voice, safe};
use crate::app::evidence::{Finding, evidence};
use crate::app::format;
use crate::app::hold;
use crate::app::model::Model;
use crate::app::rows::{self, approval_row};
use crate::app::screen::Screen;
use crate::app::subscription;
use crate::app::table::Column;
use crate::app::table::approvals::{ApprovalColumn, ApprovalRow};
use crate::app::views::Content;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{HoldKind, Shift, Side, Silence};
use crate::fleet::topic::{FailureKind, Subject};
use crate::runtime::session::Session;

/// How long the look at all of them may take: thirty deployments of CodeDeploy take as many requests, one per second.
const LOOK: Duration = Duration::from_mins(1);

/// Looks once and prints them. What could not be looked at is complained about.
pub async fn approvals(mut session: Session, as_json: bool, voice: &mut dyn Voice) -> Exit {
    session.model.start = crate::app::model::Start::default();
    session.model.history.open(Screen::Approvals);
    let end = Instant::now() + LOOK;
    session.follow();
    while !is_whole(&session.model) {
        let Ok(Some((at, message))) = timeout_at(end, session.facts.recv()).await else { break };
        session.take(at, message);
        session.take_waiting(usize::MAX);
        session.settle();
        session.follow();
    }
    let model = &mut session.model;
    let screen = Screen::Approvals;
    model.views.entry(screen).or_insert_with_key(crate::app::views::View::of);
    rows::renew(model, rows::Reason::Facts);
    let model = &session.model;
    let ids = match &model.view().content {
        Content::Approvals(rows) => rows.listing.rows(),
        _ => &[],
    };
    let found: Vec<ApprovalRow<'_>> = ids.iter().filter_map(|id| approval_row(model, id)).collect();
    if as_json {
        let all: Vec<Value> = found.iter().map(|row| object(model, row.shift)).collect();
        voice.say(&Value::Array(all).to_string());
    } else {
        voice.say(&safe(&table(&found)));
    }
    let missing = missing(model);
    for sentence in &missing {
        voice.complain(&safe(sentence));
    }
    if missing.is_empty() { Exit::Done } else { Exit::NotStarted }
}

/// Every service was described, and everything that is in flight was looked at or refused.
fn is_whole(model: &Model) -> bool {
    let in_flight = subscription::interest(model).in_flight;
    let fleet = &model.fleet;
    let is_known = in_flight.values().all(|work| {
        // One that CodeDeploy does not have any more has no target either.
        let target = |id| {
            let known = fleet.codedeployment(id);
            known.is_none_or(|known| known.started.is_none() || known.status.is_final())
                || fleet.codedeploy_target(id).is_some()
        };
        work.ecs.iter().all(|id| fleet.deployment(id).is_some())
            && work.codedeploy.keys().all(|id| fleet.is_codedeployment_known(id) && target(id))
            && work.groups.iter().all(|id| fleet.is_deployment_group_known(id))
    });
    model.loaded && (is_known || is_refused(model))
}

/// AWS will not tell more, however long it is asked.
fn is_refused(model: &Model) -> bool {
    model.fleet.troubles().any(|(topic, trouble)| {
        topic.subject == Subject::InFlight
            && matches!(trouble.failure.kind, FailureKind::Denied { .. } | FailureKind::Unsupported)
    })
}

fn missing(model: &Model) -> Vec<String> {
    let fleet = &model.fleet;
    let troubles = fleet.troubles().filter(|(topic, _)| {
        matches!(topic.subject, Subject::InFlight | Subject::Services | Subject::Clusters)
    });
    let mut all: Vec<String> =
        troubles.map(|(topic, trouble)| format!("{}: {}", topic.subject, trouble.failure)).collect();
    if all.is_empty() && !is_whole(model) {
        all.push(format!(
            "not everything was looked at within {}: some deployments may be missing",
            format::span(chrono::TimeDelta::from_std(LOOK).unwrap_or_default())
        ));
    }
    all
}

fn table(rows: &[ApprovalRow<'_>]) -> String {
    if rows.is_empty() {
        return "No blue/green deployment is in flight, and none waits for a person.".to_owned();
    }
    let columns = ApprovalColumn::ALL;
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|column| column.title().to_owned()).collect()];
    lines.extend(
        rows.iter().map(|row| columns.iter().map(|column| column.cell(row).text.into_owned()).collect()),
    );
    let mut widths = vec![0; columns.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &Vec<String>| {
        cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect::<Vec<_>>()
            .join("  ")
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn object(model: &Model, shift: &Shift) -> Value {
    let found = evidence(&model.fleet, shift, model.now, model.utc);
    let count = |finding| found.checks.iter().filter(|check| check.finding == finding).count();
    let looks: Vec<Value> = found
        .checks
        .iter()
        .filter(|check| check.finding == Finding::Look)
        .map(|check| json!({"check": check.name, "blue": check.blue, "green": check.green, "reading": check.reading}))
        .collect();
    let hold = shift.hold.as_ref().map(|it| {
        json!({
            "for": match it.kind {
                HoldKind::Pause(_) => "pause-hook",
                HoldKind::Ready => "ready-wait",
                HoldKind::Function(_) => "function",
            },
            "hook": match &it.kind {
                HoldKind::Pause(hook) | HoldKind::Function(hook) => Some(hook.id.to_string()),
                HoldKind::Ready => None,
            },
            "answerable": it.is_for_a_person(),
            "stage": &*it.stage,
            "since": it.since.map(stamp),
            "deadline": it.deadline.map(|deadline| stamp(deadline.at)),
            "deadlineExact": it.deadline.map(|deadline| deadline.exact),
            "silence": match &it.silence {
                Silence::Continues => "continues",
                Silence::RollsBack => "rolls-back",
                Silence::Stops => "stops",
                Silence::RemovesBlue => "removes-blue",
                Silence::Other(word) => word,
            },
            "moves": it.moves.iter().map(|share| percent(*share)).collect::<Vec<_>>(),
            "answered": it.answered.0,
            "hooks": it.answered.1,
        })
    });
    json!({
        "service": shift.service.as_str(),
        "cluster": shift.cluster.as_str(),
        "deployment": shift.id.as_str(),
        "provider": shift.id.provider(),
        "strategy": hold::strategy(&shift.strategy),
        "status": &*shift.status,
        "stands": hold::stands(shift),
        "holds": shift.holds(),
        "hold": hold,
        "blueUntil": shift.blue_until.map(|deadline| stamp(deadline.at)),
        "blue": shift.blue.as_ref().map(side),
        "green": shift.green.as_ref().map(side),
        "evidence": {
            "ok": count(Finding::Ok),
            "look": count(Finding::Look),
            "notChecked": count(Finding::NotChecked),
            "findings": looks,
        },
        "began": shift.began.map(stamp),
    })
}

fn side(side: &Side) -> Value {
    json!({
        "taskDefinition": side.definition.as_ref().map(crate::fleet::id::DefinitionId::as_str),
        "desired": side.desired,
        "running": side.running,
        "productionAsked": side.production_asked.map(percent),
        "productionLive": side.production_live.map(percent),
        "testAsked": side.test_asked.map(percent),
        "testLive": side.test_live.map(percent),
    })
}

fn percent(share: Percent) -> f64 {
    f64::from(share.tenths()) / 10.0
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
