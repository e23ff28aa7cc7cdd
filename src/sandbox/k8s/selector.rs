//! Selectors: of labels and fields in queries, of labels in objects.

use serde_json::Value;

use super::resources::Kind;
use super::validate::names;

/// What a list, watch or collection is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<FieldRequirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Missing,
    Above(i64),
    Below(i64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldRequirement {
    path: String,
    value: String,
    equal: bool,
}

impl Selector {
    /// Reads `labelSelector` and `fieldSelector`; the error is the server's message.
    pub(crate) fn parse(kind: &Kind, labels: &str, fields: &str) -> Result<Self, String> {
        let labels = split_outside_brackets(labels)
            .into_iter()
            .map(|text| label_requirement(text.trim()))
            .collect::<Result<_, _>>()?;
        let fields = fields
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| field_requirement(kind, text))
            .collect::<Result<_, _>>()?;
        Ok(Self { labels, fields })
    }

    /// Whether it takes everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether it takes an object.
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.labels
            .iter()
            .all(|requirement| requirement.test.holds(labels[&requirement.key].as_str()))
            && self
                .fields
                .iter()
                .all(|field| (field_of(object, &field.path) == field.value) == field.equal)
    }
}

impl Test {
    fn holds(&self, label: Option<&str>) -> bool {
        let number = |label: Option<&str>| label.and_then(|text| text.parse::<i64>().ok());
        match self {
            Self::In(values) => label.is_some_and(|label| values.iter().any(|value| value == label)),
            Self::NotIn(values) => !label.is_some_and(|label| values.iter().any(|value| value == label)),
            Self::Exists => label.is_some(),
            Self::Missing => label.is_none(),
            Self::Above(limit) => number(label).is_some_and(|number| number > *limit),
            Self::Below(limit) => number(label).is_some_and(|number| number < *limit),
        }
    }
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
    .filter(|part| !part.trim().is_empty())
    .collect()
}

fn label_requirement(text: &str) -> Result<Requirement, String> {
    let make = |key: &str, test: Test| {
        let key = key.trim();
        let mut words = key.split_whitespace();
        let found = match (words.next(), words.next()) {
            (Some(_), None) => None,
            (None, _) => Some((text, "identifier")),
            (_, Some(word)) => Some((word, "in, notin, =, ==, !=, gt, lt")),
        };
        if let Some((found, expected)) = found {
            return Err(format!(
                "unable to parse requirement: found '{found}', expected: {expected}"
            ));
        }
        if let Some(why) = names::qualified(key).into_iter().next() {
            return Err(format!(
                "unable to parse requirement: <nil>: Invalid value: {key:?}: {why}"
            ));
        }
        let values = match &test {
            Test::In(values) | Test::NotIn(values) => values.as_slice(),
            _ => &[],
        };
        for (at, value) in values.iter().enumerate() {
            if let Some(why) = names::label_value(value).into_iter().next() {
                return Err(format!(
                    "unable to parse requirement: values[{at}][{key}]: Invalid value: {value:?}: {why}"
                ));
            }
        }
        Ok(Requirement {
            key: key.to_owned(),
            test,
        })
    };
    let one = |value: &str| vec![value.trim().to_owned()];
    if let Some((key, value)) = text.split_once("!=") {
        return make(key, Test::NotIn(one(value)));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return make(key, Test::In(one(value)));
    }
    if let Some(key) = text.strip_prefix('!') {
        return make(key, Test::Missing);
    }
    for (sign, test) in [('>', Test::Above as fn(i64) -> Test), ('<', Test::Below)] {
        if let Some((key, value)) = text.split_once(sign) {
            let limit = value.trim().parse().map_err(|_| {
                "unable to parse requirement: values[0]: Invalid value: \"".to_owned()
                    + value.trim()
                    + "\": for 'Gt', 'Lt' operators, the value must be an integer"
            })?;
            return make(key, test(limit));
        }
    }
    if let Some((head, values)) = text.split_once('(') {
        if !values.ends_with(')') {
            return Err("unable to parse requirement: found '', expected: ',' or ')'".to_owned());
        }
        let values = values.trim_end_matches(')').split(',').flat_map(one).collect();
        let mut words = head.split_whitespace();
        return match (words.next(), words.next()) {
            (Some(key), Some("in")) => make(key, Test::In(values)),
            (Some(key), Some("notin")) => make(key, Test::NotIn(values)),
            (_, operator) => Err(format!(
                "unable to parse requirement: found '{}', expected: in, notin, =, ==, !=, gt, lt",
                operator.unwrap_or_default()
            )),
        };
    }
    make(text, Test::Exists)
}

fn field_requirement(kind: &Kind, text: &str) -> Result<FieldRequirement, String> {
    let (path, value, equal) = if let Some((path, value)) = text.split_once("!=") {
        (path, value, false)
    } else if let Some((path, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        (path, value, true)
    } else {
        return Err(format!("invalid selector: '{text}'; can't understand '{text}'"));
    };
    if !has_field(kind, path) {
        let known = if kind.namespaced {
            "\"metadata.name\", \"metadata.namespace\""
        } else {
            "\"metadata.name\""
        };
        return Err(if own_fields(kind).is_empty() {
            format!("\"{path}\" is not a known field selector: only {known}")
        } else {
            format!("field label not supported: {path}")
        });
    }
    Ok(FieldRequirement {
        path: path.to_owned(),
        value: value.to_owned(),
        equal,
    })
}

fn has_field(kind: &Kind, path: &str) -> bool {
    path == "metadata.name" || (path == "metadata.namespace" && kind.namespaced) || own_fields(kind).contains(&path)
}

/// The fields that only this kind can be selected by.
fn own_fields(kind: &Kind) -> &'static [&'static str] {
    match kind.kind {
        "Pod" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "Event" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "Namespace" => &["status.phase"],
        "Node" => &["spec.unschedulable"],
        "ReplicaSet" => &["status.replicas"],
        "Service" => &["spec.clusterIP", "spec.type"],
        _ => &[],
    }
}

fn field_of(object: &Value, path: &str) -> String {
    if path == "source" {
        let component = object["source"]["component"].as_str().unwrap_or_default();
        return if component.is_empty() {
            object["reportingComponent"].as_str().unwrap_or_default().to_owned()
        } else {
            component.to_owned()
        };
    }
    let value = path.split('.').fold(object, |value, part| &value[part]);
    match value {
        Value::String(text) => text.clone(),
        Value::Null if matches!(path, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether labels satisfy a selector as objects hold it (`matchLabels`, `matchExpressions`); an empty one takes all.
pub(crate) fn matches_object(selector: &Value, labels: &Value) -> bool {
    let mut pairs = selector["matchLabels"].as_object().into_iter().flatten();
    let mut expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    pairs.all(|(key, value)| labels.get(key) == Some(value))
        && expressions.all(|expression| {
            let label = expression["key"].as_str().and_then(|key| labels.get(key));
            let listed = |label: &Value| {
                expression["values"]
                    .as_array()
                    .is_some_and(|values| values.contains(label))
            };
            match expression["operator"].as_str() {
                Some("In") => label.is_some_and(listed),
                Some("NotIn") => !label.is_some_and(listed),
                Some("Exists") => label.is_some(),
                Some("DoesNotExist") => label.is_none(),
                _ => false,
            }
        })
}

/// A selector as objects hold it, as kubectl shows it: `a=b,c in (d)`.
pub(crate) fn format_object(selector: &Value) -> String {
    let mut parts: Vec<String> = selector["matchLabels"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    parts.sort();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values: Vec<&str> = expression["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        parts.push(match expression["operator"].as_str() {
            Some("In") => format!("{key} in ({})", values.join(",")),
            Some("NotIn") => format!("{key} notin ({})", values.join(",")),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    if parts.is_empty() {
        "<none>".to_owned()
    } else {
        parts.join(",")
    }
}
