//! The lists and single reads, and which failures leave a fact unknown rather than end the observation.

use std::sync::Arc;

use futures::future;

use super::ObserveRequest;
use super::read_results::{Deployments, GO_WITH_NAMESPACE};
use crate::k8s::api::{Client, GroundQuery, KindRef, Listing, Select, ServedKinds, kind_of};
use crate::lang::text;
use crate::lbc;
use crate::model::{Object, ObjectKey, Observed, Scope};
use crate::ports::{CallError, ErrorClass};

/// Kinds that others make for a lab, unless it has them itself: they are read, never changed.
const OF_OTHERS: [&str; 2] = ["HorizontalPodAutoscaler", "PodDisruptionBudget"];

/// One observation under way.
pub(super) struct Reads<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a ObserveRequest<'a>,
}

impl Reads<'_> {
    /// Kinds to list in the namespace: those a lab has, those it wants, and what the checks need. Deployments are
    /// read for themselves.
    fn kinds(&self) -> Vec<KindRef> {
        let mut kinds: Vec<KindRef> = Vec::new();
        let basic = [("v1", "Service"), ("networking.k8s.io/v1", "Ingress"), ("v1", "Pod")];
        let autoscalers = ("autoscaling/v2", "HorizontalPodAutoscaler");
        let events = ("v1", "Event");
        let bindings = self.request.bindings.then_some((lbc::BINDING_API, lbc::BINDING_KIND));
        let removed: Vec<_> = GO_WITH_NAMESPACE
            .into_iter()
            .chain([autoscalers, events])
            .chain(bindings)
            .collect();
        let more: &[(&str, &str)] = match self.request.scope {
            Scope::Url => &[],
            Scope::Status => &[events],
            Scope::Removal => &removed,
            Scope::Plan => &[autoscalers],
            Scope::Doctor => &[autoscalers, events, ("policy/v1", "PodDisruptionBudget")],
        };
        let wanted = self.request.wanted.iter();
        let wanted = wanted
            .filter(|object| object.namespace().is_some())
            .map(|object| (object.text("/apiVersion").unwrap_or_default(), object.kind()));
        for (api_version, kind) in basic.into_iter().chain(more.iter().copied()).chain(wanted) {
            let known = kinds.iter().any(|other| other.kind == kind);
            if kind != "Deployment" && !known {
                kinds.push(KindRef {
                    api_version: api_version.to_owned(),
                    kind: kind.to_owned(),
                });
            }
        }
        kinds
    }

    /// What is in the lab's namespace: in one that is missing there is nothing.
    pub(super) async fn lists(
        &self,
        namespace: impl Future<Output = Result<Observed<Option<Object>>, CallError>>,
    ) -> Result<Vec<(KindRef, Observed<Vec<Object>>)>, CallError> {
        let kinds = self.kinds().into_iter();
        if namespace.await? == Observed::Known(None) {
            return Ok(kinds.map(|wanted| (wanted, Observed::Known(Vec::new()))).collect());
        }
        let lists = kinds.map(|wanted| async move {
            // What is of a kind that is not known cannot have been made.
            let Ok(kind) = wanted.resolve() else {
                return Ok((wanted, Observed::Known(Vec::new())));
            };
            let namespace = self.request.namespace;
            let is_own = self.request.wanted.iter().any(|object| object.kind() == kind.kind);
            let listing = if OF_OTHERS.contains(&kind.kind) && !is_own {
                self.client.list_cached(kind, namespace).await
            } else {
                self.client.list(kind, Some(namespace), &Select::default()).await
            };
            Ok((wanted, listed(listing)?))
        });
        future::try_join_all(lists).await
    }

    /// What is wanted once the live Namespace and its Deployments are known, if that is something else.
    pub(super) async fn amended(
        &self,
        namespace: impl Future<Output = Result<Observed<Option<Object>>, CallError>>,
        deployments: impl Future<Output = Result<Arc<Deployments>, CallError>>,
    ) -> Result<Option<Arc<[Object]>>, CallError> {
        let (namespace, deployments) = future::try_join(namespace, deployments).await?;
        let Some((amend, own)) = self.request.amend.zip(deployments.own.known()) else {
            return Ok(None);
        };
        let namespace = namespace.known().cloned().flatten();
        let live: Vec<Object> = own.iter().cloned().chain(namespace).collect();
        Ok(amend.amend(&live).await.map(Arc::from))
    }

    pub(super) async fn class_and_params(
        &self,
    ) -> Result<(Observed<Option<Object>>, Observed<Option<Object>>), CallError> {
        let Some(name) = self.request.ingress_class else {
            return Ok((Observed::Known(None), Observed::Known(None)));
        };
        let key = |api_version: &str, kind: &str, name: &str| ObjectKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        };
        let class = observed(
            self.client
                .get_of_ground(&key("networking.k8s.io/v1", "IngressClass", name))
                .await,
        )?;
        let named = class.known().and_then(Option::as_ref).and_then(lbc::params_name);
        let params = match named {
            Some(name) => observed(
                self.client
                    .get_of_ground(&key(lbc::PARAMS_API, lbc::PARAMS_KIND, name))
                    .await,
            )?,
            None => Observed::Known(None),
        };
        Ok((class, params))
    }

    /// The kinds that the cluster serves; none where that may not be asked.
    pub(super) async fn served(&self) -> Result<Arc<ServedKinds>, CallError> {
        let served = observed(self.client.served_kinds().await)?;
        Ok(Arc::new(served.known().cloned().unwrap_or_default()))
    }

    pub(super) async fn daemon_sets(&self) -> Result<Observed<Vec<Object>>, CallError> {
        if self.request.scope != Scope::Doctor {
            return Ok(Observed::NotAsked);
        }
        let kind = kind_of("apps/v1", "DaemonSet")?;
        listed(self.client.list(kind, None, &Select::default()).await)
    }

    /// Objects that the cluster itself has.
    pub(super) async fn of_ground(&self, query: &GroundQuery<'_>) -> Result<Observed<Vec<Object>>, CallError> {
        let found = self.client.list_of_ground(query).await;
        of_kind(found.map(|objects| objects.to_vec()))
    }
}

/// A fact that may not be read is unknown; an API that does not answer is an error.
pub(super) fn observed<T>(result: Result<T, CallError>) -> Result<Observed<T>, CallError> {
    match result {
        Ok(fact) => Ok(Observed::Known(fact)),
        Err(error) => match error.class {
            class if class.is_unanswered() => Err(error),
            ErrorClass::Denied => Ok(Observed::Unknown(text!("is-forbidden", why = error.said()))),
            _ => Ok(Observed::Unknown(error.said())),
        },
    }
}

/// The objects of a list.
pub(super) fn listed(result: Result<Listing, CallError>) -> Result<Observed<Vec<Object>>, CallError> {
    of_kind(result.map(|listing| listing.items))
}

/// A kind that the server does not have has no objects.
fn of_kind(result: Result<Vec<Object>, CallError>) -> Result<Observed<Vec<Object>>, CallError> {
    match result {
        Err(error) if error.class == ErrorClass::Missing => Ok(Observed::Known(Vec::new())),
        result => observed(result),
    }
}
