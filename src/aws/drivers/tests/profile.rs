//! The driver of the Fargate profile.

use super::*;

fn no_profile() -> ScriptedResponse {
    eks_error(
        404,
        "ResourceNotFoundException",
        "No Fargate Profile found with name: game.",
    )
}

const BUSY: &str = "Cannot create Fargate Profile game because cluster eksworkshop currently has Fargate profile other in status CREATING";

#[tokio::test(start_paused = true)]
async fn a_profile_is_asked_for_with_a_token_of_its_request() {
    let clock = TestClock::start();
    let script = Script::new().on(PROFILES, [plain("CREATING")]);
    let driver = AwsDriver::new(script.clients(clock));
    let inputs = Outputs {
        role_arn: Some(ROLE_ARN.into()),
        ..Outputs::default()
    };
    let outputs = driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    assert!(
        outputs
            .profile_arn
            .unwrap()
            .ends_with("fargateprofile/eksworkshop/game/1")
    );
    driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    clock.sleep(std::time::Duration::from_mins(3)).await;
    driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    let tokens: Vec<String> = script
        .bodies(PROFILES)
        .iter()
        .map(|body| {
            let body: Value = serde_json::from_str(body.split_once(' ').unwrap().1).unwrap();
            assert_eq!(body["tags"][LAB_TAG], "game");
            assert_eq!(body["subnets"], json!(["subnet-a", "subnet-b"]));
            body["clientRequestToken"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_ne!(tokens[0], tokens[2]);
}

#[tokio::test(start_paused = true)]
async fn what_keeps_a_profile_from_being_made() {
    let exists = || {
        eks_error(
            409,
            "ResourceInUseException",
            "A Fargate Profile already exists with this name in this cluster.",
        )
    };
    let busy = || eks_error(409, "ResourceInUseException", BUSY);
    let failed =
        json!({"health": {"issues": [{"code": "AccessDenied", "message": "no", "resourceIds": ["subnet-a"]}]}});
    let mut text = String::new();
    for (made, there) in [
        (busy(), no_profile()),
        (exists(), plain("ACTIVE")),
        (busy(), plain("CREATING")),
        (exists(), plain("DELETING")),
        (exists(), profile("CREATE_FAILED", &failed)),
        (
            exists(),
            profile(
                "ACTIVE",
                &json!({"subnets": ["subnet-z"], "selectors": [{"namespace": "x"}]}),
            ),
        ),
        (exists(), profile("ACTIVE", &json!({"tags": {}}))),
    ] {
        let script = Script::new().on(PROFILES, [made]).on(PROFILE, [there]);
        let driver = AwsDriver::new(script.clients(TestClock::start()));
        let line = match driver.apply(&profile_task(Op::Create), &Outputs::default()).await {
            Ok(outputs) => format!("taken as it is: {}\n", outputs.profile_arn.is_some()),
            Err(error) => format!("{:?} {error}\n", error.class),
        };
        text.push_str(&line);
    }
    insta::assert_snapshot!(text, @r"
    Busy eks:CreateFargateProfile: ResourceInUseException: Cannot create Fargate Profile game because cluster eksworkshop currently has Fargate profile other in status CREATING
    taken as it is: true
    taken as it is: true
    Busy eks:CreateFargateProfile: profile game of before is still being deleted
    Conflict eks:CreateFargateProfile: profile game is there in state CREATE_FAILED (AccessDenied: no (subnet-a)); it must be deleted first
    Conflict eks:CreateFargateProfile: profile game exists with other subnets, selectors, which cannot be changed in place
    Conflict eks:CreateFargateProfile: profile/game exists and does not carry the tags of this lab: it belongs to somebody else
    ");
}

#[tokio::test(start_paused = true)]
async fn tags_of_a_profile_are_changed_in_place() {
    let mut stale = tags();
    stale.insert(LAB_TAG.into(), "before".into());
    let script = Script::new().on(PROFILE, [profile("ACTIVE", &json!({"tags": stale}))]);
    let clients = script.clients(TestClock::start());
    let driver = AwsDriver::new(clients);
    let mut task = profile_task(Op::Update);
    // What the plan saw and adopts need not have our tags yet.
    task.pin = seen(&driver, &task).await;
    task.adopt = true;
    let tag =
        "eks:POST /tags/arn%3Aaws%3Aeks%3Aap-northeast-2%3A123456789012%3Afargateprofile%2Feksworkshop%2Fgame%2F1";
    script.on(tag, [script::json(&json!({}))]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), [tag]);
    assert!(script.bodies(tag)[0].ends_with(r#"{"tags":{"lab2048:lab":"game"}}"#));
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_deleted_once() {
    let in_progress = eks_error(
        409,
        "ResourceInUseException",
        "Cannot delete Fargate Profile game: cluster currently has an update in progress",
    );
    let script = Script::new()
        .on(
            PROFILE,
            [plain("ACTIVE"), plain("ACTIVE"), plain("DELETING"), no_profile()],
        )
        .on(PROFILE_DELETE, [in_progress, plain("DELETING")]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = profile_task(Op::Delete);
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Busy);
    for _ in 0..3 {
        driver.delete(&task).await.unwrap();
    }
    assert_eq!(writes(&script), [PROFILE_DELETE, PROFILE_DELETE]);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_profile_is_deleted_only_if_it_was_taken_over() {
    let script = Script::new()
        .on(PROFILE, [profile("ACTIVE", &json!({"tags": {}}))])
        .on(PROFILE_DELETE, [plain("DELETING")]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    for op in [Op::Delete, Op::Replace] {
        let mut task = profile_task(op);
        task.pin = seen(&driver, &task).await;
        assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Conflict);
        task.adopt = true;
        driver.delete(&task).await.unwrap();
    }
    assert_eq!(writes(&script), [PROFILE_DELETE, PROFILE_DELETE]);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_profile() {
    let health =
        json!({"health": {"issues": [{"code": "InternalFailure", "message": "try again", "resourceIds": []}]}});
    let cases: [(Goal, Vec<ScriptedResponse>); 6] = [
        (Goal::Ready, vec![plain("CREATING"), plain("CREATING"), plain("ACTIVE")]),
        (
            Goal::Ready,
            vec![
                no_profile(),
                profile("CREATING", &health),
                profile("CREATE_FAILED", &health),
            ],
        ),
        (Goal::Ready, vec![plain("CREATING"), no_profile()]),
        (
            Goal::Ready,
            vec![plain("CREATING"), eks_error(403, "AccessDeniedException", "no")],
        ),
        (Goal::Gone, vec![plain("ACTIVE"), plain("DELETING"), no_profile()]),
        (Goal::Gone, vec![plain("DELETING"), profile("DELETE_FAILED", &health)]),
    ];
    let mut text = String::new();
    for (goal, answers) in cases {
        let clock = TestClock::start();
        let script = Script::new().on(PROFILE, answers);
        let driver = AwsDriver::new(script.clients(clock));
        let (task, inputs) = (profile_task(Op::Create), Outputs::default());
        text.push_str(&timeline(driver.progress(&task, goal, &inputs), clock, clock.now()).await);
        text.push_str("--\n");
    }
    insta::assert_snapshot!(text, @r#"
       0 CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 CREATING | Pending("EKS sets it up, which takes up to six minutes")
      10 ACTIVE | Ready
    --
       0 waiting for the profile | Pending("EKS does not show it yet")
       5 CREATING | Pending("InternalFailure: try again")
      10 CREATE_FAILED | Failed("InternalFailure: try again")
    --
       0 CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 missing | Failed("somebody deleted the profile while it was awaited")
    --
       0 CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 Denied: eks:DescribeFargateProfile: AccessDeniedException: no
    --
       0 ACTIVE | Pending("EKS has not begun to delete it")
       5 DELETING | Pending("EKS evicts its pods and removes it, which takes minutes")
      10 gone | Ready
    --
       0 DELETING | Pending("EKS evicts its pods and removes it, which takes minutes")
       5 DELETE_FAILED | Failed("InternalFailure: try again")
    --
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_profile_of_the_same_name_made_since_is_not_awaited_to_go() {
    let clock = TestClock::start();
    let script = Script::new().on(PROFILE, [plain("ACTIVE")]);
    let driver = AwsDriver::new(script.clients(clock));
    let mut task = profile_task(Op::Delete);
    task.pin = Some(Pin {
        identity: "arn".into(),
        version: "before".into(),
    });
    let inputs = Outputs::default();
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(text, "   0 gone; another of its name is there | Ready\n");
}
