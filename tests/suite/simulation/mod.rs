//! The pretended AWS by itself: what it answers, how its tasks and deployments live, and what its stories contain.

#![cfg(test)]

mod actors;
mod breaker;
mod deployments;
mod doors;
mod faults;
mod fleet;
mod history;
mod incident;
mod life;
mod protection;
mod reading;
mod rollback;
mod scaling;
mod scaling_calls;
mod stories;
mod support;
mod update;
