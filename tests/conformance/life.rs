//! The whole life of a lab on real parts.

use serde_json::Value;

use crate::moto::CLUSTER;
use crate::workshop::{NAMESPACE, Workshop};

/// The chapter's own manifest, as `kubectl apply` gets it.
const MANIFEST: &str = include_str!("workshop.yaml");

#[tokio::test]
async fn a_lab_from_plan_to_nothing() {
    let workshop = Workshop::open().await;
    let desk = &workshop.desk;

    let planned = desk.run("plan --detailed-exitcode").await.exits(2);
    planned
        .says("Plan: 6 to create, 0 to change")
        .says("ingress-2048 create, wait for the ALB validated");
    assert_eq!(workshop.writes(), Vec::<String>::new(), "a plan changes nothing");

    let applied = desk.run("apply").await.exits(0);
    let url = applied.last_line().to_owned();
    assert!(url.starts_with("http://k8s-fargateg-ingress2-"), "{applied}");
    applied
        .says("targets k8s-fargateg-ingress2-b252ad69ce ready")
        .says("game answers");
    workshop.is_up(5).await;

    let before = workshop.writes().len();
    assert!(
        before >= 4,
        "the log of the API server knows the program: {:?}",
        workshop.writes()
    );
    desk.run("plan --detailed-exitcode").await.exits(0).says("No changes.");
    desk.run("apply").await.exits(0).says("No changes.");
    assert_eq!(workshop.writes().len(), before, "no changes, no writes");

    let status = desk.run("status -o json").await.exits(0).json();
    assert_eq!(status["url"], Value::from(url), "{status:#}");

    desk.run("scale --replicas 3").await.exits(0);
    workshop.is_up(3).await;
    desk.run("plan --detailed-exitcode")
        .await
        .exits(0)
        .says("keeps 3 replicas");
    desk.run("apply --reset-scale")
        .await
        .exits(0)
        .says("spec.replicas: 3 -> 5");
    workshop.is_up(5).await;

    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn an_image_changes_and_a_renamed_service_is_pruned() {
    let workshop = Workshop::open().await;
    let desk = &workshop.desk;
    desk.run("apply").await.exits(0);

    let image = "--set app.image=public.ecr.aws/l6m2t8p7/docker-2048:latest";
    let planned = desk.run(&format!("plan {image}")).await.exits(0);
    planned.says("image: alexwhen/docker-2048 -> public.ecr.aws/l6m2t8p7/docker-2048:latest");
    desk.run(&format!("apply {image}")).await.exits(0);
    workshop.is_up(5).await;

    let renamed = format!("{image} --set app.service=service-game");
    let planned = desk.run(&format!("plan {renamed}")).await.exits(0);
    planned
        .says("+ service service-game create")
        .says("- service service-2048 delete");
    desk.run(&format!("apply {renamed}")).await.exits(0);
    let services = workshop
        .plane
        .kubectl(&format!("-n {NAMESPACE} get service -o name"))
        .await;
    assert_eq!(services.stdout, "service/service-game\n");
    workshop.is_up(5).await;

    // The file of the environment says nothing of the new name any more; what has the lab's label goes all the same.
    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn what_kubectl_applied_is_adopted() {
    let workshop = Workshop::open().await;
    let desk = &workshop.desk;
    let manifest = desk.path("workshop.yaml");
    std::fs::write(&manifest, MANIFEST).unwrap();
    workshop
        .plane
        .kubectl(&format!("apply -f {}", manifest.display()))
        .await
        .exits(0);

    let refused = desk.run("apply").await.exits(4);
    for object in [
        "namespace/fargate-game-2048",
        "service/service-2048",
        "ingress/ingress-2048",
        "deployment/deployment-2048",
    ] {
        let name = object.split('/').nth(1).unwrap();
        assert!(refused.said().contains(name), "{object} is missing in {refused}");
    }
    refused.says("--adopt");
    desk.run("apply --adopt").await.exits(0).says("to create");
    workshop.is_up(5).await;
    desk.run("plan --detailed-exitcode").await.exits(0).says("No changes.");
    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn an_internal_lab_ends_at_healthy_targets_and_says_so() {
    let mut workshop = Workshop::open().await;
    // No way from here to an internal ALB.
    workshop.desk.unset("HTTP_PROXY");
    let applied = workshop.desk.run("apply --set ingress.scheme=internal").await.exits(0);
    assert!(
        applied.last_line().starts_with("http://k8s-fargateg-ingress2-"),
        "{applied}"
    );
    applied.says("the ALB is internal: it cannot be asked from here");
    workshop.is_up(5).await;
}

/// Destroys the lab, and looks for what is left of it on both sides.
async fn destroyed_without_a_trace(workshop: &Workshop) {
    let desk = &workshop.desk;
    desk.run("destroy").await.exits(0);
    desk.run("destroy").await.exits(0).says("Nothing to remove.");
    let namespaces = workshop.plane.kubectl("get namespace -o name").await;
    assert!(!namespaces.stdout.contains(NAMESPACE), "{namespaces}");
    let aws = workshop.moto.aws();
    let balancers = aws.elb.describe_load_balancers().send().await.unwrap();
    assert!(balancers.load_balancers().is_empty(), "{balancers:?}");
    let targets = aws.elb.describe_target_groups().send().await.unwrap();
    assert!(targets.target_groups().is_empty(), "{targets:?}");
    let groups = aws.ec2.describe_security_groups().send().await.unwrap();
    let groups: Vec<&str> = groups
        .security_groups()
        .iter()
        .filter_map(|group| group.group_name())
        .collect();
    assert!(groups.iter().all(|name| *name == "default"), "{groups:?}");
    let profiles = aws
        .eks
        .list_fargate_profiles()
        .cluster_name(CLUSTER)
        .send()
        .await
        .unwrap();
    assert!(profiles.fargate_profile_names().is_empty(), "{profiles:?}");
    let roles = aws.iam.list_roles().send().await.unwrap();
    assert!(roles.roles().is_empty(), "{roles:?}");
}
