//! The proof from outside: what one try to reach the game says of it.
//!
//! Nothing that is met on the way is final: DNS, listeners, rules and targets come one after the other, and the wait has a
//! limit of its own.

use std::fmt;
use std::time::Duration;

use super::verdict::Verdict;
use crate::lang::{Text, text};
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
    Answered(ProofAnswer),
    /// No web server answered.
    Unanswered {
        /// What was asked for.
        url: String,
        /// Why there is no answer.
        why: NoAnswer,
    },
}

/// An answer to a request for the game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofAnswer {
    /// What was asked for.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body, as far as a game's page may go.
    pub page: String,
    /// Whether the ALB answered by itself, and not a pod.
    pub by_balancer: bool,
    /// Where the ALB's certificate could be for any names: which these are.
    pub certificate: Option<Vec<String>>,
}

/// Why there was no answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// It did not come in time.
    TimedOut(Duration),
    /// There is no connection, or it broke: why.
    Unreachable(String),
    /// The server cannot be trusted: why. That does not pass by itself.
    Untrusted(String),
    /// Every answer was a redirect.
    TooManyRedirects {
        /// How many are followed.
        limit: usize,
        /// Where the last one leads.
        last: String,
    },
    /// A redirect away from the game: to another host, which may be a service inside, or of another kind.
    Elsewhere(String),
    /// A redirect to something that is no URL.
    BadRedirect(String),
}

impl NoAnswer {
    /// Why, in words.
    pub fn text(&self) -> Text {
        match self {
            Self::TimedOut(limit) => text!("is-no-answer-in", time = format_duration(*limit)),
            Self::Unreachable(why) | Self::Untrusted(why) => why.into(),
            Self::TooManyRedirects { limit, last } => text!("is-too-many-redirects", limit = *limit, last = last),
            Self::Elsewhere(url) => text!("is-redirected-elsewhere", url = url),
            Self::BadRedirect(url) => text!("is-redirected-nowhere", url = url),
        }
    }
}

/// [`NoAnswer::text`], in English.
impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for NoAnswer {}

/// What is said of the game where no request from here can reach it, so that its healthy targets have to be the proof.
pub fn proof_by_targets(spec: &ProofSpec) -> Option<Verdict> {
    if spec.scheme == Scheme::Internal {
        return Some(Verdict::ready(text!("is-proof-internal")));
    }
    let obstacle = spec.obstacle.as_ref();
    obstacle.map(|why| Verdict::ready(text!("is-proof-by-targets", why = why)))
}

/// Whether the game answers, by one try: with HTTP status 200 and no other, and with a page that has the text `expect`.
pub fn proof(attempt: &ProofAttempt, expect: Option<&str>) -> Verdict {
    match attempt {
        ProofAttempt::NoAddress { host } => Verdict::pending(lookup(host), text!("is-unresolved")),
        ProofAttempt::LookupFailed { host, why } => {
            Verdict::pending(lookup(host), text!("is-resolver-failed", why = why))
        }
        ProofAttempt::Answered(answer) => judge(answer, expect),
        ProofAttempt::Unanswered { url, why } => {
            let stage = text!("is-unanswered", url = url);
            match why {
                NoAnswer::Untrusted(why) => Verdict::failed(stage, why).remedied(text!("is-mend-certificate")),
                _ => Verdict::pending(stage, why.text()),
            }
        }
    }
}

fn judge(answer: &ProofAnswer, expect: Option<&str>) -> Verdict {
    let stage = Text::verbatim(format!("GET {} \u{2192} {}", answer.url, answer.status));
    if let (200, Some(text)) = (answer.status, expect)
        && !answer.page.to_lowercase().contains(&text.to_lowercase())
    {
        let why = match excerpt(&answer.page) {
            page if page.is_empty() => text!("is-page-empty", text = text),
            page => text!("is-page-other", text = text, page = page),
        };
        return Verdict::pending(stage, why).remedied(text!("is-expect-other"));
    }
    match (answer.status, &answer.certificate) {
        (200, Some(names)) if names.is_empty() => Verdict::degraded(stage, text!("is-nameless-certificate")),
        (200, Some(names)) => Verdict::ready(text!("is-certified", request = stage, names = names.join(", "))),
        (200, None) => Verdict::ready(stage),
        _ => Verdict::pending(stage, meaning(answer)),
    }
}

/// The name under which the game is served with a certificate for these names: the first that is no wildcard, else one that
/// a wildcard covers.
pub fn name_of_certificate(names: &[String]) -> Option<String> {
    let plain = names.iter().find(|name| !name.contains('*'));
    plain.or(names.first()).map(|name| name.replacen('*', "lab2048", 1))
}

fn lookup(host: &str) -> Text {
    text!("is-awaiting-dns", host = host)
}

/// What a status says to somebody who waits for the game.
fn meaning(answer: &ProofAnswer) -> Text {
    match answer.status {
        _ if answer.page.contains("Backend service does not exist") => text!("is-no-service-at-rule"),
        400 if answer.by_balancer => text!("is-tls-mismatch"),
        403 => text!("is-not-let-in"),
        404 if answer.by_balancer => text!("is-no-rule-takes-it"),
        404 => text!("is-path-unknown"),
        502 => text!("is-connection-closed"),
        503 => text!("is-no-healthy-pod"),
        504 => text!("is-no-pod-in-time"),
        _ => excerpt(&answer.page).into(),
    }
}

/// How much of a page is quoted.
const EXCERPT: usize = 120;

/// The beginning of a page, on one line.
fn excerpt(page: &str) -> String {
    let words = page.split_whitespace().flat_map(|word| [word, " "]);
    let beginning: String = words.flat_map(str::chars).take(EXCERPT).collect();
    beginning.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::verdict::State;
    use super::*;
    use crate::model::Endpoint;

    const HOST: &str = "alb.test";
    const URL: &str = "http://alb.test/";

    fn answered(status: u16, page: &str) -> ProofAttempt {
        ProofAttempt::Answered(ProofAnswer {
            url: URL.to_owned(),
            status,
            page: page.to_owned(),
            by_balancer: true,
            certificate: None,
        })
    }

    fn by_pod(status: u16, certificate: Option<&[&str]>) -> ProofAttempt {
        ProofAttempt::Answered(ProofAnswer {
            url: URL.to_owned(),
            status,
            page: "<TITLE>The 2048 GAME".to_owned(),
            by_balancer: false,
            certificate: certificate.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        })
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
            unanswered(NoAnswer::Untrusted("signed by nobody".to_owned())),
            answered(200, "<title>2048 Game</title>"),
            by_pod(200, Some(&["game.test", "*.game.test"])),
            by_pod(200, Some(&[])),
            by_pod(404, None),
            answered(400, ""),
            answered(200, ""),
            answered(200, "<h1>Sign in\nto the guest network"),
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
            let verdict = proof(&attempt, Some("2048 game"));
            let why = verdict.why().map(Text::to_string).unwrap_or_default();
            let state = match verdict.state {
                State::Pending(_) => format!("Pending({why:?})"),
                State::Degraded(_) => format!("Degraded({why:?})"),
                State::Failed(_) => format!("Failed({why:?})"),
                other => format!("{other:?}"),
            };
            format!("{} | {state}", verdict.stage)
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        waiting for DNS of alb.test | Pending("the name does not resolve yet; that takes up to a minute or two")
        waiting for DNS of alb.test | Pending("the resolver failed: no server")
        GET http://alb.test/ → no answer | Pending("no answer within 10s")
        GET http://alb.test/ → no answer | Pending("connection refused")
        GET http://alb.test/ → no answer | Pending("more than 3 redirects, the last to http://alb.test/a")
        GET http://alb.test/ → no answer | Pending("redirected to `http://`, which is no address")
        GET http://alb.test/ → no answer | Failed("signed by nobody")
        GET http://alb.test/ → 200 | Ready
        GET http://alb.test/ → 200, with a certificate for game.test, *.game.test | Ready
        GET http://alb.test/ → 200 | Degraded("the certificate is for no name, so that browsers refuse it")
        GET http://alb.test/ → 404 | Pending("the game itself answers, and does not know the path: the ALB passes it on as it is, so the image has to serve it")
        GET http://alb.test/ → 400 | Pending("the ALB expects TLS there, or none")
        GET http://alb.test/ → 200 | Pending("the page is empty, and not the game's, which has `2048 game` (app.expect)")
        GET http://alb.test/ → 200 | Pending("the page is not the game's, which has `2048 game` (app.expect); it begins: <h1>Sign in to the guest network")
        GET http://alb.test/ → 204 | Pending("")
        GET http://alb.test/ → 304 | Pending("as before")
        GET http://alb.test/ → 403 | Pending("the address this request came from is not let in")
        GET http://alb.test/ → 404 | Pending("no rule of the ALB takes this request")
        GET http://alb.test/ → 500 | Pending("a fault")
        GET http://alb.test/ → 502 | Pending("a pod closed the connection")
        GET http://alb.test/ → 503 | Pending("the ALB has no healthy pod to send it to yet")
        GET http://alb.test/ → 503 | Pending("the controller found no Service for the Ingress when it made the rule")
        GET http://alb.test/ → 504 | Pending("no pod answered in time")
        "#);
    }

    #[test]
    fn a_certificate_gives_the_game_its_name() {
        for (names, wanted) in [
            (&["game.test", "other.test"][..], Some("game.test")),
            (&["*.game.test", "game.test"], Some("game.test")),
            (&["*.game.test"], Some("lab2048.game.test")),
            (&[], None),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(name_of_certificate(&names).as_deref(), wanted);
        }
    }

    #[test]
    fn where_no_request_leads_there_the_targets_are_the_proof() {
        let mut spec = ProofSpec {
            scheme: Scheme::InternetFacing,
            endpoint: Endpoint::plain(80),
            obstacle: None,
            expect: None,
        };
        assert_eq!(proof_by_targets(&spec), None);
        spec.obstacle = Some("its rules ask for the header X-Lab".into());
        assert!(
            proof_by_targets(&spec)
                .unwrap()
                .stage
                .to_string()
                .contains("the header X-Lab")
        );
        spec.scheme = Scheme::Internal;
        assert!(
            proof_by_targets(&spec)
                .unwrap()
                .stage
                .to_string()
                .starts_with("internal ALB")
        );
    }
}
