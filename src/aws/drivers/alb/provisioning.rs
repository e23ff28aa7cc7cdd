//! From "nothing there" to "enough healthy targets", stage by stage; each poll is one call, seldom two.

use std::collections::BTreeMap;

use futures::FutureExt;
use futures::future::{BoxFuture, try_join_all};

use crate::aws::balancers::{self, forwarding, port_of};
use crate::aws::clients::Clients;
use crate::aws::convert;
use crate::aws::drivers::poller::{self, Poll};
use crate::lang::{Text, text};
use crate::lbc::IngressOwner;
use crate::model::{Goal, LoadBalancer, LoadBalancerSpec, Outputs, Target};
use crate::ports::{CallError, ErrorClass};
use crate::readiness::{self, State, Verdict};

/// While nothing of the predicted name is there, every so many polls all ALBs are searched by tags: an older controller
/// may name them differently.
const SEARCH_EVERY: u32 = 6;

/// How far the ALB is.
enum ProvisioningStage {
    /// The controller has not made it, or we have not found it; how many polls were in vain.
    Unfound(u32),
    /// It is there and not yet in service.
    Provisioning(String),
    /// It is in service; a listener on the port is awaited.
    Active,
    /// A rule of this listener is awaited.
    Listening(String),
    /// Targets of the groups are awaited that the listener's rules lead to.
    Forwarding { listener: String, groups: Vec<String> },
}

/// Polls the ALB until it can answer.
pub(in crate::aws::drivers) struct AlbProvisioning<'a> {
    clients: &'a Clients,
    spec: &'a LoadBalancerSpec,
    stage: ProvisioningStage,
    /// The ALB, once it is found.
    arn: String,
    outputs: Outputs,
    /// The verdict on the ALB itself, once it is in service.
    in_service: Verdict,
}

impl<'a> AlbProvisioning<'a> {
    pub(in crate::aws::drivers) fn new(clients: &'a Clients, spec: &'a LoadBalancerSpec) -> Self {
        Self {
            clients,
            spec,
            stage: ProvisioningStage::Unfound(0),
            arn: String::new(),
            outputs: Outputs::default(),
            in_service: Verdict::absent(waiting()),
        }
    }

    async fn advance(&mut self) -> Result<Poll, CallError> {
        let poll = match &self.stage {
            ProvisioningStage::Unfound(looks) => self.search(*looks).await,
            ProvisioningStage::Provisioning(arn) => self.provisioning(arn.clone()).await,
            ProvisioningStage::Active => self.listeners().await,
            ProvisioningStage::Listening(listener) => self.rules(listener.clone()).await,
            ProvisioningStage::Forwarding { groups, .. } => self.targets(groups.clone()).await,
        };
        match poll {
            // What was there is gone: somebody or the controller removed it. Back to the start.
            Err(error) if error.class == ErrorClass::Missing => {
                if let ProvisioningStage::Forwarding { listener, .. } = &self.stage {
                    self.clients.forget_rules(listener);
                }
                self.stage = ProvisioningStage::Unfound(0);
                Ok(Poll::pending(
                    waiting(),
                    text!("is-vanished-error", error = error.text()),
                ))
            }
            Ok(poll) => Ok(poll.with(self.outputs.clone())),
            Err(error) => Err(error),
        }
    }

    async fn search(&mut self, looks: u32) -> Result<Poll, CallError> {
        let spec = self.spec;
        let named = self.clients.balancer_named(&spec.name).await?;
        let found = match named {
            Some(named) => {
                let found = convert::balancer(&named);
                let tags = self.clients.balancing_tags(vec![found.arn.clone()]).await?;
                let tags = tags.get(&found.arn).cloned().unwrap_or_default();
                if !IngressOwner::of(spec).marked(&tags) {
                    return Ok(foreign(spec, &tags));
                }
                Some(found)
            }
            None if looks % SEARCH_EVERY == SEARCH_EVERY - 1 => {
                // One of another scheme is about to be replaced.
                let made = balancers::by_tags(self.clients, IngressOwner::of(spec)).await?;
                made.into_iter().find(|balancer| balancer.scheme == spec.scheme)
            }
            None => None,
        };
        Ok(match found {
            None => {
                self.stage = ProvisioningStage::Unfound(looks + 1);
                Poll::pending(waiting(), text!("is-no-such-alb", name = &spec.name))
            }
            Some(found) => self.judge(&found),
        })
    }

    async fn provisioning(&mut self, arn: String) -> Result<Poll, CallError> {
        if let Some(found) = self.clients.balancer_at(&arn).await? {
            return Ok(self.judge(&convert::balancer(&found)));
        }
        self.stage = ProvisioningStage::Unfound(0);
        Ok(Poll::pending(waiting(), text!("is-vanished")))
    }

    /// Takes in the ALB's own state.
    fn judge(&mut self, balancer: &LoadBalancer) -> Poll {
        let verdict = readiness::alb_in_service(balancer);
        self.arn.clone_from(&balancer.arn);
        self.outputs.balancer_arn = Some(balancer.arn.clone());
        if verdict.works() {
            // Only now may anybody look the name up: a negative answer would be remembered for a minute.
            self.outputs.hostname = Some(balancer.dns_name.clone());
            self.in_service = verdict;
            self.stage = ProvisioningStage::Active;
            return self.passed(self.without_listener());
        }
        self.stage = ProvisioningStage::Provisioning(balancer.arn.clone());
        Poll::judged(verdict, Goal::Ready)
    }

    fn without_listener(&self) -> Verdict {
        readiness::without_listener(Some(self.spec.port), &self.in_service)
    }

    fn without_rule(&self) -> Verdict {
        readiness::without_rule(Some(self.spec.port), &self.in_service)
    }

    /// A stage that is checked only now: whether it is lacking at all is not known yet.
    fn passed(&self, next: Verdict) -> Poll {
        Poll::pending(next.stage, self.in_service.why().cloned().unwrap_or_default()).at_once()
    }

    async fn listeners(&mut self) -> Result<Poll, CallError> {
        let listeners = self.clients.listeners(&self.arn).await?;
        let listener = listeners.iter().find(|listener| port_of(listener) == self.spec.port);
        Ok(match listener.and_then(|listener| listener.listener_arn()) {
            Some(arn) => {
                self.stage = ProvisioningStage::Listening(arn.to_owned());
                self.passed(self.without_rule())
            }
            None => Poll::judged(self.without_listener(), Goal::Ready),
        })
    }

    async fn rules(&mut self, listener: String) -> Result<Poll, CallError> {
        let rules = self.clients.rules(&listener).await?;
        let mut groups: Vec<String> = forwarding(&rules)
            .flat_map(|rule| convert::forwards_to(rule.actions()))
            .collect();
        groups.sort();
        groups.dedup();
        let origin = IngressOwner::of(self.spec);
        if origin.is_group() && !groups.is_empty() {
            let tags = self.clients.balancing_tags(groups.clone()).await?;
            groups.retain(|group| tags.get(group).is_some_and(|tags| origin.serves(tags)));
        }
        if groups.is_empty() {
            self.clients.forget_rules(&listener);
            return Ok(Poll::judged(self.without_rule(), Goal::Ready));
        }
        if self.spec.targets == 0 {
            return Ok(Poll::judged(self.in_service.clone(), Goal::Ready));
        }
        self.stage = ProvisioningStage::Forwarding {
            listener,
            groups: groups.clone(),
        };
        self.targets(groups).await
    }

    async fn targets(&mut self, groups: Vec<String>) -> Result<Poll, CallError> {
        let targets = try_join_all(groups.iter().map(|group| self.clients.targets(group))).await?;
        let targets: Vec<&Target> = targets.iter().flatten().collect();
        let mut verdict = readiness::healthy_targets(&targets, self.spec.targets);
        if let State::Pending(why) | State::Blocked(why) = &mut verdict.state {
            *why = Text::list(self.in_service.why().into_iter().chain([&*why]), "; ");
        }
        Ok(Poll::judged(verdict, Goal::Ready).resting(self.clients.health_cadence()))
    }
}

fn waiting() -> Text {
    text!("is-awaiting-alb")
}

fn foreign(spec: &LoadBalancerSpec, tags: &BTreeMap<String, String>) -> Poll {
    let why = match tags.get("ingress.k8s.aws/stack") {
        Some(stack) => text!("is-alb-name-taken", name = &spec.name, stack = stack),
        None => text!("is-alb-name-taken-by-nobody", name = &spec.name),
    };
    Poll::failed(waiting(), why).remedied(text!("is-rename-alb"))
}

impl poller::Poller for AlbProvisioning<'_> {
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>> {
        self.advance().boxed()
    }
}
