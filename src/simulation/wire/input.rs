//! The members of a request, read with the types that the service model gives them.

use serde_json::{Map, Value};

use super::Refusal;

/// A request body. A member that is absent or null counts as not given.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(&'a Map<String, Value>);

impl<'a> Input<'a> {
    pub fn new(members: &'a Map<String, Value>) -> Self {
        Self(members)
    }

    pub fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    pub fn text(self, key: &str) -> Result<Option<&'a str>, Refusal> {
        self.read(key, "STRING_VALUE", Value::as_str)
    }

    pub fn flag(self, key: &str) -> Result<Option<bool>, Refusal> {
        self.read(key, "TRUE_VALUE", Value::as_bool)
    }

    pub fn whole(self, key: &str) -> Result<Option<i64>, Refusal> {
        self.read(key, "NUMBER_VALUE", Value::as_i64)
    }

    /// Seconds since the epoch, as milliseconds.
    pub fn time(self, key: &str) -> Result<Option<i64>, Refusal> {
        #[expect(clippy::cast_possible_truncation, reason = "a moment in milliseconds fits 53 bits")]
        let millis = |value: &Value| value.as_f64().map(|seconds| (seconds * 1000.0).round() as i64);
        self.read(key, "NUMBER_VALUE", millis)
    }

    pub fn object(self, key: &str) -> Result<Option<Input<'a>>, Refusal> {
        self.read(key, "START_OBJECT", |value| value.as_object().map(Input::new))
    }

    /// A list of strings; empty when it is not given.
    pub fn texts(self, key: &str) -> Result<Vec<&'a str>, Refusal> {
        let Some(list) = self.read(key, "START_ARRAY", Value::as_array)? else { return Ok(Vec::new()) };
        list.iter().map(|item| item.as_str().ok_or_else(|| wrong(key, "STRING_VALUE"))).collect()
    }

    /// A list of objects; empty when it is not given.
    pub fn objects(self, key: &str) -> Result<Vec<Input<'a>>, Refusal> {
        let Some(list) = self.read(key, "START_ARRAY", Value::as_array)? else { return Ok(Vec::new()) };
        list.iter()
            .map(|item| item.as_object().map(Input::new).ok_or_else(|| wrong(key, "START_OBJECT")))
            .collect()
    }

    /// A string that has to be given.
    pub fn required(self, key: &str, title: &str) -> Result<&'a str, Refusal> {
        match self.text(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(Refusal::parameter(format!("{title} cannot be blank."))),
        }
    }

    fn read<T>(
        self,
        key: &str,
        kind: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| wrong(key, kind)),
        }
    }
}

/// The real sentence names a Java class; this one names the member.
fn wrong(key: &str, kind: &str) -> Refusal {
    Refusal::serialization(format!("{kind} expected for the member {key}"))
}
