//! `plan` and `apply` against the tools that people use instead, in one run on one real control plane.
//!
//! Times are ratios of medians, the runs of all tools taken in turn, so that a busy machine slows all of them.
//! `LAB2048_BIN` names another binary than the release build; `benches/peers/prepare` builds the peers.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark stops where it fails, prints what it measures, and goes by the real time"
)]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lab2048_testing::cost::release_binary;
use lab2048_testing::figures::Budgets;
use lab2048_testing::workshop::Workshop;

use crate::regional::RegionalAws;
use crate::tools::{Bench, Tool, Verb, Way};

mod delay;
mod logs;
mod regional;
mod runs;
mod tools;

/// Runs of each tool without added latency.
const RUNS: usize = 25;
/// Runs of each tool over the long way.
const FAR_RUNS: usize = 7;
/// Runs of each tool that begin without the lab.
const NEW_RUNS: usize = 3;
/// The long way's round trip.
const ROUND_TRIP: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(binary) = release_binary() else {
        println!("no release binary: run `cargo build --release` first, or name one in LAB2048_BIN");
        return ExitCode::FAILURE;
    };
    let mut workshop = Workshop::open().await;
    let bench = prepare(&mut workshop, binary).await;
    let mut budgets = Budgets::default();
    let near = Way {
        aws: workshop.moto.url(),
        kubeconfig: workshop.plane.kubeconfig(),
    };
    plan_near(&bench, &workshop, &near, &mut budgets).await;
    plan_in_the_cluster(&bench, &workshop, &near, &mut budgets);
    plan_far(&bench, &workshop, &mut budgets).await;
    println!("unchanged lab: apply, `kubectl apply --server-side`, `kapp deploy`");
    runs::unchanged(&bench, &workshop, Verb::Apply, &near, RUNS).await;
    println!(
        "new objects with role and Fargate profile there: until the pods run, with lab2048 until the page is served"
    );
    runs::new(&bench, &workshop, &near, NEW_RUNS).await;
    let whole = runs::from_nothing(&bench, &workshop, &near, NEW_RUNS).await;
    println!("  lab2048{whole:>13.0}   with role and Fargate profile, from nothing");
    budgets.end()
}

/// A lab on the cluster, and the same as the peers want it.
async fn prepare(workshop: &mut Workshop, binary: PathBuf) -> Bench {
    let manifests = workshop.workdir.path("");
    let namespaces = Tool::APPLYING.iter().map(|tool| tool.namespace());
    let selectors: Vec<String> = namespaces.map(|name| format!("{{namespace: {name}}}")).collect();
    let environment = format!(
        "extends: workshop\nfargate: {{selectors: [{}]}}\n",
        selectors.join(", ")
    );
    let file = manifests.join("bench.yaml");
    fs::write(&file, environment).unwrap();
    workshop.workdir.set("LAB2048_ENV", &file.display().to_string());
    workshop.workdir.call("apply").await.exits(0);
    for tool in Tool::APPLYING {
        let call = format!("render --set app.namespace={}", tool.namespace());
        let rendered = workshop.workdir.call(&call).await.exits(0).stdout;
        fs::write(manifests.join(tool.name()).with_extension("yaml"), rendered).unwrap();
    }
    let chart = manifests.join("chart");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: lab\nversion: 1.0.0\n").unwrap();
    fs::copy(manifests.join("lab2048.yaml"), chart.join("templates/lab.yaml")).unwrap();
    Bench {
        binary,
        manifests,
        chart,
    }
}

async fn plan_near(bench: &Bench, workshop: &Workshop, near: &Way, budgets: &mut Budgets) {
    println!(
        "unchanged lab: plan, `kubectl diff --server-side`, `kapp deploy --diff-run`, `helm upgrade --dry-run=server`"
    );
    let plans = runs::unchanged(bench, workshop, Verb::Plan, near, RUNS).await;
    budgets.hold("CPU of plan against kubectl's", plans[0].cpu / plans[1].cpu, 0.45, " x");
    budgets.hold("peak memory of plan", plans[0].memory, 30.0, " MiB");
    budgets.hold(
        "requests in all",
        logs::requests_in_all(bench, workshop, near),
        40.0,
        "",
    );
}

/// The cluster's part of a plan. AWS is far away for that: moto would compute on the cluster's own cores.
fn plan_in_the_cluster(bench: &Bench, workshop: &Workshop, near: &Way, budgets: &mut Budgets) {
    println!("the same, from the first request in the cluster to the last answer");
    let elsewhere = Way {
        aws: far_aws(workshop).url(),
        kubeconfig: near.kubeconfig.clone(),
    };
    let tools = [Tool::Lab2048, Tool::Kubectl];
    let [beside, _] = logs::served(bench, workshop, tools, near, RUNS);
    let [ours, kubectls] = logs::served(bench, workshop, tools, &elsewhere, RUNS);
    println!(
        "  lab2048 {:.0} ms for {} requests ({:.0} ms with moto on the same cores), kubectl {:.0} ms for {}",
        ours.span, ours.requests, beside.span, kubectls.span, kubectls.requests
    );
    budgets.hold(
        "time in the cluster against kubectl's",
        ours.span / kubectls.span,
        0.45,
        " x",
    );
    budgets.hold("requests to Kubernetes", ours.requests, 11.0, "");
}

async fn plan_far(bench: &Bench, workshop: &Workshop, budgets: &mut Budgets) {
    println!(
        "the same with a round trip of {} ms to both APIs",
        ROUND_TRIP.as_millis()
    );
    let aws = far_aws(workshop);
    let far = Way {
        aws: aws.url(),
        kubeconfig: far_cluster(workshop),
    };
    let plans = runs::unchanged(bench, workshop, Verb::Plan, &far, FAR_RUNS).await;
    let ratio = plans[0].median() / plans[1].median();
    budgets.hold("plan against kubectl diff", ratio, 0.5, " x");
    let (to_cluster, to_aws) = logs::rounds(bench, workshop, &far, &aws);
    budgets.hold("round trips to Kubernetes, one after the other", to_cluster, 3.0, "");
    budgets.hold("round trips to AWS, one after the other", to_aws, 3.0, "");
}

fn far_aws(workshop: &Workshop) -> RegionalAws {
    RegionalAws::open(address(&workshop.moto.url()), ROUND_TRIP)
}

/// The kubeconfig of the same cluster, far away.
fn far_cluster(workshop: &Workshop) -> PathBuf {
    let near = workshop.plane.url();
    let far = format!("https://{}", delay::open(address(&near), ROUND_TRIP));
    let kubeconfig = fs::read_to_string(workshop.plane.kubeconfig()).unwrap();
    let path = workshop.workdir.path("far-kubeconfig");
    fs::write(&path, kubeconfig.replace(&near, &far)).unwrap();
    path
}

/// Where a server listens.
fn address(url: &str) -> SocketAddr {
    url.rsplit('/').next().unwrap().parse().unwrap()
}
