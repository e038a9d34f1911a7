//! ListServiceDeployments, DescribeServiceDeployments and DescribeServiceRevisions.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::Page;
use super::super::super::world::World;
use super::super::super::world::record::Record;
use super::super::super::world::service::Service;
use super::{write_deployment, write_revision};

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let reference = input.required("service", "Service")?;
    let service = super::service(world, cluster, reference)?;
    let statuses = input.texts("status")?;
    let (before, after) = match input.object("createdAt")? {
        Some(range) => (range.time("before")?, range.time("after")?),
        None => (None, None),
    };
    let span = format!("{before:?} {after:?}");
    let question = ["ListServiceDeployments", &*cluster.name, &*service.name, &statuses.join(" "), &span];
    let page = Page::read(input, 20, &question)?;
    let records = service.records.iter().filter(|record| {
        let status = statuses.is_empty() || statuses.contains(&record.status.word());
        status && before.is_none_or(|at| record.created < at) && after.is_none_or(|at| record.created > at)
    });
    let cut = page.cut((0..).zip(records));
    Ok(json::document(|o| {
        o.objects("serviceDeployments", &cut.items, |o, record| {
            write_deployment::brief(o, world, service, record);
        });
        cut.token(o);
    }))
}

/// The service that an ARN of a deployment or revision names: `<kind>/<cluster>/<service>/<id>`.
fn service_of<'w>(world: &'w World, kind: &str, arn: &str) -> Result<Option<&'w Service>, Refusal> {
    let parts: Vec<_> = super::resource(arn).split('/').collect();
    match parts.as_slice() {
        [first, cluster, service, _] if arn.starts_with("arn:") && *first == kind => {
            Ok(world.cluster_named(cluster).and_then(|cluster| world.service_named(cluster.key, service)))
        }
        // Guess: the words.
        _ => Err(Refusal::parameter(format!("Invalid ARN: {arn}"))),
    }
}

/// The service deployment with an ARN, and its service.
pub fn find<'w>(world: &'w World, arn: &str) -> Result<Option<(&'w Service, &'w Record)>, Refusal> {
    let service = service_of(world, "service-deployment", arn)?;
    Ok(service.and_then(|service| {
        let same = |record: &&Record| write_deployment::arn(world, service, record).to_string() == arn;
        Some((service, service.records.iter().find(same)?))
    }))
}

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let arns = input.texts("serviceDeploymentArns")?;
    super::within("ServiceDeploymentArns", arns.len(), 20)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for arn in arns {
        match find(world, arn)? {
            Some(record) => found.push(record),
            None => missing.push(arn),
        }
    }
    Ok(json::document(|o| {
        o.objects("serviceDeployments", found, |o, (service, record)| {
            write_deployment::write(o, world, service, record);
        });
        super::failures(o, missing);
    }))
}

pub fn describe_revisions(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let arns = input.texts("serviceRevisionArns")?;
    super::within("ServiceRevisionArns", arns.len(), 20)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for arn in arns {
        let number = arn.rsplit('/').next().and_then(|digits| digits.parse::<u64>().ok());
        let revision = service_of(world, "service-revision", arn)?
            .and_then(|service| Some((service, service.revision(number?)?)));
        match revision {
            Some(revision) => found.push(revision),
            None => missing.push(arn),
        }
    }
    Ok(json::document(|o| {
        o.objects("serviceRevisions", found, |o, (service, revision)| {
            write_revision::write(o, world, service, revision);
        });
        super::failures(o, missing);
    }))
}
