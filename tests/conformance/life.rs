//! The whole life of a lab on real parts.

use serde_json::Value;

use lab2048_testing::workshop::moto::CLUSTER;
use lab2048_testing::workshop::{NAMESPACE, Workshop};

/// The chapter's own manifest, as `kubectl apply` gets it.
const MANIFEST: &str = include_str!("workshop.yaml");

#[tokio::test]
async fn a_lab_from_plan_to_nothing() {
    let workshop = Workshop::open().await;
    let workdir = &workshop.workdir;

    let planned = workdir.call("plan --detailed-exitcode").await.exits(2);
    planned
        .prints("Plan: 6 to create, 0 to change")
        .prints("ingress-2048 create, wait for the ALB validated");
    assert_eq!(workshop.writes(), Vec::<String>::new(), "a plan changes nothing");

    let applied = workdir.call("apply").await.exits(0);
    let url = applied.last_line().to_owned();
    assert!(url.starts_with("http://k8s-fargateg-ingress2-"), "{applied}");
    applied
        .prints("targets k8s-fargateg-ingress2-b252ad69ce ready")
        .prints("game answers");
    workshop.is_up(5).await;

    let before = workshop.writes().len();
    assert!(
        before >= 4,
        "the log of the API server knows the program: {:?}",
        workshop.writes()
    );
    workdir
        .call("plan --detailed-exitcode")
        .await
        .exits(0)
        .prints("No changes.");
    workdir.call("apply").await.exits(0).prints("No changes.");
    assert_eq!(workshop.writes().len(), before, "no changes, no writes");

    let status = workdir.call("status -o json").await.exits(0).json();
    assert_eq!(status["url"], Value::from(url), "{status:#}");

    workdir.call("scale --replicas 3").await.exits(0);
    workshop.is_up(3).await;
    workdir
        .call("plan --detailed-exitcode")
        .await
        .exits(0)
        .prints("keeps 3 replicas");
    workdir
        .call("apply --reset-scale")
        .await
        .exits(0)
        .prints("spec.replicas: 3 -> 5");
    workshop.is_up(5).await;

    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn an_image_changes_and_a_renamed_service_is_pruned() {
    let workshop = Workshop::open().await;
    let workdir = &workshop.workdir;
    workdir.call("apply").await.exits(0);

    let image = "--set app.image=alexwhen/docker-2048";
    let planned = workdir.call(&format!("plan {image}")).await.exits(0);
    planned.prints("image: public.ecr.aws/l6m2t8p7/docker-2048:latest -> alexwhen/docker-2048");
    workdir.call(&format!("apply {image}")).await.exits(0);
    workshop.is_up(5).await;

    let renamed = format!("{image} --set app.service=service-game");
    let planned = workdir.call(&format!("plan {renamed}")).await.exits(0);
    planned
        .prints("+ service service-game create")
        .prints("- service service-2048 delete");
    workdir.call(&format!("apply {renamed}")).await.exits(0);
    let services = workshop
        .plane
        .kubectl(&format!("-n {NAMESPACE} get service -o name"))
        .await;
    assert_eq!(services.stdout, "service/service-game\n");
    workshop.is_up(5).await;

    // The new name is no longer in the environment's file; what has the lab's label goes all the same.
    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn what_kubectl_applied_is_adopted() {
    let workshop = Workshop::open().await;
    let workdir = &workshop.workdir;
    let manifest = workdir.path("workshop.yaml");
    std::fs::write(&manifest, MANIFEST).unwrap();
    workshop
        .plane
        .kubectl(&format!("apply -f {}", manifest.display()))
        .await
        .exits(0);

    let refused = workdir.call("apply").await.exits(4);
    for object in [
        "namespace/fargate-game-2048",
        "service/service-2048",
        "ingress/ingress-2048",
        "deployment/deployment-2048",
    ] {
        let name = object.split('/').nth(1).unwrap();
        assert!(refused.text().contains(name), "{object} is missing in {refused}");
    }
    refused.prints("--adopt");
    workdir.call("apply --adopt").await.exits(0).prints("to create");
    workshop.is_up(5).await;
    let live = workshop
        .plane
        .kubectl(&format!(
            "-n {NAMESPACE} get deployment,service,ingress -o json --show-managed-fields"
        ))
        .await
        .exits(0);
    assert!(!live.stdout.contains("kubectl-client-side-apply"), "{live}");
    assert!(!live.stdout.contains("last-applied-configuration"), "{live}");
    workdir
        .call("plan --detailed-exitcode")
        .await
        .exits(0)
        .prints("No changes.");
    destroyed_without_a_trace(&workshop).await;
}

#[tokio::test]
async fn an_internal_lab_ends_at_healthy_targets_and_says_so() {
    let mut workshop = Workshop::open().await;
    // No way from here to an internal ALB.
    workshop.workdir.unset("HTTP_PROXY");
    let applied = workshop
        .workdir
        .call("apply --set ingress.scheme=internal")
        .await
        .exits(0);
    assert!(
        applied.last_line().starts_with("http://k8s-fargateg-ingress2-"),
        "{applied}"
    );
    applied.prints("the ALB is internal: it cannot be asked from here");
    workshop.is_up(5).await;
}

/// The webhooks as the controller's chart registers them, with nobody behind them.
const WEBHOOKS: &str = r"
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: aws-load-balancer-webhook}
webhooks:
- name: vingress.elbv2.k8s.aws
  admissionReviewVersions: [v1beta1]
  clientConfig: {service: {name: aws-load-balancer-webhook-service, namespace: kube-system, path: /validate-networking-v1-ingress}}
  failurePolicy: Fail
  matchPolicy: Equivalent
  sideEffects: None
  rules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [ingresses]}]
- name: vtargetgroupbinding.elbv2.k8s.aws
  admissionReviewVersions: [v1beta1]
  clientConfig: {service: {name: aws-load-balancer-webhook-service, namespace: kube-system, path: /validate-elbv2-k8s-aws-v1beta1-targetgroupbinding}}
  failurePolicy: Fail
  sideEffects: None
  rules: [{apiGroups: [elbv2.k8s.aws], apiVersions: [v1beta1], operations: [CREATE, UPDATE], resources: [targetgroupbindings]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: aws-load-balancer-webhook}
webhooks:
- name: mtargetgroupbinding.elbv2.k8s.aws
  admissionReviewVersions: [v1beta1]
  clientConfig: {service: {name: aws-load-balancer-webhook-service, namespace: kube-system, path: /mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding}}
  failurePolicy: Fail
  sideEffects: None
  rules: [{apiGroups: [elbv2.k8s.aws], apiVersions: [v1beta1], operations: [CREATE, UPDATE], resources: [targetgroupbindings]}]
";

#[tokio::test]
async fn a_lab_whose_controller_has_died_goes_by_hand() {
    let mut workshop = Workshop::open().await;
    workshop.workdir.call("apply").await.exits(0);
    workshop.stop_controller().await;
    let webhooks = workshop.workdir.path("webhooks.yaml");
    std::fs::write(&webhooks, WEBHOOKS).unwrap();
    let plane = &workshop.plane;
    plane
        .kubectl(&format!("apply -f {}", webhooks.display()))
        .await
        .exits(0);
    let ingress = format!("-n {NAMESPACE} annotate ingress ingress-2048 a=b");
    let refused = plane.kubectl(&ingress).await;
    assert!(
        refused.text().contains("failed calling webhook"),
        "the API server asks: {refused}"
    );

    let workdir = &workshop.workdir;
    workdir
        .call("destroy")
        .await
        .exits(4)
        .prints("has no ready pod")
        .prints("--without-controller");
    workdir
        .call("destroy --without-controller")
        .await
        .exits(0)
        .prints("deletes load balancer k8s-fargateg-ingress2-b252ad69ce")
        .prints("looked for load balancers: none left");
    let selectors = "get validatingwebhookconfiguration,mutatingwebhookconfiguration -o jsonpath={..matchExpressions}";
    let selectors = plane.kubectl(selectors).await.exits(0);
    assert!(
        !selectors.stdout.contains(NAMESPACE),
        "the way past them is closed: {selectors}"
    );
    gone_without_a_trace(&workshop).await;
}

/// Destroys the lab, and looks for what is left of it on both sides.
async fn destroyed_without_a_trace(workshop: &Workshop) {
    workshop.workdir.call("destroy").await.exits(0);
    gone_without_a_trace(workshop).await;
}

async fn gone_without_a_trace(workshop: &Workshop) {
    let workdir = &workshop.workdir;
    workdir.call("destroy").await.exits(0).prints("Nothing to remove.");
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
