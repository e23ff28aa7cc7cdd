//! Looks at everything once and makes a plan of it.

use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::oneshot;

use super::context::Context;
use super::error::AppError;
use super::interrupt::pressed;
use super::session::Session;
use crate::aws::{Arn, ClusterTokens, Reader, Wanted, usable_private_subnets};
use crate::checks::{self, Facts};
use crate::config::{Auto, ClusterAccess, Environment};
use crate::event::Place;
use crate::k8s::{self, Connection, Detail, ObserveRequest};
use crate::lbc::{self, AlbNaming};
use crate::model::{AwsView, Cluster, Desired, Finding, Goal, KubeView, Object, Severity};
use crate::plan::file::{self, Identity, SavedPlan};
use crate::plan::{self, Approvals, Cost, Plan, PlanInput, cost};
use crate::render;
use crate::stack::{self, ClusterContext, Stack, StackInput};

/// What a snapshot is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    /// Whether the lab is to be there or to be gone.
    pub goal: Goal,
    /// A number of replicas asked for now, in place of the environment's and of what `scale` asked for earlier.
    pub replicas: Option<u32>,
    /// Forget what `scale` asked for earlier.
    pub reset_scale: bool,
    /// How much of the cluster to read.
    pub detail: Detail,
}

impl Purpose {
    /// What a plan for `goal` needs.
    pub(super) fn plan(goal: Goal) -> Self {
        Self {
            goal,
            replicas: None,
            reset_scale: false,
            detail: Detail::Plan,
        }
    }

    /// What `status` and `doctor` need.
    pub(super) fn look() -> Self {
        Self {
            detail: Detail::Doctor,
            ..Self::plan(Goal::Ready)
        }
    }
}

/// What was seen, and what is wanted.
pub(super) struct Snapshot {
    /// Where the lab goes.
    pub place: Place,
    /// The same with the facts that names are made of.
    pub site: ClusterContext,
    /// What is wanted.
    pub stack: Stack,
    /// The wanted objects.
    pub objects: Vec<Object>,
    /// What was seen in AWS.
    pub aws: AwsView,
    /// What was seen in the cluster.
    pub kube: KubeView,
    /// The client of the cluster.
    pub client: k8s::Client,
    purpose: Purpose,
}

impl Snapshot {
    /// Looks before anything is changed, so that Ctrl-C ends it at once.
    pub(super) async fn first(context: &Context, session: &Session, purpose: Purpose) -> Result<Self, AppError> {
        tokio::select! {
            taken = Self::take(session, purpose) => taken,
            () = pressed(context.host.interrupts.clone()) => Err(AppError::Interrupted),
        }
    }

    /// Reads AWS and the cluster, everything at once that does not need another answer first.
    pub(super) async fn take(session: &Session, purpose: Purpose) -> Result<Self, AppError> {
        let environment = session.environment();
        let mut objects = render(session, purpose.replicas)?;
        let (tell, told) = oneshot::channel();
        // What is wrong with AWS comes first, and at once; the cluster's error waits until AWS is known to be well.
        let (aws, cluster) = futures::try_join!(
            look_at_aws(session, tell),
            look_at_cluster(session, purpose, &objects, told).map(Ok)
        )?;
        let (client, kube) = cluster?;
        let live = kube.objects.iter().filter_map(|state| state.live.known()?.as_ref());
        if let Some(kept) = kept_replicas(environment, purpose, live) {
            objects = render(session, Some(kept))?;
        }
        let site = site(&aws)?;
        let place = Place {
            cluster: site.cluster.clone(),
            account: Some(site.account.clone()),
            ..session.place()
        };
        let stack = build(session, &site, &objects, purpose.goal)?;
        Ok(Self {
            place,
            site,
            stack,
            objects,
            aws,
            kube,
            client,
            purpose,
        })
    }

    /// What the lab costs.
    pub(super) fn cost(&self) -> Cost {
        cost::of_stack(&self.stack, &self.site.region, self.purpose.replicas)
    }

    /// What to read of the cluster once more.
    pub(super) fn request<'a>(&'a self, environment: &'a Environment) -> ObserveRequest<'a> {
        request(environment, &self.objects, self.purpose)
    }

    /// Why a lab that is there does not work.
    pub(super) fn diagnosis(&self) -> Vec<Finding> {
        plan::diagnose(&self.stack, &self.aws, &self.kube)
    }

    /// The plan that follows from it.
    pub(super) fn plan(&self, environment: &Environment, approvals: Approvals) -> Plan {
        plan::plan(self.input(environment, approvals))
    }

    /// The plan with all that must still be so when it is carried out later.
    pub(super) fn saved(&self, environment: &Environment, approvals: Approvals, plan: Plan) -> SavedPlan {
        let identity = Identity {
            account: self.site.account.clone(),
            region: self.site.region.clone(),
            cluster_arn: self.aws.cluster.arn.clone(),
        };
        SavedPlan::new(identity, file::fingerprint(&self.input(environment, approvals)), plan)
    }

    fn input<'a>(&'a self, environment: &'a Environment, approvals: Approvals) -> PlanInput<'a> {
        let facts = Facts {
            environment,
            site: &self.site,
            objects: &self.objects,
            aws: &self.aws,
            kube: &self.kube,
        };
        let findings = match self.purpose.goal {
            Goal::Ready => looked_at(checks::run(&facts)),
            Goal::Gone => Vec::new(),
        };
        PlanInput {
            lab: &environment.lab.name,
            place: self.place.clone(),
            site: &self.site,
            goal: self.purpose.goal,
            stack: &self.stack,
            aws: &self.aws,
            kube: &self.kube,
            approvals,
            replicas: environment.app.replicas,
            findings,
            cost: self.cost(),
        }
    }
}

/// What was left out of a plan's reads on purpose is no finding.
fn looked_at(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| !(finding.severity == Severity::Unknown && finding.evidence == k8s::NOT_FOR_PLAN));
    findings
}

/// What `scale` asked for earlier, if it is to be kept.
fn kept_replicas<'o>(
    environment: &Environment,
    purpose: Purpose,
    live: impl IntoIterator<Item = &'o Object>,
) -> Option<u32> {
    if purpose.replicas.is_some() || purpose.reset_scale || purpose.goal == Goal::Gone {
        return None;
    }
    let deployment = live
        .into_iter()
        .find(|object| object.kind() == "Deployment" && object.name() == environment.app.deployment)?;
    plan::scale_intent(deployment)
}

/// Which objects to look at, and what for.
fn request<'a>(environment: &'a Environment, objects: &'a [Object], purpose: Purpose) -> ObserveRequest<'a> {
    ObserveRequest {
        lab: &environment.lab.name,
        namespace: &environment.app.namespace,
        wanted: objects,
        ingress_class: Some(&environment.ingress.class),
        dry_run: purpose.goal == Goal::Ready,
        amend: None,
        detail: purpose.detail,
    }
}

fn render(session: &Session, replicas: Option<u32>) -> Result<Vec<Object>, AppError> {
    let context = stack::context(session.environment(), replicas);
    Ok(render::objects(&session.project.templates, &context)?)
}

fn build(session: &Session, site: &ClusterContext, objects: &[Object], goal: Goal) -> Result<Stack, AppError> {
    let trust = render::trust(&session.project.templates, &stack::trust_context(site))?;
    let input = StackInput {
        environment: session.environment(),
        site,
        objects,
        trust: &trust,
    };
    Ok(match goal {
        Goal::Ready => stack::build(&input),
        Goal::Gone => stack::build_absent(&input),
    })
}

/// What to look for in AWS, by name.
pub(super) fn wanted(environment: &Environment, cluster: &str) -> Wanted {
    let naming = AlbNaming {
        cluster,
        namespace: &environment.app.namespace,
        ingress: &environment.app.ingress,
        group: environment.ingress.group.as_deref(),
        given: environment.ingress.load_balancer_name.as_deref(),
        scheme: environment.ingress.scheme,
    };
    let given = match &environment.fargate.role {
        Auto::Given(arn) => Some(arn.clone()),
        Auto::Auto => None,
    };
    let role_name = match &given {
        Some(arn) => arn.rsplit('/').next().unwrap_or(arn).to_owned(),
        None => stack::role_name(cluster, &environment.lab.name),
    };
    Wanted {
        role_name,
        role_arn: given,
        balancer_name: lbc::balancer_name(&naming),
        stack_id: naming.stack_id(),
        ingress_id: naming.ingress_id(),
    }
}

fn site(aws: &AwsView) -> Result<ClusterContext, AppError> {
    let cluster = &aws.cluster;
    let arn: Arn = cluster.arn.parse().map_err(|error| AppError::Io {
        what: "read the cluster's ARN",
        source: std::io::Error::other(error),
    })?;
    let private_subnets = aws
        .subnets
        .known()
        .map(|subnets| usable_private_subnets(subnets, cluster));
    Ok(ClusterContext {
        partition: arn.partition,
        region: arn.region,
        account: arn.account,
        cluster: cluster.name.clone(),
        private_subnets: private_subnets.unwrap_or_default(),
    })
}

/// Reads AWS, and tells the cluster as soon as it is known.
async fn look_at_aws(session: &Session, tell: oneshot::Sender<Cluster>) -> Result<AwsView, AppError> {
    let environment = session.environment();
    let reader = Reader::new(session.aws.clone());
    let name = match &environment.cluster.name {
        Auto::Given(name) => name.clone(),
        Auto::Auto => reader.only_cluster().await?,
    };
    let wanted = wanted(environment, &name);
    let known = |cluster: &Cluster| {
        // Nobody listens where a kubeconfig leads to the cluster.
        let _ = tell.send(cluster.clone());
    };
    Ok(reader.read(&name, &wanted, known).await?)
}

/// Reads the cluster: at once where a kubeconfig leads to it, else when AWS has told its endpoint.
async fn look_at_cluster(
    session: &Session,
    purpose: Purpose,
    objects: &[Object],
    told: oneshot::Receiver<Cluster>,
) -> Result<(k8s::Client, KubeView), AppError> {
    let environment = session.environment();
    let client = connect(session, told).await?;
    // A template that fails with these replicas is found out when it is rendered again by the snapshot.
    let amend = |live: &[Object]| render(session, Some(kept_replicas(environment, purpose, live)?)).ok();
    let request = ObserveRequest {
        amend: Some(&amend),
        ..request(environment, objects, purpose)
    };
    let kube = k8s::observe(&client, &request).await.map_err(|source| AppError::Call {
        what: "read the cluster",
        source,
    })?;
    Ok((client, kube))
}

/// The client of the cluster's API.
async fn connect(session: &Session, told: oneshot::Receiver<Cluster>) -> Result<k8s::Client, AppError> {
    let mut connection = Connection {
        clock: session.clock.clone(),
        meter: session.meter.clone(),
        tokens: None,
    };
    let environment = session.environment();
    if environment.cluster.access == ClusterAccess::Kubeconfig && session.transport.is_none() {
        return Ok(k8s::Client::from_kubeconfig(environment.cluster.context.as_deref(), connection).await?);
    }
    let Ok(cluster) = told.await else {
        // AWS has not found it, and its error ends both looks.
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

impl Snapshot {
    /// How many pods are wanted.
    pub(super) fn wanted_pods(&self) -> u32 {
        let deployment = self.stack.nodes.iter().find_map(|node| match &node.desired {
            Desired::Object(object) if object.kind() == "Deployment" => object.number("/spec/replicas"),
            _ => None,
        });
        deployment
            .and_then(|replicas| u32::try_from(replicas).ok())
            .unwrap_or_default()
    }
}
