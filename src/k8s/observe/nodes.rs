//! The nodes that an observation is about: the cluster's, or those of a lab's pods.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};

use super::reads::{Reads, listed};
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Object, Observed, Scope};
use crate::ports::CallError;

/// Nodes that one lab asks for at once: a connection is for a dozen labs.
const AT_ONCE: usize = 4;

impl Reads<'_> {
    /// The nodes, if the scope is one that wants them.
    pub(super) async fn nodes(&self, pods: &Observed<Vec<Object>>) -> Result<Observed<Vec<Object>>, CallError> {
        match self.request.scope {
            Scope::Doctor => all(self.client).await,
            Scope::Status => nodes(self.client, pods).await,
            Scope::Url | Scope::Plan | Scope::Removal => Ok(Observed::NotAsked),
        }
    }
}

/// The cluster's nodes. For one lab of a class those that its pods run on: on Fargate each pod of all labs has one of its own.
pub(super) async fn nodes(client: &Client, pods: &Observed<Vec<Object>>) -> Result<Observed<Vec<Object>>, CallError> {
    if !client.is_of_class() {
        return all(client).await;
    }
    let pods = match pods {
        Observed::Known(pods) => pods,
        unread => return Ok(unread.clone()),
    };
    let kind = kind_of("v1", "Node")?;
    let names: BTreeSet<&str> = pods.iter().filter_map(|pod| pod.text("/spec/nodeName")).collect();
    // Who may list nodes need not be one who may get them.
    let named = names
        .into_iter()
        .map(async |name| listed(client.list(kind, None, &Select::name(name)).await));
    let lists: Vec<_> = stream::iter(named).buffered(AT_ONCE).try_collect().await?;
    let mut found = Vec::new();
    for nodes in lists {
        match nodes {
            Observed::Known(nodes) => found.extend(nodes),
            unread => return Ok(unread),
        }
    }
    Ok(Observed::Known(found))
}

async fn all(client: &Client) -> Result<Observed<Vec<Object>>, CallError> {
    listed(client.list(kind_of("v1", "Node")?, None, &Select::default()).await)
}
