//! Door 2: loopback HTTP/1.1, for the `aws` command line and for curiosity.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::live_tail::TailBody;
use super::{Millis, Outcome, Request, Simulation, fault};

/// No request of the services here comes near it.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Answers on a listener until the future is dropped, which closes all connections.
pub async fn serve(
    listener: TcpListener,
    simulation: Simulation,
    clock: impl Fn() -> Millis + Send + Sync + Clone + 'static,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                connections.spawn(talk(stream, simulation.clone(), clock.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection. Its errors are the client's: a connection that ends early ends.
async fn talk(
    stream: TcpStream,
    simulation: Simulation,
    clock: impl Fn() -> Millis + Send + Sync + Clone + 'static,
) {
    let answer = service_fn(|request| respond(&simulation, clock.clone(), request));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

/// An error from here makes hyper close the connection, which is what dropping means.
async fn respond(
    simulation: &Simulation,
    clock: impl Fn() -> Millis + Send + Sync + 'static,
    request: http::Request<Incoming>,
) -> io::Result<http::Response<Sent>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(io::Error::other)?;
    let request = Request::from_parts(parts, body.to_bytes());
    if request.uri().path() == fault::PATH {
        return Ok(fault::manage(simulation, clock(), &request).map(whole));
    }
    let answer = simulation.answer(clock(), &request);
    tokio::time::sleep(answer.delay).await;
    match answer.outcome {
        Outcome::Respond(response) => Ok(response.map(whole)),
        Outcome::Stream(response) => Ok(response.map(|tail| TailBody::new(*tail, Arc::new(clock)).boxed())),
        Outcome::Drop => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
    }
}

/// A body that is whole or goes on.
type Sent = BoxBody<Bytes, io::Error>;

fn whole(bytes: Bytes) -> Sent {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}
