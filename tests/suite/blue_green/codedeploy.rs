//! What CodeDeploy waits for is answered with yes, with no, or not at all, and watched to its end.

use fargate_top::app::settings::Settings;
use fargate_top::simulation::Simulation;
use serde_json::json;

use super::scene::{SHIFT, Scene, codedeploy, go_on, start};

#[tokio::test(start_paused = true)]
async fn a_yes_from_the_inbox_moves_a_tenth() {
    let simulation = Simulation::story("blue-green", start()).unwrap();
    let mut scene = Scene::with(simulation, Settings::default()).await;
    scene.press(": approvals enter").pass(8.0).await;
    scene.shows(&["1 waits for you", "checkout-web", "0% > 10%, then 100%", "stops"]);
    scene.press("enter").pass(4.0).await;
    scene.shows(&["WAITING FOR YOU", "production BLUE 214 100%", "checkout-web-5xx OK", "400, 0 errors"]);
    // The scope is guarded: it is unlocked, and the answer is typed.
    scene.slowly("ctrl-x tab").await.press("acme-prod").slowly("enter U").await;
    scene.slowly("a").await;
    scene.shows(&[
        "10% now, 100% at ~14:08, no further gate",
        "continue-deployment",
        "required",
        "(percent of production)",
    ]);
    scene.slowly("C").await;
    scene.slowly("tab").await.press("smoke").slowly("tab").await.press("10").slowly("tab C").await;
    scene.sent_nothing();
    scene.slowly("shift-tab backspace backspace").await.press("100").slowly("tab C").await.pass(1.0).await;
    let id = scene.of_codedeploy("shop", "checkout-web")["deploymentId"].clone();
    assert_eq!(scene.sent(), [go_on(id.as_str().unwrap())]);
    scene.pass(14.0).await;
    scene.shows(&["shifting, 10% on green", "production BLUE 214 90%", "✓ 10% · 100%", "live the same"]);
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn a_yes_is_watched_to_the_end() {
    let mut scene = Scene::on(codedeploy(SHIFT)).await.at_cockpit().await;
    let id = scene.id();
    scene.slowly("a C").await.pass(1.0).await;
    assert_eq!(scene.sent(), [go_on(&id)]);
    scene.pass(10.0).await;
    scene.shows(&["shifting, 10% on green", "production BLUE 7 90%", "10% GREEN 8 live the same"]);
    let weights = |scene: &Scene| scene.rules().into_iter().map(|(_, weight)| weight).collect::<Vec<_>>();
    assert_eq!(weights(&scene), ["90", "10"]);
    scene.pass(60.0).await;
    scene.shows(&["all on green, blue kept", "production BLUE 7 0%", "100% GREEN 8 live the same"]);
    assert_eq!(weights(&scene), ["0", "100"]);
    assert_eq!(scene.deployment(&id)["status"], "InProgress");
    scene.pass(130.0).await;
    scene.shows(&["done", "0 / 0", "2 / 2"]).hides("WAITING");
    assert_eq!(scene.deployment(&id)["status"], "Succeeded");
    scene.press("ctrl-o").pass(1.0).await;
    scene.shows(&["continue api to 100%", "done: all production traffic is on green; blue is kept"]);
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn a_no_brings_the_traffic_back() {
    let mut scene = Scene::on(codedeploy(SHIFT)).await.at_cockpit().await;
    let id = scene.id();
    scene.slowly("a C").await.pass(1.0).await;
    scene.pass(10.0).await;
    assert_eq!(scene.sent(), [go_on(&id)]);
    // A tenth is on green when it is refused.
    scene.slowly("ctrl-l").await;
    scene.shows(&["Stop and roll back: api", "automatic rollback ON", "production 10% on GREEN api:8"]);
    scene.slowly("B").await;
    let stop = ("StopDeployment".to_owned(), json!({"deploymentId": id, "autoRollbackEnabled": true}));
    assert_eq!(scene.sent(), [stop]);
    scene.pass(40.0).await;
    scene.shows(&["rolled back", "production BLUE 7 100%", "0% GREEN 8"]);
    let weights: Vec<_> = scene.rules().into_iter().map(|(_, weight)| weight).collect();
    assert_eq!(weights, ["100", "0"]);
    let back = scene.of_codedeploy("shop", "api");
    assert_eq!((&back["creator"], &back["status"]), (&json!("codeDeployRollback"), &json!("Succeeded")));
    assert_eq!(scene.deployment(&id)["status"], "Stopped");
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn silence_stops_it() {
    let members = SHIFT.replace("ready = \"20m\"", "ready = \"9m\"");
    let mut scene = Scene::on(codedeploy(&members)).await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.shows(&["1 waits for you", "stops"]);
    let id = scene.id();
    scene.pass(300.0).await;
    assert_eq!(scene.deployment(&id)["status"], "Stopped");
    scene.shows(&["nothing waits for you"]);
    scene.slowly("a").await.slowly("C").await;
    scene.sent_nothing();
}
