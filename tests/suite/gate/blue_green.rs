//! Answers to blue/green deployments at the gate: what is on the wire, and that a lost race sends nothing.

use fargate_top::app::action::release::{self, Purpose};
use fargate_top::app::action::shift::{Release, Spec, Waiting};
use fargate_top::fleet::codedeploy::{CodeDeployId, CodeDeployment, EcsTarget, GroupId};
use fargate_top::fleet::deployment::ServiceDeployment;
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::topic::FailureKind;
use serde_json::Value;

use super::*;

/// The story `canary`: ECS waits at the second step of `checkout-api`.
const NATIVE: (&str, &str) = ("shop", "checkout-api");
/// The story `blue-green`: CodeDeploy waits at `checkout-web`, and keeps blue at `search-web`.
const WAITING: (&str, &str) = ("shop", "checkout-web");
const KEPT: (&str, &str) = ("shop", "search-web");
const STEADY: (&str, &str) = ("identity", "login-web");

impl Rig {
    async fn shift(&self, at: (&str, &str)) -> ServiceDeployment {
        let id = self.service(at.0, at.1).await.deployment.unwrap();
        self.aws.ecs.describe_service_deployments(&[id]).await.unwrap().remove(0)
    }

    async fn yes(&self, at: (&str, &str)) -> (Change, Seen) {
        let known = self.shift(at).await;
        let hook = known.hooks.iter().find(|hook| hook.waits_for_a_person()).unwrap().id.clone();
        let seen = Seen::hook(&known, &hook);
        let waiting = Waiting::Hook { deployment: known.id, hook };
        (going_on(at, waiting), seen)
    }

    async fn codedeployment(&self, at: (&str, &str)) -> (CodeDeployment, EcsTarget) {
        let sets = self.service(at.0, at.1).await.task_sets;
        let ids: Vec<CodeDeployId> =
            sets.iter().filter_map(|set| CodeDeployId::of_task_set(set.external_id.as_deref()?)).collect();
        let all = self.aws.codedeploy.batch_get_deployments(&ids).await.unwrap();
        let newest = all.into_iter().max_by_key(|known| known.created).unwrap();
        let (cluster, service) = (cluster(at.0), service(at.0, at.1));
        let target = self.aws.codedeploy.batch_get_deployment_targets(&newest.id, &cluster, &service).await;
        (newest, target.unwrap())
    }

    /// The only request that changed something, with its body.
    fn only(&self) -> (String, Value) {
        let sent = self.sent();
        let [call] = sent.as_slice() else { panic!("{sent:?}") };
        (call.operation.clone(), call.body.clone())
    }

    /// What a later session would watch on.
    fn unfinished(&self) -> Vec<Change> {
        let place = Place {
            profile: Some("acme-prod"),
            region: "eu-west-1",
            endpoint: Some("http://localhost:5000"),
            account: None,
        };
        let open = unfinished(self.folder.path(), CONTEXT, &place, self.clock.now());
        open.into_iter().map(|operation| operation.action.change).collect()
    }

    async fn accepted(&self, change: Change, seen: Seen) -> (String, Value) {
        let passage = self.pass(change.clone(), seen, Approval::default()).await;
        assert!(matches!(passage, Passage::Accepted(_)), "{}: {passage:?}", change.told());
        assert_eq!(self.unfinished(), [change]);
        self.only()
    }

    /// It was decided before, and nothing left.
    async fn too_late(&self, change: Change, seen: Seen, why: &str) {
        self.simulation.forget_calls();
        let passage = self.pass(change, seen, Approval::default()).await;
        let Passage::Overtaken { sentence, sent: false } = &passage else { panic!("{passage:?}") };
        assert!(sentence.contains(why), "{sentence}");
        assert_eq!(self.sent(), []);
    }
}

fn going_on(at: (&str, &str), waiting: Waiting) -> Change {
    let to = Some(Percent::ALL);
    Change::Continue { cluster: cluster(at.0), service: service(at.0, at.1), waiting, to }
}

fn stop(at: (&str, &str), deployment: &CodeDeployId, back: bool) -> Change {
    let deployment = deployment.clone();
    Change::StopShift { cluster: cluster(at.0), service: service(at.0, at.1), deployment, back }
}

fn remove(at: (&str, &str), deployment: &CodeDeployId) -> Change {
    let deployment = deployment.clone();
    Change::RemoveBlue { cluster: cluster(at.0), service: service(at.0, at.1), deployment }
}

fn hook_of(change: &Change) -> (String, String) {
    match change {
        Change::Continue { waiting: Waiting::Hook { deployment, hook }, .. } => {
            (deployment.to_string(), hook.to_string())
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_yes_at_a_hook_names_deployment_hook_and_action() {
    let rig = Rig::of("canary", open()).await;
    let (change, seen) = rig.yes(NATIVE).await;
    let (deployment, hook) = hook_of(&change);
    let (operation, body) = rig.accepted(change.clone(), seen.clone()).await;
    assert_eq!(operation, "ContinueServiceDeployment");
    let expected = json!({"serviceDeploymentArn": deployment, "hookId": hook, "action": "CONTINUE"});
    assert_eq!(body, expected);
    // The second one comes too late.
    rig.too_late(change, seen, "").await;
}

#[tokio::test(start_paused = true)]
async fn a_no_at_a_hook_says_so() {
    let rig = Rig::of("canary", open()).await;
    let (change, _) = rig.yes(NATIVE).await;
    let (deployment, hook) = hook_of(&change);
    let refuse = Change::Refuse {
        cluster: cluster(NATIVE.0),
        service: service(NATIVE.0, NATIVE.1),
        deployment: DeploymentId::new(&*deployment),
        hook: hook.as_str().into(),
    };
    // What was seen does not hold a way back.
    let (operation, body) = rig.accepted(refuse, Seen::default()).await;
    assert_eq!(operation, "ContinueServiceDeployment");
    let expected = json!({"serviceDeploymentArn": deployment, "hookId": hook, "action": "ROLLBACK"});
    assert_eq!(body, expected);
}

#[tokio::test(start_paused = true)]
async fn who_was_faster_at_a_hook_has_decided() {
    let rig = Rig::of("canary", open()).await;
    let (change, seen) = rig.yes(NATIVE).await;
    let (deployment, hook) = hook_of(&change);
    let body = json!({"serviceDeploymentArn": deployment, "hookId": hook, "action": "CONTINUE"});
    rig.act("ContinueServiceDeployment", body);
    rig.too_late(change, seen, "already answered by somebody else").await;
    assert_eq!(rig.kinds(), [Kind::Drifted]);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_another_one_replaced_is_not_answered() {
    let rig = Rig::of("canary", open()).await;
    let (change, seen) = rig.yes(NATIVE).await;
    rig.act(
        "UpdateService",
        json!({"cluster": "shop", "service": "checkout-api", "forceNewDeployment": true}),
    );
    rig.too_late(change, seen, "the deployment does not wait any more").await;
}

#[tokio::test(start_paused = true)]
async fn a_hook_of_another_id_is_never_answered() {
    let rig = Rig::of("canary", open()).await;
    let (change, seen) = rig.yes(NATIVE).await;
    let (deployment, _) = hook_of(&change);
    let waiting =
        Waiting::Hook { deployment: DeploymentId::new(deployment), hook: "ecs-pause-gone00".into() };
    rig.too_late(going_on(NATIVE, waiting), seen, "ecs-pause-gone00 is gone").await;
}

#[tokio::test(start_paused = true)]
async fn another_picture_than_the_one_on_the_screen_holds_a_yes_back() {
    let rig = Rig::of("canary", open()).await;
    let (change, _) = rig.yes(NATIVE).await;
    let (_, hook) = hook_of(&change);
    let mut then = rig.shift(NATIVE).await;
    if let Some(target) = &mut then.target {
        target.production = Some(Percent::NONE);
    }
    let passage = rig.pass(change, Seen::hook(&then, &hook), Approval::default()).await;
    assert!(matches!(passage, Passage::Drifted(_)), "{passage:?}");
    assert_eq!(rig.sent(), []);
}

#[tokio::test(start_paused = true)]
async fn a_yes_to_codedeploy_is_one_ready_wait() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let change = going_on(WAITING, Waiting::Ready(known.id.clone()));
    let seen = Seen::shift(&known, Some(&target));
    let (operation, body) = rig.accepted(change.clone(), seen.clone()).await;
    assert_eq!(operation, "ContinueDeployment");
    assert_eq!(body, json!({"deploymentId": known.id.as_str(), "deploymentWaitType": "READY_WAIT"}));
    sleep(Duration::from_secs(5)).await;
    rig.too_late(change, seen, "").await;
}

#[tokio::test(start_paused = true)]
async fn blue_is_not_removed_while_it_serves() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let seen = Seen::shift(&known, Some(&target));
    let passage = rig.pass(remove(WAITING, &known.id), seen, Approval::default()).await;
    let Passage::Refused(why) = &passage else { panic!("{passage:?}") };
    assert!(why.contains("keeps no blue yet"), "{why}");
    assert_eq!(rig.sent(), []);
}

#[tokio::test(start_paused = true)]
async fn who_was_faster_at_codedeploy_has_decided() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let seen = Seen::shift(&known, Some(&target));
    let body = json!({"deploymentId": known.id.as_str(), "autoRollbackEnabled": true});
    rig.act("StopDeployment", body);
    sleep(Duration::from_secs(5)).await;
    rig.too_late(going_on(WAITING, Waiting::Ready(known.id.clone())), seen, "has stopped already").await;
}

#[rstest]
#[case(WAITING, true)]
#[case(WAITING, false)]
#[case(KEPT, true)]
#[tokio::test(start_paused = true)]
async fn a_stop_always_says_whether_it_goes_back(#[case] at: (&str, &str), #[case] back: bool) {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(at).await;
    let change = stop(at, &known.id, back);
    let (operation, body) = rig.accepted(change, Seen::shift(&known, Some(&target))).await;
    assert_eq!(operation, "StopDeployment");
    assert_eq!(body, json!({"deploymentId": known.id.as_str(), "autoRollbackEnabled": back}));
}

#[tokio::test(start_paused = true)]
async fn blue_is_removed_by_a_termination_wait() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(KEPT).await;
    let seen = Seen::shift(&known, Some(&target));
    let (operation, body) = rig.accepted(remove(KEPT, &known.id), seen).await;
    assert_eq!(operation, "ContinueDeployment");
    assert_eq!(body, json!({"deploymentId": known.id.as_str(), "deploymentWaitType": "TERMINATION_WAIT"}));
}

fn releasing(at: (&str, &str), definition: &DefinitionId, back: bool) -> Change {
    let content = format!(
        "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
         TaskDefinition: {}\n",
        definition.as_str()
    );
    let release = Release {
        group: GroupId {
            application: format!("AppECS-{}-{}", at.0, at.1).into(),
            name: format!("DgpECS-{}-{}", at.0, at.1).into(),
        },
        definition: Some(definition.clone()),
        spec: Spec::Content(content.into()),
        config: release::configs(Purpose::Back).first().copied().flatten().filter(|_| back).map(Into::into),
        ignores_alarms: back,
        back,
    };
    let release = Box::new(release);
    Change::Release { cluster: cluster(at.0), service: service(at.0, at.1), release }
}

#[tokio::test(start_paused = true)]
async fn a_new_deployment_of_codedeploy_is_known_by_its_id() {
    let rig = Rig::of("blue-green", open()).await;
    let service = rig.service(STEADY.0, STEADY.1).await;
    let now = release::present(&service).unwrap().clone();
    let change = releasing(STEADY, &now.before().unwrap(), true);
    let passage = rig.pass(change.clone(), Seen::release(&service), Approval::default()).await;
    let Passage::Accepted(acceptance) = &passage else { panic!("{passage:?}") };
    assert!(acceptance.release.as_ref().unwrap().as_str().starts_with("d-"));
    assert_eq!(rig.unfinished(), [change]);
    let (operation, body) = rig.only();
    assert_eq!(operation, "CreateDeployment");
    assert_eq!(body["deploymentConfigName"], "CodeDeployDefault.ECSAllAtOnce");
    assert_eq!(body["overrideAlarmConfiguration"]["enabled"], false);
    assert_eq!(body["revision"]["revisionType"], "AppSpecContent");
    // The group carries out one at a time.
    let service = rig.service(STEADY.0, STEADY.1).await;
    let passage =
        rig.pass(releasing(STEADY, &now, false), Seen::release(&service), Approval::default()).await;
    assert!(matches!(passage, Passage::Rejected(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 2, "it is not repeated");
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_named_and_nothing_repeated() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    rig.simulation.inject(Fault::new(FaultEffect::Deny).of("ContinueDeployment"));
    let change = going_on(WAITING, Waiting::Ready(known.id.clone()));
    let permission = change.permission();
    let passage = rig.pass(change, Seen::shift(&known, Some(&target)), Approval::default()).await;
    let Passage::Rejected(failure) = &passage else { panic!("{passage:?}") };
    assert_eq!(failure.kind, FailureKind::Denied { action: Some(permission.into()) });
    assert_eq!(rig.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_yes_whose_answer_is_lost_is_never_sent_twice() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let seen = Seen::shift(&known, Some(&target));
    rig.simulation.inject(Fault::new(FaultEffect::Drop).of("ContinueDeployment"));
    let change = going_on(WAITING, Waiting::Ready(known.id.clone()));
    let passage = rig.pass(change, seen, Approval::default()).await;
    let known_done = matches!(passage, Passage::Unclear(_) | Passage::Accepted(_));
    assert!(known_done, "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
    let rig = Rig::of("canary", open()).await;
    let (change, seen) = rig.yes(NATIVE).await;
    rig.simulation.inject(Fault::new(FaultEffect::Stall(1_000)).of("ContinueServiceDeployment"));
    let passage = rig.pass(change, seen, Approval::default()).await;
    assert!(matches!(passage, Passage::Unclear(_) | Passage::Accepted(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_at_again_is_no_yes_but_may_go_back() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let seen = Seen::shift(&known, Some(&target));
    rig.simulation.inject(Fault::new(FaultEffect::Throttle).of("BatchGetDeployments"));
    let unchecked = Approval { unchecked: true, ..Approval::default() };
    let yes = going_on(WAITING, Waiting::Ready(known.id.clone()));
    for change in [yes, stop(WAITING, &known.id, false), remove(WAITING, &known.id)] {
        let passage = rig.pass(change, seen.clone(), unchecked).await;
        assert!(matches!(passage, Passage::NotChecked(_)), "{passage:?}");
    }
    assert_eq!(rig.sent(), []);
    let passage = rig.pass(stop(WAITING, &known.id, true), seen, unchecked).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
    assert_eq!(rig.only().0, "StopDeployment");
}

#[tokio::test(start_paused = true)]
async fn what_was_decided_while_it_was_on_its_way_is_told_as_that() {
    let rig = Rig::of("blue-green", open()).await;
    let (known, target) = rig.codedeployment(WAITING).await;
    let seen = Seen::shift(&known, Some(&target));
    rig.simulation.inject(Fault::new(FaultEffect::Latency(4_000)).of("BatchGetDeploymentTargets"));
    let others = async {
        sleep(Duration::from_secs(2)).await;
        let body = json!({"deploymentId": known.id.as_str(), "autoRollbackEnabled": true});
        rig.act("StopDeployment", body);
    };
    let change = going_on(WAITING, Waiting::Ready(known.id.clone()));
    let (passage, ()) = tokio::join!(rig.pass(change, seen, Approval::default()), others);
    let Passage::Overtaken { sent: true, .. } = &passage else { panic!("{passage:?}") };
    assert_eq!(rig.sent().len(), 1);
}

#[test]
fn a_choice_knows_its_configurations() {
    assert_eq!(release::configs(Purpose::Back), [Some(release::ALL_AT_ONCE), None]);
    assert_eq!(release::configs(Purpose::Deploy), [None]);
}
