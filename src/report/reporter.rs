//! The one door to the user: data to standard output, everything else to standard error.

use std::collections::BTreeMap;
use std::io::{self, Write};

use indicatif::ProgressDrawTarget;
use jiff::Timestamp;
use serde::Serialize;

use super::live::LiveView;
use super::plain::PlainView;
use super::style::Style;
use super::{end_view, plan_view};
use crate::event::Record;
use crate::plan::Plan;

/// How answers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For people, lines only.
    Plain,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
    /// For people, with more columns.
    Wide,
}

impl Format {
    /// Whether the answer is one document for a program.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }
}

/// How to dress what is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// How answers look.
    pub format: Format,
    /// Dress of standard output.
    pub out: Style,
    /// Dress of standard error.
    pub err: Style,
    /// Results and errors only.
    pub quiet: bool,
    /// More detail.
    pub verbose: u8,
}

/// Where it goes.
pub struct Streams {
    /// Data.
    pub stdout: Box<dyn Write + Send>,
    /// Everything else.
    pub stderr: Box<dyn Write + Send>,
    /// The terminal that a live view is drawn on, if there is one.
    pub screen: Option<ProgressDrawTarget>,
}

/// Writes what the user reads.
pub struct Reporter {
    settings: Settings,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    events: Option<Box<dyn Write + Send>>,
    lines: PlainView,
    view: Option<LiveView>,
    fault: Option<io::Error>,
}

impl Reporter {
    /// A reporter that writes to these streams.
    pub fn new(settings: Settings, streams: Streams) -> Self {
        let Streams { stdout, stderr, screen } = streams;
        let view = screen.map(|screen| LiveView::new(screen, settings.err, settings.verbose));
        Self {
            settings,
            stdout,
            stderr,
            events: None,
            lines: PlainView::new(settings.verbose),
            view,
            fault: None,
        }
    }

    /// From now on every event goes to `events` too.
    pub fn record_events(&mut self, events: Box<dyn Write + Send>) {
        self.events = Some(events);
    }

    /// How it dresses what it writes.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        if let Some(events) = &mut self.events {
            let written = serde_json::to_writer(&mut *events, record).map_err(io::Error::from);
            let ended = written
                .and_then(|()| events.write_all(b"\n"))
                .and_then(|()| events.flush());
            self.remember(ended);
        }
        if self.settings.quiet {
            return;
        }
        if let Some(view) = &mut self.view {
            view.event(record);
        } else if let Some(lines) = self.lines.fold(record, &self.settings.err) {
            self.note(&lines);
        }
    }

    /// Tells how fast the run's clock is: seconds in one of the reader's. Lines come at the reader's pace.
    pub fn set_speed(&mut self, speed: f64) {
        self.lines.set_speed(speed);
    }

    /// Draws the live view, if there is one, as it is at time `now`.
    pub fn tick(&mut self, now: Timestamp) {
        if let Some(view) = &mut self.view {
            view.tick(now);
        }
    }

    /// Shows a plan, as data if `as_data`, else as part of the progress. Of a document it is a part that comes at the end.
    pub fn plan(&mut self, plan: &Plan, now: Timestamp, as_data: bool) {
        if self.settings.format.is_document() {
            return;
        }
        let style = if as_data { self.settings.out } else { self.settings.err };
        let text = plan_view::text(plan, now, self.settings.verbose, &style);
        if as_data {
            self.data(&text);
        } else {
            self.say(&text);
        }
    }

    /// Says how many requests were made, where more detail was asked for.
    pub fn requests(&mut self, requests: &BTreeMap<String, u64>) {
        if self.settings.verbose > 0 {
            let text = end_view::requests(requests, &self.settings.err);
            self.say(&text);
        }
    }

    /// Writes one document in the format asked for (JSON unless YAML was).
    pub fn document(&mut self, document: &impl Serialize) {
        let text = if self.settings.format == Format::Yaml {
            serde_saphyr::to_string(document).map_err(io::Error::other)
        } else {
            serde_json::to_string_pretty(document)
                .map(|text| text + "\n")
                .map_err(io::Error::from)
        };
        match text {
            Ok(text) => self.data(&text),
            Err(error) => self.remember(Err(error)),
        }
    }

    /// Writes data to standard output.
    pub fn data(&mut self, text: &str) {
        let written = undisturbed(self.view.as_ref(), || {
            self.stdout
                .write_all(text.as_bytes())
                .and_then(|()| self.stdout.flush())
        });
        self.remember(written);
    }

    /// Says something beside the data, unless quiet was asked for.
    pub fn say(&mut self, text: &str) {
        if !self.settings.quiet {
            self.note(text);
        }
    }

    /// Says something beside the data that must be seen, such as an error.
    pub fn note(&mut self, text: &str) {
        let written = undisturbed(self.view.as_ref(), || {
            self.stderr
                .write_all(text.as_bytes())
                .and_then(|()| self.stderr.flush())
        });
        self.remember(written);
    }

    /// Ends the report; tells what could not be written. A pipe that its reader has closed is not a fault.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(view) = &mut self.view {
            view.clear();
        }
        match self.fault {
            Some(fault) if fault.kind() != io::ErrorKind::BrokenPipe => Err(fault),
            _ => Ok(()),
        }
    }

    /// Keeps the first fault; a closed pipe gives way to one that matters.
    fn remember(&mut self, written: io::Result<()>) {
        let Err(fault) = written else { return };
        let replaces = self
            .fault
            .as_ref()
            .is_none_or(|first| first.kind() == io::ErrorKind::BrokenPipe);
        if replaces {
            self.fault = Some(fault);
        }
    }
}

/// Writes while the live view, if there is one, is off the screen.
fn undisturbed<T>(view: Option<&LiveView>, write: impl FnOnce() -> T) -> T {
    match view {
        Some(view) => view.suspend(write),
        None => write(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;
    use crate::event::{Event, Phase};
    use crate::model::{NodeId, Op};
    use crate::report::fixtures::{at, first_rows, node, plan, record};

    /// A stream whose content the test can read.
    #[derive(Clone, Default)]
    struct Stream(Arc<Mutex<Vec<u8>>>);

    impl Stream {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A stream that fails in this way.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A reporter with streams that can be read: standard output, standard error, events.
    fn reporter(settings: Settings) -> (Reporter, [Stream; 3]) {
        let streams = [Stream::default(), Stream::default(), Stream::default()];
        let [out, err, events] = streams.clone();
        let mut reporter = writer(settings, Box::new(out), Box::new(err));
        reporter.record_events(Box::new(events));
        (reporter, streams)
    }

    fn writer(settings: Settings, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Reporter {
        let screen = None;
        Reporter::new(settings, Streams { stdout, stderr, screen })
    }

    fn texts(streams: &[Stream; 3]) -> [String; 3] {
        streams.each_ref().map(Stream::text)
    }

    fn profile() -> NodeId {
        node("profile/p")
    }

    fn progress(stage: &str) -> Event {
        Event::StepProgress {
            node: profile(),
            stage: stage.to_owned(),
            elapsed_ms: 0,
            cause: None,
        }
    }

    fn format(format: Format) -> Settings {
        Settings {
            format,
            ..Settings::default()
        }
    }

    #[test]
    fn data_goes_to_standard_output_and_everything_else_to_standard_error() {
        let (mut reporter, streams) = reporter(Settings::default());
        reporter.data("data\n");
        reporter.say("aside\n");
        reporter.note("error\n");
        reporter.event(&record(0, progress("CREATING")));
        reporter.event(&record(2, Event::Phase { phase: Phase::Settling }));
        let [out, err, _] = texts(&streams);
        assert_eq!(out, "data\n");
        assert_eq!(
            err,
            "aside\nerror\n[    0s] profile p: CREATING\n[    2s] waiting until there is one node for each pod\n"
        );
    }

    #[test]
    fn a_plan_is_data_for_plan_and_progress_for_apply() {
        for (as_data, format_) in [
            (true, Format::Human),
            (false, Format::Plain),
            (true, Format::Json),
            (false, Format::Yaml),
        ] {
            let (mut reporter, streams) = reporter(format(format_));
            reporter.plan(&plan(first_rows()), at(0), as_data);
            let [out, err, _] = texts(&streams);
            let shown = format!("{}{}", !out.is_empty(), !err.is_empty());
            let expected = match (as_data, format_.is_document()) {
                (_, true) => "falsefalse",
                (true, false) => "truefalse",
                (false, false) => "falsetrue",
            };
            assert_eq!(shown, expected, "{format_:?} {as_data}");
        }
    }

    #[test]
    fn documents_are_json_or_yaml() {
        let document = json!({"a": [1, "two"]});
        let (mut json, streams) = reporter(format(Format::Json));
        json.document(&document);
        assert_eq!(streams[0].text(), "{\n  \"a\": [\n    1,\n    \"two\"\n  ]\n}\n");
        let (mut yaml, streams) = reporter(format(Format::Yaml));
        yaml.document(&document);
        assert_eq!(streams[0].text(), "a:\n- 1\n- two\n");
    }

    #[test]
    fn quiet_leaves_data_errors_and_the_events_file() {
        let (mut reporter, streams) = reporter(Settings {
            quiet: true,
            verbose: 0,
            ..Settings::default()
        });
        reporter.say("aside\n");
        reporter.event(&record(0, Event::Phase { phase: Phase::Settling }));
        reporter.event(&record(0, progress("CREATING")));
        reporter.plan(&plan(first_rows()), at(0), false);
        reporter.note("error\n");
        reporter.data("data\n");
        let [out, err, events] = texts(&streams);
        assert_eq!((out.as_str(), err.as_str()), ("data\n", "error\n"));
        assert_eq!(events.lines().count(), 2);
    }

    #[test]
    fn the_events_file_gets_every_record_and_the_reader_only_news() {
        let (mut reporter, streams) = reporter(Settings::default());
        let started = Event::StepStarted {
            node: profile(),
            op: Op::Create,
        };
        for event in [
            started,
            progress("CREATING"),
            progress("CREATING"),
            Event::Interrupted { level: 1 },
        ] {
            reporter.event(&record(1, event));
        }
        let [_, err, events] = texts(&streams);
        assert_eq!(events.lines().count(), 4);
        assert_eq!(err.matches("CREATING").count(), 1);
        let first: crate::event::Record = serde_json::from_str(events.lines().next().unwrap()).unwrap();
        assert_eq!(first.at, at(1));
    }

    #[test]
    fn requests_are_told_on_request() {
        let requests = BTreeMap::from([("eks".to_owned(), 3)]);
        let (mut silent, streams) = reporter(Settings::default());
        silent.requests(&requests);
        assert_eq!(streams[1].text(), "");
        let (mut verbose, streams) = reporter(Settings {
            verbose: 1,
            ..Settings::default()
        });
        verbose.requests(&requests);
        assert_eq!(streams[1].text(), "requests  3: eks 3\n");
    }

    #[test]
    fn a_closed_pipe_is_no_fault_and_a_full_disk_is() {
        let to = |kind| {
            let mut reporter = writer(Settings::default(), Box::new(Broken(kind)), Box::new(io::sink()));
            reporter.data("data\n");
            reporter.data("more\n");
            reporter.finish().map_err(|error| error.kind())
        };
        assert_eq!(to(io::ErrorKind::BrokenPipe), Ok(()));
        assert_eq!(to(io::ErrorKind::StorageFull), Err(io::ErrorKind::StorageFull));
    }

    #[test]
    fn a_full_disk_is_told_even_if_the_reader_left_first() {
        let events = Box::new(Broken(io::ErrorKind::StorageFull));
        let out = Box::new(Broken(io::ErrorKind::BrokenPipe));
        let mut reporter = writer(Settings::default(), out, Box::new(io::sink()));
        reporter.record_events(events);
        reporter.data("data\n");
        reporter.event(&record(0, progress("CREATING")));
        let ended = reporter.finish().map_err(|error| error.kind());
        assert_eq!(ended, Err(io::ErrorKind::StorageFull));
    }
}
