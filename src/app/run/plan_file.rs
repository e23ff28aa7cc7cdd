//! Plans in files: written by `plan --out`, read by `apply`, `destroy` and `show`.

use std::path::{Path, PathBuf};

use super::request::{PlanUse, RunRequest};
use super::{Run, end, plan_of};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::host::Host;
use crate::app::request::Selection;
use crate::app::session::Session;
use crate::app::snapshot::Snapshot;
use crate::files::{self, text_of};
use crate::lang::text;
use crate::model::{Goal, Severity};
use crate::plan::file::{Divergence, PlanRequest, SavedPlan, verify};
use crate::plan::{Approvals, Plan};
use crate::report::next_view::{self, Commands};
use crate::report::{Format, markdown, show_view};

/// `show PLANFILE`: the plan as it was shown when it was made.
pub(in crate::app) fn show(context: &mut Context, path: &Path) -> Result<Exit, AppError> {
    let saved = read(&context.host, path)?;
    let settings = context.reporter.settings();
    let commands = Commands::new(&flags_of(&saved.request));
    match settings.format {
        Format::Json | Format::Yaml => context.reporter.document(&show_view::document(&saved)),
        Format::Markdown => {
            let outlook = end::outlook(&saved.plan, Severity::Error);
            let text = markdown::text(&saved.plan, saved.made, outlook);
            context.reporter.data(&text);
        }
        // The formats of a class are refused for this verb.
        Format::Human | Format::Plain | Format::Wide | Format::Csv | Format::Junit | Format::Sarif | Format::Html => {
            let text = show_view::text(&saved, settings.verbose, &commands, &settings.out);
            context.reporter.data(&text);
            if end::obstacle(&saved.plan, Severity::Error, true).is_none() {
                let step = carry_out(saved.plan.goal, &commands, &path.display().to_string());
                context.offer(&[step]);
            }
        }
    }
    Ok(Exit::Done)
}

/// The command that carries out the plan in a file.
pub(super) fn carry_out(goal: Goal, commands: &Commands, path: &str) -> next_view::NextStep {
    let path = next_view::line(&[path.to_owned()]);
    (commands.of(verb_of(goal), &path), text!("next-plan-file"))
}

/// The verb that takes a lab there.
pub(super) fn verb_of(goal: Goal) -> &'static str {
    match goal {
        Goal::Ready => "apply",
        Goal::Gone => "destroy",
    }
}

/// The plan of a lab has some dozens of KiB.
const LARGEST: u64 = 16 * 1024 * 1024;

fn read(host: &Host, path: &Path) -> Result<SavedPlan, AppError> {
    let text = text_of(&host.cwd.join(path), LARGEST).map_err(|source| AppError::NoPlanFile {
        path: path.to_owned(),
        source,
    })?;
    SavedPlan::read(&text).map_err(|source| AppError::PlanFile {
        path: path.to_owned(),
        source,
    })
}

/// The plan in the file that is to be carried out, if one is, and whether it is one for this verb. Before anything is asked
/// of anybody; as is whether a new plan may be written where it is to be.
pub(super) fn opened(host: &Host, request: &RunRequest) -> Result<Option<SavedPlan>, AppError> {
    let path = match &request.plan_use {
        PlanUse::Show { out, .. } => {
            if let Some(path) = out {
                may_be_written(host, path)?;
            }
            return Ok(None);
        }
        PlanUse::Execute { plan_file, .. } => plan_file,
    };
    let Some(path) = path else { return Ok(None) };
    let saved = read(host, path)?;
    if saved.plan.goal != request.purpose.goal {
        let commands = Commands::new(&flags_of(&saved.request));
        let (command, _) = carry_out(saved.plan.goal, &commands, &path.display().to_string());
        return Err(AppError::OtherGoal {
            path: path.clone(),
            goal: saved.plan.goal,
            command,
        });
    }
    Ok(Some(saved))
}

/// A plan takes the place of an earlier one, and of nothing else.
fn may_be_written(host: &Host, path: &Path) -> Result<(), AppError> {
    let is_plan = |text: &[u8]| {
        let plan = serde_json::from_slice(text).ok();
        plan.is_some_and(|plan: serde_json::Value| plan.get("format").and(plan.get("pins")).is_some())
    };
    if files::holds_other(&host.cwd.join(path), u64::MAX, is_plan) {
        return Err(AppError::ForeignPlan(path.to_owned()));
    }
    Ok(())
}

/// All flags that a plan was made with, as they are typed.
fn flags_of(request: &PlanRequest) -> Vec<String> {
    let given = request.approvals.flags().into_iter().filter(|(_, given)| *given);
    let approvals = given.map(|(flag, _)| flag.to_owned());
    request.flags.iter().cloned().chain(approvals).collect()
}

/// The plan of a run of this request as a file has it.
pub(in crate::app) fn plan_for_file(
    session: &Session,
    request: &RunRequest,
    selection: &Selection,
    snapshot: &Snapshot,
) -> Result<SavedPlan, AppError> {
    let plan = plan_of(session, request, snapshot);
    saved(session, request, selection, (snapshot, plan))
}

/// A plan with all that must still be true when it is carried out later.
pub(in crate::app) fn saved(
    session: &Session,
    request: &RunRequest,
    selection: &Selection,
    (snapshot, plan): (&Snapshot, Plan),
) -> Result<SavedPlan, AppError> {
    let environment = serde_json::to_value(session.environment()).map_err(|error| AppError::Io {
        what: "write the environment down",
        source: error.into(),
    })?;
    let request = PlanRequest {
        flags: selection.flags(),
        environment,
        approvals: request.typed,
    };
    Ok(snapshot.saved(session.clock.now(), request, plan))
}

impl Run<'_> {
    fn saved(&self, selection: &Selection, snapshot: &Snapshot, plan: &Plan) -> Result<SavedPlan, AppError> {
        saved(self.session, self.request, selection, (snapshot, plan.clone()))
    }

    /// Writes the plan to a file.
    pub(super) fn save(
        &self,
        context: &Context,
        path: &Path,
        snapshot: &Snapshot,
        plan: &Plan,
    ) -> Result<(), AppError> {
        let saved = self.saved(&context.call.selection, snapshot, plan)?;
        let text = saved.to_text().map_err(|error| AppError::Io {
            what: "write the plan",
            source: error.into(),
        })?;
        let path = context.host.cwd.join(path);
        files::replace(&path, &text).map_err(|source| AppError::File {
            what: "write",
            path,
            source,
        })
    }

    /// Whether the plan of a file is still the plan that is made now.
    pub(super) fn verify(
        &self,
        context: &Context,
        saved: &SavedPlan,
        snapshot: &Snapshot,
        plan: &Plan,
    ) -> Result<(), AppError> {
        let fresh = self.saved(&context.call.selection, snapshot, plan)?;
        let Err(moved) = verify(saved, &fresh) else {
            return Ok(());
        };
        let asked = flags_of(&saved.request);
        let is_elsewhere = moved.iter().any(|moved| matches!(moved, Divergence::Place { .. }));
        let commands = Commands::new(&asked);
        // Whoever says the same again may find that nothing else has moved.
        let help = if asked == flags_of(&fresh.request) {
            let destroy = if plan.goal == Goal::Gone { "--destroy " } else { "" };
            let command = commands.of("plan", &format!("{destroy}--out FILE"));
            text!("help-new-plan-by", command = command)
        } else {
            let (command, _) = carry_out(plan.goal, &commands, &file_of(self.request));
            text!("help-say-made-with", command = command)
        };
        Err(AppError::Stale {
            is_elsewhere,
            moved: moved.iter().map(Divergence::text).collect(),
            help,
        })
    }
}

/// The plan's file as it was named.
fn file_of(request: &RunRequest) -> String {
    let path: Option<&PathBuf> = match &request.plan_use {
        PlanUse::Execute { plan_file, .. } => plan_file.as_ref(),
        PlanUse::Show { .. } => None,
    };
    path.map_or_else(|| "FILE".to_owned(), |path| path.display().to_string())
}

/// Flags and approvals as they are typed, for the commands that a run offers.
pub(in crate::app) fn flags(selection: &Selection, approvals: Approvals) -> Vec<String> {
    let given = approvals.flags().into_iter().filter(|(_, given)| *given);
    selection
        .flags()
        .into_iter()
        .chain(given.map(|(flag, _)| flag.to_owned()))
        .collect()
}
