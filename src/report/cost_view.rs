//! What a lab costs, as people read it.

use crate::plan::Cost;

/// Hours in a day.
const DAY: f64 = 24.0;

/// One sentence; in the sandbox it is what AWS would ask.
pub fn sentence(cost: &Cost, sandbox: bool) -> Option<String> {
    let hourly = cost.hourly()?;
    let free = if sandbox { "Nothing in the sandbox; on AWS a" } else { "A" };
    Some(format!("{free}bout ${hourly:.2} an hour, ${:.2} a day.", hourly * DAY))
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
            format!("${:.2} a day; prices of {prices_of}, {region}", (fargate_hourly + balancer_hourly) * DAY),
        ],
        Cost::Unknown { region } => vec![format!("unknown: there are no prices for {region}")],
    }
}
