//! Rules over several keys.

use std::collections::BTreeMap;

use super::environment::{App, Cluster, ClusterAccess, Fargate, Ingress, TargetKind};
use super::parts::Parts;
use super::problem::{in_quotes, quoted};
use super::reader::Reader;
use super::rules::Flaw;
use super::values::Auto;
use crate::lang::text;
use crate::lbc::{Annotation, annotation_name, protects_from_deletion};
use crate::model::{HANDED_OUT_LABEL, LAB_LABEL, MANAGED_BY_LABEL, Selector};

/// The label that the manifests themselves put on the pods, and its value.
const POD_LABEL: (&str, &str) = ("app.kubernetes.io/name", "app-2048");

/// Annotations that are written by the templates, and the key that sets each.
const OWN_ANNOTATIONS: [(Annotation, &str); 6] = [
    (Annotation::SCHEME, "ingress.scheme"),
    (Annotation::INBOUND_CIDRS, "ingress.allowedCidrs"),
    (Annotation::CERTIFICATE_ARN, "ingress.certificateArn"),
    (Annotation::LISTEN_PORTS, "ingress.port"),
    (Annotation::GROUP_NAME, "ingress.group"),
    (Annotation::LOAD_BALANCER_NAME, "ingress.loadBalancerName"),
];

/// Notes everything that does not go together.
pub(super) fn check(parts: &Parts, reader: &mut Reader<'_>) {
    if let Some(cluster) = &parts.cluster {
        check_access(cluster, parts.target, reader);
    }
    if let Some(fargate) = &parts.fargate {
        check_role(fargate, reader);
    }
    if let (Some(fargate), Some(app)) = (&parts.fargate, &parts.app) {
        check_selectors(&fargate.selectors, app, reader);
    }
    if let Some(app) = &parts.app {
        check_labels(app, reader);
    }
    if let Some(ingress) = &parts.ingress {
        check_annotations(ingress, reader);
    }
    if let (Some(ingress), Some(cluster)) = (&parts.ingress, &parts.cluster) {
        check_certificate(ingress, cluster, reader);
    }
}

fn check_access(cluster: &Cluster, target: Option<TargetKind>, reader: &mut Reader<'_>) {
    if cluster.context.is_some() && cluster.access == ClusterAccess::Eks {
        reader.note(
            "cluster.context",
            Flaw::new(text!("config-context-unused")).help(text!("config-context-unused.remedy")),
        );
    }
    if cluster.access == ClusterAccess::Kubeconfig && target == Some(TargetKind::Sandbox) {
        reader.note(
            "cluster.access",
            Flaw::new(text!("config-sandbox-by-kubeconfig")).help(text!("config-did-you-mean", near = "target: aws")),
        );
    }
}

fn check_role(fargate: &Fargate, reader: &mut Reader<'_>) {
    if fargate.permissions_boundary.is_some() && (fargate.role != Auto::Auto || !fargate.own) {
        reader.note(
            "fargate.permissionsBoundary",
            Flaw::new(text!("config-boundary-unused")).help(text!("config-boundary-unused.remedy")),
        );
    }
    if let (Auto::Given(_), false) = (&fargate.role, fargate.own) {
        reader.note(
            "fargate.role",
            Flaw::new(text!("config-role-unused")).help(text!("config-role-unused.remedy")),
        );
    }
}

fn check_selectors(selectors: &[Selector], app: &App, reader: &mut Reader<'_>) {
    let labels = pod_labels(app);
    if selectors
        .iter()
        .any(|selector| selector.covers(&app.namespace, &labels))
    {
        return;
    }
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let flaw = Flaw::new(text!(
        "config-pods-not-selected",
        namespace = &app.namespace,
        labels = quoted(&labels.join(", "))
    ));
    reader.note("fargate.selectors", flaw.help(text!("config-pods-not-selected.remedy")));
}

fn pod_labels(app: &App) -> BTreeMap<String, String> {
    let mut labels = app.labels.clone();
    labels.insert(POD_LABEL.0.to_owned(), POD_LABEL.1.to_owned());
    labels
}

fn check_labels(app: &App, reader: &mut Reader<'_>) {
    for key in app.labels.keys() {
        if [MANAGED_BY_LABEL, LAB_LABEL, HANDED_OUT_LABEL, POD_LABEL.0].contains(&key.as_str()) {
            reader.note_entry(
                "app.labels",
                key,
                Flaw::new(text!("config-own-label")).help(text!("config-own-label.remedy")),
            );
        }
    }
}

fn check_annotations(ingress: &Ingress, reader: &mut Reader<'_>) {
    for (key, value) in &ingress.annotations {
        if let Some(flaw) = annotation_flaw(key, value) {
            reader.note_entry("ingress.annotations", key, flaw);
        }
    }
}

fn annotation_flaw(key: &str, value: &str) -> Option<Flaw> {
    if key.starts_with("lab2048.dev/") {
        return Some(Flaw::new(text!("config-own-annotation")).help(text!("config-choose-another-key")));
    }
    let name = annotation_name(key)?;
    if let Some((_, setting)) = OWN_ANNOTATIONS.iter().find(|(own, _)| own.name() == name) {
        let flaw = Flaw::new(text!("config-annotation-of-key"));
        return Some(flaw.help(text!("config-annotation-of-key.remedy", key = *setting)));
    }
    if name == Annotation::TARGET_TYPE.name() {
        return Some(target_type_flaw(value));
    }
    (name == Annotation::ATTRIBUTES.name() && protects_from_deletion(value))
        .then(|| Flaw::new(text!("config-deletion-protection")).help(text!("config-deletion-protection.remedy")))
}

fn target_type_flaw(value: &str) -> Flaw {
    if value == "ip" {
        Flaw::new(text!("config-target-type-given")).help(text!("config-target-type-given.remedy"))
    } else {
        let flaw = Flaw::new(text!("config-target-type", value = in_quotes(value)));
        flaw.help(text!("config-target-type.remedy"))
    }
}

fn check_certificate(ingress: &Ingress, cluster: &Cluster, reader: &mut Reader<'_>) {
    let (Some(arn), Some(region)) = (&ingress.certificate_arn, &cluster.region) else {
        return;
    };
    let parts: Vec<&str> = arn.split(':').collect();
    if let [_, _, "acm", of_certificate, ..] = parts.as_slice()
        && of_certificate != region
    {
        reader.note(
            "ingress.certificateArn",
            Flaw::new(text!(
                "config-certificate-elsewhere",
                region = *of_certificate,
                cluster = region
            ))
            .help(text!("config-certificate-elsewhere.remedy")),
        );
    }
}
