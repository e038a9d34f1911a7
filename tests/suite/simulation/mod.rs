//! The pretended AWS by itself: what it answers, how its tasks and deployments live, and what its stories contain.

#![cfg(test)]

mod deployments;
mod doors;
mod faults;
mod fleet;
mod incident;
mod life;
mod reading;
mod stories;
mod support;
