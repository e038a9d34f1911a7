//! The operations of Application Auto Scaling: what they answer, page by page, and what they refuse.

use fargate_top::simulation::{Fault, FaultEffect};
use serde_json::{Value, json};

use super::support::{Caller, list, one_service, text, told};

/// Twelve services of which eleven have a target.
fn many() -> Caller {
    let service = |n: u32| {
        let scaling = if n == 0 { "" } else { ", scaling = { min = 1, max = 9, cpu = 50 }" };
        format!("{{ name = \"s{n:02}\", tasks = 2{scaling} }},\n")
    };
    let services: String = (0..12).map(service).collect();
    told(&format!("title = \"many\"\n[[cluster]]\nname = \"c\"\nservices = [\n{services}]\n"))
}

fn pages(caller: &Caller, operation: &str, member: &str, mut body: Value) -> Vec<usize> {
    let mut sizes = Vec::new();
    loop {
        let page = caller.scaling(operation, &body);
        sizes.push(list(&page[member]).len());
        match page.get("NextToken") {
            Some(token) => body["NextToken"] = token.clone(),
            None => return sizes,
        }
    }
}

#[test]
fn a_target_and_its_policy_have_the_shapes_of_aws() {
    let caller =
        one_service("tasks = 4, scaling = { min = 2, max = 8, cpu = 60, suspended = [\"scheduled\"] }");
    let answer = caller.scaling("DescribeScalableTargets", &json!({"ResourceIds": ["service/c/s"]}));
    let target = &answer["ScalableTargets"][0];
    assert_eq!(
        (&target["ServiceNamespace"], &target["ResourceId"], &target["ScalableDimension"]),
        (&json!("ecs"), &json!("service/c/s"), &json!("ecs:service:DesiredCount"))
    );
    assert_eq!((&target["MinCapacity"], &target["MaxCapacity"]), (&json!(2), &json!(8)));
    assert_eq!(
        target["SuspendedState"],
        json!({
            "DynamicScalingInSuspended": false,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": true,
        })
    );
    let arn = text(&target["ScalableTargetARN"]);
    assert!(
        arn.starts_with("arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/0ec5"),
        "{arn}"
    );
    assert!(text(&target["RoleARN"]).ends_with("AWSServiceRoleForApplicationAutoScaling_ECSService"));
    assert!(target["CreationTime"].is_f64());

    let policy = &caller.scaling("DescribeScalingPolicies", &json!({"ResourceId": "service/c/s"}))["ScalingPolicies"]
        [0];
    assert_eq!(
        (&policy["PolicyName"], &policy["PolicyType"]),
        (&json!("s-cpu"), &json!("TargetTrackingScaling"))
    );
    let configuration = &policy["TargetTrackingScalingPolicyConfiguration"];
    assert_eq!(configuration["TargetValue"], json!(60.0));
    let metric = &configuration["PredefinedMetricSpecification"]["PredefinedMetricType"];
    assert_eq!(metric, "ECSServiceAverageCPUUtilization");
    assert_eq!(configuration["DisableScaleIn"], false);
    let alarms: Vec<_> = list(&policy["Alarms"]).iter().map(|alarm| text(&alarm["AlarmName"])).collect();
    assert!(alarms[0].starts_with("TargetTracking-service/c/s-AlarmHigh-"), "{alarms:?}");
    assert!(alarms[1].starts_with("TargetTracking-service/c/s-AlarmLow-"), "{alarms:?}");
    let arn = text(&policy["PolicyARN"]);
    assert!(arn.starts_with("arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:"), "{arn}");
    assert!(arn.ends_with(":resource/ecs/service/c/s:policyName/s-cpu"), "{arn}");
}

#[test]
fn lists_have_the_pages_of_aws() {
    let caller = many();
    assert_eq!(pages(&caller, "DescribeScalableTargets", "ScalableTargets", json!({})), [11]);
    assert_eq!(
        pages(&caller, "DescribeScalableTargets", "ScalableTargets", json!({"MaxResults": 4})),
        [4, 4, 3]
    );
    assert_eq!(pages(&caller, "DescribeScalingPolicies", "ScalingPolicies", json!({})), [10, 1]);
    let some = json!({"ResourceIds": ["service/c/s02", "service/c/s00", "service/c/gone", "service/c/s01"]});
    assert_eq!(pages(&caller, "DescribeScalableTargets", "ScalableTargets", some), [2]);
    assert_eq!(pages(&caller, "DescribeScheduledActions", "ScheduledActions", json!({})), [0]);
    for (operation, most) in [
        ("DescribeScalableTargets", 50),
        ("DescribeScalingPolicies", 10),
        ("DescribeScalingActivities", 50),
        ("DescribeScheduledActions", 50),
    ] {
        for (body, error) in [
            (json!({"MaxResults": most + 1}), "ValidationException"),
            (json!({"MaxResults": 0}), "ValidationException"),
            (json!({"NextToken": "made up"}), "InvalidNextTokenException"),
            (json!({"ScalableDimension": "ecs:service:DesiredCount"}), "ValidationException"),
        ] {
            let (status, answer) = caller.try_scaling(operation, &body);
            assert_eq!((status, &answer["__type"]), (400, &json!(error)), "{operation} {body}");
        }
        caller.scaling(operation, &json!({"MaxResults": most}));
    }
}

#[test]
fn registering_changes_what_is_given_and_clamps_at_once() {
    let mut caller = one_service("tasks = 4");
    let register = |caller: &Caller, members: Value| {
        let mut body = json!({"ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"});
        for (key, value) in members.as_object().unwrap() {
            body[key] = value.clone();
        }
        caller.try_scaling("RegisterScalableTarget", &body)
    };
    let bounds = |caller: &Caller| {
        let target = caller.scaling("DescribeScalableTargets", &json!({}))["ScalableTargets"][0].clone();
        (target["MinCapacity"].as_u64(), target["MaxCapacity"].as_u64(), target["SuspendedState"].clone())
    };
    let desired = |caller: &Caller| caller.service("c", "s")["desiredCount"].as_u64().unwrap();
    assert_eq!(
        register(&caller, json!({"MinCapacity": 1})).1["__type"],
        "ValidationException",
        "both for a new one"
    );
    let (status, made) = register(&caller, json!({"MinCapacity": 1, "MaxCapacity": 10}));
    assert_eq!((status, desired(&caller)), (200, 4));
    let target = caller.scaling("DescribeScalableTargets", &json!({}))["ScalableTargets"][0].clone();
    assert_eq!(made["ScalableTargetARN"], target["ScalableTargetARN"]);

    register(&caller, json!({"MaxCapacity": 3}));
    assert_eq!((bounds(&caller).0, bounds(&caller).1, desired(&caller)), (Some(1), Some(3), 3));
    register(&caller, json!({"MinCapacity": 6, "MaxCapacity": 9}));
    assert_eq!(desired(&caller), 6);
    let activity = &caller.scaling("DescribeScalingActivities", &json!({}))["ScalingActivities"][0];
    assert_eq!(activity["Cause"], "minimum capacity was set to 6");
    // Scaling to nothing and suspending afterwards undoes the scaling (AWS.md §0.4).
    caller.update(&json!({"desiredCount": 0}));
    register(&caller, json!({"SuspendedState": {"DynamicScalingOutSuspended": true}}));
    assert_eq!(desired(&caller), 6);
    // The order that holds: the bounds and the suspension in one call, then the count.
    register(&caller, json!({"MinCapacity": 0, "SuspendedState": {"DynamicScalingInSuspended": true}}));
    caller.update(&json!({"desiredCount": 0}));
    caller.pass(3600);
    assert_eq!(desired(&caller), 0);
    let suspended = bounds(&caller).2;
    assert_eq!(
        (&suspended["DynamicScalingOutSuspended"], &suspended["DynamicScalingInSuspended"]),
        (&json!(true), &json!(true))
    );

    for members in
        [json!({"MinCapacity": 11}), json!({"MinCapacity": -1}), json!({"ResourceId": "service/c/gone"})]
    {
        assert_eq!(register(&caller, members).1["__type"], "ValidationException");
    }
    let (_, missing) =
        register(&caller, json!({"ResourceId": "service/c/gone", "MinCapacity": 1, "MaxCapacity": 2}));
    assert_eq!(missing["message"], "ECS service doesn't exist: service/c/gone");
}

#[test]
fn a_target_can_be_deregistered_and_calls_can_be_denied() {
    let mut caller = one_service("tasks = 4, scaling = { min = 2, max = 8, cpu = 60 }, load = [240, 900]");
    let body = json!({"ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"});
    let mut fault = Fault::new(FaultEffect::Deny).of("DeregisterScalableTarget");
    fault.matches.service = Some("application-autoscaling".to_owned());
    let fault = caller.simulation.inject(fault);
    let (_, denied) = caller.try_scaling("DeregisterScalableTarget", &body);
    let action = "application-autoscaling:DeregisterScalableTarget";
    let message = text(&denied["message"]);
    assert!(denied["__type"] == "AccessDeniedException" && message.contains(action), "{denied}");
    caller.simulation.clear(fault);
    caller.scaling("DeregisterScalableTarget", &body);
    caller.pass(3600);
    assert_eq!(caller.service("c", "s")["desiredCount"], 4);
    let (status, gone) = caller.try_scaling("DeregisterScalableTarget", &body);
    assert_eq!((status, &gone["__type"]), (400, &json!("ObjectNotFoundException")));
    assert_eq!(caller.simulation.calls().last().unwrap().service, "application-autoscaling");
    let (status, unknown) = caller.try_scaling("PutScalingPolicy", &body);
    assert_eq!((status, &unknown["__type"]), (400, &json!("UnknownOperationException")));
}
