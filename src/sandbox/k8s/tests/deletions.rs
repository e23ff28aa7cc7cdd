//! Deletions, and what they leave for later.

use serde_json::{Value, json};

use super::fixture::*;

#[tokio::test]
async fn finalizers_hold_a_deleted_object() {
    let cluster = Cluster::new().await;
    let path = format!("{CONFIG_MAPS}/c");
    cluster
        .post(
            CONFIG_MAPS,
            json!({"metadata": {"name": "c", "finalizers": ["lab.example/hold"]}}),
        )
        .await;
    let deleted = cluster.delete(&path).await;
    assert_eq!(deleted.code, 200);
    assert_eq!(deleted.body["metadata"]["deletionTimestamp"], START);
    assert_eq!(deleted.body["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(cluster.get(&path).await.code, 200);
    assert_eq!(
        cluster
            .merge(&path, json!({"metadata": {"finalizers": null}}))
            .await
            .code,
        200
    );
    assert_eq!(cluster.get(&path).await.code, 404);
}

#[tokio::test]
async fn deletions_answer_with_a_status_or_the_object() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let gone = cluster.delete(&format!("{DEPLOYMENTS}/web")).await.body;
    assert_eq!(gone["status"], "Success");
    assert_eq!(gone["details"]["kind"], "deployments");
    cluster
        .post(
            "/api/v1/namespaces/lab/services",
            json!({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}),
        )
        .await;
    let gone = cluster.delete("/api/v1/namespaces/lab/services/s").await.body;
    assert_eq!(gone["kind"], "Service");
}

#[tokio::test]
async fn pods_on_a_node_are_stopped_gently() {
    let cluster = Cluster::new().await;
    let pods = "/api/v1/namespaces/lab/pods";
    let ready = json!({"conditions": [{"type": "Ready", "status": "True"}]});
    cluster
        .post(
            "/api/v1/nodes",
            json!({"metadata": {"name": "node-1"}, "status": ready}),
        )
        .await;
    let pod = |name: &str, node: Value| json!({"metadata": {"name": name}, "spec": {"nodeName": node, "schedulerName": "nobody", "containers": [{"name": "a", "image": "b"}]}});
    let made = cluster.post(pods, pod("placed", "node-1".into())).await;
    assert_eq!(made.body["status"]["phase"], "Pending");
    assert_eq!(made.body["status"]["qosClass"], "BestEffort");
    let deleted = cluster.delete(&format!("{pods}/placed")).await.body;
    assert_eq!(deleted["metadata"]["deletionGracePeriodSeconds"], 30);
    assert_eq!(deleted["metadata"]["deletionTimestamp"], "2026-03-01T09:00:30Z");
    cluster.delete(&format!("{pods}/placed?gracePeriodSeconds=0")).await;
    assert_eq!(cluster.get(&format!("{pods}/placed")).await.code, 404);
    cluster.post(pods, pod("waiting", Value::Null)).await;
    let gone = cluster.delete(&format!("{pods}/waiting")).await.body;
    assert_eq!(gone["metadata"]["deletionTimestamp"], START);
    assert_eq!(cluster.get(&format!("{pods}/waiting")).await.code, 404);
}

#[tokio::test]
async fn terminating_namespaces_take_nothing_new() {
    let cluster = Cluster::new().await;
    // Something with a finalizer keeps the namespace from going at once.
    cluster
        .post(
            CONFIG_MAPS,
            json!({"metadata": {"name": "c", "finalizers": ["lab.example/hold"]}}),
        )
        .await;
    let deleted = cluster.delete("/api/v1/namespaces/lab").await.body;
    assert_eq!(deleted["status"]["phase"], "Terminating");
    let refused = cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "d"}})).await;
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message(),
        "configmaps \"d\" is forbidden: unable to create new content in namespace lab because it is being terminated"
    );
    assert_eq!(refused.body["details"]["causes"][0]["reason"], "NamespaceTerminating");
}
