//! What rules do with requests. (LBC `pkg/ingress/config_types.go`, `enhanced_backend_builder.go`)

use serde_json::Value;

use super::json;
use crate::lang::{Text, text};
use crate::lbc::annotations;
use crate::model::Object;

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lbc) enum Action {
    /// Sends it to these Services.
    Forward(Vec<String>),
    /// Sends the client elsewhere.
    Redirect(Redirect),
    /// Answers it itself, with this status.
    Fixed(String),
    /// The controller cannot read it, and makes nothing of the whole Ingress; why.
    Unreadable(Text),
}

/// Where a redirect leads; what is missing stays as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::lbc) struct Redirect {
    pub(super) host: Option<String>,
    pub(super) path: Option<String>,
    pub(super) port: Option<String>,
    pub(super) protocol: Option<String>,
    pub(super) query: Option<String>,
}

/// What is done for a backend: that of an annotation if its port is named `use-annotation`, else its Service's.
pub(super) fn action(ingress: &Object, backend: &Value) -> Action {
    let name = backend.pointer("/service/name").and_then(Value::as_str);
    let name = name.unwrap_or_default();
    let port = backend.pointer("/service/port/name").and_then(Value::as_str);
    if port != Some("use-annotation") {
        return Action::Forward(vec![name.to_owned()]);
    }
    let Some(text) = annotations::action(ingress, name) else {
        // "Backend action does not exist"
        return Action::Fixed("503".to_owned());
    };
    let annotated = json::parse(text).and_then(|action| annotated(&action));
    annotated.unwrap_or_else(|why| Action::Unreadable(unreadable(&format!("actions.{name}"), why)))
}

/// Why nothing is made of an annotation of this name.
pub(super) fn unreadable(annotation: &str, why: Text) -> Text {
    text!("cause-ingress-annotation", annotation = annotation, why = why)
}

/// An action as an annotation writes it, with what the controller insists on.
fn annotated(action: &Value) -> Result<Action, Text> {
    match action["type"].as_str() {
        Some("forward") => forward(action),
        Some("redirect") => {
            let field = |name: &str| {
                let value = action["redirectconfig"][name].as_str();
                value.filter(|value| !value.is_empty()).map(str::to_owned)
            };
            field("statuscode").ok_or_else(|| text!("cause-ingress-redirect-without-status"))?;
            Ok(Action::Redirect(Redirect {
                host: field("host"),
                path: field("path"),
                port: field("port"),
                protocol: field("protocol"),
                query: field("query"),
            }))
        }
        Some("fixed-response") => {
            let status = action["fixedresponseconfig"]["statuscode"].as_str();
            let status = status.filter(|status| !status.is_empty());
            let status = status.ok_or_else(|| text!("cause-ingress-response-without-status"))?;
            Ok(Action::Fixed(status.to_owned()))
        }
        Some(other) => Err(text!("cause-ingress-action-unknown", action = other)),
        None => Err(text!("cause-ingress-action-without-type")),
    }
}

/// The Services that get requests: a weight of nought gets nothing.
fn forward(action: &Value) -> Result<Action, Text> {
    let groups = action["forwardconfig"]["targetgroups"].as_array();
    if action["targetgrouparn"].is_string() == groups.is_some() {
        return Err(text!("cause-ingress-forward-to-one"));
    }
    let groups = groups.map(Vec::as_slice).unwrap_or_default();
    if groups.len() > 1 && groups.iter().any(|group| group["weight"].is_null()) {
        return Err(text!("cause-ingress-group-without-weight"));
    }
    let served = groups.iter().filter(|group| group["weight"].as_u64() != Some(0));
    let services = served.filter_map(|group| group["servicename"].as_str());
    Ok(Action::Forward(services.map(str::to_owned).collect()))
}
