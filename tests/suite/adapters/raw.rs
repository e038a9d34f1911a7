//! Raw answers: whole, indented, and without the values of environment variables.

use fargate_top::aws::ecs::EventDepth;
use fargate_top::fleet::topic::Target;
use pretty_assertions::assert_eq;
use serde_json::Value;

use super::{calm, cluster, service};

#[tokio::test(start_paused = true)]
async fn a_raw_answer_hides_values_and_nothing_else() {
    let (_, aws) = calm().await;
    let (shop, cart) = (cluster("shop"), service("shop", "cart-api"));
    let described =
        aws.ecs.describe_services(&shop, std::slice::from_ref(&cart), EventDepth::All).await.unwrap();
    let definition = described.found[0].definition.clone().unwrap();
    let json = aws.ecs.raw(&Target::Definition(definition.clone())).await.unwrap();
    let answer: Value = serde_json::from_str(&json).unwrap();
    let container = &answer["taskDefinition"]["containerDefinitions"][0];
    let variables = container["environment"].as_array().unwrap();
    assert!(!variables.is_empty());
    assert!(
        variables.iter().all(|variable| variable["value"] == "••••" && variable["name"] != "••••"),
        "{json}"
    );
    assert!(!json.contains("tok_live_"));
    assert_eq!(answer["taskDefinition"]["taskDefinitionArn"], definition.as_str());
    assert!(json.starts_with("{\n  \"taskDefinition\": {\n"), "indented");
}

#[tokio::test(start_paused = true)]
async fn each_target_has_its_answer() {
    let (_, aws) = calm().await;
    let (shop, cart) = (cluster("shop"), service("shop", "cart-api"));
    let task = aws.ecs.list_tasks(&shop, None, false, None).await.unwrap().items.remove(0);
    for (target, member) in [
        (Target::Cluster(shop.clone()), "clusters"),
        (Target::Service(shop.clone(), cart), "services"),
        (Target::Task(shop, task), "tasks"),
    ] {
        let json = aws.ecs.raw(&target).await.unwrap();
        let answer: Value = serde_json::from_str(&json).unwrap();
        let arn = if member == "tasks" { "taskArn" } else { &format!("{}Arn", member.trim_end_matches('s')) };
        assert_eq!(answer[member][0][arn], target.arn());
    }
}
