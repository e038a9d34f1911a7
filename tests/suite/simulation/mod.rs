//! The pretended AWS by itself: what it answers, how its tasks and deployments live, and what its stories contain.

#![cfg(test)]

mod actors;
mod balancer;
mod blue_green;
mod breaker;
mod cloudwatch;
mod codedeploy;
mod deployments;
mod doors;
mod faults;
mod fleet;
mod history;
mod incident;
mod life;
mod logs;
mod native;
mod protection;
mod reading;
mod rollback;
mod scaling;
mod scaling_calls;
mod stories;
mod support;
mod update;
