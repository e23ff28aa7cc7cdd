//! The last step of an apply: asks the game from outside until it answers.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use url::Url;

use super::http::Web;
use crate::model::{Desired, Goal, Outputs, Progress, Readiness, Scheme, Task};
use crate::ports::{CallError, Clock, Driver, ErrorClass, ProgressStream, Resolve, is_settled, poll};

/// Time before the second try; each later one waits half as long again.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest time between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The driver of proofs.
#[derive(Clone)]
pub struct ProofDriver {
    web: Web,
    names: Arc<dyn Resolve>,
    clock: Arc<dyn Clock>,
}

impl ProofDriver {
    /// A driver that looks names up with `names` and asks with `web`.
    pub fn new(web: Web, names: Arc<dyn Resolve>, clock: Arc<dyn Clock>) -> Self {
        Self { web, names, clock }
    }
}

impl Driver for ProofDriver {
    fn apply<'a>(&'a self, _task: &'a Task, _inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        async { Ok(Outputs::default()) }.boxed()
    }

    fn delete<'a>(&'a self, _task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        async { Ok(()) }.boxed()
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, inputs: &'a Outputs) -> ProgressStream<'a> {
        match Proving::begin(self, task, goal, inputs) {
            Ok(Start::Settled(progress)) => stream::once(async move { Ok(progress) }).boxed(),
            Ok(Start::Asking(proving)) => proving.run().boxed(),
            Err(error) => stream::once(async move { Err(error) }).boxed(),
        }
    }
}

/// How a proof begins.
enum Start<'a> {
    /// There is nothing to ask.
    Settled(Progress),
    /// There is.
    Asking(Proving<'a>),
}

struct Proving<'a> {
    driver: &'a ProofDriver,
    url: Url,
    /// The load balancer's own name, which a name in the URL need not lead to yet.
    host: String,
    /// Whether the name has to be looked up here before the first request.
    lookup: bool,
    pause: Option<Duration>,
}

fn at(stage: String, readiness: Readiness) -> Progress {
    Progress {
        stage,
        readiness,
        outputs: Outputs::default(),
    }
}

impl<'a> Proving<'a> {
    fn begin(driver: &'a ProofDriver, task: &Task, goal: Goal, inputs: &Outputs) -> Result<Start<'a>, CallError> {
        let node = task.node.id.to_string();
        let Desired::Proof(spec) = &task.node.desired else {
            return Err(CallError::new(ErrorClass::Invalid, node, "it is not a proof"));
        };
        if goal == Goal::Gone {
            return Ok(Start::Settled(at("nothing to remove".to_owned(), Readiness::Ready)));
        }
        if spec.scheme == Scheme::Internal {
            let stage = "internal ALB: not reachable from here; its healthy targets are the proof";
            return Ok(Start::Settled(at(stage.to_owned(), Readiness::Ready)));
        }
        if let Some(why) = &spec.obstacle {
            let stage = format!("no plain request leads to the game ({why}); its healthy targets are the proof");
            return Ok(Start::Settled(at(stage, Readiness::Ready)));
        }
        let Some(host) = &inputs.hostname else {
            // A name that is looked up before the ALB is active would be remembered as missing.
            let text = "the load balancer's name is not known yet";
            return Err(CallError::new(ErrorClass::Busy, node, text));
        };
        let url = spec.endpoint.url(host);
        let url = Url::parse(&url)
            .map_err(|error| CallError::new(ErrorClass::Invalid, node, format!("`{url}` is no address: {error}")))?;
        Ok(Start::Asking(Self {
            lookup: !driver.web.uses_proxy(&url),
            host: host.clone(),
            url,
            driver,
            pause: None,
        }))
    }

    fn run(self) -> ProgressStream<'a> {
        poll(self, |proving| proving.next().boxed(), is_settled)
    }

    async fn next(&mut self) -> Result<Progress, CallError> {
        self.rest().await;
        Ok(self.look().await)
    }

    /// Waits before every look but the first and the one right after the name was found.
    async fn rest(&mut self) {
        if let Some(pause) = self.pause {
            self.driver.clock.sleep(pause).await;
        }
        let next = self.pause.map_or(FIRST_PAUSE, |pause| pause.mul_f64(1.5));
        self.pause = Some(next.min(LONGEST_PAUSE));
    }

    async fn look(&mut self) -> Progress {
        if self.lookup {
            let stage = format!("waiting for DNS of {}", self.host);
            match self.driver.names.resolve(&self.host).await {
                Ok(found) if found.is_empty() => {
                    let cause = "the name does not resolve yet; that takes up to a minute or two";
                    return at(stage, Readiness::Pending(cause.to_owned()));
                }
                Err(error) => return at(stage, Readiness::Pending(format!("the resolver failed: {error}"))),
                Ok(_) => self.lookup = false,
            }
        }
        self.ask().await
    }

    /// The load balancer, if the URL has another name than its own.
    fn server(&self) -> Option<&str> {
        let own = self
            .url
            .host_str()
            .is_some_and(|host| host.eq_ignore_ascii_case(&self.host));
        (!own).then_some(self.host.as_str())
    }

    async fn ask(&self) -> Progress {
        let asked = format!("GET {}", self.url);
        match self.driver.web.get(&self.url, self.server()).await {
            Ok(answer) if answer.status == 200 => Progress {
                outputs: Outputs {
                    url: Some(shown(&self.url)),
                    ..Outputs::default()
                },
                ..at(format!("{asked} \u{2192} 200"), Readiness::Ready)
            },
            Ok(answer) => at(
                format!("{asked} \u{2192} {}", answer.status.as_u16()),
                Readiness::Pending(meaning(answer.status.as_u16(), &answer.excerpt)),
            ),
            Err(error) => at(
                format!("{asked} \u{2192} no answer"),
                Readiness::Pending(error.to_string()),
            ),
        }
    }
}

/// What an ALB's status says to somebody who waits for it.
fn meaning(status: u16, excerpt: &str) -> String {
    let known = match status {
        _ if excerpt.contains("Backend service does not exist") => {
            "the controller found no Service for the Ingress when it made the rule"
        }
        403 => "the address this request came from is not let in",
        404 => "no rule of the ALB leads here, or the game does not know the path",
        502 => "a pod closed the connection",
        503 => "the ALB has no healthy pod to send it to yet",
        504 => "no pod answered in time",
        _ => excerpt,
    };
    known.to_owned()
}

/// The URL as people write it: no slash after the host alone.
fn shown(url: &Url) -> String {
    let text = url.as_str();
    if url.path() == "/" && url.query().is_none() {
        text.trim_end_matches('/').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
