//! How a lab is, in one word, and the first thing that keeps it from being ready.

use super::{DeploymentStatus, LabState, StatusReport};
use crate::model::ProfileStatus;

/// The first thing that keeps the lab from being ready.
pub(super) fn judge(report: &StatusReport) -> (LabState, Option<String>) {
    let nothing = report.profile.is_none()
        && report.deployment.is_none()
        && report.service.is_none()
        && report.ingress.is_none()
        && report.balancer.is_none();
    if nothing && report.unknown.is_empty() {
        return (LabState::Absent, None);
    }
    if nothing {
        // What was not seen may be there all the same.
        return (LabState::Progressing, Some("nothing of it could be seen".to_owned()));
    }
    let reason = match (&report.profile, &report.deployment, &report.ingress, &report.balancer) {
        (None, ..) => Some("there is no Fargate profile".to_owned()),
        (Some(profile), ..) if profile.status != ProfileStatus::Active => {
            Some(format!("profile {} is {}", profile.name, profile.status))
        }
        (_, None, ..) => Some("there is no Deployment".to_owned()),
        (_, Some(deployment), ..) if pods(deployment).is_some() => pods(deployment),
        (.., None, _) => Some("there is no Ingress".to_owned()),
        (.., None) => Some("there is no load balancer yet".to_owned()),
        (.., Some(balancer)) if !balancer.state.serves() => Some(format!("the load balancer is {}", balancer.state)),
        (_, Some(deployment), _, Some(balancer)) => {
            let healthy = i64::from(balancer.targets().healthy);
            (healthy < deployment.wanted).then(|| format!("{healthy} of {} targets are healthy", deployment.wanted))
        }
    };
    let state = if reason.is_some() {
        LabState::Progressing
    } else {
        LabState::Ready
    };
    (state, reason)
}

/// What keeps the pods from being as wanted: counts of older wishes, too few, old ones, too many.
fn pods(deployment: &DeploymentStatus) -> Option<String> {
    let DeploymentStatus {
        wanted,
        total,
        updated,
        available,
        ..
    } = *deployment;
    if !deployment.observed {
        Some("the Deployment has changed and its controller has not seen it yet".to_owned())
    } else if available < wanted {
        Some(format!("{available} of {wanted} pods are available"))
    } else if updated < wanted {
        Some(format!("{updated} of {wanted} pods are of the newest template"))
    } else if total > wanted {
        Some(format!("{total} pods are there, {wanted} are wanted"))
    } else {
        None
    }
}
