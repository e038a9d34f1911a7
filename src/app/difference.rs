//! What is different between two service revisions, by meaning, and what could not be compared.

use crate::fleet::Fleet;
use crate::fleet::definition::{TaskDefinition, short_image};
use crate::fleet::ending::target_group_name;
use crate::fleet::id::{DefinitionId, RevisionId, Text};
use crate::fleet::revision::{RevisionImage, ServiceRevision};
use crate::fleet::service::{CapacityShare, LoadBalancer, Network};

/// The difference of two service revisions. Values of variables and secrets are never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Short phrases, the telling ones first: `image app:7d1e > app:91aa`, `secret DB_URL removed`.
    pub changes: Vec<String>,
    /// Why it may not be all: sentences.
    pub gaps: Vec<String>,
}

/// What `newer` changes against `older`, as far as both are known.
pub fn between(fleet: &Fleet, older: &RevisionId, newer: &RevisionId) -> Difference {
    let mut difference = Difference::default();
    let (before, now) = match (fleet.revision(older), fleet.revision(newer)) {
        (Some(before), Some(now)) => (before, now),
        (before, _) => {
            let missing = if before.is_none() { older } else { newer };
            let why = if fleet.is_revision_known(missing) { "AWS no longer has it" } else { "not known yet" };
            difference.gaps.push(format!("service revision {}: {why}", missing.short()));
            return difference;
        }
    };
    if let (Some(before), Some(now)) = (&before.definition, &now.definition) {
        definitions(fleet, before, now, &mut difference);
    }
    for image in &now.images {
        let same = before.images.iter().find(|known| known.container == image.container);
        if let Some(known) = same.filter(|known| known.image == image.image) {
            code(known, image, &mut difference);
        }
    }
    surroundings(before, now, &mut difference.changes);
    difference
}

fn definitions(fleet: &Fleet, before: &DefinitionId, now: &DefinitionId, difference: &mut Difference) {
    if before == now {
        return;
    }
    let known = |id: &DefinitionId| -> Result<&TaskDefinition, String> {
        let gone = if fleet.is_definition_known(id) { "was deleted" } else { "is not known yet" };
        fleet.definition(id).map(AsRef::as_ref).ok_or_else(|| format!("task definition {} {gone}", id.name()))
    };
    match (known(before), known(now)) {
        (Ok(before), Ok(now)) => difference.changes.extend(now.changes_since(before)),
        (before, now) => difference.gaps.extend([before.err(), now.err()].into_iter().flatten()),
    }
}

/// The same name of an image may stand for other code.
fn code(before: &RevisionImage, now: &RevisionImage, difference: &mut Difference) {
    let name = short_image(Some(&now.image));
    match (&before.digest, &now.digest) {
        (Some(before), Some(now)) if before != now => {
            let (before, now) = (short_digest(before), short_digest(now));
            difference.changes.insert(0, format!("image {name} is other code: {before} > {now}"));
        }
        (Some(_), Some(_)) => {}
        _ if now.image.contains("@sha256:") => {}
        _ => {
            difference.gaps.push(format!("image {name} given by tag, may be other code (not checked)"));
        }
    }
}

/// The first six characters behind `sha256:`.
fn short_digest(digest: &str) -> &str {
    let digest = digest.strip_prefix("sha256:").unwrap_or(digest);
    digest.get(..6).unwrap_or(digest)
}

/// Where the tasks run and listen.
fn surroundings(before: &ServiceRevision, now: &ServiceRevision, changes: &mut Vec<String>) {
    changed("capacity", &capacity(before), &capacity(now), changes);
    changed("platform", &platform(before), &platform(now), changes);
    network(before.network.as_ref(), now.network.as_ref(), changes);
    changed("load balancer", &balancers(before), &balancers(now), changes);
}

fn changed(what: &str, before: &str, now: &str, changes: &mut Vec<String>) {
    if before != now {
        let show = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        changes.push(format!("{what} {} > {}", show(before), show(now)));
    }
}

fn capacity(revision: &ServiceRevision) -> String {
    let share = |share: &CapacityShare| {
        let base = if share.base > 0 { format!(" base {}", share.base) } else { String::new() };
        format!("{} {}{base}", share.provider, share.weight)
    };
    match revision.capacity.as_slice() {
        [] => revision.launch_type.as_deref().unwrap_or_default().to_owned(),
        [only] if only.base == 0 => only.provider.to_string(),
        several => several.iter().map(share).collect::<Vec<_>>().join(", "),
    }
}

fn platform(revision: &ServiceRevision) -> String {
    let parts = [revision.platform_family.as_deref(), revision.platform_version.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn network(before: Option<&Network>, now: Option<&Network>, changes: &mut Vec<String>) {
    let (Some(before), Some(now)) = (before, now) else {
        let word = |network: Option<&Network>| if network.is_some() { "awsvpc" } else { "" };
        return changed("network", word(before), word(now), changes);
    };
    for (what, before, now) in [
        ("subnet", &before.subnets, &now.subnets),
        ("security group", &before.security_groups, &now.security_groups),
    ] {
        let missing = |from: &[Text], of: &[Text], word: &str| {
            let names = of.iter().filter(|name| !from.contains(name));
            names.map(|name| format!("{what} {name} {word}")).collect::<Vec<_>>()
        };
        changes.extend(missing(now, before, "removed"));
        changes.extend(missing(before, now, "added"));
    }
    let word = |assigned: Option<bool>| match assigned {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    changed("public IP", word(before.public_ip), word(now.public_ip), changes);
}

fn balancers(revision: &ServiceRevision) -> String {
    let name = |balancer: &LoadBalancer| {
        let group = balancer.target_group.as_deref().map_or("load balancer", target_group_name);
        let port = balancer.port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{group} to {}{port}", balancer.container.as_deref().unwrap_or("?"))
    };
    revision.load_balancers.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Where nothing is different.
pub const NOTHING: &str = "nothing that can be compared: values of variables are not";
