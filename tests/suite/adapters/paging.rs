//! Lists of several pages, batches at their limits, and things that are not there.

use fargate_top::aws::ecs::EventDepth;
use fargate_top::fleet::topic::FailureKind;
use fargate_top::runtime::clock::Clock;
use fargate_top::simulation::{Shape, Simulation};
use pretty_assertions::assert_eq;

use super::{aws_at, calm, cluster, service, start};

#[tokio::test(start_paused = true)]
async fn two_hundred_and_fifty_services_take_three_pages() {
    let clock = Clock::starting_at(start());
    let shape = Shape { clusters: 1, services: 250, tasks: 250, seed: 3 };
    let simulation = Simulation::generate(&shape, clock.millis());
    let ecs = aws_at(&simulation, clock).await.ecs;
    let clusters = ecs.list_clusters(None).await.unwrap();
    assert_eq!((clusters.items.len(), clusters.next), (1, None));
    let (mut sizes, mut names, mut token) = (Vec::new(), Vec::new(), None);
    loop {
        let page = ecs.list_services(&clusters.items[0], token).await.unwrap();
        sizes.push(page.items.len());
        names.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [100, 100, 50]);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 250);
    let described = ecs.describe_services(&clusters.items[0], &names[..10], EventDepth::All).await.unwrap();
    assert_eq!(
        described.found.iter().map(|service| &service.id).collect::<Vec<_>>(),
        names[..10].iter().collect::<Vec<_>>()
    );
    let tasks = ecs.list_tasks(&clusters.items[0], None, false, None).await.unwrap();
    assert_eq!((tasks.items.len(), tasks.next.is_some()), (100, true));
    assert_eq!(ecs.describe_tasks(&clusters.items[0], &tasks.items).await.unwrap().found.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_missing_and_fails_nothing() {
    let (_, aws) = calm().await;
    let shop = cluster("shop");
    let (cart, ghost) = (service("shop", "cart-api"), service("shop", "ghost"));
    let described = aws
        .ecs
        .describe_services(&shop, &[cart.clone(), ghost.clone()], EventDepth::Newest(2))
        .await
        .unwrap();
    assert_eq!(described.found.iter().map(|service| &service.id).collect::<Vec<_>>(), [&cart]);
    assert!(described.found[0].events.len() <= 2);
    assert_eq!(described.missing, [ghost]);
    let failure = aws.ecs.list_services(&cluster("nowhere"), None).await.unwrap_err();
    assert_eq!((failure.kind, &*failure.operation), (FailureKind::Missing, "ListServices"));
    assert_eq!(failure.code.as_deref(), Some("ClusterNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn the_tasks_of_one_service_are_its_own() {
    let (_, aws) = calm().await;
    let shop = cluster("shop");
    let listed = aws.ecs.list_tasks(&shop, Some("cart-api"), false, None).await.unwrap();
    let tasks = aws.ecs.describe_tasks(&shop, &listed.items).await.unwrap().found;
    assert_eq!(tasks.len(), 3);
    assert!(tasks.iter().all(|task| task.service() == Some("cart-api") && task.exec));
}

#[tokio::test(start_paused = true)]
async fn sts_says_who_we_are() {
    let (_, aws) = calm().await;
    let identity = aws.sts.get_caller_identity().await.unwrap();
    assert_eq!(&*identity.account, "123456789012");
    assert!(identity.arn.starts_with("arn:aws:"), "{identity:?}");
}
