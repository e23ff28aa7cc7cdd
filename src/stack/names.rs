//! Names that are computed: the role's, and the one the load balancer controller will give its ALB.

use sha2::{Digest, Sha256};

use crate::model::Scheme;

/// IAM's limit for a role's name.
const ROLE_NAME_MAX: usize = 64;

/// The first ten hexadecimal digits of a text's SHA-256.
fn short_hash(text: &str) -> String {
    let mut digest = hex::encode(Sha256::digest(text.as_bytes()));
    digest.truncate(10);
    digest
}

/// The first `count` ASCII letters and digits of a name; the controller drops everything else.
fn alphanumeric(name: &str, count: usize) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(count).collect()
}

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

/// What decides the name that the load balancer controller gives to the ALB of an Ingress.
#[derive(Debug, Clone, Copy)]
pub struct BalancerNaming<'a> {
    /// The controller's `--cluster-name`.
    pub cluster: &'a str,
    /// Namespace of the Ingress.
    pub namespace: &'a str,
    /// Name of the Ingress.
    pub ingress: &'a str,
    /// The IngressGroup, if the Ingress names one.
    pub group: Option<&'a str>,
    /// The name that an annotation gives, if one does.
    pub given: Option<&'a str>,
    /// Whom the ALB faces.
    pub scheme: Scheme,
}

impl BalancerNaming<'_> {
    /// The controller's stack id, the value of tag `ingress.k8s.aws/stack`.
    pub fn stack_id(&self) -> String {
        self.group.map_or_else(|| self.ingress_id(), str::to_owned)
    }

    /// The Ingress as the controller writes it, `<namespace>/<ingress>`.
    pub fn ingress_id(&self) -> String {
        format!("{}/{}", self.namespace, self.ingress)
    }
}

/// The ALB's name, as the controller computes it (`pkg/ingress/model_build_load_balancer.go`).
pub fn balancer_name(naming: &BalancerNaming<'_>) -> String {
    if let Some(given) = naming.given {
        return given.to_owned();
    }
    let hash = short_hash(&format!(
        "{}{}{}",
        naming.cluster,
        naming.stack_id(),
        naming.scheme.word()
    ));
    match naming.group {
        Some(group) => format!("k8s-{}-{hash}", alphanumeric(group, 17)),
        None => format!(
            "k8s-{}-{}-{hash}",
            alphanumeric(naming.namespace, 8),
            alphanumeric(naming.ingress, 8)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop() -> BalancerNaming<'static> {
        BalancerNaming {
            cluster: "eksworkshop",
            namespace: "fargate-game-2048",
            ingress: "ingress-2048",
            group: None,
            given: None,
            scheme: Scheme::InternetFacing,
        }
    }

    #[test]
    fn the_controllers_own_names_are_met() {
        // Recorded from the controller with the workshop's manifest.
        assert_eq!(balancer_name(&workshop()), "k8s-fargateg-ingress2-b252ad69ce");
        let internal = BalancerNaming {
            scheme: Scheme::Internal,
            ..workshop()
        };
        // Computed by hand from the same rule: sha256("eksworkshop" "fargate-game-2048/ingress-2048" "internal").
        assert_eq!(balancer_name(&internal), "k8s-fargateg-ingress2-edddfeee29");
    }

    #[test]
    fn groups_and_given_names_win() {
        let grouped = BalancerNaming {
            group: Some("workshop.team-blue.2026"),
            ..workshop()
        };
        assert_eq!(grouped.stack_id(), "workshop.team-blue.2026");
        assert_eq!(balancer_name(&grouped), "k8s-workshopteamblue2-126c9f6714");
        let given = BalancerNaming {
            given: Some("game"),
            ..grouped
        };
        assert_eq!(balancer_name(&given), "game");
    }

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
