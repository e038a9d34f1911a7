//! Service events: kept as facts, written as the sentences that ECS writes (AWS.md §1.8).

use std::fmt::{self, Display};
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{Place, hex32};
use super::balancer::{PerSlot, Slot};

/// One entry of a service's event list.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: Millis,
    /// The event's UUID is made from this number.
    pub number: u64,
    pub fact: Fact,
}

#[derive(Clone, Debug)]
pub enum Fact {
    SteadyState,
    /// `replaced` tasks were started because others were unhealthy.
    Started {
        tasks: Box<[u128]>,
        replaced: usize,
    },
    Stopped {
        tasks: Box<[u128]>,
        pending: bool,
    },
    Draining(usize),
    /// Targets of one of the target groups.
    Registered(usize, Slot),
    Deregistered(usize, Slot),
    Completed(u64),
    /// A deployment, and why.
    Failed(u64, &'static str),
    RollingBack(u64),
    /// The load balancer's verdict on one task.
    Unhealthy {
        task: u128,
        port: u16,
        slot: Slot,
        cause: &'static str,
    },
    FailedContainerHealthCheck(u128),
    NoCapacity(Shortage),
    CannotStart,
    /// So many tasks under protection keep a deployment, or the whole service, from stopping tasks.
    Protected {
        deployment: u64,
        tasks: usize,
    },
    /// What Application Auto Scaling did, and why.
    Scaled(Arc<str>),
    Text(Arc<str>),
}

/// Why a task is not placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    Capacity,
    /// The account's quota of vCPUs.
    Cpus,
}

impl Shortage {
    fn reason(self) -> &'static str {
        match self {
            Self::Capacity => {
                "Capacity is unavailable at this time. Please try again later or in a different availability zone"
            }
            Self::Cpus => "You've reached the limit on the number of vCPUs you can run concurrently",
        }
    }
}

const MORE: &str = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

/// The sentence of a fact; `groups` are the resource parts of the ARNs of its target groups.
pub fn sentence(fact: &Fact, place: &Place, service: &str, groups: &PerSlot<Option<String>>) -> impl Display {
    fmt::from_fn(move |f| {
        // Scaling is told without the service's name, as the documentation shows it. Guess: that it is told here.
        if let Fact::Scaled(text) = fact {
            return write!(f, "Message: {text}");
        }
        write!(f, "(service {service}")?;
        let slot = match fact {
            Fact::Registered(_, slot) | Fact::Deregistered(_, slot) | Fact::Unhealthy { slot, .. } => *slot,
            _ => Slot::First,
        };
        let group = fmt::from_fn(|f| match groups.of(slot) {
            Some(group) => write!(f, "(target-group {})", place.arn("elasticloadbalancing", group)),
            None => Ok(()),
        });
        predicate(f, fact, &group)
    })
}

/// What follows the service's name.
fn predicate(f: &mut fmt::Formatter<'_>, fact: &Fact, group: &impl Display) -> fmt::Result {
    match fact {
        Fact::SteadyState => write!(f, ") has reached a steady state."),
        Fact::Started { tasks, replaced } => {
            write!(f, ") has started {} tasks: {}.", tasks.len(), listed(tasks))?;
            match replaced {
                0 => Ok(()),
                n => write!(f, " Amazon ECS replaced {n} tasks due to an unhealthy status."),
            }
        }
        Fact::Stopped { tasks, pending } => {
            let kind = if *pending { "pending" } else { "running" };
            write!(f, ") has stopped {} {kind} tasks: {}.", tasks.len(), listed(tasks))
        }
        Fact::Draining(n) => write!(f, ") has begun draining connections on {n} tasks."),
        Fact::Registered(n, _) => write!(f, ") registered {n} targets in {group}"),
        Fact::Deregistered(n, _) => write!(f, ") deregistered {n} targets in {group}"),
        Fact::Completed(number) => write!(f, ") (deployment ecs-svc/{number}) deployment completed."),
        Fact::Failed(number, why) => {
            write!(f, ") (deployment ecs-svc/{number}) deployment failed: {why}.")
        }
        Fact::RollingBack(number) => write!(f, ") rolling back to deployment ecs-svc/{number}."),
        Fact::Unhealthy { task, port, cause, .. } => {
            let task = hex32(*task);
            write!(f, ") (task {task}) (port {port}) is unhealthy in {group} due to (reason {cause}).")
        }
        Fact::FailedContainerHealthCheck(task) => {
            write!(f, ") (task {}) failed container health checks.", hex32(*task))
        }
        Fact::NoCapacity(shortage) => {
            write!(f, ") was unable to place a task. Reason: {}. {MORE}", shortage.reason())
        }
        Fact::CannotStart => write!(f, ") is unable to consistently start tasks successfully. {MORE}"),
        Fact::Protected { deployment, tasks } => write!(
            f,
            ") was unable to reach steady state because (taskSet ecs-svc/{deployment}) was unable to scale in due \
             to (reason {tasks} tasks under protection)"
        ),
        Fact::Text(text) | Fact::Scaled(text) => write!(f, ") {text}"),
    }
}

fn listed(tasks: &[u128]) -> impl Display {
    fmt::from_fn(move |f| {
        tasks.iter().enumerate().try_for_each(|(index, task)| {
            write!(f, "{}(task {})", if index > 0 { " " } else { "" }, hex32(*task))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_the_captured_shapes() {
        let place = Place { account: "1".into(), region: "r".into() };
        let groups = PerSlot { first: Some("targetgroup/tg/0".to_owned()), second: None };
        let say = |fact: Fact| sentence(&fact, &place, "web", &groups).to_string();
        assert_eq!(say(Fact::SteadyState), "(service web) has reached a steady state.");
        assert_eq!(
            say(Fact::Started { tasks: [1, 2].into(), replaced: 2 }),
            format!(
                "(service web) has started 2 tasks: (task {:032x}) (task {:032x}). \
                 Amazon ECS replaced 2 tasks due to an unhealthy status.",
                1, 2
            )
        );
        assert_eq!(
            say(Fact::Unhealthy { task: 1, port: 80, slot: Slot::First, cause: "Request timed out" }),
            format!(
                "(service web) (task {:032x}) (port 80) is unhealthy in (target-group \
                 arn:aws:elasticloadbalancing:r:1:targetgroup/tg/0) due to (reason Request timed out).",
                1
            )
        );
        assert_eq!(say(Fact::Completed(7)), "(service web) (deployment ecs-svc/7) deployment completed.");
    }
}
