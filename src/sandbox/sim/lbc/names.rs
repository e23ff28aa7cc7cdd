//! Names of what the controller makes in AWS: readable parts and a hash, as the real one makes them.

use sha2::{Digest, Sha256};

fn hash(parts: &[&str]) -> String {
    let mut hex = hex::encode(Sha256::digest(parts.concat().as_bytes()));
    hex.truncate(10);
    hex
}

fn plain(text: &str, most: usize) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(most).collect()
}

/// `<namespace>/<ingress>`, or the name of the group.
fn readable(stack: &str) -> String {
    match stack.split_once('/') {
        Some((namespace, ingress)) => format!("{}-{}", plain(namespace, 8), plain(ingress, 8)),
        None => plain(stack, 17),
    }
}

/// Name of a stack's load balancer.
pub(super) fn balancer(cluster: &str, stack: &str, scheme: &str) -> String {
    format!("k8s-{}-{}", readable(stack), hash(&[cluster, stack, scheme]))
}

/// Name of a stack's frontend security group.
pub(super) fn frontend_group(cluster: &str, stack: &str) -> String {
    format!("k8s-{}-{}", readable(stack), hash(&[cluster, stack]))
}

/// Name of the cluster's backend security group.
pub(super) fn backend_group(cluster: &str) -> String {
    format!("k8s-traffic-{}-{}", plain(cluster, 232), hash(&[cluster]))
}

/// What the name of a target group is made of.
pub(super) struct TargetGroupName<'a> {
    pub(super) cluster: &'a str,
    pub(super) stack: &'a str,
    /// Namespace and name of the Ingress.
    pub(super) ingress: (&'a str, &'a str),
    /// Namespace, name and UID of the Service.
    pub(super) service: (&'a str, &'a str, &'a str),
    /// Port as the Ingress names it.
    pub(super) port: &'a str,
    /// Port of the target group.
    pub(super) target_port: u16,
    pub(super) target_type: &'a str,
    /// Protocol and its version.
    pub(super) protocol: (&'a str, &'a str),
}

impl TargetGroupName<'_> {
    pub(super) fn text(&self) -> String {
        let port = self.target_port.to_string();
        let hash = hash(&[
            self.cluster,
            self.stack,
            self.ingress.0,
            self.ingress.1,
            self.service.2,
            self.port,
            &port,
            self.target_type,
            self.protocol.0,
            self.protocol.1,
        ]);
        format!("k8s-{}-{}-{hash}", plain(self.service.0, 8), plain(self.service.1, 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_the_real_controller_made() {
        let (cluster, stack) = ("eksworkshop", "fargate-game-2048/ingress-2048");
        assert_eq!(
            balancer(cluster, stack, "internet-facing"),
            "k8s-fargateg-ingress2-b252ad69ce"
        );
        assert_eq!(frontend_group(cluster, stack), "k8s-fargateg-ingress2-a507fa3b12");
        assert_eq!(backend_group(cluster), "k8s-traffic-eksworkshop-5d4bb8edc3");
        let group = TargetGroupName {
            cluster,
            stack,
            ingress: ("fargate-game-2048", "ingress-2048"),
            service: (
                "fargate-game-2048",
                "service-2048",
                "3e982afa-8287-4386-8dad-628ddbcb6e89",
            ),
            port: "80",
            target_port: 80,
            target_type: "ip",
            protocol: ("HTTP", "HTTP1"),
        };
        assert_eq!(group.text(), "k8s-fargateg-service2-f846ee635b");
    }
}
