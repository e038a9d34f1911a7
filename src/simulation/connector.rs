//! Door 1: the HTTP client that is handed to the SDK, which ends in this process.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::live_tail::TailBody;
use super::{Millis, Outcome, Request, Simulation};

/// Leads the SDK's requests to a simulation. Delays wait by tokio's clock, so a paused one makes them free.
#[derive(Clone)]
pub struct Connector {
    simulation: Simulation,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl Connector {
    /// `clock` says the time at which each request arrives.
    pub fn new(simulation: Simulation, clock: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self { simulation, clock: Arc::new(clock) }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.ask(request).await })
    }
}

impl Connector {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let request = whole(request)?;
        let answer = self.simulation.answer((self.clock)(), &request);
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        match answer.outcome {
            Outcome::Respond(response) => HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None)),
            Outcome::Stream(response) => {
                let clock = Arc::clone(&self.clock);
                let body = |tail| SdkBody::from_body_1_x(TailBody::new(tail, clock));
                HttpResponse::try_from(response.map(|tail| body(*tail)))
                    .map_err(|error| ConnectorError::other(error.into(), None))
            }
            Outcome::Drop => Err(ConnectorError::io("the connection was closed before an answer".into())),
        }
    }
}

/// The requests of the services here are in memory; a stream would be another service's.
fn whole(request: http::Request<SdkBody>) -> Result<Request, ConnectorError> {
    let (parts, body) = request.into_parts();
    let bytes = body.bytes().map(bytes::Bytes::copy_from_slice);
    let bytes =
        bytes.ok_or_else(|| ConnectorError::user("the simulation takes no streamed request".into()))?;
    Ok(Request::from_parts(parts, bytes))
}
