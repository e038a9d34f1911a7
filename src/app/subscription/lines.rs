//! What a log view needs: its streams, its lines, and the tasks that write them.

use std::sync::Arc;

use super::Wanted;
use crate::app::logs::LogView;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::fleet::id::ContextId;
use crate::fleet::log::origin::Origin;
use crate::fleet::log::source::Source;
use crate::fleet::topic::{Means, Subject};

/// Seconds after which it is seen which tasks there are.
const TASKS: u32 = 3;

/// The streams of the shown log view.
pub(super) fn sources(model: &Model) -> Arc<Vec<Source>> {
    let (Screen::Logs(of) | Screen::LogLine(of)) = model.screen() else { return Arc::default() };
    view(model, of).map(|view| Arc::clone(&view.sources)).unwrap_or_default()
}

fn view<'m>(model: &'m Model, of: &Origin) -> Option<&'m LogView> {
    model.views.get(&Screen::Logs(of.clone()))?.lines()
}

impl Wanted<'_> {
    /// Log lines, and the tasks that write them.
    pub(super) fn lines(&mut self, context: ContextId, of: &Origin) {
        let cluster = of.cluster();
        match of {
            Origin::Service(_, id) | Origin::Stopped(_, id) => {
                self.every(TASKS, context, Subject::ServiceTasks(cluster.clone(), id.clone()));
                self.every(5, context, Subject::Service(cluster.clone(), id.clone()));
                self.every(15, context, Subject::Deployments(cluster.clone(), id.clone()));
            }
            Origin::Task(_, id) => self.task(context, cluster, id),
        }
        let Some(view) = view(self.model, of) else { return };
        let history = &view.history;
        let unknown = of.unknown_definitions(&self.model.fleet, history.wanted);
        // Where tasks write has to be known before what they wrote is read.
        let is_resolved = unknown.is_empty() && view.resolved.is_some_and(|since| since <= history.wanted);
        for id in unknown {
            self.once(context, Subject::Definition(id));
        }
        let by = if view.choices.live { Means::LiveTail } else { Means::Polling };
        self.once(context, Subject::Lines { of: of.clone(), since: history.since, by });
        if let Some((from, to)) = history.missing().filter(|_| is_resolved) {
            self.once(context, Subject::OlderLines { of: of.clone(), from, to });
        }
    }
}
