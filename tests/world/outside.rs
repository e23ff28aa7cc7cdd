//! What others do to a lab is seen, told apart from our own intent, and put back or kept.

use lab2048::app::Exit;
use lab2048_sandbox::k8s::Key;
use lab2048_sandbox::k8s::managed::{self, Writer};
use serde_json::{Value, json};

use lab2048_testing::Lab;

const NAMESPACE: &str = "fargate-game-2048";

/// Changes an object as `manager` would with an update through `subresource`.
fn edit(lab: &Lab, key: &Key, manager: &str, subresource: &str, change: impl FnOnce(&mut Value)) {
    lab.world.with(|world| {
        let live = world.kube.get(key).unwrap().clone();
        let mut new = live.clone();
        change(&mut new);
        let generation = new["metadata"]["generation"].as_i64().unwrap_or(1);
        new["metadata"]["generation"] = json!(generation + 1);
        let api_version = new["apiVersion"].as_str().unwrap().to_owned();
        let writer = Writer {
            manager,
            subresource,
            api_version: &api_version,
            now: world.now(),
        };
        managed::after_update(Some(&live), &mut new, writer);
        world.kube.put(key.clone(), new);
        world.touch();
    });
}

fn deployment() -> Key {
    Key::new("apps", "deployments", NAMESPACE, "deployment-2048")
}

#[tokio::test(start_paused = true)]
async fn a_scale_from_outside_is_drift_with_its_manager_and_belongs_to_it() {
    let lab = Lab::new(31);
    lab.call("apply").await.exits(Exit::Done);
    edit(&lab, &deployment(), "kubectl", "scale", |object| {
        object["spec"]["replicas"] = json!(7);
    });
    lab.call("plan")
        .await
        .exits(Exit::Conflict)
        .prints("spec.replicas is 7, not 5: changed by kubectl")
        .prints("--force-conflicts");
    lab.call("apply --force-conflicts").await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_label_that_somebody_added_is_kept() {
    let lab = Lab::new(37);
    lab.call("apply").await.exits(Exit::Done);
    edit(&lab, &deployment(), "kubectl-label", "", |object| {
        object["metadata"]["labels"]["team"] = json!("red");
    });
    lab.call("apply").await.exits(Exit::Done);
    let team = lab
        .world
        .with(|world| world.kube.get(&deployment()).unwrap()["metadata"]["labels"]["team"].clone());
    assert_eq!(team, "red");
}

#[tokio::test(start_paused = true)]
async fn a_service_deleted_by_hand_is_made_again() {
    let lab = Lab::new(41);
    lab.call("apply").await.exits(Exit::Done);
    lab.world.with(|world| {
        world.kube.remove(&Key::new("", "services", NAMESPACE, "service-2048"));
        world.touch();
    });
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
    edit(&lab, &deployment(), "kubectl", "", |object| {
        object["metadata"]["labels"]
            .as_object_mut()
            .unwrap()
            .remove("app.kubernetes.io/managed-by");
        object["metadata"]["labels"]
            .as_object_mut()
            .unwrap()
            .remove("lab2048.dev/lab");
    });
    lab.call("apply").await.exits(Exit::Refused).prints("--adopt");
    lab.call("apply --adopt").await.exits(Exit::Done);
}
