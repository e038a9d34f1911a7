//! A task definition as DescribeTaskDefinition shows it.

use serde_json::Value;

use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::definition::{Body, ContainerOutline, Definition, Recipe, Role};
use super::super::super::world::trouble::secret_arn;
use super::logging;

pub fn write(o: &mut Object<'_>, world: &World, definition: &Definition) {
    let by = definition.registered_by.as_deref().unwrap_or("assumed-role/ci-deployer/pipeline");
    o.text("taskDefinitionArn", world.place.ecs(definition.resource()));
    match &definition.body {
        Body::Recipe(recipe) => from_recipe(o, world, definition, recipe),
        Body::Given(given) => from_given(o, given),
    }
    o.text("family", &definition.family)
        .number("revision", definition.revision)
        .text("status", if definition.active { "ACTIVE" } else { "INACTIVE" })
        .none("placementConstraints")
        .texts("compatibilities", ["EC2", "FARGATE", "MANAGED_INSTANCES"])
        .time("registeredAt", definition.registered)
        .text("registeredBy", format_args!("arn:aws:sts::{}:{by}", world.place.account));
}

/// What RegisterTaskDefinition was given, as it was given.
fn from_given(o: &mut Object<'_>, given: &Value) {
    const KEPT: [&str; 10] = [
        "containerDefinitions",
        "taskRoleArn",
        "executionRoleArn",
        "networkMode",
        "volumes",
        "requiresCompatibilities",
        "cpu",
        "memory",
        "runtimePlatform",
        "ephemeralStorage",
    ];
    for key in KEPT {
        if let Some(value) = given.get(key) {
            o.value(key, value);
        }
    }
}

fn from_recipe(o: &mut Object<'_>, world: &World, definition: &Definition, recipe: &Recipe) {
    o.objects("containerDefinitions", definition.containers(), |o, outline| {
        container(o, world, definition, recipe, &outline);
    });
    let attributes = [
        "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "ecs.capability.execution-role-awslogs",
        "com.amazonaws.ecs.capability.ecr-auth",
        "com.amazonaws.ecs.capability.docker-remote-api.1.19",
        "ecs.capability.execution-role-ecr-pull",
        "ecs.capability.task-eni",
    ];
    o.text("taskRoleArn", world.place.iam(format_args!("role/{}-task", definition.family)))
        .text("executionRoleArn", world.place.iam("role/ecs-task-execution"))
        .text("networkMode", "awsvpc")
        .none("volumes")
        .objects("requiresAttributes", attributes, |o, name| {
            o.text("name", name);
        })
        .object("runtimePlatform", |o| {
            o.text("cpuArchitecture", if definition.arm() { "ARM64" } else { "X86_64" })
                .text("operatingSystemFamily", "LINUX");
        })
        .texts("requiresCompatibilities", ["FARGATE"])
        .text("cpu", recipe.cpu)
        .text("memory", recipe.memory)
        .flag("enableFaultInjection", false);
}

fn container(
    o: &mut Object<'_>,
    world: &World,
    definition: &Definition,
    recipe: &Recipe,
    outline: &ContainerOutline<'_>,
) {
    let role = outline.role.unwrap_or(Role::App);
    o.text("name", outline.name).text("image", outline.image(&world.place)).number("cpu", outline.cpu);
    o.number_if("memoryReservation", outline.memory_reservation);
    let port = match role {
        Role::App => recipe.port.map(|port| (port, "http")),
        Role::Envoy => Some((9901, "admin")),
        Role::LogRouter => None,
    };
    o.objects("portMappings", port, |o, (port, name)| {
        o.number("containerPort", port).number("hostPort", port).text("protocol", "tcp").text("name", name);
        if role == Role::App {
            o.text("appProtocol", "http");
        }
    });
    o.flag("essential", outline.essential);
    match role {
        Role::App => application(o, world, recipe),
        Role::Envoy => {
            o.pairs("environment", ("name", "value"), [("ENVOY_LOG_LEVEL", "info")]);
        }
        Role::LogRouter => {
            o.none("environment");
        }
    }
    o.none("mountPoints").none("volumesFrom");
    logging::write(o, world, definition, recipe, role);
    match role {
        Role::App if recipe.health_check => {
            health_check(o, "curl -fsS http://localhost:8080/healthz || exit 1", 20);
        }
        Role::Envoy => health_check(o, "curl -fsS http://localhost:9901/server_info | grep -q LIVE", 10),
        Role::LogRouter => {
            o.object("firelensConfiguration", |o| {
                o.text("type", "fluentbit").object("options", |o| {
                    o.text("enable-ecs-log-metadata", "true");
                });
            });
        }
        Role::App => {}
    }
    o.none("systemControls").text("versionConsistency", "enabled");
}

fn application(o: &mut Object<'_>, world: &World, recipe: &Recipe) {
    o.pairs("environment", ("name", "value"), recipe.variables.iter().map(|(name, value)| (name, value)));
    o.pairs(
        "secrets",
        ("name", "valueFrom"),
        recipe.secrets.iter().map(|name| (name, secret_arn(world, name))),
    );
    if recipe.envoy {
        o.objects("dependsOn", ["envoy"], |o, name| {
            o.text("containerName", name).text("condition", "HEALTHY");
        });
    }
    o.number("stopTimeout", 30).flag("readonlyRootFilesystem", true).objects(
        "ulimits",
        [65_536],
        |o, limit| {
            o.text("name", "nofile").number("softLimit", limit).number("hardLimit", limit);
        },
    );
}

fn health_check(o: &mut Object<'_>, command: &str, start: u32) {
    o.object("healthCheck", |o| {
        o.texts("command", ["CMD-SHELL", command])
            .number("interval", 10)
            .number("timeout", 5)
            .number("retries", 3)
            .number("startPeriod", start);
    });
}
