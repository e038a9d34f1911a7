//! The running pollers: as many as the screen needs, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio_util::task::AbortOnDropHandle;

use super::outbox::Outbox;
use super::poll::access::Access;
use super::poll::ask::Ask;
use super::poll::{self, Shared};
use super::requests::Requests;
use super::{alarms, inflight, lines, sweep};
use crate::app::subscription::{Interest, Subscription};
use crate::aws::Aws;
use crate::fleet::id::{ContextId, ServiceId};
use crate::fleet::log::source::Source as Stream;
use crate::fleet::topic::{Subject, Topic};

/// Where the facts of one context come from.
#[derive(Debug)]
pub struct Source {
    pub aws: Aws,
    pub requests: Requests,
    /// Services that the last session knew: they are described before any list is there.
    pub remembered: Vec<ServiceId>,
}

/// All pollers of all contexts; dropping it ends them.
#[derive(Debug)]
pub struct Pollers {
    contexts: BTreeMap<ContextId, Context>,
    running: BTreeMap<Subscription, Poller>,
    interest: watch::Sender<Interest>,
    /// The streams of the shown log view.
    sources: watch::Sender<Arc<Vec<Stream>>>,
}

#[derive(Debug)]
struct Context {
    shared: Shared,
    remembered: Vec<ServiceId>,
    _guard: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Poller {
    wake: Arc<Notify>,
    _task: AbortOnDropHandle<()>,
}

impl Pollers {
    pub fn new(sources: BTreeMap<ContextId, Source>, outbox: &Outbox) -> Self {
        let context = |source: Source| {
            let access = Access::default();
            let ask = Ask::new(source.aws, source.requests, outbox.clone());
            Context {
                _guard: access.guard(ask.clone()),
                shared: Shared { ask, access, directory: Arc::default() },
                remembered: source.remembered,
            }
        };
        Self {
            contexts: sources.into_iter().map(|(id, source)| (id, context(source))).collect(),
            running: BTreeMap::new(),
            interest: watch::Sender::default(),
            sources: watch::Sender::default(),
        }
    }

    /// Makes what runs what is wanted: the rest is dropped with its requests, and what is new looks at once.
    pub fn set(&mut self, wanted: &BTreeSet<Subscription>) {
        self.running.retain(|subscription, _| wanted.contains(subscription));
        for (id, context) in &self.contexts {
            let clusters = Topic::new(*id, Subject::Clusters);
            let kept = wanted.iter().any(|subscription| subscription.topic == clusters);
            context
                .shared
                .directory
                .send_if_modified(|directory| std::mem::replace(&mut directory.kept, kept) != kept);
        }
        for subscription in wanted {
            if self.running.contains_key(subscription) {
                continue;
            }
            // A context that nobody opened cannot be asked.
            if let Some(poller) = self.start(subscription) {
                self.running.insert(subscription.clone(), poller);
            }
        }
    }

    /// Wakes the pollers of these topics: somebody wants to see them anew, so their requests go first.
    pub fn refresh<'t>(&self, topics: impl IntoIterator<Item = &'t Topic>) {
        for topic in topics {
            let pollers = self.running.iter().filter(|(subscription, _)| subscription.topic == *topic);
            pollers.for_each(|(_, poller)| poller.wake.notify_one());
        }
    }

    /// What is looked at in turn; a sweep takes it over when it has not changed for a moment, the others at once.
    pub fn interest(&self, interest: Interest) {
        self.sources.send_if_modified(|known| {
            let changed = *known != interest.sources;
            *known = Arc::clone(&interest.sources);
            changed
        });
        self.interest.send_if_modified(|known| {
            let changed = *known != interest;
            *known = interest;
            changed
        });
    }

    fn start(&mut self, subscription: &Subscription) -> Option<Poller> {
        let context = self.contexts.get_mut(&subscription.topic.context)?;
        let (shared, cadence) = (context.shared.clone(), subscription.cadence);
        let wake = Arc::new(Notify::new());
        let woken = Arc::clone(&wake);
        let task = match subscription.topic.subject.clone() {
            Subject::Services => {
                // What the last session knew is news only once.
                let remembered = std::mem::take(&mut context.remembered);
                tokio::spawn(sweep::run(cadence, remembered, shared, self.interest.subscribe(), woken))
            }
            Subject::InFlight => {
                tokio::spawn(inflight::run(cadence, shared, self.interest.subscribe(), woken))
            }
            Subject::Lines { of, since, by } => {
                let sources = self.sources.subscribe();
                tokio::spawn(lines::follow(of, since, by, shared, sources))
            }
            Subject::OlderLines { of, from, to } => {
                let sources = self.sources.subscribe();
                tokio::spawn(lines::go_back(of, (from, to), shared, sources))
            }
            Subject::Alarms => tokio::spawn(alarms::run(cadence, shared, self.interest.subscribe(), woken)),
            subject => tokio::spawn(poll::run(subject, cadence, shared, woken)),
        };
        Some(Poller { wake, _task: AbortOnDropHandle::new(task) })
    }
}
