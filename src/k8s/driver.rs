//! Carries out the lab's objects: apply, delete, follow to ready or gone.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};

use super::client::{Apply, Client, Propagation, Select};
use super::kinds::kind_of;
use super::watch::{Target, follow};
use crate::model::{Desired, Goal, LAB_LABEL, Object, ObjectKey, Op, Outputs, Pin, Progress, Readiness, Task};
use crate::plan::readiness::{self, Verdict};
use crate::ports::{CallError, Driver, ErrorClass, ProgressStream};

/// Label of the load balancer controller's Deployment; Helm chart and kustomization both set it.
pub(super) const CONTROLLER_LABEL: &str = "app.kubernetes.io/name=aws-load-balancer-controller";

/// The driver of every node that is an object in the cluster.
#[derive(Clone)]
pub struct ObjectDriver {
    client: Client,
}

impl ObjectDriver {
    /// A driver over this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    async fn write(&self, task: &Task) -> Result<Outputs, CallError> {
        let wanted = object_of(task)?;
        let mut outputs = Outputs::default();
        if matches!(task.op, Op::Create | Op::Update | Op::Replace) {
            let written = self.put(task, wanted).await?;
            if let Some(uid) = written.uid() {
                outputs.uids.insert(task.node.id.to_string(), uid.to_owned());
            }
        }
        for (key, pin) in &task.recreate {
            remove_pod(&self.client, key, pin).await?;
        }
        Ok(outputs)
    }

    async fn put(&self, task: &Task, wanted: &Object) -> Result<Object, CallError> {
        let mut wanted = wanted.clone();
        match (&task.op, &task.pin) {
            // The server refuses the write if the object is not the one the plan saw.
            (Op::Update, Some(pin)) => wanted.0["metadata"]["uid"] = pin.identity.as_str().into(),
            _ => self.make_sure_it_is_ours(&wanted).await?,
        }
        let how = Apply {
            dry_run: false,
            force: task.force,
        };
        Ok(self.client.apply(&wanted, how).await?)
    }

    /// The plan saw nothing there; what is there now may only be what an earlier attempt of ours has made.
    async fn make_sure_it_is_ours(&self, wanted: &Object) -> Result<(), CallError> {
        let key = wanted.key();
        match self.client.get(&key).await? {
            Some(live) if !live.belongs_to(wanted.label(LAB_LABEL).unwrap_or_default()) => Err(CallError::new(
                ErrorClass::Conflict,
                format!("create {key}"),
                "somebody else has made an object of this name since the plan: plan again",
            )),
            _ => Ok(()),
        }
    }

    async fn remove(&self, task: &Task) -> Result<(), CallError> {
        let wanted = object_of(task)?;
        let key = wanted.key();
        let Some(pin) = &task.pin else {
            return match self.client.get(&key).await? {
                None => Ok(()),
                Some(_) => Err(CallError::new(
                    ErrorClass::Conflict,
                    format!("DELETE {key}"),
                    "it was not there when the plan was made: plan again",
                )),
            };
        };
        // Pods must be gone before the Fargate profile may go, so a Deployment waits for its own.
        let propagation = match wanted.kind() {
            "Deployment" | "StatefulSet" | "ReplicaSet" | "Job" => Propagation::Foreground,
            _ => Propagation::Background,
        };
        self.client.delete(&key, &pin.identity, propagation).await
    }
}

impl Driver for ObjectDriver {
    fn observe<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<Option<Pin>, CallError>> {
        async move {
            let live = self.client.get(&object_of(task)?.key()).await?;
            Ok(live.as_ref().and_then(pin_of))
        }
        .boxed()
    }

    fn apply<'a>(&'a self, task: &'a Task, _inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        self.write(task).boxed()
    }

    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        self.remove(task).boxed()
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, _inputs: &'a Outputs) -> ProgressStream<'a> {
        let opened = object_of(task).and_then(|wanted| Watching::open(&self.client, task, wanted, goal));
        match opened {
            Ok(watching) => watching.reports(),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

/// A pod that is gone already, or has a successor of the same name, needs no deleting.
async fn remove_pod(client: &Client, key: &ObjectKey, pin: &Pin) -> Result<(), CallError> {
    match client.delete(key, &pin.identity, Propagation::Background).await {
        Err(error) if error.class == ErrorClass::Conflict => Ok(()),
        result => result,
    }
}

/// What identifies an object.
fn pin_of(object: &Object) -> Option<Pin> {
    Some(Pin {
        identity: object.uid()?.to_owned(),
        version: object.resource_version().unwrap_or_default().to_owned(),
    })
}

fn object_of(task: &Task) -> Result<&Object, CallError> {
    match &task.node.desired {
        Desired::Object(object) => Ok(object),
        _ => Err(CallError::new(
            ErrorClass::Invalid,
            task.node.id.to_string(),
            "this node is not an object in the cluster",
        )),
    }
}

/// Which of the followed collections has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Itself,
    Pods,
    Events,
    Controllers,
}

/// Everything that judging one object needs, kept fresh.
struct Watching {
    client: Client,
    /// Whether pods that no profile has taken are to be made anew.
    heals: bool,
    /// Pods that have been deleted for that, by UID.
    healed: BTreeSet<String>,
    node: String,
    wanted: Object,
    goal: Goal,
    changes: BoxStream<'static, (Source, Result<Vec<Object>, CallError>)>,
    /// Those of which nothing has come yet; judging half the facts would report passing nonsense.
    awaited: Vec<Source>,
    live: Option<Object>,
    pods: Vec<Object>,
    events: Vec<Object>,
    controller_ready: Option<bool>,
    last: Option<Progress>,
}

impl Watching {
    fn open(client: &Client, task: &Task, wanted: &Object, goal: Goal) -> Result<Self, CallError> {
        let key = wanted.key();
        let sources = sources(wanted.kind(), goal);
        let mut streams = Vec::new();
        for source in &sources {
            let source = *source;
            let changes = follow(client.clone(), target(source, &key, wanted)?);
            streams.push(changes.map(move |change| (source, change)).boxed());
        }
        Ok(Self {
            client: client.clone(),
            heals: task.heals && goal == Goal::Ready,
            healed: BTreeSet::new(),
            node: task.node.id.to_string(),
            wanted: wanted.clone(),
            goal,
            changes: stream::select_all(streams).boxed(),
            awaited: sources,
            live: None,
            pods: Vec::new(),
            events: Vec::new(),
            controller_ready: None,
            last: None,
        })
    }

    /// One report whenever stage or cause has changed; ends with the goal, a failure or an error.
    fn reports(self) -> BoxStream<'static, Result<Progress, CallError>> {
        stream::unfold(Some(self), |watching| async {
            let mut watching = watching?;
            let report = watching.next().await?;
            let over = !matches!(&report, Ok(progress) if matches!(progress.readiness, Readiness::Pending(_)));
            Some((report, (!over).then_some(watching)))
        })
        .boxed()
    }

    async fn next(&mut self) -> Option<Result<Progress, CallError>> {
        loop {
            let (source, change) = self.changes.next().await?;
            match change {
                Ok(objects) => self.take(source, objects),
                // Without the right to read pods or events the object's own status has to do.
                Err(error) if source != Source::Itself && error.class == ErrorClass::Denied => {}
                Err(error) => return Some(Err(error)),
            }
            self.awaited.retain(|awaited| *awaited != source);
            if !self.awaited.is_empty() {
                continue;
            }
            let progress = match self.heal().await {
                Ok(Some(progress)) => progress,
                Ok(None) => self.progress(),
                Err(error) => return Some(Err(error)),
            };
            if self.last.as_ref() != Some(&progress) {
                self.last = Some(progress.clone());
                return Some(Ok(progress));
            }
        }
    }

    /// Deletes pods that were made before the profile could take them, so that their ReplicaSet makes new ones.
    async fn heal(&mut self) -> Result<Option<Progress>, CallError> {
        if !self.heals {
            return Ok(None);
        }
        let stuck = readiness::stuck_pods(&self.pods, None);
        if stuck.is_empty() {
            return Ok(None);
        }
        for (key, pin) in &stuck {
            if self.healed.insert(pin.identity.clone()) {
                remove_pod(&self.client, key, pin).await?;
            }
        }
        let why = "they were made before the profile could take them".to_owned();
        let stage = format!("recreating {} pods", stuck.len());
        Ok(Some(Progress {
            stage,
            readiness: Readiness::Pending(why),
            outputs: Outputs::default(),
        }))
    }

    fn take(&mut self, source: Source, objects: Vec<Object>) {
        match source {
            Source::Itself => {
                let name = self.wanted.name();
                self.live = objects.into_iter().find(|object| object.name() == name);
            }
            Source::Pods => self.pods = objects,
            Source::Events => self.events = objects,
            Source::Controllers => self.controller_ready = Some(objects.iter().any(is_serving)),
        }
    }

    fn progress(&self) -> Progress {
        let mut outputs = Outputs::default();
        if let (Goal::Ready, Some(live)) = (self.goal, &self.live) {
            outputs.hostname = readiness::hostname(live).map(str::to_owned);
            outputs
                .uids
                .extend(live.uid().map(|uid| (self.node.clone(), uid.to_owned())));
        }
        let Verdict { stage, readiness } = match (self.goal, &self.live) {
            (Goal::Gone, live) => readiness::gone(&self.wanted, live.as_ref(), &self.pods, self.controller_ready),
            (Goal::Ready, Some(live)) => readiness::present(live, &self.pods, &self.events),
            (Goal::Ready, None) => Verdict::failed("missing", "it is not there any more: somebody has deleted it"),
        };
        Progress {
            stage,
            readiness,
            outputs,
        }
    }
}

fn is_serving(deployment: &Object) -> bool {
    deployment.number("/status/readyReplicas").unwrap_or(0) > 0
}

/// What must be followed to judge an object of this kind.
fn sources(kind: &str, goal: Goal) -> Vec<Source> {
    match (kind, goal) {
        ("Deployment", Goal::Ready) => vec![Source::Itself, Source::Pods, Source::Events],
        ("Deployment", Goal::Gone) => vec![Source::Itself, Source::Pods],
        ("Ingress", Goal::Ready) => vec![Source::Itself, Source::Events],
        ("Ingress" | "Namespace", Goal::Gone) => vec![Source::Itself, Source::Controllers],
        _ => vec![Source::Itself],
    }
}

fn target(source: Source, key: &ObjectKey, wanted: &Object) -> Result<Target, CallError> {
    let (kind, namespace, select) = match source {
        Source::Itself => (
            kind_of(&key.api_version, &key.kind)?,
            key.namespace.clone(),
            Select::name(&key.name),
        ),
        Source::Pods => {
            let labels = wanted.text_map("/spec/selector/matchLabels");
            let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            (
                kind_of("v1", "Pod")?,
                key.namespace.clone(),
                Select::labels(labels.join(",")),
            )
        }
        Source::Events => (kind_of("v1", "Event")?, key.namespace.clone(), Select::default()),
        Source::Controllers => (
            kind_of("apps/v1", "Deployment")?,
            None,
            Select::labels(CONTROLLER_LABEL),
        ),
    };
    Ok(Target {
        kind,
        namespace,
        select,
    })
}
