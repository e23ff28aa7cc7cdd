//! The nodes of a lab and their order.

use serde_json::Value;

use super::expiry;
use super::graph::{ClusterContext, Edge, EdgeKind, Stack};
use super::kept::Kept;
use super::names::role_name;
use super::ownership::ownership_tags;
use crate::config::{Auto, Environment};
use crate::lbc::Exposure;
use crate::model::{
    AccessEntrySpec, Desired, EXPIRES_TAG, Goal, NEVER, Node, NodeId, NodeKind, Object, PROFILE_TAG, ProfileSpec,
    RoleSpec,
};

/// What a stack is made of.
#[derive(Debug, Clone, Copy)]
pub struct StackInput<'a> {
    /// The environment, with what the profile that is there decides of it.
    pub kept: &'a Kept,
    /// The place.
    pub site: &'a ClusterContext,
    /// The rendered objects, in the order of [`crate::render::objects`].
    pub objects: &'a [Object],
    /// How many pods are wanted.
    pub replicas: u32,
    /// What becomes of the Ingress; none if there is no Ingress. See [`super::exposure()`].
    pub exposure: Option<&'a Exposure>,
    /// The rendered trust policy; not used when the lab makes no role.
    pub trust: &'a Value,
}

/// The stack of a lab that is to be there.
///
/// Nodes come in the order in which a reader wants to see them: role, profile, namespace, service, ingress, deployment,
/// further objects, balancer, targets, proof. A lab with no replicas has no targets and no proof: its ALB answers 503, as it should.
pub fn build(input: &StackInput<'_>) -> Stack {
    Builder::new(input).finish(Goal::Ready)
}

/// The stack of a lab that is to be gone.
///
/// Edges are those of a lab that is to be there. The order of a removal follows from the kinds of the nodes, in the plan.
pub fn build_absent(input: &StackInput<'_>) -> Stack {
    Builder::new(input).finish(Goal::Gone)
}

impl<'a> StackInput<'a> {
    fn environment(&self) -> &'a Environment {
        &self.kept.environment
    }
}

struct Builder<'a> {
    input: &'a StackInput<'a>,
    role: NodeId,
    profile: NodeId,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl<'a> Builder<'a> {
    fn new(input: &'a StackInput<'a>) -> Self {
        let (environment, site) = (input.environment(), input.site);
        Self {
            input,
            role: NodeId::new(NodeKind::Role, role_name(&site.cluster, &environment.lab.name)),
            profile: NodeId::new(NodeKind::Profile, environment.fargate.profile.clone()),
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }

    fn finish(mut self, goal: Goal) -> Stack {
        if self.input.environment().fargate.own {
            self.add_profile(goal);
        }
        self.add_objects();
        self.add_exposure(goal);
        Stack {
            nodes: self.nodes,
            edges: self.edges,
            profile_notes: self.input.kept.notes.clone(),
        }
    }

    fn add(&mut self, id: NodeId, desired: Desired) {
        self.nodes.push(Node { id, desired });
    }

    fn edge(&mut self, before: &NodeId, after: &NodeId, kind: EdgeKind) {
        self.edges.push(Edge {
            before: before.clone(),
            after: after.clone(),
            kind,
        });
    }

    fn tags(&self) -> std::collections::BTreeMap<String, String> {
        let lab = &self.input.environment().lab;
        let mut tags = lab.tags.clone();
        match expiry::expires(self.input.objects) {
            // What the environment says itself stays.
            Some(expires) => expires.tags().into_iter().for_each(|(key, value)| {
                tags.entry(key.to_owned()).or_insert(value);
            }),
            None if self.input.kept.had_end => {
                tags.insert(EXPIRES_TAG.to_owned(), NEVER.to_owned());
            }
            None => {}
        }
        tags.extend(ownership_tags(&lab.name, self.input.site));
        tags
    }

    /// The profile, with the role if the lab makes one, and with what EKS leaves behind of that role if all is to go.
    fn add_profile(&mut self, goal: Goal) {
        let (environment, site) = (self.input.environment(), self.input.site);
        let fargate = &environment.fargate;
        let mut subnets = match &fargate.subnets {
            // Where they could not be read, EKS chooses them: those of the cluster that are private.
            Auto::Auto => site.private_subnets.items().to_vec(),
            Auto::Given(subnets) => subnets.clone(),
        };
        subnets.sort();
        let own_role_arn = site.role_arn(&self.role.name);
        let role_arn = match &fargate.role {
            Auto::Given(arn) => arn.clone(),
            Auto::Auto => own_role_arn.clone(),
        };
        let profile = ProfileSpec {
            cluster: site.cluster.clone(),
            name: fargate.profile.clone(),
            role_arn,
            subnets,
            selectors: fargate.selectors.clone(),
            tags: self.tags(),
        };
        let (role, profile_id) = (self.role.clone(), self.profile.clone());
        // A lab whose profile has another role may have made one of its own before.
        let removes_role = goal == Goal::Gone && self.input.kept.role;
        let has_role = fargate.role == Auto::Auto || removes_role;
        if has_role {
            self.add(role.clone(), Desired::Role(self.role_spec(own_role_arn.clone())));
            self.edge(&role, &profile_id, EdgeKind::Ready);
        }
        self.add(profile_id.clone(), Desired::Profile(profile));
        if has_role && goal == Goal::Gone {
            let entry = NodeId::new(NodeKind::AccessEntry, role.name.clone());
            let spec = AccessEntrySpec {
                cluster: site.cluster.clone(),
                principal_arn: own_role_arn,
            };
            self.add(entry, Desired::AccessEntry(spec));
        }
    }

    fn role_spec(&self, arn: String) -> RoleSpec {
        let StackInput { site, trust, .. } = *self.input;
        let environment = self.input.environment();
        let mut tags = self.tags();
        tags.insert(PROFILE_TAG.to_owned(), self.profile.name.clone());
        RoleSpec {
            name: self.role.name.clone(),
            arn,
            trust: trust.clone(),
            policy_arn: format!(
                "arn:{}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy",
                site.partition
            ),
            permissions_boundary: environment.fargate.permissions_boundary.clone(),
            tags,
        }
    }

    fn add_objects(&mut self) {
        let input = self.input;
        let namespace = NodeId::new(NodeKind::Namespace, input.environment().app.namespace.clone());
        for object in input.objects {
            let id = object_id(object);
            self.add(id.clone(), Desired::Object(object.clone()));
            if id == namespace {
                continue;
            }
            self.edge(&namespace, &id, EdgeKind::Applied);
            // Further workloads run on the lab's profile, too.
            if input.environment().fargate.own && id.kind.is_workload() {
                let profile = self.profile.clone();
                self.edge(&profile, &id, EdgeKind::Ready);
            }
        }
    }

    fn add_exposure(&mut self, goal: Goal) {
        let StackInput { replicas, exposure, .. } = *self.input;
        let environment = self.input.environment();
        let app = &environment.app;
        let service = NodeId::new(NodeKind::Service, app.service.clone());
        let ingress = NodeId::new(NodeKind::Ingress, app.ingress.clone());
        let deployment = NodeId::new(NodeKind::Deployment, app.deployment.clone());
        self.edge(&service, &ingress, EdgeKind::Applied);
        let Some(exposure) = exposure else {
            return;
        };
        let balancer = NodeId::new(NodeKind::LoadBalancer, exposure.load_balancer.clone());
        // The ALB is made while the profile is; its targets need the pods, too.
        self.add(balancer.clone(), Desired::LoadBalancer(exposure.balancer(0)));
        self.edge(&ingress, &balancer, EdgeKind::Yields);
        if goal == Goal::Ready && replicas > 0 {
            let targets = NodeId::new(NodeKind::Targets, balancer.name.clone());
            self.add(targets.clone(), Desired::LoadBalancer(exposure.balancer(replicas)));
            self.edge(&balancer, &targets, EdgeKind::Ready);
            self.edge(&deployment, &targets, EdgeKind::Ready);
            let proof = NodeId::new(NodeKind::Proof, environment.lab.name.clone());
            self.add(
                proof.clone(),
                Desired::Proof(exposure.proof(environment.app.expect.as_deref())),
            );
            self.edge(&targets, &proof, EdgeKind::Ready);
        }
    }
}

/// The node of a rendered object.
pub fn object_id(object: &Object) -> NodeId {
    NodeId::new(NodeKind::of_object(object.kind()), object.name())
}
