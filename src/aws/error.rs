//! What went wrong with a request: every error of the SDK becomes one `Failure` with a kind that can be acted on.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ecs::config::http::HttpResponse;
use aws_sdk_ecs::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::operation::RequestId;

use crate::fleet::id::Text;
use crate::fleet::topic::{Failure, FailureKind};

/// Codes by which AWS refuses for the rate (those that the SDK itself would repeat).
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Codes of credentials that ended or never were valid.
const EXPIRED: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidAccessKeyId",
    "AuthFailure",
];

const DENIED: &[&str] =
    &["AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorizedException"];

/// What emulators answer for an operation that they do not have; moto says it in words.
const UNSUPPORTED: &[&str] = &[
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
    "NotImplemented",
    "NotImplementedError",
    "NotImplementedException",
    "InternalFailureNotImplemented",
    "InvalidAction",
];

/// The words before the action in every sentence with which IAM refuses.
const NOT_AUTHORIZED: &str = "is not authorized to perform: ";

/// Makes a `Failure` of whatever the SDK gave for this operation.
pub(super) fn failure<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let request_id = error.request_id().map(Text::from);
    let (kind, code, message) = match error {
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            let code = answer.err().code().map_or_else(|| status_code(status), |code| Some(code.to_owned()));
            let message = answer.err().message().map_or_else(|| answer.err().to_string(), str::to_owned);
            (answered(code.as_deref().unwrap_or_default(), &message, status), code, message)
        }
        SdkError::ResponseError(answer) => {
            let status = answer.raw().status().as_u16();
            let page =
                answer.raw().body().bytes().is_some_and(|body| body.trim_ascii_start().starts_with(b"<"));
            if page {
                let message = format!("a web page answered instead (HTTP {status})");
                (page_kind(status), status_code(status), message)
            } else {
                let message = format!("the answer could not be read: {}", reason(error));
                (answered("", &message, status), status_code(status), message)
            }
        }
        SdkError::DispatchFailure(dispatch) => {
            let kind = credentials(error).unwrap_or_else(|| connection(dispatch.as_connector_error()));
            (kind, None, reason(error))
        }
        SdkError::TimeoutError(_) => (FailureKind::Timeout, None, reason(error)),
        _ => (credentials(error).unwrap_or(FailureKind::Other), None, reason(error)),
    };
    Failure {
        kind,
        operation: operation.into(),
        code: code.map(Text::from),
        message: message.into(),
        request_id,
    }
}

/// The same for a change: a missing permission is named even where the refusal does not name it.
///
/// `iam` is what IAM calls the service in its actions.
pub(super) fn change_failure<E>(iam: &str, operation: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let mut failure = failure(operation, error);
    if let FailureKind::Denied { action: action @ None } = &mut failure.kind {
        *action = Some(format!("{iam}:{operation}").into());
    }
    // To a read such a page says that the operation is missing; a change may have got through before something broke.
    let broke = matches!(error, SdkError::ResponseError(answer) if answer.raw().status().as_u16() == 500);
    if broke && failure.kind == FailureKind::Unsupported {
        failure.kind = FailureKind::Other;
    }
    failure
}

/// The kind of an answer that says no, by its code, its words and its HTTP status.
fn answered(code: &str, message: &str, status: u16) -> FailureKind {
    // Some services send a code with its namespace in front: `com.amazonaws.ecs#ClientException`.
    let code = code.rsplit('#').next().unwrap_or(code);
    if THROTTLED.contains(&code) || status == 429 {
        return FailureKind::Throttled;
    }
    if EXPIRED.contains(&code) {
        return FailureKind::Expired;
    }
    if DENIED.contains(&code) || message.contains(NOT_AUTHORIZED) {
        return FailureKind::Denied { action: denied_action(message) };
    }
    if UNSUPPORTED.contains(&code) || message.to_ascii_lowercase().contains("not been implemented") {
        return FailureKind::Unsupported;
    }
    if code.contains("NotFound") || code.contains("DoesNotExist") {
        return FailureKind::Missing;
    }
    match status {
        404 | 501 => FailureKind::Unsupported,
        502..=504 => FailureKind::Network,
        400..=499 => FailureKind::Refused,
        _ => FailureKind::Other,
    }
}

/// A web page where data were expected: an emulator that lacks the operation answers with an error page, a proxy or
/// the sign-in of a network with another one.
fn page_kind(status: u16) -> FailureKind {
    if matches!(status, 404 | 405 | 500 | 501) { FailureKind::Unsupported } else { FailureKind::Network }
}

/// The IAM action that the refusal names: `ecs:ListServices`.
fn denied_action(message: &str) -> Option<Text> {
    let (_, rest) = message.split_once(NOT_AUTHORIZED)?;
    let action = rest.split_whitespace().next()?;
    let action = action.trim_end_matches(['.', ',', ';']);
    action.contains(':').then(|| action.into())
}

/// A status as a code, where the answer carries none: nothing else tells what the endpoint said.
fn status_code(status: u16) -> Option<String> {
    (status >= 400).then(|| format!("HTTP {status}"))
}

/// The SDK reports credentials that cannot be had as a failed connection; only the chain of sources tells them apart.
fn credentials(error: &(dyn Error + 'static)) -> Option<FailureKind> {
    let error = sources(error).find_map(|source| source.downcast_ref::<CredentialsError>())?;
    Some(match error {
        // The provider was there and could not renew: an SSO session that ended, a process that failed.
        CredentialsError::ProviderError(_) => FailureKind::Expired,
        _ => FailureKind::NoCredentials,
    })
}

fn connection(error: Option<&ConnectorError>) -> FailureKind {
    match error {
        Some(error) if error.is_timeout() => FailureKind::Timeout,
        Some(error) if error.is_user() => FailureKind::Other,
        _ => FailureKind::Network,
    }
}

/// The innermost sentences of a chain of errors: the outer ones only say that something failed.
pub(super) fn reason(error: &(dyn Error + 'static)) -> String {
    let sentences: Vec<String> = sources(error).map(ToString::to_string).collect();
    match sentences.as_slice() {
        [.., before, last] if last.contains(before.as_str()) => last.clone(),
        [.., before, last] if before.contains(last.as_str()) => before.clone(),
        [.., before, last] if sentences.len() > 2 => format!("{before}: {last}"),
        [.., last] => last.clone(),
        [] => String::new(),
    }
}

/// The error and everything that caused it, outermost first.
pub(super) fn sources<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// A failure that no request made: the answer came, and what was asked for is not in it.
pub(super) fn absent(operation: &str, message: impl Into<Text>) -> Failure {
    Failure {
        kind: FailureKind::Missing,
        operation: operation.into(),
        code: None,
        message: message.into(),
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_code_words_and_status() {
        let denied =
            "User: arn:aws:iam::1:user/a is not authorized to perform: ecs:ListServices on resource: *";
        let action = || FailureKind::Denied { action: Some("ecs:ListServices".into()) };
        for (code, message, status, kind) in [
            ("ThrottlingException", "Rate exceeded", 400, FailureKind::Throttled),
            ("", "slow down", 429, FailureKind::Throttled),
            ("AccessDeniedException", denied, 400, action()),
            ("Whatever", denied, 403, action()),
            ("AccessDenied", "no", 403, FailureKind::Denied { action: None }),
            ("ExpiredTokenException", "", 400, FailureKind::Expired),
            ("ClusterNotFoundException", "Cluster not found.", 400, FailureKind::Missing),
            ("DeploymentDoesNotExistException", "", 400, FailureKind::Missing),
            ("TargetGroupNotFound", "One or more target groups not found", 400, FailureKind::Missing),
            ("RuleNotFound", "", 400, FailureKind::Missing),
            ("DeploymentNotStartedException", "", 400, FailureKind::Refused),
            // One deployment at a time in a group: that is no rate.
            ("DeploymentLimitExceededException", "", 400, FailureKind::Refused),
            ("BatchLimitExceededException", "", 400, FailureKind::Refused),
            ("UnknownOperationException", "", 404, FailureKind::Unsupported),
            ("InternalFailure", "The list_x action has not been implemented", 501, FailureKind::Unsupported),
            ("", "", 404, FailureKind::Unsupported),
            ("", "", 503, FailureKind::Network),
            ("ServerException", "Service Unavailable", 500, FailureKind::Other),
            ("ClientException", "Unable to describe task definition.", 400, FailureKind::Refused),
            ("ConflictException", "The deployment is already being stopped.", 400, FailureKind::Refused),
        ] {
            assert_eq!(answered(code, message, status), kind, "{code} {message} {status}");
        }
    }

    #[test]
    fn an_error_page_is_a_missing_operation_and_another_page_a_network_in_between() {
        assert_eq!(
            [500, 404, 403, 502].map(page_kind),
            [FailureKind::Unsupported, FailureKind::Unsupported, FailureKind::Network, FailureKind::Network]
        );
    }
}
