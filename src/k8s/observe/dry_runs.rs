//! What the server makes of the wanted objects, asked in their own namespace or, while that is missing, in another.

use futures::future::{self, join_all};

use super::reads::{Reads, seen};
use crate::k8s::client::Apply;
use crate::model::{DryRun, Object, ObjectKey, Seen};
use crate::ports::{CallError, ErrorClass};

/// Where dry runs of namespaced objects go while their own namespace is missing.
const ELSEWHERE: &str = "default";
/// Added to the name of such an object; nothing of that name is ever made.
const ELSEWHERE_SUFFIX: &str = "-lab2048-dry-run";
/// Longest name of a Service.
const NAME_LIMIT: usize = 63;

impl Reads<'_> {
    /// The namespace, and what the server makes of every wanted object, in the order wanted.
    pub(super) async fn namespace_and_dry_runs(&self) -> Result<(Seen<Option<Object>>, Vec<DryRun>), CallError> {
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: self.request.namespace.to_owned(),
        };
        let namespace = async { seen(self.client.get(&key).await) };
        if !self.request.dry_run {
            let asked = self.request.wanted.iter();
            let skipped = asked.map(|_| DryRun::NotYet("wanted absent".to_owned())).collect();
            return Ok((namespace.await?, skipped));
        }
        let (ahead, behind): (Vec<_>, Vec<_>) =
            (0..self.request.wanted.len()).partition(|i| self.request.wanted[*i].namespace().is_none());
        let ahead = join_all(ahead.into_iter().map(|i| self.dry_run_in_place(i)));
        let behind = async {
            let namespace = namespace.await?;
            let missing = matches!(namespace, Seen::Known(None));
            let runs = behind.into_iter().map(|i| async move {
                if missing {
                    self.dry_run_elsewhere(i).await
                } else {
                    self.dry_run_in_place(i).await
                }
            });
            Ok::<_, CallError>((namespace, join_all(runs).await))
        };
        let (ahead, behind) = future::join(ahead, behind).await;
        let (namespace, behind) = behind?;
        let mut runs = ahead.into_iter().chain(behind).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by_key(|(index, _)| *index);
        Ok((namespace, runs.into_iter().map(|(_, run)| run).collect()))
    }

    async fn dry_run_in_place(&self, index: usize) -> Result<(usize, DryRun), CallError> {
        let object = &self.request.wanted[index];
        let how = Apply {
            dry_run: true,
            force: false,
        };
        let refused = match self.client.apply(object, how).await {
            Ok(result) => return Ok((index, DryRun::Validated(result))),
            Err(refused) => refused,
        };
        let run = if refused.conflicts.is_empty() {
            refusal(refused.error)?
        } else {
            let forced = self.client.apply(object, Apply { force: true, ..how }).await;
            DryRun::Conflict {
                conflicts: refused.conflicts,
                forced: forced.ok(),
            }
        };
        Ok((index, run))
    }

    async fn dry_run_elsewhere(&self, index: usize) -> Result<(usize, DryRun), CallError> {
        let how = Apply {
            dry_run: true,
            force: true,
        };
        let stand_in = stand_in(&self.request.wanted[index]);
        let run = match self.client.apply(&stand_in, how).await {
            Ok(result) => DryRun::Elsewhere(result),
            // Rights and quotas of `default` say nothing about the lab's own namespace.
            Err(refused) if refused.error.class == ErrorClass::Denied => DryRun::NotYet(format!(
                "its namespace does not exist yet, and namespace `{ELSEWHERE}` may not be used: {}",
                refused.error.message
            )),
            Err(refused) => refusal(refused.error)?,
        };
        Ok((index, run))
    }
}

/// What a dry run that was not accepted means: the server said no, or could not be asked.
fn refusal(error: CallError) -> Result<DryRun, CallError> {
    match error.class {
        ErrorClass::Unreachable | ErrorClass::Unauthenticated | ErrorClass::Throttled => Err(error),
        ErrorClass::Missing => Ok(DryRun::NotYet("its namespace does not exist".to_owned())),
        ErrorClass::Busy => Ok(DryRun::NotYet(error.message)),
        ErrorClass::Denied => Ok(DryRun::Refused(format!("forbidden: {}", error.message))),
        _ => Ok(DryRun::Refused(error.message)),
    }
}

/// The object under another name in another namespace.
fn stand_in(object: &Object) -> Object {
    let mut stand_in = object.clone();
    let kept: String = object
        .name()
        .chars()
        .take(NAME_LIMIT - ELSEWHERE_SUFFIX.len())
        .collect();
    let name = format!("{}{ELSEWHERE_SUFFIX}", kept.trim_end_matches(['-', '.']));
    stand_in.0["metadata"]["name"] = name.into();
    stand_in.0["metadata"]["namespace"] = ELSEWHERE.into();
    stand_in
}
