//! Requests that a plan of an unchanged lab makes, by API.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints what it measures"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use lab2048::app::Exit;
use serde_json::Value;

use lab2048_testing::Lab;
use lab2048_testing::figures::Budgets;

/// Requests to all APIs.
const ALL: f64 = 40.0;
/// Requests to Kubernetes.
const KUBERNETES: f64 = 12.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tokio::time::pause();
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    lab.call("plan --detailed-exitcode --events plan.ndjson")
        .await
        .exits(Exit::Done);
    let events = std::fs::read_to_string(lab.folder().join("plan.ndjson")).unwrap();
    let summary: Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    let requests: BTreeMap<String, u32> = serde_json::from_value(summary["requests"].clone()).unwrap();

    println!("requests of a plan of an unchanged lab");
    for (api, count) in &requests {
        println!("  {api:<24}{count:>4}");
    }
    let mut budgets = Budgets::default();
    budgets.hold("in all", f64::from(requests.values().sum::<u32>()), ALL, "");
    budgets.hold("to Kubernetes", f64::from(requests["kubernetes"]), KUBERNETES, "");
    budgets.end()
}
