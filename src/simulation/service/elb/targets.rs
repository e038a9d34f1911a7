//! DescribeTargetHealth.

use super::super::super::wire::Refusal;
use super::super::super::wire::xml::Element;
use super::super::super::world::World;
use super::super::super::world::balancer::find;
use super::super::super::world::balancer::health::{self, TargetState};
use super::super::super::world::definition::Definition;
use super::super::super::world::task::Task;
use super::{Question, invalid, no_group};

/// A target that the request asks for.
struct Wanted<'a> {
    id: &'a str,
    port: Option<u16>,
}

pub fn describe(question: Question<'_>) -> Result<String, Refusal> {
    let (world, input) = (question.world, question.input);
    let arn = input.text("TargetGroupArn")?.unwrap_or_default();
    let (key, slot) = find::group(world, arn).ok_or_else(no_group)?;
    let mut wanted = Vec::new();
    for target in input.objects("Targets")? {
        let port = target.text("Port")?.map(str::parse::<u16>).transpose();
        let port = port.map_err(|_| invalid("A port is a number from 1 to 65535"))?;
        let id = target.text("Id")?.ok_or_else(|| invalid("A target needs an Id"))?;
        wanted.push(Wanted { id, port });
    }
    let registered = health::targets(world, key, slot);
    let mut shown = Vec::new();
    let mut missing = Vec::new();
    for target in &wanted {
        let matches = |(task, _): &&(&Task, TargetState)| {
            task.address().to_string() == target.id
                && target.port.is_none_or(|asked| asked == port(world, task))
        };
        match registered.iter().find(matches) {
            Some(found) => shown.push(*found),
            None => missing.push(target),
        }
    }
    if wanted.is_empty() {
        shown = registered;
    }
    Ok(question.answer(|e| {
        e.element("TargetHealthDescriptions", |e| {
            for (task, state) in shown {
                e.element("member", |e| write(e, world, task, state));
            }
            for target in missing {
                e.element("member", |e| write_missing(e, target));
            }
        });
    }))
}

fn port(world: &World, task: &Task) -> u16 {
    world.definition(task.definition).and_then(Definition::port).unwrap_or(80)
}

fn write(e: &mut Element<'_>, world: &World, task: &Task, state: TargetState) {
    let port = port(world, task);
    e.element("Target", |e| {
        e.text("Id", task.address()).text("Port", port).text("AvailabilityZone", world.place.zone(task.zone));
    })
    .text("HealthCheckPort", port)
    .element("TargetHealth", |e| {
        e.text("State", state.word());
        if let Some((code, description)) = state.reason() {
            e.text("Reason", code).text("Description", description);
        }
    });
}

/// Guess: a target that was never registered is `unused`, as the documentation of its reason says.
fn write_missing(e: &mut Element<'_>, target: &Wanted<'_>) {
    e.element("Target", |e| {
        e.text("Id", target.id).text_if("Port", target.port);
    })
    .element("TargetHealth", |e| {
        e.text("State", "unused")
            .text("Reason", "Target.NotRegistered")
            .text("Description", "Target is not registered to the target group");
    });
}
