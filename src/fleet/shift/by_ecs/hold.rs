//! At which hook a deployment by ECS waits, and what an answer would do.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Case, is_open};
use crate::fleet::deployment::Hook;
use crate::fleet::id::Text;
use crate::fleet::percent::Percent;
use crate::fleet::shift::stages::PRE_PRODUCTION;
use crate::fleet::shift::{Deadline, Hold, HoldKind, Silence};

impl Case<'_> {
    /// The hook to be answered next: a person's before a function's, and the first to run out before the others.
    pub(super) fn hold(&self, rungs: &[Percent]) -> Option<Hold> {
        let hooks = &self.deployment.hooks;
        let hook = hooks.iter().filter(|hook| is_open(hook)).min_by_key(|hook| {
            let expires = hook.expires.unwrap_or(DateTime::<Utc>::MAX_UTC);
            (!hook.waits_for_a_person(), expires, hook.id.clone())
        })?;
        let stage = self.deployment.stage.clone().unwrap_or_else(|| "not known".into());
        // Only the hook before the shift holds traffic back; one answer moves it to the next rung.
        let next = rungs.iter().copied().find(|rung| *rung > self.asked());
        let for_a_person = hook.waits_for_a_person();
        let moves = next.filter(|_| for_a_person && &*stage == PRE_PRODUCTION);
        let kind =
            if for_a_person { HoldKind::Pause(hook.clone()) } else { HoldKind::Function(hook.clone()) };
        Some(Hold {
            kind,
            since: self.since(hook, &stage),
            deadline: hook.expires.map(|at| Deadline { at, exact: true }),
            silence: silence(hook),
            answered: self.answered(&stage),
            moves: moves.into_iter().collect(),
            stage,
        })
    }

    /// Hooks of a stage that are answered, of how many. ECS lists hooks without their stages, and may list those of
    /// earlier stages beside them, so the rules tell how many there are here.
    fn answered(&self, stage: &Text) -> (usize, usize) {
        let hooks = &self.deployment.hooks;
        let open = hooks.iter().filter(|hook| is_open(hook)).count();
        match self.rules.hooks.iter().filter(|rule| rule.stages.contains(stage)).count() {
            0 => {
                let answered = hooks.iter().filter(|hook| &*hook.status == "SUCCEEDED").count();
                (answered, answered + open)
            }
            ruled => (ruled.saturating_sub(open), ruled.max(open)),
        }
    }

    /// Since when a hook waits: its end less the time that its rule gives it.
    fn since(&self, hook: &Hook, stage: &Text) -> Option<DateTime<Utc>> {
        let of_kind = |kind: Option<&Text>| kind.is_none_or(|kind| *kind == hook.kind);
        let rules = self.rules.hooks.iter();
        let here = rules.filter(|rule| of_kind(rule.kind.as_ref()) && rule.stages.contains(stage));
        let mut timeouts: Vec<u32> = here.filter_map(|rule| Some(rule.timeout.as_ref()?.0)).collect();
        timeouts.sort_unstable();
        timeouts.dedup();
        match timeouts.as_slice() {
            [minutes] => hook.expires.map(|expires| expires - TimeDelta::minutes(i64::from(*minutes))),
            // Rules that differ leave open which of them is this hook's.
            _ => None,
        }
    }
}

fn silence(hook: &Hook) -> Silence {
    match hook.timeout_action.as_deref() {
        Some("CONTINUE") => Silence::Continues,
        Some("ROLLBACK") => Silence::RollsBack,
        Some(other) => Silence::Other(other.into()),
        None => Silence::Other("not known".into()),
    }
}
