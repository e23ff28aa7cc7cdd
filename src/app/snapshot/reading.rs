//! The reads of a snapshot: AWS and the cluster at once, as far as neither needs an answer of the other first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::oneshot;

use super::{Purpose, wanted};
use crate::app::error::AppError;
use crate::app::session::Session;
use crate::aws::{ClusterTokens, Reader, WantedNames};
use crate::config::{Auto, ClusterAccess, Environment};
use crate::k8s::{self, Amend, Connection, KubeconfigContext, ObserveRequest};
use crate::lang::text;
use crate::model::{
    ApiServer, AwsView, Cluster, ControllerResources, Endpoint, Expiry, KubeView, LoadBalancer, Object, Observed, Scope,
};
use crate::stack::{self, ClusterContext, Kept};

/// The views of AWS and of the cluster, and the cluster's client.
pub(super) struct Views {
    pub(super) aws: AwsView,
    pub(super) kube: KubeView,
    pub(super) client: k8s::Client,
    pub(super) server: ApiServer,
}

/// Reads what `purpose` needs. `objects` are those that are wanted.
pub(super) async fn read(session: &Session, purpose: Purpose, objects: &[Object]) -> Result<Views, AppError> {
    let (found, finding) = oneshot::channel();
    // What is wrong with AWS comes first, and at once; the cluster's error waits until AWS is known to be well.
    let (aws, cluster) = futures::try_join!(
        read_aws(session, purpose.scope, objects, found),
        read_cluster(session, purpose, objects, finding).map(Ok)
    )?;
    let (client, server, kube) = cluster?;
    Ok(Views {
        aws,
        kube,
        client,
        server,
    })
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
    let reader = Reader::new(session.aws_to_look.clone());
    let name = cluster_name(session, &reader).await?;
    let environment = session.environment();
    let objects = wanted::objects(session, None, None).await?.objects;
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
    Reader::new(session.aws_to_look.clone())
        .read_under_other_names(names, scope, aws)
        .await;
}

/// What the controller made for the lab, by its stack ids, where it is to be removed by hand.
pub(super) async fn made(
    session: &Session,
    purpose: Purpose,
    cluster: &str,
    names: &[WantedNames],
) -> BTreeMap<String, Observed<ControllerResources>> {
    if !purpose.by_hand {
        return BTreeMap::new();
    }
    Reader::new(session.aws_to_look.clone()).made(cluster, names).await
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
    if scope.is_whole()
        && let Some(arn) = stack::role_to_read(environment, site, objects, aws)
    {
        aws.profile_role = Reader::new(session.aws_to_look.clone()).role(arn).await;
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
    let reader = Reader::new(session.aws_to_look.clone());
    let name = cluster_name(session, &reader).await?;
    // The cluster may make something else of the Ingress; that is looked for when it has been read.
    let environment = session.environment();
    let exposure = stack::exposure(&environment.app, &name, objects, None);
    let names = wanted::names(environment, &name, exposure.as_ref());
    let known = |cluster: &Cluster| {
        // Nobody listens any more where the kubeconfig is no good.
        let _ = found.send(cluster.clone());
    };
    Ok(reader.read(&name, &names, scope, known).await?)
}

/// What is wanted once the live objects are known.
struct Amended<'a> {
    session: &'a Session,
    purpose: Purpose,
    objects: &'a [Object],
    /// Why it could not be rendered. The reads need not know of it.
    failed: Mutex<Option<AppError>>,
}

impl Amend for Amended<'_> {
    fn amend<'s>(&'s self, live: &'s [Object]) -> BoxFuture<'s, Option<Vec<Object>>> {
        async move {
            let amended = wanted::amended(self.session, self.purpose, self.objects, live).await;
            amended.unwrap_or_else(|error| {
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                None
            })
        }
        .boxed()
    }

    fn is_about(&self, kind: &str) -> bool {
        // When the lab's time is over may be on record.
        let follows = matches!(self.session.environment().lab.expires, Some(Expiry::After(_)));
        follows && matches!(kind, "Namespace" | "Ingress")
    }
}

/// Reads the cluster.
async fn read_cluster(
    session: &Session,
    purpose: Purpose,
    objects: &[Object],
    finding: oneshot::Receiver<Cluster>,
) -> Result<(k8s::Client, ApiServer, KubeView), AppError> {
    let environment = session.environment();
    // Large, and over long before the rest.
    let (client, way) = Box::pin(connect(session, finding)).await?;
    let amend = Amended {
        session,
        purpose,
        objects,
        failed: Mutex::default(),
    };
    let of_class = |ingress: &Object, params: Option<&Object>| stack::as_group_member(environment, ingress, params);
    let request = ObserveRequest {
        amend: Some(&amend),
        of_class: Some(&of_class),
        ..request(environment, objects, purpose)
    };
    let kube = k8s::observe(&client.patient(), &request)
        .await
        .map_err(AppError::call("read the cluster"))?;
    match amend.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok((client, way.server().await, kube)),
    }
}

/// The API of the sandbox's cluster, for what is no lab's.
pub(in crate::app) async fn api_of_sandbox(session: &Session) -> Result<k8s::Client, AppError> {
    let (found, finding) = oneshot::channel();
    read_aws(session, Scope::Url, &[], found).await?;
    Ok(Box::pin(connect(session, finding)).await?.0)
}

/// Which objects to read, and what for.
fn request<'a>(environment: &'a Environment, objects: &'a [Object], purpose: Purpose) -> ObserveRequest<'a> {
    ObserveRequest {
        lab: &environment.lab.name,
        namespace: &environment.app.namespace,
        wanted: objects,
        ingress_class: Some(&environment.ingress.class),
        bindings: purpose.by_hand,
        others: environment.fargate.own,
        amend: None,
        of_class: None,
        scope: purpose.scope,
    }
}

/// The way that was taken to the cluster's API.
enum Way {
    /// One that is known to lead to the cluster.
    Checked(ApiServer),
    /// A context that was named: it is gone by at once, and compared when EKS has described the cluster.
    Named(Box<KubeconfigContext>, oneshot::Receiver<Cluster>),
}

impl Way {
    async fn server(self) -> ApiServer {
        match self {
            Self::Checked(server) => server,
            Self::Named(context, finding) => server_of(&context, &found(finding).await),
        }
    }
}

/// The cluster as EKS describes it. Where AWS has not found it, its error ends both reads.
async fn found(finding: oneshot::Receiver<Cluster>) -> Cluster {
    match finding.await {
        Ok(cluster) => cluster,
        Err(_) => std::future::pending().await,
    }
}

fn server_of(context: &KubeconfigContext, cluster: &Cluster) -> ApiServer {
    ApiServer {
        url: context.server().to_owned(),
        context: Some(context.name().to_owned()),
        mismatch: context.mismatch(cluster),
    }
}

/// The client of the cluster's API. Nothing is sent where only the kubeconfig's current context leads before EKS has said
/// that it is the cluster.
async fn connect(session: &Session, finding: oneshot::Receiver<Cluster>) -> Result<(k8s::Client, Way), AppError> {
    let connection = Connection {
        clock: session.clock.clone(),
        meter: session.meter.clone(),
        tokens: None,
    };
    let wanted = &session.environment().cluster;
    if wanted.access == ClusterAccess::Eks || session.transport.is_some() {
        return by_endpoint(session, &found(finding).await, connection).await;
    }
    let context = KubeconfigContext::choose(wanted.context.as_deref())?;
    if wanted.context.is_some() {
        let client = by_context(session, &context, connection).await?;
        return Ok((client, Way::Named(Box::new(context), finding)));
    }
    let cluster = found(finding).await;
    let server = server_of(&context, &cluster);
    if server.mismatch.is_some() {
        return Err(AppError::OtherCluster {
            server: Box::new(server),
            instead: context.instead(&cluster),
            cluster: cluster.name,
            region: session.aws.region().to_owned(),
        });
    }
    Ok((by_context(session, &context, connection).await?, Way::Checked(server)))
}

/// The way that a context of the kubeconfig describes.
async fn by_context(
    session: &Session,
    context: &KubeconfigContext,
    connection: Connection,
) -> Result<k8s::Client, AppError> {
    let words = format!("context {} {}", context.name(), context.server());
    let connecting = async { Ok(context.connect(connection).await?) };
    in_common(session, words, connecting).await
}

/// A client that a class has already, or a new one.
async fn in_common(
    session: &Session,
    words: String,
    connecting: impl Future<Output = Result<k8s::Client, AppError>>,
) -> Result<k8s::Client, AppError> {
    match &session.class {
        Some(class) => class.apis.get(words, connecting, k8s::Client::for_class).await,
        None => connecting.await,
    }
}

/// The way that EKS gives, with a token signed by AWS credentials.
async fn by_endpoint(
    session: &Session,
    cluster: &Cluster,
    mut connection: Connection,
) -> Result<(k8s::Client, Way), AppError> {
    let endpoint = cluster.endpoint.as_deref().ok_or_else(|| {
        let status = cluster.status.to_string();
        AppError::NoLab(text!("error-no-endpoint-yet", cluster = &cluster.name, status = status))
    })?;
    let authority = cluster.certificate_authority.as_deref().unwrap_or_default();
    let words = format!("endpoint {endpoint} {} {authority}", cluster.name);
    let connecting = async {
        connection.tokens = Some(Arc::new(ClusterTokens::new(session.aws.clone(), &cluster.name)));
        Ok(match &session.transport {
            Some(transport) => k8s::Client::over(transport.clone(), endpoint, connection)?,
            None => k8s::Client::for_endpoint(endpoint, authority, connection)?,
        })
    };
    let client = in_common(session, words, connecting).await?;
    let server = ApiServer {
        url: endpoint.to_owned(),
        ..ApiServer::default()
    };
    Ok((client, Way::Checked(server)))
}
