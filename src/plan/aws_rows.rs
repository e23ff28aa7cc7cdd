//! Rows for what the lab has in AWS: role, profile, ALB, proof.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::change::{Approach, Change, FieldDiff, Refusal};
use super::drift;
use super::input::PlanInput;
use super::shared;
use crate::lang::{Text, text};
use crate::model::{
    LAB_TAG, LoadBalancerSpec, Node, NodeKind, Observed, Op, Profile, ProfileSpec, ProofSpec, Role, RoleSpec, Scheme,
    Wait,
};
use crate::readiness::{self, State};

/// What is to be done about the pod execution role.
pub(crate) fn role(input: &PlanInput<'_>, node: &Node, spec: &RoleSpec, was_there: bool) -> Change {
    let role = match &input.aws.role {
        Observed::Known(Some(role)) => role,
        Observed::Known(None) => return created(node, was_there),
        unread => return Change::unread(node.clone(), unread),
    };
    let diffs = role_diffs(role, spec);
    let op = if diffs.is_empty() { Op::None } else { Op::Update };
    let mut change = Change::of(node.clone(), op).pinned(role.pin());
    change.diffs = diffs;
    let foreign: Vec<&str> = role
        .attached
        .iter()
        .chain(&role.inline)
        .filter(|policy| **policy != spec.policy_arn)
        .map(String::as_str)
        .collect();
    if !foreign.is_empty() {
        change
            .notes
            .push(text!("plan-role-also-has", policies = foreign.join(", ")));
    }
    owned(input, change, &role.tags)
}

/// What is to be done about the Fargate profile.
pub(crate) fn profile(input: &PlanInput<'_>, node: &Node, spec: &ProfileSpec, was_there: bool) -> Change {
    if input.aws.profiles.known().is_none() {
        return Change::unread(node.clone(), &input.aws.profiles);
    }
    let mut change = match input.aws.profile(&spec.name) {
        None => created(node, was_there),
        Some(profile) => present_profile(input, node, spec, profile),
    };
    if matches!(change.task.op, Op::Create | Op::Replace)
        && let Some(busy) = busy_profile(input, &spec.name)
    {
        change.notes.push(text!(
            "plan-profile-waits-turn",
            name = &busy.name,
            status = busy.status.to_string()
        ));
    }
    change
}

fn created(node: &Node, was_there: bool) -> Change {
    let mut change = Change::of(node.clone(), Op::Create);
    if was_there {
        change.drift.push(drift::deleted());
    }
    change
}

fn present_profile(input: &PlanInput<'_>, node: &Node, spec: &ProfileSpec, profile: &Profile) -> Change {
    // Whosever it was, its name is free soon.
    if matches!(readiness::profile(Some(profile)).state, State::Deleting(_)) {
        return Change::of(node.clone(), Op::Create).noted(text!("plan-profile-still-going"));
    }
    let fixed = fixed_diffs(profile, spec);
    let tags = tag_diffs(&profile.tags, &spec.tags);
    let broken = matches!(readiness::profile(Some(profile)).state, State::Failed(_));
    let op = match (broken || !fixed.is_empty(), tags.is_empty()) {
        (true, _) => Op::Replace,
        (false, false) => Op::Update,
        (false, true) => Op::None,
    };
    let paths: Vec<String> = fixed.iter().map(|diff| diff.path.clone()).collect();
    let mut change = Change::of(node.clone(), op).pinned(profile.pin());
    change.diffs = fixed.into_iter().chain(tags).collect();
    if op != Op::None {
        change.notes.extend(input.stack.profile_notes.iter().cloned());
    }
    change = owned(input, change, &profile.tags);
    if op == Op::Replace {
        change = replaced(input, change, profile, paths, broken);
    }
    change
}

/// A replacement needs the user's word, except of a profile that never worked.
fn replaced(input: &PlanInput<'_>, change: Change, profile: &Profile, paths: Vec<String>, broken: bool) -> Change {
    if broken {
        let verdict = readiness::profile(Some(profile));
        let why = verdict.why().cloned().unwrap_or_default();
        let status = profile.status.to_string();
        return change.noted(text!("plan-profile-recreated", status = status, why = why));
    }
    let change = shared::guarded(input, change.noted(text!("plan-profile-fixed")), profile);
    if input.approvals.replace {
        change.by(Approach::Replaced)
    } else {
        change.refused(Refusal::NeedsReplace(paths))
    }
}

/// Judges ownership by tags.
fn owned(input: &PlanInput<'_>, change: Change, tags: &BTreeMap<String, String>) -> Change {
    let owner = (!input.owns(tags)).then(|| owner_by_tags(tags));
    change.owned_by(owner, input.approvals.adopt)
}

/// Who owns an AWS resource, by its tags, in words.
pub(crate) fn owner_by_tags(tags: &BTreeMap<String, String>) -> Text {
    if let Some(name) = tags.get(LAB_TAG) {
        text!("plan-owner-lab", name = name)
    } else if let Some(name) = tags.get("alpha.eksctl.io/cluster-name") {
        text!("plan-owner-eksctl", name = name)
    } else if let Some(name) = tags.get("aws:cloudformation:stack-name") {
        text!("plan-owner-stack", name = name)
    } else {
        text!("plan-owner-no-tags")
    }
}

/// Another profile that keeps the cluster's one slot for changes busy.
fn busy_profile<'a>(input: &PlanInput<'a>, own: &str) -> Option<&'a Profile> {
    let profiles = input.aws.profiles.known()?;
    profiles.iter().find(|p| p.name != own && p.status.is_changing())
}

fn role_diffs(role: &Role, spec: &RoleSpec) -> Vec<FieldDiff> {
    let mut diffs = Vec::new();
    if normal(&role.trust) != normal(&spec.trust) {
        diffs.push(diff("trust", Some(role.trust.clone()), Some(spec.trust.clone())));
    }
    if !role.attached.contains(&spec.policy_arn) {
        diffs.push(diff(
            &format!("policies[{}]", spec.policy_arn),
            None,
            Some(json!("attached")),
        ));
    }
    if role.permissions_boundary != spec.permissions_boundary {
        diffs.push(diff(
            "permissionsBoundary",
            role.permissions_boundary.clone().map(Value::from),
            spec.permissions_boundary.clone().map(Value::from),
        ));
    }
    diffs.extend(tag_diffs(&role.tags, &spec.tags));
    diffs
}

/// A policy document with lists of one element written as that element, as IAM treats them alike.
fn normal(policy: &Value) -> Value {
    match policy {
        Value::Array(items) => match items.as_slice() {
            [only] => normal(only),
            items => items.iter().map(normal).collect(),
        },
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), normal(value))).collect(),
        other => other.clone(),
    }
}

/// What of a profile differs and cannot be changed.
fn fixed_diffs(profile: &Profile, spec: &ProfileSpec) -> Vec<FieldDiff> {
    let mut diffs = Vec::new();
    if profile.role_arn != spec.role_arn {
        diffs.push(diff("role", Some(json!(profile.role_arn)), Some(json!(spec.role_arn))));
    }
    let set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    if set(&profile.subnets) != set(&spec.subnets) {
        diffs.push(diff(
            "subnets",
            Some(json!(set(&profile.subnets))),
            Some(json!(set(&spec.subnets))),
        ));
    }
    let sorted = |list: &[crate::model::Selector]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    if sorted(&profile.selectors) != sorted(&spec.selectors) {
        diffs.push(diff(
            "selectors",
            Some(json!(sorted(&profile.selectors))),
            Some(json!(sorted(&spec.selectors))),
        ));
    }
    diffs
}

/// Wanted tags that are missing or differ; tags of others stay.
fn tag_diffs(there: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> Vec<FieldDiff> {
    wanted
        .iter()
        .filter(|(key, value)| there.get(*key) != Some(*value))
        .map(|(key, value)| {
            let before = there.get(key).map(|value| json!(value));
            diff(&format!("tags[{key}]"), before, Some(json!(value)))
        })
        .collect()
}

fn diff(path: &str, before: Option<Value>, after: Option<Value>) -> FieldDiff {
    FieldDiff {
        path: path.to_owned(),
        before,
        after,
    }
}

/// The row of the ALB, or of its targets: never changed by us, waited for when `something` in the lab changes or it does not work yet.
pub(crate) fn balancer(input: &PlanInput<'_>, node: &Node, spec: &LoadBalancerSpec, something: bool) -> Change {
    let mut change = Change::of(node.clone(), Op::None);
    if let (NodeKind::LoadBalancer, Observed::Known(Some(balancer))) = (&node.id.kind, &input.aws.balancer) {
        change = change.pinned(balancer.pin());
    }
    if something || !input.works(node) {
        change = change.waiting(Wait::Ready, balancer_words(spec));
    }
    change
}

fn balancer_words(spec: &LoadBalancerSpec) -> Text {
    match spec.targets {
        0 => text!("plan-wait-alb-active"),
        targets => text!("plan-wait-healthy", count = targets),
    }
}

/// The row of the proof from outside.
pub(crate) fn proof(node: &Node, spec: &ProofSpec, something: bool) -> Change {
    let change = Change::of(node.clone(), Op::None);
    match (spec.scheme, &spec.obstacle, something) {
        (Scheme::Internal, ..) => change.noted(text!("plan-proof-internal")),
        (Scheme::InternetFacing, Some(why), _) => change.noted(text!("plan-proof-obstacle", why = why)),
        (Scheme::InternetFacing, None, true) => {
            asked_under_a_name(change, spec).waiting(Wait::Ready, text!("plan-wait-answer"))
        }
        (Scheme::InternetFacing, None, false) => change,
    }
}

/// A name that is not the ALB's own need not lead to it for the proof, but for everybody else.
fn asked_under_a_name(change: Change, spec: &ProofSpec) -> Change {
    match &spec.endpoint.host {
        Some(host) => change.noted(text!("plan-proof-host", host = host)),
        None => change,
    }
}
