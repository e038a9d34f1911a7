//! A new deployment of CodeDeploy as it is chosen: what it may bring, how fast, and whether alarms stop it.

use std::cmp::Reverse;

use super::Change;
use super::appspec::{self, Origin};
use super::candidate::{Candidate, newer};
use super::shift::Release;
use crate::fleet::Fleet;
use crate::fleet::alarm::AlarmState;
use crate::fleet::codedeploy::{CodeDeployStatus, CodeDeployment, DeploymentGroup};
use crate::fleet::id::{ClusterId, DefinitionId, ServiceId, Text};
use crate::fleet::service::Service;
use crate::fleet::shift::ShiftId;

/// Moves all traffic at once: for a way back that does not take the time of a canary.
pub const ALL_AT_ONCE: &str = "CodeDeployDefault.ECSAllAtOnce";

/// What a new deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The same revision again.
    Redeploy,
    /// Another revision.
    Deploy,
    /// A revision that ran before.
    Back,
}

/// The questions of its dialog with their answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub purpose: Purpose,
    pub revisions: Vec<Candidate>,
    pub chosen: usize,
    /// Which of [`configs`] is taken.
    pub config: usize,
    /// 1: the group's alarms do not stop it.
    pub alarms: usize,
}

impl Choice {
    pub fn new(fleet: &Fleet, service: &Service, purpose: Purpose) -> Self {
        let revisions = candidates(fleet, service, purpose);
        Self { purpose, revisions, chosen: 0, config: 0, alarms: 0 }
    }

    pub fn candidate(&self) -> Option<&Candidate> {
        self.revisions.get(self.chosen)
    }
}

/// The configurations to choose from; `None` is the group's own. Only a way back is worth a faster one.
pub fn configs(purpose: Purpose) -> &'static [Option<&'static str>] {
    match purpose {
        Purpose::Back => &[Some(ALL_AT_ONCE), None],
        Purpose::Redeploy | Purpose::Deploy => &[None],
    }
}

/// The one change that a choice comes to. The error says what is missing.
pub fn change(
    fleet: &Fleet,
    cluster: &ClusterId,
    id: &ServiceId,
    choice: &Choice,
) -> Result<Vec<Change>, String> {
    let (service, group) = place(fleet, id)?;
    let candidate = choice.candidate().ok_or("no revision is known that could be deployed")?;
    let (spec, _) = appspec::spec(fleet, service, &group.id, &candidate.definition)?;
    let config = configs(choice.purpose).get(choice.config).copied().flatten();
    let release = Release {
        group: group.id.clone(),
        definition: Some(candidate.definition.clone()),
        spec,
        config: config.map(Text::from),
        ignores_alarms: choice.alarms == 1,
        back: choice.purpose == Purpose::Back,
    };
    let release = Box::new(release);
    Ok(vec![Change::Release { cluster: cluster.clone(), service: id.clone(), release }])
}

/// Where the AppSpec of a choice comes from.
pub fn origin(fleet: &Fleet, id: &ServiceId, choice: &Choice) -> Option<Origin> {
    let (service, group) = place(fleet, id).ok()?;
    let spec = appspec::spec(fleet, service, &group.id, &choice.candidate()?.definition);
    spec.ok().map(|(_, origin)| origin)
}

fn place<'f>(fleet: &'f Fleet, id: &ServiceId) -> Result<(&'f Service, &'f DeploymentGroup), String> {
    let service = fleet.service(id).ok_or("the service is not described yet")?;
    let group = fleet.group_of(service).ok_or_else(|| {
        format!("the deployment group of {} is not known: CodeDeploy has not told it yet", service.name)
    })?;
    Ok((service, group))
}

/// Alarms of the group that would stop a deployment at once, or that nobody has seen: with their states in words.
pub fn troubling(fleet: &Fleet, group: &DeploymentGroup) -> Vec<(Text, String)> {
    let names = group.alarms.names.iter().filter(|_| group.alarms.enabled);
    let state = |name: &Text| match fleet.alarm(group.context, name).map(|alarm| &alarm.state) {
        Some(AlarmState::Ok) => None,
        Some(state) => Some(state.as_str().to_owned()),
        None => Some("not checked".to_owned()),
    };
    names.filter_map(|name| Some((name.clone(), state(name)?))).collect()
}

/// What the primary task set runs.
pub fn present(service: &Service) -> Option<&DefinitionId> {
    let primary = service.task_sets.iter().find(|set| &*set.status == "PRIMARY");
    primary.and_then(|set| set.definition.as_ref()).or(service.definition.as_ref())
}

/// What can be deployed, the likeliest first.
pub fn candidates(fleet: &Fleet, service: &Service, purpose: Purpose) -> Vec<Candidate> {
    let now = present(service);
    let now_only = || now.map(|definition| Candidate { definition: definition.clone(), proof: None });
    if purpose == Purpose::Redeploy {
        return now_only().into_iter().collect();
    }
    let mut found: Vec<Candidate> = Vec::new();
    if purpose == Purpose::Deploy {
        found.extend(newer(fleet, now));
    }
    let mut add = |definition: &DefinitionId, proof: Option<ShiftId>| {
        if now != Some(definition) && !found.iter().any(|known| known.definition == *definition) {
            found.push(Candidate { definition: definition.clone(), proof });
        }
    };
    let mut before: Vec<&CodeDeployment> = fleet.group_of(service).map_or_else(Vec::new, |group| {
        let all = fleet.codedeployments().map(AsRef::as_ref);
        all.filter(|deployment| deployment.group.as_ref() == Some(&group.id)).collect()
    });
    before.sort_by_key(|deployment| Reverse(deployment.created));
    for deployment in &before {
        let definition = deployment.revision.as_ref().and_then(|revision| revision.definition.as_ref());
        if let (CodeDeployStatus::Succeeded, Some(definition)) = (&deployment.status, definition) {
            add(definition, Some(ShiftId::CodeDeploy(deployment.id.clone())));
        }
    }
    // What stood before a deployment that succeeded ran as well, although its own deployment is not known.
    for deployment in before.iter().filter(|known| known.status == CodeDeployStatus::Succeeded) {
        if let Some(definition) = deployment.previous.as_ref().and_then(|it| it.definition.as_ref()) {
            add(definition, Some(ShiftId::CodeDeploy(deployment.id.clone())));
        }
    }
    if found.is_empty() {
        let below = now.and_then(DefinitionId::before);
        found.extend(below.map(|definition| Candidate { definition, proof: None }));
    }
    found
}
