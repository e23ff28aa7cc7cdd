//! The facts that checks are made from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::outcome::{Unseen, seen};
use crate::config::{Auto, Environment};
use crate::lang::{Text, text};
use crate::lbc::Exposure;
use crate::model::{ApiServer, AwsView, KubeView, NodeId, NodeKind, Object, Subnet};
use crate::stack::{ClusterContext, ReplicaChoice};

/// What the checks look at: what is wanted, and what is there.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// The place.
    pub site: &'a ClusterContext,
    /// The rendered objects.
    pub objects: &'a [Object],
    /// What becomes of the Ingress, if there is one.
    pub exposure: Option<&'a Exposure>,
    /// How many pods are wanted, and on whose word.
    pub replicas: &'a ReplicaChoice,
    /// What is there in AWS.
    pub aws: &'a AwsView,
    /// What is there in the cluster.
    pub kube: &'a KubeView,
    /// What of the lab has no effect in the sandbox; `None` on AWS.
    pub unrehearsed: Option<&'a [Unrehearsed]>,
    /// Where requests to the cluster go.
    pub server: &'a ApiServer,
}

/// Something that the lab asks for and that has no effect in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrehearsed {
    /// Who asks for it: an object, or one of its annotations.
    pub asked_by: String,
    /// What is not rehearsed, as a noun.
    pub what: String,
}

impl<'a> Facts<'a> {
    /// The rendered object of this kind with the name the environment gives it.
    pub(super) fn object(&self, kind: &str) -> Option<&'a Object> {
        self.objects.iter().find(|object| object.kind() == kind)
    }

    /// The pod templates of the rendered workloads, each with its object.
    pub(super) fn pod_specs(&self) -> impl Iterator<Item = (&'a Object, &'a Value)> + use<'a> {
        self.objects.iter().filter_map(|object| {
            let spec = match object.kind() {
                "Pod" => object.at("/spec"),
                "CronJob" => object.at("/spec/jobTemplate/spec/template/spec"),
                _ => object.at("/spec/template/spec"),
            };
            Some((object, spec?))
        })
    }

    /// The containers of the rendered workloads, init containers too, each with a name for the reader.
    pub(super) fn containers(&self) -> Vec<(Text, &'a Value)> {
        let mut found = Vec::new();
        for (object, spec) in self.pod_specs() {
            for list in ["initContainers", "containers"] {
                for container in spec.get(list).and_then(Value::as_array).into_iter().flatten() {
                    let name = container.get("name").and_then(Value::as_str).unwrap_or("?");
                    let owner = object.key().to_string();
                    found.push((text!("check-container", owner = owner, name = name), container));
                }
            }
        }
        found
    }

    /// Labels of the game's pods.
    pub(super) fn pod_labels(&self) -> BTreeMap<String, String> {
        self.object("Deployment")
            .map(|deployment| deployment.text_map("/spec/template/metadata/labels"))
            .unwrap_or_default()
    }

    /// The subnets that the game's pods will get addresses of: the environment's, else all private ones of the VPC.
    pub(super) fn pod_subnets(&self) -> Result<Vec<&'a Subnet>, Unseen> {
        let subnets = seen(text!("check-what-subnets"), &self.aws.subnets)?;
        let wanted = self.pod_subnet_ids()?;
        Ok(subnets.iter().filter(|subnet| wanted.contains(&subnet.id)).collect())
    }

    /// The ids of [`Facts::pod_subnets`], also those that do not exist.
    pub(super) fn pod_subnet_ids(&self) -> Result<&'a [String], Unseen> {
        Ok(match &self.environment.fargate.subnets {
            Auto::Given(ids) if self.environment.fargate.own => ids,
            _ if self.environment.fargate.own => seen(text!("check-what-private-subnets"), &self.site.private_subnets)?,
            _ => self
                .aws
                .profiles
                .known()
                .into_iter()
                .flatten()
                .find(|profile| profile.name == self.environment.fargate.profile)
                .map_or(&[], |profile| profile.subnets.as_slice()),
        })
    }

    /// The profile's node, for findings about it.
    pub(super) fn profile_node(&self) -> NodeId {
        NodeId::new(NodeKind::Profile, self.environment.fargate.profile.clone())
    }

    /// The Ingress's node, for findings about it.
    pub(super) fn ingress_node(&self) -> NodeId {
        NodeId::new(NodeKind::Ingress, self.environment.app.ingress.clone())
    }

    /// The Deployment's node, for findings about it.
    pub(super) fn deployment_node(&self) -> NodeId {
        NodeId::new(NodeKind::Deployment, self.environment.app.deployment.clone())
    }

    /// `--region` and `--cluster-name` style arguments for remedies.
    pub(super) fn region_flag(&self) -> String {
        format!("--region {}", self.site.region)
    }
}
