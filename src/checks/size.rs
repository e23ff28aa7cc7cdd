//! What Fargate sizes and starts a pod by.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::Facts;
use super::outcome::Outcome;
use crate::model::{Object, PodRequest, PodSize, Quantity};

/// The largest machine, in words.
const LARGEST: &str = "16 vCPU and 120 GB, of which Kubernetes takes 0.25 GB";
/// What every Fargate pod has as ephemeral storage, and the most that it can ask for (GiB).
const STORAGE: (u64, u64) = (20, 175);
/// The annotation of a running pod with the size it was given.
const PROVISIONED: &str = "CapacityProvisioned";

/// A pod of the lab, wanted or live.
struct Pod<'a> {
    /// Its own name, or its Deployment's.
    owner: String,
    spec: &'a Value,
    live: Option<&'a Object>,
}

/// Each pod fits a machine of Fargate, and each of its containers asks for what it is limited to.
pub(super) fn size(facts: &Facts<'_>) -> Outcome {
    let pods = pods(facts);
    let too_large = told(&pods, too_large);
    if !too_large.is_empty() {
        return Outcome::error("a pod asks for more than any Fargate machine has, and stays Pending")
            .seeing(too_large.join("; "))
            .remedy(format!(
                "ask for less: Fargate has at most {LARGEST}, and {} GiB of ephemeral storage",
                STORAGE.1
            ));
    }
    let unreadable = told(&pods, unreadable);
    if !unreadable.is_empty() {
        return Outcome::warning("an amount in a pod's resources cannot be read")
            .seeing(unreadable.join("; "))
            .remedy("write amounts such as 250m, 0.5, 256Mi or 1Gi");
    }
    let unequal = told(&pods, unequal);
    if !unequal.is_empty() {
        return Outcome::warning("requests differ from limits: Fargate sizes a pod by its requests alone")
            .seeing(unequal.join("; "))
            .remedy(
                "make requests and limits of each container equal (or give limits alone): more than was requested is not \
                 there, and containers with other limits may fail to start (StartError)",
            );
    }
    let crowded = told(&pods, crowded);
    if !crowded.is_empty() {
        return Outcome::warning("volumes may grow beyond the pod's ephemeral storage")
            .seeing(crowded.join("; "))
            .remedy(format!(
                "request as much, up to {} GiB: resources.requests.ephemeral-storage",
                STORAGE.1
            ));
    }
    let sizes = told(&pods, sized);
    if sizes.is_empty() {
        return Outcome::ok("no pod is wanted");
    }
    Outcome::ok("each pod fits a size of Fargate").seeing(sizes.join("; "))
}

/// The pods that the lab wants, then those that run and are not about to go.
fn pods<'a>(facts: &Facts<'a>) -> Vec<Pod<'a>> {
    let wanted = facts.pod_specs().map(|(object, spec)| Pod {
        owner: object.key().to_string(),
        spec,
        live: None,
    });
    let live = facts.kube.pods.known().into_iter().flatten();
    let live = live.filter(|pod| !pod.is_deleting()).filter_map(|pod| {
        Some(Pod {
            owner: pod.key().to_string(),
            spec: pod.at("/spec")?,
            live: Some(pod),
        })
    });
    wanted.chain(live).collect()
}

/// What there is to tell of the pods: of live ones only what is not told of a wanted one, and of many like each other once.
fn told(pods: &[Pod<'_>], judge: impl Fn(&Pod<'_>) -> Vec<String>) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&Pod<'_>>)> = Vec::new();
    for pod in pods {
        for line in judge(pod) {
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, of)) => of.push(pod),
                None => lines.push((line, vec![pod])),
            }
        }
    }
    lines
        .into_iter()
        .filter_map(|(line, of)| {
            let first = of.first()?;
            let more = of.iter().skip(1).filter(|_| first.live.is_some()).count();
            Some(match more {
                0 => format!("{}{line}", first.owner),
                more => format!("{} and {more} more{line}", first.owner),
            })
        })
        .collect()
}

fn containers<'a>(pod: &Pod<'a>) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let spec = pod.spec;
    let lists = ["initContainers", "containers"];
    let lists = lists.into_iter().filter_map(|list| spec.get(list)?.as_array());
    lists.flatten().map(|container| {
        let name = container.get("name").and_then(Value::as_str).unwrap_or("?");
        (name, container)
    })
}

fn too_large(pod: &Pod<'_>) -> Vec<String> {
    let Some(request) = PodRequest::of(pod.spec) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if request.size().is_none() {
        found.push(format!(": {}", asked(request)));
    }
    if request.storage_mib > STORAGE.1 * 1024 {
        let storage = request.storage_mib.div_ceil(1024);
        found.push(format!(": {storage} GiB of ephemeral storage"));
    }
    found
}

/// `17 vCPU, 2 GiB`, to two digits behind the point.
fn asked(request: PodRequest) -> String {
    let hundredths = |amount: u64, whole: u64| {
        let text = format!("{}.{:02}", amount / whole, amount % whole * 100 / whole);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    format!(
        "{} vCPU, {} GiB",
        hundredths(request.cpu_millis, 1000),
        hundredths(request.memory_mib, 1024)
    )
}

fn unreadable(pod: &Pod<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, container) in containers(pod) {
        for kind in ["requests", "limits"] {
            for (resource, amount) in amounts(container, kind) {
                if Quantity::of(amount).is_none() {
                    found.push(format!(" container {name}: {resource} {kind} {amount}"));
                }
            }
        }
    }
    found
}

/// What a container asks for under `requests` or `limits`, by resource.
fn amounts<'a>(container: &'a Value, kind: &str) -> BTreeMap<&'a str, &'a Value> {
    let map = container
        .get("resources")
        .and_then(|resources| resources.get(kind)?.as_object());
    let sized = map.into_iter().flatten().filter(|(resource, amount)| {
        matches!(resource.as_str(), "cpu" | "memory" | "ephemeral-storage") && !amount.is_null()
    });
    sized.map(|(resource, amount)| (resource.as_str(), amount)).collect()
}

/// Containers whose requests of CPU or memory are not their limits. A limit without a request is the request, too.
fn unequal(pod: &Pod<'_>) -> Vec<String> {
    let size = PodRequest::of(pod.spec).and_then(PodRequest::size);
    let size = size
        .map(|size| format!(" (sized {})", size.words()))
        .unwrap_or_default();
    let mut found = Vec::new();
    for (name, container) in containers(pod) {
        let (requests, limits) = (amounts(container, "requests"), amounts(container, "limits"));
        let differing = requests
            .iter()
            .filter(|(resource, _)| **resource != "ephemeral-storage");
        let differing: Vec<String> = differing
            .filter_map(|(resource, request)| {
                let shown = |amount: &Value| amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
                let request = *request;
                match limits.get(resource) {
                    Some(limit) if Quantity::of(limit) == Quantity::of(request) => None,
                    Some(limit) => Some(format!(
                        "{resource} requests {}, limits {}",
                        shown(request),
                        shown(limit)
                    )),
                    None => Some(format!("{resource} requests {}, no limit", shown(request))),
                }
            })
            .collect();
        if !differing.is_empty() {
            found.push(format!(" container {name}: {}{size}", differing.join("; ")));
        }
    }
    found
}

/// `emptyDir` volumes on disk that together may hold more than the pod's ephemeral storage.
fn crowded(pod: &Pod<'_>) -> Vec<String> {
    let volumes = pod.spec.get("volumes").and_then(Value::as_array).into_iter().flatten();
    let limits = volumes
        .filter_map(|volume| volume.get("emptyDir"))
        .filter(|directory| directory.get("medium").is_none_or(|medium| medium != "Memory"))
        .filter_map(|directory| Quantity::of(directory.get("sizeLimit")?));
    let held = limits.fold(Quantity::default(), Quantity::plus).units(1, 1 << 30);
    let requested = PodRequest::of(pod.spec).map_or(0, |request| request.storage_mib / 1024);
    let there = requested.max(STORAGE.0);
    if held <= there {
        return Vec::new();
    }
    vec![format!(": volumes of {held} GiB, ephemeral storage of {there} GiB")]
}

/// The size that Fargate gives, or has given.
fn sized(pod: &Pod<'_>) -> Vec<String> {
    let given = pod.live.and_then(|live| live.annotation(PROVISIONED));
    let request = PodRequest::of(pod.spec);
    let size = request.and_then(PodRequest::size).map(PodSize::words);
    let Some(size) = given
        .map(|given| given.replace("vCPU ", " vCPU, ").replace("GB", " GB"))
        .or(size)
    else {
        return Vec::new();
    };
    let storage = request.map_or(0, |request| request.storage_mib).div_ceil(1024);
    let more = if storage > STORAGE.0 {
        format!(", {storage} GiB of ephemeral storage")
    } else {
        String::new()
    };
    vec![format!(": {size}{more}")]
}
