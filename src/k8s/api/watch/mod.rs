//! Following a collection: list, then watch from there, for as long as somebody reads.
//!
//! A watch that ends is opened again where it was; one whose place the server has forgotten (410) starts over with a
//! list. Bookmarks keep the place fresh. A watch on which nothing at all has come for a minute may be dead without knowing
//! it: it starts over, too.
//!
//! `kube::runtime::watcher` does most of this and would not do here: it sleeps by tokio's time, where the waits of a run go
//! by the run's clock (on the sandbox another one); it tries for ever, also what the caller may not do; it does not notice
//! a watch that died in silence; and its requests go round our transport, which counts them, renews a refused token and
//! classifies what failed.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::{self, Either};
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use kube::core::WatchEvent;
use serde_json::Value;

use super::client::{Client, Select};
use super::errors;
use super::form;
use super::kinds::Kind;
use super::transport::Events;
use crate::model::Object;
use crate::ports::{CallError, ErrorClass, poll};
use crate::readiness::last_seen;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// So long a watch may say nothing; then the collection is listed: something between us and the server may keep back what it
/// says. Servers send a bookmark about every minute.
const SILENCE: Duration = Duration::from_secs(60);
/// After so many failures in a row the caller gets the error.
const ATTEMPTS: u32 = 5;
/// Of a collection with more objects than these the caller gets a copy only so often, and not one for each change: copies of all
/// for each of many changes cost their square.
const FEW: usize = 64;
const PACE: Duration = Duration::from_millis(250);
/// Changes taken in between two copies; what comes faster waits on the wire.
const CHANGES: usize = 2_000;
/// Core Events that are kept at least; anybody may make any number of them, and the newest tell how things are.
const EVENTS: usize = 1_000;

/// What is watched.
#[derive(Debug, Clone)]
pub(in crate::k8s) struct Target {
    pub(in crate::k8s) kind: &'static Kind,
    pub(in crate::k8s) namespace: Option<String>,
    pub(in crate::k8s) select: Select,
}

/// All objects of the target, now and after every change. An error ends the stream.
pub(in crate::k8s) fn follow(client: Client, target: Target) -> BoxStream<'static, Result<Vec<Object>, CallError>> {
    let follower = Follower {
        client,
        target,
        items: BTreeMap::new(),
        place: None,
        events: None,
        end: None,
        pause: FIRST_PAUSE,
        failures: 0,
    };
    poll(follower, |follower| follower.next().boxed(), Result::is_err)
}

struct Follower {
    client: Client,
    target: Target,
    /// By namespace and name.
    items: BTreeMap<(String, String), Object>,
    /// The resource version up to which `items` is right; `None` before the first list and after a 410.
    place: Option<String>,
    events: Option<Events>,
    /// How the watch ended while changes were gathered.
    end: Option<WatchOutcome>,
    pause: Duration,
    failures: u32,
}

/// What a wait for the watch has brought.
enum WatchOutcome {
    Changed,
    Nothing,
    Ended(Option<CallError>),
}

impl Follower {
    async fn next(&mut self) -> Result<Vec<Object>, CallError> {
        loop {
            let Some(place) = self.place.clone() else {
                self.list().await?;
                return Ok(self.snapshot());
            };
            if self.events.is_none() && !self.open(&place).await? {
                continue;
            }
            match self.watch().await {
                WatchOutcome::Changed => {
                    self.gather().await;
                    return Ok(self.snapshot());
                }
                WatchOutcome::Nothing => {}
                WatchOutcome::Ended(error) => self.ended(error).await?,
            }
        }
    }

    async fn list(&mut self) -> Result<(), CallError> {
        let Target {
            kind,
            namespace,
            select,
        } = &self.target;
        let listing = self.client.list(kind, namespace.as_deref(), select).await?;
        self.items = listing
            .items
            .into_iter()
            .map(|object| (place_of(&object), object))
            .collect();
        self.place = Some(listing.version);
        self.forget_old_events(EVENTS);
        Ok(())
    }

    /// Where there are more core Events than `most`, the newest stay. That many are thrown away at once, so that each costs little.
    fn forget_old_events(&mut self, most: usize) {
        if self.target.kind.kind != "Event" || self.items.len() <= most {
            return;
        }
        let seen = self
            .items
            .iter()
            .map(|(place, event)| (last_seen(event), place.clone()));
        let mut seen: Vec<_> = seen.collect();
        seen.sort_unstable();
        for (_, place) in seen.into_iter().rev().skip(EVENTS) {
            self.items.remove(&place);
        }
    }

    /// Opens the watch; false when that must be tried again.
    async fn open(&mut self, place: &str) -> Result<bool, CallError> {
        let Target {
            kind,
            namespace,
            select,
        } = &self.target;
        match self.client.watch(kind, namespace.as_deref(), select, place).await {
            Ok(events) => {
                self.events = Some(events);
                Ok(true)
            }
            Err(error) => {
                self.ended(Some(error)).await?;
                Ok(false)
            }
        }
    }

    /// Takes in what else comes in the next moment, where there are many objects.
    async fn gather(&mut self) {
        if self.items.len() <= FEW {
            return;
        }
        let mut moment = self.client.clock().sleep(PACE);
        for _ in 0..CHANGES {
            let outcome = match future::select(self.watch().boxed(), &mut moment).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(_) => return,
            };
            if let WatchOutcome::Ended(_) = outcome {
                self.end = Some(outcome);
                return;
            }
        }
        moment.await;
    }

    async fn watch(&mut self) -> WatchOutcome {
        if let Some(end) = self.end.take() {
            return end;
        }
        let Some(events) = &mut self.events else {
            return WatchOutcome::Nothing;
        };
        let silence = self.client.clock().sleep(SILENCE);
        let event = match future::select(events.next(), silence).await {
            Either::Left((event, _)) => event,
            Either::Right(_) => {
                self.place = None;
                return WatchOutcome::Ended(None);
            }
        };
        match event {
            None => WatchOutcome::Ended(None),
            Some(Err(error)) => WatchOutcome::Ended(Some(error)),
            Some(Ok(event)) => self.take(event),
        }
    }

    fn take(&mut self, event: WatchEvent<Value>) -> WatchOutcome {
        let object = match &event {
            WatchEvent::Added(value) | WatchEvent::Modified(value) | WatchEvent::Deleted(value) => Some(value),
            WatchEvent::Bookmark(_) | WatchEvent::Error(_) => None,
        };
        let operation = || format!("WATCH {}", self.target.kind.plural);
        if let Some(flaw) = object.and_then(form::flaw) {
            return WatchOutcome::Ended(Some(errors::malformed(&operation(), &flaw)));
        }
        let outcome = match event {
            WatchEvent::Added(value) | WatchEvent::Modified(value) => {
                let object = Object(value);
                self.advance(object.resource_version());
                self.items.insert(place_of(&object), object);
                self.forget_old_events(2 * EVENTS);
                WatchOutcome::Changed
            }
            WatchEvent::Deleted(value) => {
                let object = Object(value);
                self.advance(object.resource_version());
                self.items.remove(&place_of(&object));
                WatchOutcome::Changed
            }
            WatchEvent::Bookmark(bookmark) => {
                self.advance(Some(&bookmark.metadata.resource_version));
                WatchOutcome::Nothing
            }
            WatchEvent::Error(status) => {
                return WatchOutcome::Ended(Some(errors::of_status(&operation(), &status, None)));
            }
        };
        self.pause = FIRST_PAUSE;
        self.failures = 0;
        outcome
    }

    fn advance(&mut self, version: Option<&str>) {
        if let Some(version) = version {
            self.place = Some(version.to_owned());
        }
    }

    /// Decides what an ended watch means, and pauses before the next attempt.
    async fn ended(&mut self, error: Option<CallError>) -> Result<(), CallError> {
        self.events = None;
        if let Some(error) = error {
            if error.class == ErrorClass::Gone {
                // A server that forgets at once what it has just listed must not be asked without a pause.
                self.place = None;
            } else {
                self.failures += 1;
                if !error.class.is_transient() || self.failures >= ATTEMPTS {
                    return Err(error);
                }
                self.pause = error.asked_pause().unwrap_or(self.pause);
            }
        }
        self.client.clock().sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn snapshot(&self) -> Vec<Object> {
        self.items.values().cloned().collect()
    }
}

fn place_of(object: &Object) -> (String, String) {
    (
        object.namespace().unwrap_or_default().to_owned(),
        object.name().to_owned(),
    )
}

#[cfg(test)]
mod tests;
