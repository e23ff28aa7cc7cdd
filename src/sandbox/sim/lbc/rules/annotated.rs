//! Actions of annotations: `alb.ingress.kubernetes.io/actions.NAME`. (LBC `pkg/ingress/config_types.go`)

use serde_json::{Map, Value};

use super::super::annotations::{PREFIX, read_json};
use crate::sim::api::{annotation, list, text};
use crate::state::{FixedResponse, Redirect, RuleAction};

/// What a rule is to do, its target groups not made yet.
pub(super) enum Action {
    Forward(Vec<Group>),
    Done(RuleAction),
}

/// A target group: of a Service and its port, or one that somebody else made.
pub(super) struct Group {
    pub(super) service: Option<(String, Value)>,
    pub(super) arn: Option<String>,
    pub(super) weight: u32,
}

impl Action {
    /// Passes everything on to one Service.
    pub(super) fn service(name: &str, port: Value) -> Self {
        Self::Forward(vec![Group {
            service: Some((name.to_owned(), port)),
            arn: None,
            weight: 1,
        }])
    }
}

/// The answer where what should answer is missing.
pub(super) fn unavailable(why: &str) -> RuleAction {
    RuleAction::Fixed(FixedResponse::text("503", Some(why)))
}

/// JSON of an annotation of the Ingress with the names of fields in small letters, as Go does not mind how they are
/// written; `None` if there is no such annotation.
pub(super) fn json(ingress: &Value, name: &str) -> Result<Option<Value>, String> {
    let key = format!("{PREFIX}{name}");
    let Some(raw) = annotation(ingress, &key) else {
        return Ok(None);
    };
    let parsed = read_json(raw).map_err(|why| format!("failed to parse json annotation, {key}: {raw}: {why}"))?;
    Ok(Some(in_small_letters(parsed)))
}

fn in_small_letters(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map
                .into_iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), in_small_letters(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(in_small_letters).collect(),
        other => other,
    }
}

/// The action that the Ingress defines under `name`.
pub(super) fn of(ingress: &Value, name: &str) -> Result<Action, String> {
    let Some(action) = json(ingress, &format!("actions.{name}"))? else {
        return Ok(Action::Done(unavailable("Backend action does not exist")));
    };
    match text(&action, "/type") {
        "fixed-response" => fixed(&action["fixedresponseconfig"]).map(|answer| Action::Done(RuleAction::Fixed(answer))),
        "redirect" => redirect(&action["redirectconfig"]).map(|to| Action::Done(RuleAction::Redirect(to))),
        "forward" => forward(&action).map(Action::Forward),
        other => Err(format!("unknown action type: {other}")),
    }
}

fn fixed(config: &Value) -> Result<FixedResponse, String> {
    if !config.is_object() {
        return Err("missing FixedResponseConfig".to_owned());
    }
    let field = |name: &str| config[name].as_str().map(str::to_owned);
    match field("statuscode") {
        Some(status) if !status.is_empty() => Ok(FixedResponse {
            status,
            media: field("contenttype"),
            body: field("messagebody"),
        }),
        _ => Err("invalid FixedResponseConfig: statusCode is required".to_owned()),
    }
}

fn redirect(config: &Value) -> Result<Redirect, String> {
    if !config.is_object() {
        return Err("missing RedirectConfig".to_owned());
    }
    let field = |name: &str| {
        config[name]
            .as_str()
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    let status = field("statuscode").ok_or("invalid RedirectConfig: statusCode is required")?;
    let same = Redirect::default();
    Ok(Redirect {
        protocol: field("protocol").unwrap_or(same.protocol),
        host: field("host").unwrap_or(same.host),
        port: field("port").unwrap_or(same.port),
        path: field("path").unwrap_or(same.path),
        query: field("query").unwrap_or(same.query),
        status,
    })
}

fn forward(action: &Value) -> Result<Vec<Group>, String> {
    let (single, config) = (action["targetgrouparn"].as_str(), &action["forwardconfig"]);
    if single.is_some() == config.is_object() {
        return Err("precisely one of TargetGroupArn and ForwardConfig can be specified".to_owned());
    }
    if let Some(arn) = single {
        return Ok(vec![Group {
            service: None,
            arn: Some(arn.to_owned()),
            weight: 1,
        }]);
    }
    let groups = list(config, "/targetgroups");
    let invalid = |why: &str| format!("invalid ForwardConfig: {why}");
    let unweighted = |group: &Value| group["weight"].is_null();
    for group in groups {
        let (arn, service) = (group["targetgrouparn"].is_string(), group["servicename"].is_string());
        if arn == service {
            let why = "invalid TargetGroupTuple: precisely one of targetGroupARN and serviceName can be specified";
            return Err(invalid(why));
        }
        if service && group["serviceport"].is_null() {
            return Err(invalid("invalid TargetGroupTuple: missing servicePort"));
        }
    }
    if groups.len() > 1 && groups.iter().any(unweighted) {
        return Err(invalid("weight must be set when route to multiple target groups"));
    }
    Ok(groups.iter().map(group).collect())
}

fn group(group: &Value) -> Group {
    // A number that is written as a text is a number.
    let port = match &group["serviceport"] {
        Value::String(text) => text.parse::<u16>().map_or_else(|_| text.clone().into(), Value::from),
        other => other.clone(),
    };
    let weight = group["weight"].as_u64().unwrap_or(1);
    Group {
        service: group["servicename"].as_str().map(|name| (name.to_owned(), port)),
        arn: group["targetgrouparn"].as_str().map(str::to_owned),
        weight: u32::try_from(weight).unwrap_or(u32::MAX),
    }
}
