//! Faults on demand: throttling, latency, denial, expiry, dropped connections and missing fields.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::service::Asked;
use super::wire::{Protocol, Refusal};
use super::world::World;
use super::{Millis, Request, Simulation, denial};

/// Where faults are managed on loopback: GET lists, POST adds, DELETE clears one (`?id=…`) or all.
pub const PATH: &str = "/_simulation/faults";

/// Something that goes wrong with certain calls, for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(default)]
    pub matches: Matches,
    pub effect: FaultEffect,
    /// From this moment, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Hits each n-th matching call only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
}

impl Fault {
    /// A fault of all calls, until it is cleared.
    pub fn new(effect: FaultEffect) -> Self {
        Self { matches: Matches::default(), effect, from: None, until: None, every: None }
    }

    /// The same fault of one operation only.
    #[must_use]
    pub fn of(mut self, operation: &str) -> Self {
        self.matches.operation = Some(operation.to_owned());
        self
    }
}

/// Which calls a fault hits; what is not given matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// As in IAM actions: `ecs`, `sts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The value of the request's member `cluster`, without the ARN before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultEffect {
    Throttle,
    /// Milliseconds before the answer.
    Latency(u64),
    Deny,
    Expired,
    Drop,
    ServerError,
    /// Removes a member everywhere along a path such as `services.deployments`.
    OmitField(String),
    /// Milliseconds without a word, then the connection is closed.
    Stall(u64),
    /// Live tails end with SessionStreamingException within a second, and those that start after it, too.
    EndStream,
    /// The connections of live tails are lost.
    CutStream,
}

/// Names an injected fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FaultId(pub u64);

/// The faults that stand.
#[derive(Debug, Default)]
pub struct Faults {
    standing: Vec<(FaultId, Fault, u32)>,
    given: u64,
}

/// What all faults together do to one call.
#[derive(Debug, Default)]
pub struct Verdict {
    pub delay: Duration,
    pub dropped: bool,
    pub refusal: Option<Refusal>,
    pub omitted: Vec<String>,
}

impl Faults {
    pub fn add(&mut self, fault: Fault) -> FaultId {
        self.given += 1;
        let id = FaultId(self.given);
        self.standing.push((id, fault, 0));
        id
    }

    pub fn remove(&mut self, id: FaultId) {
        self.standing.retain(|(standing, ..)| *standing != id);
    }

    pub fn all(&self) -> Vec<(FaultId, Fault)> {
        self.standing.iter().map(|(id, fault, _)| (*id, fault.clone())).collect()
    }

    /// What happens to a call. Delays add up; the first fault that refuses gives the error.
    pub fn judge(&mut self, now: Millis, asked: &Asked, world: &World) -> Verdict {
        let mut verdict = Verdict::default();
        for (_, fault, hits) in &mut self.standing {
            let timely =
                fault.from.is_none_or(|from| now >= from) && fault.until.is_none_or(|until| now < until);
            if !timely || !fault.matches.hit(asked) {
                continue;
            }
            *hits += 1;
            if fault.every.is_some_and(|every| !hits.is_multiple_of(every.max(1))) {
                continue;
            }
            match &fault.effect {
                FaultEffect::Latency(wait) => verdict.delay += Duration::from_millis(*wait),
                FaultEffect::Stall(wait) => {
                    verdict.delay += Duration::from_millis(*wait);
                    verdict.dropped = true;
                }
                FaultEffect::Drop => verdict.dropped = true,
                FaultEffect::EndStream | FaultEffect::CutStream => {}
                FaultEffect::OmitField(path) => verdict.omitted.push(path.clone()),
                effect => {
                    verdict.refusal.get_or_insert_with(|| refusal(effect, asked, world));
                }
            }
        }
        verdict
    }
}

impl Faults {
    /// Whether live tails end now: with an exception, or because the connection is lost.
    pub fn of_streams(&self, now: Millis) -> Option<bool> {
        self.standing.iter().find_map(|(_, fault, _)| {
            let timely =
                fault.from.is_none_or(|from| now >= from) && fault.until.is_none_or(|until| now < until);
            match fault.effect {
                FaultEffect::EndStream if timely => Some(true),
                FaultEffect::CutStream if timely => Some(false),
                _ => None,
            }
        })
    }
}

impl Matches {
    fn hit(&self, asked: &Asked) -> bool {
        let same =
            |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        let cluster = asked.body.get("cluster").and_then(Value::as_str).unwrap_or("default");
        let cluster = cluster.rsplit('/').next().unwrap_or_default();
        same(&self.service, &asked.service)
            && same(&self.operation, &asked.operation)
            && same(&self.cluster, cluster)
    }
}

/// The error of a caller who asks too often.
pub fn throttled(protocol: Protocol) -> Refusal {
    let query = protocol == Protocol::Query;
    Refusal::new(if query { "Throttling" } else { "ThrottlingException" }, "Rate exceeded")
}

/// The error of an effect, in the words and under the code that the protocol's services use (AWS.md §8.3).
fn refusal(effect: &FaultEffect, asked: &Asked, world: &World) -> Refusal {
    let query = asked.protocol == Protocol::Query;
    match effect {
        FaultEffect::Throttle => throttled(asked.protocol),
        FaultEffect::Expired => {
            let message = "The security token included in the request is expired";
            let refusal = Refusal::new(if query { "ExpiredToken" } else { "ExpiredTokenException" }, message);
            Refusal { status: if query { 403 } else { 400 }, ..refusal }
        }
        FaultEffect::Deny => {
            let message = denial::sentence(asked, world);
            let refusal = Refusal::new(if query { "AccessDenied" } else { "AccessDeniedException" }, message);
            Refusal { status: if query { 403 } else { 400 }, ..refusal }
        }
        _ => Refusal {
            status: 500,
            code: "ServerException",
            message: "Service Unavailable. Please try again later.".to_owned(),
        },
    }
}

/// An answer without some of its members. XML answers are returned as they are.
pub fn without(body: &str, paths: &[String]) -> String {
    let Ok(mut answer) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
    for path in paths {
        let parts: Vec<_> = path.split('.').collect();
        omit(&mut answer, &parts);
    }
    answer.to_string()
}

fn omit(value: &mut Value, path: &[&str]) {
    match (value, path) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| omit(item, path)),
        (Value::Object(members), [last]) => {
            members.shift_remove(*last);
        }
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get_mut(*first) {
                omit(member, rest);
            }
        }
        _ => {}
    }
}

/// Answers requests to [`PATH`]. Times in faults are absolute; `now` is told so that a caller can make them.
pub fn manage(simulation: &Simulation, now: Millis, request: &Request) -> http::Response<Bytes> {
    let (status, body) = match *request.method() {
        Method::GET => {
            let all = simulation.faults();
            let list: Vec<_> =
                all.iter().map(|(id, fault)| serde_json::json!({"id": id, "fault": fault})).collect();
            (StatusCode::OK, serde_json::json!({"now": now, "faults": list}))
        }
        Method::POST => match serde_json::from_slice(request.body()) {
            Ok(fault) => (StatusCode::CREATED, serde_json::json!({"id": simulation.inject(fault)})),
            Err(error) => (StatusCode::BAD_REQUEST, serde_json::json!({"error": error.to_string()})),
        },
        Method::DELETE => {
            let id = request.uri().query().and_then(|query| query.strip_prefix("id="));
            match id.map(str::parse) {
                None => simulation.clear_all(),
                Some(Ok(id)) => simulation.clear(FaultId(id)),
                Some(Err(_)) => {}
            }
            (StatusCode::OK, serde_json::json!({}))
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, serde_json::json!({"error": "GET, POST or DELETE"})),
    };
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}
