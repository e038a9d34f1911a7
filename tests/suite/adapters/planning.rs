//! The plan of the sweep, played without IO: nobody is forgotten, and the pace is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fargate_top::app::subscription::Interest;
use fargate_top::fleet::id::{ClusterId, ServiceId};
use fargate_top::runtime::requests::Priority;
use fargate_top::runtime::sweep::lane::Moment;
use fargate_top::runtime::sweep::roster::{Batch, Roster};
use proptest::prelude::*;

use super::{cluster, service};

/// A plan with an AWS that answers each request after the same time.
struct Play {
    roster: Roster,
    now: Moment,
    latency: Duration,
    clusters: BTreeMap<ClusterId, Vec<ServiceId>>,
    on_way: BTreeMap<(Moment, usize), Job>,
    /// Each request with when it was sent.
    sent: Vec<(Moment, Job)>,
    described: BTreeMap<ServiceId, Vec<Moment>>,
    loaded: Option<Moment>,
    passes: Vec<Moment>,
}

#[derive(Debug, Clone)]
enum Job {
    List(ClusterId),
    Batch(Batch),
}

impl Play {
    fn new(sizes: &[usize], latency: Duration) -> Self {
        let named = |index: usize| format!("c{index}");
        let clusters = sizes.iter().enumerate().map(|(index, size)| {
            let services = (0..*size).map(|n| service(&named(index), &format!("s{n}")));
            (cluster(&named(index)), services.collect())
        });
        Self {
            roster: Roster::new(false),
            now: Moment::ZERO,
            latency,
            clusters: clusters.collect(),
            on_way: BTreeMap::new(),
            sent: Vec::new(),
            described: BTreeMap::new(),
            loaded: None,
            passes: Vec::new(),
        }
    }

    fn all(&self) -> Vec<ServiceId> {
        self.clusters.values().flatten().cloned().collect()
    }

    fn discover(&mut self) {
        let clusters: Vec<ClusterId> = self.clusters.keys().cloned().collect();
        self.roster.clusters(&clusters);
    }

    /// Plays until this time.
    fn until(&mut self, end: Moment) {
        loop {
            while let Some(cluster) = self.roster.next_list(self.now) {
                self.send(Job::List(cluster));
            }
            while let Some(batch) = self.roster.next_batch(self.now) {
                assert!((1..=10).contains(&batch.services.len()));
                let distinct: BTreeSet<_> = batch.services.iter().collect();
                assert_eq!(distinct.len(), batch.services.len(), "nobody is asked for twice");
                let of_cluster = &self.clusters[&batch.cluster];
                assert!(batch.services.iter().all(|id| of_cluster.contains(id)), "all of one cluster");
                self.send(Job::Batch(batch));
            }
            let answer = self.on_way.keys().next().map(|(at, _)| *at);
            let Some(next) = [answer, self.roster.next_at()].into_iter().flatten().min() else { return };
            if next > end {
                self.now = end;
                return;
            }
            assert!(
                next > self.now || answer == Some(next),
                "the plan wakes itself for nothing at {:?}",
                self.now
            );
            self.now = next.max(self.now);
            self.answer();
        }
    }

    fn send(&mut self, job: Job) {
        self.on_way.insert((self.now + self.latency, self.sent.len()), job.clone());
        self.sent.push((self.now, job));
    }

    fn answer(&mut self) {
        while let Some(entry) = self.on_way.first_entry().filter(|entry| entry.key().0 <= self.now) {
            match entry.remove() {
                Job::List(cluster) => {
                    let services = self.clusters.get(&cluster).cloned().unwrap_or_default();
                    for page in services.chunks(100) {
                        self.roster.page(&cluster, page);
                    }
                    self.roster.listed(self.now, &cluster, &services);
                }
                Job::Batch(batch) => {
                    for id in &batch.services {
                        self.described.entry(id.clone()).or_default().push(self.now);
                    }
                    self.roster.described(self.now, &batch, &[]);
                }
            }
            if self.roster.is_loaded() {
                self.loaded.get_or_insert(self.now);
            }
            if self.roster.take_complete() {
                self.passes.push(self.now);
            }
        }
    }

    /// Requests sent within `from..to`, of this priority or of all.
    fn count(&self, from: Moment, to: Moment, of: Option<Priority>) -> usize {
        let sent = self.sent.iter().filter(|(at, job)| {
            let wanted = match job {
                Job::Batch(batch) => of.is_none_or(|of| batch.priority == of),
                Job::List(_) => of.is_none(),
            };
            (from..to).contains(at) && wanted
        });
        sent.count()
    }

    /// The longest time between two descriptions of one of these services since `from`.
    fn oldest<'s>(&self, services: impl IntoIterator<Item = &'s ServiceId>, from: Moment) -> Duration {
        let age = |id: &ServiceId| {
            let times = self.described[id].iter().copied().filter(|at| *at >= from);
            let times: Vec<Moment> = std::iter::once(from).chain(times).chain([self.now]).collect();
            times.windows(2).map(|pair| pair[1].abs_diff(pair[0])).max().unwrap()
        };
        services.into_iter().map(age).max().unwrap()
    }
}

const fn seconds(seconds: u64) -> Moment {
    Moment::from_secs(seconds)
}

const RTT: Duration = Duration::from_millis(40);

#[test]
fn the_first_load_is_a_chain_of_two_round_trips_after_the_clusters() {
    let mut play = Play::new(&[92, 43, 30, 20, 15], RTT);
    play.discover();
    play.until(seconds(1));
    assert_eq!(play.loaded, Some(2 * RTT));
    assert_eq!(play.passes, [2 * RTT]);
    assert_eq!(play.sent.len(), 5 + 10 + 5 + 3 + 2 + 2);
}

#[test]
fn a_warm_start_describes_before_anything_is_listed() {
    let mut play = Play::new(&[25], RTT);
    let mut remembered = play.all();
    remembered.pop();
    play.roster.remembered(&remembered);
    play.until(RTT);
    assert_eq!((play.described.len(), play.loaded), (24, None));
    play.discover();
    play.until(seconds(1));
    assert_eq!(play.described.len(), 25);
    assert_eq!(play.loaded, Some(3 * RTT), "the list names one more");
}

#[test]
fn a_steady_fleet_of_200_is_never_older_than_six_seconds_and_costs_five_calls_a_second() {
    let mut play = Play::new(&[92, 43, 30, 20, 15], RTT);
    play.discover();
    play.until(seconds(130));
    let all = play.all();
    assert!(
        play.oldest(&all, seconds(1)) <= Duration::from_millis(6200),
        "{:?}",
        play.oldest(&all, seconds(1))
    );
    assert!(play.count(seconds(10), seconds(130), None) <= 5 * 120);
    for second in 1..129 {
        let peak = play.count(seconds(second), seconds(second + 1), None);
        assert!(peak <= 10, "{peak} calls in second {second}");
    }
    let pause = play.passes.windows(2).map(|pair| pair[1].abs_diff(pair[0])).min().unwrap();
    assert!(pause >= Duration::from_millis(4500), "never more than one pass in five seconds: {pause:?}");
}

#[test]
fn a_large_fleet_is_as_old_as_a_quarter_of_the_rate_allows() {
    for (services, bound) in [(1000, 24), (5000, 120)] {
        let mut play = Play::new(&[services / 2, services / 4, services / 4], RTT);
        play.discover();
        play.until(seconds(20));
        assert!(play.loaded.is_some());
        play.until(seconds(20 + 3 * bound));
        let all = play.all();
        let oldest = play.oldest(&all, seconds(20));
        assert!(oldest <= seconds(bound), "{services} services: {oldest:?}");
    }
}

#[test]
fn what_is_visible_and_what_deploys_comes_first() {
    let mut play = Play::new(&[4000, 1000], RTT);
    play.discover();
    play.until(seconds(20));
    let big = play.clusters[&cluster("c0")].clone();
    let visible: BTreeSet<ServiceId> = big[1000..1030].iter().cloned().collect();
    let urgent: BTreeSet<ServiceId> = big[2000..2012].iter().cloned().collect();
    play.roster.interest(Interest {
        visible: visible.clone(),
        urgent: urgent.clone(),
        ..Interest::default()
    });
    play.until(seconds(120));
    assert!(
        play.oldest(&visible, seconds(21)) <= Duration::from_millis(5500),
        "{:?}",
        play.oldest(&visible, seconds(21))
    );
    assert!(
        play.oldest(&urgent, seconds(21)) <= Duration::from_millis(2500),
        "{:?}",
        play.oldest(&urgent, seconds(21))
    );
    let screen = play.count(seconds(30), seconds(120), Some(Priority::Visible));
    assert!(screen <= 90, "{screen} calls for the screen in 90 s");
    assert!(play.count(seconds(30), seconds(120), None) <= 460, "all lanes together keep the pace");
    assert!(play.count(seconds(30), seconds(120), Some(Priority::Sweep)) >= 90, "the sweep is never starved");
}

#[test]
fn a_refresh_describes_the_screen_at_once_and_lists_again() {
    let mut play = Play::new(&[40, 20], RTT);
    play.discover();
    play.until(seconds(2));
    let visible: BTreeSet<ServiceId> = play.clusters[&cluster("c0")][..25].iter().cloned().collect();
    play.roster.interest(Interest {
        visible: visible.clone(),
        urgent: BTreeSet::new(),
        ..Interest::default()
    });
    play.roster.refresh(play.now);
    let asked = play.now;
    play.until(asked + RTT);
    assert_eq!(play.count(asked, asked + RTT, Some(Priority::User)), 3);
    assert!(visible.iter().all(|id| *play.described[id].last().unwrap() == asked + RTT));
    play.until(asked + seconds(2));
    let lists = play.sent.iter().filter(|(at, job)| *at >= asked && matches!(job, Job::List(_)));
    assert_eq!(lists.count(), 2);
}

#[test]
fn a_count_that_moved_or_three_minutes_bring_a_new_list() {
    let mut play = Play::new(&[10, 10], RTT);
    play.discover();
    play.until(seconds(2));
    let lists = |play: &Play| play.sent.iter().filter(|(_, job)| matches!(job, Job::List(_))).count();
    for name in ["c0", "c1"] {
        play.roster.counted(play.now, &cluster(name), 10);
    }
    play.until(seconds(10));
    assert_eq!(lists(&play), 2, "the first count moved nothing");
    play.clusters.get_mut(&cluster("c0")).unwrap().push(service("c0", "new"));
    play.roster.counted(play.now, &cluster("c0"), 11);
    play.until(seconds(11));
    assert_eq!(lists(&play), 3);
    assert!(play.described.contains_key(&service("c0", "new")));
    play.until(seconds(195));
    assert_eq!(lists(&play), 5, "after three minutes");
}

#[test]
fn a_failed_request_loses_nobody_and_a_held_cluster_stops_no_other() {
    let mut play = Play::new(&[20, 20], RTT);
    play.discover();
    play.until(RTT);
    let first = play.on_way.first_entry().unwrap().remove();
    let Job::Batch(batch) = first else { panic!("a batch is on its way") };
    play.roster.failed(&batch, Some(seconds(600)));
    play.until(seconds(30));
    let other = play.clusters.keys().find(|id| **id != batch.cluster).cloned().unwrap();
    assert!(play.clusters[&other].iter().all(|id| play.described[id].len() > 3));
    assert!(batch.services.iter().all(|id| !play.described.contains_key(id)));
    assert!(play.passes.is_empty(), "what cannot be seen is not called answered");
    play.until(seconds(620));
    assert!(batch.services.iter().all(|id| play.described.contains_key(id)));
}

#[test]
fn once_describes_everything_once() {
    let mut play = Play::new(&[35], RTT);
    play.roster = Roster::new(true);
    play.discover();
    play.until(seconds(100));
    assert!(play.described.values().all(|times| times.len() == 1));
    play.roster.refresh(play.now);
    play.until(seconds(150));
    assert!(play.described.values().all(|times| times.len() >= 2));
    assert_eq!((play.passes.len(), play.count(seconds(99), seconds(150), None)), (2, 5));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_service_is_described_and_the_pace_is_kept(
        sizes in prop::collection::vec(0usize..130, 1..8),
        latency in 5u64..900,
        looks in prop::collection::vec((0usize..600, 1usize..40), 0..6),
    ) {
        let mut play = Play::new(&sizes, Duration::from_millis(latency));
        play.discover();
        play.until(seconds(30));
        prop_assert!(play.loaded.is_some());
        let all = play.all();
        for (second, (at, many)) in looks.iter().enumerate() {
            let rows: BTreeSet<ServiceId> = all.iter().skip(at % all.len().max(1)).take(*many).cloned().collect();
            let urgent = rows.iter().step_by(7).cloned().collect();
            play.roster.interest(Interest { visible: rows, urgent, ..Interest::default() });
            play.until(seconds(31 + second as u64));
        }
        let from = play.now;
        play.until(from + seconds(240));
        for id in &all {
            prop_assert!(play.described[id].iter().any(|at| *at > from), "{id} was forgotten");
        }
        let calls = play.count(from, from + seconds(240), None);
        prop_assert!(calls <= 5 * 240 + 20, "{calls} calls in 240 s");
        for second in 0..239 {
            let peak = play.count(from + seconds(second), from + seconds(second + 1), None);
            prop_assert!(peak <= 10, "{peak} calls in one second");
        }
    }
}

#[test]
fn a_slow_answer_does_not_keep_the_first_load_from_ending() {
    let mut play = Play::new(&[111, 71, 111, 101, 121, 81], Duration::from_millis(501));
    play.discover();
    play.until(seconds(5));
    assert!(play.loaded.is_some());
    assert!(play.described.values().all(|times| times.len() == 1 || times[1] > play.loaded.unwrap()));
}
