//! What is broken in the world is found out and told with its cause.

use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;

use lab2048_testing::Lab;

/// Applies on a broken world: the exit, and words that must be said. Mended, the same lab comes up.
async fn broken(what: Breakage, exit: Exit, words: &str) {
    let lab = Lab::new(23);
    lab.world.break_(what);
    lab.call("apply --timeout 8m").await.exits(exit).prints(words);
    lab.world.mend(what);
    lab.world.advance(Duration::from_secs(300));
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn an_absent_controller_is_found_before_the_first_change() {
    broken(Breakage::LbcAbsent, Exit::Check, "aws-load-balancer-controller").await;
}

#[tokio::test(start_paused = true)]
async fn public_subnets_are_found_before_the_first_change() {
    broken(Breakage::PublicSubnets, Exit::Check, "internet gateway").await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_profile_is_told_with_its_reason() {
    broken(Breakage::ProfileFailed, Exit::Failed, "CREATE_FAILED").await;
}

#[tokio::test(start_paused = true)]
async fn a_missing_image_is_told_while_the_rollout_waits() {
    broken(Breakage::ImageMissing, Exit::Failed, "does not exist in its registry").await;
}

#[tokio::test(start_paused = true)]
async fn pods_that_cannot_start_are_the_failure_and_not_the_balancer_that_waits_for_them() {
    let lab = Lab::new(23);
    lab.world.break_(Breakage::NoNat);
    let ran = lab
        .call("apply")
        .await
        .exits(Exit::TimedOut)
        .prints("need a NAT gateway");
    assert!(
        !ran.text().contains("balancer k8s-fargateg-ingress2-b252ad69ce failed"),
        "{}",
        ran.stderr
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_is_outlived() {
    let lab = Lab::new(29);
    lab.world.break_(Breakage::Throttling);
    lab.call("apply").await.exits(Exit::Done);
}
