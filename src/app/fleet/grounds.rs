//! What labs share: made before the first of them, removed after the last, and left alone where it is somebody else's.

use futures::StreamExt;
use tokio::sync::mpsc;

use super::aim::Aim;
use super::carrying::{Carried, Job};
use super::class::ClassGround;
use super::lab_run::{self, LabEnd, Order, context_of};
use super::saved::Planned;
use super::survey::Seen;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::Approvals;
use crate::app::run;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::fleet::{LabRow, Progress};
use crate::lang::{Text, text};
use crate::model::{Goal, NodeKind};
use crate::plan::file::{Divergence, verify};
use crate::plan::{Plan, PlanScope, Refusal};
use crate::report::class_view;

/// So many are made or removed at once; on one cluster they wait in line for each other.
const AT_ONCE: usize = 16;

/// Whose a ground is.
pub(super) enum Standing {
    /// The class's own: what is to be done about it.
    Own(Box<Plan>),
    /// Somebody else's, which is used as it is.
    Others,
}

impl Standing {
    /// What that means for who makes or removes the class.
    pub(super) fn text(&self, aim: Aim) -> Text {
        match self {
            Self::Others => text!("fleet-ground-of-others"),
            Self::Own(plan) if is_as_wanted(plan) => match aim {
                Aim::Up => text!("fleet-ground-there"),
                Aim::Gone => text!("fleet-ground-not-there"),
            },
            Self::Own(_) => match aim {
                Aim::Up => text!("fleet-ground-made-first"),
                Aim::Gone => text!("fleet-ground-removed-last"),
            },
        }
    }
}

impl Standing {
    /// Whether there is nothing to be done about it.
    fn is_to_be_left(&self) -> bool {
        match self {
            Self::Others => true,
            Self::Own(plan) => is_as_wanted(plan),
        }
    }
}

fn is_as_wanted(plan: &Plan) -> bool {
    plan.is_idle() && plan.refusals().next().is_none()
}

/// A ground as it was seen.
pub(super) struct Look {
    /// Whose it is.
    pub(super) standing: Standing,
    /// What it takes.
    pub(super) seen: Seen,
    /// What else was seen.
    pub(super) snapshot: Box<Snapshot>,
}

/// Looks at a ground.
pub(super) async fn look(context: &Context, ground: &ClassGround, goal: Goal) -> Result<Look, AppError> {
    let context = context_of(context);
    let snapshot = Snapshot::take(&context, &ground.session, Purpose::plan(goal)).await?;
    let plan = snapshot.plan(PlanScope::Lab, Approvals::default());
    let mut changes = plan.changes.iter();
    let profile = changes.find(|change| change.task.node.id.kind == NodeKind::Profile);
    let is_others = profile.is_some_and(|change| {
        let mut refusals = change.refusals.iter();
        refusals.any(|refusal| matches!(refusal, Refusal::NotOurs(_)))
    });
    let seen = Seen::of(&snapshot, &plan);
    let standing = if is_others {
        Standing::Others
    } else {
        Standing::Own(Box::new(plan))
    };
    Ok(Look {
        standing,
        seen,
        snapshot: Box::new(snapshot),
    })
}

impl Carried<'_> {
    /// What labs share, on all clusters at once; how each has ended. A failure bars the labs on it.
    pub(super) async fn grounds(&mut self, context: &mut Context) -> Result<Vec<Exit>, AppError> {
        let (job, own) = (self.job, context_of(context));
        let Job { class, aim, .. } = job;
        let all = class.grounds.iter().map(|ground| (ground, self.keeps(ground)));
        let begun = all.collect::<Vec<_>>().into_iter().map(|(ground, stays)| {
            let ended = job.ground(&own, ground, stays);
            async move { (ground, ended.await) }
        });
        let mut ends = futures::stream::iter(begun).buffered(AT_ONCE);
        let mut exits = Vec::new();
        while let Some((ground, ended)) = ends.next().await {
            let (exit, what) = ended?;
            let profile = &ground.ground.environment.fargate.profile;
            let style = context.reporter.settings().err;
            let line = class_view::ground(profile, ground.ground.labs.len(), &what, &style);
            if exit == Exit::Done {
                context.reporter.info(&line);
            } else {
                context.reporter.note(&line);
                let cause = text!("fleet-barred-ground", profile = profile, what = what);
                self.bar(ground, aim, &cause);
            }
            exits.push(exit);
        }
        Ok(exits)
    }

    /// Why a ground is not to be removed now.
    fn keeps(&self, ground: &ClassGround) -> Option<Text> {
        if self.job.aim == Aim::Up {
            return None;
        }
        if !ground.is_whole {
            return Some(text!("fleet-stays-not-chosen"));
        }
        let mut rows = ground.ground.labs.iter().filter_map(|lab| self.board.rows.get(*lab));
        rows.any(|row| row.progress != Progress::Done)
            .then(|| text!("fleet-stays-in-use"))
    }

    fn bar(&mut self, ground: &ClassGround, aim: Aim, cause: &Text) {
        if aim == Aim::Gone {
            return;
        }
        for lab in &ground.ground.labs {
            if let Some(row) = self.board.rows.get_mut(*lab) {
                row.hold(cause);
            }
        }
    }
}

impl Job<'_> {
    /// Makes or removes one, unless it `stays`, and why; how that ended, in words, too.
    async fn ground(
        self,
        context: &Context,
        ground: &ClassGround,
        stays: Option<Text>,
    ) -> Result<(Exit, Text), AppError> {
        if let Some(why) = stays {
            return Ok((Exit::Done, why));
        }
        let aim = self.aim;
        let look = match look(context, ground, aim.goal()).await {
            Ok(look) => look,
            Err(AppError::Interrupted) => return Err(AppError::Interrupted),
            Err(error) => {
                let why = text!("fleet-ground-unread", why = lab_run::cause_of(&error));
                return Ok((error.exit(), why));
            }
        };
        let is_made = matches!(&look.standing, Standing::Own(plan) if is_as_wanted(plan));
        // One that an earlier call by the same plan has made is as it was to be.
        let planned = if is_made {
            Planned::Any
        } else {
            Planned::of(self.plan, |plan| plan.ground(&ground.member()))?
        };
        if let Some(moved) = self.moved(context, ground, &planned, &look)? {
            return Ok((Exit::Conflict, text!("fleet-ground-moved", moved = moved)));
        }
        if look.standing.is_to_be_left() {
            return Ok((Exit::Done, look.standing.text(aim)));
        }
        let LabEnd { exit, cause, .. } = self.carry_out(context, ground, planned).await;
        Ok(match (exit, aim) {
            (Exit::Done, Aim::Up) => (exit, text!("fleet-ground-made")),
            (Exit::Done, Aim::Gone) => (exit, text!("fleet-ground-removed")),
            _ => (exit, text!("fleet-ground-unfinished", why = cause.unwrap_or_default())),
        })
    }

    /// What of a ground is not any more as a plan in a file has it.
    fn moved(
        self,
        context: &Context,
        ground: &ClassGround,
        planned: &Planned,
        look: &Look,
    ) -> Result<Option<Text>, AppError> {
        let saved = match planned {
            Planned::Any => return Ok(None),
            Planned::Missing => return Ok(Some(text!("fleet-not-in-plan"))),
            Planned::As(saved) => saved,
        };
        let mut request = self.request();
        request.take_in(&ground.session.project.resolved);
        let selection = &context.call.selection;
        let fresh = run::plan_for_file(&ground.session, &request, selection, &look.snapshot)?;
        let moved = verify(saved, &fresh).err();
        Ok(moved.map(|moved| Text::list(moved.iter().map(Divergence::text), "; ")))
    }

    async fn carry_out(self, context: &Context, ground: &ClassGround, planned: Planned) -> LabEnd {
        let (events, mut told) = mpsc::unbounded_channel();
        let order = Order {
            request: self.request(),
            saved: planned.saved(),
        };
        let mut end = lab_run::run(context, &ground.session, order, (0, events)).await;
        let mut row = LabRow::waiting("", "");
        while let Ok((_, record)) = told.try_recv() {
            row.take(&record);
        }
        end.cause = end.cause.or(row.cause);
        end
    }
}
