//! Says that deployments wait, on the message line and to somebody who looks elsewhere.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::settings::Notify;

/// So many at once are told one by one; more are told as a number.
const ONE_BY_ONE: usize = 3;

/// Says what is due on the message line, and asks for the bell or a desktop notice.
pub(super) fn warn(model: &mut Model) -> Vec<Effect> {
    let due = model.alerts.due(&model.shifts, model.now);
    let sentences = match due.as_slice() {
        [] => return Vec::new(),
        few if few.len() <= ONE_BY_ONE => due,
        [first, rest @ ..] => vec![format!("{first}; {} more wait for a person", rest.len())],
    };
    for sentence in sentences.iter().rev() {
        model.notices.say(model.now, Level::Warning, sentence.clone());
    }
    let by = model.settings.notify;
    if by == Notify::Off { Vec::new() } else { vec![Effect::Alert { text: sentences.join("; "), by }] }
}
