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

use super::{aws_of, start};

/// The request id of every answer.
pub const REQUEST_ID: &str = "7b1e44c0-0000-4000-8000-000000000001";

/// Operation, status and body; `OPERATION WORD` answers only requests that contain the word.
pub type Answer<'a> = (&'static str, u16, &'a str);

#[derive(Debug, Clone)]
pub struct Canned {
    answers: Arc<Vec<(&'static str, u16, String)>>,
    sent: mpsc::Sender<Sent>,
}

/// A request that was made.
#[derive(Debug, PartialEq)]
pub struct Sent {
    /// The shape and the operation: `AnyScaleFrontendService.RegisterScalableTarget`.
    pub target: String,
    pub body: Value,
    pub user_agent: String,
}

/// The adapters, which get these answers.
pub async fn canned(answers: &[Answer<'_>]) -> Aws {
    recorded(answers).await.0
}

/// The adapters, which get these answers, and what they ask for.
pub async fn recorded(answers: &[Answer<'_>]) -> (Aws, mpsc::Receiver<Sent>) {
    let answers = answers.iter().map(|(operation, status, body)| (*operation, *status, (*body).to_owned()));
    let (sent, requests) = mpsc::channel();
    let client = Canned { answers: Arc::new(answers.collect()), sent };
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
        let target = header("x-amz-target");
        let operation = target.rsplit('.').next().unwrap_or_default();
        let asked = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let fits = |key: &str| match key.split_once(' ') {
            Some((key, word)) => key == operation && asked.contains(word),
            None => key == operation,
        };
        let answer = self.answers.iter().find(|(key, ..)| fits(key));
        let (_, status, body) = answer.cloned().unwrap_or_else(|| panic!("an answer for {operation}"));
        // A test that does not look at the requests has dropped the other end.
        let _ = self.sent.send(Sent {
            body: serde_json::from_str(&asked).unwrap_or_default(),
            user_agent: header("x-amz-user-agent"),
            target: target.clone(),
        });
        let response = http::Response::builder().status(status).header("x-amzn-requestid", REQUEST_ID);
        let response = response.body(SdkBody::from(body)).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}
