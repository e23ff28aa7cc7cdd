//! The name that the load balancer controller gives to the ALB of an Ingress.

use crate::model::{Scheme, short_hash};

/// The first `count` ASCII letters and digits of a name; the controller drops everything else.
fn alphanumeric(name: &str, count: usize) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(count).collect()
}

/// What decides the name that the load balancer controller gives to the ALB of an Ingress.
#[derive(Debug, Clone, Copy)]
pub struct AlbNaming<'a> {
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

impl AlbNaming<'_> {
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
pub fn balancer_name(naming: &AlbNaming<'_>) -> String {
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

/// Whether a name is one that the controller has computed, and none that somebody has given.
pub fn is_computed_name(name: &str) -> bool {
    let hash = name.strip_prefix("k8s-").and_then(|rest| rest.rsplit_once('-'));
    hash.is_some_and(|(_, hash)| hash.len() == 10 && hash.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workshop() -> AlbNaming<'static> {
        AlbNaming {
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
        let internal = AlbNaming {
            scheme: Scheme::Internal,
            ..workshop()
        };
        // Computed by hand from the same rule: sha256("eksworkshop" "fargate-game-2048/ingress-2048" "internal").
        assert_eq!(balancer_name(&internal), "k8s-fargateg-ingress2-edddfeee29");
    }

    #[test]
    fn groups_and_given_names_win() {
        let grouped = AlbNaming {
            group: Some("workshop.team-blue.2026"),
            ..workshop()
        };
        assert_eq!(grouped.stack_id(), "workshop.team-blue.2026");
        assert_eq!(balancer_name(&grouped), "k8s-workshopteamblue2-126c9f6714");
        let given = AlbNaming {
            given: Some("game"),
            ..grouped
        };
        assert_eq!(balancer_name(&given), "game");
        assert!(is_computed_name(&balancer_name(&grouped)) && is_computed_name(&balancer_name(&workshop())));
        let given = [
            "game",
            "k8s-game",
            "k8s-game-of-the-class",
            "2048-b252ad69ce",
            "k8s-b252ad69ce",
        ];
        assert_eq!(given.map(is_computed_name), [false; 5]);
    }
}
