//! Both doors: the SDK's HTTP client in this process, and HTTP on loopback.

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use fargate_top::simulation::{Connector, Fault, FaultEffect, Simulation, serve};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::support::{START, request};

fn calm() -> Simulation {
    Simulation::story("calm", START).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_connector_waits_by_the_virtual_clock() {
    let simulation = calm();
    simulation.inject(Fault::new(FaultEffect::Latency(60_000)));
    let connector = Connector::new(simulation.clone(), || START);
    let ask = || {
        let request = request("ListClusters", &json!({})).map(SdkBody::from);
        connector.call(HttpRequest::try_from(request).unwrap())
    };
    let before = tokio::time::Instant::now();
    let response = ask().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.headers().get("x-amzn-requestid").is_some());
    assert!(before.elapsed().as_secs() >= 60);
    simulation.inject(Fault::new(FaultEffect::Drop));
    assert!(ask().await.unwrap_err().is_io());
}

/// Writes text to a connection and reads until the other side is silent or gone.
async fn talk(stream: &mut TcpStream, text: &str, end: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    let (mut heard, mut some) = (String::new(), [0; 4096]);
    while end.is_empty() || !heard.contains(end) {
        match stream.read(&mut some).await {
            Ok(0) | Err(_) => break,
            Ok(count) => heard.push_str(&String::from_utf8_lossy(&some[..count])),
        }
    }
    heard
}

#[tokio::test]
async fn loopback_keeps_connections_and_drops_them() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let simulation = calm();
    let server = tokio::spawn(serve(listener, simulation.clone(), || START));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let identity = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    for _ in 0..2 {
        let answer = talk(&mut stream, &identity, "</GetCallerIdentityResponse>").await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("<Account>123456789012</Account>"),
            "{answer}"
        );
    }
    let fault = r#"{"effect":"drop","matches":{"service":"sts"}}"#;
    let post = format!(
        "POST /_simulation/faults HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{fault}",
        fault.len()
    );
    assert!(talk(&mut stream, &post, "\"id\"").await.starts_with("HTTP/1.1 201"));
    assert_eq!(talk(&mut stream, &identity, "").await, "");
    assert_eq!(simulation.calls().len(), 3, "managing faults is no call");
    server.abort();
}
