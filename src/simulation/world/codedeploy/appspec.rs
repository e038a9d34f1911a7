//! AppSpec files: what a revision of CodeDeploy says about an ECS service, as JSON or YAML.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::World;
use super::super::definition::{Definition, DefinitionKey};
use super::{Hook, Lifecycle};

/// What is read of an AppSpec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppSpec {
    /// Family and revision, or an ARN.
    pub definition: String,
    /// Events with the names or ARNs of Lambda functions.
    pub hooks: Vec<(Lifecycle, String)>,
}

/// The AppSpec of a definition, as pipelines write it.
pub fn write(world: &World, definition: DefinitionKey, hooks: &[Hook]) -> String {
    let found = world.definition(definition);
    let arn = found.map(|found| world.place.ecs(found.resource()).to_string()).unwrap_or_default();
    let port = found.and_then(Definition::port).unwrap_or(80);
    let container = found
        .and_then(|found| Some(found.containers().first()?.name.to_owned()))
        .unwrap_or_else(|| "app".to_owned());
    let hooks: Vec<_> = hooks.iter().map(|hook| json!({ hook.event.word(): &*hook.function })).collect();
    let mut document = json!({
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
            "TaskDefinition": arn,
            "LoadBalancerInfo": {"ContainerName": container, "ContainerPort": port},
        }}}],
    });
    if !hooks.is_empty()
        && let Some(members) = document.as_object_mut()
    {
        members.insert("Hooks".to_owned(), hooks.into());
    }
    let mut text = String::new();
    let _ = write!(text, "{document}");
    text
}

/// Reads the definition and the hooks. Of YAML only what AppSpec files of ECS need is understood.
pub fn read(content: &str) -> Option<AppSpec> {
    let spec = match serde_json::from_str::<Value>(content) {
        Ok(document) => from_json(&document)?,
        Err(_) => from_yaml(content),
    };
    (!spec.definition.is_empty()).then_some(spec)
}

fn event(word: &str) -> Option<Lifecycle> {
    Lifecycle::ALL.into_iter().filter(|event| event.is_hook()).find(|event| event.word() == word)
}

/// A member whose name begins with a capital or, as older files write it, with a small letter.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn from_json(document: &Value) -> Option<AppSpec> {
    let resource = member(document, "Resources")?.as_array()?.first()?.as_object()?.values().next()?;
    let definition = member(member(resource, "Properties")?, "TaskDefinition")?.as_str()?.to_owned();
    let hooks = member(document, "Hooks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let hooks = hooks.iter().filter_map(Value::as_object).flatten();
    let hooks = hooks.filter_map(|(name, function)| Some((event(name)?, function.as_str()?.to_owned())));
    Some(AppSpec { definition, hooks: hooks.collect() })
}

fn from_yaml(content: &str) -> AppSpec {
    let mut spec = AppSpec::default();
    for line in content.lines() {
        let line = line.trim().trim_start_matches("- ");
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim().trim_matches('"'), value.trim().trim_matches(['"', '\'']));
        if key.eq_ignore_ascii_case("TaskDefinition") {
            value.clone_into(&mut spec.definition);
        } else if let Some(event) = event(key).filter(|_| !value.is_empty()) {
            spec.hooks.push((event, value.to_owned()));
        }
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_say_the_same() {
        let arn = "arn:aws:ecs:r:1:task-definition/web:7";
        let json = format!(
            "{{\"version\":0.0,\"Resources\":[{{\"TargetService\":{{\"Type\":\"AWS::ECS::Service\",\"Properties\":\
             {{\"TaskDefinition\":\"{arn}\"}}}}}}],\"Hooks\":[{{\"AfterInstall\":\"smoke\"}}]}}"
        );
        let yaml = format!(
            "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
             TaskDefinition: \"{arn}\"\n        LoadBalancerInfo:\n          ContainerName: app\nHooks:\n  - \
             AfterInstall: smoke\n"
        );
        let wanted =
            AppSpec { definition: arn.to_owned(), hooks: vec![(Lifecycle::AfterInstall, "smoke".into())] };
        assert_eq!((read(&json), read(&yaml)), (Some(wanted.clone()), Some(wanted)));
        assert_eq!((read("{}"), read("hello")), (None, None));
    }
}
