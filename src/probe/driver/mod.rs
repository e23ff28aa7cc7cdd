//! The last step of an apply: asks the game from outside until it answers.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use url::Url;

use super::http::{Question, Web};
use crate::lang::text;
use crate::model::{Desired, Goal, Outputs, Progress, Task};
use crate::ports::{CallError, Clock, Driver, ErrorClass, ProgressStream, Resolve, is_settled, poll};
use crate::readiness::{self, ProofAnswer, ProofAttempt, State, Verdict};

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
    question: Question,
    /// Text that the game's page has.
    expect: Option<String>,
    /// Whether what was found last time cannot pass by itself: then it is final if it is found again.
    failed: bool,
    /// Whether the name has to be looked up here before the first request.
    lookup: bool,
    pause: Option<Duration>,
}

impl<'a> Proving<'a> {
    fn begin(driver: &'a ProofDriver, task: &Task, goal: Goal, inputs: &Outputs) -> Result<Start<'a>, CallError> {
        let node = task.node.id.to_string();
        let Desired::Proof(spec) = &task.node.desired else {
            return Err(CallError::new(ErrorClass::Invalid, node, "it is not a proof"));
        };
        let settled = match goal {
            Goal::Gone => Some(Verdict::absent(text!("is-nothing-to-remove"))),
            Goal::Ready => readiness::proof_by_targets(spec),
        };
        if let Some(verdict) = settled {
            return Ok(Start::Settled(verdict.progress(goal, Outputs::default())));
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
            question: Question {
                url,
                balancer: host.clone(),
                headers: spec.endpoint.headers.clone(),
            },
            expect: spec.expect.clone(),
            failed: false,
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
        let attempt = self.attempt().await;
        let mut verdict = readiness::proof(&attempt, self.expect.as_deref());
        let mut outputs = Outputs::default();
        if verdict.works() {
            outputs.url = Some(self.served_at(&attempt));
        }
        let failed = matches!(verdict.state, State::Failed(_));
        if let (State::Failed(why), false) = (&verdict.state, self.failed) {
            verdict.state = State::Pending(why.clone());
        }
        self.failed = failed;
        verdict.progress(Goal::Ready, outputs)
    }

    /// Where the game is for clients: under the name of the ALB's certificate, if it answered with one under the ALB's own.
    fn served_at(&self, attempt: &ProofAttempt) -> String {
        let mut url = self.question.url.clone();
        if let ProofAttempt::Answered(ProofAnswer {
            certificate: Some(names),
            ..
        }) = attempt
            && let Some(name) = readiness::name_of_certificate(names)
            // What a certificate may have for a name, a URL may have for a host.
            && url.set_host(Some(&name)).is_err()
        {
            return shown(&self.question.url);
        }
        shown(&url)
    }

    /// Looks the name up until it has an address, and asks the game.
    async fn attempt(&mut self) -> ProofAttempt {
        if self.lookup {
            let host = self.question.balancer.clone();
            match self.driver.names.resolve(&host).await {
                Ok(found) if found.is_empty() => return ProofAttempt::NoAddress { host },
                Err(error) => {
                    let why = error.to_string();
                    return ProofAttempt::LookupFailed { host, why };
                }
                Ok(_) => self.lookup = false,
            }
        }
        let url = self.question.url.to_string();
        match self.driver.web.get(&self.question).await {
            Ok(answer) => ProofAttempt::Answered(ProofAnswer {
                url,
                status: answer.status.as_u16(),
                page: answer.page,
                by_balancer: answer.by_balancer,
                certificate: answer.certificate,
            }),
            Err(why) => ProofAttempt::Unanswered { url, why },
        }
    }
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
