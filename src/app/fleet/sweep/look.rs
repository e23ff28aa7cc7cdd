//! A look over the account: the labs of the class as everywhere, and beside them all that carries the program's tags, against
//! the roster.

use super::super::class::Class;
use super::account::AccountFound;
use super::search::looks;
use super::sum::Sum;
use super::things::read;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::request::SweepOrder;

/// Looks over all.
pub(super) async fn look_over(context: &Context, class: &Class, order: &SweepOrder) -> Result<AccountFound, AppError> {
    let (looked, now) = looks(context, class, order.choice.parallel).await?;
    let reading = read(&looked, &now);
    let (things, unread) = context.unless_interrupted(reading).await?;
    Ok(Sum::of(class, &now, things).up(looked, &unread))
}
