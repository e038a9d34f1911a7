//! CloudWatch Logs: one page of events for each request, and the live tail as a stream of updates.

mod live;

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudwatchlogs::config::http::HttpResponse;
use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata, SdkError};

use super::ecs::Page;
use super::error::failure;
use super::lazy::Lazy;
use super::text::Interner;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::group::LogGroup;
use crate::fleet::topic::{Failure, FailureKind};

pub use self::live::{LiveTail, Update};

/// Log streams that one FilterLogEvents may name.
pub const STREAMS_AT_ONCE: usize = 100;

/// Which streams of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Streams {
    /// These, at most 100; one that does not exist fails the whole request.
    Named(Vec<Text>),
    /// All whose names begin so; none is no failure.
    Beginning(Text),
}

/// What a request for events asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    pub group: Text,
    pub streams: Streams,
    /// Milliseconds since 1970; events of this time belong to the answer.
    pub from: i64,
    /// Milliseconds since 1970; events of this time belong to the answer.
    pub to: Option<i64>,
}

/// The adapter of CloudWatch Logs in one Region; cheap to clone.
#[derive(Debug, Clone)]
pub struct Logs {
    client: Lazy<aws_sdk_cloudwatchlogs::Client>,
    config: Arc<SdkConfig>,
    region: Text,
    /// The requests go to another place than AWS.
    elsewhere: bool,
}

impl Logs {
    pub(super) fn new(config: &Arc<SdkConfig>, elsewhere: bool) -> Self {
        Self {
            client: Lazy::new(config, aws_sdk_cloudwatchlogs::Client::new),
            config: Arc::clone(config),
            region: config.region().map_or_else(|| "".into(), |region| region.as_ref().into()),
            elsewhere,
        }
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same adapter in another Region: a group may lie elsewhere than its tasks.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        if *region == *self.region || region.is_empty() {
            return self.clone();
        }
        let config = SdkConfig::clone(&self.config).into_builder().region(Region::new(region.to_owned()));
        Self::new(&Arc::new(config.build()), self.elsewhere)
    }

    /// `aws logs filter-log-events --log-group-name … --log-stream-names … --start-time … --end-time …`
    ///
    /// In the order of time. An empty page may have a next one.
    pub async fn filter_log_events(
        &self,
        asked: &Asked,
        token: Option<String>,
    ) -> Result<Page<Event>, Failure> {
        let request = self.client.get().filter_log_events().log_group_name(&*asked.group);
        let request = match &asked.streams {
            Streams::Named(names) => {
                let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
                request.set_log_stream_names(Some(names))
            }
            Streams::Beginning(prefix) => request.log_stream_name_prefix(&**prefix),
        };
        let request = request.start_time(asked.from).set_end_time(asked.to).set_next_token(token);
        #[expect(deprecated, reason = "AWS always does so; moto gives stream after stream without it")]
        let request = request.interleaved(true);
        let answer = request.send().await.map_err(|error| named("FilterLogEvents", &error))?;
        let mut words = Interner::default();
        let events = answer.events.unwrap_or_default().into_iter();
        let items = events.filter_map(|from| {
            Some(Event {
                group: Text::clone(&asked.group),
                stream: words.text(from.log_stream_name()?),
                at: from.timestamp()?,
                ingested: from.ingestion_time().or(from.timestamp())?,
                id: from.event_id().map(Text::from),
                message: from.message().unwrap_or_default().into(),
            })
        });
        Ok(Page { items: items.collect(), next: answer.next_token.filter(|token| !token.is_empty()) })
    }

    /// `aws logs describe-log-groups --log-group-name-prefix …`
    ///
    /// `None` where there is no group of this name.
    pub async fn describe_log_group(&self, name: &str) -> Result<Option<LogGroup>, Failure> {
        // Of the groups whose names begin so, the one with this name is the first.
        let request = self.client.get().describe_log_groups().log_group_name_prefix(name).limit(1);
        let answer = request.send().await.map_err(|error| named("DescribeLogGroups", &error))?;
        let mut found = answer.log_groups.unwrap_or_default().into_iter();
        let found = found.find(|group| group.log_group_name() == Some(name));
        Ok(found.map(|group| LogGroup {
            region: self.region.clone(),
            name: name.into(),
            class: group.log_group_class().map(|class| class.as_str().into()),
            kept_days: group.retention_in_days().and_then(|days| u32::try_from(days).ok()),
        }))
    }

    /// `aws logs start-live-tail --log-group-identifiers … --log-stream-name-prefixes …`
    ///
    /// Groups by their ARNs, at most 10; streams, at most 100, only with one group. A stream may not exist yet: its
    /// name is given as a beginning, which no other stream of a task shares. AWS bills each minute.
    pub async fn start_live_tail(&self, groups: &[Text], streams: &[Text]) -> Result<LiveTail, Failure> {
        live::start(self.client.get(), self.elsewhere, groups, streams).await
    }
}

/// A failure that names the missing permission even where the refusal does not.
fn named<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let mut failure = failure(operation, error);
    if let FailureKind::Denied { action: action @ None } = &mut failure.kind {
        *action = Some(format!("logs:{operation}").into());
    }
    failure
}
