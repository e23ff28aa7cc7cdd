//! `fleet job`: a class carried out by an Indexed Job in the instructor's cluster, for classes beyond one machine and for machines
//! that go to sleep. What the Job is made of, and what its results mean, is decided in the room `fleet`.

mod delete;
pub(in crate::app) mod error;
mod make;
mod order;
pub(in crate::app) mod request;
mod results;
mod site;
mod status;
mod work;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use request::JobVerb;

/// Carries out a verb of a class's Job.
pub(super) async fn run(context: &mut Context, verb: JobVerb) -> Result<Exit, AppError> {
    match verb {
        JobVerb::Render(order) => make::render(context, &order),
        JobVerb::Apply(order) => make::run(context, &order).await,
        JobVerb::Status(place) => status::run(context, &place).await,
        JobVerb::Delete { place, yes } => delete::run(context, &place, yes).await,
        JobVerb::Work(work) => work::run(context, &work).await,
    }
}
