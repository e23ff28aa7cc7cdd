//! What a shell can be offered for a value that only the program knows.

use std::ffi::OsStr;

use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};

use crate::app::vocabulary;

/// Names of environments, and paths.
pub(super) fn environments(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = beginning_with(current, vocabulary::environments());
    found.extend(PathCompleter::file().complete(current));
    found
}

/// Keys of environments, to be followed by a value.
pub(super) fn keys(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = vocabulary::keys()
        .into_iter()
        .map(|(key, about)| (format!("{key}="), about));
    beginning_with(current, keys)
}

/// Ids of checks, in any case.
pub(super) fn checks(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning_with(current, vocabulary::checks())
}

/// Names of lessons.
pub(super) fn lessons(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning_with(current, vocabulary::lessons())
}

fn beginning_with(current: &OsStr, words: impl IntoIterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let Some(begun) = current.to_str().map(str::to_lowercase) else {
        return Vec::new();
    };
    let fitting = words
        .into_iter()
        .filter(|(word, _)| word.to_lowercase().starts_with(&begun));
    fitting
        .map(|(word, about)| {
            let about = Some(about).filter(|about| !about.is_empty());
            CompletionCandidate::new(word).help(about.map(Into::into))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(found: &[CompletionCandidate]) -> Vec<String> {
        let words = found
            .iter()
            .map(|found| found.get_value().to_string_lossy().into_owned());
        words.collect()
    }

    #[test]
    fn checks_keys_and_environments_are_known() {
        assert_eq!(words(&checks(OsStr::new("c1"))).first().unwrap(), "C1");
        assert!(words(&keys(OsStr::new("app.rep"))).contains(&"app.replicas=".to_owned()));
        assert!(words(&environments(OsStr::new("work"))).contains(&"workshop".to_owned()));
    }
}
