//! How long things take in AWS and in a cluster: real magnitudes, drawn from the world's seed.

use std::time::Duration;

use crate::world::World;

/// A range that a duration is drawn from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    least: Duration,
    most: Duration,
    /// Whether short ones are likelier than long ones, as with most things that wait for others.
    skewed: bool,
}

impl Span {
    const fn even(least: u64, most: u64) -> Self {
        Self {
            least: Duration::from_millis(least),
            most: Duration::from_millis(most),
            skewed: false,
        }
    }

    const fn skewed(least: u64, most: u64) -> Self {
        Self {
            skewed: true,
            ..Self::even(least, most)
        }
    }

    /// Draws a duration for something, in whole milliseconds.
    pub(super) fn draw(self, world: &mut World, what: &str) -> Duration {
        let range = (self.most.saturating_sub(self.least)).as_millis();
        let part = u128::from(world.draw(what) >> 32);
        let spread = (range * part) >> 32;
        let spread = if self.skewed { (spread * part) >> 32 } else { spread };
        self.least + Duration::from_millis(u64::try_from(spread).unwrap_or_default())
    }
}

/// IAM is eventually consistent; Terraform's provider retries `Misconfigured PodExecutionRole Trust Policy` for 2 minutes,
/// mostly it takes some seconds.
pub(super) const ROLE_PROPAGATION: Span = Span::even(5_000, 12_000);
/// Profile CREATING to ACTIVE: users report 26 s to 5 min 45 s.
pub(super) const PROFILE_CREATION: Span = Span::skewed(110_000, 290_000);
/// Profile DELETING to gone: users report 2 min and more.
pub(super) const PROFILE_DELETION: Span = Span::skewed(60_000, 240_000);
/// Fargate launches a machine for a pod: 30 to 60 s from `Pending` to `Scheduled`.
pub(super) const FARGATE_LAUNCH: Span = Span::skewed(30_000, 60_000);
/// The Fargate scheduler tries again to launch.
pub(super) const FARGATE_RETRY: Span = Span::even(60_000, 90_000);
/// Image pull on a fresh Fargate machine, through NAT, nothing cached.
pub(super) const FARGATE_PULL: Span = Span::skewed(5_000, 20_000);
/// Image pull on an EC2 node.
pub(super) const NODE_PULL: Span = Span::even(1_000, 4_000);
/// An image that cannot be had is known to be so after this time; a blackholed route after a TCP time-out.
pub(super) const PULL_REFUSED: Span = Span::even(1_000, 2_500);
/// TCP connect time-out of the container runtime.
pub(super) const PULL_TIMEOUT: Span = Span::even(30_000, 31_000);
/// Between `ErrImagePull` and `ImagePullBackOff`.
pub(super) const PULL_BACK_OFF_SHOWN: Span = Span::even(10_000, 14_000);
/// From SIGTERM to the end of a container of a web server.
pub(super) const CONTAINER_STOP: Span = Span::even(1_000, 5_000);
/// The namespace controller's pass after a deletion, and its retry.
pub(super) const NAMESPACE_PASS: Span = Span::even(4_000, 6_000);
/// From a change to the load balancer controller's first write (recorded: within the second).
pub(super) const LBC_NOTICE: Span = Span::even(200, 900);
/// The load balancer controller's calls to AWS for one new stack (some twenty, one after the other).
pub(super) const LBC_DEPLOY: Span = Span::even(3_000, 6_000);
/// Between two looks at a security group that is still in use (recorded: 2 s).
pub(super) const LBC_HELD: Span = Span::even(2_000, 2_001);
/// From a change of endpoints to a change of targets.
pub(super) const LBC_TARGETS: Span = Span::even(500, 2_000);
/// Application load balancer `provisioning` to `active`: about two minutes.
pub(super) const BALANCER_PROVISIONING: Span = Span::even(90_000, 180_000);
/// A new target needs two passed checks, 15 s apart (the controller's defaults).
pub(super) const HEALTH_CHECKS: Span = Span::even(15_000, 30_000);
/// The network interfaces of a deleted load balancer linger.
pub(super) const INTERFACES_LINGER: Span = Span::even(20_000, 90_000);

/// `deregistration_delay.timeout_seconds` of a target group, by default.
pub(super) const DEREGISTRATION_DELAY: Duration = Duration::from_mins(5);
/// The default scheduler looks again at pods it could not place (`podMaxInUnschedulablePodsDuration`).
pub(super) const UNSCHEDULABLE_RETRY: Duration = Duration::from_mins(5);
/// The kubelet's first wait after a failed pull; doubled each time.
pub(super) const PULL_BACK_OFF_FIRST: Duration = Duration::from_secs(10);
/// The kubelet's longest wait after a failed pull.
pub(super) const PULL_BACK_OFF_LONGEST: Duration = Duration::from_mins(5);
/// The load balancer controller's longest wait after a failure (controller-runtime's rate limiter).
pub(super) const LBC_BACK_OFF_LONGEST: Duration = Duration::from_secs(1_000);
/// The load balancer controller's first wait after a failure; doubled each time. The real one begins with 5 ms, which with
/// its calls' own time comes to ten failures in the first seconds.
pub(super) const LBC_BACK_OFF_FIRST: Duration = Duration::from_millis(400);
/// A leader renews its lease this often (controller-runtime's retry period).
pub(super) const LEASE_RENEWAL: Duration = Duration::from_secs(2);
