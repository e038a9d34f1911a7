//! The scheduler of requests on a paused clock: its share, its order, and what it does about refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fargate_top::app::budget::{BucketUse, Budget};
use fargate_top::app::message::Message;
use fargate_top::fleet::bucket::Bucket;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::topic::{Failure, FailureKind};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::requests::{Priority, Rate, Requests};
use pretty_assertions::assert_eq;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::start;

/// A scheduler with what it reported and how it is asked.
struct Desk {
    requests: Requests,
    reports: mpsc::Receiver<(DateTime<Utc>, Message)>,
    began: Instant,
}

fn desk(rate: Rate) -> Desk {
    let (sender, reports) = mpsc::channel(1000);
    let requests = Requests::start(ContextId(0), rate, Outbox::new(sender, Clock::starting_at(start())));
    Desk { requests, reports, began: Instant::now() }
}

fn failing(kind: FailureKind) -> Failure {
    Failure { kind, operation: "ListServices".into(), code: None, message: "no".into(), request_id: None }
}

impl Desk {
    /// Sends `count` requests at once; returns when each was sent, in milliseconds, in order.
    async fn send(&self, count: usize, priority: Priority) -> Vec<u128> {
        let mut sent = JoinSet::new();
        for _ in 0..count {
            let (requests, began) = (self.requests.clone(), self.began);
            sent.spawn(async move {
                let call = || async { Ok(began.elapsed().as_millis()) };
                requests.send(Bucket::ServiceRead, priority, "ListServices", call).await.unwrap()
            });
        }
        let mut times = sent.join_all().await;
        times.sort_unstable();
        times
    }

    /// One request that fails in this way as often as told, and then succeeds.
    async fn fail(&self, kind: FailureKind, times: u32) -> (Result<(), Failure>, u32) {
        let calls = AtomicU32::new(0);
        let call = || {
            let call = calls.fetch_add(1, Ordering::Relaxed);
            let kind = kind.clone();
            async move { if call < times { Err(failing(kind)) } else { Ok(()) } }
        };
        let answer = self.requests.send(Bucket::ServiceRead, Priority::User, "ListServices", call).await;
        (answer, calls.load(Ordering::Relaxed))
    }

    /// The newest budget that was told.
    fn budget(&mut self) -> Option<Budget> {
        let mut newest = None;
        while let Ok((_, message)) = self.reports.try_recv() {
            if let Message::Budget(budget) = message {
                newest = Some(budget);
            }
        }
        newest
    }

    fn used(&mut self) -> BucketUse {
        self.budget().unwrap().buckets.into_iter().find(|used| used.bucket == Bucket::ServiceRead).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_sixty_percent_and_then_a_quarter_of_the_rate() {
    let times = desk(Rate::Share(0.25)).send(100, Priority::User).await;
    assert_eq!(times.iter().filter(|time| **time == 0).count(), 60);
    for second in 0..8u128 {
        let sent = times.iter().filter(|time| **time > second * 1000 && **time <= (second + 1) * 1000);
        assert_eq!(sent.count(), 5, "in second {second}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_sweep_leaves_a_reserve_for_people() {
    let desk = desk(Rate::Share(0.25));
    desk.requests.settle();
    let (sweep, user) = tokio::join!(desk.send(45, Priority::Sweep), async {
        sleep(Duration::from_millis(1)).await;
        desk.send(20, Priority::User).await
    });
    assert_eq!(sweep.iter().filter(|time| **time == 0).count(), 40);
    assert!(user.iter().all(|time| *time <= 2), "a person does not wait: {user:?}");
    assert!(*sweep.last().unwrap() >= 5000, "the reserve is filled up before the sweep goes on: {sweep:?}");
}

#[tokio::test(start_paused = true)]
async fn priorities_are_strict() {
    let desk = desk(Rate::Share(0.25));
    desk.send(60, Priority::User).await;
    let (sender, mut order) = mpsc::unbounded_channel();
    let mut waiting = JoinSet::new();
    for priority in [Priority::Sweep, Priority::Deploying, Priority::Visible, Priority::User] {
        for _ in 0..2 {
            let (requests, sender) = (desk.requests.clone(), sender.clone());
            waiting.spawn(async move {
                let call = || async { sender.send(priority).map_err(|_| failing(FailureKind::Other)) };
                requests.send(Bucket::ServiceRead, priority, "ListServices", call).await.unwrap();
            });
        }
    }
    waiting.join_all().await;
    let order: Vec<Priority> = std::iter::from_fn(|| order.try_recv().ok()).collect();
    let strict = [Priority::User, Priority::Visible, Priority::Deploying, Priority::Sweep];
    assert_eq!(order, strict.map(|priority| [priority; 2]).concat());
}

#[tokio::test(start_paused = true)]
async fn a_change_is_sent_once_whatever_happens_to_it() {
    let mut desk = desk(Rate::Share(0.25));
    for kind in [FailureKind::Throttled, FailureKind::Network, FailureKind::Other] {
        let calls = AtomicU32::new(0);
        let change = async {
            calls.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(failing(kind.clone()))
        };
        let answer = desk.requests.once(Bucket::ServiceModify, Priority::User, "UpdateService", change).await;
        assert_eq!((answer.unwrap_err().kind, calls.into_inner()), (kind, 1));
    }
    sleep(Duration::from_secs(2)).await;
    let buckets = desk.budget().unwrap().buckets;
    let used = buckets.iter().find(|used| used.bucket == Bucket::ServiceModify).unwrap();
    assert_eq!((used.sent, used.refused), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_halves_the_rate_and_a_minute_brings_it_back() {
    let mut desk = desk(Rate::Share(0.25));
    let (answer, calls) = desk.fail(FailureKind::Throttled, 1).await;
    assert_eq!((answer, calls), (Ok(()), 2));
    sleep(Duration::from_secs(2)).await;
    let used = desk.used();
    assert!((2.4..2.7).contains(&used.allowed), "{used:?}");
    assert_eq!((used.sent, used.refused, used.refused_total), (2, 1, 1));
    assert!(used.refused_at.is_some());
    sleep(Duration::from_secs(70)).await;
    let used = desk.used();
    assert!((used.allowed - 5.0).abs() < 0.1, "{used:?}");
    assert_eq!((used.sent, used.refused, used.sent_total, used.refused_total), (0, 0, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn only_what_may_pass_is_sent_again_and_each_attempt_counts() {
    let mut desk = desk(Rate::Share(0.25));
    assert_eq!(desk.fail(FailureKind::Network, 2).await, (Ok(()), 3));
    assert_eq!(desk.fail(FailureKind::Network, 9).await, (Err(failing(FailureKind::Network)), 3));
    for kind in [
        FailureKind::Denied { action: None },
        FailureKind::Expired,
        FailureKind::Missing,
        FailureKind::Timeout,
    ] {
        assert_eq!(desk.fail(kind.clone(), 1).await, (Err(failing(kind)), 1));
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(desk.used().sent_total, 10);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_is_never_sent() {
    let mut desk = desk(Rate::Share(0.25));
    desk.send(60, Priority::User).await;
    let sent = Arc::new(AtomicU32::new(0));
    let (requests, counted) = (desk.requests.clone(), Arc::clone(&sent));
    let dropped = tokio::spawn(async move {
        let call = || async {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        requests.send(Bucket::ServiceRead, Priority::User, "ListServices", call).await
    });
    sleep(Duration::from_millis(50)).await;
    dropped.abort();
    sleep(Duration::from_millis(150)).await;
    let next = desk.send(1, Priority::Sweep);
    let _ = tokio::time::timeout(Duration::from_secs(2), next).await;
    assert_eq!(sent.load(Ordering::Relaxed), 0);
    assert_eq!(desk.used().sent_total, 61, "the token went to the next one");
}

#[tokio::test(start_paused = true)]
async fn no_answer_within_the_deadline_is_a_timeout() {
    let desk = desk(Rate::Lifted);
    let call = std::future::pending::<Result<(), Failure>>;
    let failure = desk.requests.send(Bucket::TaskRead, Priority::User, "ListTasks", call).await.unwrap_err();
    assert_eq!((failure.kind, desk.began.elapsed()), (FailureKind::Timeout, Duration::from_secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_person_gets_through_when_everything_hangs() {
    let mut desk = desk(Rate::Lifted);
    let mut hanging = JoinSet::new();
    for _ in 0..40 {
        let requests = desk.requests.clone();
        let call = std::future::pending::<Result<(), Failure>>;
        hanging.spawn(
            async move { requests.send(Bucket::TaskRead, Priority::Visible, "ListTasks", call).await },
        );
    }
    sleep(Duration::from_millis(1100)).await;
    let budget = desk.budget().unwrap();
    assert_eq!((budget.in_flight, budget.buckets[0].waiting), (32, 8));
    assert_eq!(desk.send(5, Priority::User).await, [1100; 5]);
    desk.requests.settle();
    hanging.abort_all();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(desk.budget().unwrap().in_flight, 0, "what was dropped leaves its place");
}

#[tokio::test(start_paused = true)]
async fn after_the_first_load_eight_requests_are_enough() {
    let mut desk = desk(Rate::Lifted);
    desk.requests.settle();
    let mut slow = JoinSet::new();
    for _ in 0..16 {
        let requests = desk.requests.clone();
        slow.spawn(async move {
            let call = || async {
                sleep(Duration::from_millis(1500)).await;
                Ok(())
            };
            requests.send(Bucket::TaskRead, Priority::Visible, "ListTasks", call).await
        });
    }
    sleep(Duration::from_millis(1100)).await;
    assert_eq!(desk.budget().unwrap().in_flight, 8);
    slow.join_all().await;
    assert_eq!(desk.began.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_told_once_a_second_and_only_when_it_changed() {
    let mut desk = desk(Rate::Lifted);
    for _ in 0..10 {
        desk.send(3, Priority::User).await;
        sleep(Duration::from_millis(100)).await;
    }
    sleep(Duration::from_mins(2)).await;
    let mut told = Vec::new();
    while let Ok((at, Message::Budget(budget))) = desk.reports.try_recv() {
        told.push(((at - start()).num_seconds(), budget.buckets[0].sent));
    }
    assert_eq!(told.first().map(|(at, _)| *at), Some(1));
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1), "{told:?}");
    assert_eq!(told.last().map(|(_, sent)| *sent), Some(0), "a quiet minute later nothing is left to tell");
    assert!(told.len() <= 5, "{told:?}");
}
