//! What Fargate does not allow in a pod, looked for in the rendered objects.

use serde_json::Value;

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
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
fn none_of(places: &[String], fine: &'static str, wrong: &'static str, remedy: &'static str) -> Outcome {
    if places.is_empty() {
        return Outcome::ok(fine);
    }
    Outcome::error(wrong).seeing(places.join("; ")).remedy(remedy)
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
        let remedy = "run it as a sidecar container in each pod instead";
        return Ok(none_of(
            &own,
            "",
            "the lab has DaemonSets, which do not run on Fargate",
            remedy,
        ));
    }
    let others: Vec<String> = seen("DaemonSets", &facts.kube.daemon_sets)?
        .iter()
        .filter(|set| set.namespace() != Some("kube-system"))
        .map(|set| format!("{}/{}", set.namespace().unwrap_or_default(), set.name()))
        .collect();
    if others.is_empty() {
        return Ok(Outcome::ok("no DaemonSet would have to run beside the game"));
    }
    Ok(
        Outcome::warning("DaemonSets of the cluster do not see the game's pods: none runs on Fargate nodes")
            .seeing(others.join(", "))
            .remedy("nothing to do for the game; for logs of Fargate pods see `lab2048 explain C3`"),
    )
}

/// C4: no privileged container.
pub(super) fn privileged(facts: &Facts<'_>) -> Outcome {
    let places: Vec<String> = facts
        .containers()
        .into_iter()
        .filter(|(_, c)| c.pointer("/securityContext/privileged") == Some(&Value::Bool(true)))
        .map(|(name, _)| name)
        .collect();
    let wrong = "privileged containers do not start on Fargate";
    let remedy = "remove securityContext.privileged from the template";
    none_of(&places, "no container is privileged", wrong, remedy)
}

/// C5: no port or namespace of the host.
pub(super) fn host_access(facts: &Facts<'_>) -> Outcome {
    let mut places = Vec::new();
    for (object, spec) in facts.pod_specs() {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if spec.get(field) == Some(&Value::Bool(true)) {
                places.push(format!("{}: {field}", object.key()));
            }
        }
    }
    for (name, container) in facts.containers() {
        let ports = container.get("ports").and_then(Value::as_array).into_iter().flatten();
        for port in ports.filter_map(|port| port.get("hostPort")) {
            places.push(format!("{name}: hostPort {port}"));
        }
    }
    let wrong = "a Fargate pod has no host whose ports or network it could use";
    let remedy = "remove hostPort, hostNetwork, hostPID and hostIPC; the ALB reaches the pod by its own address";
    none_of(&places, "no pod uses its host's ports or network", wrong, remedy)
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
                    places.push(format!("{name}: {resource}"));
                }
            }
        }
    }
    places.dedup();
    let remedy = "remove the request, or run the pod on EC2 nodes with GPUs";
    none_of(&places, "no pod asks for a GPU", "Fargate has no GPUs", remedy)
}

/// C13: no instance metadata.
pub(super) fn metadata(facts: &Facts<'_>) -> Outcome {
    let places: Vec<String> = facts
        .containers()
        .into_iter()
        .filter(|(_, container)| {
            let text = container.to_string();
            text.contains("169.254.169.254") || text.contains("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        })
        .map(|(name, _)| name)
        .collect();
    if places.is_empty() {
        return Outcome::ok("no pod counts on instance metadata");
    }
    Outcome::warning("a container asks for instance metadata, which Fargate pods do not have")
        .seeing(places.join("; "))
        .remedy("give region and values as environment variables, and credentials by a service account's role (IRSA)")
        .about(facts.deployment_node())
}

/// C16: only the VPC CNI works with Fargate.
pub(super) fn network_plugin(facts: &Facts<'_>) -> Verdict {
    let sets = seen("the network plugin", &facts.kube.daemon_sets)?;
    let other = sets.iter().find(|set| OTHER_NETWORKS.contains(&set.name()));
    if let Some(set) = other {
        return Ok(Outcome::warning(
            "another network plugin than the VPC CNI is at work; Fargate pods use the VPC CNI only",
        )
        .seeing(format!(
            "DaemonSet {}/{}",
            set.namespace().unwrap_or_default(),
            set.name()
        ))
        .remedy("network policies and overlays of that plugin do not reach the game's pods"));
    }
    let vpc_cni = sets.iter().any(|set| set.name() == "aws-node");
    Ok(
        Outcome::ok("no other network plugin than the VPC CNI is seen").seeing(if vpc_cni {
            "DaemonSet kube-system/aws-node"
        } else {
            "no DaemonSet aws-node; Fargate brings the VPC CNI itself"
        }),
    )
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
        .map(|object| format!("{}: volumeClaimTemplates", object.key()));
    places.extend(templates);
    if !places.is_empty() {
        let wrong = "Fargate pods cannot mount EBS, host or other block volumes";
        return none_of(&places, "", wrong, "use EFS by a static volume, or emptyDir (20 GiB)");
    }
    let claims: Vec<String> = facts.pod_specs().filter_map(claimed).collect();
    if claims.is_empty() {
        return Outcome::ok("no pod mounts a volume that Fargate cannot");
    }

    Outcome::warning("volume claims work on Fargate only if they are bound to EFS volumes made beforehand")
        .seeing(claims.join("; "))
        .remedy("`kubectl get pv -o custom-columns=NAME:.metadata.name,DRIVER:.spec.csi.driver`")
}

fn refused_volume(object: &Object, volume: &Value) -> Option<String> {
    let (name, kind) = (
        volume.get("name")?,
        volume.as_object()?.keys().find(|key| *key != "name")?,
    );
    let csi = volume.pointer("/csi/driver").and_then(Value::as_str);
    let allowed = VOLUMES.contains(&kind.as_str()) || csi == Some("efs.csi.aws.com");
    (!allowed).then(|| format!("{}: volume {name} is {}", object.key(), csi.unwrap_or(kind)))
}

fn claimed((object, spec): (&Object, &Value)) -> Option<String> {
    let volumes = spec.get("volumes")?.as_array()?;
    let claim = volumes
        .iter()
        .find_map(|volume| volume.pointer("/persistentVolumeClaim/claimName"))?;
    Some(format!("{}: claim {claim}", object.key()))
}

/// C9: who sets the number of pods.
pub(super) fn autoscalers(facts: &Facts<'_>) -> Verdict {
    let deployment = &facts.environment.app.deployment;
    let scalers: Vec<&str> = seen("autoscalers", &facts.kube.autoscalers)?
        .iter()
        .filter(|scaler| scaler.text("/spec/scaleTargetRef/name") == Some(deployment))
        .map(Object::name)
        .collect();
    if scalers.is_empty() {
        return Ok(Outcome::ok("no autoscaler sets the number of pods"));
    }
    Ok(
        Outcome::warning("an autoscaler sets the number of pods; `scale` and the environment's replicas do not count")
            .seeing(scalers.join(", "))
            .remedy(format!(
                "to set the number yourself: `kubectl -n {} delete hpa {}`",
                facts.environment.app.namespace,
                scalers.join(" ")
            ))
            .about(facts.deployment_node()),
    )
}

/// C15: a disruption budget must leave room for a pod to be moved.
pub(super) fn budgets(facts: &Facts<'_>) -> Verdict {
    let labels = facts.pod_labels();
    let there = seen("disruption budgets", &facts.kube.budgets)?;
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
        return Ok(Outcome::warning(
            "a disruption budget never lets a pod go: Fargate will stop pods without asking to patch them",
        )
        .seeing(format!(
            "{}: {}",
            stiff.key(),
            stiff.at("/spec").map(Value::to_string).unwrap_or_default()
        ))
        .remedy("let at least one pod go: --set app.disruptionBudget=1")
        .about(facts.deployment_node()));
    }
    Ok(match covering.first() {
        Some(budget) => Outcome::ok("a disruption budget protects the game").seeing(budget.key().to_string()),
        None => Outcome::ok("no disruption budget: Fargate may move all pods at once to patch them")
            .remedy("to keep some up: --set app.disruptionBudget=20%"),
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
