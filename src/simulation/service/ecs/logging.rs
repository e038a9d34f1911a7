//! The log configuration of a container: CloudWatch Logs, another service through FireLens, or Splunk.

use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::definition::{Definition, Recipe, Role};
use super::super::super::world::logs::setup::{Driver, Style};
use super::super::super::world::trouble::secret_arn;

/// Sidecars always write to CloudWatch Logs.
pub fn write(o: &mut Object<'_>, world: &World, definition: &Definition, recipe: &Recipe, role: Role) {
    let setup = &recipe.logs;
    let app = role == Role::App;
    let driver = if app { setup.driver } else { Driver::CloudWatch };
    let routed = app && recipe.log_router;
    let region = setup.region.as_ref().unwrap_or(&world.place.region);
    if driver == Driver::Nowhere {
        return;
    }
    o.object("logConfiguration", |o| match driver {
        Driver::CloudWatch if routed => {
            o.text("logDriver", "awsfirelens").object("options", |o| {
                o.text("Name", "cloudwatch_logs")
                    .text("region", region)
                    .text("log_group_name", format_args!("/ecs/{}", definition.family))
                    .text("log_stream_prefix", "app/");
            });
            o.none("secretOptions");
        }
        Driver::Datadog if routed => {
            o.text("logDriver", "awsfirelens").object("options", |o| {
                o.text("Name", "datadog")
                    .text("Host", "http-intake.logs.datadoghq.eu")
                    .text("dd_service", &definition.family)
                    .text("TLS", "on");
            });
            secret(o, world, "apikey", "DATADOG_API_KEY");
        }
        Driver::Splunk => {
            o.text("logDriver", "splunk").object("options", |o| {
                o.text("splunk-url", "https://splunk.example.com:8088")
                    .text("splunk-source", &definition.family)
                    .text("splunk-format", "raw");
            });
            secret(o, world, "splunk-token", "SPLUNK_TOKEN");
        }
        _ => {
            o.text("logDriver", "awslogs").object("options", |o| {
                o.text("awslogs-group", format_args!("/ecs/{}", definition.family))
                    .text("awslogs-region", region)
                    .text("awslogs-stream-prefix", "ecs");
                if setup.blocking {
                    o.text("mode", "blocking");
                } else {
                    o.text("mode", "non-blocking").text("max-buffer-size", "25m");
                }
                if app && setup.multiline && setup.style == Style::Plain {
                    o.text("awslogs-multiline-pattern", "^[0-9]{4}-");
                }
            });
            o.none("secretOptions");
        }
    });
}

fn secret(o: &mut Object<'_>, world: &World, option: &str, name: &str) {
    o.objects("secretOptions", [option], |o, option| {
        o.text("name", option).text("valueFrom", secret_arn(world, name));
    });
}
