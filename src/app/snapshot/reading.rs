//! The reads of a snapshot: AWS and the cluster at once, as far as neither needs an answer of the other first.

use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::oneshot;

use super::{Purpose, wanted};
use crate::app::error::AppError;
use crate::app::session::Session;
use crate::aws::{ClusterTokens, Reader, WantedNames};
use crate::config::{Auto, ClusterAccess, Environment};
use crate::k8s::{self, Connection, ObserveRequest};
use crate::model::{AwsView, Cluster, Endpoint, Goal, KubeView, LoadBalancer, Object, Scope};
use crate::stack::{self, ClusterContext, Kept};

/// The views of AWS and of the cluster, and the cluster's client.
pub(super) struct Views {
    pub(super) aws: AwsView,
    pub(super) kube: KubeView,
    pub(super) client: k8s::Client,
}

/// Reads what `purpose` needs. `objects` are those that are wanted.
pub(super) async fn read(session: &Session, purpose: Purpose, objects: &[Object]) -> Result<Views, AppError> {
    let (found, finding) = oneshot::channel();
    // What is wrong with AWS comes first, and at once; the cluster's error waits until AWS is known to be well.
    let (aws, cluster) = futures::try_join!(
        read_aws(session, purpose.scope, objects, found),
        read_cluster(session, purpose, objects, finding).map(Ok)
    )?;
    let (client, kube) = cluster?;
    Ok(Views { aws, kube, client })
}

/// Where the game is.
pub(in crate::app) struct Address {
    /// The load balancer.
    pub(in crate::app) balancer: LoadBalancer,
    /// How a client reaches the game through it.
    pub(in crate::app) endpoint: Endpoint,
}

/// Where the game is, read with as few requests as that takes; none if there is no load balancer.
pub(in crate::app) async fn address(session: &Session) -> Result<Option<Address>, AppError> {
    let reader = Reader::new(session.aws.clone());
    let name = cluster_name(session, &reader).await?;
    let environment = session.environment();
    let objects = wanted::objects(session, None)?.objects;
    let exposure = stack::exposure(&environment.app, &name, &objects, None);
    let names = wanted::names(environment, &name, exposure.as_ref());
    let found = reader.load_balancer(&name, &names).await;
    let found = found.map_err(AppError::call("look for the load balancer"))?;
    Ok(found.zip(exposure).map(|(balancer, exposure)| Address {
        balancer,
        endpoint: exposure.endpoint(),
    }))
}

/// Reads the load balancer under other names, which the cluster's answers have given.
pub(super) async fn read_under_other_names(session: &Session, scope: Scope, names: &WantedNames, aws: &mut AwsView) {
    Reader::new(session.aws.clone())
        .read_under_other_names(names, scope, aws)
        .await;
}

/// What of the profile that is there is kept; its role is read where that decides it.
pub(super) async fn kept(
    session: &Session,
    scope: Scope,
    site: &ClusterContext,
    objects: &[Object],
    aws: &mut AwsView,
) -> Kept {
    let environment = session.environment();
    if scope.has_dry_runs()
        && let Some(arn) = stack::role_to_read(environment, site, objects, aws)
    {
        aws.profile_role = Reader::new(session.aws.clone()).role(arn).await;
    }
    stack::keep(environment, site, objects, aws)
}

async fn cluster_name(session: &Session, reader: &Reader) -> Result<String, AppError> {
    Ok(match &session.environment().cluster.name {
        Auto::Given(name) => name.clone(),
        Auto::Auto => reader.only_cluster().await?,
    })
}

/// Reads AWS, and passes the cluster on as soon as it is known.
async fn read_aws(
    session: &Session,
    scope: Scope,
    objects: &[Object],
    found: oneshot::Sender<Cluster>,
) -> Result<AwsView, AppError> {
    let reader = Reader::new(session.aws.clone());
    let name = cluster_name(session, &reader).await?;
    // The cluster may make something else of the Ingress; that is looked for when it has been read.
    let environment = session.environment();
    let exposure = stack::exposure(&environment.app, &name, objects, None);
    let names = wanted::names(environment, &name, exposure.as_ref());
    let known = |cluster: &Cluster| {
        // Nobody listens where a kubeconfig leads to the cluster.
        let _ = found.send(cluster.clone());
    };
    Ok(reader.read(&name, &names, scope, known).await?)
}

/// Reads the cluster: at once where a kubeconfig leads to it, else when AWS has given its endpoint.
async fn read_cluster(
    session: &Session,
    purpose: Purpose,
    objects: &[Object],
    finding: oneshot::Receiver<Cluster>,
) -> Result<(k8s::Client, KubeView), AppError> {
    let environment = session.environment();
    let client = connect(session, finding).await?;
    // A template that fails with these replicas is found out when it is rendered again by the snapshot.
    let amend = |live: &[Object]| wanted::amended(session, purpose, objects, live)?.ok();
    let request = ObserveRequest {
        amend: Some(&amend),
        ..request(environment, objects, purpose)
    };
    let kube = k8s::observe(&client, &request)
        .await
        .map_err(AppError::call("read the cluster"))?;
    Ok((client, kube))
}

/// Which objects to read, and what for.
fn request<'a>(environment: &'a Environment, objects: &'a [Object], purpose: Purpose) -> ObserveRequest<'a> {
    ObserveRequest {
        lab: &environment.lab.name,
        namespace: &environment.app.namespace,
        wanted: objects,
        ingress_class: Some(&environment.ingress.class),
        dry_run: purpose.goal == Goal::Ready && purpose.scope.has_dry_runs(),
        amend: None,
        scope: purpose.scope,
    }
}

/// The client of the cluster's API.
async fn connect(session: &Session, finding: oneshot::Receiver<Cluster>) -> Result<k8s::Client, AppError> {
    let mut connection = Connection {
        clock: session.clock.clone(),
        meter: session.meter.clone(),
        tokens: None,
    };
    let environment = session.environment();
    if environment.cluster.access == ClusterAccess::Kubeconfig && session.transport.is_none() {
        return Ok(k8s::Client::from_kubeconfig(environment.cluster.context.as_deref(), connection).await?);
    }
    let Ok(cluster) = finding.await else {
        // AWS has not found it, and its error ends both reads.
        return std::future::pending().await;
    };
    let endpoint = cluster.endpoint.as_deref().ok_or_else(|| {
        AppError::NoLab(format!(
            "cluster {} is {} and has no endpoint yet",
            cluster.name, cluster.status
        ))
    })?;
    connection.tokens = Some(Arc::new(ClusterTokens::new(session.aws.clone(), &cluster.name)));
    Ok(if let Some(transport) = &session.transport {
        k8s::Client::over(transport.clone(), endpoint, connection)?
    } else {
        let authority = cluster.certificate_authority.as_deref().unwrap_or_default();
        k8s::Client::for_endpoint(endpoint, authority, connection)?
    })
}
