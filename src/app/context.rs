//! What every verb works with: the call, the process it runs in, the way to the user.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use super::error::AppError;
use super::host::Host;
use super::request::{Call, Common};
use super::session::{Project, Session};
use crate::report::{Format, Reporter, Settings, Style};

/// One call under way.
pub(super) struct Context {
    /// What was asked.
    pub call: Call,
    /// The process.
    pub host: Host,
    /// The way to the user.
    pub reporter: Reporter,
}

impl Context {
    /// Prepares the way to the user; the host's streams go into it.
    pub(super) fn new(call: Call, mut host: Host) -> Result<Self, AppError> {
        let stdout = std::mem::replace(&mut host.stdout, Box::new(io::sink()));
        let stderr = std::mem::replace(&mut host.stderr, Box::new(io::sink()));
        let events: Option<Box<dyn Write + Send>> = match &call.common.events {
            None => None,
            Some(file) => {
                let path = host.cwd.join(file);
                match File::create(&path) {
                    Ok(file) => Some(Box::new(EventFile { file, path })),
                    Err(source) => {
                        let what = "write the events to";
                        return Err(AppError::File { what, path, source });
                    }
                }
            }
        };
        let reporter = Reporter::new(settings(&call.common, &host), stdout, stderr, events);
        Ok(Self { call, host, reporter })
    }

    /// The environment and templates of the call.
    pub(super) fn project(&self) -> Result<Project, AppError> {
        Project::load(&self.call.selection, &self.host)
    }

    /// The connections of the call.
    pub(super) async fn session(&self) -> Result<Session, AppError> {
        Session::open(self.project()?, &self.call.selection, &self.host).await
    }
}

/// The file that events go to; what goes wrong with it names it.
struct EventFile {
    file: File,
    path: PathBuf,
}

impl EventFile {
    fn named<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let text = format!("cannot write the events to {}: {error}", self.path.display());
            io::Error::new(error.kind(), text)
        })
    }
}

impl Write for EventFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.named(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.named(flushed)
    }
}

/// How to dress what is written: colour and live view only where somebody looks at it.
pub(super) fn settings(common: &Common, host: &Host) -> Settings {
    // https://no-color.org: any value but the empty one.
    let plain = common.no_color || host.variable("NO_COLOR").is_some() || host.variable("TERM") == Some("dumb");
    let style = |terminal: bool| Style {
        color: terminal && !plain,
        width: host.width,
    };
    let live = host.terminals.stderr
        && matches!(common.output, Format::Human | Format::Wide)
        && !common.quiet
        && host.variable("TERM") != Some("dumb");
    Settings {
        format: common.output,
        out: style(host.terminals.stdout),
        err: style(host.terminals.stderr),
        quiet: common.quiet,
        verbose: common.verbose,
        live,
    }
}
