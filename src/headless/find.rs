//! Names as people type them, looked up: `cluster/service`, a name that only one has, or an ARN.

use crate::app::mistake::nearest;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, TaskId, region, tail};
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;
use crate::runtime::poll::clusters::home;

/// Names that a sentence lists at most.
const LISTED: usize = 5;
/// As short as the first characters of a task may be.
const TASK_LETTERS: usize = 4;

/// Where names are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub ask: &'a Ask,
    pub region: &'a str,
    /// Only in this cluster, by name or ARN.
    pub cluster: Option<&'a str>,
}

/// A service, and the deployment of it that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub cluster: ClusterId,
    pub service: ServiceId,
    pub deployment: Option<DeploymentId>,
}

/// The one service that is meant. The error is a sentence with what it may have been.
pub async fn service(place: Place<'_>, typed: &str) -> Result<Named, String> {
    if is_arn(typed) {
        place.is_here(typed)?;
        if let Some(named) = of_deployment(typed) {
            return Ok(named);
        }
        let service = ServiceId::new(typed);
        if let Some(cluster) = home(&service) {
            return Ok(Named { cluster, service, deployment: None });
        }
    }
    let (cluster, name) = match typed.split_once('/') {
        Some((cluster, name)) if !is_arn(typed) => (Some(cluster), name),
        _ => (place.cluster, typed),
    };
    let clusters = clusters(place.ask, cluster).await?;
    let mut all: Vec<(ClusterId, ServiceId)> = Vec::new();
    for cluster in clusters {
        let mut token = None;
        loop {
            let page = place.ask.list_services(&cluster, token).await;
            let page = page.map_err(|failure| unseen("the services of", &cluster, &failure))?;
            all.extend(page.items.into_iter().map(|id| (cluster.clone(), id)));
            token = page.next;
            if token.is_none() {
                break;
            }
        }
    }
    let mut fitting = all.iter().filter(|(_, id)| id.name() == name || id.as_str() == name);
    match (fitting.next(), fitting.next()) {
        (Some((cluster, service)), None) => {
            Ok(Named { cluster: cluster.clone(), service: service.clone(), deployment: None })
        }
        (Some(one), Some(two)) => {
            let several = [one, two].into_iter().chain(fitting);
            let names = listed(several.map(|(cluster, id)| format!("{}/{}", cluster.name(), id.name())));
            Err(format!("`{name}` is a service of several clusters; write one of {names}"))
        }
        (None, _) => {
            let there = cluster.map_or_else(String::new, |cluster| format!(" in cluster {}", tail(cluster)));
            let near = nearest(name, all.iter().map(|(_, id)| id.name()));
            let near = near.map(|near| {
                let same = all.iter().filter(|(_, id)| id.name() == near);
                listed(same.map(|(cluster, id)| format!("`{}/{}`", cluster.name(), id.name())))
            });
            Err(match near {
                Some(near) => format!("there is no service `{name}`{there}; did you mean {near}?"),
                None if all.is_empty() => {
                    format!("there is no service `{name}`{there}: there are none at all")
                }
                None => {
                    let names = listed(all.iter().map(|(_, id)| id.name().to_owned()));
                    format!("there is no service `{name}`{there}; there are {names}")
                }
            })
        }
    }
}

/// The running tasks that are meant, each once and in the order in which they were typed.
pub async fn tasks(place: Place<'_>, typed: &[String]) -> Result<Vec<(ClusterId, TaskId)>, String> {
    let mut found: Vec<(ClusterId, TaskId)> = Vec::new();
    let mut all: Option<Vec<(ClusterId, TaskId)>> = None;
    for typed in typed {
        let one = if let Some(one) = of_task(typed) {
            place.is_here(typed)?;
            one
        } else {
            if all.is_none() {
                all = Some(running(place).await?);
            }
            meant(all.as_deref().unwrap_or_default(), typed)?
        };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// The one task that begins so, or has this ARN.
fn meant(all: &[(ClusterId, TaskId)], typed: &str) -> Result<(ClusterId, TaskId), String> {
    let (cluster, id) = match typed.split_once('/') {
        Some((cluster, id)) if !is_arn(typed) => (Some(cluster), id),
        _ => (None, typed),
    };
    if id.len() < TASK_LETTERS {
        return Err(format!("`{typed}` is too short for a task: write at least {TASK_LETTERS} characters"));
    }
    let mut fitting = all.iter().filter(|(home, task)| {
        let fits = task.name().starts_with(id) || task.as_str() == id;
        fits && cluster.is_none_or(|cluster| home.name() == cluster)
    });
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => Err(format!("there is no running task `{typed}`")),
        (Some(one), Some(two)) => {
            let several = [one, two].into_iter().chain(fitting);
            let names = listed(several.map(|(cluster, task)| format!("{}/{}", cluster.name(), task.name())));
            Err(format!("several running tasks begin with `{id}`; write one of {names}"))
        }
    }
}

async fn running(place: Place<'_>) -> Result<Vec<(ClusterId, TaskId)>, String> {
    let mut all = Vec::new();
    for cluster in clusters(place.ask, place.cluster).await? {
        let mut token = None;
        loop {
            let page = place.ask.list_tasks(&cluster, None, false, token).await;
            let page = page.map_err(|failure| unseen("the tasks of", &cluster, &failure))?;
            all.extend(page.items.into_iter().map(|id| (cluster.clone(), id)));
            token = page.next;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(all)
}

/// All clusters, or the one that is wanted.
async fn clusters(ask: &Ask, wanted: Option<&str>) -> Result<Vec<ClusterId>, String> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let page = ask.list_clusters(token).await;
        let page = page.map_err(|failure| format!("could not look for the clusters: {failure}"))?;
        all.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    let Some(wanted) = wanted else { return Ok(all) };
    let found = all.iter().find(|id| id.name() == wanted || id.as_str() == wanted);
    found.cloned().map(|id| vec![id]).ok_or_else(|| {
        let near = nearest(wanted, all.iter().map(ClusterId::name)).map(str::to_owned);
        match near {
            Some(near) => format!("there is no cluster `{wanted}`; did you mean `{near}`?"),
            None => format!(
                "there is no cluster `{wanted}`; there are {}",
                listed(all.iter().map(|id| id.name().to_owned()))
            ),
        }
    })
}

fn unseen(what: &str, cluster: &ClusterId, failure: &Failure) -> String {
    format!("could not look for {what} cluster {}: {failure}", cluster.name())
}

impl Place<'_> {
    /// An ARN of another Region would be asked for in vain.
    fn is_here(&self, arn: &str) -> Result<(), String> {
        match region(arn) {
            Some(other) if other != self.region => {
                Err(format!("this ARN is of {other}, and {} is asked; pass --region {other}", self.region))
            }
            _ => Ok(()),
        }
    }
}

fn is_arn(typed: &str) -> bool {
    typed.starts_with("arn:")
}

/// `arn:aws:ecs:REGION:ACCOUNT:service-deployment/CLUSTER/SERVICE/ID` names all three.
fn of_deployment(arn: &str) -> Option<Named> {
    let (stem, path) = arn.split_once(":service-deployment/")?;
    let mut parts = path.splitn(3, '/');
    let (cluster, service) = (parts.next()?, parts.next()?);
    parts.next()?;
    let cluster = ClusterId::new(format!("{stem}:cluster/{cluster}"));
    Some(Named { service: cluster.service(service), cluster, deployment: Some(DeploymentId::new(arn)) })
}

/// The cluster that the ARN of a task names; those from before 2018 do not.
fn of_task(arn: &str) -> Option<(ClusterId, TaskId)> {
    let (stem, path) = arn.split_once(":task/")?;
    let (cluster, _) = path.split_once('/')?;
    Some((ClusterId::new(format!("{stem}:cluster/{cluster}")), TaskId::new(arn)))
}

/// `a, b or 3 more`.
fn listed(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_where_it_belongs() {
        let named =
            of_deployment("arn:aws:ecs:eu-west-1:1:service-deployment/payments/auth-api/a1b2").unwrap();
        assert_eq!(named.cluster.as_str(), "arn:aws:ecs:eu-west-1:1:cluster/payments");
        assert_eq!(named.service.as_str(), "arn:aws:ecs:eu-west-1:1:service/payments/auth-api");
        assert_eq!(of_deployment("arn:aws:ecs:eu-west-1:1:service/payments/auth-api"), None);
        let (cluster, _) = of_task("arn:aws:ecs:eu-west-1:1:task/payments/0a1b").unwrap();
        assert_eq!(cluster.name(), "payments");
        assert_eq!(of_task("0a1b2c3d"), None);
    }

    #[test]
    fn a_task_is_known_by_its_beginning() {
        let task = |cluster: &str, id: &str| {
            let stem = "arn:aws:ecs:eu-west-1:1";
            (
                ClusterId::new(format!("{stem}:cluster/{cluster}")),
                TaskId::new(format!("{stem}:task/{cluster}/{id}")),
            )
        };
        let all = [task("web", "aaaa1111"), task("web", "aaaa2222"), task("core", "bbbb1111")];
        assert_eq!(meant(&all, "bbbb").unwrap(), all[2]);
        assert_eq!(meant(&all, "web/aaaa2").unwrap(), all[1]);
        assert_eq!(meant(&all, all[0].1.as_str()).unwrap(), all[0]);
        for (typed, expected) in [
            ("bbb", "too short"),
            ("cccc", "there is no running task `cccc`"),
            ("core/aaaa1", "there is no running task"),
            ("aaaa", "write one of web/aaaa1111, web/aaaa2222"),
        ] {
            let sentence = meant(&all, typed).unwrap_err();
            assert!(sentence.contains(expected), "{sentence}");
        }
    }
}
