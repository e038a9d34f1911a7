//! The deployment strategy of a service as `deploymentConfiguration` gives it, and as it is shown.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::Object;
use super::super::super::world::strategy::{ALL, Hook, HookAction, HookTarget, Kind, Stage, Strategy};

/// As many hooks of one kind as a service may have.
const MOST_HOOKS: usize = 10;
/// Minutes of a bake time, and of a hook's time to answer.
const LONGEST_BAKE: u32 = 1_440;
const LONGEST_TIMEOUT: u32 = 20_160;

/// Reads the members that are given on top of the strategy of before. Guess: the words of all refusals.
pub fn read(before: &Strategy, configuration: Input<'_>) -> Result<Strategy, Refusal> {
    let word = configuration.text("strategy")?.unwrap_or(before.kind.word());
    let bake = minutes(configuration, "bakeTimeInMinutes", 0, LONGEST_BAKE)?.unwrap_or(before.bake);
    let kind = match word {
        "ROLLING" => Kind::Rolling,
        "BLUE_GREEN" => Kind::BlueGreen,
        "CANARY" => {
            let (percent, bake) =
                if let Kind::Canary { percent, bake } = before.kind { (percent, bake) } else { (50, 10) };
            match configuration.object("canaryConfiguration")? {
                None => Kind::Canary { percent, bake },
                Some(given) => Kind::Canary {
                    percent: percents(given, "canaryPercent", 1)?.unwrap_or(percent),
                    bake: minutes(given, "canaryBakeTimeInMinutes", 0, LONGEST_BAKE)?.unwrap_or(bake),
                },
            }
        }
        "LINEAR" => {
            let (percent, bake) =
                if let Kind::Linear { percent, bake } = before.kind { (percent, bake) } else { (100, 6) };
            match configuration.object("linearConfiguration")? {
                None => Kind::Linear { percent, bake },
                Some(given) => Kind::Linear {
                    percent: percents(given, "stepPercent", 30)?.unwrap_or(percent),
                    bake: minutes(given, "stepBakeTimeInMinutes", 0, LONGEST_BAKE)?.unwrap_or(bake),
                },
            }
        }
        other => return Err(Refusal::parameter(format!("Invalid deployment strategy: {other}"))),
    };
    for (member, owner) in [("canaryConfiguration", "CANARY"), ("linearConfiguration", "LINEAR")] {
        if configuration.get(member).is_some() && word != owner {
            return Err(Refusal::parameter(format!("{member} needs the deployment strategy {owner}.")));
        }
    }
    let hooks = match configuration.get("lifecycleHooks") {
        None => before.hooks.clone(),
        Some(_) => configuration
            .objects("lifecycleHooks")?
            .into_iter()
            .map(hook)
            .collect::<Result<Vec<_>, Refusal>>()?,
    };
    let pauses = hooks.iter().filter(|hook| hook.target == HookTarget::Pause).count();
    if pauses > MOST_HOOKS || hooks.len() - pauses > MOST_HOOKS {
        return Err(Refusal::parameter(format!(
            "A service can have at most {MOST_HOOKS} lifecycle hooks of each target type."
        )));
    }
    if kind == Kind::Rolling && !hooks.is_empty() {
        return Err(Refusal::parameter(
            "The simulation has lifecycle hooks only for deployment strategies that shift traffic.",
        ));
    }
    Ok(Strategy { kind, bake, hooks })
}

fn minutes(given: Input<'_>, member: &str, least: u32, most: u32) -> Result<Option<u32>, Refusal> {
    let Some(value) = given.whole(member)? else { return Ok(None) };
    let fits = u32::try_from(value).ok().filter(|value| (least..=most).contains(value));
    let wrong = || Refusal::parameter(format!("{member} must be between {least} and {most}."));
    fits.map(Some).ok_or_else(wrong)
}

/// A percentage in tenths.
fn percents(given: Input<'_>, member: &str, least: u32) -> Result<Option<u32>, Refusal> {
    let Some(value) = given.get(member) else { return Ok(None) };
    let wrong = || {
        let least = f64::from(least) / 10.0;
        Refusal::parameter(format!("{member} must be a multiple of 0.1 from {least:.1} to 100.0."))
    };
    let tenths = value.as_f64().ok_or_else(wrong)? * 10.0;
    let found = (least..=ALL).find(|whole| (f64::from(*whole) - tenths).abs() < 1e-6);
    found.map(Some).ok_or_else(wrong)
}

fn hook(given: Input<'_>) -> Result<Hook, Refusal> {
    let target = match given.text("targetType")? {
        None | Some("AWS_LAMBDA") => {
            let arn = given.required("hookTargetArn", "hookTargetArn")?;
            HookTarget::lambda(arn, given.text("roleArn")?)
        }
        Some("PAUSE") => HookTarget::Pause,
        Some(other) => return Err(Refusal::parameter(format!("Invalid hook target type: {other}"))),
    };
    let words = given.texts("lifecycleStages")?;
    if words.is_empty() {
        return Err(Refusal::parameter("lifecycleStages cannot be empty."));
    }
    let mut stages = Vec::new();
    for word in words {
        let stage = Stage::named(word).filter(|stage| stage.takes_hooks());
        let stage =
            stage.ok_or_else(|| Refusal::parameter(format!("Invalid lifecycle stage for a hook: {word}")))?;
        if target == HookTarget::Pause && !stage.takes_pauses() {
            return Err(Refusal::parameter(format!("PAUSE hooks cannot be configured at {word}.")));
        }
        stages.push(stage);
    }
    let (mut timeout, mut action) = (Hook::USUAL_TIMEOUT, HookAction::Rollback);
    if let Some(given) = given.object("timeoutConfiguration")? {
        timeout = minutes(given, "timeoutInMinutes", 1, LONGEST_TIMEOUT)?.unwrap_or(timeout);
        action = action_named(given.text("action")?)?.unwrap_or(action);
    }
    Ok(Hook { target, stages, timeout, action })
}

/// `CONTINUE` or `ROLLBACK`.
pub fn action_named(word: Option<&str>) -> Result<Option<HookAction>, Refusal> {
    match word {
        None => Ok(None),
        Some("CONTINUE") => Ok(Some(HookAction::Continue)),
        Some("ROLLBACK") => Ok(Some(HookAction::Rollback)),
        Some(other) => Err(Refusal::parameter(format!("Invalid hook action: {other}"))),
    }
}

/// Tenths of a percent as a percentage, always with a fraction.
pub fn percent(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The members of `deploymentConfiguration` that a strategy has.
pub fn write(o: &mut Object<'_>, strategy: &Strategy) {
    o.text("strategy", strategy.kind.word()).number("bakeTimeInMinutes", strategy.bake);
    match strategy.kind {
        Kind::Canary { percent: share, bake } => {
            o.object("canaryConfiguration", |o| {
                o.number("canaryPercent", percent(share)).number("canaryBakeTimeInMinutes", bake);
            });
        }
        Kind::Linear { percent: share, bake } => {
            o.object("linearConfiguration", |o| {
                o.number("stepPercent", percent(share)).number("stepBakeTimeInMinutes", bake);
            });
        }
        Kind::Rolling | Kind::BlueGreen => {}
    }
    if strategy.hooks.is_empty() {
        return;
    }
    o.objects("lifecycleHooks", &strategy.hooks, |o, hook| {
        o.text("targetType", hook.target.word());
        if let HookTarget::Lambda { arn, role, .. } = &hook.target {
            o.text("hookTargetArn", arn).text_if("roleArn", role.as_ref());
        }
        o.texts("lifecycleStages", hook.stages.iter().map(|stage| stage.word())).object(
            "timeoutConfiguration",
            |o| {
                o.number("timeoutInMinutes", hook.timeout).text("action", hook.action.word());
            },
        );
    });
}
