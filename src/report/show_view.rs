//! A plan in a file as people and programs read it.

use serde::Serialize;

use super::next_view::Commands;
use super::plan_view;
use super::run_report::PlanDocument;
use super::style::{Style, Tone};
use crate::lang::text;
use crate::model::Goal;
use crate::plan::file::{Identity, PlanRequest, SavedPlan};

/// The plan as it was shown, and when and for what that was.
pub fn text(saved: &SavedPlan, verbose: u8, commands: &Commands, style: &Style) -> String {
    let verb = match saved.plan.goal {
        Goal::Ready => commands.of("plan", ""),
        Goal::Gone => commands.of("plan", "--destroy"),
    };
    let head = text!("view-plan-of", made = format!("{:.0}", saved.made), command = verb);
    let head = style.say(&head) + "\n";
    let plan = plan_view::text(&saved.plan, saved.made, verbose, commands, style);
    format!("{}{plan}", style.paint(Tone::Faint, &head))
}

/// The document of a plan file: its plan as in the document of a run, and what it is bound to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownPlan<'a> {
    /// When it was made.
    made: jiff::Timestamp,
    /// Whose lab on which cluster.
    identity: &'a Identity,
    /// What was asked for.
    request: &'a PlanRequest,
    /// The plan.
    plan: PlanDocument<'a>,
}

/// The document of a plan file.
pub fn document(saved: &SavedPlan) -> ShownPlan<'_> {
    ShownPlan {
        made: saved.made,
        identity: &saved.identity,
        request: &saved.request,
        plan: (&saved.plan).into(),
    }
}
