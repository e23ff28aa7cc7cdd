//! The labs of a class, in one loop: each begins when it may, all share one thread.

use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::aim::Aim;
use super::carrying::{Carried, Job};
use super::lab_run::{self, LabEnd, Order, Told, context_of};
use super::saved::Planned;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::interrupt::pressed;
use crate::event::{Event, Record};
use crate::fleet::{Admission, Entry, Limits, Progress};
use crate::lang::text;
use crate::model::NodeKind;
use crate::ports::HEARTBEAT;
use crate::report::class_view;

/// Two labs of one region begin this long after each other: a controller makes an ALB with some twenty calls, and all of a
/// region's share Elastic Load Balancing's rate.
pub(super) const PACE: Duration = Duration::from_millis(500);

impl Carried<'_> {
    /// All labs that are still to be done.
    pub(super) async fn labs(&mut self, context: &mut Context) -> Result<(), AppError> {
        let job = self.job;
        let Some(session) = job.class.session() else {
            return Ok(());
        };
        let clock = session.clock.clone();
        let mut admission = self.admission();
        let (events, mut told) = mpsc::unbounded_channel();
        let quiet = context_of(context);
        let mut running = FuturesUnordered::new();
        let mut stop = pressed(context.host.interrupts.clone()).boxed_local();
        let mut is_stopped = false;
        loop {
            let admitted = admission.admit(clock.awake());
            for lab in admitted.begin {
                running.push(job.lab(&quiet, lab, events.clone()).boxed_local());
            }
            if running.is_empty() && admitted.again.is_none() {
                break;
            }
            let next = admitted.again.map_or(HEARTBEAT, |again| again.min(HEARTBEAT));
            tokio::select! {
                biased;
                () = &mut stop, if !is_stopped => {
                    is_stopped = true;
                    admission.stop();
                    self.show_all(context, Some(text!("fleet-stopping")));
                }
                Some((lab, record)) = told.recv() => {
                    self.take(lab, &record, &mut admission);
                    // Who begins is asked once for all that is told already.
                    self.take_all(&mut told, &mut admission);
                }
                Some((lab, end)) = running.next() => {
                    self.take_all(&mut told, &mut admission);
                    if end.has_moved {
                        admission.withdrawn(lab);
                    } else {
                        admission.ended(lab, end.exit == Exit::Done);
                    }
                    self.ended(context, lab, end)?;
                }
                () = clock.sleep(next) => {}
            }
            self.show(context, &admission);
            self.tell(context);
        }
        for (lab, why) in admission.barred() {
            if let Some(row) = self.board.rows.get_mut(lab) {
                row.hold(why.text());
            }
        }
        Ok(())
    }

    /// Who begins when; what is done already, or cannot begin, is passed over.
    pub(super) fn admission(&self) -> Admission {
        let Job {
            class,
            aim,
            carrying,
            sharers,
            ..
        } = self.job;
        let limits = Limits {
            parallel: carrying.choice.parallel,
            failures: carrying.failures.of(class.labs.len()),
            canary: carrying.canary && aim == Aim::Up,
            pace: PACE * sharers,
        };
        let mut admission = Admission::new(class.wants(aim), limits);
        for (lab, row) in self.board.rows.iter().enumerate() {
            if row.progress != Progress::Waiting {
                admission.pass_over(lab);
            }
        }
        admission
    }

    fn take_all(&mut self, told: &mut UnboundedReceiver<Told>, admission: &mut Admission) {
        while let Ok((lab, record)) = told.try_recv() {
            self.take(lab, &record, admission);
        }
    }

    fn take(&mut self, lab: usize, record: &Record, admission: &mut Admission) {
        let Some(row) = self.board.rows.get_mut(lab) else {
            return;
        };
        let of_class = self.job.class.labs.get(lab);
        if let Some(of_class) = of_class.filter(|_| frees_slot(record)) {
            admission.slot_done(lab);
            self.watch.slot_done(lab, of_class.cluster(), row.begun, record.at);
        }
        row.take(record);
        self.watch.changed(lab);
    }

    /// The run of a lab is over: that is put on record, and told.
    fn ended(&mut self, context: &mut Context, lab: usize, end: LabEnd) -> Result<(), AppError> {
        let Job { class, aim, .. } = self.job;
        let (Some(of_class), Some(row)) = (class.labs.get(lab), self.board.rows.get_mut(lab)) else {
            return Ok(());
        };
        let now = of_class.session.clock.now();
        row.end(end.exit.code(), end.cause, now);
        self.log.add(&Entry {
            at: now,
            verb: aim.verb(),
            lab: row.lab.clone(),
            cluster: of_class.site.clone(),
            exit_code: end.exit.code(),
            url: row.url.clone(),
            cause: row.cause.as_ref().map(ToString::to_string),
        })?;
        let line = class_view::ended(row, aim.verb(), &context.reporter.settings().err);
        self.watch.changed(lab);
        if row.progress != Progress::Done {
            context.reporter.note(&line);
            return Ok(());
        }
        self.watch.done(lab, row);
        // The live view has it in its row.
        if !context.reporter.shows_class() {
            context.reporter.info(&line);
        }
        Ok(())
    }

    /// Tells the reader now and then how far the class is.
    fn tell(&mut self, context: &mut Context) {
        let now = context.host.wall.now();
        let silent = Duration::try_from(now.duration_since(self.told)).unwrap_or_default();
        if silent >= HEARTBEAT && !context.reporter.shows_class() {
            self.told = now;
            let style = context.reporter.settings().err;
            let line = class_view::so_far(&self.board, Some(self.job.aim.verb()), &style);
            context.reporter.info(&line);
        }
    }
}

impl Job<'_> {
    /// The run of one lab, to its end.
    async fn lab(self, context: &Context, lab: usize, events: UnboundedSender<Told>) -> (usize, LabEnd) {
        let Some(of_class) = self.class.labs.get(lab) else {
            return (lab, LabEnd::not_planned());
        };
        let saved = match Planned::of(self.plan, |plan| plan.lab(&of_class.member())) {
            Ok(Planned::Missing) => return (lab, LabEnd::not_planned()),
            Ok(planned) => planned.saved(),
            Err(error) => return (lab, LabEnd::of_error(&error)),
        };
        let request = self.request_of(of_class);
        let order = Order { request, saved };
        let run = lab_run::run(context, &of_class.session, order, (lab, events));
        (lab, run.await)
    }
}

/// Whether a lab has done with its cluster's profile slot.
fn frees_slot(record: &Record) -> bool {
    match &record.event {
        Event::StepDone { node, .. } | Event::StepFailed { node, .. } | Event::StepSkipped { node, .. } => {
            node.kind == NodeKind::Profile
        }
        _ => false,
    }
}
