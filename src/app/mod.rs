//! Composition root: what a verb needs, wired together; one file a verb.

mod confirm;
mod context;
mod embedded;
mod error;
mod events;
mod exit;
mod host;
mod interrupt;
mod offline;
mod open;
mod reach;
mod request;
mod run;
mod sandbox;
mod session;
mod snapshot;
mod status;
mod terminal;
pub mod vocabulary;

pub use crate::ports::Prompt;
pub use error::AppError;
pub use exit::Exit;
pub use host::{Host, HostError, Terminals};
pub use interrupt::listen;
pub use request::{Approvals, Call, Common, Format, PlanOptions, RunOptions, SandboxVerb, Selection, Verb};
pub use terminal::{restore_terminal, restore_terminal_on_panic};

use std::io::Write;

use crate::ports::error_chain;
use crate::report::{Style, error_view};
use context::Context;
use run::RunRequest;

/// Runs one call to its end, and prints what went wrong if something did.
pub async fn run(call: Call, host: Host) -> Exit {
    let mut context = Context::new(call, host);
    let exit = match Box::pin(dispatch(&mut context)).await {
        Ok(exit) => exit,
        Err(error) => {
            context.complain(&error);
            error.exit()
        }
    };
    match context.reporter.finish() {
        Ok(()) => exit,
        Err(error) => complain(&error),
    }
}

async fn dispatch(context: &mut Context) -> Result<Exit, AppError> {
    match context.call.verb.clone() {
        Verb::Plan(options) => run::run(context, RunRequest::plan(options)).await,
        Verb::Apply {
            approvals,
            options,
            plan_file,
        } => run::run(context, RunRequest::apply(approvals, options, plan_file)).await,
        Verb::Status { detailed_exitcode } => status::run(context, detailed_exitcode).await,
        Verb::Scale {
            approvals,
            options,
            replicas,
        } => run::run(context, RunRequest::scale(approvals, options, replicas)).await,
        Verb::Destroy { approvals, options } => run::run(context, RunRequest::destroy(approvals, options)).await,
        Verb::Doctor => status::doctor(context).await,
        Verb::Explain(checks) => offline::explain(context, &checks),
        Verb::Render => offline::render(context),
        Verb::Open { port, print } => open::run(context, port, print).await,
        Verb::EnvList => Ok(offline::list_environments(context)),
        Verb::EnvShow => offline::show_environment(context),
        Verb::EnvInit(name) => offline::new_environment(context, &name),
        Verb::EnvSchema => offline::schema(context),
        Verb::Sandbox(verb) => sandbox::run(context, verb).await,
    }
}

/// Says what went wrong where there is no reporter, and fails.
pub fn complain(error: &dyn std::error::Error) -> Exit {
    let text = error_view::text(&error_chain(error), None, &Style::default());
    // If even this cannot be written, only the exit code is left.
    let _ = std::io::stderr().write_all(text.as_bytes());
    Exit::Failed
}
