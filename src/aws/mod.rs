//! ASKS: one small adapter per AWS service; the only user of the AWS SDK.

mod accepted;
pub mod autoscaling;
pub mod balancing;
pub mod cloudwatch;
pub mod codedeploy;
pub mod connect;
mod credentials;
pub mod ecs;
mod error;
mod lazy;
pub mod logs;
pub mod permit;
mod profile;
pub mod sts;
mod text;

use std::sync::Arc;

pub use aws_sdk_ecs::config::{Credentials, SharedHttpClient};

pub use self::accepted::Accepted;
use self::autoscaling::AutoScaling;
use self::balancing::Balancing;
use self::cloudwatch::CloudWatch;
use self::codedeploy::CodeDeploy;
pub use self::connect::{ConnectError, Options, time_source};
use self::ecs::Ecs;
use self::logs::Logs;
use self::sts::Sts;
use crate::fleet::id::ContextId;

/// The adapters of one context: one profile in one Region. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws {
    pub ecs: Ecs,
    pub autoscaling: AutoScaling,
    pub codedeploy: CodeDeploy,
    pub balancing: Balancing,
    pub cloudwatch: CloudWatch,
    pub logs: Logs,
    pub sts: Sts,
    place: Arc<Place>,
}

/// Where the requests go, and as whom.
#[derive(Debug)]
struct Place {
    context: ContextId,
    region: String,
    profile: Option<String>,
    endpoint: Option<String>,
    login: Option<String>,
}

impl Aws {
    pub fn context(&self) -> ContextId {
        self.place.context
    }

    pub fn region(&self) -> &str {
        &self.place.region
    }

    /// The profile that the credentials come from; `None` when no profile was named.
    pub fn profile(&self) -> Option<&str> {
        self.place.profile.as_deref()
    }

    /// The ECS endpoint that replaces AWS's own.
    pub fn endpoint(&self) -> Option<&str> {
        self.place.endpoint.as_deref()
    }

    /// The command that renews expired credentials, where one is known: `aws sso login --profile prod`.
    pub fn login(&self) -> Option<&str> {
        self.place.login.as_deref()
    }

    /// The endpoint is on this machine: no throttle bucket is shared with anybody.
    pub fn is_loopback(&self) -> bool {
        self.endpoint().is_some_and(is_loopback)
    }
}

/// Whether the host of a URL is this machine.
fn is_loopback(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or(authority);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_by_the_host() {
        for url in
            ["http://127.0.0.1:4566", "http://localhost/", "https://ecs.localhost:1", "http://[::1]:80"]
        {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["https://ecs.eu-west-1.amazonaws.com", "http://10.0.0.1:80", "http://localhost.example"] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
