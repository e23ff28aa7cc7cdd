//! What is broken in the world is found out and told with its cause.

use lab2048::app::Exit;
use lab2048::sandbox::Breakage;

use crate::harness::Lab;

/// Applies on a broken world: the exit, and a word that must be in what is said.
async fn broken(what: Breakage, exit: Exit, word: &str) {
    let lab = Lab::new(23);
    lab.world.break_(what);
    let ran = lab.call("apply --timeout 8m").await;
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.exit, exit, "{what}:\n{said}");
    assert!(said.contains(word), "{what}: `{word}` is missing in\n{said}");
    lab.world.mend(what);
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn an_absent_controller_is_found_before_the_first_change() {
    broken(Breakage::LbcAbsent, Exit::Check, "load balancer controller").await;
}

#[tokio::test(start_paused = true)]
async fn public_subnets_are_found_before_the_first_change() {
    broken(Breakage::PublicSubnets, Exit::Check, "private").await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_profile_is_told_with_its_reason() {
    broken(Breakage::ProfileFailed, Exit::Failed, "CREATE_FAILED").await;
}

#[tokio::test(start_paused = true)]
async fn a_missing_image_is_told_while_the_rollout_waits() {
    broken(Breakage::ImageMissing, Exit::TimedOut, "image").await;
}

#[tokio::test(start_paused = true)]
async fn throttling_is_outlived() {
    let lab = Lab::new(29);
    lab.world.break_(Breakage::Throttling);
    lab.call("apply").await.exits(Exit::Done);
}
