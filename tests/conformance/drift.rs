//! What others change by hand on a real cluster: told with who and when, and put back only where it is ours.

use lab2048_testing::workshop::{NAMESPACE, Workshop};

#[tokio::test]
async fn changes_by_hand_are_reported_and_ours_are_put_back() {
    let workshop = Workshop::open().await;
    let workdir = &workshop.workdir;
    workdir.call("apply").await.exits(0);
    let kubectl = async |line: &str| workshop.plane.kubectl(&format!("-n {NAMESPACE} {line}")).await.exits(0);

    kubectl("scale deployment deployment-2048 --replicas=2").await;
    kubectl("set image deployment/deployment-2048 app-2048=nginx:1.29").await;
    kubectl("label ingress ingress-2048 team=blue").await;
    kubectl(&format!(
        "label namespace {NAMESPACE} app.kubernetes.io/name=mine --overwrite"
    ))
    .await;
    kubectl("delete service service-2048").await;
    kubectl("rollout status deployment/deployment-2048 --timeout=60s").await;

    let planned = workdir.call("plan").await.exits(0);
    let text = planned.text();
    for (change, fate) in [
        (
            "kubectl changed replicas to 2",
            "Keep 2: lab2048 scale --replicas 2. Back to 5: --force-conflicts",
        ),
        (
            "kubectl-set changed spec.template.spec.containers[app-2048].image to nginx:1.29",
            "Back to public.ecr.aws/l6m2t8p7/docker-2048:latest: --force-conflicts",
        ),
        (
            "drift: metadata.labels.team is blue: added by kubectl-label",
            "it is kept",
        ),
        (
            "kubectl-label changed metadata.labels[app.kubernetes.io/name] to mine",
            "Back to app-2048: --force-conflicts",
        ),
    ] {
        let (_, after) = text
            .split_once(change)
            .unwrap_or_else(|| panic!("`{change}` is missing in {planned}"));
        let (when, _) = after
            .split_once(fate)
            .unwrap_or_else(|| panic!("`{fate}` is missing in {planned}"));
        assert!(
            when.len() < 40 && when.contains(" ago"),
            "`{change}` has no time in {planned}"
        );
    }
    planned
        .prints("drift: it was deleted; it is recreated")
        .does_not_print("put back");

    let before = workshop.writes().len();
    workdir.call("apply").await.exits(6).prints("Nothing was changed.");
    assert_eq!(
        workshop.writes().len(),
        before,
        "a conflict is found before the first change"
    );

    workdir.call("apply --force-conflicts").await.exits(0);
    workshop.is_up(5).await;
    let left = workshop
        .plane
        .kubectl(&format!("-n {NAMESPACE} get ingress,deployment,service -o json"))
        .await
        .json();
    let items = left["items"].as_array().unwrap();
    let of_kind = |kind: &str| items.iter().find(|item| item["kind"] == kind).unwrap();
    assert_eq!(
        of_kind("Ingress")["metadata"]["labels"]["team"],
        "blue",
        "what is not ours stays"
    );
    let deployment = of_kind("Deployment");
    assert_eq!(deployment["spec"]["replicas"], 5);
    assert_eq!(
        deployment["spec"]["template"]["spec"]["containers"][0]["image"],
        "public.ecr.aws/l6m2t8p7/docker-2048:latest"
    );
    assert_eq!(of_kind("Service")["metadata"]["name"], "service-2048");
    workdir
        .call("plan --detailed-exitcode")
        .await
        .exits(0)
        .prints("it is kept");
}
