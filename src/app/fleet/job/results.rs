//! The results of an index under way: written now and then while its labs are carried out, so that an attempt that is killed leaves
//! what it has done, and once more at its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::error::JobError;
use super::request::Work;
use super::site;
use crate::app::error::AppError;
use crate::fleet::job::{lines_of, lines_of_end, result_map};
use crate::fleet::{Entry, Journal};
use crate::k8s::{Apply, Client};
use crate::model::Object;
use crate::ports::{CallError, Clock};

/// Two writes are at least this long after each other: a class of hundreds ends many labs in a second.
const PACE: Duration = Duration::from_secs(5);
/// How often the last write is tried, if need be.
const TRIES: usize = 6;

/// Where the results of an index go.
pub(super) struct Results<'a> {
    pub(super) client: Client,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) work: &'a Work,
    /// The Job's name.
    pub(super) name: String,
}

impl Results<'_> {
    fn object(&self, lines: &str) -> Object {
        let Work {
            place, index, job_uid, ..
        } = self.work;
        result_map((&self.name, &place.namespace), *index, job_uid.as_deref(), lines)
    }

    /// What an earlier attempt has left.
    pub(super) async fn earlier(&self) -> Result<Journal, AppError> {
        let key = self.object("").key();
        let there = self.client.patient().get(&key).await;
        let there = there.map_err(AppError::call("read the results of an earlier attempt"))?;
        match there {
            None => Ok(Journal::default()),
            Some(there) if site::is_of_job(&there, &self.name) => Ok(Journal::read(lines_of(&there))),
            Some(_) => Err(JobError::Foreign(vec![key.to_string()]).into()),
        }
    }

    /// Writes results as they come; one write that fails is made good by the next.
    pub(super) async fn publish(&self, mut entries: watch::Receiver<Vec<Entry>>) -> Infallible {
        loop {
            let lines = lines_of_end(entries.borrow_and_update().iter(), []).unwrap_or_default();
            // How the last one goes is told.
            let _ = self.write(&lines).await;
            self.clock.sleep(PACE).await;
            if entries.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Writes what there is at the end; why it could not, after some tries.
    pub(super) async fn finish(&self, lines: &str) -> Result<(), CallError> {
        let mut result = self.write(lines).await;
        for _ in 1..TRIES {
            if result.is_ok() {
                break;
            }
            self.clock.sleep(PACE).await;
            result = self.write(lines).await;
        }
        result
    }

    async fn write(&self, lines: &str) -> Result<(), CallError> {
        // Only pods of this index write it, one after the other.
        let how = Apply {
            force: true,
            ..Apply::default()
        };
        let written = self.client.apply(&self.object(lines), how).await;
        written.map(drop).map_err(|refused| refused.error)
    }
}
