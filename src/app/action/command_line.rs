//! The command of the AWS CLI that would do the same, to be read, copied and learnt from.

use super::Change;
use super::appspec::json_string;
use super::shift::{Release, Spec, Waiting};
use crate::fleet::scaling::ResourceId;

/// `aws ecs update-service --cluster payments --service cart-api --desired-count 14`
pub fn command_line(change: &Change, reason: Option<&str>) -> String {
    let cluster = change.cluster().name();
    let service = change.service().map_or("", |service| service.name());
    let update = format!("aws ecs update-service --cluster {cluster} --service {service}");
    let register = |service| {
        let resource = ResourceId::of(change.cluster(), service);
        format!(
            "aws application-autoscaling register-scalable-target --service-namespace ecs \
             --scalable-dimension ecs:service:DesiredCount --resource-id {}",
            resource.as_str()
        )
    };
    match change {
        Change::Scale { desired, .. } => format!("{update} --desired-count {desired}"),
        Change::Redeploy { .. } => format!("{update} --force-new-deployment"),
        Change::Deploy { definition, .. } => format!("{update} --task-definition {}", definition.name()),
        Change::StopTask { task, .. } => {
            let reason = reason.map_or_else(String::new, |reason| format!(" --reason {}", quoted(reason)));
            format!("aws ecs stop-task --cluster {cluster} --task {}{reason}", task.name())
        }
        Change::RollBack { deployment, .. } => format!(
            "aws ecs stop-service-deployment --service-deployment-arn {} --stop-type ROLLBACK",
            deployment.as_str()
        ),
        Change::Range { service, min, max, .. } => {
            format!("{} --min-capacity {min} --max-capacity {max}", register(service))
        }
        Change::Suspend { service, suspension, .. } => format!(
            "{} --suspended-state DynamicScalingInSuspended={},DynamicScalingOutSuspended={},\
             ScheduledScalingSuspended={}",
            register(service),
            suspension.scale_in,
            suspension.scale_out,
            suspension.scheduled
        ),
        Change::Continue { waiting: Waiting::Hook { deployment, hook }, .. } => {
            answer(deployment.as_str(), hook, "CONTINUE")
        }
        Change::Refuse { deployment, hook, .. } => answer(deployment.as_str(), hook, "ROLLBACK"),
        Change::Continue { waiting: Waiting::Ready(id), .. } => go_on(id.as_str(), "READY_WAIT"),
        Change::RemoveBlue { deployment, .. } => go_on(deployment.as_str(), "TERMINATION_WAIT"),
        Change::StopShift { deployment, back, .. } => {
            let no = if *back { "" } else { "no-" };
            let id = deployment.as_str();
            format!("aws deploy stop-deployment --deployment-id {id} --{no}auto-rollback-enabled")
        }
        Change::Release { release, .. } => create(release, &quoted(&revision(&release.spec))),
    }
}

/// The same with the AppSpec left out, which is long.
pub fn short_command_line(change: &Change, reason: Option<&str>) -> String {
    match change {
        Change::Release { release, .. } => create(release, "...   (y copies it with the AppSpec)"),
        other => command_line(other, reason),
    }
}

fn answer(deployment: &str, hook: &str, action: &str) -> String {
    format!(
        "aws ecs continue-service-deployment --service-deployment-arn {deployment} --hook-id {} --action {action}",
        quoted(hook)
    )
}

fn go_on(id: &str, wait: &str) -> String {
    format!("aws deploy continue-deployment --deployment-id {id} --deployment-wait-type {wait}")
}

fn create(release: &Release, revision: &str) -> String {
    let mut line = format!(
        "aws deploy create-deployment --application-name {} --deployment-group-name {}",
        quoted(&release.group.application),
        quoted(&release.group.name)
    );
    if let Some(config) = &release.config {
        line.push_str(" --deployment-config-name ");
        line.push_str(&quoted(config));
    }
    if release.ignores_alarms {
        line.push_str(" --override-alarm-configuration enabled=false");
    }
    format!("{line} --revision {revision}")
}

/// The parameter `--revision`, as JSON.
fn revision(spec: &Spec) -> String {
    match spec {
        Spec::Content(content) => format!(
            "{{\"revisionType\":\"AppSpecContent\",\"appSpecContent\":{{\"content\":{}}}}}",
            json_string(content)
        ),
        Spec::S3 { bucket, key } => {
            let is_json = key.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
            let kind = if is_json { "JSON" } else { "YAML" };
            format!(
                "{{\"revisionType\":\"S3\",\"s3Location\":{{\"bucket\":{},\"key\":{},\"bundleType\":\"{kind}\"}}}}",
                json_string(bucket),
                json_string(key)
            )
        }
    }
}

/// One word for a POSIX shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_word_for_the_shell() {
        for (text, expected) in [
            ("INC-2231", "INC-2231"),
            ("leaking memory", "'leaking memory'"),
            ("it's; rm -rf", r"'it'\''s; rm -rf'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
