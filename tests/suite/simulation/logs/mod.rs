//! CloudWatch Logs: pages, patterns, live tails, and what is written.

mod calls;
mod content;
mod pages;
mod patterns;
mod tail;

use std::collections::BTreeSet;

use fargate_top::simulation::Request;
use serde_json::{Value, json};

use super::support::{Caller, list, opened, request_to, text};

pub fn logs_request(operation: &str, body: &Value) -> Request {
    request_to("Logs_20140328", operation, body)
}

impl Caller {
    pub fn try_logs(&self, operation: &str, body: &Value) -> (u16, Value) {
        opened(self.simulation.answer(self.now, &logs_request(operation, body)))
    }

    pub fn logs(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.try_logs(operation, body);
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    /// The code and the message that an operation is refused with.
    pub fn logs_refused(&self, operation: &str, body: &Value) -> (String, String) {
        let (status, answer) = self.try_logs(operation, body);
        assert_eq!(status, 400, "{operation} {body}: {answer}");
        (text(&answer["__type"]).to_owned(), text(&answer["message"]).to_owned())
    }

    /// All events of a question, and the sizes of its pages.
    pub fn filtered(&self, body: &Value) -> (Vec<Value>, Vec<usize>) {
        let (mut events, mut sizes, mut body) = (Vec::new(), Vec::new(), body.clone());
        loop {
            let page = self.logs("FilterLogEvents", &body);
            sizes.push(list(&page["events"]).len());
            events.extend(list(&page["events"]).iter().cloned());
            match page.get("nextToken") {
                Some(token) => body["nextToken"] = token.clone(),
                None => return (events, sizes),
            }
        }
    }

    /// The messages of a group from some seconds ago up to now.
    pub fn messages(&self, group: &str, seconds: i64) -> Vec<String> {
        let body = json!({"logGroupName": group, "startTime": self.now - seconds * 1000});
        self.filtered(&body).0.iter().map(|event| text(&event["message"]).to_owned()).collect()
    }
}

/// A member of each event, as text.
pub fn all<'a>(events: &'a [Value], member: &str) -> Vec<&'a str> {
    events.iter().map(|event| text(&event[member])).collect()
}

pub fn distinct<'a>(texts: &[&'a str]) -> BTreeSet<&'a str> {
    texts.iter().copied().collect()
}
