//! A step's turn with what a service gives to one at a time: whoever has waited for longest asks first, and none of that is
//! time of the step itself.

use std::time::Duration;

use super::failure;
use super::step::{InQueue, LAST_LOOK, Message, Progressing, Refused, START_NOTHING, Step, pressed};
use crate::event::Failure;
use crate::model::{Holder, format_duration};
use crate::ports::Turn;

/// How long a step may wait in a queue, which does not count as its own time: a class of thirty, each with a profile of its
/// own, that begins at once.
const LONGEST_QUEUE: Duration = Duration::from_hours(3);

/// How often the first in line asks the service.
const ASK: Duration = Duration::from_secs(3);

/// How often the others look whether they are the first now.
const LOOK: Duration = Duration::from_secs(5);

/// What comes after a look at the line.
struct Next {
    position: Option<u32>,
    holder: Option<Holder>,
    /// Why the place is not known.
    unordered: Option<String>,
    pause: Duration,
    /// Whether the service is asked after the pause, rather than looked at the line again.
    asks: bool,
}

impl Next {
    /// After a service's refusal.
    fn after(refused: &Refused<'_>, turn: Turn) -> Self {
        let (position, holder, unordered, pause, asks) = match turn {
            Turn::Place { position, holder } if position > 1 => (Some(position), holder, None, LOOK, false),
            Turn::Place { position, .. } => (Some(position), None, None, ASK, true),
            Turn::Unordered(why) => (None, None, why, refused.pause, true),
        };
        Self {
            position,
            holder: Some(holder.unwrap_or_else(|| refused.holder.clone())),
            unordered,
            pause,
            asks,
        }
    }

    /// Where there is one to wait for before the service is asked; `None` if it may be asked now.
    fn before(turn: Turn) -> Option<Self> {
        match turn {
            Turn::Place { position, holder } if position > 1 => Some(Self {
                position: Some(position),
                holder,
                unordered: None,
                pause: LOOK,
                asks: false,
            }),
            Turn::Place { .. } | Turn::Unordered(_) => None,
        }
    }
}

impl Step<'_> {
    /// Waits until the step may ask the service, again if it has been refused what somebody else has.
    pub(super) async fn await_turn(
        &mut self,
        at: &mut Progressing,
        mut refused: Option<Refused<'_>>,
    ) -> Result<(), Failure> {
        loop {
            let looked = self.clock.awake();
            if at.queued >= LONGEST_QUEUE {
                return Err(failure::of_queue(
                    refused.map_or_else(still_in_line, |it| it.error.to_string()),
                ));
            }
            let turn = self.look(refused.as_ref().map(|refused| refused.holder)).await;
            let next = match &refused {
                Some(refused) => Some(Next::after(refused, turn)),
                None => Next::before(turn),
            };
            let Some(next) = next else { return Ok(()) };
            if let Some(holder) = next.holder {
                self.send(Message::Queued {
                    node: self.task.node.id.clone(),
                    place: InQueue {
                        holder,
                        position: next.position,
                        unordered: next.unordered,
                    },
                });
            }
            let is_interrupted = tokio::select! {
                () = self.clock.sleep(next.pause) => false,
                () = pressed(&mut self.interrupts, START_NOTHING) => true,
            };
            let waited = self.clock.since(looked);
            at.started += waited;
            at.queued += waited;
            if is_interrupted {
                return Err(failure::of_interrupt(self.task, at.reached, at.stage.take()));
            }
            if next.asks {
                return Ok(());
            }
            // Whoever comes to be the first asks at once.
            refused = None;
        }
    }

    /// A look at the line. One that cannot be had for long is of no use: then everybody asks on their own.
    async fn look(&mut self, heard: Option<&Holder>) -> Turn {
        let (queue, task) = (self.queue, self.task);
        tokio::select! {
            turn = queue.turn(task, heard) => turn,
            () = self.clock.sleep(LAST_LOOK) => Turn::Unordered(None),
            () = pressed(&mut self.interrupts, START_NOTHING) => Turn::Unordered(None),
        }
    }
}

/// Why a step failed that never came to ask.
fn still_in_line() -> String {
    format!("others were before it in line for {}", format_duration(LONGEST_QUEUE))
}
