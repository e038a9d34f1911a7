//! Elastic Load Balancing: load balancers, target groups and their targets as the query protocol tells them.

use fargate_top::simulation::{Disturbance, Fault, FaultEffect, Outcome};
use serde_json::json;

use super::support::{Caller, list, one_service, story, text, told};

const BEHIND: &str = "tasks = 3, load-balancer = true, health-check = false";

/// The texts of all elements with a name.
pub fn all(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.filter_map(|part| part.split_once(&close)).map(|(inner, _)| inner.to_owned()).collect()
}

pub fn one(xml: &str, name: &str) -> String {
    all(xml, name).into_iter().next().unwrap_or_default()
}

impl Caller {
    /// Status and XML of an answer of Elastic Load Balancing; `fields` as a form has them.
    pub fn try_elb(&self, operation: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let escape =
            |text: &str| text.replace('%', "%25").replace(':', "%3A").replace('/', "%2F").replace(' ', "+");
        let fields = fields.iter().map(|(name, value)| format!("&{name}={}", escape(value)));
        let form = format!("Action={operation}&Version=2015-12-01{}", fields.collect::<String>());
        let request = http::Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .body(form.into())
            .unwrap();
        match self.simulation.answer(self.now, &request).outcome {
            Outcome::Respond(response) => {
                (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
            }
            Outcome::Stream(_) | Outcome::Drop => (0, String::new()),
        }
    }

    pub fn elb(&self, operation: &str, fields: &[(&str, &str)]) -> String {
        let (status, xml) = self.try_elb(operation, fields);
        assert_eq!(status, 200, "{operation}: {xml}");
        xml
    }

    /// The states of the targets of a target group.
    pub fn states(&self, group: &str) -> Vec<String> {
        all(&self.elb("DescribeTargetHealth", &[("TargetGroupArn", group)]), "State")
    }

    fn elb_refusal(&self, operation: &str, fields: &[(&str, &str)]) -> String {
        let (status, xml) = self.try_elb(operation, fields);
        assert_eq!((status, one(&xml, "Type").as_str()), (400, "Sender"), "{operation}: {xml}");
        one(&xml, "Code")
    }
}

fn group_of(caller: &Caller, cluster: &str, service: &str) -> String {
    text(&caller.service(cluster, service)["loadBalancers"][0]["targetGroupArn"]).to_owned()
}

#[test]
fn targets_are_the_tasks_by_address_port_and_zone() {
    let caller = one_service(BEHIND);
    let group = group_of(&caller, "c", "s");
    let xml = caller.elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    let tasks = caller.tasks("c", "s", "RUNNING");
    let addresses: Vec<_> = tasks
        .iter()
        .map(|task| text(&task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]).to_owned())
        .collect();
    let zones: Vec<_> = tasks.iter().map(|task| text(&task["availabilityZone"]).to_owned()).collect();
    assert_eq!((all(&xml, "Id"), all(&xml, "AvailabilityZone")), (addresses.clone(), zones));
    assert_eq!(all(&xml, "State"), ["healthy"; 3]);
    assert_eq!((one(&xml, "Port"), all(&xml, "Reason").len()), ("8080".into(), 0));

    let asked = [
        ("TargetGroupArn", group.as_str()),
        ("Targets.member.1.Id", &addresses[1]),
        ("Targets.member.1.Port", "8080"),
        ("Targets.member.2.Id", "10.9.9.9"),
    ];
    let xml = caller.elb("DescribeTargetHealth", &asked);
    assert_eq!(all(&xml, "State"), ["healthy", "unused"]);
    assert_eq!(one(&xml, "Reason"), "Target.NotRegistered");
}

#[test]
fn a_target_is_checked_at_first_and_drained_at_last() {
    let mut caller = one_service(BEHIND);
    let group = group_of(&caller, "c", "s");
    caller.update(&json!({"desiredCount": 4}));
    let count = |caller: &Caller, state: &str| caller.states(&group).iter().filter(|it| *it == state).count();
    caller.until("a fourth target is checked", 120, |caller| count(caller, "initial") == 1);
    caller.until("it is healthy", 60, |caller| caller.states(&group) == ["healthy"; 4]);
    caller.update(&json!({"desiredCount": 2}));
    caller.until("two are drained", 30, |caller| count(caller, "draining") == 2);
    let xml = caller.elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    assert_eq!(one(&xml, "Reason"), "Target.DeregistrationInProgress");
    caller.until("two are left", 60, |caller| caller.states(&group) == ["healthy"; 2]);
}

#[test]
fn a_target_that_fails_its_checks_says_with_which_code() {
    let mut caller = one_service(BEHIND);
    let group = group_of(&caller, "c", "s");
    let place = |behaviour: &str| Disturbance::Break {
        cluster: "c".into(),
        service: "s".into(),
        behaviour: behaviour.into(),
    };
    caller.disturb(place("failing-health-checks"));
    caller.until("one is unhealthy", 300, |caller| caller.states(&group).iter().any(|it| it == "unhealthy"));
    let xml = caller.elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    let health = all(&xml, "TargetHealth").into_iter().find(|health| health.contains("unhealthy")).unwrap();
    assert_eq!(one(&health, "Reason"), "Target.ResponseCodeMismatch");
    assert_eq!(one(&health, "Description"), "Health checks failed with these codes: [503]");
}

#[test]
fn what_services_name_is_there() {
    let caller = story("incident");
    let groups = caller.elb("DescribeTargetGroups", &[]);
    let known = all(&groups, "TargetGroupArn");
    let mut named = Vec::new();
    for cluster in list(&caller.ask("ListClusters", &json!({}))["clusterArns"]) {
        let names = caller.ask("ListServices", &json!({"cluster": cluster, "maxResults": 100}));
        for some in list(&names["serviceArns"]).chunks(10) {
            let services = caller.ask("DescribeServices", &json!({"cluster": cluster, "services": some}));
            for service in list(&services["services"]) {
                named.extend(list(&service["loadBalancers"]).iter().map(|it| it["targetGroupArn"].clone()));
            }
        }
    }
    assert!(named.len() > 10);
    for group in &named {
        assert!(known.iter().any(|known| known == text(group)), "{group}");
        let xml = caller.elb("DescribeTargetGroups", &[("TargetGroupArns.member.1", text(group))]);
        let name = one(&xml, "TargetGroupName");
        let by_name = caller.elb("DescribeTargetGroups", &[("Names.member.1", &name)]);
        assert_eq!(one(&by_name, "TargetGroupArn"), text(group));
        assert_eq!(
            (one(&xml, "TargetType"), one(&xml, "HealthCheckPort")),
            ("ip".into(), "traffic-port".into())
        );
    }
}

#[test]
fn a_cluster_has_one_load_balancer_with_a_rule_for_each_service() {
    let caller = told(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [\n\
         { name = \"a\", tasks = 1, load-balancer = true },\n{ name = \"b\", tasks = 1, load-balancer = true },\n\
         { name = \"n\", tasks = 1, load-balancer = \"network\" },\n{ name = \"q\", tasks = 1, load-balancer = false }]\n",
    );
    let balancers = caller.elb("DescribeLoadBalancers", &[]);
    assert_eq!(all(&balancers, "LoadBalancerName"), ["c-alb", "n-nlb"]);
    assert_eq!(all(&balancers, "Type"), ["application", "network"]);
    let arns = all(&balancers, "LoadBalancerArn");
    let listeners = caller.elb("DescribeListeners", &[("LoadBalancerArn", &arns[0])]);
    assert_eq!(
        (all(&listeners, "Port"), one(&listeners, "Type")),
        (vec!["443".into()], "fixed-response".into())
    );
    let listener = one(&listeners, "ListenerArn");
    let again = caller.elb("DescribeListeners", &[("ListenerArns.member.1", &listener)]);
    assert_eq!(one(&again, "ListenerArn"), listener);

    let rules = caller.elb("DescribeRules", &[("ListenerArn", &listener)]);
    assert_eq!(all(&rules, "Priority"), ["10", "20", "default"]);
    assert!(
        rules.contains("<Field>host-header</Field><Values><member>a.example.com</member></Values>"),
        "{rules}"
    );
    let arns_of_rules = all(&rules, "RuleArn");
    let rule = caller.elb("DescribeRules", &[("RuleArns.member.1", &arns_of_rules[1])]);
    assert_eq!(one(&rule, "TargetGroupArn"), group_of(&caller, "c", "b"));

    let network = caller.elb("DescribeListeners", &[("LoadBalancerArn", &arns[1])]);
    assert_eq!((one(&network, "Protocol"), one(&network, "Type")), ("TCP".into(), "forward".into()));
    assert_eq!(one(&network, "TargetGroupArn"), group_of(&caller, "c", "n"));
    let groups = caller.elb("DescribeTargetGroups", &[("LoadBalancerArn", &arns[0])]);
    assert_eq!(all(&groups, "TargetGroupName"), ["tg-a", "tg-b"]);
}

#[test]
fn lists_come_in_pages() {
    let caller = story("incident");
    let whole = all(&caller.elb("DescribeTargetGroups", &[]), "TargetGroupArn");
    let mut found = Vec::new();
    let mut marker = String::new();
    loop {
        let mut fields = vec![("PageSize", "7")];
        if !marker.is_empty() {
            fields.push(("Marker", &marker));
        }
        let page = caller.elb("DescribeTargetGroups", &fields);
        found.extend(all(&page, "TargetGroupArn"));
        marker = one(&page, "NextMarker");
        if marker.is_empty() {
            break;
        }
    }
    assert_eq!(found, whole);
    assert_eq!(caller.elb_refusal("DescribeTargetGroups", &[("PageSize", "401")]), "ValidationError");
    assert_eq!(caller.elb_refusal("DescribeTargetGroups", &[("Marker", "made up")]), "ValidationError");
}

#[test]
fn what_is_not_there_has_its_own_error() {
    let caller = one_service(BEHIND);
    let arn = |kind: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:{kind}/app/x/1/2/3");
    let refused = |operation, member, kind: &str| caller.elb_refusal(operation, &[(member, &arn(kind))]);
    assert_eq!(refused("DescribeTargetHealth", "TargetGroupArn", "targetgroup"), "TargetGroupNotFound");
    assert_eq!(
        refused("DescribeTargetGroups", "TargetGroupArns.member.1", "targetgroup"),
        "TargetGroupNotFound"
    );
    assert_eq!(
        refused("DescribeLoadBalancers", "LoadBalancerArns.member.1", "loadbalancer"),
        "LoadBalancerNotFound"
    );
    assert_eq!(refused("DescribeListeners", "ListenerArns.member.1", "listener"), "ListenerNotFound");
    assert_eq!(refused("DescribeRules", "RuleArns.member.1", "listener-rule"), "RuleNotFound");
    assert_eq!(caller.elb_refusal("DescribeListeners", &[]), "ValidationError");
    assert_eq!(caller.elb_refusal("CreateRule", &[]), "UnknownOperationException");
}

#[test]
fn faults_hit_it_under_its_own_name() {
    let caller = one_service(BEHIND);
    let mut fault = Fault::new(FaultEffect::Deny).of("DescribeTargetHealth");
    fault.matches.service = Some("elasticloadbalancing".to_owned());
    caller.simulation.inject(fault);
    let group = group_of(&caller, "c", "s");
    let (status, xml) = caller.try_elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    assert_eq!((status, one(&xml, "Code").as_str()), (403, "AccessDenied"));
    assert!(one(&xml, "Message").contains("perform: elasticloadbalancing:DescribeTargetHealth"), "{xml}");
    caller.simulation.clear_all();
    caller.simulation.inject(Fault::new(FaultEffect::Throttle));
    let (status, xml) = caller.try_elb("DescribeTargetHealth", &[("TargetGroupArn", &group)]);
    assert_eq!((status, one(&xml, "Code").as_str()), (400, "Throttling"));
}
