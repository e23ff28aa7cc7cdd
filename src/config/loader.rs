//! Finds an environment, reads it with everything it builds on, and lays the layers over each other.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::embedded;
use super::environment::Environment;
use super::nearest::nearest;
use super::problem::{Problem, Problems};
use super::resolve::resolve;
use super::settings::{EXTENDS, Settings};
use super::source::{Origin, Place, Source};
use super::yaml::{self, Node, Value};

/// What variables that set a key begin with; the rest is the key, such as `APP_REPLICAS` or `INGRESS_ALLOWED_CIDRS`.
pub const VARIABLE_PREFIX: &str = "LAB2048_SET_";

/// One value given by a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The flag as written, to be shown in messages.
    pub flag: String,
    /// The key, such as `app.replicas`.
    pub key: String,
    /// The value as written.
    pub value: String,
}

impl Setting {
    /// Of `--set key=value`; without a `=` the value is missing, which loading will report.
    pub fn parse(text: &str) -> Self {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        Self {
            flag: format!("--set {text}"),
            key: key.trim().to_owned(),
            value: value.to_owned(),
        }
    }

    /// Of a flag of its own, such as `--region`.
    pub fn of_flag(flag: &str, key: &str, value: &str) -> Self {
        Self {
            flag: format!("{flag} {value}"),
            key: key.to_owned(),
            value: value.to_owned(),
        }
    }
}

/// A loaded environment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolved {
    /// All values.
    pub environment: Environment,
    /// Where each value came from, by its key; entries of maps by their own key, such as `lab.tags.team`.
    pub origins: BTreeMap<String, Origin>,
}

impl Resolved {
    /// The hash of everything that decides what is rendered: the environment and the templates (name and text), in hex.
    ///
    /// Where a value came from does not matter, only what it is.
    pub fn fingerprint<'a>(
        &self,
        templates: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<String, serde_json::Error> {
        let mut hash = Sha256::new();
        let environment = serde_json::to_string(&self.environment)?;
        let parts = templates.flat_map(|(name, text)| [name, text]);
        for part in std::iter::once(environment.as_str()).chain(parts) {
            // With its length before it, no text can pass for two.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Ok(hex::encode(hash.finalize()))
    }
}

/// Loads environments. Knows nothing of the process: the folder that names are looked up from and the variables are given.
#[derive(Debug, Clone)]
pub struct Loader {
    pub(super) base: PathBuf,
    variables: BTreeMap<String, String>,
}

/// A file of an environment that has been found.
pub(super) struct Found {
    pub(super) source: Arc<Source>,
    /// `None` for a built-in one.
    pub(super) path: Option<PathBuf>,
    pub(super) text: String,
}

impl Loader {
    /// Looks names up below `base` (the working directory) and takes values from those of `variables` that begin with
    /// [`VARIABLE_PREFIX`].
    pub fn new(base: impl Into<PathBuf>, variables: BTreeMap<String, String>) -> Self {
        Self {
            base: base.into(),
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
                Err(Problems::new(&name, problems))
            }
            _ => Err(Problems::new(&name, problems)),
        }
    }

    /// All layers of an environment over each other; `None` if its file could not even be read.
    pub(super) fn merge(&self, reference: &str, settings: &[Setting]) -> (Option<Settings>, Vec<Problem>) {
        let (mut merged, mut problems) = Settings::defaults();
        let asked = Arc::new(Source::Flag(format!("environment {reference}")));
        let mut layers = Vec::new();
        let chain = Chain {
            loader: self,
            trail: Vec::new(),
        };
        let readable = chain.follow(reference, &Place::whole(&asked), &self.base, &mut layers, &mut problems);
        if !readable {
            return (None, problems);
        }
        // The chain was followed from the file down to what it builds on.
        for root in layers.into_iter().rev() {
            merged.overlay(root, &mut problems);
        }
        self.lay_variables(&mut merged, &mut problems);
        for setting in settings {
            lay_flag(setting, &mut merged, &mut problems);
        }
        (Some(merged), problems)
    }

    fn lay_variables(&self, merged: &mut Settings, problems: &mut Vec<Problem>) {
        let names: BTreeMap<String, String> = merged.keys().map(|key| (variable(key), key.to_owned())).collect();
        for (name, value) in &self.variables {
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
            let problem = Problem::new(&Place::whole(&source), "there is no key for this variable");
            let written = &name[VARIABLE_PREFIX.len()..];
            let near = nearest(written, names.keys().map(|name| &name[VARIABLE_PREFIX.len()..]));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean {VARIABLE_PREFIX}{near}?")),
                None => problem.help("app.replicas is LAB2048_SET_APP_REPLICAS, ingress.allowedCidrs is LAB2048_SET_INGRESS_ALLOWED_CIDRS"),
            });
        }
    }

    /// A path as told to users: from the base, without detours by `.`.
    fn label(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.base).unwrap_or(path);
        shown.components().collect::<PathBuf>().display().to_string()
    }

    /// Finds a file by name or path; paths are relative to `folder`. `not` are the files that the chain has come by.
    pub(super) fn find(&self, reference: &str, folder: &Path, not: &[PathBuf]) -> Result<Found, String> {
        if is_path(reference) {
            let path = folder.join(reference);
            return read(&path, &self.label(&path)).map_err(|error| explain(&error, "it"));
        }
        let label = format!("environments/{reference}.yaml");
        let local = self.base.join(&label);
        // A file may build on the built-in environment of its own name.
        let shadows_itself =
            not.last().is_some_and(|last| same_file(last, &local)) && embedded::text(reference).is_some();
        if !shadows_itself && !reference.is_empty() {
            match read(&local, &label) {
                Ok(found) => return Ok(found),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(explain(&error, &label)),
            }
        }
        match embedded::text(reference) {
            Some(text) => Ok(Found {
                source: Arc::new(Source::File {
                    label: embedded::label(reference),
                    text: text.to_owned(),
                }),
                path: None,
                text: text.to_owned(),
            }),
            None => Err(format!(
                "there is no environment `{reference}`: neither {label} nor a built-in one"
            )),
        }
    }
}

/// Following `extends` from file to file.
struct Chain<'a> {
    loader: &'a Loader,
    /// Where the chain has been: labels for people, paths to compare.
    trail: Vec<(String, Option<PathBuf>)>,
}

impl Chain<'_> {
    /// Reads `reference` and what it builds on into `layers`; whether `reference` itself could be read.
    fn follow(
        mut self,
        reference: &str,
        said_at: &Place,
        folder: &Path,
        layers: &mut Vec<Node>,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let mut next = Some((reference.to_owned(), said_at.clone(), folder.to_owned()));
        while let Some((reference, said_at, folder)) = next.take() {
            let visited: Vec<PathBuf> = self.trail.iter().filter_map(|(_, path)| path.clone()).collect();
            let found = match self.loader.find(&reference, &folder, &visited) {
                Ok(found) => found,
                Err(message) => {
                    problems.push(self.not_found(&reference, message, &said_at));
                    return !layers.is_empty();
                }
            };
            let label = Place::whole(&found.source).to_string();
            let again = self.trail.iter().any(|(seen, path)| match (path, &found.path) {
                (Some(a), Some(b)) => same_file(a, b),
                (None, None) => *seen == label,
                _ => false,
            });
            self.trail.push((label, found.path.clone()));
            if again {
                let trail: Vec<&str> = self.trail.iter().map(|(label, _)| label.as_str()).collect();
                let circle = format!("builds on itself: {}", trail.join(" -> "));
                problems.push(
                    Problem::new(&said_at, circle)
                        .key(EXTENDS)
                        .help("remove one `extends` of the circle"),
                );
                return true;
            }
            let (root, wrong) = yaml::parse(&found.source, &found.text);
            let unreadable = !wrong.is_empty();
            problems.extend(wrong);
            let Some(root) = root.filter(|root| !root.is_null()) else {
                if !unreadable {
                    problems.push(
                        Problem::new(&Place::whole(&found.source), "has no keys")
                            .help("an environment needs at least one, such as `extends: workshop`"),
                    );
                }
                return !layers.is_empty();
            };
            let parent = found
                .path
                .as_deref()
                .and_then(Path::parent)
                .unwrap_or(&self.loader.base)
                .to_owned();
            next = extended(&root, problems).map(|(reference, place)| (reference, place, parent));
            layers.push(root);
        }
        true
    }

    fn not_found(&self, reference: &str, message: String, said_at: &Place) -> Problem {
        let problem = Problem::new(said_at, message);
        let problem = if said_at.source.is_file() {
            problem.key(EXTENDS)
        } else {
            problem
        };
        let names = self.loader.names();
        if is_path(reference) {
            return problem;
        }
        match nearest(reference, names.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("there are: {}", names.join(", "))),
        }
    }
}

/// The environment that a file builds on, and where it says so.
fn extended(root: &Node, problems: &mut Vec<Problem>) -> Option<(String, Place)> {
    let Value::Map(entries) = &root.value else { return None };
    let node = &entries.iter().find(|entry| entry.key == EXTENDS)?.node;
    match &node.value {
        Value::Scalar { text, .. } if !node.is_null() => Some((text.clone(), node.place.clone())),
        _ if node.is_null() => None,
        _ => {
            problems.push(
                Problem::new(
                    &node.place,
                    format!("must be one name or path, but is {}", node.describe()),
                )
                .key(EXTENDS)
                .help("an environment builds on one other, which may build on a further one"),
            );
            None
        }
    }
}

fn lay_flag(setting: &Setting, merged: &mut Settings, problems: &mut Vec<Problem>) {
    let source = Arc::new(Source::Flag(setting.flag.clone()));
    if setting.key.is_empty() || !setting.flag.contains('=') && setting.flag.starts_with("--set") {
        problems.push(
            Problem::new(&Place::whole(&source), "is not of the form key=value").help("such as `--set app.replicas=3`"),
        );
        return;
    }
    if let Some(node) = inline_value(&source, &setting.value, problems) {
        merged.set(&setting.key, node, problems);
    }
}

/// A value of a variable or flag: YAML if it is a list, a map or quoted, else the text as it is.
fn inline_value(source: &Arc<Source>, text: &str, problems: &mut Vec<Problem>) -> Option<Node> {
    let written = text.trim_start();
    if !written.starts_with(['[', '{', '"', '\'']) {
        return Some(Node {
            place: Place::whole(source),
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

pub(super) fn is_path(reference: &str) -> bool {
    let extension = Path::new(reference).extension();
    reference.contains('/') || extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The name that an environment goes by: as asked for, or its file's stem.
fn name_of(reference: &str) -> String {
    if !is_path(reference) {
        return reference.to_owned();
    }
    Path::new(reference)
        .file_stem()
        .map_or_else(|| reference.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn read(path: &Path, label: &str) -> io::Result<Found> {
    let text = fs::read_to_string(path)?;
    Ok(Found {
        source: Arc::new(Source::File {
            label: label.to_owned(),
            text: text.clone(),
        }),
        path: Some(path.to_owned()),
        text,
    })
}

fn explain(error: &io::Error, label: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => format!("{label} is a folder, not a file"),
        io::ErrorKind::InvalidData => format!("{label} is not text in UTF-8"),
        io::ErrorKind::PermissionDenied => format!("{label} may not be read by you"),
        _ => format!("{label} cannot be read: {error}"),
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
