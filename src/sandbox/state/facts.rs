//! What never changes in a world.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Account, region and cluster of the world; they never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// Name of the one cluster.
    pub cluster: String,
    /// VPC of the cluster.
    pub vpc: String,
    /// When the cluster was made.
    pub created: Timestamp,
}

impl ClusterFacts {
    /// ARN of the cluster.
    pub fn cluster_arn(&self) -> String {
        format!("arn:aws:eks:{}:{}:cluster/{}", self.region, self.account, self.cluster)
    }

    /// Host name of the cluster's endpoint: what the in-process service is called by.
    pub fn endpoint_host(&self) -> String {
        let digest = Sha256::digest(format!("{}/{}/{}", self.account, self.region, self.cluster));
        let hash: String = hex::encode_upper(digest).chars().take(32).collect();
        format!("{hash}.gr7.{}.eks.amazonaws.com", self.region)
    }
}
