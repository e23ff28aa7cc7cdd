//! How many requests a verb makes of a lab that is there and unchanged.

use std::collections::BTreeMap;

use lab2048::app::Exit;

use lab2048_testing::{Lab, Pressed, Run};

/// A lab that is there.
async fn applied() -> Lab {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    lab
}

/// The requests that a call with `-v` reports: `requests  32: kubernetes 11, ec2 7, …`.
fn requests(ran: &Run) -> BTreeMap<String, u64> {
    let text = ran.text();
    let (_, list) = text.split_once("requests ").unwrap();
    let (all, list) = list.split_once(": ").unwrap();
    let words: Vec<&str> = list.split_whitespace().collect();
    let counted = words.chunks(2).map_while(|pair| {
        let number = pair.get(1)?.trim_end_matches(',').parse().ok()?;
        Some((pair[0].to_owned(), number))
    });
    let counted: BTreeMap<String, u64> = counted.collect();
    assert_eq!(
        counted.values().sum::<u64>(),
        all.trim().parse::<u64>().unwrap(),
        "{text}"
    );
    counted
}

fn all(requests: &BTreeMap<String, u64>) -> u64 {
    requests.values().sum()
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_an_unchanged_lab() {
    let lab = applied().await;
    let made = requests(&lab.call("plan -v --detailed-exitcode").await.exits(Exit::Done));
    assert!(all(&made) <= 33, "{made:?}");
    assert!(made["kubernetes"] <= 11, "{made:?}");
}

#[tokio::test(start_paused = true)]
async fn an_apply_that_changes_nothing_reads_once() {
    let lab = applied().await;
    let made = lab.call("apply -o json").await.exits(Exit::Done).json()["summary"]["requests"].clone();
    let made: BTreeMap<String, u64> = serde_json::from_value(made).unwrap();
    assert!(all(&made) <= 45, "{made:?}");
}

#[tokio::test(start_paused = true)]
async fn a_status_reads_the_cluster_once_and_asks_no_dry_run() {
    let lab = applied().await;
    let ran = lab.call("status -v").await.exits(Exit::Done).prints("ready");
    assert!(all(&requests(&ran)) <= 25, "{:?}", requests(&ran));
}

#[tokio::test(start_paused = true)]
async fn open_reads_what_the_address_follows_from() {
    let lab = applied().await;
    // On the sandbox it serves the game until Ctrl-C.
    let minute = std::time::Duration::from_secs(60);
    let ran = lab
        .call_interrupted_after("open -v --print --port 0", minute, Pressed(1))
        .await;
    let ran = ran.exits(Exit::Done);
    assert!(all(&requests(&ran)) <= 4, "{:?}", requests(&ran));
}

#[tokio::test(start_paused = true)]
async fn who_uses_a_profile_is_read_only_where_others_may_and_it_is_to_go() {
    let wide = "--set fargate.selectors=[{\"namespace\":\"fargate-*\"}]";
    let mut removals = Vec::new();
    for flags in ["", wide] {
        let lab = Lab::new(2048);
        lab.call(&format!("apply {flags}")).await.exits(Exit::Done);
        let plan = lab.call(&format!("plan -v {flags}")).await.exits(Exit::Done);
        assert!(requests(&plan)["kubernetes"] <= 11, "it stays: {plan}");
        let removal = lab.call(&format!("plan -v --destroy {flags}")).await.exits(Exit::Done);
        removals.push(requests(&removal)["kubernetes"]);
    }
    assert_eq!(removals[1], removals[0] + 4, "{removals:?}");
}
