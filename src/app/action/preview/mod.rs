//! What a dialog says before a change: what is so now, what changes, what could undo it, and who asks.

mod deploy;
mod evidence;
mod lines;
mod range;
mod redeploy;
mod release;
mod scale;
mod seen_shift;
mod shift;
mod stop;
mod unlock;

use chrono::{DateTime, Utc};

pub use self::evidence::concerns;
use self::lines::Lines;
use super::Change;
use super::ask::Ask;
use super::command_line::short_command_line;
use super::dialog::{Dialog, Field};
use super::operation::UNDO;
use super::risk::{Risk, risk};
use super::seen::Seen;
use super::settle::count_before;
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::lock;
use crate::app::model::Model;
use crate::app::protection::{Level, LockState, UNLOCKED_FOR};
use crate::app::table::Tone;
use crate::fleet::id::{ClusterId, ContextId, ServiceId};
use crate::fleet::verdict::Severity;

/// One part of a dialog, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A label with its lines; a line that is too long is wrapped under its own beginning.
    Text {
        label: &'static str,
        lines: Vec<Line>,
    },
    /// A place to type or to choose, with a hint beside it.
    Field {
        label: &'static str,
        field: Field,
        hint: String,
    },
    /// Things to choose from; the chosen one is marked.
    Choices {
        label: &'static str,
        field: Field,
        items: Vec<String>,
        chosen: usize,
    },
    Space,
}

/// The label of what a person must not overlook.
pub const WARNING: &str = "!";

/// A dialog as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub title: String,
    /// Where the change would happen, and how it is protected: `acme-prod eu-west-1`.
    pub place: String,
    pub parts: Vec<Part>,
    pub risk: Risk,
    /// The fields in the order of tab.
    pub fields: Vec<Field>,
    pub button: Button,
}

/// The button that changes AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub letter: char,
    /// `scale 10 > 14`
    pub label: String,
    /// Why it does nothing now.
    pub off: Option<String>,
}

/// Everything that a dialog shows before it is answered.
pub fn preview(model: &Model, dialog: &Dialog) -> Preview {
    let changes = dialog.ask.changes(&model.fleet);
    let list = changes.as_deref().unwrap_or_default();
    let context = context(model, &dialog.ask);
    let risk = risk_of(model, &dialog.ask, list);
    let mut lines = Lines::new(model);
    let (title, label) = match &dialog.ask {
        Ask::Scale { services, .. } => scale::preview(&mut lines, services, list),
        Ask::Redeploy { cluster, service } => redeploy::preview(&mut lines, cluster, service),
        Ask::Deploy { service, revisions, chosen, back, .. } => {
            deploy::preview(&mut lines, service, revisions, *chosen, *back)
        }
        Ask::RollBack { service, deployment, .. } => deploy::running(&mut lines, service, deployment, list),
        Ask::StopTasks { tasks } => stop::preview(&mut lines, tasks, list),
        Ask::Range { service, .. } => range::preview(&mut lines, service, list),
        Ask::Suspend { service, chosen, .. } => range::suspension(&mut lines, service, *chosen),
        Ask::Continue { service, waiting, .. } => shift::go_on(&mut lines, service, waiting, &dialog.news),
        Ask::StopShift { service, deployment, back, .. } => {
            shift::stop(&mut lines, service, deployment, *back)
        }
        Ask::RemoveBlue { service, deployment, .. } => shift::remove_blue(&mut lines, service, deployment),
        Ask::Release { service, choice, .. } => release::preview(&mut lines, service, choice),
        Ask::Unlock { context } => unlock::preview(&mut lines, *context),
    };
    let is_unlock = matches!(dialog.ask, Ask::Unlock { .. });
    changed_meanwhile(&mut lines, dialog);
    if !is_unlock {
        if !list.iter().any(Change::is_answer) {
            lines.stack(dialog.ask.service());
        }
        commands(&mut lines, list, dialog.given_reason().as_deref());
        let to_ecs = matches!(dialog.ask, Ask::StopTasks { .. });
        let fails = list.iter().any(|change| evidence::fails(model, change));
        let hint = match (needs_reason(model, list, risk), to_ecs) {
            (true, false) if fails => "required: say why",
            (true, true) => "required; ECS shows it",
            (true, false) => "required",
            (false, true) => "ECS shows it to everybody",
            (false, false) => "optional",
        };
        lines.field("reason", Field::Reason, hint);
    }
    if is_unlock || risk == Risk::High {
        let word = word(model, &dialog.ask, list);
        lines.field("type", Field::Word, &format!("{}  ({})", word.word, word.what));
    }
    let unlocks = unlocks_inside(model, &dialog.ask, list);
    if unlocks {
        let minutes = UNLOCKED_FOR.num_minutes();
        let hint = format!("{}  (opens this scope {minutes}m)", lock::word(model, context));
        lines.field("unlock", Field::Unlock, &hint);
    }
    lines.say("you", caller(model, context));
    let letter = list.first().map_or('U', Change::letter);
    let off = off(model, dialog, list, changes.as_ref().err(), risk);
    Preview {
        title,
        place: place(model, context),
        parts: lines.parts,
        risk,
        fields: dialog.fields(risk, unlocks),
        button: Button { letter, label, off },
    }
}

/// The word that is typed to confirm, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub what: &'static str,
    pub word: String,
}

/// What must be typed where typing is asked for.
pub fn word(model: &Model, ask: &Ask, changes: &[Change]) -> Word {
    if let Ask::Unlock { context } = ask {
        return Word { what: "the profile", word: lock::word(model, *context) };
    }
    match changes {
        [change] => match (change.service(), change) {
            (_, Change::Continue { to: Some(to), .. }) => {
                Word { what: "percent of production", word: to.to_string().trim_end_matches('%').to_owned() }
            }
            (_, Change::RemoveBlue { .. }) => Word { what: "the words", word: "remove blue".to_owned() },
            (_, Change::StopTask { task, service: None, .. }) => {
                Word { what: "the first characters of the task", word: task.short().to_owned() }
            }
            (Some(service), _) => Word { what: "the name of the service", word: service.name().to_owned() },
            (None, _) => Word { what: "the word", word: "yes".to_owned() },
        },
        several => Word { what: "how many they are", word: several.len().to_string() },
    }
}

/// How much is asked of the person.
pub fn risk_of(model: &Model, ask: &Ask, changes: &[Change]) -> Risk {
    if matches!(ask, Ask::Unlock { .. }) {
        return Risk::High;
    }
    let is_protected =
        changes.iter().any(|change| lock::level(model, change.cluster(), change.service()) != Level::Open);
    let severity =
        |id: &ServiceId| model.triage.verdict(id).map_or(Severity::Unknown, |verdict| verdict.severity);
    let risk = risk(&model.fleet, changes, is_protected, severity);
    // What speaks against going on raises it by one, up to the highest.
    if risk == Risk::Medium && changes.iter().any(|change| evidence::warns(model, change)) {
        return Risk::High;
    }
    // A way back is never dearer than the way there.
    if is_back(model, changes) && changes.iter().all(|change| takes_back(model, change)) {
        return risk.min(if is_protected { Risk::Medium } else { Risk::Low });
    }
    risk
}

/// It sets a count back to what it was before the last change of this session, and nobody moved it since.
fn takes_back(model: &Model, change: &Change) -> bool {
    let Change::Scale { service, desired, .. } = change else { return false };
    let last = model
        .operations
        .iter()
        .rev()
        .find(|operation| operation.service() == Some(service) && operation.accepted.is_some());
    let now = model.fleet.service(service).map(|service| service.desired);
    last.is_some_and(|last| {
        model.now - last.asked < UNDO
            && matches!(&last.action.change, Change::Scale { desired, .. } if Some(*desired) == now)
            && count_before(last) == Some(*desired)
    })
}

/// The context that a dialog is about.
pub fn context(model: &Model, ask: &Ask) -> ContextId {
    let of = |cluster: &ClusterId| model.fleet.cluster(cluster).map(|cluster| cluster.context);
    let cluster = match ask {
        Ask::Unlock { context } => return *context,
        Ask::StopTasks { tasks } => tasks.first().map(|(cluster, _)| cluster),
        other => other.service().map(|(cluster, _)| cluster),
    };
    cluster
        .and_then(of)
        .unwrap_or_else(|| model.contexts.first().map_or(ContextId::default(), |info| info.id))
}

/// What stands between the person and these changes.
pub fn lock_of(model: &Model, ask: &Ask, changes: &[Change]) -> LockState {
    let context = context(model, ask);
    let states = changes.iter().map(|change| lock::state(model, context, change.cluster(), change.service()));
    states.fold(LockState::Free, |worst, state| if worst.may_send() { state } else { worst })
}

/// What is missing where somebody has to say why.
pub const NO_REASON: &str = "off until a reason is given";

/// Why the button does nothing now.
fn off(
    model: &Model,
    dialog: &Dialog,
    changes: &[Change],
    wrong: Option<&String>,
    risk: Risk,
) -> Option<String> {
    if let Some(wrong) = wrong {
        return Some(wrong.clone());
    }
    if !matches!(dialog.ask, Ask::Unlock { .. }) {
        match lock_of(model, &dialog.ask, changes) {
            LockState::Guarded { rule } if unlocks_inside(model, &dialog.ask, changes) => {
                let context = context(model, &dialog.ask);
                if !lock::fits(model, context, dialog.unlock.text()) {
                    let word = lock::word(model, context);
                    return Some(format!("guarded: {rule}; off until {word} is typed to unlock it"));
                }
            }
            LockState::Guarded { rule } => {
                let key = model.settings.keymap.chords(Command::Unlock).first();
                let key = key.map_or_else(|| ":unlock".to_owned(), ToString::to_string);
                return Some(format!("guarded: {rule}; esc, then {key} unlocks it"));
            }
            state => {
                if let Some(refusal) = state.refusal() {
                    return Some(refusal);
                }
            }
        }
        if let Some(refused) = changes.iter().find_map(|change| impossible(model, change)) {
            return Some(refused);
        }
        if let Some(old) = changes.iter().find_map(|change| evidence::too_old(model, change)) {
            return Some(old);
        }
    }
    let asks_word = matches!(dialog.ask, Ask::Unlock { .. }) || risk == Risk::High;
    if asks_word && !word_fits(model, dialog, changes) {
        let word = word(model, &dialog.ask, changes).word;
        return Some(format!("off until {word} is typed"));
    }
    if needs_reason(model, changes, risk) && dialog.given_reason().is_none() {
        return Some(NO_REASON.to_owned());
    }
    None
}

/// What is dear says why; a way back never has to.
fn needs_reason(model: &Model, changes: &[Change], risk: Risk) -> bool {
    let fails = || changes.iter().any(|change| evidence::fails(model, change));
    (risk == Risk::High && !changes.is_empty() && !is_back(model, changes)) || fails()
}

/// All of it only takes back what was done before.
fn is_back(model: &Model, changes: &[Change]) -> bool {
    !changes.is_empty() && changes.iter().all(|change| change.is_way_back() || takes_back(model, change))
}

/// A way back out of a guarded scope has its unlock as one field of its own dialog.
pub fn unlocks_inside(model: &Model, ask: &Ask, changes: &[Change]) -> bool {
    is_back(model, changes) && matches!(lock_of(model, ask, changes), LockState::Guarded { .. })
}

/// What was typed is that word.
pub fn word_fits(model: &Model, dialog: &Dialog, changes: &[Change]) -> bool {
    let typed = dialog.word.text().trim();
    match &dialog.ask {
        Ask::Unlock { context } => lock::fits(model, *context, typed),
        ask => typed.trim_end_matches('%') == word(model, ask, changes).word,
    }
}

/// What AWS would refuse anyway, with the reason.
pub fn impossible(model: &Model, change: &Change) -> Option<String> {
    use crate::fleet::service::Controller;
    let service = model.fleet.service(change.service()?)?;
    match (change, &service.controller) {
        (Change::Redeploy { .. } | Change::Deploy { .. }, Controller::CodeDeploy) => Some(
            "CodeDeploy controls this service: a new deployment is made there, ECS refuses it".to_owned(),
        ),
        (Change::Redeploy { .. } | Change::Deploy { .. } | Change::Scale { .. }, Controller::External) => {
            Some("an external controller runs this service: its task sets are changed there".to_owned())
        }
        _ => None,
    }
}

/// What is shown of each target now: the precondition of what would be sent.
pub fn seen(model: &Model, changes: &[Change]) -> std::collections::BTreeMap<String, Seen> {
    let seen = changes
        .iter()
        .filter_map(|change| Some((change.target().to_owned(), Seen::of(&model.fleet, change)?)));
    seen.collect()
}

fn changed_meanwhile(lines: &mut Lines<'_>, dialog: &Dialog) {
    for (target, difference) in &dialog.changed {
        let whose = if dialog.listed.len() > 1 {
            format!("{}: ", crate::fleet::id::tail(target))
        } else {
            String::new()
        };
        lines.warn(format!(
            "{whose}{} changed since this was opened: {} > {}",
            difference.aspect.name(),
            difference.then,
            difference.now
        ));
    }
}

fn commands(lines: &mut Lines<'_>, changes: &[Change], reason: Option<&str>) {
    let shown: Vec<String> =
        changes.iter().take(3).map(|change| short_command_line(change, reason)).collect();
    let more = changes.len().saturating_sub(shown.len());
    if shown.is_empty() {
        return;
    }
    lines.all("cli", shown.into_iter().map(Line::plain).collect());
    if more > 0 {
        lines.say("", format!("and {more} more"));
    }
}

fn caller(model: &Model, context: ContextId) -> String {
    let known = model.fleet.context(context).and_then(|known| known.identity.as_ref());
    known.map_or_else(|| "not known yet".to_owned(), |identity| identity.arn.to_string())
}

fn place(model: &Model, context: ContextId) -> String {
    let Some(info) = model.context(context) else { return String::new() };
    let profile = info.profile.as_deref().unwrap_or(if info.demo { "demo" } else { "default" });
    format!("{profile} {}", info.region)
}

/// How old what is shown of a service is: `(checked 1s ago)`.
fn age(now: DateTime<Utc>, seen: DateTime<Utc>) -> String {
    format!("(checked {} ago)", format::age(now - seen))
}

/// A word in the tone of a warning.
fn warning(text: impl Into<String>) -> Line {
    Line::default().with("! ", Tone::Warning).with(text, Tone::Plain)
}
