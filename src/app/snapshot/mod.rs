//! Everything read at one time, and what follows from it without another request: the plan, the diagnosis, the cost.

mod apis;
mod reading;
mod rehearsal;
mod turns;
mod wanted;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::context::Context;
use super::error::AppError;
use super::session::Session;
use crate::aws::{LabMarks, WantedNames};
use crate::checks::{self, Facts, Unrehearsed};
use crate::config::Environment;
use crate::event::Place;
use crate::k8s;
use crate::lbc::Exposure;
use crate::model::{
    ApiServer, AwsView, Expires, Finding, Goal, KubeView, LoadBalancerSpec, Object, Observed, Profile, Scope,
};
use crate::plan::cost::{self, Amounts};
use crate::plan::file::{Identity, PlanRequest, SavedPlan, SavedPlanParts};
use crate::plan::{self, Approvals, Cost, Plan, PlanInput, PlanScope};
use crate::render::Rendered;
use crate::stack::{self, ClusterContext, Kept, ReplicaChoice, Stack};

pub(super) use self::apis::InCommon;
pub(super) use self::reading::{Address, api_of_sandbox};
pub(super) use self::turns::{Turn, Turns};

/// What a snapshot is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    /// Whether the lab is to be there or to be gone.
    pub goal: Goal,
    /// A number of replicas asked for now, in place of the environment's and of what `scale` asked for earlier.
    pub replicas: Option<u32>,
    /// Forget what `scale` asked for earlier.
    pub reset_scale: bool,
    /// Whether the number is all that is wanted: everything else of the Deployment stays as it is.
    pub replicas_only: bool,
    /// Whether what the controller made is to be removed by hand, so that all of it has to be read.
    pub by_hand: bool,
    /// When the run began, or the one whose plan is carried out: what lasts so long from then on ends at one time, however
    /// often the plan is made. None is now.
    pub begun: Option<Timestamp>,
    /// How much to read.
    pub scope: Scope,
}

impl Purpose {
    /// What a plan for `goal` needs.
    pub(super) fn plan(goal: Goal) -> Self {
        Self {
            goal,
            replicas: None,
            reset_scale: false,
            replicas_only: false,
            by_hand: false,
            begun: None,
            scope: match goal {
                Goal::Ready => Scope::Plan,
                Goal::Gone => Scope::Removal,
            },
        }
    }

    /// Reads a lab that is meant to exist.
    pub(super) fn look(scope: Scope) -> Self {
        Self {
            scope,
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
    /// What was looked for in AWS.
    pub names: WantedNames,
    /// What is wanted.
    pub stack: Stack,
    /// What becomes of the Ingress, if there is one.
    pub exposure: Option<Exposure>,
    /// ALBs that the live Ingress still has, and the wanted one will not.
    pub former: Vec<LoadBalancerSpec>,
    /// How many pods are wanted, and who decided that.
    pub replicas: ReplicaChoice,
    /// The wanted objects.
    pub objects: Vec<Object>,
    /// The template of each, by kind and name.
    origins: BTreeMap<String, String>,
    /// What was seen in AWS.
    pub aws: AwsView,
    /// What was seen in the cluster.
    pub kube: KubeView,
    /// Where requests to the cluster go.
    pub server: ApiServer,
    /// The client of the cluster.
    pub client: k8s::Client,
    /// The environment, with what the profile that is there decides of it.
    kept: Kept,
    /// What of the objects has no effect where the lab goes; `None` on AWS, where everything has.
    unrehearsed: Option<Vec<Unrehearsed>>,
    /// When it had been seen.
    at: Timestamp,
    purpose: Purpose,
}

/// What of a snapshot holds however things change, and is needed until the end of a run: little enough that hundreds of runs
/// can have it.
pub(super) struct Bearings {
    /// The client of the cluster.
    pub client: k8s::Client,
    /// How many pods were wanted, and who decided that.
    pub replicas: ReplicaChoice,
    /// What to look for in AWS.
    pub names: Vec<WantedNames>,
    /// By what the things of the lab are known.
    pub marks: LabMarks,
}

/// These names, and the same with each of the former ALBs in place of the one that is wanted.
fn all_names(names: &WantedNames, former: &[LoadBalancerSpec]) -> Vec<WantedNames> {
    let former = former.iter().map(|spec| WantedNames {
        balancer_name: spec.name.clone(),
        stack_id: spec.stack.clone(),
        ..names.clone()
    });
    std::iter::once(names.clone()).chain(former).collect()
}

impl Snapshot {
    /// Reads what `purpose` needs. Nothing is changed by that, so Ctrl-C ends it at once.
    pub(super) async fn take(context: &Context, session: &Session, purpose: Purpose) -> Result<Self, AppError> {
        // What reads everything is a large future, which few calls need.
        let reading = Box::pin(Self::read_with_tenants(session, purpose));
        let read = context.unless_interrupted(reading).await;
        read.map_err(|error| session.with_remedy(error))
    }

    pub(super) async fn read_with_tenants(session: &Session, purpose: Purpose) -> Result<Self, AppError> {
        wanted::check_expiry(session, purpose)?;
        let _turn = session.turn().await;
        // All that is read follows from one moment.
        let purpose = Purpose {
            begun: purpose.begun.or_else(|| Some(session.clock.now())),
            ..purpose
        };
        let mut snapshot = Box::pin(Self::read(session, purpose)).await?;
        snapshot.read_tenants().await?;
        Ok(snapshot)
    }

    async fn read(session: &Session, purpose: Purpose) -> Result<Self, AppError> {
        let environment = session.environment();
        let Rendered {
            mut objects, origins, ..
        } = wanted::first_objects(session, purpose).await?;
        let reading::Views {
            mut aws,
            kube,
            client,
            server,
        } = reading::read(session, purpose, &objects).await?;
        let live = kube.objects.iter().filter_map(|state| state.live.known()?.as_ref());
        if let Some(amended) = wanted::amended(session, purpose, &objects, live).await? {
            objects = amended;
        }
        wanted::settle_ingress(environment, &mut objects, &kube);
        let site = wanted::site(&aws)?;
        let place = place(session, &site, &server);
        let exposure = stack::exposure(&environment.app, &site.cluster, &objects, Some(&kube));
        let names = wanted::names(environment, &site.cluster, exposure.as_ref());
        let rendered = stack::exposure(&environment.app, &site.cluster, &objects, None);
        if names != wanted::names(environment, &site.cluster, rendered.as_ref()) {
            reading::read_under_other_names(session, purpose.scope, &names, &mut aws).await;
        }
        let kept = reading::kept(session, purpose.scope, &site, &objects, &mut aws).await;
        let former = exposure
            .as_ref()
            .map_or_else(Vec::new, |exposure| former(exposure, &kube));
        aws.made = reading::made(session, purpose, &site.cluster, &all_names(&names, &former)).await;
        let replicas = ReplicaChoice::of(&environment.app, &objects, Some(&kube));
        let stack = wanted::stack(
            session,
            &kept,
            &site,
            &objects,
            exposure.as_ref(),
            replicas.count,
            purpose.goal,
        )
        .await?;
        Ok(Self {
            place,
            site,
            names,
            stack,
            exposure,
            former,
            replicas,
            unrehearsed: session.transport.as_ref().map(|_| rehearsal::unrehearsed(&objects)),
            objects,
            origins,
            aws,
            kube,
            server,
            client,
            kept,
            at: session.clock.now(),
            purpose,
        })
    }

    /// Reads who else uses what others share with the lab, where a plan might take it from them.
    async fn read_tenants(&mut self) -> Result<(), AppError> {
        if !matches!(self.purpose.scope, Scope::Plan | Scope::Removal) {
            return Ok(());
        }
        let scope = if self.purpose.replicas_only {
            PlanScope::Replicas
        } else {
            PlanScope::Lab
        };
        if plan::may_take_from_others(self.input(scope, Approvals::default(), Vec::new())) {
            let namespace = &self.kept.environment.app.namespace;
            let tenants = k8s::tenants(&self.client.patient(), namespace).await;
            self.kube
                .elsewhere
                .extend(tenants.map_err(AppError::call("read who uses the profile"))?);
        }
        Ok(())
    }

    /// The environment, with what the profile that is there decides of it.
    pub(super) fn environment(&self) -> &Environment {
        &self.kept.environment
    }

    /// What was looked for in AWS, and the same with each of the former ALBs in place of the one that is wanted.
    pub(super) fn all_names(&self) -> Vec<WantedNames> {
        all_names(&self.names, &self.former)
    }

    /// When the lab's time is over, as it is on record on what is there.
    pub(super) fn expires(&self) -> Option<Expires> {
        let live = self
            .kube
            .objects
            .iter()
            .filter_map(|state| state.live.known()?.as_ref());
        stack::recorded(live, self.environment())
    }

    /// What the lab costs.
    pub(super) fn cost(&self) -> Cost {
        let today = self.at.to_zoned(TimeZone::UTC).date();
        let amounts = Amounts {
            pods: self.replicas.count,
            addresses: checks::public_addresses(&self.facts()),
        };
        cost::of_stack(&self.stack, &self.site.region, amounts, today)
    }

    /// Why a lab that is there does not work.
    pub(super) fn diagnosis(&self) -> Vec<Finding> {
        plan::diagnose(&self.stack, &self.aws, &self.kube)
    }

    /// Takes a profile for there that will be when the plan is carried out.
    pub(super) fn assume_profile(&mut self, profile: &Profile) {
        if let Observed::Known(profiles) = &mut self.aws.profiles {
            profiles.retain(|there| there.name != profile.name);
            profiles.push(profile.clone());
        }
    }

    /// The plan that follows from it.
    pub(super) fn plan(&self, scope: PlanScope, approvals: Approvals) -> Plan {
        let findings = match self.purpose.goal {
            Goal::Ready => checks::run(&self.facts()),
            Goal::Gone => Vec::new(),
        };
        plan::plan(self.input(scope, approvals, findings))
    }

    /// The plan with all that must still be true when it is executed later.
    pub(super) fn saved(&self, made: Timestamp, request: PlanRequest, plan: Plan) -> SavedPlan {
        SavedPlan::new(SavedPlanParts {
            // What it says of times holds from when the run began.
            made: self.purpose.begun.unwrap_or(made),
            identity: Identity {
                account: self.site.account.clone(),
                region: self.site.region.clone(),
                cluster_arn: self.aws.cluster.arn.clone(),
            },
            request,
            stack: &self.stack,
            objects: &self.objects,
            plan,
        })
    }

    /// What is needed of it once the plan is made.
    pub(super) fn into_bearings(self) -> Bearings {
        Bearings {
            names: self.all_names(),
            marks: self.marks(),
            client: self.client,
            replicas: self.replicas,
        }
    }

    /// By what the things of the lab are known.
    pub(super) fn marks(&self) -> LabMarks {
        let lab = &self.environment().lab.name;
        LabMarks {
            cluster: self.site.cluster.clone(),
            tags: stack::ownership_tags(lab, &self.site),
            role_arn: self.site.role_arn(&stack::role_name(&self.site.cluster, lab)),
        }
    }

    /// What the checks look at.
    fn facts(&self) -> Facts<'_> {
        Facts {
            environment: self.environment(),
            site: &self.site,
            objects: &self.objects,
            exposure: self.exposure.as_ref(),
            replicas: &self.replicas,
            aws: &self.aws,
            kube: &self.kube,
            unrehearsed: self.unrehearsed.as_deref(),
            server: &self.server,
        }
    }

    fn input(&self, scope: PlanScope, approvals: Approvals, findings: Vec<Finding>) -> PlanInput<'_> {
        PlanInput {
            lab: &self.environment().lab.name,
            place: self.place.clone(),
            site: &self.site,
            goal: self.purpose.goal,
            stack: &self.stack,
            former: &self.former,
            aws: &self.aws,
            kube: &self.kube,
            exposure: self.exposure.as_ref(),
            scope,
            approvals,
            replicas: &self.replicas,
            origins: &self.origins,
            findings,
            cost: self.cost(),
        }
    }
}

/// Where the game is, if it has a load balancer. The templates decide its name; where nothing has that name, the cluster is
/// read, too, which may have made something else of the Ingress.
pub(super) async fn address(context: &Context, session: &Session) -> Result<Option<Address>, AppError> {
    let found = context.unless_interrupted(Box::pin(reading::address(session))).await?;
    if found.is_some() {
        return Ok(found);
    }
    let snapshot = Snapshot::take(context, session, Purpose::look(Scope::Status)).await?;
    let balancer = snapshot.aws.balancer.known().cloned().flatten();
    Ok(balancer.zip(snapshot.exposure).map(|(balancer, exposure)| Address {
        balancer,
        endpoint: exposure.endpoint(),
    }))
}

/// Where the lab is, as far as it is known once everything has been read.
fn place(session: &Session, site: &ClusterContext, server: &ApiServer) -> Place {
    Place {
        cluster: site.cluster.clone(),
        account: Some(site.account.clone()),
        context: server.context.clone(),
        server: Some(server.url.clone()),
        ..session.place()
    }
}

/// The ALBs that the Ingress, as it is there, still has and that are not wanted any more.
fn former(exposure: &Exposure, kube: &KubeView) -> Vec<LoadBalancerSpec> {
    let live = kube.live(&exposure.ingress);
    live.map_or_else(Vec::new, |live| exposure.former(live))
}
