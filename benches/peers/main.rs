//! `plan` and `apply` against the tools that people use instead, in one run on one real control plane.
//!
//! Times are ratios of medians, the runs of all tools taken in turn, so that a busy machine slows all of them.
//! `LAB2048_BIN` names another binary than the release build; `benches/peers/prepare` builds the peers.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark stops where it stands, prints what it measures, and goes by the real time"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use figures::{Budgets, Sample};
use jiff::Timestamp;
use process_figures::{cpu_of_children, peak_memory, release_binary, wall_of};
use serde_json::Value;

use crate::delay::LongWay;
use crate::workshop::Workshop;

mod delay;
#[path = "../figures/mod.rs"]
mod figures;
#[path = "../figures/process.rs"]
mod process_figures;

#[path = "../../tests/conformance/controller.rs"]
mod controller;
#[path = "../../tests/conformance/desk.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod desk;
#[path = "../../tests/conformance/doorway.rs"]
mod doorway;
#[path = "../../tests/conformance/fargate.rs"]
mod fargate;
#[path = "../../tests/conformance/moto.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod moto;
#[path = "../../tests/conformance/parts.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod parts;
#[path = "../../tests/conformance/plane.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod plane;
#[path = "../../tests/conformance/process.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod process;
#[path = "../../tests/conformance/system.rs"]
mod system;
#[path = "../../tests/conformance/workshop.rs"]
#[expect(dead_code, reason = "the conformance tier uses the rest")]
mod workshop;

/// Runs of each tool without added latency.
const RUNS: usize = 15;
/// Runs of each tool over the long way.
const FAR_RUNS: usize = 7;
/// The long way's round trip.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// Requests that arrive within this time of each other belong to one round trip.
const ONE_ROUND: Duration = Duration::from_millis(60);

/// Who is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Lab2048,
    Kubectl,
    Kapp,
    Helm,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Lab2048 => "lab2048",
            Self::Kubectl => "kubectl",
            Self::Kapp => "kapp",
            Self::Helm => "helm",
        }
    }
}

/// What is measured.
#[derive(Clone, Copy)]
enum Verb {
    Plan,
    ApplyUnchanged,
}

/// Where things are, near or over the long way.
struct Way {
    aws: String,
    kubeconfig: PathBuf,
}

struct Bench {
    workshop: Workshop,
    binary: PathBuf,
    /// The four objects as the lab has them.
    manifest: PathBuf,
    /// The same as a chart.
    chart: PathBuf,
}

/// All runs of one tool.
struct Row {
    tool: Tool,
    wall: Sample,
    cpu: f64,
    memory: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(binary) = release_binary() else {
        println!("no release binary: run `cargo build --release` first, or name one in LAB2048_BIN");
        return ExitCode::FAILURE;
    };
    let bench = Bench::prepare(binary).await;
    let mut budgets = Budgets::default();
    let near = Way {
        aws: bench.workshop.moto.url(),
        kubeconfig: bench.workshop.plane.kubeconfig(),
    };
    println!(
        "unchanged lab: plan, `kubectl diff --server-side`, `kapp deploy --diff-run`, `helm upgrade --dry-run=server`"
    );
    let plans = bench.measure(Verb::Plan, &near, RUNS);
    let [ours, kubectls] = ["lab2048", "kubectl"].map(|agent| bench.served(agent, &near));
    println!(
        "  in the cluster: lab2048 {:.0} ms for {} requests, kubectl {:.0} ms for {}",
        ours.0, ours.1, kubectls.0, kubectls.1
    );
    budgets.hold("CPU of plan against kubectl's", plans[0].cpu / plans[1].cpu, 1.0, " x");
    budgets.hold("time in the cluster against kubectl's", ours.0 / kubectls.0, 0.5, " x");
    budgets.hold("peak memory of plan", plans[0].memory, 30.0, " MiB");
    budgets.hold("requests to Kubernetes", ours.1, 12.0, "");
    budgets.hold("requests in all", bench.requests_in_all(&near), 40.0, "");

    println!(
        "the same with a round trip of {} ms to both APIs",
        ROUND_TRIP.as_millis()
    );
    let (far, to_aws) = bench.far_way();
    let plans = bench.measure(Verb::Plan, &far, FAR_RUNS);
    budgets.hold(
        "plan against kubectl diff",
        plans[0].median() / plans[1].median(),
        0.6,
        " x",
    );
    let (cluster, aws) = bench.rounds(&far, &to_aws);
    budgets.hold("round trips to Kubernetes, one after the other", cluster, 3.0, "");
    budgets.hold("round trips to AWS after the cluster is known", aws - 1.0, 3.0, "");

    println!("unchanged lab: apply, `kubectl apply --server-side`, `kapp deploy`, `helm upgrade`");
    bench.measure(Verb::ApplyUnchanged, &near, RUNS);
    budgets.end()
}

impl Row {
    fn median(&self) -> f64 {
        self.wall.percentile(50)
    }
}

impl Bench {
    /// A workshop with the lab on it.
    async fn prepare(binary: PathBuf) -> Self {
        let workshop = Workshop::open().await;
        workshop.desk.run("apply").await.exits(0);
        let rendered = workshop.desk.run("render").await.exits(0).stdout;
        let manifest = workshop.desk.path("lab.yaml");
        fs::write(&manifest, &rendered).unwrap();
        let chart = workshop.desk.path("chart");
        fs::create_dir_all(chart.join("templates")).unwrap();
        fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: lab\nversion: 1.0.0\n").unwrap();
        fs::write(chart.join("templates/lab.yaml"), rendered).unwrap();
        Self {
            workshop,
            binary,
            manifest,
            chart,
        }
    }

    /// The same place, far away.
    fn far_way(&self) -> (Way, LongWay) {
        let address = |url: &str| url.rsplit('/').next().unwrap().parse().unwrap();
        let to_aws = LongWay::open(address(&self.workshop.moto.url()), ROUND_TRIP);
        let to_cluster = LongWay::open(address(&self.workshop.plane.url()), ROUND_TRIP);
        let near = fs::read_to_string(self.workshop.plane.kubeconfig()).unwrap();
        let far = near.replace(&self.workshop.plane.url(), &format!("https://{}", to_cluster.address));
        let kubeconfig = self.workshop.desk.path("far-kubeconfig");
        fs::write(&kubeconfig, far).unwrap();
        let way = Way {
            aws: format!("http://{}", to_aws.address),
            kubeconfig,
        };
        (way, to_aws)
    }

    fn command(&self, tool: Tool, verb: Verb, way: &Way) -> Command {
        let program = match tool {
            Tool::Lab2048 => self.binary.clone(),
            other => parts::control_plane(other.name()),
        };
        let mut command = Command::new(program);
        match (tool, verb) {
            (Tool::Lab2048, Verb::Plan) => command.arg("plan"),
            (Tool::Lab2048, Verb::ApplyUnchanged) => command.arg("apply"),
            (Tool::Kubectl, Verb::Plan) => command.args(["diff", "--server-side", "-f"]).arg(&self.manifest),
            (Tool::Kubectl, Verb::ApplyUnchanged) => command.args(["apply", "--server-side", "-f"]).arg(&self.manifest),
            // Without these labels its selectors would differ from the lab's, which cannot be changed.
            (Tool::Kapp, _) => command
                .args([
                    "deploy",
                    "-n",
                    "default",
                    "-a",
                    "lab",
                    "-y",
                    "--default-label-scoping-rules=false",
                ])
                .args(if matches!(verb, Verb::Plan) {
                    &["--diff-run"][..]
                } else {
                    &[]
                })
                .arg("-f")
                .arg(&self.manifest),
            (Tool::Helm, _) => command
                .args(["upgrade", "--install", "-n", "default", "--take-ownership", "lab"])
                .arg(&self.chart),
        };
        if let (Tool::Helm, Verb::Plan) = (tool, verb) {
            command.arg("--dry-run=server");
        }
        command
            .current_dir(self.workshop.desk.path(""))
            .env("HOME", self.workshop.desk.path(""))
            .env("KUBECONFIG", &way.kubeconfig)
            .env("AWS_ENDPOINT_URL", &way.aws)
            .envs([
                ("AWS_REGION", moto::REGION),
                ("AWS_ACCESS_KEY_ID", "AKIATESTER"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("LAB2048_ENV", "workshop"),
                ("LAB2048_SET_CLUSTER_ACCESS", "kubeconfig"),
                ("LAB2048_SET_CONFIRM", "false"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs all tools in turn, and prints a row for each.
    fn measure(&self, verb: Verb, way: &Way, runs: usize) -> Vec<Row> {
        let tools = [Tool::Lab2048, Tool::Kubectl, Tool::Kapp, Tool::Helm];
        let mut walls = tools.map(|_| Vec::new());
        let mut cpus = [0.0; 4];
        for run in 0..=runs {
            for (index, tool) in tools.into_iter().enumerate() {
                let before = cpu_of_children();
                let wall = wall_of(&mut self.command(tool, verb, way));
                // The first fills caches: the page cache, kubectl's discovery.
                if run > 0 {
                    walls[index].push(wall);
                    cpus[index] += (cpu_of_children() - before) * 1000.0;
                }
            }
        }
        println!("  tool       median ms     p90 ms   x kubectl     CPU ms   peak MiB");
        let rows = tools.into_iter().zip(walls).zip(cpus).map(|((tool, walls), cpu)| Row {
            tool,
            wall: Sample::of(walls),
            cpu: cpu / f64::from(u32::try_from(runs).unwrap()),
            memory: peak_memory(&mut self.command(tool, verb, way)),
        });
        let rows: Vec<Row> = rows.collect();
        for row in &rows {
            let (median, p90) = (row.median(), row.wall.percentile(90));
            let ratio = median / rows[1].median();
            let name = row.tool.name();
            println!(
                "  {name:<8}{median:>12.0}{p90:>11.0}{ratio:>12.2}{:>11.0}{:>11.1}",
                row.cpu, row.memory
            );
        }
        rows
    }

    /// Milliseconds from a plan's first request to its last answer, by the API server's own log, and how many there were;
    /// the median of some runs.
    fn served(&self, agent: &str, way: &Way) -> (f64, f64) {
        let tool = if agent == "lab2048" {
            Tool::Lab2048
        } else {
            Tool::Kubectl
        };
        let mut spans = Vec::new();
        let mut requests = 0;
        for _ in 0..RUNS {
            let before = self.workshop.plane.audit(agent).len();
            wall_of(&mut self.command(tool, Verb::Plan, way));
            let events = self.settled_audit(agent, before);
            requests = events.len();
            let begun = time(&events[0], "requestReceivedTimestamp");
            let ended = events.iter().map(|event| time(event, "stageTimestamp")).max().unwrap();
            spans.push(ended.duration_since(begun).as_secs_f64() * 1000.0);
        }
        (
            Sample::of(spans).percentile(50),
            f64::from(u32::try_from(requests).unwrap()),
        )
    }

    /// What a run has added to the API server's log.
    fn settled_audit(&self, agent: &str, before: usize) -> Vec<Value> {
        let mut length = 0;
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let events = self.workshop.plane.audit(agent);
            if events.len() > before && events.len() == length {
                return events[before..].to_vec();
            }
            length = events.len();
        }
    }

    /// Requests of one plan to all APIs.
    fn requests_in_all(&self, way: &Way) -> f64 {
        let aws = self.workshop.moto.log().lines().count();
        let cluster = self.workshop.plane.audit("lab2048").len();
        wall_of(&mut self.command(Tool::Lab2048, Verb::Plan, way));
        let asked = self.settled_audit("lab2048", cluster).len() + self.workshop.moto.log().lines().count() - aws;
        f64::from(u32::try_from(asked).unwrap())
    }

    /// How many round trips a plan is deep: to Kubernetes by the API server's log, to AWS by what came by on the way.
    fn rounds(&self, far: &Way, to_aws: &LongWay) -> (f64, f64) {
        to_aws.take_requests();
        let before = self.workshop.plane.audit("lab2048").len();
        wall_of(&mut self.command(Tool::Lab2048, Verb::Plan, far));
        let events = self.settled_audit("lab2048", before);
        let begun = time(&events[0], "requestReceivedTimestamp");
        let arrivals = events.iter().map(|event| {
            let at = time(event, "requestReceivedTimestamp");
            Duration::try_from(at.duration_since(begun)).unwrap_or_default()
        });
        let requests = to_aws.take_requests();
        let first: Instant = requests[0];
        let to_aws = requests.into_iter().map(|at| at.duration_since(first));
        (waves(arrivals), waves(to_aws))
    }
}

fn time(event: &Value, key: &str) -> Timestamp {
    event[key].as_str().unwrap().parse().unwrap()
}

/// How many groups of arrivals there are with a pause between them.
fn waves(arrivals: impl Iterator<Item = Duration>) -> f64 {
    let mut arrivals: Vec<Duration> = arrivals.collect();
    arrivals.sort();
    let gaps = arrivals.windows(2).filter(|pair| pair[1] - pair[0] > ONE_ROUND);
    f64::from(u32::try_from(gaps.count()).unwrap()) + 1.0
}
