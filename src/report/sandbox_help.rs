//! Remedies in the sandbox: commands for the sandbox, where something was broken there on purpose. Those for AWS would go to
//! whatever account the reader has credentials for.

use lab2048_sandbox::Breakage;

use crate::lang::{Text, text};
use crate::model::{Finding, NodeId, NodeKind, Severity};

/// What somebody notices of a breakage who does not know it.
pub fn feeling(breakage: Breakage) -> Text {
    Text::new(format!("world-feeling-{}", breakage.name()))
}

/// What is wrong while a breakage lasts.
pub fn fault(breakage: Breakage) -> Text {
    Text::new(format!("world-fault-{}", breakage.name()))
}

/// What a breakage is behind: checks by their ids, and diagnoses of nodes of these kinds.
struct Behind {
    checks: &'static [&'static str],
    nodes: &'static [NodeKind],
}

/// The one table of what follows from a breakage.
fn behind(breakage: Breakage) -> Behind {
    use NodeKind::{Deployment, Ingress, LoadBalancer, Profile, Service, Targets};
    let (checks, nodes): (&'static [&'static str], &'static [NodeKind]) = match breakage {
        Breakage::LbcAbsent => (
            &["lbc-installed", "lbc-ready", "lbc-lease", "lbc-webhook"],
            &[Service, Ingress, LoadBalancer, Targets],
        ),
        Breakage::LbcDenied | Breakage::LbcIdentity | Breakage::AlbDeleted | Breakage::ListenerDeleted => {
            (&[], &[Ingress, LoadBalancer, Targets])
        }
        Breakage::LbcCluster | Breakage::LbcNamespace => (&["lbc-args"], &[Ingress, LoadBalancer, Targets]),
        Breakage::ClassMissing => (&["ingress-class"], &[Ingress, LoadBalancer, Targets]),
        Breakage::Quota => (&["alb-quota"], &[Ingress, LoadBalancer, Targets]),
        Breakage::NoNat => (&["egress"], &[Deployment, Targets]),
        Breakage::PublicSubnets => (
            &["C8", "C12", "C14", "egress", "alb-subnets"],
            &[Profile, Deployment, Targets],
        ),
        Breakage::UntaggedSubnets => (&["alb-subnets"], &[Ingress, LoadBalancer]),
        Breakage::NoFreeIps => (&["C12", "alb-subnets"], &[Deployment, Targets]),
        Breakage::OneZone => (&["C14", "alb-subnets"], &[Ingress, LoadBalancer]),
        Breakage::ImageMissing | Breakage::ImageArm | Breakage::PullLimit | Breakage::PodQuota => {
            (&[], &[Deployment, Targets])
        }
        Breakage::Firewall => (&[], &[Targets]),
        Breakage::ServiceSelector | Breakage::HealthPath => (&[], &[Service, Ingress, Targets]),
        Breakage::ProfileFailed => (&["profile-health"], &[Profile, Deployment, Targets]),
        Breakage::StaleAccessEntry => (&["access-entry"], &[Deployment, Targets]),
        Breakage::DnsOff => (&["C10"], &[Deployment, Targets]),
        Breakage::WebhookDown | Breakage::WebhookCertificate => (&["lbc-webhook"], &[Service, Ingress]),
        // The one passes by itself; of the other there is no finding, as nothing can be read.
        Breakage::Throttling | Breakage::NoAccess => (&[], &[]),
    };
    Behind { checks, nodes }
}

impl Behind {
    fn is_behind(&self, finding: &Finding) -> bool {
        let is_checked = self.checks.contains(&finding.id.as_str());
        let node = finding.node.as_ref().filter(|_| finding.id == "diagnosis");
        is_checked || node.is_some_and(|node| self.nodes.contains(&node.kind))
    }
}

/// The command that gives the sandbox its load balancer controller back, where that is broken.
pub fn controller_mended(broken: &[Breakage]) -> Option<Text> {
    const OF_CONTROLLER: [Breakage; 7] = [
        Breakage::LbcAbsent,
        Breakage::LbcDenied,
        Breakage::LbcIdentity,
        Breakage::LbcCluster,
        Breakage::LbcNamespace,
        Breakage::WebhookDown,
        Breakage::WebhookCertificate,
    ];
    let causes = broken.iter().filter(|breakage| OF_CONTROLLER.contains(breakage));
    let names: Vec<_> = causes.map(|breakage| breakage.name()).collect();
    (!names.is_empty()).then(|| text!("view-remedy-controller", names = names.join(" ")))
}

/// Puts the sandbox's own remedy before that for AWS, where one of `broken` is behind a finding. What can be broken there and
/// is so for another reason is mended by the AWS CLI on the sandbox that is served.
pub fn remedies_here(findings: &mut [Finding], broken: &[Breakage]) {
    let wrong = findings
        .iter_mut()
        .filter(|finding| matches!(finding.severity, Severity::Warning | Severity::Error));
    for finding in wrong {
        let causes: Vec<_> = broken
            .iter()
            .filter(|breakage| behind(**breakage).is_behind(finding))
            .map(|breakage| breakage.name())
            .collect();
        let on_aws = finding.remedy.take();
        finding.remedy = match (causes.is_empty(), on_aws) {
            (true, None) => None,
            (true, Some(remedy)) if is_of_breakages(finding) => Some(text!("view-remedy-served", remedy = remedy)),
            (true, remedy) => remedy,
            (false, Some(remedy)) => Some(here_and_on_aws(&causes, &remedy)),
            (false, None) => Some(text!("view-remedy-here", names = causes.join(" "))),
        };
    }
}

/// What mends these breakages, and what helps on AWS.
pub fn here_and_on_aws(causes: &[&str], on_aws: &Text) -> Text {
    text!("view-remedy-here-and-aws", names = causes.join(" "), remedy = on_aws)
}

/// The same for what a step that failed says is to be done.
pub fn hint_here(node: &NodeId, hint: &Text, broken: &[Breakage]) -> Option<Text> {
    // With the one a lab comes up all the same.
    let stops = |breakage: &&Breakage| **breakage != Breakage::UntaggedSubnets;
    let causes = broken.iter().filter(stops);
    let causes = causes.filter(|breakage| behind(**breakage).nodes.contains(&node.kind));
    let names: Vec<_> = causes.map(|breakage| breakage.name()).collect();
    (!names.is_empty()).then(|| here_and_on_aws(&names, hint))
}

/// Whether a breakage can be behind the check.
fn is_of_breakages(finding: &Finding) -> bool {
    Breakage::ALL
        .iter()
        .any(|breakage| behind(*breakage).checks.contains(&finding.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;
    use crate::report::fixtures::{finding, node};

    fn remedy(mut found: Finding, broken: &[Breakage]) -> Option<String> {
        remedies_here(std::slice::from_mut(&mut found), broken);
        found.remedy.map(|remedy| remedy.to_string())
    }

    #[test]
    fn every_breakage_has_its_words() {
        for breakage in Breakage::ALL {
            assert_eq!(feeling(breakage), breakage.feeling());
            assert_eq!(fault(breakage), breakage.summary());
        }
    }

    #[test]
    fn what_was_broken_is_mended_here() {
        let egress = || {
            finding(
                "egress",
                Severity::Warning,
                "no way out",
                "",
                Some("`aws ec2 create-nat-gateway`"),
            )
        };
        assert_eq!(
            remedy(egress(), &[Breakage::Quota, Breakage::NoNat]).unwrap(),
            "here: `lab2048 sandbox mend no-nat`; on AWS: `aws ec2 create-nat-gateway`"
        );
        assert_eq!(
            remedy(egress(), &[Breakage::NoNat, Breakage::PublicSubnets]).unwrap(),
            "here: `lab2048 sandbox mend no-nat public-subnets`; on AWS: `aws ec2 create-nat-gateway`"
        );
        assert_eq!(
            remedy(egress(), &[]).unwrap(),
            "`aws ec2 create-nat-gateway` (here with what `lab2048 sandbox serve` prints)"
        );
        let fine = finding("egress", Severity::Ok, "a way out", "", None);
        assert_eq!(remedy(fine, &[Breakage::NoNat]), None);
        let own = finding("C4", Severity::Error, "privileged", "", Some("remove it"));
        assert_eq!(remedy(own, &[Breakage::NoNat]).unwrap(), "remove it");
    }

    #[test]
    fn a_diagnosis_goes_by_the_node() {
        let diagnosis = |id: &str| Finding {
            node: Some(node(id)),
            ..finding("diagnosis", Severity::Error, "broken", "", None)
        };
        let broken = [Breakage::ImageMissing];
        assert_eq!(
            remedy(diagnosis("deployment/d"), &broken).unwrap(),
            "here: `lab2048 sandbox mend image-missing`"
        );
        assert_eq!(remedy(diagnosis("profile/p"), &broken), None);
    }

    #[test]
    fn the_table_names_checks_that_there_are() {
        for breakage in Breakage::ALL {
            for id in behind(breakage).checks {
                assert!(checks::explain(id).is_some(), "{breakage}: {id}");
            }
        }
    }
}
