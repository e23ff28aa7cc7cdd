//! What can be done after a run, as commands.

use super::Run;
use super::end::RunEnd;
use super::plan_file::{self, verb_of};
use super::request::PlanUse;
use crate::app::context::Context;
use crate::app::exit::Exit;
use crate::event::RunVerb;
use crate::lang::text;
use crate::model::Goal;
use crate::plan::Plan;
use crate::report::next_view::{self, Commands, NextStep};
use crate::report::status::StatusReport;

impl Run<'_> {
    /// Prints what can be done next, where the run came to its end.
    pub(super) fn offer_next(&self, context: &mut Context, end: &RunEnd, exit: Exit) {
        if !matches!(exit, Exit::Done | Exit::Changes) {
            return;
        }
        let commands = context.commands();
        let steps = match (self.request.verb, &end.plan) {
            (RunVerb::Plan, Some(plan)) => self.after_plan(context, plan, &commands),
            (RunVerb::Apply | RunVerb::Scale, _) => after_apply(&commands, end.status.as_ref()),
            (RunVerb::Destroy, _) => vec![(commands.of("apply", ""), text!("next-again"))],
            (RunVerb::Plan, None) => Vec::new(),
        };
        context.offer(&steps);
    }

    /// What carries the plan out, as it was asked for.
    fn after_plan(&self, context: &Context, plan: &Plan, commands: &Commands) -> Vec<NextStep> {
        if let PlanUse::Show { out: Some(path), .. } = &self.request.plan_use {
            let path = path.display().to_string();
            let all = self.with_approvals(context);
            let show = format!("lab2048 show {}", next_view::line(std::slice::from_ref(&path)));
            return vec![plan_file::carry_out(plan.goal, &all, &path), (show, text!("next-show"))];
        }
        if !plan.is_idle() {
            let about = match plan.goal {
                Goal::Ready => text!("next-carry-out"),
                Goal::Gone => text!("next-remove"),
            };
            return vec![(self.with_approvals(context).of(verb_of(plan.goal), ""), about)];
        }
        match plan.goal {
            Goal::Ready => after_apply(commands, None),
            Goal::Gone => vec![(commands.of("apply", ""), text!("next-again"))],
        }
    }

    fn with_approvals(&self, context: &Context) -> Commands {
        Commands::new(&plan_file::flags(&context.call.selection, self.request.typed))
    }
}

/// What there is to do with a lab that is there.
pub(in crate::app) fn after_apply(commands: &Commands, status: Option<&StatusReport>) -> Vec<NextStep> {
    let pods = status.map_or(0, |status| status.pods.len());
    let (replicas, about) = if pods == 3 {
        (5, text!("next-scale-more"))
    } else {
        (3, text!("next-scale"))
    };
    vec![
        (commands.of("open", ""), text!("next-open")),
        (commands.of("status", ""), text!("next-status")),
        (commands.of("scale", &format!("--replicas {replicas}")), about),
        (commands.of("destroy", ""), text!("next-destroy")),
    ]
}
