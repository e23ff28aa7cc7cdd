//! Loads an environment: its layers laid over each other, read and checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::chain::Chain;
use super::environment::Environment;
use super::library::{Library, is_path};
use super::overrides::{Setting, override_with_flag, override_with_variables};
use super::problem::{Problem, Problems, Subject};
use super::resolve::resolve;
use super::settings::Settings;
use super::source::Origin;
use crate::model::TargetKind;

/// A loaded environment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolved {
    /// All values.
    pub environment: Environment,
    /// Where each value came from, by its key; entries of maps by their own key, such as `lab.tags.team`.
    pub origins: BTreeMap<String, Origin>,
}

/// One value, to be shown with where it came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownValue<'a> {
    /// The key, such as `app.replicas`, or `lab.tags.team` for an entry of a map.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: &'a Origin,
}

impl Resolved {
    /// Whether the value of `key` was written as a flag of this call.
    pub fn is_flag(&self, key: &str) -> bool {
        matches!(self.origins.get(key), Some(Origin::Flag(_)))
    }

    /// Whether to ask before anything is changed. In the sandbox only a flag of the call makes that so, whatever files say
    /// that are written for AWS.
    pub fn asks(&self) -> bool {
        self.environment.confirm && (self.environment.target == TargetKind::Aws || self.is_flag("confirm"))
    }

    /// The environment's own file, as far as it has set anything; none for what is built in.
    pub fn file(&self) -> Option<&str> {
        let mut files = self.origins.values().filter_map(|origin| match origin {
            Origin::File { label, .. } => Some(label.as_str()),
            Origin::BuiltIn { .. } | Origin::Variable(_) | Origin::Flag(_) => None,
        });
        files.find(|label| name_of(label) == self.environment.name)
    }

    /// All values with where they came from, in the order of the defaults.
    pub fn shown(&self) -> Result<Vec<ShownValue<'_>>, serde_json::Error> {
        let tree = serde_json::to_value(&self.environment)?;
        let (defaults, _) = Settings::defaults();
        let mut shown = Vec::new();
        for key in defaults.keys() {
            let Some(value) = tree.pointer(&format!("/{}", key.replace('.', "/"))) else {
                continue;
            };
            let one = |key: String, value: &Value| {
                let origin = self.origins.get(&key)?;
                let value = value.clone();
                Some(ShownValue { key, value, origin })
            };
            shown.extend(one(key.to_owned(), value));
            let entries = value.as_object().into_iter().flatten();
            shown.extend(entries.filter_map(|(entry, value)| one(format!("{key}.{entry}"), value)));
        }
        Ok(shown)
    }
}

/// Loads environments. Knows nothing of the process: the folder that names are looked up from and the variables are given.
#[derive(Debug, Clone)]
pub struct Loader {
    pub(super) library: Library,
    variables: BTreeMap<String, String>,
}

impl Loader {
    /// Looks names up below `base` (the working directory) and takes values from those of `variables` that begin with
    /// [`VARIABLE_PREFIX`](super::VARIABLE_PREFIX).
    pub fn new(base: impl Into<PathBuf>, variables: BTreeMap<String, String>) -> Self {
        Self {
            library: Library::new(base.into()),
            variables,
        }
    }

    /// Loads an environment by name or path.
    ///
    /// A path is what contains a `/` or ends in `.yaml` or `.yml`; a name is looked up as `environments/NAME.yaml`, then
    /// among the built-in ones. The problems are all there are, not just the first.
    pub fn load(&self, reference: &str, settings: &[Setting]) -> Result<Resolved, Problems> {
        let name = name_of(reference);
        let (merged, mut problems) = self.merge(reference, settings);
        let resolved = merged.map(|merged| (resolve(&name, &merged), merged.origins()));
        match resolved {
            Some((Ok(environment), origins)) if problems.is_empty() => Ok(Resolved { environment, origins }),
            Some((Err(more), _)) => {
                problems.extend(more);
                Err(Problems::new(Subject::Environment(name), problems))
            }
            _ => Err(Problems::new(Subject::Environment(name), problems)),
        }
    }

    /// All layers of an environment over each other; `None` if its file could not even be read.
    pub(super) fn merge(&self, reference: &str, settings: &[Setting]) -> (Option<Settings>, Vec<Problem>) {
        let (mut merged, mut problems) = self.merge_files(reference);
        if let Some(merged) = &mut merged {
            self.override_files(merged, settings, &mut problems);
        }
        (merged, problems)
    }

    /// The defaults and the files of an environment over each other.
    pub(super) fn merge_files(&self, reference: &str) -> (Option<Settings>, Vec<Problem>) {
        let (mut merged, mut problems) = Settings::defaults();
        let chain = Chain::read(&self.library, reference);
        problems.extend(chain.problems);
        if chain.layers.is_empty() {
            return (None, problems);
        }
        for root in chain.layers.into_iter().rev() {
            merged.overlay(root, &mut problems);
        }
        (Some(merged), problems)
    }

    /// Variables and flags over what files have.
    pub(super) fn override_files(&self, merged: &mut Settings, settings: &[Setting], problems: &mut Vec<Problem>) {
        override_with_variables(&self.variables, merged, problems);
        for setting in settings {
            override_with_flag(setting, merged, problems);
        }
    }
}

/// The name that an environment goes by: as asked for, or its file's stem.
pub(super) fn name_of(reference: &str) -> String {
    if !is_path(reference) {
        return reference.to_owned();
    }
    Path::new(reference)
        .file_stem()
        .map_or_else(|| reference.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
