//! Service events: kept as facts, written as the sentences that ECS writes (AWS.md §1.8).

use std::fmt::{self, Display};
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{Place, hex32};

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
    Registered(usize),
    Deregistered(usize),
    Completed(u64),
    Failed(u64),
    RollingBack(u64),
    /// The load balancer's verdict on one task.
    Unhealthy {
        task: u128,
        port: u16,
        cause: &'static str,
    },
    FailedContainerHealthCheck(u128),
    NoCapacity,
    CannotStart,
    Text(Arc<str>),
}

/// The sentence of a fact; `target_group` is the resource part of the target group's ARN.
pub fn sentence(fact: &Fact, place: &Place, service: &str, target_group: Option<&str>) -> impl Display {
    fmt::from_fn(move |f| {
        write!(f, "(service {service}")?;
        let group = |f: &mut fmt::Formatter<'_>| match target_group {
            Some(group) => {
                write!(f, "(target-group {})", place.arn("elasticloadbalancing", group))
            }
            None => Ok(()),
        };
        let listed = |f: &mut fmt::Formatter<'_>, tasks: &[u128]| {
            tasks.iter().enumerate().try_for_each(|(index, task)| {
                write!(f, "{}(task {})", if index > 0 { " " } else { "" }, hex32(*task))
            })
        };
        match fact {
            Fact::SteadyState => write!(f, ") has reached a steady state."),
            Fact::Started { tasks, replaced } => {
                write!(f, ") has started {} tasks: ", tasks.len())?;
                listed(f, tasks)?;
                f.write_str(".")?;
                match replaced {
                    0 => Ok(()),
                    n => write!(f, " Amazon ECS replaced {n} tasks due to an unhealthy status."),
                }
            }
            Fact::Stopped { tasks, pending } => {
                let kind = if *pending { "pending" } else { "running" };
                write!(f, ") has stopped {} {kind} tasks: ", tasks.len())?;
                listed(f, tasks)?;
                f.write_str(".")
            }
            Fact::Draining(n) => write!(f, ") has begun draining connections on {n} tasks."),
            Fact::Registered(n) => {
                write!(f, ") registered {n} targets in ")?;
                group(f)
            }
            Fact::Deregistered(n) => {
                write!(f, ") deregistered {n} targets in ")?;
                group(f)
            }
            Fact::Completed(number) => write!(f, ") (deployment ecs-svc/{number}) deployment completed."),
            Fact::Failed(number) => {
                write!(f, ") (deployment ecs-svc/{number}) deployment failed: tasks failed to start.")
            }
            Fact::RollingBack(number) => write!(f, ") rolling back to deployment ecs-svc/{number}."),
            Fact::Unhealthy { task, port, cause } => {
                write!(f, ") (task {}) (port {port}) is unhealthy in ", hex32(*task))?;
                group(f)?;
                write!(f, " due to (reason {cause}).")
            }
            Fact::FailedContainerHealthCheck(task) => {
                write!(f, ") (task {}) failed container health checks.", hex32(*task))
            }
            Fact::NoCapacity => f.write_str(
                ") was unable to place a task. Reason: Capacity is unavailable at this time. Please try again \
                 later or in a different availability zone. For more information, see the Troubleshooting section \
                 of the Amazon ECS Developer Guide.",
            ),
            Fact::CannotStart => f.write_str(
                ") is unable to consistently start tasks successfully. For more information, see the \
                 Troubleshooting section of the Amazon ECS Developer Guide.",
            ),
            Fact::Text(text) => write!(f, ") {text}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_the_captured_shapes() {
        let place = Place { account: "1".into(), region: "r".into() };
        let say = |fact: Fact| sentence(&fact, &place, "web", Some("targetgroup/tg/0")).to_string();
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
            say(Fact::Unhealthy { task: 1, port: 80, cause: "Request timed out" }),
            format!(
                "(service web) (task {:032x}) (port 80) is unhealthy in (target-group \
                 arn:aws:elasticloadbalancing:r:1:targetgroup/tg/0) due to (reason Request timed out).",
                1
            )
        );
        assert_eq!(say(Fact::Completed(7)), "(service web) (deployment ecs-svc/7) deployment completed.");
    }
}
