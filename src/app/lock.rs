//! What stands between a person and a change, from the rules, who they are and what is unlocked.

use chrono::{DateTime, Utc};

use super::action::gate::Standing;
use super::model::Model;
use super::protection::{self, Level, LockState, Place, Subject, lock_state};
use crate::fleet::id::{self, ClusterId, ContextId, ServiceId};

/// How a target is protected by the rules.
pub fn level(model: &Model, cluster: &ClusterId, service: Option<&ServiceId>) -> Level {
    let context = model.fleet.cluster(cluster).map(|cluster| cluster.context);
    let context = context.unwrap_or_else(|| first(model));
    let identity = model.fleet.context(context).and_then(|known| known.identity.as_ref());
    model.settings.protection.level(&Subject {
        account: id::account(cluster.as_str()).or(identity.map(|identity| &*identity.account)),
        profile: profile(model, context),
        caller: identity.map(|identity| &*identity.arn),
        cluster_tag: model.fleet.cluster(cluster).and_then(|cluster| cluster.protect.as_deref()),
        service_tag: service
            .and_then(|id| model.fleet.service(id))
            .and_then(|service| service.protect.as_deref()),
    })
}

/// Who asks and which tags protect the target, for the gate to judge by itself.
pub fn standing(
    model: &Model,
    context: ContextId,
    cluster: &ClusterId,
    service: Option<&ServiceId>,
) -> Standing {
    let identity = model.fleet.context(context).and_then(|known| known.identity.as_ref());
    let tag = |text: Option<&std::sync::Arc<str>>| text.map(ToString::to_string);
    Standing {
        caller: identity.map(|identity| identity.arn.to_string()),
        cluster_tag: tag(model.fleet.cluster(cluster).and_then(|cluster| cluster.protect.as_ref())),
        service_tag: tag(service
            .and_then(|id| model.fleet.service(id))
            .and_then(|service| service.protect.as_ref())),
    }
}

/// How a context is protected, whatever the target.
pub fn level_of_context(model: &Model, context: ContextId) -> Level {
    let identity = model.fleet.context(context).and_then(|known| known.identity.as_ref());
    model.settings.protection.level(&Subject {
        account: identity.map(|identity| &*identity.account),
        profile: profile(model, context),
        caller: identity.map(|identity| &*identity.arn),
        ..Subject::default()
    })
}

/// What stands between the person and a change of this target.
pub fn state(
    model: &Model,
    context: ContextId,
    cluster: &ClusterId,
    service: Option<&ServiceId>,
) -> LockState {
    lock_state(model.settings.read_only, &level(model, cluster, service), unlocked_until(model, context))
}

/// What the header shows: the lock of the context, or of the service on the screen where that is stricter.
pub fn shown(model: &Model) -> LockState {
    let screen = model.screen();
    let context = model.context_of(screen);
    let level = match screen.cluster() {
        Some(cluster) => level(model, cluster, screen.service()),
        None => level_of_context(model, context),
    };
    lock_state(model.settings.read_only, &level, unlocked_until(model, context))
}

/// Until when the place of a context is unlocked.
pub fn unlocked_until(model: &Model, context: ContextId) -> Option<DateTime<Utc>> {
    model.unlocks.until(&place(model, context)?, model.now)
}

/// The account and Region of a context; `None` before it is known who we are.
pub fn place(model: &Model, context: ContextId) -> Option<Place> {
    let account = model.fleet.context(context)?.identity.as_ref()?.account.to_string();
    Some(Place { account, region: model.context(context)?.region.clone() })
}

/// `acme-prod eu-west-1`
pub fn place_name(model: &Model, context: ContextId) -> String {
    let region = model.context(context).map_or("", |info| &info.region);
    format!("{} {region}", profile(model, context))
}

/// The rule that guards a context.
pub fn rule(model: &Model, context: ContextId) -> Option<String> {
    level_of_context(model, context).rule().map(str::to_owned)
}

/// What is typed to unlock a context.
pub fn word(model: &Model, context: ContextId) -> String {
    let account = place(model, context).map(|place| place.account).unwrap_or_default();
    protection::unlock_word(named_profile(model, context), &account)
}

/// Whether what was typed unlocks a context.
pub fn fits(model: &Model, context: ContextId, typed: &str) -> bool {
    let account = place(model, context).map(|place| place.account).unwrap_or_default();
    protection::unlocks(typed, named_profile(model, context), &account)
}

fn named_profile(model: &Model, context: ContextId) -> Option<&str> {
    model.context(context).and_then(|info| info.profile.as_deref())
}

fn profile(model: &Model, context: ContextId) -> &str {
    named_profile(model, context).unwrap_or("default")
}

fn first(model: &Model) -> ContextId {
    model.contexts.first().map_or(ContextId::default(), |info| info.id)
}
