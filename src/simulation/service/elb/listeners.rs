//! DescribeListeners and DescribeRules, with the weights that are live.

use super::super::super::wire::Refusal;
use super::super::super::wire::xml::Element;
use super::super::super::world::balancer::names::{self, Listener, Owner, Rule};
use super::super::super::world::balancer::{Kind, Slot, Traffic, Weights, find, slots, weights};
use super::super::super::world::{ServiceKey, World};
use super::{Question, all, invalid, no_balancer, no_listener, no_rule};

pub fn describe(question: Question<'_>) -> Result<String, Refusal> {
    let (world, input) = (question.world, question.input);
    let arns = question.few("ListenerArns", 400)?;
    let found: Vec<_> = match input.text("LoadBalancerArn")? {
        // AWS's words.
        None if arns.is_empty() => {
            return Err(invalid("You must specify either listener ARNs or a load balancer ARN"));
        }
        None => all(&arns, |arn| find::listener(world, arn), |_| no_listener())?,
        Some(arn) => {
            let owner = find::balancer(world, arn).ok_or_else(|| no_balancer(arn))?;
            find::listeners(world, owner).collect()
        }
    };
    question.page("Listeners", found, |e, listener| write(e, world, listener))
}

pub fn describe_rules(question: Question<'_>) -> Result<String, Refusal> {
    let (world, input) = (question.world, question.input);
    let arns = question.few("RuleArns", 400)?;
    let found: Vec<_> = match input.text("ListenerArn")? {
        // Guess: the words.
        None if arns.is_empty() => {
            return Err(invalid("You must specify either listener rule ARNs or a listener ARN"));
        }
        None => all(&arns, |arn| find::rule(world, arn), |_| no_rule())?,
        Some(arn) => {
            let listener = find::listener(world, arn).ok_or_else(no_listener)?;
            find::rules(world, listener).collect()
        }
    };
    question.page("Rules", found, |e, rule| write_rule(e, world, rule))
}

fn write(e: &mut Element<'_>, world: &World, listener: Listener) {
    let application = names::kind(world, listener.owner) == Kind::Application;
    let test = listener.traffic == Traffic::Test;
    let (port, protocol) = match (application, test) {
        (true, false) => (443, "HTTPS"),
        (true, true) => (8443, "HTTPS"),
        (false, false) => (80, "TCP"),
        (false, true) => (8080, "TCP"),
    };
    e.text("ListenerArn", names::listener_arn(world, listener))
        .text("LoadBalancerArn", names::balancer_arn(world, listener.owner))
        .text("Port", port)
        .text("Protocol", protocol);
    if application {
        let certificate = "certificate/6f1a7f1e-7c1b-4d0a-9a52-0f2c3c1f7d11";
        e.list("Certificates", [certificate], |e, certificate| {
            e.text("CertificateArn", world.place.arn("acm", certificate));
        })
        .text("SslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06");
    }
    e.list("DefaultActions", [()], |e, ()| default_action(e, world, listener));
}

/// Load balancers of a single service forward to it; those of a cluster have a rule for each service.
fn default_action(e: &mut Element<'_>, world: &World, listener: Listener) {
    match listener.owner {
        Owner::Service(key) => forward(e, world, key, listener.traffic),
        Owner::Cluster(_) => {
            e.text("Type", "fixed-response").text("Order", 1).element("FixedResponseConfig", |e| {
                e.text("MessageBody", "Not found")
                    .text("StatusCode", "404")
                    .text("ContentType", "text/plain");
            });
        }
    }
}

fn write_rule(e: &mut Element<'_>, world: &World, rule: Rule) {
    let place = |key: ServiceKey| {
        let before = find::rules(world, rule.listener).position(|other| other.service == Some(key));
        (before.unwrap_or_default() + 1) * 10
    };
    e.text("RuleArn", names::rule_arn(world, rule));
    let Some(key) = rule.service else {
        e.text("Priority", "default")
            .element("Conditions", |_| {})
            .list("Actions", [()], |e, ()| default_action(e, world, rule.listener))
            .text("IsDefault", true);
        return;
    };
    let host = format!("{}.example.com", world.service(key).map_or("", |service| &*service.name));
    e.text("Priority", place(key))
        .list("Conditions", [&host], |e, host| {
            e.text("Field", "host-header").texts("Values", [host]).element("HostHeaderConfig", |e| {
                e.texts("Values", [host]);
            });
        })
        .list("Actions", [()], |e, ()| forward(e, world, key, rule.listener.traffic))
        .text("IsDefault", false);
}

/// A forward action. One with a single target group names it twice, as AWS does.
fn forward(e: &mut Element<'_>, world: &World, key: ServiceKey, traffic: Traffic) {
    let live = weights(world, key, traffic).unwrap_or(Weights::all(Slot::First));
    let group = |slot| names::group_arn(world, key, slot).unwrap_or_default();
    let slots: Vec<_> = slots(world, key).collect();
    e.text("Type", "forward");
    if let [slot] = slots.as_slice() {
        e.text("TargetGroupArn", group(*slot));
    }
    e.text("Order", 1).element("ForwardConfig", |e| {
        let single = slots.len() == 1;
        e.list("TargetGroups", &slots, |e, slot| {
            e.text("TargetGroupArn", group(*slot)).text("Weight", if single { 1 } else { live.of(*slot) });
        })
        .element("TargetGroupStickinessConfig", |e| {
            e.text("Enabled", false);
        });
    });
}
