//! `fleet apply` and `fleet destroy`: what is shared, and the labs on it.

use jiff::Timestamp;

use super::aim::Aim;
use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::log::Log;
use super::saved::{self, ClassPlan};
use super::survey::Survey;
use super::sweep;
use super::watch::Watch;
use crate::app::confirm::{Answer, Question, agreed, note_refused};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::{Carrying, RunOptions};
use crate::app::run::{self, RunRequest};
use crate::fleet::{Board, Journal, Progress};
use crate::lang::text;
use crate::report::class_view;

/// What is carried out, and how.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) class: &'a Class,
    pub(super) aim: Aim,
    pub(super) carrying: &'a Carrying,
    /// The plan in a file that it goes by.
    pub(super) plan: Option<&'a ClassPlan>,
    /// How many processes share a region's rates, this one among them.
    pub(super) sharers: u32,
}

impl Job<'_> {
    /// What is asked of the run of one lab. The user has agreed to all at once.
    pub(super) fn request_of(&self, lab: &ClassLab) -> RunRequest {
        let mut carrying = self.carrying.clone();
        carrying.approvals.without_controller |= lab.by_hand;
        Job {
            carrying: &carrying,
            ..*self
        }
        .request()
    }

    /// The same for what labs share.
    pub(super) fn request(&self) -> RunRequest {
        let Carrying {
            approvals,
            fail_on,
            options,
            ..
        } = self.carrying;
        let options = RunOptions {
            yes: true,
            events: None,
            ..options.clone()
        };
        match self.aim {
            Aim::Up => RunRequest::apply(*approvals, *fail_on, options, None),
            Aim::Gone => RunRequest::destroy(*approvals, options, None),
        }
    }
}

/// A class under way.
pub(super) struct Carried<'a> {
    pub(super) job: Job<'a>,
    pub(super) board: Board,
    pub(super) log: Log,
    /// When it was last told how far the class is, by the reader's clock.
    pub(super) told: Timestamp,
    /// What is measured and shown of it.
    pub(super) watch: Watch,
}

/// Takes a class there.
pub(super) async fn run(context: &mut Context, aim: Aim, mut carrying: Carrying) -> Result<Exit, AppError> {
    let (class, plan) = opened(context, aim, &mut carrying).await?;
    let Some(session) = class.session() else {
        return Ok(Exit::Done);
    };
    context.reporter.set_speed(session.speed());
    let style = context.reporter.settings().err;
    let mut heading = class_view::heading(&class.heading(), aim.verb(), &style);
    if let Some(plan) = &plan {
        let file = plan.path().display().to_string();
        heading.push_str(&class_view::by_plan(
            &file,
            plan.head().made,
            session.clock.now(),
            &style,
        ));
    }
    context.reporter.info(&heading);
    if let Answer::No(why) = is_agreed(context, &class, aim, &carrying.options).await? {
        note_refused(context, &why);
        return Ok(Exit::Refused);
    }
    let (log, journal) = Log::open(&context.host.cwd.join(&carrying.choice.roster))?;
    let begun = session.clock.awake();
    let job = Job {
        class: &class,
        aim,
        carrying: &carrying,
        plan: plan.as_ref(),
        sharers: 1,
    };
    let mut carried = Carried::new(context, job, log);
    if carrying.resume {
        carried.take_up(&journal);
    }
    let grounds = carried.all(context).await?;
    let mut exit = end::exit(&carried.board, &grounds, *context.host.interrupts.borrow() > 0);
    let certificate = if aim == Aim::Gone && class.is_whole && exit == Exit::Done {
        context.reading(session);
        let found = sweep::search(context, &class, carrying.choice.parallel).await?;
        context.reporter.yield_terminal();
        exit = if found.is_zero() { Exit::Done } else { Exit::Failed };
        Some(found)
    } else {
        None
    };
    let end = ClassEnd {
        verb: Some(aim.verb()),
        class: &class,
        board: &carried.board,
        exit,
        elapsed: session.clock.since(begun),
        expected: None,
        certificate,
    };
    end::show(context, &end);
    carried.offer_new_plan(context, &grounds);
    Ok(exit)
}

/// The class, and the plan in a file that it goes by, if one was named in place of the roster.
async fn opened(context: &Context, aim: Aim, carrying: &mut Carrying) -> Result<(Class, Option<ClassPlan>), AppError> {
    let choice = &mut carrying.choice;
    let plan = match aim {
        Aim::Up => saved::opened(&context.host, &choice.roster)?,
        Aim::Gone => None,
    };
    let class = match &plan {
        Some(plan) => {
            choice.roster.clone_from(&plan.head().roster);
            Class::open_chosen(context, choice, |labs| plan.chosen(labs, &choice.only)).await?
        }
        None => Class::open(context, choice).await?,
    };
    Ok((class, plan))
}

async fn is_agreed(context: &mut Context, class: &Class, aim: Aim, options: &RunOptions) -> Result<Answer, AppError> {
    let question = match aim {
        Aim::Up => Question::GoOn,
        Aim::Gone => Question::Remove(&class.label),
    };
    let mut labs = class.labs.iter();
    let Some(lab) = labs.find(|lab| lab.session.project.resolved.asks()) else {
        return Ok(Answer::Yes);
    };
    agreed(context, options, true, &question, lab.session.environment().target).await
}

impl<'a> Carried<'a> {
    /// A class of which nothing has begun.
    pub(super) fn new(context: &Context, job: Job<'a>, log: Log) -> Self {
        Self {
            board: job.class.board(),
            job,
            log,
            told: context.host.wall.now(),
            watch: Watch::default(),
        }
    }
}

impl Carried<'_> {
    /// Carries out what is still to be done; how what the labs share has ended.
    pub(super) async fn all(&mut self, context: &mut Context) -> Result<Vec<Exit>, AppError> {
        self.begin_to_show(context);
        let ended = match self.job.aim {
            Aim::Up => self.up(context).await,
            Aim::Gone => self.gone(context).await,
        };
        context.reporter.end_scene();
        ended
    }

    async fn up(&mut self, context: &mut Context) -> Result<Vec<Exit>, AppError> {
        let has_grounds = !self.job.class.grounds.is_empty();
        self.show_all(context, has_grounds.then(|| text!("fleet-making-shared")));
        let grounds = self.grounds(context).await?;
        self.hold_without_profile(context).await?;
        self.show_all(context, None);
        self.labs(context).await?;
        Ok(grounds)
    }

    async fn gone(&mut self, context: &mut Context) -> Result<Vec<Exit>, AppError> {
        self.labs(context).await?;
        let has_grounds = !self.job.class.grounds.is_empty();
        self.show_all(context, has_grounds.then(|| text!("fleet-removing-shared")));
        self.grounds(context).await
    }

    /// Labs for whose profile there is no room are not begun: they would wait for their turn, and be refused then.
    async fn hold_without_profile(&mut self, context: &Context) -> Result<(), AppError> {
        let Self { job, board, .. } = self;
        let waiting = board.rows.iter().zip(&job.class.labs).enumerate();
        let waiting: Vec<_> = waiting
            .filter(|(_, (row, _))| row.progress == Progress::Waiting)
            .map(|(place, (_, lab))| (place, lab))
            .collect();
        let labs: Vec<_> = waiting.iter().map(|(_, lab)| *lab).collect();
        for (number, why) in Survey::without_profile(context, &labs).await? {
            let place = waiting.get(number).map(|(place, _)| *place);
            if let Some(row) = place.and_then(|place| board.rows.get_mut(place)) {
                row.hold(text!("fleet-not-begun", why = why));
            }
        }
        Ok(())
    }

    /// Says what there is to do about labs that are not as the plan in a file has them.
    fn offer_new_plan(&self, context: &mut Context, grounds: &[Exit]) {
        let Some(plan) = self.job.plan else { return };
        let rows = self.board.rows.iter();
        let is_ground = grounds.contains(&Exit::Conflict);
        let moved = rows.filter(|row| match row.progress {
            Progress::Held => is_ground,
            _ => row.exit_code == Some(Exit::Conflict.code()),
        });
        let moved: Vec<String> = moved.map(|row| row.lab.clone()).collect();
        if !moved.is_empty() && !context.reporter.settings().format.is_document() {
            let flags = run::flags(&context.call.selection, self.job.carrying.approvals);
            context.offer(&[plan.remedy(&flags, &moved)]);
        }
    }

    /// Takes up where an earlier call has ended: what is on record as done is not done again.
    pub(super) fn take_up(&mut self, journal: &Journal) {
        let Job { class, aim, .. } = self.job;
        for (lab, row) in class.labs.iter().zip(&mut self.board.rows) {
            if let Some(entry) = journal.done(&lab.site, lab.row.name(), aim.verb()) {
                row.was_done(entry);
            }
        }
    }
}
