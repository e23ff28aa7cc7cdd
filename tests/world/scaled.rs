//! The number of pods: `scale` owns it whoever has set it before, and every other verb says who did and how to go on.

use lab2048::app::Exit;
use lab2048_testing::Lab;
use lab2048_testing::hand::CHAPTER;
use serde_json::{Value, json};

/// A lab that is up.
async fn up() -> Lab {
    let lab = Lab::new(31);
    lab.call("apply").await.exits(Exit::Done);
    lab
}

/// Changes the Deployment as `manager`, with a merge patch.
async fn edit(lab: &Lab, manager: &str, patch: &Value) {
    let path = format!("/apis/apps/v1/namespaces/{CHAPTER}/deployments/deployment-2048?fieldManager={manager}");
    lab.send("PATCH", &path, patch).await;
}

fn replicas(lab: &Lab) -> Value {
    lab.live("apps", "deployments", "deployment-2048").unwrap()["spec"]["replicas"].clone()
}

#[tokio::test(start_paused = true)]
async fn after_kubectl_scale_every_verb_says_how_to_keep_it_and_how_to_return() {
    let lab = up().await;
    lab.kubectl_scale(3).await;
    let hint = "minutes ago. Keep 3: lab2048 scale --replicas 3. Back to 5: --force-conflicts";
    lab.world.sleep(std::time::Duration::from_mins(8)).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("conflict: kubectl changed replicas to 3")
        .prints(hint)
        .does_not_print("error:")
        .does_not_print("put back");
    lab.call("plan --detailed-exitcode").await.exits(Exit::Changes);
    lab.call("apply")
        .await
        .exits(Exit::Conflict)
        .prints(hint)
        .does_not_print("put back");
    lab.call("scale --replicas 3").await.exits(Exit::Done);
    lab.call("apply")
        .await
        .exits(Exit::Done)
        .prints("No changes")
        .prints("keeps 3 replicas as asked with `scale`");
    lab.call("apply --reset-scale").await.exits(Exit::Done);
    assert_eq!(replicas(&lab), 5);

    lab.kubectl_scale(2).await;
    lab.call("apply --force-conflicts").await.exits(Exit::Done);
    assert_eq!((replicas(&lab), lab.fargate_nodes()), (json!(5), 5));
}

#[tokio::test(start_paused = true)]
async fn scale_owns_the_number_whoever_set_it() {
    let lab = up().await;
    lab.kubectl_scale(3).await;
    lab.call("scale --replicas 4")
        .await
        .exits(Exit::Done)
        .does_not_print("--force-conflicts");
    assert_eq!((replicas(&lab), lab.fargate_nodes()), (json!(4), 4));
    for (manager, count) in [("kubectl-edit", 2), ("kubectl-client-side-apply", 6), ("helm", 3)] {
        edit(&lab, manager, &json!({"spec": {"replicas": count}})).await;
        lab.call("plan")
            .await
            .exits(Exit::Done)
            .prints(&format!("{manager} changed replicas to {count}"))
            .prints(&format!(
                "Keep {count}: lab2048 scale --replicas {count}. Back to 4: --force-conflicts"
            ));
        lab.call("scale --replicas 4").await.exits(Exit::Done);
        assert_eq!(replicas(&lab), 4, "{manager}");
        lab.call("plan --detailed-exitcode").await.exits(Exit::Done);
    }
    // Somebody has changed the record itself.
    edit(
        &lab,
        "kubectl-annotate",
        &json!({"metadata": {"annotations": {"lab2048.dev/replicas": "9"}}}),
    )
    .await;
    lab.call("scale --replicas 2").await.exits(Exit::Done);
    lab.call("plan --detailed-exitcode")
        .await
        .exits(Exit::Done)
        .prints("keeps 2 replicas");
}

#[tokio::test(start_paused = true)]
async fn scale_changes_nothing_but_the_number() {
    let lab = up().await;
    let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "app-2048", "image": "nginx:1.29",
        "imagePullPolicy": "Always", "ports": [{"containerPort": 80}]}]}}}});
    edit(&lab, "kubectl-set", &image).await;
    // Neither what somebody else has changed nor what the environment wants now.
    lab.call("scale --replicas 3 --set app.labels={team:blue}")
        .await
        .exits(Exit::Done)
        .prints("spec.replicas: 5 -> 3")
        .does_not_print("labels[team]")
        .does_not_print("labels.team");
    let live = lab.live("apps", "deployments", "deployment-2048").unwrap();
    assert_eq!(live["spec"]["template"]["spec"]["containers"][0]["image"], "nginx:1.29");
    assert_eq!(live["metadata"]["labels"].get("team"), None);
    assert_eq!((replicas(&lab), lab.fargate_nodes()), (json!(3), 3));
}

#[tokio::test(start_paused = true)]
async fn a_number_written_on_the_command_line_wins() {
    let lab = up().await;
    lab.call("scale --replicas 3").await.exits(Exit::Done);
    lab.call("apply --set app.replicas=4")
        .await
        .exits(Exit::Done)
        .prints("drops the 3 replicas asked for with `scale`");
    assert_eq!((replicas(&lab), lab.fargate_nodes()), (json!(4), 4));
    lab.kubectl_scale(2).await;
    lab.call("apply --set app.replicas=6").await.exits(Exit::Done);
    assert_eq!(replicas(&lab), 6);
}

#[tokio::test(start_paused = true)]
async fn an_autoscaler_has_the_number_and_scale_says_so() {
    let lab = up().await;
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"namespace": CHAPTER, "name": "game"},
        "spec": {"minReplicas": 2, "maxReplicas": 8,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "deployment-2048"}},
    });
    lab.create(&autoscaler, "kubectl-create").await;
    lab.call("scale --replicas 3")
        .await
        .exits(Exit::Refused)
        .prints("horizontal autoscaler game sets the number of pods: change its bounds, or delete it first");
    lab.call("apply --set app.replicas=7")
        .await
        .exits(Exit::Done)
        .prints("horizontal autoscaler game sets the number of pods; replicas is left to it");
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_asks_for_meanwhile_is_no_success() {
    let lab = Lab::new(21);
    lab.call("apply").await.exits(Exit::Done);
    let other = async {
        let is_scaled = || {
            let live = lab.live("apps", "deployments", "deployment-2048");
            live.is_some_and(|live| live["spec"]["replicas"] == 2)
        };
        while !is_scaled() {
            lab.world.sleep(std::time::Duration::from_millis(500)).await;
        }
        lab.kubectl_scale(7).await;
    };
    let (run, ()) = tokio::join!(lab.timed("scale --replicas 2"), other);
    let (run, took) = run;
    run.exits(Exit::Conflict)
        .prints("is to have 7 pods now (by kubectl")
        .prints("not the 2 of this run");
    assert!(took < std::time::Duration::from_secs(600), "{took:?}");
}
