//! Deployment groups and deployment configurations.

use super::super::super::name::{self, Purpose};
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::codedeploy::{self, Config, Deployment, Group, Routing};
use super::super::super::world::{ServiceKey, World};
use super::{application, group, within, write};

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let application = application(world, input)?;
    let page = Page::styled(input, Style::CodeDeploy, &["ListDeploymentGroups", application])?;
    let groups = world.codedeploy.groups.values().filter(|group| &*group.application == application);
    let cut = page.cut((0..).zip(groups.map(|group| &*group.name)));
    Ok(json::document(|o| {
        o.text("applicationName", application).texts("deploymentGroups", &cut.items);
        cut.token(o);
    }))
}

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let (key, group) = group(world, input)?;
    Ok(json::document(|o| {
        o.object("deploymentGroupInfo", |o| info(o, world, key, group));
    }))
}

/// Groups that are not there are told in one sentence.
pub fn batch(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let application = application(world, input)?;
    let names = input.texts("deploymentGroupNames")?;
    if names.is_empty() {
        let words = "Deployment group name is required.";
        return Err(Refusal::new("DeploymentGroupNameRequiredException", words));
    }
    within(names.len(), 100)?;
    let found = names.iter().filter_map(|name| world.codedeploy.group(application, name));
    let missing: Vec<_> =
        names.iter().copied().filter(|name| world.codedeploy.group(application, name).is_none()).collect();
    Ok(json::document(|o| {
        o.objects("deploymentGroupsInfo", found, |o, (key, group)| info(o, world, key, group));
        if !missing.is_empty() {
            o.text(
                "errorMessage",
                format_args!("No Deployment Group found for names: {}", missing.join(", ")),
            );
        }
    }))
}

fn info(o: &mut Object<'_>, world: &World, key: ServiceKey, group: &Group) {
    let Some(service) = world.service(key) else { return };
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    o.text("applicationName", &group.application)
        .text("deploymentGroupId", name::uuid(world.seed, Purpose::Policy, u64::from(key.0)))
        .text("deploymentGroupName", &group.name)
        .text("deploymentConfigName", &group.config.name)
        .none("ec2TagFilters")
        .none("onPremisesInstanceTagFilters")
        .none("autoScalingGroups")
        .text("serviceRoleArn", world.place.iam("role/codedeploy-ecs"));
    // Guess: the revision that was last asked for, whatever became of it.
    let last = world.codedeploy.of(key).next();
    if let Some(last) = last {
        o.object("targetRevision", |o| write::revision(o, world, &last.content));
    }
    o.none("triggerConfigurations");
    write::guard(o, "alarmConfiguration", &group.guard);
    write::rollback(o, group.rollback);
    write::style(o);
    o.text("outdatedInstancesStrategy", "UPDATE");
    write::blue_green(o, group.ready, group.termination);
    write::load_balancer(o, world, key);
    let brief = |o: &mut Object<'_>, key: &str, deployment: Option<&Deployment>| {
        if let Some(deployment) = deployment {
            o.object(key, |o| {
                o.text("deploymentId", &deployment.id)
                    .text("status", deployment.status.word())
                    .time_if("endTime", deployment.completed)
                    .time("createTime", deployment.created);
            });
        }
    };
    brief(o, "lastSuccessfulDeployment", world.codedeploy.last_successful(key));
    brief(o, "lastAttemptedDeployment", last);
    o.text("computePlatform", "ECS").objects("ecsServices", [service], |o, service| {
        o.text("serviceName", &service.name).text("clusterName", cluster);
    });
    o.flag("terminationHookEnabled", false);
}

pub fn config(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let name = input.text("deploymentConfigName")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| {
        Refusal::new("DeploymentConfigNameRequiredException", "Deployment configuration name is required.")
    })?;
    let config = find_config(world, name)?;
    Ok(json::document(|o| {
        o.object("deploymentConfigInfo", |o| {
            o.text("deploymentConfigId", name::uuid(world.seed, Purpose::Policy, name::number_of(name)))
                .text("deploymentConfigName", &config.name)
                .time("createTime", world.now - 900 * 86_400_000)
                .text("computePlatform", "ECS")
                .object("trafficRoutingConfig", |o| traffic(o, config.routing));
        });
    }))
}

pub fn find_config(world: &World, name: &str) -> Result<Config, Refusal> {
    codedeploy::config_named(world, name).ok_or_else(|| {
        // AWS's words.
        let words = format!("No Deployment Configuration found for name: {name}");
        Refusal::new("DeploymentConfigDoesNotExistException", words)
    })
}

fn traffic(o: &mut Object<'_>, routing: Routing) {
    match routing {
        Routing::AllAtOnce => {
            o.text("type", "AllAtOnce");
        }
        Routing::Canary { percent, minutes } => {
            o.text("type", "TimeBasedCanary").object("timeBasedCanary", |o| {
                o.number("canaryPercentage", percent).number("canaryInterval", minutes);
            });
        }
        Routing::Linear { percent, minutes } => {
            o.text("type", "TimeBasedLinear").object("timeBasedLinear", |o| {
                o.number("linearPercentage", percent).number("linearInterval", minutes);
            });
        }
    }
}

pub fn list_configs(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let page = Page::styled(input, Style::CodeDeploy, &["ListDeploymentConfigs"])?;
    let own = world.codedeploy.groups.values().map(|group| &*group.config.name);
    let mut names: Vec<_> = codedeploy::PREDEFINED.into_iter().chain(own).collect();
    names.sort_unstable();
    names.dedup();
    let cut = page.cut((0..).zip(names));
    Ok(json::document(|o| {
        o.texts("deploymentConfigsList", &cut.items);
        cut.token(o);
    }))
}
