//! Why a group is polled although a live tail was wanted.

use crate::fleet::topic::{Failure, FailureKind};

/// Streams that a session may name.
pub(super) const STREAMS: usize = 100;
/// Log groups that are followed by sessions of their own; an account has 15 sessions for everybody.
pub(super) const SESSIONS: usize = 3;

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// So many streams.
    TooMany(usize),
    /// The service writes to so many groups.
    TooManyGroups(usize),
    Refused(Failure),
}

/// Asking again would be answered in the same way.
pub(super) fn is_final(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Denied { .. } | FailureKind::Unsupported | FailureKind::Refused => true,
        // It counts the open sessions of the account, which last for hours.
        FailureKind::Throttled => is_limit(failure),
        _ => false,
    }
}

fn is_limit(failure: &Failure) -> bool {
    failure.code.as_deref().is_some_and(|code| code.ends_with("LimitExceededException"))
}

/// One sentence for a group.
pub(super) fn fell_back(group: &str, reason: &Reason) -> String {
    match reason {
        Reason::TooMany(count) => format!(
            "a live tail follows at most {STREAMS} streams, and log group {group} has {count} of this service: it is polled"
        ),
        Reason::TooManyGroups(count) => format!(
            "the service writes to {count} log groups, and live tails follow at most {SESSIONS} of them: log group {group} is polled"
        ),
        Reason::Refused(failure) => match &failure.kind {
            FailureKind::Denied { .. } => {
                let action = match &failure.kind {
                    FailureKind::Denied { action: Some(action) } => action,
                    _ => "logs:StartLiveTail",
                };
                format!("no permission {action} for a live tail: log group {group} is polled")
            }
            _ if is_limit(failure) => format!(
                "as many live tails are open as the account may have at a time (15, unless raised): log group {group} is polled"
            ),
            FailureKind::Refused => {
                format!("log group {group} allows no live tail ({}): it is polled", failure.message)
            }
            FailureKind::Unsupported => {
                format!("this endpoint offers no live tail (StartLiveTail): log group {group} is polled")
            }
            _ => format!("there is no live tail ({failure}): log group {group} is polled"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_sentence() {
        let failure = |kind, code: &str| Failure {
            kind,
            operation: "StartLiveTail".into(),
            code: Some(code.into()),
            message: "Live Tail is for the class Standard.".into(),
            request_id: None,
        };
        let refused = |kind, code| fell_back("/ecs/cart", &Reason::Refused(failure(kind, code)));
        for (said, expected) in [
            (
                refused(FailureKind::Denied { action: None }, "AccessDeniedException"),
                "no permission logs:StartLiveTail for a live tail: log group /ecs/cart is polled",
            ),
            (
                refused(FailureKind::Throttled, "LimitExceededException"),
                "as many live tails are open as the account may have at a time (15, unless raised): log group /ecs/cart is polled",
            ),
            (
                refused(FailureKind::Refused, "InvalidOperationException"),
                "log group /ecs/cart allows no live tail (Live Tail is for the class Standard.): it is polled",
            ),
            (
                refused(FailureKind::Unsupported, "UnknownOperationException"),
                "this endpoint offers no live tail (StartLiveTail): log group /ecs/cart is polled",
            ),
            (
                refused(FailureKind::Timeout, ""),
                "there is no live tail (StartLiveTail did not answer in time): log group /ecs/cart is polled",
            ),
            (
                fell_back("/ecs/cart", &Reason::TooMany(240)),
                "a live tail follows at most 100 streams, and log group /ecs/cart has 240 of this service: it is polled",
            ),
            (
                fell_back("/ecs/cart", &Reason::TooManyGroups(5)),
                "the service writes to 5 log groups, and live tails follow at most 3 of them: log group /ecs/cart is polled",
            ),
        ] {
            assert_eq!(said, expected);
        }
        assert!(!is_final(&failure(FailureKind::Throttled, "ThrottlingException")));
        assert!(is_final(&failure(FailureKind::Throttled, "LimitExceededException")));
    }
}
