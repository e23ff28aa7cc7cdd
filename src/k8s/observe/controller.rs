//! The load balancer controller: which Deployment it is, what it runs with, and whether it answers.

use futures::future;

use super::read_results::Deployments;
use super::reads::{Reads, listed, observed};
use crate::k8s::api::{GroundQuery, Select, kind_of};
use crate::lang::text;
use crate::lbc;
use crate::model::{Controller, DryRun, Object, ObjectKey, Observed, Scope, Webhook};
use crate::ports::CallError;

impl Reads<'_> {
    pub(super) async fn controller(
        &self,
        deployments: &Deployments,
        dry_runs: &[DryRun],
    ) -> Result<Observed<Option<Controller>>, CallError> {
        let labelled;
        let all = match &deployments.of_cluster {
            // Not all Deployments are read, but what holds an Ingress that is being deleted follows from this one.
            Observed::NotAsked => {
                labelled = self.labelled_controllers().await?;
                &labelled
            }
            all => all,
        };
        let deployment = match all {
            Observed::NotAsked => return Ok(Observed::NotAsked),
            Observed::Unknown(why) => return Ok(Observed::Unknown(why.clone())),
            Observed::Known(all) => all.iter().find(|deployment| lbc::is_controller(deployment)),
        };
        let Some(deployment) = deployment else {
            return Ok(Observed::Known(None));
        };
        let removes = self.request.scope == Scope::Removal;
        let asks_the_rest = removes || self.request.scope == Scope::Doctor;
        let now;
        let deployment = if asks_the_rest && self.client.is_of_class() {
            // Beside what follows is asked of now it has to be of now, too.
            now = self.as_of_now(deployment).await?;
            match &now {
                Observed::Known(Some(deployment)) => deployment,
                Observed::Known(None) | Observed::NotAsked => return Ok(Observed::Known(None)),
                Observed::Unknown(why) => return Ok(Observed::Unknown(why.clone())),
            }
        } else {
            deployment
        };
        let namespace = deployment.namespace().unwrap_or_default();
        let mut controller = described(deployment);
        if asks_the_rest {
            (controller.webhook, controller.lease_age) =
                future::try_join(self.webhook(namespace), self.lease_age(deployment)).await?;
        } else {
            controller.webhook = webhook_by_dry_runs(dry_runs);
        }
        // A removal depends on the controller until its end.
        if removes {
            controller.unready_for = self.unready_for(deployment);
            controller.webhook_registered = self.webhook_registered().await?;
        }
        Ok(Observed::Known(Some(controller)))
    }

    /// The same Deployment as it is now. Who may list Deployments need not be one who may get them.
    async fn as_of_now(&self, deployment: &Object) -> Result<Observed<Option<Object>>, CallError> {
        let kind = kind_of("apps/v1", "Deployment")?;
        let select = Select::name(deployment.name());
        let found = self.client.list(kind, deployment.namespace(), &select).await;
        Ok(listed(found)?.map(|found| found.into_iter().next()))
    }

    /// Since when the Deployment has not been available.
    fn unready_for(&self, deployment: &Object) -> Observed<u64> {
        let mut conditions = deployment.items("/status/conditions");
        let unavailable = conditions.find(|one| one["type"] == "Available" && one["status"] == "False");
        let since = unavailable.and_then(|one| one["lastTransitionTime"].as_str()?.parse().ok());
        match since {
            Some(since) => Observed::Known(self.client.clock().elapsed(since).as_secs()),
            None => Observed::Unknown(text!("unread-condition")),
        }
    }

    async fn webhook_registered(&self) -> Result<Observed<bool>, CallError> {
        let kind = kind_of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration")?;
        let query = GroundQuery {
            kind,
            namespace: None,
            select: Select::default(),
            only: ("controller's webhooks", has_webhook),
        };
        Ok(self.of_ground(&query).await?.map(|found| !found.is_empty()))
    }

    async fn labelled_controllers(&self) -> Result<Observed<Vec<Object>>, CallError> {
        let kind = kind_of("apps/v1", "Deployment")?;
        self.of_ground(&GroundQuery {
            kind,
            namespace: None,
            select: Select::labels(lbc::label_selector()),
            only: ("controllers", lbc::is_controller),
        })
        .await
    }

    async fn webhook(&self, namespace: &str) -> Result<Observed<Webhook>, CallError> {
        let select = Select::labels(format!("kubernetes.io/service-name={}", lbc::WEBHOOK_SERVICE));
        let kind = kind_of("discovery.k8s.io/v1", "EndpointSlice")?;
        let slices = listed(self.client.list(kind, Some(namespace), &select).await)?;
        Ok(slices.map(|slices| {
            let mut endpoints = slices.iter().flat_map(|slice| slice.items("/endpoints"));
            // Absent means unknown, which counts as ready by the API's definition.
            let is_ready = endpoints.any(|endpoint| endpoint["conditions"]["ready"] != false);
            if is_ready {
                Webhook::Answers
            } else {
                Webhook::NoEndpoint
            }
        }))
    }

    async fn lease_age(&self, deployment: &Object) -> Result<Observed<u64>, CallError> {
        let flags = lbc::Flags::of(deployment);
        let namespace = flags.lease_namespace().or(deployment.namespace()).unwrap_or_default();
        let key = ObjectKey {
            api_version: "coordination.k8s.io/v1".to_owned(),
            kind: "Lease".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: flags.lease_name().to_owned(),
        };
        let lease = observed(self.client.get(&key).await)?;
        let renewed = |lease: Option<Object>| lease?.text("/spec/renewTime")?.parse().ok();
        Ok(match lease {
            Observed::NotAsked => Observed::NotAsked,
            Observed::Unknown(why) => Observed::Unknown(why),
            Observed::Known(lease) => match renewed(lease) {
                Some(time) => Observed::Known(self.client.clock().elapsed(time).as_secs()),
                None => Observed::Unknown(text!("unread-leader")),
            },
        })
    }
}

/// Whether a configuration has one of the controller's webhooks.
fn has_webhook(configuration: &Object) -> bool {
    let mut webhooks = configuration.items("/webhooks");
    webhooks.any(|webhook| webhook["name"].as_str().is_some_and(lbc::is_webhook))
}

/// The controller's webhooks see every dry run of a Service or Ingress, so dry runs show whether they answer.
fn webhook_by_dry_runs(dry_runs: &[DryRun]) -> Observed<Webhook> {
    let failed = dry_runs.iter().find_map(|run| match run {
        DryRun::WebhookDown { webhook, message, .. } if lbc::is_webhook(webhook) => Some(message),
        _ => None,
    });
    let passed = |run: &DryRun| matches!(run, DryRun::Validated(object) | DryRun::Elsewhere(object) if object.kind() == "Ingress");
    if let Some(message) = failed {
        Observed::Known(
            match lbc::decode_refusal(message).filter(|_| !message.contains("no endpoints available")) {
                Some(decoded) => Webhook::Fails {
                    cause: decoded.cause,
                    remedy: decoded.remedy,
                },
                None => Webhook::NoEndpoint,
            },
        )
    } else if dry_runs.iter().any(passed) {
        Observed::Known(Webhook::Answers)
    } else {
        Observed::Unknown(text!("unread-webhook"))
    }
}

/// The controller as its Deployment shows it.
fn described(deployment: &Object) -> Controller {
    let ready = deployment.number("/status/readyReplicas").unwrap_or(0);
    Controller {
        ready: u32::try_from(ready).unwrap_or_default(),
        deployment: deployment.clone(),
        unready_for: Observed::NotAsked,
        webhook: Observed::NotAsked,
        webhook_registered: Observed::NotAsked,
        lease_age: Observed::NotAsked,
    }
}
