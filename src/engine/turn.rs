//! A step's turn with what a service gives to one at a time: whoever has waited for longest asks first, and none of that is
//! time of the step itself.

use std::time::Duration;

use super::failure;
use super::step::{InQueue, LAST_LOOK, Message, Progressing, Refused, START_NOTHING, Step, pressed};
use crate::event::Failure;
use crate::lang::{Text, text};
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
    unordered: Option<Text>,
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
            Turn::Unordered(why) => (None, None, why.map(Text::from), refused.pause, true),
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
        let mut is_in_line = refused.is_some();
        loop {
            if at.queued >= LONGEST_QUEUE {
                let cause = refused.map_or_else(still_in_line, |refused| refused.error.text());
                return Err(failure::of_queue(cause));
            }
            let begun = self.clock.awake();
            let looking = self.look(refused.as_ref());
            let looked = if is_in_line {
                self.unless_interrupted(looking).await
            } else {
                Some(looking.await)
            };
            let Some(next) = looked else {
                return Err(self.interrupted(at));
            };
            let Some(next) = next else { return Ok(()) };
            is_in_line = true;
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
            let slept = self.unless_interrupted(self.clock.sleep(next.pause)).await;
            let waited = self.clock.since(begun);
            at.started += waited;
            at.queued += waited;
            if slept.is_none() {
                return Err(self.interrupted(at));
            }
            if next.asks {
                return Ok(());
            }
            // Whoever comes to be the first asks at once.
            refused = None;
        }
    }

    /// A look at the line; nothing comes next if the service may be asked now. A look that takes long is of no use: then
    /// everybody asks on their own.
    async fn look(&self, refused: Option<&Refused<'_>>) -> Option<Next> {
        let heard = refused.map(|refused| refused.holder);
        let turn = tokio::select! {
            biased;
            turn = self.queue.turn(self.task, heard) => turn,
            () = self.clock.sleep(LAST_LOOK) => Turn::Unordered(None),
        };
        match refused {
            Some(refused) => Some(Next::after(refused, turn)),
            None => Next::before(turn),
        }
    }

    /// What `waiting` comes to; `None` if the user wants nothing more to be begun, not even what waits in line.
    async fn unless_interrupted<T>(&self, waiting: impl Future<Output = T>) -> Option<T> {
        let mut interrupts = self.interrupts.clone();
        tokio::select! {
            biased;
            () = pressed(&mut interrupts, START_NOTHING) => None,
            result = waiting => Some(result),
        }
    }

    fn interrupted(&self, at: &mut Progressing) -> Failure {
        failure::of_interrupt(self.task, at.reached, at.stage.take())
    }
}

/// Why a step failed that never came to ask.
fn still_in_line() -> Text {
    text!("run-still-in-line", time = format_duration(LONGEST_QUEUE))
}
