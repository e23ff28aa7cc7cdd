//! The load balancer controller as the one who cleans up behind an Ingress: whether it will, as far as can be seen.
//!
//! Where it will not, a deletion of the Ingress hangs on its finalizer, and all that was made in AWS stays.

use std::time::Duration;

use super::ingress::decoded_warning;
use crate::lang::{Text, text};
use crate::lbc::{self, Flags};
use crate::model::{Controller, KubeView, Object, Observed, Webhook, format_duration};

/// So many seconds pods of the controller need at most to come up, on Fargate too.
const COMING: u64 = 180;

/// Why the controller will not remove what it made of an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControllerFault {
    /// There is none.
    NotInstalled,
    /// None of its pods is ready.
    NoReadyPod,
    /// It works for a cluster of this name: what is tagged with another's name it does not find, and it lets go of the
    /// Ingress as if there were nothing.
    OtherCluster(String),
    /// It watches this namespace alone.
    OtherNamespace(String),
    /// Nobody has renewed its leader's lease for so long.
    NoLeader(Duration),
    /// Its webhook, without which its own finalizers cannot be taken off, has no endpoint.
    WebhookDown,
    /// The IngressClass of this name is gone: its webhook refuses every change of the Ingress, its own ones, too.
    /// (aws-load-balancer-controller#4341)
    NoClass(String),
    /// AWS does not let it do anything; the decoded event.
    Denied(Text),
}

impl ControllerFault {
    /// What is wrong.
    pub fn why(&self) -> Text {
        match self {
            Self::NotInstalled => text!("cause-controller-absent"),
            Self::NoReadyPod => text!("cause-controller-unready"),
            Self::OtherCluster(name) => text!("cause-controller-of-other-cluster", name = name),
            Self::OtherNamespace(name) => text!("cause-controller-of-other-namespace", name = name),
            Self::NoLeader(age) => text!("cause-controller-without-leader", age = format_duration(*age)),
            Self::WebhookDown => text!("cause-controller-webhook-down"),
            Self::NoClass(name) => text!("cause-controller-without-class", name = name),
            Self::Denied(cause) => cause.clone(),
        }
    }

    /// How the controller can do its work again.
    pub fn remedy(&self) -> Text {
        match self {
            Self::NotInstalled => text!("cause-controller-absent.remedy"),
            Self::NoReadyPod => text!("cause-controller-unready.remedy", label = lbc::label_selector()),
            Self::OtherCluster(_) => text!("cause-controller-of-other-cluster.remedy"),
            Self::OtherNamespace(_) => text!("cause-controller-of-other-namespace.remedy"),
            Self::NoLeader(_) => text!("cause-controller-without-leader.remedy"),
            Self::WebhookDown => text!("cause-controller-webhook-down.remedy"),
            Self::NoClass(name) => text!(
                "cause-controller-without-class.remedy",
                name = name,
                controller = lbc::CLASS_CONTROLLER
            ),
            Self::Denied(_) => text!("cause-controller-give-rights"),
        }
    }
}

/// Why the controller will not clean up behind the lab's Ingress on `cluster`, if that can be seen. What could not be read
/// speaks for it, and an Ingress that is not there, or that it has not taken up, needs it for nothing.
pub fn controller_fault(kube: &KubeView, cluster: &str, wanted: &Object) -> Option<ControllerFault> {
    let ingress = kube.live(wanted).filter(|live| lbc::has_finalizer(live))?;
    let Some(controller) = kube.controller.known()? else {
        return Some(ControllerFault::NotInstalled);
    };
    of_installation(controller, cluster, ingress)
        .or_else(|| of_class(kube, wanted, ingress))
        .or_else(|| of_rights(kube, ingress))
}

/// What could not be read of the controller, each with the reason: a removal then trusts in it without knowing.
pub fn controller_unseen(kube: &KubeView) -> Vec<Text> {
    let controller = match &kube.controller {
        Observed::Known(controller) => controller.as_ref(),
        unread => {
            let why = unread.why_not();
            return why
                .map(|why| text!("cause-unseen-controller", why = why))
                .into_iter()
                .collect();
        }
    };
    let webhook = controller.and_then(|controller| controller.webhook_registered.why_not());
    let webhook = webhook.map(|why| text!("cause-unseen-webhook", why = why));
    let class = kube.ingress_class.why_not();
    let class = class.map(|why| text!("cause-unseen-class", why = why));
    webhook.into_iter().chain(class).collect()
}

fn of_installation(controller: &Controller, cluster: &str, ingress: &Object) -> Option<ControllerFault> {
    if controller.ready == 0 {
        return (!is_coming(controller)).then_some(ControllerFault::NoReadyPod);
    }
    let flags = Flags::of(&controller.deployment);
    if let Some(other) = flags.cluster_name().differs_from(cluster) {
        return Some(ControllerFault::OtherCluster(other.to_owned()));
    }
    let namespace = ingress.namespace().unwrap_or_default();
    if let Some(other) = flags.watch_namespace().differs_from(namespace) {
        return Some(ControllerFault::OtherNamespace(other.to_owned()));
    }
    if let Some(age) = controller.lease_age.known().filter(|age| **age > flags.stale_lease()) {
        return Some(ControllerFault::NoLeader(Duration::from_secs(*age)));
    }
    let is_needed = controller.webhook_registered.known() == Some(&true);
    let is_down = controller.webhook.known() == Some(&Webhook::NoEndpoint);
    (is_needed && is_down).then_some(ControllerFault::WebhookDown)
}

/// Whether its pods may just be coming up: some are wanted, and there have been too few for a short while only.
fn is_coming(controller: &Controller) -> bool {
    let wanted = controller.deployment.number("/spec/replicas").unwrap_or(1);
    let is_recent = controller.unready_for.known().is_some_and(|seconds| *seconds < COMING);
    wanted > 0 && is_recent
}

/// The class that was read is the one that the lab wants.
fn of_class(kube: &KubeView, wanted: &Object, ingress: &Object) -> Option<ControllerFault> {
    let class_of = |ingress: &Object| ingress.text("/spec/ingressClassName").map(str::to_owned);
    let class = class_of(ingress).filter(|class| class_of(wanted).as_ref() == Some(class))?;
    kube.ingress_class
        .known()?
        .is_none()
        .then_some(ControllerFault::NoClass(class))
}

/// The controller writes no event about an Ingress that is being deleted; what it met before tells.
fn of_rights(kube: &KubeView, ingress: &Object) -> Option<ControllerFault> {
    let newest = decoded_warning(ingress, kube.events.items())?;
    newest.denied.then_some(ControllerFault::Denied(newest.cause))
}
