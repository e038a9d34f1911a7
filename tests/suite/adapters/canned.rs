//! An HTTP client that gives one fixed answer to each operation: for answers that no simulation should invent.

use std::collections::HashMap;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use fargate_top::aws::Aws;
use fargate_top::runtime::clock::Clock;

use super::{aws_of, start};

/// Status and body by operation.
#[derive(Debug, Clone, Default)]
pub struct Canned(Arc<HashMap<&'static str, (u16, String)>>);

/// The adapters, which get these answers.
pub async fn canned(answers: &[(&'static str, u16, &str)]) -> Aws {
    let answers = answers.iter().map(|(operation, status, body)| (*operation, (*status, (*body).to_owned())));
    aws_of(SharedHttpClient::new(Canned(Arc::new(answers.collect()))), Clock::starting_at(start())).await
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let (status, body) = self.0.get(operation).cloned().expect("an answer for this operation");
        let response = http::Response::builder().status(status).body(SdkBody::from(body)).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}
