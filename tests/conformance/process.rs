//! Processes of a test: servers that end with it, and programs that are run to their end.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a server may take to be there.
const START: Duration = Duration::from_secs(60);

/// A port of 127.0.0.1 that nobody listens on, and that nobody else here is given. It is none of those that the system
/// gives to outgoing connections: a server may take its time until it listens.
pub(crate) fn free_port() -> u16 {
    const FIRST: u32 = 12_000;
    const COUNT: u32 = 20_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(997) % COUNT;
    loop {
        let port = FIRST + (start + GIVEN.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(port).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A server that is stopped, by its process id, when it is dropped.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command`; what it says goes to the file `log`.
    pub(crate) fn start(name: &'static str, command: &mut Command, log: PathBuf) -> Self {
        let file = File::create(&log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        Self { name, child, log }
    }

    /// Waits until `ready` says so; shows the log if the server ends or takes too long.
    pub(crate) async fn wait<F: Future<Output = bool>>(&mut self, mut ready: impl FnMut() -> F) {
        let begun = Instant::now();
        while !ready().await {
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < START,
                "{} is not there after {:?} ({ended:?}):\n{}",
                self.name,
                begun.elapsed(),
                std::fs::read_to_string(&self.log).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself cannot be stopped, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a program ended and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    /// The command, for messages.
    pub(crate) line: String,
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Runs `command` to its end, while the test's own tasks go on.
    pub(crate) async fn of(mut command: Command) -> Self {
        let line = format!("{command:?}");
        let line = line[line.find("lab2048\"").unwrap_or_default()..].to_owned();
        let output = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output())
            .await
            .unwrap();
        let Output { status, stdout, stderr } = output.unwrap_or_else(|error| panic!("{line}: {error}"));
        Self {
            line,
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    /// Asserts the exit code, showing what was said if it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
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
        assert!(self.said().contains(words), "`{words}` is missing in {self}");
        self
    }

    /// Asserts that this was not said.
    #[track_caller]
    pub(crate) fn does_not_say(self, words: &str) -> Self {
        assert!(!self.said().contains(words), "`{words}` is in {self}");
        self
    }

    /// The last line on standard output.
    pub(crate) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} -> {}\n--- stdout\n{}\n--- stderr\n{}",
            self.line, self.code, self.stdout, self.stderr
        )
    }
}
