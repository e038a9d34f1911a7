//! Where a deployment of CodeDeploy stands, and whether it waits: by status, events and weights together.

use chrono::{DateTime, TimeDelta, Utc};

use super::Case;
use crate::fleet::codedeploy::{CodeDeployStatus, ReadyAction};
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Deadline, Hold, HoldKind, Phase, Silence};

impl Case<'_> {
    pub(super) fn phase(&self) -> Phase {
        if let CodeDeployStatus::Other(word) = &self.deployment.status {
            return Phase::Other(word.clone());
        }
        if self.target.is_none() {
            return if self.waits() { Phase::BeforeShift } else { Phase::Starting };
        }
        if self.passed("AllowTraffic") {
            let blue_is_left = self.set("Blue").is_some_and(|blue| blue.running > 0 || blue.desired > 0);
            let whole = self.passed("AfterAllowTraffic") || self.event("AfterAllowTraffic").is_none();
            return match (whole, blue_is_left) {
                (false, _) => Phase::Shifting,
                (true, true) => Phase::BlueKept,
                (true, false) => Phase::CleaningUp,
            };
        }
        if !self.pending("AllowTraffic") {
            return Phase::Shifting;
        }
        if !self.passed("Install") {
            let nothing = self.pending("Install");
            return if nothing { Phase::Starting } else { Phase::Preparing };
        }
        if self.passed("AfterAllowTestTraffic") || !self.pending("BeforeAllowTraffic") {
            return Phase::BeforeShift;
        }
        let testing = !self.pending("AllowTestTraffic") || !self.pending("AfterAllowTestTraffic");
        if testing { Phase::Testing } else { Phase::Preparing }
    }

    /// It waits for a person before production traffic moves, and nowhere else. Where its target is not known the
    /// status alone tells.
    fn waits(&self) -> bool {
        self.deployment.status == CodeDeployStatus::Ready
            && matches!(self.ready_action(), Some(ReadyAction::Stop { .. }))
            && (self.target.is_none() || self.stands_before_the_shift())
    }

    fn stands_before_the_shift(&self) -> bool {
        self.pending("AllowTraffic")
            && self.passed("Install")
            && !self.is("AfterAllowTestTraffic", "InProgress")
    }

    pub(super) fn hold(&self, rungs: &[Percent]) -> Option<Hold> {
        if !self.waits() {
            return None;
        }
        let since = self.last_before("BeforeAllowTraffic");
        let deadline = match self.ready_action() {
            Some(ReadyAction::Stop { minutes }) => since
                .map(|since| Deadline { at: since + TimeDelta::minutes(i64::from(*minutes)), exact: false }),
            _ => None,
        };
        Some(Hold {
            kind: HoldKind::Ready,
            stage: "BeforeAllowTraffic".into(),
            since,
            deadline,
            silence: Silence::Stops,
            moves: rungs.to_vec(),
            answered: (0, 1),
        })
    }

    /// The end of the last event that ended before the one of this name.
    fn last_before(&self, name: &str) -> Option<DateTime<Utc>> {
        let events = self.target?.events.iter().take_while(|event| &*event.name != name);
        events.filter_map(|event| event.ended).max()
    }

    pub(super) fn blue_until(&self) -> Option<Deadline> {
        let end = |name| self.event(name).and_then(|event| event.ended);
        let moved = end("AfterAllowTraffic").or_else(|| end("AllowTraffic"))?;
        let minutes = TimeDelta::minutes(i64::from(self.blue_kept_minutes()?));
        Some(Deadline { at: moved + minutes, exact: false })
    }

    /// CodeDeploy does not date the shares between the first and the last.
    pub(super) fn green_since(&self, share: Option<Percent>, rungs: &[Percent]) -> Option<DateTime<Utc>> {
        let shift = self.event("AllowTraffic")?;
        let share = share?;
        match rungs {
            _ if share == Percent::NONE => None,
            _ if share == Percent::ALL && shift.ended.is_some() => shift.ended,
            [first, ..] if share == *first => shift.started,
            _ => None,
        }
    }
}
