//! `wait`: watches a service until its deployment waits for a person, or until it is stable.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::time::Instant;

use super::find::{self, Place};
use super::voice::{Exit, Voice, safe};
use super::watch::Watch;
use crate::app::format;
use crate::app::hold;
use crate::app::screen::Screen;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::ServiceId;
use crate::fleet::shift::{Outcome, Shift};
use crate::runtime::poll::ask::Ask;
use crate::runtime::session::Session;

/// How long a deployment may take to appear after it was asked for.
const APPEARS: TimeDelta = TimeDelta::seconds(30);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// A deployment waits for a person.
    Hold,
    /// The deployment succeeded and the service is as asked.
    Stable,
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub service: String,
    /// Look for the name only in this cluster.
    pub cluster: Option<String>,
    pub until: Until,
    pub timeout: Duration,
    pub json: bool,
}

/// How it stands, as far as `wait` is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// It is not there yet, and how it is.
    Not(String),
    Reached(String),
    /// It will never be reached: the deployment ended otherwise.
    Lost(String),
}

/// Watches, with a line for each change.
pub async fn wait(
    session: Session,
    ask: &Ask,
    wanted: &Wanted,
    voice: &mut dyn Voice,
    leave: impl Future<Output = ()>,
) -> Exit {
    let mut watch = Watch::new(session);
    match look(&mut watch, ask, wanted).await {
        Ok(id) => see(watch, &id, wanted, voice, leave).await,
        Err(sentence) => {
            voice.complain(&safe(&sentence));
            Exit::NotStarted
        }
    }
}

async fn look(watch: &mut Watch, ask: &Ask, wanted: &Wanted) -> Result<ServiceId, String> {
    let region = watch.model().contexts.first().map_or_else(String::new, |info| info.region.clone());
    let place = Place { ask, region: &region, cluster: wanted.cluster.as_deref() };
    let named = find::service(place, &wanted.service).await?;
    watch.show(Screen::Shift(named.cluster.clone(), named.service.clone()));
    watch.look_on().await;
    if watch.model().fleet.known_service(&named.service).is_none() {
        let subject = crate::fleet::topic::Subject::Service(named.cluster, named.service.clone());
        return Err(watch.trouble(&subject).map_or_else(
            || format!("there is no service {}", named.service.name()),
            |why| format!("could not look at {}: {why}", named.service.name()),
        ));
    }
    Ok(named.service)
}

async fn see(
    mut watch: Watch,
    id: &ServiceId,
    wanted: &Wanted,
    voice: &mut dyn Voice,
    leave: impl Future<Output = ()>,
) -> Exit {
    let end = Instant::now() + wanted.timeout;
    let began = watch.model().now;
    let mut told = None;
    let mut leave = std::pin::pin!(leave);
    loop {
        let now = watch.model().now;
        let standing = standing(&watch, id, wanted.until, began, now - began > APPEARS);
        let exit = match &standing {
            Standing::Not(_) => None,
            Standing::Reached(_) => Some(Exit::Done),
            Standing::Lost(_) => Some(Exit::Failed),
        };
        let (Standing::Not(text) | Standing::Reached(text) | Standing::Lost(text)) = standing;
        if told.as_ref() != Some(&text) {
            tell(&watch, id, &text, exit, wanted.json, voice);
            told = Some(text);
        }
        if let Some(exit) = exit {
            return exit;
        }
        let went_on = tokio::select! {
            biased;
            () = &mut leave => {
                voice.complain("you left; it goes on at AWS");
                return Exit::Unclear;
            }
            came = watch.next(Some(end)) => came,
        };
        if !went_on {
            let waited = TimeDelta::from_std(wanted.timeout).unwrap_or_default();
            voice.complain(&format!("gave up waiting after {}; it goes on at AWS", format::span(waited)));
            return Exit::Unclear;
        }
    }
}

fn tell(watch: &Watch, id: &ServiceId, text: &str, exit: Option<Exit>, json: bool, voice: &mut dyn Voice) {
    let model = watch.model();
    if json {
        let shift = model.shifts.get(id);
        let line = json!({
            "at": model.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "service": id.as_str(),
            "deployment": shift.map(|shift| shift.id.as_str().to_owned()),
            "state": match exit { None => "waiting", Some(Exit::Done) => "reached", Some(_) => "lost" },
            "sentence": text,
        });
        voice.say(&line.to_string());
    } else {
        voice.say(&safe(&format!("{}  {}: {text}", format::clock(model.now, model.utc), id.name())));
    }
}

/// `began` is when the waiting did: what was over before is not what is waited for, unless nothing else comes.
fn standing(watch: &Watch, id: &ServiceId, until: Until, began: DateTime<Utc>, late: bool) -> Standing {
    let model = watch.model();
    let Some(service) = model.fleet.service(id) else {
        return Standing::Lost("the service is gone".to_owned());
    };
    if model.fleet.is_departed(id) {
        return Standing::Lost("the service is gone".to_owned());
    }
    let undescribed =
        service.codedeployments().any(|deployment| !model.fleet.is_codedeployment_known(&deployment));
    if undescribed {
        return Standing::Not("a deployment is not described yet".to_owned());
    }
    let is_old = |shift: &&Shift| shift.is_over() && shift.ended.is_none_or(|ended| ended < began);
    if let Some(shift) = model.shifts.get(id).filter(|shift| late || !is_old(shift)) {
        return of_shift(watch, shift, until);
    }
    if !late && !service.is_deploying() {
        return Standing::Not("no deployment is under way yet".to_owned());
    }
    let newest = model.fleet.deployments(id).and_then(|known| known.first());
    match (until, newest) {
        (_, Some(newest)) if !newest.status.is_final() => Standing::Not(progress(newest)),
        (Until::Stable, newest) => {
            let bad = newest.filter(|newest| newest.status != DeploymentStatus::Successful);
            match bad {
                Some(bad) => Standing::Lost(format!("the newest deployment {}", bad.status.as_str())),
                None if service.is_steady() => Standing::Reached("stable".to_owned()),
                None => Standing::Not(format!("{} of {} tasks run", service.running, service.desired)),
            }
        }
        (Until::Hold, _) if late => {
            Standing::Lost("no deployment is under way, so none will wait".to_owned())
        }
        (Until::Hold, _) => Standing::Not("a deployment has just ended".to_owned()),
    }
}

fn of_shift(watch: &Watch, shift: &Shift, until: Until) -> Standing {
    let model = watch.model();
    let name = shift.id.name();
    match (&shift.outcome, until) {
        (Some(Outcome::Succeeded), Until::Stable) => {
            let steady =
                model.fleet.service(&shift.service).is_some_and(|service| service.running == service.desired);
            if steady {
                Standing::Reached(format!("deployment {name} succeeded"))
            } else {
                Standing::Not(format!("deployment {name} succeeded; tasks still change"))
            }
        }
        (Some(Outcome::Succeeded), Until::Hold) => {
            Standing::Lost(format!("deployment {name} succeeded and waits for nobody"))
        }
        (Some(_), _) => {
            let why = shift.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
            Standing::Lost(format!("deployment {name} {}{why}", hold::stands(shift)))
        }
        (None, _) => {
            let told =
                shift.hold.as_ref().filter(|_| shift.holds()).map(|it| {
                    format!("waits for a person: {}; {}", hold::waits_for(shift, it), silent(shift))
                });
            match (told, until) {
                (Some(told), Until::Hold) => Standing::Reached(told),
                (Some(told), Until::Stable) => Standing::Not(told),
                (None, _) => Standing::Not(hold::stands(shift)),
            }
        }
    }
}

/// What silence does, with the time of day: how long is left changes with each look.
fn silent(shift: &Shift) -> String {
    let Some(it) = &shift.hold else { return String::new() };
    let at = it.deadline.map_or_else(String::new, |deadline| {
        let about = if deadline.exact { "" } else { "about " };
        format!(" at {about}{}", format::full(deadline.at, true))
    });
    format!("without an answer it {}{at}", hold::silence(&it.silence).to_lowercase())
}

fn progress(deployment: &ServiceDeployment) -> String {
    let stage = deployment.stage.as_deref().map_or_else(String::new, |stage| format!(", {stage}"));
    format!("deployment {} {}{stage}", deployment.id.name(), deployment.status.as_str())
}
