//! Which environments there are, and how a new one begins.

use serde::Serialize;

use super::embedded;
use super::environment::TargetKind;
use super::loader::Loader;
use super::problem::Problem;
use super::rules;
use super::yaml::Value;
use crate::lang::{Text, text};

/// One environment that can be chosen by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Where it was found: `environments/NAME.yaml` or `built-in`.
    pub place: String,
    /// Whether that is in the program.
    #[serde(skip)]
    pub is_built_in: bool,
    /// Whether it hides a built-in environment of the same name.
    pub hides_built_in: bool,
    /// Where its lab goes; `None` if the file is too broken to know.
    pub target: Option<TargetKind>,
    /// What it is: the first line of comment of its file.
    pub about: String,
    /// How many problems it has as it is. A built-in one that leaves a key to be set has one, too.
    pub problems: usize,
    /// Whether it can be used.
    pub state: ListedState,
}

/// Whether an environment can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListedState {
    /// As it is.
    Ok,
    /// It is there to be extended, or called with `--set`: something has no value yet.
    Incomplete,
    /// What it says is wrong, or cannot be read.
    Broken,
}

impl ListedState {
    /// The word for it in a table.
    pub fn text(self) -> Text {
        match self {
            Self::Ok => text!("config-state-ok"),
            Self::Incomplete => text!("config-state-incomplete"),
            Self::Broken => text!("config-state-broken"),
        }
    }
}

impl Listed {
    /// Where it was found, for people.
    pub fn place_text(&self) -> Text {
        if self.is_built_in {
            text!("config-found-built-in")
        } else {
            Text::from(&self.place)
        }
    }
}

impl Loader {
    /// All environments that can be chosen by name, in order of names.
    pub fn list(&self) -> Vec<Listed> {
        self.library.names().iter().map(|name| self.listed(name)).collect()
    }

    fn listed(&self, name: &str) -> Listed {
        let found = self.library.find(name, self.library.base(), None).ok();
        let is_local = found.as_ref().is_none_or(|found| found.path.is_some());
        let (merged, _) = self.merge(name, &[]);
        let target = merged.and_then(|settings| match &settings.value("target")?.value {
            Value::Scalar { text, .. } if text == "aws" => Some(TargetKind::Aws),
            Value::Scalar { text, .. } if text == "sandbox" => Some(TargetKind::Sandbox),
            _ => None,
        });
        let problems = self.load(name, &[]).err();
        let state = match &problems {
            None => ListedState::Ok,
            Some(problems) if problems.iter().all(Problem::is_missing_value) => ListedState::Incomplete,
            Some(_) => ListedState::Broken,
        };
        Listed {
            name: name.to_owned(),
            place: if is_local {
                format!("environments/{name}.yaml")
            } else {
                "built-in".to_owned()
            },
            is_built_in: !is_local,
            hides_built_in: is_local && embedded::text(name).is_some(),
            target,
            about: found.map(|found| first_comment(&found.text)).unwrap_or_default(),
            problems: problems.map_or(0, |problems| problems.iter().len()),
            state,
        }
    }
}

/// The first line of comment that is meant for people.
fn first_comment(text: &str) -> String {
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix('#'))
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("yaml-language-server"))
        .unwrap_or_default()
        .to_owned()
}

/// A name that no environment can have; why reads after the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment name {name:?} {why}")]
pub struct NameError {
    name: String,
    why: Text,
}

impl NameError {
    /// The same for people.
    pub fn text(&self) -> Text {
        text!("config-name-wrong", name = format!("{:?}", self.name), why = &self.why)
    }
}

/// The text of a new environment, for `environments/NAME.yaml`. Its lab has the same name.
pub fn new_environment(name: &str) -> Result<String, NameError> {
    let refuse = |why: Text| NameError {
        name: name.to_owned(),
        why,
    };
    rules::namespace(name).map_err(|flaw| refuse(flaw.message))?;
    rules::profile_name(name).map_err(|flaw| refuse(flaw.message))?;
    if name == "defaults" {
        return Err(refuse(text!("config-name-of-defaults")));
    }
    Ok(include_str!("new.yaml").replace("NAME", name))
}
