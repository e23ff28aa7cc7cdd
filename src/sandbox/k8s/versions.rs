//! Kinds that are served in more than one version: an object is kept in one of them, and converted on its way.
//!
//! That is so with autoscalers: version 1 knows one measure, the CPU's load, and has the others in annotations.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::kept::AUTOSCALER_V1;
use super::resources::{self, Kind};

const PERCENT: &str = "targetCPUUtilizationPercentage";
const CURRENT: &str = "currentCPUUtilizationPercentage";
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOUR: &str = "autoscaling.alpha.kubernetes.io/behavior";

/// An object of a served kind as it is kept.
pub(super) fn kept(kind: &'static Kind, mut object: Value) -> Value {
    if kind == AUTOSCALER_V1 {
        object["apiVersion"] = resources::stored(kind).api_version().into();
        let metrics = take_annotation(&mut object, METRICS);
        let behaviour = take_annotation(&mut object, BEHAVIOUR);
        if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
            let percent = spec.remove(PERCENT).filter(Value::is_number);
            let cpu =
                percent.map(|percent| load("target", &json!({"type": "Utilization", "averageUtilization": percent})));
            let others = metrics
                .as_ref()
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .cloned();
            let all: Vec<Value> = cpu.into_iter().chain(others).collect();
            if !all.is_empty() {
                spec.insert("metrics".to_owned(), all.into());
            }
            spec.extend(behaviour.map(|behaviour| ("behavior".to_owned(), behaviour)));
        }
        if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut)
            && let Some(percent) = status.remove(CURRENT)
        {
            let current = load("current", &json!({"averageUtilization": percent}));
            status.insert("currentMetrics".to_owned(), json!([current]));
        }
    }
    object
}

/// A kept object as a kind serves it.
pub(super) fn served<'a>(kind: &Kind, object: &'a Value) -> Cow<'a, Value> {
    if kind != AUTOSCALER_V1 {
        return Cow::Borrowed(object);
    }
    let mut object = object.clone();
    object["apiVersion"] = kind.api_version().into();
    let (mut percent, mut others, mut behaviour) = (None, Vec::new(), None);
    if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        for metric in take_list(spec, "metrics") {
            match cpu_of(&metric, "target") {
                Some(load) if percent.is_none() => percent = Some(load),
                _ => others.push(metric),
            }
        }
        behaviour = spec.remove("behavior");
        spec.extend(percent.map(|percent| (PERCENT.to_owned(), percent)));
    }
    if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) {
        let current = take_list(status, "currentMetrics");
        let current = current.iter().find_map(|metric| cpu_of(metric, "current"));
        status.extend(current.map(|percent| (CURRENT.to_owned(), percent)));
        status.remove("conditions");
        status.entry("currentReplicas").or_insert_with(|| json!(0));
    }
    if !others.is_empty() {
        object["metadata"]["annotations"][METRICS] = Value::from(others).to_string().into();
    }
    if let Some(behaviour) = behaviour {
        object["metadata"]["annotations"][BEHAVIOUR] = behaviour.to_string().into();
    }
    Cow::Owned(object)
}

fn load(field: &str, value: &Value) -> Value {
    json!({"type": "Resource", "resource": {"name": "cpu", field: value}})
}

/// The load of the CPU in per cent, if that is what a metric is about.
fn cpu_of(metric: &Value, field: &str) -> Option<Value> {
    let resource = &metric["resource"];
    let percent = &resource[field]["averageUtilization"];
    (resource["name"] == "cpu" && percent.is_number()).then(|| percent.clone())
}

fn take_list(map: &mut Map<String, Value>, field: &str) -> Vec<Value> {
    match map.remove(field) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Takes an annotation with JSON off an object.
fn take_annotation(object: &mut Value, key: &str) -> Option<Value> {
    let annotations = object.pointer_mut("/metadata/annotations")?.as_object_mut()?;
    let text = annotations.remove(key)?;
    serde_json::from_str(text.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::resources::AUTOSCALER;

    #[test]
    fn an_autoscaler_goes_there_and_back() {
        let old = json!({
            "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
            "spec": {"minReplicas": 2, "maxReplicas": 8, "targetCPUUtilizationPercentage": 50},
        });
        let new = kept(AUTOSCALER_V1, old.clone());
        assert_eq!(new["apiVersion"], "autoscaling/v2");
        assert_eq!(
            new["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"],
            50
        );
        assert_eq!(*served(AUTOSCALER_V1, &new), old);
        assert_eq!(*served(AUTOSCALER, &new), new);
        // What the old version has no field for survives.
        let mut rich = new.clone();
        rich["metadata"]["annotations"] = json!({});
        rich["spec"]["behavior"] = json!({"scaleDown": {"stabilizationWindowSeconds": 60}});
        let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"averageUtilization": 70}}});
        rich["spec"]["metrics"].as_array_mut().unwrap().push(memory);
        let shown = served(AUTOSCALER_V1, &rich).into_owned();
        assert_eq!(shown["spec"]["targetCPUUtilizationPercentage"], 50);
        assert_eq!(kept(AUTOSCALER_V1, shown), rich);
    }
}
