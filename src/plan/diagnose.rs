//! Why a lab that is there does not work: one finding for each part that is not as it should be.

use crate::model::{
    AlbState, AwsView, Desired, Finding, KubeView, LoadBalancerSpec, Node, NodeKind, Object, Observed, ProfileStatus,
    Readiness, Severity,
};
use crate::readiness;
use crate::stack::Stack;

/// The check id of all diagnoses.
const ID: &str = "diagnosis";

/// Looks at every part of a lab that is there, in the order of the stack; nothing for one that works, and nothing for a
/// lab of which no part is there.
pub fn diagnose(stack: &Stack, aws: &AwsView, kube: &KubeView) -> Vec<Finding> {
    let found: Vec<Option<Finding>> = stack.nodes.iter().map(|node| part(node, aws, kube)).collect();
    let is_there = |node: &Node| match &node.desired {
        Desired::Object(object) => kube.live(object).is_some(),
        Desired::Profile(spec) => aws.profile(&spec.name).is_some(),
        _ => false,
    };
    if !stack.nodes.iter().any(is_there) {
        return Vec::new();
    }
    found.into_iter().flatten().collect()
}

fn part(node: &Node, aws: &AwsView, kube: &KubeView) -> Option<Finding> {
    match &node.desired {
        Desired::Object(wanted) => object(node, wanted, kube),
        Desired::Profile(spec) => fargate_profile(node, aws, &spec.name),
        Desired::Role(_) if matches!(aws.role, Observed::Known(None)) => Some(missing(node)),
        Desired::LoadBalancer(spec) if node.id.kind == NodeKind::Targets => targets(node, spec, aws),
        Desired::LoadBalancer(spec) => balancer(node, spec, aws),
        Desired::Role(_) | Desired::AccessEntry(_) | Desired::Proof(_) => None,
    }
}

fn finding(node: &Node, severity: Severity, title: impl Into<String>, evidence: impl Into<String>) -> Finding {
    Finding {
        id: ID.to_owned(),
        severity,
        node: Some(node.id.clone()),
        title: title.into(),
        evidence: evidence.into(),
        remedy: None,
    }
}

fn missing(node: &Node) -> Finding {
    Finding {
        remedy: Some("lab2048 apply".to_owned()),
        ..finding(node, Severity::Error, format!("{} is missing", node.id), "")
    }
}

fn object(node: &Node, wanted: &Object, kube: &KubeView) -> Option<Finding> {
    let state = kube.objects.iter().find(|s| s.key == wanted.key())?;
    let live = match &state.live {
        Observed::Unknown(why) => {
            return Some(finding(
                node,
                Severity::Unknown,
                format!("{} could not be looked at", node.id),
                why,
            ));
        }
        Observed::NotAsked => return None,
        Observed::Known(None) => return Some(missing(node)),
        Observed::Known(Some(live)) => live,
    };
    let read = |list: &'_ Observed<Vec<Object>>| list.known().cloned().unwrap_or_default();
    let (pods, events) = (read(&kube.pods), read(&kube.events));
    let verdict = readiness::present(live, &pods, &events);
    let (severity, why) = match verdict.readiness {
        Readiness::Ready => return None,
        Readiness::Pending(why) => (Severity::Warning, why),
        Readiness::Failed(why) => (Severity::Error, why),
    };
    Some(finding(node, severity, format!("{}: {}", node.id, verdict.stage), why))
}

fn fargate_profile(node: &Node, aws: &AwsView, name: &str) -> Option<Finding> {
    aws.profiles.known()?;
    let Some(profile) = aws.profile(name) else {
        return Some(missing(node));
    };
    let issues: Vec<String> = profile
        .health
        .iter()
        .map(|issue| format!("{}: {}", issue.code, issue.message))
        .collect();
    let severity = match profile.status {
        ProfileStatus::Active if issues.is_empty() => return None,
        ProfileStatus::Active | ProfileStatus::Creating | ProfileStatus::Deleting => Severity::Warning,
        _ => Severity::Error,
    };
    let title = format!("{} is {}", node.id, profile.status);
    Some(finding(node, severity, title, issues.join("; ")))
}

fn balancer(node: &Node, spec: &LoadBalancerSpec, aws: &AwsView) -> Option<Finding> {
    let Some(balancer) = aws.balancer.known()? else {
        return Some(finding(
            node,
            Severity::Warning,
            "there is no ALB yet",
            format!("no load balancer is named {}", spec.name),
        ));
    };
    let reason = balancer.reason.clone().unwrap_or_default();
    match &balancer.state {
        AlbState::Active | AlbState::Impaired => {}
        AlbState::Failed => return Some(finding(node, Severity::Error, "AWS could not make the ALB", reason)),
        state => return Some(finding(node, Severity::Warning, format!("the ALB is {state}"), reason)),
    }
    if !balancer.listeners.iter().any(|listener| listener.port == spec.port) {
        let title = format!("the ALB does not listen on port {}", spec.port);
        return Some(finding(node, Severity::Warning, title, balancer.arn.clone()));
    }
    None
}

/// What is wrong with the targets of an ALB that is there.
fn targets(node: &Node, spec: &LoadBalancerSpec, aws: &AwsView) -> Option<Finding> {
    let balancer = aws.balancer.known()?.as_ref()?;
    let targets = balancer.targets();
    if targets.healthy >= spec.targets {
        return None;
    }
    let sick: Vec<String> = balancer
        .target_groups
        .iter()
        .flat_map(|group| &group.targets)
        .filter(|target| !target.state.is_healthy())
        .map(|target| {
            let why = target.description.as_deref().or(target.reason.as_deref());
            format!(
                "{} is {} ({})",
                target.id,
                target.state,
                why.unwrap_or("no reason given")
            )
        })
        .collect();
    let title = format!("{} of {} targets of the ALB are healthy", targets.healthy, spec.targets);
    Some(finding(node, Severity::Warning, title, sick.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Goal;
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
        assert_eq!(found.len(), 4, "{found:#?}");
        assert_eq!(found[0], "Error profile/fargate-game-2048 is CREATE_FAILED | ");
        assert_eq!(found[1], "Error service/service-2048 is missing | ");
        assert!(
            found[2].starts_with("Warning deployment/deployment-2048: "),
            "{}",
            found[2]
        );
        assert_eq!(
            found[3],
            "Warning 4 of 5 targets of the ALB are healthy | 10.11.64.1 is unhealthy (Health checks failed with these \
             codes: [503])"
        );
    }

    #[test]
    fn an_alb_that_is_not_there_or_not_ready_is_told() {
        let mut lab = Lab::running();
        if let Some(balancer) = known(&mut lab.aws.balancer) {
            balancer.listeners.clear();
        }
        assert!(lines(&lab)[0].contains("does not listen on port 80"));
        lab.aws.balancer = Observed::Known(None);
        assert!(lines(&lab)[0].contains("there is no ALB yet"));
    }
}
