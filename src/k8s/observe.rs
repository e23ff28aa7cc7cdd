//! The reads and dry runs of a plan, in as few requests as they can be had.
//!
//! One list of all Deployments gives the lab's own, the load balancer controller and CoreDNS; one list per kind in the
//! lab's namespace gives the live objects and those to prune. The namespace is asked for first of all, and its answer
//! decides where the dry runs go; everything else is under way meanwhile. For the four objects of a plain lab that
//! makes twelve requests, four of them dry runs, in two round trips.

use futures::future::{self, join_all};

use super::client::{Apply, Client, Listing, Select};
use super::driver::CONTROLLER_LABEL;
use super::kinds::kind_of;
use crate::model::{Controller, DryRun, KubeView, Object, ObjectKey, ObjectState, Seen};
use crate::ports::{CallError, ErrorClass};

/// Where dry runs of namespaced objects go while their own namespace is missing.
const ELSEWHERE: &str = "default";
/// Added to the name of such an object; nothing of that name is ever made.
const ELSEWHERE_SUFFIX: &str = "-lab2048-dry-run";
/// Longest name of a Service.
const NAME_LIMIT: usize = 63;
/// Why a fact is not in a plan's view: it is read for `doctor` and `status` only.
pub const NOT_FOR_PLAN: &str = "not asked for a plan";

/// How much is read beyond the wanted objects, the pods, the controller and its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Autoscalers: what a plan must know. At most twelve requests for the four objects of a plain lab.
    Plan,
    /// Also events, budgets, DaemonSets, the controller's lease and the endpoints of its webhook.
    Doctor,
}

/// What to read.
#[derive(Debug, Clone)]
pub struct ObserveRequest<'a> {
    /// Name of the lab, for its labels.
    pub lab: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The objects it wants, the Namespace among them, as rendered.
    pub wanted: &'a [Object],
    /// The IngressClass that its Ingress names.
    pub ingress_class: Option<&'a str>,
    /// Whether to ask the server what it would make of them; not for objects that are wanted absent.
    pub dry_run: bool,
    /// How much else.
    pub detail: Detail,
}

/// Reads everything. What may not be read (403) becomes `Seen::Unknown`; an API that does not answer at all, or does
/// not know the caller, is an error: a plan on half a view would be a wrong plan.
pub async fn observe(client: &Client, request: &ObserveRequest<'_>) -> Result<KubeView, CallError> {
    let reads = Reads { client, request };
    let ((namespace, dry_runs), lists, deployments, (class, params)) = future::try_join4(
        reads.namespace_and_dry_runs(),
        reads.lists(),
        reads.deployments(),
        reads.class_and_params(),
    )
    .await?;
    let (controller, daemon_sets) =
        future::try_join(reads.controller(&deployments, &dry_runs), reads.daemon_sets()).await?;
    let everything: Vec<&(Wanted, Seen<Vec<Object>>)> = lists.iter().collect();
    let found = Found {
        namespace,
        deployments,
        lists: everything,
    };
    Ok(KubeView {
        objects: found.states(request, dry_runs),
        labelled: found.labelled(request.lab, request.namespace),
        pods: found.list("Pod"),
        events: found.list("Event"),
        nodes: Seen::Unknown(NOT_FOR_PLAN.to_owned()),
        controller,
        ingress_class: class,
        class_params: params,
        coredns: found.coredns(),
        budgets: found.list("PodDisruptionBudget"),
        autoscalers: found.list("HorizontalPodAutoscaler"),
        daemon_sets,
    })
}

/// A kind to list in the lab's namespace.
type Wanted = (String, String);

struct Reads<'a> {
    client: &'a Client,
    request: &'a ObserveRequest<'a>,
}

impl Reads<'_> {
    /// The namespace, and what the server makes of every wanted object, in the order wanted.
    async fn namespace_and_dry_runs(&self) -> Result<(Seen<Option<Object>>, Vec<DryRun>), CallError> {
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: self.request.namespace.to_owned(),
        };
        let namespace = async { seen(self.client.get(&key).await) };
        if !self.request.dry_run {
            let asked = self.request.wanted.iter();
            let skipped = asked.map(|_| DryRun::NotYet("wanted absent".to_owned())).collect();
            return Ok((namespace.await?, skipped));
        }
        let (ahead, behind): (Vec<_>, Vec<_>) =
            (0..self.request.wanted.len()).partition(|i| self.request.wanted[*i].namespace().is_none());
        let ahead = join_all(ahead.into_iter().map(|i| self.dry_run_in_place(i)));
        let behind = async {
            let namespace = namespace.await?;
            let missing = matches!(namespace, Seen::Known(None));
            let runs = behind.into_iter().map(|i| async move {
                if missing {
                    self.dry_run_elsewhere(i).await
                } else {
                    self.dry_run_in_place(i).await
                }
            });
            Ok::<_, CallError>((namespace, join_all(runs).await))
        };
        let (ahead, behind) = future::join(ahead, behind).await;
        let (namespace, behind) = behind?;
        let mut runs = ahead.into_iter().chain(behind).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by_key(|(index, _)| *index);
        Ok((namespace, runs.into_iter().map(|(_, run)| run).collect()))
    }

    async fn dry_run_in_place(&self, index: usize) -> Result<(usize, DryRun), CallError> {
        let object = &self.request.wanted[index];
        let how = Apply {
            dry_run: true,
            force: false,
        };
        let refused = match self.client.apply(object, how).await {
            Ok(result) => return Ok((index, DryRun::Validated(result))),
            Err(refused) => refused,
        };
        let run = if refused.conflicts.is_empty() {
            refusal(refused.error)?
        } else {
            let forced = self.client.apply(object, Apply { force: true, ..how }).await;
            DryRun::Conflict {
                conflicts: refused.conflicts,
                forced: forced.ok(),
            }
        };
        Ok((index, run))
    }

    async fn dry_run_elsewhere(&self, index: usize) -> Result<(usize, DryRun), CallError> {
        let how = Apply {
            dry_run: true,
            force: true,
        };
        let stand_in = stand_in(&self.request.wanted[index]);
        let run = match self.client.apply(&stand_in, how).await {
            Ok(result) => DryRun::Elsewhere(result),
            // Rights and quotas of `default` say nothing about the lab's own namespace.
            Err(refused) if refused.error.class == ErrorClass::Denied => DryRun::NotYet(format!(
                "its namespace does not exist yet, and namespace `{ELSEWHERE}` may not be used: {}",
                refused.error.message
            )),
            Err(refused) => refusal(refused.error)?,
        };
        Ok((index, run))
    }

    /// Kinds to list in the namespace: those a lab has, those it wants, and what the checks need. Deployments come from
    /// the list of the whole cluster.
    fn kinds(&self) -> Vec<Wanted> {
        let mut kinds: Vec<Wanted> = Vec::new();
        let basic = [
            ("v1", "Service"),
            ("networking.k8s.io/v1", "Ingress"),
            ("v1", "Pod"),
            ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ];
        let doctor = [("v1", "Event"), ("policy/v1", "PodDisruptionBudget")];
        let more = if self.request.detail == Detail::Doctor {
            &doctor[..]
        } else {
            &[]
        };
        let wanted = self.request.wanted.iter();
        let wanted = wanted
            .filter(|object| object.namespace().is_some())
            .map(|object| (object.text("/apiVersion").unwrap_or_default(), object.kind()));
        for (api_version, kind) in basic.into_iter().chain(more.iter().copied()).chain(wanted) {
            let known = kinds.iter().any(|(_, other)| other == kind);
            if kind != "Deployment" && !known {
                kinds.push((api_version.to_owned(), kind.to_owned()));
            }
        }
        kinds
    }

    async fn lists(&self) -> Result<Vec<(Wanted, Seen<Vec<Object>>)>, CallError> {
        let lists = self.kinds().into_iter().map(|wanted| async move {
            let kind = kind_of(&wanted.0, &wanted.1)?;
            let listing = self
                .client
                .list(kind, Some(self.request.namespace), &Select::default())
                .await;
            Ok((wanted, listed(listing)?))
        });
        future::try_join_all(lists).await
    }

    /// The Deployments of the cluster, or of the lab's namespace where no more may be read.
    async fn deployments(&self) -> Result<Deployments, CallError> {
        let kind = kind_of("apps/v1", "Deployment")?;
        let all = listed(self.client.list(kind, None, &Select::default()).await)?;
        let Seen::Unknown(why) = all else {
            return Ok(Deployments { all, own: None });
        };
        let own = self
            .client
            .list(kind, Some(self.request.namespace), &Select::default())
            .await;
        Ok(Deployments {
            all: Seen::Unknown(why),
            own: Some(listed(own)?),
        })
    }

    async fn class_and_params(&self) -> Result<(Seen<Option<Object>>, Seen<Option<Object>>), CallError> {
        let Some(name) = self.request.ingress_class else {
            return Ok((Seen::Known(None), Seen::Known(None)));
        };
        let key = |api_version: &str, kind: &str, name: &str| ObjectKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        };
        let class = seen(
            self.client
                .get(&key("networking.k8s.io/v1", "IngressClass", name))
                .await,
        )?;
        let params = match class.known().and_then(Option::as_ref) {
            Some(class) if class.text("/spec/parameters/kind") == Some("IngressClassParams") => {
                let name = class.text("/spec/parameters/name").unwrap_or_default();
                seen(
                    self.client
                        .get(&key("elbv2.k8s.aws/v1beta1", "IngressClassParams", name))
                        .await,
                )?
            }
            _ => Seen::Known(None),
        };
        Ok((class, params))
    }

    async fn daemon_sets(&self) -> Result<Seen<Vec<Object>>, CallError> {
        if self.request.detail == Detail::Plan {
            return Ok(Seen::Unknown(NOT_FOR_PLAN.to_owned()));
        }
        let kind = kind_of("apps/v1", "DaemonSet")?;
        listed(self.client.list(kind, None, &Select::default()).await)
    }

    async fn controller(
        &self,
        deployments: &Deployments,
        dry_runs: &[DryRun],
    ) -> Result<Seen<Option<Controller>>, CallError> {
        let deployment = match &deployments.all {
            Seen::Unknown(why) => return Ok(Seen::Unknown(why.clone())),
            Seen::Known(all) => all.iter().find(|deployment| is_controller(deployment)),
        };
        let Some(deployment) = deployment else {
            return Ok(Seen::Known(None));
        };
        let namespace = deployment.namespace().unwrap_or_default();
        let (webhook_ready, lease_age) = match self.request.detail {
            Detail::Plan => (webhook_by_dry_runs(dry_runs), Seen::Unknown(NOT_FOR_PLAN.to_owned())),
            Detail::Doctor => future::try_join(self.webhook(namespace), self.lease_age(namespace)).await?,
        };
        Ok(Seen::Known(Some(describe(deployment, webhook_ready, lease_age))))
    }

    async fn webhook(&self, namespace: &str) -> Result<Seen<bool>, CallError> {
        let select = Select::labels("kubernetes.io/service-name=aws-load-balancer-webhook-service");
        let kind = kind_of("discovery.k8s.io/v1", "EndpointSlice")?;
        let slices = listed(self.client.list(kind, Some(namespace), &select).await)?;
        Ok(map(slices, |slices| {
            slices
                .iter()
                .flat_map(|slice| slice.items("/endpoints"))
                .any(|endpoint| {
                    // Absent means unknown, which the API says to take for ready.
                    endpoint
                        .pointer("/conditions/ready")
                        .and_then(serde_json::Value::as_bool)
                        != Some(false)
                })
        }))
    }

    async fn lease_age(&self, namespace: &str) -> Result<Seen<u64>, CallError> {
        let key = ObjectKey {
            api_version: "coordination.k8s.io/v1".to_owned(),
            kind: "Lease".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: "aws-load-balancer-controller-leader".to_owned(),
        };
        let lease = seen(self.client.get(&key).await)?;
        let renewed = |lease: Option<Object>| lease?.text("/spec/renewTime")?.parse().ok();
        Ok(match lease {
            Seen::Unknown(why) => Seen::Unknown(why),
            Seen::Known(lease) => match renewed(lease) {
                Some(time) => Seen::Known(self.client.clock().elapsed(time).as_secs()),
                None => Seen::Unknown("no leader has been elected".to_owned()),
            },
        })
    }
}

/// The Deployments of the cluster; of the lab's namespace alone where those of the cluster may not be read.
struct Deployments {
    all: Seen<Vec<Object>>,
    own: Option<Seen<Vec<Object>>>,
}

impl Deployments {
    fn in_namespace(&self, namespace: &str) -> Seen<Vec<Object>> {
        let source = self.own.as_ref().unwrap_or(&self.all);
        map(source.clone(), |all| {
            all.into_iter()
                .filter(|deployment| deployment.namespace() == Some(namespace))
                .collect()
        })
    }
}

/// What the reads have brought, to be put together.
struct Found<'a> {
    namespace: Seen<Option<Object>>,
    deployments: Deployments,
    lists: Vec<&'a (Wanted, Seen<Vec<Object>>)>,
}

impl Found<'_> {
    fn list(&self, kind: &str) -> Seen<Vec<Object>> {
        let found = self.lists.iter().find(|((_, other), _)| other == kind);
        found.map_or_else(|| Seen::Unknown(NOT_FOR_PLAN.to_owned()), |(_, list)| list.clone())
    }

    fn live(&self, key: &ObjectKey) -> Seen<Option<Object>> {
        let list = match (key.kind.as_str(), &key.namespace) {
            ("Namespace", _) => return self.namespace.clone(),
            ("Deployment", Some(namespace)) => self.deployments.in_namespace(namespace),
            (kind, _) => self.list(kind),
        };
        map(list, |list| list.into_iter().find(|object| object.name() == key.name))
    }

    fn states(&self, request: &ObserveRequest<'_>, dry_runs: Vec<DryRun>) -> Vec<ObjectState> {
        let wanted = request.wanted.iter().map(Object::key);
        wanted
            .zip(dry_runs)
            .map(|(key, dry_run)| ObjectState {
                live: self.live(&key),
                key,
                dry_run,
            })
            .collect()
    }

    /// All objects with the lab's labels, of every kind that was read; unknown as soon as one kind is.
    fn labelled(&self, lab: &str, namespace: &str) -> Seen<Vec<Object>> {
        let mut found: Vec<Object> = self.namespace.known().cloned().flatten().into_iter().collect();
        let deployments = self.deployments.in_namespace(namespace);
        let lists = self.lists.iter().map(|(_, list)| list).chain([&deployments]);
        for list in lists {
            match list {
                Seen::Known(objects) => found.extend(objects.iter().cloned()),
                Seen::Unknown(why) => return Seen::Unknown(why.clone()),
            }
        }
        // Pods carry their Deployment's labels, and are its own affair.
        found.retain(|object| object.belongs_to(lab) && !matches!(object.kind(), "Pod" | "Event"));
        Seen::Known(found)
    }

    fn coredns(&self) -> Seen<Option<Object>> {
        map(self.deployments.all.clone(), |all| {
            all.into_iter().find(|deployment| {
                deployment.namespace() == Some("kube-system")
                    && (deployment.name() == "coredns" || deployment.label("k8s-app") == Some("kube-dns"))
            })
        })
    }
}

fn map<T, U>(seen: Seen<T>, f: impl FnOnce(T) -> U) -> Seen<U> {
    match seen {
        Seen::Known(fact) => Seen::Known(f(fact)),
        Seen::Unknown(why) => Seen::Unknown(why),
    }
}

/// A fact that may not be read is unknown; an API that does not answer is an error.
pub(super) fn seen<T>(result: Result<T, CallError>) -> Result<Seen<T>, CallError> {
    match result {
        Ok(fact) => Ok(Seen::Known(fact)),
        Err(error) => match error.class {
            ErrorClass::Unreachable | ErrorClass::Unauthenticated | ErrorClass::Throttled => Err(error),
            ErrorClass::Denied => Ok(Seen::Unknown(format!("forbidden: {}", error.message))),
            _ => Ok(Seen::Unknown(error.message)),
        },
    }
}

/// A kind that the server does not have has no objects.
pub(super) fn listed(result: Result<Listing, CallError>) -> Result<Seen<Vec<Object>>, CallError> {
    match result {
        Err(error) if error.class == ErrorClass::Missing => Ok(Seen::Known(Vec::new())),
        result => seen(result.map(|listing| listing.items)),
    }
}

/// What a dry run that was not accepted means: the server said no, or could not be asked.
fn refusal(error: CallError) -> Result<DryRun, CallError> {
    match error.class {
        ErrorClass::Unreachable | ErrorClass::Unauthenticated | ErrorClass::Throttled => Err(error),
        ErrorClass::Missing => Ok(DryRun::NotYet("its namespace does not exist".to_owned())),
        ErrorClass::Busy => Ok(DryRun::NotYet(error.message)),
        ErrorClass::Denied => Ok(DryRun::Refused(format!("forbidden: {}", error.message))),
        _ => Ok(DryRun::Refused(error.message)),
    }
}

/// The object under another name in another namespace.
fn stand_in(object: &Object) -> Object {
    let mut stand_in = object.clone();
    let kept: String = object
        .name()
        .chars()
        .take(NAME_LIMIT - ELSEWHERE_SUFFIX.len())
        .collect();
    let name = format!("{}{ELSEWHERE_SUFFIX}", kept.trim_end_matches(['-', '.']));
    stand_in.0["metadata"]["name"] = name.into();
    stand_in.0["metadata"]["namespace"] = ELSEWHERE.into();
    stand_in
}

fn is_controller(deployment: &Object) -> bool {
    CONTROLLER_LABEL
        .split_once('=')
        .is_some_and(|(key, value)| deployment.label(key) == Some(value))
}

/// The controller's webhooks see every dry run of a Service or Ingress, so those tell whether they answer.
fn webhook_by_dry_runs(dry_runs: &[DryRun]) -> Seen<bool> {
    let is_down = |run: &&DryRun| matches!(run, DryRun::NotYet(why) if why.contains("elbv2.k8s.aws") && why.contains("calling webhook"));
    let passed = |run: &DryRun| matches!(run, DryRun::Validated(object) | DryRun::Elsewhere(object) if object.kind() == "Ingress");
    if dry_runs.iter().any(|run| is_down(&run)) {
        Seen::Known(false)
    } else if dry_runs.iter().any(passed) {
        Seen::Known(true)
    } else {
        Seen::Unknown("no dry run has passed by it".to_owned())
    }
}

pub(super) fn describe(deployment: &Object, webhook_ready: Seen<bool>, lease_age: Seen<u64>) -> Controller {
    let image = deployment
        .text("/spec/template/spec/containers/0/image")
        .unwrap_or_default();
    let image = image.split('@').next().unwrap_or_default();
    let tag = image
        .rsplit_once(':')
        .map(|(_, tag)| tag)
        .filter(|tag| !tag.contains('/'));
    let version = tag.or_else(|| deployment.label("app.kubernetes.io/version"));
    let words = deployment
        .items("/spec/template/spec/containers/0/command")
        .chain(deployment.items("/spec/template/spec/containers/0/args"));
    let ready = deployment.number("/status/readyReplicas").unwrap_or(0);
    Controller {
        version: version.map(str::to_owned),
        args: words
            .filter_map(|word| word.as_str())
            .filter(|word| word.starts_with('-'))
            .map(str::to_owned)
            .collect(),
        ready: u32::try_from(ready).unwrap_or_default(),
        deployment: deployment.clone(),
        webhook_ready,
        lease_age,
    }
}
