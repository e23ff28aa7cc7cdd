//! `report FILE`: all that helps others to help, without names.

use std::path::Path;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::host::Host;
use super::request::Approvals;
use super::session::Session;
use super::snapshot::{Purpose, Snapshot};
use super::status::describe;
use crate::event::{Place, Record};
use crate::files;
use crate::lang::{Language, text};
use crate::model::visible;
use crate::model::{Caller, Finding, Scope};
use crate::plan::{Plan, PlanScope, with_diagnosis};
use crate::report::status::StatusReport;
use crate::report::support::{self, Evidence, Program, Redactor, SupportReport};

/// The events of a long run of a large lab are some MiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Variables that change what the program does.
const VARIABLES: &[&str] = &[
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_EXECUTION_ENV",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "C9_PID",
    "CI",
    "HTTPS_PROXY",
    "KUBECONFIG",
    "LAB2048_ENV",
    "LAB2048_SANDBOX_STATE",
    "NO_PROXY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "SSH_CONNECTION",
    "SSL_CERT_FILE",
    "TERM",
];

/// What was seen of the lab.
struct Seen {
    place: Place,
    caller: Option<Caller>,
    plan: Plan,
    findings: Vec<Finding>,
    status: StatusReport,
}

/// `report FILE`
pub(super) async fn report(context: &mut Context, path: &Path, events: Option<&Path>) -> Result<Exit, AppError> {
    may_be_written(&context.host, path)?;
    let events = records(&context.host, events)?;
    let project = context.project();
    let (session, problem) = match &project {
        Ok(_) => match context.session().await {
            Ok(session) => (Some(session), None),
            Err(error) => (None, Some(error)),
        },
        Err(_) => (None, None),
    };
    let looked = match &session {
        Some(session) => Some(look(context, session).await),
        None => None,
    };
    let (seen, unseen) = match looked {
        Some(Ok(seen)) => (Some(seen), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let error = project.as_ref().err().or(problem.as_ref()).or(unseen.as_ref());
    if let Some(AppError::Interrupted | AppError::GivenUp(_)) = error {
        return Err(AppError::Interrupted);
    }
    let texts = error.map(AppError::texts).unwrap_or_default();
    let settings = match &project {
        Ok(project) => project.resolved.shown().unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let evidence = Evidence {
        settings: &settings,
        error: &texts,
        place: seen.as_ref().map(|seen| &seen.place),
        caller: seen.as_ref().and_then(|seen| seen.caller.as_ref()),
        plan: seen.as_ref().map(|seen| &seen.plan),
        findings: seen.as_ref().map_or(&[], |seen| &seen.findings),
        status: seen.as_ref().map(|seen| &seen.status),
        requests: session
            .as_ref()
            .map(|session| session.meter.snapshot())
            .unwrap_or_default(),
        events: &events,
    };
    let mut redactor = Redactor::keeping(support::public_names());
    for name in of_this_person(&context.host) {
        redactor.name("person", &name);
    }
    let made = context.host.wall.now();
    let report = SupportReport::new(made, program(context), &evidence, &mut redactor);
    write(context, path, &report)?;
    tell(context, path, error);
    Ok(Exit::Done)
}

/// Says where the file is, what is missing in it, and what to do before it is passed on.
fn tell(context: &mut Context, path: &Path, error: Option<&AppError>) {
    context.reporter.yield_terminal();
    context.reporter.data(&format!("{}\n", path.display()));
    let style = context.reporter.settings().err;
    if let Some(error) = error {
        context.warn(&text!("report-written-without", cause = error.text()));
    }
    context
        .reporter
        .info(&format!("{}\n", style.say(&text!("report-written"))));
}

/// The lab as it is, what is wrong with it, and what `apply` would do.
async fn look(context: &mut Context, session: &Session) -> Result<Seen, AppError> {
    context.reading(session);
    let snapshot = Snapshot::take(context, session, Purpose::look(Scope::Doctor)).await?;
    let mut plan = snapshot.plan(PlanScope::Lab, Approvals::default());
    let findings = std::mem::take(&mut plan.findings);
    Ok(Seen {
        place: snapshot.place.clone(),
        caller: snapshot.aws.caller.known().cloned(),
        plan,
        findings: session.with_remedies(with_diagnosis(findings, snapshot.diagnosis())),
        status: describe(session, &snapshot, None),
    })
}

/// What the system says of whoever has started the program.
fn of_this_person(host: &Host) -> Vec<String> {
    let home = host.variable("HOME").and_then(|home| home.rsplit('/').next());
    let named = ["USER", "LOGNAME", "HOSTNAME", "HOST", "AWS_PROFILE"];
    let named = named.into_iter().filter_map(|name| host.variable(name));
    named.chain(home).map(str::to_owned).collect()
}

fn program(context: &Context) -> Program {
    let host = &context.host;
    let is_set = |name: &&&str| host.variable(name).is_some();
    Program {
        version: env!("CARGO_PKG_VERSION"),
        os: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        language: match context.reporter.settings().out.language {
            Language::English => "en",
            Language::Korean => "ko",
        },
        terminal: host.terminals.stdout,
        variables: VARIABLES.iter().filter(is_set).copied().collect(),
    }
}

/// The records of this file; of the last run, if none is named, of which there may be none.
fn records(host: &Host, named: Option<&Path>) -> Result<Vec<Record>, AppError> {
    let path = match (named, &host.last_run) {
        (Some(path), _) => host.cwd.join(path),
        (None, Some(path)) if path.is_file() => path.clone(),
        (None, _) => return Ok(Vec::new()),
    };
    let text = files::text_of(&path, LARGEST).map_err(|source| AppError::File {
        what: "read",
        path: path.clone(),
        source,
    })?;
    // The last line of a run that was killed may be cut.
    let records: Vec<Record> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if named.is_some() && records.is_empty() {
        return Err(AppError::NoEvents(path));
    }
    Ok(records)
}

/// A report takes the place of an earlier one, and of nothing else.
fn may_be_written(host: &Host, path: &Path) -> Result<(), AppError> {
    let length = u64::try_from(support::BEGIN.len()).unwrap_or_default();
    let is_report = |begin: &[u8]| begin == support::BEGIN.as_bytes();
    if files::holds_other(&host.cwd.join(path), length, is_report) {
        return Err(AppError::ForeignReport(path.to_owned()));
    }
    Ok(())
}

fn write(context: &Context, path: &Path, report: &SupportReport) -> Result<(), AppError> {
    // Others may have put something there meanwhile.
    may_be_written(&context.host, path)?;
    let text = serde_json::to_string_pretty(report).map_err(|error| AppError::Io {
        what: "make the report",
        source: error.into(),
    })?;
    let text = visible::json(text) + "\n";
    files::replace(&context.host.cwd.join(path), &text).map_err(|source| AppError::File {
        what: "write the report to",
        path: path.to_owned(),
        source,
    })
}
