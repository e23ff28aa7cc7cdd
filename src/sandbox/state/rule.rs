//! Rules of load balancers' listeners: what they ask of a request, and what they do with it.

use serde::{Deserialize, Serialize};

/// A rule of a listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// ARN.
    pub arn: String,
    /// Priority; the smallest is tried first.
    pub priority: u32,
    /// What a request must have, all of it.
    pub conditions: Vec<RuleCondition>,
    /// What is done with a request that has it.
    pub action: RuleAction,
    /// Tags.
    pub tags: std::collections::BTreeMap<String, String>,
}

/// What a rule asks of a request: that one of the values fits. `*` and `?` are wildcards, except in methods and
/// addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleCondition {
    /// Patterns of the name in the `Host` header, in whatever case.
    Host(Vec<String>),
    /// Patterns of the path, without the query.
    Path(Vec<String>),
    /// A header and patterns of its value, in whatever case.
    Header(String, Vec<String>),
    /// Methods.
    Method(Vec<String>),
    /// Patterns of a query's parameter, if one is named, and of its value.
    Query(Vec<(Option<String>, String)>),
    /// Blocks of addresses that the request comes from.
    Source(Vec<String>),
}

/// What a rule, or a listener by default, does with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleAction {
    /// Passes it on to one of these target groups (ARN and weight).
    Forward(Vec<(String, u32)>),
    /// Sends the client elsewhere.
    Redirect(Redirect),
    /// Answers it.
    Fixed(FixedResponse),
}

/// Where a redirect leads. `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for those of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    pub protocol: String,
    /// Host name.
    pub host: String,
    /// Port.
    pub port: String,
    /// Path, with the slash that it begins with.
    pub path: String,
    /// Query, without its question mark.
    pub query: String,
    /// `HTTP_301` or `HTTP_302`.
    pub status: String,
}

impl Default for Redirect {
    fn default() -> Self {
        Self {
            protocol: "#{protocol}".to_owned(),
            host: "#{host}".to_owned(),
            port: "#{port}".to_owned(),
            path: "/#{path}".to_owned(),
            query: "#{query}".to_owned(),
            status: "HTTP_301".to_owned(),
        }
    }
}

/// An answer that a load balancer gives by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedResponse {
    /// Status.
    pub status: String,
    /// Media type.
    pub media: Option<String>,
    /// Body.
    pub body: Option<String>,
}

impl FixedResponse {
    /// A text, or nothing, with this status.
    pub(crate) fn text(status: &str, body: Option<&str>) -> Self {
        Self {
            status: status.to_owned(),
            media: Some("text/plain".to_owned()),
            body: body.map(str::to_owned),
        }
    }
}

impl RuleAction {
    /// What a listener does when nobody has said anything else.
    pub(crate) fn not_found() -> Self {
        Self::Fixed(FixedResponse::text("404", None))
    }

    /// The target groups that it passes requests on to.
    pub(crate) fn target_groups(&self) -> impl Iterator<Item = &str> {
        let groups = match self {
            Self::Forward(groups) => groups.as_slice(),
            Self::Redirect(_) | Self::Fixed(_) => &[],
        };
        groups.iter().map(|(arn, _)| arn.as_str())
    }
}
