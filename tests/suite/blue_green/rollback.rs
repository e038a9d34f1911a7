//! Rolling back with one key in its six situations: what the preview names, what is sent, and what AWS shows afterwards.

use serde_json::json;

use super::scene::{CANARY, SHIFT, Scene, answer, codedeploy, go_on, native, one};

/// The production weights, as `describe-rules` tells them.
fn weights(scene: &Scene) -> Vec<String> {
    scene.rules().into_iter().map(|(_, weight)| weight).collect()
}

#[tokio::test(start_paused = true)]
async fn ecs_while_it_shifts() {
    let mut scene = Scene::on(native(CANARY)).await.at_cockpit().await;
    scene.slowly("a C").await.pass(15.0).await;
    let deployment = scene.of_ecs("shop", "api")["serviceDeploymentArn"].clone();
    assert_eq!((scene.sent().len(), weights(&scene)), (1, vec!["90".to_owned(), "10".to_owned()]));
    scene.slowly("ctrl-l").await;
    scene.shows(&["StopServiceDeployment, ROLLBACK", "goes back to api:7"]).slowly("B").await;
    let body = json!({"serviceDeploymentArn": deployment, "stopType": "ROLLBACK"});
    assert_eq!(scene.sent(), [("StopServiceDeployment".to_owned(), body)]);
    scene.pass(120.0).await;
    scene.shows(&["rolled back", "production BLUE 7 100%"]).sent_nothing();
    assert_eq!(scene.of_ecs("shop", "api")["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(weights(&scene), ["100", "0"]);
}

#[tokio::test(start_paused = true)]
async fn ecs_at_a_pause_hook() {
    let mut scene = Scene::on(native(CANARY)).await.at_cockpit().await;
    let (deployment, hooks) = scene.waiting("shop", "api");
    scene.slowly("ctrl-l").await;
    scene.shows(&["ContinueServiceDeployment", "ROLLBACK", &hooks[0]]).slowly("B").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[0], "ROLLBACK")]);
    scene.pass(120.0).await;
    scene.shows(&["rolled back"]).sent_nothing();
    assert_eq!(scene.of_ecs("shop", "api")["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(weights(&scene), ["100", "0"]);
}

#[tokio::test(start_paused = true)]
async fn ecs_after_the_end() {
    let strategy = "strategy = \"blue-green\", bake = \"1m\", history = 2";
    let mut scene = Scene::on(one(strategy)).await;
    scene.press("enter").pass(4.0).await;
    scene.slowly("ctrl-l").await;
    scene.shows(&[
        "a new deployment of api:6",
        "strategy BLUE_GREEN",
        "aws ecs update-service",
        "stays network",
    ]);
    scene.slowly("B").await;
    let sent = scene.sent();
    assert!(sent.len() == 1 && sent[0].0 == "UpdateService", "{sent:?}");
    assert!(sent[0].1["taskDefinition"].as_str().unwrap().ends_with("api:6"), "{sent:?}");
    scene.pass(200.0).await;
    scene.sent_nothing();
    let newest = scene.of_ecs("shop", "api");
    assert_eq!(newest["status"], "SUCCESSFUL");
    let service = scene.act("DescribeServices", json!({"cluster": "shop", "services": ["api"]}));
    assert!(service["services"][0]["taskDefinition"].as_str().unwrap().ends_with("api:6"));
    assert_eq!(weights(&scene).iter().filter(|weight| *weight == "100").count(), 1);
}

/// `autoRollbackEnabled` is always said.
fn stop(id: &str) -> (String, serde_json::Value) {
    ("StopDeployment".to_owned(), json!({"deploymentId": id, "autoRollbackEnabled": true}))
}

#[tokio::test(start_paused = true)]
async fn codedeploy_while_it_runs() {
    let mut scene = Scene::on(codedeploy(SHIFT)).await.at_cockpit().await;
    let id = scene.id();
    scene.slowly("ctrl-l").await;
    scene.shows(&["automatic rollback ON (StopDeployment)", "Production returns to BLUE api:7"]);
    scene.slowly("B").await;
    assert_eq!(scene.sent(), [stop(&id)]);
    scene.pass(40.0).await;
    scene.shows(&["rolled back"]).sent_nothing();
    assert_eq!(scene.deployment(&id)["status"], "Stopped");
    assert_eq!(weights(&scene), ["100", "0"]);
}

#[tokio::test(start_paused = true)]
async fn codedeploy_while_blue_is_kept() {
    let mut scene = Scene::on(codedeploy(SHIFT)).await.at_cockpit().await;
    let id = scene.id();
    scene.slowly("a C").await.pass(80.0).await;
    assert_eq!(scene.sent(), [go_on(&id)]);
    scene.shows(&["all on green, blue kept"]);
    assert_eq!(weights(&scene), ["0", "100"]);
    scene.slowly("ctrl-l").await;
    scene.shows(&["automatic rollback ON (StopDeployment)", "traffic back in seconds"]).slowly("B").await;
    assert_eq!(scene.sent(), [stop(&id)]);
    scene.pass(40.0).await;
    scene.shows(&["rolled back"]).sent_nothing();
    let back = scene.of_codedeploy("shop", "api");
    assert_eq!((&back["creator"], &back["status"]), (&json!("codeDeployRollback"), &json!("Succeeded")));
    assert_eq!(weights(&scene), ["100", "0"]);
}

#[tokio::test(start_paused = true)]
async fn codedeploy_after_blue_is_gone() {
    // The group has alarms, of which one fires, and waits for nobody.
    let members = "config = \"Team.ECSCanary10Percent1Minutes\", termination = \"1m\", \
                   deployments = [{ since = \"15m\" }]";
    let mut scene = Scene::on(one(&format!("alarms = [\"errors\"], code-deploy = {{ {members} }}"))).await;
    let gone = scene.of_codedeploy("shop", "api");
    assert_eq!(gone["status"], "Succeeded");
    scene.turn("errors", "ALARM");
    scene.pass(10.0).await;
    scene.press("enter").pass(6.0).await;
    scene.slowly("ctrl-l").await;
    scene.shows(&["CreateDeployment", "CodeDeployDefault.ECSAllAtOnce", "api:7", "errors"]);
    scene.pass(5.0).await;
    scene.shows(&["not OK: errors ALARM", "* guard this deployment as well"]);
    scene.slowly("tab tab tab down").await;
    scene.shows(&["> overridden for this deployment (needs codedeploy:UpdateDeploym"]);
    scene.slowly("tab tab B").await;
    let sent = scene.sent();
    assert!(sent.len() == 1 && sent[0].0 == "CreateDeployment", "{sent:?}");
    assert_eq!(sent[0].1["deploymentConfigName"], "CodeDeployDefault.ECSAllAtOnce");
    assert_eq!(sent[0].1["overrideAlarmConfiguration"]["enabled"], false);
    scene.pass(200.0).await;
    let newest = scene.of_codedeploy("shop", "api");
    assert_ne!(newest["deploymentId"], gone["deploymentId"]);
    assert_eq!(newest["status"], "Succeeded");
    let service = scene.act("DescribeServices", json!({"cluster": "shop", "services": ["api"]}));
    assert!(service["services"][0]["taskSets"][0]["taskDefinition"].as_str().unwrap().ends_with("api:7"));
    scene.sent_nothing();
}
