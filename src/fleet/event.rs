//! A service event: AWS's sentence, and what kind of news it is.

use chrono::{DateTime, Utc};

use super::ending::target_group_name;
use super::id::{Text, tail};

/// One entry of a service's `events[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// AWS's id, a UUID; entries are told apart by it.
    pub id: Text,
    pub at: DateTime<Utc>,
    pub message: Text,
}

/// What an event means for the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// The service is as asked.
    Good,
    /// Work as planned.
    Progress,
    /// It often heals by itself.
    Warning,
    /// It will not heal by itself.
    Bad,
    /// A sentence that is not in the table.
    Other,
}

/// Fragments of the sentences that ECS writes, the more telling first (AWS.md §1.8).
const FRAGMENTS: &[(&str, EventKind)] = &[
    ("is unable to consistently start tasks successfully", EventKind::Bad),
    ("was unable to place a task", EventKind::Bad),
    ("deployment failed", EventKind::Bad),
    ("rolling back to deployment", EventKind::Bad),
    ("was unable to stop or start tasks during a deployment", EventKind::Bad),
    ("failed to launch a task", EventKind::Bad),
    ("failed to register targets", EventKind::Bad),
    ("could not launch", EventKind::Bad),
    ("provisioning capacity limit was exceeded", EventKind::Bad),
    ("is not healthy in target-group", EventKind::Bad),
    ("due to an unhealthy status", EventKind::Warning),
    ("is unhealthy in", EventKind::Warning),
    ("failed container health checks", EventKind::Warning),
    ("failed elb health checks", EventKind::Warning),
    ("operations are being throttled", EventKind::Warning),
    ("was unable to reach steady state", EventKind::Warning),
    ("has reached a steady state", EventKind::Good),
    ("deployment completed", EventKind::Good),
    ("updated state to steady_state", EventKind::Good),
    ("has started", EventKind::Progress),
    ("has stopped", EventKind::Progress),
    ("stopped", EventKind::Progress),
    ("has begun draining connections", EventKind::Progress),
    ("deregistered", EventKind::Progress),
    ("registered", EventKind::Progress),
    ("az balanced", EventKind::Progress),
];

impl Event {
    pub fn kind(&self) -> EventKind {
        let text = self.message.to_ascii_lowercase();
        FRAGMENTS.iter().find(|(part, _)| text.contains(part)).map_or(EventKind::Other, |(_, kind)| *kind)
    }

    /// The sentence without the `(service NAME)` in front, which every entry of a service repeats.
    pub fn sentence(&self) -> &str {
        let message: &str = &self.message;
        let rest = message.strip_prefix("(service ").or_else(|| message.strip_prefix("service ("));
        match rest.and_then(|rest| rest.split_once(") ")) {
            Some((_, sentence)) => sentence,
            None => message,
        }
    }

    /// The sentence with short names: `(task 9f3c…)` becomes `9f3c`, a target group's ARN its name.
    pub fn brief(&self) -> String {
        let mut brief = String::with_capacity(self.message.len());
        let mut rest = self.sentence();
        while let Some((before, inside)) = rest.split_once('(') {
            let Some((group, after)) = inside.split_once(')') else { break };
            brief.push_str(before);
            match group.split_once(' ') {
                Some(("task", id)) => brief.push_str(tail(id).get(..4).unwrap_or(id)),
                Some(("target-group", arn)) => brief.push_str(target_group_name(arn)),
                Some(("deployment", id)) => {
                    let digits = tail(id);
                    let last = digits.len().checked_sub(4).and_then(|at| digits.get(at..)).unwrap_or(digits);
                    brief.push_str("deployment ..");
                    brief.push_str(last);
                }
                _ => brief.push_str(group),
            }
            rest = after;
        }
        brief.push_str(rest);
        brief
    }

    /// Two events with the same shape tell the same story: digits and ids are left out.
    pub fn shape(&self) -> String {
        let mut shape = String::with_capacity(self.message.len());
        for word in self.sentence().split_whitespace() {
            if !word.chars().any(|c| c.is_ascii_digit()) {
                shape.push_str(word);
                shape.push(' ');
            }
        }
        shape
    }

    /// `Reason: …` or `because …` of a placement that failed.
    pub fn placement_reason(&self) -> Option<&str> {
        let message: &str = &self.message;
        let at = message.find("was unable to place a task")?;
        let rest = message.get(at..)?;
        let reason =
            rest.split_once("Reason: ").or_else(|| rest.split_once("because ")).map(|(_, reason)| reason)?;
        Some(reason.split(". ").next().unwrap_or(reason).trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message: &str) -> Event {
        Event { id: "e".into(), at: DateTime::UNIX_EPOCH, message: message.into() }
    }

    #[test]
    fn sentences_are_classified_in_both_spellings() {
        for (message, kind, sentence) in [
            ("(service a) has reached a steady state.", EventKind::Good, "has reached a steady state."),
            ("service (a) has reached a steady state.", EventKind::Good, "has reached a steady state."),
            (
                "(service a) has started 2 tasks: (task 1) (task 2). Amazon ECS replaced 2 tasks due to an unhealthy status.",
                EventKind::Warning,
                "has started 2 tasks: (task 1) (task 2). Amazon ECS replaced 2 tasks due to an unhealthy status.",
            ),
            (
                "(service a) deregistered 1 targets in (target-group x)",
                EventKind::Progress,
                "deregistered 1 targets in (target-group x)",
            ),
            ("something new", EventKind::Other, "something new"),
        ] {
            assert_eq!((event(message).kind(), event(message).sentence()), (kind, sentence));
        }
    }

    #[test]
    fn a_brief_sentence_has_short_names() {
        for (message, brief) in [
            (
                "(service a) has started 2 tasks: (task d0cb151a61ec4e1042ea17a40d0e6761) (task 99a304599f2d25c4ec1e781c2a32add8).",
                "has started 2 tasks: d0cb 99a3.",
            ),
            (
                "(service a) registered 1 targets in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-web/77aa)",
                "registered 1 targets in tg-web",
            ),
            (
                "(service a) (deployment ecs-svc/2615187253247961533) deployment completed.",
                "deployment ..1533 deployment completed.",
            ),
            ("(service a) odd (text", "odd (text"),
        ] {
            assert_eq!(event(message).brief(), brief);
        }
    }

    #[test]
    fn a_placement_tells_its_reason() {
        let text = "(service a) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.";
        assert_eq!(event(text).placement_reason(), Some("Capacity is unavailable at this time"));
    }
}
