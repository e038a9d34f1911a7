//! The two task sets of a deployment as its target tells them: `taskSetsInfo`.

use super::super::balancer::{Slot, Traffic, weights};
use super::super::task::TaskState;
use super::super::{ServiceKey, World};
use super::Deployment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Blue,
    Green,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetStatus {
    Primary,
    Active,
    Draining,
}

impl SetStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
        }
    }
}

/// One task set.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    pub label: Label,
    pub number: u64,
    pub slot: Slot,
    pub status: SetStatus,
    /// Percent of the production traffic.
    pub weight: u16,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
}

/// The status of a task set of a service; one that is gone was draining. Guess.
pub fn status(world: &World, key: ServiceKey, number: u64) -> SetStatus {
    let Some(service) = world.service(key) else { return SetStatus::Draining };
    match service.deployments.iter().position(|set| set.number == number && !set.draining) {
        Some(0) => SetStatus::Primary,
        Some(_) => SetStatus::Active,
        None => SetStatus::Draining,
    }
}

/// The task sets of a deployment that are there; of one that is over also the last one that it left. Guess: task sets
/// that are gone are not told.
pub fn sides(world: &World, deployment: &Deployment) -> Vec<Side> {
    let Some(service) = world.service(deployment.service) else { return Vec::new() };
    let (blue, slot) = deployment.blue;
    let green = deployment.green.map(|number| (Label::Green, number, slot.other()));
    let both = [Some((Label::Blue, blue, slot)), green];
    let live = weights(world, deployment.service, Traffic::Production);
    let there = |number: u64| service.deployments.iter().any(|set| set.number == number);
    let mut sides = Vec::new();
    for (label, number, slot) in both.into_iter().flatten().filter(|(_, number, _)| there(*number)) {
        let status = status(world, deployment.service, number);
        let (mut running, mut pending) = (0, 0);
        for task in service.tasks.iter().filter_map(|key| world.task(*key)) {
            if task.belongs_to(number) {
                running += u32::from(task.state == TaskState::Running);
                pending += u32::from(task.state.is_starting());
            }
        }
        let desired = if status == SetStatus::Draining { 0 } else { service.desired };
        let weight = match live {
            Some(live) => live.of(slot),
            None => u16::from(status == SetStatus::Primary) * 100,
        };
        sides.push(Side { label, number, slot, status, weight, desired, running, pending });
    }
    sides
}
