//! A step that holds something for others, as the lab's lock is held.

use futures::StreamExt;

use super::failure;
use super::step::{InQueue, LAST_LOOK, Message, Progressing, Step, Stop, made_moot};
use crate::lang::text;
use crate::model::{Goal, Holder, Outputs, Progress, Readiness};

impl Step<'_> {
    /// Holds what was taken until nothing needs it any more, then gives it back.
    pub(super) async fn hold(&mut self, at: &Progressing) -> Result<(), Stop> {
        let (driver, task, inputs) = (self.driver, self.task, at.outputs.clone());
        let mut reports = driver.progress(task, Goal::Ready, &inputs);
        loop {
            tokio::select! {
                biased;
                () = made_moot(&mut self.moot) => break,
                report = reports.next() => match report {
                    Some(Ok(Progress { readiness: Readiness::Failed(reason), .. })) => {
                        return Err(failure::of_loss(reason).into());
                    }
                    Some(_) => {}
                    None => {
                        made_moot(&mut self.moot).await;
                        break;
                    }
                },
            }
        }
        self.give_back().await;
        Ok(())
    }

    /// Gives back what was held. What cannot be given back expires by itself; until then others wait for it.
    async fn give_back(&self) {
        let given = tokio::select! {
            given = self.driver.delete(self.task) => given.map_err(|error| error.text()),
            () = self.clock.sleep(LAST_LOOK) => Err(failure::unanswered(LAST_LOOK)),
        };
        if let Err(why) = given {
            self.send(Message::Stage {
                node: self.task.node.id.clone(),
                stage: text!("run-not-given-back"),
                cause: Some(text!("run-expires", why = why)),
                outputs: Outputs::default(),
            });
        }
    }

    /// Somebody else holds what this step is to hold.
    pub(super) fn held(&self, holder: &Holder) -> Message {
        Message::Queued {
            node: self.task.node.id.clone(),
            place: InQueue {
                holder: holder.clone(),
                position: None,
                unordered: None,
            },
        }
    }
}
