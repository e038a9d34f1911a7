//! The command of the AWS CLI that would do the same, to be read, copied and learnt from.

use super::Change;
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
