//! An alarm as DescribeAlarms shows it, and which alarms there are.

use std::borrow::Cow;

use super::super::super::Millis;
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::alarm::AlarmState;
use super::super::super::world::balancer::Slot;
use super::super::super::world::metric::{GroupMeasure, Series, ServiceMeasure};
use super::super::super::world::scaling::{self, Side};
use super::super::super::world::service::Service;
use super::series::{BALANCERS, SERVICES, dimensions};

/// An alarm, wherever it comes from.
#[derive(Clone, Debug)]
pub struct Shown<'w> {
    pub name: Cow<'w, str>,
    pub state: AlarmState,
    /// When it came into its state.
    pub changed: Millis,
    /// Of a composite alarm.
    pub rule: Option<&'w str>,
    /// What a metric alarm watches.
    watches: Option<Watched<'w>>,
}

#[derive(Clone, Copy, Debug)]
struct Watched<'w> {
    service: &'w Service,
    /// The percentage and side of a target tracking policy; other alarms watch the errors of their service.
    tracking: Option<(u32, Side)>,
}

/// The alarms of the story by name, then those of target tracking policies.
pub fn every(world: &World) -> impl Iterator<Item = Shown<'_>> {
    let told = world.alarms.iter().map(|alarm| Shown {
        name: Cow::Borrowed(&*alarm.name),
        state: alarm.state,
        changed: alarm.changed,
        rule: alarm.rule.as_deref(),
        watches: watcher(world, &alarm.name).map(|service| Watched { service, tracking: None }),
    });
    let tracking = world.scaling.iter().flat_map(move |(key, target)| {
        let policies = target.policies.iter().flat_map(|policy| [(policy, Side::High), (policy, Side::Low)]);
        policies.map(move |(policy, side)| Shown {
            name: Cow::Owned(scaling::alarm(world, *key, policy, side)),
            state: target.alarm_state(policy, side),
            // Guess: the simulation does not remember when.
            changed: policy.created,
            rule: None,
            watches: world
                .service(*key)
                .map(|service| Watched { service, tracking: Some((policy.target, side)) }),
        })
    });
    told.chain(tracking)
}

/// The first service whose deployments an alarm watches over.
fn watcher<'w>(world: &'w World, name: &str) -> Option<&'w Service> {
    let watches = |service: &&Service| {
        let alarms = service.settings.alarms.as_deref();
        alarms.is_some_and(|alarms| alarms.names.iter().any(|known| &**known == name))
    };
    world.services.iter().find(watches)
}

fn common(o: &mut Object<'_>, world: &World, alarm: &Shown<'_>, reason: &str) {
    o.text("AlarmName", &alarm.name)
        .text("AlarmArn", world.place.arn("cloudwatch", format_args!("alarm:{}", alarm.name)))
        .flag("ActionsEnabled", true)
        .none("OKActions")
        .none("AlarmActions")
        .none("InsufficientDataActions")
        .text("StateValue", alarm.state.word())
        .text("StateReason", reason)
        .time("StateUpdatedTimestamp", alarm.changed)
        .time("StateTransitionedTimestamp", alarm.changed)
        .time("AlarmConfigurationUpdatedTimestamp", alarm.changed.min(world.now) - 30 * 86_400_000);
}

pub fn composite(o: &mut Object<'_>, world: &World, alarm: &Shown<'_>) {
    // Guess: the words.
    let reason = format!("The alarm rule evaluates to {}.", alarm.state.word());
    common(o, world, alarm, &reason);
    o.text("AlarmRule", alarm.rule.unwrap_or_default());
}

/// What a metric alarm watches and when it fires.
struct Condition {
    series: Option<Series>,
    namespace: &'static str,
    metric: &'static str,
    /// A percentile is an extended statistic.
    statistic: &'static str,
    threshold: String,
    comparison: &'static str,
    points: u32,
}

/// Alarms of target tracking have their policy's condition. Of the others their name decides: errors of a target
/// group, or its response time if the name speaks of latency; CPU where there is no load balancer.
fn condition(alarm: &Shown<'_>) -> Condition {
    let comparison = "GreaterThanThreshold";
    let Some(Watched { service, tracking }) = alarm.watches else {
        let (namespace, metric, statistic) = (SERVICES, "CPUUtilization", "Average");
        let threshold = "90.0".to_owned();
        return Condition { series: None, namespace, metric, statistic, threshold, comparison, points: 3 };
    };
    let (key, slot) = (service.key, Slot::First);
    let group = |measure| Some(Series::Group { service: key, slot, measure });
    if tracking.is_none() && service.settings.balanced {
        let slow = alarm.name.contains("latency");
        let (metric, statistic, threshold, measure) = if slow {
            ("TargetResponseTime", "p95", "0.5", GroupMeasure::ResponseTime)
        } else {
            ("HTTPCode_Target_5XX_Count", "Sum", "10.0", GroupMeasure::Errors)
        };
        let (series, namespace, threshold) = (group(measure), BALANCERS, threshold.to_owned());
        return Condition { series, namespace, metric, statistic, threshold, comparison, points: 3 };
    }
    let (threshold, comparison, points) = match tracking {
        None => (90, comparison, 3),
        Some((target, Side::High)) => (target, comparison, 3),
        Some((target, Side::Low)) => (target * 9 / 10, "LessThanThreshold", 15),
    };
    let series = Some(Series::Service { service: key, measure: ServiceMeasure::Cpu });
    let (namespace, metric, statistic) = (SERVICES, "CPUUtilization", "Average");
    Condition {
        series,
        namespace,
        metric,
        statistic,
        threshold: format!("{threshold}.0"),
        comparison,
        points,
    }
}

pub fn metric(o: &mut Object<'_>, world: &World, alarm: &Shown<'_>) {
    let Condition { series, namespace, metric, statistic, threshold, comparison, points } = condition(alarm);
    // Guess: the words, which in AWS list the points.
    let reason = match alarm.state {
        AlarmState::Ok => format!("Threshold not crossed: the threshold is {threshold}."),
        AlarmState::Alarm => {
            format!("Threshold Crossed: {points} datapoints crossed the threshold ({threshold}).")
        }
        AlarmState::InsufficientData => "Insufficient Data: no datapoints were received.".to_owned(),
    };
    common(o, world, alarm, &reason);
    let tracking = alarm.watches.is_some_and(|watched| watched.tracking.is_some());
    let dimensions = series.and_then(|series| dimensions(world, series));
    o.text("MetricName", metric)
        .text("Namespace", namespace)
        .text(if statistic.starts_with('p') { "ExtendedStatistic" } else { "Statistic" }, statistic)
        .pairs("Dimensions", ("Name", "Value"), dimensions.into_iter().flatten())
        .number("Period", 60)
        .number("EvaluationPeriods", points)
        .number("DatapointsToAlarm", points)
        .number("Threshold", threshold)
        .text("ComparisonOperator", comparison)
        .text("TreatMissingData", if tracking { "missing" } else { "notBreaching" });
}
