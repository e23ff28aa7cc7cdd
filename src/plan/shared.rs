//! What others share with the lab in AWS, its Fargate profile and its role: it is taken from them only on the user's word.
//!
//! Of who uses it there is one reading, for whatever would be taken away. What could not be looked at counts as used: not
//! readable is never nobody.

use std::collections::BTreeSet;

use super::change::{Approach, Change, Refusal};
use super::input::PlanInput;
use super::neighbours::shortened;
use crate::lang::{Text, text};
use crate::model::{Node, NodeKind, Object, Observed, PROFILE_LABEL, Profile};
use crate::readiness;

/// What makes pods, with where their labels are in it.
const WORKLOADS: [(&str, &str); 4] = [
    ("Deployment", "/spec/template/metadata/labels"),
    ("StatefulSet", "/spec/template/metadata/labels"),
    ("CronJob", "/spec/jobTemplate/spec/template/metadata/labels"),
    ("Job", "/spec/template/metadata/labels"),
];

/// Who else uses something, as far as that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Users {
    /// Who, in words.
    names: BTreeSet<Text>,
    /// Why there may be more.
    unread: Option<Text>,
}

impl Users {
    /// Those of a list that `is_user`, in the words of `name`.
    fn add(&mut self, list: &Observed<Vec<Object>>, is_user: impl Fn(&Object) -> bool, name: impl Fn(&Object) -> Text) {
        let users = list.items().iter().filter(|object| is_user(object));
        self.names.extend(users.map(name));
        if self.unread.is_none() {
            self.unread = list.why_not();
        }
    }
}

/// Whether pods of other namespaces than the lab's may be on a profile.
pub(super) fn may_have_others(input: &PlanInput<'_>, profile: &Profile) -> bool {
    let mut ids = input.stack.nodes.iter().map(|node| &node.id);
    let own = ids.find(|id| id.kind == NodeKind::Namespace);
    own.is_none_or(|own| !profile.is_for(&own.name))
}

/// What runs, or would run, on a profile and is not the lab's: pods that it has taken, and what makes pods that EKS would give
/// to it.
fn users_of_profile(input: &PlanInput<'_>, profile: &Profile) -> Users {
    let mut users = Users::default();
    if !may_have_others(input, profile) {
        return users;
    }
    let elsewhere = &input.kube.elsewhere;
    let rivals = || {
        let others = input.aws.profiles.items().iter();
        others.filter(|other| other.name != profile.name)
    };
    let is_given = |object: &Object, labels: &str| {
        let (namespace, labels) = (object.namespace().unwrap_or_default(), object.text_map(labels));
        let rival = readiness::taker(rivals(), namespace, &labels);
        profile.takes(namespace, &labels) && rival.is_none_or(|rival| profile.name < rival.name)
    };
    for (kind, labels) in WORKLOADS {
        let is_user = |object: &Object| !object.belongs_to(input.lab) && makes_pods(object) && is_given(object, labels);
        users.add(elsewhere.of_kind(kind), is_user, owner);
    }
    let is_on_it = |pod: &Object| match pod.label(PROFILE_LABEL) {
        Some(name) => name == profile.name,
        None => is_given(pod, "/metadata/labels"),
    };
    let is_user = |pod: &Object| !pod.belongs_to(input.lab) && !readiness::is_over(pod) && is_on_it(pod);
    let name = |pod: &Object| workload_of(input, pod);
    users.add(elsewhere.of_kind("Pod"), is_user, name);
    users
}

/// Whether there are pods of it, or will be without anybody's doing.
fn makes_pods(workload: &Object) -> bool {
    let is_idle = match workload.kind() {
        "CronJob" => workload.flag("/spec/suspend"),
        "Job" => workload.flag("/spec/suspend") || readiness::is_finished(workload),
        _ => workload.number("/spec/replicas") == Some(0),
    };
    !is_idle
}

/// What a pod is of, as far as that was read: the workload whose it is, else what has made it, else itself.
fn workload_of(input: &PlanInput<'_>, pod: &Object) -> Text {
    let of_same_namespace = |workload: &&Object| workload.namespace() == pod.namespace();
    let workloads = WORKLOADS
        .iter()
        .flat_map(|(kind, _)| input.kube.elsewhere.of_kind(kind).items());
    let mut workloads = workloads.filter(of_same_namespace);
    let found = workloads.find(|workload| !readiness::pods_of(workload, std::slice::from_ref(pod)).is_empty());
    owner(found.unwrap_or(pod))
}

/// Who has made an object, or itself: `cronjob tidy in namespace shop`.
fn owner(object: &Object) -> Text {
    let namespace = object.namespace().unwrap_or_default();
    let controller = object.controller();
    let (kind, name) = controller.unwrap_or_else(|| (object.kind(), object.name()));
    text!(
        "plan-user",
        kind = kind.to_lowercase(),
        name = name,
        namespace = namespace
    )
}

/// Profiles that use a role and stay: others, and the lab's own where it is kept.
pub(super) fn users_of_role<'a>(input: &PlanInput<'a>, role_arn: &str) -> Vec<&'a Profile> {
    let goes = |profile: &Profile| {
        let own = |node: &Node| node.id.kind == NodeKind::Profile && node.id.name == profile.name;
        let ours = input.owns(&profile.tags);
        ours || (input.approvals.adopt && input.stack.nodes.iter().any(own))
    };
    let profiles = input.aws.profiles.items();
    profiles
        .iter()
        .filter(|profile| profile.role_arn == role_arn && !goes(profile))
        .collect()
}

/// A profile that others use is taken from them only on the user's word.
pub(super) fn guarded(input: &PlanInput<'_>, change: Change, profile: &Profile) -> Change {
    taken(input, change, users_of_profile(input, profile))
}

/// The same of a role or its access entry, which no profile is known to use: those that there are may not have been read.
pub(super) fn guarded_role(input: &PlanInput<'_>, change: Change) -> Change {
    let users = Users {
        names: BTreeSet::new(),
        unread: input.aws.profiles.why_not(),
    };
    taken(input, change, users)
}

fn taken(input: &PlanInput<'_>, mut change: Change, users: Users) -> Change {
    let names = (!users.names.is_empty()).then(|| shortened(users.names));
    if !input.approvals.force_shared {
        let refusals = names.map(Refusal::Shared).into_iter();
        change
            .refusals
            .extend(refusals.chain(users.unread.map(Refusal::SharedUnread)));
        return change;
    }
    let used = names.map(|names| text!("plan-takes-pods", names = names));
    let unread = users.unread.map(|why| text!("plan-users-unread", why = why));
    if used.is_none() && unread.is_none() {
        return change;
    }
    change.notes.extend(used.into_iter().chain(unread));
    change.by(Approach::Shared)
}
