//! The proof from outside: what one try to reach the game says of it.
//!
//! Nothing that is met on the way is final: DNS, listeners, rules and targets come one after the other, and the wait has a
//! limit of its own.

use std::time::Duration;

use super::verdict::Verdict;
use crate::model::{ProofSpec, Scheme, format_duration};

/// What one try to reach the game came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofAttempt {
    /// The name was looked up and has no address.
    NoAddress {
        /// The load balancer's name.
        host: String,
    },
    /// The name could not be looked up.
    LookupFailed {
        /// The load balancer's name.
        host: String,
        /// What the resolver says.
        why: String,
    },
    /// A web server answered, at the end of all redirects.
    Answered {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of the body, on one line.
        excerpt: String,
    },
    /// No web server answered.
    Unanswered {
        /// What was asked for.
        url: String,
        /// Why there is no answer.
        why: NoAnswer,
    },
}

/// Why there was no answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It did not come in time.
    #[error("no answer within {}", format_duration(*.0))]
    TimedOut(Duration),
    /// There is no connection, or it broke: why.
    #[error("{0}")]
    Unreachable(String),
    /// Every answer was a redirect.
    #[error("more than {limit} redirects, the last to {last}")]
    TooManyRedirects {
        /// How many are followed.
        limit: usize,
        /// Where the last one leads.
        last: String,
    },
    /// A redirect to something that is no URL.
    #[error("redirected to `{0}`, which is no address")]
    BadRedirect(String),
}

/// What is said of the game where no request from here can reach it, so that its healthy targets have to be the proof.
pub fn proof_by_targets(spec: &ProofSpec) -> Option<Verdict> {
    if spec.scheme == Scheme::Internal {
        return Some(Verdict::ready(
            "internal ALB: not reachable from here; its healthy targets are the proof",
        ));
    }
    spec.obstacle.as_ref().map(|why| {
        Verdict::ready(format!(
            "no plain request leads to the game ({why}); its healthy targets are the proof"
        ))
    })
}

/// Whether the game answers, by one try: with HTTP status 200 and no other.
pub fn proof(attempt: &ProofAttempt) -> Verdict {
    match attempt {
        ProofAttempt::NoAddress { host } => Verdict::pending(
            lookup(host),
            "the name does not resolve yet; that takes up to a minute or two",
        ),
        ProofAttempt::LookupFailed { host, why } => {
            Verdict::pending(lookup(host), format!("the resolver failed: {why}"))
        }
        ProofAttempt::Answered { url, status: 200, .. } => Verdict::ready(request(url, "200")),
        ProofAttempt::Answered { url, status, excerpt } => {
            Verdict::pending(request(url, &status.to_string()), meaning(*status, excerpt))
        }
        ProofAttempt::Unanswered { url, why } => Verdict::pending(request(url, "no answer"), why.to_string()),
    }
}

fn lookup(host: &str) -> String {
    format!("waiting for DNS of {host}")
}

fn request(url: &str, answer: &str) -> String {
    format!("GET {url} \u{2192} {answer}")
}

/// What an ALB's status says to somebody who waits for it.
fn meaning(status: u16, excerpt: &str) -> &str {
    match status {
        _ if excerpt.contains("Backend service does not exist") => {
            "the controller found no Service for the Ingress when it made the rule"
        }
        403 => "the address this request came from is not let in",
        404 => "no rule of the ALB leads here, or the game does not know the path",
        502 => "a pod closed the connection",
        503 => "the ALB has no healthy pod to send it to yet",
        504 => "no pod answered in time",
        _ => excerpt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Endpoint;

    const HOST: &str = "alb.test";
    const URL: &str = "http://alb.test/";

    fn answered(status: u16, excerpt: &str) -> ProofAttempt {
        ProofAttempt::Answered {
            url: URL.to_owned(),
            status,
            excerpt: excerpt.to_owned(),
        }
    }

    fn unanswered(why: NoAnswer) -> ProofAttempt {
        ProofAttempt::Unanswered {
            url: URL.to_owned(),
            why,
        }
    }

    #[test]
    fn every_outcome_of_a_try_has_its_meaning() {
        let attempts = [
            ProofAttempt::NoAddress { host: HOST.to_owned() },
            ProofAttempt::LookupFailed {
                host: HOST.to_owned(),
                why: "no server".to_owned(),
            },
            unanswered(NoAnswer::TimedOut(Duration::from_secs(10))),
            unanswered(NoAnswer::Unreachable("connection refused".to_owned())),
            unanswered(NoAnswer::TooManyRedirects {
                limit: 3,
                last: "http://alb.test/a".to_owned(),
            }),
            unanswered(NoAnswer::BadRedirect("http://".to_owned())),
            answered(200, "2048"),
            answered(204, ""),
            answered(304, "as before"),
            answered(403, ""),
            answered(404, ""),
            answered(500, "a fault"),
            answered(502, ""),
            answered(503, ""),
            answered(503, "Backend service does not exist"),
            answered(504, ""),
        ];
        let lines = attempts.map(|attempt| {
            let verdict = proof(&attempt);
            format!("{} | {:?}", verdict.stage, verdict.state)
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        waiting for DNS of alb.test | Pending("the name does not resolve yet; that takes up to a minute or two")
        waiting for DNS of alb.test | Pending("the resolver failed: no server")
        GET http://alb.test/ → no answer | Pending("no answer within 10s")
        GET http://alb.test/ → no answer | Pending("connection refused")
        GET http://alb.test/ → no answer | Pending("more than 3 redirects, the last to http://alb.test/a")
        GET http://alb.test/ → no answer | Pending("redirected to `http://`, which is no address")
        GET http://alb.test/ → 200 | Ready
        GET http://alb.test/ → 204 | Pending("")
        GET http://alb.test/ → 304 | Pending("as before")
        GET http://alb.test/ → 403 | Pending("the address this request came from is not let in")
        GET http://alb.test/ → 404 | Pending("no rule of the ALB leads here, or the game does not know the path")
        GET http://alb.test/ → 500 | Pending("a fault")
        GET http://alb.test/ → 502 | Pending("a pod closed the connection")
        GET http://alb.test/ → 503 | Pending("the ALB has no healthy pod to send it to yet")
        GET http://alb.test/ → 503 | Pending("the controller found no Service for the Ingress when it made the rule")
        GET http://alb.test/ → 504 | Pending("no pod answered in time")
        "#);
    }

    #[test]
    fn where_no_request_leads_there_the_targets_are_the_proof() {
        let mut spec = ProofSpec {
            scheme: Scheme::InternetFacing,
            endpoint: Endpoint::plain(80),
            obstacle: None,
        };
        assert_eq!(proof_by_targets(&spec), None);
        spec.obstacle = Some("its rules ask for the header X-Lab".to_owned());
        assert!(proof_by_targets(&spec).unwrap().stage.contains("the header X-Lab"));
        spec.scheme = Scheme::Internal;
        assert!(proof_by_targets(&spec).unwrap().stage.starts_with("internal ALB"));
    }
}
