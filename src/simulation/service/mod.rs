//! The services that answer: which one a request is for, and what it asks.

pub mod autoscaling;
pub mod cloudwatch;
pub mod codedeploy;
pub mod ecs;
pub mod elb;
pub mod logs;
pub mod sts;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value};

use super::Request;
use super::wire::{Protocol, Refusal, cbor, query};
use super::world::World;

/// A request, understood as far as every service needs.
#[derive(Clone, Debug)]
pub struct Asked {
    pub protocol: Protocol,
    /// As in IAM actions: `ecs`, `sts`; or the unknown name that the request gives.
    pub service: String,
    pub operation: String,
    /// The Region that the request was signed for, if it tells.
    pub region: Option<String>,
    pub body: Map<String, Value>,
    /// What was wrong with the body, if it could not be read.
    pub garbled: Option<String>,
}

/// Reads the envelope: `x-amz-target` with JSON, a path with CBOR, or a form with `Action`.
pub fn understand(request: &Request) -> Asked {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let region = header(AUTHORIZATION.as_str()).and_then(signed_region);
    if let Some(target) = header("x-amz-target") {
        let (shape, operation) = target.split_once('.').unwrap_or((target, ""));
        let service = match shape {
            ecs::TARGET => "ecs",
            autoscaling::TARGET => autoscaling::NAME,
            cloudwatch::TARGET => cloudwatch::NAME,
            codedeploy::TARGET => codedeploy::NAME,
            logs::TARGET => logs::NAME,
            other => other,
        };
        let (body, garbled) = match serde_json::from_slice(request.body()) {
            Ok(Value::Object(body)) => (body, None),
            Ok(_) => (Map::new(), Some("the body is not a JSON object".to_owned())),
            Err(_) if request.body().is_empty() => (Map::new(), None),
            Err(error) => (Map::new(), Some(error.to_string())),
        };
        let (service, operation) = (service.to_owned(), operation.to_owned());
        return Asked { protocol: Protocol::Json, service, operation, region, body, garbled };
    }
    if header("smithy-protocol") == Some(cbor::PROTOCOL) {
        let (shape, operation) = cbor::route(request.uri().path()).unwrap_or_default();
        let service = if shape == cloudwatch::TARGET { cloudwatch::NAME } else { shape };
        let (body, garbled) = match cbor::read(request.body()) {
            Ok(body) => (body, None),
            Err(error) => (Map::new(), Some(error)),
        };
        let (service, operation) = (service.to_owned(), operation.to_owned());
        return Asked { protocol: Protocol::Cbor, service, operation, region, body, garbled };
    }
    let form = header(CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let body = if form { query::parse(&String::from_utf8_lossy(request.body())) } else { Map::new() };
    let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (version, operation) = (field("Version"), field("Action"));
    let (service, body) = match version.as_str() {
        sts::VERSION => ("sts".to_owned(), body),
        elb::VERSION => (elb::NAME.to_owned(), query::nest(&body)),
        _ => (version, body),
    };
    Asked { protocol: Protocol::Query, service, operation, region, body, garbled: None }
}

/// The Region of the credential scope: `Credential=<key>/<day>/<region>/<service>/aws4_request`.
fn signed_region(authorization: &str) -> Option<String> {
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split('/').nth(2).map(str::to_owned)
}

/// Carries a request out.
pub fn perform(world: &mut World, asked: &Asked, request_id: &str) -> Result<String, Refusal> {
    if let Some(garbled) = &asked.garbled {
        return Err(Refusal::serialization(garbled.clone()));
    }
    match asked.service.as_str() {
        "ecs" => ecs::perform(world, asked),
        autoscaling::NAME => autoscaling::perform(world, asked),
        cloudwatch::NAME => cloudwatch::perform(world, asked),
        codedeploy::NAME => codedeploy::perform(world, asked),
        logs::NAME => logs::perform(world, asked),
        elb::NAME => elb::perform(world, asked, request_id),
        "sts" => sts::perform(world, asked, request_id),
        _ => Err(unknown(asked)),
    }
}

/// The namespace of a service's XML.
pub fn namespace(asked: &Asked) -> &'static str {
    if asked.service == elb::NAME { elb::NAMESPACE } else { sts::NAMESPACE }
}

/// The answer for what the simulation does not have: it names the operation, so that a test that fails says why.
pub fn unknown(asked: &Asked) -> Refusal {
    let (service, operation) = (asked.service.as_str(), asked.operation.as_str());
    let (service, operation) = (
        if service.is_empty() { "unknown" } else { service },
        if operation.is_empty() { "unknown" } else { operation },
    );
    Refusal::new(
        "UnknownOperationException",
        format!("The simulation does not have the operation {operation} of the service {service}."),
    )
}
