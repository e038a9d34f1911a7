//! Which metric a namespace, a name and dimensions mean, and what a metric is called.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::world::World;
use super::super::super::world::balancer::{find, names};
use super::super::super::world::metric::{GroupMeasure, Series, ServiceMeasure};
use super::missing;

pub const BALANCERS: &str = "AWS/ApplicationELB";
pub const SERVICES: &str = "AWS/ECS";

/// A metric as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
    pub dimensions: Vec<(&'a str, &'a str)>,
}

impl<'a> Named<'a> {
    pub fn read(metric: Input<'a>) -> Result<Self, Refusal> {
        let namespace = metric.text("Namespace")?.ok_or_else(|| missing("Namespace"))?;
        let name = metric.text("MetricName")?.ok_or_else(|| missing("MetricName"))?;
        let mut dimensions = Vec::new();
        for dimension in metric.objects("Dimensions")? {
            let key = dimension.text("Name")?.ok_or_else(|| missing("Name"))?;
            dimensions.push((key, dimension.text("Value")?.ok_or_else(|| missing("Value"))?));
        }
        Ok(Self { namespace, name, dimensions })
    }

    fn dimension(&self, key: &str) -> Option<&'a str> {
        self.dimensions.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// The series with exactly these dimensions. One that does not exist has no data, which is no error.
    pub fn find(&self, world: &World) -> Option<Series> {
        if self.dimensions.len() != 2 {
            return None;
        }
        match self.namespace {
            BALANCERS => {
                let (_, measure) = GroupMeasure::ALL.into_iter().find(|(name, _)| *name == self.name)?;
                let group = self.dimension("TargetGroup")?;
                let arn = world.place.arn("elasticloadbalancing", group).to_string();
                let (service, slot) = find::group(world, &arn)?;
                let balancer = balancer_tail(world, Series::Group { service, slot, measure })?;
                let same = self.dimension("LoadBalancer")? == balancer;
                same.then_some(Series::Group { service, slot, measure })
            }
            SERVICES => {
                let (_, measure) = ServiceMeasure::ALL.into_iter().find(|(name, _)| *name == self.name)?;
                let cluster = world.cluster_named(self.dimension("ClusterName")?)?;
                let service = world.service_named(cluster.key, self.dimension("ServiceName")?)?;
                Some(Series::Service { service: service.key, measure })
            }
            _ => None,
        }
    }
}

/// `app/<name>/<digits>`, the value of the dimension `LoadBalancer`; Network Load Balancers have another namespace.
pub fn balancer_tail(world: &World, series: Series) -> Option<String> {
    let Series::Group { service, .. } = series else { return None };
    let arn = names::balancer_arn(world, names::owner_of(world, service)?);
    let (_, tail) = arn.split_once(":loadbalancer/")?;
    tail.starts_with("app/").then(|| tail.to_owned())
}

/// The dimensions of a series, by name and value.
pub fn dimensions(world: &World, series: Series) -> Option<[(&'static str, String); 2]> {
    match series {
        Series::Group { service, slot, .. } => Some([
            ("TargetGroup", names::group(world, service, slot)?),
            ("LoadBalancer", balancer_tail(world, series)?),
        ]),
        Series::Service { service, .. } => {
            let service = world.service(service)?;
            let cluster = world.cluster(service.cluster)?;
            Some([("ServiceName", service.name.to_string()), ("ClusterName", cluster.name.to_string())])
        }
    }
}
