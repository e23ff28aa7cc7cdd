//! What a lab costs, as people read it.

use crate::plan::Cost;
use crate::plan::GOOD_FOR_DAYS;

/// Hours in a day.
const DAY: f64 = 24.0;

/// One sentence; in the sandbox it is what AWS would ask.
pub fn sentence(cost: &Cost, sandbox: bool) -> Option<String> {
    let hourly = cost.hourly()?;
    let free = if sandbox { "nothing in the sandbox; on AWS " } else { "" };
    let old = match cost {
        Cost::Known {
            prices_of,
            outdated: true,
            ..
        } => format!(", by prices of {prices_of}, more than {GOOD_FOR_DAYS} days old"),
        _ => String::new(),
    };
    Some(format!(
        "{free}about ${hourly:.2} an hour, ${:.2} a day{old}.",
        hourly * DAY
    ))
}

/// What the sentence is made of, a line each.
pub fn detail(cost: &Cost) -> Vec<String> {
    match cost {
        Cost::Known {
            fargate_hourly,
            balancer_hourly,
            addresses_hourly,
            addresses,
            prices_of,
            region,
            pod_size,
            pods,
            ..
        } => {
            let mut lines = vec![
                format!(
                    "${fargate_hourly:.4} an hour for {} of {pod_size} each",
                    super::words::count(usize::try_from(*pods).unwrap_or_default(), "pod")
                ),
                format!("${balancer_hourly:.4} an hour for the load balancer, traffic not included"),
            ];
            if *addresses > 0 {
                let number = usize::try_from(*addresses).unwrap_or_default();
                let which = super::words::count_of(number, "public IPv4 address", "public IPv4 addresses");
                lines.push(format!("${addresses_hourly:.4} an hour for its {which}"));
            }
            lines.push(format!("by the prices of {prices_of} in {region}"));
            lines
        }
        Cost::Unknown { region } => vec![format!("unknown: there are no prices for {region}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    #[test]
    fn old_prices_are_remarked_on() {
        let mut cost = fixtures::cost();
        assert_eq!(sentence(&cost, false).unwrap(), "about $0.11 an hour, $2.60 a day.");
        if let Cost::Known { outdated, .. } = &mut cost {
            *outdated = true;
        }
        assert_eq!(
            sentence(&cost, true).unwrap(),
            "nothing in the sandbox; on AWS about $0.11 an hour, $2.60 a day, by prices of 2025-01-01, more than 180 days \
             old."
        );
    }
}
