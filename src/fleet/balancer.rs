//! The load balancer's side of a service: target groups, the health of their targets, and where listeners send traffic.

use super::id::Text;
use super::percent::Percent;

/// The ARN of a target group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetGroupId(pub Text);

impl TargetGroupId {
    pub fn new(arn: impl Into<Text>) -> Self {
        Self(arn.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name: `arn:…:targetgroup/NAME/ID`.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').nth(1).unwrap_or(&self.0)
    }

    /// `targetgroup/NAME/ID`, the value of CloudWatch's dimension `TargetGroup`.
    pub fn dimension(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or(&self.0)
    }
}

/// How to ask for a target group: CodeDeploy gives names, ECS gives ARNs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetGroupKey {
    Id(TargetGroupId),
    Name(Text),
}

impl TargetGroupKey {
    pub fn name(&self) -> &str {
        match self {
            Self::Id(id) => id.name(),
            Self::Name(name) => name,
        }
    }
}

/// One target group (`DescribeTargetGroups`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    pub id: TargetGroupId,
    pub name: Text,
    /// `HTTP`, `TCP`, …
    pub protocol: Option<Text>,
    pub port: Option<u32>,
    /// `GET /health on traffic-port, 200-299`, in the API's values: path, port, matcher.
    pub health_path: Option<Text>,
    pub health_port: Option<Text>,
    pub matcher: Option<Text>,
    /// The load balancers that use it; none means that no traffic reaches it.
    pub balancers: Vec<Text>,
}

impl TargetGroup {
    /// CloudWatch has requests, errors and response times of an Application Load Balancer only.
    pub fn has_request_metrics(&self) -> bool {
        self.balancers.iter().any(|arn| arn.contains(":loadbalancer/app/"))
    }

    /// `app/NAME/ID`, the value of CloudWatch's dimension `LoadBalancer`.
    pub fn balancer_dimension(&self) -> Option<&str> {
        self.balancers.first()?.split_once(":loadbalancer/").map(|(_, tail)| tail)
    }
}

/// How a target stands (`TargetHealth.State`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TargetState {
    Initial,
    Healthy,
    Unhealthy,
    Draining,
    Unused,
    Unavailable,
    Other(Text),
}

impl TargetState {
    pub fn parse(word: &str) -> Self {
        match word {
            "initial" => Self::Initial,
            "healthy" => Self::Healthy,
            "unhealthy" => Self::Unhealthy,
            "draining" => Self::Draining,
            "unused" => Self::Unused,
            "unavailable" => Self::Unavailable,
            other => Self::Other(other.into()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Initial => "initial",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Draining => "draining",
            Self::Unused => "unused",
            Self::Unavailable => "unavailable",
            Self::Other(word) => word,
        }
    }
}

/// One target with its health (`DescribeTargetHealth`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// For Fargate the task's private IP.
    pub id: Text,
    pub port: Option<u32>,
    pub zone: Option<Text>,
    pub state: TargetState,
    /// `Target.FailedHealthChecks`, …; a healthy target has none.
    pub reason: Option<Text>,
    pub description: Option<Text>,
}

/// The ARN of a listener or of a listener's rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub Text);

impl RouteId {
    pub fn new(arn: impl Into<Text>) -> Self {
        Self(arn.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A rule of an Application Load Balancer; else a whole listener.
    pub fn is_rule(&self) -> bool {
        self.0.contains(":listener-rule/")
    }
}

/// Where one listener or rule sends its traffic (`DescribeListeners`, `DescribeRules`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub id: RouteId,
    /// The listener's port; a rule does not tell it.
    pub port: Option<u32>,
    pub protocol: Option<Text>,
    /// Its default action and, for a listener, its rules.
    pub forwards: Vec<Forward>,
}

/// One action that forwards: target groups with their weights, 0 to 999.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The ARN of the rule; `None` for the listener's default action.
    pub rule: Option<Text>,
    pub weights: Vec<(TargetGroupId, u32)>,
}

impl Route {
    /// The share of its traffic that goes to a target group, by the first action that names it or its partner.
    ///
    /// `None`: nothing here sends traffic to either of them.
    pub fn share(&self, of: &TargetGroupId, partner: Option<&TargetGroupId>) -> Option<Percent> {
        let named = |id: &TargetGroupId| id == of || Some(id) == partner;
        let forward = self.forwards.iter().find(|forward| forward.weights.iter().any(|(id, _)| named(id)))?;
        let whole: u32 = forward.weights.iter().map(|(_, weight)| weight).sum();
        let part: u32 = forward.weights.iter().filter(|(id, _)| id == of).map(|(_, weight)| weight).sum();
        Percent::of(part, whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_tell_names_and_dimensions() {
        let id =
            TargetGroupId::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-orders-b/73e2d6bc");
        assert_eq!((id.name(), id.dimension()), ("tg-orders-b", "targetgroup/tg-orders-b/73e2d6bc"));
        assert!(RouteId::new("arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/x/1/2/3").is_rule());
        assert!(!RouteId::new("arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/x/1/2").is_rule());
    }

    #[test]
    fn a_share_is_normalised_by_the_sum_of_the_weights() {
        let (blue, green) = (TargetGroupId::new("b"), TargetGroupId::new("g"));
        let forward = |weights: &[(&TargetGroupId, u32)]| Forward {
            rule: None,
            weights: weights.iter().map(|(id, weight)| ((*id).clone(), *weight)).collect(),
        };
        let route = |forwards| Route { id: RouteId::new("l"), port: None, protocol: None, forwards };
        let split = route(vec![forward(&[(&blue, 90), (&green, 10)])]);
        assert_eq!(split.share(&green, Some(&blue)), Some(Percent::new(10.0)));
        let whole = route(vec![forward(&[(&blue, 1)])]);
        assert_eq!(whole.share(&green, Some(&blue)), Some(Percent::NONE));
        assert_eq!(whole.share(&green, None), None);
        assert_eq!(
            route(vec![forward(&[(&blue, 0)])]).share(&blue, None),
            None,
            "weights of zero send nothing"
        );
    }
}
