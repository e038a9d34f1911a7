//! The blue/green deployments that are under way, and those that ended a moment ago.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::fleet::Fleet;
use crate::fleet::id::ServiceId;
use crate::fleet::map::Set;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{self, Deadline, Shift, ShiftId, Silence};

/// How long one that ended still stands there, so that a person sees how.
const STAYS: TimeDelta = TimeDelta::minutes(15);

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShiftCounts {
    pub in_flight: usize,
    /// A person is waited for.
    pub holding: usize,
    /// Of these, silence means yes.
    pub silence_means_yes: usize,
}

/// What was seen of green's share: AWS does not date it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    asked: Option<Percent>,
    /// `None`: it had this share when it was first seen.
    since: Option<DateTime<Utc>>,
}

/// Every service with a shift, by its id. Only services that changed and those that are known here are looked at.
#[derive(Debug, Clone, Default)]
pub struct Shifts {
    known: BTreeMap<ServiceId, (Shift, Share)>,
}

impl Shifts {
    pub fn get(&self, service: &ServiceId) -> Option<&Shift> {
        self.known.get(service).map(|(shift, _)| shift)
    }

    /// All of them, in the order of their services, with those that ended lately.
    pub fn all(&self) -> impl Iterator<Item = &Shift> {
        self.known.values().map(|(shift, _)| shift)
    }

    /// Those that are not over.
    pub fn in_flight(&self) -> impl Iterator<Item = &Shift> {
        self.all().filter(|shift| !shift.is_over())
    }

    /// Those that wait for a person: where silence means yes first, then the nearest deadline, then the others.
    pub fn holding(&self) -> Vec<&Shift> {
        let mut holding: Vec<&Shift> = self.in_flight().filter(|shift| shift.holds()).collect();
        holding.sort_by_cached_key(|shift| (urgency(shift), shift.service.clone()));
        holding
    }

    pub fn counts(&self) -> ShiftCounts {
        let mut counts = ShiftCounts::default();
        for shift in self.in_flight() {
            counts.in_flight += 1;
            counts.holding += usize::from(shift.holds());
            counts.silence_means_yes += usize::from(shift.silence_means_yes());
        }
        counts
    }

    /// When the first of those that ended is forgotten.
    pub fn next_end(&self) -> Option<DateTime<Utc>> {
        self.all().filter(|shift| shift.is_over()).filter_map(|shift| Some(shift.ended? + STAYS)).min()
    }

    /// One that ended has stood here for long enough.
    pub fn has_stale(&self, now: DateTime<Utc>) -> bool {
        self.next_end().is_some_and(|end| end <= now)
    }

    /// Looks again at the services that changed and at all that are known; tells whether anything is new.
    pub fn renew(&mut self, fleet: &Fleet, touched: &Set<ServiceId>, now: DateTime<Utc>) -> bool {
        let mut changed = false;
        let known: Vec<ServiceId> = self.known.keys().cloned().collect();
        let new = touched.iter().filter(|id| !self.known.contains_key(*id)).cloned();
        let ids: Vec<ServiceId> = new.chain(known).collect();
        for id in ids {
            let service = fleet.known_service(&id).map(|known| &known.service);
            let shift = service.and_then(|service| shift::shift(fleet, service));
            changed |= self.put(id, shift.filter(|shift| stays(shift, now)), now);
        }
        changed
    }

    fn put(&mut self, id: ServiceId, new: Option<Shift>, now: DateTime<Utc>) -> bool {
        let Some(mut new) = new else { return self.known.remove(&id).is_some() };
        let asked = new.green_share_asked();
        let before = self.known.get(&id).filter(|(before, _)| before.id == new.id);
        let since = match before {
            Some((_, share)) if share.asked == asked => share.since,
            // Seen with our own eyes, which is nearer to the truth than what is worked out.
            Some(_) => Some(now),
            None => None,
        };
        // CodeDeploy dates its first and its last share.
        let dated = matches!(new.id, ShiftId::CodeDeploy(_));
        if asked.is_some_and(|asked| asked > Percent::NONE) {
            new.green_since = if dated { new.green_since.or(since) } else { since.or(new.green_since) };
        }
        let share = Share { asked, since };
        if self.known.get(&id).is_some_and(|(before, _)| *before == new) {
            return false;
        }
        self.known.insert(id, (new, share));
        true
    }
}

/// It is under way, or ended a moment ago.
fn stays(shift: &Shift, now: DateTime<Utc>) -> bool {
    !shift.is_over() || shift.ended.is_some_and(|ended| now - ended < STAYS)
}

/// What comes first of several: what nobody asked for, then the nearest deadline; what waits for nobody comes last.
pub fn urgency(shift: &Shift) -> (u8, DateTime<Utc>) {
    let at = |deadline: Option<Deadline>| deadline.map_or(DateTime::<Utc>::MAX_UTC, |deadline| deadline.at);
    let Some(hold) = shift.hold.as_ref().filter(|hold| hold.is_for_a_person()) else {
        return (3, at(shift.blue_until));
    };
    let rank = match (&hold.silence, hold.deadline) {
        (Silence::Continues, _) => 0,
        (_, Some(_)) => 1,
        _ => 2,
    };
    (rank, at(hold.deadline))
}
