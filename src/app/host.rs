//! The process's surroundings, passed in: so that a whole call can be run inside a test.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use etcetera::BaseStrategy;
use tokio::sync::watch;

use lab2048_sandbox::{Sandbox, SystemWallClock, WallClock};

/// Asks the user and returns the line typed; `None` at the end of the input.
pub type Prompt = Arc<dyn Fn(&str) -> io::Result<Option<String>> + Send + Sync>;

/// Everything a call needs of the process it runs in.
pub struct Host {
    /// Working directory.
    pub cwd: PathBuf,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// Where the embedded world is kept.
    pub world_file: PathBuf,
    /// Path of this program, for kubectl's exec plugin.
    pub executable: PathBuf,
    /// Which streams are terminals.
    pub terminals: Terminals,
    /// Width of the terminal in columns.
    pub width: usize,
    /// Standard output.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error.
    pub stderr: Box<dyn Write + Send>,
    /// How to ask the user.
    pub ask: Prompt,
    /// The wall clock for the embedded world.
    pub wall: Arc<dyn WallClock>,
    /// A world to use in place of the file.
    pub world: Option<Sandbox>,
    /// How often the user has pressed Ctrl-C.
    pub interrupts: watch::Receiver<u8>,
}

/// Which streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminals {
    /// Standard input.
    pub stdin: bool,
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// The surroundings of the process could not be made out.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// No working directory.
    #[error("cannot find the working directory")]
    Cwd(#[source] io::Error),
    /// No home.
    #[error("cannot decide where to keep the sandbox's state: there is no home directory")]
    Home(#[source] etcetera::HomeDirError),
}

impl Host {
    /// The surroundings of this process.
    pub fn of_process(interrupts: watch::Receiver<u8>) -> Result<Self, HostError> {
        let variables: BTreeMap<_, _> = std::env::vars().collect();
        let terminals = Terminals {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        };
        Ok(Self {
            cwd: std::env::current_dir().map_err(HostError::Cwd)?,
            world_file: world_file(&variables)?,
            executable: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("lab2048")),
            width: width(&variables),
            variables,
            terminals,
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            ask: Arc::new(prompt_on_terminal),
            wall: Arc::new(SystemWallClock),
            world: None,
            interrupts,
        })
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// The XDG state directory has the world; `LAB2048_SANDBOX_STATE` names another file.
fn world_file(variables: &BTreeMap<String, String>) -> Result<PathBuf, HostError> {
    if let Some(file) = variables.get("LAB2048_SANDBOX_STATE").filter(|file| !file.is_empty()) {
        return Ok(PathBuf::from(file));
    }
    let strategy = etcetera::base_strategy::Xdg::new().map_err(HostError::Home)?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(folder.join("lab2048").join("sandbox.json"))
}

/// Columns of the terminal: as it reports itself, else `COLUMNS`, else 80.
fn width(variables: &BTreeMap<String, String>) -> usize {
    let variable = variables.get("COLUMNS").and_then(|columns| columns.parse().ok());
    let seen = terminal_size::terminal_size_of(io::stderr()).map(|(columns, _)| usize::from(columns.0));
    seen.or(variable).filter(|columns| *columns >= 40).unwrap_or(80)
}

fn prompt_on_terminal(question: &str) -> io::Result<Option<String>> {
    let mut stderr = io::stderr();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}
