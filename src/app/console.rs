//! Addresses of the AWS console.

use crate::fleet::id::{account, region, tail};
use crate::fleet::topic::Target;

/// The console's page for a thing; `None` where its ARN does not tell the Region.
pub fn address(target: &Target) -> Option<String> {
    let arn = target.arn();
    let region = region(arn)?;
    account(arn)?;
    let host = match arn.split(':').nth(1)? {
        "aws-cn" => format!("{region}.console.amazonaws.cn"),
        "aws-us-gov" => "console.amazonaws-us-gov.com".to_owned(),
        _ => format!("{region}.console.aws.amazon.com"),
    };
    let path = match target {
        Target::Cluster(id) => format!("clusters/{}/services", id.name()),
        Target::Service(cluster, id) => format!("clusters/{}/services/{}/health", cluster.name(), id.name()),
        Target::Task(cluster, id) => format!("clusters/{}/tasks/{}/configuration", cluster.name(), id.name()),
        Target::Definition(id) => {
            format!("task-definitions/{}/{}", id.family(), tail(arn).rsplit(':').next()?)
        }
    };
    Some(format!("https://{host}/ecs/v2/{path}?region={region}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::id::{ClusterId, ServiceId};

    #[test]
    fn a_service_has_its_page_in_its_partition() {
        let target = |partition: &str| {
            let arn = |kind: &str| format!("arn:{partition}:ecs:eu-west-1:123456789012:{kind}");
            Target::Service(ClusterId::new(arn("cluster/pay")), ServiceId::new(arn("service/pay/api")))
        };
        let page = "ecs/v2/clusters/pay/services/api/health?region=eu-west-1";
        assert_eq!(address(&target("aws")), Some(format!("https://eu-west-1.console.aws.amazon.com/{page}")));
        assert_eq!(
            address(&target("aws-cn")),
            Some(format!("https://eu-west-1.console.amazonaws.cn/{page}"))
        );
    }
}
