//! `deployments`: the deployments of a service, the newest first.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::find::{self, Place};
use super::voice::{Exit, Voice, safe};
use super::watch::Watch;
use crate::app::format;
use crate::app::screen::Screen;
use crate::fleet::Fleet;
use crate::fleet::deployment::{RevisionTasks, ServiceDeployment};
use crate::fleet::id::RevisionId;
use crate::fleet::topic::Subject;
use crate::runtime::poll::ask::Ask;
use crate::runtime::session::Session;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub service: String,
    /// Look for the name only in this cluster.
    pub cluster: Option<String>,
    pub json: bool,
}

/// Looks once and prints them.
pub async fn deployments(session: Session, ask: &Ask, wanted: &Wanted, voice: &mut dyn Voice) -> Exit {
    match look(Watch::new(session), ask, wanted).await {
        Ok(text) => {
            voice.say(&text);
            Exit::Done
        }
        Err(sentence) => {
            voice.complain(&safe(&sentence));
            Exit::NotStarted
        }
    }
}

async fn look(mut watch: Watch, ask: &Ask, wanted: &Wanted) -> Result<String, String> {
    let region = watch.model().contexts.first().map_or_else(String::new, |info| info.region.clone());
    let place = Place { ask, region: &region, cluster: wanted.cluster.as_deref() };
    let named = find::service(place, &wanted.service).await?;
    watch.show(Screen::Service(named.cluster.clone(), named.service.clone()));
    watch.look().await;
    let model = watch.model();
    let name = format!("{}/{}", named.cluster.name(), named.service.name());
    let subject = Subject::Deployments(named.cluster.clone(), named.service.clone());
    let Some(known) = model.fleet.deployments(&named.service) else {
        let why = watch.trouble(&subject);
        return Err(match why {
            Some(why) => format!("could not look at the deployments of {name}: {why}"),
            None if model.fleet.known_service(&named.service).is_none() => {
                let service = Subject::Service(named.cluster.clone(), named.service.clone());
                let why = watch.trouble(&service);
                why.map_or_else(
                    || format!("there is no service {name}"),
                    |why| format!("could not look at {name}: {why}"),
                )
            }
            None => format!("AWS did not answer about the deployments of {name} in time"),
        });
    };
    if wanted.json {
        let all: Vec<Value> = known.iter().map(|deployment| object(&model.fleet, deployment)).collect();
        return Ok(Value::Array(all).to_string());
    }
    Ok(safe(&table(&model.fleet, known, &name, model.now, model.utc)))
}

const HEADS: [&str; 6] = ["STARTED", "DEPLOYMENT", "REVISION", "TASKS", "TOOK", "STATE"];

fn table(
    fleet: &Fleet,
    deployments: &[ServiceDeployment],
    name: &str,
    now: DateTime<Utc>,
    utc: bool,
) -> String {
    if deployments.is_empty() {
        return format!("No deployments of {name} are known to ECS.");
    }
    let rows = deployments.iter().map(|deployment| row(fleet, deployment, now, utc));
    let rows: Vec<[String; HEADS.len()]> = std::iter::once(HEADS.map(str::to_owned)).chain(rows).collect();
    let mut widths = [0; HEADS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; HEADS.len()]| {
        row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(
    fleet: &Fleet,
    deployment: &ServiceDeployment,
    now: DateTime<Utc>,
    utc: bool,
) -> [String; HEADS.len()] {
    let target = deployment.target.as_ref();
    let from = deployment.sources.first().map(|source| revision(fleet, &source.revision));
    let to = target.map(|target| revision(fleet, &target.revision)).unwrap_or_default();
    let took = deployment.began().map(|began| deployment.ended().unwrap_or(now) - began);
    let mut state = deployment.status.as_str().to_owned();
    if let Some(breaker) = deployment.breaker.as_ref().filter(|breaker| breaker.failures > 0) {
        state.extend([format!(", {} of {} failures", breaker.failures, breaker.threshold)]);
    }
    if let Some(why) = why(deployment) {
        state.extend([": ", why]);
    }
    [
        deployment.began().map_or_else(|| "-".to_owned(), |at| format::full(at, utc)),
        deployment.id.name().to_owned(),
        from.map_or_else(|| to.clone(), |from| format!("{from} > {to}")),
        target.map_or_else(|| "-".to_owned(), |target| format!("{}/{}", target.running, target.requested)),
        took.map_or_else(|| "-".to_owned(), format::span),
        state,
    ]
}

fn why(deployment: &ServiceDeployment) -> Option<&str> {
    deployment.status_reason.as_deref().or_else(|| deployment.rollback_reason().map(AsRef::as_ref))
}

/// `auth-api:88@c01e`
fn revision(fleet: &Fleet, id: &RevisionId) -> String {
    let definition = fleet.revision(id).and_then(|revision| revision.definition.as_ref());
    definition.map_or_else(|| format!("@{}", id.short()), |known| format!("{}@{}", known.name(), id.short()))
}

fn object(fleet: &Fleet, deployment: &ServiceDeployment) -> Value {
    let revision = |tasks: &RevisionTasks| {
        let definition = fleet.revision(&tasks.revision).and_then(|known| known.definition.clone());
        json!({
            "arn": tasks.revision.as_str(),
            "definition": definition.map(|definition| definition.as_str().to_owned()),
            "requested": tasks.requested,
            "running": tasks.running,
            "pending": tasks.pending,
        })
    };
    json!({
        "arn": deployment.id.as_str(),
        "status": deployment.status.as_str(),
        "final": deployment.status.is_final(),
        "reason": why(deployment),
        "stage": deployment.stage.as_deref(),
        "created": deployment.created.map(stamp),
        "started": deployment.started.map(stamp),
        "ended": deployment.ended().map(stamp),
        "failures": deployment.breaker.as_ref().map(|breaker| breaker.failures),
        "threshold": deployment.breaker.as_ref().map(|breaker| breaker.threshold),
        "target": deployment.target.as_ref().map(revision),
        "sources": deployment.sources.iter().map(revision).collect::<Vec<_>>(),
    })
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
