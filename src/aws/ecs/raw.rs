//! An answer as AWS gave it, for people to read: the body of the response, indented, without secret values.

use std::sync::{Arc, OnceLock};

use aws_sdk_ecs::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ecs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ecs::error::BoxError;
use serde_json::Value;

/// What stands in the place of a value that must not be shown.
const MASK: &str = "••••";

/// Keeps the body of the one answer of the operation it is given to.
#[derive(Debug, Clone, Default)]
pub(super) struct Capture {
    body: Arc<OnceLock<Vec<u8>>>,
}

impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = context.response().body().bytes() {
            // A second attempt does not exist: the SDK's retries are off.
            let _ = self.body.set(body.to_vec());
        }
        Ok(())
    }
}

impl Capture {
    /// The captured answer for people; `None` when there was none.
    pub(super) fn json(&self) -> Option<String> {
        self.body.get().map(|body| readable(body))
    }
}

/// Indents an answer and masks its values; what is not JSON is not shown, for nothing could be masked in it.
fn readable(body: &[u8]) -> String {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
        return format!("an answer of {} bytes that is not JSON", body.len());
    };
    mask(&mut answer);
    serde_json::to_string_pretty(&answer).unwrap_or_default()
}

/// Hides the value of every environment variable, in definitions and in overrides alike.
fn mask(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(variables) if name == "environment" => variables.iter_mut().for_each(hide),
                    _ => mask(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn hide(variable: &mut Value) {
    if let Some(value) = variable.get_mut("value") {
        *value = Value::from(MASK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_variables_are_masked_everywhere_and_names_stay() {
        let body = br#"{"taskDefinition":{"containerDefinitions":[{"name":"app","environment":[
            {"name":"PASSWORD","value":"hunter2"},{"name":"EMPTY"}]}]},
            "overrides":{"containerOverrides":[{"environment":[{"name":"TOKEN","value":"t0p"}]}]}}"#;
        let shown = readable(body);
        assert!(!shown.contains("hunter2") && !shown.contains("t0p"), "{shown}");
        assert!(shown.contains("\"PASSWORD\"") && shown.contains("\"TOKEN\"") && shown.contains("\"EMPTY\""));
        assert_eq!(shown.matches(MASK).count(), 2);
        assert!(shown.starts_with("{\n  \"taskDefinition\""), "members keep their order: {shown}");
    }

    #[test]
    fn an_answer_that_is_not_json_is_not_shown() {
        assert_eq!(readable(b"PASSWORD=hunter2"), "an answer of 16 bytes that is not JSON");
    }
}
