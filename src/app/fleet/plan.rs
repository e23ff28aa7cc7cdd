//! `fleet plan`: what would be done for each lab, and for what they share. Changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{StreamExt, stream};

use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::grounds::{self, Standing};
use super::lab_run::{context_of, unreadable};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::{Approvals, FailOn, FleetChoice};
use crate::app::run::obstacle_of;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::event::RunVerb;
use crate::fleet::{LabRow, Progress};
use crate::model::{Desired, Goal, Profile};
use crate::plan::{Plan, PlanScope};
use crate::report::class_view;

/// Shows what `fleet apply` would do.
pub(super) async fn run(context: &mut Context, choice: &FleetChoice) -> Result<Exit, AppError> {
    let class = Class::open(context, choice).await?;
    let Some(session) = class.session() else {
        return Ok(Exit::Done);
    };
    context.reading(session);
    let style = context.reporter.settings().err;
    let heading = class_view::heading(&class.heading(), RunVerb::Plan, &style);
    let mut made: BTreeMap<usize, Profile> = BTreeMap::new();
    let mut lines = String::new();
    for ground in &class.grounds {
        let standing = grounds::look(context, ground, Goal::Ready).await?;
        let profile = &ground.ground.environment.fargate.profile;
        let words = match &standing {
            Standing::Others => "is not this class's own, and is used as it is",
            Standing::Own(plan) if !plan.is_idle() => "is made first",
            Standing::Own(_) => "is there",
        };
        lines.push_str(&class_view::ground(profile, ground.ground.labs.len(), words, &style));
        if let Standing::Own(plan) = &standing
            && let Some(profile) = profile_of(plan)
        {
            made.extend(ground.ground.labs.iter().map(|lab| (*lab, profile.clone())));
        }
    }
    let quiet = context_of(context);
    let looks = class
        .labs
        .iter()
        .enumerate()
        .map(|(place, lab)| look(&quiet, lab, made.get(&place)));
    let looking = async { Ok(stream::iter(looks).buffered(choice.parallel).collect::<Vec<_>>().await) };
    let rows = context.unless_interrupted(looking).await?;
    context.reporter.yield_terminal();
    context.reporter.info(&(heading + &lines));
    let mut board = class.board();
    board.rows = rows;
    let exit = end::exit(&board, &[], false);
    let end = ClassEnd {
        verb: Some(RunVerb::Plan),
        class: &class,
        board: &board,
        exit,
        elapsed: Duration::ZERO,
    };
    end::show(context, &end);
    Ok(exit)
}

/// One lab; the profile that it shares is as it will be.
async fn look(context: &Context, lab: &ClassLab, shared: Option<&Profile>) -> LabRow {
    let mut row = LabRow::waiting(lab.row.name(), lab.cluster());
    let mut snapshot = match Snapshot::take(context, &lab.session, Purpose::plan(Goal::Ready)).await {
        Ok(snapshot) => snapshot,
        Err(error) => return unreadable(row, &error),
    };
    if let Some(shared) = shared {
        snapshot.assume_profile(shared);
    }
    let plan = snapshot.plan(PlanScope::Lab, Approvals::default());
    row.cluster.clone_from(&plan.place.cluster);
    row.dollars_per_hour = plan.cost.hourly();
    if let Some((exit, cause)) = obstacle_of(&plan, FailOn::default(), lab.session.clock.now()) {
        row.progress = Progress::Failed;
        "not possible".clone_into(&mut row.stage);
        row.exit_code = Some(exit.code());
        row.cause = Some(cause);
    } else {
        row.progress = Progress::Done;
        row.stage = class_view::counts(plan.counts());
        row.exit_code = Some(0);
    }
    row
}

/// The profile that a plan makes or has, as the labs on it will find it.
fn profile_of(plan: &Plan) -> Option<Profile> {
    let mut specs = plan.changes.iter().map(|change| &change.task.node.desired);
    specs.find_map(|desired| match desired {
        Desired::Profile(spec) => Some(Profile::active(spec)),
        _ => None,
    })
}
