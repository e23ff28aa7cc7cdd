//! Edges that a real control plane was found to have.

use serde_json::{Value, json};

use super::fixture::*;

fn owner<'a>(object: &'a Value, manager: &str) -> Option<&'a Value> {
    let entries = object["metadata"]["managedFields"].as_array()?;
    entries.iter().find(|entry| entry["manager"] == manager)
}

#[tokio::test]
async fn a_deletion_with_wrong_options_deletes_nothing() {
    let cluster = Cluster::new().await;
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "a"}})).await;
    let path = format!("{CONFIG_MAPS}/a");
    let both = json!({"orphanDependents": true, "propagationPolicy": "Orphan"});
    let other = json!({"kind": "ConfigMap", "apiVersion": "v1"});
    let options = |body| cluster.send("DELETE", &path, "application/json", Some(body));
    assert_eq!(cluster.delete(&format!("{path}?dryRun=Some")).await.code, 422);
    assert_eq!(options(&both).await.code, 422);
    assert_eq!(options(&other).await.code, 400);
    assert_eq!(cluster.get(&path).await.code, 200);
}

#[tokio::test]
async fn who_scales_to_zero_owns_nothing_and_who_applies_a_scale_does() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let (path, scale) = (format!("{DEPLOYMENTS}/web"), format!("{DEPLOYMENTS}/web/scale"));
    let zero = json!({"spec": {"replicas": 0}});
    let scaled = cluster.merge(&format!("{scale}?fieldManager=scaler"), zero).await;
    assert_eq!(scaled.body["spec"], json!({}));
    let live = cluster.get(&path).await.body;
    assert_eq!((&live["spec"]["replicas"], owner(&live, "scaler")), (&json!(0), None));
    let two = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale",
        "metadata": {"name": "web", "namespace": "lab"}, "spec": {"replicas": 2},
    });
    assert_eq!(
        cluster.apply(&format!("{scale}?fieldManager=applier"), two).await.code,
        200
    );
    let live = cluster.get(&path).await.body;
    let owned = owner(&live, "applier").unwrap();
    assert_eq!(owned["fieldsV1"], json!({"f:spec": {"f:replicas": {}}}));
    assert_eq!((&owned["subresource"], owned.get("time")), (&json!("scale"), None));
}

#[tokio::test]
async fn an_owner_waits_until_its_orphans_are_on_their_own() {
    let cluster = Cluster::new().await;
    let parent = cluster
        .post(CONFIG_MAPS, json!({"metadata": {"name": "parent"}}))
        .await
        .body;
    let reference =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "parent", "uid": parent["metadata"]["uid"]});
    let child = json!({"metadata": {"name": "child", "ownerReferences": [reference]}});
    cluster.post(CONFIG_MAPS, child).await;
    let answer = cluster
        .delete(&format!("{CONFIG_MAPS}/parent?propagationPolicy=Orphan"))
        .await;
    assert_eq!(answer.body["metadata"]["finalizers"], json!(["orphan"]));
    assert_eq!(cluster.get(&format!("{CONFIG_MAPS}/parent")).await.code, 404);
    let child = cluster.get(&format!("{CONFIG_MAPS}/child")).await;
    assert_eq!(
        (child.code, &child.body["metadata"]["ownerReferences"]),
        (200, &Value::Null)
    );
}

#[tokio::test]
async fn nothing_new_may_hold_what_is_being_deleted() {
    let cluster = Cluster::new().await;
    let held = json!({"metadata": {"name": "held", "finalizers": ["example.com/a"]}});
    cluster.post(CONFIG_MAPS, held.clone()).await;
    cluster.delete(&format!("{CONFIG_MAPS}/held")).await;
    let more = json!({"metadata": {"finalizers": ["example.com/a", "example.com/b"]}});
    assert_eq!(cluster.merge(&format!("{CONFIG_MAPS}/held"), more).await.code, 422);
    let again = cluster.post(CONFIG_MAPS, held).await;
    assert_eq!(
        again.message(),
        "object is being deleted: configmaps \"held\" already exists"
    );
}

#[tokio::test]
async fn a_service_that_needs_no_node_ports_loses_them() {
    let cluster = Cluster::new().await;
    let services = "/api/v1/namespaces/lab/services";
    let service = json!({"metadata": {"name": "web"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}});
    let made = cluster.post(services, service).await.body;
    assert!(made["spec"]["ports"][0]["nodePort"].is_number());
    let plain = json!({"spec": {"type": "ClusterIP"}});
    let changed = cluster.merge(&format!("{services}/web"), plain).await;
    assert_eq!(
        (changed.code, &changed.body["spec"]["ports"][0]["nodePort"]),
        (200, &Value::Null)
    );
}

#[tokio::test]
async fn a_pod_is_bound_once() {
    let cluster = Cluster::new().await;
    cluster
        .post("/api/v1/nodes", json!({"metadata": {"name": "far"}}))
        .await;
    let pods = "/api/v1/namespaces/lab/pods";
    let pod = json!({
        "metadata": {"name": "web"},
        "spec": {"schedulerName": "nobody", "containers": [{"name": "web", "image": "nginx"}]},
    });
    cluster.post(pods, pod).await;
    let binding = json!({"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "far"}});
    let path = format!("{pods}/web/binding");
    assert_eq!(cluster.post(&path, binding.clone()).await.code, 201);
    let bound = cluster.get(&format!("{pods}/web")).await.body;
    assert_eq!(bound["spec"]["nodeName"], "far");
    let again = cluster.post(&path, binding).await;
    assert_eq!(
        (again.code, again.body["details"]["kind"].as_str()),
        (409, Some("pods/binding"))
    );
}
