//! What a pod asks for, and the machine that Fargate gives it.

use serde_json::Value;

use super::super::api::list;

/// Sizes of Fargate's machines: thousandths of a vCPU, and the amounts of memory (MiB) each can have: least, most, step.
const SIZES: [(u64, u64, u64, u64); 7] = [
    (250, 512, 2_048, 512),
    (500, 1_024, 4_096, 1_024),
    (1_000, 2_048, 8_192, 1_024),
    (2_000, 4_096, 16_384, 1_024),
    (4_000, 8_192, 30_720, 1_024),
    (8_000, 16_384, 61_440, 4_096),
    (16_000, 32_768, 122_880, 8_192),
];

/// What Kubernetes' components take of a Fargate machine, in MiB.
const OVERHEAD: u64 = 256;

/// The machine for a pod, as the annotation `CapacityProvisioned` has it: `0.25vCPU 0.5GB`.
pub(super) fn provisioned(spec: &Value) -> String {
    let sum =
        |containers: &str, resource: &str| -> u64 { list(spec, containers).iter().map(|c| request(c, resource)).sum() };
    let most = |containers: &str, resource: &str| -> u64 {
        list(spec, containers)
            .iter()
            .map(|c| request(c, resource))
            .max()
            .unwrap_or_default()
    };
    let cpu = sum("/containers", "cpu").max(most("/initContainers", "cpu"));
    let memory = sum("/containers", "memory").max(most("/initContainers", "memory"));
    let memory = memory.div_ceil(1 << 20) + if memory > 0 { OVERHEAD } else { 0 };
    let (cpu, memory) = SIZES
        .iter()
        .find_map(|&(size, least, most, step)| {
            let fits = size >= cpu && most >= memory;
            // A quarter of a vCPU comes with 0.5, 1 or 2 GB.
            let steps = if size == 250 && memory > 1_024 {
                2_048
            } else {
                memory.max(least).next_multiple_of(step)
            };
            fits.then_some((size, steps))
        })
        .unwrap_or((16_000, 122_880));
    format!("{}vCPU {}GB", decimal(cpu, 1_000), decimal(memory, 1_024))
}

fn decimal(amount: u64, unit: u64) -> String {
    let hundredths = amount * 100 / unit;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn request(container: &Value, resource: &str) -> u64 {
    let resources = &container["resources"];
    let text = resources["requests"][resource]
        .as_str()
        .or_else(|| resources["limits"][resource].as_str());
    let Some(text) = text else { return 0 };
    if resource == "cpu" {
        quantity(text, 1_000)
    } else {
        quantity(text, 1)
    }
}

/// A Kubernetes quantity in thousandths (`scale` 1000) or whole units (`scale` 1).
fn quantity(text: &str, scale: u64) -> u64 {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len()));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let thousandths: String = format!("{fraction}000").chars().take(3).collect();
    let milli = whole.parse::<u64>().unwrap_or_default() * 1_000 + thousandths.parse::<u64>().unwrap_or_default();
    let factor: u64 = match unit {
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "m" => return milli * scale / 1_000_000,
        _ => 1,
    };
    milli.saturating_mul(factor) / (1_000 / scale)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn machines_are_the_next_larger_ones() {
        for (cpu, memory, expected) in [
            (None, None, "0.25vCPU 0.5GB"),
            (Some("250m"), Some("256Mi"), "0.25vCPU 0.5GB"),
            (Some("250m"), Some("512Mi"), "0.25vCPU 1GB"),
            (Some("250m"), Some("1Gi"), "0.25vCPU 2GB"),
            (Some("1"), Some("8Gi"), "2vCPU 9GB"),
            (Some("0.5"), Some("1Gi"), "0.5vCPU 2GB"),
        ] {
            let spec = json!({"containers": [{"resources": {"requests": {"cpu": cpu, "memory": memory}}}]});
            assert_eq!(provisioned(&spec), expected, "{cpu:?} {memory:?}");
        }
    }
}
