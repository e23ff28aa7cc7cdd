//! The nodes that a lab's pods run on.

use std::collections::BTreeSet;

use futures::future;

use super::reads::{Reads, listed};
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Object, Observed, Scope};
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
    let kind = kind_of("v1", "Node")?;
    if !client.is_of_class() {
        return listed(client.list(kind, None, &Select::default()).await);
    }
    let names: BTreeSet<&str> = pods
        .items()
        .iter()
        .filter_map(|pod| pod.text("/spec/nodeName"))
        .collect();
    // Who may list nodes need not be one who may get them.
    let nodes = names
        .into_iter()
        .map(async |name| listed(client.list(kind, None, &Select::name(name)).await));
    let mut found = Vec::new();
    for nodes in future::try_join_all(nodes).await? {
        match nodes {
            Observed::Known(nodes) => found.extend(nodes),
            unread => return Ok(unread),
        }
    }
    Ok(Observed::Known(found))
}
