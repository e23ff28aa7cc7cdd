//! The files of an environment: the one asked for, what it builds on, what that builds on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::library::{FoundFile, Library, NoFile, is_path, same_file};
use super::problem::Problem;
use super::settings::EXTENDS;
use super::source::{Location, Source};
use super::yaml::{self, Node, Value};
use crate::lang::{Text, text};
use crate::model::nearest;

/// The files of an environment, read one after the other.
pub(super) struct Chain<'a> {
    library: &'a Library,
    /// Where it has been, with the paths of what is not built in.
    pub(super) trail: Vec<(Arc<Source>, Option<PathBuf>)>,
    /// The contents, from the file asked for down to what everything builds on.
    pub(super) layers: Vec<Node>,
    pub(super) problems: Vec<Problem>,
}

/// A file to be read, and where it is named.
struct FileReference {
    reference: String,
    named_at: Location,
    folder: PathBuf,
}

impl<'a> Chain<'a> {
    /// Reads the environment and all that it builds on. There are no layers if not even its own file could be read.
    pub(super) fn read(library: &'a Library, reference: &str) -> Self {
        let mut chain = Self {
            library,
            trail: Vec::new(),
            layers: Vec::new(),
            problems: Vec::new(),
        };
        let asked = Arc::new(Source::Asked(text!("config-asked-environment", name = reference)));
        let mut next = Some(FileReference {
            reference: reference.to_owned(),
            named_at: Location::whole(&asked),
            folder: library.base().to_owned(),
        });
        while let Some(file) = next {
            next = chain.take(&file);
        }
        chain
    }

    /// Reads one file; the next one, if this one names it.
    fn take(&mut self, file: &FileReference) -> Option<FileReference> {
        let last = self.trail.last().and_then(|(_, path)| path.as_deref());
        let found = match self.library.find(&file.reference, &file.folder, last) {
            Ok(found) => found,
            Err(none) => {
                let problem = self.not_found(&file.reference, none, &file.named_at);
                self.problems.push(problem);
                return None;
            }
        };
        if self.closes_circle(&found, &file.named_at) {
            return None;
        }
        let (root, wrong) = yaml::parse(&found.source, &found.text);
        let root = root.filter(|root| !root.is_null());
        if root.is_none() && wrong.is_empty() {
            let problem = Problem::new(&Location::whole(&found.source), text!("config-no-keys"));
            self.problems.push(problem.help(text!("config-no-keys.remedy")));
        }
        self.problems.extend(wrong);
        let root = root?;
        let next = extended(&root, &mut self.problems);
        self.layers.push(root);
        let (reference, named_at) = next?;
        let folder = found.path.as_deref().and_then(Path::parent);
        Some(FileReference {
            reference,
            named_at,
            folder: folder.unwrap_or(self.library.base()).to_owned(),
        })
    }

    fn closes_circle(&mut self, found: &FoundFile, named_at: &Location) -> bool {
        let again = self.trail.iter().any(|(seen, path)| match (path, &found.path) {
            (Some(a), Some(b)) => same_file(a, b),
            (None, None) => *seen == found.source,
            _ => false,
        });
        self.trail.push((Arc::clone(&found.source), found.path.clone()));
        if again {
            let files = Text::list(self.trail.iter().map(|(source, _)| source.label()), " -> ");
            let problem = Problem::new(named_at, text!("config-circle", files = files)).key(EXTENDS);
            self.problems.push(problem.help(text!("config-circle.remedy")));
        }
        again
    }

    fn not_found(&self, reference: &str, none: NoFile, named_at: &Location) -> Problem {
        let problem = Problem::new(named_at, none.message);
        let problem = if named_at.source.is_file() {
            problem.key(EXTENDS)
        } else {
            problem
        };
        if let Some(remedy) = none.remedy {
            return problem.help(remedy);
        }
        let names = self.library.names();
        if is_path(reference) {
            return problem;
        }
        match nearest(reference, names.iter().map(String::as_str)) {
            Some(near) => problem.help(text!("config-did-you-mean", near = near)),
            None => problem.help(text!("config-there-are", names = names.join(", "))),
        }
    }
}

/// The environment that a file builds on, and where it names it.
fn extended(root: &Node, problems: &mut Vec<Problem>) -> Option<(String, Location)> {
    let Value::Map(entries) = &root.value else { return None };
    let node = &entries.iter().find(|entry| entry.key == EXTENDS)?.node;
    match &node.value {
        Value::Scalar { text, .. } if !node.is_null() => Some((text.clone(), node.place.clone())),
        _ if node.is_null() => None,
        _ => {
            let problem = Problem::new(&node.place, text!("config-one-base", what = node.describe())).key(EXTENDS);
            problems.push(problem.help(text!("config-one-base.remedy")));
            None
        }
    }
}
