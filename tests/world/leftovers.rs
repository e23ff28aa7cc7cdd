//! What a removal leaves behind is reported, and is no success.

use lab2048::app::Exit;
use lab2048_sandbox::Breakage;
use lab2048_testing::Lab;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_removal_shows_what_it_has_looked_for() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    let run = lab.call("destroy --events destroy.ndjson").await.exits(Exit::Done);
    for kind in [
        "load balancers",
        "target groups",
        "security groups",
        "Fargate profiles",
        "roles",
        "access entries",
    ] {
        let line = format!("looked for {kind}: none left\n");
        assert!(run.stderr.contains(&line), "{line} is missing in {run}");
    }
    assert!(!run.stderr.contains("Costs have ended"), "nothing cost anything: {run}");
    let events = lab.events("destroy.ndjson");
    let reported = events.iter().find(|event| event["type"] == "leftovers").unwrap();
    assert_eq!(reported["items"], json!([]));
    assert_eq!(reported["searched"].as_array().unwrap().len(), 6);
    let again = lab.call("destroy -o json").await.exits(Exit::Done).json();
    assert_eq!(again["searched"], reported["searched"]);
    assert_eq!(again["searched"][0], json!({"kind": "load-balancer", "left": 0}));
}

#[tokio::test(start_paused = true)]
async fn what_the_controller_made_and_did_not_remove_is_listed_and_fails_the_removal() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    lab.world.break_(Breakage::LbcDenied);
    lab.force_finalizers().await;
    let run = lab.call("destroy -o json --events destroy.ndjson").await;
    let document = run.exits(Exit::Failed).json();
    let kinds: Vec<&str> = document["leftovers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["load-balancer", "target-group", "security-group"]);
    assert_eq!(document["summary"]["exitCode"], Exit::Failed.code());
    let left: Vec<_> = document["searched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| &kind["left"])
        .collect();
    assert_eq!(left, [1, 1, 1, 0, 0, 0]);
    let events = lab.events("destroy.ndjson");
    let reported = events.iter().find(|event| event["type"] == "leftovers").unwrap();
    assert_eq!(reported["items"], document["leftovers"]);
    let world = lab.inventory();
    assert_eq!(
        (world.load_balancers.len(), world.target_groups.len()),
        (1, 1),
        "they are not ours to remove"
    );
    assert!(world.profiles.is_empty(), "what is ours went");
    // They stay in every later account until somebody removes them.
    lab.call("destroy")
        .await
        .exits(Exit::Failed)
        .prints("k8s-fargateg-ingress2-b252ad69ce");
}
