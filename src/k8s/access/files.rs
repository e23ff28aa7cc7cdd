//! The kubeconfig's files. As with kubectl, `KUBECONFIG` names several or `~/.kube/config` is it, one of several may be
//! missing, and the first that has something wins. Which file that was is kept, for whoever has to mend it.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, KubeconfigError};
use serde_saphyr::UserMessageFormatter;

use super::error::ConnectError;
use crate::files::bytes_of;

/// The files that are there, in their order.
pub(super) struct Files(Vec<(PathBuf, Kubeconfig)>);

impl Files {
    /// Reads those that `KUBECONFIG` names, else the one in the home folder.
    pub(super) fn read() -> Result<Self, ConnectError> {
        let named = env::var_os("KUBECONFIG").unwrap_or_default();
        let named: Vec<PathBuf> = env::split_paths(&named)
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
        if named.is_empty() {
            let home = env::home_dir().filter(|home| !home.as_os_str().is_empty());
            let home = home.ok_or(ConnectError::NoHome)?;
            return Self::of(&[home.join(".kube").join("config")]);
        }
        Self::of(&named)
    }

    /// Reads these, of which one at least must be there.
    pub(super) fn of(paths: &[PathBuf]) -> Result<Self, ConnectError> {
        let there: Vec<&PathBuf> = paths.iter().filter(|path| path.exists()).collect();
        // What is not there at all fails as it is read.
        let paths = if there.is_empty() {
            paths.iter().take(1).collect()
        } else {
            there
        };
        let read = paths.into_iter().map(|path| {
            refuse_unreadable(path)?;
            let kubeconfig = Kubeconfig::read_from(path).map_err(|error| unreadable(error, path))?;
            Ok((path.clone(), kubeconfig))
        });
        let files = Self(read.collect::<Result<_, ConnectError>>()?);
        files.has_no_name_twice()?;
        Ok(files)
    }

    /// The context that is current, and the file that says so.
    pub(super) fn current_context(&self) -> Option<(&Path, &str)> {
        self.0.iter().find_map(|(path, kubeconfig)| {
            let name = kubeconfig.current_context.as_deref().filter(|name| !name.is_empty());
            Some((path.as_path(), name?))
        })
    }

    /// The context of that name, and the file that has it.
    pub(super) fn context(&self, name: &str) -> Option<(&Path, Option<&Context>)> {
        self.find(name, |file| {
            file.contexts
                .iter()
                .map(|named| (named.name.as_str(), named.context.as_ref()))
        })
    }

    /// The cluster of that name, and the file that has it.
    pub(super) fn cluster(&self, name: &str) -> Option<(&Path, Option<&Cluster>)> {
        self.find(name, |file| {
            file.clusters
                .iter()
                .map(|named| (named.name.as_str(), named.cluster.as_ref()))
        })
    }

    /// The user of that name, and the file that has it.
    pub(super) fn user(&self, name: &str) -> Option<(&Path, Option<&AuthInfo>)> {
        self.find(name, |file| {
            file.auth_infos
                .iter()
                .map(|named| (named.name.as_str(), named.auth_info.as_ref()))
        })
    }

    /// The names of all contexts.
    pub(super) fn contexts(&self) -> Vec<String> {
        self.names(|file| file.contexts.iter().map(|named| named.name.as_str()).collect())
    }

    /// The names of all clusters.
    pub(super) fn clusters(&self) -> Vec<String> {
        self.names(|file| file.clusters.iter().map(|named| named.name.as_str()).collect())
    }

    /// The names of all users.
    pub(super) fn users(&self) -> Vec<String> {
        self.names(|file| file.auth_infos.iter().map(|named| named.name.as_str()).collect())
    }

    /// The paths of all files, for a reader.
    pub(super) fn shown(&self) -> String {
        let paths: Vec<String> = self.0.iter().map(|(path, _)| path.display().to_string()).collect();
        paths.join(", ")
    }

    fn find<'f, T, I>(&'f self, name: &str, listed: impl Fn(&'f Kubeconfig) -> I) -> Option<(&'f Path, Option<T>)>
    where
        I: Iterator<Item = (&'f str, Option<T>)>,
    {
        self.0.iter().find_map(|(path, file)| {
            let (_, found) = listed(file).find(|(other, _)| *other == name)?;
            Some((path.as_path(), found))
        })
    }

    fn names<'f>(&'f self, listed: impl Fn(&'f Kubeconfig) -> Vec<&'f str>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.0.iter().flat_map(|(_, file)| listed(file)) {
            if !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// kubectl does not take a file in which a name stands for two things.
    fn has_no_name_twice(&self) -> Result<(), ConnectError> {
        for (path, file) in &self.0 {
            let contexts = file.contexts.iter().map(|named| ("contexts", named.name.as_str()));
            let clusters = file.clusters.iter().map(|named| ("clusters", named.name.as_str()));
            let users = file.auth_infos.iter().map(|named| ("users", named.name.as_str()));
            let mut seen = Vec::new();
            for (list, name) in contexts.chain(clusters).chain(users) {
                if seen.contains(&(list, name)) {
                    return Err(ConnectError::Twice {
                        file: path.clone(),
                        list,
                        name: name.to_owned(),
                    });
                }
                seen.push((list, name));
            }
        }
        Ok(())
    }
}

/// A kubeconfig of hundreds of clusters has some hundreds of KiB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Refuses what kube cannot be given: what is no file or has no end, and a file in UTF-16 that ends within a character (half a
/// copy, or no text at all), at which it panics.
fn refuse_unreadable(path: &Path) -> Result<(), ConnectError> {
    let is_utf16 = |bytes: &[u8]| bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let source = match bytes_of(path, LARGEST) {
        Ok(bytes) if is_utf16(&bytes) && bytes.len() % 2 != 0 => {
            io::Error::new(io::ErrorKind::InvalidData, "it is UTF-16 that ends within a character")
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge) => error,
        // What cannot be read otherwise fails as kube reads it.
        _ => return Ok(()),
    };
    Err(ConnectError::Unreadable {
        file: path.to_owned(),
        source,
    })
}

/// What is wrong with a file, without a line of it: lines hold secrets.
fn unreadable(error: KubeconfigError, path: &Path) -> ConnectError {
    let file = path.to_owned();
    match error {
        KubeconfigError::ReadConfig(source, _) if source.kind() == io::ErrorKind::NotFound => {
            ConnectError::NoKubeconfig { path: file, source }
        }
        KubeconfigError::ReadConfig(source, _) => ConnectError::Unreadable { file, source },
        KubeconfigError::Parse(error) => ConnectError::Syntax {
            file,
            why: error.without_snippet().render_with_formatter(&UserMessageFormatter),
        },
        other => ConnectError::Syntax {
            file,
            why: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, text).unwrap();
        let error = Files::of(std::slice::from_ref(&path)).err().unwrap();
        let message = format!("{error} {error:?}");
        assert!(!message.contains("s3cret"), "{message}");
        error.to_string().replace(&folder.path().display().to_string(), "DIR")
    }

    #[test]
    fn what_has_no_end_is_not_read() {
        let error = Files::of(&["/dev/zero".into()]).err().unwrap();
        let ConnectError::Unreadable { source, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(source.to_string(), "it is a pipe or a device, not a file");
    }

    #[test]
    fn a_broken_file_is_named_without_its_secrets() {
        insta::assert_snapshot!(
            [
                broken("users:\n- name: me\n  user: {token: s3cret\n contexts: ["),
                broken("users: []\nusers: []\n"),
                broken("users:\n- name: me\n  user: {token: s3cret, token: s3cret}\n"),
                broken("contexts: {s3cret: 1}\n"),
                broken("clusters: [{name: a}, {name: a}]\n"),
                broken("users: [{name: a, user: {exec: {interactiveMode: Sometimes}}}]\n"),
            ]
            .join("\n")
        );
    }

    #[test]
    fn the_first_file_that_has_something_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let one = file(
            "one",
            "{current-context: '', contexts: [{name: a, context: {cluster: one}}]}",
        );
        let two = file(
            "two",
            "{current-context: b, contexts: [{name: a, context: {cluster: two}}, {name: b, context: {cluster: two}}]}",
        );
        let missing = folder.path().join("missing");
        let files = Files::of(&[missing, one.clone(), two.clone()]).unwrap();
        assert_eq!(files.current_context(), Some((two.as_path(), "b")));
        let cluster = |name| {
            files
                .context(name)
                .map(|(path, context)| (path, context.unwrap().cluster.clone()))
        };
        assert_eq!(cluster("a"), Some((one.as_path(), "one".to_owned())));
        assert_eq!(cluster("b"), Some((two.as_path(), "two".to_owned())));
        assert_eq!(cluster("c"), None);
        assert_eq!(files.contexts(), ["a", "b"]);
    }

    #[test]
    fn where_there_is_no_file_the_first_is_named() {
        let error = Files::of(&["/nonexistent/config".into(), "/nonexistent/other".into()])
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "there is no kubeconfig at /nonexistent/config: `aws eks update-kubeconfig --name CLUSTER` writes one, KUBECONFIG \
             names another"
        );
    }
}
