//! `fleet plan`: what would be done for each lab, and for what they share; whether there is room for it, and how long it takes.
//! Changes nothing, but the file that it is written to.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{StreamExt, stream};

use super::aim::Aim;
use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::grounds::{self, Standing};
use super::lab_run::{context_of, unreadable};
use super::labs::PACE;
use super::saved::{self, unwritten};
use super::survey::{Seen, Survey};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::{FailOn, FleetChoice, FleetPlan, RunOptions};
use crate::app::run::{self, RunRequest, obstacle_of};
use crate::app::session::Session;
use crate::app::snapshot::Snapshot;
use crate::event::RunVerb;
use crate::fleet::{self, Board, Demand, Found, LabRow, Limits, Magnitudes, Progress, without_profile};
use crate::lang::{Text, text};
use crate::model::{Desired, Goal, Profile};
use crate::plan::Plan;
use crate::plan::file::class::{self, ClassPlans};
use crate::report::class_view::{self, ClusterQueue, Expected};

/// Shows what `fleet apply` would do.
pub(super) async fn run(context: &mut Context, asked: &FleetPlan) -> Result<Exit, AppError> {
    if let Some(path) = &asked.out {
        saved::may_be_written(&context.host, path)?;
    }
    let choice = &asked.choice;
    let class = Class::open(context, choice).await?;
    let Some(session) = class.session() else {
        return Ok(Exit::Done);
    };
    context.reading(session);
    let style = context.reporter.settings().err;
    let mut lines = class_view::heading(&class.heading(), RunVerb::Plan, &style);
    let mut outlook = Outlook::default();
    let shared = outlook.look_at_grounds(context, &class, asked, &mut lines).await?;
    let quiet = context_of(context);
    let looks = class.labs.iter().enumerate().map(|(place, lab)| {
        let looking = Looking {
            asked,
            shared: shared.get(&place),
        };
        looking.at(&quiet, lab, class.waiting(lab))
    });
    let looking = async { Ok(stream::iter(looks).buffered(choice.parallel).collect::<Vec<_>>().await) };
    let looked = context.unless_interrupted(looking).await?;
    context.reporter.yield_terminal();
    context.reporter.info(&lines);
    let mut board = class.board();
    board.rows = looked
        .into_iter()
        .zip(&class.labs)
        .map(|(looked, lab)| outlook.take(lab, looked))
        .collect::<Result<_, _>>()?;
    outlook.hold_without_profile(&mut board);
    let exit = end::exit(&board, &[], false);
    let end = ClassEnd {
        verb: Some(RunVerb::Plan),
        class: &class,
        board: &board,
        exit,
        elapsed: Duration::ZERO,
        expected: Some(outlook.expected(&class, &board, choice)),
        certificate: None,
    };
    end::show(context, &end);
    if asked.out.is_some() && !outlook.unread.is_empty() {
        context.reporter.note(&class_view::not_in_plan(&outlook.unread, &style));
    }
    saved::write(context, asked, outlook.plans, session)?;
    Ok(exit)
}

/// What comes of all plans together.
#[derive(Default)]
struct Outlook {
    survey: Survey,
    grounds: Vec<Demand>,
    /// What each lab takes; nothing of one that could not be read.
    labs: Vec<Option<Demand>>,
    /// The plans themselves, if they are to be written down; none of a lab that could not be read.
    plans: ClassPlans,
    /// The labs that they are without.
    unread: Vec<String>,
}

impl Outlook {
    /// Looks at what labs share, and adds to `lines` what is done about it; the profile that is made so, by the places of the labs
    /// on it.
    async fn look_at_grounds(
        &mut self,
        context: &Context,
        class: &Class,
        asked: &FleetPlan,
        lines: &mut String,
    ) -> Result<BTreeMap<usize, Profile>, AppError> {
        let style = context.reporter.settings().err;
        let mut made = BTreeMap::new();
        for ground in &class.grounds {
            let look = grounds::look(context, ground, Goal::Ready).await?;
            let profile = &ground.ground.environment.fargate.profile;
            let what = look.standing.text(Aim::Up);
            lines.push_str(&class_view::ground(profile, ground.ground.labs.len(), &what, &style));
            if let Standing::Own(plan) = &look.standing
                && let Some(profile) = profile_of(plan)
            {
                made.extend(ground.ground.labs.iter().map(|lab| (*lab, profile.clone())));
            }
            if asked.out.is_some() {
                let request = request_of(asked, &ground.session);
                let selection = &context.call.selection;
                let plan = run::plan_for_file(&ground.session, &request, selection, &look.snapshot)?;
                self.plans.add_ground(ground.member(), &plan).map_err(unwritten)?;
            }
            let words = ground.ground.environment.cluster.words();
            self.grounds.push(self.survey.take(&words, look.seen));
        }
        Ok(made)
    }

    fn take(&mut self, lab: &ClassLab, looked: Looked) -> Result<LabRow, AppError> {
        let Looked { row, seen, line } = looked;
        let demand = seen.map(|seen| self.survey.take(&lab.cluster(), seen));
        self.labs.push(demand);
        match line {
            Some(line) => self.plans.add_lab(lab.member(), line?),
            None => self.unread.push(row.lab.clone()),
        }
        Ok(row)
    }

    /// Labs for whose profile there is no room are not possible.
    fn hold_without_profile(&self, board: &mut Board) {
        let needs = |demand: &Option<Demand>| {
            demand
                .as_ref()
                .filter(|demand| demand.profile)
                .map(|demand| demand.site)
        };
        let own: Vec<Option<usize>> = self.labs.iter().map(needs).collect();
        // What labs share is made before them.
        let shared = self.grounds.iter().map(|demand| demand.profile.then_some(demand.site));
        let first = self.grounds.len();
        for place in without_profile(&self.survey.sites, shared.chain(own.iter().copied())) {
            let lab = place.checked_sub(first);
            let row = lab
                .and_then(|lab| board.rows.get_mut(lab))
                .filter(|row| row.progress == Progress::Done);
            let site = lab.and_then(|lab| own.get(lab).copied().flatten());
            if let Some((row, why)) = row.zip(site.and_then(|site| self.survey.no_profile_left(site))) {
                refuse(row, Exit::Check, why);
            }
        }
    }

    fn expected(&self, class: &Class, board: &Board, choice: &FleetChoice) -> Expected {
        let left_out = |place: &usize| {
            let row = board.rows.get(*place);
            row.is_none_or(|row| row.progress != Progress::Done || row.found == Found::AsWanted)
        };
        let left_out: Vec<usize> = (0..class.labs.len()).filter(left_out).collect();
        let limits = Limits {
            parallel: choice.parallel,
            failures: class.labs.len(),
            canary: true,
            pace: PACE,
        };
        let demands: Vec<Demand> = self.grounds.iter().chain(self.labs.iter().flatten()).cloned().collect();
        let timeline = fleet::timeline(&class.wants(Aim::Up), limits, &left_out, Magnitudes::USUAL);
        let ground = if self.grounds.iter().any(|demand| demand.profile) {
            Magnitudes::USUAL.profile
        } else {
            Duration::ZERO
        };
        Expected {
            capacity: fleet::capacity(&self.survey.sites, &demands),
            queues: timeline.queues.iter().map(|queue| queue_of(class, queue)).collect(),
            total_s: (ground + timeline.total).as_secs(),
        }
    }
}

fn queue_of(class: &Class, queue: &fleet::SlotQueue) -> ClusterQueue {
    let lab = queue.labs.first().and_then(|lab| class.labs.get(*lab));
    ClusterQueue::of(lab.map_or_else(String::new, ClassLab::cluster), queue)
}

fn refuse(row: &mut LabRow, exit: Exit, cause: impl Into<Text>) {
    row.progress = Progress::Failed;
    (row.stage, row.found) = (text!("fleet-not-possible"), Found::Other);
    row.exit_code = Some(exit.code());
    row.cause = Some(cause.into());
}

/// What `fleet apply` would ask of a run.
fn request_of(asked: &FleetPlan, session: &Session) -> RunRequest {
    let mut request = RunRequest::apply(asked.approvals, FailOn::default(), RunOptions::default(), None);
    request.take_in(&session.project.resolved);
    request
}

/// A look at one lab.
struct Looking<'a> {
    asked: &'a FleetPlan,
    /// The profile that it shares, as it will be.
    shared: Option<&'a Profile>,
}

/// What has come of it.
struct Looked {
    row: LabRow,
    /// What was seen and is taken for it, if it could be read.
    seen: Option<Seen>,
    /// The same with its plan, as a file has it.
    line: Option<Result<String, AppError>>,
}

impl Looking<'_> {
    async fn at(self, context: &Context, lab: &ClassLab, mut row: LabRow) -> Looked {
        let request = request_of(self.asked, &lab.session);
        let mut snapshot = match Snapshot::take(context, &lab.session, request.purpose).await {
            Ok(snapshot) => snapshot,
            Err(error) => {
                return Looked {
                    row: unreadable(row, &error),
                    seen: None,
                    line: None,
                };
            }
        };
        // Counted as it is now.
        let profiles = snapshot.aws.profiles.clone();
        if let Some(shared) = self.shared {
            snapshot.assume_profile(shared);
        }
        let plan = run::plan_of(&lab.session, &request, &snapshot);
        row.cluster.clone_from(&plan.place.cluster);
        row.costs(plan.cost.hourly(), plan.cost.balancer_hourly());
        if let Some((exit, cause)) = obstacle_of(&plan, FailOn::default(), lab.session.clock.now()) {
            refuse(&mut row, exit, cause);
        } else {
            row.progress = Progress::Done;
            let counts = plan.counts();
            row.stage = class_view::counts(counts);
            row.found = if counts.is_empty() {
                Found::AsWanted
            } else {
                Found::Other
            };
            row.exit_code = Some(0);
        }
        snapshot.aws.profiles = profiles;
        let seen = Some(Seen::of(&snapshot, &plan));
        let line = self.asked.out.is_some().then(|| {
            let selection = &context.call.selection;
            let plan = run::saved(&lab.session, &request, selection, (&snapshot, plan))?;
            class::line(&plan).map_err(unwritten)
        });
        Looked { row, seen, line }
    }
}

/// The profile that a plan makes or has, as the labs on it will find it.
fn profile_of(plan: &Plan) -> Option<Profile> {
    let mut specs = plan.changes.iter().map(|change| &change.task.node.desired);
    specs.find_map(|desired| match desired {
        Desired::Profile(spec) => Some(Profile::active(spec)),
        _ => None,
    })
}
