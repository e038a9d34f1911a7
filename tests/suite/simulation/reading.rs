//! Lists and descriptions: pages, limits, references, failures, errors.

use std::collections::BTreeSet;

use fargate_top::simulation::{Shape, Simulation};
use serde_json::{Value, json};

use super::support::{Caller, START, list, one_service, story, text};

fn fleet(clusters: usize, services: usize, tasks: usize) -> Caller {
    Caller {
        simulation: Simulation::generate(&Shape { clusters, services, tasks, seed: 3 }, START),
        now: START,
    }
}

/// All items of a list operation, and how many pages they took.
fn all(caller: &Caller, operation: &str, member: &str, mut body: Value) -> (Vec<String>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    loop {
        let page = caller.ask(operation, &body);
        pages += 1;
        items.extend(list(&page[member]).iter().map(|item| text(item).to_owned()));
        match page.get("nextToken") {
            Some(token) => body["nextToken"] = token.clone(),
            None => return (items, pages),
        }
    }
}

#[test]
fn pages_hold_ten_services_unless_more_are_asked_for() {
    let caller = fleet(1, 40, 40);
    let (by_ten, pages) = all(&caller, "ListServices", "serviceArns", json!({"cluster": "payments"}));
    assert_eq!((by_ten.len(), pages), (40, 4));
    let body = json!({"cluster": "payments", "maxResults": 100});
    assert_eq!(all(&caller, "ListServices", "serviceArns", body), (by_ten.clone(), 1));
    assert_eq!(by_ten.iter().collect::<BTreeSet<_>>().len(), 40);
}

#[test]
fn two_hundred_services_take_the_documented_number_of_requests() {
    let caller = fleet(5, 200, 1000);
    let (mut services, mut tasks, mut pages) = (0, 0, (0, 0));
    for cluster in list(&caller.ask("ListClusters", &json!({}))["clusterArns"]) {
        let body = json!({"cluster": cluster, "maxResults": 100});
        let (names, some) = all(&caller, "ListServices", "serviceArns", body.clone());
        (services, pages.0) = (services + names.len(), pages.0 + some);
        let (ids, some) = all(&caller, "ListTasks", "taskArns", body);
        (tasks, pages.1) = (tasks + ids.len(), pages.1 + some);
    }
    assert_eq!((services, tasks, pages), (200, 1000, (5, 10)));
}

#[test]
fn a_token_is_good_for_its_own_question_only() {
    let caller = fleet(2, 40, 400);
    let first = caller.ask("ListServices", &json!({"cluster": "core"}));
    let token = &first["nextToken"];
    for (operation, body) in [
        ("ListServices", json!({"cluster": "payments", "nextToken": token})),
        ("ListTasks", json!({"cluster": "core", "nextToken": token})),
        ("ListServices", json!({"cluster": "core", "nextToken": "made-up"})),
        ("ListServices", json!({"cluster": "core", "maxResults": 101})),
        ("ListTasks", json!({"cluster": "core", "maxResults": 0})),
    ] {
        assert_eq!(caller.refused(operation, &body), "InvalidParameterException", "{operation} {body}");
    }
}

#[test]
fn batches_have_their_limits() {
    let caller = story("calm");
    let many = |count: usize| vec!["0".repeat(32); count];
    for (operation, member, limit) in [
        ("DescribeServices", "services", 10),
        ("DescribeTasks", "tasks", 100),
        ("DescribeClusters", "clusters", 100),
    ] {
        let body = |count| json!({"cluster": "shop", member: many(count)});
        assert_eq!(list(&caller.ask(operation, &body(limit))["failures"]).len(), limit, "{operation}");
        assert_eq!(caller.refused(operation, &body(limit + 1)), "InvalidParameterException");
    }
    for (operation, member, kind) in [
        ("DescribeServiceDeployments", "serviceDeploymentArns", "service-deployment"),
        ("DescribeServiceRevisions", "serviceRevisionArns", "service-revision"),
    ] {
        let arn = format!("arn:aws:ecs:eu-west-1:123456789012:{kind}/shop/cart-api/1");
        let body = |count| json!({member: vec![&*arn; count]});
        assert_eq!(list(&caller.ask(operation, &body(20))["failures"]).len(), 20, "{operation}");
        assert_eq!(caller.refused(operation, &body(21)), "InvalidParameterException");
    }
    assert_eq!(caller.refused("DescribeServices", &json!({"cluster": "shop"})), "InvalidParameterException");
}

#[test]
fn what_is_missing_is_a_failure_and_not_an_error() {
    let caller = story("calm");
    let answer =
        caller.ask("DescribeServices", &json!({"cluster": "shop", "services": ["cart-api", "gone"]}));
    assert_eq!(list(&answer["services"]).len(), 1);
    let arn = "arn:aws:ecs:eu-west-1:123456789012:service/shop/gone";
    assert_eq!(answer["failures"], json!([{"arn": arn, "reason": "MISSING"}]));
    let answer = caller.ask("DescribeClusters", &json!({"clusters": ["gone"]}));
    let arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/gone";
    assert_eq!(answer, json!({"clusters": [], "failures": [{"arn": arn, "reason": "MISSING"}]}));
}

#[test]
fn names_and_arns_mean_the_same() {
    let caller = story("calm");
    let account = "arn:aws:ecs:eu-west-1:123456789012";
    let short = caller.service("shop", "cart-api");
    let cluster = format!("{account}:cluster/shop");
    for service in [format!("{account}:service/shop/cart-api"), format!("{account}:service/cart-api")] {
        assert_eq!(caller.service(&cluster, &service), short);
    }
    let elsewhere = json!({"cluster": "internal", "services": [format!("{account}:service/shop/cart-api")]});
    assert_eq!(caller.refused("DescribeServices", &elsewhere), "InvalidParameterException");
    let definition = |name: &str| {
        caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": name}))["taskDefinition"].clone()
    };
    assert_eq!(definition("cart-api"), definition("cart-api:77"));
    assert_eq!(definition("cart-api"), definition(&format!("{account}:task-definition/cart-api:77")));
    assert_ne!(definition("cart-api"), definition("cart-api:76"));
}

#[test]
fn errors_are_the_typed_ones() {
    let caller = story("calm");
    for (operation, body, error) in [
        ("ListServices", json!({"cluster": "gone"}), "ClusterNotFoundException"),
        ("ListServices", json!({}), "ClusterNotFoundException"),
        ("ListTasks", json!({"cluster": "shop", "serviceName": "gone"}), "ServiceNotFoundException"),
        ("UpdateService", json!({"cluster": "shop", "service": "gone"}), "ServiceNotFoundException"),
        ("ListServiceDeployments", json!({"cluster": "shop", "service": "gone"}), "ServiceNotFoundException"),
        ("DescribeTaskDefinition", json!({"taskDefinition": "gone"}), "ClientException"),
        ("DescribeTasks", json!({"cluster": "shop", "tasks": ["abc"]}), "InvalidParameterException"),
        ("StopTask", json!({"cluster": "shop", "task": "0".repeat(32)}), "InvalidParameterException"),
        ("DescribeServices", json!({"cluster": "shop", "services": "cart-api"}), "SerializationException"),
        (
            "ListTasks",
            json!({"cluster": "shop", "startedBy": "x", "family": "y"}),
            "InvalidParameterException",
        ),
        ("ListTasks", json!({"cluster": "shop", "desiredStatus": "GONE"}), "InvalidParameterException"),
        ("PutAttributes", json!({}), "UnknownOperationException"),
    ] {
        assert_eq!(caller.refused(operation, &body), error, "{operation} {body}");
    }
    let (_, unknown) = caller.try_ask("PutAttributes", &json!({}));
    assert!(text(&unknown["message"]).contains("PutAttributes"), "{unknown}");
}

#[test]
fn tasks_are_found_by_each_filter() {
    let caller = one_service("tasks = 4, load-balancer = true");
    let count = |body: Value| list(&caller.ask("ListTasks", &body)["taskArns"]).len();
    let deployment = caller.service("c", "s")["deployments"][0]["id"].clone();
    assert_eq!(count(json!({"cluster": "c"})), 4);
    assert_eq!(count(json!({"cluster": "c", "serviceName": "s"})), 4);
    assert_eq!(count(json!({"cluster": "c", "family": "s"})), 4);
    assert_eq!(count(json!({"cluster": "c", "family": "other"})), 0);
    assert_eq!(count(json!({"cluster": "c", "startedBy": deployment})), 4);
    assert_eq!(count(json!({"cluster": "c", "launchType": "EC2"})), 0);
    assert_eq!(count(json!({"cluster": "c", "desiredStatus": "STOPPED"})), 0);
    assert_eq!(count(json!({"cluster": "c", "desiredStatus": "PENDING"})), 0);
}

#[test]
fn extras_come_only_when_they_are_asked_for() {
    let caller = story("calm");
    let describe = |include: Value| {
        caller.ask("DescribeClusters", &json!({"clusters": ["shop"], "include": include}))["clusters"][0]
            .clone()
    };
    let plain = describe(json!([]));
    assert_eq!((&plain["settings"], &plain["statistics"]), (&json!([]), &json!([])));
    let full = describe(json!(["SETTINGS", "STATISTICS", "TAGS"]));
    assert_eq!(full["settings"], json!([{"name": "containerInsights", "value": "enhanced"}]));
    assert!(list(&full["statistics"]).contains(&json!({"name": "runningFargateTasksCount", "value": "15"})));
    assert!(caller.service("shop", "cart-api").get("tags").is_none());
}
