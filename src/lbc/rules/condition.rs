//! What a rule asks of a request beside host and path, as annotations write it.
//! (LBC `pkg/ingress/config_types.go`, `RuleCondition`)

use serde_json::Value;

use super::json;
use super::request::{ClientRequest, sample};
use crate::lang::{Text, text};
use crate::model::matches_wildcard;

/// A condition of an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lbc) enum Condition {
    /// Further patterns of host names.
    Hosts(Vec<String>),
    /// Further patterns of paths.
    Paths(Vec<String>),
    /// One that is neither of these.
    Extra(ExtraCondition),
}

/// What a rule asks of a request beside host and path: that one of the values fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lbc) enum ExtraCondition {
    /// A parameter of the query, with its name if one is asked for.
    Query(Vec<(Option<String>, String)>),
    /// A header of this name.
    Header(String, Vec<String>),
    /// A method.
    Method(Vec<String>),
    /// A block of addresses that the request comes from.
    Source(Vec<String>),
}

impl ExtraCondition {
    /// Adds what the condition asks for to a request, or says what no GET from here can be sure to have.
    pub(in crate::lbc) fn fulfil(&self, request: &mut ClientRequest) -> Result<(), Text> {
        match self {
            Self::Query(pairs) => {
                let first = pairs
                    .first()
                    .map(|(key, value)| (key.as_deref().map(sample), sample(value)));
                request.query.extend(first);
            }
            Self::Header(name, values) => {
                let value = values.first().map(|value| sample(value)).unwrap_or_default();
                request.headers.push((name.clone(), value));
            }
            Self::Method(methods) if !methods.iter().any(|method| method == "GET") => {
                return Err(text!("cause-ingress-asks-method", methods = any_of(methods)));
            }
            Self::Source(blocks) if !blocks.iter().any(|block| is_everywhere(block)) => {
                return Err(text!("cause-ingress-asks-sender", blocks = any_of(blocks)));
            }
            Self::Method(_) | Self::Source(_) => {}
        }
        Ok(())
    }

    /// Whether a request is sure to have it.
    pub(in crate::lbc) fn takes(&self, request: &ClientRequest) -> bool {
        match self {
            Self::Query(pairs) => pairs.iter().any(|(key, value)| {
                let fits = |(of, is): &(Option<String>, String)| {
                    let of = of.as_deref().unwrap_or_default();
                    key.as_ref().is_none_or(|key| matches_any_case(key, of)) && matches_any_case(value, is)
                };
                request.query.iter().any(fits)
            }),
            Self::Header(name, values) => {
                let mut sent = request.headers.iter().filter(|(of, _)| of.eq_ignore_ascii_case(name));
                sent.any(|(_, is)| values.iter().any(|value| matches_any_case(value, is)))
            }
            Self::Method(methods) => methods.iter().any(|method| method == "GET"),
            Self::Source(blocks) => blocks.iter().any(|block| is_everywhere(block)),
        }
    }
}

/// Several, of which one will do.
fn any_of(values: &[String]) -> Text {
    let either = |one: Text, other: Text| text!("cause-ingress-either", one = one, other = other);
    values.iter().map(Text::from).reduce(either).unwrap_or_default()
}

fn is_everywhere(block: &str) -> bool {
    block == "0.0.0.0/0"
}

fn matches_any_case(pattern: &str, text: &str) -> bool {
    matches_wildcard(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// The conditions that an annotation writes.
pub(in crate::lbc) fn parse(text: &str) -> Result<Vec<Condition>, Text> {
    let parsed = json::parse(text)?;
    parsed.as_array().into_iter().flatten().map(condition).collect()
}

fn condition(item: &Value) -> Result<Condition, Text> {
    let config = |name: &str| {
        let config = &item[name.to_ascii_lowercase()];
        let values = config["values"].as_array().filter(|values| !values.is_empty());
        values
            .map(|values| (config, values))
            .ok_or_else(|| text!("cause-ingress-without-values", name = name))
    };
    let texts = |name: &str| -> Result<Vec<String>, Text> {
        let (_, values) = config(name)?;
        Ok(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    Ok(match item["field"].as_str().unwrap_or_default() {
        "host-header" => Condition::Hosts(texts("hostHeaderConfig")?),
        "path-pattern" => Condition::Paths(texts("pathPatternConfig")?),
        "query-string" => {
            let (_, values) = config("queryStringConfig")?;
            let pairs = values.iter().map(pair).collect::<Result<_, _>>()?;
            Condition::Extra(ExtraCondition::Query(pairs))
        }
        "http-request-method" => Condition::Extra(ExtraCondition::Method(texts("httpRequestMethodConfig")?)),
        "http-header" => {
            let (config, _) = config("httpHeaderConfig")?;
            let name = config["httpheadername"].as_str().unwrap_or_default().to_owned();
            Condition::Extra(ExtraCondition::Header(name, texts("httpHeaderConfig")?))
        }
        "source-ip" => Condition::Extra(ExtraCondition::Source(texts("sourceIPConfig")?)),
        other => return Err(text!("cause-ingress-condition-unknown", condition = other)),
    })
}

fn pair(pair: &Value) -> Result<(Option<String>, String), Text> {
    let value = pair["value"].as_str().filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| text!("cause-ingress-query-without-value"))?;
    Ok((pair["key"].as_str().map(str::to_owned), value.to_owned()))
}
