//! From "the Ingress is deleted" to "nothing of it is left in AWS": ALB, target groups, security groups, in the order in
//! which the controller removes them. The controller itself reports nothing meanwhile.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::group_use::{self, GroupUse};
use crate::aws::balancers::{self, Depth};
use crate::aws::clients::Clients;
use crate::aws::drivers::poller::{self, Poll};
use crate::lang::text;
use crate::lbc::{self, IngressOwner};
use crate::model::LoadBalancerSpec;
use crate::ports::CallError;

/// What is still awaited to go.
enum DeletionStage {
    /// Not polled yet.
    Unknown,
    /// The ALB of this ARN.
    LoadBalancer(String),
    /// Nothing is known of the target groups: they must be searched by tags.
    AnyTargetGroup,
    /// These target groups.
    TargetGroups(Vec<String>),
    /// The security groups.
    SecurityGroups,
}

/// Polls what the controller made until all of it is gone.
pub(in crate::aws::drivers) struct AlbDeletion<'a> {
    clients: &'a Clients,
    spec: &'a LoadBalancerSpec,
    stage: DeletionStage,
    /// Target groups seen on the ALB while it was there.
    groups: Vec<String>,
    /// How often the ALB was seen to be still there.
    seen: u32,
}

/// So many polls, five minutes of them, the controller needs at most for an ALB that it is about to delete.
const PATIENCE: u32 = 60;

impl<'a> AlbDeletion<'a> {
    pub(in crate::aws::drivers) fn new(clients: &'a Clients, spec: &'a LoadBalancerSpec) -> Self {
        Self {
            clients,
            spec,
            stage: DeletionStage::Unknown,
            groups: Vec::new(),
            seen: 0,
        }
    }

    async fn advance(&mut self) -> Result<Poll, CallError> {
        match &self.stage {
            DeletionStage::Unknown => self.first().await,
            DeletionStage::LoadBalancer(arn) => self.balancer(arn.clone()).await,
            DeletionStage::AnyTargetGroup => self.search_groups().await,
            DeletionStage::TargetGroups(arns) => self.target_groups(arns.clone()).await,
            DeletionStage::SecurityGroups => self.security_groups().await,
        }
    }

    /// The inventory: the ALB by name or tags, and its target groups while they can be read from it.
    async fn first(&mut self) -> Result<Poll, CallError> {
        if IngressOwner::of(self.spec).is_group() {
            return self.in_group().await;
        }
        let Some(found) = balancers::find(self.clients, &self.spec.name, IngressOwner::of(self.spec)).await? else {
            self.stage = DeletionStage::AnyTargetGroup;
            return Ok(looking_for_groups());
        };
        let groups = self.clients.target_groups_of(&found.arn).await?;
        self.groups = groups
            .iter()
            .filter_map(|group| group.target_group_arn())
            .map(str::to_owned)
            .collect();
        let poll = self.still_there(&found.name);
        self.stage = DeletionStage::LoadBalancer(found.arn);
        Ok(poll)
    }

    /// The ALB of a group goes with the group's last Ingress; another may join at any time, so everything is polled each time.
    async fn in_group(&mut self) -> Result<Poll, CallError> {
        let Some(found) = balancers::read(
            self.clients,
            &self.spec.name,
            IngressOwner::of(self.spec),
            Depth::Owners,
        )
        .await?
        else {
            self.stage = DeletionStage::AnyTargetGroup;
            return Ok(looking_for_groups());
        };
        if found.other_backends.is_empty() {
            return Ok(self.still_there(&found.balancer.name));
        }
        let own: Vec<String> = found
            .balancer
            .target_groups
            .into_iter()
            .map(|group| group.arn)
            .collect();
        Ok(if own.is_empty() {
            Poll::ready(text!("is-alb-stays"))
        } else {
            groups_left(&own)
        })
    }

    async fn balancer(&mut self, arn: String) -> Result<Poll, CallError> {
        if let Some(found) = self.clients.balancer_at(&arn).await? {
            let name = found.load_balancer_name().unwrap_or(&self.spec.name).to_owned();
            return Ok(self.still_there(&name));
        }
        let groups = std::mem::take(&mut self.groups);
        self.stage = if groups.is_empty() {
            DeletionStage::AnyTargetGroup
        } else {
            DeletionStage::TargetGroups(groups)
        };
        Ok(looking_for_groups())
    }

    /// The ALB is there. The controller reports nothing of a removal, so after a while its own log is where to look.
    fn still_there(&mut self, name: &str) -> Poll {
        self.seen += 1;
        let poll = Poll::pending(
            text!("is-awaiting-alb-deletion"),
            text!("is-name-still-there", name = name),
        );
        if self.seen < PATIENCE {
            return poll;
        }
        poll.remedied(text!("is-see-controller-log", name = lbc::NAME))
    }

    async fn search_groups(&mut self) -> Result<Poll, CallError> {
        let groups = balancers::target_groups(self.clients, IngressOwner::of(self.spec)).await?;
        if groups.is_empty() {
            return Ok(self.on_to_security_groups());
        }
        let arns: Vec<String> = groups.into_iter().map(|group| group.arn).collect();
        let poll = groups_left(&arns);
        self.stage = DeletionStage::TargetGroups(arns);
        Ok(poll)
    }

    async fn target_groups(&mut self, arns: Vec<String>) -> Result<Poll, CallError> {
        // One call a poll: the first that is still there answers for the rest.
        let mut left = arns.into_iter();
        while let Some(arn) = left.next() {
            if self.clients.has_target_group(&arn).await? {
                let left: Vec<String> = std::iter::once(arn).chain(left).collect();
                let poll = groups_left(&left);
                self.stage = DeletionStage::TargetGroups(left);
                return Ok(poll);
            }
        }
        Ok(self.on_to_security_groups())
    }

    fn on_to_security_groups(&mut self) -> Poll {
        self.stage = DeletionStage::SecurityGroups;
        Poll::pending(text!("is-groups-gone"), "").at_once()
    }

    async fn security_groups(&mut self) -> Result<Poll, CallError> {
        let groups = balancers::security_groups(self.clients, IngressOwner::of(self.spec)).await?;
        let Some(group) = groups.iter().find(|group| !group.shared) else {
            return Ok(Poll::ready(text!("is-alb-all-gone")));
        };
        let stage = text!("is-awaiting-security-group");
        Ok(match group_use::of(self.clients, &group.id).await? {
            None => Poll::pending(stage, text!("is-group-unused", id = &group.id)),
            Some(GroupUse { cause, remedy: None }) => Poll::pending(stage, cause),
            Some(GroupUse {
                cause,
                remedy: Some(remedy),
            }) => Poll::pending(stage, cause).remedied(remedy),
        })
    }
}

fn groups_left(arns: &[String]) -> Poll {
    let names: Vec<&str> = arns.iter().filter_map(|arn| arn.split('/').nth(1)).collect();
    Poll::pending(
        text!("is-awaiting-target-groups"),
        text!("is-left", names = names.join(", ")),
    )
}

fn looking_for_groups() -> Poll {
    Poll::pending(text!("is-alb-gone"), "").at_once()
}

impl poller::Poller for AlbDeletion<'_> {
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>> {
        self.advance().boxed()
    }
}
