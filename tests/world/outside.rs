//! Changes by others are seen, distinguished from our own intent, and put back or kept.

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use serde_json::{Value, json};

use lab2048_testing::Lab;

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/fargate-game-2048/deployments/deployment-2048";
const SERVICE: &str = "/api/v1/namespaces/fargate-game-2048/services/service-2048";

/// Changes the Deployment, or a subresource of it, as `manager`.
async fn edit(lab: &Lab, subresource: &str, manager: &str, patch: &Value) {
    let path = format!("{DEPLOYMENT}{subresource}?fieldManager={manager}");
    lab.send("PATCH", &path, patch).await;
}

#[tokio::test(start_paused = true)]
async fn a_label_that_somebody_added_is_kept() {
    let lab = Lab::new(37);
    lab.call("apply").await.exits(Exit::Done);
    let patch = json!({"metadata": {"labels": {"team": "red"}}});
    edit(&lab, "", "kubectl-label", &patch).await;
    lab.call("apply").await.exits(Exit::Done);
    let deployments = testing::objects(&lab.world, "apps", "deployments", Some("fargate-game-2048"));
    assert_eq!(deployments[0]["metadata"]["labels"]["team"], "red");
}

#[tokio::test(start_paused = true)]
async fn a_service_deleted_by_hand_is_made_again() {
    let lab = Lab::new(41);
    lab.call("apply").await.exits(Exit::Done);
    lab.send("DELETE", SERVICE, &Value::Null).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("drift: it was deleted; it is recreated")
        .prints("1 to create");
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn objects_without_our_label_are_refused_until_they_are_adopted() {
    let lab = Lab::new(43);
    lab.call("apply").await.exits(Exit::Done);
    let labels = json!({"app.kubernetes.io/managed-by": null, "lab2048.dev/lab": null});
    edit(&lab, "", "kubectl", &json!({"metadata": {"labels": labels}})).await;
    lab.call("apply").await.exits(Exit::Refused).prints("--adopt");
    lab.call("apply --adopt").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn what_never_was_there_is_no_drift_and_what_was_deleted_is() {
    let lab = Lab::new(47);
    lab.call("apply").await.exits(Exit::Done);
    for other in [
        "fargate.profile=other",
        "app.service=other",
        "app.ingress=other",
        "app.deployment=other",
    ] {
        lab.call(&format!("plan --set {other}"))
            .await
            .exits(Exit::Done)
            .prints("1 to create")
            .does_not_print("it was deleted");
    }
    let path = "/clusters/eksworkshop/fargate-profiles/fargate-game-2048";
    lab.aws("eks", "DELETE", path, String::new()).await;
    lab.wait_until(|lab| lab.inventory().profiles.is_empty()).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("+ profile fargate-game-2048 create, wait ACTIVE")
        .prints("drift: it was deleted; it is recreated");
    lab.call("plan --set fargate.profile=other")
        .await
        .exits(Exit::Done)
        .does_not_print("it was deleted");
    lab.call("apply").await.exits(Exit::Done);
}
