//! How a call ended and what it printed.

use std::fmt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use lab2048::app::Exit;
use serde_json::Value;

/// Something that names an exit code.
pub trait Code {
    /// The code.
    fn code(self) -> i32;
}

impl Code for i32 {
    fn code(self) -> i32 {
        self
    }
}

impl Code for Exit {
    fn code(self) -> i32 {
        i32::from(Self::code(self))
    }
}

/// The longest time in which nothing was printed.
#[derive(Debug, Clone, Default)]
pub struct Silence {
    /// In virtual time.
    pub lasted: Duration,
    /// What had been printed last.
    pub after: String,
}

/// How a call ended and what it printed.
#[derive(Debug)]
pub struct Run {
    /// What was called, for messages.
    pub line: String,
    /// Exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The longest time in which it printed nothing; only known of calls in virtual time.
    pub silence: Silence,
}

impl Run {
    /// Runs `command` to its end, without anything to read.
    pub fn of(command: &mut Command) -> Self {
        let line = line_of(command);
        match command.stdin(Stdio::null()).output() {
            Ok(output) => Self::ended(line, &output),
            Err(error) => panic!("{line}: {error}"),
        }
    }

    /// The same, while the test's own tasks go on.
    pub async fn beside(mut command: Command) -> Self {
        tokio::task::spawn_blocking(move || Self::of(&mut command))
            .await
            .unwrap()
    }

    /// A process that has ended.
    pub fn ended(line: String, output: &Output) -> Self {
        Self {
            line,
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            silence: Silence::default(),
        }
    }

    /// Asserts the exit code, showing what was printed if it is another.
    #[track_caller]
    pub fn exits(self, code: impl Code) -> Self {
        assert_eq!(self.code, code.code(), "{self}");
        self
    }

    /// Everything that was printed, as one line: where it was broken does not matter, nor how a command was continued.
    pub fn text(&self) -> String {
        let both = format!("{} {}", self.stdout, self.stderr).replace(" \\\n", "\n");
        both.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Asserts that this was printed.
    #[track_caller]
    pub fn prints(self, words: &str) -> Self {
        assert!(self.text().contains(words), "`{words}` is missing in {self}");
        self
    }

    /// Asserts that this was not printed.
    #[track_caller]
    pub fn does_not_print(self, words: &str) -> Self {
        assert!(!self.text().contains(words), "`{words}` is in {self}");
        self
    }

    /// The last line on standard output.
    pub fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} -> {}\n--- stdout\n{}\n--- stderr\n{}",
            self.line, self.code, self.stdout, self.stderr
        )
    }
}

/// The program's name and its arguments.
fn line_of(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
