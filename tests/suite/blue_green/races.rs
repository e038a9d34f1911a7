//! What happens between a preview and its confirmation: the wrong request never leaves, and no request leaves twice.

use fargate_top::app::settings::Settings;
use fargate_top::fleet::id::DefinitionId;
use fargate_top::fleet::task::Task;
use fargate_top::simulation::{Disturbance, Fault, FaultEffect, Matches, Simulation};
use serde_json::{Value, json};

use super::scene::{CANARY, SHIFT, Scene, answer, codedeploy, go_on, native, start};

/// The dialog of a yes is open.
async fn asked(simulation: Simulation) -> Scene {
    let mut scene = Scene::on(simulation).await.at_cockpit().await;
    scene.slowly("a").await;
    scene.shows(&["C continue"]);
    scene
}

fn continued(scene: &Scene) {
    let (deployment, hooks) = scene.waiting("shop", "api");
    let (operation, body) = answer(&deployment, &hooks[0], "CONTINUE");
    scene.act(&operation, body);
}

/// All tasks of green stop.
fn green_dies(scene: &Scene) {
    let fleet = &scene.model().fleet;
    let cluster = fleet.cluster_named("shop").unwrap().id.clone();
    let tasks = fleet.tasks_of(&cluster, "api").map(|known| &known.task);
    let is_green = |task: &Task| task.definition.as_ref().and_then(DefinitionId::revision) == Some(8);
    let green: Vec<String> =
        tasks.filter(|task| is_green(task)).map(|task| task.id.name().to_owned()).collect();
    assert_eq!(green.len(), 2);
    for task in green {
        let (code, reason) = ("EssentialContainerExited".to_owned(), "Essential container exited".to_owned());
        scene.disturb(Disturbance::StopTask { task, code, reason, exit: Some(1) });
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_else_was_faster_at_a_hook() {
    let mut scene = asked(native(CANARY)).await;
    continued(&scene);
    scene.press("C").pass(2.0).await;
    scene.shows(&["decided before", "Nothing was sent", "already answered by somebody else"]);
    // Enter closes it, and there is nothing left to confirm.
    scene.slowly("enter C").await.slowly("a C").await;
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn somebody_else_was_faster_at_codedeploy() {
    let mut scene = asked(codedeploy(SHIFT)).await;
    scene.act("ContinueDeployment", go_on(&scene.id()).1);
    // A moment later its traffic moves.
    scene.simulation.inject(Fault::new(FaultEffect::Latency(3_000)).of("BatchGetDeployments"));
    scene.press("C").pass(8.0).await;
    scene.shows(&["decided before", "already answered by somebody else"]);
    scene.slowly("enter C").await.slowly("a C").await;
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn another_deployment_takes_the_place() {
    let mut scene = asked(native(CANARY)).await;
    let old = scene.of_ecs("shop", "api")["serviceDeploymentArn"].clone();
    scene.act("UpdateService", json!({"cluster": "shop", "service": "api", "forceNewDeployment": true}));
    scene.press("C").pass(2.0).await;
    scene.shows(&["decided before", "the deployment does not wait any more"]).sent_nothing();
    scene.press("esc").pass(120.0).await;
    // The new one asks anew, and only the new one is answered.
    let (new, hooks) = scene.waiting("shop", "api");
    assert_ne!(new, old);
    scene.shows(&["WAITING FOR YOU"]).slowly("a").await;
    scene.slowly("tab").await.press("again").slowly("tab C").await;
    assert_eq!(scene.sent(), [answer(&new, &hooks[0], "CONTINUE")]);
}

#[tokio::test(start_paused = true)]
async fn of_two_hooks_each_is_answered_for_itself() {
    let one = "{ stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"], timeout = \"30m\" }";
    let mut scene = asked(native(&CANARY.replace(one, &format!("{one}, {one}")))).await;
    let (deployment, hooks) = scene.waiting("shop", "api");
    assert_eq!(hooks.len(), 2);
    scene.shows(&["0 of 2 answered; traffic moves after all"]).slowly("C").await;
    let sent = scene.sent();
    assert_eq!(sent.len(), 1);
    let first = hooks.iter().position(|hook| sent[0] == answer(&deployment, hook, "CONTINUE")).unwrap();
    scene.pass(4.0).await;
    scene.shows(&["WAITING FOR YOU", "1 of 2 answered", "production BLUE 7 100%"]);
    scene.slowly("a").await;
    scene.shows(&["1 of 2 answered"]).slowly("C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[1 - first], "CONTINUE")]);
    scene.pass(10.0).await;
    scene.shows(&["production BLUE 7 90%"]).sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn the_other_hook_was_answered_meanwhile() {
    let one = "{ stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"], timeout = \"30m\" }";
    let mut scene = asked(native(&CANARY.replace(one, &format!("{one}, {one}")))).await;
    let (deployment, hooks) = scene.waiting("shop", "api");
    let shown = hooks.iter().position(|hook| scene.screen().contains(hook.as_str())).unwrap();
    let (operation, body) = answer(&deployment, &hooks[1 - shown], "CONTINUE");
    scene.act(&operation, body);
    // Now this answer would move traffic, and before it would not have: that is looked at again.
    scene.press("C").pass(2.0).await;
    scene
        .shows(&["Things changed while you were deciding", "Nothing was sent", "waiting 2 1"])
        .sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn the_hook_of_the_next_step_is_another_question() {
    let mut scene = asked(native(CANARY)).await;
    let (_, first) = scene.waiting("shop", "api");
    continued(&scene);
    scene.pass(80.0).await;
    let (_, second) = scene.waiting("shop", "api");
    assert_ne!(first, second);
    scene.shows(&["it does not wait any more: there is nothing to continue", &first[0]]);
    scene.hides(&second[0]).slowly("C").await;
    scene.slowly("tab").await.press("why").slowly("tab C").await;
    scene.sent_nothing();
    scene.slowly("esc a").await;
    scene.shows(&[&second[0], "production 10% > 100%"]).sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn green_is_lost_at_the_last_moment() {
    for simulation in [native(CANARY), codedeploy(SHIFT)] {
        let mut scene = asked(simulation).await;
        green_dies(&scene);
        scene.press("C").pass(2.0).await;
        scene
            .shows(&[
                "Things changed while you were deciding",
                "Nothing was sent",
                "green all run 0 of 2 run",
            ])
            .sent_nothing();
    }
}

#[tokio::test(start_paused = true)]
async fn green_is_lost_while_the_dialog_is_open() {
    for simulation in [native(CANARY), codedeploy(SHIFT)] {
        let mut scene = asked(simulation).await;
        green_dies(&scene);
        scene.pass(6.0).await;
        scene.shows(&[
            "new since you opened this: green steady: 0 of 2 run",
            "required: say why",
            "off until",
        ]);
        scene.slowly("C").await;
        scene.sent_nothing();
    }
}

#[tokio::test(start_paused = true)]
async fn it_fails_while_somebody_reads() {
    let mut scene = asked(native(&format!("alarms = [\"errors\"], {CANARY}"))).await;
    scene.turn("errors", "ALARM");
    scene.press("C").pass(2.0).await;
    scene.shows(&["rolling back, 0% on green", "decided before", "it is rolling back"]).sent_nothing();

    let mut scene = asked(codedeploy(SHIFT)).await;
    let stop = json!({"deploymentId": scene.id(), "autoRollbackEnabled": true});
    scene.act("StopDeployment", stop);
    scene.pass(4.0).await;
    scene.shows(&["it does not wait any more: there is nothing to continue"]).slowly("C").await;
    scene.slowly("esc a C").await;
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_was_firing_before_the_start_guards_nothing() {
    let mut scene = Scene::of("alarm").await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.shows(&["orders-api"]).press("enter");
    scene.pass(4.0).await;
    scene.shows(&["Fleet > shop > orders-api", "alarm orders-latency", "before"]).slowly("a").await;
    scene.shows(&["orders-latency", "required: say why"]).slowly("C").await;
    scene.sent_nothing();
}

#[tokio::test(start_paused = true)]
async fn a_queue_worker_is_told_by_its_name() {
    let simulation = Simulation::story("canary", start()).unwrap();
    let mut scene = Scene::with(simulation, Settings::default()).await;
    scene.slowly("ctrl-x tab").await.press("acme-prod").slowly("enter U").await;
    scene.press(": approvals enter").pass(6.0).await;
    scene.press("j enter").pass(4.0).await;
    scene.shows(&["Fleet > core > invoice-worker", "no traffic is moved", "has worked on live input"]);
    scene.slowly("a").await;
    scene.shows(&["no traffic: there is no load balancer", "rolling back does not undo it"]);
    let (deployment, hooks) = scene.waiting("core", "invoice-worker");
    // There is no percentage to type.
    scene.slowly("tab").await.press("works").slowly("tab").await.press("100").slowly("tab C").await;
    scene.sent_nothing();
    scene.slowly("shift-tab backspace backspace backspace").await.press("invoice-worker");
    scene.slowly("tab C").await;
    assert_eq!(scene.sent(), [answer(&deployment, &hooks[0], "CONTINUE")]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_named_and_nothing_is_tried_again() {
    for (simulation, operation, permission) in [
        (native(CANARY), "ContinueServiceDeployment", "ecs:ContinueServiceDeployment"),
        (codedeploy(SHIFT), "ContinueDeployment", "codedeploy:ContinueDeployment"),
    ] {
        let mut scene = asked(simulation).await;
        scene.simulation.inject(Fault::new(FaultEffect::Deny).of(operation));
        scene.press("C").pass(2.0).await;
        scene.shows(&["not done", "AWS did not do it", &format!("the permission {permission} is missing")]);
        // Neither the letter nor time sends it again.
        scene.slowly("C C r C").await.pass(20.0).await;
        let sent = scene.sent();
        assert!(sent.len() == 1 && sent[0].0 == operation, "{sent:?}");
        scene.slowly("esc").await;
        scene.shows(&["WAITING FOR YOU", "BLUE 7 100%"]).sent_nothing();
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_codedeploy_gets_no_yes() {
    let mut scene = asked(codedeploy(SHIFT)).await;
    let matches = Matches { service: Some("codedeploy".to_owned()), ..Matches::default() };
    let fault = scene.simulation.inject(Fault { matches, ..Fault::new(FaultEffect::Throttle) });
    scene.press("C").pass(30.0).await;
    scene.shows(&["Nothing was sent", "AWS is limiting BatchGetDeployments"]).sent_nothing();
    // No way round for a yes.
    scene.slowly("A C").await.pass(5.0).await;
    scene.sent_nothing();
    scene.simulation.clear(fault);
    scene.slowly("esc").await.pass(60.0).await;
    scene.shows(&["WAITING FOR YOU"]).slowly("a C").await.pass(5.0).await;
    assert_eq!(scene.sent(), [go_on(&scene.id())]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_yes_is_sent_once() {
    let mut scene = asked(codedeploy(SHIFT)).await;
    scene.simulation.inject(Fault::new(FaultEffect::Throttle).of("ContinueDeployment"));
    scene.press("C").pass(30.0).await;
    scene.shows(&["AWS did not do it", "Rate exceeded"]);
    let sent: Vec<(String, Value)> = scene.sent();
    assert_eq!(sent, [go_on(&scene.id())]);
}
