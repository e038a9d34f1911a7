//! Throttling by token buckets: those that ECS documents (AWS.md §1.7), and one for each other service.

use std::collections::BTreeMap;

use super::Millis;

/// How much of each bucket is left, and when that was.
#[derive(Debug, Default)]
pub struct Buckets(BTreeMap<&'static str, (f64, Millis)>);

/// A bucket: its name, how many requests it holds and how many it gains in a second.
type Bucket = (&'static str, f64, f64);

/// The bucket of an operation; operations that the documentation does not list have none.
fn bucket(region: &str, service: &str, operation: &str) -> Option<Bucket> {
    match service {
        "ecs" => {}
        // The account's bucket over all calls; it is emptied before that of the reading ones.
        "elasticloadbalancing" => return Some(("load balancing", 40.0, 10.0)),
        // Guess: nothing is published (AWS.md §2.7).
        "codedeploy" => return Some(("codedeploy", 20.0, 5.0)),
        // The documentation has a rate only. Guess: the bucket holds one second of it.
        "cloudwatch" => {
            return matches!(operation, "DescribeAlarms" | "DescribeAlarmsForMetric").then_some((
                "alarm read",
                9.0,
                9.0,
            ));
        }
        "logs" => return logs(region, operation),
        _ => return None,
    }
    Some(match operation {
        "DescribeClusters" | "ListClusters" => ("cluster read", 50.0, 20.0),
        "DescribeServices" | "ListServices" => ("service read", 100.0, 20.0),
        "DescribeTasks" | "ListTasks" => ("cluster resource read", 100.0, 20.0),
        "DescribeTaskDefinition" | "ListTaskDefinitions" | "ListTaskDefinitionFamilies" => {
            ("task definition read", 50.0, 20.0)
        }
        "DescribeServiceDeployments" | "ListServiceDeployments" => ("service deployment", 50.0, 20.0),
        "DescribeServiceRevisions" => ("service revision", 50.0, 20.0),
        "CreateService" | "UpdateService" | "DeleteService" => ("service modify", 50.0, 5.0),
        "RunTask" | "StopTask" => ("cluster resource modify", 100.0, 40.0),
        "GetTaskProtection" | "UpdateTaskProtection" => ("task protection", 200.0, 80.0),
        "CreateCluster" | "DeleteCluster" => ("cluster modify", 20.0, 1.0),
        "RegisterTaskDefinition" | "DeregisterTaskDefinition" => ("task definition modify", 20.0, 1.0),
        _ => return None,
    })
}

/// Those of CloudWatch Logs differ from Region to Region (AWS.md §4.2). Guess: each holds one second of its rate.
fn logs(region: &str, operation: &str) -> Option<Bucket> {
    let (name, rate) = match operation {
        "FilterLogEvents" => match region {
            "us-east-1" => ("filter events, most", 25.0),
            "eu-central-1" => ("filter events, few", 5.0),
            _ => ("filter events", 10.0),
        },
        "GetLogEvents" => match region {
            "us-west-2" | "eu-central-1" | "eu-west-1" => ("get events, few", 10.0),
            "eu-west-3" => ("get events, most", 30.0),
            _ => ("get events", 25.0),
        },
        "DescribeLogStreams" => ("log streams", 25.0),
        "DescribeLogGroups" => ("log groups", 10.0),
        "StartLiveTail" => ("live tail", 5.0),
        _ => return None,
    };
    Some((name, rate, rate))
}

impl Buckets {
    /// Takes a token for an operation; false if there is none.
    pub fn take(&mut self, now: Millis, region: &str, service: &str, operation: &str) -> bool {
        let Some((name, burst, refill)) = bucket(region, service, operation) else { return true };
        let (left, since) = self.0.entry(name).or_insert((burst, now));
        #[expect(clippy::cast_precision_loss, reason = "spans of time between requests are small")]
        let gained = (now - *since).max(0) as f64 / 1000.0 * refill;
        *left = (*left + gained).min(burst);
        *since = now.max(*since);
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_refill() {
        let mut buckets = Buckets::default();
        let taken = |buckets: &mut Buckets, now| {
            (0..300).filter(|_| buckets.take(now, "eu-west-1", "ecs", "ListServices")).count()
        };
        assert_eq!(taken(&mut buckets, 0), 100);
        assert_eq!(taken(&mut buckets, 1_000), 20);
        assert!(buckets.take(1_000, "eu-west-1", "ecs", "ListTasks"));
    }
}
