//! Names that are computed: the pod execution role's.

use crate::model::short_hash;

/// IAM's limit for a role's name.
const ROLE_NAME_MAX: usize = 64;

/// The name of a lab's pod execution role: `lab2048-<cluster>-<lab>`, cut and made unique by a hash where it is longer
/// than IAM allows.
pub fn role_name(cluster: &str, lab: &str) -> String {
    let name = format!("lab2048-{cluster}-{lab}");
    if name.len() <= ROLE_NAME_MAX {
        return name;
    }
    let hash = short_hash(&name);
    let kept: String = name.chars().take(ROLE_NAME_MAX - hash.len() - 1).collect();
    format!("{}-{hash}", kept.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_names_fit_and_stay_apart() {
        assert_eq!(
            role_name("eksworkshop", "fargate-game-2048"),
            "lab2048-eksworkshop-fargate-game-2048"
        );
        let lab = "l".repeat(63);
        let long = role_name("cluster", &lab);
        assert_eq!(long.len(), ROLE_NAME_MAX);
        assert_ne!(long, role_name("cluster2", &lab));
        assert!(role_name(&"c".repeat(100), &lab).len() <= ROLE_NAME_MAX);
    }
}
