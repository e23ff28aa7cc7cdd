//! Watches: a stream of changes from a resource version on, until it times out in virtual time.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::Response;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::meta;
use super::output::{self, Form, Wanted};
use super::route::{Place, Query};
use super::selector::Selector;
use super::status::{FieldError, Problem, Status};
use super::store::{Change, ChangeKind};
use super::table;
use crate::{Body, Sandbox, World};

/// Between two bookmarks.
const BOOKMARK: Duration = Duration::from_mins(1);

/// Before the end of a watch.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// Shortest time a watch without a limit goes on; it may be up to twice as long.
const SHORTEST: u64 = 1_800;

struct Watch {
    sandbox: Sandbox,
    changed: tokio::sync::watch::Receiver<u64>,
    place: Place,
    selector: Selector,
    form: Form,
    /// Version up to which everything has been told.
    seen: u64,
    /// Whether the objects that are there are still to be told, and with which end mark.
    start: Option<Start>,
    bookmarks: bool,
    next_bookmark: Timestamp,
    deadline: Timestamp,
    /// Whether the next table has to carry column definitions.
    headed: bool,
    ended: bool,
}

struct Start {
    marked: bool,
}

/// Starts a watch.
pub(crate) fn answer(
    sandbox: &Sandbox,
    place: &Place,
    query: &Query,
    selector: Selector,
    wanted: Wanted,
) -> Result<Response<Body>, Status> {
    let initial = query.is_set("sendInitialEvents");
    check(query, initial)?;
    let from = query.get("resourceVersion");
    let (now, draw, version) = sandbox.with(|world| (world.now(), world.draw(), world.kube.version()));
    let seen = match from {
        "" | "0" => version,
        text => text.parse().map_err(|_| Status::bad_version(text))?,
    };
    let seconds = match query.get("timeoutSeconds").parse::<u64>() {
        Ok(seconds) if seconds > 0 => seconds,
        _ => SHORTEST + draw % SHORTEST,
    };
    let deadline = after(now, Duration::from_secs(seconds));
    let watch = Watch {
        sandbox: sandbox.clone(),
        changed: sandbox.changes(),
        place: place.clone(),
        selector,
        form: wanted.form,
        seen,
        start: (initial || matches!(from, "" | "0")).then_some(Start { marked: initial }),
        bookmarks: query.is_set("allowWatchBookmarks"),
        next_bookmark: next_bookmark(now, deadline),
        deadline,
        headed: false,
        ended: false,
    };
    let frames = stream::unfold(watch, |mut watch| async {
        let text = watch.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(Bytes::from(text))), watch))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    Ok(response)
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Bookmarks come once a minute, and one just before the end.
fn next_bookmark(now: Timestamp, deadline: Timestamp) -> Timestamp {
    let next = after(now, BOOKMARK);
    let last = deadline.checked_sub(LAST_BOOKMARK).unwrap_or(deadline);
    if last > now { next.min(last) } else { next }
}

/// Initial events need the matching rule that makes them mean something.
fn check(query: &Query, initial: bool) -> Result<(), Status> {
    let matching = query.get("resourceVersionMatch");
    let problem = if initial && matching != "NotOlderThan" {
        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
    } else if !initial && !matching.is_empty() && query.get("sendInitialEvents").is_empty() {
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
    } else {
        return Ok(());
    };
    let error = FieldError {
        field: "resourceVersionMatch".to_owned(),
        problem: Problem::Forbidden(problem.to_owned()),
    };
    Err(Status::invalid_options(&[error]))
}

impl Watch {
    /// The next lines, or `None` when the watch is over.
    async fn next(&mut self) -> Option<String> {
        while !self.ended {
            self.changed.borrow_and_update();
            let sandbox = self.sandbox.clone();
            let (text, now) = sandbox.with(|world| (self.news(world), world.now()));
            if !text.is_empty() {
                return Some(text);
            }
            if now >= self.deadline {
                return None;
            }
            let wake = if self.bookmarks {
                self.deadline.min(self.next_bookmark)
            } else {
                self.deadline
            };
            tokio::select! {
                gone = self.changed.changed() => if gone.is_err() { return None; },
                () = sandbox.sleep_until(wake) => {}
            }
        }
        None
    }

    /// What has happened since the last look, as lines.
    fn news(&mut self, world: &World) -> String {
        let mut lines = String::new();
        let mut tell = |event: &Value| {
            lines.push_str(&event.to_string());
            lines.push('\n');
        };
        if let Some(start) = self.start.take() {
            self.seen = world.kube.version();
            for object in self.present(world) {
                tell(&self.event("ADDED", &object, world));
            }
            if start.marked && self.bookmarks {
                tell(&self.bookmark(true));
            }
        }
        let Ok(changes) = world.kube.changes_since(self.seen) else {
            let status = Status::expired(self.seen, world.kube.oldest());
            tell(&json!({"type": "ERROR", "object": status.to_value()}));
            self.ended = true;
            return lines;
        };
        let changes: Vec<Change> = changes.filter(|change| self.concerns(change)).cloned().collect();
        self.seen = self.seen.max(world.kube.version());
        for change in &changes {
            if let Some((kind, object)) = self.seen_as(change) {
                tell(&self.event(kind, &object, world));
            }
        }
        if self.bookmarks && world.now() >= self.next_bookmark && world.now() < self.deadline {
            self.next_bookmark = next_bookmark(world.now(), self.deadline);
            tell(&self.bookmark(false));
        }
        lines
    }

    fn present(&self, world: &World) -> Vec<Value> {
        world
            .kube
            .list(
                self.place.kind.group,
                self.place.kind.resource,
                self.place.namespace.as_deref(),
            )
            .filter(|(_, object)| self.selector.matches(object))
            .map(|(_, object)| object.clone())
            .collect()
    }

    fn concerns(&self, change: &Change) -> bool {
        let kind = self.place.kind;
        change.key.group == kind.group
            && change.key.resource == kind.resource
            && self
                .place
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == change.key.namespace)
    }

    /// A change as it looks through the selector: an object that leaves it is deleted, one that enters it is added.
    fn seen_as(&self, change: &Change) -> Option<(&'static str, Value)> {
        let was = change
            .before
            .as_ref()
            .is_some_and(|before| self.selector.matches(before));
        let is = change.kind != ChangeKind::Deleted && self.selector.matches(&change.object);
        match (was, is) {
            (false, true) => Some(("ADDED", change.object.clone())),
            (true, true) => Some(("MODIFIED", change.object.clone())),
            (true, false) => {
                let mut object = change.before.clone()?;
                object["metadata"]["resourceVersion"] = change.version.to_string().into();
                Some(("DELETED", object))
            }
            (false, false) => None,
        }
    }

    fn event(&mut self, kind: &str, object: &Value, world: &World) -> Value {
        let object = match self.form {
            Form::Plain => object.clone(),
            Form::Metadata | Form::MetadataList => output::metadata_of(object),
            Form::Table(_) => {
                let mut table = output::object(self.place.kind, object, self.form, world.now());
                if std::mem::replace(&mut self.headed, true) {
                    table["columnDefinitions"] = Value::Null;
                }
                table
            }
        };
        json!({"type": kind, "object": object})
    }

    fn bookmark(&mut self, initial_end: bool) -> Value {
        let kind = self.place.kind;
        let mut metadata = json!({"resourceVersion": self.seen.to_string()});
        if initial_end {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let object = json!({"kind": kind.kind, "apiVersion": kind.api_version(), "metadata": metadata});
        let object = match self.form {
            Form::Plain => object,
            Form::Metadata | Form::MetadataList => output::metadata_of(&object),
            Form::Table(rows) => {
                let mut table = table::bookmark(&object, rows);
                table["metadata"] = json!({ "resourceVersion": meta::text(&object, "resourceVersion") });
                table
            }
        };
        json!({"type": "BOOKMARK", "object": object})
    }
}
