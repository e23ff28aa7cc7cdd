//! What was seen in the cluster.

use crate::lang::Text;
use serde::{Deserialize, Serialize};

mod api_server;
mod elsewhere;
mod managed;
mod status;

pub use api_server::{ApiMismatch, ApiServer};
pub use elsewhere::Elsewhere;
pub use managed::is_client_side_apply;
pub use status::{ConditionStatus, NamespacePhase, PodPhase, WaitingReason};

use super::object::{Object, ObjectKey};
use super::progress::Observed;

/// Everything one plan read from Kubernetes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KubeView {
    /// One entry per object the lab wants, in the order asked.
    pub objects: Vec<ObjectState>,
    /// All objects with the lab's labels, wanted or not (for pruning).
    pub labelled: Observed<Vec<Object>>,
    /// Everything else that was read of the lab's namespace, whosever it is, but pods and events.
    #[serde(default)]
    pub neighbours: Vec<Object>,
    /// Why not all that is there of others could be read.
    #[serde(default)]
    pub unread_neighbours: Vec<Text>,
    /// Pods of the lab's namespace.
    pub pods: Observed<Vec<Object>>,
    /// Events of the lab's namespace.
    pub events: Observed<Vec<Object>>,
    /// The cluster's nodes; read by `status` only.
    pub nodes: Observed<Vec<Object>>,
    /// The load balancer controller, if it is installed.
    pub controller: Observed<Option<Controller>>,
    /// `TargetGroupBindings` of the lab's namespace, which the controller makes; read only to remove the lab.
    #[serde(default)]
    pub bindings: Observed<Vec<Object>>,
    /// The IngressClass that the Ingress names, if it exists.
    pub ingress_class: Observed<Option<Object>>,
    /// The IngressClassParams of that class, if it names some.
    pub class_params: Observed<Option<Object>>,
    /// The CoreDNS Deployment, if there is one.
    pub coredns: Observed<Option<Object>>,
    /// Disruption budgets of the lab's namespace.
    pub budgets: Observed<Vec<Object>>,
    /// Horizontal autoscalers of the lab's namespace.
    pub autoscalers: Observed<Vec<Object>>,
    /// DaemonSets of the cluster.
    pub daemon_sets: Observed<Vec<Object>>,
    /// What of other namespaces was read.
    #[serde(default)]
    pub elsewhere: Elsewhere,
}

impl KubeView {
    /// What was read of a wanted object. The version of its API does not matter: a server has one object of a kind and
    /// name under all its versions.
    pub fn state(&self, wanted: &Object) -> Option<&ObjectState> {
        let key = wanted.key();
        self.objects
            .iter()
            .find(|s| s.key.kind == key.kind && s.key.name == key.name && s.key.namespace == key.namespace)
    }

    /// A wanted object that is there; `None` where it is missing or could not be read.
    pub fn live(&self, wanted: &Object) -> Option<&Object> {
        self.state(wanted)?.live.known()?.as_ref()
    }

    /// The first wanted object of this kind that is there.
    pub fn live_of_kind(&self, kind: &str) -> Option<&Object> {
        self.objects
            .iter()
            .filter_map(|state| state.live.known()?.as_ref())
            .find(|object| object.kind() == kind)
    }

    /// Whether the load balancer controller has a ready pod; `None` where that is not known.
    pub fn controller_ready(&self) -> Option<bool> {
        let controller = self.controller.known()?;
        Some(controller.as_ref().is_some_and(|controller| controller.ready > 0))
    }
}

/// One wanted object: what is there and what the server would make of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectState {
    /// Which object.
    pub key: ObjectKey,
    /// What is there; `Known(None)` when it is missing.
    pub live: Observed<Option<Object>>,
    /// What a server-side dry run of our apply answered.
    pub dry_run: DryRun,
    /// What the server would make of ours if nothing of that name were there; asked for only of what is not ours or would
    /// have to be recreated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Object>,
}

/// The server's answer to a dry run of our apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DryRun {
    /// Validated by the server: the object as it would be.
    Validated(Object),
    /// Validated in another namespace, because ours does not exist yet; with its own name and namespace.
    Elsewhere(Object),
    /// Not validated; why.
    NotYet(Text),
    /// The server could not ask an admission webhook, so that it could not answer: why.
    WebhookDown {
        /// The webhook, such as `vingress.elbv2.k8s.aws`.
        webhook: String,
        /// Why, and what to do.
        why: Text,
        /// The server's message.
        message: String,
    },
    /// The server or a webhook refused it; its message.
    Refused(Text),
    /// Fields of the object that is there cannot be changed: it would have to be deleted and recreated.
    Immutable {
        /// Which, as the server spells them: `spec.selector`.
        fields: Vec<String>,
        /// The server's message.
        why: Text,
    },
    /// Fields are owned by other managers.
    Conflict {
        /// Which fields and whose.
        conflicts: Vec<FieldConflict>,
        /// The object as it would be if forced.
        forced: Object,
    },
}

impl ObjectState {
    /// The object as it will be: what the server makes of the wanted one, else the live one, else the wanted one itself.
    pub fn result(&self, wanted: &Object) -> Object {
        match &self.dry_run {
            DryRun::Validated(result) | DryRun::Elsewhere(result) | DryRun::Conflict { forced: result, .. } => {
                result.clone()
            }
            DryRun::NotYet(_) | DryRun::WebhookDown { .. } | DryRun::Refused(_) | DryRun::Immutable { .. } => {
                let live = self.live.known().and_then(Option::as_ref);
                live.unwrap_or(wanted).clone()
            }
        }
    }
}

/// A field that another manager owns and we want to differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldConflict {
    /// The field, as the server spells it: `.spec.replicas`.
    pub field: String,
    /// The manager that owns it.
    pub manager: String,
}

/// Whether the API server can ask a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Webhook {
    /// It can.
    Answers,
    /// Nobody is there to be asked.
    NoEndpoint,
    /// Somebody is, and it comes to nothing.
    Fails {
        /// Why.
        cause: Text,
        /// What to do about it.
        remedy: Text,
    },
}

/// The AWS Load Balancer Controller as seen from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Controller {
    /// Its Deployment.
    pub deployment: Object,
    /// Ready replicas.
    pub ready: u32,
    /// For how many seconds it has had too few; read only to remove a lab.
    #[serde(default)]
    pub unready_for: Observed<u64>,
    /// Whether its webhook answers.
    pub webhook: Observed<Webhook>,
    /// Whether the API server has to ask the webhook; read only to remove a lab.
    #[serde(default)]
    pub webhook_registered: Observed<bool>,
    /// Age in seconds of the leader lease's last renewal.
    pub lease_age: Observed<u64>,
}
