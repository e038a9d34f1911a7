//! Carries out what the plan of a live tail asks; sessions are read by tasks that wait for nobody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time;

use super::outbox::Outbox;
use super::plan::{Opening, Plan, Step};
use crate::aws::logs::{Logs, Update};
use crate::fleet::id::Text;
use crate::fleet::log::source::Source;
use crate::fleet::topic::{Failure, FailureKind};
use crate::runtime::poll::ask::Ask;
use crate::runtime::poll::joined;
use crate::runtime::tail::drive::{about, send};
use crate::runtime::tail::news::News;

/// A session says something each second; one that is silent for so long has lost its connection.
const SILENCE: Duration = Duration::from_secs(15);
/// What sessions said and was not taken in yet; it is taken in at once.
const SAID: usize = 64;

/// What the reader of a session says.
#[derive(Debug)]
enum Said {
    Began,
    Told(Update),
    Ended(Option<Failure>),
}

/// Follows by live tail, and by polling where and while there is none; events from `since` on, milliseconds since
/// 1970. It ends when nobody listens.
///
/// While nobody takes the news nothing is polled, so that nothing is lost; what sessions tell meanwhile is kept for
/// more than a minute, and then dropped and counted.
#[expect(clippy::too_many_lines, reason = "one loop, with an arm for each thing that can happen")]
pub async fn run(
    ask: Ask,
    since: i64,
    mut sources: watch::Receiver<Arc<Vec<Source>>>,
    out: mpsc::Sender<News>,
) {
    let now = || ask.now().timestamp_millis();
    let mut plan = Plan::new(since, ask.requests().is_lifted());
    let mut regions: BTreeMap<Text, Logs> = BTreeMap::new();
    let mut answers = JoinSet::new();
    let mut remarks = JoinSet::new();
    // They end with this function.
    let mut readers = JoinSet::new();
    let mut handles: BTreeMap<u64, AbortHandle> = BTreeMap::new();
    let (say, mut said) = mpsc::channel::<(u64, Said)>(SAID);
    let mut outbox = Outbox::default();
    plan.follow(now(), &sources.borrow_and_update().clone());
    let mut is_told = true;
    loop {
        while let Some((region, group)) = plan.curious() {
            let logs = regions.entry(region.clone()).or_insert_with(|| ask.logs(&region));
            remarks.spawn(about(ask.clone(), logs.clone(), group, since));
        }
        let step = plan.next(now(), outbox.has_room());
        plan.news().into_iter().for_each(|news| outbox.push(news));
        let wake = match step {
            Step::Ask(call) => {
                let logs = regions.entry(call.region.clone()).or_insert_with(|| ask.logs(&call.region));
                answers.spawn(send(ask.clone(), logs.clone(), call));
                continue;
            }
            Step::Open(opening) => {
                let logs = regions.entry(opening.region.clone());
                let logs = logs.or_insert_with(|| ask.logs(&opening.region)).clone();
                let number = opening.number;
                handles.insert(number, readers.spawn(read(ask.clone(), logs, opening, say.clone())));
                continue;
            }
            Step::Close(number) => {
                if let Some(handle) = handles.remove(&number) {
                    handle.abort();
                }
                continue;
            }
            Step::Wait(wake) => wake,
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
        tokio::select! {
            biased;
            () = out.closed() => return,
            changed = sources.changed(), if is_told => {
                // Who knew the streams has gone: those known last are followed on.
                is_told = changed.is_ok();
                let known = sources.borrow_and_update().clone();
                plan.follow(now(), &known);
            }
            Some((number, said)) = said.recv() => match said {
                Said::Began => plan.began(now(), number),
                Said::Told(update) => {
                    let dropped = !outbox.takes(&update.events);
                    plan.told(now(), number, update, dropped);
                }
                Said::Ended(failure) => {
                    handles.remove(&number);
                    plan.ended(now(), number, failure.as_ref());
                }
            },
            Ok(room) = out.reserve(), if !outbox.is_empty() => {
                if let Some(news) = outbox.pop() {
                    room.send(news);
                }
            }
            Some((number, answer)) = joined(&mut answers) => match answer {
                Ok(page) => plan.answered(now(), number, page),
                Err(failure) => plan.failed(now(), number, failure),
            },
            Some(remark) = joined(&mut remarks) => {
                if let Some(remark) = remark {
                    outbox.push(News::Remark(remark));
                }
            }
            // Ended readers are let go; an aborted one is no error.
            Some(_) = readers.join_next() => {}
            () = sleep => {}
        }
    }
}

/// Opens a session and says what it tells, until it ends.
async fn read(ask: Ask, logs: Logs, opening: Opening, say: mpsc::Sender<(u64, Said)>) {
    let Opening { number, group, streams, .. } = opening;
    let mut tail = match ask.start_live_tail(&logs, &[group], &streams).await {
        Ok(tail) => tail,
        Err(failure) => {
            let _ = say.send((number, Said::Ended(Some(failure)))).await;
            return;
        }
    };
    let mut saying = Said::Began;
    while say.send((number, saying)).await.is_ok() {
        saying = match time::timeout(SILENCE, tail.next()).await {
            Ok(Ok(Some(update))) => Said::Told(update),
            Ok(ended) => {
                let _ = say.send((number, Said::Ended(ended.err()))).await;
                return;
            }
            Err(_) => {
                let _ = say.send((number, Said::Ended(Some(silent())))).await;
                return;
            }
        };
    }
}

fn silent() -> Failure {
    Failure {
        kind: FailureKind::Timeout,
        operation: "StartLiveTail".into(),
        code: None,
        message: "the session said nothing for 15 seconds".into(),
        request_id: None,
    }
}
