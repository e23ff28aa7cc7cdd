//! What a lab costs, as people read it.

use crate::lang::{Text, text};
use crate::plan::Cost;
use crate::plan::GOOD_FOR_DAYS;

/// Hours in a day.
const DAY: f64 = 24.0;

/// One sentence; in the sandbox it is what AWS would ask.
pub fn sentence(cost: &Cost, sandbox: bool) -> Option<Text> {
    let hourly = cost.hourly()?;
    let old = match cost {
        Cost::Known {
            prices_of,
            outdated: true,
            ..
        } => Some(prices_of),
        _ => None,
    };
    let sentence = match (sandbox, old) {
        (false, None) => text!("view-cost"),
        (true, None) => text!("view-cost-sandbox"),
        (false, Some(date)) => text!("view-cost-old", date = date),
        (true, Some(date)) => text!("view-cost-sandbox-old", date = date),
    };
    let sentence = sentence.with("days", u32::from(GOOD_FOR_DAYS));
    let daily = format!("${:.2}", hourly * DAY);
    Some(sentence.with("hourly", format!("${hourly:.2}")).with("daily", daily))
}

/// What the sentence is made of, a line each.
pub fn detail(cost: &Cost) -> Vec<Text> {
    let dollars = |hourly: f64| format!("${hourly:.4}");
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
                text!(
                    "view-cost-pods",
                    dollars = dollars(*fargate_hourly),
                    count = *pods,
                    size = pod_size
                ),
                text!("view-cost-balancer", dollars = dollars(*balancer_hourly)),
            ];
            if *addresses > 0 {
                let dollars = dollars(*addresses_hourly);
                lines.push(text!("view-cost-addresses", dollars = dollars, count = *addresses));
            }
            lines.push(text!("view-cost-prices", date = prices_of, region = region));
            lines
        }
        Cost::Unknown { region } => vec![text!("view-cost-unknown", region = region)],
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
