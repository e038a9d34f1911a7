//! What a dialog needs of its targets.

use super::Wanted;
use crate::app::action::ask::Ask;

impl Wanted<'_> {
    /// What a dialog shows of its targets.
    pub(super) fn dialog(&mut self, ask: &Ask) {
        match ask {
            Ask::Scale { services, .. } => {
                for (cluster, id) in services {
                    self.target(cluster, id);
                }
            }
            Ask::StopTasks { tasks } => {
                for (cluster, id) in tasks {
                    self.task(self.context(cluster), cluster, id);
                    let service = self.model.fleet.task(id).and_then(|task| task.service());
                    if let Some(name) = service {
                        self.target(cluster, &self.model.fleet.service_named(cluster, name));
                    }
                }
            }
            Ask::Unlock { .. } => {}
            other => {
                if let Some((cluster, id)) = other.service() {
                    self.target(cluster, id);
                }
            }
        }
        if let Some((cluster, id)) = ask.service() {
            self.blue_green(self.context(cluster), id, true);
        }
        if let (Ask::Release { choice, .. }, Some((cluster, _))) = (ask, ask.service()) {
            let context = self.context(cluster);
            for known in &choice.revisions {
                self.definition(context, Some(known.definition.clone()));
            }
        }
        if let (Ask::Deploy { revisions, .. }, Some((cluster, _))) = (ask, ask.service()) {
            let context = self.context(cluster);
            for known in revisions {
                self.definition(context, Some(known.definition.clone()));
            }
        }
    }
}
