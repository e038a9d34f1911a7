//! The structures that groups and deployments share.

use super::super::super::name;
use super::super::super::wire::json::Object;
use super::super::super::world::balancer::names::{group_name, listener_arn, listener_of};
use super::super::super::world::balancer::{Traffic, slots};
use super::super::super::world::codedeploy::{AutoRollback, Guard};
use super::super::super::world::{ServiceKey, World};

/// `revision` and the like. The digest is a made-up one of the right shape.
pub fn revision(o: &mut Object<'_>, world: &World, content: &str) {
    let digest = name::digest(world.seed, name::number_of(content)).to_string();
    o.text("revisionType", "AppSpecContent").object("appSpecContent", |o| {
        o.text("content", content).text("sha256", digest.trim_start_matches("sha256:"));
    });
}

pub fn guard(o: &mut Object<'_>, key: &str, guard: &Guard) {
    o.object(key, |o| {
        o.flag("enabled", guard.enabled).flag("ignorePollAlarmFailure", guard.ignores_poll_failure).objects(
            "alarms",
            &guard.alarms,
            |o, name| {
                o.text("name", name);
            },
        );
    });
}

pub fn rollback(o: &mut Object<'_>, rollback: AutoRollback) {
    o.object("autoRollbackConfiguration", |o| {
        o.flag("enabled", rollback.enabled).texts("events", rollback.events());
    });
}

pub fn style(o: &mut Object<'_>) {
    o.object("deploymentStyle", |o| {
        o.text("deploymentType", "BLUE_GREEN").text("deploymentOption", "WITH_TRAFFIC_CONTROL");
    });
}

/// `blueGreenDeploymentConfiguration`; times are minutes.
pub fn blue_green(o: &mut Object<'_>, ready: Option<u32>, termination: u32) {
    o.object("blueGreenDeploymentConfiguration", |o| {
        o.object("terminateBlueInstancesOnDeploymentSuccess", |o| {
            o.text("action", "TERMINATE").number("terminationWaitTimeInMinutes", termination);
        })
        .object("deploymentReadyOption", |o| {
            let action = if ready.is_some() { "STOP_DEPLOYMENT" } else { "CONTINUE_DEPLOYMENT" };
            o.text("actionOnTimeout", action).number("waitTimeInMinutes", ready.unwrap_or(0));
        });
    });
}

/// `loadBalancerInfo`: the names of the target groups and the ARNs of the listeners.
pub fn load_balancer(o: &mut Object<'_>, world: &World, key: ServiceKey) {
    let route = |o: &mut Object<'_>, member: &str, traffic| {
        if let Some(listener) = listener_of(world, key, traffic) {
            o.object(member, |o| {
                o.texts("listenerArns", [listener_arn(world, listener)]);
            });
        }
    };
    let groups: Vec<_> = slots(world, key).filter_map(|slot| group_name(world, key, slot)).collect();
    o.object("loadBalancerInfo", |o| {
        o.objects("targetGroupPairInfoList", (!groups.is_empty()).then_some(()), |o, ()| {
            o.objects("targetGroups", &groups, |o, name| {
                o.text("name", name);
            });
            route(o, "prodTrafficRoute", Traffic::Production);
            route(o, "testTrafficRoute", Traffic::Test);
        });
    });
}
