//! How often a service may be asked: what AWS publishes, in an account that nobody has raised the limits of.

use super::Service;
use crate::state::Rate;

/// Reads of Elastic Load Balancing; the load balancer controller's count, too.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html>
const ELB_READS: Rate = rate("elasticloadbalancing reads", 40.0, 10.0);
/// Reads of EC2 with a filter or of single things.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const EC2_READS: Rate = rate("ec2 reads", 100.0, 20.0);
/// Its other operations.
const EC2_CHANGES: Rate = rate("ec2 changes", 50.0, 5.0);

const fn rate(name: &'static str, burst: f64, refill: f64) -> Rate {
    Rate { name, burst, refill }
}

/// The bucket that an operation takes from. The limits of EKS, IAM and STS are not published, and of what changes a load balancer
/// the controller does most by itself: none is kept here.
pub(super) fn of(service: Service, operation: &str) -> Option<Rate> {
    let reads = operation.starts_with("Describe");
    match (service, reads) {
        (Service::ElbV2, true) => Some(ELB_READS),
        (Service::Ec2, true) => Some(EC2_READS),
        (Service::Ec2, false) => Some(EC2_CHANGES),
        (Service::ElbV2, false) | (Service::Eks | Service::Iam | Service::Sts, _) => None,
    }
}
