//! What a lab costs while it runs: Fargate by the size that is really billed, and the ALB.
//!
//! Sizing follows the AWS documentation ("Fargate Pod configuration"): a pod asks for the larger of its biggest init
//! container and the sum of its containers, 256 MB are added for the kubelet and its friends, and the result is rounded
//! up to the next combination that Fargate offers. Prices are the public on-demand ones for Linux on x86. The ALB's
//! capacity units (LCU) depend on traffic and are not included.

use jiff::civil::{Date, date};
use serde_json::Value;

use super::change::Cost;
use crate::model::{Desired, NodeKind, Object};
use crate::stack::Stack;

/// When the prices were last checked.
const PRICES_OF: Date = date(2025, 1, 1);

/// How many days prices are believed without a remark.
pub const GOOD_FOR_DAYS: u16 = 180;

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

/// Prices of one region in US dollars an hour.
struct Prices {
    region: &'static str,
    vcpu: f64,
    gigabyte: f64,
    balancer: f64,
}

/// Regions with their prices for a vCPU, a GB and an ALB.
const PRICES: &[Prices] = &[
    prices("ap-northeast-1", 0.05056, 0.00553, 0.0243),
    prices("ap-northeast-2", 0.04656, 0.00511, 0.0225),
    prices("ap-southeast-1", 0.05056, 0.00553, 0.0252),
    prices("ap-southeast-2", 0.04856, 0.00532, 0.0252),
    prices("eu-central-1", 0.04656, 0.00511, 0.027),
    prices("eu-west-1", 0.04048, 0.004_445, 0.0252),
    prices("us-east-1", 0.04048, 0.004_445, 0.0225),
    prices("us-east-2", 0.04048, 0.004_445, 0.0225),
    prices("us-west-2", 0.04048, 0.004_445, 0.0225),
];

const fn prices(region: &'static str, vcpu: f64, gigabyte: f64, balancer: f64) -> Prices {
    Prices {
        region,
        vcpu,
        gigabyte,
        balancer,
    }
}

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

/// Whether prices of one day are too old to be believed on another.
fn outdated(prices_of: Date, today: Date) -> bool {
    today.duration_since(prices_of).as_hours() > 24 * i64::from(GOOD_FOR_DAYS)
}

/// What the stack will cost in `region`; with `pods` given (an autoscaler's number), that many pods. Prices that are old
/// by `today` are marked.
pub fn of_stack(stack: &Stack, region: &str, pods: u32, today: Date) -> Cost {
    let unknown = || Cost::Unknown {
        region: region.to_owned(),
    };
    let Some(prices) = PRICES.iter().find(|prices| prices.region == region) else {
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
    Cost::Known {
        fargate_hourly: f64::from(pods) * (size.vcpu() * prices.vcpu + size.gigabytes() * prices.gigabyte),
        balancer_hourly: f64::from(balancers) * prices.balancer,
        prices_of: PRICES_OF.to_string(),
        outdated: outdated(PRICES_OF, today),
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
    fn prices_grow_old() {
        let prices_of = date(2026, 1, 1);
        for (today, old) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), false),
            (date(2026, 6, 30), false),
            (date(2026, 7, 1), true),
            (date(2027, 1, 1), true),
        ] {
            assert_eq!(outdated(prices_of, today), old, "{today}");
        }
    }

    #[test]
    fn a_limit_alone_counts_as_the_request() {
        let spec = json!({"containers": [{"resources": {"limits": {"cpu": "2", "memory": "4Gi"}}}]});
        assert_eq!(pod_size(&spec).unwrap().words(), "2 vCPU, 5 GB");
    }
}
