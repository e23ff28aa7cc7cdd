//! `lab2048 sandbox serve` as a process, and the clients that it has told where it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use crate::desk::Desk;
use crate::parts;
use crate::process::{Run, Server};

/// Virtual seconds per second.
const SPEED: &str = "60";

/// A sandbox that is served, with a world of its own.
pub(super) struct Served {
    _server: Server,
    desk: Desk,
    exports: BTreeMap<String, String>,
}

impl Served {
    /// Serves a new world.
    pub(super) async fn start() -> Self {
        let desk = desk();
        Self::on(desk).await
    }

    /// Serves a world in which the lab is.
    pub(super) async fn start_with_lab() -> Self {
        let desk = desk();
        desk.run("apply").await.exits(0);
        Self::on(desk).await
    }

    async fn on(desk: Desk) -> Self {
        let log = desk.path("serve.log");
        let mut command = desk.command("sandbox serve");
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
            desk,
            exports,
        }
    }

    /// A path beside the world.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.desk.path(name)
    }

    /// Runs the program itself on the same world.
    pub(super) async fn lab2048(&self, line: &str) -> Run {
        self.desk.run(line).await
    }

    /// Starts the program itself, as a server, on the same world.
    pub(super) fn start_lab2048(&self, line: &str) -> (Server, PathBuf) {
        let log = self.desk.path("started.log");
        let server = Server::start("lab2048", &mut self.desk.command(line), log.clone());
        (server, log)
    }

    /// kubectl with arguments that are split at blanks.
    pub(super) fn kubectl_command(&self, line: &str) -> Command {
        self.client(Command::new(parts::control_plane("kubectl")), line)
    }

    /// Runs kubectl to its end.
    pub(super) async fn kubectl(&self, line: &str) -> Run {
        Run::of(self.kubectl_command(line)).await
    }

    /// Runs the aws CLI to its end.
    pub(super) async fn aws(&self, line: &str) -> Run {
        Run::of(self.client(Command::new(parts::python("aws")), line)).await
    }

    /// A command with nothing but what the sandbox has told, and a home of its own.
    fn client(&self, mut command: Command, line: &str) -> Command {
        command
            .args(line.split_whitespace())
            .env_clear()
            .envs(self.desk.variables())
            .envs(&self.exports)
            .env("PATH", path_with_aws())
            .env("AWS_PAGER", "")
            .current_dir(self.desk.path(""));
        command
    }
}

fn desk() -> Desk {
    let mut desk = Desk::bare();
    let state = desk.path("state.json").display().to_string();
    desk.set("LAB2048_SANDBOX_STATE", &state);
    desk.set("LAB2048_SET_SANDBOX_SPEED", SPEED);
    desk.set("NO_COLOR", "1");
    desk
}

/// kubeconfigs made by the aws CLI call it by its bare name.
fn path_with_aws() -> std::ffi::OsString {
    let folder = parts::python("aws").parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap()
}
