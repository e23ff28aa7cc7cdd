//! The clusters of the account.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::wire::{Failure, Params};
use super::{names, seconds};
use crate::state::SecurityGroup;
use crate::world::World;

/// Certificate of the authority that the in-process endpoint would have. Nobody holds its key: calls in process use no TLS.
const CERTIFICATE: &str = include_str!("ca.pem");

/// Clusters other than the first are served below this path.
pub(crate) const CLUSTERS: &str = "/clusters/";

/// Where the cluster is served on a socket. As an extension of a request it makes `DescribeCluster` answer with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServedCluster {
    /// URL of the Kubernetes API.
    pub endpoint: String,
    /// Certificate of the authority (PEM) that signed the server's.
    pub ca_pem: String,
    /// The cluster that is served at the root of that URL; others are served below it.
    pub cluster: String,
}

impl ServedCluster {
    /// URL of the cluster in hand.
    fn endpoint_of(&self, world: &World) -> String {
        if world.facts.cluster == self.cluster {
            self.endpoint.clone()
        } else {
            format!("{}{CLUSTERS}{}", self.endpoint, world.facts.cluster)
        }
    }
}

pub(super) fn list(world: &World, query: &Params) -> Result<Value, Failure> {
    let mut all: Vec<String> = world.clusters().map(str::to_owned).collect();
    all.sort();
    names("clusters", all, query)
}

pub(super) fn describe(world: &World, served: Option<&ServedCluster>) -> Value {
    let facts = &world.facts;
    let in_process = ServedCluster {
        endpoint: format!("https://{}", facts.endpoint_host()),
        ca_pem: CERTIFICATE.to_owned(),
        cluster: facts.cluster.clone(),
    };
    let endpoint = served.map_or_else(|| in_process.endpoint.clone(), |served| served.endpoint_of(world));
    let served = served.unwrap_or(&in_process);
    let host = facts.endpoint_host();
    let id = host.split('.').next().unwrap_or_default();
    json!({"cluster": {
        "name": facts.cluster,
        "arn": facts.cluster_arn(),
        "createdAt": seconds(facts.created),
        "version": facts.minor_release(),
        "endpoint": endpoint,
        "roleArn": format!("arn:aws:iam::{}:role/eksctl-{}-cluster-ServiceRole", facts.account, facts.cluster),
        "resourcesVpcConfig": vpc_config(world),
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4"},
        "logging": {"clusterLogging": [
            {"types": ["api", "audit", "authenticator", "controllerManager", "scheduler"], "enabled": false},
        ]},
        "identity": {"oidc": {"issuer": format!("https://oidc.eks.{}.amazonaws.com/id/{id}", facts.region)}},
        "status": "ACTIVE",
        "certificateAuthority": {"data": STANDARD.encode(&served.ca_pem)},
        "platformVersion": "eks.1",
        "tags": {},
        "health": {"issues": []},
        "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
    }})
}

fn vpc_config(world: &World) -> Value {
    let subnets: Vec<&String> = world.aws.subnets.keys().collect();
    let prefix = format!("eks-cluster-sg-{}-", world.facts.cluster);
    let is_own = |group: &&SecurityGroup| {
        let id = group.name.strip_prefix(&prefix);
        id.is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let group = world.aws.security_groups.values().find(is_own);
    json!({
        "subnetIds": subnets,
        "securityGroupIds": [],
        "clusterSecurityGroupId": group.map(|group| &group.id),
        "vpcId": world.facts.vpc,
        "endpointPublicAccess": true,
        "endpointPrivateAccess": true,
        "publicAccessCidrs": ["0.0.0.0/0"],
    })
}
