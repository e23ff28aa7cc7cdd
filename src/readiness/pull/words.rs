//! What is said of an image that cannot be pulled, and what to do about it.

use super::fault::{PullFault, point};
use crate::lang::Text;
use crate::model::GAME_IMAGE;
use crate::readiness::one_line::one_line;
use crate::readiness::problem::{Outlook, PodProblem};

/// Amazon's private registries: `410691154611.dkr.ecr.ap-northeast-2.amazonaws.com`.
const PRIVATE_ECR: &str = ".dkr.ecr.";

/// What is wrong with pods whose image cannot be pulled. `hopeless`: the same has been met before, and lasts.
pub(super) fn problem(fault: PullFault, image: &str, message: &str, hopeless: bool) -> PodProblem {
    let outlook = if hopeless { Outlook::Hopeless } else { Outlook::Mendable };
    PodProblem {
        outlook,
        text: cause(fault, image, message).into(),
        remedy: remedy(fault, image).into(),
    }
}

fn cause(fault: PullFault, image: &str, message: &str) -> String {
    match fault {
        PullFault::Absent => format!("image `{image}` does not exist in its registry"),
        PullFault::Refused => {
            format!("the registry refuses image `{image}`: it does not exist there, or it is private")
        }
        PullFault::Limited => format!("the registry limits pulls of image `{image}` from this address"),
        PullFault::WrongPlatform => format!("image `{image}` is not built for the platform of the nodes"),
        PullFault::BadFormat => {
            format!("image `{image}` is in a format that this cluster cannot read any more, such as Docker's schema 1")
        }
        PullFault::BadName => format!("`{image}` is not a valid image name"),
        PullFault::NoSpace => format!("image `{image}` does not fit on the node's disk"),
        PullFault::Forbidden => format!("image `{image}` may not be pulled, as its imagePullPolicy is Never"),
        PullFault::Unsigned => format!("the signature of image `{image}` is not accepted"),
        PullFault::Unreachable => format!(
            "image `{image}` cannot be reached: the private subnets need a NAT gateway (or endpoints of the registry)"
        ),
        PullFault::Unresolved => format!(
            "image `{image}` cannot be reached: the name of its registry has no address ({})",
            one_line(point(message))
        ),
        PullFault::Untrusted => format!(
            "image `{image}` cannot be pulled: its registry shows a certificate that the node does not trust ({})",
            one_line(point(message))
        ),
        PullFault::RegistryDown => format!(
            "image `{image}` cannot be pulled: its registry is at fault ({})",
            one_line(point(message))
        ),
        PullFault::Other => format!("image `{image}` cannot be pulled: {}", one_line(point(message))),
        PullFault::Unsaid => format!("image `{image}` cannot be pulled, and its kubelet does not say why"),
    }
}

fn remedy(fault: PullFault, image: &str) -> String {
    match fault {
        PullFault::Absent | PullFault::BadName => "correct app.image".to_owned(),
        PullFault::Refused if image.contains(PRIVATE_ECR) => {
            "correct app.image, or let the pod execution role read that repository (for another account's: its policy, too)"
                .to_owned()
        }
        PullFault::Refused => "correct app.image: it has to be one that can be pulled without signing in".to_owned(),
        PullFault::Limited => format!("wait, or use a registry without that limit: --set app.image={GAME_IMAGE}"),
        PullFault::WrongPlatform => {
            "use an image that is built for linux/amd64, which is what Fargate runs: app.image".to_owned()
        }
        PullFault::BadFormat => format!("--set app.image={GAME_IMAGE}, or build and push the image again"),
        PullFault::NoSpace => "use a smaller image: a pod on Fargate has 20 GiB".to_owned(),
        PullFault::Forbidden => "take imagePullPolicy: Never out of the template".to_owned(),
        PullFault::Unsigned => "use an image that is signed as the cluster demands: app.image".to_owned(),
        PullFault::Unreachable => {
            "give the subnets of the pods a way to the registry: the check `egress` of lab2048 doctor names them".to_owned()
        }
        PullFault::Unresolved => "correct the registry in app.image, or mend DNS in the VPC (C10)".to_owned(),
        PullFault::Untrusted => "use a registry with a public certificate: app.image".to_owned(),
        PullFault::RegistryDown => "wait, or use another registry: app.image".to_owned(),
        PullFault::Other | PullFault::Unsaid => "kubectl get events --field-selector reason=Failed -A".to_owned(),
    }
}
