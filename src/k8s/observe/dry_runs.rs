//! What the server makes of the wanted objects, asked in their own namespace or, while that is missing, in another; a
//! Namespace only if the answer is not known beforehand.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::{self, BoxFuture, Shared};
use serde_json::{Value, json};

use super::reads::{Reads, observed};
use super::stand_in::StandIn;
use crate::k8s::api::{Apply, Obstacle, ServedKinds, WriteError, kind_of};
use crate::lang::text;
use crate::model::{DryRun, MANAGER, Object, ObjectKey, ObjectState, Observed};
use crate::ports::{CallError, ErrorClass};

/// A fact that more than one waits for.
pub(super) type SharedRead<'a, T> = Shared<BoxFuture<'a, Result<T, CallError>>>;

/// The same fact for all who wait for it.
pub(super) fn shared_read<'a, T: Clone>(
    fact: impl Future<Output = Result<T, CallError>> + Send + 'a,
) -> SharedRead<'a, T> {
    fact.boxed().shared()
}

/// An IngressClass and its parameters.
pub(super) type ClassAndParams = (Observed<Option<Object>>, Observed<Option<Object>>);

/// What dry runs follow from.
pub(super) struct DryRunContext<'a> {
    /// The lab's namespace.
    pub(super) namespace: SharedRead<'a, Observed<Option<Object>>>,
    /// What is wanted instead.
    pub(super) amended: SharedRead<'a, Option<Arc<[Object]>>>,
    /// The IngressClass and its parameters.
    pub(super) class: SharedRead<'a, ClassAndParams>,
    /// The kinds that the cluster serves; asked for only if one is not.
    pub(super) served: SharedRead<'a, Arc<ServedKinds>>,
}

impl Reads<'_> {
    /// The lab's namespace.
    pub(super) async fn namespace(&self) -> Result<Observed<Option<Object>>, CallError> {
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: self.request.namespace.to_owned(),
        };
        match self.client.get(&key).await {
            // All of Kubernetes' own roles may read the namespace they are bound in: who may not has no rights there.
            Err(error) if error.class == ErrorClass::Denied => Err(error),
            answer => observed(answer),
        }
    }

    /// What the server makes of every wanted object, in the order wanted.
    pub(super) async fn dry_runs(&self, context: &DryRunContext<'_>) -> Result<Vec<DryRun>, CallError> {
        let wanted = self.request.wanted.iter();
        if !self.request.scope.has_dry_runs() {
            let skipped = wanted.map(|_| DryRun::NotYet(text!("is-wanted-absent")));
            return Ok(skipped.collect());
        }
        let runs = wanted
            .enumerate()
            .map(|(index, object)| self.dry_run(object, index, context));
        future::try_join_all(runs).await
    }

    /// What the server would answer, if that is known: a Namespace that is as applied has nothing that it would add, and one
    /// that was handed out is used as it is.
    async fn known_answer(&self, object: &Object, context: &DryRunContext<'_>) -> Result<Option<Object>, CallError> {
        if object.kind() != "Namespace" {
            return Ok(None);
        }
        let live = context.namespace.clone().await?;
        let live = live.known().and_then(Option::as_ref);
        let is_used_as_it_is = |live: &Object| live.is_handed_out() && live.belongs_to(self.request.lab);
        Ok(live
            .filter(|live| is_used_as_it_is(live) || is_applied(live, object))
            .cloned())
    }

    /// What is wanted instead is waited for by those that it is about, such as a Deployment; another object hardly ever changes
    /// with it, and is asked about again if it does.
    async fn dry_run(&self, object: &Object, index: usize, context: &DryRunContext<'_>) -> Result<DryRun, CallError> {
        let is_about = |kind: &str| self.request.amend.is_some_and(|amend| amend.is_about(kind));
        let waits = object.kind() == "Deployment" || is_about(object.kind());
        let early = if waits {
            None
        } else {
            Some(self.dry_run_placed(object, context).await?)
        };
        let amended = context.amended.clone().await?;
        let settled = amended
            .as_deref()
            .and_then(|objects| objects.get(index))
            .unwrap_or(object);
        let of_class = self.of_class(settled, context).await?;
        let settled = of_class.as_ref().unwrap_or(settled);
        match early {
            Some(early) if settled == object => Ok(early),
            _ => self.dry_run_placed(settled, context).await,
        }
    }

    /// What is wanted in place of an Ingress of this class, if that is something else.
    async fn of_class(&self, object: &Object, context: &DryRunContext<'_>) -> Result<Option<Object>, CallError> {
        let Some(of_class) = self.request.of_class.filter(|_| object.kind() == "Ingress") else {
            return Ok(None);
        };
        let (_, params) = context.class.clone().await?;
        Ok(of_class(object, params.known().and_then(Option::as_ref)))
    }

    async fn dry_run_placed(&self, object: &Object, context: &DryRunContext<'_>) -> Result<DryRun, CallError> {
        let key = object.key();
        if kind_of(&key.api_version, &key.kind).is_err() {
            return unserved(&key, context).await;
        }
        if let Some(live) = self.known_answer(object, context).await? {
            return Ok(DryRun::Validated(live));
        }
        if object.namespace().is_some() && context.namespace.clone().await? == Observed::Known(None) {
            return self.dry_run_elsewhere(object, context).await;
        }
        self.dry_run_in_place(object, context).await
    }

    async fn dry_run_in_place(&self, object: &Object, context: &DryRunContext<'_>) -> Result<DryRun, CallError> {
        let how = Apply {
            dry_run: true,
            force: false,
        };
        let refused = match self.client.apply(object, how).await {
            Ok(result) => return Ok(DryRun::Validated(result)),
            Err(refused) => refused,
        };
        let conflicts = match refused.obstacle.as_deref() {
            Some(Obstacle::Fields(conflicts)) => conflicts.clone(),
            Some(Obstacle::Unserved) => return unserved(&object.key(), context).await,
            _ => return refusal(refused),
        };
        match self.client.apply(object, Apply { force: true, ..how }).await {
            Ok(forced) => Ok(DryRun::Conflict { conflicts, forced }),
            // Who owns what does not matter where it is refused anyway.
            Err(refused) => refusal(refused),
        }
    }

    /// Asks what would become of ours alone, of every object that is there and is not the lab's or cannot be changed: the
    /// plan of taking it over, or of recreating it, follows from that.
    pub(super) async fn ask_alone(&self, states: &mut [ObjectState]) -> Result<(), CallError> {
        let foreign = |state: &ObjectState| {
            let live = state.live.known().and_then(Option::as_ref);
            let is_fixed = matches!(state.dry_run, DryRun::Immutable { .. });
            live.is_some_and(|live| is_fixed || !live.belongs_to(self.request.lab) && !live.is_deleting())
        };
        let wanted = self.request.wanted.iter().zip(states.iter_mut());
        let asked = wanted.filter(|(_, state)| self.request.scope.has_dry_runs() && foreign(state));
        future::try_join_all(asked.map(|(object, state)| async move {
            state.alone = self.alone(object).await?;
            Ok::<_, CallError>(())
        }))
        .await?;
        Ok(())
    }

    /// What the server would make of the object if nothing of its name were there, if it tells.
    async fn alone(&self, object: &Object) -> Result<Option<Object>, CallError> {
        let how = Apply {
            dry_run: true,
            force: true,
        };
        let stand_in = StandIn::beside(object);
        match self.client.apply(&stand_in.object, how).await {
            Ok(answer) => Ok(Some(stand_in.restored(answer))),
            Err(refused) if refused.error.class.is_unanswered() => Err(stand_in.restored_error(refused.error)),
            Err(_) => Ok(None),
        }
    }

    async fn dry_run_elsewhere(&self, object: &Object, context: &DryRunContext<'_>) -> Result<DryRun, CallError> {
        let how = Apply {
            dry_run: true,
            force: true,
        };
        let stand_in = StandIn::elsewhere(object);
        match self.client.apply(&stand_in.object, how).await {
            Ok(result) => Ok(DryRun::Elsewhere(stand_in.restored(result))),
            // Rights and quotas of another namespace say nothing about the lab's own.
            Err(refused) if refused.error.class == ErrorClass::Denied => {
                Ok(DryRun::NotYet(text!("is-dry-run-not-elsewhere")))
            }
            Err(refused) if refused.obstacle.as_deref() == Some(&Obstacle::Unserved) => {
                unserved(&object.key(), context).await
            }
            Err(refused) => refusal(WriteError {
                error: stand_in.restored_error(refused.error),
                ..refused
            }),
        }
    }
}

/// Refuses an object whose kind the cluster does not serve, or this program does not know.
async fn unserved(key: &ObjectKey, context: &DryRunContext<'_>) -> Result<DryRun, CallError> {
    let served = context.served.clone().await?;
    Ok(DryRun::Refused(served.obstacle_to(key)))
}

/// Whether applying labels and annotations, all that `wanted` has, would leave `live` as it is: we own exactly these and
/// they have these values. (Kubernetes documentation, "Server-Side Apply")
fn is_applied(live: &Object, wanted: &Object) -> bool {
    let mut rest = wanted.0.clone();
    let mut owned = json!({});
    for (field, owned_field) in [("labels", "f:labels"), ("annotations", "f:annotations")] {
        let pointer = format!("/metadata/{field}");
        let Some(Value::Object(map)) = rest.pointer_mut(&pointer).map(Value::take) else {
            continue;
        };
        for (key, value) in &map {
            if live.at(&pointer).and_then(|live| live.get(key)) != Some(value) {
                return false;
            }
            owned["f:metadata"][owned_field][format!("f:{key}")] = json!({});
        }
        if let Some(metadata) = rest["metadata"].as_object_mut() {
            metadata.remove(field);
        }
    }
    let bare =
        json!({"apiVersion": wanted.0["apiVersion"], "kind": wanted.kind(), "metadata": {"name": wanted.name()}});
    let applied = live.items("/metadata/managedFields").filter(|entry| {
        entry["manager"] == MANAGER && entry["operation"] == "Apply" && entry["apiVersion"] == wanted.0["apiVersion"]
    });
    rest == bare && applied.map(|entry| &entry["fieldsV1"]).eq([&owned])
}

/// What a dry run that was not accepted means: the server refused, or could not be asked.
fn refusal(refused: WriteError) -> Result<DryRun, CallError> {
    let WriteError { error, obstacle } = refused;
    match obstacle.map(|obstacle| *obstacle) {
        Some(Obstacle::Webhook(webhook)) => {
            return Ok(DryRun::WebhookDown {
                webhook,
                why: error.said(),
                message: error.message,
            });
        }
        Some(Obstacle::Immutable(fields)) => {
            return Ok(DryRun::Immutable {
                fields,
                why: error.said(),
            });
        }
        _ => {}
    }
    match error.class {
        class if class.is_unanswered() => Err(error),
        ErrorClass::Missing => Ok(DryRun::NotYet(text!("is-no-namespace"))),
        ErrorClass::Busy => Ok(DryRun::NotYet(error.said())),
        ErrorClass::Denied => Ok(DryRun::Refused(text!("is-forbidden", why = error.said()))),
        _ => Ok(DryRun::Refused(error.said())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(metadata: &Value) -> Object {
        let mut metadata = metadata.clone();
        metadata["name"] = "ns".into();
        Object(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}))
    }

    /// As a server has it: with its own label and field, and those of others.
    fn live(labels: &Value, owned: &Value) -> Object {
        let mut live = namespace(&json!({"labels": labels, "uid": "u", "managedFields": [
            {"manager": "kubectl", "operation": "Update", "apiVersion": "v1", "fieldsV1": {"f:metadata": {"f:labels": {"f:x": {}}}}},
            {"manager": MANAGER, "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:metadata": {"f:labels": owned}}},
        ]}));
        live.0["spec"] = json!({"finalizers": ["kubernetes"]});
        live
    }

    #[test]
    fn a_namespace_that_is_as_applied_needs_no_dry_run() {
        let wanted = namespace(&json!({"labels": {"a": "1", "b": "2"}}));
        let both = json!({"f:a": {}, "f:b": {}});
        let labels = json!({"a": "1", "b": "2", "kubernetes.io/metadata.name": "ns", "x": "of-others"});
        assert!(is_applied(&live(&labels, &both), &wanted));

        let changed = json!({"a": "1", "b": "3"});
        assert!(!is_applied(&live(&changed, &both), &wanted), "somebody changed it");
        assert!(
            !is_applied(&live(&json!({"a": "1"}), &both), &wanted),
            "somebody removed it"
        );
        assert!(
            !is_applied(&live(&labels, &json!({"f:a": {}})), &wanted),
            "one is not ours yet"
        );
        let more = json!({"f:a": {}, "f:b": {}, "f:x": {}});
        assert!(!is_applied(&live(&labels, &more), &wanted), "one is no longer wanted");
        let annotated = namespace(&json!({"labels": {"a": "1", "b": "2"}, "annotations": {"c": "3"}}));
        assert!(!is_applied(&live(&labels, &both), &annotated), "an annotation is new");
        let mut other = wanted.clone();
        other.0["spec"] = json!({"finalizers": []});
        assert!(
            !is_applied(&live(&labels, &both), &other),
            "a spec is the server's affair"
        );
        let mut foreign = live(&labels, &both);
        foreign.0["metadata"]["managedFields"][1]["manager"] = json!("kubectl");
        assert!(!is_applied(&foreign, &wanted), "somebody else made it");
        let mut edited = live(&labels, &both);
        edited.0["metadata"]["managedFields"][1]["operation"] = json!("Update");
        assert!(!is_applied(&edited, &wanted));
    }
}
