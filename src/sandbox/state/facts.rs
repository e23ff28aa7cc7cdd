//! What never changes in a world.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Account, region and cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// Name of the cluster.
    pub cluster: String,
    /// VPC of the cluster.
    pub vpc: String,
    /// When the cluster was made.
    pub created: Timestamp,
    /// Release of Kubernetes that everything in the cluster is of, such as `1.36.3`.
    #[serde(default = "release")]
    pub release: String,
}

/// The release whose schema, messages and defaults the API server has.
pub(crate) fn release() -> String {
    "1.36.3".to_owned()
}

impl ClusterFacts {
    /// Major and minor version of the release, as EKS calls it: `1.36`.
    pub fn minor_release(&self) -> &str {
        self.release.rsplit_once('.').map_or(&self.release, |(minor, _)| minor)
    }

    /// ARN of the cluster.
    pub fn cluster_arn(&self) -> String {
        format!("arn:aws:eks:{}:{}:cluster/{}", self.region, self.account, self.cluster)
    }

    /// ARN of whoever calls.
    pub(crate) fn caller_arn(&self) -> String {
        format!("arn:aws:sts::{}:assumed-role/WorkshopParticipant/sandbox", self.account)
    }

    /// Host name of the cluster's endpoint: what the in-process service is called by.
    pub fn endpoint_host(&self) -> String {
        self.endpoint_host_of(&self.cluster)
    }

    /// The same for a cluster of this account and region.
    pub fn endpoint_host_of(&self, cluster: &str) -> String {
        let digest = Sha256::digest(format!("{}/{}/{cluster}", self.account, self.region));
        let hash: String = hex::encode_upper(digest).chars().take(32).collect();
        format!("{hash}.gr7.{}.eks.amazonaws.com", self.region)
    }
}
