//! Who of other namespaces may run on a Fargate profile: read where a profile is to be taken away, and nowhere else.

use futures::future;

use super::reads::listed;
use crate::k8s::api::{Client, Select, kind_of};
use crate::model::{Elsewhere, Object, Observed};
use crate::ports::CallError;
use crate::readiness::FARGATE_SCHEDULER;

/// What makes pods, beside the Deployments, which every plan reads. (No DaemonSet has pods on Fargate.)
const WORKLOADS: [(&str, &str); 3] = [("apps/v1", "StatefulSet"), ("batch/v1", "CronJob"), ("batch/v1", "Job")];

/// Reads the pods of other namespaces that Fargate has taken, and what makes such pods: four requests, one round trip.
pub async fn tenants(client: &Client, namespace: &str) -> Result<Elsewhere, CallError> {
    let pods = ("v1", "Pod", Select::field("spec.schedulerName", FARGATE_SCHEDULER));
    let workloads = WORKLOADS.map(|(api_version, kind)| (api_version, kind, Select::default()));
    let lists = std::iter::once(pods).chain(workloads);
    let lists = lists.map(|(api_version, kind, select)| async move {
        let listing = client.list(kind_of(api_version, kind)?, None, &select).await;
        Ok::<_, CallError>((kind, listed(listing)?))
    });
    let read = future::try_join_all(lists).await?;
    let add = |elsewhere: Elsewhere, (kind, all): (&str, Observed<Vec<Object>>)| {
        elsewhere.with(kind, all.as_ref().map(Vec::as_slice), namespace)
    };
    Ok(read.into_iter().fold(Elsewhere::default(), add))
}
