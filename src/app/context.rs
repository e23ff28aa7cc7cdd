//! What every verb works with: the call, the process it runs in, the way to the user.

use std::io;
use std::path::Path;
use std::pin::pin;

use super::error::AppError;
use super::events::EventFile;
use super::host::Host;
use super::interrupt::pressed;
use super::request::{Call, ColorChoice, Common, Selection};
use super::said;
use super::session::{Project, Session};
use super::terminal::StderrTerminal;
use crate::event::{Event, Phase, Record, VERSION};
use crate::lang::{Language, Text};
use crate::ports::HEARTBEAT;
use crate::report::next_view::{self, Commands, NextStep};
use crate::report::{Format, Reporter, ReporterSettings, Screen, Streams, Style, Tone};

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
    pub(super) fn new(call: Call, mut host: Host) -> Self {
        let stdout = std::mem::replace(&mut host.stdout, Box::new(io::sink()));
        let stderr = std::mem::replace(&mut host.stderr, Box::new(io::sink()));
        let screen = has_screen(&call.common, &host).then(|| Box::new(StderrTerminal) as Box<dyn Screen>);
        let streams = Streams { stdout, stderr, screen };
        let mut reporter = Reporter::new(settings(&call.common, &host), streams);
        if let Some(follower) = host.follower.take() {
            reporter.let_follow(follower);
        }
        if let Some(file) = &mut host.world_file {
            file.caller = format!("lab2048 {}", call.verb.words());
        }
        Self { call, host, reporter }
    }

    /// A call beside this one, for what `selection` names, that says nothing.
    pub(super) fn quiet(&self, selection: Selection) -> Self {
        let call = Call {
            common: Common {
                quiet: true,
                ..Common::default()
            },
            selection,
            verb: self.call.verb.clone(),
        };
        Self::new(call, self.host.beside())
    }

    /// From now on every event goes to this file too, if one was named.
    pub(super) fn record_events(&mut self, file: Option<&Path>) -> Result<(), AppError> {
        if let Some(file) = file {
            let file = EventFile::open(self.host.cwd.join(file))?;
            self.reporter.record_events(Box::new(file));
        }
        Ok(())
    }

    /// Runs something that only reads: as nothing is changed by it, Ctrl-C ends it at once.
    pub(super) async fn unless_interrupted<T>(
        &self,
        read: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        tokio::select! {
            result = read => result,
            () = pressed(self.host.interrupts.clone()) => Err(AppError::Interrupted),
        }
    }

    /// The same, and shows now and then what the call is busy with, so that no long silence is mistaken for a hang.
    pub(super) async fn while_busy<T>(
        &mut self,
        session: &Session,
        phase: Phase,
        read: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let mut read = pin!(read);
        let mut pressed = pin!(pressed(self.host.interrupts.clone()));
        loop {
            tokio::select! {
                result = &mut read => return result,
                () = &mut pressed => return Err(AppError::Interrupted),
                () = session.clock.sleep(HEARTBEAT) => self.busy(session, phase),
            }
        }
    }

    /// The commands for the lab of this call.
    pub(super) fn commands(&self) -> Commands {
        Commands::new(&self.call.selection.flags())
    }

    /// Prints what can be done next.
    pub(super) fn offer(&mut self, steps: &[NextStep]) {
        let text = next_view::text(steps, &self.reporter.settings().err);
        self.reporter.info(&text);
    }

    /// Shows that a verb that only looks is looking.
    pub(super) fn reading(&mut self, session: &Session) {
        self.busy(session, Phase::Reading);
    }

    /// Shows what the call is busy with, beside its steps.
    pub(super) fn busy(&mut self, session: &Session, phase: Phase) {
        let event = Event::Phase { phase };
        let at = session.clock.now();
        self.reporter.set_speed(session.speed());
        self.reporter.event(&Record { v: VERSION, at, event });
    }

    /// Warns of something that the call can do without.
    pub(super) fn warn(&mut self, text: &Text) {
        let style = self.reporter.settings().err;
        let line = style.paint(Tone::Care, &style.say(text));
        self.reporter.info(&format!("{line}\n"));
    }

    /// Tells of an error, and what to do about it.
    pub(super) fn complain(&mut self, error: &AppError) {
        if matches!(error, AppError::Interrupted) && self.host.terminals.stderr && self.reporter.shows_keys() {
            // Behind the `^C` that the terminal has shown.
            self.reporter.note("\n");
        }
        let text = said::shown(error, error.help().as_ref(), &self.reporter.settings().err);
        self.reporter.note(&text);
    }

    /// The environment and templates of the call.
    pub(super) fn project(&self) -> Result<Project, AppError> {
        Project::load(&self.call.selection, &self.host)
    }

    /// The connections of the call.
    pub(super) async fn session(&self) -> Result<Session, AppError> {
        let session = Session::open(self.project()?, &self.call.selection, &self.host);
        let session = self.unless_interrupted(session).await?;
        if let Some(log) = self.reporter.request_log() {
            session.meter.watch(log);
        }
        if let Some(log) = self.reporter.wait_log() {
            session.meter.on_wait(log, self.reporter.long_wait(session.speed()));
        }
        Ok(session)
    }
}

/// How to dress what is written: colour and live view only on a terminal.
pub(super) fn settings(common: &Common, host: &Host) -> ReporterSettings {
    // https://no-color.org: any value but the empty one; a flag of this program wins over it.
    let plain = host.variable("NO_COLOR").is_some() || host.variable("TERM") == Some("dumb");
    let language = common
        .language
        .unwrap_or_else(|| Language::of_variables(|name| host.variable(name)));
    let style = |terminal: bool| Style {
        language,
        color: match common.color {
            ColorChoice::Auto => terminal && !plain,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        },
        // Tables with all columns are read by programs where no terminal limits them.
        width: if common.output == Format::Wide && !terminal {
            usize::MAX
        } else {
            host.width
        },
    };
    ReporterSettings {
        format: common.output,
        out: style(host.terminals.stdout),
        err: style(host.terminals.stderr),
        quiet: common.quiet,
        verbose: common.verbose,
    }
}

/// Whether a live view can be drawn on standard error, and is wanted there.
fn has_screen(common: &Common, host: &Host) -> bool {
    host.terminals.stderr
        && matches!(common.output, Format::Human | Format::Wide)
        && !common.quiet
        && host.variable("TERM") != Some("dumb")
}
