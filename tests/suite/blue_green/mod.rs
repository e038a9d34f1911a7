//! Stories of blue/green deployments: keys in, screen out, and every request counted at the simulated AWS.

mod codedeploy;
mod commands;
mod inbox;
mod native;
mod races;
mod rollback;
mod scene;
mod unknown;
