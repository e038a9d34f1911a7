//! What a deployment of ECS waits for is answered step by step, or answers itself when its time is over.

use fargate_top::simulation::Simulation;

use super::scene::{CANARY, Scene, answer, native};

#[tokio::test(start_paused = true)]
async fn each_step_of_a_canary_has_a_yes_of_its_own() {
    let mut scene = Scene::on(native(CANARY)).await.at_cockpit().await;
    let (deployment, first) = scene.waiting("shop", "api");
    scene.shows(&["WAITING FOR YOU", "? 10% · 100%", "production BLUE 7 100%"]).slowly("a").await;
    scene.shows(&["production 0% > 10%", "the next step has a hook of its own", "C continue to 10%"]);
    scene.slowly("C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &first[0], "CONTINUE")]);
    scene.pass(10.0).await;
    scene.shows(&["production BLUE 7 90%"]);
    scene.pass(70.0).await;
    // Green was tried by a tenth of the people; now the rest waits.
    scene.shows(&["WAITING FOR YOU", "✓ 10% ? 100%"]).sent_nothing();
    let (same, second) = scene.waiting("shop", "api");
    assert_eq!((&same, second.len()), (&deployment, 1));
    assert_ne!(first, second);
    scene.slowly("a").await;
    scene.shows(&["production 10% > 100%", &second[0]]).slowly("C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &second[0], "CONTINUE")]);
    scene.pass(30.0).await;
    scene.shows(&["all on green", "production BLUE 7 0%", "100% GREEN 8 live the same"]);
    scene.pass(180.0).await;
    scene.shows(&["done"]).sent_nothing();
    assert_eq!(scene.of_ecs("shop", "api")["status"], "SUCCESSFUL");
}

/// A canary whose first hook ends by itself in about a minute.
fn about_to_end(then: &str) -> Simulation {
    let hook = format!("timeout = \"9m\", on-timeout = \"{then}\"");
    native(&CANARY.replace("timeout = \"30m\"", &hook))
}

#[tokio::test(start_paused = true)]
async fn silence_that_means_yes_is_told_before_it_happens() {
    let mut scene = Scene::on(about_to_end("continue")).await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.shows(&["SILENCE MEANS YES for 1", "0% > 10%", "CONTINUES"]);
    scene.pass(125.0).await;
    scene.shows(&["nothing waits for you", "shifting, 10%"]);
    // The hook of the second step has nine minutes of its own.
    scene.pass(80.0).await;
    scene.shows(&["1 waits for you", "10% > 100%", "CONTINUES"]).sent_nothing();
    assert_eq!(scene.of_ecs("shop", "api")["status"], "IN_PROGRESS");
}

#[tokio::test(start_paused = true)]
async fn silence_that_means_no_rolls_back() {
    let mut scene = Scene::on(about_to_end("rollback")).await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.shows(&["1 waits for you", "rolls back"]).hides("SILENCE MEANS");
    scene.pass(150.0).await;
    assert_eq!(scene.of_ecs("shop", "api")["status"], "ROLLBACK_SUCCESSFUL");
    // Nobody had its cockpit open, and still the inbox knows that it is over.
    scene.shows(&["nothing waits for you", "0 in flight"]).hides("rolling back");
    scene.slowly("a C").await;
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn a_worse_green_is_a_finding_and_needs_a_reason() {
    let mut scene = Scene::of("canary").await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.press("enter").pass(4.0).await;
    scene.shows(&["Fleet > shop > checkout-api", "! 5xx per 1000 2.9 27 9x blue", "look first"]);
    let (deployment, hooks) = scene.waiting("shop", "checkout-api");
    scene.slowly("a").await;
    scene.shows(&["! 5xx per 1000: 9x blue", "required: say why", "off until"]).slowly("C").await;
    scene.slowly("tab tab").await.press("100").slowly("tab C").await;
    scene.shows(&["off until a reason is given"]).sent_nothing();
    scene.slowly("shift-tab shift-tab").await.press("known:INC-7").slowly("tab tab C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[0], "CONTINUE")]);
    scene.pass(20.0).await;
    scene.shows(&["100% GREEN 420"]).sent_nothing();
}
