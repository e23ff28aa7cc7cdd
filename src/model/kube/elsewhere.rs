//! What was read of namespaces that are not the lab's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::object::Object;
use crate::model::progress::Observed;

/// Objects of other namespaces by their kind. The Deployments are part of every plan; whatever else there may be on a Fargate
/// profile is read only where one is to be taken away.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Elsewhere(BTreeMap<String, Observed<Vec<Object>>>);

/// Of a kind that was not asked for.
static NOT_ASKED: Observed<Vec<Object>> = Observed::NotAsked;

impl Elsewhere {
    /// The objects of a kind.
    pub fn of_kind(&self, kind: &str) -> &Observed<Vec<Object>> {
        self.0.get(kind).unwrap_or(&NOT_ASKED)
    }

    /// With those of all objects of a kind that are not in the namespace `own`. Who has set which of their fields is left
    /// out: it is most of an object, nobody asks for it here, and on a class's cluster there are many.
    #[must_use]
    pub fn with(mut self, kind: &str, all: Observed<&[Object]>, own: &str) -> Self {
        let others = all.map(|all| {
            let others = all.iter().filter(|object| object.namespace() != Some(own));
            others.map(Object::without_managers).collect()
        });
        self.0.insert(kind.to_owned(), others);
        self
    }

    /// Adds what was read of more kinds.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}
