//! Follows one object, and what tells of it, to its goal.

use futures::future::{Either, pending, select};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};

use super::stuck_pods::StuckPods;
use crate::k8s::api::{Client, Select, Target, follow, kind_of};
use crate::lang::{Text, text};
use crate::lbc;
use crate::model::{Goal, Object, ObjectKey, Op, Outputs, Progress, Readiness, Task};
use crate::ports::{CallError, ErrorClass, ProgressStream, is_settled, poll};
use crate::readiness::{self, Past, Verdict};

/// Which of the followed collections has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Itself,
    Pods,
    Events,
    Controllers,
}

/// Everything that judging one object needs, kept fresh.
pub(super) struct Watching {
    /// Recreates pods that no profile has taken, where that is to be.
    stuck: Option<StuckPods>,
    node: String,
    wanted: Object,
    goal: Goal,
    /// The UID of the object that is to go, once it is known.
    going: Option<String>,
    changes: BoxStream<'static, (Source, Result<Vec<Object>, CallError>)>,
    /// Those of which nothing has come yet; judging half the facts would report passing nonsense.
    awaited: Vec<Source>,
    live: Option<Object>,
    pods: Vec<Object>,
    events: Vec<Object>,
    controller_ready: Option<bool>,
    /// Why pods or events may not be followed.
    unread: Option<Text>,
    /// What was on record when everything had come for the first time.
    past: Option<Past>,
    last: Option<Progress>,
}

impl Watching {
    pub(super) fn open(client: &Client, task: &Task, wanted: &Object, goal: Goal) -> Result<Self, CallError> {
        let key = wanted.key();
        let sources = sources(wanted.kind(), goal);
        let mut streams = Vec::new();
        for source in &sources {
            let source = *source;
            let changes = follow(client.clone(), target(source, &key, wanted)?);
            streams.push(changes.map(move |change| (source, change)).boxed());
        }
        Ok(Self {
            stuck: (task.heals && goal == Goal::Ready).then(|| StuckPods::new(client.clone())),
            node: task.node.id.to_string(),
            wanted: wanted.clone(),
            goal,
            going: task.pin.as_ref().map(|pin| pin.identity.clone()),
            changes: stream::select_all(streams).boxed(),
            awaited: sources,
            live: None,
            pods: Vec::new(),
            events: Vec::new(),
            controller_ready: None,
            unread: None,
            // Of what is made now there is no past.
            past: (task.op == Op::Create).then(Past::default),
            last: None,
        })
    }

    /// One report whenever stage or cause has changed; ends with the goal, a failure or an error.
    pub(super) fn reports(self) -> ProgressStream<'static> {
        poll(self, |watching| watching.next().boxed(), is_settled)
    }

    async fn next(&mut self) -> Result<Progress, CallError> {
        loop {
            let round = self.stuck.as_ref().map_or_else(|| pending().boxed(), StuckPods::due);
            match select(self.changes.next(), round).await {
                Either::Right(_) => {}
                Either::Left((None, _)) => {
                    return Err(CallError::new(
                        ErrorClass::Unreachable,
                        "watch",
                        "all watches have ended",
                    ));
                }
                Either::Left((Some((source, change)), _)) => {
                    match change {
                        Ok(objects) => self.take(source, objects),
                        // Without the right to read pods or events the object's own status has to do.
                        Err(error) if source != Source::Itself && error.class == ErrorClass::Denied => {
                            self.unread = Some(error.text());
                        }
                        Err(error) => return Err(error),
                    }
                    self.awaited.retain(|awaited| *awaited != source);
                }
            }
            if !self.awaited.is_empty() {
                continue;
            }
            let progress = if let Some(verdict) = self.recreate_stuck().await? {
                verdict.progress(self.goal, Outputs::default())
            } else {
                self.refuse_successor()?;
                let progress = self.progress();
                self.told_of_unread(progress)
            };
            if self.last.as_ref() != Some(&progress) {
                self.last = Some(progress.clone());
                return Ok(progress);
            }
        }
    }

    async fn recreate_stuck(&mut self) -> Result<Option<Verdict>, CallError> {
        match &mut self.stuck {
            Some(stuck) => stuck.recreate(&self.pods).await,
            None => Ok(None),
        }
    }

    /// While something is awaited, it is told what cannot be known of it.
    fn told_of_unread(&self, progress: Progress) -> Progress {
        match (progress.readiness, &self.unread) {
            (Readiness::Pending(why), Some(unread)) => {
                let unread = text!("is-more-unknown", why = unread);
                let whys = Some(why).filter(|why| !why.is_empty()).into_iter().chain([unread]);
                let readiness = Readiness::Pending(Text::list(whys, "; "));
                Progress { readiness, ..progress }
            }
            (readiness, _) => Progress { readiness, ..progress },
        }
    }

    fn take(&mut self, source: Source, objects: Vec<Object>) {
        match source {
            Source::Itself => {
                let name = self.wanted.name();
                self.live = objects.into_iter().find(|object| object.name() == name);
            }
            Source::Pods => {
                self.pods = objects;
                if let Some(past) = &mut self.past {
                    past.remember(&self.pods);
                }
            }
            Source::Events => self.events = objects,
            Source::Controllers => self.controller_ready = Some(objects.iter().any(is_serving)),
        }
    }

    /// What was to go is gone if something else has its name, but somebody has made that since.
    fn refuse_successor(&mut self) -> Result<(), CallError> {
        let live = self
            .live
            .as_ref()
            .filter(|_| self.goal == Goal::Gone)
            .and_then(Object::uid);
        let Some(live) = live else {
            return Ok(());
        };
        let going = self.going.get_or_insert_with(|| live.to_owned());
        if going == live {
            return Ok(());
        }
        let key = self.wanted.key();
        Err(CallError::new(
            ErrorClass::Conflict,
            format!("delete {key}"),
            "it is gone, but somebody has made another of its name since",
        ))
    }

    fn progress(&mut self) -> Progress {
        let mut outputs = Outputs::default();
        if let (Goal::Ready, Some(live)) = (self.goal, &self.live) {
            outputs.hostname = readiness::hostname(live).map(str::to_owned);
            outputs
                .uids
                .extend(live.uid().map(|uid| (self.node.clone(), uid.to_owned())));
        }
        let verdict = match (self.goal, &self.live) {
            (Goal::Gone, live) => readiness::gone(&self.wanted, live.as_ref(), &self.pods, self.controller_ready),
            (Goal::Ready, Some(live)) => {
                let past = self.past.get_or_insert_with(|| {
                    let mut past = Past::of(live, &self.events);
                    past.remember(&self.pods);
                    past
                });
                readiness::present(live, &self.pods, &self.events, past)
            }
            (Goal::Ready, None) => Verdict::failed(text!("is-missing"), text!("is-deleted-meanwhile")),
        };
        let mut progress = verdict.progress(self.goal, outputs);
        if self.wanted.kind() == "Deployment" {
            progress.pods = readiness::pod_states(self.live.as_ref().unwrap_or(&self.wanted), &self.pods);
        }
        progress
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
            Select::labels(lbc::label_selector()),
        ),
    };
    Ok(Target {
        kind,
        namespace,
        select,
    })
}
