//! Calls inside the test's own process, as the binary makes them, with everything around the process made up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use clap::Parser;
use http_body_util::BodyExt;
use jiff::Timestamp;
use lab2048::app::{self, Host, Terminals};
use lab2048::cli::{Cli, Parsed};
use lab2048::event::Record;
use lab2048::report::Follower;
use lab2048_sandbox::{Inventory, Sandbox, StateFile, WallClock, testing};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::faults::BadNetwork;
use crate::{Run, Silence, events};

/// When every lab begins: on the 24th of November 2026, at nine.
const BEGIN: Timestamp = Timestamp::constant(1_795_510_800, 0);

/// A wall clock that goes by tokio's paused time.
struct PausedWall(Instant);

impl WallClock for PausedWall {
    fn now(&self) -> Timestamp {
        BEGIN + self.0.elapsed()
    }
}

/// A wall clock that stands.
struct StandingWall;

impl WallClock for StandingWall {
    fn now(&self) -> Timestamp {
        BEGIN
    }
}

/// The world that labs begin in of which only the chances differ: to make one takes a tenth of a second.
static BEGINNING: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::in_memory(0, SPEED, Arc::new(StandingWall)));

/// How fast the world's time passes.
const SPEED: f64 = 60.0;

/// Takes the time between what is printed, on whatever stream.
struct Silences {
    last: Instant,
    said: String,
    longest: Silence,
}

impl Silences {
    fn begin() -> Self {
        Self {
            last: Instant::now(),
            said: String::new(),
            longest: Silence::default(),
        }
    }

    fn print(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        let lasted = (now - self.last).mul_f64(SPEED);
        if lasted > self.longest.lasted {
            let after = self.said.clone();
            self.longest = Silence { lasted, after };
        }
        self.last = now;
        if !bytes.trim_ascii().is_empty() {
            self.said = String::from_utf8_lossy(bytes).into_owned();
        }
    }
}

/// A stream that is kept.
#[derive(Clone)]
struct Kept {
    bytes: Arc<Mutex<Vec<u8>>>,
    silences: Arc<Mutex<Silences>>,
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.silences.lock().unwrap().print(bytes);
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn beside(silences: &Arc<Mutex<Silences>>) -> Self {
        Self {
            bytes: Arc::default(),
            silences: Arc::clone(silences),
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

/// A world and the calls made on it.
pub struct Lab {
    /// The world, for what a test changes in it or looks for.
    pub world: Sandbox,
    folder: tempfile::TempDir,
    interrupts: watch::Sender<u8>,
    /// The variables of calls.
    variables: BTreeMap<String, String>,
    /// What calls go through to the world.
    pub network: BadNetwork,
    wall: Arc<PausedWall>,
    silence: Mutex<Silence>,
    /// What the last call has reported.
    told: Arc<Mutex<Vec<Record>>>,
}

/// How often Ctrl-C has been pressed in a running call.
#[derive(Debug, Clone, Copy)]
pub struct Pressed(pub u8);

impl Lab {
    /// A fresh world. Needs a runtime with paused time.
    pub fn new(seed: u64) -> Self {
        let wall = Arc::new(PausedWall(Instant::now()));
        Self::of(Sandbox::in_memory(seed, SPEED, wall.clone()), wall)
    }

    /// A lab in a world that begins as all of these do, and of which only the chances to come follow from the seed.
    pub fn with_chances(seed: u64) -> Self {
        let wall = Arc::new(PausedWall(Instant::now()));
        Self::of(testing::twin(&BEGINNING, Some(seed), wall.clone()), wall)
    }

    /// Another lab in a world that is what this one's is now, and goes its own way from now on.
    pub fn twin(&self) -> Self {
        let world = testing::twin(&self.world, None, self.wall.clone());
        Self {
            variables: self.variables.clone(),
            ..Self::of(world, self.wall.clone())
        }
    }

    /// Somebody else at work in the same world, with a folder and a Ctrl-C of their own.
    pub fn beside(&self) -> Self {
        Self::of(self.world.clone(), self.wall.clone())
    }

    fn of(world: Sandbox, wall: Arc<PausedWall>) -> Self {
        let variables = [("USER", "kim"), ("HOSTNAME", "cloud9")];
        Self {
            variables: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            network: BadNetwork::before(&world),
            world,
            folder: tempfile::tempdir().unwrap(),
            interrupts: watch::Sender::new(0),
            wall,
            silence: Mutex::default(),
            told: Arc::default(),
        }
    }

    /// From now on calls have this variable, too.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// The folder that calls run in.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Who hears what a call reports, from now on.
    fn follower(&self) -> Follower {
        let told = Arc::clone(&self.told);
        told.lock().unwrap().clear();
        Box::new(move |record| told.lock().unwrap().push(record.clone()))
    }

    /// The events of the last call that made a run.
    pub fn told(&self) -> Vec<Record> {
        self.told.lock().unwrap().clone()
    }

    /// Makes one call; `line` is what follows the program's name, split at blanks.
    pub async fn call(&self, line: &str) -> Run {
        let arguments = std::iter::once("lab2048").chain(line.split_whitespace());
        let Parsed::Call(call) = Cli::try_parse_from(arguments).unwrap().into() else {
            panic!("{line} is not for the app");
        };
        let silences = Arc::new(Mutex::new(Silences::begin()));
        let (stdout, stderr) = (Kept::beside(&silences), Kept::beside(&silences));
        let host = Host {
            cwd: self.folder(),
            variables: self.variables.clone(),
            world_file: Some(StateFile::at(self.folder().join("sandbox.json"))),
            last_run: Some(self.folder().join("last-run.ndjson")),
            executable: PathBuf::from("lab2048"),
            terminals: Terminals::default(),
            width: 80,
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            ask: Arc::new(|question: &str| panic!("asked: {question}")),
            wall: self.wall.clone(),
            world: Some(self.world.clone()),
            between: Some(self.network.between()),
            interrupts: self.interrupts.subscribe(),
            follower: Some(self.follower()),
        };
        let exit = app::run(*call, host).await;
        let mut silences = silences.lock().unwrap();
        silences.print(b"");
        let silence = silences.longest.clone();
        *self.silence.lock().unwrap() = silence.clone();
        Run {
            line: format!("lab2048 {line}"),
            code: i32::from(exit.code()),
            stdout: stdout.text(),
            stderr: stderr.text(),
            silence,
        }
    }

    /// The longest time in which the last call printed nothing.
    pub fn silence(&self) -> Silence {
        self.silence.lock().unwrap().clone()
    }

    /// Makes one call and cuts it off like a kill after `after` of virtual time; `None` if it was.
    pub async fn call_killed_after(&self, line: &str, after: Duration) -> Option<Run> {
        tokio::select! {
            biased;
            run = self.call(line) => Some(run),
            () = self.world.sleep(after) => None,
        }
    }

    /// Makes one call and kills it when its request `number` (from 0) has arrived; `None` if it was.
    pub async fn call_killed_at(&self, line: &str, number: usize) -> Option<Run> {
        self.network.set(Vec::new());
        self.network.kill_at(number);
        let run = self.call_unless_killed(line).await;
        self.network.set(Vec::new());
        run
    }

    /// Makes one call; `None` if it is killed, by whatever the network has been told.
    pub async fn call_unless_killed(&self, line: &str) -> Option<Run> {
        tokio::select! {
            biased;
            () = self.network.killed() => None,
            run = self.call(line) => Some(run),
        }
    }

    /// Makes one call and presses Ctrl-C that often after `after` of virtual time.
    pub async fn call_interrupted_after(&self, line: &str, after: Duration, Pressed(times): Pressed) -> Run {
        let press = async {
            self.world.sleep(after).await;
            self.interrupts.send_replace(times);
        };
        let (run, ()) = tokio::join!(self.call(line), press);
        self.interrupts.send_replace(0);
        run
    }

    /// Makes one call; with it the virtual time that it took.
    pub async fn timed(&self, line: &str) -> (Run, Duration) {
        let begun = self.world.now();
        let run = self.call(line).await;
        let took = self.world.now().duration_since(begun);
        (run, took.try_into().unwrap())
    }

    /// Sends a request to the cluster's API, as somebody with kubectl does; a PATCH is a merge patch. It has to succeed.
    pub async fn send(&self, method: &str, path: &str, body: &Value) {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let media = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = testing::kubernetes_request(&self.world, method, path, media, text.into()).unwrap();
        let status = self.world.call(request).await.status();
        assert!(status.is_success(), "{method} {path}: {status}");
    }

    /// An object of the cluster's API; `Null` if it is not there.
    pub async fn get(&self, path: &str) -> Value {
        let request = testing::kubernetes_request(&self.world, "GET", path, "application/json", Vec::new().into());
        let answer = self.world.call(request.unwrap()).await;
        if answer.status() == 404 {
            return Value::Null;
        }
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    /// The records that calls have written to the file of `--events FILE`, in order.
    pub fn events(&self, file: &str) -> Vec<Value> {
        let path = self.folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        events::parse(&text)
    }

    /// What is in the world.
    pub fn inventory(&self) -> Inventory {
        self.world.inventory()
    }

    /// The lab as the world has it, without names and times that differ from history to history.
    pub fn shape(&self) -> String {
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
    pub fn fargate_nodes(&self) -> usize {
        self.inventory()
            .nodes
            .iter()
            .filter(|name| name.starts_with("fargate-"))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_silence_is_found_with_what_came_before_it() {
        let silences = Arc::new(Mutex::new(Silences::begin()));
        let (mut out, mut err) = (Kept::beside(&silences), Kept::beside(&silences));
        let pause = |virtually: u64| tokio::time::sleep(Duration::from_secs(virtually).div_f64(SPEED));
        pause(20).await;
        err.write_all(b"begun\n").unwrap();
        pause(90).await;
        out.write_all(b"table\n").unwrap();
        pause(40).await;
        // An empty line ends a silence, and is nothing that has been said.
        err.write_all(b"\n").unwrap();
        pause(30).await;
        let mut silences = silences.lock().unwrap();
        silences.print(b"");
        let Silence { lasted, after } = silences.longest.clone();
        assert_eq!((lasted.as_secs(), after.as_str()), (90, "begun\n"));
    }
}
