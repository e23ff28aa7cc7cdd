use serde_json::json;

use super::*;

fn at<'a>(schema: Schema, path: &[&str]) -> &'a Shape {
    let mut shape = schema.shape();
    for step in path {
        shape = if *step == "[]" {
            shape.element().unwrap()
        } else {
            shape.member(step).unwrap()
        };
    }
    shape
}

fn keys_of(shape: &Shape) -> Vec<&str> {
    match shape.elements() {
        Elements::Keyed(keys) => keys.iter().map(|k| k.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_line_of_the_catalogue_is_read() {
    let text = include_str!("types.txt");
    let lines = |indented: bool| {
        text.lines()
            .filter(|l| {
                !l.is_empty() && !l.starts_with('#') && !l.starts_with("kind ") && l.starts_with(' ') == indented
            })
            .count()
    };
    let fields: usize = CATALOGUE
        .structs
        .values()
        .map(|s| s.fields.len() + usize::from(s.others.is_some()))
        .sum();
    assert_eq!(CATALOGUE.structs.len(), lines(false));
    assert_eq!(fields, lines(true));
    assert_eq!(CATALOGUE.kinds.len(), 32);
}

#[test]
fn every_named_type_exists() {
    fn check(shape: &Shape, wherefrom: &str) {
        match shape {
            Shape::Struct(name) => assert!(CATALOGUE.structs.contains_key(name), "{name} in {wherefrom}"),
            Shape::Map { of, .. } | Shape::List { of, .. } => check(of, wherefrom),
            Shape::Scalar(_) | Shape::Any => {}
        }
    }
    for (name, fields) in &CATALOGUE.structs {
        for field in fields.fields.values() {
            check(&field.shape, name);
        }
    }
    for (_, kind) in CATALOGUE.kinds.keys() {
        assert!(CATALOGUE.structs.contains_key(kind), "{kind}");
    }
}

#[test]
fn lists_have_the_keys_of_the_published_schema() {
    let deployment = of("apps/v1", "Deployment");
    let pod = of("v1", "Pod");
    let containers = ["spec", "template", "spec", "containers"];
    assert_eq!(keys_of(at(deployment, &containers)), ["name"]);
    let ports = [&containers[..], &["[]", "ports"]].concat();
    assert_eq!(keys_of(at(deployment, &ports)), ["containerPort", "protocol"]);
    let Elements::Keyed(keys) = at(deployment, &ports).elements() else {
        panic!("container ports are keyed")
    };
    assert_eq!(keys[1].default, Some(Value::from("TCP")));
    assert_eq!(
        keys_of(at(of("v1", "Service"), &["spec", "ports"])),
        ["port", "protocol"]
    );
    assert_eq!(
        keys_of(at(pod, &["spec", "topologySpreadConstraints"])),
        ["topologyKey", "whenUnsatisfiable"]
    );
    assert_eq!(at(pod, &["metadata", "finalizers"]).elements(), &Elements::Set);
    assert_eq!(keys_of(at(pod, &["metadata", "ownerReferences"])), ["uid"]);
    assert_eq!(at(pod, &["spec", "tolerations"]).elements(), &Elements::Atomic);
    let ingress = of("networking.k8s.io/v1", "Ingress");
    assert_eq!(at(ingress, &["spec", "rules"]).elements(), &Elements::Atomic);
}

#[test]
fn atomic_maps_differ_from_granular_ones() {
    let deployment = of("apps/v1", "Deployment");
    assert!(at(deployment, &["spec", "selector"]).is_atomic_map());
    assert!(at(of("v1", "Service"), &["spec", "selector"]).is_atomic_map());
    assert!(at(deployment, &["spec", "template", "spec", "nodeSelector"]).is_atomic_map());
    assert!(!at(deployment, &["metadata", "labels"]).is_atomic_map());
    assert!(!at(deployment, &["spec", "template", "spec", "securityContext"]).is_atomic_map());
}

#[test]
fn strategic_keys_differ_from_apply_keys() {
    let service = at(of("v1", "Service"), &["spec"]).as_struct().unwrap();
    assert_eq!(service.fields["ports"].patch.merge.as_deref(), Some("port"));
    let meta = at(of("v1", "Service"), &["metadata"]).as_struct().unwrap();
    assert_eq!(meta.fields["finalizers"].patch.merge.as_deref(), Some(""));
    let deployment = at(of("apps/v1", "Deployment"), &["spec"]).as_struct().unwrap();
    assert!(deployment.fields["strategy"].patch.retain_keys);
}

#[test]
fn an_unknown_kind_has_typed_metadata_and_anything_else() {
    let other = of("example.com/v1", "Widget");
    assert!(!other.is_known());
    assert_eq!(at(other, &["spec", "anything"]), &Shape::Any);
    assert_eq!(keys_of(at(other, &["metadata", "ownerReferences"])), ["uid"]);
}

#[test]
fn objects_take_the_form_the_servers_types_give_them() {
    let cases = [
        (
            ("v1", "Service"),
            json!({"metadata": {"labels": {}, "name": "s"}, "spec": {"selector": {}, "ports": null}}),
            json!({"metadata": {"name": "s"}, "spec": {}, "status": {"loadBalancer": {}}}),
        ),
        (
            ("v1", "Pod"),
            json!({"spec": {"containers": [{"name": "a", "args": []}], "volumes": [{"name": "v", "emptyDir": {}}]}}),
            json!({
                "metadata": {},
                "spec": {
                    "containers": [{"name": "a", "resources": {}}],
                    "volumes": [{"name": "v", "emptyDir": {}}]
                },
                "status": {}
            }),
        ),
        (
            ("apps/v1", "Deployment"),
            json!({}),
            json!({
                "metadata": {},
                "spec": {"strategy": {}, "template": {"metadata": {}, "spec": {"containers": null}}},
                "status": {}
            }),
        ),
        (
            ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"),
            json!({"spec": {"networking": null, "serviceRef": {}}}),
            json!({"spec": {"serviceRef": {}}}),
        ),
    ];
    for ((api_version, kind), mut given, wanted) in cases {
        of(api_version, kind).normalise(&mut given);
        assert_eq!(given, wanted, "{kind}");
    }
}
