//! The driver of the access entry.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_access_entry_goes_only_when_no_profile_needs_it() {
    let spec = AccessEntrySpec {
        cluster: "eksworkshop".into(),
        principal_arn: ROLE_ARN.into(),
    };
    let task = task(NodeKind::AccessEntry, Op::Delete, Desired::AccessEntry(spec));
    let entry =
        script::json(&json!({"accessEntry": {"principalArn": ROLE_ARN, "type": "FARGATE_LINUX", "createdAt": 1.0}}));
    let names = |names: &[&str]| script::json(&json!({"fargateProfileNames": names}));
    let script = Script::new()
        .on(
            ENTRY,
            [
                entry.clone(),
                entry.clone(),
                eks_error(404, "ResourceNotFoundException", "none"),
            ],
        )
        .on(
            "eks:GET /clusters/eksworkshop/fargate-profiles",
            [names(&["game"]), names(&[])],
        )
        .on(PROFILE, [plain("ACTIVE")])
        .on(ENTRY_DELETE, [script::json(&json!({}))]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let error = driver.delete(&task).await.unwrap_err();
    insta::assert_snapshot!(error, @"eks:DeleteAccessEntry: the role arn:aws:iam::123456789012:role/pods still serves the profile game");
    driver.delete(&task).await.unwrap();
    driver.delete(&task).await.unwrap();
    assert_eq!(writes(&script), [ENTRY_DELETE]);
    let clock = TestClock::start();
    let inputs = Outputs::default();
    let gone = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(gone, "   0 access entry gone | Ready\n");
}
