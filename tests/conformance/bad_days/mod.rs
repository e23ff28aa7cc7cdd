//! Bad days: the API server dies, forgets and changes its certificate under way; the program is killed, or sleeps with its
//! laptop. However the day goes, an exit of 0 means a lab as planned.

mod certificates;
mod kills;
mod restarts;
mod sleep;

use std::time::Duration;

use lab2048_testing::workshop::participant::Participant;
use lab2048_testing::{Call, Run};
use serde_json::Value;

/// How long a run may take that nothing keeps from its goal any more.
const SOON: Duration = Duration::from_secs(90);
/// The same where a controller may have to wait for what it has missed.
const LATE: Duration = Duration::from_mins(7);

/// A number that a variable has.
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// A run that is under way, and what it reports.
struct Running<'p> {
    participant: &'p Participant,
    call: Call,
    events: String,
}

impl<'p> Running<'p> {
    /// Starts it; each line of a participant once, as events go to a file by its name.
    fn start(participant: &'p Participant, line: &str) -> Self {
        let verb = line.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
        let events = format!("{verb}.ndjson");
        let call = Call::start(&participant.workdir, &format!("{line} --events {events}"));
        Self {
            participant,
            call,
            events,
        }
    }

    /// Waits until the run has reported an event like that.
    async fn reports(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) {
        for _ in 0..1200 {
            if self.events().iter().any(&is_it) {
                return;
            }
            assert!(
                !self.call.has_ended(),
                "{} has ended: {what} was not reported",
                self.participant.lab
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{} does not report {what}: {:?}",
            self.participant.lab,
            self.events().last()
        );
    }

    /// Waits until the run waits for something of this kind.
    async fn waits_for(&mut self, kind: &str) {
        let is_it = |event: &Value| event["type"] == "step-progress" && is_about(event, kind);
        self.reports(kind, is_it).await;
    }

    /// Waits until the run has begun a step of this kind.
    async fn begins(&mut self, kind: &str) {
        let is_it = |event: &Value| event["type"] == "step-started" && is_about(event, kind);
        self.reports(kind, is_it).await;
    }

    /// How it ends, now that nothing keeps it from that.
    async fn end(self) -> Run {
        self.call.end(SOON).await
    }

    /// The same after the API server was away: a controller that has not seen the pods begin that it made meanwhile makes no others
    /// for five minutes. (Kubernetes `pkg/controller/controller_utils.go`, `ExpectationsTimeout`)
    async fn end_after_restart(self) -> Run {
        self.call.end(LATE).await
    }

    /// What it has reported; the last line may be half written.
    fn events(&self) -> Vec<Value> {
        let file = self.participant.workdir.path(&self.events);
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }
}

fn is_about(event: &Value, kind: &str) -> bool {
    let node = event["node"].as_str().unwrap_or_default();
    node.split('/').next() == Some(kind)
}

/// Asserts that a lab is up with so many pods, after `run`.
async fn is_up(participant: &Participant, pods: usize, run: &Run) {
    let wrong = participant.lacks(pods).await;
    assert!(wrong.is_empty(), "{wrong:#?} after {run}");
}

/// Asserts that nothing is there of a lab, after `run`.
async fn is_gone(participant: &Participant, run: &Run) {
    let left = participant.leftovers().await;
    assert!(left.is_empty(), "{left:?} after {run}");
}
