//! Executes a plan with the adapters of this program, and passes its events to the reporter.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::Run;
use super::guarded::Guarded;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::host::Host;
use crate::app::process;
use crate::app::request::RunOptions;
use crate::app::session::Session;
use crate::app::snapshot::Bearings;
use crate::aws::AwsDriver;
use crate::config::Timeouts;
use crate::engine::{self, Drivers, Limits, RunOutcome};
use crate::event::{Event, RunVerb};
use crate::k8s::{Client, LabLock, LockOwner, ObjectDriver};
use crate::model::{Goal, NodeKind};
use crate::plan::Plan;
use crate::ports::Driver;
use crate::probe::ProofDriver;
use crate::report::Reporter;

/// Steps under way at once; a lab has fewer.
const PARALLEL: usize = 8;

/// How long another run's lock is waited for: a holder that was killed lets it expire after 30 s.
pub(super) const WAIT_LOCK: Duration = Duration::from_secs(45);

/// The adapters by kind of node.
struct Adapters {
    aws: Guarded<AwsDriver>,
    objects: Guarded<ObjectDriver>,
    proof: ProofDriver,
    lock: Arc<LabLock>,
}

impl Drivers for Adapters {
    fn driver(&self, kind: &NodeKind) -> &dyn Driver {
        match kind {
            NodeKind::Role | NodeKind::Profile | NodeKind::AccessEntry | NodeKind::LoadBalancer | NodeKind::Targets => {
                &self.aws
            }
            NodeKind::Proof => &self.proof,
            NodeKind::Lock => &*self.lock,
            NodeKind::Namespace
            | NodeKind::Service
            | NodeKind::Ingress
            | NodeKind::Deployment
            | NodeKind::Object(_) => &self.objects,
        }
    }
}

impl Run<'_> {
    /// Carries the plan out.
    pub(super) async fn execute(
        &self,
        context: &mut Context,
        bearings: &Bearings,
        plan: &Plan,
        options: &RunOptions,
    ) -> Result<RunOutcome, AppError> {
        let environment = self.session.environment();
        let lock = Arc::new(self.lock(&context.host, bearings.client.clone()));
        let aws = match plan.goal {
            Goal::Ready => self.session.aws.as_of_now(),
            // That all is gone is looked at once more at the end; a removal that was told a moment ago what is still there only
            // waits a moment longer.
            Goal::Gone => self.session.aws.clone(),
        };
        let adapters = Adapters {
            aws: Guarded::new(AwsDriver::new(aws), &lock),
            objects: Guarded::new(ObjectDriver::new(bearings.client.clone()), &lock),
            proof: self.proof(),
            lock,
        };
        let run = engine::Run {
            plan,
            drivers: &adapters,
            queue: &*adapters.lock,
            clock: &*self.session.clock,
            limits: limits(environment.timeouts, options),
            interrupts: context.host.interrupts.clone(),
            parallel: PARALLEL,
        };
        self.follow(run, &mut context.reporter).await
    }

    /// The lab's lock, for this run.
    pub(super) fn lock(&self, host: &Host, client: Client) -> LabLock {
        let namespace = &self.session.environment().app.namespace;
        LabLock::new(client, namespace.as_str(), owner(host, self.request.verb))
    }

    /// Lets the engine run and passes its events on.
    async fn follow(&self, run: engine::Run<'_>, reporter: &mut Reporter) -> Result<RunOutcome, AppError> {
        let (events, mut records) = mpsc::unbounded_channel();
        let mut emit = |event: Event| {
            // The receiver lives as long as the engine runs.
            let _ = events.send(self.record(event));
        };
        let mut running = pin!(engine::execute(run, &mut emit));
        let outcome = loop {
            tokio::select! {
                biased;
                Some(record) = records.recv() => reporter.event(&record),
                outcome = &mut running => break outcome,
            }
        };
        while let Ok(record) = records.try_recv() {
            reporter.event(&record);
        }
        Ok(outcome?)
    }

    fn proof(&self) -> ProofDriver {
        let Session { clock, resolver, .. } = self.session;
        ProofDriver::new(self.session.web(), resolver.clone(), clock.clone())
    }
}

/// Who holds the lock, for others to read: `kim@cloud9 apply (4711)`.
fn owner(host: &Host, verb: RunVerb) -> LockOwner {
    let user = host.variable("USER").or(host.variable("LOGNAME")).unwrap_or("somebody");
    // A shell does not always pass on what it knows of the machine.
    let named = host.variable("HOSTNAME").or(host.variable("HOST")).map(str::to_owned);
    let machine = named.unwrap_or_else(process::machine_name);
    LockOwner {
        description: format!("{user}@{machine} {} ({})", verb.word(), std::process::id()),
        process: process::of_this(),
    }
}

fn limits(timeouts: Timeouts, options: &RunOptions) -> Limits {
    let every = options.timeout;
    Limits {
        lock: options.wait_lock.unwrap_or(WAIT_LOCK),
        profile: every.unwrap_or(timeouts.profile),
        rollout: every.unwrap_or(timeouts.rollout),
        balancer: every.unwrap_or(timeouts.balancer),
        deletion: every.unwrap_or(timeouts.deletion),
    }
}
