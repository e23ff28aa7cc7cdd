//! The Deployments that an observation is about: the lab's own, and those that the cluster itself has.

use futures::future;

use super::read_results::{Deployments, is_coredns};
use super::reads::{Reads, listed};
use crate::k8s::api::{GroundQuery, Kind, Select, kind_of};
use crate::lbc;
use crate::model::{Elsewhere, Object, Observed};
use crate::ports::CallError;

fn is_of_cluster(deployment: &Object) -> bool {
    lbc::is_controller(deployment) || is_coredns(deployment)
}

impl Reads<'_> {
    /// The Deployments; of the cluster's only where they may be read and are needed. One list has them all, unless it is one that
    /// every lab of a class would ask for.
    pub(super) async fn deployments(&self) -> Result<Deployments, CallError> {
        let kind = kind_of("apps/v1", "Deployment")?;
        if !self.request.scope.is_whole() {
            return self.own_and(kind, Observed::NotAsked).await;
        }
        if self.client.is_of_class() && !self.request.others {
            let query = GroundQuery {
                kind,
                namespace: None,
                select: Select::default(),
                only: ("controller and CoreDNS", is_of_cluster),
            };
            let own = self.own_and(kind, Observed::NotAsked);
            let (own, of_cluster) = future::try_join(own, async { self.of_ground(&query).await }).await?;
            return Ok(Deployments { of_cluster, ..own });
        }
        let all = listed(self.client.list(kind, None, &Select::default()).await)?;
        match all {
            Observed::Known(all) => Ok(self.of_all(all)),
            unread => self.own_and(kind, unread).await,
        }
    }

    async fn own_and(&self, kind: &Kind, of_cluster: Observed<Vec<Object>>) -> Result<Deployments, CallError> {
        let namespace = Some(self.request.namespace);
        Ok(Deployments {
            own: listed(self.client.list(kind, namespace, &Select::default()).await)?,
            elsewhere: self.elsewhere(of_cluster.as_ref().map(Vec::as_slice)),
            of_cluster,
        })
    }

    fn of_all(&self, mut all: Vec<Object>) -> Deployments {
        let elsewhere = self.elsewhere(Observed::Known(&all));
        let own = |deployment: &&Object| deployment.namespace() == Some(self.request.namespace);
        let own = all.iter().filter(own).cloned().collect();
        all.retain(is_of_cluster);
        Deployments {
            own: Observed::Known(own),
            of_cluster: Observed::Known(all),
            elsewhere,
        }
    }

    fn elsewhere(&self, all: Observed<&[Object]>) -> Elsewhere {
        if self.request.others {
            Elsewhere::default().with("Deployment", all, self.request.namespace)
        } else {
            Elsewhere::default()
        }
    }
}
