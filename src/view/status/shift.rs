//! The verdict for blue/green deployments: what waits for you, and what silence does.

use crate::app::document::Line;
use crate::app::hold;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::fleet::id::ServiceId;
use crate::fleet::shift::Phase;
use crate::fleet::verdict::Severity;
use crate::view::glyphs::Signs;

/// `Approvals  ? 3 wait for you, 1 by SILENCE MEANS YES   5 in flight`.
pub(super) fn inbox(title: Line, signs: &Signs, model: &Model) -> (Line, Line) {
    let counts = model.shifts.counts();
    let line = match counts.holding {
        0 => title.with("nothing waits for you", Tone::Plain),
        1 => title.with(said(signs, "1 waits for you"), Tone::Severity(Severity::Waiting)),
        many => title.with(said(signs, &format!("{many} wait for you")), Tone::Severity(Severity::Waiting)),
    };
    let line = match counts.silence_means_yes {
        0 => line,
        silent => line.with(format!("   SILENCE MEANS YES for {silent}"), Tone::Bad),
    };
    (line, Line::plain(format!("{} in flight", counts.in_flight)))
}

fn said(signs: &Signs, words: &str) -> String {
    format!("{} {words}", signs.severity(Severity::Waiting))
}

/// `? WAITING FOR YOU  nobody answers: CodeDeploy stops it in ~47m (~14:56)`.
pub(super) fn cockpit(name: Line, signs: &Signs, model: &Model, id: &ServiceId) -> (Line, Line) {
    let Some(shift) = model.shifts.get(id) else {
        return (
            name.with("no blue/green deployment is known to be under way", Tone::Plain),
            Line::default(),
        );
    };
    let right = Line::plain(hold::carried_out(shift));
    let Some(hold) = &shift.hold else {
        let severity = match shift.phase {
            Phase::RollingBack => Severity::Degraded,
            Phase::Ended => Severity::Unknown,
            _ => Severity::Deploying,
        };
        let words = format!("{} {}", signs.severity(severity), hold::stands(shift));
        return (name.with(words, Tone::Severity(severity)), right);
    };
    let waiting = Tone::Severity(Severity::Waiting);
    let line = if hold.is_for_a_person() {
        name.with(said(signs, "WAITING FOR YOU"), waiting)
    } else {
        name.with(said(signs, &format!("waits for {}", hold::waits_for(shift, hold))), waiting)
    };
    let tone = if shift.silence_means_yes() { Tone::Bad } else { Tone::Plain };
    (line.with(format!("  {}", hold::when_silent(shift, hold, model.now, model.utc)), tone), right)
}
