//! How requests and answers travel: awsJson, Smithy RPC v2 with CBOR, and the older query protocol with XML.

pub mod cbor;
pub mod frames;
pub mod input;
pub mod json;
pub mod page;
pub mod query;
pub mod xml;

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
    Cbor,
    Query,
}

/// Makes the HTTP response; `namespace` is that of the service's XML, `request_id` is what support would ask for.
pub fn respond(
    protocol: Protocol,
    namespace: &str,
    result: Result<String, Refusal>,
    request_id: &str,
) -> Response<Bytes> {
    let refused = result.as_ref().err().map(|refusal| (refusal.code, refusal.status));
    let status = refused.map_or(200, |(_, status)| status);
    let body = match (protocol, result) {
        (Protocol::Cbor, Ok(body)) => cbor::write(&body),
        (_, Ok(body)) => body.into_bytes(),
        (Protocol::Json, Err(refusal)) => json::document(|o| {
            o.text("__type", refusal.code).text("message", &refusal.message);
        })
        .into_bytes(),
        (Protocol::Cbor, Err(refusal)) => cbor::error(&refusal),
        (Protocol::Query, Err(refusal)) => query::error(&refusal, namespace, request_id).into_bytes(),
    };
    let kind = match protocol {
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::Cbor => "application/cbor",
        Protocol::Query => "text/xml",
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    if protocol == Protocol::Cbor {
        headers.insert(
            HeaderName::from_static("smithy-protocol"),
            http::HeaderValue::from_static(cbor::PROTOCOL),
        );
        // Services that once spoke the query protocol tell its codes, which are shorter, as well.
        let old = refused.map(|(code, status)| {
            let code = code.strip_suffix("Exception").unwrap_or(code);
            format!("{code};{}", if status < 500 { "Sender" } else { "Receiver" })
        });
        if let Some(old) = old.and_then(|old| http::HeaderValue::from_str(&old).ok()) {
            headers.insert(HeaderName::from_static("x-amzn-query-error"), old);
        }
    }
    if let Ok(id) = http::HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// Makes the HTTP response of a stream of events.
pub fn stream<T>(body: T, request_id: &str) -> Response<T> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(frames::CONTENT_TYPE));
    if let Ok(id) = http::HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}
