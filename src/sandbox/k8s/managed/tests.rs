use serde_json::json;

use super::conflict::ApplyError;
use super::*;

const AT_1: &str = "2026-11-23T23:20:39Z";
const AT_2: &str = "2026-11-23T23:20:41Z";
const AT_3: &str = "2026-11-23T23:20:50Z";

fn writer<'a>(manager: &'a str, subresource: &'a str, api_version: &'a str, now: &str) -> Writer<'a> {
    Writer {
        manager,
        subresource,
        api_version,
        now: now.parse().unwrap(),
    }
}

fn apps<'a>(manager: &'a str, now: &str) -> Writer<'a> {
    writer(manager, "", "apps/v1", now)
}

fn core<'a>(manager: &'a str, now: &str) -> Writer<'a> {
    writer(manager, "", "v1", now)
}

/// `manager operation [subresource] [time]` and fields of each entry.
fn entries(object: &Value) -> Value {
    object
        .pointer("/metadata/managedFields")
        .cloned()
        .unwrap_or(Value::Null)
}

/// The fields of the entry of a manager, with or without subresource.
fn fields(object: &Value, manager: &str, operation: &str) -> Value {
    entries(object)
        .as_array()
        .into_iter()
        .flatten()
        .find(|e| e["manager"] == manager && e["operation"] == operation)
        .map_or(Value::Null, |e| e["fieldsV1"].clone())
}

fn conflicts(result: Result<Value, ApplyError>) -> Vec<String> {
    match result {
        Err(ApplyError::Conflicts(list)) => list.iter().map(|c| format!("{} {}", c.manager, c.field)).collect(),
        other => panic!("expected conflicts, got {other:?}"),
    }
}

fn workshop_deployment() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "deployment-2048", "namespace": "fargate-game-2048"},
        "spec": {
            "replicas": 5,
            "selector": {"matchLabels": {"app.kubernetes.io/name": "app-2048"}},
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": "app-2048"}},
                "spec": {"containers": [{
                    "name": "app-2048",
                    "image": "alexwhen/docker-2048",
                    "imagePullPolicy": "Always",
                    "ports": [{"containerPort": 80}]
                }]}
            }
        }
    })
}

/// What the server makes of an applied object: defaults and system metadata.
fn stored(mut object: Value) -> Value {
    object["metadata"]["uid"] = json!("2a5c3373-33c0-4cc6-ab9b-4ad9fa29b93a");
    object["metadata"]["generation"] = json!(1);
    object["metadata"]["creationTimestamp"] = json!(AT_1);
    let spec = &mut object["spec"];
    spec["progressDeadlineSeconds"] = json!(600);
    spec["revisionHistoryLimit"] = json!(10);
    spec["strategy"] = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
    spec["template"]["spec"]["dnsPolicy"] = json!("ClusterFirst");
    spec["template"]["spec"]["containers"][0]["ports"][0]["protocol"] = json!("TCP");
    object
}

fn applied_deployment() -> Value {
    stored(apply(None, &workshop_deployment(), apps("kubectl", AT_1), false).unwrap())
}

fn scaled(live: &Value, replicas: i64, manager: &str) -> Value {
    let mut new = live.clone();
    new["spec"]["replicas"] = json!(replicas);
    after_update(Some(live), &mut new, writer(manager, "scale", "apps/v1", AT_3));
    new
}

fn applied_fields() -> Value {
    json!({
        "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}}},
                "f:spec": {"f:containers": {"k:{\"name\":\"app-2048\"}": {
                    ".": {},
                    "f:image": {},
                    "f:imagePullPolicy": {},
                    "f:name": {},
                    "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}
                }}}
            }
        }
    })
}

#[test]
fn recorded_deployment_after_apply_and_status() {
    let live = applied_deployment();
    let mut new = live.clone();
    new["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": "1"});
    let condition = |kind: &str| {
        json!({
            "type": kind, "status": "True", "reason": "r", "message": "m", "lastTransitionTime": AT_1, "lastUpdateTime": AT_2
        })
    };
    new["status"] = json!({
        "observedGeneration": 1, "replicas": 5, "updatedReplicas": 5, "readyReplicas": 5, "availableReplicas": 5,
        "terminatingReplicas": 0, "conditions": [condition("Available"), condition("Progressing")]
    });
    after_update(
        Some(&live),
        &mut new,
        writer("kube-controller-manager", "status", "apps/v1", AT_2),
    );
    let condition = json!({
        ".": {}, "f:lastTransitionTime": {}, "f:lastUpdateTime": {}, "f:message": {}, "f:reason": {}, "f:status": {},
        "f:type": {}
    });
    assert_eq!(
        entries(&new),
        json!([
            {
                "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": applied_fields(), "manager": "kubectl",
                "operation": "Apply", "time": AT_1
            },
            {
                "apiVersion": "apps/v1",
                "fieldsType": "FieldsV1",
                "fieldsV1": {
                    "f:metadata": {"f:annotations": {".": {}, "f:deployment.kubernetes.io/revision": {}}},
                    "f:status": {
                        "f:availableReplicas": {},
                        "f:conditions": {
                            ".": {},
                            "k:{\"type\":\"Available\"}": condition,
                            "k:{\"type\":\"Progressing\"}": condition
                        },
                        "f:observedGeneration": {}, "f:readyReplicas": {}, "f:replicas": {},
                        "f:terminatingReplicas": {}, "f:updatedReplicas": {}
                    }
                },
                "manager": "kube-controller-manager",
                "operation": "Update",
                "subresource": "status",
                "time": AT_2
            }
        ])
    );
}

#[test]
fn recorded_deployment_after_scale() {
    let new = scaled(&applied_deployment(), 3, "kubectl");
    let mut left = applied_fields();
    left["f:spec"].as_object_mut().unwrap().remove("f:replicas");
    assert_eq!(
        entries(&new),
        json!([
            {
                "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": left, "manager": "kubectl",
                "operation": "Apply", "time": AT_1
            },
            {
                "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:replicas": {}}},
                "manager": "kubectl", "operation": "Update", "subresource": "scale"
            }
        ])
    );
}

fn workshop_ingress() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "ingress-2048",
            "namespace": "fargate-game-2048",
            "annotations": {
                "alb.ingress.kubernetes.io/scheme": "internet-facing",
                "alb.ingress.kubernetes.io/target-type": "ip"
            }
        },
        "spec": {
            "ingressClassName": "alb",
            "rules": [{"http": {"paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": "service-2048", "port": {"number": 80}}}
            }]}}]
        }
    })
}

#[test]
fn recorded_ingress_with_finalizer_and_address() {
    let v1 = "networking.k8s.io/v1";
    let created = apply(None, &workshop_ingress(), writer("kubectl", "", v1, AT_1), false).unwrap();
    let mut held = created.clone();
    held["metadata"]["finalizers"] = json!(["ingress.k8s.aws/resources"]);
    after_update(
        Some(&created),
        &mut held,
        writer("aws-load-balancer-controller", "", v1, AT_1),
    );
    let mut known = held.clone();
    known["status"] = json!({"loadBalancer": {"ingress": [{"hostname": "k8s.elb.amazonaws.com"}]}});
    after_update(
        Some(&held),
        &mut known,
        writer("aws-load-balancer-controller", "status", v1, AT_2),
    );
    let entry = |manager: &str, operation: &str, fields: Value, time: &str| {
        json!({
            "apiVersion": v1, "fieldsType": "FieldsV1", "fieldsV1": fields, "manager": manager, "operation": operation,
            "time": time
        })
    };
    let lbc = "aws-load-balancer-controller";
    let mut status = entry(
        lbc,
        "Update",
        json!({"f:status": {"f:loadBalancer": {"f:ingress": {}}}}),
        AT_2,
    );
    status["subresource"] = json!("status");
    let applied = json!({
        "f:metadata": {"f:annotations": {
            "f:alb.ingress.kubernetes.io/scheme": {},
            "f:alb.ingress.kubernetes.io/target-type": {}
        }},
        "f:spec": {"f:ingressClassName": {}, "f:rules": {}}
    });
    let finalizer = json!({"f:metadata": {"f:finalizers": {".": {}, "v:\"ingress.k8s.aws/resources\"": {}}}});
    assert_eq!(
        entries(&known),
        json!([
            entry("kubectl", "Apply", applied, AT_1),
            entry(lbc, "Update", finalizer, AT_1),
            status
        ])
    );
}

#[test]
fn recorded_endpoint_slice_created_by_a_controller() {
    let mut slice = json!({
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.11.65.69"]}],
        "ports": [{"name": "", "port": 80, "protocol": "TCP"}],
        "metadata": {
            "name": "service-2048-5jjnb", "namespace": "fargate-game-2048", "generateName": "service-2048-", "uid": "u",
            "generation": 6, "creationTimestamp": AT_1,
            "annotations": {"endpoints.kubernetes.io/last-change-trigger-time": AT_1},
            "labels": {
                "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
                "kubernetes.io/service-name": "service-2048"
            },
            "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": "service-2048", "uid": "3e98"}]
        }
    });
    after_update(
        None,
        &mut slice,
        writer("kube-controller-manager", "", "discovery.k8s.io/v1", AT_2),
    );
    assert_eq!(
        fields(&slice, "kube-controller-manager", "Update"),
        json!({
            "f:addressType": {},
            "f:endpoints": {},
            "f:metadata": {
                "f:annotations": {".": {}, "f:endpoints.kubernetes.io/last-change-trigger-time": {}},
                "f:generateName": {},
                "f:labels": {
                    ".": {},
                    "f:endpointslice.kubernetes.io/managed-by": {},
                    "f:kubernetes.io/service-name": {}
                },
                "f:ownerReferences": {".": {}, "k:{\"uid\":\"3e98\"}": {}}
            },
            "f:ports": {}
        })
    );
}

#[test]
fn recorded_target_group_binding_owns_its_structs_as_they_were_not_there() {
    let v1 = "elbv2.k8s.aws/v1beta1";
    let lbc = "aws-load-balancer-controller";
    let mut binding = json!({
        "apiVersion": v1,
        "kind": "TargetGroupBinding",
        "metadata": {"name": "k8s-x", "namespace": "n", "labels": {"ingress.k8s.aws/stack-name": "ingress-2048"}},
        "spec": {
            "ipAddressType": "ipv4",
            "networking": {"ingress": [{"from": [], "ports": [{"port": 80, "protocol": "TCP"}]}]},
            "serviceRef": {"name": "service-2048", "port": 80},
            "targetType": "ip"
        }
    });
    after_update(None, &mut binding, writer(lbc, "", v1, AT_1));
    let created = binding.clone();
    binding["status"] = json!({"observedGeneration": 1});
    after_update(Some(&created), &mut binding, writer(lbc, "status", v1, AT_2));
    let entries = entries(&binding);
    assert_eq!(
        entries[0]["fieldsV1"],
        json!({
            "f:metadata": {"f:labels": {".": {}, "f:ingress.k8s.aws/stack-name": {}}},
            "f:spec": {
                ".": {},
                "f:ipAddressType": {},
                "f:networking": {".": {}, "f:ingress": {}},
                "f:serviceRef": {".": {}, "f:name": {}, "f:port": {}},
                "f:targetType": {}
            }
        })
    );
    assert_eq!(
        entries[1]["fieldsV1"],
        json!({"f:status": {".": {}, "f:observedGeneration": {}}})
    );
    assert_eq!(entries[1]["subresource"], "status");
}

#[test]
fn a_conflict_names_manager_subresource_and_field() {
    let live = scaled(&applied_deployment(), 3, "kubectl");
    let error = apply(Some(&live), &workshop_deployment(), apps("lab2048", AT_3), false).unwrap_err();
    assert_eq!(
        error.status(),
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: \
                        .spec.replicas",
            "reason": "Conflict",
            "details": {"causes": [{
                "reason": "FieldManagerConflict",
                "message": "conflict with \"kubectl\" with subresource \"scale\" using apps/v1",
                "field": ".spec.replicas"
            }]},
            "code": 409
        })
    );
}

#[test]
fn several_conflicts_are_listed_by_manager() {
    let mut live = applied_deployment();
    let before = live.clone();
    live["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nginx");
    live["spec"]["minReadySeconds"] = json!(5);
    after_update(Some(&before), &mut live, apps("edit", AT_2));
    let mut config = workshop_deployment();
    config["spec"]["minReadySeconds"] = json!(9);
    config["spec"]["replicas"] = json!(4);
    let error = apply(Some(&live), &config, apps("lab2048", AT_3), false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Apply failed with 3 conflicts: conflicts with \"edit\" using apps/v1:\n\
         - .spec.minReadySeconds\n\
         - .spec.template.spec.containers[name=\"app-2048\"].image\n\
         conflicts with \"kubectl\":\n\
         - .spec.replicas"
    );
}

#[test]
fn equal_values_are_shared() {
    let live = applied_deployment();
    let both = apply(Some(&live), &workshop_deployment(), apps("lab2048", AT_2), false).unwrap();
    assert_eq!(fields(&both, "kubectl", "Apply"), applied_fields());
    assert_eq!(fields(&both, "lab2048", "Apply"), applied_fields());
    let mut changed = workshop_deployment();
    changed["spec"]["replicas"] = json!(2);
    let refused = apply(Some(&both), &changed, apps("lab2048", AT_3), false);
    assert_eq!(conflicts(refused), ["\"kubectl\" .spec.replicas"]);
}

#[test]
fn force_takes_the_field_over() {
    let live = applied_deployment();
    let config = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "deployment-2048"}, "spec": {"replicas": 2}
    });
    assert_eq!(
        conflicts(apply(Some(&live), &config, apps("lab2048", AT_2), false)),
        ["\"kubectl\" .spec.replicas"]
    );
    let taken = apply(Some(&live), &config, apps("lab2048", AT_2), true).unwrap();
    assert_eq!(taken["spec"]["replicas"], 2);
    assert_eq!(
        fields(&taken, "lab2048", "Apply"),
        json!({"f:spec": {"f:replicas": {}}})
    );
    assert_eq!(fields(&taken, "kubectl", "Apply").pointer("/f:spec/f:replicas"), None);
}

#[test]
fn a_field_no_longer_applied_is_removed_unless_shared() {
    let mut config = workshop_deployment();
    config["metadata"]["labels"] = json!({"a": "1", "b": "2"});
    let live = apply(None, &config, apps("lab2048", AT_1), false).unwrap();
    let mut other = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "deployment-2048"}});
    other["metadata"]["labels"] = json!({"b": "2"});
    let live = apply(Some(&live), &other, apps("other", AT_2), false).unwrap();
    let after = apply(Some(&live), &workshop_deployment(), apps("lab2048", AT_3), false).unwrap();
    assert_eq!(after["metadata"]["labels"], json!({"b": "2"}));
    assert_eq!(
        fields(&after, "other", "Apply"),
        json!({"f:metadata": {"f:labels": {"f:b": {}}}})
    );
    let after = apply(Some(&after), &other_without_labels(), apps("other", AT_3), false).unwrap();
    assert_eq!(after["metadata"].get("labels"), None);
    assert_eq!(fields(&after, "other", "Apply"), Value::Null);
}

fn other_without_labels() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "deployment-2048"}})
}

#[test]
fn dropping_replicas_leaves_it_to_whoever_scaled() {
    let live = scaled(&applied_deployment(), 3, "kubectl");
    let mut config = workshop_deployment();
    config["spec"].as_object_mut().unwrap().remove("replicas");
    let after = apply(Some(&live), &config, apps("kubectl", AT_3), false).unwrap();
    assert_eq!(after["spec"]["replicas"], 3);
}

#[test]
fn containers_are_merged_by_name_and_ports_by_number_and_protocol() {
    let live = applied_deployment();
    let config = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "deployment-2048"},
        "spec": {"template": {"spec": {"containers": [
            {"name": "sidecar", "image": "envoy"},
            {"name": "app-2048", "ports": [{"containerPort": 80, "protocol": "UDP"}, {"containerPort": 9090}]}
        ]}}}
    });
    let after = apply(Some(&live), &config, apps("mesh", AT_2), false).unwrap();
    let containers = &after["spec"]["template"]["spec"]["containers"];
    let names: Vec<_> = containers.as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert_eq!(names, ["sidecar", "app-2048"]);
    assert_eq!(containers[1]["image"], "alexwhen/docker-2048");
    assert_eq!(
        containers[1]["ports"],
        json!([
            {"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "UDP"}, {"containerPort": 9090}
        ])
    );
    let mut without = config;
    without["spec"]["template"]["spec"]["containers"] = json!([{"name": "app-2048"}]);
    let after = apply(Some(&after), &without, apps("mesh", AT_3), false).unwrap();
    let containers = after["spec"]["template"]["spec"]["containers"].as_array().unwrap();
    assert_eq!(containers.len(), 1);
    assert_eq!(
        containers[0]["ports"],
        json!([{"containerPort": 80, "protocol": "TCP"}])
    );
}

#[test]
fn finalizers_are_a_set() {
    let object = |finalizers: &[&str]| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "finalizers": finalizers}});
    let live = apply(None, &object(&["a/x", "a/y"]), core("one", AT_1), false).unwrap();
    let both = apply(Some(&live), &object(&["a/z", "a/y"]), core("two", AT_2), false).unwrap();
    assert_eq!(both["metadata"]["finalizers"], json!(["a/x", "a/z", "a/y"]));
    let left = apply(Some(&both), &object(&[]), core("one", AT_3), false).unwrap();
    assert_eq!(left["metadata"]["finalizers"], json!(["a/z", "a/y"]));
    let duplicate = apply(None, &object(&["a/x", "a/x"]), core("one", AT_1), false).unwrap_err();
    assert_eq!(
        duplicate.to_string(),
        "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key \
         [=\"a/x\"]"
    );
}

#[test]
fn atomic_lists_and_maps_are_owned_as_a_whole() {
    let service = |selector: Value, ports: Value| {
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selector": selector, "ports": ports}
        })
    };
    let live = apply(
        None,
        &service(json!({"a": "1"}), json!([{"port": 80}])),
        core("one", AT_1),
        false,
    )
    .unwrap();
    assert_eq!(
        fields(&live, "one", "Apply"),
        json!({"f:spec": {
            "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}}},
            "f:selector": {}
        }})
    );
    let other = service(json!({"b": "2"}), json!([{"port": 443}]));
    assert_eq!(
        conflicts(apply(Some(&live), &other, core("two", AT_2), false)),
        ["\"one\" .spec.selector"]
    );
    let forced = apply(Some(&live), &other, core("two", AT_2), true).unwrap();
    assert_eq!(forced["spec"]["selector"], json!({"b": "2"}));
    assert_eq!(forced["spec"]["ports"], json!([{"port": 80}, {"port": 443}]));
}

#[test]
fn writes_to_the_object_never_own_status_and_the_other_way_round() {
    let live = applied_deployment();
    let mut new = live.clone();
    new["spec"]["replicas"] = json!(1);
    new["status"]["replicas"] = json!(1);
    let mut main = new.clone();
    after_update(Some(&live), &mut main, apps("edit", AT_2));
    assert_eq!(fields(&main, "edit", "Update"), json!({"f:spec": {"f:replicas": {}}}));
    after_update(Some(&live), &mut new, writer("edit", "status", "apps/v1", AT_2));
    assert_eq!(fields(&new, "edit", "Update"), json!({"f:status": {"f:replicas": {}}}));
    let mut config = workshop_deployment();
    config["status"] = json!({"replicas": 7});
    let applied = apply(None, &config, apps("kubectl", AT_1), false).unwrap();
    assert_eq!(fields(&applied, "kubectl", "Apply"), applied_fields());
}

#[test]
fn an_update_moves_ownership_and_joins_the_managers_entry() {
    let live = applied_deployment();
    let mut first = live.clone();
    first["spec"]["replicas"] = json!(1);
    after_update(Some(&live), &mut first, apps("edit", AT_2));
    let mut second = first.clone();
    second["metadata"]["labels"] = json!({"x": "y"});
    after_update(Some(&first), &mut second, apps("edit", AT_3));
    assert_eq!(
        fields(&second, "edit", "Update"),
        json!({"f:metadata": {"f:labels": {".": {}, "f:x": {}}}, "f:spec": {"f:replicas": {}}})
    );
    assert_eq!(entries(&second)[1]["time"], AT_3);
    assert_eq!(entries(&second)[0]["time"], AT_1);
}

#[test]
fn a_write_that_changes_nothing_leaves_entries_and_times() {
    let live = applied_deployment();
    let mut same = live.clone();
    after_update(Some(&live), &mut same, apps("edit", AT_3));
    assert_eq!(entries(&same), entries(&live));
    let again = apply(Some(&live), &workshop_deployment(), apps("kubectl", AT_3), false).unwrap();
    assert_eq!(entries(&again), entries(&live));
}

#[test]
fn removing_a_field_takes_it_from_its_owner_and_gives_it_to_nobody() {
    let live = applied_deployment();
    let mut new = live.clone();
    new["spec"]["template"]["spec"]["containers"][0]
        .as_object_mut()
        .unwrap()
        .remove("imagePullPolicy");
    after_update(Some(&live), &mut new, apps("edit", AT_2));
    assert_eq!(fields(&new, "edit", "Update"), Value::Null);
    let container = r#"/f:spec/f:template/f:spec/f:containers/k:{"name":"app-2048"}"#;
    let kubectl = fields(&new, "kubectl", "Apply");
    let left = kubectl.pointer(container).unwrap();
    assert_eq!(left.get("f:imagePullPolicy"), None);
    assert_eq!(left.get("f:image"), Some(&json!({})));
}

#[test]
fn the_first_apply_finds_out_what_was_there() {
    let live = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "uid": "u"}, "data": {"a": "1", "b": "2"}
    });
    let config =
        |a: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": a}});
    let after = apply(Some(&live), &config("1"), core("lab2048", AT_2), false).unwrap();
    assert_eq!(
        fields(&after, "before-first-apply", "Update"),
        json!({"f:data": {".": {}, "f:a": {}, "f:b": {}}})
    );
    assert_eq!(
        conflicts(apply(Some(&live), &config("9"), core("lab2048", AT_2), false)),
        ["\"before-first-apply\" using v1 .data.a"]
    );
    let mut updated = live.clone();
    updated["data"]["a"] = json!("3");
    after_update(Some(&live), &mut updated, core("edit", AT_2));
    assert_eq!(entries(&updated), Value::Null);
}

#[test]
fn managed_fields_can_be_edited_and_reset_but_not_through_a_subresource() {
    let live = applied_deployment();
    let mut edited = live.clone();
    edited["metadata"]["managedFields"][0]["manager"] = json!("somebody");
    after_update(Some(&live), &mut edited, apps("edit", AT_2));
    assert_eq!(fields(&edited, "somebody", "Apply"), applied_fields());
    let mut reset = live.clone();
    reset["metadata"]["managedFields"] = json!([{}]);
    after_update(Some(&live), &mut reset, apps("edit", AT_2));
    assert_eq!(entries(&reset), Value::Null);
    let mut through_status = live.clone();
    through_status["metadata"]["managedFields"] = json!([]);
    after_update(
        Some(&live),
        &mut through_status,
        writer("edit", "status", "apps/v1", AT_2),
    );
    assert_eq!(entries(&through_status), entries(&live));
    let mut forgotten = live.clone();
    forgotten["metadata"].as_object_mut().unwrap().remove("managedFields");
    after_update(Some(&live), &mut forgotten, apps("edit", AT_2));
    assert_eq!(entries(&forgotten), entries(&live));
}

#[test]
fn an_eleventh_updater_makes_the_oldest_ancient() {
    let mut live = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "uid": "u"}, "data": {}});
    after_update(None, &mut live, core("m00", "2026-11-23T00:00:00Z"));
    for i in 0..12 {
        let mut new = live.clone();
        new["data"][format!("k{i}")] = json!("v");
        let now = format!("2026-11-23T00:00:{:02}Z", i + 1);
        after_update((i > 0).then_some(&live), &mut new, core(&format!("m{i:02}"), &now));
        live = new;
    }
    let all = entries(&live);
    assert_eq!(all.as_array().unwrap().len(), 10);
    assert_eq!(all[0]["manager"], "ancient-changes");
    assert_eq!(all[0]["time"], "2026-11-23T00:00:03Z");
    assert_eq!(
        all[0]["fieldsV1"],
        json!({"f:data": {".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {}}})
    );
}

#[test]
fn what_does_not_fit_the_type_is_refused_in_the_servers_words() {
    type Case<'a> = (fn(&mut Value), &'a str);
    let refuse = |change: fn(&mut Value)| {
        let mut config = workshop_deployment();
        change(&mut config);
        apply(None, &config, apps("kubectl", AT_1), false)
            .unwrap_err()
            .to_string()
    };
    let prefix = "failed to create typed patch object (fargate-game-2048/deployment-2048; apps/v1, Kind=Deployment): ";
    let cases: [Case<'_>; 5] = [
        (
            |c| c["spec"]["replica"] = json!(3),
            ".spec.replica: field not declared in schema",
        ),
        (
            |c| c["spec"]["replicas"] = json!("3"),
            ".spec.replicas: expected numeric (int or float), got string",
        ),
        (
            |c| c["metadata"]["labels"] = json!({"n": 1}),
            ".metadata.labels.n: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            |c| c["spec"]["template"]["spec"]["containers"] = json!({}),
            ".spec.template.spec.containers: expected list, got &{map[]}",
        ),
        (
            |c| c["spec"]["template"]["spec"]["containers"] = json!([{"name": "a"}, {"name": "a"}]),
            ".spec.template.spec.containers: duplicate entries for key [name=\"a\"]",
        ),
    ];
    for (change, wanted) in cases {
        assert_eq!(refuse(change), format!("{prefix}{wanted}"));
    }
    let mut config = workshop_deployment();
    config["metadata"]["managedFields"] = json!([]);
    let error = apply(None, &config, apps("kubectl", AT_1), false).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (400, "metadata.managedFields must be nil")
    );
}

#[test]
fn a_struct_of_a_custom_kind_goes_with_its_last_field() {
    let v1 = "elbv2.k8s.aws/v1beta1";
    let params =
        |spec: Value| json!({"apiVersion": v1, "kind": "IngressClassParams", "metadata": {"name": "p"}, "spec": spec});
    let lab = |now| writer("lab2048", "", v1, now);
    let full = params(json!({"scheme": "internal", "group": {"name": "g"}}));
    let live = apply(None, &full, lab(AT_1), false).unwrap();
    assert_eq!(
        fields(&live, "lab2048", "Apply"),
        json!({"f:spec": {"f:group": {"f:name": {}}, "f:scheme": {}}})
    );
    let after = apply(Some(&live), &params(json!({"scheme": "internal"})), lab(AT_2), false).unwrap();
    assert_eq!(after["spec"], json!({"scheme": "internal"}));
    assert_eq!(fields(&after, "lab2048", "Apply"), json!({"f:spec": {"f:scheme": {}}}));
}
