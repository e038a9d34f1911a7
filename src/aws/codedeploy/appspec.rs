//! The task definition that an AppSpec names: JSON is read whole, of YAML only the one line.

use serde_json::Value;

use crate::fleet::id::DefinitionId;

/// The property that names it; people write it with small and with capital letters.
const PROPERTY: &str = "TaskDefinition";

/// The task definition of the AppSpec; `None` where there is none to read, or only a placeholder of a pipeline.
pub(super) fn task_definition(content: &str) -> Option<DefinitionId> {
    let named = match serde_json::from_str::<Value>(content) {
        Ok(json) => in_json(&json).map(str::to_owned),
        Err(_) => content.lines().find_map(in_line),
    };
    let named = named.filter(|name| !name.is_empty() && !name.starts_with('<'));
    named.map(DefinitionId::new)
}

fn in_json(json: &Value) -> Option<&str> {
    match json {
        Value::Object(members) => {
            let own = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(PROPERTY));
            own.and_then(|(_, value)| value.as_str()).or_else(|| members.values().find_map(in_json))
        }
        Value::Array(items) => items.iter().find_map(in_json),
        _ => None,
    }
}

/// `TaskDefinition: "arn:…"`, with or without quotes, perhaps with a comment after it.
fn in_line(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim().trim_start_matches("- ").trim_matches(['"', '\'']);
    if !key.eq_ignore_ascii_case(PROPERTY) {
        return None;
    }
    let value = value.split(" #").next().unwrap_or(value);
    Some(value.trim().trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_name_their_task_definition() {
        let json = r#"{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service",
          "Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:1:task-definition/app:7","LoadBalancerInfo":{"ContainerPort":80}}}}]}"#;
        let small = json.replace("TaskDefinition", "taskDefinition");
        let yaml = "version: 0.0\nResources:\n  - TargetService:\n      Properties:\n        TaskDefinition: \"arn:aws:ecs:eu-west-1:1:task-definition/app:7\" # new\n";
        let bare = yaml.replace('"', "");
        for content in [json, &small, yaml, &bare] {
            let named = task_definition(content);
            assert_eq!(named.as_ref().map(DefinitionId::name), Some("app:7"), "{content}");
        }
        for content in ["", "{}", "version: 0.0", "TaskDefinition:", "TaskDefinition: <TASK_DEFINITION>"] {
            assert_eq!(task_definition(content), None, "{content}");
        }
    }
}
