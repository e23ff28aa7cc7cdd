//! The removal of what a sweep has picked: as a class of its own, by the same runs as everywhere.

use super::super::aim::Aim;
use super::super::carrying::{Carried, Job};
use super::super::class::{Class, ClassLab};
use super::super::end;
use super::super::log::Log;
use super::account::Chosen;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::{Approvals, Carrying, FailOn, MaxFailures, SweepOrder};

/// Removes it; how that has ended.
pub(super) async fn remove(
    context: &mut Context,
    class: &Class,
    chosen: &Chosen,
    order: &SweepOrder,
) -> Result<Exit, AppError> {
    let strangers = chosen.strangers.iter();
    let strangers: Vec<ClassLab> = strangers.filter_map(|lab| lab.as_lab(class)).collect();
    let places = chosen.labs.keys().copied().collect();
    let grounds = chosen.grounds.keys().copied().collect();
    let mut class = class.narrowed(&places, &grounds, strangers);
    for (lab, (_, by_hand)) in class.labs.iter_mut().zip(chosen.labs.values()) {
        lab.by_hand = *by_hand;
    }
    let carrying = Carrying {
        choice: order.choice.clone(),
        approvals: Approvals {
            // In the end nothing is to be left.
            take_back: true,
            ..Approvals::default()
        },
        fail_on: FailOn::default(),
        options: order.options.clone(),
        failures: MaxFailures::Percent(100),
        canary: false,
        resume: false,
    };
    let (log, _) = Log::open(&context.host.cwd.join(&order.choice.roster))?;
    let job = Job {
        class: &class,
        aim: Aim::Gone,
        carrying: &carrying,
        plan: None,
        sharers: 1,
    };
    let mut carried = Carried::new(context, job, log);
    let grounds = carried.all(context).await?;
    let is_interrupted = *context.host.interrupts.borrow() > 0;
    Ok(end::exit(&carried.board, &grounds, is_interrupted))
}
