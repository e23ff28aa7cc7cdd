//! `lab2048 sandbox serve` as a process, and the clients that are pointed at it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use lab2048_testing::Run;
use lab2048_testing::Workdir;
use lab2048_testing::process::Server;
use lab2048_testing::workshop::parts;

/// Virtual seconds per second.
const SPEED: &str = "60";

/// A sandbox that is served, with a world of its own.
pub(super) struct Served {
    _server: Server,
    workdir: Workdir,
    exports: BTreeMap<String, String>,
}

impl Served {
    /// Serves a new world.
    pub(super) async fn start() -> Self {
        let workdir = workdir();
        Self::on(workdir).await
    }

    /// Serves a world in which the lab is.
    pub(super) async fn start_with_lab() -> Self {
        let workdir = workdir();
        workdir.call("apply").await.exits(0);
        Self::on(workdir).await
    }

    async fn on(workdir: Workdir) -> Self {
        let log = workdir.path("serve.log");
        let mut command = workdir.command("sandbox serve");
        let mut server = Server::start("lab2048 sandbox serve", &mut command, log.clone());
        let read = || std::fs::read_to_string(&log).unwrap_or_default();
        server.wait(|| async { read().contains("export KUBECONFIG=") }).await;
        let exports = read()
            .lines()
            .filter_map(|line| line.strip_prefix("export ")?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self {
            _server: server,
            workdir,
            exports,
        }
    }

    /// A path beside the world.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.workdir.path(name)
    }

    /// Runs the program itself on the same world.
    pub(super) async fn lab2048(&self, line: &str) -> Run {
        self.workdir.call(line).await
    }

    /// Starts the program itself, as a server, on the same world.
    pub(super) fn start_lab2048(&self, line: &str) -> (Server, PathBuf) {
        let log = self.workdir.path("started.log");
        let server = Server::start("lab2048", &mut self.workdir.command(line), log.clone());
        (server, log)
    }

    /// kubectl with arguments that are split at blanks.
    pub(super) fn kubectl_command(&self, line: &str) -> Command {
        self.client(Command::new(parts::control_plane("kubectl")), line)
    }

    /// Runs a kubectl of some release to its end.
    pub(super) async fn run(&self, kubectl: &Path, line: &str) -> Run {
        Run::beside(self.client(Command::new(kubectl), line)).await
    }

    /// Runs kubectl to its end.
    pub(super) async fn kubectl(&self, line: &str) -> Run {
        Run::beside(self.kubectl_command(line)).await
    }

    /// Runs the aws CLI to its end.
    pub(super) async fn aws(&self, line: &str) -> Run {
        Run::beside(self.client(Command::new(parts::python("aws")), line)).await
    }

    /// A command with only the variables that the sandbox printed, and a home of its own.
    fn client(&self, mut command: Command, line: &str) -> Command {
        command
            .args(line.split_whitespace())
            .env_clear()
            .envs(self.workdir.variables())
            .envs(&self.exports)
            .env("PATH", path_with_aws())
            .env("AWS_PAGER", "")
            .current_dir(self.workdir.path(""));
        command
    }
}

fn workdir() -> Workdir {
    let mut workdir = Workdir::bare();
    let state = workdir.path("state.json").display().to_string();
    workdir.set("LAB2048_SANDBOX_STATE", &state);
    workdir.set("LAB2048_SET_SANDBOX_SPEED", SPEED);
    workdir.set("NO_COLOR", "1");
    workdir
}

/// kubeconfigs made by the aws CLI call it by its bare name.
fn path_with_aws() -> std::ffi::OsString {
    let folder = parts::python("aws").parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap()
}
