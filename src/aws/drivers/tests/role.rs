//! The driver of the pod execution role.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_role_is_made_with_its_policy() {
    let script = Script::new().on("iam:CreateRole", [created_role()]);
    accept_all(&script);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let outputs = driver.apply(&role_task(Op::Create), &Outputs::default()).await.unwrap();
    assert_eq!(outputs.role_arn.as_deref(), Some(ROLE_ARN));
    assert_eq!(script.calls(), ["iam:CreateRole", "iam:AttachRolePolicy"]);
    let body = &script.bodies("iam:CreateRole")[0];
    for part in [
        "RoleName=pods",
        "Key=lab2048%3Alab&Tags.member.3.Value=game",
        "Description=Pod%20execution",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_that_iam_does_not_know_yet_is_retried_and_found() {
    let script = Script::new()
        .on(
            "iam:CreateRole",
            [
                created_role(),
                query_error(409, "EntityAlreadyExists", "Role with name pods already exists."),
            ],
        )
        .on(
            "iam:AttachRolePolicy",
            [
                query_error(404, "NoSuchEntity", "The role with name pods cannot be found."),
                done("AttachRolePolicy"),
            ],
        );
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = role_task(Op::Create);
    let error = driver.apply(&task, &Outputs::default()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Propagating);
    with_role(&script, &tags(), TRUST, &[], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(
        writes(&script),
        [
            "iam:CreateRole",
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:AttachRolePolicy"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_is_brought_to_what_is_wanted_and_no_further() {
    let script = Script::new();
    accept_all(&script);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = role_task(Op::Update);
    with_role(&script, &tags(), TRUST, &[POLICY, "arn:aws:iam::1:policy/logging"], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), [""; 0]);

    let mut drifted = tags();
    drifted.insert("team".into(), "blue".into());
    with_role(&script, &drifted, "%7B%7D", &[], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), ["iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"]);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_role_is_neither_taken_nor_deleted() {
    let exists = query_error(409, "EntityAlreadyExists", "Role with name pods already exists.");
    let script = Script::new().on("iam:CreateRole", [exists]);
    accept_all(&script);
    with_role(&script, &BTreeMap::new(), TRUST, &[POLICY], &[]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let error = driver
        .apply(&role_task(Op::Create), &Outputs::default())
        .await
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict);
    insta::assert_snapshot!(error, @"iam:CreateRole: role/game exists and does not carry the tags of this lab: it belongs to somebody else");
    let mut task = role_task(Op::Delete);
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Conflict);
    task.pin = seen(&driver, &task).await;
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Conflict);
    let mut update = role_task(Op::Update);
    update.pin = task.pin.clone();
    assert_eq!(
        driver.apply(&update, &Outputs::default()).await.unwrap_err().class,
        ErrorClass::Conflict
    );
    assert_eq!(writes(&script), ["iam:CreateRole"]);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_role_that_was_taken_over_is_changed_and_deleted_if_it_is_the_one_the_plan_saw() {
    let script = Script::new();
    accept_all(&script);
    with_role(&script, &BTreeMap::new(), TRUST, &[POLICY], &[]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let mut update = role_task(Op::Update);
    update.adopt = true;
    update.pin = seen(&driver, &update).await;
    driver.apply(&update, &Outputs::default()).await.unwrap();
    let mut delete = role_task(Op::Delete);
    delete.adopt = true;
    let error = driver.delete(&delete).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict, "the plan saw none");
    delete.pin = update.pin;
    driver.delete(&delete).await.unwrap();
    assert_eq!(
        writes(&script),
        ["iam:TagRole", "iam:DetachRolePolicy", "iam:DeleteRole"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_is_deleted_with_all_its_policies_but_only_the_one_the_plan_saw() {
    let script = Script::new();
    accept_all(&script);
    with_role(
        &script,
        &tags(),
        TRUST,
        &[POLICY, "arn:aws:iam::1:policy/logging"],
        &["inline"],
    );
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let mut task = role_task(Op::Delete);
    task.pin = Some(Pin {
        identity: ROLE_ARN.into(),
        version: "2026-11-23T00:00:00Z".into(),
    });
    let error = driver.delete(&task).await.unwrap_err();
    insta::assert_snapshot!(error, @"iam:DeleteRole: role/game is not the one the plan saw (arn:aws:iam::123456789012:role/pods, made 2026-11-23T00:00:00Z); it was recreated at 2026-11-24T00:00:00Z: plan again");
    assert_eq!(writes(&script), [""; 0]);

    task.pin = seen(&driver, &task).await;
    driver.delete(&task).await.unwrap();
    assert_eq!(
        writes(&script),
        [
            "iam:DetachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:DeleteRole"
        ]
    );
    without_role(&script);
    driver.delete(&task).await.unwrap();
    assert_eq!(writes(&script).len(), 4);
    assert_eq!(seen(&driver, &task).await, None);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_role() {
    let clock = TestClock::start();
    let script = Script::new();
    with_role(&script, &tags(), TRUST, &[POLICY], &[]);
    let driver = AwsDriver::new(script.clients(clock));
    let task = role_task(Op::None);
    let inputs = Outputs::default();
    let ready = timeline(driver.progress(&task, Goal::Ready, &inputs), clock, clock.now()).await;
    assert_eq!(ready, "   0 ready | Ready\n");
    script
        .off("iam:GetRole")
        .on("iam:GetRole", [query_error(404, "NoSuchEntity", "none")]);
    let gone = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(gone, "   0 gone | Ready\n");
}
