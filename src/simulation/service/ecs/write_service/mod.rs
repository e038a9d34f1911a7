//! A service as DescribeServices and UpdateService show it.

mod task_set;

use std::fmt::{self, Display};

use super::super::super::name::{self, Purpose, vpc_id};
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::balancer::{self, PerSlot, Slot, Traffic, names};
use super::super::super::world::cluster::Cluster;
use super::super::super::world::definition::Definition;
use super::super::super::world::deploy;
use super::super::super::world::event;
use super::super::super::world::record::Cause;
use super::super::super::world::scheduler;
use super::super::super::world::service::{Deployment, Rollout, Service};
use super::super::super::world::settings::{Breaker, Controller, Settings};
use super::super::super::world::task::{Capacity, Owner, TaskState};
use super::{strategy, write_deployment};

/// `arn:aws:ecs:<region>:<account>:service/<cluster>/<name>`.
pub fn arn(world: &World, cluster: &Cluster, name: &str) -> impl Display {
    fmt::from_fn(move |f| write!(f, "{}", world.place.ecs(format_args!("service/{}/{name}", cluster.name))))
}

/// Tasks of one deployment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub wanted: u32,
    pub running: u32,
    pub pending: u32,
}

/// Counts the tasks of a service, or of one of its deployments.
pub fn counts(world: &World, service: &Service, only: Option<u64>) -> Counts {
    let mut counts = Counts::default();
    for task in service.tasks.iter().filter_map(|key| world.task(*key)) {
        let Owner::Service { deployment, .. } = task.owner else { continue };
        if only.is_none_or(|only| only == deployment) {
            counts.wanted += u32::from(task.is_wanted());
            counts.running += u32::from(task.state == TaskState::Running);
            counts.pending += u32::from(task.state.is_starting());
        }
    }
    counts
}

pub fn write(o: &mut Object<'_>, world: &World, service: &Service, tags: bool) {
    let Some(cluster) = world.cluster(service.cluster) else { return };
    let settings = &*service.settings;
    let total = counts(world, service, None);
    o.text("serviceArn", arn(world, cluster, &service.name))
        .text("serviceName", &service.name)
        .text("clusterArn", world.place.ecs(format_args!("cluster/{}", cluster.name)));
    let definition = service.primary().and_then(|primary| world.definition(primary.definition));
    load_balancers(o, world, service, definition);
    o.none("serviceRegistries")
        .text("status", service.status.word())
        .number("desiredCount", service.desired)
        .number("runningCount", total.running)
        .number("pendingCount", total.pending);
    capacity(o, settings.capacity);
    o.text("platformVersion", settings.platform).text("platformFamily", "Linux");
    if let Some(definition) = definition {
        o.text("taskDefinition", world.place.ecs(definition.resource()));
    }
    configuration(o, settings);
    // Other controllers have task sets instead of deployments.
    let deploys = settings.controller == Controller::Ecs;
    let deployments = if deploys { service.deployments.as_slice() } else { &[] };
    if !deploys {
        o.objects("taskSets", service.deployments.iter().enumerate(), |o, (place, deployment)| {
            task_set::write(o, world, service, deployment, place == 0);
        });
    }
    o.objects("deployments", deployments.iter().enumerate(), |o, (place, deployment)| {
        deployment_entry(o, world, service, deployment, place == 0);
    });
    let role = "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
    o.text("roleArn", world.place.iam(role));
    let group = |slot| names::group(world, service.key, slot);
    let groups = PerSlot { first: group(Slot::First), second: group(Slot::Second) };
    o.objects("events", &service.events, |o, event| {
        o.text("id", name::uuid(world.seed, Purpose::Event, event.number))
            .time("createdAt", event.at)
            .text("message", event::sentence(&event.fact, &world.place, &service.name, &groups));
    });
    o.time("createdAt", service.created);
    // Guess: it is there only while a deployment runs (AWS.md §10.3).
    let running = service.open_record();
    o.text_if(
        "currentServiceDeployment",
        running.map(|record| write_deployment::arn(world, service, record)),
    );
    o.objects("currentServiceRevisions", deployments, |o, deployment| {
        let counts = counts(world, service, Some(deployment.number));
        o.text("arn", write_deployment::revision_arn(world, service, deployment.revision))
            .number("requestedTaskCount", desired(service, deployment, counts))
            .number("runningTaskCount", counts.running)
            .number("pendingTaskCount", counts.pending);
    });
    o.none("placementConstraints").none("placementStrategy");
    network(o, world, service, settings);
    o.number("healthCheckGracePeriodSeconds", settings.grace.unwrap_or(0))
        .text("schedulingStrategy", "REPLICA")
        .object("deploymentController", |o| {
            o.text("type", settings.controller.word());
        });
    if tags {
        write_tags(o, settings);
    }
    o.text("createdBy", world.place.iam("role/ci-deployer"))
        .flag("enableECSManagedTags", settings.managed_tags)
        .text("propagateTags", settings.propagated)
        .flag("enableExecuteCommand", settings.exec)
        .text("availabilityZoneRebalancing", if settings.zone_rebalancing { "ENABLED" } else { "DISABLED" })
        .text("resourceManagementType", "CUSTOMER");
}

pub fn write_tags(o: &mut Object<'_>, settings: &Settings) {
    o.pairs("tags", ("key", "value"), settings.tags.iter().map(|(key, value)| (key, value)));
}

/// `launchType` or `capacityProviderStrategy`; the other one is absent (AWS.md §1.2).
pub fn capacity(o: &mut Object<'_>, capacity: Capacity) {
    let provider = match capacity {
        Capacity::LaunchType => {
            o.text("launchType", "FARGATE");
            return;
        }
        Capacity::OnDemand => "FARGATE",
        Capacity::Spot => "FARGATE_SPOT",
    };
    o.objects("capacityProviderStrategy", [provider], |o, provider| {
        o.text("capacityProvider", provider).number("weight", 1).number("base", 0);
    });
}

/// The configured load balancers. With two target groups of which ECS takes turns, the first one is the one that was
/// given and the second its alternate, whichever of them serves.
pub fn load_balancers(o: &mut Object<'_>, world: &World, service: &Service, definition: Option<&Definition>) {
    let native = service.settings.controller == Controller::Ecs;
    let paired = native && balancer::routing(world, service.key).is_some_and(|routing| routing.paired);
    let group = if paired {
        names::group(world, service.key, Slot::First)
    } else {
        scheduler::target_group(world, service.key)
    };
    let group = group.map(|group| world.place.arn("elasticloadbalancing", group));
    balanced(o, group, definition, |o| {
        if paired {
            advanced(o, world, service);
        }
    });
}

fn advanced(o: &mut Object<'_>, world: &World, service: &Service) {
    let route = |traffic| names::route_arn(world, service.key, traffic);
    o.object("advancedConfiguration", |o| {
        o.text_if("alternateTargetGroupArn", names::group_arn(world, service.key, Slot::Second))
            .text_if("productionListenerRule", route(Traffic::Production))
            .text_if("testListenerRule", route(Traffic::Test))
            .text("roleArn", world.place.iam("role/ecs-load-balancing"));
    });
}

/// `loadBalancers` with one target group, if there is one, and what more is said of it.
fn balanced(
    o: &mut Object<'_>,
    group: Option<impl Display>,
    definition: Option<&Definition>,
    more: impl Fn(&mut Object<'_>),
) {
    let port = definition.and_then(Definition::port);
    o.objects("loadBalancers", group, |o, group| {
        o.text("targetGroupArn", group)
            .text("containerName", "app")
            .number("containerPort", port.unwrap_or(80));
        more(o);
    });
}

/// `deploymentConfiguration`.
pub fn configuration(o: &mut Object<'_>, settings: &Settings) {
    let breaker = settings.breaker.unwrap_or(Breaker::new(false));
    let alarms = settings.alarms.as_deref();
    o.object("deploymentConfiguration", |o| {
        o.object("deploymentCircuitBreaker", |o| {
            o.flag("enable", settings.breaker.is_some())
                .flag("rollback", breaker.rollback)
                .flag("resetOnHealthyTask", breaker.resets)
                .object("thresholdConfiguration", |o| {
                    o.text("type", breaker.threshold.word()).number("value", breaker.threshold.value());
                });
        })
        .number("maximumPercent", settings.maximum_percent)
        .number("minimumHealthyPercent", settings.minimum_percent)
        .object("alarms", |o| {
            o.texts("alarmNames", alarms.map(|alarms| alarms.names.as_slice()).unwrap_or_default())
                .flag("rollback", alarms.is_some_and(|alarms| alarms.rollback))
                .flag("enable", alarms.is_some_and(|alarms| alarms.enabled));
        });
        strategy::write(o, &settings.strategy);
    });
}

/// `networkConfiguration`: what was given, or three subnets of the account and one security group of the service.
pub fn network(o: &mut Object<'_>, world: &World, service: &Service, settings: &Settings) {
    o.object("networkConfiguration", |o| {
        o.object("awsvpcConfiguration", |o| {
            if let Some(given) = settings.network.as_deref() {
                o.texts("subnets", &given.subnets).texts("securityGroups", &given.groups);
            } else {
                let group = vpc_id("sg", world.seed, Purpose::SecurityGroup, u64::from(service.key.0));
                let subnets = (0..name::ZONES).map(|zone| subnet(world, zone));
                o.texts("subnets", subnets).texts("securityGroups", [group]);
            }
            o.text("assignPublicIp", if settings.public_address { "ENABLED" } else { "DISABLED" });
        });
    });
}

/// The subnet of an Availability Zone.
pub fn subnet(world: &World, zone: u8) -> impl Display {
    vpc_id("subnet", world.seed, Purpose::Subnet, u64::from(zone))
}

/// What a deployment wants: all tasks if it is PRIMARY, else those that are left; both sides while traffic shifts.
pub fn desired(service: &Service, deployment: &Deployment, counts: Counts) -> u32 {
    if let Some(shift) = service.shift() {
        return shift.wanted(deployment.number, service.desired);
    }
    let primary = service.primary().is_some_and(|primary| primary.number == deployment.number);
    if primary && deployment.rollout != Rollout::Failed { service.desired } else { counts.wanted }
}

fn deployment_entry(
    o: &mut Object<'_>,
    world: &World,
    service: &Service,
    deployment: &Deployment,
    primary: bool,
) {
    let counts = counts(world, service, Some(deployment.number));
    o.text("id", format_args!("ecs-svc/{}", deployment.number))
        .text("status", if primary { "PRIMARY" } else { "ACTIVE" });
    if let Some(definition) = world.definition(deployment.definition) {
        o.text("taskDefinition", world.place.ecs(definition.resource()));
    }
    o.number("desiredCount", desired(service, deployment, counts))
        .number("pendingCount", counts.pending)
        .number("runningCount", counts.running)
        .number("failedTasks", deployment.failed)
        .time("createdAt", deployment.created)
        .time("updatedAt", deploy::last_change(deployment));
    capacity(o, service.settings.capacity);
    o.text("platformVersion", "1.4.0").text("platformFamily", "Linux");
    network(o, world, service, &service.settings);
    o.text("rolloutState", deployment.rollout.word())
        .text("rolloutStateReason", reason(deployment))
        .none("volumeConfigurations")
        .none("vpcLatticeConfigurations");
}

fn reason(deployment: &Deployment) -> impl Display {
    let number = deployment.number;
    fmt::from_fn(move |f| match (deployment.rollout, &deployment.way_back, &deployment.failed_by) {
        (Rollout::InProgress | Rollout::Completed, Some(Cause::Breaker), _) => {
            write!(f, "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/{number}.")
        }
        // Guess: the words.
        (Rollout::InProgress | Rollout::Completed, Some(Cause::Alarm(_)), _) => {
            write!(f, "ECS deployment alarm: rolling back to deploymentId ecs-svc/{number}.")
        }
        (Rollout::InProgress | Rollout::Completed, Some(Cause::Hook(_)), _) => {
            write!(f, "ECS deployment lifecycle hook: rolling back to deploymentId ecs-svc/{number}.")
        }
        (Rollout::InProgress, ..) => write!(f, "ECS deployment ecs-svc/{number} in progress."),
        (Rollout::Completed, ..) => write!(f, "ECS deployment ecs-svc/{number} completed."),
        // Guess: the words of these.
        (Rollout::Failed, _, Some(Cause::Alarm(_))) => f.write_str("ECS deployment failed: alarm detected."),
        (Rollout::Failed, _, Some(Cause::Person)) => {
            write!(f, "ECS deployment ecs-svc/{number} was stopped by a user.")
        }
        (Rollout::Failed, _, Some(Cause::Hook(_))) => {
            f.write_str("ECS deployment failed: a lifecycle hook did not succeed.")
        }
        (Rollout::Failed, ..) => f.write_str("ECS deployment circuit breaker: tasks failed to start."),
    })
}
