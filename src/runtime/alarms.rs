//! The alarms that guard deployments in flight: one request for a hundred of them, and none while AWS refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{self, Instant};

use super::inflight::look::Look;
use super::poll::access::{LOOK_OUT, is_about_credentials};
use super::poll::ask::Ask;
use super::poll::{self, Backoff, Shared};
use super::requests::Priority;
use super::sweep::lane::Moment;
use crate::app::subscription::{Cadence, Interest};
use crate::aws::cloudwatch::ALARMS_AT_ONCE;
use crate::fleet::id::{ContextId, Text};
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind, Subject};

/// How long nothing is asked after a refusal for the rate: ECS and CodeDeploy need the same quota to watch over what
/// they deploy.
const LEFT_ALONE: Duration = Duration::from_mins(1);

/// When the alarms were asked for.
#[derive(Debug, Default)]
pub struct Plan {
    names: BTreeMap<Text, Look>,
}

impl Plan {
    /// The alarms from here on.
    pub fn set(&mut self, names: &BTreeSet<Text>) {
        self.names.retain(|name, _| names.contains(name));
        for name in names {
            self.names.entry(name.clone()).or_default();
        }
    }

    /// When the next request is due, if each alarm is asked for this often; `None` for once.
    pub fn due(&self, every: Option<Moment>) -> Option<Moment> {
        self.names.values().filter_map(|look| look.due(every)).min()
    }

    /// The alarms of one request: what was never asked for, then the oldest. Those that are not due yet fill it up,
    /// which costs nothing.
    pub fn next(&self) -> Vec<Text> {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, look)| look.order());
        names.into_iter().take(ALARMS_AT_ONCE).map(|(name, _)| name.clone()).collect()
    }

    /// There is nothing to ask for yet: whoever names alarms waits for their answer.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Every alarm was asked for.
    pub fn is_known(&self) -> bool {
        !self.names.values().any(Look::is_new)
    }

    /// Somebody wants to see them anew.
    pub fn refresh(&mut self) {
        self.names.values_mut().for_each(Look::hurry);
    }

    pub fn answered(&mut self, now: Moment, names: &[Text]) {
        for name in names {
            if let Some(look) = self.names.get_mut(name) {
                look.answered(now, false);
            }
        }
    }
}

/// Asks for the alarms that `interest` names until it is dropped.
pub async fn run(
    cadence: Cadence,
    shared: Shared,
    mut interest: watch::Receiver<Interest>,
    wake: Arc<Notify>,
) {
    let every = match cadence {
        Cadence::Once => None,
        Cadence::Seconds(seconds) => Some(Duration::from_secs(u64::from(seconds.max(1)))),
    };
    let ask = shared.ask.at(Priority::Deploying);
    let began = Instant::now();
    let mut backoff = Backoff::new(cadence);
    let mut plan = Plan::default();
    let mut closed = Closed::default();
    let mut told = false;
    plan.set(&names(&interest.borrow_and_update(), ask.context()));
    loop {
        poll::wait_for_access(&shared.access, &wake).await;
        if plan.is_known() && !plan.is_empty() && !told {
            told = true;
            ask.answered(Subject::Alarms).await;
        }
        let due = plan.due(every).map(|due| due.max(closed.until));
        if due.is_none_or(|due| due > began.elapsed()) {
            tokio::select! {
                Ok(()) = interest.changed() => plan.set(&names(&interest.borrow_and_update(), ask.context())),
                () = wake.notified() => {
                    plan.refresh();
                    closed.wish();
                }
                () = sleep_until(due.map(|due| began + due)) => {}
            }
            continue;
        }
        let asked = plan.next();
        match look(&ask, &asked).await {
            Ok(()) => {
                backoff.reset();
                plan.answered(began.elapsed(), &asked);
                told = false;
            }
            Err(failure) if is_about_credentials(&failure) => {
                shared.access.lost();
                ask.failed(Subject::Alarms, failure, Some(LOOK_OUT)).await;
            }
            Err(failure) => {
                let pause = match failure.kind {
                    FailureKind::Throttled => LEFT_ALONE,
                    _ => backoff.after(&failure.kind),
                };
                closed = Closed {
                    until: began.elapsed() + pause,
                    for_everybody: failure.kind == FailureKind::Throttled,
                };
                let announced = (!matches!(failure.kind, FailureKind::Denied { .. })).then_some(pause);
                ask.failed(Subject::Alarms, failure, announced).await;
            }
        }
    }
}

/// Until when nothing is asked.
#[derive(Debug, Clone, Copy, Default)]
struct Closed {
    until: Moment,
    /// Also a person's wish waits.
    for_everybody: bool,
}

impl Closed {
    fn wish(&mut self) {
        if !self.for_everybody {
            self.until = Moment::ZERO;
        }
    }
}

/// One look at up to a hundred alarms.
async fn look(ask: &Ask, names: &[Text]) -> Result<(), Failure> {
    let (mut alarms, mut token) = (Vec::new(), None);
    loop {
        let page = ask.describe_alarms(names, token).await?;
        alarms.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    let found: BTreeSet<&Text> = alarms.iter().map(|alarm| &alarm.name).collect();
    let missing = names.iter().filter(|name| !found.contains(name)).cloned().collect();
    ask.observe(Observation::Alarms { context: ask.context(), alarms, missing }).await;
    Ok(())
}

fn names(interest: &Interest, context: ContextId) -> BTreeSet<Text> {
    interest.in_flight.get(&context).map(|in_flight| in_flight.alarms.clone()).unwrap_or_default()
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_what_is_new_then_the_oldest_and_at_most_a_hundred() {
        let second = Moment::from_secs;
        let every = Some(second(10));
        let name = |n: usize| Text::from(format!("alarm-{n:03}"));
        let mut plan = Plan::default();
        assert_eq!((plan.due(every), plan.next(), plan.is_known()), (None, Vec::new(), true));
        plan.set(&(0..150).map(name).collect());
        assert_eq!((plan.due(every), plan.next()), (Some(Moment::ZERO), (0..100).map(name).collect()));
        plan.answered(second(1), &plan.next());
        assert!(!plan.is_known());
        let rest: Vec<Text> = (100..150).chain(0..50).map(name).collect();
        assert_eq!(plan.next(), rest, "a request that goes anyway is filled up");
        plan.answered(second(2), &rest);
        assert!(plan.is_known());
        assert_eq!((plan.due(every), plan.due(None)), (Some(second(11)), None));
        plan.set(&(0..50).chain(200..201).map(name).collect());
        assert_eq!((plan.due(every), plan.next().first()), (Some(Moment::ZERO), Some(&name(200))));
        plan.answered(second(3), &plan.next());
        plan.refresh();
        assert_eq!((plan.due(None), plan.is_known()), (Some(Moment::ZERO), true));
    }
}
