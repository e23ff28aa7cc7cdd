//! Conditions of annotations: `alb.ingress.kubernetes.io/conditions.NAME`. (LBC `pkg/ingress/config_types.go`)

use serde_json::Value;

use super::annotated;
use crate::sim::api::{list, text};
use crate::state::RuleCondition;

/// The further conditions that the Ingress defines for the backend of this name.
pub(super) fn of(ingress: &Value, name: &str) -> Result<Vec<RuleCondition>, String> {
    let parsed = annotated::json(ingress, &format!("conditions.{name}"))?.unwrap_or_default();
    list(&parsed, "")
        .iter()
        .filter_map(|item| condition(item).transpose())
        .collect()
}

/// One condition; a field that the controller does not know is no condition.
fn condition(item: &Value) -> Result<Option<RuleCondition>, String> {
    let config = |name: &str| {
        let config = &item[name.to_ascii_lowercase()];
        if !config.is_object() {
            return Err(format!("missing {name}"));
        }
        if list(config, "/values").is_empty() {
            return Err(format!("invalid {name}: values cannot be empty"));
        }
        Ok(config)
    };
    let values = |name: &str| -> Result<Vec<String>, String> {
        let values = list(config(name)?, "/values").iter().filter_map(Value::as_str);
        Ok(values.map(str::to_owned).collect())
    };
    Ok(Some(match text(item, "/field") {
        "host-header" => RuleCondition::Host(values("hostHeaderConfig")?),
        "path-pattern" => RuleCondition::Path(values("pathPatternConfig")?),
        "http-header" => {
            let name = text(config("httpHeaderConfig")?, "/httpheadername").to_owned();
            RuleCondition::Header(name, values("httpHeaderConfig")?)
        }
        "http-request-method" => RuleCondition::Method(values("httpRequestMethodConfig")?),
        "query-string" => {
            let pairs = list(config("queryStringConfig")?, "/values").iter().map(pair);
            RuleCondition::Query(pairs.collect::<Result<_, _>>()?)
        }
        "source-ip" => RuleCondition::Source(values("sourceIPConfig")?),
        _ => return Ok(None),
    }))
}

fn pair(pair: &Value) -> Result<(Option<String>, String), String> {
    match text(pair, "/value") {
        "" => Err("invalid queryStringConfig: value cannot be empty".to_owned()),
        value => Ok((pair["key"].as_str().map(str::to_owned), value.to_owned())),
    }
}
