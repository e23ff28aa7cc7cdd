//! What warnings of the cluster say, in the words in which a wait or a diagnosis says the same.

use super::events::message;
use super::one_line::one_line;
use super::pod_problem::NO_LOGGING;
use super::pull;
use crate::lang::Text;
use crate::lbc::decode_event;
use crate::model::Object;

/// The warning in plain words where it is known, else its own on one line; `None` for one that says nothing about a cause.
pub fn explained(warning: &Object) -> Option<Text> {
    let (reason, message) = (warning.text("/reason").unwrap_or_default(), message(warning));
    if reason == NO_LOGGING || pull::says_nothing(reason, message) {
        return None;
    }
    let known = pull::decoded(message).or_else(|| decode_event(reason, message).map(|decoded| decoded.cause));
    Some(known.unwrap_or_else(|| one_line(message).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_cause_has_the_same_words_everywhere() {
        let said = |reason: &str, message: &str| {
            explained(&Object(json!({"reason": reason, "message": message}))).map(|said| said.to_string())
        };
        assert_eq!(
            said(
                "Failed",
                "Failed to pull image \"a/b\": docker.io/a/b:latest: not found"
            )
            .as_deref(),
            Some("image `a/b` does not exist in its registry")
        );
        assert_eq!(
            said("FailedDeployModel", "TooManyLoadBalancers: no, request id: 1").as_deref(),
            Some("the account has no load balancer left")
        );
        assert_eq!(
            said("Unhealthy", "Readiness  probe\nfailed").as_deref(),
            Some("Readiness probe failed")
        );
        for (reason, message) in [
            ("Failed", "Error: ImagePullBackOff"),
            ("BackOff", "Back-off pulling image \"a/b\""),
            (
                "LoggingDisabled",
                "Disabled logging because aws-logging configmap was not found.",
            ),
        ] {
            assert_eq!(said(reason, message), None, "{message}");
        }
    }
}
