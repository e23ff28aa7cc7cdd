//! The Fargate profile.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::aws::clients::Clients;

use super::poller::{self, Poll};
use super::{guard, not_ours};
use crate::lang::text;
use crate::model::{Goal, Op, Outputs, Pin, Profile, ProfileSpec, ProfileStatus, Selector, Task, lacking, same_lab};
use crate::ports::{CallError, ErrorClass};
use crate::readiness::{self, State};

/// How long the same request keeps the same idempotency token: long enough for a rerun after a crash, shorter than
/// any profile takes to be made and deleted, because a token must not bring back an answer about a deleted profile.
const TOKEN_LIFE: Duration = Duration::from_mins(2);

/// Asks for the profile, or brings the tags of the one that is there to what is wanted. Nothing else of a profile can
/// be changed.
pub(super) async fn apply(
    clients: &Clients,
    task: &Task,
    spec: &ProfileSpec,
    inputs: &Outputs,
) -> Result<Outputs, CallError> {
    let role_arn = inputs.role_arn.as_deref().unwrap_or(&spec.role_arn);
    if matches!(task.op, Op::Create | Op::Replace) {
        match create(clients, spec, role_arn).await {
            // There is one of that name, or the profile that keeps the cluster busy may be our own from a run before.
            Err(error) if matches!(error.class, ErrorClass::Exists | ErrorClass::Busy) => {
                return match clients.profile(&spec.cluster, &spec.name).await? {
                    Some(profile) => adopt(clients, task, spec, role_arn, &profile).await,
                    None => Err(error),
                };
            }
            outcome => return outcome.map(|profile| outputs(&profile)),
        }
    }
    match clients.profile(&spec.cluster, &spec.name).await? {
        Some(profile) => adopt(clients, task, spec, role_arn, &profile).await,
        None => create(clients, spec, role_arn).await.map(|profile| outputs(&profile)),
    }
}

fn outputs(profile: &Profile) -> Outputs {
    Outputs {
        profile_arn: Some(profile.arn.clone()),
        ..Outputs::default()
    }
}

async fn create(clients: &Clients, spec: &ProfileSpec, role_arn: &str) -> Result<Profile, CallError> {
    let token = token(spec, role_arn, clients.clock().now());
    clients.create_profile(spec, role_arn, &token).await
}

/// The idempotency token of one request.
fn token(spec: &ProfileSpec, role_arn: &str, now: Timestamp) -> String {
    let life = i64::try_from(TOKEN_LIFE.as_secs()).unwrap_or(1);
    let mut hash = Sha256::new();
    // A ProfileSpec has only texts, lists and ordered maps; its JSON cannot fail and is always the same.
    hash.update(serde_json::to_vec(spec).unwrap_or_default());
    hash.update(role_arn);
    hash.update((now.as_second() / life).to_be_bytes());
    hex::encode(hash.finalize())
}

/// Takes a profile that is there as the wanted one, if it is.
async fn adopt(
    clients: &Clients,
    task: &Task,
    spec: &ProfileSpec,
    role_arn: &str,
    profile: &Profile,
) -> Result<Outputs, CallError> {
    const OPERATION: &str = "eks:CreateFargateProfile";
    let refused = |class, text: String| Err(CallError::new(class, OPERATION, text));
    let name = &spec.name;
    // Whosever it was, its name is free soon.
    if profile.status == ProfileStatus::Deleting {
        return refused(
            ErrorClass::Busy,
            format!("profile {name} of before is still being deleted"),
        );
    }
    match task.op {
        Op::Update => guard(task, "eks:TagResource", &profile.pin(), &profile.tags, &spec.tags)?,
        _ if same_lab(&profile.tags, &spec.tags) => {}
        _ => return Err(not_ours(task, OPERATION)),
    }
    if profile.status.has_failed() {
        let status = &profile.status;
        let why = readiness::profile(Some(profile)).why().cloned().unwrap_or_default();
        return refused(
            ErrorClass::Conflict,
            format!("profile {name} is there in state {status} ({why}); it must be deleted first"),
        );
    }
    let differing = differences(spec, role_arn, profile);
    if !differing.is_empty() {
        let fields = differing.join(", ");
        return refused(
            ErrorClass::Conflict,
            format!("profile {name} exists with other {fields}, which cannot be changed in place"),
        );
    }
    let tags = lacking(&profile.tags, &spec.tags);
    if !tags.is_empty() {
        clients.tag_profile(&profile.arn, &tags).await?;
    }
    Ok(outputs(profile))
}

/// The immutable fields in which a profile is not as wanted.
fn differences(spec: &ProfileSpec, role_arn: &str, profile: &Profile) -> Vec<&'static str> {
    let subnets = |list: &[String]| list.iter().cloned().collect::<BTreeSet<String>>();
    let selectors = |list: &[Selector]| list.iter().cloned().collect::<BTreeSet<Selector>>();
    let mut differing = Vec::new();
    if profile.role_arn != role_arn {
        differing.push("role");
    }
    if !spec.subnets.is_empty() && subnets(&spec.subnets) != subnets(&profile.subnets) {
        differing.push("subnets");
    }
    if selectors(&spec.selectors) != selectors(&profile.selectors) {
        differing.push("selectors");
    }
    differing
}

/// Asks for the profile's deletion, unless that has begun.
pub(super) async fn delete(clients: &Clients, task: &Task, spec: &ProfileSpec) -> Result<(), CallError> {
    const OPERATION: &str = "eks:DeleteFargateProfile";
    let Some(profile) = clients.profile(&spec.cluster, &spec.name).await? else {
        return Ok(());
    };
    guard(task, OPERATION, &profile.pin(), &profile.tags, &spec.tags)?;
    if profile.status == ProfileStatus::Deleting {
        return Ok(());
    }
    clients.delete_profile(&spec.cluster, &spec.name).await
}

/// Polls the profile.
pub(super) struct ProfilePoller<'a> {
    clients: &'a Clients,
    spec: &'a ProfileSpec,
    goal: Goal,
    pin: Option<&'a Pin>,
    /// How many polls there were.
    taken: u32,
    /// Whether it was there at one of them.
    seen: bool,
}

impl<'a> ProfilePoller<'a> {
    pub(super) fn new(clients: &'a Clients, task: &'a Task, spec: &'a ProfileSpec, goal: Goal) -> Self {
        Self {
            clients,
            spec,
            goal,
            pin: task.pin.as_ref(),
            taken: 0,
            seen: false,
        }
    }

    fn judge(&mut self, profile: Option<&Profile>) -> Poll {
        self.taken += 1;
        self.seen |= profile.is_some();
        match (self.goal, profile) {
            (Goal::Gone, Some(profile)) if self.pin.is_some_and(|pin| *pin != profile.pin()) => {
                Poll::ready(text!("is-gone-and-another"))
            }
            (Goal::Gone, profile) => Poll::judged(readiness::profile_gone(profile), Goal::Gone),
            (Goal::Ready, None) if !self.seen && self.taken == 1 => {
                Poll::pending(text!("is-awaiting-profile"), text!("is-eks-not-showing"))
            }
            (Goal::Ready, None) => Poll::failed(text!("is-missing"), text!("is-profile-deleted-meanwhile")),
            (Goal::Ready, Some(profile)) => provisioning(profile),
        }
    }
}

impl poller::Poller for ProfilePoller<'_> {
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>> {
        async move {
            let profile = self.clients.profile(&self.spec.cluster, &self.spec.name).await?;
            Ok(self.judge(profile.as_ref()))
        }
        .boxed()
    }
}

/// How far a profile is that is awaited.
fn provisioning(profile: &Profile) -> Poll {
    let verdict = readiness::profile(Some(profile));
    match &verdict.state {
        // Nobody but another run or a person deletes what is awaited, and nothing brings it back.
        State::Deleting(why) => Poll::failed(verdict.stage.clone(), why),
        _ if verdict.works() => Poll::judged(verdict, Goal::Ready).with(outputs(profile)),
        _ => Poll::judged(verdict, Goal::Ready),
    }
}
