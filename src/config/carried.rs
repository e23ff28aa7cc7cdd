//! What an environment and a roster consist of beside the built-in files, to be laid down in another folder: there they lie as they
//! lie here below the working directory, so that whoever works in that folder finds the same.

use std::path::{Component, Path, PathBuf};

use super::chain::Chain;
use super::library::is_path;
use super::loader::{Loader, name_of};
use super::problem::{Problem, Problems, Subject};
use super::settings::EXTENDS;
use super::source::Location;
use super::yaml::{Node, Value};
use crate::lang::text;

/// A file to be laid down elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedFile {
    /// Where, below the folder.
    pub path: String,
    /// What it has.
    pub text: String,
}

/// What an environment consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedEnvironment {
    /// What it is called there.
    pub reference: String,
    /// Its files, and those that it builds on.
    pub files: Vec<CarriedFile>,
}

impl Loader {
    /// What the environment `reference` consists of; a problem for each file that lies where it cannot be carried from.
    pub fn carried(&self, reference: &str) -> Result<CarriedEnvironment, Problems> {
        let chain = Chain::read(&self.library, reference);
        let mut problems = chain.problems;
        let mut files = Vec::new();
        for ((_, path), root) in chain.trail.iter().zip(&chain.layers) {
            // A built-in one is there, too.
            let Some(path) = path else { continue };
            if let Some(absolute) = absolute_base(root) {
                let problem = Problem::new(absolute, text!("config-absolute-base")).key(EXTENDS);
                problems.push(problem.help(text!("config-absolute-base.remedy")));
            }
            if let (Some(path), Some(text)) = (self.below_base(path), root.place.source.file_text()) {
                files.push(CarriedFile {
                    path,
                    text: text.to_owned(),
                });
            } else {
                let place = Location::whole(&root.place.source);
                let problem = Problem::new(&place, text!("config-outside"));
                problems.push(problem.help(text!("config-outside.remedy")));
            }
        }
        if !problems.is_empty() {
            return Err(Problems::new(Subject::Environment(name_of(reference)), problems));
        }
        let reference = match files.first() {
            Some(first) if is_path(reference) => first.path.clone(),
            _ => reference.to_owned(),
        };
        Ok(CarriedEnvironment { reference, files })
    }

    /// The path of a file from the working directory, if it lies below that.
    pub fn below_base(&self, path: &Path) -> Option<String> {
        let base = tidy(self.library.base())?;
        let path = tidy(&self.library.base().join(path))?;
        Some(path.strip_prefix(base).ok()?.to_str()?.to_owned())
    }
}

/// A path without detours, as far as can be seen from the path alone.
fn tidy(path: &Path) -> Option<PathBuf> {
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !tidied.pop() {
                    return None;
                }
            }
            other => tidied.push(other),
        }
    }
    Some(tidied)
}

/// Where a file names what it builds on by an absolute path.
fn absolute_base(root: &Node) -> Option<&Location> {
    let Value::Map(entries) = &root.value else { return None };
    let node = &entries.iter().find(|entry| entry.key == EXTENDS)?.node;
    match &node.value {
        Value::Scalar { text, .. } if Path::new(text).is_absolute() => Some(&node.place),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn loader(folder: &Path) -> Loader {
        Loader::new(folder, BTreeMap::new())
    }

    #[test]
    fn an_environment_is_carried_with_what_it_builds_on() {
        let here = folder(&[
            ("environments/monday.yaml", "extends: ../shared/base.yaml\n"),
            ("shared/base.yaml", "extends: workshop\n"),
        ]);
        let carried = loader(here.path()).carried("monday").unwrap();
        let paths: Vec<&str> = carried.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["environments/monday.yaml", "shared/base.yaml"]);
        assert_eq!(
            (carried.reference.as_str(), carried.files[1].text.as_str()),
            ("monday", "extends: workshop\n")
        );
        let there = folder(&[]);
        for file in &carried.files {
            let path = there.path().join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
        }
        let load = |folder: &Path| loader(folder).load("monday", &[]).unwrap().environment;
        assert_eq!(load(there.path()), load(here.path()));
    }

    #[test]
    fn a_path_is_one_from_the_working_directory() {
        let here = folder(&[("a/b.yaml", "extends: workshop\n")]);
        let absolute = here.path().join("a/./b.yaml");
        let carried = |reference: &str| loader(here.path()).carried(reference).unwrap().reference;
        assert_eq!(carried(absolute.to_str().unwrap()), "a/b.yaml");
        assert_eq!(carried("./a/../a/b.yaml"), "a/b.yaml");
        assert_eq!(carried("shared-cluster"), "shared-cluster");
    }

    #[test]
    fn what_cannot_be_carried_is_told_with_its_place() {
        let here = folder(&[
            ("below/x.yaml", "extends: ../up.yaml\n"),
            ("up.yaml", "extends: /etc/base.yaml\n"),
        ]);
        let wrong = loader(&here.path().join("below"))
            .carried("x.yaml")
            .unwrap_err()
            .to_string();
        assert!(
            wrong.contains("up.yaml: lies outside of the working directory"),
            "{wrong}"
        );
        assert!(wrong.contains("up.yaml:1:10: extends: is an absolute path"), "{wrong}");
    }
}
