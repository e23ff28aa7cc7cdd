//! Values from variables and flags.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::problem::Problem;
use super::settings::Settings;
use super::source::{Location, Source};
use super::yaml::{self, Node, Value};
use crate::lang::text;
use crate::model::{beginning, nearest};

/// What variables that set a key begin with; the rest is the key, such as `APP_REPLICAS` or `INGRESS_ALLOWED_CIDRS`.
pub const VARIABLE_PREFIX: &str = "LAB2048_SET_";

/// One value given by a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The flag as written, to be shown in messages.
    pub flag: String,
    /// The key, such as `app.replicas`.
    pub key: String,
    /// The value as written; `None` where there is no `=`, which loading will report.
    pub value: Option<String>,
}

impl Setting {
    /// Of `--set key=value`.
    pub fn parse(text: &str) -> Self {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (text, None),
        };
        Self {
            flag: format!("--set {text}"),
            key: key.trim().to_owned(),
            value,
        }
    }

    /// Of a flag of its own, such as `--region`.
    pub fn of_flag(flag: &str, key: &str, value: &str) -> Self {
        Self {
            flag: format!("{flag} {value}"),
            key: key.to_owned(),
            value: Some(value.to_owned()),
        }
    }
}

/// Lays the values of variables over what is there.
pub(super) fn override_with_variables(
    variables: &BTreeMap<String, String>,
    merged: &mut Settings,
    problems: &mut Vec<Problem>,
) {
    let names: BTreeMap<String, String> = merged.keys().map(|key| (variable(key), key.to_owned())).collect();
    for (name, value) in variables {
        if !name.starts_with(VARIABLE_PREFIX) {
            continue;
        }
        let source = Arc::new(Source::Variable(name.clone()));
        if let Some(key) = names.get(name) {
            if let Some(node) = inline_value(&source, value, problems) {
                merged.set(key, node, problems);
            }
            continue;
        }
        let problem = Problem::new(&Location::whole(&source), text!("config-no-such-variable"));
        let written = &name[VARIABLE_PREFIX.len()..];
        let near = nearest(written, names.keys().map(|name| &name[VARIABLE_PREFIX.len()..]));
        problems.push(match near {
            Some(near) => {
                let name = format!("{VARIABLE_PREFIX}{near}");
                problem.help(text!("config-did-you-mean-variable", name = name))
            }
            None => problem.help(text!("config-no-such-variable.remedy")),
        });
    }
}

/// Characters of a flag by which its mistakes and its values are known.
const SHOWN: usize = 500;

/// Lays the value of a flag over what is there.
pub(super) fn override_with_flag(setting: &Setting, merged: &mut Settings, problems: &mut Vec<Problem>) {
    let source = Arc::new(Source::Flag(beginning(&setting.flag, SHOWN).into_owned()));
    let Some(value) = setting.value.as_deref().filter(|_| !setting.key.is_empty()) else {
        let problem = Problem::new(&Location::whole(&source), text!("config-no-value"));
        problems.push(problem.help(text!("config-such-as", example = "--set app.replicas=3")));
        return;
    };
    if let Some(node) = inline_value(&source, value, problems) {
        merged.set(&setting.key, node, problems);
    }
}

/// A value of a variable, a flag or a cell of a table: YAML if it is a list, a map or quoted, else the text as it is.
pub(super) fn inline_value(source: &Arc<Source>, text: &str, problems: &mut Vec<Problem>) -> Option<Node> {
    let written = text.trim_start();
    if !written.starts_with(['[', '{', '"', '\'']) {
        return Some(Node {
            place: Location::whole(source),
            value: Value::Scalar {
                text: text.to_owned(),
                plain: true,
            },
        });
    }
    let (node, wrong) = yaml::parse(source, text);
    problems.extend(wrong);
    node
}

/// The variable of a key: `ingress.allowedCidrs` is `LAB2048_SET_INGRESS_ALLOWED_CIDRS`.
pub(super) fn variable(key: &str) -> String {
    let mut name = VARIABLE_PREFIX.to_owned();
    for c in key.chars() {
        match c {
            '.' => name.push('_'),
            c if c.is_ascii_uppercase() => {
                name.push('_');
                name.push(c);
            }
            c => name.push(c.to_ascii_uppercase()),
        }
    }
    name
}
