//! Creations, updates, applies, scales.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn a_deployment_gets_its_defaults_and_its_metadata() {
    let cluster = Cluster::new().await;
    let made = cluster.post(DEPLOYMENTS, deployment("web")).await;
    assert_eq!(made.code, 201);
    let spec = &made.body["spec"];
    assert_eq!(spec["replicas"], 1);
    assert_eq!(
        spec["strategy"]["rollingUpdate"],
        json!({"maxSurge": "25%", "maxUnavailable": "25%"})
    );
    assert_eq!(
        spec["template"]["spec"]["containers"][0]["imagePullPolicy"],
        "IfNotPresent"
    );
    assert_eq!(made.body["metadata"]["generation"], 1);
    assert_eq!(made.body["metadata"]["creationTimestamp"], START);
    assert_eq!(made.body["metadata"]["uid"].as_str().unwrap().len(), 36);
    assert_eq!(made.body["metadata"]["managedFields"][0]["manager"], "kubectl");
}

#[tokio::test]
async fn writes_that_change_nothing_keep_the_resource_version() {
    let cluster = Cluster::new().await;
    cluster
        .post(CONFIG_MAPS, json!({"metadata": {"name": "c"}, "data": {"a": "1"}}))
        .await;
    let path = format!("{CONFIG_MAPS}/c");
    let before = cluster.get(&path).await.body;
    let again = cluster.merge(&path, json!({"data": {"a": "1"}})).await.body;
    assert_eq!(
        before["metadata"]["resourceVersion"],
        again["metadata"]["resourceVersion"]
    );
    let changed = cluster.merge(&path, json!({"data": {"a": "2"}})).await.body;
    assert_ne!(
        before["metadata"]["resourceVersion"],
        changed["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn generations_follow_the_spec() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let path = format!("{DEPLOYMENTS}/web");
    let generation = |answer: TestResponse| answer.body["metadata"]["generation"].as_i64().unwrap();
    assert_eq!(
        generation(cluster.merge(&path, json!({"metadata": {"labels": {"a": "b"}}})).await),
        1
    );
    assert_eq!(
        generation(cluster.merge(&path, json!({"spec": {"replicas": 2}})).await),
        2
    );
    assert_eq!(
        generation(
            cluster
                .merge(&path, json!({"metadata": {"annotations": {"a": "b"}}}))
                .await
        ),
        3
    );
    let status = cluster
        .merge(
            &format!("{path}/status"),
            json!({"status": {"observedGeneration": 3}, "spec": {"replicas": 9}}),
        )
        .await;
    assert_eq!(
        status.body["spec"]["replicas"], 2,
        "the spec is not written through status"
    );
    assert_eq!(status.body["status"]["observedGeneration"], 3);
    assert_eq!(generation(status), 3);
    let spec = cluster.merge(&path, json!({"status": {"observedGeneration": 7}})).await;
    assert_eq!(
        spec.body["status"]["observedGeneration"], 3,
        "the status is not written through the object"
    );
}

#[tokio::test]
async fn dry_runs_answer_in_full_and_store_nothing() {
    let cluster = Cluster::new().await;
    let made = cluster
        .post(&format!("{DEPLOYMENTS}?dryRun=All"), deployment("web"))
        .await;
    assert_eq!(made.code, 201);
    assert!(made.body["metadata"]["uid"].is_string());
    assert!(made.body["metadata"].get("resourceVersion").is_none());
    assert_eq!(cluster.get(&format!("{DEPLOYMENTS}/web")).await.code, 404);
    let service = json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}});
    let dry = cluster
        .post("/api/v1/namespaces/lab/services?dryRun=All", service)
        .await;
    assert!(dry.body["spec"]["clusterIP"].as_str().unwrap().starts_with("172.20."));
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let deleted = cluster.delete(&format!("{DEPLOYMENTS}/web?dryRun=All")).await;
    assert_eq!(deleted.code, 200);
    assert_eq!(cluster.get(&format!("{DEPLOYMENTS}/web")).await.code, 200);
}

#[tokio::test]
async fn server_side_apply_creates_changes_and_conflicts() {
    let cluster = Cluster::new().await;
    let path = |manager: &str| format!("{DEPLOYMENTS}/web?fieldManager={manager}");
    let made = cluster.apply(&path("one"), deployment("web")).await;
    assert_eq!((made.code, &made.body["spec"]["replicas"]), (201, &json!(1)));
    let mut scaled = deployment("web");
    scaled["spec"]["replicas"] = json!(3);
    assert_eq!(cluster.apply(&path("one"), scaled.clone()).await.code, 200);
    scaled["spec"]["replicas"] = json!(5);
    let conflict = cluster.apply(&path("two"), scaled.clone()).await;
    assert_eq!(conflict.code, 409);
    assert_eq!(
        conflict.message(),
        "Apply failed with 1 conflict: conflict with \"one\": .spec.replicas"
    );
    assert_eq!(conflict.body["details"]["causes"][0]["reason"], "FieldManagerConflict");
    let forced = cluster.apply(&format!("{}&force=true", path("two")), scaled).await;
    assert_eq!((forced.code, &forced.body["spec"]["replicas"]), (200, &json!(5)));
}

#[tokio::test]
async fn scale_is_its_own_object_and_owner() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let path = format!("{DEPLOYMENTS}/web/scale");
    let scale = cluster.get(&path).await.body;
    assert_eq!(scale["kind"], "Scale");
    assert_eq!(scale["status"]["selector"], "app=web");
    let scaled = cluster.merge(&path, json!({"spec": {"replicas": 4}})).await;
    assert_eq!((scaled.code, &scaled.body["spec"]["replicas"]), (200, &json!(4)));
    let owner = cluster.get(&format!("{DEPLOYMENTS}/web")).await.body;
    let owners = owner["metadata"]["managedFields"].as_array().unwrap();
    assert!(owners.iter().any(|entry| entry["subresource"] == "scale"), "{owners:?}");
}

#[tokio::test]
async fn services_get_addresses_and_ports() {
    let cluster = Cluster::new().await;
    let services = "/api/v1/namespaces/lab/services";
    let made = cluster
        .post(
            services,
            json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}),
        )
        .await
        .body;
    let spec = &made["spec"];
    assert_eq!(spec["clusterIPs"], json!([spec["clusterIP"]]));
    let port = spec["ports"][0]["nodePort"].as_u64().unwrap();
    assert!((30_000..=32_767).contains(&port), "{port}");
    assert_eq!(spec["ports"][0]["targetPort"], 80);
    let same = cluster
        .send(
            "PUT",
            &format!("{services}/s"),
            "application/json",
            Some(&json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}})),
        )
        .await;
    assert_eq!(same.body["spec"]["clusterIP"], spec["clusterIP"]);
    assert_eq!(same.body["spec"]["ports"][0]["nodePort"], spec["ports"][0]["nodePort"]);
    let headless = cluster
        .post(
            services,
            json!({"metadata": {"name": "h"}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}),
        )
        .await;
    assert_eq!(headless.body["spec"]["clusterIP"], "None");
}

#[tokio::test]
async fn parameters_of_a_class_have_a_schema() {
    let cluster = Cluster::new().await;
    let params = "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams/alb";
    for (spec, wanted) in [
        (
            json!({"scheme": "public"}),
            "IngressClassParams.elbv2.k8s.aws \"alb\" is invalid: spec.scheme: Unsupported value: \"public\": supported values: \"internal\", \"internet-facing\"",
        ),
        (
            json!({"ipAddressType": "ipv6"}),
            "IngressClassParams.elbv2.k8s.aws \"alb\" is invalid: spec.ipAddressType: Unsupported value: \"ipv6\": supported values: \"ipv4\", \"dualstack\", \"dualstack-without-public-ipv4\"",
        ),
    ] {
        let refused = cluster.merge(params, json!({ "spec": spec })).await;
        assert_eq!(refused.code, 422, "{}", refused.body);
        assert_eq!(refused.body["message"], wanted);
    }
}
