//! When a lab's time is over, on what it consists of: annotations on its Namespace and its Deployment, tags on its own ALB, and
//! in AWS the tags that are made of these.

use serde_json::Value;

use super::balancer_tags;
use crate::config::Environment;
use crate::model::{Expires, Object};

/// Puts it on record on the rendered objects.
pub fn expire(objects: &mut [Object], environment: &Environment, expires: Expires) {
    for object in objects {
        match object.kind() {
            "Namespace" => annotate(object, expires),
            "Deployment" if object.name() == environment.app.deployment => annotate(object, expires),
            "Ingress" => balancer_tags::expire(object, environment, expires),
            _ => {}
        }
    }
}

fn annotate(object: &mut Object, expires: Expires) {
    // What was rendered is a map, or it would have been refused.
    let Some(metadata) = object.0.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    let annotations = metadata.entry("annotations").or_insert(Value::Null);
    if annotations.is_null() {
        *annotations = Value::Object(serde_json::Map::new());
    }
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.extend(expires.annotations().map(|(key, value)| (key.to_owned(), value.into())));
    }
}

/// When the time of the lab of these rendered objects is over.
pub fn expires(objects: &[Object]) -> Option<Expires> {
    let namespace = objects.iter().find(|object| object.kind() == "Namespace")?;
    Expires::of_object(namespace)
}

/// What the live objects of the lab have on record: its namespace, or its Deployment where the namespace was handed out.
pub fn recorded<'o>(live: impl IntoIterator<Item = &'o Object>, environment: &Environment) -> Option<Expires> {
    let app = &environment.app;
    let is_own = |object: &&Object| {
        let is_namespace = object.kind() == "Namespace" && object.name() == app.namespace;
        let is_game = object.kind() == "Deployment" && object.name() == app.deployment;
        (is_namespace || is_game) && object.belongs_to(&environment.lab.name)
    };
    let mut found: Vec<&Object> = live.into_iter().filter(is_own).collect();
    found.sort_by_key(|object| object.kind() != "Namespace");
    found.into_iter().find_map(Expires::of_object)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::lbc::Annotation;
    use crate::model::Expiry;
    use crate::stack::fixtures::Lab;

    fn at_noon() -> Expires {
        let noon: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
        Expiry::parse("8h").unwrap().settle(noon, None)
    }

    #[test]
    fn a_lab_has_its_end_on_record_where_it_is_looked_for() {
        let mut lab = Lab::running();
        let plain = lab.objects.clone();
        assert_eq!(expires(&lab.objects), None);
        expire(&mut lab.objects, &lab.environment, at_noon());
        assert_eq!(expires(&lab.objects), Some(at_noon()));
        let changed: Vec<&str> = plain
            .iter()
            .zip(&lab.objects)
            .filter(|(before, after)| before != after)
            .map(|(before, _)| before.kind())
            .collect();
        assert_eq!(changed, ["Namespace", "Ingress", "Deployment"]);
        let ingress = lab.objects.iter().find(|object| object.kind() == "Ingress").unwrap();
        let tags = Annotation::TAGS.of(ingress).unwrap();
        assert!(
            tags.ends_with(",cloud-nuke-after=2026-12-01T20:00:00Z,lab2048:expires=2026-12-01T20:00:00Z"),
            "{tags}"
        );
    }

    #[test]
    fn what_is_on_record_is_the_labs_own() {
        let mut lab = Lab::running();
        expire(&mut lab.objects, &lab.environment, at_noon());
        let found = |objects: &[Object]| recorded(objects, &lab.environment);
        assert_eq!(found(&lab.objects), Some(at_noon()));
        let without = |kind: &str| -> Vec<Object> {
            lab.objects
                .iter()
                .filter(|object| object.kind() != kind)
                .cloned()
                .collect()
        };
        assert_eq!(
            found(&without("Namespace")),
            Some(at_noon()),
            "its Deployment has it, too"
        );
        let mut foreign = lab.objects.clone();
        for object in &mut foreign {
            object.0["metadata"]["labels"] = json!({});
        }
        assert_eq!(found(&foreign), None);
    }
}
