//! The two sides of a deployment of CodeDeploy: its task sets, before it starts those of the service.

use super::Case;
use crate::fleet::balancer::TargetGroupKey;
use crate::fleet::codedeploy::WeightedTaskSet;
use crate::fleet::percent::Percent;
use crate::fleet::service::TaskSet;
use crate::fleet::shift::{Side, sides};

impl Case<'_> {
    pub(super) fn sides(&self) -> (Option<Side>, Option<Side>) {
        let id = self.deployment.id.as_str();
        let sets = &self.service.task_sets;
        let (mut blue, mut green) = if self.target.is_some() {
            (self.set("Blue").map(|set| self.side(set)), self.set("Green").map(|set| self.side(set)))
        } else {
            {
                let plain = |set: &TaskSet| Side {
                    definition: set.definition.clone(),
                    started_by: Some(set.id.clone()),
                    desired: set.desired,
                    running: set.running,
                    pending: set.pending,
                    ..Side::default()
                };
                let of_green = |set: &&TaskSet| set.external_id.as_deref() == Some(id);
                let blue = sets.iter().filter(|set| !of_green(set)).find(|set| &*set.status == "PRIMARY");
                (blue.map(plain), sets.iter().find(of_green).map(plain))
            }
        };
        let definition = self.deployment.revision.as_ref().and_then(|revision| revision.definition.clone());
        if let Some(side) = &mut green
            && side.definition.is_none()
        {
            side.definition = definition;
        }
        if let Some(side) = &mut blue
            && side.definition.is_none()
        {
            let previous = self.deployment.previous.as_ref();
            side.definition = previous.and_then(|revision| revision.definition.clone());
        }
        if let Some(group) = self.group {
            if let (Some(blue), Some(green)) = (&mut blue, &mut green)
                && group.test.is_some()
            {
                let tested = self.passed("AllowTestTraffic");
                let share = if tested { Percent::ALL } else { Percent::NONE };
                (blue.test_asked, green.test_asked) = (Some(share.rest()), Some(share));
            }
            let live = |route| sides::live(self.fleet, route, blue.as_ref(), green.as_ref());
            let (production, test) = (live(group.production.as_ref()), live(group.test.as_ref()));
            if let Some(side) = &mut blue {
                (side.production_live, side.test_live) = (production.0, test.0);
            }
            if let Some(side) = &mut green {
                (side.production_live, side.test_live) = (production.1, test.1);
            }
        }
        (blue, green)
    }

    fn side(&self, set: &WeightedTaskSet) -> Side {
        let described = self.service.task_sets.iter().find(|known| known.id == set.id);
        // Nobody asks for the target of a deployment that is over: from then on the service tells what is left.
        let (desired, running, pending) = if self.deployment.status.is_final() {
            described.map_or((0, 0, 0), |known| (known.desired, known.running, known.pending))
        } else {
            (set.desired, set.running, set.pending)
        };
        Side {
            definition: described.and_then(|known| known.definition.clone()),
            started_by: Some(set.id.clone()),
            desired,
            running,
            pending,
            target_group: set.target_group.clone().map(TargetGroupKey::Name),
            production_asked: Some(set.weight),
            ..Side::default()
        }
    }
}
