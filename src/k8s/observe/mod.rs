//! The reads and dry runs of a plan, in as few requests as they can be had.
//!
//! One list of all Deployments gives the lab's own, the load balancer controller and CoreDNS (a lab of a class lists its own, and
//! has the others from that of another lab, if it was just asked for); one list per kind in the
//! lab's namespace gives the live objects and those to prune. What others follow from is asked for first: the namespace
//! decides where the dry runs go and whether there is anything to list in it, the Deployments decide what is dry run.
//! Everything goes out as soon as what it follows from is known. For the four objects of a plain lab that makes eleven
//! requests, three of them dry runs, in two round trips; one more if something is to change of the namespace, eight
//! without it.

mod controller;
mod deployments;
mod dry_runs;
mod labs;
mod nodes;
mod read_results;
mod reads;
mod settling;
mod stand_in;
mod tenants;

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{TryFutureExt, future};

use self::dry_runs::{DryRunContext, shared_read};
use self::read_results::ReadResults;
use self::reads::Reads;
use crate::k8s::api::Client;
use crate::lbc;
use crate::model::{KubeView, Object, Scope};
use crate::ports::CallError;

pub use self::labs::namespaces_of_labs;
pub use self::settling::{Settling, settling};
pub use self::tenants::tenants;

/// Gives what is wanted instead.
pub trait Amend: Sync {
    /// What that is, if anything else follows from the live Namespace and its Deployments.
    fn amend<'s>(&'s self, live: &'s [Object]) -> BoxFuture<'s, Option<Vec<Object>>>;

    /// Whether it is likely about objects of this kind, too: like Deployments they are asked about once it is known what is
    /// wanted of them.
    fn is_about(&self, kind: &str) -> bool;
}

/// Gives the Ingress that is wanted instead, if that follows from the parameters of its class.
pub type OfClass<'a> = dyn Fn(&Object, Option<&Object>) -> Option<Object> + Sync + 'a;

/// What to read.
#[derive(Clone)]
pub struct ObserveRequest<'a> {
    /// Name of the lab, for its labels.
    pub lab: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The objects it wants, the Namespace among them, as rendered.
    pub wanted: &'a [Object],
    /// The IngressClass that its Ingress names.
    pub ingress_class: Option<&'a str>,
    /// Whether to read what the controller has made of the Ingress in the cluster.
    pub bindings: bool,
    /// Whether the Deployments of other namespaces are wanted: they may be on a profile of the lab's own.
    pub others: bool,
    /// What is wanted in place of `wanted` once the live Namespace and its Deployments are known: the number of replicas
    /// that somebody asked for earlier is recorded there, and when the lab's time is over. Keys and order are the same;
    /// `None` changes nothing.
    pub amend: Option<&'a dyn Amend>,
    /// What is wanted in place of an Ingress once the parameters of its class are known.
    pub of_class: Option<&'a OfClass<'a>>,
    /// How much else. For [`Scope::Plan`] at most twelve requests for the four objects of a plain lab.
    pub scope: Scope,
}

/// Reads everything. What may not be read (403) becomes `Observed::Unknown`; an API that does not answer at all, or does
/// not know the caller, is an error: a plan on half a view would be a wrong plan.
pub async fn observe(client: &Client, request: &ObserveRequest<'_>) -> Result<KubeView, CallError> {
    let reads = Reads { client, request };
    let namespace = shared_read(reads.namespace());
    let deployments = shared_read(reads.deployments().map_ok(Arc::new));
    let class = shared_read(reads.class_and_params());
    let context = DryRunContext {
        class: class.clone(),
        amended: shared_read(reads.amended(namespace.clone(), deployments.clone())),
        namespace: namespace.clone(),
        served: shared_read(reads.served()),
    };
    let (namespace, deployments, (class, params), dry_runs, lists) = future::try_join5(
        namespace,
        deployments,
        class,
        reads.dry_runs(&context),
        reads.lists(context.namespace.clone()),
    )
    .await?;
    let found = ReadResults {
        namespace,
        deployments,
        lists: lists.iter().collect(),
    };
    let pods = found.list("Pod");
    let (controller, daemon_sets, nodes) = future::try_join3(
        reads.controller(&found.deployments, &dry_runs),
        reads.daemon_sets(),
        reads.nodes(&pods),
    )
    .await?;
    let mut objects = found.states(request, dry_runs);
    reads.ask_alone(&mut objects).await?;
    Ok(KubeView {
        objects,
        labelled: found.labelled(request.lab),
        neighbours: found.neighbours(),
        unread_neighbours: found.unread_neighbours(),
        pods,
        events: found.list("Event"),
        nodes,
        controller,
        bindings: found.list(lbc::BINDING_KIND),
        ingress_class: class,
        class_params: params,
        coredns: found.deployments.coredns(),
        budgets: found.list("PodDisruptionBudget"),
        autoscalers: found.list("HorizontalPodAutoscaler"),
        daemon_sets,
        elsewhere: found.deployments.elsewhere.clone(),
    })
}

#[cfg(test)]
mod tests;
