//! What is asked next about the deployments in flight: no IO and no clock, so that it can be played.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator as _;

use super::errand::{Errand, Kind, Lane};
use super::look::Look;
use super::wish::{Turn, Wish, rank, wish};
use crate::app::subscription::InFlight;
use crate::aws::codedeploy::{DEPLOYMENTS_AT_ONCE as DELIVERIES_AT_ONCE, GROUPS_AT_ONCE};
use crate::aws::ecs::DEPLOYMENTS_AT_ONCE;
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, CodeDeployment, GroupId};
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, Text};
use crate::runtime::poll::codedeploy::has_target;
use crate::runtime::sweep::lane::Moment;
use crate::runtime::sweep::pace::Pace;

/// One request per second and lane; what was never looked at may run ahead so far.
const PACE: Moment = Moment::from_secs(1);
const AT_ONCE: u32 = 4;
/// People change deployment groups, seldom.
const GROUPS: Moment = Moment::from_mins(1);
/// How often it is looked for what has begun.
const BEGUN: Moment = Moment::from_secs(10);
/// Each request for the states of deployments leaves room for so much else before the next one, and for more while
/// there is something that nobody has looked at yet.
const STATES: Moment = Moment::from_secs(4);
const STATES_LOADING: Moment = Moment::from_secs(10);

/// Everything that is in flight, and when it was looked at.
#[derive(Debug)]
pub struct Plan {
    /// How often each thing is looked at, if the pace allows; `None`: once.
    every: Option<Moment>,
    ecs: BTreeMap<DeploymentId, Look>,
    /// Those of ECS that were in a request that failed because of one of them: each is asked for by itself.
    alone: BTreeSet<DeploymentId>,
    deliveries: BTreeMap<CodeDeployId, Delivery>,
    groups: BTreeMap<GroupId, Look>,
    routings: BTreeMap<Text, Look>,
    /// What has begun anywhere, where CodeDeploy deploys services at all.
    begun: Option<Look>,
    /// Deployments that were found so and described: most of them are of no service that is known.
    found: BTreeSet<CodeDeployId>,
    lanes: BTreeMap<Lane, Way>,
    /// Requests that are not allowed, and when they are tried again.
    blocked: BTreeMap<Kind, Moment>,
    /// When all of it was told to be known; `None`: not since it became another.
    told: Option<Moment>,
}

/// A deployment of CodeDeploy.
#[derive(Debug, Clone)]
struct Delivery {
    cluster: ClusterId,
    service: ServiceId,
    deployment: Look,
    target: Look,
    status: Option<CodeDeployStatus>,
    /// It started, so it has a target.
    started: bool,
    /// It was in a request that failed because one in it is gone: it is asked for by itself.
    alone: bool,
}

/// How one lane stands.
#[derive(Debug, Clone, Copy)]
struct Way {
    pace: Pace,
    /// A request is on its way.
    busy: bool,
    paused: Moment,
}

impl Plan {
    pub fn new(every: Option<Moment>) -> Self {
        let way = || Way { pace: Pace::new(PACE, AT_ONCE), busy: false, paused: Moment::ZERO };
        Self {
            every,
            ecs: BTreeMap::new(),
            alone: BTreeSet::new(),
            deliveries: BTreeMap::new(),
            groups: BTreeMap::new(),
            routings: BTreeMap::new(),
            begun: None,
            found: BTreeSet::new(),
            lanes: Lane::iter().map(|lane| (lane, way())).collect(),
            blocked: BTreeMap::new(),
            told: None,
        }
    }

    /// What is in flight from here on; what was looked at before is not new.
    pub fn set(&mut self, wanted: &InFlight) {
        self.ecs.retain(|id, _| wanted.ecs.contains(id));
        self.deliveries.retain(|id, _| wanted.codedeploy.contains_key(id));
        self.groups.retain(|id, _| wanted.groups.contains(id));
        self.routings.retain(|name, _| wanted.routings.contains(name));
        self.begun = wanted.newcomers.then(|| self.begun.unwrap_or_default());
        let known = self.count();
        for id in &wanted.ecs {
            self.ecs.entry(id.clone()).or_default();
        }
        for (id, (cluster, service)) in &wanted.codedeploy {
            self.deliveries.entry(id.clone()).or_insert_with(|| Delivery {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: Look::default(),
                target: Look::default(),
                status: None,
                started: false,
                alone: false,
            });
        }
        for id in &wanted.groups {
            self.groups.entry(id.clone()).or_default();
        }
        for name in &wanted.routings {
            self.routings.entry(name.clone()).or_default();
        }
        if self.count() > known {
            self.told = None;
        }
    }

    /// Somebody wants to see it anew; what was not allowed is tried as well.
    pub fn refresh(&mut self) {
        self.blocked.clear();
        let deliveries = self.deliveries.values_mut();
        let looks = deliveries.flat_map(|delivery| [&mut delivery.deployment, &mut delivery.target]);
        let looks = looks.chain(self.ecs.values_mut()).chain(self.groups.values_mut());
        looks.for_each(Look::hurry);
    }

    /// The next request of a lane, if it is time for one; its answer has to be told before the next one goes.
    pub fn next(&mut self, lane: Lane, now: Moment) -> Option<Errand> {
        let ready = self.turns(lane).into_iter().filter(|turn| turn.at <= now).map(|turn| turn.wish);
        let first = ready.min_by_key(|wish| (rank(wish), wish.due, wish.kind))?;
        let errand = match first.kind {
            Kind::Ecs => self.ecs_errand(),
            Kind::Deployments => self.deployments_errand()?,
            Kind::Target => self.target_errand()?,
            Kind::Groups => self.groups_errand()?,
            Kind::Routing => self.routing_errand()?,
            Kind::Begun => Errand::Begun(self.deliveries.keys().chain(&self.found).cloned().collect()),
        };
        let way = self.lanes.get_mut(&lane)?;
        way.pace.take(now);
        way.busy = true;
        Some(errand)
    }

    /// When there may be something to send; `None`: not before an answer or another set.
    pub fn next_at(&self) -> Option<Moment> {
        Lane::iter().flat_map(|lane| self.turns(lane)).map(|turn| turn.at).min()
    }

    pub fn ecs_answered(&mut self, now: Moment, asked: &[DeploymentId], found: &[ServiceDeployment]) {
        self.answered(Kind::Ecs);
        for id in asked {
            let deployment = found.iter().find(|found| found.id == *id);
            self.alone.remove(id);
            if let Some(look) = self.ecs.get_mut(id) {
                // One that ECS does not have any more does not come back.
                look.answered(now, deployment.is_none_or(|found| found.status.is_final()));
            }
        }
    }

    pub fn deployments_answered(&mut self, now: Moment, asked: &[CodeDeployId], found: &[CodeDeployment]) {
        self.answered(Kind::Deployments);
        for id in asked {
            let Some(delivery) = self.deliveries.get_mut(id) else { continue };
            delivery.alone = false;
            let Some(deployment) = found.iter().find(|found| found.id == *id) else {
                delivery.deployment.answered(now, true);
                delivery.target.answered(now, true);
                continue;
            };
            delivery.deployment.answered(now, deployment.status.is_final());
            delivery.started = has_target(deployment);
            // Its target is worth a look at once, also when it ended with this.
            if delivery.status.as_ref() != Some(&deployment.status) && delivery.started {
                delivery.target.once_more();
            }
            delivery.status = Some(deployment.status.clone());
        }
    }

    pub fn target_answered(&mut self, now: Moment, id: &CodeDeployId) {
        self.answered(Kind::Target);
        if let Some(delivery) = self.deliveries.get_mut(id) {
            delivery.target.answered(now, delivery.deployment.is_done());
        }
    }

    pub fn groups_answered(&mut self, now: Moment, application: &Text, names: &[Text]) {
        self.answered(Kind::Groups);
        for name in names {
            let id = GroupId { application: application.clone(), name: name.clone() };
            if let Some(look) = self.groups.get_mut(&id) {
                look.answered(now, false);
            }
        }
    }

    /// It never changes; one that is not there is not asked for again either.
    pub fn routing_answered(&mut self, now: Moment, name: &Text) {
        self.answered(Kind::Routing);
        if let Some(look) = self.routings.get_mut(name) {
            look.answered(now, true);
        }
    }

    /// What has begun was listed; `new` was described with it.
    pub fn begun_answered(&mut self, now: Moment, new: &[CodeDeployId]) {
        self.answered(Kind::Begun);
        if let Some(look) = &mut self.begun {
            look.answered(now, false);
        }
        self.found.extend(new.iter().cloned());
    }

    /// One of these is gone, which failed the request for all of them.
    pub fn apart(&mut self, ids: &[CodeDeployId]) {
        self.free(Lane::CodeDeploy);
        for id in ids {
            if let Some(delivery) = self.deliveries.get_mut(id) {
                delivery.alone = true;
            }
        }
    }

    /// The same for deployments of ECS.
    pub fn ecs_apart(&mut self, ids: &[DeploymentId]) {
        self.free(Lane::Ecs);
        self.alone.extend(ids.iter().cloned());
    }

    /// AWS does not answer this one: the others go on, and it is its turn again like anything else's.
    pub fn skip(&mut self, now: Moment, errand: &Errand) {
        self.free(errand.lane());
        match errand {
            Errand::Ecs(ids) => {
                for id in ids {
                    if let Some(look) = self.ecs.get_mut(id) {
                        look.answered(now, false);
                    }
                }
            }
            Errand::Deployments(ids) => {
                for id in ids {
                    if let Some(delivery) = self.deliveries.get_mut(id) {
                        delivery.deployment.answered(now, false);
                    }
                }
            }
            Errand::Target(id, ..) => self.target_answered(now, id),
            Errand::Groups(application, names) => self.groups_answered(now, application, names),
            Errand::Routing(name) => self.routing_answered(now, name),
            Errand::Begun(_) => self.begun_answered(now, &[]),
        }
    }

    /// A request failed: nothing is asked of its lane before this.
    pub fn pause(&mut self, lane: Lane, until: Moment) {
        self.free(lane);
        if let Some(way) = self.lanes.get_mut(&lane) {
            way.paused = way.paused.max(until);
        }
    }

    /// Requests of this kind are not allowed: the others go on, and it is tried again at this time.
    pub fn block(&mut self, kind: Kind, until: Moment) {
        self.free(kind.lane());
        self.blocked.insert(kind, until);
    }

    /// Whether everything was looked at once more since this was last asked with this answer.
    pub fn take_complete(&mut self, now: Moment) -> bool {
        let deliveries = self.deliveries.values().flat_map(|delivery| {
            let target = delivery.started.then_some(&delivery.target);
            [Some(&delivery.deployment), target].into_iter().flatten()
        });
        let looks: Vec<&Look> = deliveries.chain(self.ecs.values()).collect();
        // Groups are looked at less often, and routings once: only that they are known counts.
        let others = self.groups.values().chain(self.routings.values()).chain(&self.begun);
        if looks.iter().copied().chain(others).any(Look::is_new) {
            return false;
        }
        let oldest = looks.iter().filter(|look| !look.is_done()).filter_map(|look| look.at()).min();
        let complete = self.told.is_none_or(|told| oldest.is_some_and(|oldest| oldest > told));
        if complete {
            self.told = Some(now);
        }
        complete
    }

    fn count(&self) -> usize {
        self.ecs.len() + self.deliveries.len() + self.groups.len() + self.routings.len()
    }

    /// It is allowed, and the lane may send the next one.
    fn answered(&mut self, kind: Kind) {
        self.blocked.remove(&kind);
        self.free(kind.lane());
    }

    fn free(&mut self, lane: Lane) {
        if let Some(way) = self.lanes.get_mut(&lane) {
            way.busy = false;
        }
    }

    /// What a lane has use for, and when each may go.
    fn turns(&self, lane: Lane) -> Vec<Turn> {
        let Some(way) = self.lanes.get(&lane).filter(|way| !way.busy) else { return Vec::new() };
        let wishes: Vec<Wish> = self.wishes(lane).into_iter().flatten().collect();
        let loading = wishes.iter().any(|wish| wish.new && !self.blocked.contains_key(&wish.kind));
        let pace = if loading { way.pace.ready_at() } else { way.pace.even_at() };
        let turn = |wish: Wish| {
            let blocked = self.blocked.get(&wish.kind).copied().unwrap_or_default();
            Turn { at: pace.max(way.paused).max(blocked).max(wish.due), wish }
        };
        wishes.into_iter().map(turn).collect()
    }

    fn wishes(&self, lane: Lane) -> Vec<Option<Wish>> {
        let every = self.every;
        if lane == Lane::Ecs {
            return vec![wish(Kind::Ecs, self.ecs.values(), every)];
        }
        let deployments = self.deliveries.values().map(|delivery| &delivery.deployment);
        let started = self.deliveries.values().filter(|delivery| delivery.started);
        let targets = started.map(|delivery| &delivery.target);
        vec![
            wish(Kind::Deployments, deployments, self.states()),
            wish(Kind::Target, targets, every),
            wish(Kind::Routing, self.routings.values(), None),
            wish(Kind::Groups, self.groups.values(), every.map(|every| every.max(GROUPS))),
            wish(Kind::Begun, self.begun.iter(), every.map(|every| every.max(BEGUN))),
        ]
    }

    /// How often the states of deployments are asked for: many of them take several requests.
    fn states(&self) -> Option<Moment> {
        let open = self.deliveries.values().filter(|delivery| !delivery.deployment.is_done()).count();
        let requests = u32::try_from(open.div_ceil(DELIVERIES_AT_ONCE)).unwrap_or(u32::MAX);
        let targets = self.deliveries.values().filter(|delivery| delivery.started);
        let mut others = targets.map(|delivery| &delivery.target).chain(self.groups.values());
        let each = if others.any(Look::is_new) { STATES_LOADING } else { STATES };
        self.every.map(|every| every.max(each.saturating_mul(requests)))
    }

    /// The oldest; those that are not due yet fill the request, which costs nothing.
    fn ecs_errand(&self) -> Errand {
        let open = self.ecs.iter().filter(|(_, look)| !look.is_done());
        let mut open: Vec<_> = open.filter(|(_, look)| look.due(self.every).is_some()).collect();
        open.sort_by_key(|(_, look)| look.order());
        if let Some((first, _)) = open.first().filter(|(id, _)| self.alone.contains(*id)) {
            return Errand::Ecs(vec![(*first).clone()]);
        }
        let together = open.into_iter().filter(|(id, _)| !self.alone.contains(*id));
        Errand::Ecs(together.take(DEPLOYMENTS_AT_ONCE).map(|(id, _)| id.clone()).collect())
    }

    fn deployments_errand(&self) -> Option<Errand> {
        let open = self.deliveries.iter().filter(|(_, delivery)| !delivery.deployment.is_done());
        let mut open: Vec<_> = open.filter(|(_, of)| of.deployment.due(self.every).is_some()).collect();
        open.sort_by_key(|(_, delivery)| delivery.deployment.order());
        let (first, delivery) = open.first()?;
        if delivery.alone {
            return Some(Errand::Deployments(vec![(*first).clone()]));
        }
        let together = open.iter().filter(|(_, delivery)| !delivery.alone).take(DELIVERIES_AT_ONCE);
        Some(Errand::Deployments(together.map(|(id, _)| (*id).clone()).collect()))
    }

    fn target_errand(&self) -> Option<Errand> {
        let open = self.deliveries.iter().filter(|(_, of)| of.started && !of.target.is_done());
        let (id, of) = open.min_by_key(|(_, of)| of.target.order())?;
        Some(Errand::Target(id.clone(), of.cluster.clone(), of.service.clone()))
    }

    fn groups_errand(&self) -> Option<Errand> {
        let (first, _) = self.groups.iter().min_by_key(|(_, look)| look.order())?;
        let application = first.application.clone();
        let mut named: Vec<_> = self.groups.iter().filter(|(id, _)| id.application == application).collect();
        named.sort_by_key(|(_, look)| look.order());
        let names = named.into_iter().take(GROUPS_AT_ONCE).map(|(id, _)| id.name.clone()).collect();
        Some(Errand::Groups(application, names))
    }

    fn routing_errand(&self) -> Option<Errand> {
        self.routings.iter().find(|(_, look)| look.is_new()).map(|(name, _)| Errand::Routing(name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fleet::codedeploy::{AutoRollback, BlueGreenRules};
    use crate::fleet::deployment::DeploymentStatus;
    use crate::fleet::id::ContextId;

    fn ecs(n: usize) -> DeploymentId {
        DeploymentId::new(format!("arn:aws:ecs:eu-west-1:1:service-deployment/c{}/s{n}/d{n}", n % 10))
    }

    fn delivery(n: usize) -> CodeDeployId {
        CodeDeployId::new(format!("d-{n:09}"))
    }

    fn group(n: usize) -> GroupId {
        GroupId { application: format!("AppECS-{n:02}").into(), name: "blue-green".into() }
    }

    fn wanted(ecs_count: usize, deliveries: usize) -> InFlight {
        let home = |n: usize| {
            let cluster = ClusterId::new(format!("arn:aws:ecs:eu-west-1:1:cluster/c{}", n % 10));
            let service = cluster.service(&format!("s{n}"));
            (cluster, service)
        };
        InFlight {
            ecs: (0..ecs_count).map(ecs).collect(),
            codedeploy: (0..deliveries).map(|n| (delivery(n), home(n))).collect(),
            groups: (0..deliveries).map(group).collect(),
            routings: (0..deliveries.min(2)).map(|n| format!("canary-{n}").into()).collect(),
            alarms: BTreeSet::new(),
            newcomers: false,
        }
    }

    fn told(id: &DeploymentId, status: DeploymentStatus) -> ServiceDeployment {
        ServiceDeployment {
            id: id.clone(),
            service: ServiceId::new("s"),
            status,
            status_reason: None,
            stage: None,
            hooks: Vec::new(),
            breaker: None,
            alarms: None,
            rollback: None,
            rules: None,
            sources: Vec::new(),
            target: None,
            created: None,
            started: None,
            updated: None,
            finished: None,
            stopped: None,
        }
    }

    fn delivered(id: &CodeDeployId, status: &str) -> CodeDeployment {
        CodeDeployment {
            id: id.clone(),
            context: ContextId(0),
            group: None,
            config: None,
            status: CodeDeployStatus::parse(status),
            creator: None,
            description: None,
            rules: BlueGreenRules::default(),
            rollback_rules: AutoRollback::default(),
            error: None,
            rolled_back_by: None,
            rolls_back: None,
            revision: None,
            previous: None,
            created: None,
            started: None,
            completed: None,
        }
    }

    const SECOND: Moment = Moment::from_secs(1);

    /// A plan that is played: each answer takes 50 ms.
    struct Play {
        plan: Plan,
        now: Moment,
        status: &'static str,
        sent: Vec<(Moment, Errand)>,
        completed: Vec<Moment>,
    }

    impl Play {
        fn of(every: Option<Moment>, wanted: &InFlight) -> Self {
            let mut plan = Plan::new(every);
            plan.set(wanted);
            Self { plan, now: Moment::ZERO, status: "InProgress", sent: Vec::new(), completed: Vec::new() }
        }

        fn until(&mut self, end: Moment) {
            while self.now <= end {
                let errands: Vec<Errand> =
                    Lane::iter().filter_map(|lane| self.plan.next(lane, self.now)).collect();
                if errands.is_empty() {
                    let next = self.plan.next_at().unwrap_or(Moment::MAX);
                    if next > end {
                        self.now = end;
                        return;
                    }
                    self.now = next.max(self.now + Moment::from_millis(1));
                    continue;
                }
                self.sent.extend(errands.iter().map(|errand| (self.now, errand.clone())));
                self.now += Moment::from_millis(50);
                for errand in &errands {
                    self.answer(errand);
                }
                if self.plan.take_complete(self.now) {
                    self.completed.push(self.now);
                }
            }
        }

        fn answer(&mut self, errand: &Errand) {
            let now = self.now;
            match errand {
                Errand::Ecs(ids) => {
                    let found: Vec<_> = ids.iter().map(|id| told(id, DeploymentStatus::InProgress)).collect();
                    self.plan.ecs_answered(now, ids, &found);
                }
                Errand::Deployments(ids) => {
                    let found: Vec<_> = ids.iter().map(|id| delivered(id, self.status)).collect();
                    self.plan.deployments_answered(now, ids, &found);
                }
                Errand::Target(id, ..) => self.plan.target_answered(now, id),
                Errand::Groups(application, names) => self.plan.groups_answered(now, application, names),
                Errand::Routing(name) => self.plan.routing_answered(now, name),
                Errand::Begun(_) => self.plan.begun_answered(now, &[delivery(99)]),
            }
        }

        fn kinds(&self) -> Vec<Kind> {
            self.sent.iter().map(|(_, errand)| errand.kind()).collect()
        }

        fn busiest(&self, lane: Lane, from: Moment, seconds: u32) -> usize {
            let of = self.sent.iter().filter(|(at, errand)| errand.lane() == lane && *at >= from);
            let times: Vec<Moment> = of.map(|(at, _)| *at).collect();
            let within = |start: &Moment| {
                times.iter().filter(|at| *at >= start && **at < *start + seconds * SECOND).count()
            };
            times.iter().map(within).max().unwrap_or_default()
        }
    }

    #[test]
    fn what_has_begun_is_looked_for_within_the_same_pace_and_described_once() {
        let mut play = Play::of(Some(5 * SECOND), &InFlight { newcomers: true, ..wanted(15, 15) });
        play.until(100 * SECOND);
        assert!(play.busiest(Lane::CodeDeploy, 60 * SECOND, 20) <= 21);
        let of_begun = play.sent.iter().filter_map(|(at, errand)| match errand {
            Errand::Begun(known) => Some((*at, known.contains(&delivery(99)))),
            _ => None,
        });
        let looks: Vec<(Moment, bool)> = of_begun.collect();
        assert!(looks.len() >= 4, "{looks:?}");
        assert!(looks.iter().skip(1).all(|(_, known)| *known), "{looks:?}");
        let mut quiet = Play::of(Some(5 * SECOND), &wanted(1, 0));
        quiet.until(60 * SECOND);
        assert!(!quiet.kinds().contains(&Kind::Begun));
    }

    #[test]
    fn thirty_in_flight_are_known_within_forty_seconds_and_cost_one_request_per_second() {
        let mut play = Play::of(Some(5 * SECOND), &wanted(15, 15));
        play.until(200 * SECOND);
        assert!(play.completed[0] <= 40 * SECOND, "{:?}", play.completed[0]);
        for lane in Lane::iter() {
            assert!(play.busiest(lane, 40 * SECOND, 1) <= 1, "{lane:?}");
            assert!(play.busiest(lane, Moment::ZERO, 10) <= 13, "{lane:?}");
        }
        let of = |kind: Kind| play.sent.iter().filter(move |(_, errand)| errand.kind() == kind);
        assert_eq!(of(Kind::Routing).count(), 2);
        assert!((40..=50).contains(&of(Kind::Groups).count()), "each of 15 in a minute");
        let ages = play.completed.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max();
        assert!(ages.unwrap() <= 60 * SECOND, "{ages:?}");
        // All states are told by one request, so they are never old.
        let states: Vec<Moment> = of(Kind::Deployments).map(|(at, _)| *at).collect();
        assert!(states.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) <= 14 * SECOND), "{states:?}");
    }

    #[test]
    fn more_of_ecs_than_one_request_describes_take_turns() {
        let mut play = Play::of(Some(5 * SECOND), &wanted(30, 0));
        play.until(30 * SECOND);
        let asked = |(_, errand): &(Moment, Errand)| match errand {
            Errand::Ecs(ids) => ids.len(),
            _ => 0,
        };
        assert!(play.sent.iter().map(asked).all(|ids| ids == 20));
        let ids = |n: usize| match &play.sent[n].1 {
            Errand::Ecs(ids) => ids.iter().cloned().collect::<BTreeSet<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(ids(0).union(&ids(1)).count(), 30, "those that are new come first");
        assert_eq!(ids(1).union(&ids(2)).count(), 30, "then the oldest");
        assert!(play.completed[0] < SECOND);
    }

    #[test]
    fn what_is_new_goes_first_and_from_the_deployment_to_what_explains_it() {
        let mut play = Play::of(Some(5 * SECOND), &wanted(0, 2));
        play.until(10 * SECOND);
        assert_eq!(
            play.kinds()[..7],
            [
                Kind::Deployments,
                Kind::Target,
                Kind::Target,
                Kind::Routing,
                Kind::Routing,
                Kind::Groups,
                Kind::Groups
            ]
        );
        play.sent.clear();
        play.plan.set(&wanted(0, 3));
        play.until(12 * SECOND);
        assert_eq!(play.kinds()[..3], [Kind::Deployments, Kind::Target, Kind::Groups]);
        assert!(matches!(&play.sent[1].1, Errand::Target(id, ..) if *id == delivery(2)));
    }

    #[test]
    fn what_ended_is_looked_at_once_more_with_its_target_and_never_again() {
        let mut play = Play::of(Some(5 * SECOND), &InFlight { groups: BTreeSet::new(), ..wanted(1, 1) });
        play.until(20 * SECOND);
        play.status = "Succeeded";
        play.sent.clear();
        play.until(100 * SECOND);
        let of_codedeploy: Vec<Kind> = play.kinds().into_iter().filter(|kind| *kind != Kind::Ecs).collect();
        let end = of_codedeploy.iter().position(|kind| *kind == Kind::Deployments).unwrap();
        assert_eq!(of_codedeploy[end..], [Kind::Deployments, Kind::Target], "{of_codedeploy:?}");
        let id = ecs(0);
        play.plan.next(Lane::Ecs, play.now + 10 * SECOND).unwrap();
        play.plan.ecs_answered(
            play.now,
            std::slice::from_ref(&id),
            &[told(&id, DeploymentStatus::Successful)],
        );
        assert_eq!(play.plan.next_at(), None);
    }

    #[test]
    fn a_deployment_that_did_not_start_has_no_target_to_look_at() {
        let mut play = Play::of(Some(5 * SECOND), &InFlight { groups: BTreeSet::new(), ..wanted(0, 1) });
        play.status = "Queued";
        play.until(20 * SECOND);
        assert!(!play.kinds().contains(&Kind::Target));
        play.status = "InProgress";
        play.until(40 * SECOND);
        assert!(play.kinds().contains(&Kind::Target));
    }

    #[test]
    fn one_that_is_gone_is_found_by_asking_one_by_one() {
        let mut plan = Plan::new(Some(5 * SECOND));
        plan.set(&wanted(0, 3));
        let Some(Errand::Deployments(all)) = plan.next(Lane::CodeDeploy, Moment::ZERO) else { panic!() };
        assert_eq!(all.len(), 3);
        assert_eq!(plan.next(Lane::CodeDeploy, Moment::ZERO), None, "one at a time");
        plan.apart(&all);
        for n in 0..3 {
            let alone = vec![delivery(n)];
            assert_eq!(plan.next(Lane::CodeDeploy, Moment::ZERO), Some(Errand::Deployments(alone.clone())));
            let found = [delivered(&alone[0], "Created")];
            plan.deployments_answered(SECOND, &alone, if n == 1 { &[] } else { &found });
        }
        let next = (0_u32..).map(|second| second * SECOND).find_map(|now| {
            match plan.next(Lane::CodeDeploy, now)? {
                Errand::Deployments(ids) => Some(ids),
                other => {
                    plan.skip(now, &other);
                    None
                }
            }
        });
        assert_eq!(next, Some(vec![delivery(0), delivery(2)]), "the rest goes together again");
    }

    #[test]
    fn what_is_denied_does_not_keep_the_rest_from_being_asked() {
        let mut plan = Plan::new(Some(5 * SECOND));
        plan.set(&wanted(1, 1));
        let Some(Errand::Deployments(ids)) = plan.next(Lane::CodeDeploy, Moment::ZERO) else { panic!() };
        plan.block(Kind::Deployments, 600 * SECOND);
        let next = plan.next(Lane::CodeDeploy, Moment::ZERO).map(|errand| errand.kind());
        assert_eq!(next, Some(Kind::Routing));
        plan.pause(Lane::CodeDeploy, 30 * SECOND);
        assert_eq!(plan.next(Lane::CodeDeploy, 29 * SECOND), None);
        assert!(plan.next(Lane::Ecs, Moment::ZERO).is_some(), "the other lane goes on");
        let routing = plan.next(Lane::CodeDeploy, 30 * SECOND).unwrap();
        plan.skip(30 * SECOND, &routing);
        plan.refresh();
        assert_eq!(
            plan.next(Lane::CodeDeploy, 31 * SECOND),
            Some(Errand::Deployments(ids)),
            "a person asked"
        );
    }

    #[test]
    fn once_is_once() {
        let mut play = Play::of(None, &wanted(30, 3));
        play.until(100 * SECOND);
        let count = |kind: Kind| play.kinds().into_iter().filter(|sent| *sent == kind).count();
        let counts = [Kind::Ecs, Kind::Deployments, Kind::Target, Kind::Groups, Kind::Routing].map(count);
        assert_eq!((counts, play.completed.len()), ([2, 1, 3, 3, 2], 1));
    }
}
