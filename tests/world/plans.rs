//! Plans that can be read and agreed to: what they show, and what a plan in a file means.

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;
use lab2048_testing::{Lab, Run};

/// What is printed on standard output, without where lines were broken.
fn said(run: &Run) -> String {
    run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(start_paused = true)]
async fn a_plan_shows_what_it_creates_and_who_can_reach_it() {
    let lab = Lab::new(41);
    let plan = lab.call("plan").await.exits(Exit::Done);
    for fact in [
        "trust eks-fargate-pods.amazonaws.com for fargateprofile/eksworkshop/*",
        "policy AmazonEKSFargatePodExecutionRolePolicy",
        "(ap-northeast-2a)",
        "pods namespace fargate-game-2048",
        "role lab2048-eksworkshop-fargate-game-2048 entry EKS adds an access entry for the role",
        "ports 80/TCP -> 80 (NodePort) pods with app.kubernetes.io/name=app-2048",
        "ALB k8s-fargateg-ingress2-b252ad69ce, internet-facing",
        "open to everybody (0.0.0.0/0) on HTTP 80",
        "rules /* to service-2048:80, targets by the pods' addresses (ip)",
        "5 pods, each billed as 0.25 vCPU, 0.5 GB",
    ] {
        assert!(said(&plan).contains(fact), "`{fact}` is missing in\n{}", plan.stdout);
    }
    for (flags, fact) in [
        (
            r#"--set ingress.allowedCidrs=["203.0.113.0/24"]"#,
            "open to 203.0.113.0/24 on HTTP 80",
        ),
        (
            "--set ingress.scheme=internal --set ingress.port=8080",
            "open to the VPC and what is connected to it, from 0.0.0.0/0, on HTTP 8080",
        ),
        ("--set ingress.group=class", "shared by IngressGroup class"),
        ("--set app.replicas=1", "1 pod, each billed as"),
        ("--set app.image=nginx:1.29", "image nginx:1.29"),
    ] {
        let plan = lab.call(&format!("plan {flags}")).await.exits(Exit::Done);
        assert!(
            said(&plan).contains(fact),
            "{flags}: `{fact}` is missing in\n{}",
            plan.stdout
        );
    }
    assert!(!plan.stdout.contains("kind: Deployment"));
    let whole = lab.call("plan -v").await.exits(Exit::Done);
    for line in ["kind: Deployment", "imagePullPolicy: Always", "trust:", "selectors:"] {
        assert!(whole.stdout.contains(line), "{line} is missing in\n{}", whole.stdout);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_in_a_file_is_shown_again_as_it_was() {
    let lab = Lab::new(42);
    let plan = lab
        .call("plan --set app.replicas=4 --out lab.plan")
        .await
        .exits(Exit::Done);
    assert!(
        plan.stderr.contains("lab2048 apply --set app.replicas=4 lab.plan"),
        "{plan}"
    );
    lab.call("apply").await.exits(Exit::Done);
    let shown = lab.call("show lab.plan").await.exits(Exit::Done);
    let (head, rest) = shown.stdout.split_once('\n').unwrap();
    assert!(head.contains("lab2048 plan --set app.replicas=4"), "{head}");
    assert_eq!(rest, plan.stdout, "as it was, whatever has happened since");
    let document = lab.call("show lab.plan -o json").await.exits(Exit::Done).json();
    assert_eq!(document["plan"]["counts"]["create"], 6);
    assert_eq!(document["identity"]["account"], "410691154611");
    assert_eq!(document["request"]["environment"]["app"]["replicas"], 4);
    let markdown = lab.call("show lab.plan -o markdown").await.exits(Exit::Done);
    for part in [
        "## Plan for `fargate-game-2048`",
        "| account | `410691154611` |",
        "| cluster | `eksworkshop` |",
        "**Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.**",
        "| `+` | deployment | `deployment-2048` | create, wait 4/4 | yes |",
        "<details><summary>+ deployment deployment-2048</summary>",
        "### Checks",
        "### Cost",
        "**2**: there is something to change",
    ] {
        assert!(
            markdown.stdout.contains(part),
            "{part} is missing in\n{}",
            markdown.stdout
        );
    }
    let now = lab.call("plan -o markdown --reset-scale").await.exits(Exit::Done);
    assert!(now.stdout.starts_with("## Plan for"), "{now}");
    assert!(now.stdout.contains("No changes."), "{now}");
}

#[tokio::test(start_paused = true)]
async fn a_removal_is_planned_and_carried_out_by_destroy_alone() {
    let lab = Lab::new(43);
    lab.call("plan --out make.plan").await.exits(Exit::Done);
    lab.call("destroy make.plan")
        .await
        .exits(Exit::Refused)
        .prints("the plan in make.plan is to create or change the lab")
        .prints("`lab2048 apply make.plan` carries it out");
    lab.call("apply make.plan").await.exits(Exit::Done);
    lab.call("plan --destroy --out remove.plan").await.exits(Exit::Done);
    let before = lab.shape();
    lab.call("apply remove.plan")
        .await
        .exits(Exit::Refused)
        .prints("the plan in remove.plan is to remove the lab")
        .prints("`lab2048 destroy remove.plan` carries it out")
        .does_not_print("stale");
    assert_eq!(lab.shape(), before);
    lab.call("destroy remove.plan").await.exits(Exit::Done);
    assert!(lab.inventory().profiles.is_empty());
    lab.call("destroy remove.plan")
        .await
        .exits(Exit::Conflict)
        .prints("profile/fargate-game-2048 was there and is missing now")
        .prints("lab2048 plan --destroy --out FILE");
}

#[tokio::test(start_paused = true)]
async fn a_stale_plan_is_refused_with_the_true_cause() {
    let lab = Lab::new(44);
    lab.call("plan --set app.replicas=2 --adopt --out two.plan")
        .await
        .exits(Exit::Done);
    lab.call("apply two.plan")
        .await
        .exits(Exit::Conflict)
        .prints("the plan was made with --adopt, which is not given now")
        .prints("app.replicas was 2 and is now 5")
        .prints("lab2048 apply --set app.replicas=2 --adopt two.plan")
        .does_not_print("templates");
    lab.call("apply --set app.replicas=2 --set lab.name=other --adopt two.plan")
        .await
        .exits(Exit::Conflict)
        .prints("the plan is for another place: the lab was fargate-game-2048 and is now other")
        .does_not_print("stale");
    // What has no part in the plan may differ.
    lab.call("apply --set app.replicas=2 --set timeouts.profile=20m --adopt two.plan")
        .await
        .exits(Exit::Done);

    lab.call("plan --set app.replicas=2 --set app.image=nginx:1 --out image.plan")
        .await
        .exits(Exit::Done);
    let path = "/apis/apps/v1/namespaces/fargate-game-2048/deployments/deployment-2048";
    lab.send(
        "PATCH",
        path,
        &serde_json::json!({"metadata": {"labels": {"team": "blue"}}}),
    )
    .await;
    lab.call("apply --set app.replicas=2 --set app.image=nginx:1 image.plan")
        .await
        .exits(Exit::Conflict)
        .prints("stale: deployment/deployment-2048 was changed")
        .prints("make a new plan: lab2048 plan --set app.replicas=2 --set app.image=nginx:1 --out FILE");
}

#[tokio::test(start_paused = true)]
async fn a_file_means_what_it_showed_or_nothing() {
    let lab = Lab::new(45);
    lab.call("plan --out lab.plan").await.exits(Exit::Done);
    let path = lab.folder().join("lab.plan");
    let text = std::fs::read_to_string(&path).unwrap();
    let edited = text.replace("l6m2t8p7/docker-2048", "evil/docker-2048");
    std::fs::write(&path, &edited).unwrap();
    for call in ["apply lab.plan", "show lab.plan"] {
        lab.call(call)
            .await
            .exits(Exit::Conflict)
            .prints("it was changed after it had been written");
    }
    assert!(lab.inventory().profiles.is_empty(), "nothing was begun");
    for (name, text, exit, words) in [
        (
            "old.plan",
            text.replacen("\"format\": 2", "\"format\": 1", 1),
            Exit::Conflict,
            "it has format 1",
        ),
        (
            "env.yaml",
            "extends: workshop\n".to_owned(),
            Exit::Usage,
            "it is no plan",
        ),
        ("empty", String::new(), Exit::Usage, "it is no plan"),
        (
            "out.json",
            lab.call("plan -o json").await.stdout,
            Exit::Usage,
            "a document that `-o json` printed",
        ),
    ] {
        std::fs::write(lab.folder().join(name), text).unwrap();
        lab.call(&format!("apply {name}")).await.exits(exit).prints(words);
    }
    for call in ["apply nofile.plan", "destroy nofile.plan", "show nofile.plan"] {
        let run = lab.call(call).await.exits(Exit::Usage).prints("nofile.plan");
        assert!(run.stderr.starts_with("error: "), "no introduction: {run}");
    }
    lab.call("plan --out env.yaml")
        .await
        .exits(Exit::Refused)
        .prints("cannot write the plan to env.yaml: it holds something else");
    lab.call("plan --out lab.plan").await.exits(Exit::Done);
    lab.call("apply lab.plan").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn findings_stop_a_plan_from_the_severity_that_is_asked_for() {
    let lab = Lab::new(46);
    lab.world.break_(Breakage::NoNat);
    for call in ["plan", "doctor"] {
        lab.call(call).await.exits(Exit::Done).prints("warning");
        lab.call(&format!("{call} --fail-on error")).await.exits(Exit::Done);
        lab.call(&format!("{call} --fail-on warning")).await.exits(Exit::Check);
    }
    lab.call("plan --fail-on warning")
        .await
        .prints("`apply` would stop before its first change: 1 warning above (! egress).");
    let stopped = lab.call("apply --fail-on warning -o json").await.exits(Exit::Check);
    let document = stopped.json();
    assert_eq!(document["error"]["class"], "check");
    assert_eq!(document["error"]["exitCode"], 3);
    assert!(lab.inventory().profiles.is_empty(), "nothing was begun");
    lab.world.mend(Breakage::NoNat);
    lab.world.break_(Breakage::PublicSubnets);
    lab.call("apply")
        .await
        .exits(Exit::Check)
        .prints("Stopped before the first change: ")
        .prints("above (x C8")
        .does_not_print("makes the lab impossible");
}

#[tokio::test(start_paused = true)]
async fn every_verb_says_what_can_be_done_next_with_the_flags_of_the_call() {
    let lab = Lab::new(48);
    std::fs::write(lab.folder().join("mine.yaml"), "extends: sandbox\n").unwrap();
    for (line, next) in [
        ("plan -e mine.yaml", &["lab2048 apply -e mine.yaml"][..]),
        ("status -e mine.yaml", &["lab2048 apply -e mine.yaml"]),
        ("doctor -e mine.yaml", &["lab2048 apply -e mine.yaml"]),
        (
            "apply -e mine.yaml",
            &[
                "lab2048 open -e mine.yaml",
                "lab2048 status -e mine.yaml",
                "lab2048 scale -e mine.yaml --replicas 3",
                "lab2048 destroy -e mine.yaml",
            ],
        ),
        ("plan -e mine.yaml", &["lab2048 open -e mine.yaml"]),
        ("doctor -e mine.yaml", &["lab2048 status -e mine.yaml"]),
        (
            "scale -e mine.yaml --replicas 3",
            &["lab2048 open", "lab2048 scale -e mine.yaml --replicas 5"],
        ),
        ("status -e mine.yaml", &["lab2048 destroy -e mine.yaml"]),
        ("plan --destroy -e mine.yaml", &["lab2048 destroy -e mine.yaml"]),
        ("destroy -e mine.yaml", &["lab2048 apply -e mine.yaml"]),
    ] {
        let run = lab.call(line).await.exits(Exit::Done);
        let offered = run.stderr.split_once("next      ").map_or("", |(_, offered)| offered);
        for command in next {
            assert!(offered.contains(command), "{command} is missing in {run}");
        }
    }
    for line in ["plan -q", "plan -o json", "status -o json"] {
        let run = lab.call(line).await;
        assert!(!run.stderr.contains("next "), "{run}");
    }
}
