//! What goes to which stream in which format.

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
fn reporter(settings: ReporterSettings) -> (Reporter, [Stream; 3]) {
    let streams = [Stream::default(), Stream::default(), Stream::default()];
    let [out, err, events] = streams.clone();
    let mut reporter = writer(settings, Box::new(out), Box::new(err));
    reporter.record_events(Box::new(events));
    (reporter, streams)
}

fn writer(settings: ReporterSettings, stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>) -> Reporter {
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
        stage: stage.to_owned().into(),
        elapsed_ms: 0,
        cause: None,
    }
}

fn format(format: Format) -> ReporterSettings {
    ReporterSettings {
        format,
        ..ReporterSettings::default()
    }
}

#[test]
fn data_goes_to_standard_output_and_everything_else_to_standard_error() {
    let (mut reporter, streams) = reporter(ReporterSettings::default());
    reporter.data("data\n");
    reporter.info("aside\n");
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
        reporter.plan(&plan(first_rows()), at(0), as_data, &Commands::default());
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
    let (mut reporter, streams) = reporter(ReporterSettings {
        quiet: true,
        verbose: 0,
        ..ReporterSettings::default()
    });
    reporter.info("aside\n");
    reporter.event(&record(0, Event::Phase { phase: Phase::Settling }));
    reporter.event(&record(0, progress("CREATING")));
    reporter.plan(&plan(first_rows()), at(0), false, &Commands::default());
    reporter.note("error\n");
    reporter.data("data\n");
    let [out, err, events] = texts(&streams);
    assert_eq!((out.as_str(), err.as_str()), ("data\n", "error\n"));
    assert_eq!(events.lines().count(), 2);
}

#[test]
fn the_events_file_gets_every_record_and_the_reader_only_news() {
    let (mut reporter, streams) = reporter(ReporterSettings::default());
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
fn requests_are_printed_with_more_detail() {
    let requests = BTreeMap::from([("eks".to_owned(), 3)]);
    let (mut silent, streams) = reporter(ReporterSettings::default());
    silent.requests(&requests);
    assert_eq!(streams[1].text(), "");
    let (mut verbose, streams) = reporter(ReporterSettings {
        verbose: 1,
        ..ReporterSettings::default()
    });
    verbose.requests(&requests);
    assert_eq!(streams[1].text(), "requests  3: eks 3\n");
}

#[test]
fn a_closed_pipe_is_no_fault_and_a_full_disk_is() {
    let to = |kind| {
        let mut reporter = writer(
            ReporterSettings::default(),
            Box::new(Broken(kind)),
            Box::new(io::sink()),
        );
        reporter.data("data\n");
        reporter.data("more\n");
        reporter.finish().map_err(|error| error.kind())
    };
    assert_eq!(to(io::ErrorKind::BrokenPipe), Ok(()));
    assert_eq!(to(io::ErrorKind::StorageFull), Err(io::ErrorKind::StorageFull));
}

#[test]
fn a_full_disk_is_reported_even_if_the_reader_left_first() {
    let events = Box::new(Broken(io::ErrorKind::StorageFull));
    let out = Box::new(Broken(io::ErrorKind::BrokenPipe));
    let mut reporter = writer(ReporterSettings::default(), out, Box::new(io::sink()));
    reporter.record_events(events);
    reporter.data("data\n");
    reporter.event(&record(0, progress("CREATING")));
    let ended = reporter.finish().map_err(|error| error.kind());
    assert_eq!(ended, Err(io::ErrorKind::StorageFull));
}
