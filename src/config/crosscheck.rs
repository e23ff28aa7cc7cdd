//! Rules over several keys.

use std::collections::BTreeMap;

use super::environment::{App, Cluster, ClusterAccess, Fargate, Ingress, TargetKind};
use super::parts::Parts;
use super::reader::Reader;
use super::rules::Flaw;
use super::values::Auto;
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
            Flaw::new("is of use only with `cluster.access: kubeconfig`")
                .help("set that, too, or leave the context out"),
        );
    }
    if cluster.access == ClusterAccess::Kubeconfig && target == Some(TargetKind::Sandbox) {
        reader.note(
            "cluster.access",
            Flaw::new("must be `eks` for the sandbox, which is in no kubeconfig").help("did you mean `target: aws`?"),
        );
    }
}

fn check_role(fargate: &Fargate, reader: &mut Reader<'_>) {
    if fargate.permissions_boundary.is_some() && (fargate.role != Auto::Auto || !fargate.own) {
        reader.note(
            "fargate.permissionsBoundary",
            Flaw::new("is of use only for a role that the lab makes itself")
                .help("set `fargate.role: auto` with `fargate.own: true`, or leave the boundary out"),
        );
    }
    if let (Auto::Given(_), false) = (&fargate.role, fargate.own) {
        reader.note(
            "fargate.role",
            Flaw::new("is of use only for a profile that the lab makes itself")
                .help("with `fargate.own: false` the existing profile has its role already; leave it out"),
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
    let flaw = Flaw::new(format!(
        "no selector takes the lab's pods, which are in the namespace `{}` with the labels {}",
        app.namespace,
        labels.join(", ")
    ));
    reader.note(
        "fargate.selectors",
        flaw.help("the pods would stay Pending for ever; write `auto`, or a selector that takes them"),
    );
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
                Flaw::new("is a label that this program sets itself")
                    .help("it knows the lab's objects by it; choose another key"),
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
        return Some(Flaw::new("is an annotation that this program sets itself").help("choose another key"));
    }
    let name = annotation_name(key)?;
    if let Some((_, setting)) = OWN_ANNOTATIONS.iter().find(|(own, _)| own.name() == name) {
        return Some(Flaw::new("is written by the program").help(format!("set `{setting}` instead")));
    }
    if name == Annotation::TARGET_TYPE.name() {
        return Some(target_type_flaw(value));
    }
    (name == Annotation::ATTRIBUTES.name() && protects_from_deletion(value)).then(|| {
        Flaw::new("must not switch deletion protection on")
            .help("the controller then refuses to delete the ALB without reporting it; `destroy` could never finish")
    })
}

fn target_type_flaw(value: &str) -> Flaw {
    if value == "ip" {
        Flaw::new("is `ip` anyway").help("leave it out")
    } else {
        Flaw::new(format!("must be `ip`, but is {value:?}"))
            .help("pods on Fargate have no instance that an ALB could send to; only targets by address work (C2)")
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
            Flaw::new(format!(
                "is of region `{of_certificate}`, but the cluster is in `{region}`"
            ))
            .help("an ALB takes certificates of its own region only; request one there"),
        );
    }
}
