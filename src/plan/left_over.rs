//! What is left over after a removal: why, what it costs, and the command that removes it.

use super::change::Cost;
use crate::event::{Leftover, LeftoverKind};
use crate::lang::{Text, text};

/// Hours of a day.
const HOURS: f64 = 24.0;

/// Something that is left over of a lab on `cluster`, with all that is worth telling of it.
pub fn left_over(kind: LeftoverKind, name: String, id: String, cluster: &str, cost: &Cost) -> Leftover {
    Leftover {
        reason: reason(kind),
        dollars_per_day: dollars_per_day(kind, cost),
        command: command(kind, &name, &id, cluster),
        kind,
        name,
        id,
    }
}

fn reason(kind: LeftoverKind) -> Text {
    match kind {
        LeftoverKind::LoadBalancer | LeftoverKind::TargetGroup | LeftoverKind::SecurityGroup => {
            text!("plan-left-by-controller")
        }
        LeftoverKind::UntaggedLoadBalancer => text!("plan-left-untagged"),
        LeftoverKind::SharedSecurityGroup => text!("plan-left-shared-group"),
        LeftoverKind::Profile => text!("plan-left-profile"),
        LeftoverKind::Role | LeftoverKind::AccessEntry => text!("plan-left-since"),
        LeftoverKind::Namespace => text!("plan-left-namespace"),
    }
}

/// Only a load balancer costs something without being used.
fn dollars_per_day(kind: LeftoverKind, cost: &Cost) -> Option<f64> {
    match (kind, cost) {
        (
            LeftoverKind::LoadBalancer | LeftoverKind::UntaggedLoadBalancer,
            Cost::Known {
                balancer_hourly,
                addresses_hourly,
                ..
            },
        ) => Some(HOURS * (balancer_hourly + addresses_hourly)),
        _ => None,
    }
}

/// The command of the AWS CLI that removes it.
pub(super) fn command(kind: LeftoverKind, name: &str, id: &str, cluster: &str) -> String {
    match kind {
        LeftoverKind::LoadBalancer | LeftoverKind::UntaggedLoadBalancer => {
            format!("aws elbv2 delete-load-balancer --load-balancer-arn {id}")
        }
        LeftoverKind::TargetGroup => format!("aws elbv2 delete-target-group --target-group-arn {id}"),
        LeftoverKind::SecurityGroup | LeftoverKind::SharedSecurityGroup => {
            format!("aws ec2 delete-security-group --group-id {id}")
        }
        LeftoverKind::Profile => {
            format!("aws eks delete-fargate-profile --cluster-name {cluster} --fargate-profile-name {name}")
        }
        // IAM deletes a role only once every policy is taken off it, which this does.
        LeftoverKind::Role | LeftoverKind::Namespace => "lab2048 destroy".to_owned(),
        LeftoverKind::AccessEntry => {
            format!("aws eks delete-access-entry --cluster-name {cluster} --principal-arn {id}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_balancer_costs_and_a_role_does_not() {
        let cost = Cost::Known {
            fargate_hourly: 1.0,
            balancer_hourly: 0.02,
            addresses_hourly: 0.01,
            addresses: 2,
            prices_of: "2026-11-01".to_owned(),
            outdated: false,
            region: "ap-northeast-2".to_owned(),
            pod_size: String::new(),
            pods: 5,
        };
        let of = |kind| left_over(kind, "n".to_owned(), "arn:x".to_owned(), "c", &cost);
        let balancer = of(LeftoverKind::LoadBalancer);
        assert!((balancer.dollars_per_day.unwrap() - 0.72).abs() < 1e-9);
        assert_eq!(
            balancer.command,
            "aws elbv2 delete-load-balancer --load-balancer-arn arn:x"
        );
        assert_eq!(of(LeftoverKind::Role).dollars_per_day, None);
        assert_eq!(
            of(LeftoverKind::Profile).command,
            "aws eks delete-fargate-profile --cluster-name c --fargate-profile-name n"
        );
    }
}
