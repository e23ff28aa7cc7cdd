//! What can be named on the command line, for shells that complete it: each word with what it stands for.

use std::collections::BTreeMap;

use crate::checks;
use crate::config::{self, Loader};
use crate::lessons;

/// The environments that can be named from the working directory.
pub fn environments() -> Vec<(String, String)> {
    let Ok(cwd) = std::env::current_dir() else {
        return Vec::new();
    };
    let listed = Loader::new(&cwd, BTreeMap::new()).list();
    listed
        .into_iter()
        .map(|environment| (environment.name, environment.about))
        .collect()
}

/// The keys of an environment.
pub fn keys() -> Vec<(String, String)> {
    config::keys().into_iter().map(|key| (key, String::new())).collect()
}

/// The checks that can be explained.
pub fn checks() -> Vec<(String, String)> {
    let explanations = checks::all().map(|check| check.explanation);
    explanations
        .map(|about| (about.id.to_owned(), about.title().to_string()))
        .collect()
}

/// The lessons.
pub fn lessons() -> Vec<(String, String)> {
    let all = lessons::all().iter();
    all.map(|lesson| (lesson.id.to_owned(), lesson.title().to_string()))
        .collect()
}
