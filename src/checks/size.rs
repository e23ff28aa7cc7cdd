//! What Fargate sizes and starts a pod by.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::Facts;
use super::outcome::Outcome;
use crate::lang::{Text, text};
use crate::model::{Object, PodRequest, PodSize, Quantity};

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

/// What there is to tell of a pod, or of one of its containers.
#[derive(PartialEq, Eq)]
struct Found {
    container: Option<String>,
    what: Text,
}

impl Found {
    fn of_pod(what: impl Into<Text>) -> Self {
        Self {
            container: None,
            what: what.into(),
        }
    }

    fn of_container(name: &str, what: impl Into<Text>) -> Self {
        Self {
            container: Some(name.to_owned()),
            what: what.into(),
        }
    }
}

/// Each pod fits a machine of Fargate, and each of its containers asks for what it is limited to.
pub(super) fn size(facts: &Facts<'_>) -> Outcome {
    let pods = pods(facts);
    let too_large = told(&pods, too_large);
    if !too_large.is_empty() {
        return Outcome::error(text!("check-size-too-large"))
            .seeing(Text::list(too_large, "; "))
            .remedy(text!("check-size-too-large-remedy", storage = STORAGE.1));
    }
    let unreadable = told(&pods, unreadable);
    if !unreadable.is_empty() {
        return Outcome::warning(text!("check-size-unreadable"))
            .seeing(Text::list(unreadable, "; "))
            .remedy(text!("check-size-unreadable-remedy"));
    }
    let unequal = told(&pods, unequal);
    if !unequal.is_empty() {
        return Outcome::warning(text!("check-size-unequal"))
            .seeing(Text::list(unequal, "; "))
            .remedy(text!("check-size-unequal-remedy"));
    }
    let crowded = told(&pods, crowded);
    if !crowded.is_empty() {
        return Outcome::warning(text!("check-size-crowded"))
            .seeing(Text::list(crowded, "; "))
            .remedy(text!("check-size-crowded-remedy", storage = STORAGE.1));
    }
    let sizes = told(&pods, sized);
    if sizes.is_empty() {
        return Outcome::ok(text!("check-size-no-pod"));
    }
    Outcome::ok(text!("check-size-fits")).seeing(Text::list(sizes, "; "))
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
fn told(pods: &[Pod<'_>], judge: impl Fn(&Pod<'_>) -> Vec<Found>) -> Vec<Text> {
    let mut lines: Vec<(Found, Vec<&Pod<'_>>)> = Vec::new();
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
            let owner = match more {
                0 => Text::from(&first.owner),
                more => text!("check-and-more", name = &first.owner, more = more),
            };
            let place = match line.container {
                None => owner,
                Some(name) => text!("check-container", owner = owner, name = name),
            };
            Some(Text::list([place, line.what], ": "))
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

fn too_large(pod: &Pod<'_>) -> Vec<Found> {
    let Some(request) = PodRequest::of(pod.spec) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if request.size().is_none() {
        found.push(Found::of_pod(asked(request)));
    }
    if request.storage_mib > STORAGE.1 * 1024 {
        let storage = request.storage_mib.div_ceil(1024);
        found.push(Found::of_pod(text!("check-size-storage", storage = storage)));
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

fn unreadable(pod: &Pod<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (name, container) in containers(pod) {
        for kind in ["requests", "limits"] {
            for (resource, amount) in amounts(container, kind) {
                if Quantity::of(amount).is_none() {
                    found.push(Found::of_container(name, format!("{resource} {kind} {amount}")));
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
fn unequal(pod: &Pod<'_>) -> Vec<Found> {
    let size = PodRequest::of(pod.spec).and_then(PodRequest::size);
    let mut found = Vec::new();
    for (name, container) in containers(pod) {
        let (requests, limits) = (amounts(container, "requests"), amounts(container, "limits"));
        let differing = requests
            .iter()
            .filter(|(resource, _)| **resource != "ephemeral-storage");
        let differing: Vec<Text> = differing
            .filter_map(|(resource, request)| {
                let shown = |amount: &Value| amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
                let text = match limits.get(resource) {
                    Some(limit) if Quantity::of(limit) == Quantity::of(request) => return None,
                    Some(limit) => text!("check-size-differs", limit = shown(limit)),
                    None => text!("check-size-no-limit"),
                };
                Some(text.with("resource", *resource).with("request", shown(request)))
            })
            .collect();
        if differing.is_empty() {
            continue;
        }
        let differing = Text::list(differing, "; ");
        let what = match size {
            None => differing,
            Some(size) => text!("check-size-sized", differences = differing, size = size.words()),
        };
        found.push(Found::of_container(name, what));
    }
    found
}

/// `emptyDir` volumes on disk that together may hold more than the pod's ephemeral storage.
fn crowded(pod: &Pod<'_>) -> Vec<Found> {
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
    vec![Found::of_pod(text!("check-size-volumes", held = held, there = there))]
}

/// The size that Fargate gives, or has given.
fn sized(pod: &Pod<'_>) -> Vec<Found> {
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
    vec![Found::of_pod(if storage > STORAGE.0 {
        text!("check-size-with-storage", size = size, storage = storage)
    } else {
        size.into()
    })]
}
