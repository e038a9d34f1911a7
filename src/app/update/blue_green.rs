//! What a blue/green deployment can be answered, and what CodeDeploy is asked for: subjects of dialogs.

use crate::app::action::ask::Ask;
use crate::app::action::release::{Choice, Purpose};
use crate::app::action::shift::{Waiting, shift_of};
use crate::app::model::Model;
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::service::{Controller, Service, TaskSet};
use crate::fleet::shift::{HoldKind, Phase, Shift, ShiftId};

/// All tasks anew: CodeDeploy does it for the services that it controls.
pub fn redeploy(model: &Model, cluster: ClusterId, id: ServiceId) -> Ask {
    let service = model.fleet.service(&id).filter(|it| it.controller == Controller::CodeDeploy);
    match service.map(|service| Choice::new(&model.fleet, service, Purpose::Redeploy)) {
        Some(choice) => Ask::Release { cluster, service: id, choice },
        None => Ask::Redeploy { cluster, service: id },
    }
}

/// While both sides are there CodeDeploy is stopped and returns; afterwards it is a new deployment.
pub fn way_back(model: &Model, cluster: ClusterId, service: &Service) -> Result<Ask, String> {
    let id = service.id.clone();
    let shift = shift_of(&model.fleet, &id).filter(|shift| !shift.is_over());
    // What runs and is not described cannot be told from what is over: its id is enough to stop it, and the gate looks.
    if let (None, Some(deployment)) = (&shift, undescribed(model, service)) {
        return Ok(Ask::StopShift { cluster, service: id, deployment, back: true });
    }
    match shift {
        Some(shift) if shift.phase == Phase::RollingBack => {
            Err(format!("{} is rolling back already; ctrl-o watches changes", service.name))
        }
        Some(Shift { id: ShiftId::CodeDeploy(deployment), .. }) => {
            Ok(Ask::StopShift { cluster, service: id, deployment, back: true })
        }
        _ => {
            let choice = Choice::new(&model.fleet, service, Purpose::Back);
            Ok(Ask::Release { cluster, service: id, choice })
        }
    }
}

/// The deployment of the newest task set that CodeDeploy has not described.
fn undescribed(model: &Model, service: &Service) -> Option<CodeDeployId> {
    let unknown = |id: &CodeDeployId| !model.fleet.is_codedeployment_known(id);
    let mut sets: Vec<_> = service.task_sets.iter().collect();
    sets.sort_by_key(|set| std::cmp::Reverse(set.created));
    let named = |set: &&TaskSet| CodeDeployId::of_task_set(set.external_id.as_deref()?);
    sets.iter().filter_map(named).find(unknown)
}

/// What there is to say yes to at a service, or why there is nothing.
pub fn approval(model: &Model, cluster: ClusterId, service: ServiceId) -> Result<Ask, String> {
    let nothing = || format!("nothing waits for approval at {}", service.name());
    let shift = shift_of(&model.fleet, &service).ok_or_else(nothing)?;
    if let Some(HoldKind::Function(hook)) = shift.hold.as_ref().map(|hold| &hold.kind) {
        let function = hook.target.as_deref().map_or("a function", tail_of_function);
        return Err(format!(
            "{} waits for the function {function}, which no person can answer; ctrl-l rolls back",
            service.name()
        ));
    }
    let waiting = Waiting::of(&shift).ok_or_else(nothing)?;
    Ok(Ask::Continue { cluster, service, waiting })
}

/// `arn:aws:lambda:…:function:smoke` is `smoke`.
fn tail_of_function(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// The deployment of CodeDeploy that runs at a service.
fn running(model: &Model, service: &ServiceId) -> Result<(CodeDeployId, Shift), String> {
    let shift = shift_of(&model.fleet, service).filter(|shift| !shift.is_over());
    match shift {
        Some(shift) => match shift.id.clone() {
            ShiftId::CodeDeploy(id) => Ok((id, shift)),
            ShiftId::Ecs(_) => {
                Err("only CodeDeploy has this; ECS goes on by itself, or back with ctrl-l".to_owned())
            }
        },
        None => Err(format!("no deployment of CodeDeploy runs at {}", service.name())),
    }
}

/// Ends the time for which blue is kept, or why not.
pub fn remove_blue(model: &Model, cluster: ClusterId, service: ServiceId) -> Result<Ask, String> {
    let (deployment, shift) = running(model, &service)?;
    if shift.phase == Phase::BlueKept {
        Ok(Ask::RemoveBlue { cluster, service, deployment })
    } else {
        Err("blue is removed only once all traffic is on green".to_owned())
    }
}

/// Leaves traffic where it is, or why not.
pub fn stop_only(model: &Model, cluster: ClusterId, service: ServiceId) -> Result<Ask, String> {
    let (deployment, shift) = running(model, &service)?;
    if shift.phase == Phase::RollingBack {
        return Err(format!("{} is rolling back already", service.name()));
    }
    Ok(Ask::StopShift { cluster, service, deployment, back: false })
}
