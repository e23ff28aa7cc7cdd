//! Images that cannot be pulled: of all that is said of one, the most telling cause is kept.
//!
//! A container's state alternates between the cause (`ErrImagePull`) and a mere "back-off", and before Kubernetes 1.32 the
//! latter does not repeat the cause. So the pods' events ("Failed to pull image …") are read beside it, and what pods of the
//! same image say counts for all of them.

mod fault;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::fault::{PullFault, point};
use super::conditions::field;
use super::events;
use super::pods::containers;
use super::problem::PodProblem;
use crate::lang::Text;
use crate::model::{Object, WaitingReason};

/// A cause that lasts is hopeless when it has been met so often: the first time may be a race.
const HOPELESS_AFTER: u64 = 2;
/// How the kubelet's event about a failed pull begins.
const EVENT: &str = "Failed to pull image \"";

/// One thing that is said of an image.
#[derive(Debug, Clone)]
struct Saying {
    fault: PullFault,
    message: String,
    /// How often.
    times: u64,
}

/// All that is known of images that pods wait for, by image.
pub(super) struct Pulls(BTreeMap<String, Vec<Saying>>);

impl Pulls {
    /// What these pods, their events (among `all`) and the memory of a wait say. An event of the time before the wait
    /// (`is_old`) tells a cause, but does not count: it may have been mended since.
    pub(super) fn of(pods: &[&Object], all: &[Object], memory: &PullMemory, is_old: impl Fn(&Object) -> bool) -> Self {
        let (mut states, mut told_of) = (Self(BTreeMap::new()), Self(BTreeMap::new()));
        for pod in pods {
            for container in containers(pod) {
                if let Some((reason, image, message)) = failing(container) {
                    states.add(image, PullFault::of(Some(&reason), image, message), message, 1);
                }
            }
        }
        let uids: BTreeSet<&str> = pods.iter().filter_map(|pod| pod.uid()).collect();
        let mut about: Vec<&Object> = uids.iter().flat_map(|uid| events::about(all, uid)).collect();
        about.sort_by_key(|event| events::last_seen(event));
        for event in about {
            if let Some((image, message)) = told(events::message(event)) {
                let times = if is_old(event) { 0 } else { events::times(event) };
                told_of.add(image, PullFault::of(None, image, message), message, times);
            }
        }
        let mut pulls = Self(memory.sayings.clone());
        pulls.merge(states);
        pulls.merge(told_of);
        pulls
    }

    /// One more saying; the newest of a kind comes last and gives the text.
    fn add(&mut self, image: &str, fault: PullFault, message: &str, times: u64) {
        let sayings = self.0.entry(image.to_owned()).or_default();
        let before = sayings.iter().position(|saying| saying.fault == fault);
        let before = before.map_or(0, |index| sayings.remove(index).times);
        sayings.push(Saying {
            fault,
            message: message.to_owned(),
            times: before + times,
        });
    }

    /// The same attempts as another source has them: none is counted twice.
    fn merge(&mut self, other: Self) {
        for (image, others) in other.0 {
            let sayings = self.0.entry(image).or_default();
            for mut saying in others {
                if let Some(index) = sayings.iter().position(|known| known.fault == saying.fault) {
                    saying.times = saying.times.max(sayings.remove(index).times);
                }
                sayings.push(saying);
            }
        }
    }

    /// What keeps this container from starting, if its image does.
    pub(super) fn problem(&self, container: &Value) -> Option<PodProblem> {
        let (reason, image, message) = failing(container)?;
        let now = PullFault::of(Some(&reason), image, message);
        let sayings = self.0.get(image).map(Vec::as_slice).unwrap_or_default();
        // The state of the moment, where it names a cause; else the newest that does.
        let telling = |saying: &&Saying| saying.fault > PullFault::Other;
        let best = if now > PullFault::Other {
            sayings.iter().find(|saying| saying.fault == now)
        } else {
            let newest = sayings.iter().rev().find(telling);
            newest.or_else(|| sayings.iter().max_by_key(|saying| saying.fault))
        };
        Some(match best {
            Some(best) => {
                let hopeless = best.fault == PullFault::BadName || best.times >= HOPELESS_AFTER;
                words::problem(best.fault, image, &best.message, hopeless && best.fault.lasts())
            }
            None => words::problem(now, image, message, false),
        })
    }
}

/// What a wait has met of failed pulls: states pass, and events cannot be read by everybody.
#[derive(Debug, Clone, Default)]
pub(super) struct PullMemory {
    sayings: BTreeMap<String, Vec<Saying>>,
    /// The containers, by the UID of their pod and name, that show a cause at present.
    showing: BTreeSet<(String, String)>,
}

impl PullMemory {
    /// Takes in how the pods are now. A cause counts each time that a container comes to show it.
    pub(super) fn remember(&mut self, pods: &[Object]) {
        let mut showing = BTreeSet::new();
        for pod in pods {
            for container in containers(pod) {
                let Some((reason, image, message)) = failing(container) else {
                    continue;
                };
                let fault = PullFault::of(Some(&reason), image, message);
                // A back-off repeats what is known; it is no further attempt.
                if fault <= PullFault::Other || reason == WaitingReason::ImagePullBackOff {
                    continue;
                }
                let key = (
                    pod.uid().unwrap_or_default().to_owned(),
                    field(container, "name").to_owned(),
                );
                let is_new = !self.showing.contains(&key);
                showing.insert(key);
                let mut pulls = Pulls(std::mem::take(&mut self.sayings));
                pulls.add(image, fault, message, u64::from(is_new));
                self.sayings = pulls.0;
            }
        }
        self.showing = showing;
    }
}

/// Reason, image and message of a container that waits for its image in vain.
fn failing(container: &Value) -> Option<(WaitingReason, &str, &str)> {
    let waiting = container.pointer("/state/waiting")?;
    let reason = WaitingReason::from(field(waiting, "reason"));
    reason
        .is_pull_failure()
        .then(|| (reason, field(container, "image"), field(waiting, "message")))
}

/// Image and cause of an event about a failed pull.
fn told(message: &str) -> Option<(&str, &str)> {
    let (image, rest) = message.strip_prefix(EVENT)?.split_once('"')?;
    Some((image, rest.trim_start_matches(':').trim_start()))
}

/// Whether an event of a kubelet says no more than that an image could not be pulled.
pub(super) fn says_nothing(reason: &str, message: &str) -> bool {
    matches!(reason, "Failed" | "BackOff") && point(message).is_empty()
}

/// What an event about a failed pull says, in plain words; `None` for other events.
pub(super) fn decoded(message: &str) -> Option<Text> {
    let (image, cause) = told(message)?;
    Some(words::problem(PullFault::of(None, image, cause), image, cause, false).text)
}
