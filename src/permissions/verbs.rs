//! The verbs on Kubernetes objects that the program needs, beside those on the lab's own objects.

use super::Extent;
use super::labs::Labs;

/// Name of the Lease that the controller's leader holds, unless a flag of it names another.
const LEADER: &str = "aws-load-balancer-controller-leader";
/// Name of the Lease that is the lab's lock.
const LOCK: &str = "lab2048";

/// Some verbs on objects of some kinds.
pub(super) struct Row {
    /// What it belongs to.
    pub(super) part: Extent,
    /// Whether it is in the whole cluster or in the lab's namespace.
    pub(super) area: Area,
    /// API group.
    pub(super) group: &'static str,
    /// Plurals of the kinds.
    pub(super) resources: &'static [&'static str],
    /// Which of them.
    pub(super) names: Names,
    /// What is done with them.
    pub(super) verbs: &'static [&'static str],
    /// The labs that need it.
    pub(super) labs: Labs,
    /// Who gets it.
    who: Who,
}

/// Who gets what a row allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// All.
    Everybody,
    /// All but participants: it shows or changes what is not of the lab, or is needed only where the namespace goes.
    NoParticipant,
    /// Participants alone: the others have it elsewhere.
    ParticipantOnly,
}

/// Where something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Area {
    /// In the whole cluster.
    Cluster,
    /// In the lab's namespace.
    Namespace,
}

/// Which objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// All.
    Any,
    /// The lab's namespace.
    Lab,
    /// The one of that name.
    One(&'static str),
}

const fn row(
    part: Extent,
    area: Area,
    group: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
) -> Row {
    Row {
        part,
        area,
        group,
        resources,
        names: Names::Any,
        verbs,
        labs: Labs::All,
        who: Who::Everybody,
    }
}

impl Row {
    const fn named(self, names: Names) -> Self {
        Self { names, ..self }
    }

    const fn of(self, labs: Labs) -> Self {
        Self { labs, ..self }
    }

    const fn to(self, who: Who) -> Self {
        Self { who, ..self }
    }

    /// Whether it is in what is allowed in that extent.
    pub(super) fn is_in(&self, extent: Extent) -> bool {
        let is_participant = extent == Extent::Participant;
        let gets_it = match self.who {
            Who::Everybody => true,
            Who::NoParticipant => !is_participant,
            Who::ParticipantOnly => is_participant,
        };
        gets_it && extent.has(self.part)
    }
}

use Area::{Cluster, Namespace};
use Extent::{Full, ReadOnly, Sweep, WithoutController};
use Who::{NoParticipant, ParticipantOnly};

/// What is done with the lab's own objects: looked at.
pub(super) const LOOK_AT_OWN: &[&str] = &["list"];
/// ... and applied, awaited, deleted. Server-side apply is a patch, and of an object that is not there a creation, too.
pub(super) const CHANGE_OWN: &[&str] = &["get", "watch", "create", "patch", "delete"];

/// Everything else.
pub(super) const TABLE: &[Row] = &[
    row(ReadOnly, Cluster, "", &["namespaces"], &["get"])
        .named(Names::Lab)
        .to(NoParticipant),
    // A namespace is in itself.
    row(ReadOnly, Namespace, "", &["namespaces"], &["get"])
        .named(Names::Lab)
        .to(ParticipantOnly),
    // A pod on Fargate has a node of its own; whose pod it is, a node does not say.
    row(ReadOnly, Cluster, "", &["nodes"], &["list"]),
    // CoreDNS, the load balancer controller, and who else runs on the profile.
    row(ReadOnly, Cluster, "apps", &["deployments", "daemonsets"], &["list"]).to(NoParticipant),
    row(ReadOnly, Cluster, "", &["pods"], &["list"])
        .of(Labs::SharedProfile)
        .to(NoParticipant),
    row(ReadOnly, Cluster, "apps", &["statefulsets"], &["list"])
        .of(Labs::SharedProfile)
        .to(NoParticipant),
    row(ReadOnly, Cluster, "batch", &["cronjobs", "jobs"], &["list"])
        .of(Labs::SharedProfile)
        .to(NoParticipant),
    row(ReadOnly, Cluster, "networking.k8s.io", &["ingressclasses"], &["get"]),
    row(ReadOnly, Cluster, "elbv2.k8s.aws", &["ingressclassparams"], &["get"]),
    // Whether the controller's webhook answers, and whether the controller has a leader.
    row(ReadOnly, Cluster, "discovery.k8s.io", &["endpointslices"], &["list"]).to(NoParticipant),
    row(ReadOnly, Cluster, "coordination.k8s.io", &["leases"], &["get"])
        .named(Names::One(LEADER))
        .to(NoParticipant),
    // Whether the controller's own finalizers have to pass by it.
    row(
        ReadOnly,
        Cluster,
        "admissionregistration.k8s.io",
        &["validatingwebhookconfigurations"],
        &["list"],
    )
    .to(NoParticipant),
    row(
        Full,
        Cluster,
        "",
        &["namespaces"],
        &["list", "watch", "patch", "delete"],
    )
    .named(Names::Lab)
    .to(NoParticipant),
    row(Full, Cluster, "apps", &["deployments"], &["watch"]).to(NoParticipant),
    // Who else waits in line for the cluster's profile slot, and who is before us. The one right that a lab can do without:
    // then everybody in a crowd asks EKS on their own, and no place in line is told.
    row(Full, Cluster, "coordination.k8s.io", &["leases"], &["list"])
        .named(Names::One(LOCK))
        .of(Labs::OwnProfile)
        .to(NoParticipant),
    row(ReadOnly, Namespace, "", &["events", "pods"], &["list"]),
    row(
        ReadOnly,
        Namespace,
        "autoscaling",
        &["horizontalpodautoscalers"],
        &["list"],
    ),
    row(ReadOnly, Namespace, "policy", &["poddisruptionbudgets"], &["list"]),
    // What goes with the namespace when it is deleted.
    row(
        ReadOnly,
        Namespace,
        "",
        &["configmaps", "persistentvolumeclaims"],
        &["list"],
    )
    .to(NoParticipant),
    row(ReadOnly, Namespace, "apps", &["statefulsets"], &["list"]).to(NoParticipant),
    row(ReadOnly, Namespace, "batch", &["cronjobs", "jobs"], &["list"]).to(NoParticipant),
    row(Full, Namespace, "", &["events", "pods"], &["watch"]),
    // Those that were made before the profile could take them.
    row(Full, Namespace, "", &["pods"], &["delete"]),
    row(Full, Namespace, "coordination.k8s.io", &["leases"], &["create"]),
    row(
        Full,
        Namespace,
        "coordination.k8s.io",
        &["leases"],
        &["get", "update", "delete"],
    )
    .named(Names::One(LOCK)),
    // Labs that no roster has.
    row(Sweep, Cluster, "", &["namespaces"], &["list"]).to(NoParticipant),
    row(
        WithoutController,
        Cluster,
        "admissionregistration.k8s.io",
        &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        &["get", "list", "patch"],
    ),
    row(
        WithoutController,
        Namespace,
        "elbv2.k8s.aws",
        &["targetgroupbindings"],
        &["delete", "get", "list", "patch"],
    ),
    row(
        WithoutController,
        Namespace,
        "networking.k8s.io",
        &["ingresses"],
        &["patch"],
    ),
];
