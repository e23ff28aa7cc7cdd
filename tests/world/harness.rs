//! Runs calls as the binary does, with everything around the process made up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;
use lab2048::app::{self, Exit, Host, Terminals};
use lab2048::cli::{Cli, Parsed};
use lab2048_sandbox::{Inventory, Sandbox, Wall, inventory};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

/// A wall clock that goes by tokio's paused time.
struct PausedWall(Instant);

impl Wall for PausedWall {
    fn now(&self) -> Timestamp {
        "2026-11-24T09:00:00Z".parse::<Timestamp>().unwrap() + self.0.elapsed()
    }
}

/// A stream that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A world and the calls made on it.
pub(crate) struct Lab {
    pub(crate) world: Sandbox,
    folder: tempfile::TempDir,
    pub(crate) press: watch::Sender<u8>,
}

/// How a call ended and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit, showing what was said if it is another.
    #[track_caller]
    pub(crate) fn exits(self, exit: Exit) -> Self {
        assert_eq!(
            self.exit, exit,
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Everything that was said, as one line: where it was broken does not matter.
    pub(crate) fn said(&self) -> String {
        let both = format!("{} {}", self.stdout, self.stderr);
        both.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Asserts that this was said.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.said().contains(words),
            "`{words}` is missing in\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// The last line on standard output.
    pub(crate) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout))
    }
}

impl Lab {
    /// A fresh world. Needs a runtime with paused time.
    pub(crate) fn new(seed: u64) -> Self {
        let wall = Arc::new(PausedWall(Instant::now()));
        let world = Sandbox::in_memory(seed, 60.0, wall);
        Self {
            world,
            folder: tempfile::tempdir().unwrap(),
            press: watch::Sender::new(0),
        }
    }

    /// The folder that calls run in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Makes one call; `line` is what follows the program's name.
    pub(crate) async fn call(&self, line: &str) -> Ran {
        let arguments = std::iter::once("lab2048").chain(line.split_whitespace());
        let Parsed::Call(call) = Cli::try_parse_from(arguments).unwrap().into() else {
            panic!("{line} is not for the app");
        };
        let (stdout, stderr) = (Kept::default(), Kept::default());
        let host = Host {
            cwd: self.folder(),
            variables: BTreeMap::from([
                ("USER".to_owned(), "kim".to_owned()),
                ("HOSTNAME".to_owned(), "cloud9".to_owned()),
            ]),
            world_file: self.folder().join("sandbox.json"),
            executable: PathBuf::from("lab2048"),
            terminals: Terminals::default(),
            width: 80,
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            ask: Arc::new(|question: &str| panic!("asked: {question}")),
            wall: Arc::new(PausedWall(Instant::now())),
            world: Some(self.world.clone()),
            interrupts: self.press.subscribe(),
        };
        let exit = app::run(*call, host).await;
        Ran {
            exit,
            stdout: stdout.text(),
            stderr: stderr.text(),
        }
    }

    /// Makes one call and cuts it off like a kill after `after` of virtual time; `None` if it was.
    pub(crate) async fn call_killed_after(&self, line: &str, after: Duration) -> Option<Ran> {
        tokio::select! {
            biased;
            ran = self.call(line) => Some(ran),
            () = self.world.sleep(after) => None,
        }
    }

    /// What is in the world.
    pub(crate) fn inventory(&self) -> Inventory {
        self.world.with(|world| inventory(world))
    }

    /// The lab as the world has it, without names and times that differ from history to history.
    pub(crate) fn shape(&self) -> String {
        let world = self.inventory();
        let mut lines = vec![format!("roles {}", world.roles.len())];
        lines.extend(
            world
                .profiles
                .iter()
                .map(|p| format!("profile {} {}", p.name, p.status)),
        );
        lines.extend(
            world
                .load_balancers
                .iter()
                .map(|b| format!("balancer {} {}", b.name, b.state)),
        );
        lines.extend(world.target_groups.iter().map(|g| format!("targets {:?}", g.targets)));
        lines.push(format!("security groups {}", world.security_groups.len()));
        lines.push(format!("fargate nodes {}", self.fargate_nodes()));
        for (namespace, objects) in &world.objects {
            let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
            for object in objects {
                let kind = object.name.split('/').next().unwrap_or_default();
                *kinds
                    .entry(format!("{kind} {}", object.phase.as_deref().unwrap_or("-")))
                    .or_default() += 1;
            }
            lines.push(format!("{namespace}: {kinds:?}"));
        }
        lines.join("\n")
    }

    /// How many nodes Fargate runs.
    pub(crate) fn fargate_nodes(&self) -> usize {
        self.inventory()
            .nodes
            .iter()
            .filter(|name| name.starts_with("fargate-"))
            .count()
    }
}
