//! The files of an environment: the one asked for, what it builds on, what that builds on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::library::{FoundFile, Library, NoFile, is_path, same_file};
use super::problem::Problem;
use super::settings::EXTENDS;
use super::source::{Location, Source};
use super::yaml::{self, Node, Value};
use crate::model::nearest;

/// The files of an environment, read one after the other.
pub(super) struct Chain<'a> {
    library: &'a Library,
    /// Where it has been: labels for people, paths to compare.
    pub(super) trail: Vec<(String, Option<PathBuf>)>,
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
        let asked = Arc::new(Source::Flag(format!("environment {reference}")));
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
            let problem = Problem::new(&Location::whole(&found.source), "has no keys");
            self.problems
                .push(problem.help("an environment needs at least one, such as `extends: workshop`"));
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
        let label = Location::whole(&found.source).to_string();
        let again = self.trail.iter().any(|(seen, path)| match (path, &found.path) {
            (Some(a), Some(b)) => same_file(a, b),
            (None, None) => *seen == label,
            _ => false,
        });
        self.trail.push((label, found.path.clone()));
        if again {
            let trail: Vec<&str> = self.trail.iter().map(|(label, _)| label.as_str()).collect();
            let circle = format!("builds on itself: {}", trail.join(" -> "));
            let problem = Problem::new(named_at, circle).key(EXTENDS);
            self.problems.push(problem.help("remove one `extends` of the circle"));
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
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("there are: {}", names.join(", "))),
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
