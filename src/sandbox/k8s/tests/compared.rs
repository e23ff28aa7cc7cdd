//! What the real server answered to the same requests.

use serde_json::{Value, json};

use super::fixture::*;

/// What the real kube-apiserver 1.36.3 answered to 143 requests, most of them wrong in one way.
#[tokio::test]
async fn refuses_what_the_real_server_refuses_in_its_words() {
    let cluster = Cluster::new().await;
    cluster.delete("/api/v1/namespaces/lab").await;
    cluster.sandbox.with(|world| {
        let key = crate::state::Key::new("", "namespaces", "", "lab");
        crate::k8s::objects::remove(world, &key);
    });
    let mut differences = Vec::new();
    for line in include_str!("recorded/refusals.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        let answer = cluster
            .send(text("method"), text("path"), text("ct"), case.get("body"))
            .await;
        let name = text("name");
        if json!(answer.code) != case["code"] {
            differences.push(format!(
                "{name}: {} instead of {}: {}",
                answer.code,
                case["code"],
                answer.message()
            ));
            continue;
        }
        let expected = &case["status"];
        if let Some(prefix) = case["prefix"].as_str() {
            if !answer.message().starts_with(prefix) {
                differences.push(format!("{name}: {}\n  instead of {prefix}…", answer.message()));
            }
            continue;
        }
        for field in ["message", "reason", "details"] {
            let (given, wanted) = (blurred(&answer.body[field]), blurred(&expected[field]));
            if !expected.is_null() && given != wanted {
                differences.push(format!("{name}: {field}: {given}\n  instead of {wanted}"));
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// Sets to one value what differs from run to run: ids, times, versions, addresses, node ports; and the status and
/// annotations that controllers write.
fn settle(object: &mut Value) {
    const VARYING: [&str; 10] = [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "deletionTimestamp",
        "time",
        "clusterIP",
        "nodePort",
        "selfLink",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    ];
    match object {
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                if VARYING.contains(&name.as_str()) && !value.is_object() {
                    *value = Value::from("*");
                } else if name == "clusterIPs" && value != &json!(["None"]) {
                    *value = json!(["*"]);
                } else {
                    settle(value);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(settle),
        _ => {}
    }
}

/// Where two values differ, as paths.
fn differences(path: &str, given: &Value, wanted: &Value, found: &mut Vec<String>) {
    match (given, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for name in names {
                differences(&format!("{path}.{name}"), &given[name], &wanted[name], found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{at}]"), a, b, found);
            }
        }
        _ if given == wanted => {}
        _ => found.push(format!("{path}: {given} instead of {wanted}")),
    }
}

/// What the real kube-apiserver 1.36.3 made of 33 requests that it granted.
#[tokio::test]
async fn makes_of_requests_what_the_real_server_makes() {
    let cluster = Cluster::new().await;
    let mut found = Vec::new();
    for line in include_str!("recorded/made.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        let mut answer = cluster
            .send(text("method"), text("path"), text("ct"), case.get("body"))
            .await;
        let name = text("name");
        if json!(answer.code) != case["code"] {
            found.push(format!("{name}: {} {}", answer.code, answer.message()));
            continue;
        }
        let mut wanted = case["answer"].clone();
        for object in [&mut answer.body, &mut wanted] {
            settle(object);
        }
        differences(name, &answer.body, &wanted, &mut found);
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}
