//! The process's surroundings, passed in: so that a whole call can be run inside a test.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use etcetera::BaseStrategy;
use tokio::sync::watch;

use super::exit::Exit;
use super::terminal;
use crate::ports::{Prompt, Transport};
use crate::report::{self, Follower, ScreenSize};
use lab2048_sandbox::{Sandbox, StateFile, WallClock};

/// Everything a call needs of the process it runs in.
pub struct Host {
    /// Working directory.
    pub cwd: PathBuf,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// Where the embedded world is kept; none where nothing says where, which matters to the sandbox alone.
    pub world_file: Option<StateFile>,
    /// Where the events of the last run are kept, for `report`; none where nothing says where.
    pub last_run: Option<PathBuf>,
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
    /// What the requests to the world go through.
    pub between: Option<Between>,
    /// How often the user has pressed Ctrl-C.
    pub interrupts: watch::Receiver<u8>,
    /// Who else is told of every event of a run, as a value.
    pub follower: Option<Follower>,
}

/// Puts something between the program and the world, such as a bad network.
pub type Between = Arc<dyn Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync>;

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
    /// A variable of ours is no text.
    #[error("the variable {0} is not text in UTF-8: set it anew, or unset it")]
    NotText(String),
}

impl HostError {
    /// The exit this error leads to.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Cwd(_) => Exit::Failed,
            Self::NotText(_) => Exit::Usage,
        }
    }
}

impl Host {
    /// The surroundings of this process.
    pub fn of_process(interrupts: watch::Receiver<u8>, wall: Arc<dyn WallClock>) -> Result<Self, HostError> {
        let variables = variables(std::env::vars_os())?;
        let terminals = Terminals {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        };
        Ok(Self {
            cwd: std::env::current_dir().map_err(HostError::Cwd)?,
            world_file: world_file(&variables).map(StateFile::at),
            last_run: state_folder(&variables).map(|folder| folder.join("last-run.ndjson")),
            executable: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("lab2048")),
            width: width(&variables),
            variables,
            terminals,
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            ask: Arc::new(prompt_on_terminal),
            wall,
            world: None,
            between: None,
            interrupts,
            follower: None,
        })
    }

    /// The same surroundings for another run in this process, which writes to nobody and asks nobody.
    pub(super) fn beside(&self) -> Self {
        Self {
            cwd: self.cwd.clone(),
            variables: self.variables.clone(),
            world_file: self.world_file.clone(),
            // That is the run which all of these are a part of.
            last_run: None,
            executable: self.executable.clone(),
            terminals: Terminals::default(),
            width: self.width,
            stdout: Box::new(io::sink()),
            stderr: Box::new(io::sink()),
            ask: self.ask.clone(),
            wall: self.wall.clone(),
            world: self.world.clone(),
            between: self.between.clone(),
            interrupts: self.interrupts.clone(),
            follower: None,
        }
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// The variables that are text. Others are somebody else's, in the encoding of an older system perhaps; ours must be.
fn variables(all: impl Iterator<Item = (OsString, OsString)>) -> Result<BTreeMap<String, String>, HostError> {
    let mut variables = BTreeMap::new();
    for (name, value) in all {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => {
                variables.insert(name, value);
            }
            Err(_) if name.starts_with("LAB2048_") => return Err(HostError::NotText(name)),
            Err(_) => {}
        }
    }
    Ok(variables)
}

/// Where the world is kept: in the program's folder for its state, unless `LAB2048_SANDBOX_STATE` names a file.
fn world_file(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    if let Some(file) = variables.get("LAB2048_SANDBOX_STATE").filter(|file| !file.is_empty()) {
        return Some(PathBuf::from(file));
    }
    state_folder(variables).map(|folder| folder.join("sandbox.json"))
}

/// The program's folder in the XDG state directory.
fn state_folder(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    // The library wants a home even where the folder is named.
    let named = variables.get("XDG_STATE_HOME").map(PathBuf::from);
    let folder = named.filter(|folder| folder.is_absolute()).or_else(|| {
        let strategy = etcetera::base_strategy::Xdg::new().ok()?;
        Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()))
    });
    Some(folder.filter(|folder| folder.is_absolute())?.join("lab2048"))
}

/// Text is not laid out for less.
const NARROWEST: usize = 20;

/// Columns of the terminal: as it reports itself, else `COLUMNS`, else 80.
fn width(variables: &BTreeMap<String, String>) -> usize {
    let variable = variables.get("COLUMNS").and_then(|columns| columns.parse().ok());
    let seen = terminal::size().map(|size| size.columns);
    seen.or(variable).unwrap_or(ScreenSize::USUAL.columns).max(NARROWEST)
}

fn prompt_on_terminal(question: &str) -> io::Result<Option<String>> {
    let mut stderr = io::stderr();
    stderr.write_all(report::passed(question).as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn variables_that_are_no_text_are_others() {
        let korean = || OsString::from_vec(vec![0xb0, 0xa1]);
        let set = |name: OsString| [("A".into(), "1".into()), (name, korean())].into_iter();
        for name in ["NAME".into(), korean()] {
            let found = variables(set(name)).unwrap();
            assert_eq!(
                found.into_iter().collect::<Vec<_>>(),
                [("A".to_owned(), "1".to_owned())]
            );
        }
        let ours = variables(set("LAB2048_SET_LAB_NAME".into())).unwrap_err().to_string();
        assert!(ours.contains("LAB2048_SET_LAB_NAME is not text in UTF-8"), "{ours}");
    }

    #[test]
    fn the_world_is_where_variables_say() {
        let file = |name: &str, value: &str| {
            let variables = [(name.to_owned(), value.to_owned())].into();
            world_file(&variables)
        };
        assert_eq!(file("LAB2048_SANDBOX_STATE", "w.json"), Some("w.json".into()));
        assert_eq!(
            file("XDG_STATE_HOME", "/state"),
            Some("/state/lab2048/sandbox.json".into())
        );
    }
}
