//! Lists and watches.

use serde_json::{Value, json};

use super::fixture::*;

#[tokio::test]
async fn lists_are_selected_and_paged() {
    let cluster = Cluster::new().await;
    for (name, tier) in [("a", "front"), ("b", "back"), ("c", "front"), ("d", "front")] {
        cluster
            .post(
                CONFIG_MAPS,
                json!({"metadata": {"name": name, "labels": {"tier": tier}}}),
            )
            .await;
    }
    let names = |list: &Value| -> String {
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["metadata"]["name"].as_str().unwrap())
            .collect()
    };
    for (query, expected) in [
        ("labelSelector=tier=front", "acd"),
        ("labelSelector=tier!=front", "b"),
        ("labelSelector=tier%20in%20(back,side)", "b"),
        ("labelSelector=tier%20notin%20(back)", "acd"),
        ("labelSelector=tier", "abcd"),
        ("labelSelector=!tier", ""),
        ("fieldSelector=metadata.name=b", "b"),
        ("fieldSelector=metadata.name!=b", "acd"),
    ] {
        let list = cluster.get(&format!("{CONFIG_MAPS}?{query}")).await.body;
        assert_eq!(names(&list).replace("kube-root-ca.crt", ""), expected, "{query}");
    }
    let first = cluster
        .get(&format!("{CONFIG_MAPS}?limit=3&labelSelector=tier"))
        .await
        .body;
    assert_eq!(names(&first), "abc");
    let token = first["metadata"]["continue"].as_str().unwrap();
    let rest = cluster
        .get(&format!("{CONFIG_MAPS}?limit=3&labelSelector=tier&continue={token}"))
        .await
        .body;
    assert_eq!(names(&rest), "d");
    assert!(rest["metadata"].get("continue").is_none());
}

#[tokio::test(start_paused = true)]
async fn watches_report_changes_and_what_leaves_the_selector() {
    let cluster = Cluster::new().await;
    let made = cluster
        .post(CONFIG_MAPS, json!({"metadata": {"name": "c", "labels": {"on": "1"}}}))
        .await
        .body;
    let version = made["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!("{CONFIG_MAPS}/c");
    cluster.merge(&path, json!({"data": {"a": "1"}})).await;
    cluster
        .merge(&path, json!({"metadata": {"labels": {"on": null}}}))
        .await;
    cluster.merge(&path, json!({"metadata": {"labels": {"on": "1"}}})).await;
    cluster.delete(&path).await;
    let lines = cluster
        .watch(&format!(
            "{CONFIG_MAPS}?watch=1&labelSelector=on&resourceVersion={version}"
        ))
        .await;
    let kinds: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["MODIFIED", "DELETED", "ADDED", "DELETED"]);
}

#[tokio::test(start_paused = true)]
async fn streaming_lists_end_with_a_bookmark() {
    let cluster = Cluster::new().await;
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "c"}})).await;
    let lines = cluster
        .watch(&format!("{CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name=c"))
        .await;
    assert_eq!(lines[0]["type"], "ADDED");
    assert_eq!(lines[1]["type"], "BOOKMARK");
    assert_eq!(
        lines[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"],
        "true"
    );
}

#[tokio::test(start_paused = true)]
async fn watches_from_a_forgotten_version_expire() {
    let cluster = Cluster::new().await;
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "c"}})).await;
    cluster.sandbox.with(|world| {
        let key = crate::state::Key::new("", "configmaps", "lab", "c");
        for at in 0..2_100 {
            crate::k8s::objects::update(world, "test", &key, |object| {
                object["data"]["a"] = at.to_string().into();
            })
            .unwrap();
        }
    });
    let lines = cluster.watch(&format!("{CONFIG_MAPS}?watch=1&resourceVersion=2")).await;
    assert_eq!(lines[0]["type"], "ERROR");
    assert_eq!(lines[0]["object"]["reason"], "Expired");
    assert_eq!(lines[0]["object"]["code"], 410);
}
