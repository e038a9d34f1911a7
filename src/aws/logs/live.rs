//! The live tail: a session that tells every second what came, for at most three hours.

use aws_sdk_cloudwatchlogs::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_cloudwatchlogs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudwatchlogs::error::{BoxError, SdkError};
use aws_sdk_cloudwatchlogs::operation::start_live_tail::StartLiveTailOutput;
use aws_sdk_cloudwatchlogs::types::error::StartLiveTailResponseStreamError;
use aws_sdk_cloudwatchlogs::types::{
    LiveTailSessionMetadata, LiveTailSessionUpdate, StartLiveTailResponseStream,
};
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;

use super::named;
use crate::aws::error::reason;
use crate::aws::text::Interner;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::topic::{Failure, FailureKind};

const OPERATION: &str = "StartLiveTail";

/// What came within a second.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// At most 500.
    pub events: Vec<Event>,
    /// More came, and only some of them are told.
    pub sampled: bool,
}

/// A session; dropping it ends it.
#[derive(Debug)]
pub struct LiveTail {
    answer: StartLiveTailOutput,
    over: bool,
}

/// Leaves the host of an endpoint as it is: nobody but AWS has one with `stream-` before its name.
#[derive(Debug)]
struct SameHost;

impl Intercept for SameHost {
    fn name(&self) -> &'static str {
        "SameHost"
    }

    fn modify_before_retry_loop(
        &self,
        _context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().unset::<EndpointPrefix>();
        Ok(())
    }
}

pub(super) async fn start(
    client: &aws_sdk_cloudwatchlogs::Client,
    elsewhere: bool,
    groups: &[Text],
    streams: &[Text],
) -> Result<LiveTail, Failure> {
    let list = |texts: &[Text]| texts.iter().map(|text| text.as_ref().to_owned()).collect::<Vec<_>>();
    let request = client.start_live_tail().set_log_group_identifiers(Some(list(groups)));
    let request = request.set_log_stream_name_prefixes((!streams.is_empty()).then(|| list(streams)));
    let mut request = request.customize();
    if elsewhere {
        request = request.interceptor(SameHost);
    }
    let answer = request.send().await.map_err(|error| named(OPERATION, &error))?;
    Ok(LiveTail { answer, over: false })
}

impl LiveTail {
    /// Waits for the next update, about one a second; `None` when the session has ended.
    ///
    /// It must be read without delay: AWS drops what is not taken.
    pub async fn next(&mut self) -> Result<Option<Update>, Failure> {
        // A stream that has ended is not asked again.
        while !self.over {
            match self.answer.response_stream.recv().await {
                Ok(Some(StartLiveTailResponseStream::SessionUpdate(from))) => return Ok(Some(update(from))),
                Ok(Some(_)) => {}
                Ok(None) => self.over = true,
                Err(error) => {
                    self.over = true;
                    return Err(ended(&error));
                }
            }
        }
        Ok(None)
    }
}

/// Why a session ended; `SessionTimeoutException` after three hours.
fn ended<R>(error: &SdkError<StartLiveTailResponseStreamError, R>) -> Failure
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let told = error.as_service_error();
    let code = told.and_then(|told| told.meta().code()).map(str::to_owned).or_else(|| {
        let told = told?;
        let name = if told.is_session_timeout_exception() {
            "SessionTimeoutException"
        } else if told.is_session_streaming_exception() {
            "SessionStreamingException"
        } else {
            return None;
        };
        Some(name.to_owned())
    });
    let kind = match error {
        SdkError::ServiceError(_) => FailureKind::Other,
        SdkError::TimeoutError(_) => FailureKind::Timeout,
        _ => FailureKind::Network,
    };
    let message = told.map_or_else(|| reason(error), ToString::to_string);
    Failure {
        kind,
        operation: OPERATION.into(),
        code: code.map(Text::from),
        message: message.into(),
        request_id: None,
    }
}

fn update(from: LiveTailSessionUpdate) -> Update {
    let sampled = from.session_metadata().is_some_and(LiveTailSessionMetadata::sampled);
    let mut words = Interner::default();
    let events = from.session_results.unwrap_or_default().into_iter();
    let events = events.filter_map(|from| {
        Some(Event {
            group: words.text(group(from.log_group_identifier()?)),
            stream: words.text(from.log_stream_name()?),
            at: from.timestamp()?,
            ingested: from.ingestion_time().or(from.timestamp())?,
            id: None,
            message: from.message().unwrap_or_default().into(),
        })
    });
    Update { events: events.collect(), sampled }
}

/// The name of a group, which updates call `ACCOUNT:NAME` or by its ARN.
fn group(identifier: &str) -> &str {
    let name = identifier.rsplit_once(":log-group:").or_else(|| identifier.split_once(':'));
    name.map_or(identifier, |(_, name)| name.trim_end_matches(":*"))
}
