//! Requests as they are in the files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The file whose requests need the lab, with its load balancer.
pub(super) const WITH_LAB: &str = "elbv2";

/// The files, in the order in which they are asked.
pub(super) const FILES: [(&str, &str); 5] = [
    ("iam", include_str!("requests/iam.yaml")),
    ("eks", include_str!("requests/eks.yaml")),
    ("ec2", include_str!("requests/ec2.yaml")),
    (WITH_LAB, include_str!("requests/elbv2.yaml")),
    ("sts", include_str!("requests/sts.yaml")),
];

/// One request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Its name.
    pub(super) ask: String,
    /// Service and operation (`ec2 DescribeVpcs`), or service, method and path (`eks GET /clusters`).
    pub(super) to: String,
    /// Parameters of the operation.
    #[serde(default)]
    pub(super) with: BTreeMap<String, Value>,
    /// A body, instead of parameters: an object, or text to be sent as it is.
    pub(super) body: Option<Value>,
    /// What later requests need: name, and where in the answer (a JSON pointer).
    #[serde(default)]
    pub(super) keep: BTreeMap<String, String>,
    /// Compared is only how many items the list at this pointer has: which come first is up to the service.
    pub(super) count: Option<String>,
    /// Whether what this sets going is over before the next request.
    #[serde(default)]
    pub(super) then_wait: bool,
}

impl Step {
    /// The requests of a file.
    pub(super) fn all(text: &str) -> Vec<Self> {
        serde_saphyr::from_str(text).unwrap()
    }
}

/// `text` with `${name}` put in for each name.
pub(super) fn filled(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap();
        let value = names.get(name).unwrap_or_else(|| panic!("nothing is called {name}"));
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    filled
}
