//! Composition root: what a verb needs, wired together; one file a verb.

mod confirm;
mod context;
mod embedded;
mod error;
mod events;
mod exit;
mod fleet;
mod host;
mod interrupt;
mod last_run;
mod lesson;
mod offline;
mod open;
mod options;
mod page;
mod policy;
mod preview;
mod process;
mod reach;
mod remedy;
mod rendering;
mod request;
mod run;
mod said;
mod sandbox;
mod serving;
mod session;
mod shell;
mod snapshot;
mod status;
mod support;
mod telemetry;
mod terminal;
pub mod vocabulary;
mod world_remedy;

pub use crate::config::check_cluster_name;
pub use crate::permissions::Extent;
pub use crate::ports::Prompt;
pub use error::AppError;
pub use exit::Exit;
pub use host::{Between, Host, HostError, Terminals};
pub use interrupt::listen;
pub use request::{
    Account, Approvals, Call, Carrying, ColorChoice, Common, FailOn, FleetChoice, FleetPlan, FleetVerb, Format,
    JobOrder, JobPlace, JobVerb, LessonVerb, MaxFailures, NewRoster, Pick, PlanOptions, PolicyKind, RunOptions,
    SandboxVerb, SchemaKind, Selection, StatusOptions, SweepOrder, Verb, Work,
};
pub use terminal::{restore_terminal, restore_terminal_on_panic};

use std::collections::BTreeMap;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::time::Duration;

use crate::event::RunVerb;
use crate::lang::{Language, Text, text};
use crate::ports::{Clock, SystemClock};
use crate::report::run_report::{self, ErrorDocument, ErrorReport};
use crate::report::{self, Style};
use context::Context;
use interrupt::{Waiter, given_up, tell_of_waits};
use run::RunRequest;
use telemetry::Telemetry;

/// Runs one call to its end, and prints what went wrong if something did.
pub async fn run(call: Call, host: Host) -> Exit {
    let mut context = Context::new(call, host);
    let telemetry = telemetry(&mut context);
    let exit = match Box::pin(unhindered(&mut context)).await {
        Ok(exit) => exit,
        Err(error) => {
            context.complain(&error);
            // Whoever reads a document gets one, and only one; that of a run has more in it, and is written by the run.
            if context.reporter.settings().format.is_document()
                && !context.call.verb.is_run()
                && !context.reporter.has_data()
            {
                context.reporter.document(&ErrorDocument { error: error.report() });
            }
            error.exit()
        }
    };
    if let Some(telemetry) = telemetry {
        send(telemetry, &mut context).await;
    }
    let language = context.reporter.settings().err.language;
    match context.reporter.finish() {
        Ok(()) => exit,
        Err(error) => complain_in(language, &error),
    }
}

/// Who makes spans of the call's run, if somebody collects them.
fn telemetry(context: &mut Context) -> Option<Telemetry> {
    if !context.call.verb.is_run() {
        return None;
    }
    let random = || RandomState::new().hash_one(0);
    match Telemetry::of(&context.host.variables, random) {
        Ok(telemetry) => {
            let telemetry = telemetry?;
            context.reporter.let_follow(telemetry.follower());
            Some(telemetry)
        }
        Err(error) => {
            context.warn(&text!("telemetry-off", cause = error.text()));
            None
        }
    }
}

/// Sends the spans. What only reports fails no run; and whoever has pressed Ctrl-C does not wait for it.
async fn send(telemetry: Telemetry, context: &mut Context) {
    const HURRIED: Duration = Duration::from_millis(500);
    let mut interrupts = context.host.interrupts.clone();
    let was_pressed = *interrupts.borrow_and_update() > 0;
    let hurry = async {
        if was_pressed {
            SystemClock::default().sleep(HURRIED).await;
        } else if interrupts.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let sent = tokio::select! {
        sent = telemetry.send() => sent,
        () = hurry => return,
    };
    if let Err(error) = sent {
        context.warn(&text!("telemetry-lost", cause = error.text()));
    }
}

/// Carries the call out; tells meanwhile when it waits for another process, and ends such a wait on Ctrl-C.
async fn unhindered(context: &mut Context) -> Result<Exit, AppError> {
    let waiter = Waiter::of(&context.host);
    let tell = context.reporter.aside();
    let style = context.reporter.settings().err;
    let telling = tell_of_waits(waiter.clone(), |wait| {
        tell(&format!("{}\n", style.say(&said::of_wait(wait))));
    });
    // A run ends its waits itself: it has more to report.
    let is_run = context.call.verb.is_run();
    let given_up = async {
        if is_run {
            std::future::pending().await
        } else {
            given_up(waiter).await
        }
    };
    tokio::select! {
        biased;
        ended = dispatch(context) => ended,
        error = given_up => Err(error),
        never = telling => match never {},
    }
}

async fn dispatch(context: &mut Context) -> Result<Exit, AppError> {
    match context.call.verb.clone() {
        Verb::Plan(options) => run::run(context, RunRequest::plan(options)).await,
        Verb::Show(path) => run::show(context, &path),
        Verb::Apply {
            approvals,
            fail_on,
            options,
            plan_file,
            html,
        } => {
            let request = RunRequest::apply(approvals, fail_on, options, plan_file);
            run::run(context, request.with_page(html)).await
        }
        Verb::Status(options) => status::run(context, &options).await,
        Verb::Scale {
            approvals,
            options,
            replicas,
            html,
        } => {
            let request = RunRequest::scale(approvals, options, replicas);
            run::run(context, request.with_page(html)).await
        }
        Verb::Destroy {
            approvals,
            options,
            plan_file,
        } => run::run(context, RunRequest::destroy(approvals, options, plan_file)).await,
        Verb::Doctor(fail_on) => status::doctor(context, fail_on).await,
        Verb::Explain(checks) => offline::explain(context, &checks),
        Verb::Render => offline::render(context).await,
        Verb::Open { port, print } => open::run(context, port, print).await,
        Verb::Policy(PolicyKind::Iam, extent) => policy::iam(context, extent).await,
        Verb::Policy(PolicyKind::Rbac, extent) => policy::rbac(context, extent).await,
        Verb::EnvList => Ok(offline::list_environments(context)),
        Verb::EnvShow => offline::show_environment(context),
        Verb::EnvInit(name) => offline::new_environment(context, &name),
        Verb::Report { file, events } => support::report(context, &file, events.as_deref()).await,
        Verb::Schema(kind) => offline::schema(context, kind),
        Verb::Sandbox(verb) => sandbox::run(context, verb).await,
        Verb::Lesson(verb) => Box::pin(lesson::run(context, verb)).await,
        // A class makes a large future, which few calls need.
        Verb::Fleet(verb) => Box::pin(fleet::run(context, verb)).await,
    }
}

/// The verb of this name, if it carries out a plan or shows one.
pub fn run_verb(word: &str) -> Option<RunVerb> {
    let verbs = [RunVerb::Plan, RunVerb::Apply, RunVerb::Scale, RunVerb::Destroy];
    if word == "diff" {
        return Some(RunVerb::Plan);
    }
    verbs.into_iter().find(|verb| verb.word() == word)
}

/// The document of a call that could not be understood.
pub fn usage_document(verb: Option<RunVerb>, format: Format, message: &str) -> String {
    let help = "lab2048 --help".to_owned();
    let error = ErrorReport::new("usage", vec![message.to_owned()], Some(help), Exit::Usage.code());
    let text = match verb {
        Some(verb) => format.text(&run_report::unbegun(verb, error)),
        None => format.text(&ErrorDocument { error }),
    };
    text.unwrap_or_default()
}

/// Says what went wrong where there is no reporter, in the language of the process, and fails.
pub fn complain(error: &(dyn Error + 'static)) -> Exit {
    complain_in(language_of_process(), error)
}

/// What is wrong with a command line, and what helps.
pub fn mistake_page(wrong: &Text, help: Option<&Text>, language: Language) -> String {
    let style = plain_in(language);
    let help = help.map(|help| style.say(help));
    report::error_view::text(&[style.say(wrong)], help.as_deref(), &style)
}

/// The language that the variables of the process name.
pub fn language_of_process() -> Language {
    let texts =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let variables: BTreeMap<String, String> = texts.filter(|(_, value)| !value.is_empty()).collect();
    let variable = |name: &str| variables.get(name).map(String::as_str);
    let chosen = variable("LAB2048_LANG").map(Language::of_locale);
    chosen.unwrap_or_else(|| Language::of_variables(variable))
}

/// Without colours.
fn plain_in(language: Language) -> Style {
    Style {
        language,
        ..Style::default()
    }
}

fn complain_in(language: Language, error: &(dyn Error + 'static)) -> Exit {
    let style = plain_in(language);
    let text = said::shown(error, None, &style);
    // If even this cannot be written, only the exit code is left.
    let _ = std::io::stderr().write_all(report::passed(&text).as_bytes());
    Exit::Failed
}
