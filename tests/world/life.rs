//! The life of a lab: made, looked at, scaled, removed.

use lab2048::app::Exit;

use lab2048_testing::Lab;

#[tokio::test(start_paused = true)]
async fn apply_makes_a_playable_game_and_a_second_one_changes_nothing() {
    let lab = Lab::new(2048);
    lab.call("plan --detailed-exitcode")
        .await
        .exits(Exit::Changes)
        .prints("Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.");
    let first = lab.call("apply").await.exits(Exit::Done);
    assert!(
        first.last_line().starts_with("http://k8s-fargateg-ingress2-"),
        "{}",
        first.stdout
    );
    assert!(
        first.last_line().ends_with(".ap-northeast-2.elb.amazonaws.com"),
        "{}",
        first.stdout
    );
    assert!(
        first.stderr.contains("sandbox") && first.stderr.contains("lab2048 apply -e workshop"),
        "{}",
        first.stderr
    );
    let before = lab.shape();
    let second = lab.call("apply").await.exits(Exit::Done).prints("No changes");
    assert_eq!(second.last_line(), first.last_line());
    assert_eq!(lab.shape(), before);
    lab.call("plan --detailed-exitcode").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn status_shows_one_fargate_node_a_pod_in_private_subnets() {
    let lab = Lab::new(7);
    lab.call("apply").await.exits(Exit::Done);
    let status = lab.call("status -o json").await.exits(Exit::Done).json();
    assert_eq!(status["state"], "ready");
    let pods = status["pods"].as_array().unwrap();
    assert_eq!(pods.len(), 5);
    let mut nodes: Vec<_> = pods.iter().map(|pod| pod["node"].as_str().unwrap()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    assert_eq!(nodes.len(), 5, "one node a pod");
    assert!(
        nodes.iter().all(|node| node.starts_with("fargate-ip-10-11-")),
        "{nodes:?}"
    );
    let fargate = status["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["fargate"] == true)
        .count();
    assert_eq!(fargate, 5);
    let subnets = status["profile"]["subnets"].as_array().unwrap();
    assert_eq!(subnets.len(), 3);
    assert!(subnets.iter().all(|subnet| subnet["private"] == true), "{subnets:?}");
    assert!(
        status["profile"]["podExecutionRoleARN"]
            .as_str()
            .unwrap()
            .starts_with("arn:aws:iam::410691154611:role/")
    );
}

#[tokio::test(start_paused = true)]
async fn a_scale_is_kept_by_later_plans_until_it_is_reset() {
    let lab = Lab::new(3);
    lab.call("apply").await.exits(Exit::Done);
    lab.call("scale --replicas 3").await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 3);
    lab.call("plan --detailed-exitcode")
        .await
        .exits(Exit::Done)
        .prints("keeps 3 replicas");
    lab.call("apply").await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 3);
    lab.call("apply --reset-scale").await.exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 5);
}

#[tokio::test(start_paused = true)]
async fn destroy_leaves_nothing_and_a_second_one_finds_nothing() {
    let lab = Lab::new(11);
    let fresh = lab.shape();
    lab.call("apply").await.exits(Exit::Done);
    lab.call("destroy").await.exits(Exit::Done);
    assert_eq!(lab.shape(), fresh);
    assert!(lab.inventory().access_entries.is_empty());
    lab.call("destroy").await.exits(Exit::Done).prints("Nothing to remove");
    lab.call("status").await.exits(Exit::Done).prints("absent");
}

#[tokio::test(start_paused = true)]
async fn one_document_and_every_event_for_programs() {
    let lab = Lab::new(5);
    let ran = lab.call("apply -o json --events events.ndjson").await.exits(Exit::Done);
    let document = ran.json();
    assert_eq!(document["summary"]["ok"], true);
    assert_eq!(document["summary"]["counts"]["create"], 6);
    assert!(document["summary"]["url"].as_str().unwrap().starts_with("http://"));
    let lines = lab.events("events.ndjson");
    assert!(
        lines.iter().all(|line| line["v"] == 1 && line["at"].is_string()),
        "{lines:#?}"
    );
    assert_eq!(lines.first().unwrap()["type"], "run-started");
    assert_eq!(lines.last().unwrap()["type"], "summary");
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    for kind in [
        "finding",
        "plan-ready",
        "step-started",
        "step-progress",
        "step-done",
        "output",
    ] {
        assert!(count(kind) > 0, "no {kind} in {lines:#?}");
    }
    assert_eq!(count("step-started"), count("step-done"));
    let at = |kind: &str, node: &str| {
        lines
            .iter()
            .position(|line| line["type"] == kind && line["node"].as_str().is_some_and(|n| n.starts_with(node)))
    };
    assert!(
        at("step-started", "ingress/").unwrap() < at("step-done", "profile/").unwrap(),
        "the ALB is built meanwhile"
    );
    assert!(at("step-started", "deployment/").unwrap() > at("step-done", "profile/").unwrap());
    assert!(at("step-started", "proof/").unwrap() > at("step-done", "balancer/").unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_changed_image_is_shown_field_by_field_and_rolled_out() {
    let lab = Lab::new(13);
    lab.call("apply").await.exits(Exit::Done);
    lab.call("plan --set app.image=alexwhen/docker-2048")
        .await
        .exits(Exit::Done)
        .prints("image: public.ecr.aws/l6m2t8p7/docker-2048:latest -> alexwhen/docker-2048")
        .prints("0 to create, 1 to change");
    lab.call("apply --set app.image=alexwhen/docker-2048")
        .await
        .exits(Exit::Done);
    assert_eq!(lab.fargate_nodes(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_saved_plan_is_carried_out_as_long_as_nothing_has_moved() {
    let lab = Lab::new(17);
    lab.call("plan --out plan.json").await.exits(Exit::Done);
    lab.call("apply plan.json").await.exits(Exit::Done);
    lab.call("apply plan.json")
        .await
        .exits(Exit::Conflict)
        .prints("was missing and is there now");
}

#[tokio::test(start_paused = true)]
async fn the_events_of_a_plan_end_with_its_numbers() {
    let lab = Lab::new(19);
    for (line, code) in [("plan", 0), ("plan --detailed-exitcode", 2)] {
        lab.call(&format!("{line} --events plan.ndjson")).await;
        let last = lab.events("plan.ndjson").pop().unwrap();
        assert_eq!(last["type"], "summary");
        assert_eq!((&last["ok"], &last["exitCode"]), (&true.into(), &code.into()));
        assert_eq!(last["counts"]["create"], 0, "nothing was done");
        assert!(last["requests"]["kubernetes"].as_u64().unwrap() > 0);
    }
}

#[tokio::test(start_paused = true)]
async fn labs_that_share_an_alb_come_and_go_without_disturbing_each_other() {
    let lab = Lab::new(17);
    let fresh = lab.shape();
    let flags = |name: &str, port: u16| {
        format!("--set lab.name={name} --set app.namespace={name} --set ingress.group=class --set ingress.port={port}")
    };
    let (on_blue, on_green, on_red) = (flags("blue", 8001), flags("green", 8002), flags("red", 8002));
    let blue = lab.call(&format!("apply {on_blue}")).await.exits(Exit::Done);
    let green = lab.call(&format!("apply {on_green}")).await.exits(Exit::Done);
    assert!(!green.text().contains("it was deleted"), "{}", green.text());
    assert_eq!(lab.inventory().load_balancers.len(), 1);
    assert_eq!(
        blue.last_line().trim_end_matches(":8001"),
        green.last_line().trim_end_matches(":8002")
    );
    // Had it been content with the other's targets, its own would not be healthy yet.
    lab.call(&format!("status {on_green}"))
        .await
        .prints("5 of 5 healthy")
        .prints(green.last_line())
        .prints("blue/ingress-2048-service-2048:80");
    lab.call(&format!("plan --detailed-exitcode {on_green}"))
        .await
        .exits(Exit::Done);

    lab.call(&format!("status {on_red}")).await.prints("absent");
    lab.call(&format!("apply {on_red}"))
        .await
        .exits(Exit::Check)
        .prints("green/ingress-2048-service-2048:80 has /* on port 8002");
    assert_eq!(lab.inventory().profiles.len(), 2, "nothing was begun");

    lab.call(&format!("destroy {on_blue}"))
        .await
        .exits(Exit::Done)
        .prints("stays: IngressGroup class shares it with green/ingress-2048-service-2048:80");
    assert_eq!(lab.inventory().load_balancers.len(), 1);
    assert_eq!(lab.inventory().target_groups.len(), 1, "blue's went");
    lab.call(&format!("apply {on_green}"))
        .await
        .exits(Exit::Done)
        .prints("No changes");
    lab.call(&format!("destroy {on_green}")).await.exits(Exit::Done);
    assert_eq!(lab.shape(), fresh, "the ALB went with the last");
}
