//! How the program recognises what it made in AWS: three tags, all of which must be as we write them.

use std::collections::BTreeMap;

use super::graph::ClusterContext;
use crate::model::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG, MANAGER};

/// The tags of everything that belongs to a lab.
pub fn ownership_tags(lab: &str, site: &ClusterContext) -> BTreeMap<String, String> {
    BTreeMap::from([
        (LAB_TAG.to_owned(), lab.to_owned()),
        (CLUSTER_TAG.to_owned(), site.cluster_arn()),
        (MANAGED_BY_TAG.to_owned(), MANAGER.to_owned()),
    ])
}

/// Whether something with these tags belongs to the lab.
pub fn is_ours(tags: &BTreeMap<String, String>, lab: &str, site: &ClusterContext) -> bool {
    ownership_tags(lab, site)
        .iter()
        .all(|(key, value)| tags.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Observed;

    #[test]
    fn all_three_tags_must_be_ours() {
        let site = |region: &str| ClusterContext {
            partition: "aws".to_owned(),
            region: region.to_owned(),
            account: "410691154611".to_owned(),
            cluster: "eksworkshop".to_owned(),
            private_subnets: Observed::default(),
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
