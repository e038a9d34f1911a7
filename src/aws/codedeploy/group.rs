//! Deployment groups and configurations of CodeDeploy, of the SDK as the fleet keeps them.

use aws_sdk_codedeploy::types as sdk;

use crate::aws::text::count;
use crate::fleet::balancer::RouteId;
use crate::fleet::codedeploy::{
    AlarmRules, AutoRollback, BlueGreenRules, CodeDeployId, DeploymentGroup, GroupId, ReadyAction, Routing,
};
use crate::fleet::id::{ContextId, Text};
use crate::fleet::percent::Percent;

/// A group of this application; `None` when the answer does not name it.
pub(super) fn group(
    context: ContextId,
    application: &str,
    from: &sdk::DeploymentGroupInfo,
) -> Option<DeploymentGroup> {
    let application = from.application_name().unwrap_or(application).into();
    let services = from.ecs_services().iter();
    // ECS has one pair in a group, and one listener of each kind in a pair.
    let pair = from.load_balancer_info().and_then(|info| info.target_group_pair_info_list().first());
    let route = |route: Option<&sdk::TrafficRoute>| {
        route.and_then(|route| route.listener_arns().first()).map(|arn| RouteId::new(arn.as_str()))
    };
    let last = |last: Option<&sdk::LastDeploymentInfo>| last?.deployment_id().map(CodeDeployId::new);
    Some(DeploymentGroup {
        id: GroupId { application, name: from.deployment_group_name()?.into() },
        context,
        services: services
            .filter_map(|of| Some((of.cluster_name()?.into(), of.service_name()?.into())))
            .collect(),
        config: text(from.deployment_config_name()),
        rules: from.blue_green_deployment_configuration().map(blue_green).unwrap_or_default(),
        rollback: from.auto_rollback_configuration().map(rollback).unwrap_or_default(),
        alarms: from.alarm_configuration().map(alarms).unwrap_or_default(),
        target_groups: pair
            .map(|pair| pair.target_groups().iter().filter_map(|group| text(group.name())).collect())
            .unwrap_or_default(),
        production: route(pair.and_then(sdk::TargetGroupPairInfo::prod_traffic_route)),
        test: route(pair.and_then(sdk::TargetGroupPairInfo::test_traffic_route)),
        last_attempted: last(from.last_attempted_deployment()),
        last_successful: last(from.last_successful_deployment()),
    })
}

pub(super) fn blue_green(from: &sdk::BlueGreenDeploymentConfiguration) -> BlueGreenRules {
    let ready = from.deployment_ready_option().map(|option| {
        let action = option.action_on_timeout().map_or("", sdk::DeploymentReadyAction::as_str);
        match action {
            "CONTINUE_DEPLOYMENT" => ReadyAction::Continue,
            "STOP_DEPLOYMENT" => ReadyAction::Stop { minutes: count(option.wait_time_in_minutes()) },
            other => ReadyAction::Other(other.into()),
        }
    });
    let kept = from.terminate_blue_instances_on_deployment_success();
    BlueGreenRules {
        ready,
        blue_kept_minutes: kept.map(|kept| count(kept.termination_wait_time_in_minutes())),
    }
}

pub(super) fn rollback(from: &sdk::AutoRollbackConfiguration) -> AutoRollback {
    AutoRollback {
        enabled: from.enabled(),
        events: from.events().iter().map(|event| event.as_str().into()).collect(),
    }
}

fn alarms(from: &sdk::AlarmConfiguration) -> AlarmRules {
    AlarmRules {
        enabled: from.enabled(),
        ignores_poll_failure: from.ignore_poll_alarm_failure(),
        names: from.alarms().iter().filter_map(|alarm| text(alarm.name())).collect(),
    }
}

/// How a configuration moves traffic; one for servers moves none, and is named by its platform.
pub(super) fn routing(from: &sdk::DeploymentConfigInfo) -> Routing {
    let Some(config) = from.traffic_routing_config() else {
        return Routing::Other(from.compute_platform().map_or("", sdk::ComputePlatform::as_str).into());
    };
    let kind = config.r#type().map_or("", sdk::TrafficRoutingType::as_str);
    let step = |percent: i32, minutes: i32| (Percent::new(f64::from(percent)), count(minutes));
    match (kind, config.time_based_canary(), config.time_based_linear()) {
        ("AllAtOnce", ..) => Routing::AllAtOnce,
        ("TimeBasedCanary", Some(canary), _) => {
            let (percent, minutes) = step(canary.canary_percentage(), canary.canary_interval());
            Routing::Canary { percent, minutes }
        }
        ("TimeBasedLinear", _, Some(linear)) => {
            let (percent, minutes) = step(linear.linear_percentage(), linear.linear_interval());
            Routing::Linear { percent, minutes }
        }
        (other, ..) => Routing::Other(other.into()),
    }
}

/// The text, where there is any.
pub(super) fn text(words: Option<&str>) -> Option<Text> {
    words.filter(|words| !words.is_empty()).map(Text::from)
}
