//! How requests and answers travel: awsJson 1.1 and the older query protocol with XML.

pub mod input;
pub mod json;
pub mod page;
pub mod query;

use bytes::Bytes;
use http::{HeaderName, Response, StatusCode, header::CONTENT_TYPE};

/// Why a request is not carried out: what the SDK turns into a typed error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    /// A refusal that is the caller's fault, with status 400, as ECS sends nearly all of them.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub fn client(message: impl Into<String>) -> Self {
        Self::new("ClientException", message)
    }

    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }
}

/// The protocol a request speaks, which its answer and its errors have to speak too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Json,
    Query,
}

/// Makes the HTTP response; `request_id` is what support would ask for.
pub fn respond(protocol: Protocol, result: Result<String, Refusal>, request_id: &str) -> Response<Bytes> {
    let (status, body) = match (protocol, result) {
        (_, Ok(body)) => (200, body),
        (Protocol::Json, Err(refusal)) => (
            refusal.status,
            json::document(|o| {
                o.text("__type", refusal.code).text("message", &refusal.message);
            }),
        ),
        (Protocol::Query, Err(refusal)) => (refusal.status, query::error(&refusal, request_id)),
    };
    let kind = match protocol {
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::Query => "text/xml",
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    if let Ok(id) = http::HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}
