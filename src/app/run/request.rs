//! What each of the four verbs asks of a run.

use std::path::{Path, PathBuf};

use crate::app::request::{Approvals, FailOn, PlanOptions, RunOptions};
use crate::app::snapshot::Purpose;
use crate::config::Resolved;
use crate::event::RunVerb;
use crate::model::Goal;
use crate::plan::PlanScope;

/// One run, as asked for.
pub(in crate::app) struct RunRequest {
    /// The verb.
    pub verb: RunVerb,
    /// What the snapshot is for.
    pub purpose: Purpose,
    /// How much of the lab the plan may change.
    pub scope: PlanScope,
    /// What the plan may do beyond the usual, as it was typed.
    pub typed: Approvals,
    /// The same with what follows from the environment.
    pub approvals: Approvals,
    /// From which severity on a finding stops the plan.
    pub fail_on: FailOn,
    /// What becomes of the plan.
    pub plan_use: PlanUse,
    /// Where the lab is written as a page.
    pub page: Option<PathBuf>,
}

/// What becomes of a plan.
pub(in crate::app) enum PlanUse {
    /// It is shown.
    Show {
        /// Written here, too.
        out: Option<PathBuf>,
        /// Whether the exit shows that there is something to change.
        detailed_exitcode: bool,
        /// File that every event is added to.
        events: Option<PathBuf>,
    },
    /// It is executed.
    Execute {
        /// How.
        options: RunOptions,
        /// Only if it is still the plan in this file.
        plan_file: Option<PathBuf>,
    },
}

impl RunRequest {
    /// `plan`: what would be done, and nothing else.
    pub(in crate::app) fn plan(options: PlanOptions) -> Self {
        let PlanOptions {
            approvals,
            out,
            detailed_exitcode,
            destroy,
            fail_on,
            events,
        } = options;
        let goal = if destroy { Goal::Gone } else { Goal::Ready };
        let plan_use = PlanUse::Show {
            out,
            detailed_exitcode,
            events,
        };
        Self {
            fail_on,
            ..Self::whole(RunVerb::Plan, goal, approvals, plan_use)
        }
    }

    /// `apply`: the lab is wanted as the environment describes it.
    pub(in crate::app) fn apply(
        approvals: Approvals,
        fail_on: FailOn,
        options: RunOptions,
        plan_file: Option<PathBuf>,
    ) -> Self {
        let plan_use = PlanUse::Execute { options, plan_file };
        Self {
            fail_on,
            ..Self::whole(RunVerb::Apply, Goal::Ready, approvals, plan_use)
        }
    }

    /// `scale`: the same with one field changed, and nothing else.
    pub(in crate::app) fn scale(approvals: Approvals, options: RunOptions, replicas: u32) -> Self {
        let plan_use = PlanUse::Execute {
            options,
            plan_file: None,
        };
        let whole = Self::whole(RunVerb::Scale, Goal::Ready, approvals, plan_use);
        Self {
            purpose: Purpose {
                replicas: Some(replicas),
                replicas_only: true,
                reset_scale: false,
                ..whole.purpose
            },
            scope: PlanScope::Replicas,
            ..whole
        }
    }

    /// `destroy`: the lab is wanted absent.
    pub(in crate::app) fn destroy(approvals: Approvals, options: RunOptions, plan_file: Option<PathBuf>) -> Self {
        let plan_use = PlanUse::Execute { options, plan_file };
        Self::whole(RunVerb::Destroy, Goal::Gone, approvals, plan_use)
    }

    /// The same, with the lab as a page in this file, if one is named.
    pub(in crate::app) fn with_page(self, page: Option<PathBuf>) -> Self {
        Self { page, ..self }
    }

    /// What follows from the environment: who writes a number of pods on the command line wants that one, whatever was asked for
    /// with `scale`, and whoever has set it since; `scale` itself keeps its own.
    pub(in crate::app) fn take_in(&mut self, resolved: &Resolved) {
        if self.scope == PlanScope::Lab && resolved.is_flag("app.replicas") {
            self.approvals.reset_scale = true;
            self.purpose.reset_scale = true;
        }
    }

    /// File that every event is added to.
    pub(super) fn events(&self) -> Option<&Path> {
        match &self.plan_use {
            PlanUse::Show { events, .. } => events.as_deref(),
            PlanUse::Execute { options, .. } => options.events.as_deref(),
        }
    }

    fn whole(verb: RunVerb, goal: Goal, approvals: Approvals, plan_use: PlanUse) -> Self {
        Self {
            verb,
            purpose: Purpose {
                reset_scale: approvals.reset_scale,
                by_hand: approvals.without_controller,
                ..Purpose::plan(goal)
            },
            scope: PlanScope::Lab,
            typed: approvals,
            approvals,
            fail_on: FailOn::default(),
            plan_use,
            page: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_changes_one_number_and_destroy_wants_the_lab_gone() {
        let approvals = Approvals {
            reset_scale: true,
            ..Approvals::default()
        };
        let scale = RunRequest::scale(approvals, RunOptions::default(), 3);
        assert_eq!((scale.scope, scale.purpose.replicas), (PlanScope::Replicas, Some(3)));
        assert!(!scale.purpose.reset_scale, "it sets what that would forget");
        let apply = RunRequest::apply(approvals, FailOn::Warning, RunOptions::default(), None);
        assert_eq!((apply.scope, apply.purpose.replicas), (PlanScope::Lab, None));
        assert!(apply.purpose.reset_scale);
        assert_eq!((apply.fail_on, scale.fail_on), (FailOn::Warning, FailOn::Error));
        assert_eq!(
            RunRequest::destroy(Approvals::default(), RunOptions::default(), None)
                .purpose
                .goal,
            Goal::Gone
        );
        let plan = RunRequest::plan(PlanOptions {
            destroy: true,
            events: Some("events.ndjson".into()),
            ..PlanOptions::default()
        });
        assert_eq!((plan.verb, plan.purpose.goal), (RunVerb::Plan, Goal::Gone));
        assert_eq!(plan.events(), Some(Path::new("events.ndjson")));
    }
}
