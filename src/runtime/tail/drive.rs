//! Carries out what the plan of a tail asks, and tells what comes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time;

use super::news::News;
use super::plan::{Call, Plan, Step, Terms};
use crate::aws::ecs::Page;
use crate::aws::logs::Logs;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::group::Remark;
use crate::fleet::log::source::Source;
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;
use crate::runtime::poll::joined;

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
    let mut remarks: JoinSet<Option<Remark>> = JoinSet::new();
    let now = || ask.now().timestamp_millis();
    plan.follow(now(), &sources.borrow_and_update().clone());
    let mut is_told = true;
    loop {
        while let Some((region, group)) = plan.curious() {
            let logs = regions.entry(region.clone()).or_insert_with(|| ask.logs(&region));
            remarks.spawn(about(ask.clone(), logs.clone(), group, terms.since));
        }
        let wake = match plan.next(now()) {
            Step::Ask(call) => {
                let logs = regions.entry(call.region.clone()).or_insert_with(|| ask.logs(&call.region));
                answers.spawn(send(ask.clone(), logs.clone(), call));
                continue;
            }
            Step::Wait(wake) => wake,
            Step::Done => {
                while let Some(remark) = joined(&mut remarks).await {
                    if let Some(remark) = remark {
                        let _ = out.send(News::Remark(remark)).await;
                    }
                }
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
                    News::Events { events, settled: plan.settled(), stuck: plan.stuck() }
                }
                Err(failure) => match plan.failed(now(), number, failure) {
                    Some(trouble) => News::Trouble(trouble),
                    None => continue,
                },
            },
            Some(remark) = joined(&mut remarks) => match remark {
                Some(remark) => News::Remark(remark),
                None => continue,
            },
            () = sleep => continue,
        };
        if out.send(news).await.is_err() {
            return;
        }
    }
}

pub(super) async fn send(ask: Ask, logs: Logs, call: Call) -> (u64, Result<Page<Event>, Failure>) {
    (call.number, ask.filter_log_events(&logs, &call.asked, call.token).await)
}

/// Asks what a group is, and tells what has to be said of it. Nobody needs the permission to read lines without it.
pub(super) async fn about(ask: Ask, logs: Logs, group: Text, since: i64) -> Option<Remark> {
    let found = ask.describe_log_group(&logs, &group).await.ok().flatten()?;
    found.remark(since, ask.now().timestamp_millis())
}
