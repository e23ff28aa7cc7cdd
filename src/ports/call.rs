//! Errors of calls to AWS and Kubernetes, classified once at the edge.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::lang::{Text, text};
use crate::model::Holder;

/// What an error of a call means for the caller. Each adapter has one classifier that maps to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The thing does not exist.
    Missing,
    /// It exists already.
    Exists,
    /// Something else is going on that must end first (a profile in CREATING, an update in progress, a webhook starting).
    Busy,
    /// Too many requests.
    Throttled,
    /// The caller may not do that (403).
    Denied,
    /// The caller is not known (401).
    Unauthenticated,
    /// The caller was known once: its credentials have expired.
    Expired,
    /// The signature does not fit: a wrong secret key, or a clock that is wrong.
    BadSignature,
    /// Somebody else changed it or owns the field (409).
    Conflict,
    /// Something made a moment ago is not visible everywhere yet (IAM).
    Propagating,
    /// The resource version is too old (410).
    Gone,
    /// The request itself is wrong and will stay so.
    Invalid,
    /// No answer: connection refused or reset, DNS, time-out, 5xx.
    Unreachable,
    /// One side does not trust the other: a certificate, a client certificate, a proxy without its password. Stays so.
    Untrusted,
    /// Anything else.
    Other,
}

impl ErrorClass {
    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Exists => "exists",
            Self::Busy => "busy",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Unauthenticated => "unauthenticated",
            Self::Expired => "expired",
            Self::BadSignature => "bad-signature",
            Self::Conflict => "conflict",
            Self::Propagating => "propagating",
            Self::Gone => "gone",
            Self::Invalid => "invalid",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Other => "other",
        }
    }

    /// Whether trying the same call again, later, can succeed.
    pub fn is_transient(self) -> bool {
        let passes = matches!(
            self,
            Self::Busy | Self::Throttled | Self::Propagating | Self::Gone | Self::Unreachable
        );
        passes || self.is_unidentified()
    }

    /// Whether the caller was not recognised. New credentials are fetched for every try, so that the next may be.
    pub fn is_unidentified(self) -> bool {
        matches!(self, Self::Unauthenticated | Self::Expired | Self::BadSignature)
    }

    /// Whether there was no answer to the question itself, so that nothing is known about the thing asked for.
    pub fn is_unanswered(self) -> bool {
        matches!(self, Self::Unreachable | Self::Untrusted | Self::Throttled) || self.is_unidentified()
    }

    /// What to do about it, where the adapter does not know better.
    fn remedy(self) -> Option<Text> {
        Some(match self {
            Self::Denied => text!("help-denied"),
            Self::Unauthenticated => text!("help-unauthenticated"),
            Self::Expired => text!("help-expired-credentials"),
            Self::BadSignature => text!("help-bad-signature"),
            Self::Conflict => text!("help-conflict"),
            Self::Invalid => text!("help-invalid"),
            Self::Unreachable => text!("help-unreachable"),
            Self::Untrusted => text!("help-untrusted"),
            Self::Missing
            | Self::Exists
            | Self::Busy
            | Self::Throttled
            | Self::Propagating
            | Self::Gone
            | Self::Other => return None,
        })
    }
}

/// The longest pause that a service is granted: who stands before a run that asks for ten minutes is helped by one question a
/// minute, which no service minds.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A failed call, with what is worth telling of it.
#[derive(Debug, Clone, thiserror::Error)]
pub struct CallError {
    /// What it means.
    pub class: ErrorClass,
    /// Which call, such as `eks:CreateFargateProfile` or `PATCH deployment/deployment-2048`.
    pub operation: Box<str>,
    /// The service's own code or reason, such as `ResourceInUseException`.
    pub code: Option<Box<str>>,
    /// The service's own text.
    pub message: String,
    /// The same as people read it, where it is ours.
    pub said: Option<Box<Text>>,
    /// How long the service asked us to wait.
    pub retry_after: Option<Duration>,
    /// What to do about it, where the service is known: `ask for the permission it names`.
    pub remedy: Option<Box<Text>>,
    /// Who has what the call needs, if that is why it failed; the call is then of use again once that one is done.
    pub held_by: Option<Box<Holder>>,
}

impl AsRef<Self> for CallError {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl CallError {
    /// An error of the given class with the service's text.
    pub fn new(class: ErrorClass, operation: impl Into<Box<str>>, message: impl Into<String>) -> Self {
        Self {
            class,
            operation: operation.into(),
            code: None,
            message: message.into(),
            said: None,
            retry_after: None,
            remedy: None,
            held_by: None,
        }
    }

    /// An error of the given class with a text of ours.
    pub fn saying(class: ErrorClass, operation: impl Into<Box<str>>, text: Text) -> Self {
        let message = text.to_string();
        Self {
            said: Some(Box::new(text)),
            ..Self::new(class, operation, message)
        }
    }

    /// The failed call that a link of a chain of errors is, if it is one.
    fn of_link<'a>(link: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let boxed = || link.downcast_ref::<Box<Self>>().map(|boxed| &**boxed);
        link.downcast_ref().or_else(boxed)
    }

    /// How long to wait as the service has asked us to, within reason.
    pub fn asked_pause(&self) -> Option<Duration> {
        self.retry_after.map(|pause| pause.min(LONGEST_PAUSE))
    }

    /// The same error with the one who has what the call needs.
    #[must_use]
    pub fn with_holder(mut self, holder: Holder) -> Self {
        self.held_by = Some(Box::new(holder));
        self
    }

    /// The same error with the service's code.
    #[must_use]
    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<Text>) -> Self {
        self.remedy = Some(Box::new(remedy.into()));
        self
    }

    /// What to do about it; `None` where the only advice is to try again.
    pub fn help(&self) -> Option<Text> {
        let own = self.remedy.as_deref().cloned();
        let remedy = own.or_else(|| self.class.remedy())?;
        Some(text!("help-then-again", remedy = remedy))
    }

    /// Its message as people read it; what the service said stays as it is.
    pub fn said(&self) -> Text {
        match self.said.as_deref() {
            Some(said) => said.clone(),
            None => Text::verbatim(self.message.clone()),
        }
    }

    /// The error as people read it.
    pub fn text(&self) -> Text {
        let Some(said) = self.said.as_deref() else {
            return Text::verbatim(self.to_string());
        };
        let operation = Text::verbatim(self.operation.to_string());
        let code = self.telling_code().map(|code| Text::verbatim(code.to_owned()));
        let parts = std::iter::once(operation).chain(code).chain([said.clone()]);
        Text::list(parts, ": ")
    }

    /// The code, unless it is all that there is to say: some services have no more.
    fn telling_code(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| *code != self.message)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        if let Some(code) = self.telling_code() {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// The texts of an error and of what is behind it, outermost first. Links that only repeat what is behind them are left out.
pub fn error_chain<'a>(error: &'a (dyn Error + 'a)) -> Vec<String> {
    let links = std::iter::successors(Some(error), |&link| link.source().map(|source| source as &dyn Error));
    let mut texts: Vec<String> = Vec::new();
    for text in links.map(ToString::to_string) {
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
    }
    texts
}

/// The same as people read it: `said` has the texts of errors of ours, and what others have said stays as it is.
pub fn said_chain(error: &(dyn Error + 'static), said: impl Fn(&(dyn Error + 'static)) -> Option<Text>) -> Vec<Text> {
    let links = std::iter::successors(Some(error), |&link| link.source());
    let mut texts: Vec<(String, Text)> = Vec::new();
    for link in links {
        let words = link.to_string();
        if texts.last().is_some_and(|(last, _)| last.contains(&words)) {
            continue;
        }
        let call = CallError::of_link(link).map(CallError::text);
        let text = call.or_else(|| said(link)).unwrap_or_else(|| words.clone().into());
        texts.push((words, text));
    }
    texts.into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    #[test]
    fn the_adapters_remedy_goes_before_the_general_one() {
        let denied = CallError::new(ErrorClass::Denied, "iam:CreateRole", "no");
        assert_eq!(
            denied.help().unwrap(),
            "ask for the permission it names; then run the same command again"
        );
        let known = denied.with_remedy("ask kim");
        assert_eq!(known.help().unwrap(), "ask kim; then run the same command again");
        assert_eq!(CallError::new(ErrorClass::Busy, "x", "y").help(), None);
    }

    #[test]
    fn an_unanswered_call_proves_nothing_about_the_thing() {
        use ErrorClass as C;
        let unanswered = [
            C::Throttled,
            C::Unauthenticated,
            C::Expired,
            C::BadSignature,
            C::Unreachable,
            C::Untrusted,
        ];
        assert!(unanswered.into_iter().all(C::is_unanswered));
        let answered = [
            C::Missing,
            C::Exists,
            C::Busy,
            C::Denied,
            C::Conflict,
            C::Gone,
            C::Invalid,
        ];
        assert!(!answered.into_iter().any(C::is_unanswered));
        assert!(!C::Untrusted.is_transient() && C::Expired.is_transient());
    }

    #[test]
    fn what_the_service_said_stays_as_it_is() {
        let own = CallError::saying(ErrorClass::Unreachable, "eks:DescribeCluster", text!("error-late"));
        assert_eq!(own.text(), own.to_string());
        assert_eq!(
            own.with_code("Late").text().said(Language::Korean),
            "eks:DescribeCluster: Late: 제시간에 응답이 없습니다"
        );
        let others = CallError::new(ErrorClass::Denied, "iam:CreateRole", "no").with_code("AccessDenied");
        assert_eq!(others.text().said(Language::Korean), "iam:CreateRole: AccessDenied: no");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        #[source]
        source: Option<Box<Link>>,
    }

    #[test]
    fn a_chain_leaves_out_what_repeats() {
        let link = |text, source| Some(Box::new(Link { text, source }));
        let chain = Link {
            text: "cannot a",
            source: link("b: c", link("c", link("d", None))),
        };
        assert_eq!(error_chain(&chain), ["cannot a", "b: c", "d"]);
        let of_d = |link: &(dyn Error + 'static)| (link.to_string() == "d").then(|| text!("error-late"));
        let said: Vec<String> = said_chain(&chain, of_d).iter().map(Text::to_string).collect();
        assert_eq!(said, ["cannot a", "b: c", "no answer in time"]);
    }
}
