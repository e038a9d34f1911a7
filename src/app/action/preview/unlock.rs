//! Before a guarded scope is opened for a while.

use super::lines::Lines;
use crate::app::lock;
use crate::app::protection::UNLOCKED_FOR;
use crate::fleet::id::ContextId;

pub(super) fn preview(lines: &mut Lines<'_>, context: ContextId) -> (String, String) {
    let minutes = UNLOCKED_FOR.num_minutes();
    let rule =
        lock::rule(lines.model, context).unwrap_or_else(|| "a rule of the configuration or a tag".to_owned());
    lines.say("guarded", rule);
    lines.say(
        "unlocks",
        format!("changes in {} only, for {minutes} minutes", lock::place_name(lines.model, context)),
    );
    lines.say("", "every change still asks; reading never needs this");
    ("Unlock changes".to_owned(), format!("unlock {minutes} min"))
}
