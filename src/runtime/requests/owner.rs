//! The task that owns a context's buckets: it grants turns in the order of their priority and tells what was spent.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use strum::IntoEnumIterator as _;
use tokio::sync::mpsc;
use tokio::time::{self, Instant};

use super::tally::Tally;
use super::tokens::{Rate, Tokens};
use super::{Outcome, Priority, Wish};
use crate::app::budget::{BucketUse, Budget};
use crate::app::message::Message;
use crate::fleet::bucket::Bucket;
use crate::fleet::id::ContextId;
use crate::runtime::outbox::Outbox;

/// Requests on their way at once while the first load runs, and afterwards. What a person waits for always goes.
const AT_ONCE_LOADING: usize = 32;
const AT_ONCE: usize = 8;
/// Tokens that the sweep leaves for a person: few while everybody waits for the first load, then a third of the burst.
const RESERVE_LOADING: f64 = 4.0;
const RESERVE_SHARE: f64 = 1.0 / 3.0;
/// How often the budget is told.
const REPORT: Duration = Duration::from_secs(1);

/// What the owner is told.
#[derive(Debug)]
pub(super) enum Event {
    Wished(Wish),
    Left { bucket: Bucket, priority: Priority, outcome: Outcome },
    Settled,
}

/// The state of a context's scheduler.
#[derive(Debug)]
pub(super) struct Owner {
    context: ContextId,
    rate: Rate,
    outbox: Outbox,
    lanes: BTreeMap<Bucket, Lane>,
    loading: bool,
    in_flight: usize,
    /// Those of `in_flight` that a person waits for.
    of_user: usize,
    told: Budget,
    tell_at: Option<Instant>,
}

/// One bucket: its tokens, who waits for them, and what was spent.
#[derive(Debug)]
struct Lane {
    tokens: Tokens,
    waiting: BTreeMap<Priority, VecDeque<Wish>>,
    sent: Tally,
    refused: Tally,
    refused_at: Option<DateTime<Utc>>,
}

impl Owner {
    pub(super) fn new(context: ContextId, rate: Rate, outbox: Outbox) -> Self {
        Self {
            context,
            rate,
            outbox,
            lanes: BTreeMap::new(),
            loading: true,
            in_flight: 0,
            of_user: 0,
            told: Budget { context, ..Budget::default() },
            tell_at: None,
        }
    }

    /// Runs until the last handle is gone.
    pub(super) async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Event>) {
        loop {
            let now = Instant::now();
            let grant_at = self.grant(now);
            if self.tell_at.is_some_and(|at| at <= now) {
                self.tell(now);
            }
            let wake = [grant_at, self.tell_at].into_iter().flatten().min();
            let event = match wake {
                Some(wake) => match time::timeout_at(wake, inbox.recv()).await {
                    Ok(event) => event,
                    Err(_) => continue,
                },
                None => inbox.recv().await,
            };
            let Some(event) = event else { return };
            self.take_in(event);
            // Wishes that came together are granted by priority, not by the order of their arrival.
            while let Ok(event) = inbox.try_recv() {
                self.take_in(event);
            }
        }
    }

    fn take_in(&mut self, event: Event) {
        let now = Instant::now();
        self.tell_at.get_or_insert(now + REPORT);
        match event {
            Event::Wished(wish) => {
                let lane = self.lanes.entry(wish.place.bucket);
                let lane = lane.or_insert_with_key(|bucket| Lane::new(*bucket, self.rate, now));
                lane.waiting.entry(wish.place.priority).or_default().push_back(wish);
            }
            Event::Left { bucket, priority, outcome } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                if priority == Priority::User {
                    self.of_user = self.of_user.saturating_sub(1);
                }
                let Some(lane) = self.lanes.get_mut(&bucket) else { return };
                match outcome {
                    Outcome::Unused => {
                        lane.tokens.give_back();
                        lane.sent.undo(now);
                    }
                    Outcome::Refused => {
                        lane.tokens.refused(now);
                        lane.refused.add(now);
                        lane.refused_at = Some(self.outbox.clock().now());
                    }
                    Outcome::Waiting | Outcome::Abandoned | Outcome::Answered => {}
                }
            }
            Event::Settled => self.loading = false,
        }
    }

    /// Grants what can be granted now; tells when there is a token for the first that has to wait for one.
    fn grant(&mut self, now: Instant) -> Option<Instant> {
        let at_once = if self.loading { AT_ONCE_LOADING } else { AT_ONCE };
        let mut next: Option<Instant> = None;
        for priority in Priority::iter() {
            for lane in self.lanes.values_mut() {
                let reserve = match priority {
                    Priority::Sweep if self.loading => RESERVE_LOADING,
                    Priority::Sweep => lane.tokens.burst() * RESERVE_SHARE,
                    _ => 0.0,
                };
                let Some(waiting) = lane.waiting.get_mut(&priority) else { continue };
                while waiting.front().is_some_and(|wish| {
                    wish.grant.is_closed()
                        || priority == Priority::User
                        || self.in_flight - self.of_user < at_once
                }) {
                    let Some(wish) = waiting.pop_front() else { break };
                    if wish.grant.is_closed() {
                        continue;
                    }
                    if let Err(at) = lane.tokens.take(now, reserve) {
                        waiting.push_front(wish);
                        next = Some(next.map_or(at, |next| next.min(at)));
                        break;
                    }
                    let Wish { grant, mut place } = wish;
                    place.outcome = Outcome::Unused;
                    match grant.send(place) {
                        Ok(()) => {
                            lane.sent.add(now);
                            self.in_flight += 1;
                            self.of_user += usize::from(priority == Priority::User);
                        }
                        Err(mut place) => {
                            place.outcome = Outcome::Waiting;
                            lane.tokens.give_back();
                        }
                    }
                }
            }
        }
        next
    }

    /// Tells the budget if it is another than the last one told, and plans when to look again.
    fn tell(&mut self, now: Instant) {
        let lanes = self.lanes.iter_mut();
        let buckets: Vec<BucketUse> = lanes.map(|(bucket, lane)| lane.budget(*bucket, now)).collect();
        // Counts leave the window and the pace recovers without any event.
        let moves = buckets.iter().any(|used| used.sent > 0 || used.refused > 0 || used.waiting > 0);
        let budget = Budget { context: self.context, buckets, in_flight: self.in_flight };
        let told = budget == self.told || self.outbox.mention(Message::Budget(budget.clone()));
        if told {
            self.told = budget;
        }
        self.tell_at = (moves || !told).then(|| now + REPORT);
    }
}

impl Lane {
    fn new(bucket: Bucket, rate: Rate, now: Instant) -> Self {
        Self {
            tokens: Tokens::new(bucket, rate, now),
            waiting: BTreeMap::new(),
            sent: Tally::new(now),
            refused: Tally::new(now),
            refused_at: None,
        }
    }

    fn budget(&mut self, bucket: Bucket, now: Instant) -> BucketUse {
        for waiting in self.waiting.values_mut() {
            waiting.retain(|wish| !wish.grant.is_closed());
        }
        let waiting: usize = self.waiting.values().map(VecDeque::len).sum();
        BucketUse {
            bucket,
            allowed: self.tokens.allowed(now),
            sent: self.sent.last_minute(now),
            refused: self.refused.last_minute(now),
            sent_total: self.sent.total,
            refused_total: self.refused.total,
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            refused_at: self.refused_at,
        }
    }
}
