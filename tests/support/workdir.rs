//! Calls of the built binary, each test from a folder of its own and with nothing of the caller's environment.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::workshop::moto::REGION;
use crate::{Run, events};

/// Virtual seconds per second where the time taken is not the point. A call has 60 s of them to answer, so that a machine
/// that is busy for a moment must not make minutes of it.
pub const SPEED: &str = "150";

/// A folder that one test has for itself, and the variables of its calls.
pub struct Workdir {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Workdir {
    /// Without a cloud: no credentials, no kubeconfig, no home but the folder.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display().to_string();
        let mut workdir = Self {
            folder,
            variables: Vec::new(),
        };
        workdir.set("HOME", &home);
        workdir.set("PATH", &std::env::var("PATH").unwrap_or_default());
        workdir.set("USER", "tester");
        // No look for an instance's credentials on this machine's network.
        workdir.set("AWS_EC2_METADATA_DISABLED", "true");
        workdir
    }

    /// With a sandbox of its own that runs fast.
    pub fn new() -> Self {
        Self::with_speed(SPEED)
    }

    /// With a sandbox of its own that runs `speed` times as fast as the wall.
    pub fn with_speed(speed: &str) -> Self {
        let mut workdir = Self::bare();
        let state = workdir.state().display().to_string();
        workdir.set("LAB2048_SANDBOX_STATE", &state);
        workdir.set("LAB2048_SET_SANDBOX_SPEED", speed);
        // A machine that is busy with other tests makes virtual minutes of wall seconds.
        workdir.set("LAB2048_TIMEOUT", "2h");
        workdir
    }

    /// Whose AWS is at the URL `aws` and whose kubeconfig is `kubeconfig`, with the environment `workshop`.
    pub fn before(aws: &str, kubeconfig: &Path) -> Self {
        let mut workdir = Self::bare();
        workdir.set("AWS_ENDPOINT_URL", aws);
        workdir.set("AWS_ACCESS_KEY_ID", "AKIATESTER");
        workdir.set("AWS_SECRET_ACCESS_KEY", "secret");
        workdir.set("AWS_REGION", REGION);
        workdir.set("KUBECONFIG", &kubeconfig.display().to_string());
        workdir.set("LAB2048_ENV", "workshop");
        workdir.set("LAB2048_SET_CLUSTER_ACCESS", "kubeconfig");
        workdir.set("LAB2048_SET_CONFIRM", "false");
        workdir
    }

    /// Sets a variable for every call from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable away from every call from now on.
    pub fn unset(&mut self, name: &str) {
        self.variables.retain(|(other, _)| other != name);
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a program of these lines of shell into the folder. Another process writes it: a test beside this one may start a
    /// program at any moment, which has for that moment what this process has open, and what is open to be written cannot be run.
    pub fn program(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut writer = Command::new("sh");
        writer.args(["-c", r#"cat > "$0" && chmod 755 "$0""#]).arg(&path);
        let mut writer = writer.stdin(Stdio::piped()).spawn().unwrap();
        let text = format!("#!/bin/sh\n{lines}\n");
        writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
        path
    }

    /// The text of a file in the folder.
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The records that calls have written to the file of `--events FILE`, in order.
    pub fn events(&self, file: &str) -> Vec<Value> {
        events::parse(&self.read(file))
    }

    /// The state file of the sandbox.
    pub fn state(&self) -> PathBuf {
        self.path("world/sandbox.json")
    }

    /// The variables that every call gets.
    pub fn variables(&self) -> impl Iterator<Item = (String, String)> {
        self.variables.iter().cloned()
    }

    /// A call that has not begun yet, with nothing to read; `line` is split at blanks.
    pub fn command(&self, line: &str) -> Command {
        self.prepared(&binary(), line.split_whitespace())
    }

    fn prepared<'a>(&self, program: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// A line of shell in which `lab2048` is the program.
    pub fn shell(&self, script: &str) -> Run {
        let script = format!("lab2048() {{ '{}' \"$@\"; }}\n{script}", binary().display());
        Run::of(&mut self.prepared(Path::new("bash"), ["-c", &script]))
    }

    /// A whole call; the thread waits for it.
    pub fn run(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }

    /// A call that has to end well.
    #[track_caller]
    pub fn done(&self, line: &str) -> Run {
        self.run(line).exits(0)
    }

    /// A whole call, while the test's own tasks go on.
    pub async fn call(&self, line: &str) -> Run {
        Run::beside(self.command(line)).await
    }

    /// What is in the sandbox, without times and counts and without what is drawn for every thing created.
    pub fn inventory(&self) -> Value {
        let mut shown = self.done("sandbox show -o json").json();
        strip(&mut shown);
        shown
    }
}

impl Default for Workdir {
    fn default() -> Self {
        Self::new()
    }
}

/// The program under test. Cargo says where it is; a test that is started by hand finds it beside its own folder.
pub fn binary() -> PathBuf {
    std::env::var_os("CARGO_BIN_EXE_lab2048").map_or_else(
        || {
            let test = std::env::current_exe().unwrap();
            test.ancestors().nth(2).unwrap().join("lab2048")
        },
        PathBuf::from,
    )
}

/// Takes away what no two runs have in common: times, how often was asked, and the parts of names that are drawn.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !["now", "speed", "id", "requests", "throttled"].contains(&key.as_str()));
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(strip);
            // Lists go by ids, which are drawn.
            list.sort_by_key(Value::to_string);
        }
        Value::String(text) => {
            // The names of pods and of target groups end in what is drawn.
            if text.starts_with("pods/") || text.contains("k8s-fargateg-service2-") {
                text.truncate(text.rfind('-').unwrap_or_default());
            } else if text.starts_with("fargate-ip-") {
                "fargate".clone_into(text);
            } else if text.ends_with(".elb.amazonaws.com") {
                "elb".clone_into(text);
            }
        }
        _ => {}
    }
}
