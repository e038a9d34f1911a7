//! How far a deployment is that shifts traffic: its stage, its hooks and the weights that are asked for.

mod hook;

use std::sync::Arc;

use super::super::Millis;
use super::strategy::{Hook, Stage, Step};

pub use self::hook::{HookEnd, HookRun, HookStatus};

/// How far a deployment is that shifts traffic. It belongs to a service deployment and stays with it.
#[derive(Clone, Debug)]
pub struct Shift {
    pub stage: Stage,
    /// The digits of both deployments.
    pub green: u64,
    pub blue: u64,
    /// The revisions of both.
    pub green_revision: u64,
    pub blue_revision: u64,
    /// Green's share of production and test traffic as it is asked for, in tenths of a percent; `None` without a
    /// load balancer, or without a test listener.
    pub production: Option<u32>,
    pub test: Option<u32>,
    /// The hooks of this stage. Guess: those of earlier stages are no longer told.
    pub hooks: Vec<HookRun>,
    /// The ids of hooks of earlier stages.
    pub past: Vec<Arc<str>>,
    pub configured: Vec<Hook>,
    pub steps: Vec<Step>,
    /// The traffic step that comes next or is being made.
    pub step: usize,
    /// Milliseconds.
    pub bake: Millis,
    /// When the stage's own work is done, or the way back at the earliest; stages that wait for tasks have none.
    pub due: Option<Millis>,
    /// When the listener's weights follow.
    pub moves: Option<Millis>,
    pub retreating: bool,
}

impl Shift {
    /// Whether one of the service's deployments is a side of it that stays for now.
    pub fn keeps(&self, deployment: u64) -> bool {
        if deployment == self.green {
            !self.retreating
        } else {
            deployment == self.blue && (self.retreating || self.stage < Stage::CleanUp)
        }
    }

    /// How many tasks one of the service's deployments should have.
    pub fn wanted(&self, deployment: u64, desired: u32) -> u32 {
        let waits = deployment == self.green && self.stage < Stage::ScaleUp;
        if self.keeps(deployment) && !waits { desired } else { 0 }
    }

    /// The stage after this one; production traffic takes its two stages once for each step.
    pub fn next(&mut self) -> Option<Stage> {
        if self.stage == Stage::ProductionTrafficShift && self.step + 1 < self.steps.len() {
            self.step += 1;
            return Some(Stage::PreProductionTrafficShift);
        }
        self.stage.next()
    }
}
