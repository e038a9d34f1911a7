//! What has to be right before an answer moves traffic forward; what is not needs a reason in words.

use chrono::{DateTime, Utc};

use super::age::Stale;
use super::guards::{UNKNOWN, may_be_ignored, word};
use super::load::{Weights, compare};
use super::side::{Case, Missing};
use super::{Check, CheckKind, Finding, evidence, has_share, tasks};
use crate::app::format;
use crate::fleet::Fleet;
use crate::fleet::shift::{GuardStanding, HoldKind, Shift};

/// Minutes with test requests that are enough to say that green was tried.
const TRIED: u32 = 5;

/// What a condition came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Ok,
    /// Going forward needs a reason in words.
    Fails,
    /// It could not be checked: no word for or against it.
    NotChecked,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    pub name: &'static str,
    pub sentence: String,
    pub verdict: Verdict,
}

/// The same deployment waits at the same hook for the same step.
pub fn same_hold(before: &Shift, now: &Shift) -> bool {
    let hook = |shift: &Shift| {
        shift.hold.as_ref().map(|hold| {
            let id = match &hold.kind {
                HoldKind::Pause(hook) | HoldKind::Function(hook) => Some(hook.id.clone()),
                HoldKind::Ready => None,
            };
            (id, hold.stage.clone(), hold.moves.clone())
        })
    };
    before.id == now.id && hook(before) == hook(now)
}

/// A condition failed.
pub fn needs_reason(conditions: &[Preflight]) -> bool {
    conditions.iter().any(|condition| condition.verdict == Verdict::Fails)
}

/// Looks at a shift before a person lets it go on; `asked` is the one that the person has on the screen.
pub fn preflight(
    fleet: &Fleet,
    shift: &Shift,
    asked: Option<&Shift>,
    now: DateTime<Utc>,
    utc: bool,
) -> Vec<Preflight> {
    let case = Case::new(fleet, shift, now, utc);
    let mut conditions = Vec::new();
    if let Some(asked) = asked {
        let same = same_hold(asked, shift);
        let sentence = if same { "as on the screen" } else { "another hold than the one on the screen" };
        conditions.push(condition("hold and step", sentence, same));
    }
    conditions.push(steady(&case));
    conditions.extend(tasks::targets(&case).map(|check| of_check("green healthy in every zone", &check)));
    conditions.extend(weights(&case).map(|condition| condition.aged(case.stale_weights())));
    let guarded = !case.shift.guards.alarms.is_empty();
    conditions.push(alarms(&case).aged(guarded.then(|| case.stale_alarms()).flatten()));
    conditions.extend(test_traffic(&case).map(|condition| condition.aged(case.stale_traffic())));
    conditions.extend(findings(&case));
    conditions
}

impl Preflight {
    /// What rests on answers that are too old is no word for an answer.
    fn aged(self, stale: Stale) -> Self {
        match (stale, self.verdict) {
            (Some(sentence), Verdict::Ok) => Self { sentence, verdict: Verdict::NotChecked, ..self },
            (Some(stale), Verdict::Fails) => Self { sentence: format!("{}; {stale}", self.sentence), ..self },
            _ => self,
        }
    }
}

fn condition(name: &'static str, sentence: impl Into<String>, ok: bool) -> Preflight {
    Preflight { name, sentence: sentence.into(), verdict: if ok { Verdict::Ok } else { Verdict::Fails } }
}

/// A check of the evidence as a condition: what a person should look at fails.
fn of_check(name: &'static str, check: &Check) -> Preflight {
    let verdict = match check.finding {
        Finding::Ok => Verdict::Ok,
        Finding::Look | Finding::Info => Verdict::Fails,
        Finding::NotChecked => Verdict::NotChecked,
    };
    let sentence = if check.reading.is_empty() { check.green.clone() } else { check.reading.clone() };
    Preflight { name, sentence, verdict }
}

fn steady(case: &Case<'_>) -> Preflight {
    match case.green() {
        None => condition("green steady", "green is not there", false),
        Some(green) => {
            let sentence = format!("{} of {} run", green.running, green.desired);
            condition("green steady", sentence, tasks::is_whole(green))
        }
    }
}

/// `None` where no traffic is moved.
fn weights(case: &Case<'_>) -> Option<Preflight> {
    let green = case.green()?;
    let name = "live weights";
    Some(match compare(green.production_asked, green.production_live)? {
        Weights::AsAsked => condition(name, "as asked", true),
        Weights::Differ { asked, live } => {
            condition(name, format!("the listener sends green {live}, asked {asked}"), false)
        }
        Weights::NotKnown => {
            let sentence = "the listener was not asked".to_owned();
            Preflight { name, sentence, verdict: Verdict::NotChecked }
        }
    })
}

fn alarms(case: &Case<'_>) -> Preflight {
    let guards = &case.shift.guards;
    let name = "alarms";
    if !guards.known {
        return Preflight { name, sentence: UNKNOWN.to_owned(), verdict: Verdict::NotChecked };
    }
    if !guards.alarms_on || guards.alarms.is_empty() {
        return condition(name, "no alarm guards this", true);
    }
    let is_no_finding = |standing: &GuardStanding| {
        use GuardStanding::{Guards, MayBeIgnored, NotChecked};
        matches!(standing, Guards | MayBeIgnored | NotChecked)
    };
    let bad = guards.alarms.iter().filter(|guard| !is_no_finding(&guard.standing));
    let bad: Vec<String> = bad.map(|guard| format!("{} {}", guard.alarm, word(&guard.standing))).collect();
    if !bad.is_empty() {
        return condition(name, bad.join(", "), false);
    }
    let of = |standing: GuardStanding| {
        let of = guards.alarms.iter().filter(|guard| guard.standing == standing);
        of.map(|guard| &*guard.alarm).collect::<Vec<_>>().join(", ")
    };
    let (unchecked, doubtful) = (of(GuardStanding::NotChecked), of(GuardStanding::MayBeIgnored));
    let sentence = match (unchecked.is_empty(), doubtful.is_empty()) {
        (false, _) => format!("{unchecked} not checked"),
        (true, false) => may_be_ignored(case, &doubtful),
        (true, true) => return condition(name, "none fires", true),
    };
    Preflight { name, sentence, verdict: Verdict::NotChecked }
}

/// Before green's first share; later what it did with its share says more, and `None` is said.
fn test_traffic(case: &Case<'_>) -> Option<Preflight> {
    if has_share(case.shift) || !case.shift.moves_traffic() {
        return None;
    }
    let name = "test traffic";
    let not_checked = |sentence: &str| {
        Some(Preflight { name, sentence: sentence.to_owned(), verdict: Verdict::NotChecked })
    };
    let green = case.green()?;
    if green.test_asked.is_none() && green.test_live.is_none() {
        return not_checked("no test listener: green has seen no traffic");
    }
    let Some(since) = case.since() else { return not_checked("the deployment has not begun") };
    Some(match case.figures(case.green(), since) {
        Ok(figures) => {
            let minutes = format::count(figures.minutes as usize, "minute");
            let sentence = format!("{:.0} requests in {minutes}", figures.requests);
            condition(name, sentence, figures.minutes >= TRIED)
        }
        Err(Missing::Nothing) => condition(name, "no test traffic", false),
        Err(missing) => return not_checked(missing.words()),
    })
}

/// What the evidence has found of green beside that.
fn findings(case: &Case<'_>) -> Vec<Preflight> {
    let evidence = evidence(case.fleet, case.shift, case.now, case.utc);
    let own = [CheckKind::Tasks, CheckKind::Targets, CheckKind::Alarms, CheckKind::Weights];
    let told = evidence.warnings().filter(|check| {
        // Without test requests `test traffic` says so.
        let untested = check.kind == CheckKind::TestRequests && check.green == "-";
        !own.contains(&check.kind) && !untested
    });
    told.map(|check| of_check(check.name, check)).collect()
}
