//! From what was typed to what a dialog would ask about.

use super::{Terms, Wish};
use crate::app::action::Change;
use crate::app::action::ask::{Ask, Candidate};
use crate::app::screen::Screen;
use crate::app::text_input::TextInput;
use crate::app::update;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{ClusterId, DeploymentId, TaskId};
use crate::fleet::topic::{self, Topic};
use crate::headless::find::{self, Named, Place};
use crate::headless::voice::{Exit, Stop};
use crate::headless::watch::Watch;

/// What the command is about.
pub(super) enum Subject {
    Service(Named),
    Tasks(Vec<(ClusterId, TaskId)>),
}

/// What is to be asked.
pub(super) enum Question {
    Ask(Ask),
    /// It is so already.
    Nothing {
        sentence: String,
        exit: Exit,
    },
    /// Somebody or something began it before.
    UnderWay {
        deployment: DeploymentId,
        sentence: String,
    },
}

impl Subject {
    pub(super) async fn find(place: Place<'_>, wish: &Wish) -> Result<Self, String> {
        match wish {
            Wish::Stop { tasks } => Ok(Self::Tasks(find::tasks(place, tasks).await?)),
            Wish::Scale { service, .. }
            | Wish::Redeploy { service }
            | Wish::Approve { service }
            | Wish::RollBack { service, .. } => {
                let named = find::service(place, service).await?;
                if named.deployment.is_some() && !matches!(wish, Wish::RollBack { .. }) {
                    return Err("this is a deployment; name its service".to_owned());
                }
                Ok(Self::Service(named))
            }
        }
    }

    /// Learns what the preview needs.
    pub(super) async fn look(&self, watch: &mut Watch) {
        match self {
            Self::Service(named) => {
                watch.show(Screen::Service(named.cluster.clone(), named.service.clone()));
                watch.show(Screen::Shift(named.cluster.clone(), named.service.clone()));
                watch.look_on().await;
            }
            Self::Tasks(tasks) => {
                for (cluster, id) in tasks {
                    watch.show(Screen::Task(cluster.clone(), id.clone()));
                }
                watch.look().await;
                // How many of its tasks a service can spare, its own description tells.
                let fleet = watch.model().fleet.clone();
                for (cluster, id) in tasks {
                    if let Some(name) = fleet.task(id).and_then(|task| task.service()) {
                        watch.show(Screen::Service(cluster.clone(), fleet.service_named(cluster, name)));
                    }
                }
            }
        }
        watch.look().await;
    }

    pub(super) fn question(&self, watch: &Watch, wish: &Wish, terms: &Terms) -> Result<Question, Stop> {
        match (self, wish) {
            (Self::Tasks(tasks), _) => stop(watch, tasks),
            (Self::Service(named), Wish::Scale { count, .. }) => scale(watch, named, count, terms),
            (Self::Service(named), Wish::RollBack { to, .. }) => {
                roll_back(watch, named, to.as_deref(), terms)
            }
            (Self::Service(named), Wish::Approve { .. }) => {
                described(watch, named)?;
                let Named { cluster, service, .. } = named.clone();
                update::approval(watch.model(), cluster, service).map(Question::Ask).map_err(Stop::not_sent)
            }
            (Self::Service(named), _) => {
                described(watch, named)?;
                let Named { cluster, service, .. } = named.clone();
                Ok(Question::Ask(update::redeploy(watch.model(), cluster, service)))
            }
        }
    }
}

/// The service is known; else why not.
fn described(watch: &Watch, named: &Named) -> Result<(), Stop> {
    let Named { cluster, service, .. } = named;
    let subject = topic::Subject::Service(cluster.clone(), service.clone());
    if watch.model().fleet.known_service(service).is_some() {
        return Ok(());
    }
    let name = format!("{}/{}", cluster.name(), service.name());
    Err(match watch.trouble(&subject) {
        Some(why) => Stop::not_sent(format!("nothing was sent: could not look at {name}: {why}")),
        None if watch.is_answered(&subject) => Stop::not_started(format!("there is no service {name}")),
        None => Stop::not_sent(format!("nothing was sent: AWS did not answer about {name} in time")),
    })
}

fn scale(watch: &Watch, named: &Named, count: &str, terms: &Terms) -> Result<Question, Stop> {
    described(watch, named)?;
    let model = watch.model();
    if let Some(service) = model.fleet.service(&named.service)
        && count.trim().parse() == Ok(service.desired)
    {
        let settled = service.running == service.desired && service.pending == 0;
        let sentence = format!(
            "nothing to do: {} has desired {} already, {} run",
            service.name, service.desired, service.running
        );
        // Nobody began it, so nobody knows whether it will come to an end.
        let exit = if settled || terms.wait.is_none() { Exit::Done } else { Exit::Unclear };
        return Ok(Question::Nothing { sentence, exit });
    }
    let services = vec![(named.cluster.clone(), named.service.clone())];
    Ok(Question::Ask(Ask::Scale { services, count: TextInput::new(count) }))
}

fn stop(watch: &Watch, tasks: &[(ClusterId, TaskId)]) -> Result<Question, Stop> {
    for (cluster, id) in tasks {
        let name = format!("{}/{}", cluster.name(), id.name());
        let subject = topic::Subject::Task(cluster.clone(), id.clone());
        match watch.model().fleet.task(id) {
            Some(task) if task.state.is_stopped() => {
                return Err(Stop::not_started(format!("task {name} has stopped already; nothing was sent")));
            }
            Some(_) => {}
            None => {
                return Err(match watch.trouble(&subject) {
                    Some(why) => {
                        Stop::not_sent(format!("nothing was sent: could not look at task {name}: {why}"))
                    }
                    None => Stop::not_started(format!("there is no task {name}")),
                });
            }
        }
    }
    Ok(Question::Ask(Ask::StopTasks { tasks: tasks.to_vec() }))
}

fn roll_back(watch: &Watch, named: &Named, to: Option<&str>, terms: &Terms) -> Result<Question, Stop> {
    let model = watch.model();
    let Named { cluster, service, deployment } = named.clone();
    let ask = if let Some(deployment) = deployment {
        // Its id cannot mean anything else, so it needs no look.
        Ask::RollBack { cluster, service, deployment }
    } else {
        described(watch, named)?;
        deployments_known(watch, named, terms)?;
        update::way_back(model, cluster, service).map_err(Stop::not_sent)?
    };
    match (ask, to) {
        (Ask::RollBack { deployment, .. }, Some(_)) => Err(Stop::not_started(format!(
            "deployment {} is running, and it goes back to what ran before it; leave out --to",
            deployment.name()
        ))),
        (Ask::RollBack { cluster, service, deployment }, None) => {
            let known = model.fleet.deployment(&deployment);
            if let Some(known) = known.filter(|known| is_going_back(known)) {
                let sentence = format!(
                    "nothing to do: {} is {} already (deployment {})",
                    service.name(),
                    known.status.as_str(),
                    deployment.name()
                );
                return Ok(Question::UnderWay { deployment, sentence });
            }
            Ok(Question::Ask(Ask::RollBack { cluster, service, deployment }))
        }
        (Ask::Deploy { cluster, service, revisions, back, .. }, to) => {
            let chosen = to.map_or(Ok(0), |to| choose(&revisions, to)).map_err(Stop::not_started)?;
            Ok(Question::Ask(Ask::Deploy { cluster, service, revisions, chosen, back }))
        }
        (Ask::StopShift { deployment, .. }, Some(_)) => Err(Stop::not_started(format!(
            "deployment {} is running, and it goes back to what ran before it; leave out --to",
            deployment.as_str()
        ))),
        (Ask::Release { cluster, service, mut choice }, Some(to)) => {
            choice.chosen = choose(&choice.revisions, to).map_err(Stop::not_started)?;
            Ok(Question::Ask(Ask::Release { cluster, service, choice }))
        }
        (ask, _) => Ok(Question::Ask(ask)),
    }
}

/// Which deployment runs decides what a rollback is, so it has to be known.
fn deployments_known(watch: &Watch, named: &Named, terms: &Terms) -> Result<(), Stop> {
    let subject = topic::Subject::Deployments(named.cluster.clone(), named.service.clone());
    let fleet = &watch.model().fleet;
    let is_named = fleet.service(&named.service).is_some_and(|service| service.deployment.is_some());
    match watch.trouble(&subject) {
        Some(why) if fleet.deployments(&named.service).is_none() && !(is_named && terms.unchecked) => {
            Err(Stop::not_sent(format!(
                "nothing was sent: could not look at the deployments of {}: {why}; the ARN of the deployment \
                 in place of the service needs no look",
                named.service.name()
            )))
        }
        _ => Ok(()),
    }
}

fn is_going_back(deployment: &ServiceDeployment) -> bool {
    use DeploymentStatus::{RollbackInProgress, RollbackRequested, StopRequested};
    matches!(deployment.status, StopRequested | RollbackRequested | RollbackInProgress)
}

/// `77`, `auth-api:77` or an ARN, of what may be gone back to.
fn choose(revisions: &[Candidate], to: &str) -> Result<usize, String> {
    let fits = |candidate: &Candidate| {
        let id = &candidate.definition;
        id.as_str() == to
            || id.name() == to
            || id.revision().is_some_and(|revision| to.parse() == Ok(revision))
    };
    revisions.iter().position(fits).ok_or_else(|| {
        let names: Vec<&str> = revisions.iter().map(|candidate| candidate.definition.name()).collect();
        if names.is_empty() {
            format!("there is no way back to `{to}`: no earlier revision is known to have run")
        } else {
            format!("there is no way back to `{to}`; these ran before: {}", names.join(", "))
        }
    })
}

/// What may be sent unchecked or unrecorded: ways back only.
pub(super) fn allows(terms: &Terms, changes: &[Change]) -> Result<(), Stop> {
    if terms.unchecked && !changes.iter().all(Change::is_unmistakable) {
        let sentence =
            "--unchecked is for rolling back a deployment that runs: only its id cannot mean anything else";
        return Err(Stop::not_started(sentence));
    }
    if terms.unjournalled && !changes.iter().all(Change::is_way_back) {
        return Err(Stop::not_started("--unjournalled is for ways back only"));
    }
    Ok(())
}

/// Describes the definitions that would be deployed: the preview tells what they change.
pub(super) async fn definitions(watch: &mut Watch, changes: &[Change]) {
    let context = watch.model().contexts.first().map(|info| info.id).unwrap_or_default();
    for change in changes {
        let definition = match change {
            Change::Deploy { definition, .. } => Some(definition),
            Change::Release { release, .. } => release.definition.as_ref(),
            _ => None,
        };
        if let Some(definition) = definition {
            watch.ask_for(Topic::new(context, topic::Subject::Definition(definition.clone())));
        }
    }
    watch.look().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::id::DefinitionId;

    #[test]
    fn a_revision_is_chosen_by_number_name_or_arn() {
        let candidate = |revision: u32| Candidate {
            definition: DefinitionId::new(format!("arn:aws:ecs:eu-west-1:1:task-definition/auth:{revision}")),
            proof: None,
        };
        let revisions = [candidate(77), candidate(76)];
        for (to, expected) in [
            ("76", Ok(1)),
            ("auth:77", Ok(0)),
            ("arn:aws:ecs:eu-west-1:1:task-definition/auth:76", Ok(1)),
            ("7", Err(())),
        ] {
            assert_eq!(choose(&revisions, to).map_err(drop), expected, "{to}");
        }
        assert!(choose(&revisions, "70").unwrap_err().ends_with("these ran before: auth:77, auth:76"));
    }
}
