//! Watches: the changes from a resource version on, until they time out in virtual time.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::meta;
use super::output::{self, ObjectForm};
use super::route::{ObjectPath, Query};
use super::selector::Selector;
use super::status::{FieldError, Problem, Status};
use super::{table, versions};
use crate::state::{Change, ChangeKind};
use crate::world::{Topic, World};

/// Between two bookmarks.
const BOOKMARK: Duration = Duration::from_mins(1);

/// Before the end of a watch.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// Shortest time a watch without a limit goes on; it may be up to twice as long.
const SHORTEST: u64 = 1_800;

/// A watch under way: what it has sent, and what it has to send next. Whoever holds the world asks it for news.
pub(crate) struct Watch {
    place: ObjectPath,
    selector: Selector,
    form: ObjectForm,
    /// Version up to which everything has been sent.
    seen: u64,
    /// Whether the objects that are there are still to be sent, and with which end mark.
    start: Option<Start>,
    bookmarks: bool,
    next_bookmark: Timestamp,
    deadline: Timestamp,
    /// Whether the next table needs column definitions.
    headed: bool,
    /// Whether it has ended before its time.
    broken_off: bool,
    /// What it is about.
    topic: Topic,
}

struct Start {
    marked: bool,
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
    /// A watch of a place from the version that the query names, until its limit in virtual time.
    pub(crate) fn start(
        world: &mut World,
        place: &ObjectPath,
        query: &Query,
        selector: Selector,
        form: ObjectForm,
    ) -> Result<Self, Status> {
        let initial = query.is_set("sendInitialEvents");
        check(query, initial)?;
        let from = query.get("resourceVersion");
        let now = world.now();
        let seen = match from {
            "" | "0" => world.kube.version(),
            text => text.parse().map_err(|_| Status::bad_version(text))?,
        };
        let seconds = match query.get("timeoutSeconds").parse::<u64>() {
            Ok(seconds) if seconds > 0 => seconds,
            _ => SHORTEST + world.chance(&format!("watch {now}")) % SHORTEST,
        };
        let deadline = after(now, Duration::from_secs(seconds));
        Ok(Self {
            place: place.clone(),
            selector,
            form,
            seen,
            start: (initial || matches!(from, "" | "0")).then_some(Start { marked: initial }),
            bookmarks: query.is_set("allowWatchBookmarks"),
            next_bookmark: next_bookmark(now, deadline),
            deadline,
            headed: false,
            broken_off: false,
            topic: world.topic(place.kind.group, place.kind.resource, place.namespace()),
        })
    }

    /// What it is about.
    pub(crate) fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Whether nothing more will come.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.broken_off || now >= self.deadline
    }

    /// When it has something to do even if nothing changes.
    pub(crate) fn due(&self) -> Timestamp {
        if self.bookmarks {
            self.deadline.min(self.next_bookmark)
        } else {
            self.deadline
        }
    }

    /// What has happened since the last look, as lines.
    pub(crate) fn news(&mut self, world: &World) -> String {
        let mut lines = String::new();
        if self.broken_off {
            return lines;
        }
        let mut push = |event: &Value| {
            lines.push_str(&event.to_string());
            lines.push('\n');
        };
        if let Some(start) = self.start.take() {
            self.seen = world.kube.version();
            for object in self.present(world) {
                push(&self.event("ADDED", &object, world));
            }
            if start.marked && self.bookmarks {
                push(&self.bookmark(true));
            }
        }
        let Ok(changes) = world.kube.changes_since(self.seen) else {
            let status = Status::expired(self.seen, world.kube.oldest());
            push(&json!({"type": "ERROR", "object": status.to_value()}));
            self.broken_off = true;
            return lines;
        };
        let changes: Vec<Change> = changes.filter(|change| self.concerns(change)).cloned().collect();
        self.seen = self.seen.max(world.kube.version());
        for change in &changes {
            if let Some((kind, object)) = self.seen_as(change) {
                push(&self.event(kind, &object, world));
            }
        }
        if self.bookmarks && world.now() >= self.next_bookmark && world.now() < self.deadline {
            self.next_bookmark = next_bookmark(world.now(), self.deadline);
            push(&self.bookmark(false));
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
            (false, true) => Some(("ADDED", Value::clone(&change.object))),
            (true, true) => Some(("MODIFIED", Value::clone(&change.object))),
            (true, false) => {
                let mut object = Value::clone(change.before.as_deref()?);
                object["metadata"]["resourceVersion"] = change.version.to_string().into();
                Some(("DELETED", object))
            }
            (false, false) => None,
        }
    }

    fn event(&mut self, kind: &str, object: &Value, world: &World) -> Value {
        let object = match self.form {
            ObjectForm::Plain => versions::served(self.place.kind, object).into_owned(),
            ObjectForm::Metadata | ObjectForm::MetadataList => table::metadata_of(object),
            ObjectForm::Table(_) => {
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
            ObjectForm::Plain => object,
            ObjectForm::Metadata | ObjectForm::MetadataList => table::metadata_of(&object),
            ObjectForm::Table(rows) => {
                let mut table = table::bookmark(&object, rows);
                table["metadata"] = json!({ "resourceVersion": meta::text(&object, "resourceVersion") });
                table
            }
        };
        json!({"type": "BOOKMARK", "object": object})
    }
}
