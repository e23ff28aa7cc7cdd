//! The nodes that a lab's pods run on.

use std::collections::BTreeSet;

use futures::future;

use super::reads::{Reads, listed, observed};
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Object, ObjectKey, Observed, Scope};
use crate::ports::CallError;

impl Reads<'_> {
    /// The nodes, if the scope is one that wants them.
    pub(super) async fn nodes(&self, pods: &Observed<Vec<Object>>) -> Result<Observed<Vec<Object>>, CallError> {
        match self.request.scope {
            Scope::Status | Scope::Doctor => nodes(self.client, pods).await,
            Scope::Url | Scope::Plan | Scope::Removal => Ok(Observed::NotAsked),
        }
    }
}

/// The cluster's nodes. For one lab of a class those that its pods run on: on Fargate each pod of all labs has one of its own.
pub(super) async fn nodes(client: &Client, pods: &Observed<Vec<Object>>) -> Result<Observed<Vec<Object>>, CallError> {
    if !client.is_of_class() {
        let kind = kind_of("v1", "Node")?;
        return listed(client.list(kind, None, &Select::default()).await);
    }
    let names: BTreeSet<&str> = pods
        .items()
        .iter()
        .filter_map(|pod| pod.text("/spec/nodeName"))
        .collect();
    let nodes = names.into_iter().map(async |name| {
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Node".to_owned(),
            namespace: None,
            name: name.to_owned(),
        };
        observed(client.get(&key).await)
    });
    let mut found = Vec::new();
    for node in future::try_join_all(nodes).await? {
        match node {
            Observed::Known(node) => found.extend(node),
            Observed::Unknown(why) => return Ok(Observed::Unknown(why)),
            Observed::NotAsked => {}
        }
    }
    Ok(Observed::Known(found))
}
