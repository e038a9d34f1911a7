//! DECIDES: keys and facts in, model, effects and subscriptions out; no IO, no await, no clock.

pub mod budget;
pub mod message;
pub mod subscription;
