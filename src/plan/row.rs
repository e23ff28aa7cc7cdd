//! Building blocks of a plan's rows.

use super::change::{Approach, Change, Refusal, Validation};
use crate::lang::{Text, text};
use crate::model::{Node, Object, Observed, Op, Pin, Task, Wait};

impl Change {
    /// A row that does `op` to `node` with nothing else yet.
    pub(crate) fn of(node: Node, op: Op) -> Self {
        Self {
            task: Task::of(node, op),
            wait_words: Text::default(),
            validation: Validation::NotApplicable,
            outline: None,
            diffs: Vec::new(),
            hidden: 0,
            drift: Vec::new(),
            notes: Vec::new(),
            kept: false,
            stage: None,
            refusals: Vec::new(),
            approaches: Vec::new(),
        }
    }

    /// With what identifies the thing that is there.
    pub(crate) fn pinned(mut self, pin: Pin) -> Self {
        self.task.pin = Some(pin);
        self
    }

    /// With a wait, in words.
    pub(crate) fn waiting(mut self, wait: Wait, words: impl Into<Text>) -> Self {
        self.task.wait = wait;
        self.wait_words = words.into();
        self
    }

    /// With a remark.
    pub(crate) fn noted(mut self, note: impl Into<Text>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Refused, with the reason; there may be more than one.
    pub(crate) fn refused(mut self, refusal: Refusal) -> Self {
        self.refusals.push(refusal);
        self
    }

    /// Let through by a flag.
    pub(crate) fn by(mut self, approach: Approach) -> Self {
        self.approaches.push(approach);
        self
    }

    /// Of something that is `owner`'s, if it is not ours: refused, or taken over where that is agreed to.
    pub(crate) fn owned_by(mut self, owner: Option<Text>, adopt: bool) -> Self {
        match owner {
            None => self,
            Some(owner) if !adopt => self.refused(Refusal::NotOurs(owner)),
            Some(_) => {
                self.task.adopt = true;
                self.by(Approach::Adopted)
            }
        }
    }

    /// A row for something that was not read: no plan can be made for it.
    pub(crate) fn unread<T>(node: Node, fact: &Observed<T>) -> Self {
        let why = fact.why_not().unwrap_or_default();
        let words = text!("plan-unread", node = node.id.to_string(), why = why);
        Self::of(node, Op::None).refused(Refusal::Invalid(words))
    }

    /// Whether carrying the row out changes something.
    pub fn does_something(&self) -> bool {
        self.task.changes_something()
    }
}

/// What identifies an object.
pub(crate) fn object_pin(object: &Object) -> Pin {
    Pin {
        identity: object.uid().unwrap_or_default().to_owned(),
        version: object.resource_version().unwrap_or_default().to_owned(),
    }
}
