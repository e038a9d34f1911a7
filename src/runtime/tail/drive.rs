//! Carries out what the plan of a tail asks, and tells what comes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time;

use super::plan::{Call, Plan, Step, Terms, Trouble};
use crate::aws::ecs::Page;
use crate::aws::logs::Logs;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::source::Source;
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;
use crate::runtime::poll::joined;

/// What a tail tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Events {
        /// Each event once, of one group, in the order of the answer.
        events: Vec<Event>,
        /// Everything before this was told, as far as CloudWatch had it; milliseconds since 1970.
        settled: i64,
    },
    /// A group cannot be read; it is tried again.
    Trouble(Trouble),
    /// Everything up to the end was told, but for so many groups that could not be read.
    Done { given_up: usize },
}

/// Tails until everything was read, or until nobody listens. While nobody takes the news nothing is asked, so nothing
/// is lost.
pub async fn run(
    ask: Ask,
    terms: Terms,
    mut sources: watch::Receiver<Arc<Vec<Source>>>,
    out: mpsc::Sender<News>,
) {
    let mut plan = Plan::new(terms);
    let mut regions: BTreeMap<Text, Logs> = BTreeMap::new();
    let mut answers: JoinSet<(u64, Result<Page<Event>, Failure>)> = JoinSet::new();
    let now = || ask.now().timestamp_millis();
    plan.follow(now(), &sources.borrow_and_update().clone());
    let mut is_told = true;
    loop {
        let wake = match plan.next(now()) {
            Step::Ask(call) => {
                let logs = regions.entry(call.region.clone()).or_insert_with(|| ask.logs(&call.region));
                answers.spawn(send(ask.clone(), logs.clone(), call));
                continue;
            }
            Step::Wait(wake) => wake,
            Step::Done => {
                let _ = out.send(News::Done { given_up: plan.given_up() }).await;
                return;
            }
        };
        let sleep = async {
            match wake {
                Some(at) => {
                    let rest = u64::try_from(at - now()).unwrap_or(0);
                    time::sleep(Duration::from_millis(rest.max(1))).await;
                }
                None => std::future::pending().await,
            }
        };
        let news = tokio::select! {
            biased;
            () = out.closed() => return,
            changed = sources.changed(), if is_told => {
                // Who knew the streams has gone: those known last are followed on.
                is_told = changed.is_ok();
                let known = sources.borrow_and_update().clone();
                plan.follow(now(), &known);
                continue;
            }
            Some((number, answer)) = joined(&mut answers) => match answer {
                Ok(page) => {
                    let events = plan.answered(now(), number, page);
                    News::Events { events, settled: plan.settled() }
                }
                Err(failure) => match plan.failed(now(), number, failure) {
                    Some(trouble) => News::Trouble(trouble),
                    None => continue,
                },
            },
            () = sleep => continue,
        };
        if out.send(news).await.is_err() {
            return;
        }
    }
}

async fn send(ask: Ask, logs: Logs, call: Call) -> (u64, Result<Page<Event>, Failure>) {
    (call.number, ask.filter_log_events(&logs, &call.asked, call.token).await)
}
