//! Why a lab that is there does not work: one finding for each part that is not as it should be.

use crate::lang::{Text, text};
use crate::model::{AwsView, Desired, Finding, KubeView, LOOK_AGAIN_ANNOTATION, Node, NodeKind, Observed, Severity};
use crate::readiness::{self, State, Verdict};
use crate::stack::Stack;

/// The check id of all diagnoses.
const ID: &str = "diagnosis";

/// A node with the verdict on it.
type Judged<'a> = (&'a Node, Observed<Verdict>);

/// Judges every part of a lab that is there, in the order of the stack; nothing for one that works, nothing for a part that
/// only waits for another that does not work, and nothing for a lab of which no part is there.
pub fn diagnose(stack: &Stack, aws: &AwsView, kube: &KubeView) -> Vec<Finding> {
    let judged: Vec<Judged<'_>> = stack
        .nodes
        .iter()
        .map(|node| (node, readiness::node(node, aws, kube)))
        .collect();
    let is_there = |(node, verdict): &Judged<'_>| {
        let is_part = !matches!(
            node.id.kind,
            NodeKind::Role | NodeKind::LoadBalancer | NodeKind::Targets
        );
        is_part && verdict.known().is_some_and(|verdict| verdict.state != State::Absent)
    };
    if !judged.iter().any(is_there) {
        return Vec::new();
    }
    judged
        .iter()
        .filter(|judged_one| !is_consequence(judged_one, &judged))
        .filter_map(|(node, verdict)| part(node, verdict, aws))
        .collect()
}

/// Whether the part only waits for another that does not work: the ALB for the Ingress that it is made from, its targets for
/// the ALB and for the pods.
fn is_consequence((node, verdict): &Judged<'_>, all: &[Judged<'_>]) -> bool {
    let causes: &[NodeKind] = match node.id.kind {
        NodeKind::LoadBalancer => &[NodeKind::Ingress],
        NodeKind::Targets => &[NodeKind::Ingress, NodeKind::LoadBalancer, NodeKind::Deployment],
        _ => return false,
    };
    let only_waits = matches!(
        verdict.known().map(|verdict| &verdict.state),
        Some(State::Pending(_) | State::Absent)
    );
    let fails = |(other, verdict): &Judged<'_>| {
        causes.contains(&other.id.kind) && verdict.known().is_some_and(|verdict| !verdict.works())
    };
    only_waits && all.iter().any(fails)
}

/// Of a diagnosis only what works, but not as it should: nothing is to be done about it, and it must not go unseen.
pub(super) fn degraded(stack: &Stack, aws: &AwsView, kube: &KubeView) -> Vec<Finding> {
    let judged = stack.nodes.iter().map(|node| (node, readiness::node(node, aws, kube)));
    judged
        .filter(|(_, verdict)| matches!(verdict.known().map(|verdict| &verdict.state), Some(State::Degraded(_))))
        .filter_map(|(node, verdict)| part(node, &verdict, aws))
        .collect()
}

/// The findings with those of a diagnosis that they do not have yet: a check may have seen the same of the same node, and
/// have taken it as seriously. A check that only warns of what `apply` can mend does not replace the diagnosis.
pub fn with_diagnosis(mut findings: Vec<Finding>, diagnosis: Vec<Finding>) -> Vec<Finding> {
    for found in diagnosis {
        let same = |other: &Finding| {
            other.node == found.node && other.evidence == found.evidence && other.severity >= found.severity
        };
        if found.evidence.is_empty() || !findings.iter().any(same) {
            findings.push(found);
        }
    }
    findings
}

fn part(node: &Node, verdict: &Observed<Verdict>, aws: &AwsView) -> Option<Finding> {
    let verdict = match verdict {
        Observed::Known(verdict) => verdict,
        Observed::NotAsked => return None,
        Observed::Unknown(why) => {
            let title = text!("plan-part-unread", node = node.id.to_string());
            return Some(Finding {
                remedy: Some(text!("plan-part-unread-remedy")),
                ..finding(node, Severity::Unknown, title, why)
            });
        }
    };
    let severity = match verdict.state {
        State::Ready => return None,
        // The controller has made all of it before it writes the host name: somebody has removed what is lacking.
        State::Pending(_) if node.id.kind == NodeKind::LoadBalancer && serves(aws) => Severity::Error,
        State::Pending(_) | State::Degraded(_) => Severity::Warning,
        State::Blocked(_) | State::Failed(_) | State::Deleting(_) => Severity::Error,
        State::Absent => return missing(node),
    };
    let title = text!("plan-part-state", node = node.id.to_string(), state = &verdict.stage);
    let evidence = verdict.why().cloned().unwrap_or_default();
    Some(Finding {
        remedy: Some(remedy(node, verdict, aws)),
        ..finding(node, severity, title, evidence)
    })
}

/// What to do about the part that keeps a lab from working, where waiting does not do.
pub fn way_on(node: &Node, verdict: &Verdict, aws: &AwsView) -> Option<Text> {
    match &verdict.state {
        State::Failed(_) | State::Blocked(_) => Some(remedy(node, verdict, aws)),
        State::Absent if node.id.kind == NodeKind::LoadBalancer => missing(node)?.remedy,
        State::Pending(_) if node.id.kind == NodeKind::LoadBalancer && serves(aws) => Some(remedy(node, verdict, aws)),
        State::Ready | State::Degraded(_) | State::Deleting(_) | State::Pending(_) | State::Absent => {
            verdict.remedy.clone()
        }
    }
}

fn serves(aws: &AwsView) -> bool {
    aws.load_balancer().is_some_and(|balancer| balancer.state.serves())
}

/// What to do about a part that is there.
fn remedy(node: &Node, verdict: &Verdict, aws: &AwsView) -> Text {
    if let Some(remedy) = &verdict.remedy {
        return remedy.clone();
    }
    match (&verdict.state, &node.desired) {
        (State::Deleting(_), _) => text!("plan-remedy-once-gone"),
        (State::Failed(_), Desired::Profile(_)) => text!("plan-remedy-failed-profile"),
        (State::Failed(_), Desired::LoadBalancer(_)) => text!("plan-remedy-failed-alb"),
        (State::Degraded(_), Desired::Profile(_)) => text!("plan-remedy-degraded-profile"),
        (State::Degraded(_), _) => text!("plan-remedy-degraded"),
        (State::Pending(_), Desired::LoadBalancer(spec)) if serves(aws) && node.id.kind == NodeKind::LoadBalancer => {
            look_again(&spec.ingress)
        }
        (State::Pending(_), _) => text!("plan-remedy-wait"),
        _ => "`lab2048 apply`".into(),
    }
}

/// How to have the controller make again what it made of this Ingress (`namespace/name`) and somebody removed.
fn look_again(ingress: &str) -> Text {
    let (namespace, name) = ingress.split_once('/').unwrap_or(("default", ingress));
    let command =
        format!("kubectl -n {namespace} annotate --overwrite ingress {name} {LOOK_AGAIN_ANNOTATION}=$(date +%s)");
    text!("plan-remedy-look-again", command = command)
}

fn finding(node: &Node, severity: Severity, title: Text, evidence: impl Into<Text>) -> Finding {
    Finding {
        id: ID.to_owned(),
        severity,
        node: Some(node.id.clone()),
        title,
        evidence: evidence.into(),
        remedy: None,
    }
}

/// A part that is not there. The controller makes the ALB when it gets to it, and targets are a part of the ALB.
fn missing(node: &Node) -> Option<Finding> {
    match (&node.id.kind, &node.desired) {
        (NodeKind::Targets, _) => None,
        (NodeKind::LoadBalancer, Desired::LoadBalancer(spec)) => {
            let evidence = text!("plan-no-alb-named", name = &node.id.name);
            Some(Finding {
                remedy: Some(look_again(&spec.ingress)),
                ..finding(node, Severity::Error, text!("plan-no-alb"), evidence)
            })
        }
        _ => Some(Finding {
            remedy: Some("`lab2048 apply`".into()),
            ..finding(
                node,
                Severity::Error,
                text!("plan-part-missing", node = node.id.to_string()),
                "",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlbState, Goal, HealthIssue};
    use crate::stack::fixtures::{Lab, known};
    use serde_json::json;

    fn lines(lab: &Lab) -> Vec<String> {
        diagnose(&lab.stack(Goal::Ready), &lab.aws, &lab.kube)
            .iter()
            .map(|f| format!("{:?} {} | {}", f.severity, f.title, f.evidence))
            .collect()
    }

    #[test]
    fn a_lab_that_works_or_is_not_there_needs_no_diagnosis() {
        assert_eq!(lines(&Lab::running()), [""; 0]);
        assert_eq!(lines(&Lab::fresh()), [""; 0]);
    }

    #[test]
    fn every_broken_part_is_named_with_its_cause() {
        let mut lab = Lab::running();
        lab.remove("Service");
        known(&mut lab.aws.profiles)[0].status = "CREATE_FAILED".into();
        lab.live("Deployment")["metadata"]["generation"] = json!(2);
        if let Some(balancer) = known(&mut lab.aws.balancer) {
            let target = &mut balancer.target_groups[0].targets[0];
            target.state = "unhealthy".into();
            target.description = Some("Health checks failed with these codes: [503]".to_owned());
        }
        let found = lines(&lab);
        insta::assert_snapshot!(found.join("\n"), @r"
Error profile/fargate-game-2048: CREATE_FAILED | EKS gives no reason
Error service/service-2048 is missing | 
Warning deployment/deployment-2048: 0/5 pods available | the deployment controller has not seen the change yet
Error targets/k8s-fargateg-ingress2-b252ad69ce: 4/5 targets healthy | 1 unhealthy (Health checks failed with these codes: [503])
");
    }

    #[test]
    fn a_failed_profile_is_an_error_whatever_a_check_has_warned_of() {
        for status in ["CREATE_FAILED", "DELETE_FAILED"] {
            let mut lab = Lab::running();
            let profile = &mut known(&mut lab.aws.profiles)[0];
            profile.status = status.into();
            profile.health.push(HealthIssue {
                code: "PodExecutionRoleAlreadyInUse".to_owned(),
                message: "in use".to_owned(),
                resources: Vec::new(),
            });
            let found = diagnose(&lab.stack(Goal::Ready), &lab.aws, &lab.kube);
            let [diagnosis] = &found[..] else {
                panic!("{found:?}");
            };
            assert_eq!(
                (
                    diagnosis.severity,
                    diagnosis.title.to_string().as_str(),
                    diagnosis.evidence.to_string().as_str()
                ),
                (
                    Severity::Error,
                    &*format!("profile/fargate-game-2048: {status}"),
                    "PodExecutionRoleAlreadyInUse: in use"
                )
            );
            assert!(diagnosis.remedy.as_ref().unwrap().to_string().contains("lab2048 apply"));
            let warning = Finding {
                id: "profile-health".to_owned(),
                severity: Severity::Warning,
                ..diagnosis.clone()
            };
            let both = vec![warning.clone(), diagnosis.clone()];
            assert_eq!(with_diagnosis(vec![warning], found), both);
        }
    }

    #[test]
    fn what_works_and_is_degraded_is_named_once() {
        let mut lab = Lab::running();
        if let Some(balancer) = known(&mut lab.aws.balancer) {
            balancer.state = AlbState::Impaired;
        }
        let found = diagnose(&lab.stack(Goal::Ready), &lab.aws, &lab.kube);
        assert_eq!(
            lines(&lab),
            [
                "Warning balancer/k8s-fargateg-ingress2-b252ad69ce: ALB active | the ALB is impaired: AWS gives no reason"
            ]
        );
        assert_eq!(degraded(&lab.stack(Goal::Ready), &lab.aws, &lab.kube), found);
        assert_eq!(with_diagnosis(found.clone(), found.clone()), found);
    }

    #[test]
    fn an_alb_that_is_not_there_or_not_ready_is_told() {
        let mut lab = Lab::running();
        if let Some(balancer) = known(&mut lab.aws.balancer) {
            balancer.listeners.clear();
        }
        assert!(lines(&lab)[0].contains("waiting for a listener on port 80"));
        lab.aws.balancer = Observed::Known(None);
        assert!(lines(&lab)[0].starts_with("Error there is no ALB"));
    }

    #[test]
    fn what_only_waits_for_a_part_that_does_not_work_is_not_told_beside_it() {
        let mut lab = Lab::running();
        lab.live("Ingress")["status"] = json!({});
        lab.aws.balancer = Observed::Known(None);
        assert_eq!(
            lines(&lab),
            [
                "Warning ingress/ingress-2048: controller at work | the controller has taken it up and is making the load \
                 balancer"
            ]
        );
        let mut lab = Lab::running();
        lab.live("Deployment")["status"]["availableReplicas"] = json!(3);
        if let Some(balancer) = known(&mut lab.aws.balancer) {
            balancer.target_groups[0].targets.truncate(3);
        }
        assert_eq!(
            lines(&lab),
            ["Warning deployment/deployment-2048: 3/5 pods available | "]
        );
    }

    #[test]
    fn every_diagnosis_has_a_remedy() {
        let changes: &[fn(&mut Lab)] = &[
            |lab| known(&mut lab.aws.profiles).clear(),
            |lab| known(&mut lab.aws.profiles)[0].status = "CREATING".into(),
            |lab| lab.aws.profiles = Observed::Unknown("denied".into()),
            |lab| lab.live("Service")["spec"]["clusterIP"] = json!(""),
            |lab| lab.live("Ingress")["metadata"]["deletionTimestamp"] = json!("2026-11-23T12:00:00Z"),
            |lab| lab.live("Deployment")["metadata"]["generation"] = json!(2),
            |lab| lab.aws.balancer = Observed::Known(None),
            |lab| known(&mut lab.aws.balancer).as_mut().unwrap().state = AlbState::Failed,
            |lab| known(&mut lab.aws.balancer).as_mut().unwrap().state = AlbState::Impaired,
            |lab| known(&mut lab.aws.balancer).as_mut().unwrap().target_groups[0].targets[0].state = "unhealthy".into(),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut lab = Lab::running();
            change(&mut lab);
            let found = diagnose(&lab.stack(Goal::Ready), &lab.aws, &lab.kube);
            assert!(!found.is_empty(), "{number}");
            for finding in found {
                assert!(
                    finding.remedy.is_some_and(|remedy| !remedy.is_empty()),
                    "{number}: {}",
                    finding.title
                );
            }
        }
    }
}
