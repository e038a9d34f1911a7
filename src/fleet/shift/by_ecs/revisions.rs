//! The two sides of a deployment by ECS: the revision that serves since before, and the one that is to take over.

use super::Case;
use crate::fleet::balancer::RouteId;
use crate::fleet::deployment::RevisionTasks;
use crate::fleet::id::Text;
use crate::fleet::service::Rollout;
use crate::fleet::shift::{Side, sides};

impl Case<'_> {
    /// Blue and green.
    pub(super) fn sides(&self) -> (Option<Side>, Option<Side>) {
        let (fleet, service) = (self.fleet, self.service);
        // Of several that a replaced deployment left behind, the one that serves most.
        let source =
            self.deployment.sources.iter().rev().max_by_key(|tasks| (tasks.production, tasks.running));
        let mut blue = source.map(|tasks| self.side(tasks));
        let mut green = self.deployment.target.as_ref().map(|tasks| self.side(tasks));
        let same = blue.as_ref().zip(green.as_ref()).is_some_and(|(a, b)| a.definition == b.definition);
        if let Some(side) = &mut green {
            side.started_by = self.started_by(side, true, same);
        }
        if let Some(side) = &mut blue {
            side.started_by = self.started_by(side, false, same);
        }
        sides::place(fleet, service, blue.as_mut(), green.as_mut());
        let Some((_, advanced)) = sides::pair(service) else { return (blue, green) };
        let live = |arn: Option<&Text>| {
            let route = arn.cloned().map(RouteId::new);
            sides::live(fleet, route.as_ref(), blue.as_ref(), green.as_ref())
        };
        let (production, test) = (live(advanced.production.as_ref()), live(advanced.test.as_ref()));
        if let Some(side) = &mut blue {
            (side.production_live, side.test_live) = (production.0, test.0);
        }
        if let Some(side) = &mut green {
            (side.production_live, side.test_live) = (production.1, test.1);
        }
        (blue, green)
    }

    fn side(&self, tasks: &RevisionTasks) -> Side {
        let revision = self.fleet.revision(&tasks.revision);
        Side {
            revision: Some(tasks.revision.clone()),
            definition: revision.and_then(|revision| revision.definition.clone()),
            desired: tasks.requested,
            running: tasks.running,
            pending: tasks.pending,
            production_asked: tasks.production,
            test_asked: tasks.test,
            ..Side::default()
        }
    }

    /// The rollout of a side: the primary one is green's, but after a way back it is blue's again.
    fn started_by(&self, side: &Side, is_green: bool, same_definition: bool) -> Option<Text> {
        let find = |primary: bool| {
            let mut rollouts = self.service.rollouts.iter();
            let unknown = side.definition.is_none();
            let is_its = move |rollout: &&Rollout| {
                rollout.is_primary() == primary && (unknown || rollout.definition == side.definition)
            };
            rollouts.find(is_its)
        };
        // Of one definition on both sides only the place tells.
        let turned = || find(!is_green).filter(|_| !same_definition && side.definition.is_some());
        find(is_green).or_else(turned).map(|rollout| rollout.id.clone())
    }
}
