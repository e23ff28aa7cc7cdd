//! What Fargate does not allow in a pod, looked for in the rendered objects.

use serde_json::Value;

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::lang::{Text, text};
use crate::model::Object;

/// Network plugins other than the VPC CNI, by the name of their DaemonSet.
const OTHER_NETWORKS: &[&str] = &[
    "calico-node",
    "cilium",
    "weave-net",
    "kube-flannel-ds",
    "antrea-agent",
    "kube-router",
];

/// Volumes that Fargate pods may have (Amazon EKS user guide, "AWS Fargate considerations", and EFS by static claims).
const VOLUMES: &[&str] = &[
    "emptyDir",
    "configMap",
    "secret",
    "downwardAPI",
    "projected",
    "nfs",
    "persistentVolumeClaim",
];

/// An error naming the places found, or fine.
fn none_of(places: &[Text], fine: Text, wrong: Text, remedy: Text) -> Outcome {
    if places.is_empty() {
        return Outcome::ok(fine);
    }
    Outcome::error(wrong).seeing(Text::list(places, "; ")).remedy(remedy)
}

/// What is wrong in a place.
fn in_place(place: &Text, what: String) -> Text {
    Text::list([place.clone(), Text::verbatim(what)], ": ")
}

/// C3: no DaemonSet in the lab, and none elsewhere that is expected to see the lab's pods.
pub(super) fn daemon_sets(facts: &Facts<'_>) -> Verdict {
    let own: Vec<String> = facts
        .objects
        .iter()
        .filter(|object| object.kind() == "DaemonSet")
        .map(|object| object.key().to_string())
        .collect();
    if !own.is_empty() {
        return Ok(Outcome::error(text!("check-own-daemon-sets"))
            .seeing(own.join("; "))
            .remedy(text!("check-own-daemon-sets-remedy")));
    }
    let others: Vec<String> = seen(text!("check-what-daemon-sets"), &facts.kube.daemon_sets)?
        .iter()
        .filter(|set| set.namespace() != Some("kube-system"))
        .map(|set| format!("{}/{}", set.namespace().unwrap_or_default(), set.name()))
        .collect();
    if others.is_empty() {
        return Ok(Outcome::ok(text!("check-no-daemon-set")));
    }
    Ok(Outcome::warning(text!("check-other-daemon-sets"))
        .seeing(others.join(", "))
        .remedy(text!("check-other-daemon-sets-remedy")))
}

/// C4: no privileged container.
pub(super) fn privileged(facts: &Facts<'_>) -> Outcome {
    let places: Vec<Text> = facts
        .containers()
        .into_iter()
        .filter(|(_, c)| c.pointer("/securityContext/privileged") == Some(&Value::Bool(true)))
        .map(|(name, _)| name)
        .collect();
    none_of(
        &places,
        text!("check-none-privileged"),
        text!("check-privileged"),
        text!("check-privileged-remedy"),
    )
}

/// C5: no port or namespace of the host.
pub(super) fn host_access(facts: &Facts<'_>) -> Outcome {
    let mut places = Vec::new();
    for (object, spec) in facts.pod_specs() {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if spec.get(field) == Some(&Value::Bool(true)) {
                places.push(Text::verbatim(format!("{}: {field}", object.key())));
            }
        }
    }
    for (name, container) in facts.containers() {
        let ports = container.get("ports").and_then(Value::as_array).into_iter().flatten();
        for port in ports.filter_map(|port| port.get("hostPort")) {
            places.push(in_place(&name, format!("hostPort {port}")));
        }
    }
    none_of(
        &places,
        text!("check-no-host-access"),
        text!("check-host-access"),
        text!("check-host-access-remedy"),
    )
}

/// C7: no GPU.
pub(super) fn gpus(facts: &Facts<'_>) -> Outcome {
    let mut places = Vec::new();
    for (name, container) in facts.containers() {
        for kind in ["requests", "limits"] {
            let resources = container
                .pointer(&format!("/resources/{kind}"))
                .and_then(Value::as_object);
            for (resource, _) in resources.into_iter().flatten() {
                if resource.ends_with("/gpu") || resource.contains("neuron") {
                    places.push(in_place(&name, resource.clone()));
                }
            }
        }
    }
    places.dedup();
    none_of(
        &places,
        text!("check-no-gpu"),
        text!("check-gpu"),
        text!("check-gpu-remedy"),
    )
}

/// C13: no instance metadata.
pub(super) fn metadata(facts: &Facts<'_>) -> Outcome {
    let places: Vec<Text> = facts
        .containers()
        .into_iter()
        .filter(|(_, container)| {
            let text = container.to_string();
            text.contains("169.254.169.254") || text.contains("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        })
        .map(|(name, _)| name)
        .collect();
    if places.is_empty() {
        return Outcome::ok(text!("check-no-metadata"));
    }
    Outcome::warning(text!("check-metadata"))
        .seeing(Text::list(places, "; "))
        .remedy(text!("check-metadata-remedy"))
        .about(facts.deployment_node())
}

/// C16: only the VPC CNI works with Fargate.
pub(super) fn network_plugin(facts: &Facts<'_>) -> Verdict {
    let sets = seen(text!("check-what-network-plugin"), &facts.kube.daemon_sets)?;
    let other = sets.iter().find(|set| OTHER_NETWORKS.contains(&set.name()));
    if let Some(set) = other {
        return Ok(Outcome::warning(text!("check-other-network-plugin"))
            .seeing(format!(
                "DaemonSet {}/{}",
                set.namespace().unwrap_or_default(),
                set.name()
            ))
            .remedy(text!("check-other-network-plugin-remedy")));
    }
    let vpc_cni = sets.iter().any(|set| set.name() == "aws-node");
    Ok(Outcome::ok(text!("check-vpc-cni")).seeing(if vpc_cni {
        Text::verbatim("DaemonSet kube-system/aws-node")
    } else {
        text!("check-no-aws-node")
    }))
}

/// C17: no volume that Fargate cannot mount.
pub(super) fn volumes(facts: &Facts<'_>) -> Outcome {
    let mut places = Vec::new();
    for (object, spec) in facts.pod_specs() {
        let volumes = spec.get("volumes").and_then(Value::as_array).into_iter().flatten();
        for volume in volumes {
            places.extend(refused_volume(object, volume));
        }
    }
    let templates = facts
        .objects
        .iter()
        .filter(|object| object.items("/spec/volumeClaimTemplates").next().is_some())
        .map(|object| Text::verbatim(format!("{}: volumeClaimTemplates", object.key())));
    places.extend(templates);
    if !places.is_empty() {
        return Outcome::error(text!("check-volumes-refused"))
            .seeing(Text::list(places, "; "))
            .remedy(text!("check-volumes-refused-remedy"));
    }
    let claims: Vec<Text> = facts.pod_specs().filter_map(claimed).collect();
    if claims.is_empty() {
        return Outcome::ok(text!("check-volumes-fine"));
    }

    Outcome::warning(text!("check-volume-claims"))
        .seeing(Text::list(claims, "; "))
        .remedy("`kubectl get pv -o custom-columns=NAME:.metadata.name,DRIVER:.spec.csi.driver`")
}

fn refused_volume(object: &Object, volume: &Value) -> Option<Text> {
    let (name, kind) = (
        volume.get("name")?,
        volume.as_object()?.keys().find(|key| *key != "name")?,
    );
    let csi = volume.pointer("/csi/driver").and_then(Value::as_str);
    let allowed = VOLUMES.contains(&kind.as_str()) || csi == Some("efs.csi.aws.com");
    (!allowed).then(|| {
        text!(
            "check-volume-refused",
            object = object.key().to_string(),
            name = name.to_string(),
            kind = csi.unwrap_or(kind)
        )
    })
}

fn claimed((object, spec): (&Object, &Value)) -> Option<Text> {
    let volumes = spec.get("volumes")?.as_array()?;
    let claim = volumes
        .iter()
        .find_map(|volume| volume.pointer("/persistentVolumeClaim/claimName"))?;
    let (object, claim) = (object.key().to_string(), claim.to_string());
    Some(text!("check-volume-claim", object = object, claim = claim))
}

/// C9: who sets the number of pods.
pub(super) fn autoscalers(facts: &Facts<'_>) -> Verdict {
    let deployment = &facts.environment.app.deployment;
    let scalers: Vec<&str> = seen(text!("check-what-autoscalers"), &facts.kube.autoscalers)?
        .iter()
        .filter(|scaler| scaler.text("/spec/scaleTargetRef/name") == Some(deployment))
        .map(Object::name)
        .collect();
    if scalers.is_empty() {
        return Ok(Outcome::ok(text!("check-no-autoscaler")));
    }
    let command = format!(
        "kubectl -n {} delete hpa {}",
        facts.environment.app.namespace,
        scalers.join(" ")
    );
    Ok(Outcome::warning(text!("check-autoscaler"))
        .seeing(scalers.join(", "))
        .remedy(text!("check-autoscaler-remedy", command = command))
        .about(facts.deployment_node()))
}

/// C15: a disruption budget must leave room for a pod to be moved.
pub(super) fn budgets(facts: &Facts<'_>) -> Verdict {
    let labels = facts.pod_labels();
    let there = seen(text!("check-what-budgets"), &facts.kube.budgets)?;
    let rendered = facts.objects.iter().filter(|o| o.kind() == "PodDisruptionBudget");
    let covering: Vec<&Object> = rendered
        .chain(there)
        .filter(|budget| {
            let selector = budget.text_map("/spec/selector/matchLabels");
            !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        })
        .collect();
    if let Some(stiff) = covering
        .iter()
        .find(|budget| never_yields(budget, facts.replicas.count))
    {
        return Ok(Outcome::warning(text!("check-budget-stiff"))
            .seeing(format!(
                "{}: {}",
                stiff.key(),
                stiff.at("/spec").map(Value::to_string).unwrap_or_default()
            ))
            .remedy(text!("check-budget-stiff-remedy"))
            .about(facts.deployment_node()));
    }
    Ok(match covering.first() {
        Some(budget) => Outcome::ok(text!("check-budget")).seeing(budget.key().to_string()),
        None => Outcome::ok(text!("check-no-budget")).remedy(text!("check-no-budget-remedy")),
    })
}

/// Whether the budget allows no pod at all to go.
fn never_yields(budget: &Object, replicas: u32) -> bool {
    let text = |pointer: &str| {
        budget
            .at(pointer)
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
    };
    let kept = text("/spec/minAvailable");
    let away = text("/spec/maxUnavailable");
    let keeps_all = kept.is_some_and(|kept| kept == "100%" || kept.parse::<u32>().is_ok_and(|kept| kept >= replicas));
    keeps_all || matches!(away.as_deref(), Some("0" | "0%"))
}
