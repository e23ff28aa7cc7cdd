//! The size of the machine that Fargate starts for a pod.
//!
//! It follows from what the pod asks for (Amazon EKS user guide, "Fargate Pod configuration"): the larger of its biggest
//! init container and the sum of its containers; 256 MB are added for the kubelet and its friends, and the result is
//! rounded up to the next combination that Fargate offers. Sidecars (init containers that keep running) count as
//! Kubernetes counts them, with the containers and with every init container after them.

use serde_json::Value;

use super::quantity::Quantity;

/// Added to every pod's memory for the Kubernetes components (MiB).
const OVERHEAD_MIB: u64 = 256;

/// vCPU in thousandths; memory: least, most and step, in MiB. The smallest size has steps of its own.
const SIZES: &[(u64, u64, u64, u64)] = &[
    (250, 512, 512, 512),
    (250, 1024, 2048, 1024),
    (500, 1024, 4096, 1024),
    (1000, 2048, 8192, 1024),
    (2000, 4096, 16_384, 1024),
    (4000, 8192, 30_720, 1024),
    (8000, 16_384, 61_440, 4096),
    (16_000, 32_768, 122_880, 8192),
];

/// What Fargate bills for one pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PodSize {
    /// vCPU in thousandths.
    pub cpu_millis: u64,
    /// Memory in MiB.
    pub memory_mib: u64,
}

impl PodSize {
    /// As users know it: `0.25 vCPU, 0.5 GB`.
    pub fn words(self) -> String {
        format!("{} vCPU, {} GB", self.vcpu(), self.gigabytes())
    }

    /// Number of vCPUs.
    pub fn vcpu(self) -> f64 {
        small(self.cpu_millis) / 1000.0
    }

    /// Memory in GB as AWS counts them (1024 MiB).
    pub fn gigabytes(self) -> f64 {
        small(self.memory_mib) / 1024.0
    }
}

/// Sizes of pods are far below the limit of `u32`.
fn small(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// What the containers of a pod ask for together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PodRequest {
    /// vCPU in thousandths.
    pub cpu_millis: u64,
    /// Memory in MiB, without what Fargate adds.
    pub memory_mib: u64,
    /// Ephemeral storage in MiB; 0 where none is asked for.
    pub storage_mib: u64,
}

impl PodRequest {
    /// Reads the specification of a pod (`spec.template.spec` of a Deployment); `None` where an amount cannot be read.
    pub fn of(pod_spec: &Value) -> Option<Self> {
        Some(Self {
            cpu_millis: total(pod_spec, "cpu")?.units(1000, 1),
            memory_mib: total(pod_spec, "memory")?.units(1, 1 << 20),
            storage_mib: total(pod_spec, "ephemeral-storage")?.units(1, 1 << 20),
        })
    }

    /// The size that Fargate gives; `None` where it has none so large.
    pub fn size(self) -> Option<PodSize> {
        let memory = self.memory_mib.saturating_add(OVERHEAD_MIB);
        SIZES.iter().find_map(|&(millis, least, most, step)| {
            let fits = millis >= self.cpu_millis && memory <= most;
            fits.then(|| PodSize {
                cpu_millis: millis,
                memory_mib: least + memory.saturating_sub(least).div_ceil(step) * step,
            })
        })
    }
}

/// The size that Fargate bills for pods of this specification; `None` where it is larger than anything Fargate offers, or
/// an amount cannot be read.
pub fn pod_size(pod_spec: &Value) -> Option<PodSize> {
    PodRequest::of(pod_spec)?.size()
}

fn total(pod_spec: &Value, resource: &str) -> Option<Quantity> {
    let list = |name: &str| pod_spec.get(name).and_then(Value::as_array).into_iter().flatten();
    let mut sidecars = Quantity::default();
    let mut starting = Quantity::default();
    for container in list("initContainers") {
        let asked = requested(container, resource)?;
        if container.get("restartPolicy").is_some_and(|policy| policy == "Always") {
            sidecars = sidecars.plus(asked);
        } else {
            starting = starting.max(sidecars.plus(asked));
        }
    }
    let mut running = sidecars;
    for container in list("containers") {
        running = running.plus(requested(container, resource)?);
    }
    Some(running.max(starting))
}

/// What a container asks for. A limit without a request is the request, too.
fn requested(container: &Value, resource: &str) -> Option<Quantity> {
    let written = |kind: &str| container.get("resources")?.get(kind)?.get(resource);
    match written("requests").or_else(|| written("limits")) {
        None | Some(Value::Null) => Some(Quantity::default()),
        Some(quantity) => Quantity::of(quantity),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn size(containers: &Value, init: &Value) -> String {
        let list = |resources: &Value| {
            let items = resources.as_array().unwrap().iter();
            items.map(|r| json!({"resources": {"requests": r}})).collect::<Vec<_>>()
        };
        pod_size(&json!({"containers": list(containers), "initContainers": list(init)}))
            .map_or("none".to_owned(), PodSize::words)
    }

    #[test]
    fn sizes_are_those_of_the_table() {
        for (containers, init, expected) in [
            (json!([{}]), json!([]), "0.25 vCPU, 0.5 GB"),
            (
                json!([{"cpu": "250m", "memory": "256Mi"}]),
                json!([]),
                "0.25 vCPU, 0.5 GB",
            ),
            (
                json!([{"cpu": "250m", "memory": "257Mi"}]),
                json!([]),
                "0.25 vCPU, 1 GB",
            ),
            (json!([{"cpu": "250m", "memory": "2Gi"}]), json!([]), "0.5 vCPU, 3 GB"),
            (json!([{"cpu": 1, "memory": "8Gi"}]), json!([]), "2 vCPU, 9 GB"),
            (json!([{"cpu": "0.3"}, {"cpu": "0.3"}]), json!([]), "1 vCPU, 2 GB"),
            (json!([{"cpu": "100m"}]), json!([{"cpu": "500m"}]), "0.5 vCPU, 1 GB"),
            (json!([{"cpu": 5}]), json!([]), "8 vCPU, 16 GB"),
            (json!([{"memory": "500M"}]), json!([]), "0.25 vCPU, 1 GB"),
            (json!([{"cpu": 16, "memory": "119.75Gi"}]), json!([]), "16 vCPU, 120 GB"),
            (json!([{"cpu": 16, "memory": "120Gi"}]), json!([]), "none"),
            (json!([{"cpu": 17}]), json!([]), "none"),
            (json!([{"cpu": "many"}]), json!([]), "none"),
        ] {
            assert_eq!(size(&containers, &init), expected, "{containers} {init}");
        }
    }

    #[test]
    fn a_limit_alone_counts_as_the_request() {
        let spec = json!({"containers": [{"resources": {"limits": {"cpu": "2", "memory": "4Gi"}}}]});
        assert_eq!(pod_size(&spec).unwrap().words(), "2 vCPU, 5 GB");
    }

    #[test]
    fn a_sidecar_runs_beside_the_containers_and_the_later_init_containers() {
        let of = |cpu: &str| json!({"resources": {"requests": {"cpu": cpu, "ephemeral-storage": "1Gi"}}});
        let sidecar = |cpu: &str| {
            let mut container = of(cpu);
            container["restartPolicy"] = json!("Always");
            container
        };
        let request = |init: Value| PodRequest::of(&json!({"initContainers": init, "containers": [of("1")]})).unwrap();
        assert_eq!(request(json!([sidecar("500m")])).cpu_millis, 1500);
        assert_eq!(request(json!([of("1200m"), sidecar("100m")])).cpu_millis, 1200);
        assert_eq!(request(json!([sidecar("100m"), of("1200m")])).cpu_millis, 1300);
        assert_eq!(request(json!([sidecar("100m"), of("1200m")])).storage_mib, 2048);
    }
}
