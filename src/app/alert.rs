//! Warnings of deployments that wait: once when one begins to, and as its deadline nears, whatever is on the screen.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::shifts::Shifts;
use crate::fleet::id::Text;
use crate::fleet::shift::{Hold, HoldKind, Shift, ShiftId, Silence};

/// Minutes before a deadline at which a person is told again.
const BEFORE: [i64; 4] = [30, 10, 5, 1];

/// What was said already, by hold: how many of the moments before its deadline were behind it then.
#[derive(Debug, Clone, Default)]
pub struct Alerts {
    said: BTreeMap<(ShiftId, Text), usize>,
}

impl Alerts {
    /// What is to be said of these shifts now, each once; what no longer waits is forgotten.
    pub fn due(&mut self, shifts: &Shifts, now: DateTime<Utc>) -> Vec<String> {
        let mut due = Vec::new();
        let mut waiting = BTreeMap::new();
        for shift in shifts.holding() {
            let Some(hold) = &shift.hold else { continue };
            let key = (shift.id.clone(), name(hold));
            let passed = passed(hold, now);
            if self.said.get(&key).is_none_or(|said| *said < passed) {
                due.push(sentence(shift, hold, now));
            }
            // A deadline that is worked out anew may move away: nothing is said twice for that.
            let said = self.said.get(&key).copied().unwrap_or_default().max(passed);
            waiting.insert(key, said);
        }
        self.said = waiting;
        due
    }
}

/// What tells one wait of a deployment from the next.
fn name(hold: &Hold) -> Text {
    match &hold.kind {
        HoldKind::Pause(hook) | HoldKind::Function(hook) => hook.id.clone(),
        HoldKind::Ready => hold.stage.clone(),
    }
}

/// How many of the moments before the deadline are behind us.
fn passed(hold: &Hold, now: DateTime<Utc>) -> usize {
    let Some(deadline) = hold.deadline else { return 0 };
    BEFORE.iter().filter(|minutes| deadline.at - now <= TimeDelta::minutes(**minutes)).count()
}

/// `payments/ledger: SILENCE MEANS YES in 10m; waits for you: 10% > 100%`.
fn sentence(shift: &Shift, hold: &Hold, now: DateTime<Utc>) -> String {
    let service = shift.service.name();
    let cluster = shift.cluster.name();
    let what = if hold.moves.is_empty() {
        hold.stage.to_string()
    } else {
        let from = shift.green_share_asked().unwrap_or_default();
        let shares = std::iter::once(from).chain(hold.moves.iter().copied());
        shares.map(|share| share.to_string()).collect::<Vec<_>>().join(" > ")
    };
    let when = hold.deadline.map_or_else(String::new, |deadline| {
        let about = if deadline.exact { "" } else { "~" };
        // A moment after `10m` was reached it is still ten minutes for people.
        let minutes = (deadline.at - now + TimeDelta::seconds(30)).num_minutes();
        match minutes {
            ..=0 => " now".to_owned(),
            1..120 => format!(" in {about}{minutes}m"),
            _ => format!(" in {about}{}h", minutes / 60),
        }
    });
    let silence = match &hold.silence {
        Silence::Continues => "SILENCE MEANS YES",
        Silence::RollsBack => "rolls back",
        Silence::Stops => "stops",
        Silence::RemovesBlue => "blue is removed",
        Silence::Other(_) if hold.deadline.is_some() => "its time is over",
        Silence::Other(_) => return format!("{cluster}/{service} waits for you: {what}"),
    };
    // What happens by itself comes first: a narrow line cuts the end.
    format!("{cluster}/{service}: {silence}{when}; waits for you: {what}")
}
