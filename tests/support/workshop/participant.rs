//! Somebody who has a lab of their own on the workshop's cluster: where they call the program, over a way to both APIs that is
//! theirs alone, and what their lab is by the word of both APIs, whatever the program says.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Node, Pod};
use kube::api::{Api, ListParams};

use crate::Workdir;
use crate::workshop::moto::{Aws, CLUSTER};
use crate::workshop::relay::{Relay, Traffic};
use crate::workshop::{Workshop, moto, workdir};

/// How many pods a participant's lab is to have: few, as there are many labs.
pub const REPLICAS: usize = 2;

/// How long the stand-ins may take to follow what a run has ended with.
const LAG: std::time::Duration = std::time::Duration::from_secs(20);

/// Somebody with a lab of their own.
pub struct Participant {
    /// Where they call the program.
    pub workdir: Workdir,
    /// What these calls send.
    pub traffic: Traffic,
    /// The lab's name, which is its namespace's.
    pub lab: String,
    client: kube::Client,
    aws: Aws,
    _ways: [Relay; 2],
}

impl Workshop {
    /// A participant whose lab is called so; two on one lab are two people, or one with two terminals.
    pub async fn participant(&self, lab: &str) -> Participant {
        let traffic = Traffic::default();
        let to_aws = Relay::to(self.moto.port(), traffic.clone()).await;
        let to_cluster = Relay::to(self.plane.port(), traffic.clone()).await;
        let endpoint = format!("http://127.0.0.1:{}", to_aws.port());
        let kubeconfig = self.plane.kubeconfig_to(to_cluster.port());
        let mut workdir = workdir(&endpoint, &kubeconfig, &self.doorway);
        // Of a number that is said in a call `scale` would be undone by every other call.
        let environment = format!("extends: workshop\nlab: {{name: {lab}}}\napp: {{replicas: {REPLICAS}}}\n");
        std::fs::write(workdir.path("lab.yaml"), environment).unwrap();
        workdir.set("LAB2048_ENV", "lab.yaml");
        Participant {
            workdir,
            traffic,
            lab: lab.to_owned(),
            client: self.plane.client().await,
            aws: self.moto.aws(),
            _ways: [to_aws, to_cluster],
        }
    }
}

impl Participant {
    /// Waits until the lab is up with so many pods, for no longer than the stand-ins may lag behind; what it lacks then.
    pub async fn lacks(&self, pods: usize) -> Vec<String> {
        self.settled(async || self.wanting(pods).await).await
    }

    /// Waits until nothing is there of the lab, for no longer than the stand-ins may lag behind; what is left then.
    pub async fn leftovers(&self) -> Vec<String> {
        self.settled(async || self.remaining().await).await
    }

    async fn settled(&self, mut wrong: impl AsyncFnMut() -> Vec<String>) -> Vec<String> {
        let end = tokio::time::Instant::now() + LAG;
        loop {
            let left = wrong().await;
            if left.is_empty() || tokio::time::Instant::now() >= end {
                return left;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }

    async fn wanting(&self, pods: usize) -> Vec<String> {
        let balancers = self.balancers().await;
        let healthy = self.healthy_targets().await;
        let profiles = self.profiles().await;
        let mut wrong = Vec::new();
        for (what, is_so) in [
            (
                "the Deployment has not that many replicas",
                self.replicas().await == Some(pods),
            ),
            ("not that many pods on nodes of theirs", self.running().await == pods),
            ("not one ALB", balancers.len() == 1),
            ("not one target group with that many healthy targets", healthy == [pods]),
            ("not one profile", profiles.len() == 1),
        ] {
            if !is_so {
                wrong.push(format!("{}, {pods} pods wanted: {what}", self.lab));
            }
        }
        if !wrong.is_empty() {
            wrong.push(format!(
                "balancers {balancers:?}, healthy {healthy:?}, profiles {profiles:?}"
            ));
        }
        wrong
    }

    async fn remaining(&self) -> Vec<String> {
        let mut left = self.balancers().await;
        left.extend(self.profiles().await);
        left.extend(self.roles().await);
        left.extend(self.security_groups().await);
        left.extend(self.healthy_targets().await.iter().map(|_| "a target group".to_owned()));
        let namespaces = Api::<Namespace>::all(self.client.clone());
        if namespaces.get_opt(&self.lab).await.unwrap().is_some() {
            left.push("the namespace".to_owned());
        }
        left
    }

    /// What the Deployment is to have, by its own word.
    async fn replicas(&self) -> Option<usize> {
        let deployments = Api::<Deployment>::namespaced(self.client.clone(), &self.lab);
        let deployment = deployments.get_opt("deployment-2048").await.unwrap()?;
        usize::try_from(deployment.spec?.replicas?).ok()
    }

    /// How many pods are ready on a Fargate node each; none if there are others.
    async fn running(&self) -> usize {
        let pods = Api::<Pod>::namespaced(self.client.clone(), &self.lab);
        let pods = pods.list(&ListParams::default()).await.unwrap();
        let nodes = Api::<Node>::all(self.client.clone());
        let nodes = nodes.list(&ListParams::default()).await.unwrap();
        let is_running = |pod: &Pod| {
            let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
            let is_ready = conditions
                .into_iter()
                .any(|condition| condition.type_ == "Ready" && condition.status == "True");
            let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
            let mut names = nodes.iter().filter_map(|node| node.metadata.name.as_deref());
            is_ready
                && pod.metadata.deletion_timestamp.is_none()
                && node.is_some_and(|node| node.starts_with("fargate-") && names.any(|name| name == node))
        };
        if pods.iter().all(is_running) {
            pods.items.len()
        } else {
            0
        }
    }

    /// What the names of the controller's things for the lab begin with.
    fn prefix(&self) -> String {
        let name = self.lab.chars().filter(char::is_ascii_alphanumeric).take(8);
        format!("k8s-{}-", name.collect::<String>())
    }

    async fn balancers(&self) -> Vec<String> {
        let all = self.aws.elb.describe_load_balancers().send().await.unwrap();
        let names = all
            .load_balancers()
            .iter()
            .filter_map(|found| found.load_balancer_name());
        names
            .filter(|name| name.starts_with(&self.prefix()))
            .map(str::to_owned)
            .collect()
    }

    /// Of each target group, how many of its targets are healthy.
    async fn healthy_targets(&self) -> Vec<usize> {
        let all = self.aws.elb.describe_target_groups().send().await.unwrap();
        let mut healthy = Vec::new();
        for group in all.target_groups() {
            let name = group.target_group_name().unwrap_or_default();
            if name.starts_with(&self.prefix()) {
                healthy.push(moto::healthy_targets(&self.aws, group).await);
            }
        }
        healthy
    }

    async fn profiles(&self) -> Vec<String> {
        let all = self.aws.eks.list_fargate_profiles().cluster_name(CLUSTER);
        let all = all.send().await.unwrap();
        let names = all.fargate_profile_names().iter();
        names.filter(|name| name.contains(&self.lab)).cloned().collect()
    }

    /// The subnets of the lab's profile.
    pub async fn subnets(&self) -> Vec<String> {
        let mut subnets = Vec::new();
        for name in self.profiles().await {
            let profile = self.aws.eks.describe_fargate_profile().cluster_name(CLUSTER);
            let profile = profile.fargate_profile_name(name).send().await.unwrap();
            subnets.extend(
                profile
                    .fargate_profile()
                    .iter()
                    .flat_map(|profile| profile.subnets().to_vec()),
            );
        }
        subnets
    }

    async fn roles(&self) -> Vec<String> {
        let all = self.aws.iam.list_roles().send().await.unwrap();
        let names = all.roles().iter().map(|role| role.role_name().to_owned());
        names.filter(|name| name.contains(&self.lab)).collect()
    }

    async fn security_groups(&self) -> Vec<String> {
        let all = self.aws.ec2.describe_security_groups().send().await.unwrap();
        let names = all.security_groups().iter().filter_map(|group| group.group_name());
        names
            .filter(|name| name.starts_with(&self.prefix()))
            .map(str::to_owned)
            .collect()
    }
}
