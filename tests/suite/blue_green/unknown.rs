//! Words that AWS may say one day: they are shown as they are, and nothing stands still because of them.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use fargate_top::simulation::{Connector, Simulation};
use serde_json::json;

use super::scene::{CANARY, SHIFT, Scene, answer, codedeploy, go_on, native, open};
use crate::support::story::Story;

/// Says other words in place of some in every answer.
#[derive(Clone, Debug)]
struct Renaming {
    inner: Connector,
    words: &'static [(&'static str, &'static str)],
}

impl HttpClient for Renaming {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Renaming {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, words) = (self.inner.call(request), self.words);
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            let bytes = response.body().bytes().unwrap_or_default();
            if let Ok(text) = std::str::from_utf8(bytes) {
                let text = words.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
                *response.body_mut() = SdkBody::from(text);
            }
            Ok(response)
        })
    }
}

async fn renamed(simulation: Simulation, words: &'static [(&'static str, &'static str)]) -> Scene {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let client = |inner| SharedHttpClient::new(Renaming { inner, words });
    let story = Story::through(client, simulation, open(), folder).await;
    Scene::in_story(story).await.at_cockpit().await
}

#[tokio::test(start_paused = true)]
async fn a_stage_nobody_knows_is_answered_all_the_same() {
    let mut scene = renamed(native(CANARY), &[("PRE_PRODUCTION_TRAFFIC_SHIFT", "MESH_WARM_UP")]).await;
    scene.shows(&["WAITING FOR YOU", "MESH_WARM_UP"]).slowly("a").await;
    let (deployment, hooks) = scene.waiting("shop", "api");
    scene.shows(&["MESH_WARM_UP", &hooks[0]]);
    scene.slowly("C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[0], "CONTINUE")]);
}

#[tokio::test(start_paused = true)]
async fn a_status_nobody_knows_leaves_the_way_back() {
    let mut scene =
        renamed(native(CANARY), &[("\"status\":\"IN_PROGRESS\"", "\"status\":\"PONDERING\"")]).await;
    scene.shows(&["ECS calls its status PONDERING", "WAITING FOR YOU"]).slowly("ctrl-l B").await;
    let (deployment, _) = scene.waiting("shop", "api");
    // Which works at every stage, whether a hook waits or not.
    let body = json!({"serviceDeploymentArn": deployment, "stopType": "ROLLBACK"});
    assert_eq!(scene.sent(), [("StopServiceDeployment".to_owned(), body)]);
}

#[tokio::test(start_paused = true)]
async fn a_status_nobody_knows_hides_no_hook() {
    let words = &[("\"status\":\"IN_PROGRESS\"", "\"status\":\"PONDERING\"")];
    let mut scene = renamed(native(CANARY), words).await;
    let (deployment, hooks) = scene.waiting("shop", "api");
    scene.slowly("a C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[0], "CONTINUE")]);
    scene.pass(10.0).await;
    scene.shows(&["production BLUE 7 90%", "PONDERING"]).sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn an_event_nobody_knows_is_a_step_like_any() {
    let mut scene = renamed(codedeploy(SHIFT), &[("\"AfterAllowTestTraffic\"", "\"AfterMirroring\"")]).await;
    scene.shows(&["WAITING FOR YOU", "✓ AfterMirroring"]).slowly("a").await;
    scene.slowly("C").await;
    assert_eq!(scene.sent(), [go_on(&scene.id())]);
}

#[tokio::test(start_paused = true)]
async fn a_status_of_codedeploy_nobody_knows_is_shown() {
    let mut scene = renamed(codedeploy(SHIFT), &[("\"status\":\"Ready\"", "\"status\":\"Mulling\"")]).await;
    scene.shows(&["Mulling"]).slowly("a C").await;
    scene.sent_nothing();
    scene.slowly("ctrl-l B").await;
    let sent = scene.sent();
    assert!(sent.len() == 1 && sent[0].0 == "StopDeployment", "{sent:?}");
}
