//! A call of the built binary that is under way: it can be stopped, let go on, and killed.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output};
use std::time::Duration;

use crate::{Run, Workdir};

/// How often is looked whether it has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// A call that is under way. One that is dropped is killed.
pub struct Call {
    line: String,
    child: Child,
    stdout: File,
    stderr: File,
}

impl Drop for Call {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Call {
    /// Starts it in a process group of its own, so that nobody's signals to the test's wake it; `line` is split at blanks.
    pub fn start(workdir: &Workdir, line: &str) -> Self {
        let [stdout, stderr] = [(); 2].map(|()| tempfile::tempfile().unwrap());
        let child = workdir
            .command(line)
            .stdout(stdout.try_clone().unwrap())
            .stderr(stderr.try_clone().unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        Self {
            line: format!("lab2048 {line}"),
            child,
            stdout,
            stderr,
        }
    }

    /// Sends it a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success(), "{} is gone", self.line);
    }

    /// Whether it is stopped, by its state in `/proc`, which comes after its name in parentheses.
    pub fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('T')))
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end, if it comes within so long.
    pub async fn ends_within(&mut self, limit: Duration) -> bool {
        let end = tokio::time::Instant::now() + limit;
        while !self.has_ended() {
            if tokio::time::Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(GLANCE).await;
        }
        true
    }

    /// How it has ended, or how it is killed now, and what it has printed.
    pub fn killed(mut self) -> Run {
        let _ = self.child.kill();
        let status = self.child.wait().unwrap();
        let printed = Output {
            status,
            stdout: read(&mut self.stdout),
            stderr: read(&mut self.stderr),
        };
        Run::ended(self.line.clone(), &printed)
    }

    /// Its end, which has to come within so long.
    pub async fn end(mut self, limit: Duration) -> Run {
        let ended = self.ends_within(limit).await;
        let run = self.killed();
        assert!(ended, "it has not ended within {limit:?}: {run}");
        run
    }
}

/// What was written to a file that nobody writes to any more.
fn read(file: &mut File) -> Vec<u8> {
    let mut text = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut text).unwrap();
    text
}
