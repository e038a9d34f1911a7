//! The AppSpec of a new deployment: that of an earlier one where there is any, else built from the service.

use super::shift::Spec;
use crate::fleet::Fleet;
use crate::fleet::codedeploy::{CodeDeployment, GroupId, Revision};
use crate::fleet::id::{DefinitionId, Text};
use crate::fleet::service::Service;

/// How an AppSpec came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An earlier deployment was made of exactly this.
    Earlier,
    /// That of an earlier deployment with another task definition in it.
    Adapted,
    /// Made from what is known of the service: functions that an earlier one named are not in it.
    Built,
}

/// The AppSpec that brings a task definition, or why there is none.
pub fn spec(
    fleet: &Fleet,
    service: &Service,
    group: &GroupId,
    definition: &DefinitionId,
) -> Result<(Spec, Origin), String> {
    let known = revisions(fleet, group);
    if let Some(spec) = known.iter().filter(|it| it.definition.as_ref() == Some(definition)).find_map(given) {
        return Ok((spec, Origin::Earlier));
    }
    let adapted = known.iter().find_map(|revision| {
        let (content, from) = (revision.content.as_ref()?, revision.definition.as_ref()?);
        // It may be named by its ARN or in short.
        let whole = replaced(content, from.as_str(), definition.as_str());
        whole.or_else(|| replaced(content, from.name(), definition.as_str()))
    });
    if let Some(content) = adapted {
        return Ok((Spec::Content(content.into()), Origin::Adapted));
    }
    built(service, definition).map(|content| (Spec::Content(content.into()), Origin::Built))
}

/// What the deployments of a group were made of, the newest first.
pub fn revisions(fleet: &Fleet, group: &GroupId) -> Vec<Revision> {
    let mut of_group: Vec<&CodeDeployment> = fleet
        .codedeployments()
        .map(AsRef::as_ref)
        .filter(|deployment| deployment.group.as_ref() == Some(group))
        .collect();
    of_group.sort_by_key(|deployment| std::cmp::Reverse(deployment.created));
    let both = of_group.iter().flat_map(|deployment| [&deployment.revision, &deployment.previous]);
    both.flatten().cloned().collect()
}

fn given(revision: &Revision) -> Option<Spec> {
    let content = revision.content.clone().map(Spec::Content);
    content.or_else(|| {
        let (bucket, key) = revision.s3.clone()?;
        Some(Spec::S3 { bucket, key })
    })
}

/// The text with another task definition in the place of its only one; `None` when it names none or several.
fn replaced(content: &str, from: &str, to: &str) -> Option<String> {
    let mut places = content.match_indices(from);
    let (at, _) = places.next()?;
    let (before, rest) = content.split_at(at);
    let after = rest.strip_prefix(from)?;
    // `orders:1` is a part of `orders:12` as well.
    let is_longer = after.starts_with(|next: char| next.is_ascii_digit());
    (places.next().is_none() && !is_longer).then(|| format!("{before}{to}{after}"))
}

/// An AppSpec of what the service is now. The error says what is missing.
fn built(service: &Service, definition: &DefinitionId) -> Result<String, String> {
    let balancer = service.load_balancers.iter().find_map(|it| Some((it.container.as_deref()?, it.port?)));
    let (container, port) = balancer.ok_or_else(|| {
        format!(
            "the AppSpec of {} cannot be had from an earlier deployment, and without a load balancer it cannot \
             be built",
            service.name
        )
    })?;
    let mut properties = vec![
        format!("\"TaskDefinition\":{}", json_string(definition.as_str())),
        format!(
            "\"LoadBalancerInfo\":{{\"ContainerName\":{},\"ContainerPort\":{port}}}",
            json_string(container)
        ),
    ];
    if let Some(version) = &service.platform_version {
        properties.push(format!("\"PlatformVersion\":{}", json_string(version)));
    }
    if let Some(network) = &service.network {
        let mut inner = vec![
            format!("\"Subnets\":{}", list(&network.subnets)),
            format!("\"SecurityGroups\":{}", list(&network.security_groups)),
        ];
        if let Some(public) = network.public_ip {
            let word = if public { "ENABLED" } else { "DISABLED" };
            inner.push(format!("\"AssignPublicIp\":{}", json_string(word)));
        }
        properties
            .push(format!("\"NetworkConfiguration\":{{\"AwsvpcConfiguration\":{{{}}}}}", inner.join(",")));
    }
    if !service.capacity.is_empty() {
        let shares = service.capacity.iter().map(|share| {
            let provider = json_string(&share.provider);
            format!("{{\"CapacityProvider\":{provider},\"Base\":{},\"Weight\":{}}}", share.base, share.weight)
        });
        let shares: Vec<String> = shares.collect();
        properties.push(format!("\"CapacityProviderStrategy\":[{}]", shares.join(",")));
    }
    Ok(format!(
        "{{\"version\":0.0,\"Resources\":[{{\"TargetService\":{{\"Type\":\"AWS::ECS::Service\",\"Properties\":\
         {{{}}}}}}}]}}",
        properties.join(",")
    ))
}

fn list(words: &[Text]) -> String {
    let words: Vec<String> = words.iter().map(|word| json_string(word)).collect();
    format!("[{}]", words.join(","))
}

/// A string of JSON.
pub fn json_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => {
                quoted.extend(format!("\\u{:04x}", u32::from(control)).chars());
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_whole_name_is_replaced() {
        for (content, expected) in [
            ("TaskDefinition: orders:1", Some("TaskDefinition: orders:2")),
            ("\"TaskDefinition\":\"orders:1\"}", Some("\"TaskDefinition\":\"orders:2\"}")),
            ("TaskDefinition: orders:12", None),
            ("a: orders:1\nb: orders:1", None),
            ("TaskDefinition: cart:1", None),
        ] {
            assert_eq!(replaced(content, "orders:1", "orders:2").as_deref(), expected, "{content}");
        }
    }

    #[test]
    fn a_string_is_json() {
        assert_eq!(json_string("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
    }
}
