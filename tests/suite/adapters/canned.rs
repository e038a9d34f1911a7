//! An HTTP client that gives one fixed answer to each operation and tells what was asked: for answers that no simulation should invent.

use std::sync::{Arc, mpsc};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use fargate_top::aws::Aws;
use fargate_top::runtime::clock::Clock;
use serde_json::Value;
use tokio::time::Instant;

use super::{aws_of, start, wire};

/// The request id of every answer.
pub const REQUEST_ID: &str = "7b1e44c0-0000-4000-8000-000000000001";

/// What CloudWatch calls its protocol.
const CBOR: &str = "rpc-v2-cbor";

/// Operation, status and body; `OPERATION WORD` answers only requests that contain the word.
pub type Answer<'a> = (&'static str, u16, &'a str);

/// Status and body for an operation and what it was asked.
pub type Responder = dyn Fn(&str, &Value) -> (u16, Vec<u8>) + Send + Sync;

#[derive(Clone)]
pub struct Canned {
    answer: Arc<Responder>,
    sent: mpsc::Sender<Sent>,
}

impl std::fmt::Debug for Canned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canned")
    }
}

/// A request that was made.
#[derive(Debug, PartialEq)]
pub struct Sent {
    pub at: Instant,
    /// The shape and the operation: `AnyScaleFrontendService.RegisterScalableTarget`; for other protocols the form's
    /// action, or the address.
    pub target: String,
    /// What was asked, whatever the protocol.
    pub body: Value,
    pub user_agent: String,
}

impl Sent {
    pub fn operation(&self) -> &str {
        self.target.rsplit(['.', '/']).next().unwrap_or_default()
    }
}

/// The adapters, which get these answers.
pub async fn canned(answers: &[Answer<'_>]) -> Aws {
    recorded(answers).await.0
}

/// The adapters, which get these answers, and what they ask for.
pub async fn recorded(answers: &[Answer<'_>]) -> (Aws, mpsc::Receiver<Sent>) {
    let answers =
        answers.iter().map(|(operation, status, body)| (*operation, *status, body.as_bytes().to_vec()));
    recorded_bytes(answers.collect()).await
}

/// The same for answers that are no text.
pub async fn recorded_bytes(answers: Vec<(&'static str, u16, Vec<u8>)>) -> (Aws, mpsc::Receiver<Sent>) {
    answering(move |operation, asked| {
        let asked = asked.to_string();
        let fits = |key: &str| match key.split_once(' ') {
            Some((key, word)) => key == operation && asked.contains(word),
            None => key == operation,
        };
        let answer = answers.iter().find(|(key, ..)| fits(key));
        let (_, status, body) = answer.unwrap_or_else(|| panic!("an answer for {operation}"));
        (*status, body.clone())
    })
    .await
}

/// The adapters, which get the answers of a function.
pub async fn answering(
    answer: impl Fn(&str, &Value) -> (u16, Vec<u8>) + Send + Sync + 'static,
) -> (Aws, mpsc::Receiver<Sent>) {
    let (sent, requests) = mpsc::channel();
    let client = Canned { answer: Arc::new(answer), sent };
    (aws_of(SharedHttpClient::new(client), Clock::starting_at(start())).await, requests)
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
        let bytes = request.body().bytes().unwrap_or_default();
        let asked = String::from_utf8_lossy(bytes).into_owned();
        let cbor = header("smithy-protocol") == CBOR;
        let (target, body) = if cbor {
            (request.uri().to_owned(), wire::json_of_cbor(bytes))
        } else if let Some(form) = asked.strip_prefix("Action=") {
            (form.split('&').next().unwrap_or_default().to_owned(), wire::json_of_form(&asked))
        } else {
            (header("x-amz-target"), serde_json::from_str(&asked).unwrap_or_default())
        };
        let operation = target.rsplit(['.', '/']).next().unwrap_or_default().to_owned();
        let (status, answer) = (self.answer)(&operation, &body);
        // A test that does not look at the requests has dropped the other end.
        let user_agent = header("x-amz-user-agent");
        let _ = self.sent.send(Sent { at: Instant::now(), body, user_agent, target });
        let mut response = http::Response::builder().status(status).header("x-amzn-requestid", REQUEST_ID);
        if cbor {
            response = response.header("smithy-protocol", CBOR);
        }
        let response = response.body(SdkBody::from(answer)).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}
