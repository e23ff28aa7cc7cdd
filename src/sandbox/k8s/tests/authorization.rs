//! What roles allow somebody who may not do everything.

use serde_json::{Value, json};

use super::fixture::*;
use crate::testing::{Caller, call_as};

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

/// Roles for the group `players`: one for the namespace `lab`, one for the cluster.
async fn restricted() -> Cluster {
    let cluster = Cluster::new().await;
    let bound = |kind: &str, name: &str| {
        json!({
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "players"}],
        })
    };
    let rules = |rules: &Value, name: &str| json!({"metadata": {"name": name}, "rules": rules});
    let namespaced = json!([
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "patch"]},
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mine"], "verbs": ["create", "delete"]},
        {"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get"]},
    ]);
    let clusterwide = json!([
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["lab"], "verbs": ["get", "watch"]},
    ]);
    for (path, object) in [
        ("namespaces/lab/roles", rules(&namespaced, "in-lab")),
        ("namespaces/lab/rolebindings", bound("Role", "in-lab")),
        ("clusterroles", rules(&clusterwide, "reader")),
        ("clusterrolebindings", bound("ClusterRole", "reader")),
    ] {
        assert_eq!(
            cluster.post(&format!("{RBAC}/{path}"), object).await.code,
            201,
            "{path}"
        );
    }
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "other"}})).await;
    let policy = serde_json::from_value(json!({"Version": "2012-10-17", "Statement": []})).unwrap();
    let groups = vec!["players".to_owned()];
    call_as(&cluster.sandbox, Some(Caller { policy, groups }));
    cluster
}

#[tokio::test]
async fn what_no_role_allows_is_forbidden_in_the_servers_words() {
    let cluster = restricted().await;
    let map = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    let one = |name: &str| format!("{CONFIG_MAPS}/{name}?fieldManager=m");
    assert_eq!(cluster.get(CONFIG_MAPS).await.code, 200);
    assert_eq!(cluster.get("/api/v1/configmaps").await.code, 403, "not everywhere");
    assert_eq!(
        cluster.get(DEPLOYMENTS).await.code,
        200,
        "where all may be listed, those of one may"
    );
    assert_eq!(cluster.apply(&one("mine"), map("mine")).await.code, 201);
    let refused = cluster.apply(&one("new"), map("new")).await;
    assert_eq!(
        (refused.code, refused.message()),
        (
            403,
            "configmaps \"new\" is forbidden: User \"arn:aws:sts::410691154611:assumed-role/WorkshopParticipant/sandbox\" cannot \
             create resource \"configmaps\" in API group \"\" in the namespace \"lab\""
        )
    );
    assert_eq!(refused.body["reason"], "Forbidden");
    assert_eq!(refused.body["details"], json!({"name": "new", "kind": "configmaps"}));
    assert_eq!(
        cluster.apply(&one("other"), map("other")).await.code,
        200,
        "it is there"
    );
    assert_eq!(
        cluster.post(CONFIG_MAPS, map("mine")).await.code,
        403,
        "no name is known before the body is read"
    );
    assert_eq!(cluster.delete(&format!("{CONFIG_MAPS}/other")).await.code, 403);
    assert_eq!(
        cluster.delete(CONFIG_MAPS).await.code,
        403,
        "a collection has a verb of its own"
    );
    assert_eq!(cluster.delete(&format!("{CONFIG_MAPS}/mine")).await.code, 200);
    let watch = "/api/v1/namespaces?watch=true&timeoutSeconds=1&fieldSelector=metadata.name";
    assert!(
        !cluster
            .watch(&format!("{watch}=lab"))
            .await
            .iter()
            .any(|line| line["code"] == 403)
    );
    let refused = cluster.get(&format!("{watch}=default")).await;
    assert!(
        refused
            .message()
            .ends_with("cannot watch resource \"namespaces\" in API group \"\" at the cluster scope")
    );
    assert_eq!(
        cluster.get(&format!("{DEPLOYMENTS}/none/scale")).await.code,
        404,
        "allowed, and not there"
    );
    let unserved = cluster.get("/apis/apps/v1/namespaces/lab/controllerrevisions").await;
    assert_eq!(unserved.code, 403, "rights come before what there is");
    assert!(
        unserved
            .message()
            .starts_with("controllerrevisions.apps is forbidden: User "),
        "{}",
        unserved.message()
    );
    assert_eq!(cluster.get("/api").await.code, 200, "everybody may discover");
}

#[tokio::test]
async fn roles_count_as_they_are_at_the_time() {
    let cluster = restricted().await;
    assert_eq!(cluster.get(CONFIG_MAPS).await.code, 200);
    let caller = cluster.sandbox.with(|world| world.caller().cloned());
    call_as(&cluster.sandbox, None);
    let binding = format!("{RBAC}/namespaces/lab/rolebindings/in-lab");
    assert_eq!(cluster.delete(&binding).await.code, 200);
    call_as(&cluster.sandbox, caller);
    assert_eq!(cluster.get(CONFIG_MAPS).await.code, 403);
}

#[tokio::test]
async fn a_review_tells_what_the_roles_allow() {
    let cluster = restricted().await;
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    for (verb, resource, namespace, expected) in [
        ("list", "configmaps", "lab", true),
        ("list", "configmaps", "default", false),
        ("delete", "configmaps", "lab", false),
        ("list", "pods", "lab", false),
    ] {
        let attributes = json!({"verb": verb, "resource": resource, "namespace": namespace});
        let review = cluster
            .post(path, json!({"spec": {"resourceAttributes": attributes}}))
            .await;
        assert_eq!(
            review.body["status"]["allowed"], expected,
            "{verb} {resource} in {namespace}"
        );
    }
}
