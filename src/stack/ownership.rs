//! How we know our own things in AWS again: three tags, all of which must be as we write them.

use std::collections::BTreeMap;

use super::graph::Site;
use crate::model::{MANAGED_BY_LABEL, MANAGER};

/// Tag with the lab's name.
pub const LAB_TAG: &str = "lab2048:lab";
/// Tag with the ARN of the cluster that the lab is on. IAM knows no regions, so the cluster's name would not tell two
/// clusters of one name apart.
pub const CLUSTER_TAG: &str = "lab2048:cluster";
/// Tag with our own name, [`MANAGER`].
pub const MANAGED_BY_TAG: &str = MANAGED_BY_LABEL;

/// The tags of everything that belongs to a lab.
pub fn ownership_tags(lab: &str, site: &Site) -> BTreeMap<String, String> {
    BTreeMap::from([
        (LAB_TAG.to_owned(), lab.to_owned()),
        (CLUSTER_TAG.to_owned(), site.cluster_arn()),
        (MANAGED_BY_TAG.to_owned(), MANAGER.to_owned()),
    ])
}

/// Whether something with these tags belongs to the lab.
pub fn is_ours(tags: &BTreeMap<String, String>, lab: &str, site: &Site) -> bool {
    ownership_tags(lab, site)
        .iter()
        .all(|(key, value)| tags.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_tags_must_be_ours() {
        let site = |region: &str| Site {
            partition: "aws".to_owned(),
            region: region.to_owned(),
            account: "410691154611".to_owned(),
            cluster: "eksworkshop".to_owned(),
            private_subnets: Vec::new(),
        };
        let here = site("ap-northeast-2");
        let mut tags = ownership_tags("game", &here);
        tags.insert("team".to_owned(), "blue".to_owned());
        assert!(is_ours(&tags, "game", &here));
        assert!(!is_ours(&tags, "game2", &here));
        assert!(!is_ours(&tags, "game", &site("us-east-1")));
        tags.remove(MANAGED_BY_TAG);
        assert!(!is_ours(&tags, "game", &here));
    }
}
