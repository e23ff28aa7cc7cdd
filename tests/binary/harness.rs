//! A desk of its own for every test: a working directory, a world, an empty environment, and the built binary on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_lab2048");

/// Virtual seconds per second where the time taken is not the point. A call has 60 s of them to answer, so that a machine
/// that is busy for a moment must not make minutes of it.
pub(crate) const SPEED: &str = "150";

/// A folder that one test has for itself.
pub(crate) struct Desk {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Desk {
    /// A desk on which the world runs fast.
    pub(crate) fn new() -> Self {
        Self::with_speed(SPEED)
    }

    /// A desk on which the world runs `speed` times as fast as the wall.
    pub(crate) fn with_speed(speed: &str) -> Self {
        let mut desk = Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        };
        let home = desk.path("").display().to_string();
        let state = desk.state().display().to_string();
        desk.set("HOME", &home);
        desk.set("LAB2048_SANDBOX_STATE", &state);
        desk.set("LAB2048_SET_SANDBOX_SPEED", speed);
        // A machine that is busy with other tests makes virtual minutes of wall seconds.
        desk.set("LAB2048_TIMEOUT", "2h");
        desk.set("USER", "tester");
        desk
    }

    /// Sets a variable for every call from now on.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.to_owned()));
    }

    /// A path on the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The state file of the desk's world.
    pub(crate) fn state(&self) -> PathBuf {
        self.path("world/sandbox.json")
    }

    /// The variables of a call, `PATH` among them.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, String)> {
        let path = std::env::var("PATH").unwrap_or_default();
        self.variables
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .chain([("PATH", path)])
    }

    /// A call that has not begun yet, with nothing to read.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        self.prepared(BINARY.as_ref(), arguments)
    }

    /// A line of shell in which `lab2048` is the program.
    pub(crate) fn shell(&self, script: &str) -> Run {
        let script = format!("lab2048() {{ '{BINARY}' \"$@\"; }}\n{script}");
        Run::of(&mut self.prepared(Path::new("bash"), &["-c", &script]))
    }

    fn prepared<S: AsRef<OsStr>>(&self, program: &Path, arguments: &[S]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// A whole call.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// A call that has to end well.
    pub(crate) fn done(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// What is in the world, without times and without what is drawn anew for every thing made.
    pub(crate) fn inventory(&self) -> Value {
        let mut shown = self.done(&["sandbox", "show", "-o", "json"]).json();
        strip(&mut shown);
        shown
    }
}

/// How a call ended and what it said.
pub(crate) struct Run {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Takes away what no two runs have in common: times, and the parts of names that are drawn.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !["now", "speed", "id"].contains(&key.as_str()));
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
