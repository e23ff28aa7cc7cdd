//! What a lab costs, as people read it.

use crate::plan::Cost;

/// Hours in a day.
const DAY: f64 = 24.0;

/// One sentence; in the sandbox it is what AWS would ask.
pub fn sentence(cost: &Cost, sandbox: bool) -> Option<String> {
    let hourly = cost.hourly()?;
    let free = if sandbox { "nothing in the sandbox; on AWS " } else { "" };
    Some(format!("{free}about ${hourly:.2} an hour, ${:.2} a day.", hourly * DAY))
}

/// What the sentence is made of, a line each.
pub fn detail(cost: &Cost) -> Vec<String> {
    match cost {
        Cost::Known {
            fargate_hourly,
            balancer_hourly,
            prices_of,
            region,
            pod_size,
            pods,
        } => vec![
            format!(
                "${fargate_hourly:.4} an hour for {} of {pod_size} each",
                super::words::count(usize::try_from(*pods).unwrap_or_default(), "pod")
            ),
            format!("${balancer_hourly:.4} an hour for the load balancer, traffic not included"),
            format!("by the prices of {prices_of} in {region}"),
        ],
        Cost::Unknown { region } => vec![format!("unknown: there are no prices for {region}")],
    }
}
