//! `fleet`: one class of labs, from its roster to its end. A lab of a class is a run like any other, over connections that all
//! share; who begins when, and what is on record, is decided in the room `fleet`.

mod access;
mod aim;
mod carrying;
mod class;
mod end;
mod grounds;
mod init;
pub(super) mod job;
mod lab_run;
mod labs;
mod lessons;
mod log;
mod plan;
pub(super) mod saved;
mod sessions;
mod status;
mod survey;
mod sweep;
mod watch;
mod watched;

use self::aim::Aim;
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::request::FleetVerb;
use crate::lang::Text;

/// Carries out a verb of a class.
pub(super) async fn run(context: &mut Context, verb: FleetVerb) -> Result<Exit, AppError> {
    match verb {
        FleetVerb::Init(wanted) => init::run(context, &wanted),
        FleetVerb::Plan(asked) => plan::run(context, &asked).await,
        FleetVerb::Apply(carrying) => carrying::run(context, Aim::Up, carrying).await,
        FleetVerb::Status {
            choice,
            detailed_exitcode,
            watch,
        } => status::run(context, &choice, watch, detailed_exitcode).await,
        FleetVerb::Sweep(order) => sweep::run(context, &order).await,
        FleetVerb::Access(choice) => access::run(context, &choice).await,
        FleetVerb::Job(verb) => job::run(context, verb).await,
        FleetVerb::Destroy(carrying) => carrying::run(context, Aim::Gone, carrying).await,
    }
}

/// Tells something beside the data, on a line of its own.
fn tell(context: &mut Context, text: &Text) {
    let line = context.reporter.settings().err.say(text) + "\n";
    context.reporter.info(&line);
}

/// The same for what must be seen.
fn warn(context: &mut Context, text: &Text) {
    let line = context.reporter.settings().err.say(text) + "\n";
    context.reporter.note(&line);
}
