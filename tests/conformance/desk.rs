//! A desk in front of a cloud: a folder, an empty environment, and the built binary on it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::process::Run;

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_lab2048");

/// A folder with the variables that every call gets.
pub(crate) struct Desk {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Desk {
    /// A desk without a cloud: no credentials, no kubeconfig, no home but the folder.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display().to_string();
        let mut desk = Self {
            folder,
            variables: Vec::new(),
        };
        desk.set("HOME", &home);
        desk.set("PATH", &std::env::var("PATH").unwrap_or_default());
        desk.set("USER", "tester");
        // No look for an instance's credentials on this machine's network.
        desk.set("AWS_EC2_METADATA_DISABLED", "true");
        desk
    }

    /// A desk whose AWS is at `aws` and whose kubeconfig is `kubeconfig`.
    pub(crate) fn before(aws: &str, kubeconfig: &Path) -> Self {
        let mut desk = Self::bare();
        desk.set("AWS_ENDPOINT_URL", aws);
        desk.set("AWS_ACCESS_KEY_ID", "AKIATESTER");
        desk.set("AWS_SECRET_ACCESS_KEY", "secret");
        desk.set("AWS_REGION", crate::moto::REGION);
        desk.set("KUBECONFIG", &kubeconfig.display().to_string());
        desk.set("LAB2048_ENV", "workshop");
        desk.set("LAB2048_SET_CLUSTER_ACCESS", "kubeconfig");
        desk.set("LAB2048_SET_CONFIRM", "false");
        desk
    }

    /// Sets a variable for every call from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable away from every call from now on.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(other, _)| other != name);
    }

    /// A path on the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The variables that every call gets.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (String, String)> {
        self.variables.iter().cloned()
    }

    /// `lab2048` with these arguments; `line` is split at blanks.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(line.split_whitespace())
            .env_clear()
            .envs(self.variables())
            .current_dir(self.folder.path());
        command
    }

    /// Runs `lab2048` to its end.
    pub(crate) async fn run(&self, line: &str) -> Run {
        Run::of(self.command(line)).await
    }
}
