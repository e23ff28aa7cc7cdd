//! What is said of an image that cannot be pulled, and what to do about it.

use super::fault::{PullFault, point};
use crate::lang::{Text, text};
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
        text: cause(fault, image, message),
        remedy: remedy(fault, image),
    }
}

fn cause(fault: PullFault, image: &str, message: &str) -> Text {
    let said = || one_line(point(message));
    match fault {
        PullFault::Absent => text!("cause-image-absent", image = image),
        PullFault::Refused => text!("cause-image-refused", image = image),
        PullFault::Limited => text!("cause-image-limited", image = image),
        PullFault::WrongPlatform => text!("cause-image-wrong-platform", image = image),
        PullFault::BadFormat => text!("cause-image-bad-format", image = image),
        PullFault::BadName => text!("cause-image-bad-name", image = image),
        PullFault::NoSpace => text!("cause-image-no-space", image = image),
        PullFault::Forbidden => text!("cause-image-forbidden", image = image),
        PullFault::Unsigned => text!("cause-image-unsigned", image = image),
        PullFault::Unreachable => text!("cause-image-unreachable", image = image),
        PullFault::Unresolved => text!("cause-image-unresolved", image = image, said = said()),
        PullFault::Untrusted => text!("cause-image-untrusted", image = image, said = said()),
        PullFault::RegistryDown => text!("cause-image-registry-down", image = image, said = said()),
        PullFault::Other => text!("cause-image-not-pulled", image = image, said = said()),
        PullFault::Unsaid => text!("cause-image-unsaid", image = image),
    }
}

fn remedy(fault: PullFault, image: &str) -> Text {
    match fault {
        PullFault::Absent => text!("cause-image-absent.remedy"),
        PullFault::BadName => text!("cause-image-bad-name.remedy"),
        PullFault::Refused if image.contains(PRIVATE_ECR) => text!("cause-image-refused.private"),
        PullFault::Refused => text!("cause-image-refused.remedy"),
        PullFault::Limited => text!("cause-image-limited.remedy", image = GAME_IMAGE),
        PullFault::WrongPlatform => text!("cause-image-wrong-platform.remedy"),
        PullFault::BadFormat => text!("cause-image-bad-format.remedy", image = GAME_IMAGE),
        PullFault::NoSpace => text!("cause-image-no-space.remedy"),
        PullFault::Forbidden => text!("cause-image-forbidden.remedy"),
        PullFault::Unsigned => text!("cause-image-unsigned.remedy"),
        PullFault::Unreachable => text!("cause-image-unreachable.remedy"),
        PullFault::Unresolved => text!("cause-image-unresolved.remedy"),
        PullFault::Untrusted => text!("cause-image-untrusted.remedy"),
        PullFault::RegistryDown => text!("cause-image-registry-down.remedy"),
        PullFault::Other | PullFault::Unsaid => "kubectl get events --field-selector reason=Failed -A".into(),
    }
}
