use serde_json::json;

use super::*;
use crate::k8s::schema;

fn deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "finalizers": ["a/x", "a/y"], "labels": {"a": "1", "b": "2"}},
        "spec": {
            "replicas": 5,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
            "template": {"spec": {
                "containers": [{"name": "one", "image": "i:1", "ports": [{"containerPort": 80}]}, {"name": "two", "image": "j"}],
                "tolerations": [{"key": "a"}],
                "volumes": [{"name": "v", "emptyDir": {}}]
            }}
        }
    })
}

fn strategically(patch: &Value) -> Result<Value, PatchError> {
    let mut target = deployment();
    strategic(&mut target, patch, schema::of("apps/v1", "Deployment"))?;
    Ok(target)
}

/// Patches the pod template's spec and shows one field of it.
fn pod_spec(patch: &Value, field: &str) -> Value {
    let patch = json!({"spec": {"template": {"spec": patch}}});
    strategically(&patch).unwrap()["spec"]["template"]["spec"][field].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

#[test]
fn lists_with_a_merge_key_are_merged_and_others_replaced() {
    let containers = pod_spec(&json!({"containers": [{"name": "two", "image": "k"}]}), "containers");
    assert_eq!(containers[0]["image"], "i:1");
    assert_eq!(containers[1], json!({"name": "two", "image": "k"}));
    assert_eq!(
        pod_spec(&json!({"tolerations": [{"key": "b"}]}), "tolerations"),
        json!([{"key": "b"}])
    );
    let ports = json!({"containers": [{"name": "one", "ports": [{"containerPort": 80, "protocol": "UDP"}]}]});
    assert_eq!(
        pod_spec(&ports, "containers")[0]["ports"],
        json!([{"containerPort": 80, "protocol": "UDP"}])
    );
}

#[test]
fn null_removes_and_new_maps_come_without_nulls() {
    let patch =
        json!({"metadata": {"labels": {"a": null}, "annotations": {"x": null, "y": "1"}}, "spec": {"replicas": null}});
    let target = strategically(&patch).unwrap();
    assert_eq!(target["metadata"]["labels"], json!({"b": "2"}));
    assert_eq!(target["metadata"]["annotations"], json!({"y": "1"}));
    assert_eq!(target["spec"].get("replicas"), None);
}

#[test]
fn elements_are_deleted_and_lists_replaced_by_directive() {
    let deleted = json!({"containers": [{"$patch": "delete", "name": "one"}]});
    assert_eq!(names(&pod_spec(&deleted, "containers")), ["two"]);
    let replaced = json!({"containers": [{"$patch": "replace"}, {"name": "three"}]});
    assert_eq!(pod_spec(&replaced, "containers"), json!([{"name": "three"}]));
    let labels = strategically(&json!({"metadata": {"labels": {"$patch": "replace", "c": "3"}}})).unwrap();
    assert_eq!(labels["metadata"]["labels"], json!({"c": "3"}));
    let labels = strategically(&json!({"metadata": {"labels": {"$patch": "delete"}}})).unwrap();
    assert_eq!(labels["metadata"]["labels"], json!({}));
}

#[test]
fn retain_keys_drops_the_other_fields() {
    let patch = json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}});
    assert_eq!(
        strategically(&patch).unwrap()["spec"]["strategy"],
        json!({"type": "Recreate"})
    );
    let volumes = json!({"volumes": [{"name": "v", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}]});
    assert_eq!(
        pod_spec(&volumes, "volumes"),
        json!([{"name": "v", "configMap": {"name": "c"}}])
    );
    let wrong = json!({"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}});
    assert_eq!(
        strategically(&wrong).unwrap_err(),
        PatchError::BadRequest("invalid patch format of retainKeys".to_owned())
    );
}

#[test]
fn element_order_is_enforced() {
    let patch = json!({
        "$setElementOrder/containers": [{"name": "three"}, {"name": "two"}, {"name": "one"}],
        "containers": [{"name": "three", "image": "l"}]
    });
    assert_eq!(names(&pod_spec(&patch, "containers")), ["three", "two", "one"]);
    let only_order = json!({"$setElementOrder/containers": [{"name": "two"}, {"name": "one"}]});
    assert_eq!(names(&pod_spec(&only_order, "containers")), ["two", "one"]);
    let unlisted = json!({"$setElementOrder/containers": [{"name": "two"}], "containers": [{"name": "one"}]});
    let error = strategically(&json!({"spec": {"template": {"spec": unlisted}}})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The order in patch list:\n[map[name:one]]\n doesn't match $setElementOrder list:\n[map[name:two]]\n"
    );
}

#[test]
fn sets_are_merged_and_their_elements_deleted() {
    let patch = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/x"], "finalizers": ["a/z", "a/y"]}});
    assert_eq!(
        strategically(&patch).unwrap()["metadata"]["finalizers"],
        json!(["a/z", "a/y"])
    );
    let gone = json!({"metadata": {"$deleteFromPrimitiveList/nothing": ["a/x"]}});
    assert_eq!(strategically(&gone).unwrap(), deployment());
}

#[test]
fn broken_rules_are_reported_in_the_servers_words() {
    let cases = [
        (
            json!([{"image": "x"}]),
            "map: map[image:x] does not contain declared merge key: name",
        ),
        (
            json!([{"name": "b", "$patch": "frobnicate"}]),
            "unknown patch type: frobnicate in map: map[$patch:frobnicate name:b]",
        ),
    ];
    for (containers, wanted) in cases {
        let error = strategically(&json!({"spec": {"template": {"spec": {"containers": containers}}}})).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (500, wanted));
    }
    let error = strategically(&json!([1])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "json: cannot unmarshal array into Go value of type map[string]interface {}"
    );
}

#[test]
fn json_patches_are_all_or_nothing() {
    let start = json!({"a": {"b": "1"}, "list": ["x", "y"]});
    let cases = [
        (
            json!([{"op": "add", "path": "/list/-", "value": "z"}]),
            Some(json!({"a": {"b": "1"}, "list": ["x", "y", "z"]})),
        ),
        (
            json!([{"op": "add", "path": "/list/0", "value": "w"}]),
            Some(json!({"a": {"b": "1"}, "list": ["w", "x", "y"]})),
        ),
        (
            json!([{"op": "remove", "path": "/list/-1"}]),
            Some(json!({"a": {"b": "1"}, "list": ["x"]})),
        ),
        (
            json!([{"op": "move", "from": "/a/b", "path": "/c~1d"}]),
            Some(json!({"a": {}, "c/d": "1", "list": ["x", "y"]})),
        ),
        (
            json!([{"op": "replace", "path": "/n", "value": 1}]),
            Some(json!({"a": {"b": "1"}, "list": ["x", "y"], "n": 1})),
        ),
        (
            json!([{"op": "remove", "path": "/a/b"}, {"op": "test", "path": "/a/b", "value": "1"}]),
            None,
        ),
        (json!([{"op": "remove", "path": "/list/2"}]), None),
        (json!([{"op": "add", "path": "/none/x", "value": 1}]), None),
        (json!([{"op": "frob", "path": "/a"}]), None),
        (json!([{"op": "remove", "path": ""}]), None),
    ];
    for (patch, wanted) in cases {
        let mut target = start.clone();
        let result = json(&mut target, &patch);
        assert_eq!(result.is_ok(), wanted.is_some(), "{patch}");
        assert_eq!(target, wanted.unwrap_or_else(|| start.clone()), "{patch}");
    }
}

#[test]
fn a_patch_of_the_wrong_type_is_a_bad_request() {
    let mut target = json!({});
    assert_eq!(
        json(&mut target, &json!({"op": "add"})).unwrap_err().status(),
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "BadRequest", "code": 400,
            "message": "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
        })
    );
    assert!(merge(&mut target, &json!("x")).is_err());
    merge(&mut target, &json!({"a": {"b": null, "c": 1}})).unwrap();
    assert_eq!(target, json!({"a": {"c": 1}}));
}
