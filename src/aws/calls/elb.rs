//! Elastic Load Balancing: the ALB that the controller makes, and what hangs on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{Listener, LoadBalancer, LoadBalancerAttribute, Rule, TargetGroup};
use futures::StreamExt;

use super::super::clients::Clients;
use super::super::convert;
use super::super::errors::classify;
use super::optional;
use crate::model::{BalancingLimits, Tags, Target};
use crate::ports::{CallError, ErrorClass};

/// The attribute that forbids a load balancer's deletion.
const PROTECTION: &str = "deletion_protection.enabled";
/// Most ARNs that one `DescribeTags` takes.
const TAGS_A_CALL: usize = 20;
/// Calls under way at once where there are many.
const AT_ONCE: usize = 4;

/// Tags by ARN.
pub(in crate::aws) type TagsByArn = BTreeMap<String, Arc<Tags>>;

impl Clients {
    /// The load balancer of that name, if there is one.
    pub(in crate::aws) async fn balancer_named(&self, name: &str) -> Result<Option<LoadBalancer>, CallError> {
        if self.is_for_class() {
            return self
                .among_all(|balancer| balancer.load_balancer_name() == Some(name))
                .await;
        }
        let answer = self.elb().describe_load_balancers().names(name).send().await;
        let answer = optional(answer.map_err(|error| classify("elasticloadbalancing:DescribeLoadBalancers", &error)))?;
        Ok(answer.and_then(|answer| answer.load_balancers().first().cloned()))
    }

    /// The load balancer of that ARN, if it is there.
    pub(in crate::aws) async fn balancer_at(&self, arn: &str) -> Result<Option<LoadBalancer>, CallError> {
        if self.is_for_class() {
            return self
                .among_all(|balancer| balancer.load_balancer_arn() == Some(arn))
                .await;
        }
        let answer = self
            .elb()
            .describe_load_balancers()
            .load_balancer_arns(arn)
            .send()
            .await;
        let answer = optional(answer.map_err(|error| classify("elasticloadbalancing:DescribeLoadBalancers", &error)))?;
        Ok(answer.and_then(|answer| answer.load_balancers().first().cloned()))
    }

    /// The one of the region that is meant: of many labs each asks for its own, and one page has the ALBs of all.
    async fn among_all(&self, is_meant: impl Fn(&LoadBalancer) -> bool) -> Result<Option<LoadBalancer>, CallError> {
        let all = self.balancers().await?;
        Ok(all.into_iter().find(is_meant))
    }

    /// All load balancers of the region.
    pub(in crate::aws) async fn balancers(&self) -> Result<Vec<LoadBalancer>, CallError> {
        self.elb()
            .describe_load_balancers()
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeLoadBalancers", &error))
    }

    /// What the account may have in the region.
    pub(in crate::aws) async fn balancing_limits(&self) -> Result<BalancingLimits, CallError> {
        let answer = self
            .elb()
            .describe_account_limits()
            .send()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeAccountLimits", &error))?;
        Ok(convert::balancing_limits(answer.limits()))
    }

    /// The listeners of a load balancer.
    pub(in crate::aws) async fn listeners(&self, balancer: &str) -> Result<Vec<Listener>, CallError> {
        self.elb()
            .describe_listeners()
            .load_balancer_arn(balancer)
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeListeners", &error))
    }

    /// The rules of a listener. Labs of a class remember those that lead somewhere, also to know how things are now.
    pub(in crate::aws) async fn rules(&self, listener: &str) -> Result<Arc<[Rule]>, CallError> {
        let now = self.clock().awake();
        if let Some(known) = self.reads().and_then(|reads| reads.rules.get(listener, now)) {
            return Ok(known);
        }
        let pages = self.elb().describe_rules().listener_arn(listener).into_paginator();
        let rules: Result<Vec<Rule>, _> = pages.items().send().try_collect().await;
        let rules = rules.map_err(|error| classify("elasticloadbalancing:DescribeRules", &error))?;
        let rules: Arc<[Rule]> = rules.into();
        let leads_somewhere = |rule: &Rule| !convert::forwards_to(rule.actions()).is_empty();
        if let Some(reads) = self.reads().filter(|_| rules.iter().any(leads_somewhere)) {
            reads.rules.note(listener, Arc::clone(&rules), now);
        }
        Ok(rules)
    }

    /// The rules of a listener are looked for anew: something is awaited that they do not show.
    pub(in crate::aws) fn forget_rules(&self, listener: &str) {
        if let Some(reads) = self.reads() {
            reads.rules.forget(listener);
        }
    }

    /// The target groups of a load balancer; none if that has gone meanwhile.
    pub(in crate::aws) async fn target_groups_of(&self, balancer: &str) -> Result<Vec<TargetGroup>, CallError> {
        let found = self
            .elb()
            .describe_target_groups()
            .load_balancer_arn(balancer)
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await;
        let found = found.map_err(|error| classify("elasticloadbalancing:DescribeTargetGroups", &error));
        Ok(optional(found)?.unwrap_or_default())
    }

    /// All target groups of the region.
    pub(in crate::aws) async fn target_groups(&self) -> Result<Vec<TargetGroup>, CallError> {
        self.elb()
            .describe_target_groups()
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeTargetGroups", &error))
    }

    /// Whether a target group is there.
    pub(in crate::aws) async fn has_target_group(&self, arn: &str) -> Result<bool, CallError> {
        let answer = self.elb().describe_target_groups().target_group_arns(arn).send().await;
        let answer = optional(answer.map_err(|error| classify("elasticloadbalancing:DescribeTargetGroups", &error)))?;
        Ok(answer.is_some_and(|answer| !answer.target_groups().is_empty()))
    }

    /// Lets a load balancer be deleted, if something forbids that.
    pub(in crate::aws) async fn unprotect_balancer(&self, arn: &str) -> Result<(), CallError> {
        let call = self.elb().describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call.send().await;
        let answer = answer.map_err(|error| classify("elasticloadbalancing:DescribeLoadBalancerAttributes", &error))?;
        let is_protection = |attribute: &&LoadBalancerAttribute| attribute.key() == Some(PROTECTION);
        let protection = answer.attributes().iter().find(is_protection);
        if protection.and_then(LoadBalancerAttribute::value) != Some("true") {
            return Ok(());
        }
        let off = LoadBalancerAttribute::builder().key(PROTECTION).value("false").build();
        let call = self.elb().modify_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call.attributes(off).send().await;
        answer.map_err(|error| classify("elasticloadbalancing:ModifyLoadBalancerAttributes", &error))?;
        Ok(())
    }

    /// Deletes a load balancer with its listeners and rules. One that is gone already is a success.
    pub(in crate::aws) async fn delete_balancer(&self, arn: &str) -> Result<(), CallError> {
        let answer = self.elb().delete_load_balancer().load_balancer_arn(arn).send().await;
        let answer = answer.map_err(|error| classify("elasticloadbalancing:DeleteLoadBalancer", &error));
        optional(answer).map(drop)
    }

    /// Deletes a target group that no load balancer uses any more. One that is gone already is a success.
    pub(in crate::aws) async fn delete_target_group(&self, arn: &str) -> Result<(), CallError> {
        let answer = self.elb().delete_target_group().target_group_arn(arn).send().await;
        let answer = answer.map_err(|error| classify("elasticloadbalancing:DeleteTargetGroup", &error));
        optional(answer).map(drop)
    }

    /// The targets of a target group.
    pub(in crate::aws) async fn targets(&self, group: &str) -> Result<Vec<Target>, CallError> {
        let answer = self
            .elb()
            .describe_target_health()
            .target_group_arn(group)
            .send()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeTargetHealth", &error))?;
        Ok(answer
            .target_health_descriptions()
            .iter()
            .map(convert::target)
            .collect())
    }

    /// The tags of load balancers or target groups. What disappears meanwhile is left out.
    pub(in crate::aws) async fn balancing_tags(&self, arns: Vec<String>) -> Result<TagsByArn, CallError> {
        let now = self.clock().awake();
        let (known, asked) = self.known_tags(arns, now);
        let chunks: Vec<Vec<String>> = asked.chunks(TAGS_A_CALL).map(<[String]>::to_vec).collect();
        let answers: Vec<_> = futures::stream::iter(chunks)
            .map(|chunk| self.tags_of_some(chunk))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut all = TagsByArn::new();
        for answer in answers {
            all.extend(answer?);
        }
        if let Some(reads) = self.reads() {
            for (arn, tags) in &all {
                reads.tags.note(arn, Arc::clone(tags), now);
            }
        }
        all.extend(known);
        Ok(all)
    }

    /// What is known of the tags of these, and of which it has to be asked.
    fn known_tags(&self, arns: Vec<String>, now: Duration) -> (TagsByArn, Vec<String>) {
        let Some(reads) = self.reads() else {
            return (TagsByArn::new(), arns);
        };
        let (mut tags, mut unknown) = (TagsByArn::new(), Vec::new());
        for arn in arns {
            match reads.tags.get(&arn, now) {
                Some(known) => drop(tags.insert(arn, known)),
                None => unknown.push(arn),
            }
        }
        (tags, unknown)
    }

    /// Tags of at most [`TAGS_A_CALL`] resources. One that is gone makes the whole call fail; then they are asked singly.
    async fn tags_of_some(&self, arns: Vec<String>) -> Result<TagsByArn, CallError> {
        match self.tags_of_all(&arns).await {
            Err(error) if error.class == ErrorClass::Missing => {
                let mut found = TagsByArn::new();
                for arn in arns {
                    if let Some(tags) = optional(self.tags_of_all(&[arn]).await)? {
                        found.extend(tags);
                    }
                }
                Ok(found)
            }
            answer => answer,
        }
    }

    async fn tags_of_all(&self, arns: &[String]) -> Result<TagsByArn, CallError> {
        let answer = self
            .elb()
            .describe_tags()
            .set_resource_arns(Some(arns.to_vec()))
            .send()
            .await
            .map_err(|error| classify("elasticloadbalancing:DescribeTags", &error))?;
        Ok(answer
            .tag_descriptions()
            .iter()
            .filter_map(|described| {
                let arn = described.resource_arn()?.to_owned();
                Some((arn, convert::elb_tags(described.tags()).into()))
            })
            .collect())
    }
}
