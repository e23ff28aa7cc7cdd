//! What a lab costs while it runs: Fargate by the size that is really billed, the ALB, and its public IPv4 addresses.
//!
//! Sizing follows the AWS documentation ("Fargate Pod configuration"): a pod asks for the larger of its biggest init
//! container and the sum of its containers, 256 MB are added for the kubelet and its friends, and the result is rounded
//! up to the next combination that Fargate offers. An ALB that faces the internet has one public IPv4 address in each of its
//! subnets, and AWS bills each (since 2024-02-01). The ALB's capacity units (LCU) depend on traffic and are not included.

use jiff::civil::Date;
use serde_json::Value;

use super::change::Cost;
use super::prices::Prices;
use crate::model::{Desired, NodeKind, Object};
use crate::stack::Stack;

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

/// The size that Fargate bills for pods of this template (`spec.template.spec` of a Deployment); `None` where it is
/// larger than anything Fargate offers, or a quantity cannot be read.
pub fn pod_size(pod_spec: &Value) -> Option<PodSize> {
    let cpu = request(pod_spec, "cpu", 1000)?;
    let memory = request(pod_spec, "memory", 1)?.div_ceil(1024 * 1024) + OVERHEAD_MIB;
    SIZES.iter().find_map(|&(millis, least, most, step)| {
        let fits = millis >= cpu && memory <= most;
        let rounded = least + memory.saturating_sub(least).div_ceil(step) * step;
        fits.then_some(PodSize {
            cpu_millis: millis,
            memory_mib: rounded,
        })
    })
}

/// The larger of the biggest init container and the sum of the containers, in units of `1/scale`.
fn request(pod_spec: &Value, resource: &str, scale: u64) -> Option<u64> {
    let of = |list: &str| -> Option<Vec<u64>> {
        let containers = pod_spec.get(list).and_then(Value::as_array).into_iter().flatten();
        containers
            .map(|container| {
                let resources = container.get("resources");
                let wanted = |kind: &str| resources?.get(kind)?.get(resource);
                // A limit without a request is the request, too.
                match wanted("requests").or_else(|| wanted("limits")) {
                    None => Some(0),
                    Some(quantity) => parse_quantity(quantity, scale),
                }
            })
            .collect()
    };
    let sum = of("containers")?.into_iter().sum::<u64>();
    let biggest = of("initContainers")?.into_iter().max().unwrap_or(0);
    Some(sum.max(biggest))
}

/// A Kubernetes quantity (`250m`, `0.5`, `256Mi`, `1G`) in units of `1/scale`, rounded up.
fn parse_quantity(quantity: &Value, scale: u64) -> Option<u64> {
    const SUFFIXES: &[(&str, f64)] = &[
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("m", 0.001),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("", 1.0),
    ];
    let text = quantity.as_str().map_or_else(|| quantity.to_string(), str::to_owned);
    let (number, factor) = SUFFIXES
        .iter()
        .find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?.parse::<f64>().ok()?, *factor)))?;
    let units = (number * factor * small(scale)).ceil();
    // Beyond 2^53 a float is no whole number any more; no pod is that large.
    let readable = units.is_finite() && (0.0..9e15).contains(&units);
    readable.then(|| format!("{units:.0}").parse().ok()).flatten()
}

/// How many pods and addresses a lab has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Pods: the wanted number, or an autoscaler's.
    pub pods: u32,
    /// Public IPv4 addresses of its ALB: one for each subnet if that faces the internet, else none.
    pub addresses: u32,
}

/// What the stack will cost in `region`. Prices that are old by `today` are marked.
pub fn of_stack(stack: &Stack, region: &str, amounts: Amounts, today: Date) -> Cost {
    let unknown = || Cost::Unknown {
        region: region.to_owned(),
    };
    let Some(prices) = Prices::of(region) else {
        return unknown();
    };
    let mut balancers = 0;
    let mut deployment: Option<&Object> = None;
    for node in &stack.nodes {
        match &node.desired {
            Desired::LoadBalancer(_) if node.id.kind == NodeKind::LoadBalancer => balancers += 1,
            Desired::Object(object) if object.kind() == "Deployment" => deployment = Some(object),
            _ => {}
        }
    }
    let Some(size) = deployment.and_then(|d| d.at("/spec/template/spec")).and_then(pod_size) else {
        return unknown();
    };
    let Amounts { pods, addresses } = amounts;
    let addresses = addresses * balancers;
    Cost::Known {
        fargate_hourly: f64::from(pods) * (size.vcpu() * prices.vcpu + size.gigabytes() * prices.gigabyte),
        balancer_hourly: f64::from(balancers) * prices.balancer,
        addresses_hourly: f64::from(addresses) * prices.address,
        addresses,
        prices_of: prices.read_on.to_string(),
        outdated: prices.are_outdated(today),
        region: region.to_owned(),
        pod_size: size.words(),
        pods,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
}
